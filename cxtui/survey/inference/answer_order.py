"""Order of answers as in a questionnaire, from their wording, numbers or codes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from cxtui.messages import tr, tr_count

_RANKS: dict[str, float] = {
    phrase: rank
    for rank, phrases in {
        # education, lowest first (a higher rank is listed first)
        49: "no formal|primary school|elementary",
        48: "less than high school|did not complete|some high school|no high school",
        47: "high school|secondary school",
        46: "some college|some college or associate degree|vocational|trade school",
        45: "associate|associate's|associates|associate degree",
        44: "bachelor|bachelor's|bachelors|college|college graduate|university degree",
        43: "some graduate|some post graduate|master|master's|masters",
        42: "graduate|graduate degree|post graduate|postgraduate|doctor|doctorate|phd",
        # how often, most often first
        34.5: "hourly|every hour|once an hour|several times an hour",
        34: "multiple times a day|several times a day|more than once a day|once a day or more",
        33: "daily|every day|once a day|always",
        32.5: "nearly every day",
        31.8: "more than half the days",
        30.5: "several days",
        32: "most days|every few days|once every few days|several times a week"
        "|a few times per week|very often",
        31.5: "a few times a week|more than once a week|usually|most of the time|almost always",
        31: "weekly|every week|once a week|frequently|often",
        30: "a few times per month|a few times a month|several times a month",
        29.7: "every other week|once a fortnight|every two weeks|fortnightly",
        29.5: "less than weekly|less often than weekly|less than once a week"
        "|less often than once a week",
        29: "monthly|every month|most months|once a month|about half the time",
        28.5: "less than monthly|less often than monthly|less than once a month"
        "|less often than once a month",
        28: "quarterly|every few months|once every few months|sometimes|a few times a year",
        27: "once every six months|several times a year|semiannually|occasionally|occassionally",
        26: "yearly|annually|every year|once a year|once in a while",
        25.5: "less often|less than once a year|less often than once a year|less than yearly",
        25: "rarely|seldom|hardly ever|almost never",
        24: "never, but|have not, but",
        23: "never",
        # how much, how good, how far: most first
        15: "exceeds|strongly agree|completely agree|definitely|excellent|outstanding|a great deal",
        14: "critical|extremely|completely|fully|absolutely|very good|great|a lot|above average"
        "|strongly",
        13: "very|agree|good|mostly|mainly|quite|highly|well above|major",
        12: "moderately|fairly|a moderate amount|a fair amount|probably|generally|likely|well",
        11: "somewhat|some|mildly agree|partly|partially|ok|okay|average|fair|about average",
        10.5: "somewhat agree|slightly agree|tend to agree",
        10: "slightly|a little|only a little|minor",
        9: "neutral|neither|undecided|no difference|about the same|mixed",
        8.5: "somewhat disagree|slightly disagree|mildly disagree|"
        "tend to disagree|somewhat not|somewhat does not",
        8: "trivial|not too|not so|not very|"
        "not particularly|not much|not really|disagree|below average",
        7: "poor|bad|probably not|does not meet|not important|not helpful",
        6: "not at all|strongly disagree|completely disagree|nothing|nothing at all|none at all",
        5.5: "poorly|unlikely",
        5: "very poor|very bad|terrible|horrible|awful|definitely not|strongly oppose",
        # a plain yes before no
        12.2: "yes",
        9.5: "maybe|partially yes|sort of",
        6.8: "no",
        # sizes and levels, lowest first
        1: "very low|very small|novice|beginner",
        0: "low|small|junior",
        -1: "medium|mid|mid-level|intermediate|moderate",
        -2: "high|large|advanced|senior",
        -3: "very high|very large|expert",
    }.items()
    for phrase in phrases.split("|")
}
_LONGEST = max(phrase.count(" ") + 1 for phrase in _RANKS)
_TIMES_A = re.compile(
    r"^(?:\d+ ?(?:\+|(?:-|\u2013|to) ?\d+)?|two|three|four|five|two to three)(?: or more)? times"
    r" (?=(?:a|per|each|every) (?:day|week|month|year)\b)"
)
_PER = re.compile(
    r"^((?:several|a few|many) times|once) (?:per|each|every) (?=day|week|month|year)"
)
_SOON = re.compile(
    r"^(?:(?:in|within|over|during) )?(?:the )?(?:next|coming) (?=\d|day|week|month|year)"
)
_NOT_APPLICABLE = re.compile(r"I (have|do|am|was|no|never|don.t)\b")
_NEUTRAL = 9.0
_FEWEST_STEPS = 3
_YES_AND_NO = {"yes", "no"}
_AGAINST = re.compile(r"\b(un(?!iver|ited|der|iq)\w+|dis\w+|poorly|difficult|negative\w*|worse)\b")
_DEGREE = re.compile(r"^(extremely|completely|very|strongly|moderately|fairly|somewhat|slightly)\b")
_NOT_AT_ALL = re.compile(r"^not \w+ at all\b")

_TAILS = tuple(
    re.compile(pattern)
    for pattern in (
        r"other\b(?! (than|side))|-oth-$",
        r"none\b|no preference\b",
        r"n/?a\b|not applicable\b|does ?n.?.?t apply\b|does not apply\b|unfamiliar \(n/a\)",
        r"(i )?don.?.?t (know|remember|recall)\b|do not know\b|not sure\b|unsure\b|can.?t say\b"
        r"|i.?.?m not sure|no opinion\b",
        r"(i )?prefer not\b|rather not\b|refus(ed?|al)\b|decline",
        r"no answer\b|no response\b|not answered\b|dk(/\w+)?$",
    )
)
_NUMBER = re.compile(
    r"^[(\[]?\s*(?P<below>under|less than|fewer than|below|up to|<=?|≤)?"
    r"\s*(?P<above>over|more than|greater than|above|at least|>=?|≥)?"
    r"\s*[$€£]?\s*(?P<number>\d[\d,.]*|one|two|three|four|five|six|ten|once|twice|an?(?! few))"
    r"\s*(?P<times>k|m|mm|bn)?\b"
)
_SECOND = re.compile(r"(?:[-\u2013\u2014']|to|and)\s*[$€£]?(\d[\d,.]*)")
_WORDS = {"a": 1, "an": 1, "one": 1, "once": 1, "twice": 2, "two": 2} | {
    **{"three": 3, "four": 4, "five": 5, "six": 6, "ten": 10},
}
_CODE = re.compile(r"^([A-Za-z]{1,3})(\d{1,3})$")
_TIMES_SAID = {"once", "twice"}
_TIMES = {"k": 1e3, "m": 1e6, "mm": 1e6, "bn": 1e9}
_UNIT = re.compile(r"\b(time|minute|hour|day|week|month|year|million|billion)s?\b")
_UNITS = {"time": 1, "minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7} | {
    **{"month": 30.4, "year": 365, "million": 1e6, "billion": 1e9},
}


def order_texts(texts: Sequence[str]) -> tuple[list[str], str]:
    """Return answer texts in the order of a questionnaire, and the rule that was used.

    `texts` are cleaned and in order of first appearance, which is the order of last resort.
    """
    tails = {text: place for text in texts if (place := tail_rank(text)) is not None}
    ranked = [text for text in texts if text not in tails]
    ranked, rule = _order_by_rule(ranked) or (ranked, tr("in order of first appearance"))
    last = sorted(tails, key=lambda text: tails[text])
    if ranked and last:
        rule += tr_count(len(last), ", {1!r} last", ", {1!r} and such last", last[0])
    return ranked + last, rule


def has_known_order(texts: Sequence[str]) -> bool:
    """Return whether wordings, numbers or codes order the answers, not only their appearance."""
    return _order_by_rule([text for text in texts if tail_rank(text) is None]) is not None


def _order_by_rule(texts: Sequence[str]) -> tuple[list[str], str] | None:
    """Return texts in order by the rule that places most of them, and the rule."""
    placed = [
        ({text: key for text in texts if (key := key_of(text))}, rule)
        for key_of, rule in (
            (_rank_key, tr("in the order of their wording")),
            (_number_key, tr("in the order of their numbers")),
            (_code_key, tr("in the order of their codes")),
        )
    ]
    for keys, rule in sorted(placed, key=lambda one: (-len(one[0]), -len({*one[0].values()}))):
        rest = [text for text in texts if text not in keys]
        if _places_enough(list(keys), rest):
            return [*sorted(keys, key=keys.__getitem__), *rest], rule
    return None


_NO_ANSWER = re.compile(
    r"^(?:\(?-?\d{1,5}[.:)]?\s+)?(?:refus(ed?|al)|dk|rf|na|iap|inap\w*|missing|skipped|unknown|error"
    r"|(?:don.?t|do not|doesn.?t) know|no (?:answer|response|data|opinion)"
    r"|not (?:answered|applicable|available|asked|ascertained|stated|reported|sure)"
    r"|can.?t (?:say|choose)"
    r"|prefer not|declined?|technical (?:error|problem))\b",
    re.I,
)


def says_no_answer(label: str) -> bool:
    """Return whether a label means a missing answer: `Refused`, `-8. Don't know`, `IAP`."""
    return bool(_NO_ANSWER.match(label))


def tail_rank(text: str) -> int | None:
    """Return the rank of `Other`, `None`, `Don't know` and such among the last answers."""
    plain = text.casefold()
    return next((place for place, tail in enumerate(_TAILS) if tail.match(plain)), None)


def is_graded(texts: Sequence[str]) -> bool:
    """Return whether all answers are grades (how much, how often, yes or no)."""
    return all(wording_rank(text) is not None or tail_rank(text) is not None for text in texts)


def wording_rank(text: str) -> float | None:
    """Return the grade of a wording, higher for more (for levels: lower for more)."""
    lower = text.casefold().replace("\u2019", "'").rstrip(" .!")
    lower = lower if " " in lower else lower.replace("_", " ")
    answer = re.sub(r"^(yes|no)\b(,| -)? ", "", lower)
    if _phrase_rank(answer) is not None:
        lower = answer
    if _NOT_AT_ALL.match(lower):
        return _RANKS["not at all"]
    rank = _phrase_rank(lower)
    if rank is not None and _DEGREE.match(lower) and _AGAINST.search(lower):
        # "very unlikely" is as far below neutral as "very likely" is above it
        rank = min(rank, 2 * _NEUTRAL - rank) - (1 if rank <= _NEUTRAL else 0)
    return rank


def _phrase_rank(lower: str) -> float | None:
    """Return the rank of the longest known phrase that `lower` begins with."""
    words = _PER.sub(r"\1 a ", _TIMES_A.sub("several times ", lower)).split(" ")[: _LONGEST + 1]
    for size in range(len(words), 0, -1):
        phrase = " ".join(words[:size])
        for known in (phrase, phrase.rstrip(",.;:)")):
            if known in _RANKS:
                return _RANKS[known]
    return None


def is_not_applicable(text: str) -> bool:
    """Return whether an answer says that the question does not apply to the respondent."""
    return bool(_NOT_APPLICABLE.match(text))


def plain(text: str) -> str:
    """Return `text` in lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in decomposed if not unicodedata.combining(one))


def _places_enough(known: Sequence[str], rest: Sequence[str]) -> bool:
    """Return whether a rule orders enough answers: all of them, or all but "not applicable" ones.

    Three graded answers (or yes and no) may have one more answer beside them, or several that say
    that the question does not apply ("I have not attended").
    """
    if not rest:
        return len(known) > 1
    beside = len(rest) == 1 or all(map(_NOT_APPLICABLE.match, rest))
    return beside and (
        len(known) >= _FEWEST_STEPS
        or {text.casefold().rstrip(" .!") for text in known} == _YES_AND_NO
    )


def _rank_key(text: str) -> tuple[float, ...] | None:
    rank = wording_rank(text)
    return None if rank is None else (-rank,)


def _number_key(text: str) -> tuple[float, ...] | None:
    lower = _SOON.sub("up to ", text.casefold())
    lower = re.sub(r"^up to (?=[a-z])", "up to 1 ", lower)
    found = _NUMBER.match(lower)
    if not found:
        return None
    first = _number(found["number"])
    unit = _UNIT.search(lower)
    if first is None or (
        found["number"] in _WORDS and not (unit or found["number"] in _TIMES_SAID)
    ):
        return None
    scale = _TIMES.get(found["times"] or "", 1) * (_UNITS[unit[1]] if unit else 1)
    second = _SECOND.search(lower, found.end())
    upper = _number(second[1]) if second else None
    side = -1 if found["below"] else 1 if found["above"] else 0
    return first * scale, side, (upper if upper is not None else first) * scale


def _code_key(text: str) -> tuple[float, ...] | None:
    """Return the sort key of an answer code such as `A1` or `AO02`: letters before digits."""
    found = _CODE.match(text)
    return (*map(float, found[1].upper().encode()), -1.0, float(found[2])) if found else None


def _number(text: str) -> float | None:
    """Return the number of `10,000`, `1.5` or `ten`; a comma before three digits is a separator."""
    if text in _WORDS:
        return float(_WORDS[text])
    bare = re.sub(r",(?=\d{3}\b)", "", text.rstrip(".,")).replace(",", ".")
    try:
        return float(bare)
    except ValueError:
        return None
