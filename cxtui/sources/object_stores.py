"""Parquet in object stores and on the web; only the columns of a view are transferred.

Credentials come from the environment, profiles or the machine's role, as for each store's own
tools, never from the address, which is visible in `ps`, sessions and exports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import SourceError, engine_errors, first_line
from cxtui.messages import tr
from cxtui.sources.locate import PARQUET, SECRET, ending_of
from cxtui.sources.source import Source
from cxtui.survey.codebook.toml_format import METADATA_KEY

_PATIENCE: dict[str, Any] = {
    "max_retries": 2,
    "retry_timeout_ms": 4000,
    "connect_timeout": "3s",
    "timeout": "60s",
}
"""Shorter than Polars' defaults, which wait half a minute for an unknown endpoint."""

_CREDENTIAL_PACKAGES = {
    **dict.fromkeys(("s3", "s3a"), "boto3"),
    **dict.fromkeys(("gs", "gcs"), "google.auth"),
    **dict.fromkeys(("az", "azure", "adl", "abfs", "abfss"), "azure.identity"),
}
"""Optional packages that read a store's profiles; Polars itself reads the environment."""

_NOISE = re.compile(r"^(object-store error: |Generic \w+ error: )+|( \(path: [^()]*\))+$")
_STATUS_REASONS = {
    "401": "the credentials are not accepted",
    "403": "the credentials do not allow it",
    "404": "there is no such object",
}
_STATUS = re.compile(r"status code: (\d{3})")


def read_remote(address: str) -> Source:
    """Return the source at an address: one object, a pattern with `*`, or a prefix of parts.

    Folders called `column=value` become columns. The codebook is the one inside the first object.
    Raises `SourceError` if the address contains a secret, is not Parquet, or does not answer.
    """
    if SECRET.search(address) or SECRET.search(unquote(address)):
        raise SourceError(
            "{}…: an address with a secret in it would be seen by everybody on this machine: "
            "put the secret where the store's own tools find it (AWS_PROFILE, "
            "GOOGLE_APPLICATION_CREDENTIALS, AZURE_STORAGE_ACCOUNT_KEY, …)",
            re.split(r"[?#;&]", SECRET.split(address)[0])[0],
        )
    if ending_of(address) not in {*PARQUET, ""}:
        message = "{}: only Parquet is read where it is; copy this one here first"
        raise SourceError(message, address)
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
    """Raise engine errors as `SourceError`s of one line."""
    try:
        yield
    except engine_errors() as error:
        line = first_line(error)
        status = _STATUS.search(line)
        if isinstance(error, ConnectionError):
            reason = tr("there is no answer")
        elif "expanded paths were empty" in line:
            reason = tr("there is nothing that matches")
        elif status and status[1] in _STATUS_REASONS:
            reason = tr(_STATUS_REASONS[status[1]])
        else:
            reason = _NOISE.sub("", line)
        raise SourceError("{} could not be read: {}", address, reason) from None


def _scan(address: str, **options: Any) -> pl.LazyFrame:
    return pl.scan_parquet(address, hive_partitioning=True, **_scan_options(address), **options)


def _scan_options(address: str) -> dict[str, Any]:
    """Return the options to scan an address: timeouts and the provider of credentials."""
    # a provider runs Python in threads of Polars, so it is used only if its package is installed
    package = _CREDENTIAL_PACKAGES.get(address.partition("://")[0], "")
    return {
        "storage_options": _PATIENCE,
        "credential_provider": "auto" if _is_installed(package) else None,
    }


@cache
def _is_installed(package: str) -> bool:
    parent = package.partition(".")[0]
    return bool(parent and find_spec(parent) and find_spec(package))


def _first_object(address: str) -> str:
    """Return the address of the first object of a pattern or prefix."""
    if ending_of(address) and "*" not in address:
        return address
    paths = _scan(address, include_file_paths="__path").select("__path").head(1).collect()
    return str(paths.item()) if paths.height else address
