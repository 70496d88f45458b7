"""Messages from a decoder: progress, an error, or a source and its respondents.

A message is its kind, its size, and its bytes. The decoder has read hostile bytes, so what it sends
may make values of the codebook and nothing else.
"""

from __future__ import annotations

import datetime
import io
import pickle
import struct
from dataclasses import fields, is_dataclass
from enum import Enum
from importlib import import_module
from typing import Any, BinaryIO

from cxtui.errors import SourceError
from cxtui.sources.source import Source

PROGRESS, ERROR, ROWS, SOURCE = b"P", b"E", b"R", b"S"
"""Kinds of messages; the source follows its rows, and is the last."""

_HEAD = struct.Struct("<cQ")
_LENT = ("frame", "files", "sample")
"""Fields of a source that are not sent."""
_MODULES = ("cxtui.survey.", "cxtui.sources.readers.statistics.variable")
_DATES = frozenset({"date", "datetime", "time"})


def send(pipe: BinaryIO, kind: bytes, content: bytes | memoryview) -> None:
    """Write one message."""
    pipe.write(_HEAD.pack(kind, len(content)))
    pipe.write(content)
    pipe.flush()


def receive(pipe: BinaryIO, most: int) -> tuple[bytes, bytes] | None:
    """Read one message of up to `most` bytes, `None` where the sender has ended."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, size = _HEAD.unpack(head)
    if size > most:
        raise SourceError("the decoder sent more than it may: {:,} MB", size // 2**20)
    content = pipe.read(size)
    return (kind, content) if len(content) == size else None


def pack_value(value: object) -> bytes:
    """Return a plain value as bytes."""
    return pickle.dumps(value, protocol=5)


def pack_source(source: Source) -> bytes:
    """Return all of a source but its respondents as bytes."""
    names = [one.name for one in fields(source) if one.name not in _LENT]
    return pack_value({name: getattr(source, name) for name in names})


def unpack_value(content: bytes) -> Any:
    """Return the value in bytes; raises `SourceError` where it is no plain one."""
    try:
        return _Unpickler(io.BytesIO(content)).load()
    except (pickle.UnpicklingError, ImportError) as error:
        raise SourceError("the decoder sent what is no source: {}", error) from None


class _Unpickler(pickle.Unpickler):
    """Makes plain values, and those of the codebook."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class that may be made; raises `pickle.UnpicklingError` for all others."""
        if module.startswith(_MODULES):
            found = getattr(import_module(module), name, None)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum)):
                return found
        elif module == "datetime" and name in _DATES:
            return getattr(datetime, name)
        raise pickle.UnpicklingError(f"{module}.{name}")
