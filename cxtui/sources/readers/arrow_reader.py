"""Reader of Arrow IPC files and streams (`.arrow`, `.feather`)."""

from __future__ import annotations

from pathlib import Path

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import SourceError, engine_errors, first_line
from cxtui.sources.readers.arrow_layout import check_arrow
from cxtui.sources.readers.truncation import truncated_stream_note
from cxtui.sources.source import Source, read_start

_FILE = b"ARROW1"
_STREAM = b"\xff\xff\xff\xff"
_OLD_FEATHER = b"FEA1"


def read_arrow(files: tuple[Path, ...]) -> Source:
    """Return the source of an Arrow file (lazy) or of an Arrow stream in a file.

    Polars does not expose the metadata of the schema, so no codebook is read from inside the file.
    Raises `SourceError` if the file is not Arrow, is damaged, or is Feather version 1.
    """
    file = files[0]
    start = read_start(file, len(_FILE))
    if start == _FILE or start.startswith(_STREAM):
        check_arrow(file)
    try:
        if start == _FILE:
            frame = pl.scan_ipc(file, glob=False, hive_partitioning=False)
            frame.collect_schema()
        elif start.startswith(_STREAM):
            frame = pl.read_ipc_stream(file).lazy()
        else:
            raise _foreign(file, start)
    except engine_errors() as error:
        raise SourceError(f"{file} could not be read as Arrow: {first_line(error)}") from None
    cut_off = truncated_stream_note(file) if start.startswith(_STREAM) else ()
    return Source(nw.from_native(frame), files, cut_off=cut_off)


def _foreign(file: Path, start: bytes) -> SourceError:
    if start.startswith(_OLD_FEATHER):
        return SourceError(
            f"{file} is a Feather file of version 1: "
            "write it again as version 2 or as Parquet with the program that made it"
        )
    return SourceError(f"{file} is not an Arrow file, whatever its name says")
