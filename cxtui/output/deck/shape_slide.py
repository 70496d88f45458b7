"""Shape a table of a book into a slide: which chart fits it, and what stands around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cxtui.analysis.query.cube import Status
from cxtui.analysis.stats.significance import column_pairs
from cxtui.analysis.tables.error_notes import test_name
from cxtui.analysis.tables.state_line import level_state, measure_name
from cxtui.analysis.tables.table import Pair, Table
from cxtui.analysis.view.view import Against, Base, Measure, Sort
from cxtui.messages import tr
from cxtui.output.book.book_table import BookColumn, BookRow, BookTable
from cxtui.output.deck.slide import (
    Chart,
    Gaps,
    Series,
    ShapeName,
    Slide,
    TextCell,
    name_of_view,
)
from cxtui.output.drawing.cell_text import base_texts
from cxtui.output.drawing.number_text import EMPTY, HIDDEN, MINUS, interval_text, rounded, signed
from cxtui.survey.note import NoteKind
from cxtui.survey.question import Kind
from cxtui.text import SEPARATOR, clean

_MOST_SERIES, _MOST_ROWS = 8, 15
"""A chart with more than these is hard to read: a table is shown instead."""

_MOST_LINES, _MOST_COLUMNS = 32, 16
"""Lines and columns that a table on a slide has room for."""

_LETTERS = frozenset({NoteKind.TESTS, NoteKind.FEW_CASES})
"""Kinds of notes that explain the marks of a table, which a chart does not have."""

_NUMBERS = frozenset({Status.ANSWER, Status.NET})


def named(book: Iterable[BookTable]) -> Iterator[tuple[ShapeName, BookTable]]:
    """Yield the tables that were made with their names, which are numbered where views repeat."""
    seen: dict[str, int] = {}
    for one in book:
        if one.table is not None:
            name = name_of_view(one.view)
            seen[name.view] = seen.get(name.view, 0) + 1
            yield name_of_view(one.view, seen[name.view]), one


def slides_of(book: Iterable[BookTable]) -> Iterator[Slide]:
    """Yield the slides of the tables that were made."""
    for name, one in named(book):
        yield slide_of(one, name)


def slide_of(one: BookTable, name: ShapeName, *, is_table: bool | None = None) -> Slide:
    """Return the slide of a table that was made.

    `is_table` says whether a slide that is there has a table or a chart, `None` for a new one.
    """
    return _Shaper(one, name).slide(is_table)


class _Shaper:
    """Shapes one table."""

    def __init__(self, one: BookTable, name: ShapeName) -> None:
        if one.table is None:
            raise ValueError(one.problem)
        self._one, self._name, self._table = one, name, one.table
        self._bases = base_texts(one.bases[0])
        self._columns = _charted_columns(one.columns)
        self._rows = [row for row in one.rows if _is_charted(self._table, row)]

    def slide(self, is_table: bool | None) -> Slide:
        """Return the slide; `is_table` as in `slide_of`."""
        chart = self._chart(is_table)
        if chart is Chart.STACKED:
            self._rows = [row for row in self._rows if row.status is Status.ANSWER]
        rows = tuple(Series(clean(row.label), self._numbers(row)) for row in self._rows)
        columns = tuple(map(self._column_name, self._columns))
        names, series = columns, rows
        if chart is Chart.BARS:
            names = tuple(one.name for one in rows)
            numbers = zip(*(one.numbers for one in rows), strict=True)
            series = tuple(map(Series, columns, numbers))
        is_table = chart is Chart.TABLE
        return Slide(
            name=self._name,
            chart=chart,
            title=clean(self._one.title),
            about=self._about(),
            categories=() if is_table else names,
            series=() if is_table else series,
            digits=self._digits(),
            gaps=None if is_table else self._gaps(chart),
            below=() if is_table else tuple(self._below()),
            table=tuple(self._whole_table()) if is_table else (),
            notes=" ".join(map(clean, self._notes(chart))),
            replay=self._one.replays[0] if self._one.replays else "",
            alt=self._alt(chart, names, series),
        )

    # The chart

    def _chart(self, is_table: bool | None) -> Chart:
        """Return the chart that fits; `is_table` says what there is already, `None` if nothing."""
        chart = Chart.BARS
        columns, rows, most_columns = len(self._columns), len(self._rows), _MOST_SERIES
        if self._one.is_trend and columns > 1:
            chart, rows, most_columns = Chart.LINES, rows + _MOST_ROWS - _MOST_SERIES, _MOST_ROWS
        elif self._is_scale():
            chart, rows, most_columns = Chart.STACKED, 1, _MOST_ROWS
        fits = columns <= most_columns and rows <= _MOST_ROWS
        shows_table = not fits if is_table is None else is_table
        return Chart.TABLE if shows_table or not self._columns or not self._rows else chart

    def _is_scale(self) -> bool:
        """Whether the answers of a scale are all there in their order, and add up to 100."""
        table = self._table
        shown = [row for row in self._rows if row.status is Status.ANSWER]
        every = [row for row in table.rows if row.status is Status.ANSWER]
        return (
            table.question.kind is Kind.SCALE
            and table.measure is Measure.COLUMN
            and table.view.base is Base.ANSWERED
            and table.view.sort is Sort.QUESTIONNAIRE
            and not table.suppressed  # hidden answers would be missing from the 100
            and len(every) == len(shown) <= _MOST_SERIES
        )

    def _numbers(self, row: BookRow) -> tuple[float | None, ...]:
        numbers = dict(zip(self._one.columns, row.lines[0].numbers, strict=True))
        return tuple(numbers[column] for column in self._columns)

    def _column_name(self, column: BookColumn) -> str:
        base = f"{self._bases[column.place]}{column.flag}"
        return tr("{} (n {})", clean(column.label), base)

    def _digits(self) -> int:
        """Return the decimals of a value; a percentage has none beside its bar."""
        first = self._rows[0].lines[0] if self._rows else None
        return first.digits if first and not first.is_percent else 0

    # The texts around it

    def _about(self) -> str:
        one, parts = self._one, list[str]()
        if one.wording != one.title:
            parts.append(one.wording)
        parts.append(measure_name(self._table.measure, self._table.view))
        parts.append(tr("Base: {}", one.base))
        return SEPARATOR.join(map(clean, parts))

    def _notes(self, chart: Chart) -> Iterator[str]:
        is_chart = chart is not Chart.TABLE
        if is_chart and self._compared():
            test = test_name(self._table.rule)
            if self._table.measure is Measure.MEAN:
                test = tr("t-test of means")
            yield tr("Bold: significant ({}, {}).", test, level_state(self._table.view))
        if is_chart and any(one.flag == "**" for one in self._one.columns):
            yield tr("Columns marked ** are not in the chart.")
        unsaid = {NoteKind.STATE, *(_LETTERS if is_chart else ())}
        yield from (note.text for note in self._one.notes if note.kind not in unsaid)
        yield from self._cut_off() if not is_chart else ()

    def _alt(self, chart: Chart, names: Sequence[str], series: Sequence[Series]) -> str:
        """Return the numbers in words, for those who do not see the chart."""
        if chart is Chart.TABLE:
            lines = [" ".join(cell.text for cell in line) for line in self._table_body()]
            return clean(tr("Table: {}. {}", self._one.wording, "; ".join(lines)))
        digits = self._digits()
        unit = "%" if self._rows[0].lines[0].is_percent else ""
        absent = HIDDEN if self._table.suppressed else EMPTY

        def said(number: float | None) -> str:
            return absent if number is None else f"{rounded(number, digits)}{unit}"

        lines = [
            f"{name}: " + ", ".join(f"{one.name} {said(one.numbers[at])}" for one in series)
            for at, name in enumerate(names)
        ]
        what = {
            Chart.BARS: "Bar chart: {}. {}",
            Chart.STACKED: "Stacked bar chart: {}. {}",
            Chart.LINES: "Line chart: {}. {}",
        }
        return clean(tr(what[chart], self._one.wording, "; ".join(lines)))

    # Gaps

    def _compared(self) -> tuple[BookColumn, BookColumn, int, bool] | None:
        """Return two columns of the chart, the place of their pair, and whether it is turned.

        They are those of the table's gap; in a trend the last wave minus the one before.
        """
        table = self._table
        if not table.compared or table.view.against is not Against.COLUMNS:
            return None
        by_place = {one.place: one for one in self._columns}
        pairs = column_pairs(table.columns, table.view.against)
        places = list(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))
        wanted = places[0]
        if self._one.is_trend:
            *_, before, last = [0, *by_place]
            wanted = (before, last)
        if wanted not in places or not {*wanted} <= by_place.keys():
            return None
        first, second = by_place[wanted[0]], by_place[wanted[1]]
        turned = self._one.is_trend
        pair = (second, first) if turned else (first, second)
        return *pair, places.index(wanted), turned

    def _gaps(self, chart: Chart) -> Gaps | None:
        compared = self._compared()
        if compared is None or chart is Chart.STACKED:
            return None
        first, second, at, turned = compared
        is_mean = self._table.measure is Measure.MEAN
        unit = tr("in the question's unit") if is_mean else tr("points")
        if self._table.measure not in {Measure.MEAN, Measure.COLUMN}:
            unit = tr("points of column %")
        lines = []
        for row in self._rows:
            gap = self._gap(row, at, turned=turned)
            named = (TextCell(clean(row.label), is_faint=not gap.is_strong),)
            lines.append((*(named if chart is Chart.LINES else ()), gap))
        title = f"{clean(first.label)} {MINUS} {clean(second.label)}"
        below = tr("{}, {:g}% interval", unit, self._table.view.level)
        return Gaps(title, below, tuple(lines), are_named=chart is Chart.LINES)

    def _gap(self, row: BookRow, at: int, *, turned: bool) -> TextCell:
        """Return a gap with its interval."""
        pair = row.pairs[at] if at < len(row.pairs) else None
        if pair is None or pair.gap is None:
            return TextCell(EMPTY, is_faint=True)
        gap, interval = self._gap_texts(row, pair, turned=turned)
        strong = self._table.is_significant(pair)
        return TextCell(f"{gap}   ({interval})" if interval else gap, strong, not strong)

    def _gap_texts(self, row: BookRow, pair: Pair, *, turned: bool) -> tuple[str, str]:
        gap, low, high = pair.gap, pair.low, pair.high
        if turned:
            gap, low, high = (None if one is None else -one for one in (gap, high, low))
        line = row.lines[0]
        is_mean = line.measure is Measure.MEAN and not line.in_points
        digits, of_ends = (2, 2) if is_mean else (1, 0)
        interval = "" if low is None or high is None else interval_text(low, high, of_ends)
        return signed(gap, digits), interval

    # Tables

    def _below(self) -> Iterator[tuple[TextCell, ...]]:
        """Yield the nets and scores that are not in the chart, with the gap of each."""
        charted = set(map(id, self._rows))
        numeric = self._table.question.kind is Kind.NUMERIC
        rows = [row for row in self._one.rows if row.status or numeric]
        rows = [row for row in rows if id(row) not in charted]
        if not rows:
            return
        compared = self._compared()
        heads = ["", *(clean(one.label) for one in self._columns)]
        if compared:
            first, second, *_ = compared
            heads.append(f"{clean(first.label)} {MINUS} {clean(second.label)}")
            heads.append(tr("{:g}% interval", self._table.view.level))
        yield tuple(TextCell(one, is_strong=True, is_faint=True) for one in heads)
        for row in rows:
            cells = [TextCell(clean(row.label))]
            places = [self._one.columns.index(column) for column in self._columns]
            cells += [TextCell(self._text(row, at)) for at in places]
            if compared:
                cells += self._gap_cells(row, compared[2], turned=compared[3])
            yield tuple(cells)

    def _gap_cells(self, row: BookRow, at: int, *, turned: bool) -> list[TextCell]:
        pair = row.pairs[at] if at < len(row.pairs) else None
        if pair is None or pair.gap is None:
            return [TextCell(), TextCell()]
        strong = self._table.is_significant(pair)
        texts = self._gap_texts(row, pair, turned=turned)
        return [TextCell(text, strong, not strong) for text in texts]

    def _text(self, row: BookRow, at: int) -> str:
        line = row.lines[0]
        number = line.numbers[at]
        return rounded(number, 0) if line.is_percent and number is not None else line.text(at)

    def _whole_table(self) -> Iterator[tuple[TextCell, ...]]:
        columns = self._one.columns[:_MOST_COLUMNS]
        heads = (f"{clean(one.label)} {one.letter}".strip() for one in columns)
        yield (TextCell(), *(TextCell(one, is_strong=True) for one in heads))
        yield from self._table_body()

    def _table_body(self) -> Iterator[tuple[TextCell, ...]]:
        """Yield the lines of the table: rows with letters, then the base."""
        columns = self._one.columns[:_MOST_COLUMNS]
        for row in self._one.rows[:_MOST_LINES]:
            cells = [TextCell(clean(row.label), row.is_strong)]
            for at, column in enumerate(columns):
                text = f"{self._text(row, at)} {row.marks[at]}".strip()
                is_low = column.is_low or column.flag == "**"
                cells.append(TextCell(text, row.is_strong, is_low))
            yield tuple(cells)
        base = [f"{self._bases[one.place]}{one.flag}" for one in columns]
        yield tuple(TextCell(one, is_faint=True) for one in (self._one.bases[0].label, *base))

    def _cut_off(self) -> Iterator[str]:
        rows, columns = len(self._one.rows) - _MOST_LINES, len(self._one.columns) - _MOST_COLUMNS
        if rows > 0 or columns > 0:
            said = "No room on a slide for {:,} more rows and {:,} more columns: see the book."
            yield tr(said, max(rows, 0), max(columns, 0))


def _charted_columns(columns: Sequence[BookColumn]) -> tuple[BookColumn, ...]:
    """Return the columns of a chart: those of the banner that are tested, else the Total."""
    tested = [one for one in columns if one.flag != "**" and not one.is_hidden]
    banner = tuple(one for one in tested if one.accent >= 0)
    return banner or tuple(tested)


def _is_charted(table: Table, row: BookRow) -> bool:
    """Whether a row is in the unit of the chart: an answer or a net, no score among shares."""
    if row.status is None:
        return False
    return table.measure is Measure.MEAN or row.status in _NUMBERS
