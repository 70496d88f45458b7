"""Reader of a table at a Spark Connect server, which is counted there.

The codebook is the given one, else the table property `cxtui.codebook`, else it is inferred from
comments and a bounded sample. An operation that reads the whole table is announced first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.errors import SourceError
from cxtui.messages import tr
from cxtui.sources.readers.spark.spark_address import SparkAddress, parse_address
from cxtui.sources.reading_progress import announce
from cxtui.sources.source import Source
from cxtui.survey.codebook.toml_format import METADATA_KEY
from cxtui.survey.file_columns import column_pattern
from cxtui.survey.model import Codebook, ColumnLabel
from cxtui.text import clean

_SAMPLE_ROWS = 20_000
_SAMPLE_CELLS = 4_000_000
"""Maximum size of the sample for inference."""

_PARTS = 8
"""Number of partitions in the sample: tables are often partitioned by wave or country."""

_ROWS = re.compile(r"([\d,]+) rows")
_UNSAFE = re.compile(r"[.`]")


@dataclass(slots=True)
class _CatalogFacts:
    """The catalogue's facts on a table, empty if there is no catalogue."""

    comment: str = ""
    codebook: str = ""
    rows: int | None = None
    changed: str = ""
    partitions: tuple[str, ...] = ()
    comments: dict[str, str] = field(default_factory=dict)


def read_spark(address: str, timeout: float) -> Source:
    """Return the source at `sc://host[:port]/catalog.schema.table` or `…/parquet:/folder`.

    An answer of the server may take `timeout` seconds. Raises `SourceError`.
    """
    parsed = parse_address(address)
    try:
        from cxtui.sources.readers.spark.spark_client import Server
    except ImportError:
        message = "{}: what speaks to Spark is not installed: pip install 'cxtui[spark]'"
        raise SourceError(message, parsed.place) from None
    server = Server(parsed, timeout)
    native = _load_table(server, parsed)
    catalog = _CatalogFacts() if parsed.format else _read_catalog(server, parsed.name)
    frame, notes = _countable_columns(nw.from_native(native), parsed)
    respondents, counted = _count_respondents(frame, catalog, parsed)
    noted = {one.name: (one.metadata or {}).get("comment", "") for one in native.schema.fields}
    comments = {name: clean(str(text)) for name, text in noted.items()} | catalog.comments
    labels = {_safe_name(name): text for name, text in comments.items() if text}
    return Source(
        frame,
        files=(),
        codebook=catalog.codebook,
        labels={name: ColumnLabel(name, text) for name, text in labels.items()},
        dictionary=Codebook(title=clean(catalog.comment)),
        notes=(*notes, *counted),
        snapshot=f"{address} {respondents} {catalog.changed}",
        respondents=respondents,
        sample=partial(_fetch_sample, frame, catalog.partitions, parsed),
    )


def _load_table(server: Any, address: SparkAddress) -> Any:
    """Return Spark's frame of the table; raises `SourceError` if it has no columns."""
    session, kind = server.session, address.format
    native = (session.read.format(kind).load if kind else session.table)(address.name)
    if not native.columns:
        raise SourceError("{} has no columns", address.shown_at)
    return native


def _countable_columns(
    frame: nw.LazyFrame[Any], address: SparkAddress
) -> tuple[nw.LazyFrame[Any], tuple[str, ...]]:
    """Return the frame with countable columns under safe names, and notes on the changes.

    Decimals become floats. Dots are replaced, since Spark reads them as fields of structures.
    Raises `SourceError` if two columns get the same name.
    """
    schema = frame.collect_schema()
    safe = {name: _safe_name(name) for name in schema}
    columns, notes = [], []
    for name, dtype in schema.items():
        if list(safe.values()).count(safe[name]) > 1:
            message = "{}: {!r} and another column differ in a dot only"
            raise SourceError(message, address.shown_at, name)
        if isinstance(dtype, nw.Unknown | nw.Struct | nw.Object | nw.Binary | nw.Duration):
            notes.append(tr("column {!r} holds {}: left out", name, dtype))
            continue
        column = nw.col(name)
        if safe[name] != name:
            notes.append(tr("column {!r} is called {!r} here", name, safe[name]))
            column = nw.col(f"`{name}`")
        if isinstance(dtype, nw.Decimal):
            column = column.cast(nw.Float64)
        columns.append(column.alias(safe[name]))
    return frame.select(*columns), tuple(notes)


def _safe_name(name: str) -> str:
    safe = _UNSAFE.sub("_", name)
    return safe if column_pattern(safe) == safe else f"_{safe}"


def _read_catalog(server: Any, name: str) -> _CatalogFacts:
    """Return the catalogue's facts on a table; some servers do not support all statements."""
    facts = _CatalogFacts()
    quoted = ".".join(f"`{part.strip('`')}`" for part in name.split("."))
    for column, value, comment in _statement_rows(server, f"DESCRIBE EXTENDED {quoted}"):
        if column == "Comment":
            facts.comment = value
        elif column == "Statistics" and (found := _ROWS.search(value)):
            facts.rows = int(found[1].replace(",", ""))
        elif column in {"Created Time", "Last Access", "Last Modified"}:
            facts.changed += f" {value}"
        elif column and not column.startswith("#") and comment:
            facts.comments[column] = clean(comment)
    properties = {row[0]: row[1] for row in _statement_rows(server, f"SHOW TBLPROPERTIES {quoted}")}
    facts.codebook = properties.get(METADATA_KEY, "")
    facts.partitions = tuple(row[0] for row in _statement_rows(server, f"SHOW PARTITIONS {quoted}"))
    return facts


def _statement_rows(server: Any, statement: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a statement, none if the server does not support it."""
    try:
        rows = server.session.sql(statement).toArrow().to_pylist()
    except SourceError:
        return
    yield from (tuple(str(value or "") for value in row.values()) for row in rows)


def _count_respondents(
    frame: nw.LazyFrame[Any], facts: _CatalogFacts, address: SparkAddress
) -> tuple[int, tuple[str, ...]]:
    """Return the number of rows, and a note if it comes from the catalogue's statistics."""
    if facts.rows is not None:
        message = (
            "{:,} respondents by the catalogue's statistics; "
            "ANALYZE TABLE … COMPUTE STATISTICS counts anew"
        )
        return facts.rows, (tr(message, facts.rows),)
    message = "Counting all rows of {}: the catalogue has no statistics of it …"
    announce(tr(message, address.shown))
    counted = frame.select(nw.len().alias("n")).collect(backend="polars")
    return int(counted["n"][0]), ()


def _fetch_sample(
    frame: nw.LazyFrame[Any], partitions: tuple[str, ...], address: SparkAddress, respondents: int
) -> nw.DataFrame[Any]:
    """Return a bounded sample of the `respondents` of a table, from several partitions."""
    most = max(min(_SAMPLE_ROWS, _SAMPLE_CELLS // len(frame.collect_schema())), 1)
    chosen = _spread_partitions(partitions) if respondents > most else []
    announce(tr("Reading up to {:,} rows of {} to see what it holds …", most, address.shown))
    if not chosen:
        return frame.head(most).collect(backend="polars")
    size = max(most // len(chosen), 1)
    parts = [frame.filter(_partition_condition(one)).head(size) for one in chosen]
    return nw.concat(parts, how="vertical").collect(backend="polars")


def _spread_partitions(partitions: tuple[str, ...]) -> list[Mapping[str, str]]:
    """Return evenly spaced partitions as values by column: `country=DE/wave=2016`."""
    count = min(_PARTS, len(partitions))
    places = {round(place * (len(partitions) - 1) / max(count - 1, 1)) for place in range(count)}
    return [
        dict(part.split("=", 1) for part in partitions[place].split("/") if "=" in part)
        for place in sorted(places)
    ]


def _partition_condition(partition: Mapping[str, str]) -> nw.Expr:
    conditions = [
        nw.col(_safe_name(name)).cast(nw.String) == value for name, value in partition.items()
    ]
    return nw.all_horizontal(*conditions, ignore_nulls=False)
