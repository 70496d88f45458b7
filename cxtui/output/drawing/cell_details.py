"""Everything behind one cell, in words and numbers: counts, bases, intervals, tests, formulas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cxtui.analysis.query.banner import split_letters
from cxtui.analysis.query.sample import Rule
from cxtui.analysis.stats.significance import FEW_CASES, HIGHER, SMALL, TOO_SMALL, column_pairs
from cxtui.analysis.tables.notes import FEW_CASES_MARK
from cxtui.analysis.tables.table import Cell, Pair, Table, TableRow
from cxtui.analysis.view.view import Against, Correction, Family, Measure
from cxtui.messages import tr, tr_count
from cxtui.output.drawing import formulas
from cxtui.output.drawing.fit import broken, padded
from cxtui.output.drawing.formula_texts import (
    CORRECTIONS,
    FISHER,
    GUARDED,
    general,
    is_classical,
    is_mean,
)
from cxtui.output.drawing.number_text import EMPTY, number_text, p_text, rounded, signed, size_text

_KEY = 18

_FLAGS = {
    "": "none",
    "*": "* base under {small}: to be read with care",
    "**": "** base under {too_small}: not tested, its letter is given to no one",
    "few cases": "{mark} few cases: a test expects under {few} here",
}
_SHOWN = {Measure.ROW: "row %", Measure.TOTAL: "total %", Measure.RESPONSES: "% of responses"}
_OF_CELL = frozenset(
    {"value", "effective base", "design effect", "SE", "df", "interval", "count's interval"}
)
"""The formulas that explain a single cell; the others are of two columns."""

Entries = Iterator[tuple[str, str]]
"""Keys, in English, and their texts."""


@dataclass(frozen=True, slots=True)
class Details:
    """One titled part of the details of a cell: entries of a key and a text."""

    title: str
    entries: tuple[tuple[str, str], ...]

    def lines(self, width: int) -> list[str]:
        """Return the entries in `width` terminal cells, folded under their texts."""
        return [line for key, text in self.entries for line in _entry(key, text, width)]


def sections_about(table: Table, row: int, column: int) -> list[Details]:
    """Return everything behind one cell, part by part.

    `row` and `column` are positions in `table.rows` and `table.columns`; column 0 is the Total.
    """
    one = table.rows[row]
    return [
        Details(table.question.label, tuple(_place(table, one, column))),
        Details(tr("Who is behind it"), tuple(_counts(table, one, column))),
        Details(tr("What it shows"), tuple(_value(table, one, column))),
        *_compared(table, one, column),
        Details(tr("In words"), tuple(_formulas(table, one, column))),
        Details(tr("Under the table"), tuple(("", note.text) for note in table.notes)),
    ]


def _place(table: Table, row: TableRow, column: int) -> Entries:
    yield "question", f"{table.question.id}, {table.question.kind}"
    code = f" ({row.code})" if row.code not in {"", row.label} else ""
    yield "row", f"{row.label}{code}"
    one = table.columns[column]
    if one.variable:
        letter = f"{one.letter}, " if one.letter else ""
        yield "column", f"{one.label} ({letter}{one.variable} {one.code})"
    else:
        yield "column", tr("{}, everyone whom the filters keep", one.label)


def _counts(table: Table, row: TableRow, column: int) -> Entries:
    cell, classical = row.cells[column], is_classical(table)
    weighted = "{}" if table.view.weight else "{} (no weight: as n)"
    if not is_mean(row):
        yield "n", tr("{} respondents in this cell, unweighted", size_text(cell.n))
        yield "weighted n", tr(weighted, size_text(cell.weighted_n))
        if cell.weighted_n_se is not None:
            yield "", _count_error(table, cell)
    yield "base", tr("{} respondents, unweighted", size_text(cell.base))
    yield "weighted base", tr(weighted, size_text(cell.weighted_base))
    effective = _size(cell.effective_base)
    yield "effective base", tr(weighted, effective) if classical else effective
    if not classical:
        yield "Kish's base", _size(cell.kish_base)
        yield "design effect", rounded(cell.deff, 2)
    if not formulas.has_other_base(table, row):
        return
    n, _, e = formulas.column_base(table, column)
    if (n, e) != (cell.base, cell.effective_base):
        said = "{} respondents, effective {}; the tests are of column %"
        yield "column's base", tr(said, size_text(n), _size(e))


def _size(base: float | None) -> str:
    return EMPTY if base is None else size_text(base)


def _count_error(table: Table, cell: Cell) -> str:
    """Return the standard error and the interval of a weighted count."""
    se, method = rounded(cell.weighted_n_se), tr(_method(table))
    if cell.weighted_n_low is None:
        return tr("SE {}, no interval ({})", se, method)
    low, high = number_text(cell.weighted_n_low), number_text(cell.weighted_n_high)
    return tr("SE {}, {} to {} at {:g} % (± t·SE, {})", se, low, high, table.view.level, method)


def _method(table: Table) -> str:
    """Return how standard errors are computed, in English."""
    return "from replicate weights" if table.rule is Rule.REPLICATES else "linearized"


def _value(table: Table, row: TableRow, column: int) -> Entries:
    cell = row.cells[column]
    if cell.base <= 0:
        yield "value", tr("{}, nobody in the base", EMPTY)
        return
    if cell.gone:
        yield "value", f"{EMPTY}, {cell.gone}"
        return
    if is_mean(row):
        yield "mean", tr("{} points" if row.in_points else "{}", number_text(cell.mean, 2))
        yield "sd", rounded(cell.sd, 2)
    else:
        yield _SHOWN.get(table.measure, "column %"), f"{rounded(cell.percent)} %"
        if table.measure is Measure.INDEX:
            yield "index", rounded(cell.index, 0)
    yield from _error(table, row, cell)
    if table.columns[column].variable:
        yield "letters", _letters(table, cell, column)
    values = {"small": SMALL, "too_small": TOO_SMALL, "few": FEW_CASES, "mark": FEW_CASES_MARK}
    yield "flag", tr(_FLAGS[cell.flag], **values)


def _error(table: Table, row: TableRow, cell: Cell) -> Entries:
    """Yield the standard error, degrees of freedom and interval, or why there are none."""
    means, classical = is_mean(row), is_classical(table)
    if cell.se is not None and (means or not classical):
        yield "SE", tr("{} ({})", rounded(cell.se, 3 if means else 2), tr(_method(table)))
    if cell.df is not None:
        yield "df", size_text(cell.df)
    if cell.low is not None:
        digits, name = (2, tr("m ± t·SE, {}", tr(_method(table)))) if means else (1, "Wilson")
        low, high = number_text(cell.low, digits), number_text(cell.high, digits)
        yield "interval", _interval(table, low, high, name, formulas.interval_sum(table, cell))
        if cell.interval_base is not None and not classical:
            base = tr("{}: {}", _size(cell.interval_base), formulas.base_of_interval(cell))
            yield "interval's base", base
    elif cell.why_no_error:
        yield "interval", f"{EMPTY}, {cell.why_no_error}"


def _interval(table: Table, low: str, high: str, name: str, put_in: str) -> str:
    """Return an interval, and the name of its formula with the numbers put in."""
    formula = f"{name}: {put_in}" if put_in else name
    return tr("{} to {} at {:g} % ({})", low, high, table.view.level, formula)


def _letters(table: Table, cell: Cell, column: int) -> str:
    if not cell.letters:
        return tr("none")
    if table.view.against is not Against.COLUMNS:
        is_higher = cell.letters == HIGHER
        return tr("significantly higher") if is_higher else tr("significantly lower")
    banner, letters = table.columns[column].banner, split_letters(cell.letters)
    lower = [
        f"{one.letter} {one.label}"
        for one in table.columns
        if one.banner == banner and one.letter in letters
    ]
    return tr("significantly higher than {}", ", ".join(lower))


def _compared(table: Table, row: TableRow, column: int) -> Iterator[Details]:
    """Yield a part for each pair of the column; one that says so where there is none."""
    of_column = [(pair, a, b) for pair, a, b in _pairs(table, row) if column in {a, b}]
    if not of_column:
        yield Details(tr("Compared with"), (("", tr("no other column")),))
    for pair, a, b in of_column:
        family = _family(table, row, table.columns[a].banner)
        first, second = table.columns[a], table.columns[b]
        letters = f"{first.letter}\N{MINUS SIGN}{second.letter}  " if second.letter else ""
        title = letters + tr("{} minus {}", pair.column_a, pair.column_b)
        yield Details(title, tuple(_pair(table, row, pair, a, b, family)))


def _family(table: Table, row: TableRow, banner: int) -> int:
    """Return how many tests were corrected together with those of a row."""
    rows = [row] if table.view.family is Family.ROW else table.rows
    return sum(
        pair.p_used is not None and table.columns[a].banner == banner
        for one in rows
        for pair, a, _ in _pairs(table, one)
    )


def _formulas(table: Table, row: TableRow, column: int) -> Entries:
    shown = [pair for pair, a, b in _pairs(table, row) if column in {a, b}]
    only_where = {
        FISHER: any(pair.p_fisher is not None for pair in shown),
        GUARDED: any(pair.guarded for pair in shown),
    }
    for name, words in general(table, row).items():
        if name in _OF_CELL or only_where.get(name, bool(shown)):
            yield name, words


def _pairs(table: Table, row: TableRow) -> list[tuple[Pair, int, int]]:
    """Return the pairs of a row with the positions of their columns."""
    pairs = column_pairs(table.columns, table.view.against)
    return list(zip(row.pairs, map(int, pairs.a), map(int, pairs.b), strict=True))


def _pair(table: Table, row: TableRow, pair: Pair, a: int, b: int, family: int) -> Entries:
    digits, classical = 2 if is_mean(row) else 1, is_classical(table)
    if pair.gap is not None:
        yield "gap", _gap(table, row, pair, digits)
    if pair.low is not None:
        is_symmetric = is_mean(row) or not classical or table.share_respondents(a, b)
        name = tr("gap ± t·SE") if is_symmetric else "Newcombe"
        low, high = signed(pair.low, digits), signed(pair.high, digits)
        put_in = formulas.gap_sum(table, row, pair, a, b)
        yield "interval", _interval(table, low, high, name, put_in)
    if pair.tested:
        is_significant = table.is_significant(pair)
        said = "{}; holds up at {:g} %" if is_significant else "{}; does not hold up at {:g} %"
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
    se, method = rounded(pair.se, digits + 1), tr(_method(table))
    if not pair.guarded:
        return tr("{}, SE {} ({})", gap, se, method)
    linearized = rounded(pair.se_linearized, digits + 1)
    return tr("{}, SE {} (guarded: of a common share; {} {})", gap, se, method, linearized)


def _test(table: Table, row: TableRow) -> str:
    if is_classical(table):
        return tr("t-test of means") if is_mean(row) else tr("pooled t-test of column %")
    said = "t-test of means ({})" if is_mean(row) else "t-test of column % ({})"
    return tr(said, tr(_method(table)))


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


def _entry(key: str, text: str, width: int) -> list[str]:
    indent = min(_KEY, width // 3)
    heads = [f" {tr(key) if key else ''}"]
    return [
        padded(heads.pop() if heads else "", indent) + line for line in broken(text, width - indent)
    ]
