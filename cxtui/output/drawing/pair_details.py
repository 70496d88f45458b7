"""Two compared columns in words and numbers: gap, interval, test and p."""

from __future__ import annotations

from collections.abc import Iterator

from cxtui.analysis.query.sample import Rule
from cxtui.analysis.stats.significance import column_pairs
from cxtui.analysis.tables.table import Pair, Table, TableRow
from cxtui.analysis.view.view import Correction, Family
from cxtui.messages import tr, tr_count
from cxtui.output.drawing import formulas
from cxtui.output.drawing.formula_texts import CORRECTIONS, FISHER, is_classical, is_mean
from cxtui.output.drawing.number_text import EMPTY, number_text, p_text, rounded, signed, size_text

Entries = Iterator[tuple[str, str]]
"""Keys, in English, and their texts."""


def pairs_of(table: Table, row: TableRow) -> list[tuple[Pair, int, int]]:
    """Return the pairs of a row with the positions of their columns."""
    pairs = column_pairs(table.columns, table.view.against)
    return list(zip(row.pairs, map(int, pairs.a), map(int, pairs.b), strict=True))


def family_size(table: Table, row: TableRow, banner: int) -> int:
    """Return how many tests were corrected together with those of a row, hidden ones included."""
    whole = table.unhidden or table
    rows = whole.rows
    if table.view.family is Family.ROW:
        rows = tuple(one for one in rows if (one.status, one.code) == (row.status, row.code))
    return sum(
        pair.p_used is not None and whole.columns[a].banner == banner
        for one in rows
        for pair, a, _ in pairs_of(whole, one)
    )


def pair_entries(table: Table, row: TableRow, pair: Pair, a: int, b: int, family: int) -> Entries:
    """Yield the gap of columns `a` and `b` with its test, one of `family` corrected together."""
    digits, classical = 2 if is_mean(row) else 1, is_classical(table)
    if pair.gap is not None:
        yield "gap", _gap(table, row, pair, digits)
    if pair.low is not None:
        is_symmetric = is_mean(row) or not classical or table.share_respondents(a, b)
        name = tr("gap ± t·SE") if is_symmetric else "Newcombe"
        low, high = signed(pair.low, digits), signed(pair.high, digits)
        put_in = formulas.gap_sum(table, row, pair, a, b)
        yield "interval", with_formula(table, low, high, name, put_in)
    if pair.tested:
        is_significant = table.is_significant(pair)
        said = "{}; significant at {:g}%" if is_significant else "{}; not significant at {:g}%"
        yield "tested", tr(said, _test(table, row), table.view.level)
    else:
        yield "tested", tr("no: {}", pair.why_not)
    if pair.t is None:
        return
    df = EMPTY if pair.df is None else size_text(pair.df)
    yield "t, df", tr("t {}, df {}", number_text(pair.t, 2), df)
    for line in formulas.test_sum(table, row, pair, a, b):
        yield "", line
    if pair.tested:
        yield "p", tr("{} raw; {}", p_text(pair.p), _corrected(table, pair, family))
    else:
        yield "p", tr("{}, not corrected with the others", p_text(pair.p))
    if pair.p_fisher is not None:
        yield from _fisher(table, row, pair, a, b)


def _gap(table: Table, row: TableRow, pair: Pair, digits: int) -> str:
    """Return a gap with its standard error, and the linearized one where that is guarded."""
    is_plain = is_mean(row) and not row.in_points
    gap = tr("{}" if is_plain else "{} points", signed(pair.gap, digits))
    if pair.se is None:
        return gap
    is_pooled = is_classical(table) and not is_mean(row)
    method = tr("pooled") if is_pooled else tr(method_name(table))
    se = rounded(pair.se, digits + 1)
    if not pair.guarded:
        return tr("{}, SE {} ({})", gap, se, method)
    linearized = rounded(pair.se_linearized, digits + 1)
    return tr("{}, SE {} (guarded: of a common share; {} {})", gap, se, method, linearized)


def _test(table: Table, row: TableRow) -> str:
    if is_classical(table):
        return tr("t-test of means") if is_mean(row) else tr("pooled t-test of column %")
    said = "t-test of means ({})" if is_mean(row) else "t-test of column % ({})"
    return tr(said, tr(method_name(table)))


def _corrected(table: Table, pair: Pair, family: int) -> str:
    view = table.view
    said = "{} of this {} and banner variable" if len(view.banner) > 1 else "{} of this {}"
    tests = tr(said, tr_count(family, "the one test", "the {} tests"), tr(view.family))
    name = tr(CORRECTIONS[view.correction])
    if view.correction is Correction.NONE:
        return tr("{} for {}", name, tests)
    return tr("{} {} over {}", p_text(pair.p_adjusted), name, tests)


def _fisher(table: Table, row: TableRow, pair: Pair, a: int, b: int) -> Entries:
    said = "{}, exact, from {} of {} and {} of {} respondents"
    if table.view.weight:
        said = "{}, exact, from {} of {} and {} of {} respondents, without weights"
    first, second = formulas.sides_of(table, row, a, b)
    counts = map(size_text, (first.n, first.base, second.n, second.base))
    yield FISHER, tr(said, p_text(pair.p_fisher), *counts)
    if pair.p_used is not None:
        yield "p used", tr("{}, the larger of both", p_text(pair.p_used))
    few = [
        tr("{} expected in {}", rounded(count), label)
        for label, count in formulas.expected_few(table, row, a, b)
    ]
    if few:
        yield "", tr("few cases: {}", ", ".join(few))


def with_formula(table: Table, low: str, high: str, name: str, put_in: str) -> str:
    """Return an interval, and the name of its formula with the numbers put in."""
    formula = f"{name}: {put_in}" if put_in else name
    return tr("{} to {} at {:g}% ({})", low, high, table.view.level, formula)


def method_name(table: Table) -> str:
    """Return how standard errors are computed, in English."""
    return "from replicate weights" if table.rule is Rule.REPLICATES else "linearized"
