"""The German catalogue uses the words of market research, one word for one thing."""

from __future__ import annotations

import re

import pytest

from tests.translations.po_text import FOLDER, catalogue_of

FORBIDDEN = {
    "Befragte": r"\b(Teilnehmer|Respondent)(en|innen)?\b",
    "Kopf": r"\bBanner\b",
    "Welle": r"\bErhebungswelle\b",
    "Mehrfachnennung": r"\bMehrfachantwort",
    "Vercodung": r"\bKodierung (der|von) Antwort",
    "Sollwert": r"\bZielwert",
    "Tabellenband": r"\bTabellenbuch\b",
    "Kennzahl": r"\bMaßzahl",
    "an infinitive": r"\b(Sie|Ihre[nmrs]?|Ihnen|du|dein|bitte (wählen|geben) Sie)\b",
    "signifikant": r"\bbedeutsam",
    "95%": r"\d %(?! of)",
}
"""Words that no translation has, by the word that is said instead."""
_AT_START = re.compile(r"^(Sie|Ihre?) ")
"""`they` at the beginning of a sentence."""
_PATTERN = re.compile("|".join(FORBIDDEN.values()))
_OF_BRIEFS = "cxtui/work/brief"
NOT_IN_BRIEFS = re.compile(r"signifikant|\bweil\b|\btreib|verursach|\bsignifikanz", re.IGNORECASE)
"""A brief is for people who read no statistics."""


def texts() -> list[tuple[str, str]]:
    """Every message with each of its German forms."""
    known = catalogue_of(FOLDER / "de.po")
    plural = [(one, form) for one, forms in known.plurals.items() for form in forms]
    return [*known.messages.items(), *plural]


def test_no_german_text_has_a_forbidden_word() -> None:
    """Screens, help, options and errors."""
    found = [
        (message, text)
        for message, text in texts()
        if not message.islower() or " " in message  # search words may be any
        if _PATTERN.search(_AT_START.sub("", text))
    ]
    assert not found


def test_a_german_brief_has_no_word_of_statistics() -> None:
    """Of the messages that are said there alone."""
    entries = (FOLDER / "de.po").read_text(encoding="utf-8").split("#: ")
    brief = [one for one in entries if one.startswith(_OF_BRIEFS)]
    assert len(brief) > 3
    said = [line for one in brief for line in one.split("\n") if line.startswith("msgstr")]
    assert not [line for line in said if NOT_IN_BRIEFS.search(line)]


@pytest.mark.parametrize("word", ["den Banner", "wählen Sie", "95 %", "die Teilnehmer"])
def test_a_forbidden_word_is_found(word: str) -> None:
    """Within a text."""
    assert _PATTERN.search(f"Hier {word}.")
