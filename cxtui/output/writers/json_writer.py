"""Write a Document as JSON: every number behind each of its results."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files as resources
from typing import Any

from cxtui.output.document import Document, Section
from cxtui.output.writers.registry import Shape
from cxtui.text import HIDDEN

SCHEMA = 1
"""The number of the form of the records; another one where a field goes or means another thing."""

_HIDDEN = re.compile(f"[{HIDDEN}]")
_DELETE = "\x7f"
"""The one control character that `json.dumps` leaves as it is."""
_WITHOUT_PARTS = frozenset({str, int, float, bool, type(None)})


def write_json(document: Document, shape: Shape) -> bytes:
    """Return every number behind the document as indented UTF-8 JSON; there is one shape."""
    if not document.content.is_set:
        (section,) = document.sections
        return dumped(_record(section))
    tables = [{"name": one.name, **_record(one)} for one in document.sections]
    return dumped({"schema": SCHEMA, "title": document.title, "tables": tables})


def json_schema() -> str:
    """Return the JSON Schema of every record that is written here, and of errors."""
    return resources("cxtui.output.writers").joinpath("json_schema.json").read_text("utf-8")


def error_line(error: str, hint: str, near: Iterable[str]) -> str:
    """Return an error as one line of JSON, in ASCII, which every terminal and pipe takes."""
    record = {"schema": SCHEMA, "error": error, "hint": hint, "near": list(near)}
    return _escaped(json.dumps(record))


def _record(section: Section) -> Mapping[str, Any]:
    """Return a section, and the command that prints it again where it is known."""
    if section.problem:
        return {"view": section.view, "problem": section.problem}
    record = {"schema": SCHEMA, **section.record()}
    return {**record, "replay": section.replay} if section.replay else record


def dumped(record: Mapping[str, Any]) -> bytes:
    """Return a record as indented UTF-8; any iterable is a list, made while it is written.

    Characters that a terminal obeys, or that nobody sees, are escaped.
    """
    return b"".join(_escaped(piece).encode() for piece in (*_pieces(record, "\n"), "\n"))


def _escaped(piece: str) -> str:
    if piece.isascii() and _DELETE not in piece:
        return piece
    return _HIDDEN.sub(lambda found: _ascii_of(found[0]), piece)


def _ascii_of(text: str) -> str:
    """Return a text as it stands in a string of ASCII."""
    return json.dumps(text)[1:-1].replace(_DELETE, r"\u007f")


def _pieces(value: Any, margin: str) -> Iterator[str]:
    """Yield `value` as `json.dumps` with `indent=2` writes it, at a margin.

    That is slow for many objects, so an object without parts is written by the quick encoder, which
    knows no indent, with the margin in its separator.
    """
    inner, is_object = margin + "  ", isinstance(value, Mapping)
    if not _has_parts(value):
        yield json.dumps(value, ensure_ascii=False)
    elif value and is_object and not any(map(_has_parts, value.values())):
        flat = json.dumps(value, ensure_ascii=False, separators=(f",{inner}", ": "))
        yield f"{{{inner}{flat[1:-1]}{margin}}}"
    else:
        before, end = first, _ = "{}" if is_object else "[]"
        for part in value:
            yield f"{before}{inner}"
            if is_object:
                yield f"{json.dumps(part, ensure_ascii=False)}: "
            yield from _pieces(value[part] if is_object else part, inner)
            before = ","
        yield first + end if before == first else margin + end


def _has_parts(value: Any) -> bool:
    if type(value) in _WITHOUT_PARTS:  # to ask whether it is iterable takes ten times as long
        return False
    return isinstance(value, Iterable) and not isinstance(value, str)
