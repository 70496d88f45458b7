"""Reader of Parquet: one file, or the parts of one table, scanned lazily."""

from __future__ import annotations

from pathlib import Path

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import SourceError, engine_errors, first_line
from cxtui.sources.source import Source, read_start
from cxtui.sources.table_parts import scan_parts
from cxtui.survey.codebook.toml_format import METADATA_KEY

_MAGIC = (b"PAR1", b"PARE")


def read_parquet(files: tuple[Path, ...]) -> Source:
    """Return the source of `files`, the parts of one table in order.

    Folders called `column=value` become columns; differing types are unified, with a note. The
    codebook is the first part's. Raises `SourceError` if a part is not Parquet or does not fit.
    """
    for file in files:
        _require_parquet(file)
    try:
        frame, notes = scan_parts(files)
        frame.collect_schema()
        metadata = pl.read_parquet_metadata(files[0])
    except engine_errors() as error:
        raise SourceError(f"{files[0]} could not be read as Parquet: {first_line(error)}") from None
    inside = metadata.get(METADATA_KEY, "")
    return Source(nw.from_native(frame), files, inside, notes=notes)


def _require_parquet(file: Path) -> None:
    if read_start(file, 4) not in _MAGIC:
        raise SourceError(
            f"{file} is not a Parquet file, whatever its name says; "
            "if it holds delimited text, name it .csv or .tsv"
        )
