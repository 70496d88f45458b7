"""Parsing of addresses of tables at a Spark Connect server; loads no engine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from cxtui.errors import SourceError
from cxtui.sources.locate import SECRET

TOKEN = "SPARK_CONNECT_AUTHENTICATE_TOKEN"
"""The environment variable from which Spark's client reads a token."""

FORMATS = ("parquet", "delta", "iceberg", "orc")
"""Formats of folders in an address."""

_PORT = 15002
_LAST_PORT = 65_535
_ADDRESS = re.compile(
    r"sc://(?P<host>\[[0-9a-f:.]+\]|[^/:;@?\s]+)(?::(?P<port>\d{1,5}))?"
    r"/(?P<table>[^;]+)(?P<options>(?:;[^;=]+=[^;]*)*);?",
    re.IGNORECASE,
)
_KNOWN = ("use_ssl", "user_id")
_SECRET = re.compile(r"token|password|secret|key|authorization", re.IGNORECASE)
_LOGIN = re.compile(r"^sc://[^/;]*@", re.IGNORECASE)
"""A user name before the host, with or without a password."""


@dataclass(frozen=True, slots=True)
class SparkAddress:
    """A table at a server: its name, or its folder if a `format` is given."""

    host: str
    port: int
    name: str
    format: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @property
    def server(self) -> str:
        """Return the address of the server in the form of Spark's client."""
        options = "".join(f";{name}={value}" for name, value in self.options)
        return f"{self.place}/{options}" if options else self.place

    @property
    def place(self) -> str:
        """Return the server's name for messages."""
        return f"sc://{self.host}:{self.port}"

    @property
    def shown_at(self) -> str:
        """Return the table's name with its server for messages."""
        return f"{self.place}/{self.shown}"

    @property
    def shown(self) -> str:
        """Return the table's name for messages."""
        return f"{self.format}:{self.name}" if self.format else self.name


def parse_address(address: str) -> SparkAddress:
    """Return the parsed `sc://host[:port]/table[;option=value…]`; `table` may be `parquet:/folder`.

    Raises `SourceError` if it is invalid or contains a secret, which `ps` would show.
    """
    before, *options = address.split(";")
    if _LOGIN.search(before) or SECRET.search(before):
        raise _secret_error("sc://…")
    if any(_SECRET.search(one.partition("=")[0]) for one in options):
        raise _secret_error(f"{before};…")
    found = _ADDRESS.fullmatch(address)
    if not found or int(found["port"] or _PORT) > _LAST_PORT:
        raise SourceError(
            "{}: a table at a Spark Connect server is named "
            "sc://host:15002/catalog.schema.table or sc://host/parquet:/lake/folder",
            address,
        )
    pairs = tuple(one.partition("=")[::2] for one in found["options"].split(";") if one)
    for name, _ in pairs:
        if name not in _KNOWN:
            message = "{}: unknown {!r}; an address takes {}"
            raise SourceError(message, address, name, " and ".join(_KNOWN))
    kind, colon, path = found["table"].partition(":")
    if colon and kind.lower() not in FORMATS:
        message = "{}: a folder is named by what it holds, {}: parquet:/folder"
        raise SourceError(message, address, ", ".join(FORMATS))
    name, kind = (path, kind.lower()) if colon else (found["table"], "")
    return SparkAddress(found["host"], int(found["port"] or _PORT), unquote(name), kind, pairs)


def _secret_error(shown: str) -> SourceError:
    message = (
        "{}: a secret in an address would be seen by everybody on this machine: "
        "put the token into the environment variable {}"
    )
    return SourceError(message, shown, TOKEN)
