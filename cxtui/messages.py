"""Every text that cxtui says to a user passes through here, so that a catalogue can translate it.

The engineer writes English, with a `{}` for each value; the catalogue is one of `gettext`. A
translation may use the values in another order: `{1} of {0}`. Numbers among the values get the
signs of the user's locale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cxtui.number_signs import ENGLISH, localized, used_signs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Catalogue(Protocol):
    """Translations, as those of `gettext`."""

    def gettext(self, message: str, /) -> str:
        """Return the translation of a message; the message itself where there is none."""
        ...

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        """Return the translation of a singular or plural, as `n` things need it."""
        ...


_catalogue: Catalogue | None = None


def use_catalogue(catalogue: Catalogue | None) -> None:
    """Take the texts of this process from `catalogue` from now on; `None` is English."""
    global _catalogue  # noqa: PLW0603 - one language a process, chosen once at its start
    _catalogue = catalogue


def tr(message: str, *values: object, **named: object) -> str:
    """Return `message` in the user's language, with its `{}` and `{name}` filled by the values.

    Without values the text is returned as it is, so that `{` needs no escape in it.
    """
    text = _catalogue.gettext(message) if _catalogue else message
    return fill(text, message, values, named) if values or named else text


def tr_count(n: int, singular: str, plural: str, *values: object) -> str:
    """Return the message for `n` things in the user's language: `{}` is `n`, then the values.

    >>> tr_count(1200, "{:,} respondent", "{:,} respondents")
    '1,200 respondents'
    """
    english = singular if n == 1 else plural
    text = _catalogue.ngettext(singular, plural, n) if _catalogue else english
    return fill(text, english, (n, *values))


def fill(
    text: str, english: str, values: Sequence[object], named: Mapping[str, object] | None = None
) -> str:
    """Return a translation filled with the values; the English one where it does not take them."""
    if used_signs() != ENGLISH:
        values = [_Number(one) if isinstance(one, int | float) else one for one in values]
        named = {
            name: _Number(one) if isinstance(one, int | float) else one
            for name, one in (named or {}).items()
        }
    try:
        return text.format(*values, **(named or {}))
    except (LookupError, ValueError, AttributeError):
        if text == english:
            raise
        return english.format(*values, **(named or {}))


class _Number:
    """A number that is written with the user's signs, whatever its format."""

    def __init__(self, number: float) -> None:
        self._number = number

    def __format__(self, form: str) -> str:
        return localized(format(self._number, form))

    def __str__(self) -> str:
        return localized(str(self._number))

    def __repr__(self) -> str:
        return repr(self._number)


def tr_some(texts: Sequence[str], most: int = 3) -> str:
    """Return the first of the texts as a list, and the number of others.

    >>> tr_some(["A", "B", "C", "D", "E"])
    'A, B, C and 2 more'
    """
    shown, more = ", ".join(texts[:most]), len(texts) - most
    return tr("{} and {} more", shown, more) if more > 0 else shown


def quoted(labels: Sequence[str]) -> str:
    """Return the first labels in quotes, and the number of others."""
    return tr_some([f"“{label}”" for label in labels])
