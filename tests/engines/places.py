"""The same respondents on other engines: DuckDB, and a Spark Connect server.

The server is Sail in this process, or whatever the environment variable CXTUI_SPARK names.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import narwhals.stable.v2 as nw
import polars as pl
import polars.selectors as cs

from cxtui.survey.model import Survey

ENGINES = ("duckdb", "spark")


def is_there(engine: str) -> str:
    """Return why an engine cannot be asked, empty if it can."""
    from importlib.util import find_spec

    needed = {"duckdb": ("duckdb", "pyarrow"), "spark": ("pyspark", "pyarrow", "grpc")}[engine]
    needed += ("pysail",) if engine == "spark" and "CXTUI_SPARK" not in os.environ else ()
    gone = [name for name in needed if find_spec(name) is None]
    return f"{', '.join(gone)} not installed: see tests/engines/requirements.txt" if gone else ""


@cache
def spark_address() -> str:
    """Return the address of the server; Sail starts with the first question."""
    if named := os.environ.get("CXTUI_SPARK"):
        return named.rstrip("/")
    os.environ.setdefault("RUST_LOG", "off")
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _kept.append(server)
    return f"sc://localhost:{server.listening_address[1]}"


_kept: list[Any] = []


@cache
def spark_session() -> Any:
    """Return the session in which all tests ask, through the program's own client."""
    from cxtui.sources.readers.spark.spark_address import parse_address
    from cxtui.sources.readers.spark.spark_client import Server

    return Server(parse_address(f"{spark_address()}/none"), 120).session


@cache
def folder() -> Path:
    """Return where the respondents of this run lie; a server on this machine reads them there."""
    _kept.append(tempfile.TemporaryDirectory(prefix="cxtui-engines-"))
    return Path(_kept[-1].name)


def placed(survey: Survey, engine: str) -> Survey:
    """Return a survey whose respondents another engine counts."""
    respondents = plain(survey.frame.to_native().collect())
    file = folder() / f"{uuid4().hex}.parquet"
    # Some engines take a column for constant where the smallest number is the largest; NaN is
    # neither by the rules of Parquet.
    respondents.write_parquet(file, statistics=False)
    frame = (_in_duckdb if engine == "duckdb" else _at_spark)(file)
    return replace(survey, frame=frame, schema=dict(frame.collect_schema()))


def plain(respondents: pl.DataFrame) -> pl.DataFrame:
    """Return them in types that every engine has."""
    return respondents.with_columns(
        (cs.categorical() | cs.enum() | cs.by_dtype(pl.Null)).cast(pl.String),
        cs.unsigned_integer().cast(pl.Int64),
    )


def _in_duckdb(file: Path) -> nw.LazyFrame[Any]:
    frame: nw.LazyFrame[Any] = nw.from_native(_duckdb().read_parquet(str(file)))
    return frame


@cache
def _duckdb() -> Any:
    import duckdb

    duckdb.execute("SET threads = 1")
    return duckdb


def _at_spark(file: Path) -> nw.LazyFrame[Any]:
    native = spark_session().read.format("parquet").load(str(file))
    frame: nw.LazyFrame[Any] = nw.from_native(native)
    return frame
