"""Cubes of one survey, without reading or counting twice what is still in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import narwhals.stable.v2 as nw

from cxtui.analysis.query.count_cube import EngineCounts, ViewCount, count_views
from cxtui.analysis.query.cube import Cube
from cxtui.analysis.query.engine import cancellable, query_frame
from cxtui.analysis.query.expressions.exact_sums import add_weights, weighting_of
from cxtui.analysis.query.expressions.filters import filter_respondents
from cxtui.analysis.query.lru_cache import KeyLocks, LruCache, bytes_of
from cxtui.analysis.query.memory_budget import MEGABYTE, MEMORY
from cxtui.analysis.query.side_queries.offered_answers import compare_offers
from cxtui.analysis.query.side_queries.wave_differences import WaveChanges
from cxtui.analysis.view.view import View
from cxtui.errors import SourceError
from cxtui.survey.conditions import Condition
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Question, Survey

T = TypeVar("T")

_CUBE, _ANSWERED, _OFFERED = "cube", "answered", "offered"
"""What is counted of a view, of the waves for a question."""

_COUNTED = 4
"""The part of the memory that counts may take: they are small, but for a banner of very many."""

_TOGETHER_FAR = 48
"""Views that are asked of a server together: few queries, and first rows soon."""

_WIDEST = 16
"""Bytes that a value of text or a list takes at least, beside its own; a column of them may turn
out larger, and is not kept then."""
_WIDTHS: tuple[tuple[type[nw.dtypes.DType], int], ...] = (
    (nw.Boolean, 1),
    (nw.Int8, 1),
    (nw.UInt8, 1),
    (nw.Int16, 2),
    (nw.UInt16, 2),
    (nw.Int32, 4),
    (nw.UInt32, 4),
    (nw.Float32, 4),
    (nw.Date, 4),
    (nw.Categorical, 4),
    (nw.Enum, 4),
    (nw.Int64, 8),
    (nw.UInt64, 8),
    (nw.Float64, 8),
    (nw.Datetime, 8),
)


class CubeCache:
    """Counts views of one survey and keeps the latest results; safe to use from any thread.

    It keeps cubes, the engine's groups behind them, what the waves offered, and the columns that
    were read, within `memory` megabytes. Measures, tests and orders of a view share its cube; a
    role that is filtered out is read from the same groups.

    Threads that ask for different views count at the same time. Of those that ask for the same
    one, the first counts; the others wait for its result, and count where it fails or is cancelled.
    """

    def __init__(self, survey: Survey, memory: float = MEMORY) -> None:
        room = int(memory * MEGABYTE)
        self.columns = ColumnCache(survey, room - room // _COUNTED)
        self._survey = survey
        self.counts: LruCache[tuple[str, Hashable], Any] = LruCache(room // _COUNTED, bytes_of)
        self._locks: KeyLocks[tuple[str, Hashable]] = KeyLocks()

    def knows(self, view: View) -> bool:
        """Whether the cube of a view is cached."""
        return (_CUBE, view.counted) in self.counts

    def cube(self, view: View) -> Cube:
        """Return the cube of a view; raises as `compute_cube`."""
        return self._once(_CUBE, view.counted, lambda: self._count(view))

    def cubes_of_shares(self, views: Sequence[View]) -> list[Cube]:
        """Count the first of these views at once, as many as there is room for, at least one.

        Their cubes are without the quartiles and the classes of a number, and are not kept.
        """
        counts = [ViewCount(self._survey, view, classed=False) for view in views]
        ready = max(self._foresee(counts), 1)
        cubes = [one.read(self._answered(one)) for one in counts[:ready]]
        self.counts.trim()
        return cubes

    def offered(self, question: Question, axis: Question) -> WaveChanges:
        """Return what the waves, the categories of `axis`, offered as answers to a question."""
        key = question.id, axis.id
        return self._once(
            _OFFERED, key, lambda: compare_offers(self._survey, question, axis, self.cube)
        )

    def foresee(self, views: Sequence[View]) -> int:
        """Count the first of these views at once; return how many are ready."""
        ready = self._foresee([ViewCount(self._survey, view) for view in views])
        self.counts.trim()
        return ready

    def _foresee(self, counts: Sequence[ViewCount]) -> int:
        missing = self._missing(counts)
        ready = self._ready([one.asked for one in missing])
        first = missing[:ready]
        with self._locks.hold(*((_ANSWERED, one.key) for one in first)):
            first = self._missing(first)  # another thread may have counted some meanwhile
            asked = [(one, self.columns.frame(one.asked)) for one in first]
            for one, answered in zip(first, count_views(self._survey, asked), strict=True):
                self.counts.put((_ANSWERED, one.key), answered)
        left = {one.key for one in missing[ready:]}
        return next((n for n, one in enumerate(counts) if one.key in left), len(counts))

    def _missing(self, counts: Iterable[ViewCount]) -> list[ViewCount]:
        """Return the counts that the engine has not made yet, one of each key."""
        missing = {one.key: one for one in counts if (_ANSWERED, one.key) not in self.counts}
        return list(missing.values())

    def _ready(self, asked: Sequence[View]) -> int:
        """Return how many of these views can be counted at once, their columns read if they are."""
        if self._survey.is_remote:
            return min(len(asked), _TOGETHER_FAR)
        return self.columns.foresee(asked)

    def _count(self, view: View) -> Cube:
        counting = ViewCount(self._survey, view)
        return counting.read(self._answered(counting), self.columns.frame(counting.asked))

    def _answered(self, counting: ViewCount) -> EngineCounts:
        frame = self.columns.frame
        return self._once(_ANSWERED, counting.key, lambda: counting.ask(frame(counting.asked)))

    def _once(self, kind: str, key: Hashable, find: Callable[[], T]) -> T:
        """Return the cached result of a key; find and cache it where there is none."""
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


_Key = tuple[tuple[Condition, ...], str | None, str]
"""The filters that the respondents of a column meet, their weight where it is one, its name."""


class ColumnCache:
    """The columns of whom a view's filters keep, read at their first use.

    Where those of a view would not fit `budget` bytes together, they are read by each query.
    """

    def __init__(self, survey: Survey, budget: int) -> None:
        self._survey = survey
        self._budget = budget
        self._is_local = not survey.is_remote
        self._kept: LruCache[_Key, nw.Series[Any]] = LruCache(budget, _size)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the survey's columns in memory, the longest unused first."""
        return tuple(name for _, _, name in self._kept if name in self._survey.schema)

    def frame(self, view: View) -> nw.LazyFrame[Any]:
        """Return whom the filters of `view` keep, weighted, with the columns that it counts.

        Raises `SourceError` where the survey can no longer be read, or has other rows by now.
        """
        keys = self._keys_of(view)
        if not self._fit(keys):
            return add_weights(
                filter_respondents(self._survey, view.filters), self._survey, view.weight
            )
        columns = self._read(keys)
        self._kept.trim()
        return self._together([columns[key] for key in keys])

    def foresee(self, views: Sequence[View]) -> int:
        """Read what the first of these views, alike but for their question, will count, at once.

        Returns how many of them are ready: as many as half the budget holds.
        """
        keys: dict[_Key, None] = {}
        ready: list[View] = []
        for view in views:
            more = keys | dict.fromkeys(self._keys_of(view))
            if not self._fit(more, 0.5):
                break
            keys = more
            ready.append(view)
        self._read(keys)
        return len(ready)

    def _fit(self, keys: Iterable[_Key], share: float = 1.0) -> bool:
        """Whether columns are likely to fit a share of the budget."""
        size = sum(map(self._bytes_of, keys))
        return self._is_local and size <= share * self._budget

    def _keys_of(self, view: View) -> tuple[_Key, ...]:
        names = dict.fromkeys(_columns_of(self._survey, view))
        weighting = weighting_of(self._survey, view.weight)
        weights = ((view.filters, view.weight, name) for name in weighting.columns)
        return (*weights, *((view.filters, None, name) for name in names))

    def _read(self, keys: Collection[_Key]) -> Mapping[_Key, nw.Series[Any]]:
        """Return columns, all of the same filters and weight; read those that are not cached."""
        columns = {key: column for key in keys if (column := self._kept.get(key)) is not None}
        missing = [key for key in keys if key not in columns]
        if missing:
            filters, weight, _ = next(iter(keys))  # the weight's, where there is one
            frame = add_weights(filter_respondents(self._survey, filters), self._survey, weight)
            names = frame.select(*(file_column(name) for _, _, name in missing))
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
                f"{self._survey.location} has other respondents than when it was opened: "
                "open it again"
            )
        return nw.from_native(pl.DataFrame([column.to_native() for column in columns]).lazy())

    def _bytes_of(self, key: _Key) -> int:
        """Return how many bytes a column takes in memory; about, before it is read."""
        if (size := self._kept.size(key)) is not None:
            return size
        *_, name = key
        dtype = self._survey.schema.get(name, nw.Float64())
        width = next((width for kind, width in _WIDTHS if isinstance(dtype, kind)), _WIDEST)
        return width * self._survey.respondents


def _size(column: nw.Series[Any]) -> int:
    return int(column.to_native().estimated_size())


def _columns_of(survey: Survey, view: View) -> Iterator[str]:
    """Yield the columns that counting `view` takes, once its filters have been met.

    Of unknown questions none: to say so is the business of the count.
    """
    codebook = survey.codebook
    for name in (view.question, *(name for names in view.banner for name in names)):
        question = codebook.find(name)
        yield from question.columns if question else ()
    design = (codebook.strata, codebook.cluster, codebook.population)
    yield from (name for name in design if name)
