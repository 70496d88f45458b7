"""Cache of the columns of one survey, and of what is known of all its respondents by them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.cache.lru_cache import LruCache
from cxtui.analysis.query.engine import cancellable, is_cached, query_frame, share_results
from cxtui.analysis.query.expressions.exact_sums import (
    add_weights,
    centre_of_numbers,
    is_centre_known,
    require_weight,
    weighting_of,
)
from cxtui.analysis.query.expressions.filters import filter_respondents
from cxtui.analysis.query.expressions.number_classes import add_classes, are_classes_known
from cxtui.analysis.query.expressions.replicate_weights import replicates_of
from cxtui.analysis.query.expressions.sample_sums import sample_columns, weight_columns
from cxtui.analysis.query.sample_units import sample_units
from cxtui.analysis.view.view import View
from cxtui.errors import SourceError
from cxtui.survey.conditions import AnyOf, Condition
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question

_FEW = 2**17
"""Maximum number of respondents that are all read where some are asked for."""

_PARTS = 32
"""Bytes of the parts of a weight and its square, of one respondent."""

_WIDTHS: Mapping[int, tuple[type[nw.dtypes.DType], ...]] = {
    1: (nw.Boolean, nw.Int8, nw.UInt8),
    2: (nw.Int16, nw.UInt16),
    4: (nw.Int32, nw.UInt32, nw.Float32, nw.Date, nw.Categorical, nw.Enum),
    8: (nw.Int64, nw.UInt64, nw.Float64, nw.Datetime),
    16: (nw.dtypes.DType,),
}
"""Data types by estimated bytes of a value; a text column may turn out larger and not be cached."""

_Key = tuple[tuple[Condition, ...], str | None, str]
"""Filters, weight (of weight columns) and name of a cached column."""


class ColumnCache:
    """Cache of the columns of filtered respondents.

    If the columns of a view exceed `budget` bytes, every query reads them from the survey.
    """

    def __init__(self, survey: Survey, budget: int) -> None:
        self._survey = survey
        self._budget = budget
        self._kept: LruCache[_Key, nw.Series[Any]] = LruCache(
            budget, lambda column: int(column.to_native().estimated_size())
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the survey's cached columns, the least recently used first."""
        return tuple(name for _, _, name in self._kept if name in self._survey.schema)

    def learn(self, views: Sequence[View], *, classed: bool = True) -> None:
        """Find the constants of weight, sample and numbers in columns that are to be counted.

        The views differ in their question only; numbers have classes if `classed`. Constants are
        those of all respondents: where a view reads these, or there are few, one scan is enough for
        both. Raises as `frame`.
        """
        if not views:
            return
        survey, first = self._survey, views[0]
        weight = first.weight
        questions, sample = _questions_of(survey, views), sample_columns(survey, weight)
        numbers = [
            one
            for one in questions
            if one.kind is Kind.NUMERIC and not _is_known(survey, one, classed=classed)
        ]
        is_new = bool(sample) and not is_cached(sample_units, survey, weight)
        is_read = not first.filters or survey.respondents <= _FEW
        if not (is_new or numbers) or not is_read or survey.is_remote:
            return
        if replicates_of(survey, weight):
            return
        if weight is not None:
            require_weight(survey, weight)
        asked = numbers if first.filters and len(views) > 1 else questions
        filtered = _filtered_by(survey, first.filters)
        names = (*sample, *filtered, *(name for one in asked for name in one.columns))
        keys: list[_Key] = [((), None, name) for name in dict.fromkeys(names)]
        if not self._fit(keys, more=_PARTS * survey.respondents):
            return
        columns = self._read(keys)
        held = replace(survey, frame=self._together([columns[key] for key in keys]))
        sample_units(held, weight)
        weighting_of(held, weight)
        for one in numbers:
            centre_of_numbers(held, add_classes(held, one) if classed else one)
        share_results(held, survey)

    def frame(self, view: View) -> nw.LazyFrame[Any]:
        """Return the filtered, weighted respondents with the columns that `view` needs.

        Raises `SourceError` if the survey cannot be read or its rows have changed.
        """
        keys = self._keys_of(view)
        if not self._fit(keys):
            respondents = filter_respondents(self._survey, view.filters)
            return add_weights(respondents, self._survey, view.weight)
        columns = self._read(keys)
        self._kept.trim()
        return self._together([columns[key] for key in keys])

    def frames(self, views: Sequence[View]) -> list[nw.LazyFrame[Any]]:
        """Return the frames of views that differ in their question only: one if it fits."""
        keys = tuple(dict.fromkeys(key for view in views for key in self._keys_of(view)))
        if not views or not self._fit(keys):
            return [self.frame(view) for view in views]
        columns = self._read(keys)
        self._kept.trim()
        return [self._together([columns[key] for key in keys])] * len(views)

    def fitting(self, views: Sequence[View]) -> int:
        """Return how many of the first views have columns that fit in half the budget.

        The views differ in their question only.
        """
        keys: set[_Key] = set()
        size = 0
        for ready, view in enumerate(views):
            more = [key for key in self._keys_of(view) if key not in keys]
            size += sum(map(self._bytes_of, more))
            if self._survey.is_remote or size > self._budget / 2:
                return ready
            keys.update(more)
        return len(views)

    def _fit(self, keys: Iterable[_Key], more: int = 0) -> bool:
        """Return whether columns, and `more` bytes, are likely to fit in the budget."""
        size = sum(map(self._bytes_of, keys)) + more
        return not self._survey.is_remote and size <= self._budget

    def _keys_of(self, view: View) -> tuple[_Key, ...]:
        names = dict.fromkeys(_columns_of(self._survey, view))
        weighting = weighting_of(self._survey, view.weight)
        weights = ((view.filters, view.weight, name) for name in weighting.columns)
        return (*weights, *((view.filters, None, name) for name in names))

    def _read(self, keys: Collection[_Key]) -> Mapping[_Key, nw.Series[Any]]:
        """Return columns of the same filters and weight; reads those that are not cached."""
        columns = {key: column for key in keys if (column := self._kept.get(key)) is not None}
        missing = [key for key in keys if key not in columns]
        if missing:
            filters, weight, _ = next(iter(keys))  # the weight's, where there is one
            names = [name for _, _, name in missing]
            held = self._held(names, filters, weight)
            kept = filter_respondents(self._survey, filters, held)
            frame = add_weights(kept, self._survey, weight).select(file_column(*names))
            found = query_frame(self._survey, cancellable(self._survey, frame))
            for key in missing:
                columns[key] = found[key[2]]
                self._kept.put(key, columns[key])
        return columns

    def _held(
        self, names: Iterable[str], filters: tuple[Condition, ...], weight: str | None
    ) -> nw.LazyFrame[Any] | None:
        """Return all respondents in cached columns, `None` if one of the columns is not cached.

        They are those that filters and weight need, and the ones of the survey among `names`.
        """
        survey = self._survey
        if replicates_of(survey, weight):
            return None
        asked = (*names, *weight_columns(survey, weight), *_filtered_by(survey, filters))
        wanted = dict.fromkeys(name for name in asked if name in survey.schema)
        columns = [self._kept.get(((), None, name)) for name in wanted]
        held = [one for one in columns if one is not None]
        return self._together(held) if held and len(held) == len(columns) else None

    def _together(self, columns: list[nw.Series[Any]]) -> nw.LazyFrame[Any]:
        import polars as pl

        if len({len(column) for column in columns}) > 1:
            self._kept.clear()
            raise SourceError(
                "{} has other respondents than when it was opened: open it again",
                self._survey.location,
            )
        return nw.from_native(pl.DataFrame([column.to_native() for column in columns]).lazy())

    def _bytes_of(self, key: _Key) -> int:
        """Return the size of a column in bytes, estimated before it is read."""
        if (size := self._kept.size(key)) is not None:
            return size
        dtype = self._survey.schema.get(key[-1], nw.Float64())
        width = next(width for width, kinds in _WIDTHS.items() if isinstance(dtype, kinds))
        return width * self._survey.respondents


def _is_known(survey: Survey, question: Question, *, classed: bool) -> bool:
    """Return whether the constants of a numeric question need no query."""
    is_classed = not classed or are_classes_known(survey, question)
    return is_classed and is_centre_known(survey, question)


def _columns_of(survey: Survey, view: View) -> Iterator[str]:
    """Yield the columns that `view` needs after filtering."""
    for question in _questions_of(survey, [view]):
        yield from question.columns
    yield from sample_units(survey, view.weight).columns


def _questions_of(survey: Survey, views: Sequence[View]) -> list[Question]:
    """Return the questions of views with the same banner, and those of the banner.

    Unknown questions are ignored; counting raises an error for them.
    """
    banner = [name for names in views[0].banner for name in names]
    names = dict.fromkeys((*(view.question for view in views), *banner))
    found = (survey.codebook.find(name) for name in names)
    return [question for question in found if question]


def _filtered_by(survey: Survey, filters: Iterable[Condition]) -> Iterator[str]:
    """Yield the columns that filters look at."""
    for one in filters:
        for each in one.alternatives if isinstance(one, AnyOf) else (one,):
            question = survey.codebook.find(each.question)
            yield from question.columns if question else ()
