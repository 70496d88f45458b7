"""Every text of the code is in each catalogue, and each catalogue has no other."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from cxtui.catalogues import PoCatalogue
from tests.translations.catalogue_checks import differing_values, missing_from, stale_in, values_of
from tests.translations.code_messages import Found, find_messages
from tests.translations.elsewhere import ELSEWHERE
from tests.translations.po_text import FOLDER, catalogue_of, po_text

CATALOGUES = sorted(FOLDER.glob("*.po"))
AGAIN = "run `python -m tests.translations.update {}` and translate:\n"


@cache
def found() -> Found:
    """All messages of the code."""
    return find_messages()


def test_every_message_of_the_code_can_be_followed() -> None:
    """What `tr` and errors are given is a constant, or `elsewhere.py` says where it comes from."""
    assert not found().unknown, "\n".join(found().unknown)


def test_only_calls_of_the_code_are_listed() -> None:
    """`elsewhere.py` has no entry for what is gone."""
    assert not set(ELSEWHERE) - found().elsewhere


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_catalogue_has_every_message(file: Path) -> None:
    """In one form or in all forms of a plural."""
    missing = list(missing_from(catalogue_of(file), found()))
    assert not missing, AGAIN.format(file.stem) + "\n".join(missing)


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_catalogue_has_no_message_that_the_code_says_no_more(file: Path) -> None:
    """It would be translated for nothing."""
    stale = list(stale_in(catalogue_of(file), found()))
    assert not stale, AGAIN.format(file.stem) + "\n".join(stale)


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_translation_has_the_values_of_its_message(file: Path) -> None:
    """Each with its format; their order may differ."""
    assert not list(differing_values(catalogue_of(file), found()))


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_catalogue_keeps_blanks_at_the_ends(file: Path) -> None:
    """They part a text from the next one."""
    ends = ((one, other) for one, other in catalogue_of(file).messages.items())
    assert not [
        one
        for one, other in ends
        if (one[0] == " ") != (other[0] == " ") or (one[-1] == " ") != (other[-1] == " ")
    ]


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_catalogue_is_written_as_the_tool_writes_it(file: Path) -> None:
    """In the order of the code, so that two people's additions seldom meet."""
    known = catalogue_of(file)
    entries = po_text(file.stem, found(), known.messages, known.plurals).partition("\n\n")[2]
    assert file.read_text(encoding="utf-8").partition("\n\n")[2] == entries, AGAIN.format(file.stem)


def test_wrong_catalogues_are_seen() -> None:
    """One that lacks a message, one with another's value, and one of old."""
    code = Found({"{} of {:,}": ["a.py:1"], "{:,} row": ["a.py:2"]}, {"{:,} row": "{:,} rows"})
    empty = PoCatalogue()
    assert len(list(missing_from(empty, code))) == 2
    wrong = PoCatalogue({"{} of {:,}": "{} von {}", "gone": "weg"}, {"{:,} row": ("{}", "{:,}")})
    assert list(stale_in(wrong, code)) == ["'gone'"]
    assert len(list(differing_values(wrong, code))) == 2


def test_values_may_stand_in_another_order() -> None:
    """By their numbers."""
    assert values_of("{} of {:,}") == values_of("{1:,}: {0}") != values_of("{} of {}")
    assert values_of("{{ {} }}") == {("0", "")}
