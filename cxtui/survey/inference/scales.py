"""Detection of rating scales, from the wording of answers or their leading numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cxtui.messages import tr, tr_count
from cxtui.survey.inference.answer_order import (
    are_phrases,
    candidate_languages,
    has_grades,
    is_not_applicable,
    tail_rank,
    wording_rank,
)
from cxtui.survey.inference.degrees import (
    PLAIN_DEGREE,
    degrees_of,
    has_subject,
    parse_degree,
)
from cxtui.survey.languages.language_choice import english
from cxtui.survey.languages.lexicon import Lexicon
from cxtui.survey.question import Category
from cxtui.text import fold

_FEWEST = 3
_FEWEST_NUMBERS = 5
_MOST = 11
_NUMBERED = (
    re.compile(
        r"^(?:\((?P<own>\d{1,2})\)\s*"
        r"|(?P<number>\d{1,2})(?:\s*[-\u2013\u2014:=._)]+\s+|\s*[-\u2013\u2014:=_]\s*|\s+|$))"
        r"(?P<words>\D.*)?$"
    ),
    re.compile(r"^(?P<number>\d{1,2})\s*[(\[](?P<words>\D.*)[)\]]$"),
    re.compile(
        r"^(?P<words>(?=\W*[^\W\d])\D*?|\D*\d\D*?)\s*"
        r"(?:[(\[](?P<own>\d{1,2})[)\]]|[\s-](?P<number>\d{1,2}))$"
    ),
)
"""`(1) Never`, `1 - Never`, `1 (Never)` and `Never (1)`."""

_WORDED = 0.6
_KINDS = (
    ("agreement, rating or degree", 5.0, 16.0, False),
    ("frequency", 23.0, 35.0, False),
    ("level", -3.0, 2.0, True),
)
"""Kinds of wordings: name, lowest rank, rank above the highest, whether the lowest ranks most."""

_YES_NO_MAYBE = frozenset({12.2, 6.8, 9.5})
_MIDDLE = (9.0, 9.5)
_NAMES_OF_SIZES = frozenset({"small", "large", "very small", "very large", "junior", "senior"})
_NONE, _OTHER_OR_NONE = 1, 2
_LOWEST_OF_LEVELS = 0.5
_NOT_AT_ALL, _NEVER = 6.0, 23.0
_SIGNS = re.compile(r"^([^\w\s\ufe0f])(?:\ufe0f?\1)*\ufe0f?(?P<rest>[^\w\s\ufe0f]*)$")
_PICTURE = re.compile(r"^[^\w(\s]+\s*(?=\d)")


@dataclass(frozen=True, slots=True)
class Scale:
    """Scores by answer in order, the answers outside the scale (`apart`), and the reason."""

    scores: Mapping[str, float]
    apart: tuple[str, ...]
    reason: str

    def categories(self, categories: Sequence[Category]) -> tuple[Category, ...]:
        """Return these categories with their scores, in the scale's order, unscored ones last."""
        by_code = {one.code: one for one in categories}
        steps = (
            Category(code, by_code[code].label, score=score, spellings=by_code[code].spellings)
            for code, score in self.scores.items()
        )
        return (*steps, *(by_code[code] for code in self.apart))


def find_scale(texts: Sequence[str]) -> Scale | None:
    """Return the scale that these answers form, else `None`.

    `Don't know` and similar answers stay in the base without a score.
    """
    return _cached_scale(tuple(texts)) if are_phrases(texts) else None


@lru_cache(maxsize=512)  # many questions of a survey share their answers
def _cached_scale(texts: tuple[str, ...]) -> Scale | None:
    found = (_scale_in(texts, lexicon) for lexicon in candidate_languages(texts))
    return next(filter(None, found), None)


def _scale_in(texts: tuple[str, ...], lexicon: Lexicon) -> Scale | None:
    """Return the scale that the answers form in a language, else `None`."""
    tails = _tails(texts, lexicon)
    steps = [text for text in texts if text not in tails]
    lowest = [text for text, place in tails.items() if place == _NONE]
    if len(lowest) == 1 and (_is_level(steps, lexicon) or _are_grades([*steps, *lowest], lexicon)):
        steps, tails = [*steps, *lowest], {one: n for one, n in tails.items() if one not in lowest}
    if any(place < _OTHER_OR_NONE for place in tails.values()):
        return None
    strangers = [one for one in steps if is_not_applicable(one) and wording_rank(one) is None]
    for read, outside in (
        (_by_numbers, []),
        (_by_signs, []),
        (_by_degree, []),
        (_by_wording, strangers[:1]),
    ):
        inside = [text for text in steps if text not in outside]
        found = read(inside, lexicon) if _FEWEST <= len(inside) <= _MOST else None
        if found:
            apart = (*outside, *sorted(tails, key=tails.__getitem__))
            return Scale(found[0], apart, found[1] + _unscored_phrase(apart))
    return None


def _tails(texts: Sequence[str], lexicon: Lexicon) -> dict[str, int]:
    """Return the rank of each answer outside a scale.

    "Not sure" is none of them beside "sure" and "very sure", nor "does not apply" beside "applies".
    """
    tails = {text: place for text in texts if (place := tail_rank(text, lexicon)) is not None}
    subjects = {parse_degree(text, lexicon)[1] for text in texts if text not in tails} - {""}
    return {
        text: place
        for text, place in tails.items()
        if not has_subject(parse_degree(text, lexicon)[1], subjects, lexicon)
    }


def _is_level(steps: Sequence[str], lexicon: Lexicon) -> bool:
    """Return whether all answers are levels, the lowest of which "none" may be."""
    ranks = [wording_rank(text, lexicon) for text in steps]
    low, high = _KINDS[-1][1:3]
    return len(steps) >= _FEWEST and all(one is not None and low <= one < high for one in ranks)


def _are_grades(steps: Sequence[str], lexicon: Lexicon) -> bool:
    """Return whether all answers are grades of one kind, as "none at all" is below "a little"."""
    ranks = [wording_rank(text, lexicon) for text in steps]
    known = [rank for rank in ranks if rank is not None]
    return len(known) == len(steps) > _FEWEST and _kind_of(known) is not None


def find_listed_scale(texts: Sequence[str]) -> Scale | None:
    """Return the scale of answers in a known order, if their wordings do not contradict it.

    The order separates answers of equal wording rank ("Once a week", "Once every few days").
    """
    if found := find_scale(texts):
        return found
    if not are_phrases(texts):
        return None
    lexicon = next((one for one in candidate_languages(texts) if has_grades(texts, one)), english())
    apart = tuple(text for text in texts if tail_rank(text, lexicon) is not None)
    steps = [text for text in texts if text not in apart]
    ranks = [rank for text in steps if (rank := wording_rank(text, lexicon)) is not None]
    if not _FEWEST <= len(steps) <= _MOST or len(ranks) < len(steps) or len(set(ranks)) < _FEWEST:
        return None
    rises, falls = (ranks == sorted(ranks, reverse=back) for back in (False, True))
    kind = _kind_of(ranks)
    if not kind or not (rises or falls):
        return None
    name, is_level = kind
    scores, reason = _score_steps(steps, name, rises=rises != is_level)
    return Scale(scores, apart, reason + _unscored_phrase(apart))


def _kind_of(ranks: Sequence[float]) -> tuple[str, bool] | None:
    """Return the name of the kind that has all these ranks, and whether its lowest ranks most."""
    for name, low, high, is_level in _KINDS:
        if all(low <= rank < high for rank in ranks):
            return name, is_level
    return None


def _score_steps(
    steps: Sequence[str], kind: str, *, rises: bool = False
) -> tuple[dict[str, float], str]:
    """Return the scores of steps from the highest to the lowest (or reverse), and the reason."""
    size = len(steps)
    scores = {text: float(place + 1 if rises else size - place) for place, text in enumerate(steps)}
    worst, best = (steps[0], steps[-1])[:: 1 if rises else -1]
    message = "{} steps of {}, from {!r} (1) to {!r} ({})"
    return scores, tr(message, size, tr(kind), worst, best, size)


def _unscored_phrase(apart: Sequence[str]) -> str:
    if not apart:
        return ""
    return tr_count(
        len(apart),
        "; {1} has no score and stays in the base",
        "; {1} have no score and stay in the base",
        ", ".join(map(repr, apart)),
    )


def _by_numbers(steps: Sequence[str], lexicon: Lexicon) -> tuple[dict[str, float], str] | None:
    """Return scores of `1 - Not at all`, `2`, … `5 - Very much`: a number each, without a gap."""
    matches = [one for one in map(_numbered, steps) if one]
    if len(matches) < len(steps):
        return None
    numbers = [number for number, _ in matches]
    lowest, highest = min(numbers), max(numbers)
    if len(set(numbers)) < len(steps) or highest - lowest + 1 != len(steps) or lowest > 1:
        return None
    words = [text for _, text in matches if text]
    if not words and len(steps) < _FEWEST_NUMBERS:
        return None
    ranked = sum(_is_graded(text, lexicon) for text in words)
    if words and len(steps) - len(words) < _FEWEST - 1 and ranked < _WORDED * len(words):
        return None
    ordered = sorted(zip(map(float, numbers), steps, strict=True))
    message = "{} steps from {!r} to {!r}, scored by their own numbers"
    reason = tr(message, len(steps), ordered[0][1], ordered[-1][1])
    return {text: number for number, text in ordered}, reason


def _numbered(text: str) -> tuple[int, str] | None:
    """Return the number and the words of an answer with a number, else `None`."""
    bare = _PICTURE.sub("", text)
    for pattern in _NUMBERED:
        if found := pattern.match(bare):
            named = found.groupdict()
            return int(named.get("own") or named["number"]), (named["words"] or "").strip()
    return None


def _is_graded(words: str, lexicon: Lexicon) -> bool:
    ranked = wording_rank(words, lexicon) is not None
    return ranked or parse_degree(words, lexicon)[0] not in {0.0, PLAIN_DEGREE}


def _by_signs(steps: Sequence[str], _: Lexicon) -> tuple[dict[str, float], str] | None:
    """Return scores of `★`, `★★`, … by the number of equal signs; `★★☆` has two."""
    signs = [one for one in map(_SIGNS.match, steps) if one]
    if len(signs) < len(steps) or len({one[1] for one in signs}) > 1:
        return None
    scores = {one[0]: float(one[0].count(one[1])) for one in signs}
    if len(set(scores.values())) < len(steps):
        return None
    ordered = dict(sorted(scores.items(), key=lambda one: one[1]))
    worst, best = next(iter(ordered)), next(reversed(ordered))
    return ordered, tr("{} steps from {!r} to {!r}, scored by their signs", len(steps), worst, best)


def _by_degree(steps: Sequence[str], lexicon: Lexicon) -> tuple[dict[str, float], str] | None:
    """Return scores of degrees such as `Very likely`, `Likely`, `Neutral`, …; the lowest is 1."""
    degrees = degrees_of(steps, lexicon)
    if not degrees:
        return None
    return _score_steps(sorted(steps, key=lambda text: -degrees[text]), "one thing")


def _by_wording(steps: Sequence[str], lexicon: Lexicon) -> tuple[dict[str, float], str] | None:
    """Return scores of graded wordings such as `Never`, `Rarely`, … `Always`; the lowest is 1."""
    ranks = {text: rank for text in steps if (rank := wording_rank(text, lexicon)) is not None}
    none = [text for text in steps if text not in ranks]
    if len(none) == 1 and tail_rank(none[0], lexicon) == _NONE:  # the lowest of levels
        ranks[none[0]] = _KINDS[-1][2] - _LOWEST_OF_LEVELS
    rest = [rank for rank in ranks.values() if rank != _NOT_AT_ALL]
    if rest and min(rest) > _NEVER:  # how often: not at all is never
        ranks = {text: max(rank, _NEVER) for text, rank in ranks.items()}
    if len(ranks) < len(steps) or len(set(ranks.values())) < len(steps):
        return None
    plain = {fold(text).rstrip(" .!") for text in steps}
    alone = {lexicon.grades.get(text) for text in plain}
    if alone & _YES_NO_MAYBE and not {*ranks.values()}.intersection(_MIDDLE):
        return None
    kind = _kind_of(list(ranks.values()))
    if plain & _NAMES_OF_SIZES or not kind:
        return None
    name, is_level = kind
    # levels are ranked from the lowest, all others from the highest
    return _score_steps(sorted(steps, key=lambda text: -ranks[text]), name, rises=is_level)
