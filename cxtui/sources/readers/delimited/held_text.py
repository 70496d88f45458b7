"""The text of a file, held where no other program can change it while it is parsed."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

import polars as pl

from cxtui.sources.readers.delimited.encoding import decompress, is_packed
from cxtui.sources.reading_progress import MeteredFile

MOST_IN_MEMORY = 256 * 1024 * 1024
"""Bytes of a text that is held in memory; a larger one is copied to a file without a name."""

_copies: dict[Path, BinaryIO] = {}
"""The copies of large files, as long as the program may parse them."""


def held_text(file: Path) -> Path | bytes:
    """Return the content of a file, unpacked, or the path of a private copy of a large one.

    The engine maps a file to memory, and the system ends a program (SIGBUS) that reads a mapped
    page of a file that was truncated meanwhile. Raises `OSError`, and `SourceError` as
    `decompress`.
    """
    if is_packed(file):
        return decompress(file)
    with MeteredFile(file) as opened:
        content = opened.read_up_to(MOST_IN_MEMORY + 1)
        if len(content) <= MOST_IN_MEMORY:
            return content
        copy = tempfile.TemporaryFile()  # noqa: SIM115 -- kept open
        copy.write(content)
        del content
        shutil.copyfileobj(opened, copy, 2**20)
    copy.flush()
    if before := _copies.pop(file, None):
        before.close()
    _copies[file] = copy
    return Path(f"/dev/fd/{copy.fileno()}")


def held_frame(frame: pl.LazyFrame, content: Path | bytes) -> pl.LazyFrame:
    """Return what `frame` parses of a content: in memory, or as Parquet in place of a large copy.

    Raises `OSError` and the engine's errors.
    """
    if isinstance(content, bytes):
        return frame.collect().lazy()
    with tempfile.NamedTemporaryFile() as named:
        frame.sink_parquet(named.name, compression="lz4")
        parsed = open(named.name, "rb")  # noqa: SIM115 -- kept open
    file = next(one for one, copy in _copies.items() if content.name == str(copy.fileno()))
    _copies.pop(file).close()
    _copies[file] = parsed
    return pl.scan_parquet(f"/dev/fd/{parsed.fileno()}")
