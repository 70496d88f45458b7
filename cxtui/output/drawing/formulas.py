"""The formulas behind a table with the numbers of a cell or a pair put in.

Numbers are put in only where they give the result in the table: no formula on the screen is false.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cxtui.analysis.stats.cell_statistics import FEW_EXPECTED
from cxtui.analysis.stats.intervals import newcombe, normal_quantile, wilson
from cxtui.analysis.stats.significance import REST, expects_few, t_quantile
from cxtui.analysis.tables.table import BaseKind, Cell, Pair, Table, TableRow
from cxtui.analysis.view.view import Against, Measure
from cxtui.messages import tr
from cxtui.output.drawing.formula_texts import is_classical, is_mean
from cxtui.output.drawing.number_text import MINUS, number_text, rounded, signed, size_text


@dataclass(frozen=True, slots=True)
class Side:
    """One column of a tested pair: its counts, its bases and Kish's base `e`, NaN if unknown."""

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
        return self.weighted_base**2 / self.e if self.e else 0.0


def interval_sum(table: Table, cell: Cell) -> str:
    """Return a cell's interval with its numbers put in; empty where they do not give it."""
    low, high, level = cell.low, cell.high, table.view.level
    if low is None or high is None:
        return ""
    if cell.mean is not None:
        return f"{number_text(cell.mean, 2)} ± {_half(low, high, cell.se, cell.df, level, 2)}"
    e, classical = cell.interval_base or 0.0, is_classical(table)
    quantile = normal_quantile(level) if classical else float(t_quantile(level, cell.df or 0.0))
    ends = wilson(np.array((cell.percent or 0.0) / 100), np.array(e), quantile)
    if not _comes_out((low, high), (100 * float(ends[0]), 100 * float(ends[1]))):
        return ""
    name = "z" if classical else f"q = t({size_text(cell.df or 0.0)})"
    return f"p = {rounded(cell.percent)}%, e = {size_text(e)}, {name} = {rounded(quantile, 3)}"


def base_of_interval(cell: Cell) -> str:
    """Return which base an interval of a share under a weight or design is computed on."""
    if cell.percent in {0.0, 100.0}:
        return tr("the lesser of the column's effective base and Kish's")
    if cell.deff and _comes_out((cell.interval_base or 0.0,), (_known(cell.base) / cell.deff,)):
        return tr("n / design effect")
    return tr("Kish's base: under {} cases are expected on it", FEW_EXPECTED)


def _half(
    low: float, high: float, se: float | None, df: float | None, level: float, digits: int
) -> str:
    """Return half an interval, as t · SE where the degrees of freedom are known."""
    if not df or se is None:
        return rounded((high - low) / 2, digits)
    return f"{rounded(float(t_quantile(level, df)), 3)} · {rounded(se, digits + 1)}"


def test_sum(table: Table, row: TableRow, pair: Pair, a: int, b: int) -> list[str]:
    """Return t of a pair with its numbers put in, and how its SE is computed."""
    if pair.t is None or pair.gap is None:
        return []
    se = pair.gap / pair.t if pair.t else pair.se
    if is_mean(row):
        first = row.cells[a].mean or 0.0
        return [_t(number_text(first, 2), number_text(first - pair.gap, 2), rounded(se, 3), pair.t)]
    one, other = sides_of(table, row, a, b)
    pooled, spread = _pooled(one, other)
    if is_classical(table):
        se = pair.gap / pair.t if pair.t else 100 * spread
    lines = [_t(rounded(100 * one.p), rounded(100 * other.p), rounded(se, 2), pair.t)]
    if pair.guarded:
        known = _guarded_terms(table, row, pair, a, b)
        terms = ", ".join([f"P = {rounded(100 * pooled)}%", *known])
        lines.append(f"SE = √(P(1−P)·(1/b1 + 1/b2 − 2ρ/√(b1·b2))), {terms}")
    elif is_classical(table) and _comes_out((pair.t * 100 * spread,), (pair.gap,)):
        sizes = f"e1 = {size_text(one.e)}, e2 = {size_text(other.e)}"
        lines.append(f"SE = √(P(1−P)·(1/e1 + 1/e2)), P = {rounded(100 * pooled)}%, {sizes}")
    return lines


def _guarded_terms(table: Table, row: TableRow, pair: Pair, a: int, b: int) -> list[str]:
    """Return the bases of a guarded error and the correlation that gives it; none of the rest."""
    if table.view.against is Against.REST or has_other_base(table, row) or pair.se is None:
        return []
    pooled, _ = _pooled(*sides_of(table, row, a, b))
    b1, b2 = (_guarded_base(table, row, column) for column in (a, b))
    spread = pooled * (1 - pooled)
    if not (spread and b1 and b2):
        return []
    rho = (1 / b1 + 1 / b2 - (pair.se / 100) ** 2 / spread) * math.sqrt(b1 * b2) / 2
    bases = [f"b{at} = {size_text(base)}" for at, base in enumerate((b1, b2), 1)]
    return [*bases, f"ρ = {number_text(rho, 2)}"]


def _guarded_base(table: Table, row: TableRow, column: int) -> float | None:
    """Return the lesser of a share's own effective base and Kish's; at 0 and 100 % the column's."""
    cell = row.cells[column]
    own = _known(cell.base) / cell.deff if cell.deff else cell.effective_base
    known = [base for base in (own, cell.kish_base) if base is not None]
    return min(known, default=None)


def _t(first: str, second: str, se: str, t: float) -> str:
    return f"t = ({first} {MINUS} {second}) / SE {se} = {number_text(t, 2)}"


def gap_sum(table: Table, row: TableRow, pair: Pair, a: int, b: int) -> str:
    """Return the interval of a gap with its numbers put in; empty where they do not give it."""
    if pair.gap is None or pair.low is None or pair.high is None:
        return ""
    level, means = table.view.level, is_mean(row)
    if means or not is_classical(table):
        digits = 2 if means else 1
        half = _half(pair.low, pair.high, pair.se, pair.df, level, digits)
        return f"{signed(pair.gap, digits)} ± {half}"
    sides, quantile = sides_of(table, row, a, b), normal_quantile(level)
    (p1, e1), (p2, e2) = ((np.array(one.p), np.array(one.e)) for one in sides)
    low, high = newcombe(p1, e1, p2, e2, quantile)
    if not _comes_out((pair.low, pair.high), (100 * float(low), 100 * float(high))):
        return ""
    (l1, u1), (l2, u2) = (
        [100 * float(end) for end in wilson(p, e, quantile)] for p, e in ((p1, e1), (p2, e2))
    )
    gap, p, q = signed(pair.gap), 100 * sides[0].p, 100 * sides[1].p
    down, up = _root(p - l1, u2 - q), _root(u1 - p, q - l2)
    return tr("{} to {}", f"{gap} {MINUS} {down}", f"{gap} + {up}")


def _root(x: float, y: float) -> str:
    # In ASCII alone a raised 2 would be one more digit of the number.
    return f"√({rounded(x)}^2 + {rounded(y)}^2)"


def side_of(table: Table, row: TableRow, column: int) -> Side:
    """Return a column of a row as the tests see it: a share of its own base."""
    cell, label = row.cells[column], table.columns[column].label
    base, weighted_base, e = _known(cell.base), _known(cell.weighted_base), cell.kish_base
    if has_other_base(table, row):
        base, weighted_base, e = column_base(table, column)
        e = e if is_classical(table) else None
    e = math.nan if e is None else e
    return Side(label, _known(cell.n), base, _known(cell.weighted_n), weighted_base, e)


def _known(value: float | None) -> float:
    """Return a number, NaN where it is hidden: such a cell is in no formula."""
    return math.nan if value is None else value


def has_other_base(table: Table, row: TableRow) -> bool:
    """Return whether cells are shares of another base than that of the tested column %."""
    is_other = table.measure in {Measure.ROW, Measure.TOTAL, Measure.RESPONSES}
    return is_other and not is_mean(row) and table.across is None


def column_base(table: Table, column: int) -> tuple[float, float, float | None]:
    """Return n, the weighted and the effective base of a column."""
    values = {line.kind: line.lowest[column] for line in table.bases}
    n = values[BaseKind.BASE] or 0.0
    return n, values.get(BaseKind.WEIGHTED, n) or 0.0, values.get(BaseKind.EFFECTIVE, n)


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
        e=0.0 if squares <= 0 else weighted**2 / squares,
    )


def _pooled(first: Side, second: Side) -> tuple[float, float]:
    """Return the share of both columns together, and the pooled SE (0–1) of their difference."""
    whole = first.weighted_base + second.weighted_base
    if whole <= 0:
        return math.nan, math.nan
    pooled = min((first.weighted_n + second.weighted_n) / whole, 1.0)
    if not (first.e > 0 and second.e > 0):
        return pooled, math.nan
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
