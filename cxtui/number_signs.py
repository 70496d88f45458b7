"""Signs in numbers for people: the decimal sign, and the one between thousands.

Numbers in files for programs (CSV, TSV, JSON, Parquet, TOML) and on command lines never use them.
The table follows the Unicode CLDR, for Latin digits. Nothing sets the locale of the process: it is
one for all threads, and may not be installed.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NARROW, _NO_BREAK = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


class NumberSigns(NamedTuple):
    """The decimal sign, and the sign between thousands."""

    decimal: str
    thousands: str


ENGLISH = NumberSigns(".", ",")

_OF_LOCALES = {
    ENGLISH: "c posix en zh ja ko th he hi es_mx es_us es_gt es_hn es_ni es_pa es_pe es_pr es_sv",
    NumberSigns(",", "."): "bs ca da de el es eu gl hr id is it mk nl pt ro sl sr tr vi",
    NumberSigns(",", _NARROW): "fr",
    NumberSigns(",", _NO_BREAK): "be bg cs et fi hu lt lv nb nn no pl ru sk sq sv uk "
    "de_at fr_ca pt_pt",
    NumberSigns(".", "’"): "de_ch de_li it_ch",
}
"""The locales by their signs; a language without the country is the usual one."""

_NAME = re.compile(r"([a-z]+)(?:[_-]([a-z]{2}))?(?:\..*|@.*)?", re.IGNORECASE)

_signs = ENGLISH
_table: dict[int, str] = {}
"""What takes the place of a point and a comma; empty for English."""


def signs_of(locale: str) -> NumberSigns | None:
    """Return the signs of a locale, as `de_DE.UTF-8`, `fr` or `C`; `None` for an unknown one."""
    if (found := _NAME.fullmatch(locale)) is None:
        return None
    language = found[1].lower()
    names = (f"{language}_{(found[2] or '').lower()}", language)
    for name in names:
        for signs, locales in _OF_LOCALES.items():
            if name in locales.split():
                return signs
    return None


def use_signs(signs: NumberSigns) -> None:
    """Write the numbers of this process with these signs from now on."""
    global _signs, _table  # noqa: PLW0603 - one locale a process, chosen once at its start
    _signs = signs
    _table = {} if signs == ENGLISH else {ord("."): signs.decimal, ord(","): signs.thousands}


def used_signs() -> NumberSigns:
    """Return the signs that numbers are written with."""
    return _signs


def localized(number: str) -> str:
    """Return a number in English signs with those of the user: `1,234.5` as `1.234,5`."""
    return number.translate(_table) if _table else number


def count_text(n: float) -> str:
    """Return a number of things, its thousands separated."""
    return localized(f"{n:,.0f}")


def short_number(number: float, digits: int = 6) -> str:
    """Return a number in so many digits at most, without zeros at its end."""
    return localized(f"{number:.{digits}g}")


def listed_numbers(*numbers: str) -> str:
    """Return numbers as a list; semicolons part those with a decimal comma."""
    return ("; " if _signs.decimal == "," else ", ").join(numbers)


def in_english(number: str) -> str:
    """Return a number in the user's signs with English ones, to be read by a program."""
    if not _table:
        return number
    return number.translate({ord(_signs.thousands): ",", ord(_signs.decimal): "."})


def typed_number(text: str) -> str:
    """Return a number that a user typed with a point where it has the user's decimal comma.

    A text with a point or a second comma stays as it is: it may be anything.
    """
    if _signs.decimal == "," and text.count(",") == 1 and "." not in text:
        return text.replace(",", ".")
    return text
