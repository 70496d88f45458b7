"""Codebook from and to TOML: reading is strict, the text is made to be edited by hand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from cxtui.errors import CodebookError, near_among
from cxtui.messages import tr
from cxtui.survey.codebook.load_toml import load_toml
from cxtui.survey.codebook.nets_and_classes import read_classes, read_nets
from cxtui.survey.codebook.possible_answers import read_asked, read_range
from cxtui.survey.codebook.question_checks import (
    check_columns,
    check_delimiter,
    check_nets,
    check_range,
)
from cxtui.survey.codebook.sampling_tables import SAMPLING_KEYS, read_sampling
from cxtui.survey.codebook.scale_lists import (
    answer_lists,
    read_scales,
    scale_header,
    share_scales,
    with_scale,
)
from cxtui.survey.codebook.toml_entries import NAMES, question_entries, toml_value, top_entries
from cxtui.survey.codebook.toml_table import TomlTable
from cxtui.survey.model import PARTS, Codebook, ExcludedColumn, is_least
from cxtui.survey.question import Category, Holds, Item, Kind, Question
from cxtui.text import clean

if TYPE_CHECKING:
    from cxtui.survey.derive.derivation import Derivation

METADATA_KEY = "cxtui.codebook"
"""Key of the codebook in the metadata of a Parquet file or the properties of a table."""

_CODEBOOK_KEYS = {
    *(
        *NAMES,
        *SAMPLING_KEYS,
        "weights",
        "suppress",
        "ignore",
        "question",
        "scales",
        "derive",
        "coding",
    ),
    *(f"{part}_guess" for part in PARTS),
}
_QUESTION_KEYS = {one.name for one in fields(Question)} - {"grid_item"} | {
    "column",
    "missing",
    "scale",
}


def read_codebook(text: str, origin: str) -> Codebook:
    """Return the codebook that `text` declares; `origin` names it in errors.

    Raises `CodebookError` where the TOML or a value in it is wrong.
    """
    try:
        declared = load_toml(text)
        return _read_codebook(TomlTable(declared, tr("the codebook"), origin))
    except OverflowError:
        raise CodebookError("{}: a number in it is too large", origin) from None
    except ValueError as error:  # TOML's own, or a number of thousands of digits
        raise CodebookError("{} is not valid TOML: {}", origin, error) from None


def _read_codebook(table: TomlTable) -> Codebook:
    table.check_keys(_CODEBOOK_KEYS)
    names = {key: table.text(key, "") for key in NAMES}
    names |= {key: clean(names[key]) for key in ("title", "source", "note")}
    lists = read_scales(table)
    questions = tuple(
        _read_question(
            TomlTable(one, tr("question {!r}", one.get("id", tr("(without id)"))), table.origin),
            lists,
        )
        for one in table.tables("question")
    )
    derived = _read_derived(table)
    ids = [*(one.id for one in questions), *(one.id for one in derived)]
    table.check_unique(ids, "question {1!r} stands twice")
    weights, excluded = table.texts("weights"), tuple(_read_excluded(table))
    guesses = {f"{part}_guess": clean(table.text(f"{part}_guess", "")) for part in PARTS}
    for part in PARTS:
        if guesses[f"{part}_guess"] and not names[part]:
            raise table.error("{} has a {} without a {}", f"{part}_guess", part)
    return Codebook(
        questions=questions,
        weights=weights,
        excluded=excluded,
        derived=derived,
        absent=tuple(part for part in PARTS if table.entries.get(part) == ""),
        suppress=_read_suppress(table),
        **names,  # type: ignore[arg-type]  # texts all
        **guesses,  # type: ignore[arg-type]
        **read_sampling(table),
    )


def _read_derived(table: TomlTable) -> tuple[Derivation, ...]:
    """Return the derived questions, which most codebooks have none of."""
    if table.entries.keys().isdisjoint(("derive", "coding")):
        return ()
    from cxtui.survey.derive.coding_text import read_codings
    from cxtui.survey.derive.derivation_text import read_derivations

    return (*read_derivations(table), *read_codings(table))


def _read_suppress(table: TomlTable) -> int:
    """Return the number of respondents below which no count is shown."""
    value = table.entries.get("suppress", 0)
    if isinstance(value, bool) or not isinstance(value, int) or not is_least(value):
        raise table.error("{}: suppress takes a whole number of respondents from 2 on")
    return value


def _read_excluded(table: TomlTable) -> Iterator[ExcludedColumn]:
    """Yield the excluded columns, given as names or as tables with a reason."""
    for one in table.listed("ignore", str | dict, "{}: {} takes a list of columns"):
        entries = one if isinstance(one, dict) else {"column": one}
        row = TomlTable(entries, tr("a column to ignore"), table.origin)
        row.check_keys({"column", "reason"})
        column = row.text("column")
        row = replace(row, name=tr("column {!r}", column))
        yield ExcludedColumn(column, clean(row.text("reason", tr("the codebook leaves it aside"))))


def _read_question(table: TomlTable, lists: Mapping[str, TomlTable]) -> Question:
    table.check_keys(_QUESTION_KEYS)
    table = with_scale(table, lists)
    identity = table.text("id")
    columns = table.texts("columns") or (table.text("column", identity),)
    question = Question(
        id=clean(identity),
        label=clean(table.text("label", identity)),
        kind=_read_kind(table),
        columns=columns,
        categories=(*_read_categories(table), *_read_reasons(table)),
        items=tuple(
            Item(clean(code), clean(row.text("label", code)))
            for code, row in table.coded("items", Item, "an item of {}")
        ),
        section=clean(table.text("section", "")),
        unchosen=table.texts("unchosen"),
        unasked=table.texts("unasked"),
        holds=_read_holds(table),
        nets=tuple(read_nets(table)),
        classes=read_classes(table),
        range=read_range(table),
        asked=read_asked(table),
        delimiter=table.text("delimiter", ""),
        others=table.text("others", ""),
        guess=clean(table.text("guess", "")),
        undecided=table.flag("undecided"),
        made=clean(table.text("made", "")),
    )
    texts = (text for one in question.categories for text in one.texts)
    table.check_unique(texts, "{}, code {!r} stands twice")
    table.check_unique(question.columns, "{}, column {!r} stands twice")
    check_columns(table, question)
    check_range(table, question)
    check_nets(table, question)
    check_delimiter(table, question)
    return question


def _read_kind(table: TomlTable) -> Kind:
    name = table.text("kind", Kind.SINGLE)
    if name not in set(Kind):
        raise table.error(
            "{} has kind {!r}; it takes {}", name, ", ".join(Kind), near_among(name, Kind)
        )
    return Kind(name)


def _read_holds(table: TomlTable) -> Holds:
    name = table.text("holds", Holds.TICKS)
    if name not in set(Holds):
        raise table.error(
            "{} holds {!r}; it takes {}", name, ", ".join(Holds), near_among(name, Holds)
        )
    return Holds(name)


def _read_reasons(table: TomlTable) -> Iterator[Category]:
    """Yield the missing answers that are said once, for all columns of the question."""
    for code, row in table.coded("missing", Category, "a missing answer of {}"):
        label, spellings = clean(row.text("label", code)), row.texts("spellings")
        yield Category(code, label, missing=True, spellings=spellings)


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


_HEAD = """\
# What the columns of this survey mean. Keep it beside the survey as NAME.codebook.toml, or name it
# with --codebook; what stands here is declared, what it leaves out is auto-detected again.
#   kind        single, multi, scale, grid, numeric, date or text
#   categories  in the order of the questionnaire; missing = true leaves the base; score = 1.0 gives
#               a scale its mean; spellings = ["yes "] are other texts of the same answer
#   columns     of a multi one a category, of a grid one an item, in the same order
#   unchosen    texts of a multi's columns that say "asked, not chosen"
#   unasked     texts of a multi's columns that say "not asked", as an empty cell does
#   missing     { code = "99", label = "Refused" }: an answer that any of a multi's columns can hold
#   holds       "ticks" (the default) or, of a multi, "mentions": each column holds any code of the
#               categories, the first mention, the second …
#   scale       the list of a [scales.NAME] below instead of categories (and nets) of its own
#   nets        { code = "top", label = "Top two", members = ["4", "5"] }; with minus = ["1"] the
#               difference of two
#   classes     lower bounds, all but the first, of the classes of a number
#   range       [0, 100]: the least and the largest possible number; [0, inf] has no largest
#   asked       who is asked, as --where says it: "cx_map!=1", or a list of conditions that all hold
#   [[derive]]  a question made of others: id, label, section, and one verb:
#               from = "region", merge = [{ label = "North", of = ["1", "2"] }] (rest = "Other",
#               or "drop"); from = "age", bands = [35, 55]; cases = [{ label = "Heavy", when =
#               ["visits>=8"] }] (rest = "Light"; overlap = true: all that hold); count = ["tools"]
#               (of = ["1"]); mean, sum, min or max = ["q1", "q2"] (least = 1); first = "aided";
#               cross = ["sex", "region"]; straight = "channels" (least = 5): one answer to all
#               items; repeats = ["ip", "q1"] (least = 2): as an earlier respondent. when takes
#               conditions like those of --where
#   [[coding]]  codes of an open answer: id, question, codes = [{ code = "1", label = "Prices",
#               key = "p" }], coders = ["ana"]: of coders who disagree, the first counts
#   made        of a question that was derived before the survey was converted: how
#   suppress    10: no count of fewer than 10 respondents is shown; --suppress can raise it only
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
            lines.append(tr("# excluded columns, and why:"))
            lines += [f"#   {clean(one.column)}: {one.reason}" for one in codebook.excluded]
            lines += _entry_lines(key, [one.column for one in codebook.excluded])
        elif not key.endswith("_guess"):
            lines += [*_commented(entries.get(f"{key}_guess")), *_entry_lines(key, value)]
    from cxtui.survey.derive.derivation_text import declared_derivations

    declared = [one for one in codebook.questions if one.id not in codebook.derived_ids]
    scales = share_scales(declared)
    for question in declared:
        if scales.get(question.id) == question.id:
            lines += ["", scale_header(question.id)]
            for key, value in answer_lists(question).items():
                lines += _entry_lines(key, value)
    for question in declared:
        own = _question_lines(question, scales.get(question.id, ""), keep_guess=keep_guesses)
        lines += ["", *own]
    for derived in declared_derivations(codebook):
        lines += ["", *_derivation_lines(derived)]
    return "\n".join(lines) + "\n"


def write_question(question: Question) -> str:
    """Return one question as TOML, with the reason where its kind was auto-detected."""
    return "\n".join(_question_lines(question, "", keep_guess=True)) + "\n"


def write_derivation(one: Derivation) -> str:
    """Return one derived question as TOML."""
    return "\n".join(_derivation_lines(one)) + "\n"


def _derivation_lines(one: Derivation) -> list[str]:
    from cxtui.survey.derive.derivation import Verb
    from cxtui.survey.derive.derivation_text import derivation_entries, inline_value

    lines = ["[[coding]]" if one.verb is Verb.CODING else "[[derive]]"]
    for key, value in derivation_entries(one).items():
        listed = value if isinstance(value, list) else []
        rows = [f"  {inline_value(row)}," for row in listed if isinstance(row, dict)]
        lines += [f"{key} = [", *rows, "]"] if rows else [f"{key} = {inline_value(value)}"]
    return lines


def _question_lines(question: Question, scale: str, *, keep_guess: bool) -> list[str]:
    lines = ["[[question]]"] if keep_guess else [*_commented(question.guess), "[[question]]"]
    entries = question_entries(question)
    if scale:
        shared = answer_lists(question)
        entries = {key: value for key, value in entries.items() if key not in shared}
        entries["scale"] = scale
    for key, value in entries.items():
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
    return [tr("# auto-detected: {}", clean(str(guess)))] if guess else []
