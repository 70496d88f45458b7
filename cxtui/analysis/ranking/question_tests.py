"""Tests of questions as a whole: do all answers together differ between the compared columns?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import MOST_CELLS, Status
from cxtui.analysis.query.sample import Numbers, Positions, Rule
from cxtui.analysis.ranking.compared_answers import ComparedBlock
from cxtui.analysis.stats.cell_statistics import is_classical
from cxtui.analysis.stats.contrasts import test_contrast
from cxtui.analysis.stats.second_order import test_tables
from cxtui.analysis.stats.special_functions import special_functions
from cxtui.analysis.stats.variance import degrees_of_freedom


@dataclass(frozen=True, slots=True, eq=False)
class QuestionTests:
    """Tests of questions in comparisons, (questions, comparisons); NaN where there is none.

    `statistic` is Pearson's X² (`df2` is NaN), else an F. `f` is X²/df or F. `v` is Cramér's V with
    Bergsma's correction, of two separate columns without a weight or design. `overlap` says
    whether respondents are in two of the columns.
    """

    statistic: Numbers
    f: Numbers
    df: Numbers
    df2: Numbers
    p: Numbers
    v: Numbers
    overlap: NDArray[np.bool_]

    def among(self, places: Positions, questions: int) -> QuestionTests:
        """Return the tests as those at `places` of more questions, one-dimensional."""

        def spread(part: Numbers) -> Numbers:
            found = np.full((questions, part.shape[1]), np.nan)
            found[places] = part
            return found.ravel()

        values = self.statistic, self.f, self.df, self.df2, self.p, self.v
        statistic, f, df, df2, p, v = map(spread, values)
        overlap = spread(self.overlap.astype(np.float64)) == 1
        return QuestionTests(statistic, f, df, df2, p, v, overlap)


def no_tests(shape: tuple[int, int], overlap: NDArray[np.bool_] | None = None) -> QuestionTests:
    """Return questions in comparisons without tests, to be filled in."""
    statistic, f, df, df2, p, v = (np.full(shape, np.nan) for _ in range(6))
    none = np.zeros(shape, dtype=bool)
    return QuestionTests(statistic, f, df, df2, p, v, none if overlap is None else overlap)


def test_questions(compared: ComparedBlock) -> QuestionTests:
    """Return the tests of single-answer questions, whose rows stand together.

    Rows of missing answers are not tested.
    """
    overlap = _overlap(compared)
    tests = no_tests(overlap.shape, overlap)
    classical = is_classical(compared.block.sample) and compared.is_pair
    if classical:
        _test_pooled(tests, compared, overlap)
    if classical and compared.block.sample.rule is Rule.TEXTBOOK:
        return tests
    separate = compared.is_pair & ~overlap
    for number in np.flatnonzero(separate.any(axis=0)).tolist():
        _test_separate(tests, compared, number, separate[:, number])
    if not classical:
        _test_joint(tests, compared, ~separate)
    return tests


test_questions.__test__ = False  # type: ignore[attr-defined]


def _test_separate(
    tests: QuestionTests, compared: ComparedBlock, number: int, separate: NDArray[np.bool_]
) -> None:
    """Test questions in a pair of columns that share no respondents, as their tables do."""
    for part in (tests.statistic, tests.f, tests.df, tests.df2, tests.p):
        part[separate, number] = np.nan
    pair = compared.places[number].tolist()
    cells = compared.block.columns.each(lambda one: one.cells)
    given = compared.block.cells.n[:, pair].sum(axis=1) > 0
    rows = np.flatnonzero(given & _are_answers(compared) & separate[compared.of_row])
    questions, starts, answers = np.unique(
        compared.of_row[rows], return_index=True, return_counts=True
    )
    for size in np.unique(answers).tolist():
        if size > 1 and size * len(pair) <= MOST_CELLS:
            own = answers == size
            index = rows[starts[own, np.newaxis] + np.arange(size)]
            found = test_tables(cells, compared.block.sample, index, pair)
            at = questions[own], number
            tests.statistic[at] = tests.f[at] = found.statistic
            tests.df[at], tests.df2[at], tests.p[at] = found.df, found.df2, found.p


def _test_joint(tests: QuestionTests, compared: ComparedBlock, joint: NDArray[np.bool_]) -> None:
    """Test questions in contrasts whose columns may share respondents."""
    if not joint.any():
        return
    sums, answers = compared.contrasts, _are_answers(compared)
    freedom = degrees_of_freedom(compared.respondents[0], compared.block.sample)
    for question, number in zip(*np.nonzero(joint), strict=True):
        rows = np.flatnonzero((compared.of_row == question) & answers)
        if rows.size:
            own = sums.each(lambda one, at=(rows, number): one.at(*at))  # type: ignore[misc]
            found = test_contrast(
                *(own, compared.coefficients, compared.block.sample),
                freedom=float(freedom[rows[0], number]),
            )
            at = question, number
            tests.statistic[at] = tests.f[at] = found.statistic
            tests.df[at], tests.df2[at], tests.p[at] = found.df, found.df2, found.p


def _are_answers(compared: ComparedBlock) -> NDArray[np.bool_]:
    return np.array([head.status is Status.ANSWER for head in compared.block.heads], dtype=bool)


def _first_rows(compared: ComparedBlock) -> Positions:
    """Return the first row of each question."""
    return np.searchsorted(compared.of_row, np.arange(compared.of_row.max(initial=-1) + 1))


def _overlap(compared: ComparedBlock) -> NDArray[np.bool_]:
    """Return whether respondents of a question are in two compared columns."""
    return compared.respondents[1][_first_rows(compared)]


def _test_pooled(tests: QuestionTests, compared: ComparedBlock, overlap: NDArray[np.bool_]) -> None:
    """Test pairs of columns without a design: X² = Σ (p₁ − p₂)²/P / f, f = Q₁/W₁² + Q₂/W₂².

    Of equal weights it is Pearson's X². Where respondents are in both columns, f has their part
    − 2Q₁₂/(W₁W₂), and X²/m is an F on m = answers − 1 and m·(e₁ + e₂ − e₁₂ − 2) degrees of freedom,
    e = W²/Q.
    """
    special = special_functions()
    answers, starts = _are_answers(compared)[:, np.newaxis], _first_rows(compared)
    sums = compared.contrasts.whole
    first, second = sums.columns
    both = sums.shared.get((0, 1))

    def whole(part: Numbers) -> Numbers:
        return np.asarray(np.add.reduceat(np.where(answers, part, 0.0), starts, axis=0))

    w1, w2 = whole(first.cells.w), whole(second.cells.w)
    q1, q2 = whole(first.cells.q), whole(second.cells.q)
    w12, q12 = (whole(both.cells.w), whole(both.cells.q)) if both else (0 * w1, 0 * q1)
    row = compared.of_row
    with np.errstate(invalid="ignore", divide="ignore"):
        d = first.cells.w / w1[row] - second.cells.w / w2[row]
        share = (first.cells.w + second.cells.w) / (w1 + w2)[row]
        given = answers & (share > 0)
        squares = np.where(given, d**2 / np.where(given, share, 1.0), 0.0)
        spread = q1 / w1**2 + q2 / w2**2 - 2 * q12 / (w1 * w2)
        x2 = np.add.reduceat(squares, starts, axis=0) / spread
        m = np.add.reduceat(given.astype(np.float64), starts, axis=0) - 1
        base = w1**2 / q1 + w2**2 / q2 - np.where(q12 > 0, w12**2 / q12, 0.0)
        df2 = m * (base - 2)
        tests.f[:] = np.where(m > 0, x2 / m, np.nan)
    tests.df[:] = m
    tests.statistic[:] = np.where(overlap, tests.f, x2)
    tests.df2[:] = np.where(overlap, df2, np.nan)
    tests.p[:] = np.where(overlap, special.fdtrc(m, df2, tests.f), special.chdtrc(m, x2))
    tests.p[~(m > 0)] = np.nan
    if compared.block.sample.rule is Rule.TEXTBOOK:
        n = whole(first.cells.n) + whole(second.cells.n)
        tests.v[:] = np.where(overlap, np.nan, _cramers_v(x2, m + 1, n))


def _cramers_v(x2: Numbers, answers: Numbers, n: Numbers) -> Numbers:
    """Return Cramér's V of answers by two columns, corrected for bias.

    Bergsma (2013), Journal of the Korean Statistical Society 42:323–328.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        phi = np.maximum(x2 / n - (answers - 1) / (n - 1), 0.0)
        rows = answers - (answers - 1) ** 2 / (n - 1)
        return np.sqrt(phi / np.minimum(rows - 1, 2 - 1 / (n - 1) - 1))
