"""The formulas behind a table in words, and with the numbers of a cell or a pair put in.

Numbers are put in only where they give what the table says: a formula on the screen that does
not come out would be worse than none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cxtui.analysis.query.cube import Status
from cxtui.analysis.stats.intervals import newcombe, normal_quantile, wilson
from cxtui.analysis.stats.significance import FEW_CASES, REST, expects_few
from cxtui.analysis.tables.table import BaseKind, BaseLine, Cell, Pair, Table, TableRow
from cxtui.analysis.view.view import Against, Correction, Family, Measure
from cxtui.output.drawing.number_text import EMPTY, MINUS, rounded, signed

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
_TEST_OF_OVERLAP = (
    "pooled t-test of column %: t = (p1 − p2)/SE, SE² = P(1−P)·(Q1/W1² + Q2/W2² − "
    "2·Q12/(W1·W2)), Q = Σw², Q12 of whoever is in both, df = e1 + e2 − e12 − 2."
)
_GAP_OF_OVERLAP = " Of overlapping columns gap ± t·SE, SE by linearisation."
_FAMILIES = {
    Family.ROW: "k counts the tested pairs of one row and one banner variable.",
    Family.TABLE: "k counts the tested pairs of all rows and one banner variable.",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One column of a tested pair: the share `p` (0–1) of the effective base `e`."""

    label: str
    p: float
    n: float
    base: float
    weighted_n: float
    weighted_base: float
    e: float


def p_text(p: float | None) -> str:
    """Return a p with as many decimals as it takes to tell it from 0."""
    smallest = 0.0001
    if p is None:
        return EMPTY
    if 0 < p < smallest:
        return f"{p:.1e}".replace("-", MINUS)
    return rounded(p, 4).removeprefix("0") if p < 1 else "1"


def number_text(value: float | None, digits: int = 1) -> str:
    """Return a number rounded, with the minus sign of the field where it is negative."""
    return signed(value, digits).removeprefix("+")


def is_mean(row: TableRow) -> bool:
    """Whether a row shows means: of numbers, of scores, or of points."""
    return row.status is Status.SCORE or row.cells[0].mean is not None


def general(table: Table, row: TableRow) -> dict[str, str]:
    """Return how the numbers of a row are computed: a sentence by the name of a number."""
    means = is_mean(row)
    value = _POINTS if row.in_points else _VALUES[Measure.MEAN if means else table.measure]
    of_value = {
        "value": value,
        "effective base": "e = (Σw)²/Σw², which is n where all weights are equal.",
    }
    of_test = _of_means(table) if means else _of_shares(table)
    if table.overlapping and not means:
        of_test["test"] = _TEST_OF_OVERLAP
        of_test["gap's interval"] += _GAP_OF_OVERLAP
    if table.view.weight and not means:
        of_test["count's interval"] = _of_count(table)
    if table.has_design:
        of_test |= _of_design(means=means)
    return (
        of_value
        | of_test
        | {"corrected p": f"{_STEPS[table.view.correction]} {_FAMILIES[table.view.family]}"}
    )


def _of_means(table: Table) -> dict[str, str]:
    level = table.view.level
    return {
        "interval": f"m ± t·SE at {level:g} %; SE² = N/(N−1) · Σ(w(x−m)/Σw)², N all rows of the "
        "file, df = N − 1 (linearisation).",
        "test": "t = (m1 − m2)/SE, SE of the difference by linearisation; df = N − 2 between two "
        "separate columns, N − 1 where they overlap. A filter does not change N.",
        "gap's interval": f"gap ± t·SE at {level:g} %.",
    }


def _of_count(table: Table) -> str:
    """Return how the error of a weighted count is computed."""
    at = f"weighted n ± t·SE at {table.view.level:g} %; "
    if table.has_design:
        return f"{at}SE² and df as of a share, with z = w of whoever is in the cell."
    return (
        f"{at}SE² = N/(N−1) · (Σw² − (Σw)²/N) over the cell, N all rows of the file, df = N − 1 "
        "(linearisation)."
    )


def _of_design(*, means: bool) -> dict[str, str]:
    variance = (
        "SE² = Σ over strata (1 − f)·k/(k − 1)·Σ(z − z̄)², z = w·(y − m)/W added up by cluster; "
        "df = clusters (or respondents) − strata of the whole file, 1 less between two separate "
        "columns."
    )
    if means:
        return {"interval": f"m ± t·SE; {variance}", "test": f"t = (m1 − m2)/SE; {variance}"}
    return {
        "interval": "Wilson, with p(1 − p)/SE² of the design as effective base.",
        "test": f"t = (p1 − p2)/SE; {variance}",
    }


def _of_shares(table: Table) -> dict[str, str]:
    level = table.view.level
    return {
        "interval": "Wilson: (p + z²/2e ± z·√(p(1−p)/e + z²/4e²)) / (1 + z²/e), "
        f"z = {normal_quantile(level):.3f} at {level:g} %.",
        "test": "pooled t-test of column %: t = (p1 − p2)/SE, SE² = P(1−P)·(1/e1 + 1/e2), P the "
        "share of both columns together, df = e1 + e2 − 2.",
        "gap's interval": "Newcombe: from gap − √((p1−l1)² + (u2−p2)²) to "
        "gap + √((u1−p1)² + (p2−l2)²), l and u the ends of Wilson's.",
        "gap's SE": "linearised, each column with its own spread; the test pools them.",
        FISHER: f"exact, where a tested column expects under {FEW_CASES} cases: the probability "
        "of all tables no likelier than this one; of respondents, unweighted.",
    }


def interval_sum(table: Table, cell: Cell) -> str:
    """Return a cell's interval with its numbers put in; empty where it does not come out."""
    low, high = cell.low, cell.high
    if low is None or high is None:
        return ""
    if cell.mean is not None:
        return f"{number_text(cell.mean, 2)} ± {rounded((high - low) / 2, 2)}"
    e = cell.effective_base
    ends = wilson(np.array((cell.percent or 0.0) / 100), np.array(e), table.view.level)
    if not _comes_out((low, high), (100 * float(ends[0]), 100 * float(ends[1]))):
        return ""
    z = rounded(normal_quantile(table.view.level), 3)
    return f"p = {rounded(cell.percent)} %, e = {size_text(e)}, z = {z}"


def test_sum(table: Table, row: TableRow, pair: Pair, a: int, b: int) -> list[str]:
    """Return t of a pair with its numbers put in, and where its SE comes from."""
    if pair.t is None or pair.gap is None:
        return []
    if is_mean(row):
        first = row.cells[a].mean or 0.0
        means = [number_text(one, 2) for one in (first, first - pair.gap)]
        se = pair.gap / pair.t if pair.t else pair.se
        return [_t(means, rounded(se, 3), pair.t)]
    sides = sides_of(table, row, a, b)
    pooled, spread = _pooled(*sides)
    shares = [rounded(100 * side.p) for side in sides]
    se = pair.gap / pair.t if pair.t else 100 * spread
    lines = [_t(shares, rounded(se, 2), pair.t)]
    if _comes_out((pair.t * 100 * spread,), (pair.gap,)):
        sizes = ", ".join(f"e{at} = {size_text(one.e)}" for at, one in enumerate(sides, 1))
        lines.append(f"SE = √(P(1−P)·(1/e1 + 1/e2)), P = {rounded(100 * pooled)} %, {sizes}")
    return lines


def _t(values: list[str], se: str, t: float) -> str:
    return f"t = ({f' {MINUS} '.join(values)}) / SE {se} = {number_text(t, 2)}"


def gap_sum(table: Table, row: TableRow, pair: Pair, a: int, b: int) -> str:
    """Return the interval of a gap with its numbers put in; empty where it does not come out."""
    if pair.gap is None or pair.low is None or pair.high is None:
        return ""
    if is_mean(row):
        return f"{signed(pair.gap, 2)} ± {rounded((pair.high - pair.low) / 2, 2)}"
    first, second = sides_of(table, row, a, b)
    parts = (first.p, first.e, second.p, second.e)
    p1, e1, p2, e2 = (np.array(part) for part in parts)
    ends = newcombe(p1, e1, p2, e2, table.view.level)
    if not _comes_out((pair.low, pair.high), (100 * float(ends[0]), 100 * float(ends[1]))):
        return ""
    (l1, u1), (l2, u2) = (
        [100 * float(end) for end in wilson(p, e, table.view.level)]
        for p, e in ((p1, e1), (p2, e2))
    )
    gap, p, q = signed(pair.gap), 100 * first.p, 100 * second.p
    down, up = (p - l1, u2 - q), (u1 - p, q - l2)
    return f"{gap} {MINUS} {_root(*down)} to {gap} + {_root(*up)}"


def _root(x: float, y: float) -> str:
    return f"√({rounded(x)}² + {rounded(y)}²)"


def side_of(table: Table, row: TableRow, column: int) -> Side:
    """Return a column of a row as the tests see it: a share of its own base."""
    cell = row.cells[column]
    bases = (cell.base, cell.weighted_base, cell.effective_base)
    if table.measure in {Measure.ROW, Measure.TOTAL, Measure.RESPONSES} and not is_mean(row):
        # Their cells are shares of other bases; what is tested is the column %.
        bases = _column_bases(table.bases, column)
    base, weighted, effective = bases
    share = cell.weighted_n / weighted if weighted > 0 else math.nan
    label = table.columns[column].label
    return Side(label, share, cell.n, base, cell.weighted_n, weighted, effective)


def sides_of(table: Table, row: TableRow, a: int, b: int) -> tuple[Side, Side]:
    """Return both columns of a pair; against the rest, the second is the Total less the first."""
    first, second = side_of(table, row, a), side_of(table, row, b)
    if table.view.against is not Against.REST:
        return first, second
    weighted = second.weighted_base - first.weighted_base
    count = second.weighted_n - first.weighted_n
    squares = _squares(second) - _squares(first)
    return first, Side(
        label=REST,
        p=count / weighted if weighted > 0 else math.nan,
        n=second.n - first.n,
        base=second.base - first.base,
        weighted_n=count,
        weighted_base=weighted,
        e=weighted**2 / squares if squares > 0 else 0.0,
    )


def _squares(side: Side) -> float:
    """Return Σw² of a base."""
    return side.weighted_base**2 / side.e if side.e > 0 else 0.0


def _column_bases(bases: tuple[BaseLine, ...], column: int) -> tuple[float, float, float]:
    values = {line.kind: line.lowest[column] or 0.0 for line in bases}
    n = values[BaseKind.BASE]
    return n, values.get(BaseKind.WEIGHTED, n), values.get(BaseKind.EFFECTIVE, n)


def _pooled(first: Side, second: Side) -> tuple[float, float]:
    """Return the share of both columns together, and the pooled SE (0–1) of their difference."""
    whole = first.weighted_base + second.weighted_base
    if whole <= 0 or not (first.e > 0 and second.e > 0):
        return math.nan, math.nan
    pooled = min((first.weighted_n + second.weighted_n) / whole, 1.0)
    return pooled, math.sqrt(pooled * (1 - pooled) * (1 / first.e + 1 / second.e))


def expected_few(table: Table, row: TableRow, a: int, b: int) -> list[tuple[str, float]]:
    """Return the columns of a pair that expect few cases, with how many they expect.

    Where nearly all chose the answer, the cases are those who did not.
    """
    first, second = sides_of(table, row, a, b)
    pooled, _ = _pooled(first, second)
    rarer = min(pooled, 1 - pooled)
    return [
        (side.label, rarer * side.e)
        for side in (first, second)
        if expects_few(np.array(pooled), np.array(side.e))
    ]


def size_text(base: float) -> str:
    """Return a base; one decimal where it is not whole."""
    return rounded(base, 0 if math.isclose(base, round(base), abs_tol=1e-6) else 1)


def _comes_out(said: tuple[float, ...], computed: tuple[float, ...]) -> bool:
    return all(
        math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
        for one, other in zip(said, computed, strict=True)
    )
