"""Degrees in answer wordings: `Very satisfied` … `Very dissatisfied`, for any adjective."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
_PLAIN = 2.5
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


def degrees_of(texts: Sequence[str]) -> dict[str, float] | None:
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
    has_degree = sum(abs(value) not in {0.0, _PLAIN} for value in found.values())
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
    return _PLAIN, _subject(lower)


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
