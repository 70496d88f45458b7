"""What answers to a question are possible, from TOML: the range of a number, and who is asked."""

from __future__ import annotations

import math

from cxtui.survey.codebook.toml_table import TomlTable


def read_range(table: TomlTable) -> tuple[float, ...]:
    """Return the least and the largest possible number, empty if there is no range.

    Raises `CodebookError`.
    """
    ends = table.entries.get("range", [])
    is_pair = isinstance(ends, list) and len(ends) in {0, 2}
    if not is_pair or any(
        isinstance(one, bool) or not isinstance(one, int | float) for one in ends
    ):
        raise table.error("{}: range takes two numbers, as in range = [0, 100] or [0, inf]")
    found = tuple(map(float, ends))
    if found and not (found[0] < found[1] and any(map(math.isfinite, found))):
        raise table.error("{}: range takes two rising numbers, not {} and {}", *ends)
    return found


def read_asked(table: TomlTable) -> tuple[str, ...]:
    """Return the conditions of who is asked: one text, or a list; raises `CodebookError`."""
    if isinstance(table.entries.get("asked", []), list):
        return table.texts("asked")
    return (table.text("asked"),)
