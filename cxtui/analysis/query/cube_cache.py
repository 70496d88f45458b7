"""Cache of the cubes, counts and columns of one survey."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from cxtui.analysis.query.cache.column_cache import ColumnCache
from cxtui.analysis.query.cache.lru_cache import KeyLocks, LruCache, bytes_of
from cxtui.analysis.query.cache.memory_budget import MEGABYTE, MEMORY
from cxtui.analysis.query.count_cube import read_views
from cxtui.analysis.query.query_batching import are_few
from cxtui.analysis.query.view_count import ViewCount, count_views

if TYPE_CHECKING:
    from cxtui.analysis.query.cube import Cube
    from cxtui.analysis.query.groups.engine_counts import EngineCounts
    from cxtui.analysis.query.side_queries.wave_differences import WaveChanges
    from cxtui.analysis.query.stacks.cube_stack import CubeStack
    from cxtui.analysis.view.view import View
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

    def cubes(self, views: Sequence[View]) -> list[Cube]:
        """Return the cubes of views that are foreseen; raises the errors of `compute_cube`."""
        if not are_few(self.survey):
            return [self.cube(view) for view in views]
        missing = {view.counted: view for view in views if not self.knows(view)}
        with self._locks.hold(*((_CUBE, counted) for counted in missing)):
            left = [view for view in missing.values() if not self.knows(view)]
            for view, cube in zip(left, self._read(left), strict=True):
                self.counts.put((_CUBE, view.counted), cube)
        return [self.cube(view) for view in views]

    def stacks_of_shares(self, views: Sequence[View]) -> list[CubeStack]:
        """Return the counts of the first of these views, as many as fit in memory, at least one.

        The views differ in their question only. Their numbers lack quartiles and classes. Questions
        with the same units are in one stack, as many as fit in memory.
        """
        from cxtui.analysis.query.stacks.cube_stack import stack_cubes
        from cxtui.analysis.query.stacks.stack_builder import build_stack

        self.columns.learn(views, classed=False)
        counts: list[ViewCount] = []
        for view in views:
            banners = counts[0].banners if counts else None
            counts.append(ViewCount(self.survey, view, classed=False, banners=banners))
        first = counts[: max(self._foresee(counts), 1)]
        answered = [self._answered(one) for one in first]
        self.counts.trim()
        if first[0].units.many:  # reduced clusters are other units in each cube
            read = zip(first, answered, strict=True)
            cubes = read_views(self.survey, [(one, groups, None) for one, groups in read])
            return [stack_cubes([one]) for one in cubes]
        return [build_stack(first[own], answered[own]) for own in _fitting(first)]

    def offered(self, question: Question, axis: Question) -> WaveChanges:
        """Return the differences between waves (categories of `axis`) in answers to a question."""
        from cxtui.analysis.query.side_queries.offered_answers import compare_offers

        key = question.id, axis.id
        find = partial(compare_offers, self.survey, question, axis, self.cube)
        return self._once(_OFFERED, key, find)

    def foresee_offers(self, questions: Sequence[Question], axis: Question) -> None:
        """Count together what `offered` needs of several questions."""
        from cxtui.analysis.query.side_queries.wave_differences import by_wave

        views = [by_wave(one, axis) for one in questions]
        self.cubes(views[: self.foresee(views)])

    def foresee(self, views: Sequence[View]) -> int:
        """Count the first of these views together; return how many are cached now."""
        self.columns.learn(views)
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
        self.columns.learn([view])
        return self._read([view])[0]

    def _read(self, views: Sequence[View]) -> list[Cube]:
        """Return the cubes of views; what needs further queries is counted together."""
        counts = [ViewCount(self.survey, view) for view in views]
        frames = iter(self.columns.frames([one.asked for one in counts if one.needs_respondents]))
        respondents = [next(frames) if one.needs_respondents else None for one in counts]
        answered = map(self._answered, counts)
        return read_views(self.survey, list(zip(counts, answered, respondents, strict=True)))

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
