"""Words of questionnaires found in texts and in names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from cxtui.survey.languages.language_choice import (
    all_languages,
    english,
    of_script,
    of_scripts,
    scripts_of,
)
from cxtui.text import fold

if TYPE_CHECKING:
    from cxtui.survey.languages.lexicon import Lexicon


@cache
def matcher(pattern: str) -> re.Pattern[str]:
    """Return the compiled pattern."""
    return re.compile(pattern)


@lru_cache(maxsize=4096)
def find_words(what: str, text: str) -> str:
    """Return the part of a text that is one of the `questions` of a language, empty if none is."""
    folded = fold(text)
    if not _questions_of(scripts_of(folded), what).search(folded):
        return ""
    for lexicon in all_languages(folded):
        pattern = lexicon.questions.get(what)
        if pattern and (found := matcher(pattern).search(folded)):
            return found[0]
    return ""


@cache
def _questions_of(scripts: tuple[str, ...], what: str) -> re.Pattern[str]:
    """Return the `questions` of all languages of scripts, and of English, as one pattern."""
    questions = (one.questions.get(what) for one in of_scripts(scripts))
    return re.compile("|".join(filter(None, questions)) or "(?!)")


@lru_cache(maxsize=4096)
def is_called(what: str, words: frozenset[str]) -> bool:
    """Return whether a word of a name is among the `names` of a language of its script."""
    scripts = scripts_of(" ".join(words))
    patterns = [_names_of("", what), *(_names_of(script, what) for script in scripts)]
    return any(pattern.fullmatch(word) for word in words for pattern in patterns)


@cache
def _names_of(script: str, what: str) -> re.Pattern[str]:
    """Return the `names` of all languages of a script as one pattern; without one, of English."""
    languages = of_script(script) if script else (english(),)
    names = (one.names.get(what) for one in languages)
    return re.compile("|".join(f"(?:{one})" for one in names if one))


def uses_name(what: str, words: Iterable[str], lexicon: Lexicon) -> bool:
    """Return whether one of the words is among the `names` of a language."""
    pattern = matcher(lexicon.names.get(what, ""))
    return any(pattern.fullmatch(word) for word in words)
