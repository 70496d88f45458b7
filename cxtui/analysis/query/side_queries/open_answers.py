"""Open answers of a view, by column, with search."""

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
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Kind, Question
from cxtui.text import clean

LIMIT = 1000
"""Maximum number of answers read."""

_TEXT, _WRITTEN, _FOUND = "__text", "__written", "__found"


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """One respondent's open answer; `columns` are the positions of the respondent's columns."""

    text: str
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OpenAnswerCount:
    """Numbers of open answers, and of those that contain the searched text."""

    written: int = 0
    matching: int = 0

    def __add__(self, other: OpenAnswerCount) -> OpenAnswerCount:
        return OpenAnswerCount(self.written + other.written, self.matching + other.matching)


@dataclass(frozen=True, slots=True)
class OpenAnswerTexts:
    """The first open answers that contain `search`, cleaned, in the order of the file.

    `columns` are those of the view's table without the Total, `counted` are the counts of each of
    them, and `everyone` of all respondents. The counts are unweighted.
    """

    question: Question
    search: str
    columns: tuple[Column, ...]
    counted: tuple[OpenAnswerCount, ...]
    everyone: OpenAnswerCount
    answers: tuple[OpenAnswer, ...]

    @property
    def is_cut(self) -> bool:
        """Return whether there are more answers."""
        return len(self.answers) < self.everyone.matching

    def labels_of(self, answer: OpenAnswer) -> tuple[str, ...]:
        """Return the labels of the respondent's columns."""
        return tuple(self.columns[position].label for position in answer.columns)


def read_open_answers(
    survey: Survey, view: View, search: str = "", limit: int = LIMIT
) -> OpenAnswerTexts:
    """Return up to `limit` open answers of the respondents of `view`.

    For a delimited question they are its unlisted answers. `search` is plain text, ignoring case.
    Raises `ViewError` if the question has no open answers.
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
    """A banner variable, respondents by its keys, and the positions of its columns."""

    banner: Banner
    groups: Sequence[_Group]
    slots: dict[Place, int]

    def columns_of(self, keys: Sequence[Any]) -> list[int]:
        """Return the column positions of respondents with these keys."""
        places = self.banner.places_of(keys)
        return sorted(self.slots[place] for place in places if place in self.slots)


def _count_groups(
    survey: Survey, frame: nw.LazyFrame[Any], banner: Banner, written: nw.Expr, found: nw.Expr
) -> _BannerGroups:
    """Return the counts of answers by the keys of a banner variable."""
    names = [f"__b{depth}" for depth in range(len(banner.variables))]
    marks = {_WRITTEN: written, _FOUND: found}
    # `when` treats null as false in every engine.
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
    """Return the columns of the view's table, and the counts in each."""
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
    """Return the first answers of `frame`, cleaned, with the columns of their respondents."""
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
