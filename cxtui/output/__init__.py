"""A Table leaves the house: one function a format, the same for keys and command line."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.errors import ExportError

if TYPE_CHECKING:
    from cxtui.analysis.tables.table import Table


class Format(StrEnum):
    """What a table is written as."""

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
    def is_text(self) -> bool:
        """Whether a terminal can show it."""
        return self not in {Format.XLSX, Format.PARQUET}

    @property
    def ending(self) -> str:
        """What a file of this format ends in."""
        return next(ending for ending, one in _ENDINGS.items() if one is self)


class Shape(StrEnum):
    """`wide` is the table as seen, `tidy` one row a cell, `chart` a picture of bars and gaps."""

    WIDE = "wide"
    TIDY = "tidy"
    CHART = "chart"


_ENDINGS = {
    ".txt": Format.TEXT,
    ".csv": Format.CSV,
    ".tsv": Format.TSV,
    ".json": Format.JSON,
    ".md": Format.MARKDOWN,
    ".html": Format.HTML,
    ".xlsx": Format.XLSX,
    ".parquet": Format.PARQUET,
    ".svg": Format.SVG,
    ".htm": Format.HTML,
}
_ROOMS = {Format.TSV: "csv"}
_ROWS_ALONE = frozenset({Format.CSV, Format.TSV})
"""The formats that cannot carry the command which prints the table again."""


_SHAPES = {
    Format.JSON: (),
    Format.PARQUET: (Shape.TIDY,),
    Format.SVG: (Shape.WIDE, Shape.CHART),
}
"""The shapes of the formats that have others than the two; JSON holds everything in one."""


def shapes_of(format_: Format) -> tuple[Shape, ...]:
    """Return the shapes in which one table can be written, the usual one first."""
    return _SHAPES.get(format_, (Shape.WIDE, Shape.TIDY))


def shape_for(format_: Format, asked: Shape | None) -> Shape:
    """Return the shape that is asked for, else the usual one.

    Raises `ExportError` where the format has no such shape.
    """
    possible = shapes_of(format_)
    if asked is Shape.CHART:
        _require_picture(format_)
    elif asked and possible and asked not in possible:
        raise ExportError(f"no {format_} is {asked}: it takes --shape {' or '.join(possible)}")
    return asked or (*possible, Shape.WIDE)[0]


def render(table: Table, format_: Format, shape: Shape = Shape.WIDE, *, replay: str = "") -> bytes:
    """Return `table` in a format; only that format's room is loaded.

    `replay` is the command that prints it again, for the formats that can carry it. Raises
    `ExportError` for a chart in a format that is no picture.
    """
    if shape is Shape.CHART:
        return _chart(table, format_, replay)
    room = import_module(f"cxtui.output.writers.{_ROOMS.get(format_, format_.value)}_writer")
    write: Callable[..., bytes] = getattr(room, f"to_{format_}")
    carried = {} if format_ in _ROWS_ALONE else {"replay": replay}
    return write(table, tidy=shape is Shape.TIDY, **carried)


def _chart(table: Table, format_: Format, replay: str) -> bytes:
    _require_picture(format_)
    from cxtui.output.writers.svg_writer import to_svg_chart

    return to_svg_chart(table, replay=replay)


def _require_picture(format_: Format) -> None:
    if format_ is not Format.SVG:
        raise ExportError(f"a chart is a picture, and {format_} is none: take svg")


def format_of(path: Path) -> Format:
    """Return the format that a file's ending asks for; raises `ExportError` where none does."""
    try:
        return _ENDINGS[path.suffix.lower()]
    except KeyError:
        known = ", ".join(_ENDINGS)
        raise ExportError(f"{path}: an ending says the format; it takes {known}") from None
