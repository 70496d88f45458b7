"""Properties of rankings over made-up respondents, and their false discoveries."""

from __future__ import annotations

import math
from collections.abc import Sequence

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from cxtui.analysis.ranking.ranked_lines import Line, Verdict
from tests.analysis.ranking_simulation import Draw, made_up, simulated

FEW = settings(max_examples=max(1, settings().max_examples // 10), deadline=None)
"""Each example ranks several lists."""

DRAWS = st.builds(
    Draw,
    seed=st.integers(0, 2**32),
    sizes=st.tuples(st.integers(20, 300), st.integers(20, 300)),
    questions=st.just(6),
    differing=st.sampled_from([0.0, 0.3]),
    weighted=st.booleans(),
)
ALPHA = 0.05


@FEW
@given(draw=DRAWS)
def test_a_list_follows_its_rule(draw: Draw) -> None:
    """Adjusted p only grow, marks need both levels, verdicts follow interval and p, order holds."""
    found = made_up(draw).survey.gaps(by="group", wave="all")
    order = [(line.holds, line.verdict is Verdict.NOT_TESTED) for line in found.lines]
    assert order == sorted(order, key=lambda one: (not one[0], one[1]))
    net = [line.moved_net or 0.0 for line in found.lines if line.holds]
    assert net == sorted(net, reverse=True)
    assert found.tested == sum(line.p is not None for line in found.lines)
    for line in found.lines:
        check_line(line)


def check_line(line: Line) -> None:
    if line.p is None or line.p_adjusted is None:
        assert line.verdict is Verdict.NOT_TESTED and line.why_not and not line.marked
        assert {one.p_used for one in line.answers} <= {None}
        return
    assert line.p <= line.p_adjusted + 1e-15 <= 1 + 1e-9
    assert line.holds is (line.p_adjusted <= ALPHA)
    assert line.moved is not None and line.moved_net is not None
    assert 0 <= line.moved_net <= line.moved <= 100
    is_inside = line.widest is not None and line.widest < 1
    assert is_inside is (line.verdict in {Verdict.ALIKE, Verdict.DIFFERS_A_LITTLE})
    for one in line.answers:
        if one.p_used is None or one.p is None or one.p_within is None:
            assert not one.is_marked and one.why_not
            continue
        assert one.p_used == max(one.p, one.p_fisher or 0.0) <= one.p_within + 1e-15
        assert one.p_adjusted == max(line.p_adjusted, one.p_within)
        assert one.is_marked is (one.p_adjusted <= ALPHA)
        if None not in {one.low, one.low_picked, one.high, one.high_picked}:
            assert (one.low_picked or 0) <= (one.low or 0) + 1e-12
            assert (one.high_picked or 0) >= (one.high or 0) - 1e-12


@FEW
@given(draw=DRAWS)
def test_what_is_not_asked_for_changes_nothing(draw: Draw) -> None:
    """A pair turned has other signs, the rest of two groups is the other, weights have no unit."""
    survey = made_up(draw).survey
    lines = {line.question.id: line for line in survey.gaps(by="group", wave="all").lines}
    turned = survey.gaps(by="group", wave="all", pair="2,1").lines
    rest = survey.gaps(by="group", wave="all", compare="rest", group="1").lines
    scaled = made_up(draw, weight=1000.0).survey.gaps(by="group", wave="all").lines
    for others, sign in ((turned, -1), (rest, 1), (scaled, 1)):
        for other in others:
            line = lines[other.question.id]
            assert (other.verdict, other.why_not) == (line.verdict, line.why_not)
            numbers = (line.p, line.p_adjusted, line.moved, line.moved_net)
            theirs = (other.p, other.p_adjusted, other.moved, other.moved_net)
            assert are_close(numbers, theirs)
            for mine, one in zip(line.answers, other.answers, strict=True):
                gap = None if mine.gap is None else sign * mine.gap
                assert are_close((gap,), (one.gap,))


def are_close(ours: Sequence[float | None], theirs: Sequence[float | None]) -> bool:
    """Whether numbers are equal up to rounding, or none on both sides."""
    return all(
        a is b if a is None or b is None else math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-9)
        for a, b in zip(ours, theirs, strict=True)
    )


@FEW
@given(draw=DRAWS)
def test_windows_of_one_wave_are_the_waves(draw: Draw) -> None:
    """Windows of two share a wave, and are compared all the same."""
    survey = made_up(draw).survey
    plain, window = survey.changes(), survey.changes(window=1, overlapping=True)
    assert [repr(one) for one in plain.lines] == [repr(one) for one in window.lines]
    wide = survey.changes(window=2, overlapping=True)
    for line in wide.lines:
        assert (line.comparison.a, line.comparison.b) == ("2–3", "1–2")
        assert line.verdict is Verdict.NOT_TESTED or line.p is not None


@pytest.mark.parametrize("weighted", [False, True])
def test_few_of_what_is_named_is_false(weighted: bool) -> None:
    """Questions and answers: at most .06, but for two standard errors; null and mixed together."""
    questions, answers = simulated(draws=8, seed=20161129, weighted=weighted)
    for rates in (questions, answers):
        mean = sum(rates) / len(rates)
        spread = (sum((one - mean) ** 2 for one in rates) / (len(rates) - 1)) ** 0.5
        assert mean <= 0.06 + 2 * spread / len(rates) ** 0.5
