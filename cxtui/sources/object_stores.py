"""Parquet in object stores and on the web: only what a view needs comes over the network.

Credentials come from where each store's own tools look for them (environment, profiles, the
machine's role), never from the address: it stands in `ps`, in sessions and in exports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import SourceError, engine_errors, first_line
from cxtui.sources.locate import PARQUET, SECRET, ending_of
from cxtui.sources.source import Source
from cxtui.survey.codebook.toml_format import METADATA_KEY

_PATIENCE: dict[str, Any] = {
    "max_retries": 2,
    "retry_timeout_ms": 4000,
    "connect_timeout": "3s",
    "timeout": "60s",
}
"""Polars' own is half a minute for an endpoint that is not there."""

_CREDENTIAL_PACKAGES = {
    **dict.fromkeys(("s3", "s3a"), "boto3"),
    **dict.fromkeys(("gs", "gcs"), "google.auth"),
    **dict.fromkeys(("az", "azure", "adl", "abfs", "abfss"), "azure.identity"),
}
"""What knows a store's profiles, where it is installed; the environment Polars knows itself."""

_NOISE = re.compile(r"^object-store error: |^Generic \w+ error: | \(path: [^()]*\)$")
_STATUS_REASONS = {
    "401": "the credentials are not accepted",
    "403": "the credentials do not allow it",
    "404": "there is no such object",
}
_STATUS = re.compile(r"status code: (\d{3})")


def read_remote(address: str) -> Source:
    """Return the respondents at an address: one object, a pattern with `*`, or a prefix of parts.

    Folders called `column=value` become columns. The codebook is the one inside the first object.
    Raises `SourceError` where the address holds a secret, is no Parquet, or does not answer.
    """
    if SECRET.search(address):
        shown = SECRET.split(address)[0]
        raise SourceError(
            f"{shown}…: an address with a secret in it would be seen by everybody on this machine: "
            "put the secret where the store's own tools find it (AWS_PROFILE, "
            "GOOGLE_APPLICATION_CREDENTIALS, AZURE_STORAGE_ACCOUNT_KEY, …)"
        )
    if ending_of(address) not in {*PARQUET, ""}:
        raise SourceError(f"{address}: only Parquet is read where it is; copy this one here first")
    with _store_errors(address):
        frame = _scan(address)
        frame.collect_schema()
        inside = pl.read_parquet_metadata(_first_object(address), **_scan_options(address))
    respondents = frame.select(pl.len()).collect().item()
    return Source(
        nw.from_native(frame),
        files=(),
        codebook=inside.get(METADATA_KEY, ""),
        snapshot=f"{address} {respondents}",
        respondents=respondents,
    )


@contextmanager
def _store_errors(address: str) -> Iterator[None]:
    """Say in one line why an address cannot be read."""
    try:
        yield
    except engine_errors() as error:
        line = first_line(error)
        status = _STATUS.search(line)
        reason = _STATUS_REASONS.get(status[1], "") if status else ""
        if isinstance(error, ConnectionError):
            reason = "nobody answers there"
        elif "expanded paths were empty" in line:
            reason = "there is nothing that matches"
        raise SourceError(f"{address} could not be read: {reason or _plain(line)}") from None


def _plain(line: str) -> str:
    before = ""
    while before != line:
        before, line = line, _NOISE.sub("", line)
    return line


def _scan(address: str, **options: Any) -> pl.LazyFrame:
    return pl.scan_parquet(address, hive_partitioning=True, **_scan_options(address), **options)


def _scan_options(address: str) -> dict[str, Any]:
    """Return how an address is read: how patiently, and with whose credentials.

    Polars asks for credentials in threads of its own, where Python has better not run for nothing.
    """
    keeper = _CREDENTIAL_PACKAGES.get(address.partition("://")[0], "")
    return {
        "storage_options": _PATIENCE,
        "credential_provider": "auto" if _is_installed(keeper) else None,
    }


@cache
def _is_installed(keeper: str) -> bool:
    package = keeper.partition(".")[0]
    return bool(package and find_spec(package) and find_spec(keeper))


def _first_object(address: str) -> str:
    """Return the address of the first part: its own where it is one object."""
    if ending_of(address) and "*" not in address:
        return address
    paths = _scan(address, include_file_paths="__path").select("__path").head(1).collect()
    return str(paths.item()) if paths.height else address
