"""Open answers of a view, by column, with search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.banner import Banner, BannerColumns
from cxtui.analysis.query.banner_counts import group_keys
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
        """Whether there are more answers."""
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
        raise ViewError("{} is {}: it has no open answers to read", question.id, question.kind)
    search = clean(search)
    frame = add_weights(filter_respondents(survey, view.filters), survey, view.weight)
    written = has_open_answer(survey, question) & (nw.col(weighting_of(survey, view.weight).n) > 0)
    found = written & contains_text(question, search) if search else written
    columns: list[Column] = []
    counted: list[OpenAnswerCount] = []
    banners: list[BannerColumns] = []
    for number, names in enumerate(view.banner or [()]):
        banner = Banner(survey, names)
        groups = _count_groups(survey, frame, banner, written, found)
        everyone = sum(groups.values(), OpenAnswerCount())
        own = banner.add_columns(columns, groups, view.filters, number)
        banners.append(own)
        counted += [OpenAnswerCount() for _ in own.positions]
        for keys, count in groups.items():
            for position in own.of(keys):
                counted[position] += count
    return OpenAnswerTexts(
        question=question,
        search=search,
        columns=tuple(columns),
        counted=tuple(counted),
        everyone=everyone,
        answers=tuple(_read(survey, frame.filter(found), question, banners, limit)),
    )


def _count_groups(
    survey: Survey, frame: nw.LazyFrame[Any], banner: Banner, written: nw.Expr, found: nw.Expr
) -> dict[tuple[Any, ...], OpenAnswerCount]:
    keys = group_keys(survey, banner, ())
    # `when` treats null as false in every engine.
    ones = [
        nw.when(mark).then(nw.lit(1)).otherwise(nw.lit(0)).alias(name)
        for name, mark in ((_WRITTEN, written), (_FOUND, found))
    ]
    selected = cancellable(survey, frame.select(*keys.values(), *ones))
    sums = nw.col(_WRITTEN, _FOUND).sum()
    grouped = selected.group_by(*keys).agg(sums) if keys else selected.select(sums)
    return {
        values[:-2]: OpenAnswerCount(*(int(one or 0) for one in values[-2:]))
        for values in query_rows(survey, grouped)
    }


def _read(
    survey: Survey,
    frame: nw.LazyFrame[Any],
    question: Question,
    banners: Sequence[BannerColumns],
    limit: int,
) -> Iterator[OpenAnswer]:
    """Yield the first answers of `frame`, cleaned, with the columns of their respondents."""
    keys = [list(group_keys(survey, one.banner, ()).values()) for one in banners]
    named = (key.alias(f"__b{n}") for n, key in enumerate(chain(*keys)))
    selected = frame.select(open_text(question).alias(_TEXT), *named).head(limit)
    for text, *values in query_rows(survey, selected):
        rest = iter(values)
        columns = (
            one.of(list(islice(rest, len(own)))) for one, own in zip(banners, keys, strict=True)
        )
        yield OpenAnswer(clean(text), tuple(chain(*columns)))
