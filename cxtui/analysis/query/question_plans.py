"""Counting plans of each kind of question.

A multiple response is one query over all its items, a grid is one query an item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.counting_plan import ROW, QueryPlan, RowTally
from cxtui.analysis.query.expressions.answer_coding import AnswerCoder
from cxtui.analysis.query.expressions.exact_sums import (
    Extent,
    Parts,
    Weighting,
    centre_of_numbers,
    part_names,
    split_columns,
    split_numbers,
)
from cxtui.analysis.query.expressions.filters import period_key
from cxtui.analysis.query.expressions.number_classes import (
    class_categories,
    class_key,
    is_valid_number,
    missing_categories,
)
from cxtui.analysis.query.expressions.several_answers import answer_values
from cxtui.analysis.query.expressions.write_ins import has_open_answer
from cxtui.analysis.query.multiple_response import MultipleResponsePlan
from cxtui.analysis.query.sample import Numbers
from cxtui.errors import ViewError
from cxtui.messages import tr
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind, Question


class SingleAnswerPlan(QueryPlan):
    """Plan of a question with one answer a respondent: group by the answer."""

    keys = (ROW,)

    @property
    def plain(self) -> str:
        """The file's column that has the answers as they are counted, empty if none has."""
        return "" if self.question.kind is Kind.DATE else self.column

    def columns(self) -> list[nw.Expr]:
        if self.plain:
            return [file_column(self.plain).alias(ROW)]
        return [period_key(self.survey, self.question).alias(ROW)]

    def tallies(self, key: Sequence[Any], sums: Numbers, totals: Numbers) -> Iterator[RowTally]:
        yield 0, self.coder.position(key[0]), totals


class OpenTextPlan(SingleAnswerPlan):
    """Plan of open answers: count the respondents who wrote one."""

    plain = ""

    @property
    def categories(self) -> Iterable[Category]:
        return [Category("answered", tr("Wrote an answer"))]

    def columns(self) -> list[nw.Expr]:
        written = has_open_answer(self.survey, self.question)
        return [nw.when(written).then(nw.lit("answered")).alias(ROW)]


class GridItemPlan(SingleAnswerPlan):
    """Plan of one item of a grid, with the rows of the whole grid in a common `coder`."""

    def __init__(
        self,
        survey: Survey,
        question: Question,
        weighting: Weighting,
        item: int,
        coder: AnswerCoder,
    ) -> None:
        super().__init__(survey, question, weighting)
        self.coder = coder
        self.column = question.columns[item]
        self._item = item

    @property
    def plain(self) -> str:
        return "" if self.survey.schema[self.column].is_float() else self.column

    def columns(self) -> list[nw.Expr]:
        return [answer_values(self.survey, self.column).alias(ROW)]

    def tallies(self, key: Sequence[Any], sums: Numbers, totals: Numbers) -> Iterator[RowTally]:
        yield self._item, self.coder.listed(key[0]), totals


class NumberValuesPlan(SingleAnswerPlan):
    """Plan of the different numbers that respondents gave, which are their answers."""

    plain = ""

    def columns(self) -> list[nw.Expr]:
        number = file_column(self.column).cast(nw.Float64)
        return [nw.when(is_valid_number(self.survey, self.question)).then(number).alias(ROW)]


class NumberPlan(QueryPlan):
    """Plan of a number: group by class and user-missing code, and sum powers of x − centre."""

    keys = (ROW,)

    def __init__(self, survey: Survey, question: Question, weighting: Weighting) -> None:
        super().__init__(survey, question, weighting)
        self.centre, self._extent = centre_of_numbers(survey, question)

    @property
    def categories(self) -> Iterable[Category]:
        return (*class_categories(self.question), *missing_categories(self.question))

    def columns(self) -> list[nw.Expr]:
        number = nw.when(is_valid_number(self.survey, self.question)).then(
            file_column(self.column).cast(nw.Float64) - self.centre
        )
        return [
            number.otherwise(nw.lit(0.0)).alias("__x"),
            class_key(self.survey, self.question).alias(ROW),
        ]

    @property
    def _powers(self) -> dict[str, Extent]:
        """Return the extents of wx, wx², w²x and w²x²; of x and x² without a weight."""
        x, w = self._extent, self.weighting.extent
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
        products |= {f"{name}_x": nw.col(name) * x for name in self.weighting.others}
        named = (product.alias(name) for name, product in products.items())
        return split_columns(frame.with_columns(*named), self._powers, self.weighting.rows)

    def rows_in_memory(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        return frame.select(*self.columns())

    def summed(self, rows: Mapping[str, Numbers]) -> Iterator[Numbers]:
        x = rows["__x"]
        w = sum(rows[part] for part in self.weighting.w) if self.weighting.w else 1.0
        products = (w * x, w * (x * x), w * w * x, w * w * (x * x))
        for product, extent in zip(products, self._powers.values(), strict=False):
            yield from split_numbers(product, extent.shifts(self.weighting.rows))

    def sums(self, same: str = "") -> list[nw.Expr]:
        parts = [nw.col(*self._parts(extent, name)) for name, extent in self._powers.items()]
        others = [nw.col(f"{name}_x") for name in self.weighting.others]
        return [one.sum() for one in (*parts, *others)]

    def _parts(self, extent: Extent, name: str) -> tuple[str, ...]:
        return part_names(name, extent, self.weighting.rows)

    def tallies(self, key: Sequence[Any], sums: Numbers, totals: Numbers) -> Iterator[RowTally]:
        (place,) = key
        row = place if place is None or place >= 0 else len(self.question.classes) - place
        yield 0, row, totals

    @property
    def moments(self) -> Parts:
        own = Parts.of([len(self._parts(extent, name)) for name, extent in self._powers.items()])
        return own if self.weighting.w else Parts(own.spans * 2)

    def powers(self, sums: Numbers) -> Numbers:
        return sums


def plan_question(survey: Survey, question: Question, weighting: Weighting) -> list[QueryPlan]:
    """Return the plans of a question, which have one coder; only a grid has several.

    Answers in columns are counted as a multiple response.
    """
    if question.counts_each_answer:
        return [MultipleResponsePlan(survey, question, weighting)]
    match question.kind:
        case Kind.NUMERIC:
            return [NumberPlan(survey, question, weighting)]
        case Kind.TEXT:
            return [OpenTextPlan(survey, question, weighting)]
        case Kind.GRID:
            dtypes = {survey.schema[column] for column in question.columns}
            if len(dtypes) > 1 and not all(dtype.is_numeric() for dtype in dtypes):
                raise ViewError("the columns of {} differ in type: store them alike", question.id)
            coder = AnswerCoder(question.categories)
            return [
                GridItemPlan(survey, question, weighting, item, coder)
                for item in range(len(question.items))
            ]
        case _:
            return [SingleAnswerPlan(survey, question, weighting)]
