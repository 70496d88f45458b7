"""A Table as Rich paints it: bars, numbers, letters and the gap in columns of fixed widths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from rich.cells import cell_len
from rich.console import JustifyMethod
from rich.style import Style
from rich.table import Table as RichTable
from rich.text import Text

from cxtui.analysis.counts import Status
from cxtui.analysis.table import Cell, Table, TableRow, value_of
from cxtui.analysis.view import Measure
from cxtui.output.cells import (
    base_texts,
    gap_text,
    has_several_banners,
    marks_text,
    value_text,
)
from cxtui.output.fit import ellipsis, folded

_ACCENTS = ("cyan", "yellow", "green", "magenta", "blue", "red")
"""The terminal's own colours: they suit its background, and 16 of them are everywhere."""

_GREY = Style(dim=True)
_BOLD = Style(bold=True)
_BAR = "▇"
_NARROWEST_LABEL, _GOOD_LABEL, _WIDEST_LABEL = 12, 24, 46
_NARROWEST_BAR, _GOOD_BAR, _WIDEST_BAR = 3, 9, 14
_TITLE = 14
_LABEL_LINES, _TITLE_LINES = 3, 4
_NARROWEST_COLUMN = 9
_WHOLE_WORD = 11
"""A column is as wide as the longest word of the titles, but for longer ones than this."""
_NARROW = 44
"""A width in which labels and columns take even less than that."""
_LABEL_SHARE = 36
"""Per cent of the width for the labels where the columns have to be scrolled anyway; in a wide
one also the most they take."""
_BAR_SHARE = 14
"""Per cent of the width that a bar takes at most where that is more than the usual."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Widths in terminal cells: how a table is laid out in a given width.

    `shown` are the positions of the columns that fit, the Total always first; `column` is the
    width of one banner column, of which `bar` and `value` are parts; `header` counts lines, and
    `labels` are the lines of each row's label.
    """

    label: int
    value: int
    column: int
    bar: int
    gap: int
    shown: tuple[int, ...]
    header: int
    labels: tuple[tuple[str, ...], ...]

    @property
    def widths(self) -> list[int]:
        """The width of each column, from the label to the gap."""
        columns = [self.column] * (len(self.shown) - 1)
        return [self.label, self.value, *columns, *([self.gap] if self.gap else [])]

    def stands_right(self, position: int) -> bool:
        """Whether a column's texts stand at its right end: the Total, and the gap."""
        return position == 1 or (bool(self.gap) and position == len(self.shown) + 1)


def accent(position: int) -> Style:
    """Return the colour of a banner column, the same in table, chart and ranking."""
    return Style(color=_ACCENTS[position % len(_ACCENTS)])


def lay_out(
    table: Table,
    width: int,
    first: int = 1,
    *,
    barred: bool = True,
    numbers: tuple[int, int, int] | None = None,
) -> Layout:
    """Return the layout of `table` in `width` cells, its banner columns from the `first` on.

    Where not all columns fit in comfort, their titles fold, then the gap gives way; where they
    still do not fit, the rest is for scrolling. Without bars (`barred`) it takes no more than it
    needs. `numbers` are its `number_widths` where they are known.
    """
    value, marks, gap = numbers or number_widths(table)
    titles = [cell_len(_title(table, one)) for one in range(first, len(table.columns))]
    tight = max(value + marks, _NARROWEST_COLUMN if width >= _NARROW else 0)
    if width >= _NARROW:
        # Cut words are no titles: rather fewer columns at once.
        tight = max(tight, min(_WHOLE_WORD, _longest_word(table, first)))
    comfortable = max(tight, min(_TITLE, max(titles, default=0)))
    made = partial(_laid_out, table, width, first, value=value, marks=marks, barred=barred)
    tries = [
        made(least=least, gap=shown_gap)
        for least, shown_gap in ((comfortable, gap), (tight, gap), (tight, 0))
    ]
    for one in tries:
        if len(one.shown) - 1 == len(titles):
            return one
    share = max(width * _LABEL_SHARE // 100, 1)
    return made(least=tight, gap=0, label=share)


def _laid_out(
    table: Table,
    width: int,
    first: int,
    *,
    value: int,
    marks: int,
    least: int,
    gap: int,
    barred: bool,
    label: int = 0,
) -> Layout:
    """Return a layout whose banner columns and labels are at least so wide."""
    label = label or (_NARROWEST_LABEL if width >= _NARROW else _NARROWEST_LABEL - 2)
    under = (*table.lines, *table.bases)
    labels = [row.label for row in table.rows] + [line.label for line in under]
    widest_label = max(_WIDEST_LABEL, width * _LABEL_SHARE // 100)
    widest_bar = max(_WIDEST_BAR, width * _BAR_SHARE // 100)
    wanted = max(_NARROWEST_LABEL, min(widest_label, max(map(cell_len, labels), default=0)))
    count = len(table.columns) - first
    room = width - (value + 1) - (gap + 1 if gap else 0) - 1
    roomy = max(least, value + marks + 1 + _GOOD_BAR) if barred else least
    widest = value + marks + 1 + widest_bar if barred else least
    left = max(room - count * (roomy + 1), min(_GOOD_LABEL, room - count * (least + 1)))
    label = min(wanted, max(left, label))
    fitting = min(count, max(1, (room - label) // (least + 1)))
    column = least
    if fitting:
        column = min((room - label) // fitting - 1, widest)
        label = max(label, min(wanted, room - fitting * (column + 1)))
    bar = column - 1 - value - marks
    shown = (0, *range(first, first + fitting))
    column = max(column, value + marks)
    heads = [_title_lines(table, position, column) for position in shown[1:]]
    return Layout(
        label=label,
        value=value,
        column=column,
        bar=bar if barred and bar >= _NARROWEST_BAR else 0,
        gap=gap,
        shown=shown,
        header=max(map(len, heads), default=1) + has_several_banners(table),
        labels=tuple(tuple(folded(row.label, label, _LABEL_LINES)) for row in table.rows),
    )


def number_widths(table: Table) -> tuple[int, int, int]:
    """Return how wide the widest number, marks and gap of a table are."""
    cells = [(row, cell) for row in table.rows for cell in row.cells]
    values = [cell_len(value_text(table, row, cell)) for row, cell in cells]
    under = (*table.lines, *table.bases)
    values += [cell_len(text) for line in under for text in base_texts(line)]
    marks = [1 + cell_len(marks_text(cell)) for _, cell in cells if marks_text(cell)]
    gaps = [cell_len(gap_text(table, row)) for row in table.rows]
    gap = max([cell_len(table.gap_title), *gaps]) if table.compared else 0
    return max([len("Total"), *values]), max([len(" **"), *marks]), gap


def rich_table(table: Table, layout: Layout) -> RichTable:
    """Return the whole table: header, rows, a rule, one line a base.

    Its lines are `layout.header`, those of `layout.labels`, one, and one for each of the table's
    lines and bases.
    """
    painted = RichTable(
        box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=False, expand=False
    )
    for position, width in enumerate(layout.widths):
        justify: JustifyMethod = "right" if layout.stands_right(position) else "left"
        painted.add_column(width=width, no_wrap=True, justify=justify)
    for cells, style in _lines(table, layout):
        painted.add_row(*cells, style=style)
    return painted


def plain_lines(table: Table, layout: Layout) -> Iterator[str]:
    """Yield the lines of the whole table without colours."""
    for cells, _ in _lines(table, layout):
        line = []
        for position, (cell, width) in enumerate(zip(cells, layout.widths, strict=False)):
            text = ellipsis(str(cell), width)
            beside = " " * (width - cell_len(text))
            line.append(beside + text if layout.stands_right(position) else text + beside)
        yield " ".join(line).rstrip()


def _lines(table: Table, layout: Layout) -> Iterator[tuple[Sequence[Text | str], Style | None]]:
    """Yield the cells of each line, and the style of all of it, if it has one."""
    for cells in _header(table, layout):
        yield cells, None
    largest = largest_bar(table)
    for row, (label, *rest) in zip(table.rows, layout.labels, strict=True):
        style = Style() if row.status is Status.ANSWER else _GREY
        yield [Text(label, style), *_row(table, row, layout, largest)], None
        for more in rest:
            yield [Text(more, style)], None
    # A style of the whole line paints its gaps too: one run of text instead of many.
    yield ["─" * width for width in layout.widths], _GREY
    for under in table.lines:
        flags = [""] * len(table.columns)
        yield _under(under.label, base_texts(under), flags, layout), _GREY
    for base in table.bases:
        yield _under(base.label, base_texts(base), table.base_flags, layout), _GREY


def _longest_word(table: Table, first: int) -> int:
    """Return how wide the longest word of a column's title is."""
    words = (word for column in table.columns[first:] for word in column.label.split())
    return max(map(cell_len, words), default=0)


def _title(table: Table, position: int) -> str:
    column = table.columns[position]
    return f"{column.label} {column.letter}".strip()


def _title_lines(table: Table, position: int, width: int) -> list[str]:
    """Return a column's title in a few lines; its letter is never cut."""
    column = table.columns[position]
    if cell_len(_title(table, position)) <= width:
        return [_title(table, position)]
    if not column.letter:
        return folded(column.label, width, _TITLE_LINES)
    lines = folded(column.label, width, _TITLE_LINES)
    with_letter = f"{lines[-1]} {column.letter}"
    if cell_len(with_letter) <= width:
        return [*lines[:-1], with_letter]
    if len(lines) < _TITLE_LINES:
        return [*lines, column.letter]
    lines = folded(column.label, width - cell_len(column.letter) - 1, _TITLE_LINES)
    return [*lines[:-1], f"{lines[-1]} {column.letter}"]


def _header(table: Table, layout: Layout) -> Iterator[list[Text]]:
    """Yield the lines of the header; folded titles stand at the bottom."""
    titles = [_title_lines(table, position, layout.column) for position in layout.shown[1:]]
    if has_several_banners(table):
        yield _variables(table, layout)
    lines_left = layout.header - has_several_banners(table)
    for line in range(lines_left):
        cells = [Text(""), Text("Total" if line == lines_left - 1 else "", _GREY)]
        for position, lines in zip(layout.shown[1:], titles, strict=True):
            skipped = lines_left - len(lines)
            text = lines[line - skipped] if line >= skipped else ""
            cells.append(Text(text, accent(position - 1) + _BOLD))
        if layout.gap:
            cells.append(Text(table.gap_title if line == lines_left - 1 else "", _BOLD))
        yield cells


def _variables(table: Table, layout: Layout) -> list[Text]:
    """Return a line that names each banner variable over the first of its columns in sight."""
    cells = [Text(""), Text("")]
    before = -1
    for position in layout.shown[1:]:
        column = table.columns[position]
        name = column.variable if column.banner != before else ""
        cells.append(Text(ellipsis(name, layout.column), _GREY))
        before = column.banner
    return [*cells, *([Text("")] if layout.gap else [])]


def _row(table: Table, row: TableRow, layout: Layout, largest: float) -> list[Text]:
    cells = [Text(value_text(table, row, row.cells[0]), _GREY)]
    cells += [_cell(table, row, position, layout, largest) for position in layout.shown[1:]]
    if layout.gap:
        cells.append(Text(gap_text(table, row), gap_style(table, row)))
    return cells


def gap_style(table: Table, row: TableRow) -> Style:
    """Return how a gap is written: bold where it holds up."""
    held = row.pairs[0].p_adjusted if row.pairs else None
    return _BOLD if held is not None and held < 1 - table.view.level / 100 else _GREY


def _cell(table: Table, row: TableRow, position: int, layout: Layout, largest: float) -> Text:
    cell = row.cells[position]
    colour = accent(position - 1)
    text = Text()
    if layout.bar:
        length = largest if is_barred(table, row) else 0.0
        text.append(_bar(table, cell, layout.bar, length), colour)
        text.append(" ")
    number = value_text(table, row, cell).rjust(layout.value)
    text.append(number, _GREY if cell.flag == "**" else Style())
    if marks := marks_text(cell):
        text.append(f" {marks}", colour + _BOLD)
    return text


def largest_bar(table: Table) -> float:
    """Return the value that the longest bar of a table stands for."""
    weighted = table.view.weight is not None
    values = [
        value_of(cell, table.measure, weighted=weighted) or 0.0
        for row in table.rows
        if is_barred(table, row)
        for cell in row.cells[1 if len(table.columns) > 1 else 0 :]
    ]
    return max(values, default=0.0)


def is_barred(table: Table, row: TableRow) -> bool:
    """Whether a row has bars: a score among shares is on another scale."""
    return table.measure is Measure.MEAN or row.status is not Status.SCORE


def _bar(table: Table, cell: Cell, width: int, largest: float) -> str:
    """Return a bar as long as the cell's share of the largest, in whole cells."""
    value = value_of(cell, table.measure, weighted=table.view.weight is not None) or 0.0
    length = round(width * max(value, 0.0) / largest) if largest > 0 else 0
    return (_BAR * length).ljust(width)


def _under(label: str, texts: Sequence[str], flags: Sequence[str], layout: Layout) -> list[Text]:
    """Return one line under the rows, each number under those of its column."""
    indent = " " * (layout.bar + bool(layout.bar))
    numbers = (
        indent + texts[position].rjust(layout.value) + flags[position]
        for position in layout.shown[1:]
    )
    cells = [ellipsis(label, layout.label), texts[0], *numbers]
    return [Text(cell) for cell in (*cells, *([""] if layout.gap else []))]
