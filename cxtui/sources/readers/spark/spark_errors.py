"""Short messages for errors of Spark, gRPC and other Spark Connect servers."""

from __future__ import annotations

import os
import re
from typing import Any

from cxtui.sources.readers.spark.spark_address import TOKEN

_LOST = re.compile(
    r"INVALID_HANDLE\.SESSION|NO_ACTIVE_SESSION|INVALID_HANDLE\.OPERATION_(NOT_FOUND|ABANDONED)"
    r"|incorrect server side session|session .*(not found|closed)",
    re.IGNORECASE,
)
_BY_CODE = (
    ("UNAUTHENTICATED", "the token is not accepted"),
    ("PERMISSION_DENIED", "it does not allow that"),
    ("CANCELLED", "it was cancelled there"),
    ("DEADLINE_EXCEEDED", "it took too long"),
    ("RESOURCE_EXHAUSTED", "it takes more memory than is free there"),
)
_UNREACHED = (
    (re.compile(r"Connection refused", re.I), "nobody answers there"),
    (re.compile(r"DNS|resol|getaddrinfo", re.I), "there is no such host"),
    (re.compile(r"SSL|TLS|handshake|WRONG_VERSION", re.I), "no secure connection can be made"),
)
_BY_TEXT = (
    (re.compile(r"TABLE_OR_VIEW_NOT_FOUND|table not found", re.I), "there is no such table"),
    (re.compile(r"PATH_NOT_FOUND|no such file|No files found", re.I), "there is no such folder"),
    (
        re.compile(
            r"(SCHEMA|CATALOG)_NOT_FOUND|REQUIRES_SINGLE_PART_NAMESPACE"
            r"|(database|catalog) not found",
            re.I,
        ),
        "there is no such catalog or schema",
    ),
    (re.compile(r"UNABLE_TO_INFER_SCHEMA|EMPTY_SCHEMA", re.I), "nothing that can be read is there"),
    (re.compile(r"OPERATION_CANCEL|cancelled", re.I), "it was cancelled there"),
    (re.compile(r"OutOfMemory", re.I), "it takes more memory than is free there"),
)
_NOISE = re.compile(r"^(\[[A-Z0-9_.]+\] |\((\w+\.)+\w+\) )+|\s*SQLSTATE: .*$|\s*JVM stacktrace:.*$")


def is_lost(error: BaseException) -> bool:
    """Return whether an error means that the server has forgotten the session."""
    return _LOST.search(str(error)) is not None


def reason_of(error: BaseException) -> str:
    """Return a short reason for an error."""
    code, text = _code_of(error), str(error)
    if code == "UNAVAILABLE":
        said = (words for pattern, words in _UNREACHED if pattern.search(text))
        return next(said, "the connection was lost")
    if code == "UNAUTHENTICATED" and not os.environ.get(TOKEN):
        return f"it asks for a token: put it into the environment variable {TOKEN}"
    for name, words in _BY_CODE:
        if code == name:
            return words
    for pattern, words in _BY_TEXT:
        if pattern.search(text):
            return words
    line = (text.strip().splitlines() or [""])[0]
    return _NOISE.sub("", line).rstrip(". ") or type(error).__name__


def _code_of(error: Any) -> str:
    """Return the name of the gRPC status of an error, empty if it has none."""
    asked = getattr(error, "getGrpcStatusCode", None) or getattr(error, "code", None)
    return str(getattr(asked(), "name", "")) if callable(asked) else ""
