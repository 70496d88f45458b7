"""Reader of Arrow IPC files and streams (`.arrow`, `.feather`), which checks their layout first.

The engine allocates the size that a compressed buffer declares, and ends the program if there is
not enough memory; one wrong bit is enough. The layout is Arrow's "Columnar Format": messages
described by FlatBuffers, each followed by a body of buffers.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Collection, Iterator, Sequence
from io import BytesIO
from math import prod
from pathlib import Path

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import SourceError, engine_errors, first_line
from cxtui.messages import tr
from cxtui.sources.readers.arrow_schema import (
    ArrowSchema,
    FlatTable,
    LayoutError,
    metadata_places,
    read_schema,
    repeating_dictionaries,
)
from cxtui.sources.readers.column_attributes import described_columns, extension_types
from cxtui.sources.readers.date_columns import without_far_dates
from cxtui.sources.readers.text_columns import convert_texts, first_texts, text_columns
from cxtui.sources.source import (
    Source,
    file_url,
    last_bytes,
    read_start,
    require_likely_size,
    require_memory,
)

_FILE = b"ARROW1"
_STREAM = b"\xff\xff\xff\xff"
_OLD_FEATHER = b"FEA1"
_TAIL_BYTES = 256 * 1024
_CONTINUES = 0xFFFFFFFF
_DICTIONARY, _BATCH = 2, 3
_BLOCK, _BUFFER = struct.Struct("<qi4xq"), struct.Struct("<qq")
_ROWS = 10**12
_FRAME_BYTES = 4_096
_BATCHES, _COPIES = 8, 4
"""How much larger than one batch all of them together may be, and the copies of a buffer that
unpacking takes: a few bytes can stand for hundreds of megabytes, and for many batches.
"""
_Message = tuple[bytes, int, int]
"""The description of a message, and the start and end of its body."""

_RATIO = {0: 255, 1: 32_768}
"""Maximum compression ratios of LZ4 (0) and Zstandard (1)."""


def read_arrow(files: tuple[Path, ...], kept: Collection[str] = ()) -> Source:
    """Return the source of an Arrow file (lazy) or of an Arrow stream in a file.

    Labels are read from the metadata of the schema. Raises `SourceError` if the file is not Arrow,
    is damaged, or is Feather version 1.
    """
    file = files[0]
    start = read_start(file, len(_FILE))
    if start.startswith(_OLD_FEATHER):
        raise SourceError(
            "{} is a Feather file of version 1: "
            "write it again as version 2 or as Parquet with the program that made it",
            file,
        )
    is_stream = start.startswith(_STREAM)
    if start != _FILE and not is_stream:
        raise SourceError("{} is not an Arrow file, whatever its name says", file)
    schema, places = _check_layout(file)
    content = _without_metadata(file, places) if _has_foreign_text(schema) else None
    try:
        if is_stream:
            frame = pl.read_ipc_stream(content or BytesIO(file.read_bytes())).lazy()
        else:
            frame = pl.scan_ipc(content or file_url(file), glob=False, hive_partitioning=False)
            frame.collect_schema()
        frame, far = without_far_dates(frame)
        described = described_columns(schema)
        texts = text_columns(frame, without={*described, *kept})
        frame, words, notes = convert_texts(frame, first_texts(frame, texts))
    except engine_errors() as error:
        raise SourceError("{} could not be read as Arrow: {}", file, first_line(error)) from None
    cut_off = is_stream and not last_bytes(file, _TAIL_BYTES).rstrip(b"\0").endswith(_STREAM)
    note = tr("the stream has no mark at its end: the file may have been cut off")
    return Source(
        nw.from_native(frame),
        files,
        variables=described,
        extensions=extension_types(schema),
        words=words,
        notes=(*far, *notes),
        cut_off=(note,) if cut_off else (),
    )


def _has_foreign_text(schema: ArrowSchema) -> bool:
    """Return whether a text in the metadata is not UTF-8, which the engine refuses to read."""
    lists = (schema.metadata, *(one.metadata for one in schema.fields))
    try:
        b"\0".join(text for one in lists for text in one.values()).decode()
    except UnicodeDecodeError:
        return True
    return False


def _without_metadata(file: Path, places: list[int]) -> BytesIO:
    """Return the content of a file with the lists of metadata at `places` made empty."""
    require_memory(file, file.stat().st_size)
    content = BytesIO(file.read_bytes())
    for place in places:
        content.getbuffer()[place : place + 4] = bytes(4)
    return content


def _check_layout(file: Path) -> tuple[ArrowSchema, list[int]]:
    """Return the schema, and where its lists of metadata are.

    Raises `SourceError` if buffers lie outside the file or declare impossible unpacked sizes.
    """
    with file.open("rb") as opened:
        layout = _Layout(opened.fileno())
        try:
            schema, start = layout.schema()
            copied = repeating_dictionaries(schema)
            messages = list(layout.messages())
            sizes = [layout.unpacked_sizes(one) for one in messages]
            copies = sum(map(_rows_of, messages)) * _copied_bytes(messages, sizes, copied)
            places = [start + place for place in metadata_places(schema)]
            found = read_schema(schema)
        except (LayoutError, struct.error, OverflowError):
            raise SourceError(
                "{} could not be read as Arrow: it is damaged or cut off; "
                "download or export it again",
                file,
            ) from None
    require_likely_size(file, copies)
    totals = [sum(one) for one in sizes]
    require_memory(file, max(totals, default=0))
    require_likely_size(file, sum(totals) // _BATCHES)
    require_likely_size(file, _COPIES * max((max(one, default=0) for one in sizes), default=0))
    return found, places


def _copied_bytes(
    messages: Sequence[_Message], sizes: Sequence[Sequence[int]], copied: Collection[int]
) -> int:
    """Return the bytes that the dictionaries `copied` may take for one row.

    A value may be all of its dictionary, and hold one of the next.
    """
    found: dict[int, int] = {}
    for message, size in zip(messages, sizes, strict=True):
        root = FlatTable.root(message[0])
        batch = root.table(2) if root.number(1, "<B") == _DICTIONARY else None
        if batch and (identity := batch.number(0, "<q")) in copied:
            found[identity] = found.get(identity, 0) + sum(size)
    return prod(found.values()) if found else 0


def _rows_of(message: _Message) -> int:
    """Return the rows of a batch, of a list in it if that has more; 0 of other messages."""
    root = FlatTable.root(message[0])
    batch = root.table(2) if root.number(1, "<B") == _BATCH else None
    return max((length for length, _ in batch.structs(1, _BUFFER)), default=0) if batch else 0


class _Layout:
    """Reader of small pieces of a file by offset; it never reads the buffers."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.size = os.fstat(descriptor).st_size

    def take(self, place: int, size: int) -> bytes:
        if place < 0 or not 0 <= size <= self.size - place:
            raise LayoutError
        return os.pread(self.descriptor, size, place)

    def messages(self) -> Iterator[_Message]:
        """Yield the messages listed in a file's footer, or one after the other in a stream."""
        if self.take(0, len(_FILE)) != _FILE:
            yield from self._stream()
            return
        footer, _ = self._footer()
        for field in (2, 3):
            for place, described, body in footer.structs(field, _BLOCK):
                yield self._message(place, described, body)

    def schema(self) -> tuple[FlatTable, int]:
        """Return the table of the schema, and where the bytes begin that it is in."""
        if self.take(0, len(_FILE)) == _FILE:
            table, start = self._footer()
            found = table.table(1)
        else:
            length = struct.unpack("<i", self.take(4, 4))[0]
            start = 8
            found = FlatTable.root(self.take(start, length)).table(2)
        if found is None:
            raise LayoutError
        return found, start

    def _footer(self) -> tuple[FlatTable, int]:
        length = struct.unpack("<i", self.take(self.size - 10, 4))[0]
        start = self.size - 10 - length
        return FlatTable.root(self.take(start, length)), start

    def _stream(self) -> Iterator[_Message]:
        place = 0
        while place < self.size:
            mark, length = struct.unpack("<Ii", self.take(place, 8))
            if mark != _CONTINUES or length == 0:
                return
            body = FlatTable.root(self.take(place + 8, length)).number(3, "<q")
            yield self._message(place, length + 8, body)
            place += 8 + length + body

    def _message(self, place: int, length: int, body: int) -> _Message:
        mark, described = struct.unpack("<Ii", self.take(place, 8))
        start = place + 8
        if mark != _CONTINUES:  # the layout before 2019 has the length only
            described, start = mark, place + 4
        end = place + length + body
        if body < 0 or described > length or not place < end <= self.size:
            raise LayoutError
        return self.take(start, described), place + length, end

    def unpacked_sizes(self, message: _Message) -> list[int]:
        """Return the unpacked size in bytes of each buffer of a message."""
        described, body, end = message
        root = FlatTable.root(described)
        kind = root.number(1, "<B")
        batch = root.table(2) if kind in {_DICTIONARY, _BATCH} else None
        if batch and kind == _DICTIONARY:
            batch = batch.table(1)
        if batch is None:
            return []
        if not 0 <= batch.number(0, "<q") <= _ROWS:
            raise LayoutError
        codec = batch.table(3)
        ratio = _RATIO.get(codec.number(0, "<b"), 0) if codec else 0
        sizes = []
        for at, size in batch.structs(2, _BUFFER):
            if at < 0 or size < 0 or body + at + size > end:
                raise LayoutError
            sizes.append(self._buffer_size(body + at, size, ratio))
        return sizes

    def _buffer_size(self, place: int, size: int, ratio: int) -> int:
        if not ratio or size < 8:  # noqa: PLR2004 -- the length before the buffer
            return size
        unpacked = struct.unpack("<q", self.take(place, 8))[0]
        if unpacked < -1 or unpacked > size * ratio + _FRAME_BYTES:
            raise LayoutError
        return size if unpacked == -1 else int(unpacked)
