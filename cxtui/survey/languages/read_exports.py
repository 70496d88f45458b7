"""What exports write in a language: the part of its file that every survey is searched for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from cxtui.text import fold

_EXPORTS = "\n[exports]\n"

Exports = Mapping[str, frozenset[str]]
"""Words of the files that survey platforms export, by what they say."""


@cache
def read_exports(file: Path) -> Exports:
    """Return only what exports write, without the time that a whole lexicon takes."""
    table = file.read_text(encoding="utf-8").partition(_EXPORTS)[2].partition("\n[")[0]
    return {name: frozenset(phrases_of(text)) for name, text in tomllib.loads(table).items()}


def phrases_of(text: str | list[str]) -> tuple[str, ...]:
    """Return the folded phrases between bars."""
    joined = text if isinstance(text, str) else " | ".join(text)
    return tuple(fold(one.strip()) for one in joined.split(" | ") if one.strip())
