"""Damaged TOML: half of the texts are still TOML, of which some values are others."""

from __future__ import annotations

import datetime
import random
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import tomlkit

from tests.fuzz.mutations import misspelt

_VALUES: tuple[Any, ...] = (
    *(0, 1, -1, 2.5, 10**30, -(2**63), float("nan"), float("inf"), True, "", " ", "all", "goal"),
    *(
        "role",
        "spent",
        "why",
        "\x1b[2J",
        "\u202e",
        "日本",
        "9" * 400,
        "a=b",
        "1 minus 2",
        "x" * 5000,
    ),
    *([], {}, [[]], [[1]], [{}], [""], [1, "a"], ["role", "role"], {"a": {"b": {}}}, {"": ""}),
    *(datetime.date(2020, 1, 1), datetime.time(1, 2), datetime.datetime(1, 1, 1)),
)
_KEYS = ("", "id", "code", "label", "of", "when", "role", "at", "a.b", "\u202e", "kind", "members")


def changed_toml(text: str, chance: random.Random) -> str:
    """Return a TOML text with words misspelt, or with other keys and values in its tables."""
    if chance.random() < 0.5:
        return misspelt(text, chance)
    tree = tomllib.loads(text)
    for _ in range(chance.choice((1, 1, 2, 4))):
        slots = list(_slots(tree))
        if slots:
            _change(*chance.choice(slots), [one[key] for one, key in slots], chance)
    return tomlkit.dumps(tree)


def _slots(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each table or list with each of its keys or places, at every depth."""
    keys = tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        yield tree, key
        yield from _slots(tree[key])


def _change(table: Any, key: Any, values: list[Any], chance: random.Random) -> None:
    match chance.randrange(6):
        case 0:
            del table[key]
        case 1 if isinstance(table, list):
            table.extend(deepcopy([table[key]]) * chance.choice((1, 3, 40)))
        case 1:
            table[chance.choice(_KEYS)] = table.pop(key)
        case 2:
            table[key] = [table[key]] if chance.random() < 0.5 else {"a": table[key]}
        case 3:
            table[key] = deepcopy(chance.choice(values))
        case _:
            table[key] = deepcopy(chance.choice(_VALUES))
