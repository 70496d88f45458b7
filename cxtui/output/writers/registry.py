"""The registry of formats: what each can hold, and the function that writes it.

A new export is one file in this package with a function `(document, shape) -> bytes`, and here a
member of `Format`, its entry in `_WRITERS` and its case in `load_writer`: the command line, the
export screen and the library offer the formats listed here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.errors import ExportError
from cxtui.messages import tr

if TYPE_CHECKING:
    from cxtui.output.document import Document


class Format(StrEnum):
    """What a result is written as."""

    TEXT = "text"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    XLSX = "xlsx"
    PARQUET = "parquet"
    SVG = "svg"
    PPTX = "pptx"

    @property
    def writer(self) -> Writer:
        """The entry of this format in the registry."""
        return _WRITERS[self]

    @property
    def ending(self) -> str:
        """The usual ending of a file of this format."""
        return self.writer.endings[0]

    @property
    def shape_of_ranking(self) -> Shape:
        """How a ranking is written: as seen, or as typed rows for programs."""
        return Shape.TIDY if self in _FOR_PROGRAMS else Shape.WIDE


class Shape(StrEnum):
    """`wide` is the table as seen, `tidy` one row a cell, `chart` a picture of bars and gaps.

    A ranking has a row a question, or a row an answer.
    """

    WIDE = "wide"
    TIDY = "tidy"
    CHART = "chart"
    QUESTIONS = "questions"
    ANSWERS = "answers"


class Content(Enum):
    """What a document holds: it decides which shapes a format offers."""

    TABLE = "one table"
    TABLES = "tables of several questions"
    VIEWS = "tables of saved views, of which two may be of one question"
    BOOK = "a book of tables"
    BRIEF = "a brief"
    LIST = "rows, as of questions"
    RANKING = "questions that are compared, with their answers"
    TREND = "one question over its waves: rows that have a chart"

    @property
    def is_set(self) -> bool:
        """Whether it holds several tables."""
        return self in {Content.TABLES, Content.VIEWS, Content.BOOK}

    @property
    def is_list(self) -> bool:
        """Whether it holds rows that are not cells of a table."""
        return self in {Content.LIST, Content.TREND}


Write = Callable[["Document", Shape], bytes]


@dataclass(frozen=True, slots=True)
class Writer:
    """What one format can hold.

    `help` says in a few words what the format is good for. The first of `endings` is the usual
    one of a file. `shapes` are those of one table, the usual one first; none where the only shape
    holds everything. A list is written in `shape_of_list`. Binary formats (`is_text` false) are of
    no use on a terminal; formats without notes (`has_notes` false) carry neither notes nor the
    command that prints the result again.
    """

    help: str
    endings: tuple[str, ...]
    shapes: tuple[Shape, ...] = (Shape.WIDE, Shape.TIDY)
    shape_of_list: Shape = Shape.WIDE
    is_text: bool = True
    has_notes: bool = True

    @property
    def is_picture(self) -> bool:
        """Whether the format is drawn, and so holds one table."""
        return Shape.CHART in self.shapes


_WRITERS = {
    Format.TEXT: Writer("as the screen shows it, 100 columns", (".txt",)),
    Format.CSV: Writer(
        "numbers alone, for any program", (".csv",), shape_of_list=Shape.TIDY, has_notes=False
    ),
    Format.TSV: Writer(
        "numbers alone, parted by tabs", (".tsv",), shape_of_list=Shape.TIDY, has_notes=False
    ),
    Format.JSON: Writer("everything that i shows", (".json",), shapes=()),
    Format.MARKDOWN: Writer("for a readme or a wiki", (".md",), shape_of_list=Shape.TIDY),
    Format.HTML: Writer("a page for a report, fit to print", (".html", ".htm")),
    Format.XLSX: Writer("an Excel workbook", (".xlsx",), shape_of_list=Shape.TIDY, is_text=False),
    Format.PARQUET: Writer(
        "tidy columns for a data frame",
        (".parquet",),
        shapes=(Shape.TIDY,),
        shape_of_list=Shape.TIDY,
        is_text=False,
    ),
    Format.SVG: Writer("a picture for a report", (".svg",), shapes=(Shape.WIDE, Shape.CHART)),
    Format.PPTX: Writer("slides with charts to edit", (".pptx",), shapes=(), is_text=False),
}


_HELD_BY = {
    Content.BOOK: (Format.XLSX, Format.PPTX, Format.HTML, Format.MARKDOWN, Format.JSON),
    Content.BRIEF: (Format.HTML, Format.MARKDOWN, Format.JSON),
}
"""The formats of what not every format can hold."""

OF_RESULTS = tuple(one for one in Format if one is not Format.PPTX)
"""The formats of a single result; slides are made of a tab plan alone."""

_FOR_PROGRAMS = frozenset({Format.CSV, Format.TSV, Format.XLSX, Format.PARQUET})


def load_writer(format_: Format) -> Write:
    """Import the function that writes a format."""
    match format_:
        case Format.TEXT:
            from cxtui.output.writers.text_writer import write_text as write
        case Format.CSV:
            from cxtui.output.writers.csv_writer import write_csv as write
        case Format.TSV:
            from cxtui.output.writers.csv_writer import write_tsv as write
        case Format.JSON:
            from cxtui.output.writers.json_writer import write_json as write
        case Format.MARKDOWN:
            from cxtui.output.writers.markdown_writer import write_markdown as write
        case Format.HTML:
            from cxtui.output.writers.html_writer import write_html as write
        case Format.XLSX:
            from cxtui.output.writers.xlsx_writer import write_xlsx as write
        case Format.PARQUET:
            from cxtui.output.writers.parquet_writer import write_parquet as write
        case Format.SVG:
            from cxtui.output.writers.svg_writer import write_svg as write
        case Format.PPTX:
            from cxtui.output.writers.deck_writer import write_deck as write
    return write


def shapes_of(format_: Format, content: Content = Content.TABLE) -> tuple[Shape, ...]:
    """Return the shapes that a format offers, the usual one first; none where there is one."""
    writer = format_.writer
    if content in _HELD_BY:
        return ()
    if content is Content.RANKING:
        if not writer.shapes:  # JSON has both
            return ()
        shapes = Shape.QUESTIONS, Shape.ANSWERS
        return shapes[::-1] if format_ in _FOR_PROGRAMS else shapes
    if content.is_list:
        return writer.shapes if content is Content.TREND and writer.is_picture else ()
    if content.is_set and not writer.has_notes:
        return (Shape.TIDY,)
    return writer.shapes


def formats_of(content: Content) -> tuple[Format, ...]:
    """Return the formats that can hold a document."""
    if content in _HELD_BY:
        return _HELD_BY[content]
    return tuple(one for one in OF_RESULTS if not (content.is_set and one.writer.is_picture))


def shape_for(format_: Format, asked: Shape | None, content: Content = Content.TABLE) -> Shape:
    """Return the shape asked for, else the usual one.

    Raises `ExportError` where the format has no such shape, or cannot hold several tables.
    """
    writer, possible = format_.writer, shapes_of(format_, content)
    if content in _HELD_BY and format_ not in formats_of(content):
        listed = ", ".join(formats_of(content))
        raise ExportError("{} cannot hold {}: take {}", format_, tr(content.value), listed)
    if content not in _HELD_BY and format_ not in OF_RESULTS:
        raise ExportError("{} holds the tables of a tab plan: cxtui plan PLAN FILE -o OUT", format_)
    if content.is_set and (writer.is_picture or asked is Shape.CHART):
        raise ExportError("a picture holds one table: take html or xlsx for several")
    if content.is_set and asked is Shape.WIDE and not writer.has_notes:
        raise ExportError(
            "wide {} holds one table: take --shape tidy, or xlsx for a sheet each", format_
        )
    if asked is Shape.CHART and not writer.is_picture:
        raise ExportError("a chart is a picture, and {} is none: take svg", format_)
    if content.is_list and asked not in possible:
        if asked:
            raise ExportError("only a table has shapes: leave out {!r}", asked.value)
        return writer.shape_of_list
    if asked and possible and asked not in possible:
        listed = " or ".join(possible)
        raise ExportError("no {} is {}: it takes --shape {}", format_, asked, listed)
    return asked or (*possible, Shape.WIDE)[0]


def format_of(path: Path) -> Format:
    """Return the format of a file's ending; raises `ExportError` for an unknown one."""
    by_ending = {ending: one for one in Format for ending in one.writer.endings}
    try:
        return by_ending[path.suffix.lower()]
    except KeyError:
        known = ", ".join(sorted(by_ending, key=lambda one: one != by_ending[one].ending))
        raise ExportError("{}: an ending says the format; it takes {}", path, known) from None
