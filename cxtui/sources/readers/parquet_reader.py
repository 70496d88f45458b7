"""Reader of Parquet: one file, or the parts of one table, scanned lazily."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import SourceError, engine_errors, first_line
from cxtui.messages import tr
from cxtui.sources.column_storage import cast_column, common_type
from cxtui.sources.readers.arrow_schema import ArrowSchema, schema_of_message
from cxtui.sources.readers.column_attributes import (
    described_columns,
    extension_types,
    ordered_columns,
)
from cxtui.sources.readers.compact_protocol import DamagedStructError
from cxtui.sources.readers.date_columns import without_far_dates
from cxtui.sources.readers.parquet_footer import created_by, dictionary_values, footer_of
from cxtui.sources.readers.parquet_layout import DamagedPageError, unpacked_size
from cxtui.sources.readers.parquet_names import read_repeated_names
from cxtui.sources.readers.text_columns import convert_texts, first_texts, text_columns
from cxtui.sources.source import Source, file_url, foreign_error, read_start, require_memory
from cxtui.survey.codebook.toml_format import METADATA_KEY
from cxtui.survey.file_columns import column_pattern
from cxtui.text import clean

_MAGIC = (b"PAR1", b"PARE")
_MOST_NOTES = 8
_INTERVALS = "POLARS_IMPORT_INTERVAL_AS_STRUCT"
"""The setting without which the engine breaks down over a column of intervals."""

_ARROW = "ARROW:schema"
_LISTS_ENUMS = "DuckDB"
"""The program that keeps the whole list of an enumeration and does not say that it is one."""

Types = Mapping[str, pl.DataType]


def read_parquet(files: tuple[Path, ...], kept: Collection[str] = ()) -> Source:
    """Return the source of `files`, the parts of one table in order.

    Folders called `column=value` become columns; differing types are unified, with a note. The
    codebook is the first part's. Raises `SourceError` if a part is not Parquet or does not fit.
    """
    os.environ[_INTERVALS] = "1"
    pl.Config.reload_env_vars()
    for file in files:
        if read_start(file, 4) not in _MAGIC:
            raise foreign_error(file, tr("a Parquet file"))
        try:
            require_memory(file, unpacked_size(file, footer_of(file)))
        except DamagedPageError:
            message = (
                "{} could not be read as Parquet: a page cannot hold what it says; "
                "download or export it again"
            )
            raise SourceError(message, file) from None
    try:
        frame, notes = _scan_unique(files)
        frame, far = without_far_dates(frame)
        metadata = pl.read_parquet_metadata(io.BytesIO(footer_of(files[0])))
        schema = _arrow_schema(metadata)
        frame = _with_listed_answers(frame, files, schema)
        codebook, described = metadata.get(METADATA_KEY, ""), described_columns(schema)
        # what a codebook inside describes is stored as it says
        texts = [] if codebook else text_columns(frame, without={*described, *kept})
        frame, words, said = convert_texts(frame, first_texts(frame, texts))
    except engine_errors() as error:
        reason = first_line(error)
        raise SourceError("{} could not be read as Parquet: {}", files[0], reason) from None
    return Source(
        frame=nw.from_native(frame),
        files=files,
        codebook=codebook,
        variables=described,
        extensions=extension_types(schema),
        words=words,
        notes=(*notes, *far, *said),
    )


def _scan_unique(files: Sequence[Path]) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return a frame of all parts, and notes; names that repeat in the only part are told apart."""
    try:
        frame, notes = _scan_parts(files)
        frame.collect_schema()
    except pl.exceptions.DuplicateError as error:
        if len(files) > 1:
            raise
        try:
            read, said = read_repeated_names(files[0])
        except DamagedStructError:
            raise error from None
        return read.lazy(), said
    return frame, notes


def _arrow_schema(metadata: Mapping[str, str]) -> ArrowSchema:
    """Return the schema that Arrow keeps in the metadata, with the rest of the metadata."""
    schema = schema_of_message(metadata.get(_ARROW, ""))
    rest = {key: text.encode() for key, text in metadata.items() if key != _ARROW}
    return replace(schema, metadata={**schema.metadata, **rest})


def _with_listed_answers(
    frame: pl.LazyFrame, files: Sequence[Path], schema: ArrowSchema
) -> pl.LazyFrame:
    """Return the frame with ordered lists of answers as enumerations, unused answers included.

    The lists are those of the dictionary pages; a file without them keeps its texts.
    """
    types = frame.collect_schema()
    texts = [name for name, dtype in types.items() if dtype in (pl.String, pl.Categorical)]
    with suppress(DamagedStructError):
        ordered = ordered_columns(schema)
        names = [name for name in texts if name in ordered]
        by_duckdb = not names and created_by(files[0]).startswith(_LISTS_ENUMS)
        if not (names or by_duckdb):
            return frame
        found = [dictionary_values(file, names or texts) for file in files]
        for name in names or texts:
            listed = dict.fromkeys(value for one in found for value in one.get(name, ()) if value)
            column = pl.col(column_pattern(name))
            used = frame.select(column.drop_nulls().unique(maintain_order=True)).collect()
            values = used.to_series().cast(pl.String).to_list()
            # the dictionary of a plain text has its values in order of first appearance
            if listed and set(values) <= {*listed} and (names or values != [*listed]):
                frame = frame.with_columns(column.cast(pl.Enum([*listed])))
    return frame


def _scan_parts(files: Sequence[Path]) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return a lazy frame of all parts, and notes on the differences between them.

    A column gets a type that can hold all of its values; a column that a part lacks is null there.
    Raises `SourceError` if a column has no common type.
    """
    # neighbours of equal schema are scanned together
    runs = [
        list(run)
        for _, run in groupby(files, key=lambda file: (_keys(file), *parquet_schema(file).items()))
    ]
    scans = [
        pl.scan_parquet(list(map(file_url, run)), hive_partitioning=bool(_keys(run[0])), glob=False)
        for run in runs
    ]
    if len(scans) == 1:
        return scans[0], ()
    own = [scan.collect_schema() for scan in scans]
    names = dict.fromkeys(name for one in own for name in one)
    common = {name: _common_column_type(name, own, files) for name in names}
    aligned = [
        scan.select(
            cast_column(pl.col(column_pattern(name)), types[name], dtype).alias(name)
            if name in types
            else pl.lit(None, dtype).alias(name)
            for name, dtype in common.items()
        )
        for scan, types in zip(scans, own, strict=True)
    ]
    notes = tuple(_drift_notes(own, list(map(len, runs)), common))
    return pl.concat(aligned, how="vertical"), notes


def parquet_schema(file: Path) -> Types:
    """Return the schema of one Parquet file; its name is not taken as a pattern."""
    return pl.scan_parquet(file_url(file), glob=False, hive_partitioning=False).collect_schema()


def _keys(file: Path) -> tuple[str, ...]:
    """Return the partition columns in the folders of a part: `column=value`."""
    return tuple(part.partition("=")[0] for part in file.parts[:-1] if "=" in part)


def _common_column_type(name: str, own: Sequence[Types], files: Sequence[Path]) -> pl.DataType:
    types = [one[name] for one in own if name in one]
    found = common_type(types)
    if found is None:
        kinds = " and ".join(sorted({str(one) for one in types}))
        message = (
            "{}: the parts hold {} in column {!r}, which cannot be put together: store it alike"
        )
        raise SourceError(message, files[0].parent, kinds, clean(name))
    return found


def _drift_notes(own: Sequence[Types], sizes: Sequence[int], common: Types) -> Iterator[str]:
    parts = sum(sizes)
    lines = []
    for name, dtype in common.items():
        having = Counter[str]()
        for types, size in zip(own, sizes, strict=True):
            if name in types:
                having[str(types[name])] += size
        if len(having) > 1:
            kinds = ", ".join(tr("{} in {}", kind, count) for kind, count in having.items())
            lines.append(tr("{} is {} of {} parts: read as {}", clean(name), kinds, parts, dtype))
        if (there := having.total()) < parts:
            message = "{} is in {} of {} parts only: empty in the others"
            lines.append(tr(message, clean(name), there, parts))
    yield from lines[:_MOST_NOTES]
    if len(lines) > _MOST_NOTES:
        yield tr("{} more columns differ from part to part", len(lines) - _MOST_NOTES)
