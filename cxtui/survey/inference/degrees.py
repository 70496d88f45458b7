"""Degrees of one adjective in the wording of answers: `Very likely`, `Stimme eher nicht zu`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from cxtui.survey.languages.language_choice import english
from cxtui.survey.languages.lexicon import Lexicon
from cxtui.survey.languages.word_search import matcher
from cxtui.text import fold

PLAIN_DEGREE = 2.5
"""The degree of an adjective without a word of degree: `likely`."""

_NOT_AT_ALL, _BELOW, _AT_ALL_AGAINST = -2.0, -3.0, -4.0
_AT_ALL = re.compile(r"^not (?:at all )?(.+?) at all$|^not at all (.+)$")
_SHORT, _STEM, _ENDING = 4, 5, 4
_LESS = "less"
_NO, _MAYBE, _YES = 6.8, 9.5, 12.2
"""Ranks of these words among the grades of a language."""

_PLAIN_NOT = -1.0
_SIGN = r"[ ]?[,:(\u060c\uff0c\u3001\u2013-][ ]?"


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
            else -abs(degree)
            if is_against
            else degree
        )
    if -PLAIN_DEGREE in found.values():  # "not at all satisfied" is less than "dissatisfied"
        found = {text: _BELOW if one == _NOT_AT_ALL else one for text, one in found.items()}
    if len(set(found.values())) < len(found):
        return None
    has_degree = sum(abs(value) not in {0.0, PLAIN_DEGREE} for value in found.values())
    are_degrees = has_degree > 1 and has_degree + (0.0 in found.values()) == len(found)
    is_balanced = {*found.values()} == {PLAIN_DEGREE, 0.0, -PLAIN_DEGREE}  # for, neutral, against
    return found if (has_degree or is_balanced) and (subjects or are_degrees) else None


def parse_degree(text: str, lexicon: Lexicon) -> tuple[float, str]:
    """Return the degree and the adjective of a text: 1.5 and `likely` for `Somewhat likely`."""
    lower = fold(text).strip(" .!")
    lower = lower if " " in lower else lower.replace("_", " ")
    if lower in lexicon.degrees and lower not in _maybe(lexicon):
        return lexicon.degrees[lower], ""
    if lower in _maybe(lexicon) or (lexicon.neutral and matcher(lexicon.neutral).match(lower)):
        return 0.0, ""
    if lexicon is english() and (at_all := _AT_ALL.match(lower)):
        return _NOT_AT_ALL, _subject(at_all[1] or at_all[2], lexicon)
    # patterns take long to compile, and hardly a text has a word of theirs
    said = _yes_or_no(lexicon).match(lower) if _has_any(_answers_of(lexicon), lower) else None
    if said and (degree := _strength(said["rest"], lexicon)):
        return degree, said["word"] or said["denying"]
    for phrase in _phrase_places(lexicon) if _has_any(lexicon.degrees, lower) else ():
        found = phrase.search(lower)
        if found:
            degree = lexicon.degrees[found["word"]]
            rest = f"{lower[: found.start('word')].rstrip()} {lower[found.end('word') :].lstrip()}"
            return _denied(degree, _subject(rest, lexicon), lexicon)
    return PLAIN_DEGREE, _subject(lower, lexicon)


@cache
def _words_of(lexicon: Lexicon, grade: float) -> frozenset[str]:
    return frozenset(word for word, rank in lexicon.grades.items() if rank == grade)


@cache
def _answers_of(lexicon: Lexicon) -> frozenset[str]:
    return _words_of(lexicon, _YES) | _words_of(lexicon, _NO)


def _has_any(words: Iterable[str], lower: str) -> bool:
    return any(map(lower.__contains__, words))


@cache
def _maybe(lexicon: Lexicon) -> frozenset[str]:
    """Return the words for maybe that are no adjective with an opposite, as `possible` is."""
    return _words_of(lexicon, _MAYBE) - {word for pair in lexicon.opposites for word in pair}


@cache
def _yes_or_no(lexicon: Lexicon) -> re.Pattern[str]:
    """Return the pattern of yes or no and what stands behind it: `Nej, absolut inte`.

    A sign must be between them where the word for no also denies an adjective.
    """
    words = _answers_of(lexicon)
    denying = {*lexicon.degrees, *(one.partition(" ")[0] for one in lexicon.negations)}
    alone, others = (_any_of(one) for one in (words - denying, words & denying))
    sign = rf"(?={_SIGN})"
    said = rf"(?:(?P<word>{alone})(?: |{sign})|(?P<denying>{others}){sign})"
    return re.compile(rf"{said}(?:{_SIGN})*(?P<rest>.+)")


def _denied(degree: float, subject: str, lexicon: Lexicon) -> tuple[float, str]:
    """Return a degree that stands before "not": `partly not` denies less than `surely not`."""
    before, _, word = subject.rpartition(" ")
    other = lexicon.degrees.get(word, 0.0)
    strong = max(degree, other)
    if min(degree, other) != _PLAIN_NOT or strong <= 0 or lexicon is english():
        return degree, subject
    return _PLAIN_NOT - strong / 4 if strong > PLAIN_DEGREE else -strong / 3, before


def _strength(text: str, lexicon: Lexicon) -> float:
    """Return how strongly words behind yes or no mean it, 0 if they are no words of degree."""
    degree, subject = parse_degree(text, lexicon)
    if not subject or subject in {one.strip("~ ") for one in lexicon.negations}:
        return -_AT_ALL_AGAINST if degree == _NOT_AT_ALL else abs(degree)
    return 0.0


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
    joined = " ".join(words) or bare
    return matcher(f"{lexicon.endings}$").sub("", joined) or joined if lexicon.endings else joined


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
        len(rest) <= _ENDING and (rest.replace(" ", "").isalpha() or not rest) and rest != _LESS
        for rest in rests
    )


def has_subject(subject: str, subjects: set[str], lexicon: Lexicon) -> bool:
    """Return whether an adjective is one of several, or the opposite of one."""
    if not subject or not subjects:
        return False
    positive, is_against = _positive_form(subject, subjects | {subject}, lexicon)
    others = (subject, positive) if is_against else (subject,)
    return any(same_subject(one, other) for one in others for other in subjects)


def _positive_form(subject: str, subjects: set[str], lexicon: Lexicon) -> tuple[str, bool]:
    """Return the positive form of an adjective, and whether `subject` is its opposite."""
    alone = len(subjects) == 1
    if subject in _words_of(lexicon, _NO) and (alone or _words_of(lexicon, _YES) & subjects):
        return next(iter(_words_of(lexicon, _YES) & subjects), subject), True
    for against, side in _opposites(lexicon):
        other, found = against.subn(side, subject, count=1)
        if found and (alone or any(same_subject(other, one) for one in subjects - {subject})):
            return other, True
    for bare in _without_negation(subject, lexicon):
        if alone or any(same_subject(bare, one) for one in subjects - {subject}):
            return bare, not alone or bare in lexicon.degrees
    return subject, False


@cache
def _opposites(lexicon: Lexicon) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the patterns of opposites and what replaces them: their positive sides.

    `~` before both are endings of words; elsewhere endings of one letter change by gender and case.
    """
    found = []
    for side, against in lexicon.opposites:
        edge = r"\b" if lexicon.is_spaced else ""
        if against.startswith("~"):
            found.append((re.compile(rf"(?<=\w{{3}}){re.escape(against[1:])}\b"), side[1:]))
        elif lexicon.is_spaced and lexicon is not english() and _are_inflected(side, against):
            stem = re.escape(against[:-1])
            found.append((re.compile(rf"\b{stem}([^\W\d_]{{1,3}})\b"), rf"{side[:-1]}\g<1>"))
        else:
            found.append((re.compile(rf"{edge}{re.escape(against)}{edge}"), side))
    return tuple(found)


def _are_inflected(side: str, against: str) -> bool:
    """Return whether opposites are long words with one ending, `positiva` and `negativa`."""
    is_word = (side + against).isalpha() and side[-1] == against[-1]
    return is_word and min(len(side), len(against)) > _SHORT


def _without_negation(subject: str, lexicon: Lexicon) -> list[str]:
    """Return an adjective without each negation that it has: `likely` for `unlikely`."""
    found = []
    if lexicon.denied and (denied := matcher(lexicon.denied).fullmatch(subject)):
        found.append(denied[1])
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


def _any_of(words: Iterable[str]) -> str:
    """Return the pattern of any of the words, the longest first; of none, one that never fits."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"
