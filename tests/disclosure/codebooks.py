"""What an attacker knows of the questions: the codebook, read from its TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations
from pathlib import Path
from typing import Any

Value = str | frozenset[str]
"""An answer; of a multiple response the set of answers; `""` is no answer."""


@dataclass(frozen=True)
class Asked:
    """A question: its answers in order, which of them are missing, scores, nets."""

    name: str
    is_multi: bool
    codes: tuple[str, ...]
    missing: frozenset[str] = frozenset()
    scores: Mapping[str, float] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    nets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    items: tuple[str, ...] = ()

    @property
    def valid(self) -> list[str]:
        """The answers in the base."""
        return [one for one in self.codes if one not in self.missing]

    @property
    def values(self) -> list[Value]:
        """All that a respondent can have answered."""
        if not self.is_multi:
            return [*self.codes, ""]
        sizes = range(len(self.valid) + 1)
        sets = chain.from_iterable(combinations(self.valid, size) for size in sizes)
        return [*map(frozenset, sets), *sorted(self.missing), ""]

    def gave(self, value: Value, codes: Iterable[str]) -> bool:
        """Return whether a value is, or has, any of some answers."""
        wanted = set(codes)
        return bool(value & wanted) if isinstance(value, frozenset) else value in wanted

    def answered(self, value: Value) -> bool:
        """Return whether a value is in the base of all who answered."""
        return isinstance(value, frozenset) or (value != "" and value not in self.missing)

    def members(self, code: str) -> list[str]:
        """Return the answers of a net: of the codebook, or a box of a scale."""
        if code in self.nets:
            return [one for net in self.nets[code] for one in self.members(net)]
        ranked = sorted(self.scores, key=lambda one: -self.scores[one])
        if found := re.fullmatch(r"(top|bottom)(\d)", code):
            size = int(found[2])
            return ranked[:size] if found[1] == "top" else ranked[-size:]
        return [code]


def read_codebook(path: Path) -> dict[str, Asked]:
    """Return the questions of a codebook; each item of a grid is one."""
    found = tomllib.loads(path.read_text("utf-8"))
    asked: dict[str, Asked] = {}
    for entry in found.get("question", ()):
        one = _asked(entry["id"], entry, found.get("scales", {}))
        asked[one.name] = one
        for item in one.items:
            asked[f"{one.name}.{item}"] = _asked(
                f"{one.name}.{item}", entry, found.get("scales", {})
            )
    return asked


def _asked(name: str, entry: Mapping[str, Any], scales: Mapping[str, Any]) -> Asked:
    scale = scales.get(entry.get("scale", ""), {})
    listed: Sequence[Mapping[str, Any]] = entry.get("categories") or scale.get("categories", ())
    nets = [*entry.get("nets", ()), *scale.get("nets", ())]
    return Asked(
        name,
        entry.get("kind") == "multi",
        tuple(str(one["code"]) for one in listed),
        frozenset(str(one["code"]) for one in listed if one.get("missing")),
        {
            str(one["code"]): float(one["score"])
            for one in listed
            if one.get("score") is not None and not one.get("missing")
        },
        {str(one["code"]): str(one["label"]) for one in listed},
        {one["code"]: tuple(one["members"]) for one in nets if not one.get("minus")},
        tuple(str(one["code"]) for one in entry.get("items", ())),
    )
