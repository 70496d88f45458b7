"""What a terminal can show: asked for on the command line, else read from the environment."""

from __future__ import annotations

from collections.abc import Mapping

_LIGHTEST_DARK = 6
"""The last of the terminal's 8 colours that make a dark background; 8 is dark too."""
_DARK_GREY = 8
_WITHOUT_GLYPHS = ("linux", "vt", "ansi")
"""Terminals whose fonts have no bars, no rounded corners and no dots."""
_PYTHONS_OWN = "C.UTF-8"
"""What Python itself puts into LC_CTYPE where the language is C (PEP 538)."""


def wants_ascii(asked: bool | None, environment: Mapping[str, str]) -> bool:
    """Whether to draw with ASCII alone.

    A language that is set, to another encoding than UTF-8, is a choice; over SSH it often is not
    set at all, and the terminal is of today.
    """
    if asked is not None:
        return asked
    languages = [environment.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")]
    if languages[1] == _PYTHONS_OWN:
        languages[1] = ""
    language = next(filter(None, languages), "UTF-8")
    has_unicode = "utf-8" in language.casefold() or "utf8" in language.casefold()
    return not has_unicode or environment.get("TERM", "").startswith(_WITHOUT_GLYPHS)


def is_light(asked: str | None, environment: Mapping[str, str]) -> bool:
    """Whether the background is light; some terminals say so in COLORFGBG."""
    if asked is not None:
        return asked == "light"
    ground = environment.get("COLORFGBG", "").rpartition(";")[2]
    return ground.isdecimal() and int(ground) > _LIGHTEST_DARK and int(ground) != _DARK_GREY
