"""Everything behind one cell, in words and numbers: counts, bases, intervals, tests, formulas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cxtui.analysis.query.banner import split_letters
from cxtui.analysis.stats.significance import (
    FEW_CASES,
    HIGHER,
    LOWER,
    SMALL,
    TOO_SMALL,
    column_pairs,
)
from cxtui.analysis.tables.notes import FEW_CASES_MARK
from cxtui.analysis.tables.table import Cell, Pair, Table, TableRow
from cxtui.analysis.view.view import Against, Correction, Family, Measure
from cxtui.output.drawing.fit import broken, padded
from cxtui.output.drawing.formulas import (
    CORRECTIONS,
    FISHER,
    expected_few,
    gap_sum,
    general,
    interval_sum,
    is_mean,
    number_text,
    p_text,
    side_of,
    sides_of,
    size_text,
    test_sum,
)
from cxtui.output.drawing.number_text import EMPTY, MINUS, rounded, signed

_KEY = 16

_FLAGS = {
    "": "none",
    "*": f"* base under {SMALL}: to be read with care",
    "**": f"** base under {TOO_SMALL}: not tested, its letter is given to no one",
    "few cases": f"{FEW_CASES_MARK} few cases: a test expects under {FEW_CASES} here",
}
_SHOWN = {Measure.ROW: "row %", Measure.TOTAL: "total %", Measure.RESPONSES: "% of responses"}


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
    one, cell = table.rows[row], table.rows[row].cells[column]
    return [
        Details(table.question.label, tuple(_place(table, one, column))),
        Details("Who is behind it", tuple(_counts(table, one, column))),
        Details("What it shows", tuple(_value(table, one, cell, column))),
        *_compared(table, one, column),
        Details("In words", tuple(_formulas(table, one, column))),
        Details("Under the table", tuple(("", note.text) for note in table.notes)),
    ]


def _place(table: Table, row: TableRow, column: int) -> Iterator[tuple[str, str]]:
    yield "question", f"{table.question.id}, {table.question.kind}"
    code = f" ({row.code})" if row.code not in {"", row.label} else ""
    yield "row", f"{row.label}{code}"
    one = table.columns[column]
    if one.variable:
        letter = f"{one.letter}, " if one.letter else ""
        yield "column", f"{one.label} ({letter}{one.variable} {one.code})"
    else:
        yield "column", f"{one.label}, everyone whom the filters keep"


def _counts(table: Table, row: TableRow, column: int) -> Iterator[tuple[str, str]]:
    cell = row.cells[column]
    no_weight = "" if table.view.weight else " (no weight: as n)"
    if not is_mean(row):
        yield "n", f"{size_text(cell.n)} respondents in this cell, unweighted"
        yield "weighted n", f"{size_text(cell.weighted_n)}{no_weight}"
        if cell.weighted_n_se is not None:
            yield "", _interval_of_count(table, cell)
    yield "base", f"{size_text(cell.base)} respondents, unweighted"
    yield "weighted base", f"{size_text(cell.weighted_base)}{no_weight}"
    yield "effective base", f"{size_text(cell.effective_base)}{no_weight}"
    tested = side_of(table, row, column)
    if (tested.base, tested.e) != (cell.base, cell.effective_base):
        sizes = f"{size_text(tested.base)} respondents, effective {size_text(tested.e)}"
        yield "column's base", f"{sizes}; the tests are of column %"


def _value(table: Table, row: TableRow, cell: Cell, column: int) -> Iterator[tuple[str, str]]:
    if cell.base <= 0:
        yield "value", f"{EMPTY}, nobody in the base"
        return
    if cell.gone:
        yield "value", f"{EMPTY}, {cell.gone}"
        return
    name, value, unit = _SHOWN.get(table.measure, "column %"), rounded(cell.percent), " %"
    if is_mean(row):
        name, value, unit = "mean", number_text(cell.mean, 2), " points" * row.in_points
    yield name, value + unit
    if is_mean(row):
        yield "sd", rounded(cell.sd, 2)
    elif table.measure is Measure.INDEX:
        yield "index", rounded(cell.index, 0)
    if cell.low is not None:
        yield "interval", _interval(table, cell)
    if table.columns[column].variable:
        yield "letters", _letters(table, cell, column)
    yield "flag", _FLAGS.get(cell.flag, cell.flag)


def _interval(table: Table, cell: Cell) -> str:
    digits, name = (1, "Wilson") if cell.mean is None else (2, "m ± t·SE, linearised")
    ends = f"{number_text(cell.low, digits)} to {number_text(cell.high, digits)}"
    put_in = interval_sum(table, cell)
    return f"{ends} at {table.view.level:g} % ({name}{': ' * bool(put_in)}{put_in})"


def _interval_of_count(table: Table, cell: Cell) -> str:
    low, high = number_text(cell.weighted_n_low), number_text(cell.weighted_n_high)
    level = f"{table.view.level:g} %"
    return f"SE {rounded(cell.weighted_n_se)}, {low} to {high} at {level} (± t·SE, linearised)"


def _letters(table: Table, cell: Cell, column: int) -> str:
    banner = table.columns[column].banner
    if table.view.against is not Against.COLUMNS:
        words = {HIGHER: "higher", LOWER: "lower"}
        return f"significantly {words[cell.letters]}" if cell.letters else "none"
    letters = split_letters(cell.letters)
    higher = [
        f"{one.letter} {one.label}"
        for one in table.columns
        if one.banner == banner and one.letter in letters
    ]
    return f"significantly higher than {', '.join(higher)}" if higher else "none"


def _compared(table: Table, row: TableRow, column: int) -> Iterator[Details]:
    """Yield a part a pair of the column; one that says so where there is none."""
    listed = _pairs(table, row)
    of_column = [(pair, a, b) for pair, a, b in listed if column in {a, b}]
    if not of_column:
        yield Details("Compared with", (("", "no other column"),))
    for pair, a, b in of_column:
        family = _family(table, row, table.columns[a].banner)
        first, second = table.columns[a], table.columns[b]
        letters = f"{first.letter}{MINUS}{second.letter}  " if second.letter else ""
        title = f"{letters}{pair.column_a} minus {pair.column_b}"
        yield Details(title, tuple(_pair(table, row, pair, a, b, family)))


def _family(table: Table, row: TableRow, banner: int) -> int:
    """Return how many tests were corrected together with those of a row."""
    rows = [row] if table.view.family is Family.ROW else table.rows
    return sum(
        pair.p is not None and table.columns[a].banner == banner
        for one in rows
        for pair, a, _ in _pairs(table, one)
    )


def _formulas(table: Table, row: TableRow, column: int) -> Iterator[tuple[str, str]]:
    """Yield the formulas of the numbers that are shown."""
    shown = [pair for pair, a, b in _pairs(table, row) if column in {a, b}]
    for name, words in general(table, row).items():
        if name in {"value", "effective base", "interval", "count's interval"} or (
            shown and (name != FISHER or any(pair.p_fisher is not None for pair in shown))
        ):
            yield name, words


def _pairs(table: Table, row: TableRow) -> list[tuple[Pair, int, int]]:
    """Return the pairs of a row with the positions of their columns."""
    pairs = column_pairs(table.columns, table.view.against)
    return list(zip(row.pairs, map(int, pairs.a), map(int, pairs.b), strict=True))


def _pair(
    table: Table, row: TableRow, pair: Pair, a: int, b: int, family: int
) -> Iterator[tuple[str, str]]:
    digits, unit = (2, " points" * row.in_points) if is_mean(row) else (1, " points")
    if pair.gap is not None:
        se = rounded(pair.se, digits + 1)
        yield "gap", f"{signed(pair.gap, digits)}{unit}, SE {se} (linearised)"
    if pair.low is not None:
        name = "gap ± t·SE" if is_mean(row) or table.share_respondents(a, b) else "Newcombe"
        ends = f"{signed(pair.low, digits)} to {signed(pair.high, digits)}"
        put_in = gap_sum(table, row, pair, a, b)
        level = f"at {table.view.level:g} %"
        yield "interval", f"{ends} {level} ({name}{': ' * bool(put_in)}{put_in})"
    if not pair.tested:
        yield "tested", f"no: {pair.why_not}"
        return
    yield "tested", _verdict(table, row, pair)
    yield "t, df", f"t {number_text(pair.t, 2)}, df {_freedom(pair.df)}"
    for line in test_sum(table, row, pair, a, b):
        yield "", line
    yield "p", f"{p_text(pair.p)} raw; {_corrected(table, pair, family)}"
    if pair.p_fisher is not None:
        yield from _fisher(table, row, pair, a, b)


def _verdict(table: Table, row: TableRow, pair: Pair) -> str:
    test = "t-test of means" if is_mean(row) else "pooled t-test of column %"
    if table.has_design and not is_mean(row):
        test = "t-test of column % by linearisation"
    verdict = "holds up" if table.is_significant(pair) else "does not hold up"
    return f"{test}; {verdict} at {table.view.level:g} %"


def _corrected(table: Table, pair: Pair, family: int) -> str:
    tests = "the one test" if family == 1 else f"the {family} tests"
    of = f"{tests} of this {table.view.family}"
    of += " and banner variable" if len(table.view.banner) > 1 else ""
    name = CORRECTIONS[table.view.correction]
    if table.view.correction is Correction.NONE:
        return f"{name} for {of}"
    return f"{p_text(pair.p_adjusted)} {name} over {of}"


def _fisher(table: Table, row: TableRow, pair: Pair, a: int, b: int) -> Iterator[tuple[str, str]]:
    first, second = sides_of(table, row, a, b)
    counts = " and ".join(f"{size_text(one.n)} of {size_text(one.base)}" for one in (first, second))
    weighted = ", without weights" if table.view.weight else ""
    yield FISHER, f"{p_text(pair.p_fisher)}, exact, from {counts} respondents{weighted}"
    few = ", ".join(
        f"{rounded(count)} expected in {label}" for label, count in expected_few(table, row, a, b)
    )
    if few:
        yield "", f"few cases: {few}"


def _freedom(df: float | None) -> str:
    return EMPTY if df is None else size_text(df)


def _entry(key: str, text: str, width: int) -> list[str]:
    """Return an entry; its text is folded beside its key."""
    indent = min(_KEY, width // 3)
    heads = [f" {key}"]
    return [
        padded(heads.pop() if heads else "", indent) + line for line in broken(text, width - indent)
    ]
