"""Where a result goes: to standard output or a file, in which format and shape."""

from __future__ import annotations

from dataclasses import dataclass

from cxtui.options import option
from cxtui.output import Format, Shape


def as_file(text: str) -> str:
    """Return the name of a file; raises `ValueError` where it is empty."""
    if not text:
        raise ValueError("takes the name of a file, not ''")
    return text


def as_output(text: str) -> str:
    """Return the name of a file, empty for standard output; raises as `as_file`."""
    return "" if text == "-" else as_file(text)


@dataclass(frozen=True, slots=True)
class ResultOptions:
    """What is written, and where: to standard output where `output` is empty."""

    format: Format | None = option(None, "default: text, or by the ending of -o", choices=Format)
    shape: Shape | None = option(
        None,
        "wide: the table as seen (the default); tidy: a row a cell; chart: bars, as svg",
        choices=Shape,
    )
    output: str = option("", "write to this file; - prints", "OUT", read=as_output, short="o")
    force: bool = option(False, "replace OUT if it exists")
