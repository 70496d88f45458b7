"""How each kind of question is asked of the engine, and how the answer is read.

A multiple response is one query over all its items, a grid one query an item.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.counting_plan import ROW, Part, Plan, Power, Tally
from cxtui.analysis.query.expressions.exact_sums import (
    Extent,
    Triple,
    Weighing,
    added,
    extent_of_numbers,
    parts_of,
    split,
)
from cxtui.analysis.query.expressions.filters import answers_in, period_key
from cxtui.analysis.query.expressions.number_classes import (
    class_key,
    classed,
    is_usable,
    missing_of,
)
from cxtui.analysis.query.expressions.write_ins import is_written
from cxtui.analysis.query.multiple_response import Ticked
from cxtui.errors import ViewError
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Category, Kind, Question, Survey


class ByAnswer(Part):
    """One answer a respondent: group by the answer itself."""

    def __init__(self, survey: Survey, question: Question, weighing: Weighing) -> None:
        super().__init__(survey, question, weighing, question.categories)

    @property
    def keys(self) -> list[str]:
        return [ROW]

    def columns(self) -> list[nw.Expr]:
        if self.question.kind is Kind.DATE:
            return [period_key(self.question).alias(ROW)]
        return [file_column(self.column).alias(ROW)]

    def tallies(self, keys: Sequence[Any], sums: Sequence[Any], whole: Triple) -> Iterator[Tally]:
        yield 0, self.coder.position(keys[0]), whole


class OpenText(ByAnswer):
    """Open answers: how many wrote one."""

    def __init__(self, survey: Survey, question: Question, weighing: Weighing) -> None:
        answered = Category("answered", "Wrote an answer")
        Plan.__init__(self, survey, question, weighing, [answered])

    def columns(self) -> list[nw.Expr]:
        written = is_written(self.survey, self.question)
        return [nw.when(written).then(nw.lit("answered")).alias(ROW)]


class Rated(Plan):
    """A grid: each item is grouped by its answer, as a question of its own would be."""

    def __init__(self, survey: Survey, question: Question, weighing: Weighing) -> None:
        super().__init__(survey, question, weighing, question.categories)
        dtypes = {survey.schema[column] for column in question.columns}
        if len(dtypes) > 1 and not all(dtype.is_numeric() for dtype in dtypes):
            raise ViewError(f"the columns of {question.id} differ in type: store them alike")

    @property
    def parts(self) -> Sequence[Part]:
        return [_RatedItem(self, item) for item in range(len(self.items))]


class _RatedItem(ByAnswer):
    """One item of a grid, whose rows are those of all its items."""

    def __init__(self, grid: Rated, item: int) -> None:
        super().__init__(grid.survey, grid.question, grid.weighing)
        self.coder = grid.coder
        self.column = grid.question.columns[item]
        self._item = item

    def columns(self) -> list[nw.Expr]:
        return [answers_in(self.survey, self.column).alias(ROW)]

    def tallies(self, keys: Sequence[Any], sums: Sequence[Any], whole: Triple) -> Iterator[Tally]:
        yield self._item, self.coder.listed(keys[0]), whole


class Measured(Part):
    """A number: group by its class, the user-missing codes apart, and sum its powers."""

    def __init__(self, survey: Survey, question: Question, weighing: Weighing) -> None:
        categories = (*classed(question), *missing_of(question))
        super().__init__(survey, question, weighing, categories)
        self._classes = len(question.classes) + 1

    @property
    def keys(self) -> list[str]:
        return [ROW]

    def columns(self) -> list[nw.Expr]:
        number = nw.when(is_usable(self.survey, self.question)).then(
            file_column(self.column).cast(nw.Float64)
        )
        return [
            number.otherwise(nw.lit(0.0)).alias("__x"),
            class_key(self.survey, self.question).alias(ROW),
        ]

    @property
    def _powers(self) -> dict[str, Extent]:
        """The columns of wx, wx², w²x and w²x²; of x and x² alone without a weight."""
        x = extent_of_numbers(self.survey, self.question)
        w = self.weighing.extent
        powers = {"__wx": w * x, "__wxx": w * x * x}
        if self.weighing.w:
            powers |= {"__qx": w * w * x, "__qxx": w * w * x * x}
        return powers

    def refine(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        x = nw.col("__x")
        products = {"__wx": x, "__wxx": x * x}
        if self.weighing.w:
            w = self.weighing.weight()
            products = {"__wx": w * x, "__wxx": w * (x * x)}
            products |= {"__qx": w * w * x, "__qxx": w * w * (x * x)}
        named = (product.alias(name) for name, product in products.items())
        return split(frame.with_columns(*named), self._powers, self.weighing.rows)

    def sums(self) -> list[nw.Expr]:
        return [nw.col(*self._parts(extent, name)).sum() for name, extent in self._powers.items()]

    def _parts(self, extent: Extent, name: str) -> tuple[str, ...]:
        return parts_of(name, extent, self.weighing.rows)

    def tallies(self, keys: Sequence[Any], sums: Sequence[Any], whole: Triple) -> Iterator[Tally]:
        key = keys[0]
        yield 0, key if key is None or key >= 0 else self._classes - 1 - key, whole

    def power(self, sums: Sequence[Any]) -> Power:
        rest = iter(sums)
        wx, wxx, *squares = (
            added([next(rest) for _ in self._parts(extent, name)])
            for name, extent in self._powers.items()
        )
        qx, qxx = squares or (wx, wxx)
        return wx, wxx, qx, qxx


PLANS: dict[Kind, type[ByAnswer | Ticked | Rated | Measured]] = {
    Kind.SINGLE: ByAnswer,
    Kind.SCALE: ByAnswer,
    Kind.DATE: ByAnswer,
    Kind.TEXT: OpenText,
    Kind.MULTI: Ticked,
    Kind.GRID: Rated,
    Kind.NUMERIC: Measured,
}
"""The way in which each kind of question is counted."""


def plan_of(
    survey: Survey, question: Question, weighing: Weighing
) -> ByAnswer | Ticked | Rated | Measured:
    """Return how a question is counted; one choice spread over columns as several would be."""
    kind = Kind.MULTI if question.counts_each_answer else question.kind
    return PLANS[kind](survey, question, weighing)
