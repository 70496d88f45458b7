"""Adds new messages of the code to a catalogue, and takes out those that the code says no more.

Run as `python -m tests.translations.update LANGUAGE`: it lists what is to be translated; a new
language begins with all messages.
"""

from __future__ import annotations

import sys

from cxtui.catalogues import PoCatalogue
from tests.translations.catalogue_checks import missing_from
from tests.translations.code_messages import find_messages
from tests.translations.po_text import FOLDER, PLURALS, catalogue_of, po_text


def update(language: str) -> None:
    """Write the catalogue of a language anew, with its translations."""
    file, found = FOLDER / f"{language}.po", find_messages()
    known, rule = PoCatalogue(), PLURALS
    if file.exists():
        known = catalogue_of(file)
        head = file.read_text(encoding="utf-8").partition("Plural-Forms: ")[2]
        rule = head.partition("\\n")[0] or rule
    text = po_text(language, found, known.messages, known.plurals, rule)
    file.write_text(text, encoding="utf-8")
    for line in missing_from(catalogue_of(file), found):
        print(line)


if __name__ == "__main__":
    update(sys.argv[1])
