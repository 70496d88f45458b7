"""Detection of rating scales, from the wording of answers or their leading numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cxtui.survey.inference.answer_order import is_not_applicable, tail_rank, wording_rank
from cxtui.survey.inference.degree_words import degrees_of
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
    ("agreement, rating or degree", 5.0, 15.0),
    ("frequency", 23.0, 34.0),
    ("level", -3.0, 1.0),
)
_PLAIN = frozenset({"yes", "no", "maybe"})
_MIDDLE = (9.0, 9.5)
_NAMES_OF_SIZES = frozenset({"small", "large", "very small", "very large", "junior", "senior"})
_OTHER_OR_NONE = 2
_NOT_AT_ALL, _NEVER = 6.0, 23.0


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
    return _cached_scale(tuple(texts))  # many questions of a survey share their answers


@lru_cache(maxsize=512)
def _cached_scale(texts: tuple[str, ...]) -> Scale | None:
    tails = {text: place for text in texts if (place := tail_rank(text)) is not None}
    if any(place < _OTHER_OR_NONE for place in tails.values()):
        return None
    steps = [text for text in texts if text not in tails]
    apart = sorted(tails, key=tails.__getitem__)
    strangers = [text for text in steps if is_not_applicable(text) and wording_rank(text) is None]
    for read, outside in (
        (_by_numbers, []),
        (_by_degree, []),
        (_by_wording, strangers[:1]),
    ):
        found = read([text for text in steps if text not in outside])
        if found:
            scores, how = found
            beside = (*outside, *apart)
            return Scale(scores, beside, how + _unscored_phrase(beside))
    return None


def find_listed_scale(texts: Sequence[str]) -> Scale | None:
    """Return the scale of answers in a known order, if their wordings do not contradict it.

    The order separates answers of equal wording rank ("Once a week", "Once every few days").
    """
    found = find_scale(texts)
    if found:
        return found
    apart = tuple(text for text in texts if tail_rank(text) is not None)
    steps = [text for text in texts if text not in apart]
    ranks = [rank for text in steps if (rank := wording_rank(text)) is not None]
    if not _FEWEST <= len(steps) <= _MOST or len(ranks) < len(steps) or len(set(ranks)) < _FEWEST:
        return None
    rises, falls = (ranks == sorted(ranks, reverse=back) for back in (False, True))
    kind = next((name for name, *ends in _KINDS if _within(ranks, *ends)), "")
    if not kind or not (rises or falls):
        return None
    least_first = steps if rises != (kind == "level") else steps[::-1]
    scores = {text: float(place) for place, text in enumerate(least_first, start=1)}
    reason = f"{len(steps)} steps of {kind}, from {least_first[0]!r} (1) to {least_first[-1]!r}"
    scored = {text: scores[text] for text in steps}
    return Scale(scored, apart, f"{reason} ({len(steps)})" + _unscored_phrase(apart))


def _within(ranks: Sequence[float], low: float, high: float) -> bool:
    return all(low <= rank < high + 1 for rank in ranks)


def _unscored_phrase(beside: Sequence[str]) -> str:
    if not beside:
        return ""
    names = ", ".join(map(repr, beside))
    stays = "has no score and stays" if len(beside) == 1 else "have no score and stay"
    return f"; {names} {stays} in the base"


def _by_numbers(steps: Sequence[str]) -> tuple[dict[str, float], str] | None:
    """Return scores of `1 - Not at all`, `2`, … `5 - Very much`: a number each, without a gap."""
    found = [_NUMBERED.match(text) for text in steps]
    if not _FEWEST <= len(steps) <= _MOST or not all(found):
        return None
    matches = [one for one in found if one]
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
    by_text = dict(zip(steps, map(float, numbers), strict=True))
    ordered = dict(sorted(by_text.items(), key=lambda one: one[1]))
    ends = f"from {next(iter(ordered))!r} to {list(ordered)[-1]!r}"
    return ordered, f"{len(steps)} steps {ends}, scored by their own numbers"


def _by_degree(steps: Sequence[str]) -> tuple[dict[str, float], str] | None:
    """Return scores of degrees such as `Very likely`, `Likely`, `Neutral`, …; the lowest is 1."""
    if not _FEWEST <= len(steps) <= _MOST:
        return None
    degrees = degrees_of(steps)
    if not degrees:
        return None
    ordered = sorted(steps, key=lambda text: -degrees[text])
    return _falling(ordered, "steps of one thing")


def _falling(ordered: Sequence[str], kind: str) -> tuple[dict[str, float], str]:
    size = len(ordered)
    scores = {text: float(size - place) for place, text in enumerate(ordered)}
    return scores, f"{size} {kind}, from {ordered[-1]!r} (1) to {ordered[0]!r} ({size})"


def _by_wording(steps: Sequence[str]) -> tuple[dict[str, float], str] | None:
    """Return scores of graded wordings such as `Never`, `Rarely`, … `Always`; the lowest is 1."""
    if not _FEWEST <= len(steps) <= _MOST:
        return None
    ranks = {text: rank for text in steps if (rank := wording_rank(text)) is not None}
    rest = [rank for rank in ranks.values() if rank != _NOT_AT_ALL]
    if rest and min(rest) > _NEVER:  # how often: not at all is never
        ranks = {text: max(rank, _NEVER) for text, rank in ranks.items()}
    if len(ranks) < len(steps) or len(set(ranks.values())) < len(steps):
        return None
    plain = {text.casefold().rstrip(" .!") for text in steps}
    if plain & _PLAIN and not any(rank in _MIDDLE for rank in ranks.values()):
        return None
    if plain & _NAMES_OF_SIZES:
        return None
    for kind, low, high in _KINDS:
        if _within(list(ranks.values()), low, high):
            # levels are ranked from the lowest, all others from the highest
            most_first = sorted(steps, key=lambda text: -ranks[text])
            size = len(steps)
            rising = kind == "level"
            scores = {
                text: float(place + 1 if rising else size - place)
                for place, text in enumerate(most_first)
            }
            worst, best = (most_first[0], most_first[-1])[:: 1 if rising else -1]
            return scores, f"{size} steps of {kind}, from {worst!r} (1) to {best!r} ({size})"
    return None
