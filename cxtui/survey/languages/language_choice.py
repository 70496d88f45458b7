"""The languages that texts may be in: English, and those of their scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.survey.languages.read_exports import Exports, read_exports
from cxtui.text import fold

if TYPE_CHECKING:
    from cxtui.survey.languages.lexicon import Lexicon

_FOLDER = Path(__file__).parent
_ENGLISH = _FOLDER / "latin" / "en.toml"
_LATIN = "latin"
_SCRIPTS = (
    (_LATIN, re.compile(r"[a-z\u00c0-\u024f]", re.I)),
    ("cyrillic", re.compile(r"[\u0400-\u04ff]")),
    ("cjk", re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")),
    ("hangul", re.compile(r"[\u1100-\u11ff\uac00-\ud7a3]")),
    ("arabic", re.compile(r"[\u0600-\u06ff]")),
    ("devanagari", re.compile(r"[\u0900-\u097f]")),
)
_KANA = re.compile(r"[\u3040-\u30ff]")
_JAPANESE = "ja"
_MOST_TEXTS = 300


def _read(file: Path) -> Lexicon:
    from cxtui.survey.languages.read_lexicon import read_lexicon  # nothing is guessed of most files

    return read_lexicon(file)


def english() -> Lexicon:
    """Return the words of English."""
    return _read(_ENGLISH)


def languages_of(texts: Iterable[str]) -> tuple[Lexicon, ...]:
    """Return the languages but English whose words occur in texts, the most frequent first."""
    return _languages_of(tuple(islice(texts, _MOST_TEXTS)))


@lru_cache(maxsize=256)
def _languages_of(texts: tuple[str, ...]) -> tuple[Lexicon, ...]:
    folded = list(map(fold, texts))
    joined = "\n".join(folded)
    found: list[tuple[int, Lexicon]] = []
    for script, letters in _SCRIPTS:
        if letters.search(joined):
            for lexicon in of_script(script):
                votes = _votes(lexicon, folded)
                if lexicon.code == _JAPANESE and _KANA.search(joined):
                    votes += len(folded)
                if votes:
                    found.append((votes, lexicon))
    return tuple(lexicon for _, lexicon in sorted(found, key=lambda one: -one[0]))


def all_languages(text: str) -> Iterator[Lexicon]:
    """Yield English, then all languages of the scripts in a text, whatever its words are."""
    yield from map(_read, _files_for(text))


def exports_of(text: str) -> Iterator[Exports]:
    """Yield what `all_languages` of a text call parts of exports; the rest is not read for it."""
    yield from map(read_exports, _files_for(text))


def _files_for(text: str) -> Iterator[Path]:
    yield _ENGLISH
    for script in scripts_of(text):
        yield from _files_of(script)


def scripts_of(text: str) -> tuple[str, ...]:
    """Return the names of the scripts whose letters a text has."""
    possible = _SCRIPTS[:1] if text.isascii() else _SCRIPTS
    return tuple(script for script, letters in possible if letters.search(text))


@cache
def _files_of(script: str) -> tuple[Path, ...]:
    files = sorted((_FOLDER / script).glob("*.toml"))
    return tuple(file for file in files if file != _ENGLISH)


@cache
def of_script(script: str) -> tuple[Lexicon, ...]:
    """Return the languages but English that are written in a script."""
    return tuple(map(_read, _files_of(script)))


@cache
def of_scripts(scripts: tuple[str, ...]) -> tuple[Lexicon, ...]:
    """Return English, then the languages that are written in some scripts."""
    return (english(), *(one for script in scripts for one in of_script(script)))


def _votes(lexicon: Lexicon, folded: Iterable[str]) -> int:
    """Return the number of texts with a word of the language."""
    from cxtui.survey.languages.lexicon import WORD, vocabulary

    words = vocabulary(lexicon)
    if not lexicon.is_spaced:
        return sum(any(word in text for word in words) for text in folded)
    return sum(not words.isdisjoint(WORD.findall(text)) for text in folded)
