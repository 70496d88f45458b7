"""Codebook from and to TOML: reading is strict, the text is made to be edited by hand."""

import math
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace

from cxtui.errors import CodebookError
from cxtui.messages import tr
from cxtui.survey.codebook.sampling_tables import SAMPLING_KEYS, read_sampling
from cxtui.survey.codebook.toml_entries import NAMES, question_entries, toml_value, top_entries
from cxtui.survey.codebook.toml_table import TomlTable
from cxtui.survey.model import PARTS, Codebook, ExcludedColumn
from cxtui.survey.question import Category, Item, Kind, Net, Question
from cxtui.text import clean

METADATA_KEY = "cxtui.codebook"
"""Key of the codebook in the metadata of a Parquet file or the properties of a table."""

SUFFIX = ".codebook.toml"
"""Ending of a codebook beside a survey file: `NAME.codebook.toml`."""

_CODEBOOK_KEYS = {
    *(*NAMES, *SAMPLING_KEYS, "weights", "ignore", "question"),
    *(f"{part}_guess" for part in PARTS),
}
_QUESTION_KEYS = {one.name for one in fields(Question)} - {"grid_item"} | {"column"}


def read_codebook(text: str, origin: str) -> Codebook:
    """Return the codebook that `text` declares; `origin` names it in errors.

    Raises `CodebookError` where the TOML or a value in it is wrong.
    """
    try:
        declared = tomllib.loads(text)
        return _read_codebook(TomlTable(declared, tr("the codebook"), origin))
    except OverflowError:
        raise CodebookError("{}: a number in it is too large", origin) from None
    except RecursionError:
        raise CodebookError("{} is not valid TOML: it is nested too deep", origin) from None
    except ValueError as error:  # TOML's own, or a number of thousands of digits
        raise CodebookError("{} is not valid TOML: {}", origin, error) from None


def _read_codebook(table: TomlTable) -> Codebook:
    table.check_keys(_CODEBOOK_KEYS)
    names = {key: table.text(key, "") for key in NAMES}
    names |= {key: clean(names[key]) for key in ("title", "source", "note")}
    questions = tuple(
        _read_question(
            TomlTable(one, tr("question {!r}", one.get("id", tr("(without id)"))), table.origin)
        )
        for one in table.tables("question")
    )
    table.check_unique((one.id for one in questions), "question {1!r} stands twice")
    weights, excluded = table.texts("weights"), tuple(_read_excluded(table))
    guesses = {f"{part}_guess": clean(table.text(f"{part}_guess", "")) for part in PARTS}
    for part in PARTS:
        if guesses[f"{part}_guess"] and not names[part]:
            raise table.error("{} has a {} without a {}", f"{part}_guess", part)
    return Codebook(
        questions=questions,
        weights=weights,
        excluded=excluded,
        absent=tuple(part for part in PARTS if table.entries.get(part) == ""),
        **names,  # type: ignore[arg-type]  # texts all
        **guesses,  # type: ignore[arg-type]
        **read_sampling(table),
    )


def _read_excluded(table: TomlTable) -> Iterator[ExcludedColumn]:
    """Yield the excluded columns, given as names or as tables with a reason."""
    for one in table.listed("ignore", str | dict, "{}: {} takes a list of columns"):
        entries = one if isinstance(one, dict) else {"column": one}
        row = TomlTable(entries, tr("a column to ignore"), table.origin)
        row.check_keys({"column", "reason"})
        column = row.text("column")
        row = replace(row, name=tr("column {!r}", column))
        yield ExcludedColumn(column, clean(row.text("reason", tr("the codebook leaves it aside"))))


def _read_question(table: TomlTable) -> Question:
    table.check_keys(_QUESTION_KEYS)
    identity = table.text("id")
    columns = table.texts("columns") or (table.text("column", identity),)
    question = Question(
        id=clean(identity),
        label=clean(table.text("label", identity)),
        kind=_read_kind(table),
        columns=columns,
        categories=tuple(_read_categories(table)),
        items=tuple(
            Item(clean(code), clean(row.text("label", code)))
            for code, row in table.coded("items", Item, "an item of {}")
        ),
        section=clean(table.text("section", "")),
        unchosen=table.texts("unchosen"),
        nets=tuple(_read_nets(table)),
        classes=_read_classes(table),
        delimiter=table.text("delimiter", ""),
        others=table.text("others", ""),
        guess=clean(table.text("guess", "")),
        undecided=table.flag("undecided"),
    )
    texts = (text for one in question.categories for text in one.texts)
    table.check_unique(texts, "{}, code {!r} stands twice")
    table.check_unique(question.columns, "{}, column {!r} stands twice")
    _check_columns(table, question)
    _check_nets(table, question)
    _check_delimiter(table, question)
    return question


def _read_kind(table: TomlTable) -> Kind:
    name = table.text("kind", Kind.SINGLE)
    if name not in set(Kind):
        raise table.error("{} has kind {!r}; it takes {}", name, ", ".join(Kind))
    return Kind(name)


def _read_categories(table: TomlTable) -> Iterator[Category]:
    for code, row in table.coded("categories", Category, "a category of {}"):
        missing, score = row.flag("missing"), row.entries.get("score")
        if score is not None and (isinstance(score, bool) or not isinstance(score, int | float)):
            raise row.error("{}: score takes a number")
        if score is not None and not math.isfinite(score):
            raise row.error("{}: score takes a number, not {}", score)
        yield Category(
            code=code,
            label=clean(row.text("label", code)),
            missing=missing,
            score=None if score is None else float(score),
            spellings=row.texts("spellings"),
        )


def _read_nets(table: TomlTable) -> Iterator[Net]:
    for code, row in table.coded("nets", Net, "a net of {}"):
        members = row.texts("members")
        if not members:
            raise row.error("{}: net {!r} lacks members", code)
        yield Net(clean(code), clean(row.text("label", code)), members, row.texts("minus"))


def _read_classes(table: TomlTable) -> tuple[float, ...]:
    bounds = table.entries.get("classes", [])
    numbers = isinstance(bounds, list) and all(
        isinstance(one, int | float) and not isinstance(one, bool) for one in bounds
    )
    if not numbers or sorted(set(bounds)) != bounds:
        raise table.error("{}: classes takes a list of rising numbers")
    return tuple(map(float, bounds))


def _check_columns(table: TomlTable, question: Question) -> None:
    """Raise an error where the numbers of columns, categories and items do not agree."""
    columns, categories = len(question.columns), len(question.categories)
    if question.kind is Kind.GRID:
        if columns != len(question.items):
            message = "{} has {} columns for {} items"
            raise table.error(message, columns, len(question.items))
        if all(one.missing for one in question.categories):
            raise table.error("{} is a grid: give it categories that count")
        table.check_unique((one.code for one in question.items), "{}, item {!r} stands twice")
    elif question.counts_each_answer and columns in {1, categories}:
        return
    elif question.kind is Kind.MULTI:
        raise table.error("{} has {} columns for {} categories", columns, categories)
    elif question.kind is Kind.SINGLE and columns > 1:
        message = "{} is {} and takes one column, or one for each of its {} categories, not {}"
        raise table.error(message, question.kind, categories, columns)
    elif columns != 1:
        raise table.error("{} is {} and takes one column, not {}", question.kind, columns)


def _check_delimiter(table: TomlTable, question: Question) -> None:
    """Raise an error for a delimiter outside a multiple response in one column."""
    alone = question.kind is Kind.MULTI and len(question.columns) == 1
    if question.delimiter and not alone:
        raise table.error("{}: a delimiter is for a multi question in one column")
    codes = [category.code for category in question.categories]
    if question.others and not (question.delimiter and question.others in codes):
        message = "{}: others takes the code of a category of a question with a delimiter"
        raise table.error(message)


def _check_nets(table: TomlTable, question: Question) -> None:
    """Raise an error for a net with unknown members; members may be nets declared before it.

    Members are not checked here where the answers come from the data.
    """
    if question.nets and question.kind in {Kind.GRID, Kind.NUMERIC, Kind.TEXT}:
        raise table.error("{} is {} and takes no nets", question.kind)
    known = {category.code for category in question.categories}
    for net in question.nets:
        if net.code in known:
            raise table.error("{}, code {!r} stands twice", net.code)
        for code in (*net.members, *net.minus):
            if code not in known and not question.takes_answers_from_data:
                raise table.error("{}: net {!r} has the unknown member {!r}", net.code, code)
        if not net.minus:
            known.add(net.code)


_HEAD = """\
# What the columns of this survey mean. Keep it beside the survey as NAME.codebook.toml, or name it
# with --codebook; what stands here is declared, what it leaves out is guessed again.
#   kind        single, multi, scale, grid, numeric, date or text
#   categories  in the order of the questionnaire; missing = true leaves the base; score = 1.0 gives
#               a scale its mean; spellings = ["yes "] are other texts of the same answer
#   columns     of a multi one a category, of a grid one an item, in the same order
#   unchosen    texts of a multi's columns that say "asked, not chosen"
#   nets        { code = "top", label = "Top two", members = ["4", "5"] }; with minus = ["1"] the
#               difference of two
#   classes     lower bounds, all but the first, of the classes of a number
#   ignore      columns that are no questions
#   strata, cluster, population  columns of the sampling design. strata takes a name or a list;
#               population a name (size of the stratum: in clusters, else in respondents) or two
#               (then also the size of the cluster, in respondents)
#   lone        of strata of one cluster: "adjust" (the default), "average", "certainty" or "fail"
#   [replicates] columns = "rep*" or a list, type = "BRR", "Fay", "JK1", "JK2", "JKn", "bootstrap",
#               "successive-difference", "ACS" or "other"; scale, rscales, rho, mse, combined, df
#   [calibrated] of a raked weight: base = "d" (the weight before; left out: equal weights),
#               margins = [["sex"], ["age", "region"]] (the columns of each margin)
# role, wave, weight and banner: "" says that there is none.
"""


def write_codebook(
    codebook: Codebook, *, keep_guesses: bool = False, notes: Iterable[str] = ()
) -> str:
    """Return the codebook as TOML for `read_codebook`.

    Reasons of auto-detected parts become comments, so that keeping the text declares them; with
    `keep_guesses` they stay entries, and reading the text back gives an equal codebook. `notes` say
    how the file was read.
    """
    lines = [*tr(_HEAD).splitlines(), *(tr("# note: {}", clean(note)) for note in notes)]
    entries = top_entries(codebook)
    for key, value in entries.items():
        if keep_guesses:
            lines += _entry_lines(key, value)
        elif key == "ignore":
            lines.append(tr("# columns left aside, and why:"))
            lines += [f"#   {clean(one.column)}: {one.reason}" for one in codebook.excluded]
            lines += _entry_lines(key, [one.column for one in codebook.excluded])
        elif not key.endswith("_guess"):
            lines += [*_commented(entries.get(f"{key}_guess")), *_entry_lines(key, value)]
    for question in codebook.questions:
        lines += ["", *_question_lines(question, keep_guess=keep_guesses)]
    return "\n".join(lines) + "\n"


def write_question(question: Question) -> str:
    """Return one question as TOML, with the reason where its kind was auto-detected."""
    return "\n".join(_question_lines(question, keep_guess=True)) + "\n"


def _question_lines(question: Question, *, keep_guess: bool) -> list[str]:
    lines = ["[[question]]"] if keep_guess else [*_commented(question.guess), "[[question]]"]
    for key, value in question_entries(question).items():
        if keep_guess or key not in {"guess", "undecided"}:
            lines += _entry_lines(key, value)
    return lines


def _entry_lines(key: str, value: object) -> list[str]:
    """Return an entry in TOML; a list of tables has one table a line."""
    if isinstance(value, dict):
        return ["", f"[{key}]", *(f"{name} = {toml_value(one)}" for name, one in value.items())]
    if not (isinstance(value, list) and value and isinstance(value[0], dict)):
        return [f"{key} = {toml_value(value)}"]
    rows = (", ".join(f"{name} = {toml_value(it)}" for name, it in one.items()) for one in value)
    return [f"{key} = [", *(f"  {{ {row} }}," for row in rows), "]"]


def _commented(guess: object) -> list[str]:
    return [tr("# a guess: {}", clean(str(guess)))] if guess else []
