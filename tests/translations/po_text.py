"""The text of a catalogue: its entries in the order of the code, as `.po` files are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from cxtui.catalogues import PoCatalogue, read_catalogue
from tests.translations.code_messages import Found
from tests.translations.code_modules import PACKAGE

FOLDER = PACKAGE / "translations"
_HEAD = """\
# {language}: the texts of cxtui. `python -m tests.translations.update {language}` adds new ones.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"
"""
PLURALS = "nplurals=2; plural=(n != 1);"


def catalogue_of(file: Path) -> PoCatalogue:
    """Return the catalogue of a file."""
    return read_catalogue(file.read_text(encoding="utf-8"))


def in_order(found: Found) -> list[str]:
    """Return the messages by the first module that says them, and within it by its lines."""

    def key(message: str) -> tuple[str, int]:
        module, _, line = found.messages[message][0].partition(":")
        return module, int(line)

    return sorted(found.messages, key=key)


def po_text(
    language: str,
    found: Found,
    singles: Mapping[str, str],
    plurals: Mapping[str, Iterable[str]],
    rule: str = PLURALS,
) -> str:
    """Return the text of a catalogue of the code's messages; a missing translation is empty."""
    parts, module = [_HEAD.format(language=language, plurals=rule)], ""
    forms = int(rule.partition("nplurals=")[2].partition(";")[0])
    for message in in_order(found):
        lines = []
        if (place := found.messages[message][0].partition(":")[0]) != module:
            module = place
            lines.append(f"#: {module}")
        if "{" in message:
            lines.append("#, python-brace-format")
        lines.append(f"msgid {quoted(message)}")
        if plural := found.plurals.get(message):
            lines.append(f"msgid_plural {quoted(plural)}")
            known = [*plurals.get(message, ())] or [""] * forms
            lines += [f"msgstr[{at}] {quoted(one)}" for at, one in enumerate(known)]
        else:
            lines.append(f"msgstr {quoted(singles.get(message, ''))}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def quoted(text: str) -> str:
    """Return a text as a string of a catalogue; a text of several lines has a string for each."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    *lines, last = escaped.split("\n")
    if not lines:
        return f'"{last}"'
    strings = [f'"{line}\\n"' for line in lines] + ([f'"{last}"'] if last else [])
    return "\n".join(['""', *strings])
