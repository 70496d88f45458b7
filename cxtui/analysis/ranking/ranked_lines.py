"""Ranking: questions in comparisons, in the order of their verdicts, with all numbers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from cxtui.analysis.query.sample import Sample
from cxtui.analysis.ranking.comparison import Comparison
from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.view.view import View
from cxtui.survey.question import Question


class Verdict(StrEnum):
    """What a ranking says of a line, in the order of the list."""

    DIFFERS = "differs"
    DIFFERS_A_LITTLE = "differs a little"
    CANNOT_TELL = "cannot tell"
    ALIKE = "alike"
    NOT_TESTED = "not tested"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer or mean of a question in a comparison; a number is `None` if it does not exist.

    `a`, `b`, `gap` (a minus b, of a trend the change a wave) and their errors are in points, those
    of a mean in its own unit. `low` to `high` is the interval at the level of the list,
    `low_picked` to `high_picked` allows for having been picked as marked. `p_used` is the larger of
    the test's `p` and Fisher's; `p_within` is adjusted within the question (Holm; of the mean of a
    scale twice its p), `p_adjusted` is the larger of it and the question's. `is_marked` says that
    the question differs and `p_within` is significant. `effect` is Cohen's h, of a mean d;
    `margin` is the gap up to which an answer is alike.
    """

    code: str
    label: str
    is_mean: bool
    a: float | None
    b: float | None
    gap: float | None
    se: float | None
    se_linearized: float | None
    guarded: bool
    t: float | None
    df: float | None
    p: float | None
    p_fisher: float | None
    p_used: float | None
    effect: float | None
    flag: str
    why_not: str
    low: float | None
    high: float | None
    low_picked: float | None
    high_picked: float | None
    p_within: float | None
    p_adjusted: float | None
    margin: float | None
    is_marked: bool


def _clarity(answer: Answer) -> tuple[float, float]:
    """Return p within the question and p; the two of one test are equal up to rounding."""
    p = (1.0 if one is None else one for one in (answer.p_within, answer.p_used))
    within, own = (float(f"{one:.9e}") for one in p)
    return (within, own) if answer.p_used is not None else (2.0, 0.0)


@dataclass(frozen=True, slots=True)
class Side:
    """The bases of one side: respondents, Kish's base, and the column's effective base.

    Of a side of several columns they are the least of these; of a hidden line there are none.
    """

    n: float | None
    kish: float | None
    effective: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One question in one comparison.

    `moved` is how many of 100 people in one group would have to answer otherwise for both to be
    alike, `moved_net` without what chance adds. `test` names what `p` is; `statistic`, `df`, `df2`
    and `p_distribution` are of all answers together, `p_mean` of the mean. `p_adjusted` is
    Benjamini–Hochberg's over the list. `widest` is the end of the answers' 90% intervals farthest
    from 0, in margins. An untested line has a reason in `why_not`;
    it is not comparable where its answers changed between waves.
    """

    question: Question
    comparison: Comparison
    a: Side
    b: Side
    answers: tuple[Answer, ...]
    moved: float | None
    moved_net: float | None
    v: float | None
    test: str
    statistic: float | None
    df: float | None
    df2: float | None
    p_distribution: float | None
    p_mean: float | None
    p: float | None
    p_adjusted: float | None
    verdict: Verdict
    widest: float | None
    why_not: str
    is_comparable: bool = True

    @property
    def holds(self) -> bool:
        """Whether the question differs, over the whole list."""
        return self.verdict in {Verdict.DIFFERS, Verdict.DIFFERS_A_LITTLE}

    @property
    def marked(self) -> tuple[Answer, ...]:
        """The answers that differ."""
        return tuple(one for one in self.answers if one.is_marked)

    @property
    def clearest(self) -> Answer | None:
        """The answer with the smallest p within the question, `None` if none was tested."""
        tested = (one for one in self.in_order if one.p_used is not None)
        return next(tested, None)

    @property
    def in_order(self) -> tuple[Answer, ...]:
        """The answers, the clearest first and those that were not tested last."""
        return tuple(sorted(self.answers, key=_clarity))


@dataclass(frozen=True, slots=True)
class Ranking:
    """Questions in comparisons by verdict: those that differ by `moved_net`, the others by p.

    `tested` lines make up the family, of which `held` differ. `level` is that of the tests, in
    percent, `level_picked` that of the intervals that allow for the picking. `state` says in one
    line base, weight, filters and level. `sides` are the two
    compared groups of a list of one comparison.
    """

    view: View
    options: RankingOptions
    comparisons: tuple[Comparison, ...]
    lines: tuple[Line, ...]
    tested: int
    held: int
    level: float
    level_picked: float | None
    state: str = ""
    left_out: int = 0
    sample: Sample | None = field(default=None, compare=False, repr=False)

    @property
    def is_over_waves(self) -> bool:
        """Whether waves are compared."""
        return any(one.waves for one in self.comparisons)

    @property
    def compares_pairs(self) -> bool:
        """Whether two columns are compared at a time."""
        return all(one.is_pair for one in self.comparisons)

    def alerts(self, at_least: float = 0.0) -> Ranking:
        """Return the ranking with only the lines that differ, by `moved_net` of `at_least`."""
        held = (one for one in self.lines if one.holds and (one.moved_net or 0.0) >= at_least)
        return replace(self, lines=tuple(held))

    def by_verdict(self, verdict: Verdict) -> tuple[Line, ...]:
        """Return the lines with a verdict, in their order."""
        return tuple(one for one in self.lines if one.verdict is verdict)
