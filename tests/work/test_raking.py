"""Weights agree with plain Python that loops over respondents."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind, Question
from cxtui.work.weighting.joint_cells import count_cells
from cxtui.work.weighting.targets import Margin, Targets
from cxtui.work.weighting.weigh_cells import Weights, weigh_cells
from cxtui.work.weighting.weighted_survey import weigh_survey
from tests.making import survey_of

CLOSE = 1e-9
SEEDS = st.integers(0, 2**32 - 1)
SIZES = {"a": 2, "b": 4, "c": 3}
MARGINS = (("a",), ("b",), ("c",), ("a", "c"))


@dataclass
class Sample:
    """Respondents with answers to three questions and a base weight."""

    rows: list[dict[str, object]] = field(default_factory=list)

    @property
    def survey(self) -> Survey:
        questions = [
            Question(
                name,
                name,
                Kind.SINGLE,
                (name,),
                tuple(Category(str(code), f"{name} {code}") for code in range(size)),
            )
            for name, size in SIZES.items()
        ]
        schema = dict.fromkeys(SIZES, pl.Int64) | {"d": pl.Float64}
        return survey_of(self.rows, questions, schema)

    def code(self, row: dict[str, object], questions: Sequence[str]) -> str:
        return "|".join(str(row[name]) for name in questions)

    def sums(self, weights: Sequence[float], questions: Sequence[str]) -> dict[str, float]:
        """The sum of weights by answer."""
        found: dict[str, list[float]] = {}
        for row, weight in zip(self.rows, weights, strict=True):
            found.setdefault(self.code(row, questions), []).append(weight)
        return {code: math.fsum(one) for code, one in found.items()}


def drawn(seed: int) -> tuple[Sample, random.Random]:
    """A sample in which every combination of answers has respondents."""
    draw = random.Random(seed)
    cells = [(a, b, c) for a in range(2) for b in range(4) for c in range(3)]
    cells += draw.choices(cells, [draw.expovariate(1) for _ in cells], k=draw.randrange(100))
    draw.shuffle(cells)
    weights = [draw.lognormvariate(0, 0.5) for _ in range(draw.choice([1, 3, 200]))]
    rows = [dict(zip("abc", one, strict=True)) | {"d": draw.choice(weights)} for one in cells]
    return Sample([dict(row) for row in rows]), draw


def met_by(sample: Sample, weights: Sequence[float], which: Sequence[Sequence[str]]) -> Targets:
    """Targets that some weights meet, by those margins, as parts."""
    whole = math.fsum(weights)
    margins = (
        Margin(
            tuple(questions),
            tuple((code, one / whole) for code, one in sample.sums(weights, questions).items()),
        )
        for questions in which
    )
    return Targets(tuple(margins), base="d")


def by_respondent(sample: Sample, targets: Targets) -> tuple[list[float], Weights]:
    survey = sample.survey
    weighting = weigh_survey(survey, targets)
    if survey.is_remote:
        pytest.skip("the copy is made of a file")
    frame: pl.LazyFrame = weighting.weighted().frame.to_native()
    return frame.collect()["w"].to_list(), weighting.weights


def plain_raking(sample: Sample, targets: Targets) -> list[float]:
    """Iterative proportional fitting, one respondent at a time."""
    weights = [float(str(row["d"])) for row in sample.rows]
    total = targets.total or len(weights)
    for _ in range(5000):
        worst = 0.0
        for margin in targets.margins:
            reached = sample.sums(weights, margin.questions)
            factors = {
                code: one / margin.sum * total / reached[code] for code, one in margin.targets
            }
            worst = max(worst, *(abs(one - 1) for one in factors.values()))
            codes = (sample.code(row, margin.questions) for row in sample.rows)
            weights = [one * factors[code] for one, code in zip(weights, codes, strict=True)]
        if worst < 1e-14:
            break
    return weights


@given(SEEDS)
def test_raking_is_iterative_proportional_fitting(seed: int) -> None:
    """With any base weights, total and crossed margins, in any order of the margins."""
    sample, draw = drawn(seed)
    wanted = [draw.lognormvariate(0, 0.7) for _ in sample.rows]
    which = draw.sample(MARGINS, draw.randrange(1, 5))
    targets = replace(met_by(sample, wanted, which), total=draw.choice([None, 1.0, 1e7]))
    found, weights = by_respondent(sample, targets)
    assert found == pytest.approx(plain_raking(sample, targets), rel=CLOSE)
    other, _ = by_respondent(sample, replace(targets, margins=targets.margins[::-1]))
    assert other == pytest.approx(found, rel=CLOSE)
    check_report(sample, targets, found, weights)


def check_report(
    sample: Sample, targets: Targets, weights: Sequence[float], found: Weights
) -> None:
    """The numbers of a report, added up one respondent at a time."""
    report, n, total = found.report, len(weights), math.fsum(weights)
    base = [float(str(row["d"])) for row in sample.rows]
    squares = math.fsum(one * one for one in weights)
    assert report.design_effect == pytest.approx(n * squares / total**2, rel=CLOSE)
    assert report.effective_n == pytest.approx(total**2 / squares, rel=CLOSE)
    assert report.total == pytest.approx(targets.total or n, rel=CLOSE)
    ordered = sorted(weights)
    median = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    spread = (report.weight.low, report.weight.median, report.weight.high)
    assert spread == pytest.approx((ordered[0], median, ordered[-1]), rel=CLOSE)
    ratios = sorted(one / d for one, d in zip(weights, base, strict=True))
    assert (report.ratio.low, report.ratio.high) == pytest.approx((ratios[0], ratios[-1]))
    whole, part = divmod(n * 0.05, 1)
    held = math.fsum(ordered[n - int(whole) :]) + part * ordered[n - int(whole) - 1]
    assert report.heaviest_share == pytest.approx(100 * held / total, rel=1e-8)
    for margin in report.margins:
        sums = [sample.sums(one, margin.questions) for one in ([1.0] * n, base, weights)]
        for cell in margin.cells:
            shares = (cell.unweighted, cell.base, cell.weighted)
            wanted = (100 * one[cell.code] / math.fsum(one.values()) for one in sums)
            assert shares == pytest.approx(tuple(wanted), rel=CLOSE)
            assert cell.n == sums[0][cell.code]


def plain_bounded(sample: Sample, targets: Targets, low: float, high: float) -> list[float]:
    """The bounded factors by bisection, one parameter at a time: no derivative, no matrix."""
    base = [float(str(row["d"])) for row in sample.rows]
    base = [one * len(base) / math.fsum(base) for one in base]
    powers = [0.0] * len(base)

    def held(indexes: Sequence[int], shift: float) -> float:
        return math.fsum(
            base[i] * min(max(math.exp(powers[i] + shift), low), high) for i in indexes
        )

    for _ in range(400):
        moved = 0.0
        for margin in targets.margins:
            for code, target in margin.targets:
                own = [
                    i
                    for i, row in enumerate(sample.rows)
                    if sample.code(row, margin.questions) == code
                ]
                wanted = target / margin.sum * len(base)
                if abs(held(own, 0.0) - wanted) < 1e-13:
                    continue
                below, above = -5.0, 5.0
                for _ in range(60):
                    middle = (below + above) / 2
                    if held(own, middle) < wanted:
                        below = middle
                    else:
                        above = middle
                moved = max(moved, abs(middle))
                for i in own:
                    powers[i] += middle
        if moved < 1e-13:
            break
    return [d * min(max(math.exp(one), low), high) for d, one in zip(base, powers, strict=True)]


@given(SEEDS)
def test_bounded_raking_is_the_optimum_within_the_bounds(seed: int) -> None:
    """The same weights as by bisection; the margins are met, and no factor is outside."""
    sample, draw = drawn(seed)
    base = [float(str(row["d"])) for row in sample.rows]
    low, high = draw.uniform(0.3, 0.8), draw.uniform(1.3, 3)
    feasible = [d * draw.uniform(low + 0.05, high - 0.05) for d in base]
    scale = math.fsum(base) / math.fsum(feasible)
    bounds = (min(low * scale, 0.95), max(high * scale, 1.05))
    targets = replace(met_by(sample, feasible, [("a",), ("b",), ("c",)]), bounds=bounds)
    found, weights = by_respondent(sample, targets)
    assert found == pytest.approx(plain_bounded(sample, targets, *bounds), rel=1e-7)
    ratio = weights.report.scaled_ratio
    assert bounds[0] * (1 - CLOSE) <= ratio.low <= ratio.high <= bounds[1] * (1 + CLOSE)
    assert weights.report.deviation < 1e-9
    factors = [one / d * math.fsum(base) / len(base) for one, d in zip(found, base, strict=True)]
    assert weights.report.at_low == sum(one < bounds[0] * (1 + CLOSE) for one in factors)
    assert weights.report.at_high == sum(one > bounds[1] * (1 - CLOSE) for one in factors)


def plain_trimming(weights: list[float], low: float, high: float) -> list[float]:
    """The loop of R's `trimWeights(strict = TRUE)`, to rounding."""
    while True:
        outside = [not low * (1 - 1e-12) <= one <= high * (1 + 1e-12) for one in weights]
        if not any(outside):
            return weights
        clamped = [min(max(one, low), high) for one in weights]
        excess = math.fsum(weights) - math.fsum(clamped)
        share = excess / outside.count(False)
        weights = [one if out else one + share for one, out in zip(clamped, outside, strict=True)]


@given(SEEDS)
def test_trimming_is_the_loop_of_r(seed: int) -> None:
    """In units of the mean weight, whatever the total; the report says how many were outside."""
    sample, draw = drawn(seed)
    wanted = [draw.lognormvariate(0, 0.8) for _ in sample.rows]
    low, high = draw.uniform(0.2, 0.5), draw.uniform(2, 4)
    raking = replace(met_by(sample, wanted, [("b",), ("a", "c")]), total=draw.choice([None, 50.0]))
    raked = plain_raking(sample, raking)
    mean = math.fsum(raked) / len(raked)
    found, weights = by_respondent(sample, replace(raking, trim=(low, high)))
    assert found == pytest.approx(plain_trimming(raked, low * mean, high * mean), rel=CLOSE)
    outside = sum(not low * mean <= one <= high * mean for one in raked)
    assert weights.report.trimmed == outside
    squares = math.fsum(one * one for one in raked)
    effect = len(raked) * squares / math.fsum(raked) ** 2
    assert weights.report.raked_design_effect == pytest.approx(effect, rel=CLOSE)


def test_trimming_ends_where_rounding_would_go_back_and_forth() -> None:
    """Here one weight was at its bound, and by the last bit below it, in turns."""
    sample, draw = drawn(195)
    wanted = [draw.lognormvariate(0, 0.8) for _ in sample.rows]
    low, high = draw.uniform(0.2, 0.5), draw.uniform(2, 4)
    raking = met_by(sample, wanted, [("b",), ("a", "c")])
    mean = math.fsum(plain_raking(sample, raking)) / len(sample.rows)
    found, _ = by_respondent(sample, replace(raking, trim=(low, high)))
    assert min(found) >= low * mean * (1 - CLOSE) and max(found) <= high * mean * (1 + CLOSE)
    assert math.fsum(found) == pytest.approx(mean * len(found), rel=CLOSE)


@given(SEEDS)
def test_other_targets_need_no_other_count(seed: int) -> None:
    """Cells counted once serve every choice of their questions and every target."""
    sample, draw = drawn(seed)
    everything = met_by(sample, [1.0] * len(sample.rows), MARGINS)
    cells = count_cells(sample.survey, everything)
    wanted = [draw.lognormvariate(0, 0.7) for _ in sample.rows]
    targets = met_by(sample, wanted, draw.sample(MARGINS, 2))
    assert cells.can_weigh(targets)
    assert not cells.can_weigh(replace(targets, base=""))
    again = weigh_cells(count_cells(sample.survey, targets), targets).report
    warm = weigh_cells(cells, targets).report
    assert warm.design_effect == pytest.approx(again.design_effect, rel=CLOSE)
    assert warm.margins == again.margins or warm.deviation < 1e-9
