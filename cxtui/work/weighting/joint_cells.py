"""Counting of the joint cells of the questions that a weight is to meet targets for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.banner import BannerVariable
from cxtui.analysis.query.cube import Status
from cxtui.analysis.query.engine import cancellable, query_frame
from cxtui.analysis.query.expressions.answer_coding import AnswerCoder
from cxtui.analysis.query.expressions.exact_sums import require_weight
from cxtui.analysis.query.expressions.filters import is_countable
from cxtui.analysis.query.expressions.several_answers import answer_values
from cxtui.errors import ViewError
from cxtui.messages import tr_count
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Kind, Question
from cxtui.work.weighting.raking import Floats, Ints
from cxtui.work.weighting.targets import Targets

if TYPE_CHECKING:
    import polars as pl

Codes = tuple[str | None, ...]
"""The answers of a joint cell, one a question; `None` for no answer."""

_COUNT = "n"
_CELL = "cell"
_TEXTS = (nw.Categorical, nw.Enum)


@dataclass(frozen=True, slots=True, eq=False)
class JointCells:
    """The joint cells of some questions that have respondents, and their base weights.

    `codes` are the answers of each cell, `labels` the label of each answer by question. `counted`
    has a row for each distinct combination of the `keys` of respondents; by row, `cell` is the
    position of the cell, `n` the number of respondents and `d` their base weight, NaN if it is
    unusable and 1 without a `base`. `columns` are the columns of the questions whose answers are
    the values of one column, `numbers` the questions that are numbers without classes.
    """

    questions: tuple[str, ...]
    base: str
    codes: tuple[Codes, ...]
    labels: dict[str, dict[str, str]]
    columns: dict[str, str]
    numbers: frozenset[str]
    cell: Ints
    n: Ints
    d: Floats
    keys: tuple[nw.Expr, ...]
    counted: pl.DataFrame

    def can_weigh(self, targets: Targets) -> bool:
        """Return whether targets need no other counts: the same base, and no other questions."""
        asked = {name for one in targets.margins for name in one.questions}
        return targets.base == self.base and asked <= {*self.questions}


class _MarginVariable:
    """One question of a margin: the key that the engine groups by, and the code of each key."""

    def __init__(self, survey: Survey, question: Question) -> None:
        self.question = question
        self._banner: BannerVariable | None = None
        if question.kind is Kind.NUMERIC and not question.classes:
            self.coder = AnswerCoder(question.categories, question.pooled)
        else:
            self._banner = BannerVariable(survey, question.id)
            self.coder = self._banner.coder

    def key(self, survey: Survey) -> nw.Expr:
        """Return the column, or what is made of it: classes, periods, the option chosen."""
        if self._banner and not self.is_column:
            return self._banner.key(survey)
        column = self.question.columns[0]
        is_text = any(survey.schema[column] == one for one in _TEXTS)
        return file_column(column).cast(nw.String) if is_text else answer_values(survey, column)

    @property
    def is_number(self) -> bool:
        """Return whether each number is an answer, since there are no classes."""
        return self.question.kind is Kind.NUMERIC and self._banner is None

    @property
    def is_column(self) -> bool:
        """Return whether respondents are grouped by the column itself."""
        if self.question.kind is Kind.NUMERIC:
            return self.is_number
        return self.question.kind is not Kind.DATE and len(self.question.columns) == 1

    def codes(self, value: object) -> list[str]:
        """Return the codes of a key, none for no answer and for user-missing ones."""
        rows = self.coder.rows
        if self._banner:
            return [rows[one].code for one in self._banner.positions(value)]
        at = self.coder.position(value)
        return [] if at is None or rows[at].status is Status.MISSING else [rows[at].code]


def count_cells(survey: Survey, targets: Targets) -> JointCells:
    """Return the joint cells of all questions with targets; one query.

    Raises `TargetsError` where a question or the base weight does not exist or does not fit.
    """
    asked = dict.fromkeys(name for one in targets.margins for name in one.questions)
    variables = [_variable(survey, targets, name) for name in asked]
    keys = [one.key(survey) for one in variables]
    if targets.base:
        keys.append(_base_weight(survey, targets))
    prefix = _free_prefix(survey)
    names = [f"{prefix}{at}" for at in range(len(keys))]
    keys = [key.alias(name) for key, name in zip(keys, names, strict=True)]
    frame = cancellable(survey, survey.frame.select(*keys))
    grouped = frame.group_by(*names).agg(nw.len().alias(_COUNT))
    counted, rows, cell = _cells(query_frame(survey, grouped).to_native(), names, len(variables))
    n = counted[_COUNT].to_numpy().astype(np.int64)
    sizes = np.bincount(cell, n).astype(np.int64)
    coded = [
        _codes(targets, one, [row[at] for row in rows], sizes) for at, one in enumerate(variables)
    ]
    base = counted[names[-1]].fill_null(math.nan).to_numpy() if targets.base else np.ones(len(n))
    return JointCells(
        questions=tuple(asked),
        base=targets.base,
        codes=tuple(zip(*coded, strict=True)),
        labels={
            one.question.id: {row.code: row.label for row in one.coder.rows} for one in variables
        },
        columns={
            one.question.id: one.question.columns[0]
            for at, one in enumerate(variables)
            if one.is_column and _tells_apart([row[at] for row in rows], coded[at])
        },
        numbers=frozenset(one.question.id for one in variables if one.is_number),
        cell=cell,
        n=n,
        d=base,
        keys=tuple(keys),
        counted=counted.select(names),
    )


def _variable(survey: Survey, targets: Targets, name: str) -> _MarginVariable:
    """Return a question of a margin; raises `TargetsError` if respondents can give two answers."""
    try:
        question = required(survey, name, "question")
        if not question.is_exclusive and question.kind is not Kind.NUMERIC:
            raise ViewError(
                "{} is {}: a margin takes questions with one answer a respondent",
                *(name, question.kind.value),
            )
        return _MarginVariable(survey, question)
    except ViewError as error:
        raise targets.refused(targets.path_of(name), "{}", error) from None


def _base_weight(survey: Survey, targets: Targets) -> nw.Expr:
    """Return the base weight, null where it is not a finite number over 0."""
    try:
        require_weight(survey, targets.base)
    except ViewError as error:
        raise targets.refused(("base",), "{}", error) from None
    weight = file_column(targets.base).cast(nw.Float64)
    expression: nw.Expr = nw.when(is_countable(survey, targets.base) & (weight > 0)).then(weight)
    return expression


def _free_prefix(survey: Survey) -> str:
    """Return how no column of the survey begins."""
    prefix = "__"
    while any(name.startswith(prefix) for name in survey.schema):
        prefix += "_"
    return prefix


def _cells(
    counted: pl.DataFrame, names: Sequence[str], answers: int
) -> tuple[pl.DataFrame, list[tuple[object, ...]], Ints]:
    """Return counted rows in a fixed order, the answers of each cell, and the cell of each row.

    The first `answers` of the `names` are the columns of answers.
    """
    keys = names[:answers]
    cells = counted.select(keys).unique().sort(keys)
    joined = counted.join(cells.with_row_index(_CELL), on=keys, how="left", nulls_equal=True)
    ordered = joined.sort(_CELL, *names[answers:])
    return ordered, cells.rows(), ordered[_CELL].to_numpy().astype(np.int64)


def _codes(
    targets: Targets, variable: _MarginVariable, values: Sequence[object], sizes: Ints
) -> list[str | None]:
    """Return the code of each cell; raises `TargetsError` for respondents with several answers."""
    known = {value: variable.codes(value) for value in dict.fromkeys(values)}
    if several := sum(int(n) for value, n in zip(values, sizes, strict=True) if known[value][1:]):
        name = variable.question.id
        raise targets.refused(
            targets.path_of(name),
            "{}",
            tr_count(
                several,
                "{1}: {0:,} respondent gave several answers; a margin takes one",
                "{1}: {0:,} respondents gave several answers; a margin takes one",
                name,
            ),
        )
    return [known[value][0] if known[value] else None for value in values]


def _tells_apart(values: Sequence[object], codes: Sequence[str | None]) -> bool:
    """Return whether each code is one value of the column."""
    pairs = {(code, value) for code, value in zip(codes, values, strict=True) if code is not None}
    return len(pairs) == len({code for code, _ in pairs})
