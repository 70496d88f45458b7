"""Straightliners: respondents who gave one and the same answer to all items of a grid."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from functools import partial, reduce
from itertools import groupby

import narwhals.stable.v2 as nw

from cxtui.analysis.checks.chance import few, is_chance
from cxtui.analysis.checks.check import LEAST_ITEMS, Candidate, Check, CheckKind, not_run
from cxtui.analysis.derive.answer_codes import gave_any
from cxtui.analysis.query.engine import query_rows
from cxtui.analysis.query.expressions.answered import has_answered
from cxtui.messages import tr, tr_some
from cxtui.survey.derive.derivation import Derivation, Verb
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind, Question

_FEWEST_ANSWERS = 3
_USUAL = 0.2


def find_straightliners(survey: Survey) -> Iterator[Candidate | Check]:
    """Yield the flag of each grid, and of each battery of scales with the same answers."""
    threshold = tr("same answer to all items, {} or more", LEAST_ITEMS)
    batteries = list(_batteries(survey))
    for sources, items in batteries:
        name, about = sources[0], tr_some(sources)
        flag = Derivation(
            f"straight_{name}",
            Verb.STRAIGHT,
            tr("Straightlining in {}", about),
            sources=tuple(sources),
            least=LEAST_ITEMS,
        )
        expected = partial(_judged, survey, items)
        yield Candidate(CheckKind.STRAIGHT, about, threshold, flag, expected=expected)
    if not batteries:
        reason = tr("no grid of {} items on one scale", LEAST_ITEMS)
        yield not_run(CheckKind.STRAIGHT, "", threshold, reason)


def _batteries(survey: Survey) -> Iterator[tuple[list[str], list[Question]]]:
    """Yield the ids and the items of each grid or row of scales that is long enough."""
    codebook = survey.codebook
    plain = [one for one in codebook.questions if not one.made]
    for one in plain:
        if one.kind is Kind.GRID and len(one.items) >= LEAST_ITEMS and _is_scale(one):
            found = (codebook.find_item(one.id, each.code) for each in one.items)
            yield [one.id], [each for each in found if each]
    for _, row in groupby(plain, key=_scale_of):
        items = [one for one in row if one.kind is Kind.SCALE and _is_scale(one)]
        if len(items) >= LEAST_ITEMS:
            yield [one.id for one in items], items


def _valid(question: Question) -> list[Category]:
    return [one for one in question.categories if not one.missing]


def _is_scale(question: Question) -> bool:
    """Return whether there are enough answers: two leave many who agree with all by conviction."""
    return len(_valid(question)) >= _FEWEST_ANSWERS


def _scale_of(question: Question) -> object:
    """Return what items of one battery share: their section and their answers."""
    if question.kind is not Kind.SCALE:
        return question.id
    return question.section, tuple((one.code, one.label) for one in _valid(question))


def _judged(survey: Survey, items: Sequence[Question], found: int, of: int) -> tuple[str, bool]:
    """Return how many straightliners chance makes, and whether none of those found is a flag.

    They are none where chance makes as many, where the same answer to all is usual, or where more
    respondents differ in one item only: items that measure one thing are answered so in earnest,
    and those who do not read have no reason to differ in one.
    """
    if not found:
        return "", True
    if found > _USUAL * of:
        return tr("usual here: over {:.0f}% of respondents do", 100 * _USUAL), True
    expected = expected_straight(survey, items)
    said = tr("{} by chance, if items were independent", few(expected))
    if is_chance(found, expected):
        return said, True
    near = number_nearly_straight(survey, items)
    return tr("{}; {:,} differ in one item only", said, near), near > found


def number_nearly_straight(survey: Survey, items: Sequence[Question]) -> int:
    """Return how many respondents gave one answer to all items but one, of five or more."""
    answered, given = _answers(survey, items)
    same = [reduce(operator.add, codes) for codes in zip(*given, strict=True)]
    n, most = reduce(operator.add, answered), nw.max_horizontal(*same)
    is_near = (n >= LEAST_ITEMS) & (most == n - 1)
    rows = query_rows(survey, survey.frame.select(_flag(is_near).sum().alias("__near")))
    return int(rows[0][0] or 0)


def _answers(
    survey: Survey, items: Sequence[Question]
) -> tuple[list[nw.Expr], list[list[nw.Expr]]]:
    """Return whether each item was answered, and by each of its valid answers; 1 or 0."""
    codes = [one.code for one in _valid(items[0])]
    answered = [_flag(has_answered(survey, one)) for one in items]
    return answered, [[_flag(gave_any(survey, one, [code])) for code in codes] for one in items]


def expected_straight(survey: Survey, items: Sequence[Question]) -> float:
    """Return how many respondents would answer alike throughout by chance, on a scale so skewed.

    With independent items, the probability that a respondent does is Σ_a Π_i p_i(a): over the
    answers a, the product over the items i that the respondent answered (five or more) of the
    share p_i(a) of a among all valid answers to the item. Their sum over respondents is returned.
    """
    answered, given = _answers(survey, items)
    sums = [
        each.sum().alias(f"__{place}")
        for place, each in enumerate([*answered, *(one for row in given for one in row)])
    ]
    totals = [float(n or 0) for n in query_rows(survey, survey.frame.select(*sums))[0]]
    bases, counts = totals[: len(items)], totals[len(items) :]
    chances = []
    steps = len(given[0])
    for at in range(steps):
        shares = [
            counts[place * steps + at] / base if base else 0.0 for place, base in enumerate(bases)
        ]
        factors = [
            nw.when(is_there > 0).then(nw.lit(share)).otherwise(nw.lit(1.0))
            for is_there, share in zip(answered, shares, strict=True)
        ]
        chances.append(reduce(operator.mul, factors))
    number = reduce(operator.add, answered)
    chance = nw.when(number >= LEAST_ITEMS).then(reduce(operator.add, chances))
    rows = query_rows(survey, survey.frame.select(chance.sum().alias("__expected")))
    return float(rows[0][0] or 0.0)


def _flag(condition: nw.Expr) -> nw.Expr:
    return condition.fill_null(False).cast(nw.Int64)
