"""Nets and classes of a question, from TOML."""

from __future__ import annotations

from collections.abc import Iterator

from cxtui.survey.codebook.toml_table import TomlTable
from cxtui.survey.question import Net
from cxtui.text import clean


def read_nets(table: TomlTable) -> Iterator[Net]:
    """Yield the nets that a table declares; raises `CodebookError`."""
    for code, row in table.coded("nets", Net, "a net of {}"):
        members = row.texts("members")
        if not members:
            raise row.error("{}: net {!r} lacks members", code)
        yield Net(clean(code), clean(row.text("label", code)), members, row.texts("minus"))


def read_classes(table: TomlTable) -> tuple[float, ...]:
    """Return the lower bounds of the classes of a number; raises `CodebookError`."""
    bounds = table.entries.get("classes", [])
    numbers = isinstance(bounds, list) and all(
        isinstance(one, int | float) and not isinstance(one, bool) for one in bounds
    )
    if not numbers or sorted(set(bounds)) != bounds:
        raise table.error("{}: classes takes a list of rising numbers")
    return tuple(map(float, bounds))
