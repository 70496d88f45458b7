"""Cache of the cubes, counts and columns of one survey."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import narwhals.stable.v2 as nw

from cxtui.analysis.query.count_cube import EngineCounts, ViewCount, count_views
from cxtui.analysis.query.cube import Cube
from cxtui.analysis.query.engine import cancellable, query_frame
from cxtui.analysis.query.expressions.exact_sums import add_weights, weighting_of
from cxtui.analysis.query.expressions.filters import filter_respondents
from cxtui.analysis.query.lru_cache import KeyLocks, LruCache, bytes_of
from cxtui.analysis.query.memory_budget import MEGABYTE, MEMORY
from cxtui.analysis.query.sample_units import sample_units
from cxtui.analysis.query.side_queries.offered_answers import compare_offers
from cxtui.analysis.query.side_queries.wave_differences import WaveChanges
from cxtui.analysis.query.stacks.cube_stack import CubeStack, stack_cubes
from cxtui.analysis.query.stacks.stack_builder import build_stack
from cxtui.analysis.view.view import View
from cxtui.errors import SourceError
from cxtui.survey.conditions import Condition
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Question

T = TypeVar("T")

_CUBE, _ANSWERED, _OFFERED = "cube", "answered", "offered"
"""Kinds of cached results."""

_COUNTED = 4
"""Counts may take one part in so many of the memory."""

_MOST_SUMS = 2**18
"""Limit of the sums by unit and answer in one stack."""

_TOGETHER_FAR = 48
"""Number of views that are counted together on a server: few queries, but early first results."""

_WIDTHS: Mapping[int, tuple[type[nw.dtypes.DType], ...]] = {
    1: (nw.Boolean, nw.Int8, nw.UInt8),
    2: (nw.Int16, nw.UInt16),
    4: (nw.Int32, nw.UInt32, nw.Float32, nw.Date, nw.Categorical, nw.Enum),
    8: (nw.Int64, nw.UInt64, nw.Float64, nw.Datetime),
    16: (nw.dtypes.DType,),
}
"""Data types by estimated bytes of a value; a text column may turn out larger and not be cached."""


class CubeCache:
    """Cache of the counts of one survey within `memory` megabytes; safe to use from any thread.

    It holds cubes, the engine's groups behind them, differences between waves, and columns.
    Measures, tests and orders of a view share its cube; filters on the banner share its groups.

    Different views are counted at the same time. If several threads need the same view, the first
    counts it; the others wait for its result, and count if it fails or is cancelled.
    """

    def __init__(self, survey: Survey, memory: float = MEMORY) -> None:
        room = int(memory * MEGABYTE)
        self.columns = ColumnCache(survey, room - room // _COUNTED)
        self.survey = survey
        self.counts: LruCache[tuple[str, Hashable], Any] = LruCache(room // _COUNTED, bytes_of)
        self._locks: KeyLocks[tuple[str, Hashable]] = KeyLocks()

    def knows(self, view: View) -> bool:
        """Return whether the cube of a view is cached."""
        return (_CUBE, view.counted) in self.counts

    def cube(self, view: View) -> Cube:
        """Return the cube of a view; raises the errors of `compute_cube`."""
        return self._once(_CUBE, view.counted, lambda: self._count(view))

    def stacks_of_shares(self, views: Sequence[View]) -> list[CubeStack]:
        """Return the counts of the first of these views, as many as fit in memory, at least one.

        The views differ in their question only. Their numbers lack quartiles and classes. Questions
        with the same units are in one stack, as many as fit in memory.
        """
        counts: list[ViewCount] = []
        for view in views:
            banners = counts[0].banners if counts else None
            counts.append(ViewCount(self.survey, view, classed=False, banners=banners))
        first = counts[: max(self._foresee(counts), 1)]
        answered = [self._answered(one) for one in first]
        self.counts.trim()
        if first[0].units.many:  # reduced clusters are other units in each cube
            read = zip(first, answered, strict=True)
            return [stack_cubes([one.read(groups)]) for one, groups in read]
        return [build_stack(first[own], answered[own]) for own in _fitting(first)]

    def offered(self, question: Question, axis: Question) -> WaveChanges:
        """Return the differences between waves (categories of `axis`) in answers to a question."""
        key = question.id, axis.id
        find = partial(compare_offers, self.survey, question, axis, self.cube)
        return self._once(_OFFERED, key, find)

    def foresee(self, views: Sequence[View]) -> int:
        """Count the first of these views together; return how many are cached now."""
        ready = self._foresee([ViewCount(self.survey, view) for view in views])
        self.counts.trim()
        return ready

    def _foresee(self, counts: Sequence[ViewCount]) -> int:
        missing = self._missing(counts)
        ready = min(len(missing), _TOGETHER_FAR)
        if not self.survey.is_remote:
            ready = self.columns.fitting([one.asked for one in missing])
        first = missing[:ready]
        with self._locks.hold(*((_ANSWERED, one.key) for one in first)):
            first = self._missing(first)  # another thread may have counted some meanwhile
            frames = self.columns.frames([one.asked for one in first])
            asked = list(zip(first, frames, strict=True))
            for one, answered in zip(first, count_views(self.survey, asked), strict=True):
                self.counts.put((_ANSWERED, one.key), answered)
        left = {one.key for one in missing[ready:]}
        return next((n for n, one in enumerate(counts) if one.key in left), len(counts))

    def _missing(self, counts: Iterable[ViewCount]) -> list[ViewCount]:
        missing = {one.key: one for one in counts if (_ANSWERED, one.key) not in self.counts}
        return list(missing.values())

    def _count(self, view: View) -> Cube:
        counting = ViewCount(self.survey, view)
        return counting.read(self._answered(counting), self.columns.frame(counting.asked))

    def _answered(self, counting: ViewCount) -> EngineCounts:
        frame = self.columns.frame
        return self._once(_ANSWERED, counting.key, lambda: counting.ask(frame(counting.asked)))

    def _once(self, kind: str, key: Hashable, find: Callable[[], T]) -> T:
        """Return the cached result of a key; compute and cache it if there is none."""
        whole = kind, key
        found: T | None = self.counts.get(whole)
        if found is not None:
            return found
        with self._locks.hold(whole):
            found = self.counts.get(whole)
            if found is None:
                found = find()
                self.counts.put(whole, found)
                self.counts.trim()
            return found


def _fitting(counts: Sequence[ViewCount]) -> Iterator[slice]:
    """Yield the counts whose sums by unit fit in one stack, at least one."""
    units = max(len(counts[0].units.positions), 1)
    start = size = 0
    for place, one in enumerate(counts):
        size += units * len(one.question.categories)
        if size > _MOST_SUMS and place > start:
            yield slice(start, place)
            start, size = place, units * len(one.question.categories)
    yield slice(start, len(counts))


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

    def _fit(self, keys: Iterable[_Key]) -> bool:
        """Return whether columns are likely to fit in the budget."""
        return not self._survey.is_remote and sum(map(self._bytes_of, keys)) <= self._budget

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
            frame = add_weights(filter_respondents(self._survey, filters), self._survey, weight)
            names = frame.select(file_column(*(name for _, _, name in missing)))
            found = query_frame(self._survey, cancellable(self._survey, names))
            for key in missing:
                columns[key] = found[key[2]]
                self._kept.put(key, columns[key])
        return columns

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


def _columns_of(survey: Survey, view: View) -> Iterator[str]:
    """Yield the columns that `view` needs after filtering.

    Unknown questions are ignored; counting raises an error for them.
    """
    codebook = survey.codebook
    for name in (view.question, *(name for names in view.banner for name in names)):
        question = codebook.find(name)
        yield from question.columns if question else ()
    yield from sample_units(survey, view.weight).columns
