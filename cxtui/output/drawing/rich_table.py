"""A Table painted by Rich: bars, numbers, letters and the gap in columns of fixed widths."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.table import BaseLine, Cell, Table, TableRow
from cxtui.output.drawing import cell_text
from cxtui.output.drawing.fit import TEXT_WIDTH, ellipsis, folded
from cxtui.output.drawing.table_layout import (
    Extent,
    Layout,
    extent_of,
    first_head,
    lay_out,
    outer_lines,
    title_lines,
)

_ACCENTS = ("cyan", "yellow", "green", "magenta", "bright_blue", "bright_red")
"""Colours of the terminal's own palette that can be read on black."""

_GREY = Style(dim=True)
_BOLD = Style(bold=True)


def accent(position: int) -> Style:
    """Return the colour of a banner column, the same in table, chart and ranking."""
    return Style(color=_ACCENTS[position % len(_ACCENTS)])


CellLine = tuple[Sequence[Text | str], Style | None]
"""The cells of one line, and the style of the whole line, if it has one."""


def line_segments(line: CellLine, layout: Layout) -> Iterator[Segment]:
    """Yield the parts of one line, its cells cut or filled to the widths of the columns."""
    cells, over = line
    for position, width in enumerate(layout.widths):
        if position:
            yield Segment(" ", over)
        cell = cells[position] if position < len(cells) else ""
        text = cell if isinstance(cell, Text) else Text(cell)
        if (free := width - text.cell_len) < 0:
            text = text.copy()
            text.truncate(width, overflow="ellipsis")
            free = width - text.cell_len
        beside = [Segment(" " * free, over)] if free else []
        parts = _styled(text, over)
        yield from (*beside, *parts) if layout.stands_right(position) else (*parts, *beside)


def _styled(text: Text, over: Style | None) -> Iterator[Segment]:
    """Yield the parts of a cell, whose styles do not overlap; Rich's own way is far slower."""
    plain, whole = text.plain, _added(over, text.style)
    end = 0
    for span in text.spans:
        if span.start > end:
            yield Segment(plain[end : span.start], whole)
        yield Segment(plain[span.start : span.end], _added(whole, span.style))
        end = span.end
    if end < len(plain):
        yield Segment(plain[end:], whole)


def _added(style: Style | None, more: str | Style) -> Style | None:
    """Return both styles, `None` for none at all."""
    added = more if isinstance(more, Style) else Style.parse(more)
    return (style + added if style else added) or None


def plain_lines(table: Table, layout: Layout, extent: Extent | None = None) -> Iterator[str]:
    """Yield the lines of the whole table without colours."""
    for cells, _ in all_lines(table, layout, extent or extent_of(table)):
        line = []
        for position, (cell, width) in enumerate(zip(cells, layout.widths, strict=False)):
            text = ellipsis(str(cell), width)
            beside = " " * (width - cell_len(text))
            line.append(beside + text if layout.stands_right(position) else text + beside)
        yield " ".join(line).rstrip()


def text_of_table(table: Table) -> Iterator[str]:
    """Yield a table as lines of plain text; columns that do not fit follow in a block below."""
    yield from textwrap.wrap(table.question.label, TEXT_WIDTH)
    yield from textwrap.wrap(table.state, TEXT_WIDTH)
    first, extent = 1, extent_of(table)
    while True:
        layout = lay_out(table, TEXT_WIDTH, first, extent=extent)
        yield ""
        yield from plain_lines(table, layout, extent)
        first = layout.shown[-1] + 1
        if first <= 1 or first >= len(table.columns):
            return


def all_lines(table: Table, layout: Layout, extent: Extent) -> Iterator[CellLine]:
    """Yield the lines of the whole table: header with the base, answers, the lines under them."""
    yield from header_lines(table, layout, extent)
    for position in range(len(table.rows)):
        yield from answer_lines(table, layout, extent, position)
    yield from lower_lines(table, layout)


def answer_lines(table: Table, layout: Layout, extent: Extent, position: int) -> Iterator[CellLine]:
    """Yield the lines of one answer, as many as its label or its numbers have."""
    row, (label, *rest) = table.rows[position], layout.labels[position]
    style = Style() if row.status is Status.ANSWER else _GREY
    cells = [Text(label, style), Text(cell_text.value_text(table, row, row.cells[0]), _GREY)]
    cells += [_cell(table, row, one, layout, extent.largest) for one in layout.shown[1:]]
    if layout.gap:
        cells.append(
            Text(cell_text.marked_gap(table, row).rjust(layout.gap), gap_style(table, row))
        )
    if layout.picture:
        picture = picture_text(table, row, layout.picture, extent.reach)
        cells.append(Text(picture, gap_style(table, row)))
    yield cells, None
    below = [cell_text.further_texts(table, row.cells[one]) for one in layout.shown]
    for line, more in enumerate(rest):
        numbers = [texts[line] if line < len(texts) else "" for texts in below]
        yield [Text(more, style), *_further(numbers, layout)], None


def _further(numbers: Sequence[str], layout: Layout) -> Iterator[Text]:
    """Yield the numbers of one line below the first, under those of the first."""
    if not any(numbers):
        return
    indent = " " * (layout.bar + bool(layout.bar))
    total, *columns = numbers
    yield Text(total, _GREY)
    yield from (Text(indent + one.rjust(layout.value), _GREY) for one in columns)


def lower_lines(table: Table, layout: Layout) -> Iterator[CellLine]:
    """Yield a rule and, under it, one line for each of the table's lines and its other bases."""
    # A style of the whole line paints its gaps too: one run of text instead of many.
    no_flags = ("",) * len(table.columns)
    lines = [(one, no_flags) for one in table.lines]
    bases = [] if table.across else table.bases
    lines += [(one, table.base_flags) for one in bases if one is not table.base]
    if lines:
        yield ["─" * width for width in layout.widths], _GREY
    for one, marks in lines:
        yield _base_line(one, marks, layout), _GREY


def _base_line(one: BaseLine, flags: Sequence[str], layout: Layout) -> list[Text]:
    indent = " " * (layout.bar + bool(layout.bar))
    texts, flags = cell_text.base_texts(one), cell_text.flags_beside(one, flags)
    numbers = (
        indent + texts[position].rjust(layout.value) + flags[position]
        for position in layout.shown[1:]
    )
    cells = [ellipsis(one.label, layout.label), texts[0], *numbers]
    return [Text(cell) for cell in (*cells, *([""] if layout.gap else []))]


def header_lines(table: Table, layout: Layout, extent: Extent) -> Iterator[CellLine]:
    """Yield the lines over the answers: folded titles aligned at the bottom, then the base."""
    titles = [title_lines(table, position, layout.column) for position in layout.shown[1:]]
    lines_left = layout.titles
    if cell_text.has_several_banners(table):
        yield _once(layout, [(one.banner, one.variable) for one in table.columns]), None
        lines_left -= 1
    for level in range(outer_lines(table)):
        shared = [(one.banner, one.path[:-1][: level + 1]) for one in table.columns]
        words = ("".join(step.label for step in outer[level:]) for _, outer in shared)
        yield _once(layout, list(zip(shared, words, strict=True))), None
        lines_left -= 1
    for line in range(lines_left):
        is_last = line == lines_left - 1
        cells = [Text(""), Text(first_head(table) if is_last else "", _GREY)]
        for position, lines in zip(layout.shown[1:], titles, strict=True):
            skipped = lines_left - len(lines)
            text = lines[line - skipped] if line >= skipped else ""
            cells.append(Text(text, accent(position - 1) + _BOLD))
        if layout.gap:
            title = f"{table.gap_title} ".rjust(layout.gap)
            cells.append(Text(title if is_last else "", _BOLD))
        if layout.picture:
            axis = cell_text.axis_text(layout.picture, extent.reach or 1.0) if is_last else ""
            cells.append(Text(axis, _GREY))
        yield cells, None
    if not table.across:
        yield _base_line(table.base, table.base_flags, layout), _GREY


def _once(layout: Layout, told: Sequence[tuple[object, str]]) -> list[Text]:
    """Return a line with the words that neighbouring columns share.

    `told` has for each column a key, equal for columns that share their words, and the words. These
    begin over the first such column in sight, continue over the next, and a rule goes to the last.
    """
    cells = [Text(""), Text("")]
    for _, group in groupby((told[position] for position in layout.shown[1:]), itemgetter(0)):
        alike = list(group)
        cells += [Text(one, _GREY) for one in _over(alike[0][1], len(alike), layout.column)]
    return [*cells, *[Text("")] * (len(layout.widths) - len(cells))]


def _over(words: str, columns: int, width: int) -> list[str]:
    """Return words over several columns of a width, a part over each, and the rule."""
    *before, last = folded(words, width, columns)
    if columns == 1 or not last:
        return [*before, last, *[""] * (columns - len(before) - 1)]
    rule = "─" * width
    end = set_cell_size(f"{last} {rule}", width).rstrip()
    return [*before, end, *[rule] * (columns - len(before) - 1)]


def picture_text(table: Table, row: TableRow, width: int, reach: float | None) -> str:
    """Return the gap of a row as a dot on its interval, empty where it is not on the axis."""
    pair = cell_text.pictured_pair(table, row)
    if pair is None or pair.gap is None:
        return ""
    return cell_text.dot_text(pair.gap, pair.low, pair.high, width, reach or 1.0)


def gap_style(table: Table, row: TableRow) -> Style:
    """Return the style of a gap: bold where it is significant."""
    return _BOLD if row.pairs and table.is_significant(row.pairs[0]) else _GREY


def _cell(table: Table, row: TableRow, position: int, layout: Layout, largest: float) -> Text:
    cell = row.cells[position]
    colour = accent(position - 1)
    text = Text()
    if layout.bar:
        length = largest if cell_text.is_barred(table, row) else 0.0
        share = cell_text.share_of(table, cell, length)
        text.append(cell_text.bar_text(share, layout.bar).ljust(layout.bar), colour)
        text.append(" ")
    number = cell_text.value_text(table, row, cell).rjust(layout.value)
    text.append(number, number_style(cell, colour))
    if marks := cell_text.marks_in_sight(table, cell, position, layout.shown):
        text.append(f" {marks}", colour + _BOLD)
    return text


def number_style(cell: Cell, colour: Style) -> Style:
    """Return the style of a number: the higher one stands out, an untested one recedes."""
    if cell_text.is_higher(cell):
        return colour + _BOLD
    return _GREY if cell.flag == "**" else Style()
