"""Every text that cxtui says to a user passes through here, so that a catalogue can translate it.

The engineer writes English, with a `{}` for each value; the catalogue is one of `gettext`. A
translation may use the values in another order: `{1} of {0}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from gettext import NullTranslations

_catalogue: NullTranslations | None = None


def use_catalogue(catalogue: NullTranslations) -> None:
    """Take the texts of this process from `catalogue` from now on."""
    global _catalogue  # noqa: PLW0603 - one language a process, chosen once at its start
    _catalogue = catalogue


def tr(message: str, *values: object, **named: object) -> str:
    """Return `message` in the user's language, with its `{}` and `{name}` filled by the values.

    Without values the text is returned as it is, so that `{` needs no escape in it.
    """
    text = _catalogue.gettext(message) if _catalogue else message
    return text.format(*values, **named) if values or named else text


def tr_count(n: int, singular: str, plural: str, *values: object) -> str:
    """Return the message for `n` things in the user's language: `{}` is `n`, then the values.

    >>> tr_count(1200, "{:,} respondent", "{:,} respondents")
    '1,200 respondents'
    """
    if _catalogue:
        return _catalogue.ngettext(singular, plural, n).format(n, *values)
    return (singular if n == 1 else plural).format(n, *values)


def tr_some(texts: Sequence[str], most: int = 3) -> str:
    """Return the first of the texts as a list, and the number of others.

    >>> tr_some(["A", "B", "C", "D", "E"])
    'A, B, C and 2 more'
    """
    shown, more = ", ".join(texts[:most]), len(texts) - most
    return tr("{} and {} more", shown, more) if more > 0 else shown
