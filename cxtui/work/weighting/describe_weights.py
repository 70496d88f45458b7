"""The report on weights: margins, spread, design effect, notes and warnings."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cxtui.messages import tr, tr_count
from cxtui.output.drawing.number_text import rounded
from cxtui.work.weighting.joint_cells import JointCells
from cxtui.work.weighting.margins import MatchedMargin, MatchedTargets, code_of
from cxtui.work.weighting.raking import Floats, Ints
from cxtui.work.weighting.targets import Targets
from cxtui.work.weighting.weighting_report import (
    MarginReport,
    Method,
    Spread,
    TargetCell,
    WeightingReport,
)

_HEAVIEST = 0.05
_FEW = 2
_FAR = 20
_HIGH_EFFECT = 2
_HIGH_RATIO = 5


class Sample:
    """The rows of joint cells that are used: cell, respondents and base weight of each."""

    def __init__(self, cells: JointCells, matched: MatchedTargets) -> None:
        self.cells = cells
        self.matched = matched
        self.cell: Ints = cells.cell[matched.rows]
        self.n: Ints = cells.n[matched.rows]
        self.d: Floats = cells.d[matched.rows]

    def effect(self, weights: Floats) -> float:
        """Return Kish's design effect, n Σw²/(Σw)²."""
        sums = (self.n * weights).sum()
        return float(self.n.sum() * (self.n * (weights / sums) ** 2).sum())


def _spread(values: Floats, n: Ints) -> Spread:
    """Return the smallest, median and largest of values that `n` respondents each have."""
    order = np.argsort(values)
    until = np.cumsum(n[order])
    middle = np.searchsorted(until, [(until[-1] + 1) // 2, until[-1] // 2 + 1])
    low, high = values[order[0]], values[order[-1]]
    return Spread(float(low), float(values[order[middle]].mean()), float(high))


def _heaviest_share(weights: Floats, n: Ints) -> float:
    """Return the percentage of the weight that the heaviest 5% of respondents have."""
    order = np.argsort(weights)[::-1]
    reach = np.concatenate([[0.0], np.cumsum(n[order])])
    held = np.concatenate([[0.0], np.cumsum((n * weights)[order])])
    return 100 * float(np.interp(_HEAVIEST * reach[-1], reach, held / held[-1]))


def describe_weights(
    sample: Sample, targets: Targets, weights: Floats, raked: Floats, factors: Floats, steps: int
) -> WeightingReport:
    """Return the report on weights; `raked` are those before trimming, by `factors` of a cell."""
    matched, n = sample.matched, sample.n
    total = float((n * weights).sum())
    scale = total / float(matched.d.sum())
    ratio = _spread(weights / sample.d, n)
    margins = tuple(_margin(sample, one, weights) for one in matched.margins)
    effect, by_respondent = sample.effect(weights), factors[sample.cell]
    low, high = targets.bounds or (-np.inf, np.inf)
    method = Method.TRIMMED if targets.trim else Method.BOUNDED if targets.bounds else Method.RAKED
    notes, warnings = [*matched.notes, *_left_out(matched)], [*_cell_warnings(margins)]
    notes += [_trim_note(targets, margins)] if targets.trim else []
    warnings += _weight_warnings(sample, weights, effect, scale)
    return WeightingReport(
        method=method,
        n=int(n.sum()),
        left_out=int(sample.cells.n.sum() - n.sum()),
        steps=steps,
        deviation=max(_gap(one) for margin in margins for one in margin.cells),
        total=total,
        weight=_spread(weights, n),
        ratio=ratio,
        scaled_ratio=Spread(ratio.low / scale, ratio.median / scale, ratio.high / scale),
        design_effect=effect,
        heaviest_share=_heaviest_share(weights, n),
        margins=margins,
        at_low=int(n[by_respondent <= low].sum()),
        at_high=int(n[by_respondent >= high].sum()),
        trimmed=_outside(targets, raked, n) if targets.trim else 0,
        raked_design_effect=sample.effect(raked) if targets.trim else None,
        warnings=tuple(warnings),
        notes=(*notes, tr(_DESIGN_EFFECT_NOTE)),
    )


_DESIGN_EFFECT_NOTE = (
    "The design effect holds for answers unrelated to the weighting; each table has its own deff "
    "row."
)


def _margin(sample: Sample, margin: MatchedMargin, weights: Floats) -> MarginReport:
    """Return the percentages of a margin's cells before and after weighting."""
    matched, size = sample.matched, len(margin.codes)
    used = matched.n > 0
    n = np.bincount(margin.at[used], matched.n[used], size)
    base = np.bincount(margin.at[used], matched.d[used], size)
    held = np.bincount(margin.at[sample.cell], sample.n * weights, size)
    questions = margin.margin.questions
    labels = [sample.cells.labels[one] for one in questions]
    cells = [
        TargetCell(
            code=code_of(codes),
            codes=tuple(code or "" for code in codes),
            labels=tuple(
                tr("No answer") if code is None else known[code]
                for known, code in zip(labels, codes, strict=True)
            ),
            n=int(n[at]),
            unweighted=100 * float(n[at] / n.sum()),
            base=100 * float(base[at] / base.sum()),
            target=100 * float(margin.shares[at]),
            weighted=100 * float(held[at] / held.sum()),
        )
        for at, codes in enumerate(margin.codes)
    ]
    return MarginReport(questions, tuple(cells))


def _gap(cell: TargetCell) -> float:
    """Return how far a cell is from its target, in points."""
    return abs(cell.weighted - cell.target)


def _outside(targets: Targets, raked: Floats, n: Ints) -> int:
    """Return the number of respondents whose raked weight is outside the limits of `trim`."""
    low, high = targets.trim or (0.0, np.inf)
    units = raked / ((n * raked).sum() / n.sum())
    return int(n[(units < low) | (units > high)].sum())


def _left_out(matched: MatchedTargets) -> Iterator[str]:
    """Yield how many respondents have no weight, and why."""
    for what, count in matched.left_out.items():
        yield tr_count(
            count,
            "Left out, without a weight: {0:,} respondent without a value in {1}",
            "Left out, without a weight: {0:,} respondents without a value in {1}",
            what,
        )


def _trim_note(targets: Targets, margins: tuple[MarginReport, ...]) -> str:
    """Return how far trimming moved the margins from their targets."""
    low, high = targets.trim or (0.0, 0.0)
    name, worst = max(
        ((margin.name, one) for margin in margins for one in margin.cells),
        key=lambda found: _gap(found[1]),
    )
    return tr(
        "Trimming moved the margins: {} {} has {}% for a target of {}%. bounds = [{:g}, {:g}] "
        "instead of trim meets the targets, where it is possible.",
        *(name, worst.code, rounded(worst.weighted), rounded(worst.target), low, high),
    )


def _cell_warnings(margins: tuple[MarginReport, ...]) -> Iterator[str]:
    """Yield the cells with few respondents for their target."""
    for margin in margins:
        for one in margin.cells:
            if one.n < _FEW:
                yield tr_count(
                    one.n,
                    "{1} {2}: only {0:,} respondent for a target of {3}%",
                    "{1} {2}: only {0:,} respondents for a target of {3}%",
                    *(margin.name, one.code, rounded(one.target)),
                )
            if one.target > _FAR * one.base:
                yield tr(
                    "{} {}: the target {}% is {:,.0f} times the share {}%",
                    *(margin.name, one.code, rounded(one.target), one.target / one.base),
                    rounded(one.base),
                )


def _weight_warnings(sample: Sample, weights: Floats, effect: float, scale: float) -> Iterator[str]:
    """Yield what a heavy design effect and a heavy weight mean."""
    n = int(sample.n.sum())
    if effect > _HIGH_EFFECT:
        yield tr(
            "The design effect is {}: {:,} respondents are worth {:,.0f}",
            *(rounded(effect, 2), n, n / effect),
        )
    ratio = weights / sample.d / scale
    heaviest = int(ratio.argmax())
    if ratio[heaviest] > _HIGH_RATIO:
        cell = sample.cell[heaviest]
        margins = sample.matched.margins
        named = {
            name: code
            for one in margins
            for name, code in zip(one.margin.questions, one.codes[one.at[cell]], strict=True)
        }
        yield tr_count(
            int(sample.matched.n[cell]),
            "{1}: the weight is {2} times the base weight ({0:,} respondent)",
            "{1}: the weight is {2} times the base weight ({0:,} respondents)",
            ", ".join(f"{name} {code_of((code,))}" for name, code in named.items()),
            rounded(float(ratio[heaviest])),
        )
