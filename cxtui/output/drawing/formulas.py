"""The formulas behind a table in words, and with the numbers of a cell or a pair put in.

Numbers are put in only where they give the result in the table: no formula on the screen is false.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cxtui.analysis.query.cube import Status
from cxtui.analysis.query.sample import Rule
from cxtui.analysis.stats.intervals import newcombe, normal_quantile, wilson
from cxtui.analysis.stats.significance import FEW_CASES, REST, expects_few
from cxtui.analysis.tables.table import BaseKind, Cell, Pair, Table, TableRow
from cxtui.analysis.view.view import Against, Correction, Family, Measure
from cxtui.messages import tr
from cxtui.output.drawing.number_text import MINUS, number_text, rounded, signed, size_text

CORRECTIONS = {
    Correction.NONE: "not corrected",
    Correction.HOLM: "Holm",
    Correction.BH: "Benjamini–Hochberg",
}

FISHER = "Fisher's p"

_VALUES = {
    Measure.COLUMN: "Column % = 100 · weighted count / weighted base.",
    Measure.COUNT: "Column % = 100 · weighted count / weighted base.",
    Measure.ROW: "Row % = 100 · weighted count / weighted count of the row in the Total.",
    Measure.TOTAL: "Total % = 100 · weighted count / weighted base of the Total.",
    Measure.INDEX: "Index = 100 · column % / column % of the Total.",
    Measure.RESPONSES: "% of responses = 100 · weighted count / weighted count of all answers.",
    Measure.MEAN: "Mean m = Σwx / Σw; sd² = Σw(x − m)²/Σw · n/(n − 1).",
}
_STEPS = {
    Correction.NONE: "The p of each pair stands as it is, whatever the number of tests.",
    Correction.HOLM: (
        "Holm: the smallest of k p is multiplied by k, the next by k − 1 and so on, none ends "
        "below the one before it."
    ),
    Correction.BH: (
        "Benjamini–Hochberg: the i-th smallest of k p is multiplied by k/i, none ends above the "
        "one after it."
    ),
}
_POINTS = "Points: the mean of 100 for whoever is in the first net only, −100 in the second only."
_FAMILIES = {
    Family.ROW: "k counts the tested pairs of one row and one banner variable.",
    Family.TABLE: "k counts the tested pairs of all rows and one banner variable.",
}
_OF_MEANS = {
    "interval": "m ± t·SE at {level:g} %; SE² = N/(N−1) · Σ(w(x−m)/Σw)², N all rows of the file, "
    "df = N − 1 (linearisation).",
    "test": "t = (m1 − m2)/SE, SE of the difference by linearisation; df = N − 2 between two "
    "separate columns, N − 1 where they overlap. A filter does not change N.",
    "gap's interval": "gap ± t·SE at {level:g} %.",
}
_NEWCOMBE = (
    "Newcombe: from gap − √((p1−l1)² + (u2−p2)²) to gap + √((u1−p1)² + (p2−l2)²), l and u the ends "
    "of Wilson's."
)
_OF_SHARES = {
    "interval": "Wilson: (p + z²/2e ± z·√(p(1−p)/e + z²/4e²)) / (1 + z²/e), z = {z:.3f} at "
    "{level:g} %.",
    "test": "pooled t-test of column %: t = (p1 − p2)/SE, SE² = P(1−P)·(1/e1 + 1/e2), P the share "
    "of both columns together, df = e1 + e2 − 2.",
    "gap's interval": _NEWCOMBE,
    "gap's SE": "linearised, each column with its own spread; the test pools them.",
    FISHER: "exact, where a tested column expects under {few} cases: the probability of all tables "
    "no likelier than this one; of respondents, unweighted.",
}
_OF_OVERLAP = {
    "test": "pooled t-test of column %: t = (p1 − p2)/SE, SE² = P(1−P)·(Q1/W1² + Q2/W2² − "
    "2·Q12/(W1·W2)), Q = Σw², Q12 of whoever is in both, df = e1 + e2 − e12 − 2.",
    "gap's interval": f"{_NEWCOMBE} Of overlapping columns gap ± t·SE, SE by linearisation.",
}
_VARIANCE = (
    "SE² = Σ over strata (1 − f)·k/(k − 1)·Σ(z − z̄)², z = w·(y − m)/W added up by cluster; "
    "df = clusters (or respondents) − strata of the whole file, 1 less between two separate "
    "columns."
)
_MEANS_OF_DESIGN = {
    "interval": f"m ± t·SE; {_VARIANCE}",
    "test": f"t = (m1 − m2)/SE; {_VARIANCE}",
}
_SHARES_OF_DESIGN = {
    "interval": "Wilson, with p(1 − p)/SE² of the design as effective base.",
    "test": f"t = (p1 − p2)/SE; {_VARIANCE}",
}
_COUNT = (
    "weighted n ± t·SE at {level:g} %; SE² = N/(N−1) · (Σw² − (Σw)²/N) over the cell, N all rows "
    "of the file, df = N − 1 (linearisation)."
)
_COUNT_OF_DESIGN = (
    "weighted n ± t·SE at {level:g} %; SE² and df as of a share, with z = w of whoever is in the "
    "cell."
)


@dataclass(frozen=True, slots=True)
class Side:
    """One column of a tested pair: its counts, its bases and the effective base `e`."""

    label: str
    n: float
    base: float
    weighted_n: float
    weighted_base: float
    e: float

    @property
    def p(self) -> float:
        """The share (0–1) of the weighted base."""
        return self.weighted_n / self.weighted_base if self.weighted_base > 0 else math.nan

    @property
    def squares(self) -> float:
        """The sum of squared weights, Σw²."""
        return self.weighted_base**2 / self.e if self.e > 0 else 0.0


def is_mean(row: TableRow) -> bool:
    """Whether a row shows means: of numbers, of scores, or of points."""
    return row.status is Status.SCORE or row.cells[0].mean is not None


def general(table: Table, row: TableRow) -> dict[str, str]:
    """Return how the numbers of a row are computed: a sentence by the name of a number."""
    means, view = is_mean(row), table.view
    classical = table.rule in {Rule.TEXTBOOK, Rule.KISH}
    formulas = {
        "value": _POINTS if row.in_points else _VALUES[Measure.MEAN if means else table.measure],
        "effective base": "e = (Σw)²/Σw², which is n where all weights are equal.",
        **(_OF_MEANS if means else _OF_SHARES),
    }
    if table.overlapping and not means:
        formulas |= _OF_OVERLAP
    if view.weight and not means:
        formulas["count's interval"] = _COUNT if classical else _COUNT_OF_DESIGN
    if not classical:
        formulas |= _MEANS_OF_DESIGN if means else _SHARES_OF_DESIGN
    values = {"level": view.level, "z": normal_quantile(view.level), "few": FEW_CASES}
    return {
        **{name: tr(formula, **values) for name, formula in formulas.items()},
        "corrected p": f"{tr(_STEPS[view.correction])} {tr(_FAMILIES[view.family])}",
    }


def interval_sum(table: Table, cell: Cell) -> str:
    """Return a cell's interval with its numbers put in; empty where they do not give it."""
    low, high = cell.low, cell.high
    if low is None or high is None:
        return ""
    if cell.mean is not None:
        return f"{number_text(cell.mean, 2)} ± {rounded((high - low) / 2, 2)}"
    e, level = cell.effective_base or 0.0, table.view.level
    ends = wilson(np.array((cell.percent or 0.0) / 100), np.array(e), level)
    if not _comes_out((low, high), (100 * float(ends[0]), 100 * float(ends[1]))):
        return ""
    return f"p = {rounded(cell.percent)} %, e = {size_text(e)}, z = {normal_quantile(level):.3f}"


def test_sum(table: Table, row: TableRow, pair: Pair, a: int, b: int) -> list[str]:
    """Return t of a pair with its numbers put in, and how its SE is computed."""
    if pair.t is None or pair.gap is None:
        return []
    if is_mean(row):
        first = row.cells[a].mean or 0.0
        se = pair.gap / pair.t if pair.t else pair.se
        return [_t(number_text(first, 2), number_text(first - pair.gap, 2), rounded(se, 3), pair.t)]
    one, other = sides_of(table, row, a, b)
    pooled, spread = _pooled(one, other)
    se = pair.gap / pair.t if pair.t else 100 * spread
    lines = [_t(rounded(100 * one.p), rounded(100 * other.p), rounded(se, 2), pair.t)]
    if _comes_out((pair.t * 100 * spread,), (pair.gap,)):
        sizes = f"e1 = {size_text(one.e)}, e2 = {size_text(other.e)}"
        lines.append(f"SE = √(P(1−P)·(1/e1 + 1/e2)), P = {rounded(100 * pooled)} %, {sizes}")
    return lines


def _t(first: str, second: str, se: str, t: float) -> str:
    return f"t = ({first} {MINUS} {second}) / SE {se} = {number_text(t, 2)}"


def gap_sum(table: Table, row: TableRow, pair: Pair, a: int, b: int) -> str:
    """Return the interval of a gap with its numbers put in; empty where they do not give it."""
    if pair.gap is None or pair.low is None or pair.high is None:
        return ""
    if is_mean(row):
        return f"{signed(pair.gap, 2)} ± {rounded((pair.high - pair.low) / 2, 2)}"
    level, sides = table.view.level, sides_of(table, row, a, b)
    (p1, e1), (p2, e2) = ((np.array(one.p), np.array(one.e)) for one in sides)
    low, high = newcombe(p1, e1, p2, e2, level)
    if not _comes_out((pair.low, pair.high), (100 * float(low), 100 * float(high))):
        return ""
    (l1, u1), (l2, u2) = (
        [100 * float(end) for end in wilson(p, e, level)] for p, e in ((p1, e1), (p2, e2))
    )
    gap, p, q = signed(pair.gap), 100 * sides[0].p, 100 * sides[1].p
    down, up = _root(p - l1, u2 - q), _root(u1 - p, q - l2)
    return tr("{} to {}", f"{gap} {MINUS} {down}", f"{gap} + {up}")


def _root(x: float, y: float) -> str:
    return f"√({rounded(x)}² + {rounded(y)}²)"


def side_of(table: Table, row: TableRow, column: int) -> Side:
    """Return a column of a row as the tests see it: a share of its own base."""
    cell, label = row.cells[column], table.columns[column].label
    bases = (cell.base, cell.weighted_base, cell.effective_base or 0.0)
    if table.measure in {Measure.ROW, Measure.TOTAL, Measure.RESPONSES} and not is_mean(row):
        # These cells are shares of other bases, and the tests are of the column %.
        values = {line.kind: line.lowest[column] or 0.0 for line in table.bases}
        n = values[BaseKind.BASE]
        bases = n, values.get(BaseKind.WEIGHTED, n), values.get(BaseKind.EFFECTIVE, n)
    base, weighted_base, e = bases
    return Side(label, cell.n, base, cell.weighted_n, weighted_base, e)


def sides_of(table: Table, row: TableRow, a: int, b: int) -> tuple[Side, Side]:
    """Return both columns of a pair; against the rest, the second is the Total less the first."""
    first, second = side_of(table, row, a), side_of(table, row, b)
    if table.view.against is not Against.REST:
        return first, second
    weighted = second.weighted_base - first.weighted_base
    squares = second.squares - first.squares
    return first, Side(
        label=REST,
        n=second.n - first.n,
        base=second.base - first.base,
        weighted_n=second.weighted_n - first.weighted_n,
        weighted_base=weighted,
        e=weighted**2 / squares if squares > 0 else 0.0,
    )


def _pooled(first: Side, second: Side) -> tuple[float, float]:
    """Return the share of both columns together, and the pooled SE (0–1) of their difference."""
    whole = first.weighted_base + second.weighted_base
    if whole <= 0 or not (first.e > 0 and second.e > 0):
        return math.nan, math.nan
    pooled = min((first.weighted_n + second.weighted_n) / whole, 1.0)
    return pooled, math.sqrt(pooled * (1 - pooled) * (1 / first.e + 1 / second.e))


def expected_few(table: Table, row: TableRow, a: int, b: int) -> list[tuple[str, float]]:
    """Return the columns of a pair that expect few cases, with the number of cases expected.

    The cases are those who chose the answer, or those who did not where these are fewer.
    """
    sides = sides_of(table, row, a, b)
    pooled, _ = _pooled(*sides)
    return [
        (one.label, min(pooled, 1 - pooled) * one.e)
        for one in sides
        if expects_few(np.array(pooled), np.array(one.e))
    ]


def _comes_out(said: tuple[float, ...], computed: tuple[float, ...]) -> bool:
    return all(
        math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
        for one, other in zip(said, computed, strict=True)
    )
