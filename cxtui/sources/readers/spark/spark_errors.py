"""Short messages for errors of Spark, gRPC and other Spark Connect servers."""

from __future__ import annotations

import os
import re
from typing import Any

from cxtui.errors import first_line
from cxtui.messages import tr
from cxtui.sources.readers.spark.spark_address import TOKEN

_LOST = re.compile(
    r"INVALID_HANDLE\.SESSION|NO_ACTIVE_SESSION|INVALID_HANDLE\.OPERATION_(NOT_FOUND|ABANDONED)"
    r"|incorrect server side session|session .*(not found|closed)",
    re.IGNORECASE,
)
_BY_CODE = {
    "UNAUTHENTICATED": "the token is not accepted",
    "PERMISSION_DENIED": "it does not allow that",
    "CANCELLED": "it was cancelled there",
    "DEADLINE_EXCEEDED": "it took too long",
    "RESOURCE_EXHAUSTED": "it takes more memory than is free there",
}
_UNREACHED = {
    r"Connection refused": "there is no answer",
    r"DNS|resol|getaddrinfo": "there is no such host",
    r"SSL|TLS|handshake|WRONG_VERSION": "no secure connection can be made",
    r"": "the connection was lost",
}
_BY_TEXT = {
    r"TABLE_OR_VIEW_NOT_FOUND|table not found": "there is no such table",
    r"PATH_NOT_FOUND|no such file|No files found": "there is no such folder",
    r"(SCHEMA|CATALOG)_NOT_FOUND|REQUIRES_SINGLE_PART_NAMESPACE|(database|catalog) not found": (
        "there is no such catalog or schema"
    ),
    r"UNABLE_TO_INFER_SCHEMA|EMPTY_SCHEMA": "nothing that can be read is there",
    r"OPERATION_CANCEL|cancelled": "it was cancelled there",
    r"OutOfMemory": "it takes more memory than is free there",
}
_NOISE = re.compile(r"^(\[[A-Z0-9_.]+\] |\((\w+\.)+\w+\) )+|\s*SQLSTATE: .*$|\s*JVM stacktrace:.*$")


def is_lost(error: BaseException) -> bool:
    """Return whether an error means that the server has forgotten the session."""
    return _LOST.search(str(error)) is not None


def reason_of(error: BaseException) -> str:
    """Return a short reason for an error."""
    code, text = _code_of(error), str(error)
    if code == "UNAUTHENTICATED" and not os.environ.get(TOKEN):
        return tr("it asks for a token: put it into the environment variable {}", TOKEN)
    if code in _BY_CODE:
        return tr(_BY_CODE[code])
    for pattern, words in (_UNREACHED if code == "UNAVAILABLE" else _BY_TEXT).items():
        if re.search(pattern, text, re.IGNORECASE):
            return tr(words)
    return _NOISE.sub("", first_line(error)).rstrip(". ") or type(error).__name__


def _code_of(error: Any) -> str:
    """Return the name of the gRPC status of an error, empty if it has none."""
    asked = getattr(error, "getGrpcStatusCode", None) or getattr(error, "code", None)
    return str(getattr(asked(), "name", "")) if callable(asked) else ""
