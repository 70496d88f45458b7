"""Reader of delimited text (CSV, TSV and similar) with the headers of survey platforms."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TextIO

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import SourceError, engine_errors, first_line
from cxtui.messages import tr
from cxtui.sources.locate import COMPRESSED, is_compressed_text
from cxtui.sources.readers.below_data import rows_below_note
from cxtui.sources.readers.date_columns import convert_serial_dates
from cxtui.sources.readers.delimited.cell_types import typed_columns
from cxtui.sources.readers.delimited.encoding import decode_text, is_packed
from cxtui.sources.readers.delimited.first_rows import beginning, detect_delimiter, first_rows
from cxtui.sources.readers.delimited.header import Header, read_header, with_row_names
from cxtui.sources.readers.delimited.held_text import held_text
from cxtui.sources.readers.delimited.last_row import truncation_notes
from cxtui.sources.readers.delimited.rows_below import cut_rows_below
from cxtui.sources.readers.delimited.scan_cells import (
    count_lines,
    drop_rows,
    empty_rows,
    scan_cells,
)
from cxtui.sources.readers.text_columns import Words, convert_texts, first_texts, text_columns
from cxtui.sources.reading_progress import announce_step
from cxtui.sources.source import Source, empty_rows_note, require_columns, require_memory
from cxtui.survey.file_columns import column_pattern

_MOST_LINES = 1_000
"""Lines of a cell that is still an answer."""
_THREE_DIGITS = r"^\s*-?\d{1,3}(,\d{3})?\s*$"
_GROUPED = r"^\s*-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?\s*$"
_COMMA_FREE = ";\t|"
"""Delimiters that allow decimal commas."""

_COMMA_NUMBER = re.compile(r"\s*-?[\d.]+,(\d{1,2}|\d{4,})\s*$")
_THOUSANDS = re.compile(r"\s*-?\d{1,3}(\.\d{3})+\s*$")
_FORMULA = re.compile(
    rb'(?m)(^|[;,\t])(?:="([^";,\t\r\n]*)"|"=""([^";,\t\r\n]*)""")(?=[;,\t\r\n]|\Z)'
)
"""A cell that a spreadsheet shall take for text: `="2"`."""

_LINES = re.compile(rb'(?:[^"\r]++|"[^"]*+(?:"|\Z))++|\r\n?')
"""A text without line ends but for those in quotes, or a line end that is not a line feed alone."""
_CELL_BYTES = 16
"""Memory of a cell, which may be empty, in the table of all cells as texts."""


@dataclass(frozen=True, slots=True)
class _DelimitedText:
    """The text of one file for Polars, its header, the first rows below, notes on its encoding.

    `is_converted` says that the content is not the file's own.
    """

    file: Path
    content: Path | bytes
    is_converted: bool
    delimiter: str
    header: Header
    rows: tuple[list[str], ...]
    notes: tuple[str, ...]


def read_delimited(files: tuple[Path, ...], kept: Collection[str] = ()) -> Source:
    """Return the source of a CSV or TSV file, lazy if it is very large, with its header's labels.

    Raises `SourceError` if the file is empty, is not text, or has rows with too many cells.
    """
    file = files[0]
    if file.suffix.lower() in COMPRESSED and not is_compressed_text(file):
        raise SourceError("{} is no compressed .csv or .tsv: unpack it first", file)
    with held_text(file) as held:
        return _source_of(files, _read_text(file, held), kept)


def _source_of(files: tuple[Path, ...], text: _DelimitedText, kept: Collection[str]) -> Source:
    """Return the source of a text, parsed."""
    announce_step(files, "Parsing the cells of {} …", files[0].name)
    cut_off = truncation_notes(text.content, text.delimiter, text.rows, len(text.header.columns))
    frame, dropped = _scan(text)
    announce_step(files, "Looking for dates and decimal commas …")
    labels = text.header.labels
    wordings = {name: f"{name} {label.label}" for name, label in labels.items()}
    frame, words, ambiguous = _convert_texts(frame, text, kept)
    dated = convert_serial_dates(frame, wordings)
    if isinstance(text.content, bytes):  # converted once, not in every query
        dated = dated.collect().lazy()
    return Source(
        nw.from_native(dated),
        files,
        labels=labels,
        words=words,
        notes=(*text.notes, *dropped, *ambiguous),
        cut_off=cut_off,
        converted=text.is_converted,
    )


def _read_text(file: Path, held: Path | bytes) -> _DelimitedText:
    """Return the text of a file, of which `held` is the content, as UTF-8 with line feeds."""
    content, notes = decode_text(file, held)
    start = beginning(content)
    if any(one[0] == b"\r" for one in _LINES.finditer(start.removesuffix(b"\r"))):
        whole = content.read_bytes() if isinstance(content, Path) else content
        content = _normalize_line_ends(whole)
        start = beginning(content)
    delimiter = detect_delimiter(start, file)
    if _FORMULA.search(start):
        whole = content.read_bytes() if isinstance(content, Path) else content
        content = _FORMULA.sub(rb"\1\2\3", whole)
        start = beginning(content)
    if isinstance(content, bytes):
        content, below = cut_rows_below(content, delimiter)
        if below:
            start, notes = beginning(content), (*notes, rows_below_note(below))
    rows = with_row_names(first_rows(start, delimiter))
    require_columns([file], len(rows[0]) if rows else 0)
    header = read_header(rows)
    if isinstance(content, bytes):
        require_memory(file, count_lines(content) * len(header.columns) * _CELL_BYTES)
    is_converted = content is not held or is_packed(file)
    return _DelimitedText(
        file, content, is_converted, delimiter, header, rows[header.rows :], notes
    )


def _normalize_line_ends(text: bytes) -> bytes:
    """Return the text with line feeds outside quotes: Polars joins rows at a lone return."""
    return _LINES.sub(lambda one: b"\n" if one[0].startswith(b"\r") else one[0], text)


def _scan(text: _DelimitedText) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return the non-empty rows below the header, and a note on the number of empty ones."""
    try:
        # the whole file is parsed once, so that damage is found now and not in a later query
        frame = scan_cells(text.content, text.delimiter, text.header.rows, text.header.columns)
        if frame is None:
            raise _damage_error(text, None)
        empty = empty_rows(frame)
    except engine_errors() as error:
        raise _damage_error(text, error) from None
    count = int(empty.sum())
    typed = frame.with_columns(typed_columns(frame, _thousands_columns(text)))
    return drop_rows(typed, empty), (empty_rows_note(count),) if count else ()


def _thousands_columns(text: _DelimitedText) -> list[str]:
    """Return the columns in which `1.000` is one thousand, if the file has decimal commas."""
    if text.delimiter not in _COMMA_FREE:
        return []
    columns = dict(zip(text.header.columns, zip_longest(*text.rows, fillvalue=""), strict=False))
    if not any(_COMMA_NUMBER.match(cell) for cells in columns.values() for cell in cells):
        return []
    return [
        name
        for name, cells in columns.items()
        if any(cells) and all(_THOUSANDS.match(cell) for cell in cells if cell)
    ]


def _damage_error(text: _DelimitedText, error: BaseException | None) -> SourceError:
    """Return the error for the first line with too many cells, else for Polars' message."""
    width = len(text.header.columns)
    if isinstance(text.content, bytes):
        opened: TextIO = io.StringIO(text.content.decode(errors="replace"), newline="")
    else:
        opened = text.content.open(encoding="utf-8-sig", errors="replace", newline="")
    line = 0
    with opened, contextlib.suppress(csv.Error):  # a cell beyond the limit: its quote is not closed
        reader = csv.reader(opened, delimiter=text.delimiter)
        for row in reader:
            if any(row[width:]):
                message = (
                    "{}, line {}: {} cells where the header has {}; "
                    "quote the text that holds the delimiter, or remove the extra cell"
                )
                return SourceError(message, text.file, reader.line_num, len(row), width)
            if reader.line_num - line > _MOST_LINES:
                break
            line = reader.line_num
        else:
            line = 0
    if line:
        message = (
            "{}, line {}: a quotation mark is not closed (was the file cut off?), "
            "or not doubled inside a quoted cell"
        )
        return SourceError(message, text.file, line + 1)
    message = (
        "{} could not be read as delimited text: {}; look for a quotation mark that is not closed "
        "(was the file cut off?), or not doubled inside a quoted cell"
    )
    return SourceError(
        message, text.file, first_line(error) if error else tr("rows differ in length")
    )


def _convert_texts(
    frame: pl.LazyFrame, text: _DelimitedText, kept: Collection[str]
) -> tuple[pl.LazyFrame, Words, tuple[str, ...]]:
    """Return the frame with texts as dates, lists or numbers with decimal commas, words and notes.

    The columns `kept` stay texts.
    """
    firsts = first_texts(frame, text_columns(frame, without=kept))
    suspects = set(_thousands_columns(text))
    grouped = {
        name
        for name, values in firsts.items()
        if text.delimiter in _COMMA_FREE and all(re.match(_GROUPED, value) for value in values)
    }
    likely = [name for name in firsts if name in suspects | grouped]
    fits = _fitting_patterns(frame, likely) if likely else {}
    changed = []
    for name in likely:
        column = pl.col(column_pattern(name))
        # in a file with tabs, 1,250 is ambiguous and stays a text
        sure = text.delimiter == ";" or not fits[f"three{name}"]
        if name in grouped and sure and fits[f"grouped{name}"]:
            bare = column.str.strip_chars().str.replace_all(".", "", literal=True)
            changed.append(bare.str.replace(",", ".", literal=True).cast(pl.Float64))
        elif name in suspects and fits[f"plain{name}"]:
            changed.append(column.cast(pl.Float64))
        else:
            continue
        del firsts[name]
    is_held = isinstance(text.content, bytes)
    frame, words, notes = convert_texts(frame, firsts, is_held=is_held)
    return frame.with_columns(changed), words, notes


def _fitting_patterns(frame: pl.LazyFrame, texts: Iterable[str]) -> dict[str, bool]:
    """Return whether all values of a text fit a pattern, by the pattern with the column's name."""
    columns = pl.col(list(map(column_pattern, texts)))
    tests = {
        "grouped": columns.str.contains(_GROUPED),
        "three": columns.str.contains(_THREE_DIGITS),
        "plain": columns.cast(pl.Float64, strict=False).is_not_null(),
    }
    fits = frame.select(
        ((test | columns.is_null()).all() & columns.count().gt(0)).name.prefix(kind)
        for kind, test in tests.items()
    )
    return fits.collect().row(0, named=True)
