"""The text of a file, held where no other program can change it while it is parsed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import polars as pl

from cxtui.sources.readers.delimited.encoding import decompress, is_packed
from cxtui.sources.reading_progress import MeteredFile

MOST_IN_MEMORY = 256 * 1024 * 1024
"""Bytes of a text that is held in memory; a larger one is copied to a file without a name."""


@contextmanager
def held_text(file: Path) -> Iterator[Path | bytes]:
    """Give the content of a file, unpacked, or the path of a private copy of a large one.

    The copy is there until the context ends. The engine maps a file to memory, and the system ends
    a program (SIGBUS) that reads a mapped page of a file that was truncated meanwhile. Raises
    `OSError`, and `SourceError` as `decompress`.
    """
    with ExitStack() as held:
        yield decompress(file) if is_packed(file) else _content(file, held)


def _content(file: Path, held: ExitStack) -> Path | bytes:
    with MeteredFile(file) as opened:
        content = opened.read_up_to(MOST_IN_MEMORY + 1)
        if len(content) <= MOST_IN_MEMORY:
            return content
        copy = held.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 -- held
        copy.write(content)
        del content
        shutil.copyfileobj(opened, copy, 2**20)
    copy.flush()
    return Path(f"/dev/fd/{copy.fileno()}")


def held_frame(frame: pl.LazyFrame, content: Path | bytes) -> pl.LazyFrame:
    """Return what `frame` parses of a content: in memory, or as Parquet in place of a large copy.

    The frame owns the Parquet, a file without a name: it is there as long as a frame made of it.
    Raises `OSError` and the engine's errors.
    """
    if isinstance(content, bytes):
        return frame.collect().lazy()
    with tempfile.NamedTemporaryFile() as named:
        frame.sink_parquet(named.name, compression="lz4")
        with open(named.name, "rb") as parsed:
            return pl.scan_parquet(parsed)
