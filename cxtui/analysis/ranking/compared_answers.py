"""Gaps of all answers of several questions in all comparisons of a list, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Column
from cxtui.analysis.query.sample import Numbers, Positions
from cxtui.analysis.ranking.answer_numbers import AnswerNumbers
from cxtui.analysis.ranking.comparison import Comparison, places_of
from cxtui.analysis.stats.cell_statistics import (
    FIXED,
    LONE_CLUSTER,
    NOTHING,
    ONE_CLUSTER,
    CellErrors,
    cell_errors,
    is_classical,
)
from cxtui.analysis.stats.column_tests import compare_columns
from cxtui.analysis.stats.contrasts import ContrastSums, variance_of_contrast
from cxtui.analysis.stats.row_sums import Layer, Layers, RowBlock
from cxtui.analysis.stats.significance import (
    NO_BASE,
    TOO_SMALL,
    is_too_small,
    two_sided_p,
)
from cxtui.analysis.stats.variance import degrees_of_freedom
from cxtui.analysis.tables.table_rows import flags_of
from cxtui.analysis.view.view import Against, Correction, Family, View
from cxtui.messages import tr

_POINTS = 100.0
_SMALLEST_SE = 1e-9
"""Standard error of a contrast up to which it is rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class ComparedBlock:
    """Rows of several questions in the columns of all comparisons; `of_row` is their question.

    `places` are the positions of the compared columns, (comparisons, columns).
    """

    block: RowBlock
    columns: tuple[Column, ...]
    comparisons: tuple[Comparison, ...]
    of_row: Positions
    errors: CellErrors

    @property
    def places(self) -> Positions:
        """The positions of the compared columns, (comparisons, columns)."""
        return places_of(self.comparisons)

    @property
    def coefficients(self) -> tuple[float, ...]:
        """The coefficients of the contrast, those of all comparisons."""
        return self.comparisons[0].coefficients

    @property
    def is_pair(self) -> bool:
        """Whether two columns are compared."""
        return self.comparisons[0].is_pair

    @property
    def lines(self) -> Positions:
        """The line of each row and comparison; those of a question stand together."""
        comparisons = len(self.comparisons)
        return self.of_row[:, np.newaxis] * comparisons + np.arange(comparisons)

    @property
    def contrasts(self) -> Layers[ContrastSums]:
        """The sums of the columns of each comparison, and of two; (…, rows, comparisons)."""
        sides = range(self.places.shape[1])
        pairs = {(a, b): self._overlaps(a, b) for a, b in combinations(sides, 2)}

        def sums(layer: Layer) -> ContrastSums:
            return ContrastSums(
                tuple(layer.columns.at(self.places[:, side]) for side in sides),
                {pair: layer.shared.at(at) for pair, at in pairs.items() if (at >= 0).any()},
            )

        return self.block.layers.each(sums)

    def _overlaps(self, a: int, b: int) -> Positions:
        """Return the places of the respondents in two columns, −1 (the empty place) without any."""
        known = self.block.overlaps
        pairs = zip(self.places[:, a].tolist(), self.places[:, b].tolist(), strict=True)
        return np.array([known.get(pair, -1) for pair in pairs], dtype=np.intp)

    @property
    def respondents(self) -> tuple[Numbers, NDArray[np.bool_]]:
        """Respondents in any of the columns by unit, and whether some are in two of them."""
        units = self.contrasts.counted
        shared = [one.base.n for one in units.shared.values()]
        n = np.asarray(sum(one.base.n for one in units.columns))
        overlap = np.zeros(n.shape[1:], dtype=bool)
        for one in shared:
            n, overlap = n - one, overlap | (one.sum(axis=0) > 0)
        return n, overlap

    def of_questions(self, questions: Sequence[int]) -> ComparedBlock:
        """Return the rows of some questions, which are numbered from 0 then."""
        rows = np.flatnonzero(np.isin(self.of_row, questions))
        places = {question: place for place, question in enumerate(questions)}

        def own(layer: Layer) -> Layer:
            return Layer(layer.columns.rows(rows.tolist()), layer.shared.rows(rows.tolist()))

        heads = tuple(self.block.heads[row] for row in rows.tolist())
        block = replace(self.block, heads=heads, layers=self.block.layers.each(own), answers=None)
        of_row = np.array([places[one] for one in self.of_row[rows].tolist()], dtype=np.intp)
        return replace(self, block=block, of_row=of_row, errors=self.errors.rows(rows))

    def of_sides(self, numbers: Numbers) -> Numbers:
        """Return numbers of the columns as (rows, comparisons, columns)."""
        return numbers[:, self.places]


def compared_block(
    block: RowBlock,
    columns: tuple[Column, ...],
    comparisons: Sequence[Comparison],
    of_row: Positions,
) -> ComparedBlock:
    """Return the rows of several questions with the errors of their cells."""
    return ComparedBlock(block, columns, tuple(comparisons), of_row, cell_errors(block))


def answers_of(compared: ComparedBlock, view: View) -> AnswerNumbers:
    """Return the numbers of all answers, not sorted."""
    numbers = _of_pairs(compared, view) if compared.is_pair else _of_contrasts(compared)
    block, errors = compared.block, compared.errors
    scale = 1.0 if block.is_mean else _POINTS
    values = scale * compared.of_sides(errors.value + block.centre)
    first = compared.comparisons[0]
    least = np.fmin.reduce(compared.of_sides(errors.smallest_base), axis=2)
    shape = least.shape
    heads = np.empty(shape, dtype=object)
    heads[:] = np.array([*block.heads, None], dtype=object)[:-1, np.newaxis]
    deviation = pooled_deviation(compared) if block.is_mean else np.ones(shape)
    if block.is_mean:
        with np.errstate(invalid="ignore", divide="ignore"):
            numbers["effect"] = np.asarray(numbers["gap"], dtype=np.float64) / deviation
    flags = np.array(flags_of(least, numbers["few"].astype(bool)), dtype=object)
    found = {
        "line": compared.lines,
        "head": heads,
        "is_mean": np.full(shape, block.is_mean),
        "a": _shown(values, first.of_a),
        "b": _shown(values, first.of_b),
        "unit": deviation,
        "flag": flags.reshape(shape),
        **{name: part for name, part in numbers.items() if name != "few"},
    }
    return AnswerNumbers(**{name: np.asarray(part).ravel() for name, part in found.items()})


def _shown(values: Numbers, weights: Sequence[float]) -> Numbers:
    """Return one of the two numbers that are shown, (rows, comparisons)."""
    used = [side for side, weight in enumerate(weights) if weight]
    return np.asarray(sum(weights[side] * values[..., side] for side in used))


def pooled_deviation(compared: ComparedBlock) -> Numbers:
    """Return the pooled standard deviation of a mean in its columns, (rows, comparisons)."""
    n = compared.of_sides(compared.errors.n) - 1
    squares = n * compared.of_sides(compared.errors.deviation)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.sqrt(squares.sum(axis=2) / n.sum(axis=2)))


def _of_pairs(compared: ComparedBlock, view: View) -> dict[str, NDArray[np.generic]]:
    """Return the numbers of two columns each, tested as in their table."""
    block, errors = compared.block, compared.errors
    plain = replace(view, against=Against.COLUMNS, correction=Correction.NONE, family=Family.ROW)
    tests = compare_columns(block, errors, compared.columns, plain, None)
    first, second = compared.places.T
    is_tested = tests.why_not == ""
    none = np.full(tests.gap.shape, np.nan)
    shares = [errors.value[:, side] for side in (first, second)]
    bases = [errors.kish[:, side] for side in (first, second)]
    overlapping = np.array([(a, b) in block.overlaps for a, b in compared.places.tolist()])
    is_hybrid = is_classical(block.sample) and not block.is_mean
    hybrid = np.broadcast_to(~overlapping & is_hybrid, none.shape)
    on_a, on_b = (np.where(hybrid & (base > 0), base, np.nan) for base in bases)
    half_se = tests.se_linearized if is_classical(block.sample) else tests.se
    if not (block.is_mean or is_classical(block.sample)):
        half_se = np.where(half_se > 0, half_se, np.nan)
    return {
        "gap": tests.gap,
        "se": tests.se,
        "se_linearized": tests.se_linearized,
        "guarded": tests.guarded,
        "t": np.where(is_tested, tests.t, np.nan),
        "df": tests.df,
        "p": np.where(is_tested, tests.p, np.nan),
        "p_fisher": np.where(is_tested, tests.p_fisher, np.nan),
        "p_used": tests.p_used,
        "effect": none if block.is_mean else _cohens_h(*shares),
        **{"share_a": shares[0], "share_b": shares[1], "on_a": on_a, "on_b": on_b},
        "half_se": half_se,
        "half_df": contrast_freedom(compared) if is_classical(block.sample) else tests.df,
        "few": tests.few_a | tests.few_b,
        "why_not": tests.why_not.astype(object),
    }


def _cohens_h(first: Numbers, second: Numbers) -> Numbers:
    """Return 2·asin√p₁ − 2·asin√p₂ (Cohen, Statistical Power Analysis, 1988, §6.2)."""
    arcs = (2 * np.arcsin(np.sqrt(np.clip(one, 0.0, 1.0))) for one in (first, second))
    return np.asarray(np.subtract(*arcs))


def contrast_freedom(compared: ComparedBlock) -> Numbers:
    """Return the degrees of freedom of the contrasts, 0 where a column has none.

    Of respondents those of all columns together + 1 − columns, of clusters at most those of each
    column; where respondents are in two columns, those of all columns together.
    """
    own = compared.of_sides(compared.errors.df)
    n, overlap = compared.respondents
    sample = compared.block.sample
    df = degrees_of_freedom(n, sample) + np.where(overlap, 0, 1 - own.shape[2])
    if sample.is_clustered:
        df = np.minimum(df, own.min(axis=2))
    return np.where(own.min(axis=2) > 0, np.maximum(df, 1.0), 0.0)


def _of_contrasts(compared: ComparedBlock) -> dict[str, NDArray[np.generic]]:
    """Return the numbers of contrasts of several columns: linearized, without a guard."""
    block, sums = compared.block, compared.contrasts
    scale = 1.0 if block.is_mean else _POINTS
    variance = variance_of_contrast(sums, compared.coefficients, block.sample)
    df = contrast_freedom(compared)
    gap = sums.whole.value(compared.coefficients)
    se = np.sqrt(np.maximum(variance, 0.0))
    why_not = _why_not(compared, variance, df)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(why_not == "", gap / se, np.nan)
    p = two_sided_p(t, df)
    none, certain = np.full(gap.shape, np.nan), np.zeros(gap.shape, dtype=bool)
    return {
        "gap": scale * gap,
        "se": scale * se,
        "se_linearized": scale * se,
        "guarded": certain,
        **{"t": t, "df": df, "p": p, "p_fisher": none, "p_used": p},
        **dict.fromkeys(("effect", "share_a", "share_b", "on_a", "on_b"), none),
        "half_se": np.where(se > _SMALLEST_SE, scale * se, np.nan),
        "half_df": df,
        "few": certain,
        "why_not": why_not,
    }


def _why_not(compared: ComparedBlock, variance: Numbers, df: Numbers) -> NDArray[np.object_]:
    """Return why each contrast is not tested, empty if it is."""
    errors, columns = compared.errors, compared.contrasts.whole.columns
    alike = np.zeros(df.shape, dtype=bool)
    if not compared.block.is_mean:
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.asarray(
                sum(one.cells.w for one in columns) / sum(one.base.w for one in columns)
            )
        alike = ~((share > NOTHING) & (share < 1))
    reasons = [
        ((compared.of_sides(errors.n) <= 0).any(axis=2), tr(NO_BASE)),
        (
            is_too_small(compared.of_sides(errors.smallest_base)).any(axis=2),
            tr("base under {}", TOO_SMALL),
        ),
        (alike, tr("all or none in all columns")),
        (df <= 0, tr(ONE_CLUSTER)),
        (np.isnan(variance), tr(LONE_CLUSTER)),
        (np.sqrt(np.maximum(variance, 0.0)) <= _SMALLEST_SE, tr(FIXED)),
    ]
    conditions, texts = zip(*reasons, strict=True)
    found: NDArray[np.object_] = np.select(conditions, texts, default="").astype(object)
    return found
