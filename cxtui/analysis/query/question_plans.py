"""Counting plans of each kind of question.

A multiple response is one query over all its items, a grid is one query an item.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.counting_plan import ROW, Plan, PowerSums, QueryPlan, RowTally
from cxtui.analysis.query.expressions.exact_sums import (
    Extent,
    Triple,
    Weighting,
    extent_of_numbers,
    part_names,
    split_columns,
    sum_parts,
)
from cxtui.analysis.query.expressions.filters import answer_values, period_key
from cxtui.analysis.query.expressions.number_classes import (
    class_categories,
    class_key,
    is_valid_number,
    missing_categories,
)
from cxtui.analysis.query.expressions.write_ins import has_open_answer
from cxtui.analysis.query.multiple_response import MultipleResponsePlan
from cxtui.errors import ViewError
from cxtui.messages import tr
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind, Question


class SingleAnswerPlan(QueryPlan):
    """Plan of a question with one answer a respondent: group by the answer."""

    def __init__(self, survey: Survey, question: Question, weighting: Weighting) -> None:
        super().__init__(survey, question, weighting, question.categories)

    @property
    def keys(self) -> list[str]:
        return [ROW]

    def columns(self) -> list[nw.Expr]:
        if self.question.kind is Kind.DATE:
            return [period_key(self.question).alias(ROW)]
        return [file_column(self.column).alias(ROW)]

    def tallies(
        self, keys: Sequence[Any], sums: Sequence[Any], whole: Triple
    ) -> Iterator[RowTally]:
        yield 0, self.coder.position(keys[0]), whole


class OpenTextPlan(SingleAnswerPlan):
    """Plan of open answers: count the respondents who wrote one."""

    def __init__(self, survey: Survey, question: Question, weighting: Weighting) -> None:
        answered = Category("answered", tr("Wrote an answer"))
        Plan.__init__(self, survey, question, weighting, [answered])

    def columns(self) -> list[nw.Expr]:
        written = has_open_answer(self.survey, self.question)
        return [nw.when(written).then(nw.lit("answered")).alias(ROW)]


class GridPlan(Plan):
    """Plan of a grid: each item is a query, grouped by its answers."""

    def __init__(self, survey: Survey, question: Question, weighting: Weighting) -> None:
        super().__init__(survey, question, weighting, question.categories)
        dtypes = {survey.schema[column] for column in question.columns}
        if len(dtypes) > 1 and not all(dtype.is_numeric() for dtype in dtypes):
            raise ViewError("the columns of {} differ in type: store them alike", question.id)

    @property
    def parts(self) -> Sequence[QueryPlan]:
        return [_GridItemPlan(self, item) for item in range(len(self.items))]


class _GridItemPlan(SingleAnswerPlan):
    """Plan of one item of a grid, with the rows of the whole grid."""

    def __init__(self, grid: GridPlan, item: int) -> None:
        super().__init__(grid.survey, grid.question, grid.weighting)
        self.coder = grid.coder
        self.column = grid.question.columns[item]
        self._item = item

    def columns(self) -> list[nw.Expr]:
        return [answer_values(self.survey, self.column).alias(ROW)]

    def tallies(
        self, keys: Sequence[Any], sums: Sequence[Any], whole: Triple
    ) -> Iterator[RowTally]:
        yield self._item, self.coder.listed(keys[0]), whole


class NumberPlan(QueryPlan):
    """Plan of a number: group by class and user-missing code, and sum the powers."""

    def __init__(self, survey: Survey, question: Question, weighting: Weighting) -> None:
        categories = (*class_categories(question), *missing_categories(question))
        super().__init__(survey, question, weighting, categories)
        self._classes = len(question.classes) + 1

    @property
    def keys(self) -> list[str]:
        return [ROW]

    def columns(self) -> list[nw.Expr]:
        number = nw.when(is_valid_number(self.survey, self.question)).then(
            file_column(self.column).cast(nw.Float64)
        )
        return [
            number.otherwise(nw.lit(0.0)).alias("__x"),
            class_key(self.survey, self.question).alias(ROW),
        ]

    @property
    def _powers(self) -> dict[str, Extent]:
        """Return the extents of wx, wx², w²x and w²x²; of x and x² without a weight."""
        x = extent_of_numbers(self.survey, self.question)
        w = self.weighting.extent
        powers = {"__wx": w * x, "__wxx": w * x * x}
        if self.weighting.w:
            powers |= {"__qx": w * w * x, "__qxx": w * w * x * x}
        return powers

    def refine(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        x = nw.col("__x")
        products = {"__wx": x, "__wxx": x * x}
        if self.weighting.w:
            w = self.weighting.weight()
            products = {"__wx": w * x, "__wxx": w * (x * x)}
            products |= {"__qx": w * w * x, "__qxx": w * w * (x * x)}
        named = (product.alias(name) for name, product in products.items())
        return split_columns(frame.with_columns(*named), self._powers, self.weighting.rows)

    def sums(self) -> list[nw.Expr]:
        return [nw.col(*self._parts(extent, name)).sum() for name, extent in self._powers.items()]

    def _parts(self, extent: Extent, name: str) -> tuple[str, ...]:
        return part_names(name, extent, self.weighting.rows)

    def tallies(
        self, keys: Sequence[Any], sums: Sequence[Any], whole: Triple
    ) -> Iterator[RowTally]:
        key = keys[0]
        yield 0, key if key is None or key >= 0 else self._classes - 1 - key, whole

    def power(self, sums: Sequence[Any]) -> PowerSums:
        rest = iter(sums)
        wx, wxx, *squares = (
            sum_parts([next(rest) for _ in self._parts(extent, name)])
            for name, extent in self._powers.items()
        )
        qx, qxx = squares or (wx, wxx)
        return wx, wxx, qx, qxx


_PLANS: dict[Kind, type[SingleAnswerPlan | MultipleResponsePlan | GridPlan | NumberPlan]] = {
    Kind.SINGLE: SingleAnswerPlan,
    Kind.SCALE: SingleAnswerPlan,
    Kind.DATE: SingleAnswerPlan,
    Kind.TEXT: OpenTextPlan,
    Kind.MULTI: MultipleResponsePlan,
    Kind.GRID: GridPlan,
    Kind.NUMERIC: NumberPlan,
}


def plan_question(
    survey: Survey, question: Question, weighting: Weighting
) -> SingleAnswerPlan | MultipleResponsePlan | GridPlan | NumberPlan:
    """Return the plan of a question; answers in columns are counted as a multiple response."""
    kind = Kind.MULTI if question.counts_each_answer else question.kind
    return _PLANS[kind](survey, question, weighting)
