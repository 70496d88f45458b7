"""Draw a slide into a deck: title, base line, chart or table, gaps, footnote, speaker notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from cxtui.messages import tr
from cxtui.output.deck.deck_file import Deck, layouts_of
from cxtui.output.deck.draw_chart import FAINT, INK, Tone, draw_chart, inner_box, name_frame, paint
from cxtui.output.deck.house_look import TITLES
from cxtui.output.deck.slide import Chart, Gaps, Part, Slide, TextCell, Texts

_WIDTH, _HEIGHT = Inches(13.333), Inches(7.5)
"""The size that places are given for; they grow with the slide of a template."""

_LEFT, _RIGHT = 0.6, 12.7
_GAPS = 2.5
_LINE, _LETTERS_A_LINE = 0.155, 205
"""The height of a line of the footnote in inches, and its letters."""

_LONG_TITLE, _LONG_ALIKE = 110, 26
_LONGEST_TITLE = 300
_APART = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}


@dataclass(frozen=True, slots=True)
class _Frame:
    """The size of a slide in EMU, and where the title ends, in inches of our slide."""

    width: int
    height: int
    top: float

    def place(self, left: float, top: float, width: float, height: float) -> Any:
        """Return a place in EMU for one in inches of our slide."""
        across, down = self.width / _WIDTH, self.height / _HEIGHT
        return (
            round(Inches(left) * across),
            round(Inches(top) * down),
            round(Inches(width) * across),
            round(Inches(height) * down),
        )


def draw_slide(deck: Deck, slide: Slide) -> None:
    """Add a slide behind the others."""
    layout = _title_layout(deck)
    page = deck.add_slide(layout)
    frame = _put_title(deck, page, slide)
    shapes = page.shapes
    lines = max(1, -(-len(slide.notes) // _LETTERS_A_LINE)) if slide.notes else 0
    end = 7.3 - _LINE * lines
    about = frame.place(_LEFT, frame.top, _RIGHT - _LEFT, 0.35)
    put_text(shapes, slide, Part.ABOUT, about, slide.about, 13, FAINT)
    _draw_body(shapes, slide, frame, frame.top + 0.45, end - 0.1)
    if slide.notes:
        foot = frame.place(_LEFT, end, _RIGHT - _LEFT, _LINE * lines)
        put_text(shapes, slide, Part.NOTES, foot, slide.notes, 9, FAINT)
    if slide.replay:
        page.notes_slide.notes_text_frame.text = replay_line(slide)


def replay_line(slide: Slide) -> str:
    """Return the line of the speaker notes that prints the numbers again."""
    return tr("This chart again: {}", slide.replay)


def _title_layout(deck: Deck) -> Any:
    """Return the layout with a title and the least else; else the emptiest one."""

    def others(layout: Any) -> tuple[bool, int]:
        kinds = [one.placeholder_format.type for one in _own_placeholders(layout)]
        return not TITLES.intersection(kinds), len(kinds)

    return min(layouts_of(deck), key=others)


def _own_placeholders(page: Any) -> list[Any]:
    """Return the placeholders of a page without date, footer and number, which stand apart."""
    return [one for one in page.placeholders if one.placeholder_format.type not in _APART]


def _put_title(deck: Deck, page: Any, slide: Slide) -> _Frame:
    """Write the headline; return what is left of the page."""
    width, height = deck.presentation.slide_width, deck.presentation.slide_height
    frame = _Frame(width, height, 1.3)
    title = page.shapes.title
    for one in _own_placeholders(page):
        if title is None or one.shape_id != title.shape_id:
            one._element.getparent().remove(one._element)
    if title is None:
        title = page.shapes.add_textbox(*frame.place(_LEFT, 0.35, _RIGHT - _LEFT, 0.9))
        title.text_frame.word_wrap = True
        title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    elif title.top + title.height > height * 0.35:
        title.left, title.top, title.width, title.height = frame.place(0.6, 0.35, 12.1, 0.9)
    title.text_frame.text = slide.title[:_LONGEST_TITLE]
    if len(slide.title) > _LONG_TITLE:
        title.text_frame.paragraphs[0].runs[0].font.size = Pt(18)
    bottom = (title.top + title.height) / height * 7.5
    return _Frame(width, height, bottom + 0.05)


def _draw_body(shapes: Any, slide: Slide, frame: _Frame, top: float, end: float) -> None:
    """Draw the chart with what stands right of it and below it, or the table."""
    if slide.chart is Chart.TABLE:
        whole = frame.place(_LEFT, top, _width_of(slide.table, 3.6), end - top)
        name_frame(slide, put_table(shapes, slide, Part.CHART, whole, slide.table, 0.3))
        return
    if slide.below:
        height = min(0.27 * len(slide.below) + 0.2, (end - top) / 2)
        end -= height + 0.1
        place = frame.place(_LEFT, end + 0.1, _width_of(slide.below, 2.6), height)
        put_table(shapes, slide, Part.BELOW, place, slide.below, 0.27)
    if slide.chart is not Chart.LINES:  # a bar is no higher than it has to be
        bars = len(slide.categories)
        height = 1.15 * bars if slide.chart is Chart.STACKED else 0.7 * bars * len(slide.series)
        end = min(end, top + 0.8 + height)
    right = _RIGHT - (_gaps_width(slide.gaps) + 0.2 if slide.gaps else 0)
    draw_chart(slide, shapes, frame.place(_LEFT, top, right - _LEFT, end - top))
    if slide.gaps:
        _draw_gaps(shapes, slide, slide.gaps, frame, top, end)


def _width_of(lines: Texts, labels: float) -> float:
    return min(_RIGHT - _LEFT, labels + 1.4 * (len(lines[0]) - 1))


def _gaps_width(gaps: Gaps) -> float:
    return 3.4 if gaps.are_named else _GAPS


def _draw_gaps(
    shapes: Any, slide: Slide, gaps: Gaps, frame: _Frame, top: float, end: float
) -> None:
    """Draw the gaps right of a chart, each beside its bars."""
    left, width = _RIGHT - _gaps_width(gaps), _gaps_width(gaps) + 0.4
    height = end - top
    _, above, _, inner = inner_box(slide, frame.place(0, 0, 0, height)[3])
    heading = shapes.add_textbox(*frame.place(left, top, width, above * height))
    fill_gap_heading(heading, slide, gaps)
    place = frame.place(left, top + above * height, width, inner * height)
    put_table(shapes, slide, Part.GAPS, place, gaps.lines, inner * height / len(gaps.lines))


def fill_gap_heading(box: Any, slide: Slide, gaps: Gaps) -> None:
    """Write which columns the gaps are of, and their unit."""
    frame = _frame_of(box)
    for text, size, strong, tone in (
        (gaps.title, 12 if len(gaps.title) < _LONG_ALIKE else 10, True, INK),
        (gaps.unit, 9, False, FAINT),
    ):
        is_first = not frame.paragraphs[0].runs
        paragraph = frame.paragraphs[0] if is_first else frame.add_paragraph()
        _run(paragraph, text, size, tone, strong=strong)
    box.name = str(slide.name.of_part(Part.GAPS).marked(frame.text))


def put_text(
    shapes: Any, slide: Slide, part: Part, place: Any, text: str, size: float, tone: Tone
) -> None:
    """Add a text of one paragraph."""
    box = shapes.add_textbox(*place)
    frame = _frame_of(box)
    _run(frame.paragraphs[0], text, size, tone)
    box.name = str(slide.name.of_part(part).marked(frame.text))


def _frame_of(box: Any) -> Any:
    frame = box.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def _run(paragraph: Any, text: str, size: float, tone: Tone, *, strong: bool = False) -> None:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(size), strong
    paint(tone, run.font.color)


def put_table(
    shapes: Any, slide: Slide, part: Part, place: Any, lines: Texts, height: float
) -> Any:
    """Add a small table without lines and fills; a line is `height` inches high at most."""
    left, top, width, most = place
    each = min(Inches(height), most // len(lines))
    frame = shapes.add_table(len(lines), len(lines[0]), left, top, width, each * len(lines))
    frame.name = str(slide.name.of_part(part))
    table = frame.table
    properties = table._tbl.tblPr
    properties.set("bandRow", "0")
    properties.set("firstRow", "0")
    for row in table.rows:
        row.height = each
    _share_width(table, width)
    size = min(12.0 if part is Part.GAPS else 11.0, max(6.0, each / Pt(1) * 0.62))
    for row, line in zip(table.rows, lines, strict=True):
        for at, (cell, one) in enumerate(zip(row.cells, line, strict=True)):
            fill_cell(cell, one, size, is_first=at == 0 and len(line) > 1, part=part)
    return frame


def _share_width(table: Any, width: int) -> None:
    """Give the first column the room of labels, and the others an equal share."""
    columns = list(table.columns)
    if len(columns) > 1:
        first = max(width - round(Inches(1.4)) * (len(columns) - 1), round(Inches(1.6)))
        first = min(first, width // 2)
        for at, column in enumerate(columns):
            column.width = first if at == 0 else (width - first) // (len(columns) - 1)


def fill_cell(cell: Any, one: TextCell, size: float, *, is_first: bool, part: Part) -> None:
    """Write a cell of a table."""
    cell.fill.background()
    cell.margin_top = cell.margin_bottom = 0
    cell.margin_left = cell.margin_right = Inches(0.04)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    if not (is_first or part is Part.GAPS):
        paragraph.alignment = PP_ALIGN.RIGHT
    _run(paragraph, one.text, size, FAINT if one.is_faint else INK, strong=one.is_strong)
