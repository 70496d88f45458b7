"""Write a Document as an SVG picture: text stays text, bars and intervals are drawn to scale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cxtui.errors import ExportError
from cxtui.output.document import Document, Section
from cxtui.output.grid import Dot, Entry, Grid, Head, Line
from cxtui.output.writers.markup import ACCENTS, FAINT, INK, PAPER, RULE, accent, safe, tint
from cxtui.output.writers.registry import Shape
from cxtui.output.writers.text_width import broken, width_of

SIZE, SMALL, TITLE = 13.0, 11.0, 18.0
LEADING = 1.3
MARGIN = 20.0
_BETWEEN = 14.0
_PADDING = 5.0
_BAR, _BAR_HEIGHT = 76.0, 11.0
WIDE, HIGH = 150.0, 18.0
"""The room for a dot and its interval."""

_WIDEST_LABEL, _WIDEST_HEAD, _WIDEST_TEXT = 300.0, 116.0, 220.0
_NARROWEST = 640.0
_LONG_BAR, _APART = 240.0, 7.0
_FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
_STYLE = f"""\
text {{ font-family: {_FONT}; font-size: {SIZE:g}px; fill: {INK}; white-space: pre; }}
.small {{ font-size: {SMALL:g}px; fill: {FAINT}; }}
.title {{ font-size: {TITLE:g}px; font-weight: bold; }}
.quiet {{ fill: {FAINT}; }}
.strong {{ font-weight: bold; }}
.end {{ text-anchor: end; }}"""


def write_svg(document: Document, shape: Shape) -> bytes:
    """Return the document as seen, or as a chart; raises `ExportError` for a list."""
    (section,) = document.sections
    drawn = (section.chart if shape is Shape.CHART else section.picture) or section.grid
    grid = drawn()
    if isinstance(grid, Grid):
        if grid.is_list:
            raise ExportError("{}: a list has no picture, take html or xlsx", section.title)
        return _picture(section, grid)
    from cxtui.output.writers.svg_trend import trend_picture

    return trend_picture(grid, section)


@dataclass(frozen=True, slots=True)
class _Column:
    """The place of a column: its left end, and the widths of its bar, number and marks."""

    head: Head
    x: float
    bar: float
    number: float
    marks: float

    @property
    def right(self) -> float:
        """The right end of its numbers."""
        return self.x + self.bar + self.number

    @property
    def end(self) -> float:
        """The right end of the column."""
        return self.right + self.marks


def _picture(section: Section, grid: Grid) -> bytes:
    columns = _columns(grid)
    width = max(columns[-1].end + MARGIN, _NARROWEST)
    body = Body()
    body.title(width, section.title, grid.subtitle)
    body.y += 8
    _head(body, grid, columns)
    for before, line in zip((None, *grid.lines), grid.lines, strict=False):
        if line.is_base and not (before and before.is_base):
            body.y += 4
            body.rule(columns, RULE)
        elif line.begins and before:
            body.y += _APART
        _write_line(body, columns, line)
    body.y += 6
    body.notes(width, (*grid.notes, section.again()))
    return svg_document(body, width, section.title, grid.notes)


def svg_document(body: Body, width: float, title: str, notes: Sequence[str]) -> bytes:
    """Return the drawing as an SVG file with a title and a description for screen readers."""
    height = body.y + MARGIN
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title">',
        f'<title id="title">{safe(title)}</title>',
        f"<desc>{safe(' '.join(notes))}</desc>",
        f"<style>\n{_STYLE}\n</style>",
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
        *body.parts,
        "</svg>",
        "",
    ]
    return "\n".join(lines).encode()


class Body:
    """The parts of a picture so far, and `y`, its height so far."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.y = MARGIN

    def next(self, height: float) -> float:
        """Go down by a line and return its baseline."""
        self.y += height
        return self.y - height * 0.25

    def title(self, width: float, title: str, subtitle: str) -> None:
        """Write the title, and below it a smaller line."""
        for text in broken(title, width - 2 * MARGIN, TITLE, bold=True):
            self.text(MARGIN, self.next(TITLE * LEADING), text, "title")
        if subtitle:
            self.text(MARGIN, self.next(SMALL * LEADING + 2), subtitle, "small")

    def notes(self, width: float, notes: Iterable[str]) -> None:
        """Write notes, each from a new line on."""
        for note in filter(None, notes):
            for text in broken(note, width - 2 * MARGIN, SMALL):
                self.text(MARGIN, self.next(SMALL * LEADING), text, "small")

    def text(self, x: float, y: float, text: str, classes: str = "", fill: str = "") -> None:
        """Write one line of text."""
        if not text:
            return
        named = f' class="{classes}"' if classes else ""
        # A style, since a class would win over a plain attribute.
        coloured = f' style="fill: {fill}"' if fill else ""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}"{named}{coloured}>{safe(text)}</text>')

    def rule(self, columns: Sequence[_Column], colour: str) -> None:
        """Draw a line below all columns."""
        self.parts.append(line(columns[0].x, columns[-1].end, self.y, self.y, colour))


def line(x1: float, x2: float, y1: float, y2: float, colour: str, width: float = 1) -> str:
    """Return a straight line as SVG."""
    ends = f'x1="{x1:.1f}" x2="{x2:.1f}" y1="{y1:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"/>'


def _columns(grid: Grid) -> list[_Column]:
    """Return the place of each column; the first takes what its labels need."""
    columns, x = [], MARGIN
    for position, head in enumerate(grid.heads):
        entries = [line.entries[position] for line in grid.lines]
        one = _column(head, entries, x, first=position == 0)
        columns.append(one)
        x = one.end + _BETWEEN
    return columns


def _column(head: Head, entries: Sequence[Entry], x: float, *, first: bool) -> _Column:
    texts = [width_of(entry.text, SIZE, bold=entry.strong) for entry in entries]
    if head.is_picture:
        return _Column(head, x, 0.0, WIDE, 0.0)
    if head.is_text:
        widest = _WIDEST_LABEL if first else _WIDEST_TEXT
        return _Column(head, x, 0.0, min(max([*texts, 40.0]), widest), 0.0)
    size = SMALL if head.is_interval else SIZE
    number = max([width_of(entry.text, size, bold=entry.strong) for entry in entries], default=0.0)
    marks = max([width_of(f" {entry.marks}", SIZE, bold=True) for entry in entries], default=0.0)
    marks = marks if head.is_marked else 0.0
    longest = (_LONG_BAR if head.is_wide else _BAR) + _PADDING
    bar = longest if any(entry.bar is not None for entry in entries) else 0.0
    titles = broken(head.text, _WIDEST_HEAD, SIZE, bold=True)
    title = max(width_of(text, SIZE, bold=True) for text in titles)
    title += width_of(f" {head.letter}", SIZE, bold=True) if head.letter else 0.0
    return _Column(head, x, bar, max(number, title - bar - marks), marks)


def _head(body: Body, grid: Grid, columns: Sequence[_Column]) -> None:
    """Write the titles of the columns, folded ones aligned at the bottom, and a rule."""
    if grid.has_variables:
        y, before = body.next(SMALL * LEADING), ""
        for column in columns:
            if column.head.variable != before:
                body.text(column.x, y, column.head.variable, "small")
            before = column.head.variable
    titles = []
    for column in columns:
        room = max(_WIDEST_HEAD, column.end - column.x)
        *lines, last = broken(column.head.text, room, SIZE, bold=True)
        titles.append([*lines, f"{last} {column.head.letter}".strip()])
    most = max(map(len, titles), default=1)
    for texts in zip(*([""] * (most - len(lines)) + lines for lines in titles), strict=True):
        y = body.next(SIZE * LEADING)
        for column, text in zip(columns, texts, strict=True):
            left = column.head.is_text or column.bar > 0 or column.head.is_picture
            x, end = (column.x, "") if left else (column.right, " end")
            body.text(x, y, text, f"strong{end}", accent(column.head.accent))
    body.y += 3
    body.rule(columns, INK)
    body.y += 3


def _write_line(body: Body, columns: Sequence[_Column], line: Line) -> None:
    """Write one line of the table; a label that folds makes it higher."""
    folded = [
        broken(entry.text, column.number, SIZE) if column.head.is_text else [entry.text]
        for column, entry in zip(columns, line.entries, strict=True)
    ]
    most = max(map(len, folded), default=1)
    baselines = [body.next(SIZE * LEADING + (0 if at else 3)) for at in range(most)]
    for column, entry, texts in zip(columns, line.entries, folded, strict=True):
        if column.head.is_text:
            for y, text in zip(baselines, texts, strict=False):
                fill = accent(entry.accent) if entry.accent is not None else ""
                body.text(column.x, y, text, "quiet" if line.is_quiet else "", fill)
        else:
            _number(body, column, entry, baselines[0], quiet=line.is_quiet)


def _number(body: Body, column: _Column, entry: Entry, y: float, *, quiet: bool) -> None:
    if entry.dot is not None:
        body.parts += dot(column.x, y - 4, entry.dot)
    colour = column.head.accent if entry.accent is None else entry.accent
    if entry.bar:
        place = f'x="{column.x:.1f}" y="{y - _BAR_HEIGHT + 1:.1f}"'
        size = f'width="{(column.bar - _PADDING) * entry.bar:.1f}" height="{_BAR_HEIGHT:.1f}"'
        body.parts.append(f'<rect {place} {size} fill="{tint(colour)}"/>')
    classes = "end"
    classes += " small" if column.head.is_interval else " quiet" if quiet or entry.faint else ""
    classes += " strong" if entry.strong else ""
    body.text(column.right, y, entry.text, classes)
    if column.head.is_marked and entry.marks:
        x = column.right + width_of(" ", SIZE, bold=True)
        body.text(x, y, entry.marks, "strong", FAINT if quiet else accent(colour))


def dot(x: float, y: float, at: Dot) -> Iterator[str]:
    """Yield a rule at no difference, an interval as a line, and its value as a dot."""
    middle = x + WIDE / 2
    low, value, high = (middle + WIDE / 2 * max(-1.0, min(1.0, one)) for one in at)
    yield line(middle, middle, y - 8, y + 8, RULE)
    yield line(low, high, y, y, ACCENTS[0], 1.5)
    yield f'<circle cx="{value:.1f}" cy="{y:.1f}" r="4" fill="{ACCENTS[0]}"/>'
