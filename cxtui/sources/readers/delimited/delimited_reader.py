"""Reader of delimited text (CSV, TSV and similar) with the headers of survey platforms."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import SourceError, engine_errors, first_line
from cxtui.sources.locate import COMPRESSED, is_compressed_text
from cxtui.sources.readers.delimited.encoding import decode_text
from cxtui.sources.readers.delimited.header import Header, read_header
from cxtui.sources.readers.delimited.stored_dates import (
    DATE_PATTERN,
    convert_serial_dates,
    parse_dates,
)
from cxtui.sources.readers.truncation import truncated_text_note
from cxtui.sources.source import Source, first_bytes
from cxtui.survey.file_columns import column_pattern

_SAMPLE_BYTES = 64 * 1024
_SAMPLE_ROWS = 50
_DELIMITERS = ",;\t|"
_NULLS = ["", "NA"]
_PLACE = "\0place"
_THREE_DIGITS = r"^\s*-?\d{1,3}(,\d{3})?\s*$"
_GROUPED = r"^\s*-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?\s*$"
_COMMA_FREE = ";\t|"
"""Delimiters that allow decimal commas."""

_COMMA_NUMBER = re.compile(r"\s*-?[\d.]+,(\d{1,2}|\d{4,})\s*$")
_THOUSANDS = re.compile(r"\s*-?\d{1,3}(\.\d{3})+\s*$")


@dataclass(frozen=True, slots=True)
class _DelimitedText:
    """The text of one file: a path or bytes for Polars, its first rows and its delimiter.

    `notes` say which encoding was detected.
    """

    file: Path
    content: Path | bytes
    rows: tuple[list[str], ...]
    delimiter: str
    notes: tuple[str, ...]


def read_delimited(files: tuple[Path, ...]) -> Source:
    """Return the source of a CSV or TSV file, lazy if it is UTF-8, with the labels of its header.

    Raises `SourceError` if the file is empty, is not text, or has rows with too many cells.
    """
    text = _read_text(files[0])
    header = read_header(text.rows)
    frame, dropped = _scan(text, header)
    frame = _convert_texts(frame, text, header)
    wordings = {name: f"{name} {label.label}" for name, label in header.labels.items()}
    dated = convert_serial_dates(frame, wordings)
    body = text.rows[header.rows :]
    return Source(
        nw.from_native(dated),
        files,
        labels=header.labels,
        notes=(*text.notes, *dropped),
        cut_off=truncated_text_note(text.content, text.delimiter, len(header.columns), body),
        converted=isinstance(text.content, bytes),
    )


def _read_text(file: Path) -> _DelimitedText:
    """Return the text with encoding, line ends and delimiter detected.

    It is decoded in memory only if Polars cannot read the file itself.
    """
    if file.suffix.lower() in COMPRESSED and not is_compressed_text(file):
        raise SourceError("{} is no compressed .csv or .tsv: unpack it first", file)
    content, notes = decode_text(file)
    beginning = first_bytes(content, _SAMPLE_BYTES)
    if _has_bare_returns(beginning):
        content = _normalize_line_ends(file.read_bytes() if isinstance(content, Path) else content)
        beginning = content[:_SAMPLE_BYTES]
    delimiter = _detect_delimiter(beginning, file)
    return _DelimitedText(file, content, _first_rows(beginning, delimiter), delimiter, notes)


def _has_bare_returns(text: bytes) -> bool:
    return any(
        b"\r" in part.replace(b"\r\n", b"").removesuffix(b"\r") for part in text.split(b'"')[::2]
    )


def _normalize_line_ends(text: bytes) -> bytes:
    """Return the text with line feeds as line ends, except inside quoted cells.

    Polars would join two rows separated by a carriage return alone.
    """
    parts = text.split(b'"')
    parts[::2] = [re.sub(rb"\r\n?", b"\n", part) for part in parts[::2]]
    return b'"'.join(parts)


def _detect_delimiter(beginning: bytes, file: Path) -> str:
    """Return the delimiter that splits most rows into the same number of cells."""
    best, delimiter = (0.0, 0), "\t" if file.suffix.lower() == ".tsv" else ","
    for candidate in _DELIMITERS:
        sizes = Counter(len(row) for row in _first_rows(beginning, candidate)[:_SAMPLE_ROWS] if row)
        if not sizes:
            continue
        size, rows = max(sizes.items(), key=lambda one: (one[1], one[0]))
        score = (rows / sizes.total(), size)
        if size > 1 and (score[0] > best[0] or (score[0] >= best[0] and size > best[1])):
            best, delimiter = score, candidate
    return ":" if not best[1] and _is_colon_delimited(beginning) else delimiter


def _is_colon_delimited(beginning: bytes) -> bool:
    """Return whether colons split all rows into the same number of cells, more than one."""
    sizes = {len(row) for row in _first_rows(beginning, ":")[:_SAMPLE_ROWS] if row}
    return len(sizes) == 1 and sizes.pop() > 1


def _first_rows(beginning: bytes, delimiter: str) -> tuple[list[str], ...]:
    """Return the complete rows in the beginning of a file."""
    text = beginning.decode("utf-8-sig", errors="ignore")
    rows: list[list[str]] = []
    # the csv module cannot parse cells beyond its limit; the rows before them are enough here
    with contextlib.suppress(csv.Error):
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    cut = len(beginning) >= _SAMPLE_BYTES and len(rows) > 1
    return tuple(rows[:-1] if cut else rows)


def _scan(text: _DelimitedText, header: Header) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return the non-empty rows below the header, and a note on the number of empty ones.

    The whole file is read once, so that damage is found now and not in a later query.
    """
    names = list(header.columns)
    try:
        frame = _scan_csv(text, header, ())
        found = frame.collect_schema().names()
        thousands = [names.index(name) for name in _thousands_columns(text, header)]
        if thousands:
            frame = _scan_csv(text, header, [found[place] for place in thousands])
    except pl.exceptions.NoDataError:
        return pl.LazyFrame(schema=dict.fromkeys(names, pl.String)), ()
    except engine_errors() as error:
        raise _damage_error(text, header, error) from None
    if len(found) > len(names):
        raise _damage_error(text, header, None)
    frame = frame.rename(dict(zip(found, names, strict=False)))
    # every row may be shorter than the header
    frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in names[len(found) :])
    try:
        if isinstance(text.content, bytes):
            frame = frame.collect().lazy()  # it is in memory: parse it once, not in every query
        blank = pl.all_horizontal(pl.all().is_null()).alias("blank")
        empty = frame.select(blank).collect().to_series()
    except engine_errors() as error:
        raise _damage_error(text, header, error) from None
    count = int(empty.sum())
    note = f"left out {count:,} {'row' if count == 1 else 'rows'} without any answer"
    return _drop_rows(frame, empty), (note,) if count else ()


def _scan_csv(text: _DelimitedText, header: Header, texts: Iterable[str]) -> pl.LazyFrame:
    """Return a lazy frame of the rows below the header, the columns `texts` as text."""
    return pl.scan_csv(
        text.content,
        separator=text.delimiter,
        has_header=False,
        skip_rows=header.rows,
        null_values=_NULLS,
        infer_schema_length=None,
        schema_overrides=dict.fromkeys(texts, pl.String),
        glob=False,
    )


def _thousands_columns(text: _DelimitedText, header: Header) -> list[str]:
    """Return the columns in which `1.000` is one thousand, if the file has decimal commas."""
    if text.delimiter not in _COMMA_FREE:
        return []
    cells = list(zip_longest(*text.rows[header.rows :], fillvalue=""))[: len(header.columns)]
    if not any(_COMMA_NUMBER.match(cell) for column in cells for cell in column):
        return []
    return [
        name
        for name, column in zip(header.columns, cells, strict=False)
        if any(column) and all(_THOUSANDS.match(cell) for cell in column if cell)
    ]


def _drop_rows(frame: pl.LazyFrame, empty: pl.Series) -> pl.LazyFrame:
    """Return the frame without empty rows, by position, which is faster than by all columns."""
    places = empty.arg_true()
    if places.is_empty():
        return frame
    first = len(empty) - len(places)
    if places[0] == first:
        return frame.head(first)
    return frame.with_row_index(_PLACE).filter(~pl.col(_PLACE).is_in(places.implode())).drop(_PLACE)


def _damage_error(text: _DelimitedText, header: Header, error: BaseException | None) -> SourceError:
    """Return the error for the first line with too many cells, else for Polars' message."""
    width = len(header.columns)
    for line, row in _numbered_rows(text):
        if len(row) > width and any(row[width:]):
            return SourceError(
                f"{text.file}, line {line}: {len(row)} cells where the header has {width}; "
                "quote the text that holds the delimiter, or remove the extra cell"
            )
    reason = first_line(error) if error else "rows differ in length"
    return SourceError(
        f"{text.file} could not be read as delimited text: {reason}; "
        "look for a quotation mark that is not closed (was the file cut off?), "
        "or not doubled inside a quoted cell"
    )


def _numbered_rows(text: _DelimitedText) -> Iterator[tuple[int, list[str]]]:
    opened = (
        io.StringIO(text.content.decode(errors="replace"), newline="")
        if isinstance(text.content, bytes)
        else text.content.open(encoding="utf-8-sig", newline="")
    )
    with opened:
        reader = csv.reader(opened, delimiter=text.delimiter)
        for row in reader:
            yield reader.line_num, row


def _convert_texts(frame: pl.LazyFrame, text: _DelimitedText, header: Header) -> pl.LazyFrame:
    """Return the frame with texts converted that are all dates or numbers with decimal commas."""
    schema = frame.collect_schema()
    texts = [name for name, dtype in schema.items() if dtype == pl.String]
    if not texts:
        return frame
    named = list(map(column_pattern, texts))
    grouped, date = (pl.col(named).str.contains(one) for one in (_GROUPED, DATE_PATTERN))
    three = pl.col(named).str.contains(_THREE_DIGITS)
    plain = pl.col(named).cast(pl.Float64, strict=False).is_not_null()
    tests = {"grouped": grouped, "date": date, "three": three, "plain": plain}
    fits = (
        frame.select(
            ((test | pl.col(named).is_null()).all() & pl.col(named).count().gt(0)).name.prefix(kind)
            for kind, test in tests.items()
        )
        .collect()
        .row(0, named=True)
    )
    suspects = set(_thousands_columns(text, header))
    changed = []
    for name in texts:
        # in a file with tabs, 1,250 is ambiguous and stays a text
        sure = text.delimiter == ";" or not fits[f"three{name}"]
        if text.delimiter in _COMMA_FREE and sure and fits[f"grouped{name}"]:
            bare = (
                pl.col(column_pattern(name))
                .str.strip_chars()
                .str.replace_all(".", "", literal=True)
            )
            changed.append(bare.str.replace(",", ".", literal=True).cast(pl.Float64))
        elif name in suspects and fits[f"plain{name}"]:
            changed.append(pl.col(column_pattern(name)).cast(pl.Float64))
        elif fits[f"date{name}"]:
            changed += parse_dates(frame, name)
    return frame.with_columns(changed)
