"""Words as a shell reads them again."""

from __future__ import annotations

import shlex
from collections.abc import Iterable


def shell_line(words: Iterable[str]) -> str:
    """Return the words as one command line for a POSIX shell, safe to show on a terminal."""
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    """Return one word; what cannot be printed is spelled out and never sent as it is."""
    if word.isprintable():
        return shlex.quote(word)
    escaped = word.replace("\\", "\\\\").replace("'", "\\'")
    return f"$'{''.join(one if one.isprintable() else _spelled(one) for one in escaped)}'"


def _spelled(character: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in character.encode("utf-8", "surrogateescape"))
