"""What was found out about a survey goes with it."""

from __future__ import annotations

import gc
import weakref

from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.query.engine import cached_per_survey
from cxtui.analysis.query.expressions.number_classes import add_classes
from cxtui.analysis.query.sample_units import sample_units
from cxtui.analysis.view.view import View
from cxtui.survey.model import Survey
from tests.making import BUDGET, made


def test_a_survey_that_was_read_again_lets_the_old_one_go() -> None:
    """With all its respondents, whatever was counted of them."""
    survey = made([{"role": 1, "budget": one, "w": one / 2} for one in range(1, 51)])
    assert add_classes(survey, BUDGET).classes
    assert sample_units(survey, "w").sample.sizes.tolist() == [50]
    CubeCache(survey).cube(View("budget", (("role",),), weight="w"))
    old = weakref.ref(survey)
    del survey
    gc.collect()
    assert old() is None


def test_it_is_found_out_once() -> None:
    """For each survey, and for each of the other arguments."""
    asked: list[str] = []

    @cached_per_survey
    def found(_: Survey, what: str) -> int:
        asked.append(what)
        return len(asked)

    one, other = made([{"role": 1}]), made([{"role": 2}])
    assert [found(one, "a"), found(one, "b"), found(one, "a"), found(other, "a")] == [1, 2, 1, 3]
