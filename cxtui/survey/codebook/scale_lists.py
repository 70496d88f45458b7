"""Lists of answers that several questions of a codebook share: `[scales.NAME]`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cxtui.errors import near_among
from cxtui.survey.codebook.toml_entries import question_entries, toml_value
from cxtui.survey.codebook.toml_table import TomlTable
from cxtui.survey.question import Kind, Question

_LISTS = ("categories", "nets")
_FEWEST_QUESTIONS, _FEWEST_ANSWERS = 3, 2
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_NO_NETS = frozenset({Kind.GRID, Kind.NUMERIC, Kind.TEXT})


def read_scales(table: TomlTable) -> dict[str, TomlTable]:
    """Return the tables below `scales` by their names."""
    whole = table.table("scales", "{}: scales takes a table for each list of answers")
    found = {}
    for name in whole.entries if whole else ():
        row = whole.table(name, "{}: a list takes a table with categories") if whole else None
        if row is None or not row.tables("categories"):
            raise table.error("{}: the list {!r} lacks categories", name)
        row.check_keys(set(_LISTS))
        found[name] = row
    return found


def with_scale(table: TomlTable, lists: Mapping[str, TomlTable]) -> TomlTable:
    """Return the table of a question with the answers of the list that it names."""
    if "scale" not in table.entries:
        return table
    name = table.text("scale")
    if name not in lists:
        known = ", ".join(map(repr, lists)) or "none"
        raise table.error(
            "{}: there is no list [scales.{}]; known are {}", name, known, near_among(name, lists)
        )
    for key in _LISTS:
        if key in table.entries:
            raise table.error("{} has a scale and {} of its own: leave one of them out", key)
    entries: dict[str, Any] = {k: v for k, v in table.entries.items() if k != "scale"}
    entries |= lists[name].entries
    if table.entries.get("kind") in _NO_NETS:
        entries.pop("nets", None)
    return replace(table, entries=entries)


def share_scales(questions: Iterable[Question]) -> dict[str, str]:
    """Return the names of the lists that three questions or more share, by question id.

    A list is named like the first question that uses it.
    """
    users: dict[str, list[str]] = {}
    for one in questions:
        if len(one.options) >= _FEWEST_ANSWERS:
            users.setdefault(toml_value(answer_lists(one)), []).append(one.id)
    shared = (ids for ids in users.values() if len(ids) >= _FEWEST_QUESTIONS)
    return {name: ids[0] for ids in shared for name in ids}


def answer_lists(question: Question) -> dict[str, object]:
    """Return the entries of a question that a list can hold."""
    entries = question_entries(question)
    return {key: entries[key] for key in _LISTS if key in entries}


def scale_header(name: str) -> str:
    """Return the header of the table of a list."""
    return f"[scales.{name if _BARE.fullmatch(name) else toml_value(name)}]"
