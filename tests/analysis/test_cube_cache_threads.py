"""The cache of cubes, asked by two threads: each view is counted once, different ones at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from typing import Any

import narwhals.stable.v2 as nw
import pytest

from cxtui.analysis.query import engine
from cxtui.analysis.query.cube import Cube
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.view.view import View
from cxtui.cancellation import Request, working_for
from cxtui.errors import Cancelled, SourceError
from tests.making import made

GOAL, ROLE = View("goal"), View("role")
HANG = 60
"""Seconds after which a test that waits for a thread fails; none passes by them."""


class Waits(Request):
    """A request that says when work begins to wait for another thread."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = Event()

    @contextmanager
    def on_cancel(self, call: Callable[[], object]) -> Iterator[None]:
        """Note that a lock is asked for."""
        with super().on_cancel(call):
            self.waits.set()
            yield


class Held:
    """The engine's first query is held until it is `released`, then fails with `error` if any."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.released = Event(), Event()
        self.error: Exception | None = None
        self.queries = 0
        self._collect = engine.collect_frames
        monkeypatch.setattr(engine, "collect_frames", self)

    def __call__(self, frames: Sequence[nw.LazyFrame[Any]]) -> list[nw.DataFrame[Any]]:
        self.queries += 1
        if self.queries == 1:
            self.begun.set()
            assert self.released.wait(HANG)
            if self.error:
                raise self.error
        return self._collect(frames)


@pytest.fixture
def cache() -> CubeCache:
    """The cache of a small survey."""
    return CubeCache(made([{"role": 1, "goal": 2}, {"role": 2, "goal": 3}]))


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Two threads to ask from."""
    with ThreadPoolExecutor(2) as pool:
        yield pool


def ask(cache: CubeCache, request: Request, view: View = GOAL) -> Cube:
    """Return a cube, for a request."""
    with working_for(request):
        return cache.cube(view)


def two_for_one_view(
    cache: CubeCache, threads: ThreadPoolExecutor, held: Held, first: Request, second: Waits
) -> tuple[Future[Cube], Future[Cube]]:
    """Let a second thread ask for the view that a first one counts, until it waits for it."""
    one = threads.submit(ask, cache, first)
    assert held.begun.wait(HANG)
    other = threads.submit(ask, cache, second)
    assert second.waits.wait(HANG)
    return one, other


def test_two_threads_count_different_views_at_the_same_time(
    cache: CubeCache, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the two first queries ends only once both have begun."""
    both, collect = Barrier(2, timeout=HANG), engine.collect_frames
    met: list[object] = []

    def meeting(frames: Sequence[nw.LazyFrame[Any]]) -> list[nw.DataFrame[Any]]:
        if len(met) < 2:
            met.append(frames)
            both.wait()
        return collect(frames)

    monkeypatch.setattr(engine, "collect_frames", meeting)
    cubes = list(threads.map(cache.cube, (GOAL, ROLE)))
    assert [cube.question.id for cube in cubes] == ["goal", "role"]


def test_two_threads_that_ask_for_one_view_count_it_once(
    cache: CubeCache, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second waits for the first, and has its very cube."""
    held = Held(monkeypatch)
    one, other = two_for_one_view(cache, threads, held, Request(), Waits())
    before = held.queries
    held.released.set()
    assert other.result(HANG) is one.result(HANG)
    assert (before, held.queries) == (1, 2)  # its columns, and its groups


def test_a_view_foreseen_by_one_thread_is_not_counted_by_another(
    cache: CubeCache, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that counts many views at once is waited for, too."""
    cache.columns.frames([GOAL, ROLE])
    held, waits = Held(monkeypatch), Waits()
    many = threads.submit(cache.foresee, [GOAL, ROLE])
    assert held.begun.wait(HANG)
    one = threads.submit(ask, cache, waits)
    assert waits.waits.wait(HANG)
    held.released.set()
    assert (many.result(HANG), one.result(HANG).question.id) == (2, "goal")
    assert held.queries == 1


def test_the_second_thread_counts_where_the_first_fails(
    cache: CubeCache, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of the first is its own."""
    held = Held(monkeypatch)
    held.error = OSError("gone for a moment")
    one, other = two_for_one_view(cache, threads, held, Request(), Waits())
    held.released.set()
    with pytest.raises(SourceError, match="gone for a moment"):
        one.result(HANG)
    assert other.result(HANG).cells.n.sum() > 0


def test_the_second_thread_counts_where_the_first_is_cancelled(
    cache: CubeCache, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To cancel one request cancels no other."""
    held, first = Held(monkeypatch), Request()
    one, other = two_for_one_view(cache, threads, held, first, Waits())
    first.cancel()
    held.released.set()
    with pytest.raises(Cancelled):
        one.result(HANG)
    assert other.result(HANG).cells.n.sum() > 0


def test_a_thread_that_waits_can_be_cancelled(
    cache: CubeCache, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends while the first still counts, and the first has its cube all the same."""
    held, second = Held(monkeypatch), Waits()
    one, other = two_for_one_view(cache, threads, held, Request(), second)
    second.cancel()
    with pytest.raises(Cancelled):
        other.result(HANG)
    assert not one.done()
    held.released.set()
    assert one.result(HANG).cells.n.sum() > 0
