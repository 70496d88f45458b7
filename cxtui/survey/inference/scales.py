"""Detection of rating scales, from the wording of answers or their leading numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cxtui.messages import tr, tr_count
from cxtui.survey.inference.answer_order import is_not_applicable, tail_rank, wording_rank
from cxtui.survey.question import Category

_FEWEST = 3
_FEWEST_NUMBERS = 5
_MOST = 11
_NUMBERED = re.compile(
    r"^(?:\((\d{1,2})\)\s*|(\d{1,2})(?:\s*[-\u2013\u2014:=.)]+\s+|\s*[-\u2013\u2014:=]\s*|$))(\D.*)?$"
)
_BARE = re.compile(r"^\d{1,2}$")
_WORDED = 0.6
_KINDS = (
    ("agreement, rating or degree", 5.0, 16.0, False),
    ("frequency", 23.0, 35.0, False),
    ("level", -3.0, 2.0, True),
)
"""Kinds of wordings: name, lowest rank, rank above the highest, whether the lowest ranks most."""

_PLAIN = frozenset({"yes", "no", "maybe"})
_MIDDLE = (9.0, 9.5)
_NAMES_OF_SIZES = frozenset({"small", "large", "very small", "very large", "junior", "senior"})
_OTHER_OR_NONE = 2
_NOT_AT_ALL, _NEVER = 6.0, 23.0
_DEGREES: dict[str, float] = {
    word: degree
    for degree, words in {
        4.0: "extremely|completely|totally|absolutely|entirely|fully|exceptionally|a great deal",
        3.5: "very|strongly|much|highly|definitely|very much|a lot|greatly|significantly|certainly",
        3.0: "mostly|quite|largely|mainly|pretty|generally|rather",
        2.0: "moderately|fairly|reasonably|probably|partly|partially|neutrally|a moderate amount",
        1.5: "somewhat|tend to|to some extent|a fair amount|a bit",
        1.0: "slightly|a little|a little bit|mildly|minimally|hardly|barely|marginally",
        -0.5: "not very|not so|not too|not that|not particularly|not really|not overly|not much"
        "|not very much",
        -1.0: "not",
        -2.0: "not at all|not in the least|not at all very",
    }.items()
    for word in words.split("|")
}
_PLAIN_DEGREE = 2.5
_LONGEST_FIRST = sorted(_DEGREES, key=len, reverse=True)
_NEUTRAL = re.compile(
    r"neutral|neither\b|about the same|no (change|difference|impact|effect)|(stay|remain)(s|ed)? "
    r"the same|same as before|mixed|undecided|unchanged|might or might not|no opinion either"
    r"|moderate[;,/ ]+middle"
)
_OPPOSITES = tuple(
    tuple(pair.split("/"))
    for pair in [
        *("easy/difficult", "easy/hard", "better/worse", "good/bad", "good/poor"),
        *("positive/negative", "more/less", "positively/negatively", "favor/oppose"),
        *("favour/oppose", "support/oppose", "agree/disagree", "increase/decrease"),
        *("increased/decreased", "safe/unsafe", "safe/dangerous", "strong/weak", "high/low"),
        *("like/dislike", "approve/disapprove", "satisfied/dissatisfied", "well/poorly"),
        *("satisfied/unsatisfied", "comfortable/uncomfortable", "would/would not"),
        *("will/will not", "fast/slow", "warm/cold", "happy/unhappy", "improved/worsened"),
        *("optimistic/pessimistic", "improve/worsen", "true/untrue", "true/false"),
        "liberal/conservative",
    ]
)
_MIDDLING = re.compile(r"(?:average|medium|moderate|middling) \w+$")
_PREFIX = re.compile(r"^(un|dis|in|im|ir)(?=\w{4})")


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
    return _cached_scale(tuple(texts))


@lru_cache(maxsize=512)  # many questions of a survey share their answers
def _cached_scale(texts: tuple[str, ...]) -> Scale | None:
    tails = {text: place for text in texts if (place := tail_rank(text)) is not None}
    if any(place < _OTHER_OR_NONE for place in tails.values()):
        return None
    steps = [text for text in texts if text not in tails]
    strangers = [text for text in steps if is_not_applicable(text) and wording_rank(text) is None]
    for read, outside in ((_by_numbers, []), (_by_degree, []), (_by_wording, strangers[:1])):
        inside = [text for text in steps if text not in outside]
        found = read(inside) if _FEWEST <= len(inside) <= _MOST else None
        if found:
            apart = (*outside, *sorted(tails, key=tails.__getitem__))
            return Scale(found[0], apart, found[1] + _unscored_phrase(apart))
    return None


def find_listed_scale(texts: Sequence[str]) -> Scale | None:
    """Return the scale of answers in a known order, if their wordings do not contradict it.

    The order separates answers of equal wording rank ("Once a week", "Once every few days").
    """
    if found := find_scale(texts):
        return found
    apart = tuple(text for text in texts if tail_rank(text) is not None)
    steps = [text for text in texts if text not in apart]
    ranks = [rank for text in steps if (rank := wording_rank(text)) is not None]
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


def _by_numbers(steps: Sequence[str]) -> tuple[dict[str, float], str] | None:
    """Return scores of `1 - Not at all`, `2`, … `5 - Very much`: a number each, without a gap."""
    matches = [one for one in map(_NUMBERED.match, steps) if one]
    if len(matches) < len(steps):
        return None
    numbers = [int(one[1] or one[2]) for one in matches]
    lowest, highest = min(numbers), max(numbers)
    if len(set(numbers)) < len(steps) or highest - lowest + 1 != len(steps) or lowest > 1:
        return None
    words = [one[3] for one in matches if one[3]]
    if not words and len(steps) < _FEWEST_NUMBERS:
        return None
    ranked = sum(wording_rank(text) is not None for text in words)
    bare = sum(bool(_BARE.match(text)) for text in steps)
    if words and bare < _FEWEST - 1 and ranked < _WORDED * len(words):
        return None
    ordered = sorted(zip(map(float, numbers), steps, strict=True))
    message = "{} steps from {!r} to {!r}, scored by their own numbers"
    reason = tr(message, len(steps), ordered[0][1], ordered[-1][1])
    return {text: number for number, text in ordered}, reason


def _by_degree(steps: Sequence[str]) -> tuple[dict[str, float], str] | None:
    """Return scores of degrees such as `Very likely`, `Likely`, `Neutral`, …; the lowest is 1."""
    degrees = _degrees_of(steps)
    if not degrees:
        return None
    return _score_steps(sorted(steps, key=lambda text: -degrees[text]), "one thing")


def _by_wording(steps: Sequence[str]) -> tuple[dict[str, float], str] | None:
    """Return scores of graded wordings such as `Never`, `Rarely`, … `Always`; the lowest is 1."""
    ranks = {text: rank for text in steps if (rank := wording_rank(text)) is not None}
    rest = [rank for rank in ranks.values() if rank != _NOT_AT_ALL]
    if rest and min(rest) > _NEVER:  # how often: not at all is never
        ranks = {text: max(rank, _NEVER) for text, rank in ranks.items()}
    if len(ranks) < len(steps) or len(set(ranks.values())) < len(steps):
        return None
    plain = {text.casefold().rstrip(" .!") for text in steps}
    if plain & _PLAIN and not any(rank in _MIDDLE for rank in ranks.values()):
        return None
    kind = _kind_of(list(ranks.values()))
    if plain & _NAMES_OF_SIZES or not kind:
        return None
    name, is_level = kind
    # levels are ranked from the lowest, all others from the highest
    return _score_steps(sorted(steps, key=lambda text: -ranks[text]), name, rises=is_level)


def _degrees_of(texts: Sequence[str]) -> dict[str, float] | None:
    """Return the degree of each text, negative for the opposite adjective; `None` if unclear.

    All texts must contain the same adjective or its opposite; neutral texts have degree 0.
    """
    parsed = {text: _parse_degree(text) for text in texts}
    subjects = {subject for _, subject in parsed.values() if subject}
    if len({_counterpart(subject, subjects)[0] for subject in subjects}) > 1:
        return None
    found: dict[str, float] = {}
    for text, (degree, subject) in parsed.items():
        is_against = bool(subject) and _counterpart(subject, subjects)[1]
        if is_against and degree < 0:
            return None
        found[text] = -degree if is_against else degree
    if len(set(found.values())) < len(found):
        return None
    has_degree = sum(abs(value) not in {0.0, _PLAIN_DEGREE} for value in found.values())
    return found if has_degree and (subjects or has_degree == len(found)) else None


def _parse_degree(text: str) -> tuple[float, str]:
    """Return the degree and the adjective of a text: 1.5 and `likely` for `Somewhat likely`."""
    lower = text.casefold().replace("\u2019", "'").strip(" .!")
    lower = lower if " " in lower else lower.replace("_", " ")
    if _NEUTRAL.match(lower) or _MIDDLING.match(lower):
        return 0.0, ""
    at_all = re.match(r"^not(?: at all)? (.+?)(?: at all)$|^not at all (.+)$", lower)
    if at_all:
        return -2.0, _subject(at_all[1] or at_all[2])
    for word in _LONGEST_FIRST:
        if lower == word:
            return _DEGREES[word], ""
        if lower.startswith(f"{word} "):
            return _DEGREES[word], _subject(lower.removeprefix(f"{word} "))
        if lower.endswith(f" {word}") and _DEGREES[word] > 0:
            return _DEGREES[word], _subject(lower.removesuffix(f" {word}"))
    return _PLAIN_DEGREE, _subject(lower)


def _subject(text: str) -> str:
    return re.sub(r"^(a|an|the) ", "", text.strip(" .,!"))


def _counterpart(subject: str, subjects: set[str]) -> tuple[str, bool]:
    """Return the positive form of an adjective, and whether `subject` is its opposite."""
    for side, against in _OPPOSITES:
        other, found = re.subn(rf"\b{against}\b", side, subject, count=1)
        if found and (other in subjects or len(subjects) == 1):
            return other, True
    bare = _PREFIX.sub("", subject)
    if bare != subject and (bare in subjects or len(subjects) == 1):
        return bare, bare in subjects
    return subject, False
