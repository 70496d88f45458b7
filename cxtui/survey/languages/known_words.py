"""Words of questionnaires in a text of unknown encoding."""

from __future__ import annotations

from collections.abc import Iterable

from cxtui.survey.languages.language_choice import all_languages
from cxtui.survey.languages.lexicon import vocabulary
from cxtui.text import fold


def count_letters_of_words(text: str) -> int:
    """Return the number of letters of a text in words of languages without blanks."""
    found = 0
    for lexicon in all_languages(text):
        if not lexicon.is_spaced:
            words = (word for word in vocabulary(lexicon) if len(word) > 1)
            found += sum(len(word) * text.count(word) for word in words)
    return found


def count_words(words: Iterable[str]) -> int:
    """Return the number of words that questionnaires in a language with blanks use."""
    found = set(map(fold, words))
    languages = [one for one in all_languages(" ".join(found)) if one.is_spaced]
    return sum(any(word in vocabulary(one) for one in languages) for word in found)
