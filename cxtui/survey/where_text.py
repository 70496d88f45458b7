"""The text of a `--where`: one filter, or alternatives with `or` between them.

An id, code or label that could be misread is in double quotes, with a backslash before a quote or
a backslash in it. `""` is no answer at all. Without quotes, a text is read as an id, code or label
if it is one, even with the word `missing` or `or` in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from cxtui.errors import ViewError, near_among
from cxtui.messages import tr
from cxtui.survey.conditions import NO_ANSWER, OPERATORS, AnyOf, Condition, Filter
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Category, Kind, Net, Question, is_number
from cxtui.survey.quoting import QUOTED, cuts_outside, spans_between, unquoted

_OR = re.compile(r"(?<=\s)or(?=\s)", re.IGNORECASE)
_PIECE = re.compile(rf'{QUOTED.pattern}|([^",]+)', re.DOTALL)
_OPERATOR = re.compile("|".join(OPERATORS))
_SHOWN = 12
_MOST_ALTERNATIVES = 500
"""The largest number of filters between which an `or` may stand."""


def parse_condition(survey: Survey, text: str) -> Condition:
    """Return the condition that one `--where` means: a filter, or alternatives.

    Raises `ViewError` where it names what the survey does not have, or has very many alternatives.
    """
    outside = spans_between(cuts_outside(_OR, text), text)
    if len(outside) > _MOST_ALTERNATIVES:
        raise ViewError(
            "a condition with {:,} alternatives is too long, {} are the most: `a=1,2,3` names "
            "several answers",
            *(len(outside), _MOST_ALTERNATIVES),
        )
    for spans in (outside, spans_between([one.span() for one in _OR.finditer(text)], text)):
        if filters := _divided(survey, text, spans):
            return filters[0] if len(filters) == 1 else AnyOf(filters)
    pieces = [text[begin:end].strip() for begin, end in outside]
    if not all(map(_OPERATOR.search, pieces)):
        pieces = [text]
    return AnyOf(tuple(parse_filter(survey, piece) for piece in pieces))


def _divided(
    survey: Survey, text: str, spans: Sequence[tuple[int, int]]
) -> tuple[Filter, ...] | None:
    """Return as many alternatives as `text` can be read as: an id or label may contain an `or`."""
    rest: list[tuple[Filter, ...] | None] = [*(None for _ in spans), ()]
    for first in reversed(range(len(spans))):
        for last in range(first, len(spans)):
            others = rest[last + 1]
            if others is None:
                continue
            try:
                found = parse_filter(survey, text[spans[first][0] : spans[last][1]].strip())
            except ViewError:
                continue
            rest[first] = (found, *others)
            break
    return rest[0]


def parse_filter(survey: Survey, text: str) -> Filter:
    """Return the filter that `QUESTION=VALUE,VALUE` and its like mean.

    Values are codes or labels, in any case. Raises `ViewError` where the survey lacks one.
    """
    for name, rest in _splits(text):
        operator = _OPERATOR.match(rest)
        question = survey.codebook.find(name) if operator else None
        if operator and question:
            return _filter(survey, question, operator[0], rest[operator.end() :])
    if not _OPERATOR.search(text):
        raise ViewError("--where {} lacks an operator, as in role=Marketing", text)
    required(survey, _OPERATOR.split(text)[0].strip(), "question")
    raise ViewError("--where {} cannot be read", text)


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """Yield the possible ids of a question, each with the rest of the text."""
    if quoted := QUOTED.match(text):
        yield unquoted(quoted[1]), text[quoted.end() :].lstrip()
    for position in range(1, len(text)):
        yield text[:position].strip(), text[position:]


def _filter(survey: Survey, question: Question, operator: str, text: str) -> Filter:
    if question.kind is Kind.GRID:
        items = ", ".join(map(question.item_id, question.items))
        raise ViewError("{} is a grid: filter by one of its items, {}", question.id, items)
    if operator in {"=", "!="}:
        codes = codes_of(question, text, missing=True)
        return Filter(question.id, operator, question.category_codes(codes))
    if not survey.schema[question.columns[0]].is_numeric():
        message = "{} is {}: {} compares numbers"
        raise ViewError(message, question.id, question.kind, operator)
    if not is_number(text):
        raise ViewError("{}{} takes a number, not {!r}", question.id, operator, text)
    return Filter(question.id, operator, (text.strip(),))


_Meaning = Callable[[str], Sequence[str] | None]
"""Returns the codes that a text means, `None` if there are none."""


def codes_of(
    question: Question, text: str, *, missing: bool = False, nets: bool = False
) -> tuple[str, ...]:
    """Return the codes that a comma-separated list of codes or labels means; nets have both too.

    A label may contain commas itself: where not every piece is a code, the longest run of pieces
    that is a code or label wins. With `missing`, there are words for respondents without an answer;
    with `nets`, the exact code of a net wins over the label of an answer.
    """
    meant = _meanings(question, missing=missing)
    own = {one.code for one in question.categories} | ({NO_ANSWER} if missing else set())
    own |= {one.code for one in question.nets} if nets else set()
    if (exact := _exact(own, text, meant)) is not None:
        return exact
    pieces = text.split(",")
    most = _most_pieces(question)
    codes: list[str] = []
    at = 0
    while at < len(pieces):
        for length in range(min(most, len(pieces) - at), 0, -1):
            found = meant(",".join(pieces[at : at + length]))
            if found is not None:
                codes += found
                at += length
                break
        else:
            if not question.pooled:
                raise _unknown_value(question, pieces[at].strip())
            codes.append(pieces[at].strip())  # one of the answers that no category has
            at += 1
    return tuple(codes)


def _most_pieces(question: Question) -> int:
    """Return the number of pieces between commas of the longest text that means codes."""
    nets = (text for one in question.nets for text in (one.code, one.label))
    answers = (text for one in question.categories for text in (one.code, one.label, *one.texts))
    return 1 + max((text.count(",") for text in (*nets, *answers)), default=0)


def _exact(own: Collection[str], text: str, meant: _Meaning) -> tuple[str, ...] | None:
    """Return the codes where every piece is exactly one of `own`, or in quotes.

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
    """Return the meaning of a text: a code, spelling or label in any case, or a number of a number.

    A code wins over a label, and both over the words for respondents without an answer. Of codes
    that differ only in case, the exact one wins.
    """
    known: dict[str, Sequence[str]] = {}
    if missing:
        # Don't know beside another answer is no reason to be missing.
        several = question.kind is Kind.MULTI
        codes = [one.code for one in question.categories if one.missing and not several]
        known = {"no answer": (NO_ANSWER,), "missing": (*codes, NO_ANSWER)}
    lists: tuple[Sequence[Category | Net], ...] = (question.nets, question.categories)
    for listed in lists:
        alike: dict[str, tuple[str, ...]] = {}
        for one in listed:  # a label means every code that has it
            label = _folded(one.label)
            alike[label] = (*alike.get(label, ()), one.code)
        known |= alike
        known |= {_folded(one.code): (one.code,) for one in listed}
    for fold in (_folded, str.strip):
        known |= {fold(text): (one.code,) for one in question.categories for text in one.texts}

    def meant(text: str) -> Sequence[str] | None:
        if question.kind is Kind.NUMERIC and is_number(text):
            return (text.strip(),)
        return known.get(text.strip(), known.get(_folded(text)))

    return meant


def _folded(text: str) -> str:
    return text.strip().casefold()


def _unknown_value(question: Question, value: str) -> ViewError:
    if question.kind is Kind.NUMERIC:
        return ViewError("{} takes numbers, not {!r}", question.id, value)
    if question.kind is Kind.TEXT:
        message = "{0} is text: it can be filtered by {0}=missing and != only"
        return ViewError(message, question.id)
    shown = [
        one.code if one.code == one.label else f"{one.code} ({one.label})"
        for one in question.categories[:_SHOWN]
    ]
    rest = len(question.categories) - len(shown)
    if rest > 0:
        shown.append(tr("… {} more", rest))
    answers = ", ".join(shown) or tr("none that the codebook lists")
    known = (name for one in question.categories for name in (one.code, one.label))
    near = near_among(value, known)
    return ViewError("{} has no answer {!r}; it has {}", question.id, value, answers, near)
