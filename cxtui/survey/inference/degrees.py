"""Degrees of one adjective in the wording of answers: `Very likely`, `Stimme eher nicht zu`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from cxtui.survey.languages.lexicon import Lexicon, english, matcher
from cxtui.text import fold

PLAIN_DEGREE = 2.5
"""The degree of an adjective without a word of degree: `likely`."""

_NOT_AT_ALL, _AT_ALL_AGAINST = -2.0, -4.0
_AT_ALL = re.compile(r"^not (?:at all )?(.+?) at all$|^not at all (.+)$")
_SHORT, _STEM, _ENDING = 4, 5, 4
_LESS = "less"


def degrees_of(texts: Sequence[str], lexicon: Lexicon) -> dict[str, float] | None:
    """Return the degree of each text, negative for the opposite adjective; `None` if unclear.

    All texts must contain the same adjective or its opposite; neutral texts have degree 0.
    """
    parsed = {text: parse_degree(text, lexicon) for text in texts}
    subjects = {subject for _, subject in parsed.values() if subject}
    sides = {subject: _positive_form(subject, subjects, lexicon) for subject in subjects}
    forms = [form for form, _ in sides.values()]
    if any(not same_subject(forms[0], form) for form in forms[1:]):
        return None
    found: dict[str, float] = {}
    for text, (degree, subject) in parsed.items():
        is_against = bool(subject) and sides[subject][1]
        if is_against and degree < 0 and not _is_negated(subject, lexicon):
            return None  # "not unlikely"
        # "hiç memnun değilim", not satisfied at all, is less than "memnun değilim"
        found[text] = (
            _AT_ALL_AGAINST
            if is_against and degree == _NOT_AT_ALL
            else (-abs(degree) if is_against else degree)
        )
    if len(set(found.values())) < len(found):
        return None
    has_degree = sum(abs(value) not in {0.0, PLAIN_DEGREE} for value in found.values())
    return found if has_degree and (subjects or has_degree == len(found)) else None


def parse_degree(text: str, lexicon: Lexicon) -> tuple[float, str]:
    """Return the degree and the adjective of a text: 1.5 and `likely` for `Somewhat likely`."""
    lower = fold(text).strip(" .!")
    lower = lower if " " in lower else lower.replace("_", " ")
    if lexicon.neutral and matcher(lexicon.neutral).match(lower):
        return 0.0, ""
    if lower in lexicon.degrees:
        return lexicon.degrees[lower], ""
    if lexicon is english() and (at_all := _AT_ALL.match(lower)):
        return _NOT_AT_ALL, _subject(at_all[1] or at_all[2], lexicon)
    for phrase in _phrase_places(lexicon):
        found = phrase.search(lower)
        if found:
            degree = lexicon.degrees[found["word"]]
            rest = f"{lower[: found.start('word')].rstrip()} {lower[found.end('word') :].lstrip()}"
            return degree, _subject(rest, lexicon)
    return PLAIN_DEGREE, _subject(lower, lexicon)


@cache
def _phrase_places(lexicon: Lexicon) -> tuple[re.Pattern[str], ...]:
    """Return patterns of a word of degree: at the beginning, at the end, elsewhere.

    English has none elsewhere, and none that deny at the end.
    """
    words = sorted(lexicon.degrees, key=len, reverse=True)
    any_word = "|".join(map(re.escape, words))
    if not lexicon.is_spaced:
        return (
            re.compile(rf"^(?P<word>{any_word})(?=.)"),
            re.compile(rf"(?<=.)(?P<word>{any_word})$"),
        )
    at_start = re.compile(rf"^(?P<word>{any_word})(?= )")
    if lexicon is english():
        positive = "|".join(re.escape(word) for word in words if lexicon.degrees[word] > 0)
        return at_start, re.compile(rf"(?<= )(?P<word>{positive})$")
    elsewhere = re.compile(rf"(?<= )(?P<word>{any_word})(?= )")
    return at_start, re.compile(rf"(?<= )(?P<word>{any_word})$"), elsewhere


def _subject(text: str, lexicon: Lexicon) -> str:
    """Return an adjective without articles: at the beginning in English, elsewhere anywhere."""
    bare = text.strip(" .,!")
    first, _, rest = bare.partition(" ")
    if lexicon is english():
        return rest if rest and first in lexicon.articles else bare
    words = [word for word in bare.split(" ") if word not in lexicon.articles]
    return " ".join(words) or bare


def same_subject(one: str, other: str) -> bool:
    """Return whether adjectives are equal but for a short ending: `relevant` and `relevance`."""
    if one == other:
        return True
    shared = next(
        (place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )
    rests = one[shared:], other[shared:]
    return shared >= _STEM and all(
        len(rest) <= _ENDING and (rest.isalpha() or not rest) and rest != _LESS for rest in rests
    )


def _positive_form(subject: str, subjects: set[str], lexicon: Lexicon) -> tuple[str, bool]:
    """Return the positive form of an adjective, and whether `subject` is its opposite."""
    alone = len(subjects) == 1
    for side, against in lexicon.opposites:
        edge = r"\b" if lexicon.is_spaced else ""
        other, found = re.subn(rf"{edge}{re.escape(against)}{edge}", side, subject, count=1)
        if found and (alone or any(same_subject(other, one) for one in subjects)):
            return other, True
    for bare in _without_negation(subject, lexicon):
        if alone or any(same_subject(bare, one) for one in subjects - {subject}):
            return bare, not alone
    return subject, False


def _without_negation(subject: str, lexicon: Lexicon) -> list[str]:
    """Return an adjective without each negation that it has: `likely` for `unlikely`."""
    found = []
    for negation in lexicon.negations:
        before, _, after = negation.partition("~")
        if subject.startswith(before) and subject.endswith(after):
            bare = subject[len(before) : len(subject) - len(after) or None].strip()
            whole = " " in negation or not lexicon.is_spaced
            if bare and (whole or len(bare) >= _SHORT):
                found.append(bare)
    return found


def _is_negated(subject: str, lexicon: Lexicon) -> bool:
    """Return whether a word of its own denies the adjective, so that "at all" denies it more."""
    sides = (one.partition("~")[::2] for one in lexicon.negations if " " in one)
    return lexicon is not english() and any(
        subject.startswith(before) and subject.endswith(after) for before, after in sides
    )
