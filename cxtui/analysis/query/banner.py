"""Banner variables: the keys they group by, and the columns of each key."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from string import ascii_uppercase
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.cube import Column, Status, Step
from cxtui.analysis.query.expressions.answer_coding import AnswerCoder
from cxtui.analysis.query.expressions.filters import period_key
from cxtui.analysis.query.expressions.number_classes import add_classes, class_categories, class_key
from cxtui.analysis.query.expressions.several_answers import gave_each
from cxtui.analysis.query.expressions.value_matching import join_balanced
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
                "{} is {} and cannot be a banner: "
                "take a choice question, a number, a date or one item of a grid",
                question_id,
                question.kind,
            )
        self.question = add_classes(survey, question)
        self.overlaps = question.kind is Kind.MULTI
        if question.counts_each_answer and len(question.categories) > _MOST_OPTIONS:
            raise ViewError(
                "{} has {} answers; a banner of answers in columns of their own takes {}",
                question_id,
                len(question.categories),
                _MOST_OPTIONS,
            )
        is_number = question.kind is Kind.NUMERIC
        rows = class_categories(self.question) if is_number else question.categories
        self.coder = AnswerCoder(rows, self.question.pooled)

    def key(self, survey: Survey) -> nw.Expr:
        """Return the expression that the engine groups by."""
        if self.question.counts_each_answer:
            return self._mask(survey)
        match self.question.kind:
            case Kind.DATE:
                return period_key(survey, self.question)
            case Kind.NUMERIC:
                return class_key(survey, self.question)
            case _:
                return file_column(self.question.columns[0])

    def _mask(self, survey: Survey) -> nw.Expr:
        ticks = gave_each(survey, self.question, self.question.categories)
        whole = (tick.cast(nw.Int64).fill_null(0) for tick in ticks)
        return join_balanced(operator.add, (bit * nw.lit(2**n) for n, bit in enumerate(whole)))

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

    def settles(self, one: Condition) -> bool:
        """Return whether the key decides a condition, so that the engine need not filter by it."""
        if not isinstance(one, Filter) or one.question != self.question.id:
            return False
        if self.question.kind not in {Kind.SINGLE, Kind.SCALE} or self.question.counts_each_answer:
            return False
        listed = {category.code for category in self.question.categories} | {NO_ANSWER}
        return one.operator in {"=", "!="} and listed.issuperset(one.values)

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
        pairs = zip(self.variables, values, strict=True)
        return list(product(*(variable.positions(value) for variable, value in pairs)))

    def add_columns(
        self,
        columns: list[Column],
        keys: Iterable[Sequence[Any]],
        filters: Iterable[Condition],
        number: int,
    ) -> BannerColumns:
        """Add the columns of this banner, the `number`-th, to `columns`, in the codebook's order.

        A category that a filter excludes has no column, an empty one has. Nested variables have
        columns only for the combinations in the `keys` of respondents.
        """
        seen = {place for values in keys for place in self.places_of(values)}
        shown = product(*(variable.shown(filters) for variable in self.variables))
        places = [place for place in shown if len(place) == 1 or place in seen]
        first = len(columns)
        for position, place in enumerate(places):
            rows = (
                (one, one.coder.rows[at]) for one, at in zip(self.variables, place, strict=True)
            )
            path = tuple(Step(one.question.id, row.code, row.label) for one, row in rows)
            columns.append(Column(path, letter_at(position), number))
        return BannerColumns(self, {place: n for n, place in enumerate(places, first)})


@dataclass(frozen=True, slots=True)
class BannerColumns:
    """Positions of the columns of a banner, by place."""

    banner: Banner
    positions: Mapping[Place, int]

    def of(self, keys: Sequence[Any]) -> list[int]:
        """Return the column positions of respondents with these keys, sorted."""
        places = self.banner.places_of(keys)
        return sorted(self.positions[place] for place in places if place in self.positions)


def letter_at(position: int) -> str:
    """Return the letter A … Z, A1 … Z1, A2 … of the column at a position."""
    times, place = divmod(position, len(ascii_uppercase))
    return ascii_uppercase[place] + (str(times) if times else "")


def split_letters(marks: str) -> list[str]:
    """Return the single letters of a cell."""
    return re.findall(r"[A-Z]\d*", marks)
