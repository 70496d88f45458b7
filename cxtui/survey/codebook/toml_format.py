"""Codebook from and to TOML: reading is strict, the text is made to be edited by hand."""

import math
import tomllib
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Any

from cxtui.errors import CodebookError
from cxtui.survey.codebook.toml_entries import NAMES, question_entries, top_entries
from cxtui.survey.codebook.toml_values import toml_value
from cxtui.survey.model import PARTS, Codebook, ExcludedColumn
from cxtui.survey.question import Category, Item, Kind, Net, Question
from cxtui.text import clean

METADATA_KEY = "cxtui.codebook"
"""Key of the codebook in the metadata of a Parquet file or the properties of a table."""

SUFFIX = ".codebook.toml"
"""Ending of a codebook beside a survey file: `NAME.codebook.toml`."""

_CODEBOOK_KEYS = {
    *(*NAMES, "weights", "ignore", "question"),
    *(f"{part}_guess" for part in PARTS),
}
_QUESTION_KEYS = {
    *("id", "label", "kind", "column", "columns"),
    *("categories", "items", "section", "unchosen", "nets", "classes"),
    *("delimiter", "others", "guess"),
}
_NET_KEYS = {"code", "label", "members", "minus"}
_CATEGORY_KEYS = {"code", "label", "missing", "score", "spellings"}
_LEFT_ASIDE = "the codebook leaves it aside"


def read_codebook(text: str, origin: str) -> Codebook:
    """Return the codebook that `text` declares; `origin` names it in errors.

    Raises `CodebookError` where the TOML or a value in it is wrong.
    """
    try:
        declared = tomllib.loads(text)
    except ValueError as error:  # TOML's own, or a number of thousands of digits
        raise CodebookError(f"{origin} is not valid TOML: {error}") from None
    except RecursionError:
        raise CodebookError(f"{origin} is not valid TOML: it is nested too deep") from None
    reader = _Reader(origin)
    try:
        return reader.codebook(declared)
    except OverflowError:
        raise CodebookError(f"{origin}: a number in it is too large") from None


class _Reader:
    """Converter from parsed TOML to values; every method raises `CodebookError` with the place."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    def codebook(self, declared: Mapping[str, Any]) -> Codebook:
        self.check_keys(declared, _CODEBOOK_KEYS, "the codebook")
        names = {key: self.text(declared, key, "the codebook", "") for key in NAMES}
        names |= {key: clean(names[key]) for key in ("title", "source", "note")}
        questions = tuple(map(self.question, self.tables(declared, "question", "the codebook")))
        self.check_unique((question.id for question in questions), "question")
        return Codebook(
            questions=questions,
            weights=self.texts(declared, "weights", "the codebook"),
            excluded=self.excluded(declared),
            absent=tuple(part for part in PARTS if declared.get(part) == ""),
            **names,
            **self.guesses(declared, names),
        )

    def guesses(self, declared: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
        """Return the reasons of the auto-detected parts of the survey."""
        found = {}
        for part in PARTS:
            key = f"{part}_guess"
            found[key] = clean(self.text(declared, key, "the codebook", ""))
            if found[key] and not names[part]:
                raise self.error(f"the codebook has a {key} without a {part}")
        return found

    def excluded(self, declared: Mapping[str, Any]) -> tuple[ExcludedColumn, ...]:
        """Return the excluded columns, given as names or as tables with a reason."""
        found = []
        for one in self.entries(declared, "ignore", "the codebook", str | dict, "columns"):
            table = one if isinstance(one, dict) else {"column": one}
            self.check_keys(table, {"column", "reason"}, "a column to ignore")
            column = self.text(table, "column", "a column to ignore")
            reason = self.text(table, "reason", f"column {column!r}", _LEFT_ASIDE)
            found.append(ExcludedColumn(column, clean(reason)))
        return tuple(found)

    def question(self, declared: Mapping[str, Any]) -> Question:
        where = f"question {declared.get('id', '(without id)')!r}"
        self.check_keys(declared, _QUESTION_KEYS, where)
        identity = self.text(declared, "id", where)
        columns = self.texts(declared, "columns", where) or (
            self.text(declared, "column", where, identity),
        )
        question = Question(
            id=clean(identity),
            label=clean(self.text(declared, "label", where, identity)),
            kind=self.kind(declared, where),
            columns=columns,
            categories=tuple(
                self.category(one, where) for one in self.tables(declared, "categories", where)
            ),
            items=tuple(self.item(one, where) for one in self.tables(declared, "items", where)),
            section=clean(self.text(declared, "section", where, "")),
            unchosen=self.texts(declared, "unchosen", where),
            nets=tuple(self.net(one, where) for one in self.tables(declared, "nets", where)),
            classes=self.classes(declared, where),
            delimiter=self.text(declared, "delimiter", where, ""),
            others=self.text(declared, "others", where, ""),
            guess=clean(self.text(declared, "guess", where, "")),
        )
        self.check_unique(
            (text for one in question.categories for text in one.texts), f"{where}, code"
        )
        self.check_unique(question.columns, f"{where}, column")
        self.check_columns(question, where)
        self.check_nets(question, where)
        self.check_delimiter(question, where)
        return question

    def check_columns(self, question: Question, where: str) -> None:
        """Raise an error where the numbers of columns, categories and items do not agree."""
        columns = len(question.columns)
        if question.kind is Kind.GRID:
            if columns != len(question.items):
                raise self.error(f"{where} has {columns} columns for {len(question.items)} items")
            if all(one.missing for one in question.categories):
                raise self.error(f"{where} is a grid: give it categories that count")
            self.check_unique((item.code for item in question.items), f"{where}, item")
        elif question.kind is Kind.MULTI:
            if columns not in {1, len(question.categories)}:
                raise self.error(
                    f"{where} has {columns} columns for {len(question.categories)} categories"
                )
        elif question.counts_each_answer:
            if columns != len(question.categories):
                raise self.error(
                    f"{where} is {question.kind} and takes one column, or one for each of its "
                    f"{len(question.categories)} categories, not {columns}"
                )
        elif columns != 1:
            raise self.error(f"{where} is {question.kind} and takes one column, not {columns}")

    def check_delimiter(self, question: Question, where: str) -> None:
        """Raise an error for a delimiter outside a multiple response in one column."""
        alone = question.kind is Kind.MULTI and len(question.columns) == 1
        if question.delimiter and not alone:
            raise self.error(f"{where}: a delimiter is for a multi question in one column")
        codes = [category.code for category in question.categories]
        if question.others and not (question.delimiter and question.others in codes):
            raise self.error(
                f"{where}: others takes the code of a category of a question with a delimiter"
            )

    def check_nets(self, question: Question, where: str) -> None:
        """Raise an error for a net with unknown members; members may be nets declared before it.

        Members are not checked here where the answers come from the data.
        """
        if question.nets and question.kind in {Kind.GRID, Kind.NUMERIC, Kind.TEXT}:
            raise self.error(f"{where} is {question.kind} and takes no nets")
        known = {category.code for category in question.categories}
        for net in question.nets:
            if net.code in known:
                raise self.error(f"{where}, code {net.code!r} stands twice")
            for code in (*net.members, *net.minus):
                if code not in known and not question.takes_answers_from_data:
                    raise self.error(f"{where}: net {net.code!r} has the unknown member {code!r}")
            if not net.minus:
                known.add(net.code)

    def net(self, declared: Mapping[str, Any], where: str) -> Net:
        self.check_keys(declared, _NET_KEYS, f"a net of {where}")
        code = self.text(declared, "code", f"a net of {where}")
        members = self.texts(declared, "members", where)
        if not members:
            raise self.error(f"{where}: net {code!r} lacks members")
        return Net(
            code=clean(code),
            label=clean(self.text(declared, "label", where, code)),
            members=members,
            minus=self.texts(declared, "minus", where),
        )

    def classes(self, declared: Mapping[str, Any], where: str) -> tuple[float, ...]:
        bounds = declared.get("classes", [])
        numbers = isinstance(bounds, list) and all(
            isinstance(one, int | float) and not isinstance(one, bool) for one in bounds
        )
        if not numbers or sorted(set(bounds)) != bounds:
            raise self.error(f"{where}: classes takes a list of rising numbers")
        return tuple(map(float, bounds))

    def category(self, declared: Mapping[str, Any], where: str) -> Category:
        self.check_keys(declared, _CATEGORY_KEYS, f"a category of {where}")
        code = self.text(declared, "code", f"a category of {where}")
        missing, score = declared.get("missing", False), declared.get("score")
        if not isinstance(missing, bool):
            raise self.error(f"{where}: missing takes true or false")
        if score is not None and (isinstance(score, bool) or not isinstance(score, int | float)):
            raise self.error(f"{where}: score takes a number")
        if score is not None and not math.isfinite(score):
            raise self.error(f"{where}: score takes a number, not {score}")
        return Category(
            code=code,
            label=clean(self.text(declared, "label", where, code)),
            missing=missing,
            score=None if score is None else float(score),
            spellings=self.texts(declared, "spellings", where),
        )

    def item(self, declared: Mapping[str, Any], where: str) -> Item:
        self.check_keys(declared, {"code", "label"}, f"an item of {where}")
        code = self.text(declared, "code", f"an item of {where}")
        return Item(clean(code), clean(self.text(declared, "label", where, code)))

    def kind(self, declared: Mapping[str, Any], where: str) -> Kind:
        name = self.text(declared, "kind", where, Kind.SINGLE)
        try:
            return Kind(name)
        except ValueError:
            raise self.error(f"{where} has kind {name!r}; it takes {', '.join(Kind)}") from None

    def text(
        self, declared: Mapping[str, Any], key: str, where: str, default: str | None = None
    ) -> str:
        value = declared.get(key, default)
        if value is None:
            raise self.error(f"{where} lacks {key!r}")
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self.error(f"{where}: {key} takes a text")
        return str(value)

    def texts(self, declared: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        return tuple(map(str, self.entries(declared, key, where, str | int, "texts")))

    def tables(
        self, declared: Mapping[str, Any], key: str, where: str
    ) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.entries(declared, key, where, dict, "tables"))

    def entries(
        self, declared: Mapping[str, Any], key: str, where: str, kinds: type | UnionType, what: str
    ) -> list[Any]:
        """Return a list whose entries are all of some types."""
        values = declared.get(key, [])
        if not isinstance(values, list) or not all(isinstance(one, kinds) for one in values):
            raise self.error(f"{where}: {key} takes a list of {what}")
        return values

    def check_keys(self, declared: Mapping[str, Any], keys: set[str], where: str) -> None:
        unknown = sorted(set(declared) - keys)
        if unknown:
            raise self.error(
                f"{where} has the unknown key {unknown[0]!r}; known are {', '.join(sorted(keys))}"
            )

    def check_unique(self, names: Iterable[str], what: str) -> None:
        seen: set[str] = set()
        for name in names:
            if name in seen:
                raise self.error(f"{what} {name!r} stands twice")
            seen.add(name)

    def error(self, what: str) -> CodebookError:
        return CodebookError(f"{self.origin}: {what}")


_HEAD = f"""\
# What the columns of this survey mean. Keep it beside the survey as NAME{SUFFIX}, or name it
# with --codebook; what stands here is declared, what it leaves out is guessed again.
#   kind        single, multi, scale, grid, numeric, date or text
#   categories  in the order of the questionnaire; missing = true leaves the base; score = 1.0 gives
#               a scale its mean; spellings = ["yes "] are other texts of the same answer
#   columns     of a multi one a category, of a grid one an item, in the same order
#   unchosen    texts of a multi's columns that say "asked, not chosen"
#   nets        {{ code = "top", label = "Top two", members = ["4", "5"] }}; with minus = ["1"] the
#               difference of two
#   classes     lower bounds, all but the first, of the classes of a number
#   ignore      columns that are no questions
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
    lines = [*_HEAD.splitlines(), *(f"# note: {clean(note)}" for note in notes)]
    for key, value in top_entries(codebook).items():
        guess = getattr(codebook, f"{key}_guess", "")
        if key.endswith("_guess") and not keep_guesses:
            continue
        if key == "ignore":
            lines += _ignored(codebook, keep_reasons=keep_guesses)
            continue
        lines += [] if keep_guesses else _commented(guess)
        lines.append(f"{key} = {toml_value(value)}")
    for question in codebook.questions:
        lines += ["", *_question_lines(question, keep_guess=keep_guesses)]
    return "\n".join(lines) + "\n"


def _ignored(codebook: Codebook, *, keep_reasons: bool) -> list[str]:
    if keep_reasons:
        entries = ({"column": one.column, "reason": one.reason} for one in codebook.excluded)
        return _array("ignore", entries)
    lines = ["# columns left aside, and why:"]
    lines += [f"#   {clean(one.column)}: {one.reason}" for one in codebook.excluded]
    return [*lines, f"ignore = {toml_value([one.column for one in codebook.excluded])}"]


def write_question(question: Question) -> str:
    """Return one question as TOML, with the reason where its kind was auto-detected."""
    return "\n".join(_question_lines(question, keep_guess=True)) + "\n"


def _question_lines(question: Question, *, keep_guess: bool) -> list[str]:
    lines = ["[[question]]"] if keep_guess else [*_commented(question.guess), "[[question]]"]
    for key, value in question_entries(question).items():
        if key == "guess" and not keep_guess:
            continue
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines += _array(key, value)
        else:
            lines.append(f"{key} = {toml_value(value)}")
    return lines


def _array(key: str, entries: Iterable[Mapping[str, object]]) -> list[str]:
    rows = (
        ", ".join(f"{name} = {toml_value(value)}" for name, value in one.items()) for one in entries
    )
    return [f"{key} = [", *(f"  {{ {row} }}," for row in rows), "]"]


def _commented(guess: str) -> list[str]:
    return [f"# a guess: {clean(guess)}"] if guess else []
