"""What is wrong with a catalogue: what it lacks, what is stale, and whose values differ."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cxtui.catalogues import PoCatalogue
from tests.translations.code_messages import Found

_VALUE = re.compile(r"\{\{|\}\}|\{(\w*)((?:![a-z])?(?::[^{} ]*)?)\}")


def missing_from(catalogue: PoCatalogue, found: Found) -> Iterator[str]:
    """Yield the messages without a translation, each with the place of the code that says it."""
    for message, places in found.messages.items():
        known = catalogue.plurals if message in found.plurals else catalogue.messages
        if message not in known:
            yield f"{places[0]}: {message!r}"


def stale_in(catalogue: PoCatalogue, found: Found) -> Iterator[str]:
    """Yield the messages that no code says."""
    for message in (*catalogue.messages, *catalogue.plurals):
        if message not in found.messages:
            yield repr(message)
    yield from (repr(one) for one in catalogue.messages if one in found.plurals)


def differing_values(catalogue: PoCatalogue, found: Found) -> Iterator[str]:
    """Yield the translations whose values are not those of the message."""
    for message, translation in catalogue.messages.items():
        if values_of(message) != values_of(translation):
            yield f"{message!r}: {translation!r}"
    for singular, forms in catalogue.plurals.items():
        plural = found.plurals.get(singular, singular)
        for form in forms:
            if values_of(form) - values_of(plural) or values_of(plural) != values_of(forms[-1]):
                yield f"{singular!r}: {form!r}"


def values_of(message: str) -> set[tuple[str, str]]:
    """Return the values that a message names, by number or name, each with its conversion.

    How a number is rounded belongs to the message: a translation does not change it.
    """
    found, place = set(), 0
    for one in _VALUE.finditer(message):
        if one[0] in {"{{", "}}"}:
            continue
        name = one[1]
        if not name:
            name, place = str(place), place + 1
        found.add((name, one[2]))
    return found
