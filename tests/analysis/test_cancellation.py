"""A long count in this process stops when its request is cancelled."""

from __future__ import annotations

from dataclasses import replace

import narwhals.stable.v2 as nw
import polars as pl
import pytest

from cxtui.analysis.query import engine
from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.query.engine import cancellable
from cxtui.analysis.view.view import View
from cxtui.cancellation import Request, working_for
from cxtui.errors import Cancelled
from cxtui.survey.model import Survey
from tests.making import made

RESPONDENTS = 2_500_000
VIEW = View("goal", (("role",),))
TWO_BANNERS = View("goal", (("role",), ("goal",)))


class CountedRequest(Request):
    """A request that counts how often work asks for it, and cancels itself at the `last` time."""

    def __init__(self, last: int | None = None) -> None:
        super().__init__()
        self.checks = 0
        self.last = last

    def check(self) -> None:
        """Note that work goes on for this request."""
        self.checks += 1
        if self.checks == self.last:
            self.cancel()
        super().check()


@pytest.fixture(scope="module")
def large() -> Survey:
    """A survey whose rows pass the engine in about 25 parts."""
    rows = pl.int_range(RESPONDENTS, eager=True)
    frame = pl.select(
        role=(rows % 2 + 1).cast(pl.Int8),
        goal=(rows % 5 + 1).replace({5: None}).cast(pl.Int16),
        budget=(rows % 97).cast(pl.Float64),
        w=(rows % 7 + 1) / 3,
    )
    small = made([{"role": 1, "goal": 1, "budget": 1.0, "w": 1.0}])
    assert small.is_slow is False
    return replace(small, frame=nw.from_native(frame.lazy()), respondents=RESPONDENTS)


@pytest.mark.parametrize("view", [VIEW, TWO_BANNERS])
def test_a_cancelled_count_stops_before_its_end(large: Survey, view: View) -> None:
    """Of the parts that its rows come in, only a few are still counted."""
    whole = CountedRequest()
    with working_for(whole):
        compute_cube(large, view)
    stopped = CountedRequest(last=4)
    with working_for(stopped), pytest.raises(Cancelled):
        compute_cube(large, view)
    assert whole.checks > 20
    assert stopped.checks < whole.checks / 2


def test_a_cancelled_count_leaves_nothing_in_the_cache(large: Survey) -> None:
    """Neither while columns are read nor while they are counted; asked again, it is right."""
    expected = compute_cube(large, VIEW)
    once = CountedRequest()
    with working_for(once):
        CubeCache(large).cube(VIEW)
    for last in (1, 5, once.checks - 5):
        cache = CubeCache(large)
        with working_for(CountedRequest(last)), pytest.raises(Cancelled):
            cache.cube(VIEW)
        assert not cache.knows(VIEW)
        assert not list(cache.counts)
        assert (cache.cube(VIEW).cells.n == expected.cells.n).all()


@pytest.mark.parametrize("view", [VIEW, View("budget", (("role",),), weight="w")])
def test_a_request_changes_no_number(large: Survey, view: View) -> None:
    """Columns that are read for a request keep the order of their rows."""
    with working_for(Request()):
        found = CubeCache(large).cube(view)
    expected = compute_cube(large, view)
    assert (found.cells.n == expected.cells.n).all()
    assert (found.cells.w == expected.cells.w).all()
    assert (found.cells.q == expected.cells.q).all()


def test_only_a_large_survey_that_is_waited_for_is_stoppable(large: Survey) -> None:
    """An ordinary count runs the query that it always ran."""
    small = made([{"role": 1, "goal": 1}])
    assert cancellable(large, large.frame) is large.frame
    with working_for(Request()):
        assert cancellable(small, small.frame) is small.frame
        assert cancellable(large, large.frame) is not large.frame


def test_nothing_is_asked_for_a_request_that_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the survey is."""
    request = Request()
    request.cancel()
    monkeypatch.setattr(engine, "collect_frames", lambda _: pytest.fail("a query ran"))
    with working_for(request), pytest.raises(Cancelled):
        compute_cube(made([{"role": 1, "goal": 1}]), VIEW)


def test_the_end_of_a_count_cannot_be_lost() -> None:
    """What is told of a cancellation hears of one that came before it listened, too."""
    heard: list[str] = []
    request = Request()
    with request.on_cancel(lambda: heard.append("early")):
        request.cancel()
    with request.on_cancel(lambda: heard.append("late")):
        pass
    request.cancel()
    assert heard == ["early", "late"]
    assert not request.wait(60)
