"""Everything behind one cell, in words and numbers: counts, bases, intervals, tests, formulas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cxtui.analysis.query.banner import split_letters
from cxtui.analysis.stats.significance import FEW_CASES, HIGHER, SMALL, TOO_SMALL
from cxtui.analysis.tables.notes import FEW_CASES_MARK
from cxtui.analysis.tables.state_line import measure_name
from cxtui.analysis.tables.table import BaseKind, Cell, Table, TableRow
from cxtui.analysis.view.view import Against, Measure
from cxtui.messages import tr, tr_count
from cxtui.output.drawing import cell_text, formulas
from cxtui.output.drawing.fit import broken, padded
from cxtui.output.drawing.formula_texts import (
    FISHER,
    GUARDED,
    QUARTILES,
    general,
    is_classical,
    is_mean,
)
from cxtui.output.drawing.number_text import EMPTY, HIDDEN, number_text, rounded, size_text
from cxtui.output.drawing.pair_details import (
    Entries,
    family_size,
    method_name,
    pair_entries,
    pairs_of,
    with_formula,
)
from cxtui.survey.derive.derivation_text import made_in_words

_KEY = 18

_FLAGS = {
    "": "none",
    "*": "* {base} under {small}: to be read with care",
    "**": "** {base} under {too_small}: not tested, its letter is given to no one",
    "few cases": "{mark} few cases: a test expects under {few} here",
}
_SHOWN = {Measure.ROW: "row %", Measure.TOTAL: "total %", Measure.RESPONSES: "% of responses"}
_OF_CELL = frozenset({
    *("value", "effective base", "design effect", "SE", "df", "interval", "count's interval"),
    QUARTILES,
})  # fmt: skip
"""The formulas that explain a single cell; the others are of two columns."""


@dataclass(frozen=True, slots=True)
class Details:
    """One titled part of the details of a cell: entries of a key and a text."""

    title: str
    entries: tuple[tuple[str, str], ...]

    def lines(self, width: int) -> list[str]:
        """Return the entries in `width` terminal cells, folded under their texts."""
        indent = min(_KEY, width // 3) if any(key for key, _ in self.entries) else 0
        return [line for one in self.entries for line in _entry(*one, indent, width)]


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
        section_of_notes(table),
    ]


def section_of_notes(table: Table) -> Details:
    """Return all notes on a table."""
    return Details(tr("Under the table"), tuple(("", note.text) for note in table.notes))


def _place(table: Table, row: TableRow, column: int) -> Entries:
    yield "question", f"{table.question.id}, {table.question.kind}"
    if made := made_in_words(table.question):
        yield "derived", made
    code = f" ({row.code})" if row.code not in {"", row.label} else ""
    yield "row", f"{row.label}{code}"
    one = table.columns[column]
    if one.variable:
        letter = f"{one.letter}, " if one.letter else ""
        yield "column", f"{one.label} ({letter}{one.variable} {one.code})"
    else:
        yield "column", tr("{}, all respondents that the filters keep", one.label)


def _counts(table: Table, row: TableRow, column: int) -> Entries:
    cell, classical = row.cells[column], is_classical(table)
    if cell.hidden:
        yield "n", HIDDEN
        return
    weighted = "{}" if table.view.weight else "{} (no weight: as n)"
    if not is_mean(row):
        yield "n", tr("{} respondents in this cell, unweighted", _size(cell.n))
        yield "weighted n", tr(weighted, _size(cell.weighted_n))
        if cell.weighted_n_se is not None:
            yield "", _count_error(table, cell)
    yield "base", tr("{} respondents, unweighted", _size(cell.base))
    yield "weighted base", tr(weighted, _size(cell.weighted_base))
    effective = _size(cell.effective_base)
    if classical:
        yield "effective base", tr(weighted, effective)
    else:
        has_both = cell.base is not None and cell.effective_base
        effect = rounded((cell.base or 0.0) / (cell.effective_base or 1.0) if has_both else None, 2)
        yield "effective base", tr("{}, of the question: design effect {}", effective, effect)
        yield "Kish's base", _size(cell.kish_base)
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
    se, method = rounded(cell.weighted_n_se), tr(method_name(table))
    if cell.weighted_n_low is None:
        return tr("SE {}, no interval ({})", se, method)
    low, high = number_text(cell.weighted_n_low), number_text(cell.weighted_n_high)
    return tr("SE {}, {} to {} at {:g}% (± t·SE, {})", se, low, high, table.view.level, method)


def _value(table: Table, row: TableRow, column: int) -> Entries:
    cell = row.cells[column]
    if cell.hidden:
        yield "value", f"{HIDDEN} {cell.hidden}"
        return
    if not cell.base:
        yield "value", tr("{}, nobody in the base", EMPTY)
        return
    if cell.gone:
        yield "value", f"{EMPTY}, {cell.gone}"
        return
    if is_mean(row):
        yield "mean", tr("{} points" if row.in_points else "{}", number_text(cell.mean, 2))
        yield "sd", rounded(cell.sd, 2)
    else:
        yield _SHOWN.get(table.measure, "column %"), f"{rounded(cell.percent)}%"
        if table.measure is Measure.INDEX:
            yield "index", rounded(cell.index, 0)
    for measure, text in zip(table.further, cell_text.further_texts(table, cell), strict=False):
        yield "shown below", f"{measure_name(measure, table.view)}: {text}"
    yield from _error(table, row, cell)
    yield from _quartiles(table, column)
    if table.columns[column].variable:
        yield "letters", _letters(table, cell, column)
    base = "base" if is_classical(table) else "least of n, Kish's and effective base"
    values: dict[str, Any] = {
        "small": SMALL,
        "too_small": TOO_SMALL,
        "few": FEW_CASES,
        "mark": FEW_CASES_MARK,
    }
    values |= {"base": tr(base)}
    yield "flag", tr(_FLAGS[cell.flag], **values)


def _error(table: Table, row: TableRow, cell: Cell) -> Entries:
    """Yield the standard error, degrees of freedom and interval, or why there are none."""
    means, classical = is_mean(row), is_classical(table)
    if cell.se is not None and (means or not classical):
        yield "SE", tr("{} ({})", rounded(cell.se, 3 if means else 2), tr(method_name(table)))
    if cell.replicates_left_out:
        said = "{} replicate left out, without a respondent in the base"
        several = "{} replicates left out, without a respondent in the base"
        yield "", tr_count(int(cell.replicates_left_out), said, several)
    if cell.df is not None:
        yield "df", size_text(cell.df)
        yield "design effect", rounded(cell.deff, 2)
    if cell.low is not None:
        digits, name = (2, tr("m ± t·SE, {}", tr(method_name(table)))) if means else (1, "Wilson")
        low, high = number_text(cell.low, digits), number_text(cell.high, digits)
        yield (
            "interval",
            with_formula(table, low, high, name, formulas.interval_sum(table, cell)),
        )
        if cell.interval_base is not None and not classical:
            base = tr("{}: {}", _size(cell.interval_base), formulas.base_of_interval(cell))
            yield "interval's base", base
    elif cell.why_no_error:
        yield "interval", f"{EMPTY}, {cell.why_no_error}"


def _quartiles(table: Table, column: int) -> Entries:
    """Yield the quartiles of a number with their intervals, of a weight or design only."""
    for line in table.lines:
        if line.kind is not BaseKind.QUANTILE or line.lowest[column] is None:
            continue
        value = number_text(line.lowest[column], 2)
        if not line.se:
            yield line.label, value
            continue
        low, high, se, df = line.low[column], line.high[column], line.se[column], line.df[column]
        ends = tr("{} to {} at {:g}%", number_text(low, 2), number_text(high, 2), table.view.level)
        said = tr("no interval") if low is None or high is None else ends
        error = tr("SE {}, df {}", rounded(se, 3), EMPTY if df is None else size_text(df))
        yield line.label, tr("{}, {} (Woodruff), {}", value, said, error)


def _letters(table: Table, cell: Cell, column: int) -> str:
    if not cell.letters:
        return tr("none")
    if table.view.against is not Against.COLUMNS:
        is_higher = cell.letters == HIGHER
        return tr("significantly higher") if is_higher else tr("significantly lower")
    banner, letters = table.columns[column].banner, split_letters(cell.letters)
    lower = [
        f"{one.letter} {one.label}"
        for one in (table.unhidden or table).columns
        if one.banner == banner and one.letter in letters
    ]
    return tr("significantly higher than {}", ", ".join(lower))


def _compared(table: Table, row: TableRow, column: int) -> Iterator[Details]:
    """Yield a part for each pair of the column; one that says so where there is none."""
    of_column = [(pair, a, b) for pair, a, b in pairs_of(table, row) if column in {a, b}]
    if not of_column:
        yield Details(tr("Compared with"), (("", tr("no other column")),))
    for pair, a, b in of_column:
        family = family_size(table, row, table.columns[a].banner)
        first, second = table.columns[a], table.columns[b]
        letters = f"{first.letter}\N{MINUS SIGN}{second.letter}  " if second.letter else ""
        title = letters + tr("{} minus {}", pair.column_a, pair.column_b)
        yield Details(title, tuple(pair_entries(table, row, pair, a, b, family)))


def _formulas(table: Table, row: TableRow, column: int) -> Entries:
    shown = [pair for pair, a, b in pairs_of(table, row) if column in {a, b}]
    only_where = {
        FISHER: any(pair.p_fisher is not None for pair in shown),
        GUARDED: any(pair.guarded for pair in shown),
    }
    for name, words in general(table, row).items():
        if name in _OF_CELL or only_where.get(name, bool(shown)):
            yield name, words


def _entry(key: str, text: str, indent: int, width: int) -> list[str]:
    first, *more = broken(text, width - indent)
    head = padded(f" {tr(key) if key else ''}", indent)
    return [head + first, *(" " * indent + line for line in more)]
