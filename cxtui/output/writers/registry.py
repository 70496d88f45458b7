"""The one registry of what a result is written as.

A new export is one file in this package with a function `(document, shape) -> bytes`, and here a
member of `Format` and its entry in `_WRITERS`: the command line, the export screen and the library
offer what they find here. A writer is loaded when it is first used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.errors import ExportError

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

    @property
    def writer(self) -> Writer:
        """The entry of this format in the registry."""
        return _WRITERS[self]

    @property
    def ending(self) -> str:
        """The usual ending of a file of this format."""
        return self.writer.endings[0]


class Shape(StrEnum):
    """`wide` is the table as seen, `tidy` one row a cell, `chart` a picture of bars and gaps."""

    WIDE = "wide"
    TIDY = "tidy"
    CHART = "chart"


class Content(Enum):
    """What a document holds: it decides which shapes a format offers."""

    TABLE = "one table"
    TABLES = "the tables of several questions"
    VIEWS = "the tables of several saved views, of which two may have one question"
    LIST = "a list of rows, as of questions or gaps"
    TREND = "one question over its waves: a list that has a chart"

    @property
    def is_set(self) -> bool:
        """Whether it holds several tables."""
        return self in {Content.TABLES, Content.VIEWS}

    @property
    def is_list(self) -> bool:
        """Whether it holds rows, which are no cells of a table."""
        return self in {Content.LIST, Content.TREND}


Write = Callable[["Document", Shape], bytes]


@dataclass(frozen=True, slots=True)
class Writer:
    """How one format is written.

    `help` says in a few words what it is good for. The first of `endings` is the usual one of a
    file. `load` imports the function that writes. `shapes` are those of one table, the usual one
    first; none where the one shape holds everything. A list is written in `shape_of_list`. Binary
    formats (`is_text` false) are no use on a terminal, and those of rows alone (`has_notes`
    false) carry neither notes nor the command that prints the result again.
    """

    help: str
    endings: tuple[str, ...]
    load: Callable[[], Write]
    shapes: tuple[Shape, ...] = (Shape.WIDE, Shape.TIDY)
    shape_of_list: Shape = Shape.WIDE
    is_text: bool = True
    has_notes: bool = True

    @property
    def is_picture(self) -> bool:
        """Whether it draws, and so holds one table."""
        return Shape.CHART in self.shapes


def _text() -> Write:
    from cxtui.output.writers.text_writer import write_text

    return write_text


def _csv() -> Write:
    from cxtui.output.writers.csv_writer import write_csv

    return write_csv


def _tsv() -> Write:
    from cxtui.output.writers.csv_writer import write_tsv

    return write_tsv


def _json() -> Write:
    from cxtui.output.writers.json_writer import write_json

    return write_json


def _markdown() -> Write:
    from cxtui.output.writers.markdown_writer import write_markdown

    return write_markdown


def _html() -> Write:
    from cxtui.output.writers.html_writer import write_html

    return write_html


def _xlsx() -> Write:
    from cxtui.output.writers.xlsx_writer import write_xlsx

    return write_xlsx


def _parquet() -> Write:
    from cxtui.output.writers.parquet_writer import write_parquet

    return write_parquet


def _svg() -> Write:
    from cxtui.output.writers.svg_writer import write_svg

    return write_svg


_WRITERS = {
    Format.TEXT: Writer("as the screen shows it, 100 columns", (".txt",), _text),
    Format.CSV: Writer(
        "numbers alone, for any program",
        (".csv",),
        _csv,
        shape_of_list=Shape.TIDY,
        has_notes=False,
    ),
    Format.TSV: Writer(
        "numbers alone, parted by tabs",
        (".tsv",),
        _tsv,
        shape_of_list=Shape.TIDY,
        has_notes=False,
    ),
    Format.JSON: Writer("everything that i shows", (".json",), _json, shapes=()),
    Format.MARKDOWN: Writer(
        "for a readme or a wiki", (".md",), _markdown, shape_of_list=Shape.TIDY
    ),
    Format.HTML: Writer("a page for a report, fit to print", (".html", ".htm"), _html),
    Format.XLSX: Writer(
        "an Excel workbook", (".xlsx",), _xlsx, shape_of_list=Shape.TIDY, is_text=False
    ),
    Format.PARQUET: Writer(
        "tidy columns for a data frame",
        (".parquet",),
        _parquet,
        shapes=(Shape.TIDY,),
        shape_of_list=Shape.TIDY,
        is_text=False,
    ),
    Format.SVG: Writer("a picture for a report", (".svg",), _svg, shapes=(Shape.WIDE, Shape.CHART)),
}


def shapes_of(format_: Format, content: Content = Content.TABLE) -> tuple[Shape, ...]:
    """Return the shapes that a format offers, the usual one first; none where there is one."""
    writer = format_.writer
    if content.is_list:
        return writer.shapes if content is Content.TREND and writer.is_picture else ()
    if content.is_set and not writer.has_notes:
        return (Shape.TIDY,)
    return writer.shapes


def formats_of(content: Content) -> tuple[Format, ...]:
    """Return the formats that can hold a document."""
    return tuple(one for one in Format if not (content.is_set and one.writer.is_picture))


def shape_for(format_: Format, asked: Shape | None, content: Content = Content.TABLE) -> Shape:
    """Return the shape that is asked for, else the usual one.

    Raises `ExportError` where the format has no such shape, or cannot hold several tables.
    """
    writer, possible = format_.writer, shapes_of(format_, content)
    if content.is_set and (writer.is_picture or asked is Shape.CHART):
        raise ExportError("a picture holds one table: take html or xlsx for several")
    if content.is_set and asked is Shape.WIDE and not writer.has_notes:
        raise ExportError(
            f"wide {format_} holds one table: take --shape tidy, or xlsx for a sheet each"
        )
    if asked is Shape.CHART and not writer.is_picture:
        raise ExportError(f"a chart is a picture, and {format_} is none: take svg")
    if content.is_list and asked not in possible:
        if asked:
            raise ExportError(f"only a table has shapes: leave out {asked.value!r}")
        return writer.shape_of_list
    if asked and possible and asked not in possible:
        raise ExportError(f"no {format_} is {asked}: it takes --shape {' or '.join(possible)}")
    return asked or (*possible, Shape.WIDE)[0]


def format_of(path: Path) -> Format:
    """Return the format that a file's ending asks for; raises `ExportError` where none does."""
    by_ending = {ending: one for one in Format for ending in one.writer.endings}
    try:
        return by_ending[path.suffix.lower()]
    except KeyError:
        known = ", ".join(sorted(by_ending, key=lambda one: one != by_ending[one].ending))
        raise ExportError(f"{path}: an ending says the format; it takes {known}") from None
