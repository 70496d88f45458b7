"""The text of a `--where`: one filter, or alternatives with `or` between them.

Ids, codes and labels stand as they are; one that could be misread stands in double quotes, with
a backslash before a quote or a backslash in it. `""` is no answer at all. What can be read
without the quotes, the word `missing` or the word `or` being special is still read so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from cxtui.errors import ViewError
from cxtui.survey.conditions import NO_ANSWER, OPERATORS, AnyOf, Condition, Filter
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Kind, Question, is_number
from cxtui.survey.quoting import QUOTED, cuts_outside, unquoted

_OR = re.compile(r"(?<=\s)or(?=\s)", re.IGNORECASE)
_PIECE = re.compile(rf'{QUOTED.pattern}|([^",]+)', re.DOTALL)

_Cut = tuple[int, int]
"""Where an `or` begins and ends."""


def parse_condition(survey: Survey, text: str) -> Condition:
    """Return what one `--where` asks for: a filter, or alternatives.

    Raises `ViewError` where it names what the survey does not have.
    """
    cuts = [one.span() for one in _OR.finditer(text)]
    outside = cuts_outside(_OR, text)
    for possible in (outside, cuts):
        filters = _divided(survey, text, possible)
        if filters:
            return filters[0] if len(filters) == 1 else AnyOf(filters)
    pieces = _pieces(text, outside)
    if not all(any(operator in piece for operator in OPERATORS) for piece in pieces):
        pieces = [text]
    return AnyOf(tuple(parse_filter(survey, piece) for piece in pieces))


def _pieces(text: str, cuts: Sequence[_Cut]) -> list[str]:
    begins = [0, *(end for _, end in cuts)]
    ends = [*(begin for begin, _ in cuts), len(text)]
    return [text[begin:end].strip() for begin, end in zip(begins, ends, strict=True)]


def _divided(survey: Survey, text: str, cuts: Sequence[_Cut]) -> tuple[Filter, ...] | None:
    """Return as many alternatives as `text` can be read as: an id or label may hold an `or`."""
    begins = [0, *(end for _, end in cuts)]
    ends = [*(begin for begin, _ in cuts), len(text)]
    rest: dict[int, tuple[Filter, ...] | None] = {len(begins): ()}
    for first in reversed(range(len(begins))):
        rest[first] = None
        for last in range(first, len(begins)):
            others = rest[last + 1]
            if others is None:
                continue
            found = _readable(survey, text[begins[first] : ends[last]].strip())
            if found:
                rest[first] = (found, *others)
                break
    return rest[0]


def _readable(survey: Survey, text: str) -> Filter | None:
    try:
        return parse_filter(survey, text)
    except ViewError:
        return None


def parse_filter(survey: Survey, text: str) -> Filter:
    """Return the filter that `QUESTION=VALUE,VALUE` and its like mean.

    Values are codes or labels, in any case. Raises `ViewError` where one is not there.
    """
    if quoted := QUOTED.match(text):
        question = survey.codebook.find(unquoted(quoted[1]))
        rest = text[quoted.end() :].lstrip()
        operator = next((one for one in OPERATORS if rest.startswith(one)), None)
        if question and operator:
            return _filter(survey, question, operator, rest[len(operator) :])
    for position in range(1, len(text)):
        operator = next((one for one in OPERATORS if text.startswith(one, position)), None)
        question = survey.codebook.find(text[:position].strip()) if operator else None
        if operator and question:
            return _filter(survey, question, operator, text[position + len(operator) :])
    name = text
    for operator in OPERATORS:
        name = name.split(operator)[0]
    if name == text:
        raise ViewError(f"--where {text} lacks an operator, as in role=Marketing")
    required(survey, name.strip(), "question")
    raise ViewError(f"--where {text} cannot be read")


def _filter(survey: Survey, question: Question, operator: str, text: str) -> Filter:
    if question.kind is Kind.GRID:
        items = ", ".join(map(question.item_id, question.items))
        raise ViewError(f"{question.id} is a grid: filter by one of its items, {items}")
    if operator in {"=", "!="}:
        codes = codes_of(question, text, missing=True)
        return Filter(question.id, operator, question.category_codes(codes))
    if not survey.schema[question.columns[0]].is_numeric():
        raise ViewError(f"{question.id} is {question.kind}: {operator} compares numbers")
    if not is_number(text):
        raise ViewError(f"{question.id}{operator} takes a number, not {text!r}")
    return Filter(question.id, operator, (text.strip(),))


_Meaning = Callable[[str], Sequence[str] | None]
"""Says which codes a text means, `None` for none."""


def codes_of(
    question: Question, text: str, *, missing: bool = False, nets: bool = False
) -> tuple[str, ...]:
    """Return the codes that a comma-separated list of codes or labels means; nets have both too.

    A label may hold commas itself: where not every piece is a code, the longest run of pieces
    that is a code or label wins. With `missing`, there are words for who gave no answer; with
    `nets`, the code of a net to the letter wins over the label of an answer.
    """
    meant = _meanings(question, missing=missing)
    own = {one.code for one in question.categories} | ({NO_ANSWER} if missing else set())
    own |= {one.code for one in question.nets} if nets else set()
    if (exact := _exact(own, text, meant)) is not None:
        return exact
    pieces = text.split(",")
    codes: list[str] = []
    while pieces:
        for length in range(len(pieces), 0, -1):
            found = meant(",".join(pieces[:length]))
            if found is not None:
                codes += found
                del pieces[:length]
                break
        else:
            raise ViewError(_unknown_value(question, pieces[0].strip()))
    return tuple(codes)


def _exact(own: Collection[str], text: str, meant: _Meaning) -> tuple[str, ...] | None:
    """Return the codes where every piece is one of `own` to the letter, or stands in quotes.

    `None` where a piece is anything else: it may be half of a label with a comma.
    """
    pieces = list(_PIECE.finditer(text))
    if not pieces or ",".join(one[0] for one in pieces) != text:
        return None
    has_quotes = any(one[1] is not None for one in pieces)
    codes: list[str] = []
    for one in pieces:
        value = one[2] if one[1] is None else unquoted(one[1])
        found = (value,) if value in own else meant(value) if has_quotes else None
        if found is None:
            return None
        codes += found
    return tuple(codes)


def _meanings(question: Question, *, missing: bool) -> _Meaning:
    """Return what a text means: a code, spelling or label in any case, or a number of a number.

    A code wins over a label, and both over the words for those who gave no answer. Codes that
    differ only in case stay apart: as they are written, they win over all else.
    """
    known: dict[str, Sequence[str]] = {}
    if missing:
        # Don't know beside another answer is no reason to be missing.
        several = question.kind is Kind.MULTI
        codes = [one.code for one in question.categories if one.missing and not several]
        known = {"no answer": (NO_ANSWER,), "missing": (*codes, NO_ANSWER)}
    known |= {_folded(one.label): (one.code,) for one in reversed(question.nets)}
    known |= {_folded(one.code): (one.code,) for one in question.nets}
    known |= {_folded(one.label): (one.code,) for one in reversed(question.categories)}
    for one in question.categories:
        known |= {_folded(text): (one.code,) for text in one.texts}
    for one in question.categories:
        known |= {text.strip(): (one.code,) for text in one.texts}

    def meant(text: str) -> Sequence[str] | None:
        if question.kind is Kind.NUMERIC and is_number(text):
            return (text.strip(),)
        return known.get(text.strip(), known.get(_folded(text)))

    return meant


def _folded(text: str) -> str:
    return text.strip().casefold()


def _unknown_value(question: Question, value: str) -> str:
    if question.kind is Kind.NUMERIC:
        return f"{question.id} takes numbers, not {value!r}"
    if question.kind is Kind.TEXT:
        return f"{question.id} is text: it can be filtered by {question.id}=missing and != only"
    shown = [
        one.code if one.code == one.label else f"{one.code} ({one.label})"
        for one in question.categories[:12]
    ]
    rest = len(question.categories) - len(shown)
    if rest > 0:
        shown.append(f"… {rest} more")
    answers = ", ".join(shown) or "none that the codebook lists"
    return f"{question.id} has no answer {value!r}; it has {answers}"
