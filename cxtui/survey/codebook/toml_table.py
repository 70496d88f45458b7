"""Reading of the entries of a TOML table, with errors that name the table and its file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from types import UnionType
from typing import Any

from cxtui.errors import CodebookError, CxtuiError, near_among
from cxtui.messages import tr
from cxtui.survey.question import Category, Item, Net


@dataclass(frozen=True, slots=True)
class TomlTable:
    """A table of the TOML text; its methods raise an `error` with its name and the file's."""

    entries: Mapping[str, Any]
    name: str
    origin: str
    kind: type[CxtuiError] = CodebookError

    def error(self, message: str, *values: object) -> CxtuiError:
        """Return an error; the name of the table is the first value of its message."""
        return self.kind("{}: {}", self.origin, CxtuiError(message, self.name, *values))

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text, which may be written as a whole number."""
        value = self.entries.get(key, default)
        if value is None:
            raise self.error("{} lacks {!r}", key)
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self.error("{}: {} takes a text", key)
        return str(value)

    def table(self, key: str, message: str) -> TomlTable | None:
        """Return the table below a key, `None` if there is none or it is empty."""
        entries = self.entries.get(key, {})
        if not isinstance(entries, dict):
            raise self.error(message)
        return TomlTable(entries, f"[{key}]", self.origin) if entries else None

    def number(self, key: str, default: float | None) -> float | None:
        """Return a finite number, `default` without the key."""
        value = self.entries.get(key, default)
        if value is not None and not _is_number(value):
            raise self.error("{}: {} takes a number", key)
        return None if value is None else float(value)

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return a list of finite numbers."""
        message = "{}: {} takes a list of numbers"
        values = self.listed(key, int | float, message)
        if not all(map(_is_number, values)):
            raise self.error(message, key)
        return tuple(map(float, values))

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        value = self.entries.get(key, default)
        if not isinstance(value, bool):
            raise self.error("{}: {} takes true or false", key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(map(str, self.listed(key, str | int, "{}: {} takes a list of texts")))

    def tables(self, key: str) -> list[Any]:
        """Return a list of tables."""
        return self.listed(key, dict, "{}: {} takes a list of tables")

    def listed(self, key: str, kinds: type | UnionType, message: str) -> list[Any]:
        """Return a list whose entries are all of some types."""
        values = self.entries.get(key, [])
        if not isinstance(values, list) or not all(isinstance(one, kinds) for one in values):
            raise self.error(message, key)
        return values

    def coded(
        self, key: str, kind: type[Category | Item | Net], name: str
    ) -> Iterator[tuple[str, TomlTable]]:
        """Yield the code of each table in a list, and the table under this table's name."""
        for entries in self.tables(key):
            row = TomlTable(entries, tr(name, self.name), self.origin)
            row.check_keys({one.name for one in fields(kind)})
            yield row.text("code"), replace(row, name=self.name)

    def check_keys(self, known: set[str]) -> None:
        """Raise an error for a key that is not `known`."""
        if unknown := sorted(self.entries.keys() - known):
            message = "{} has the unknown key {!r}; known are {}"
            near = near_among(unknown[0], sorted(known))
            raise self.error(message, unknown[0], ", ".join(sorted(known)), near)

    def check_unique(self, names: Iterable[str], message: str) -> None:
        """Raise an error with `message` for a name that stands twice."""
        seen: set[str] = set()
        for name in names:
            if name in seen:
                raise self.error(message, name)
            seen.add(name)


def _is_number(value: object) -> bool:
    """Return whether a TOML value is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)
