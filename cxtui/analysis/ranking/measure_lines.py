"""Lines of a ranking from cubes: tests of answers and questions, what moved, and the margin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.sample import Numbers, Positions, Rule, Sample
from cxtui.analysis.query.stacks.cube_stack import CubeStack
from cxtui.analysis.ranking.answer_numbers import AnswerNumbers, adjust_within, smallest
from cxtui.analysis.ranking.compared_answers import (
    ComparedBlock,
    answers_of,
    compared_block,
    contrast_freedom,
)
from cxtui.analysis.ranking.comparison import Comparison, compared_stack
from cxtui.analysis.ranking.question_tests import QuestionTests, no_tests, test_questions
from cxtui.analysis.stats.cell_statistics import ONE_CLUSTER, is_classical
from cxtui.analysis.stats.significance import NO_BASE, TOO_SMALL, is_too_small
from cxtui.analysis.stats.special_functions import special_functions
from cxtui.analysis.stats.stacked_blocks import has_mean, has_shares, means_of, shares_of
from cxtui.analysis.view.view import Correction, View
from cxtui.messages import tr
from cxtui.survey.question import Kind, Question

_MARGIN_LEVEL = 90.0
"""Level of the intervals of two one-sided tests at 5%."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class LineNumbers:
    """One-dimensional arrays over lines, comparison by comparison within questions.

    NaN where there is no number. `n`, `kish` and `effective` are the least of each side's columns,
    (lines, 2). `p_within` and `margin`, in points or the mean's unit, are of the answers; `widest`
    is the end of the 90% intervals farthest from 0, in margins. Lines whose reason is
    `hidden_reason` are not shown, for the protection of respondents.
    """

    questions: tuple[Question, ...]
    comparisons: tuple[Comparison, ...]
    answers: AnswerNumbers
    p_within: Numbers
    n: Numbers
    kish: Numbers
    effective: Numbers
    test: NDArray[np.object_]
    statistic: Numbers
    df: Numbers
    df2: Numbers
    p_distribution: Numbers
    p_mean: Numbers
    p: Numbers
    moved: Numbers
    moved_net: Numbers
    v: Numbers
    margin: Numbers
    widest: Numbers
    why_not: NDArray[np.object_]
    is_comparable: NDArray[np.bool_]
    sample: Sample
    left_out: int
    hidden_reason: str = ""


def measure_lines(
    stack: CubeStack,
    comparisons: Sequence[Comparison],
    view: View,
    margin: float,
    reasons: Sequence[Sequence[str]],
) -> LineNumbers:
    """Return the lines of several questions.

    `margin` is in points; `reasons` say why a question is not comparable in a comparison, empty
    where it is, (questions, comparisons).
    """
    stack = compared_stack(stack, comparisons)
    shares, means = (
        found and compared_block(found[0], stack.columns, comparisons, found[1])
        for found in (shares_of(stack, view.base), means_of(stack))
    )
    lines = _Lines(stack, tuple(comparisons), shares, means)
    given = np.array(reasons, dtype=object).reshape(lines.size)
    why_not = lines.why_not(given)
    blocks = [one for one in (shares, means) if one is not None]
    answers = AnswerNumbers.together([answers_of(one, view) for one in blocks])
    found = lines.measured(_without_tests(answers, why_not), why_not, margin)
    return replace(found, is_comparable=(why_not == "") | (why_not != given))


def _without_tests(answers: AnswerNumbers, why_not: NDArray[np.object_]) -> AnswerNumbers:
    """Return the answers without the tests of untested lines."""
    reasons = why_not[answers.line]
    untested = reasons != ""
    blank = {
        name: np.where(untested, np.nan, getattr(answers, name))
        for name in ("t", "p", "p_fisher", "p_used")
    }
    return replace(answers, **blank, why_not=np.where(untested, reasons, answers.why_not))


def _margins(answers: AnswerNumbers, margin: float) -> Numbers:
    """Return the margin of each answer: in points, of a mean d = 2Φ⁻¹((1 + δ)/2) of its SD."""
    d = 2 * float(special_functions().ndtri(0.5 + margin / 200))
    return np.where(answers.is_mean, d * answers.unit, margin)


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    """The questions and comparisons of some lines, with their shares and means."""

    stack: CubeStack
    comparisons: tuple[Comparison, ...]
    shares: ComparedBlock | None
    means: ComparedBlock | None

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.stack.questions), len(self.comparisons)

    @property
    def size(self) -> int:
        return len(self.stack.questions) * len(self.comparisons)

    def _of_questions(self, is_so: Sequence[bool]) -> NDArray[np.bool_]:
        """Return a property of the questions for each line."""
        return np.repeat(np.array(is_so, dtype=bool), len(self.comparisons))

    @property
    def are_numbers(self) -> NDArray[np.bool_]:
        return self._of_questions([one.kind is Kind.NUMERIC for one in self.stack.questions])

    @property
    def are_multi(self) -> NDArray[np.bool_]:
        return self._of_questions([one.counts_each_answer for one in self.stack.questions])

    @property
    def have_means(self) -> NDArray[np.bool_]:
        return self._of_questions([has_mean(one) for one in self.stack.questions])

    def _from_first_rows(self, name: str) -> Numbers:
        """Return an error of the compared columns, (lines, columns): of the answers, or the number.

        That of a question's first row is that of its base.
        """
        columns = len(self.comparisons[0].unions)
        found = np.full((*self.shape, columns), np.nan)
        for block in (self.means, self.shares):  # the base of a scale is that of its answers
            if block is not None:
                questions, rows = np.unique(block.of_row, return_index=True)
                found[questions] = block.of_sides(getattr(block.errors, name))[rows]
        return found.reshape(self.size, columns)

    def _freedom(self) -> Numbers:
        found = np.full(self.shape, np.nan)
        for block in (self.means, self.shares):
            if block is not None:
                questions, rows = np.unique(block.of_row, return_index=True)
                found[questions] = contrast_freedom(block)[rows]
        return found.ravel()

    def why_not(self, given: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return why each line is not tested, empty if it is; `given` are known reasons."""
        least = np.fmin.reduce(self._from_first_rows("smallest_base"), axis=1)
        designed = not (is_classical(self.stack.sample) and self.comparisons[0].is_pair)
        found = np.select(
            [
                (self._from_first_rows("n") <= 0).any(axis=1),
                given != "",
                is_too_small(least),
                designed & (self._freedom() <= 0),
            ],
            [tr(NO_BASE), given, tr("base under {}", TOO_SMALL), tr(ONE_CLUSTER)],
            default="",
        )
        return found.astype(object)

    def _sides(self, name: str) -> Numbers:
        """Return the least of each side's columns, (lines, 2)."""
        values, first = self._from_first_rows(name), self.comparisons[0]
        used = [[place for place, c in enumerate(of) if c] for of in (first.of_a, first.of_b)]
        return np.stack([np.fmin.reduce(values[:, own], axis=1) for own in used], axis=1)

    def measured(
        self, answers: AnswerNumbers, why_not: NDArray[np.object_], margin: float
    ) -> LineNumbers:
        """Return the numbers of the lines, tested with their answers."""
        tested, size, margins = why_not == "", self.size, _margins(answers, margin)
        blank = np.where(tested, 0.0, np.nan)
        found = self._distribution_tests()
        p_mean = smallest(np.where(answers.is_mean, answers.p_used, np.nan), answers.line, size)
        p_distribution = found.p + blank
        of_shares = np.where(answers.is_mean, np.nan, answers.p_used)
        simes = adjust_within(of_shares, answers.line, size, Correction.BH)
        p = np.select(
            [self.are_numbers, self.are_multi, self.have_means],
            [
                p_mean,
                smallest(simes, answers.line, size),
                np.minimum(1.0, 2 * np.fmin(p_distribution, p_mean)),
            ],
            default=p_distribution,
        )
        moved, f = self._moved(answers, found.f)
        with np.errstate(invalid="ignore", divide="ignore"):
            net = moved * np.sqrt(np.maximum(0.0, 1 - 1 / f))
        lost = tested & np.isnan(p)
        t, df = (self._of_means(answers, part) for part in (answers.t, answers.df))
        return LineNumbers(
            questions=self.stack.questions,
            comparisons=self.comparisons,
            answers=answers,
            p_within=self._within(answers),
            n=self._sides("n"),
            kish=self._sides("kish"),
            effective=self._sides("question_base"),
            test=self._names(found.overlap),
            statistic=np.where(self.are_numbers, t, found.statistic + blank),
            df=np.where(self.are_numbers, df, found.df + blank),
            df2=found.df2 + blank,
            p_distribution=p_distribution,
            p_mean=p_mean,
            p=p,
            moved=moved,
            moved_net=np.where(moved == 0, 0.0, net) + blank,
            v=found.v,
            margin=margins,
            widest=self._widest(answers, margins),
            is_comparable=tested,
            why_not=np.where(lost, self._reasons(answers), why_not),
            sample=self.stack.sample,
            left_out=self.stack.left_out,
        )

    def _distribution_tests(self) -> QuestionTests:
        """Return the tests of all answers together; NaN for numbers and multiple responses."""
        single: Positions = np.flatnonzero(
            [has_shares(one) and not one.counts_each_answer for one in self.stack.questions]
        )
        tests = no_tests((0, len(self.comparisons)))
        if self.shares is not None and single.size:
            chosen = self.shares.of_questions(single.tolist())
            tests = test_questions(chosen)
        return tests.among(single, len(self.stack.questions))

    def _of_means(self, answers: AnswerNumbers, values: Numbers) -> Numbers:
        """Return a number of each line's mean."""
        found = np.full(self.size, np.nan)
        found[answers.line[answers.is_mean]] = values[answers.is_mean]
        return found

    def _moved(self, answers: AnswerNumbers, f: Numbers) -> tuple[Numbers, Numbers]:
        """Return how many of 100 would have to answer otherwise, and F."""
        line, size = answers.line, self.size
        wide = np.where(answers.is_mean, np.nan, np.abs(answers.gap))
        sums = np.zeros(size)
        np.add.at(sums, line, np.nan_to_num(wide))
        most = -smallest(-wide, line, size)
        is_widest = wide == most[line]
        squares = np.full(size, np.nan)
        places = np.flatnonzero(is_widest)[::-1]  # the first of several counts
        squares[line[places]] = answers.t[places] ** 2
        numbers, multi = self.are_numbers, self.are_multi
        d = np.abs(self._of_means(answers, answers.effect))
        of_number = 100 * (2 * special_functions().ndtr(d / 2) - 1)
        moved = np.select([numbers, multi], [of_number, most], default=sums / 2)
        t = self._of_means(answers, answers.t)
        return moved, np.select([numbers, multi], [t**2, squares], default=f)

    def _within(self, answers: AnswerNumbers) -> Numbers:
        """Return p within the question: Holm over answers, of the mean of a scale twice its p.

        Single choice with two answers is one test, a number another.
        """
        line, mean = answers.line, answers.is_mean
        of_shares = np.where(mean, np.nan, answers.p_used)
        holm = adjust_within(of_shares, line, self.size, Correction.HOLM)
        tests = np.bincount(line, ~np.isnan(of_shares), self.size)
        is_one_test = (tests == 2) & ~self.are_multi & ~self.have_means  # noqa: PLR2004
        twice = np.minimum(1.0, 2 * answers.p_used)
        of_mean = np.where(self.are_numbers[line], answers.p_used, twice)
        return np.select([mean, is_one_test[line]], [of_mean, answers.p_used], default=holm)

    def _widest(self, answers: AnswerNumbers, unit: Numbers) -> Numbers:
        """Return the farthest end of the intervals for the margin, in margins."""
        low, high = answers.interval(_MARGIN_LEVEL)
        with np.errstate(invalid="ignore", divide="ignore"):
            ends = np.fmax(np.abs(low), np.abs(high)) / unit
        unknown = np.where(np.abs(answers.gap) <= _ROUNDING, 0.0, np.inf)
        ends = np.where(np.isnan(ends), unknown, ends)
        return -smallest(-ends, answers.line, self.size)

    def _reasons(self, answers: AnswerNumbers) -> NDArray[np.object_]:
        """Return the reason why a first answer of each line was not tested."""
        found = np.full(self.size, tr("no spread to tell an error from"), dtype=object)
        places = np.flatnonzero(answers.why_not != "")[::-1]
        found[answers.line[places]] = answers.why_not[places]
        return found

    def _names(self, overlap: NDArray[np.bool_]) -> NDArray[np.object_]:
        """Return the names of the tests of the lines' p."""
        pair, rule = self.comparisons[0].is_pair, self.stack.sample.rule
        pooled = (rule is Rule.TEXTBOOK) | (overlap & is_classical(self.stack.sample))
        names = np.where(pooled, "pearson", "rao-scott") if pair else "linearized"
        return np.select(
            [self.are_numbers, self.are_multi, self.have_means],
            ["t", "simes", "twice-smaller"],
            default=names,
        ).astype(object)
