"""Banner variables: the keys they group by, and the columns of each key."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Sequence
from itertools import product
from string import ascii_uppercase
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.cube import Column, Status, Step
from cxtui.analysis.query.expressions.answer_coding import AnswerCoder
from cxtui.analysis.query.expressions.filters import (
    contains_answer,
    is_chosen,
    is_in_one_column,
    join_balanced,
    period_key,
)
from cxtui.analysis.query.expressions.number_classes import add_classes, class_categories, class_key
from cxtui.errors import ViewError
from cxtui.survey.conditions import NO_ANSWER, Condition, Filter
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Kind

Place = tuple[int, ...]
"""The column of a respondent in a banner: one category position for each nested variable."""

_MOST_OPTIONS = 62
"""Limit of a multiple response, whose answers are the bits of one integer key."""


class BannerVariable:
    """One variable of a banner.

    Raises `ViewError` if the question does not exist or cannot be a banner variable.
    """

    def __init__(self, survey: Survey, question_id: str) -> None:
        question = required(survey, question_id, "banner variable")
        if not question.is_banner:
            raise ViewError(
                f"{question_id} is {question.kind} and cannot be a banner: "
                "take a choice question, a number, a date or one item of a grid"
            )
        self.question = add_classes(survey, question)
        self.overlaps = question.kind is Kind.MULTI
        if question.counts_each_answer and len(question.categories) > _MOST_OPTIONS:
            raise ViewError(
                f"{question_id} has {len(question.categories)} answers; "
                f"a banner of answers in columns of their own takes {_MOST_OPTIONS}"
            )
        is_number = question.kind is Kind.NUMERIC
        self.coder = AnswerCoder(
            class_categories(self.question) if is_number else question.categories
        )

    def key(self, survey: Survey) -> nw.Expr:
        """Return the expression that the engine groups by."""
        if self.question.counts_each_answer:
            return self._mask(survey)
        match self.question.kind:
            case Kind.DATE:
                return period_key(self.question)
            case Kind.NUMERIC:
                return class_key(survey, self.question)
            case _:
                return file_column(self.question.columns[0])

    def _mask(self, survey: Survey) -> nw.Expr:
        """Return the chosen answers as the bits of an integer."""
        question = self.question
        if is_in_one_column(survey, question):
            ticks = [contains_answer(survey, question, one) for one in question.categories]
        else:
            ticks = [is_chosen(survey, question, column) for column in question.columns]
        bits = [
            tick.cast(nw.Int64).fill_null(0) * nw.lit(2**position)
            for position, tick in enumerate(ticks)
        ]
        mask: nw.Expr = join_balanced(operator.add, bits)
        return mask

    def positions(self, value: Any) -> list[int]:
        """Return the category positions of a key, none for no valid answer."""
        if self.question.counts_each_answer:
            ticked = [place for place in range(len(self.coder.rows)) if value >> place & 1]
        elif self.question.kind is Kind.NUMERIC and (value is None or value < 0):
            ticked = []
        else:
            position = self.coder.position(value)
            ticked = [] if position is None else [position]
        return [one for one in ticked if self.coder.rows[one].status is Status.ANSWER]

    def step(self, position: int) -> Step:
        """Return the category at a position as a step of a column's path."""
        row = self.coder.rows[position]
        return Step(self.question.id, row.code, row.label)

    def settles(self, one: Condition) -> bool:
        """Return whether the key decides a condition, so that the engine need not filter by it."""
        if not isinstance(one, Filter) or one.question != self.question.id:
            return False
        listed = {category.code for category in self.question.categories} | {NO_ANSWER}
        is_choice = (
            self.question.kind in {Kind.SINGLE, Kind.SCALE} and not self.question.counts_each_answer
        )
        return is_choice and one.operator in {"=", "!="} and listed.issuperset(one.values)

    def keeps(self, value: Any, one: Filter) -> bool:
        """Return whether respondents with this key pass a condition that the key decides."""
        position = self.coder.position(value)
        code = NO_ANSWER if position is None else self.coder.rows[position].code
        return (code in one.values) is (one.operator == "=")

    def shown(self, filters: Iterable[Condition]) -> list[int]:
        """Return the category positions that have a column: those that no filter excludes."""
        return [
            position
            for position, row in enumerate(self.coder.rows)
            if row.status is Status.ANSWER
            and not any(one.excludes(self.question, row.code) for one in filters)
        ]


class Banner:
    """One banner variable, or several nested ones."""

    def __init__(self, survey: Survey, names: Sequence[str]) -> None:
        self.variables = [BannerVariable(survey, name) for name in names]

    def settles(self, one: Condition) -> bool:
        """Return whether the keys decide a condition."""
        return any(variable.settles(one) for variable in self.variables)

    def keeps(self, values: Sequence[Any], settled: Iterable[Filter]) -> bool:
        """Return whether respondents with these keys pass the conditions that the keys decide."""
        return all(
            variable.keeps(value, one)
            for one in settled
            for variable, value in zip(self.variables, values, strict=True)
            if variable.settles(one)
        )

    def can_share(self, one: Place, other: Place) -> bool:
        """Return whether two columns can share respondents: only multiple responses differ."""
        return all(
            variable.overlaps or first == second
            for variable, first, second in zip(self.variables, one, other, strict=True)
        )

    def places_of(self, values: Sequence[Any]) -> list[Place]:
        """Return the columns of respondents with these keys, none if they are only in the Total."""
        if not self.variables:
            return []
        return list(
            product(
                *(
                    variable.positions(value)
                    for variable, value in zip(self.variables, values, strict=True)
                )
            )
        )

    def columns(self, seen: set[Place], filters: Iterable[Condition]) -> list[Place]:
        """Return all columns in the codebook's order.

        A category that a filter excludes has no column, an empty one has. Nested variables have
        columns only for the combinations in `seen`.
        """
        if not self.variables:
            return []
        shown = [variable.shown(filters) for variable in self.variables]
        return [place for place in product(*shown) if len(place) == 1 or place in seen]

    def column(self, place: Place, banner: int, position: int) -> Column:
        """Return the column at `place`, the `position`-th of banner variable `banner`."""
        path = [variable.step(one) for variable, one in zip(self.variables, place, strict=True)]
        return Column(tuple(path), column_letter(position), banner)


def column_letter(position: int) -> str:
    """Return the letter A … Z, A1 … Z1, A2 … of a column within its banner variable.

    `split_letters` separates several letters in one cell.
    """
    times, place = divmod(position, len(ascii_uppercase))
    return ascii_uppercase[place] + (str(times) if times else "")


def split_letters(marks: str) -> list[str]:
    """Return the single letters of a cell."""
    return re.findall(r"[A-Z]\d*", marks)
