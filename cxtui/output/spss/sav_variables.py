"""The variables of a survey as SPSS has them: a number or a text each, with labels and missings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import narwhals.stable.v2 as nw

from cxtui.analysis.derive.answer_codes import choose, code_in_column, holds_text
from cxtui.analysis.query.expressions.filters import gave_answer
from cxtui.analysis.query.expressions.several_answers import gave_each, is_unanswered
from cxtui.errors import ExportError
from cxtui.messages import tr
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Holds, Kind, Question, told_apart
from cxtui.text import numbered

_LONGEST_NAME, LONGEST_LABEL, _LONGEST_VALUE_LABEL = 64, 255, 120
"""Bytes of a name, of a variable's label and of a value's, in UTF-8."""

_MOST_MISSING = 3
_NO_NUMBER = nw.lit(None, nw.Float64)
_RESERVED = frozenset(
    ("ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH")
)
_SIGNS = re.compile(r"[^\w.$#@]")

Missing = Mapping[str, float]
"""A range of missing values, `lo` to `hi`."""


@dataclass(frozen=True, slots=True)
class SavVariable:
    """One variable: its name, what its values are, and what they mean.

    `labels` are those of values; `missing` up to three values, or a range and one more.
    """

    name: str
    label: str
    value: nw.Expr
    labels: Mapping[float, str] = field(default_factory=dict)
    missing: Sequence[float | Missing] = ()
    measure: str = "unknown"


@dataclass(frozen=True, slots=True)
class SavSet:
    """A multiple-response set: variables that are 1 where ticked, or hold one list of codes."""

    name: str
    label: str
    variables: tuple[str, ...]
    is_ticks: bool


class SavVariables:
    """The variables and sets of a survey.

    `renamed` are columns under another name, `cut` the labels that are too long for SPSS.

    Raises `ExportError` for missing values that SPSS cannot declare.
    """

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._taken: set[str] = set()
        self.renamed: dict[str, str] = {}
        self.cut = 0
        self.weight = ""
        self.variables: list[SavVariable] = []
        self.sets: list[SavSet] = []
        seen: set[str] = set()
        for question in survey.codebook.questions:
            seen.update(question.columns)
            self._add_question(question)
        for column in survey.schema:
            if column not in seen:
                self._add_other(column)

    def _add_question(self, question: Question) -> None:
        match question.kind:
            case Kind.MULTI:
                self._add_set(question)
            case Kind.GRID:
                for item, column in zip(question.items, question.columns, strict=True):
                    label = f"{question.label}: {item.label}"
                    self._add_coded(question, column, column, label)
            case Kind.SINGLE | Kind.SCALE if len(question.columns) == 1 and not _is_open(question):
                self._add_coded(question, question.columns[0], question.id, question.label)
            case Kind.SINGLE if question.columns[1:]:
                self._add_ticked_single(question)
            case Kind.NUMERIC:
                self._add_number(question)
            case _:
                for column in question.columns:
                    self._add_other(column, question.label)

    # One kind each

    def _add_coded(self, question: Question, column: str, name: str, label: str) -> None:
        numbers = _numbers_of(question.categories)
        code = code_in_column(self._survey, question, column)
        value = choose(
            [(code == one.code, nw.lit(numbers[one.code])) for one in question.categories],
            _other_number(self._survey, column),
        )
        self._add(
            name, label, value, question, numbers, "ordinal" if question.scores else "nominal"
        )

    def _add_ticked_single(self, question: Question) -> None:
        numbers = _numbers_of(question.categories)
        value = choose(
            list(
                zip(
                    gave_each(self._survey, question, question.categories),
                    (nw.lit(numbers[one.code]) for one in question.categories),
                    strict=True,
                )
            ),
            _NO_NUMBER,
        )
        self._add(question.id, question.label, value, question, numbers, "nominal")

    def _add_number(self, question: Question) -> None:
        column = question.columns[0]
        if not self._survey.schema[column].is_numeric():
            self._add_other(column, question.label)
            return
        numbers = {one.code: float(one.code) for one in question.categories if _is_float(one.code)}
        value = file_column(column).cast(nw.Float64)
        self._add(question.id, question.label, value, question, numbers, "scale")

    def _add_set(self, question: Question) -> None:
        is_ticks = question.holds is not Holds.MENTIONS
        first = len(self.variables)
        if is_ticks:
            self._add_ticks(question)
        else:
            for column in question.columns:
                self._add_coded(question, column, column, question.label)
        names = tuple(one.name for one in self.variables[first:])
        self.sets.append(SavSet(question.id, question.label, names, is_ticks))

    def _add_ticks(self, question: Question) -> None:
        """Add a variable for each answer: 1 where given, 0 where not, the code of a reason."""
        valid = [one for one in question.options if not one.missing]
        reasons = _free_numbers([one for one in question.categories if one.missing])
        named = {reasons[one.code]: one.label for one in question.categories if one.missing}
        missing = _declared(reasons.values(), [0.0, 1.0], question.id)
        for place, option in enumerate(told_apart(valid)):
            column = ""
            if question.has_column_each:
                column = question.columns[question.options.index(valid[place])]
            value = self._tick(question, option, column, reasons)
            labels = {1.0: option.label, 0.0: tr("Not chosen"), **named}
            name = column or f"{question.id}_{place + 1}"
            self._append(SavVariable(name, option.label, value, labels, missing, "nominal"))

    def _tick(
        self, question: Question, option: Category, column: str, reasons: Mapping[str, float]
    ) -> nw.Expr:
        """Return whether an answer was given; the reasons of a `column` are its own."""
        survey = self._survey
        branches = [(gave_answer(survey, question, option.code), nw.lit(1.0))]
        for one in question.categories:
            if one.code in reasons and (not column or one in question.reasons):
                is_reason = gave_answer(survey, question, one.code)
                if column:
                    is_reason = holds_text(survey, column, one.texts)
                branches.append((is_reason, nw.lit(reasons[one.code])))
        is_not_chosen = ~is_unanswered(survey, question)
        if column and question.unchosen:
            is_not_chosen = holds_text(survey, column, question.unchosen)
        return choose([*branches, (is_not_chosen, nw.lit(0.0))], _NO_NUMBER)

    def _add_other(self, column: str, label: str = "") -> None:
        """Add a column as it is: a number, a date, or a text."""
        dtype, value = self._survey.schema[column], file_column(column)
        if isinstance(dtype, nw.Boolean) or dtype.is_numeric():
            value = value.cast(nw.Float64)
        elif not dtype.is_temporal():
            value = value.cast(nw.String)
        self._append(SavVariable(column, label, value, measure="unknown"))
        if column == self._survey.codebook.weight:
            self.weight = self.variables[-1].name

    # Names and labels

    def _add(
        self,
        name: str,
        label: str,
        value: nw.Expr,
        question: Question,
        numbers: Mapping[str, float],
        measure: str,
    ) -> None:
        listed = [one for one in told_apart(question.categories) if one.code in numbers]
        labels = {numbers[one.code]: one.label for one in listed}
        gone = [numbers[one.code] for one in listed if one.missing]
        kept = [numbers[one.code] for one in listed if not one.missing]
        missing = _declared(gone, kept, question.id)
        self._append(SavVariable(name, label, value, labels, missing, measure))

    def _append(self, one: SavVariable) -> None:
        name = self._free_name(one.name)
        if name != one.name and one.name in self._survey.schema:
            self.renamed[one.name] = name
        labels = {
            value: cut(label, _LONGEST_VALUE_LABEL) for value, label in sorted(one.labels.items())
        }
        label = cut(one.label or (one.name if name != one.name else ""), LONGEST_LABEL)
        self.cut += sum(label != one.labels[value] for value, label in labels.items())
        self.cut += len(one.label) > len(label) > 0
        value = one.value.alias(name)
        self.variables.append(replace(one, name=name, label=label, value=value, labels=labels))

    def _free_name(self, wanted: str) -> str:
        """Return a name that SPSS takes, and that no variable has without regard to case."""
        name = _SIGNS.sub("_", wanted).rstrip("._") or "_"
        if not name[0].isalpha() or name.upper() in _RESERVED:
            name = f"V_{name.lstrip('_')}"
        name = cut(name, _LONGEST_NAME - 4)
        free = numbered(name.casefold(), self._taken)
        self._taken.add(free)
        return name + free[len(name.casefold()) :]


def _is_open(question: Question) -> bool:
    """Whether answers beyond the categories are texts of their own, which SPSS keeps as text."""
    return bool(question.pooled or question.delimiter or not question.categories)


def _other_number(survey: Survey, column: str) -> nw.Expr:
    """Return the value of an answer that no category lists: a number as it is, no text."""
    dtype = survey.schema[column]
    if dtype.is_numeric() and not isinstance(dtype, nw.Boolean):
        return file_column(column).cast(nw.Float64)
    return _NO_NUMBER


def _numbers_of(categories: Sequence[Category]) -> dict[str, float]:
    """Return the number of each code: its own where all are numbers, else 1, 2, 3 in their order.

    Missing answers come last then, from 97 up where there is room.
    """
    if all(_is_float(one.code) for one in categories):
        found = {one.code: float(one.code) for one in categories}
        if len({*found.values()}) == len(found):
            return found
    valid = [one for one in categories if not one.missing]
    numbers = {one.code: float(place) for place, one in enumerate(valid, 1)}
    first = max(97, len(valid) + 1)
    gone = (one for one in categories if one.missing)
    return numbers | {one.code: float(place) for place, one in enumerate(gone, first)}


def _free_numbers(missing: Sequence[Category]) -> dict[str, float]:
    """Return a number for each reason that is neither 0 nor 1."""
    numbers = _numbers_of(missing)
    if {0.0, 1.0} & {*numbers.values()}:
        return {one.code: float(place) for place, one in enumerate(missing, 97)}
    return numbers


def _declared(
    missing: Iterable[float], valid: Iterable[float], name: str
) -> Sequence[float | Missing]:
    """Return missing values as SPSS declares them: three values, or a range and one value."""
    gone = sorted(set(missing))
    if len(gone) <= _MOST_MISSING:
        return gone
    kept = list(valid)
    for first, last, single in _ranges(gone):
        if not any(first <= one <= last for one in kept):
            return [{"lo": first, "hi": last}, *single]
    message = "{}: SPSS takes three missing values or a range, and {} has {}: merge some of them"
    raise ExportError(message, "sav", name, len(gone))


def _ranges(gone: Sequence[float]) -> Iterator[tuple[float, float, list[float]]]:
    yield gone[0], gone[-1], []
    yield gone[1], gone[-1], [gone[0]]
    yield gone[0], gone[-2], [gone[-1]]


def _is_float(text: str) -> bool:
    try:
        return abs(float(text)) < 1e300  # noqa: PLR2004 -- no infinity, no NaN
    except ValueError:
        return False


def cut(text: str, most: int) -> str:
    """Return a text in at most `most` bytes of UTF-8."""
    return text.encode()[:most].decode(errors="ignore")
