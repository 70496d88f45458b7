"""Update a deck by its data alone: what people moved, coloured and wrote stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from cxtui.messages import tr, tr_some
from cxtui.output.book.book_table import BookTable
from cxtui.output.deck.deck_file import Deck
from cxtui.output.deck.draw_chart import (
    FAINT,
    INK,
    can_take_data,
    name_frame,
    paint,
    replace_numbers,
)
from cxtui.output.deck.draw_slide import draw_slide, replay_line
from cxtui.output.deck.shape_slide import slide_of, slides_of
from cxtui.output.deck.slide import Chart, Part, ShapeName, Slide, TextCell, Texts, read_name

_MOST_SLIDES = 12
"""Slides with edited texts that are named."""


@dataclass(frozen=True, slots=True)
class DeckUpdate:
    """An updated deck: its content, how many charts have new numbers, were added, were left."""

    content: bytes
    updated: int = 0
    added: int = 0
    gone: int = 0
    """Charts of questions that the survey does not have."""
    changed: int = 0
    """Charts that have become another kind, which takes no such numbers."""
    edited: tuple[int, ...] = ()
    """The slides, from 1, with texts around a chart that somebody edited, and that stay."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A shape of ours on a page of the deck."""

    page: Any
    shape: Any
    name: ShapeName

    @property
    def is_edited(self) -> bool:
        """Whether its text is another than it was given."""
        is_text = self.name.part is not Part.CHART and self.shape.has_text_frame
        return is_text and self.name.is_edited(self.shape.text_frame.text)

    def mark(self) -> None:
        """Note which text it has now."""
        if self.name.part is not Part.CHART and self.shape.has_text_frame:
            self.shape.name = str(self.name.marked(self.shape.text_frame.text))


def names_in(deck: Deck) -> tuple[ShapeName, ...]:
    """Return the names of the charts and tables of a deck that are ours, each once."""
    return tuple(dict.fromkeys(one.name for one in _charts(deck)))


def update_deck(
    deck: Deck,
    found: Mapping[ShapeName, BookTable],
    planned: Iterable[BookTable],
) -> DeckUpdate:
    """Write new numbers into the charts of a deck, and add slides that it does not have.

    `found` are the tables of the charts that are in the deck, by their names. `planned` are the
    tables of the plan.
    """
    shown, added = {id(one) for one in found.values()}, 0
    counts = dict.fromkeys(("updated", "gone", "changed"), 0)
    edited = _edited(deck, found)
    for one in list(_charts(deck)):
        table = found.get(one.name)
        counts[_updated(one, table)] += 1
    for slide, table in zip(slides_of(planned), planned, strict=True):
        if id(table) not in shown:
            draw_slide(deck, slide)
            added += 1
    return DeckUpdate(deck.saved(), added=added, edited=edited, **counts)


def _edited(deck: Deck, found: Mapping[ShapeName, BookTable]) -> tuple[int, ...]:
    """Return the slides on which somebody edited a text around a chart that has new numbers."""
    return tuple(
        number
        for number, page in enumerate(deck.slides, 1)
        if any(one.is_edited and one.name.of_part(Part.CHART) in found for one in _ours(page))
    )


def _charts(deck: Deck) -> Iterator[_Found]:
    """Yield the charts and tables of ours, also those in groups and copies."""
    for page in deck.slides:
        yield from (one for one in _ours(page) if one.name.part is Part.CHART)


def _ours(page: Any) -> Iterator[_Found]:
    for shape in _within(page.shapes):
        if name := read_name(shape.name):
            yield _Found(page, shape, name)


def _within(shapes: Iterable[Any]) -> Iterator[Any]:
    for one in shapes:
        if hasattr(one, "shapes"):
            yield from _within(one.shapes)
        else:
            yield one


def _updated(one: _Found, table: BookTable | None) -> str:
    """Write the numbers of a table into a chart and what belongs to it; return what was done."""
    shape = one.shape
    if table is None or table.table is None:
        return "gone"
    has_table = bool(shape.has_table)
    if not has_table and not (shape.has_chart and can_take_data(shape.chart)):
        return "changed"
    slide = slide_of(table, one.name, is_table=has_table)
    if has_table:
        _rewrite_table(shape.table, slide.table)
        name_frame(slide, shape)
    elif slide.chart is Chart.TABLE:
        return "changed"
    else:
        replace_numbers(slide, shape)
    _rewrite_texts(one, slide)
    return "updated"


def _rewrite_texts(one: _Found, slide: Slide) -> None:
    """Write the texts that belong to a chart anew, each in the look that it has."""
    for other in _ours(one.page):
        if other.name.of_part(Part.CHART) == slide.name and not other.is_edited:
            _REWRITE[other.name.part](slide, other.shape)
            other.mark()
    if one.page.has_notes_slide and slide.replay:
        frame = one.page.notes_slide.notes_text_frame
        before = replay_line(slide).removesuffix(slide.replay)
        for paragraph in frame.paragraphs if frame is not None else ():
            if "".join(run.text for run in paragraph.runs).startswith(before):
                _rewrite(paragraph, replay_line(slide))


def _rewrite_gaps(slide: Slide, shape: Any) -> None:
    gaps = slide.gaps
    if shape.has_text_frame:
        texts = (gaps.title, gaps.unit) if gaps else ("", "")
        for paragraph, text in zip(shape.text_frame.paragraphs, texts, strict=False):
            _rewrite(paragraph, text)
    elif getattr(shape, "has_table", False):
        _rewrite_table(shape.table, gaps.lines if gaps else ((TextCell(),),))


def _rewrite_below(slide: Slide, shape: Any) -> None:
    if getattr(shape, "has_table", False):
        _rewrite_table(shape.table, slide.below or ((TextCell(),),))


def _text_of(wanted: Callable[[Slide], str]) -> Callable[[Slide, Any], None]:
    def rewrite(slide: Slide, shape: Any) -> None:
        if shape.has_text_frame:
            _rewrite(shape.text_frame.paragraphs[0], wanted(slide))

    return rewrite


def _leave(_: Slide, __: Any) -> None:
    """Leave the chart itself, which has its numbers already."""


_REWRITE: Mapping[Part, Callable[[Slide, Any], None]] = {
    Part.CHART: _leave,
    Part.ABOUT: _text_of(lambda slide: slide.about),
    Part.NOTES: _text_of(lambda slide: slide.notes),
    Part.GAPS: _rewrite_gaps,
    Part.BELOW: _rewrite_below,
}


def _rewrite(paragraph: Any, text: str) -> None:
    """Give a paragraph another text in the look of its first run."""
    runs = list(paragraph.runs) or [paragraph.add_run()]
    runs[0].text = text
    for one in runs[1:]:
        paragraph._p.remove(one._r)


def _rewrite_table(table: Any, lines: Texts) -> None:
    """Give a table other texts, with as many lines and columns as they need."""
    grid, rows = table._tbl.tblGrid, table._tbl.tr_lst
    for columns in (grid, *rows):
        cells = [one for one in columns if one.tag.endswith(("}gridCol", "}tc"))]
        _resize(columns, cells, len(lines[0]))
    _resize(table._tbl, rows, len(lines))
    for row, line in zip(table.rows, lines, strict=True):
        for cell, one in zip(row.cells, line, strict=True):
            paragraph = cell.text_frame.paragraphs[0]
            _rewrite(paragraph, one.text)
            font = paragraph.runs[0].font
            if bool(font.bold) != one.is_strong:
                font.bold = one.is_strong
                paint(FAINT if one.is_faint else INK, font.color)


def _resize(parent: Any, parts: list[Any], wanted: int) -> None:
    """Leave as many parts as wanted; further ones are like the last."""
    for one in parts[wanted:]:
        parent.remove(one)
    last = parts[-1]
    for _ in range(wanted - len(parts)):
        copy = deepcopy(last)
        last.addnext(copy)
        last = copy


def said_of(update: DeckUpdate) -> str:
    """Return in one line what was done to a deck."""
    said = [tr("{:,} updated, {:,} new", update.updated, update.added)]
    if update.gone:
        said.append(tr("{:,} left alone (their question is not in the survey)", update.gone))
    if update.changed:
        said.append(tr("{:,} left alone (they have become another kind of chart)", update.changed))
    if update.edited:
        slides = tr_some([str(one) for one in update.edited], _MOST_SLIDES)
        said.append(tr("texts that were edited stay: look at slides {}", slides))
    return ", ".join(said)
