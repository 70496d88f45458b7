"""Order of answers as in a questionnaire, from their wording, numbers or codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cxtui.messages import tr, tr_count
from cxtui.survey.inference.degrees import PLAIN_DEGREE, parse_degree
from cxtui.survey.inference.frequencies import frequency_rank
from cxtui.survey.inference.number_wordings import number_keys
from cxtui.survey.languages.calendar_order import calendar_keys
from cxtui.survey.languages.language_choice import all_languages, english, languages_of
from cxtui.survey.languages.lexicon import Lexicon
from cxtui.survey.languages.word_search import matcher
from cxtui.text import fold

_TIMES_A = re.compile(
    r"^(?:\d+ ?(?:\+|(?:-|\u2013|to) ?\d+)?|two|three|four|five|two to three)(?: or more)? times"
    r" (?=(?:a|per|each|every) (?:day|week|month|year)\b)"
)
_PER = re.compile(
    r"^((?:several|a few|many) times|once) (?:per|each|every) (?=day|week|month|year)"
)
_NOT_APPLICABLE = re.compile(r"I (have|do|am|was|no|never|don.t)\b")
_NEUTRAL = 9.0
_FEWEST_STEPS = 3
_LONGEST_PHRASE = 500
_MOSTLY_GRADED = 0.5
_AGAINST = re.compile(r"\b(un(?!iver|ited|der|iq)\w+|dis\w+|poorly|difficult|negative\w*|worse)\b")
_DEGREE = re.compile(r"^(extremely|completely|very|strongly|moderately|fairly|somewhat|slightly)\b")
_NOT_AT_ALL = re.compile(r"^not \w+ at all\b")
_YES_OR_NO = re.compile(r"^(yes|no)\b(,| -)? ")
_CLOSING = " .!,;:)"
_AFTER_GRADE = re.compile(r"^[ ]?[-\u2013(,;:/]")
_CODE = re.compile(r"^([A-Za-z]{1,3})(\d{1,3})$")
_NONE = 1
"""The place of the pattern of "none" among those of answers outside a scale."""

_MOST_SPECIAL_FIRST = (2, 3, 4, 5, 0, 1)
"""Places of these patterns as they are tried: `Keine Angabe` is a refusal, `Keine` is none."""

_NO_ANSWER = re.compile(
    r"^(?:\(?-?\d{1,5}[.:)]?\s+)?(?:refus(ed?|al)|dk|rf|na|iap|inap\w*|missing|skipped|unknown|error"
    r"|(?:i )?(?:don.?t|do not|doesn.?t) know|no (?:answer|response|data|opinion)"
    r"|not (?:answered|applicable|available|asked|ascertained|stated|reported|sure)"
    r"|can.?t (?:say|choose)"
    r"|prefer not|declined?|technical (?:error|problem))\b",
    re.I,
)
_ROMANS = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
_ROMAN = re.compile(rf"(?:{'|'.join(sorted(_ROMANS, key=len, reverse=True))})\b")
_LETTER = re.compile(r"[A-Ha-h]")
_NUMBER_BEFORE = re.compile(r"^\(?-?\d{1,5}[.:)]?\s+")
_SAYS_NONE = slice(2, None)
"""Not applicable, don't know, refused and no answer, of the patterns outside a scale."""


@dataclass(frozen=True, slots=True)
class AnswerOrder:
    """Answers in the order of a questionnaire, the rule of it, and why it is undecided if it is."""

    texts: tuple[str, ...]
    rule: str
    doubt: str = ""


def order_texts(texts: Sequence[str]) -> AnswerOrder:
    """Return answer texts in the order of a questionnaire, and the rule that was used.

    `texts` are cleaned and in order of first appearance, which is the order of last resort.
    """
    lexicon, found = _first_order(texts)
    tails = {text: place for text in texts if (place := tail_rank(text, lexicon)) is not None}
    if found is None:
        ranked = tuple(text for text in texts if text not in tails)
        found = AnswerOrder(ranked, tr("in order of first appearance"), _doubt(ranked))
    last = sorted(tails.keys() - {*found.texts}, key=lambda text: (tails[text], texts.index(text)))
    rule = found.rule
    if found.texts and last:
        rule += tr_count(len(last), ", {1!r} last", ", {1!r} and such last", last[0])
    return AnswerOrder((*found.texts, *last), rule, found.doubt)


def has_known_order(texts: Sequence[str]) -> bool:
    """Return whether wordings, numbers or codes order the answers, not only their appearance."""
    return _first_order(texts)[1] is not None


def _first_order(texts: Sequence[str]) -> tuple[Lexicon, AnswerOrder | None]:
    """Return the first language in which a rule orders all answers, else most, and the order.

    Without any, return the most likely language.
    """
    likely, doubtful = english(), None
    if not are_phrases(texts):
        return likely, None
    for place, lexicon in enumerate(candidate_languages(texts)):
        likely = lexicon if place == 1 else likely
        steps = [text for text in texts if tail_rank(text, lexicon) is None]
        nones = [text for text in texts if _is_none(text, lexicon)]
        found = _order_by_rule(steps, nones, lexicon)
        if found and not found.doubt:
            return lexicon, found
        if found and not doubtful:
            doubtful = lexicon, found
    steps = [text for text in texts if tail_rank(text, likely) is None]
    if keys := calendar_keys(tuple(steps)):
        in_order = tuple(sorted(keys, key=keys.__getitem__))
        return likely, AnswerOrder(in_order, tr("in the order of the calendar"))
    return doubtful or (likely, None)


def are_phrases(texts: Iterable[str]) -> bool:
    """Return whether texts are short enough to be looked at word by word, as all answers are.

    The patterns of wordings take the square of a text's length.
    """
    return all(len(text) <= _LONGEST_PHRASE for text in texts)


def candidate_languages(texts: Sequence[str]) -> Iterator[Lexicon]:
    """Yield English, then the other languages whose words occur in the texts."""
    yield english()
    yield from languages_of(texts)


def _order_by_rule(
    steps: Sequence[str], nones: Sequence[str], lexicon: Lexicon
) -> AnswerOrder | None:
    """Return texts in order by the rule that places most of them, and the rule."""
    grades = {text: (-rank,) for text in steps if (rank := wording_rank(text, lexicon)) is not None}
    if nones and len(grades) == len(steps) > 1:
        # beside grades, "None" is the lowest of them
        is_level = all(rank >= -1 for (rank,) in grades.values())
        edge = min if is_level else max
        step = -1 if is_level else 1
        lowest = (edge(rank for (rank,) in grades.values()) + step,)
        grades |= dict.fromkeys(nones, lowest)
    codes = _place_keys(steps) or {text: key for text in steps if (key := _code_key(text))}
    placed: list[tuple[Mapping[str, tuple[float, ...]], str]] = [
        (grades, tr("in the order of their wording")),
        (number_keys(steps, lexicon), tr("in the order of their numbers")),
        (codes, tr("in the order of their codes")),
    ]
    for keys, rule in sorted(placed, key=lambda one: (-len(one[0]), -len({*one[0].values()}))):
        rest = [text for text in steps if text not in keys]
        if _places_enough(list(keys), rest, lexicon):
            ordered = (*sorted(keys, key=keys.__getitem__), *rest)
            strange = [text for text in rest if not is_not_applicable(text)]
            return AnswerOrder(ordered, rule, _strange(strange[0]) if strange else "")
    return None


def _strange(text: str) -> str:
    return tr("; undecided: where {!r} belongs, it is last; `D` or the codebook order them", text)


def _doubt(texts: Sequence[str]) -> str:
    """Return a remark if most answers are grades, so that the others should have a place too."""
    if not are_phrases(texts) or not any(
        has_grades(texts, lexicon) for lexicon in candidate_languages(texts)
    ):
        return ""
    return tr("; undecided: their order is not known; `D` or the codebook set it")


def has_grades(texts: Sequence[str], lexicon: Lexicon) -> bool:
    """Return whether most texts are grades, or degrees of one adjective; three of them at least."""
    parsed = {text: parse_degree(text, lexicon) for text in texts}
    sizes = Counter(subject for _, subject in parsed.values())
    graded = {
        subject
        for degree, subject in parsed.values()
        if subject and sizes[subject] > 1 and degree not in {0.0, PLAIN_DEGREE}
    }
    known = sum(
        wording_rank(text, lexicon) is not None or parsed[text][1] in graded for text in texts
    )
    return known >= max(_FEWEST_STEPS, _MOSTLY_GRADED * len(texts))


def says_no_answer(label: str) -> bool:
    """Return whether a label means a missing answer: `Refused`, `-8. Don't know`, `IAP`."""
    if _NO_ANSWER.match(label):
        return True
    bare = _NUMBER_BEFORE.sub("", fold(label))
    return any(
        matcher(pattern).match(bare)
        for lexicon in all_languages(bare)
        if lexicon is not english()
        for pattern in lexicon.apart[_SAYS_NONE]
    )


@lru_cache(maxsize=4096)
def tail_rank(text: str, lexicon: Lexicon | None = None) -> int | None:
    """Return the rank of `Other`, `None`, `Don't know` and such among the last answers.

    They are known in English and in the language.
    """
    plain = fold(text[:_LONGEST_PHRASE])
    languages = {one.code: one for one in (english(), lexicon) if one}.values()
    return next(
        (
            place
            for place in _MOST_SPECIAL_FIRST
            if any(matcher(one.apart[place]).match(plain) for one in languages)
        ),
        None,
    )


@lru_cache(maxsize=4096)
def _is_none(text: str, lexicon: Lexicon) -> bool:
    return any(
        matcher(one.apart[_NONE]).fullmatch(fold(text).strip(_CLOSING))
        for one in (english(), lexicon)
    )


def is_graded(texts: Sequence[str]) -> bool:
    """Return whether all answers are grades (how much, how often, yes or no)."""
    return are_phrases(texts) and any(
        all(
            wording_rank(text, lexicon) is not None or tail_rank(text, lexicon) is not None
            for text in texts
        )
        for lexicon in candidate_languages(texts)
    )


@lru_cache(maxsize=4096)
def wording_rank(text: str, lexicon: Lexicon | None = None) -> float | None:
    """Return the grade of a wording in a language, higher for more (for levels: lower for more)."""
    lower = fold(text).rstrip(" .!")
    lower = lower if " " in lower else lower.replace("_", " ")
    rank = frequency_rank(lower, lexicon or english())
    if rank is not None:
        return rank
    if lexicon is None or lexicon is english():
        return _english_rank(lower)
    if lower in lexicon.grades:
        return lexicon.grades[lower]
    for place in range(len(lower) - 1, 1, -1):
        if lower[:place] in lexicon.grades and _AFTER_GRADE.match(lower[place:]):
            return lexicon.grades[lower[:place]]
    return next((rank for one, rank in lexicon.patterns if one.fullmatch(lower)), None)


def _english_rank(lower: str) -> float | None:
    grades = english().grades
    answer = _YES_OR_NO.sub("", lower)
    if _phrase_rank(answer, grades) is not None:
        lower = answer
    if _NOT_AT_ALL.match(lower):
        return grades["not at all"]
    rank = _phrase_rank(lower, grades)
    if rank is not None and _DEGREE.match(lower) and _AGAINST.search(lower):
        # "very unlikely" is as far below neutral as "very likely" is above it
        rank = min(rank, 2 * _NEUTRAL - rank) - (1 if rank <= _NEUTRAL else 0)
    return rank


def _phrase_rank(lower: str, grades: Mapping[str, float]) -> float | None:
    """Return the rank of the longest known phrase that `lower` begins with."""
    words = _PER.sub(r"\1 a ", _TIMES_A.sub("several times ", lower)).split(" ")
    for size in range(len(words), 0, -1):
        phrase = " ".join(words[:size])
        for known in (phrase, phrase.rstrip(_CLOSING)):
            if known in grades:
                return grades[known]
    return None


def is_not_applicable(text: str) -> bool:
    """Return whether an answer says that the question does not apply to the respondent."""
    return bool(_NOT_APPLICABLE.match(text))


def _places_enough(known: Sequence[str], rest: Sequence[str], lexicon: Lexicon) -> bool:
    """Return whether a rule orders enough answers: all of them, or all but "not applicable" ones.

    Three graded answers (or yes and no) may have one more answer beside them, or several that say
    that the question does not apply ("I have not attended").
    """
    if not rest:
        return len(known) > 1
    beside = len(rest) == 1 or all(map(is_not_applicable, rest))
    return beside and (len(known) >= _FEWEST_STEPS or _are_yes_and_no(known, lexicon))


def _are_yes_and_no(texts: Sequence[str], lexicon: Lexicon) -> bool:
    yes, no = english().grades["yes"], english().grades["no"]
    return sorted(wording_rank(one, lexicon) or 0.0 for one in texts) == [no, yes]


def _place_keys(texts: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """Return the sort keys of three or more letters, or of texts that begin with Roman numbers."""
    if len(texts) > 2 and all(map(_LETTER.fullmatch, texts)):  # noqa: PLR2004
        return {text: (float(ord(text.upper())),) for text in texts}
    found = {text: match[0] for text in texts if (match := _ROMAN.match(text))}
    if "II" not in found.values() or len(found) < len(texts):
        return {}
    return {text: (float(_ROMANS.index(number)),) for text, number in found.items()}


def _code_key(text: str) -> tuple[float, ...] | None:
    """Return the sort key of an answer code such as `A1` or `AO02`: letters before digits."""
    found = _CODE.match(text)
    return (*map(float, found[1].upper().encode()), -1.0, float(found[2])) if found else None
