"""The open answers of a view: what was written, who wrote it, and what holds a searched text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.banner import Banner, Place
from cxtui.analysis.query.cube import Column
from cxtui.analysis.query.engine import cancellable, query_rows
from cxtui.analysis.query.expressions.exact_sums import add_weights, weighting_of
from cxtui.analysis.query.expressions.filters import filter_respondents
from cxtui.analysis.query.expressions.write_ins import contains_text, has_open_answer, open_text
from cxtui.analysis.view.view import View
from cxtui.errors import ViewError
from cxtui.survey.model import Kind, Question, Survey, required
from cxtui.text import clean

LIMIT = 1000
"""How many answers are read at most: nobody scrolls through more."""

_TEXT, _WRITTEN, _FOUND = "__text", "__written", "__found"


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """What one respondent wrote; `columns` are the positions of those the respondent is in."""

    text: str
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OpenAnswerCount:
    """How many wrote an answer, and how many of the answers hold the searched text."""

    written: int = 0
    matching: int = 0

    def __add__(self, other: OpenAnswerCount) -> OpenAnswerCount:
        return OpenAnswerCount(self.written + other.written, self.matching + other.matching)


@dataclass(frozen=True, slots=True)
class OpenAnswerTexts:
    """The open answers that hold `search`, in the order of the file, clean and perhaps cut short.

    `columns` are those of the view's table without its Total, `counted` counts in each of them,
    `everyone` also those who are in none of them. The counts are of respondents, not of weights.
    """

    question: Question
    search: str
    columns: tuple[Column, ...]
    counted: tuple[OpenAnswerCount, ...]
    everyone: OpenAnswerCount
    answers: tuple[OpenAnswer, ...]

    @property
    def is_cut(self) -> bool:
        """Whether there are more answers than these."""
        return len(self.answers) < self.everyone.matching

    def labels_of(self, answer: OpenAnswer) -> tuple[str, ...]:
        """Return the labels of the columns that the respondent is in."""
        return tuple(self.columns[position].label for position in answer.columns)


def read_open_answers(
    survey: Survey, view: View, search: str = "", limit: int = LIMIT
) -> OpenAnswerTexts:
    """Return the open answers of those whom `view` keeps, `limit` at most.

    Of a multiple response they are the answers that count together as its others. `search` is
    plain text, found in capitals or not. Raises `ViewError` where there are no open answers.
    """
    question = required(survey, view.question, "question")
    if question.kind is not Kind.TEXT and not question.others:
        raise ViewError(f"{question.id} is {question.kind}: it has no open answers to read")
    search = clean(search)
    frame = add_weights(filter_respondents(survey, view.filters), survey, view.weight)
    written = has_open_answer(survey, question) & (nw.col(weighting_of(survey, view.weight).n) > 0)
    found = written & contains_text(question, search) if search else written
    placed = [
        _count_groups(survey, frame, Banner(survey, names), written, found)
        for names in view.banner or [()]
    ]
    columns, counted = _columns(placed, view)
    return OpenAnswerTexts(
        question=question,
        search=search,
        columns=tuple(columns),
        counted=tuple(counted),
        everyone=sum((group.counted for group in placed[0].groups), OpenAnswerCount()),
        answers=tuple(_read(survey, frame.filter(found), question, placed, limit)),
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """Respondents with the same keys of a banner variable."""

    keys: tuple[Any, ...]
    counted: OpenAnswerCount


@dataclass(slots=True)
class _BannerGroups:
    """A banner variable, everyone by its keys, and the positions of its columns."""

    banner: Banner
    groups: Sequence[_Group]
    slots: dict[Place, int]

    def columns_of(self, keys: Sequence[Any]) -> list[int]:
        """Return the positions of the columns that respondents with these keys are in."""
        places = self.banner.places_of(keys)
        return sorted(self.slots[place] for place in places if place in self.slots)


def _count_groups(
    survey: Survey, frame: nw.LazyFrame[Any], banner: Banner, written: nw.Expr, found: nw.Expr
) -> _BannerGroups:
    """Count the answers by the keys of a banner variable."""
    names = [f"__b{depth}" for depth in range(len(banner.variables))]
    marks = {_WRITTEN: written, _FOUND: found}
    # A null is no answer: only `when` says so in every engine.
    ones = [
        nw.when(mark).then(nw.lit(1)).otherwise(nw.lit(0)).alias(name)
        for name, mark in marks.items()
    ]
    selected = cancellable(survey, frame.select(*_keys(survey, banner, names), *ones))
    sums = nw.col(_WRITTEN, _FOUND).sum()
    grouped = selected.group_by(*names).agg(sums) if names else selected.select(sums)
    groups = [
        _Group(values[:-2], OpenAnswerCount(*(int(one or 0) for one in values[-2:])))
        for values in query_rows(survey, grouped)
    ]
    return _BannerGroups(banner, groups, {})


def _keys(survey: Survey, banner: Banner, names: Sequence[str]) -> list[nw.Expr]:
    return [
        variable.key(survey).alias(name)
        for name, variable in zip(names, banner.variables, strict=True)
    ]


def _columns(
    placed: Sequence[_BannerGroups], view: View
) -> tuple[list[Column], list[OpenAnswerCount]]:
    """Give each place its column, as the table of the view has them, and count in it."""
    columns: list[Column] = []
    counted: list[OpenAnswerCount] = []
    for number, one in enumerate(placed):
        seen = {place for group in one.groups for place in one.banner.places_of(group.keys)}
        for position, place in enumerate(one.banner.columns(seen, view.filters)):
            one.slots[place] = len(columns)
            columns.append(one.banner.column(place, number, position))
            counted.append(OpenAnswerCount())
        for group in one.groups:
            for position in one.columns_of(group.keys):
                counted[position] += group.counted
    return columns, counted


def _read(
    survey: Survey,
    frame: nw.LazyFrame[Any],
    question: Question,
    placed: Sequence[_BannerGroups],
    limit: int,
) -> list[OpenAnswer]:
    """Return the first answers of `frame`, clean, with the columns of those who gave them."""
    names = [
        [f"__b{number}_{depth}" for depth in range(len(one.banner.variables))]
        for number, one in enumerate(placed)
    ]
    keys = [
        key
        for one, own in zip(placed, names, strict=True)
        for key in _keys(survey, one.banner, own)
    ]
    ends = [1]
    for own in names:
        ends.append(ends[-1] + len(own))
    selected = frame.select(open_text(question).alias(_TEXT), *keys).head(limit)
    return [
        OpenAnswer(
            clean(values[0]),
            tuple(
                column
                for one, (start, end) in zip(placed, pairwise(ends), strict=True)
                for column in one.columns_of(values[start:end])
            ),
        )
        for values in query_rows(survey, selected)
    ]
