"""Catalogues of translations: files of GNU gettext (`.po`), read as they are when one is needed.

A catalogue is one file, `cxtui/translations/LANGUAGE.po`, or a user's own of that name in the
folder `translations` beside the configuration. English is the language of the code and loads
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cxtui.errors import SourceError

_FOLDER = Path(__file__).parent / "translations"
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t"}
_PLURALS = re.compile(r"plural=([^;\n]+)")
_GERMANIC = "n != 1"


@dataclass(frozen=True, slots=True)
class PoCatalogue:
    """Translations of one language.

    `plurals` has the forms of a message by its singular; `form_of` gives the number of the form
    for a number of things.
    """

    messages: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    form_of: Callable[[int], int] = bool

    def gettext(self, message: str, /) -> str:
        """Return the translation of a message; the message itself where there is none."""
        return self.messages.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        """Return the translation of a singular or plural, as `n` things need it."""
        forms, form = self.plurals.get(msgid1, ()), self.form_of(n)
        if form < len(forms):
            return forms[form]
        return msgid1 if n == 1 else msgid2


def read_catalogue(text: str) -> PoCatalogue:
    """Return the catalogue that the text of a `.po` file holds; what is fuzzy or empty is left out.

    Raises `ValueError` where a line is none of such a file, or the rule of its plurals is none.
    """
    messages, plurals = dict[str, str](), dict[str, tuple[str, ...]]()
    for entry in text.replace("\r", "").split("\n\n"):
        parts = dict(_parts(entry))
        message, plural = parts.pop("msgid", None), parts.pop("msgid_plural", None)
        if message is None or (message and "\n#, fuzzy" in f"\n{entry}"):
            continue
        forms = tuple(parts.values())
        if plural is not None and all(forms):
            plurals[message] = forms
        elif plural is None and forms and forms[0]:
            messages[message] = forms[0]
    rule = _PLURALS.search(messages.pop("", ""))
    return PoCatalogue(messages, plurals, _form_of(rule[1].strip("() ") if rule else _GERMANIC))


def load_catalogue(file: Path) -> PoCatalogue:
    """Return the catalogue of a file; raises `SourceError` where it cannot be read as one."""
    try:
        return read_catalogue(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError("{}: {}", file, error.strerror or error) from None
    except ValueError:
        raise SourceError("{} is no catalogue of gettext: put it right", file) from None


def _parts(entry: str) -> Iterator[tuple[str, str]]:
    """Yield the keywords of an entry with their texts."""
    keyword, text = "", ""
    for line in entry.split("\n"):
        if line[:1] == '"':
            text += _unquoted(line)
        elif line and line[0] != "#":
            if keyword:
                yield keyword, text
            keyword, _, quoted = line.partition(" ")
            text = _unquoted(quoted)
    if keyword:
        yield keyword, text


def _unquoted(quoted: str) -> str:
    quoted = quoted.strip()
    if len(quoted) < 2 or quoted[0] != '"' or quoted[-1] != '"':  # noqa: PLR2004 - the two quotes
        raise ValueError(quoted)
    text = quoted[1:-1]
    return _ESCAPED.sub(lambda one: _ESCAPES.get(one[1], one[1]), text) if "\\" in text else text


def _form_of(rule: str) -> Callable[[int], int]:
    """Return what numbers the plural form for a number of things."""
    if rule == _GERMANIC:
        return lambda n: int(n != 1)
    from gettext import c2py

    return c2py(rule)


def catalogue_files() -> dict[str, Path]:
    """Return the file of each language; a user's own before that of the program."""
    from cxtui.user_directories import user_directory

    folders = (_FOLDER, user_directory("config") / "translations")
    return {file.stem: file for folder in folders for file in sorted(folder.glob("*.po"))}
