"""The last row of a delimited file, which may have been cut off."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

from cxtui.messages import tr
from cxtui.sources.source import last_bytes

_TAIL_BYTES = 256 * 1024


def truncation_notes(
    content: Path | bytes, delimiter: str, rows: Sequence[Sequence[str]], width: int
) -> tuple[str, ...]:
    """Return a note if the last row has no line end and fewer cells than any other row.

    `rows` are the first rows, `width` is the number of columns. Programs omit empty
    cells or the last line end, but not both in the last row only.
    """
    last = _last_row(last_bytes(content, _TAIL_BYTES), delimiter)
    if not last or len(last) >= width or any(len(row) <= len(last) for row in rows[:-1] if row):
        return ()
    message = (
        "the last row ends after {} of {} cells, and without a line end: "
        "the file may have been cut off"
    )
    return (tr(message, len(last), width),)


def _last_row(end: bytes, delimiter: str) -> list[str] | None:
    """Return the cells after the last line end outside quotes, `None` if there are none."""
    if not end or end.endswith((b"\n", b"\r")):
        return None
    lines = end.split(b"\n")
    quotes = accumulate(line.count(b'"') for line in reversed(lines))
    length = next((length for length, so_far in enumerate(quotes, 1) if so_far % 2 == 0), None)
    if length is None:
        return None
    text = b"\n".join(lines[-length:]).decode(errors="replace")
    with contextlib.suppress(csv.Error):  # a cell of a million characters
        *_, last = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return last
    return None
