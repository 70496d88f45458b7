"""Words of all languages are looked for at once, and found as in each language in turn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.survey.languages import word_search
from cxtui.survey.languages.language_choice import all_languages, english
from cxtui.survey.languages.lexicon import WORD
from cxtui.survey.languages.word_search import find_words, matcher

_TEXTS = ("a", "e", "\u0430", "\u3042", "\uac00", "\u0627", "\u0915")
"""A text in every script."""
_QUESTIONS = sorted(english().questions)
_LANGUAGES = {one.code: one for text in _TEXTS for one in all_languages(text)}
_WORDS = sorted(
    {
        word
        for one in _LANGUAGES.values()
        for pattern in one.questions.values()
        for word in WORD.findall(pattern)
    }
)


@given(st.sampled_from(_QUESTIONS), st.lists(st.sampled_from(_WORDS), max_size=6))
def test_words_are_found_as_in_each_language(what: str, words: list[str]) -> None:
    text = " ".join(words)
    found = (
        match[0]
        for one in all_languages(text)
        if (pattern := one.questions.get(what)) and (match := matcher(pattern).search(text))
    )
    assert find_words(what, text) == next(found, "")


def test_a_text_without_words_is_not_read_language_by_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(word_search, "all_languages", pytest.fail)
    assert not any(find_words(what, "v8193x") for what in _QUESTIONS)
