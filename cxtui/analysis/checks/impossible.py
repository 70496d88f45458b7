"""Impossible answers: outside of a declared range, or against the declared routing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import product

from cxtui.analysis.checks.check import Candidate, Check, CheckKind, not_run
from cxtui.messages import tr
from cxtui.number_signs import localized
from cxtui.survey.conditions import NO_ANSWER, AnyOf, Condition, Filter
from cxtui.survey.derive.derivation import Derivation, MadeAnswer, Verb
from cxtui.survey.languages.language_choice import all_languages
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Question
from cxtui.survey.routing import routing_of
from cxtui.text import clean, fold

_MOST_CONDITIONS = 64


def find_impossible(survey: Survey) -> Iterator[Candidate | Check]:
    """Yield the flag of numbers outside of each declared range."""
    questions = [one for one in survey.codebook.questions if one.range]
    for one in questions:
        low, high = one.range
        outside = [
            Filter(one.id, sign, (_short(end),))
            for sign, end in (("<", low), (">", high))
            if math.isfinite(end)
        ]
        said = _range_in_words(low, high)
        flag = _case(
            f"{one.id}_outside", tr("Outside {}", said), [_any(outside)], tr("Inside {}", said)
        )
        yield Candidate(CheckKind.IMPOSSIBLE, one.id, tr("outside {}", said), flag)
    if not questions:
        reason = tr("no question declares a range, as in range = [0, 100]")
        yield not_run(CheckKind.IMPOSSIBLE, "", tr("outside the declared range"), reason)


def _range_in_words(low: float, high: float) -> str:
    if math.isinf(high):
        return tr("{} and over", localized(_short(low)))
    last = localized(_short(high))
    return tr("{} to {}", localized(_short(low)), last) if math.isfinite(low) else f"≤ {last}"


def _short(number: float) -> str:
    return f"{number:.12g}"


def find_routing(survey: Survey) -> Iterator[Candidate | Check]:
    """Yield the flags of answers that were skipped though asked, or given though not asked.

    A missing answer, such as Don't know, is an answer to a question that was asked; it is none to
    one that was not. A missing answer that says so ("not asked") is no answer.
    """
    routed = [one for one in survey.codebook.questions if one.asked]
    for one in routed:
        asked = routing_of(survey, one)
        said = clean(tr(" and ").join(one.asked))
        items = [required(survey, one.item_id(each), "question") for each in one.items] or [one]
        skipped = [Filter(each.id, "=", (NO_ANSWER, *_unasked(each))) for each in items]
        flag = _case(
            f"{one.id}_skipped",
            tr("Asked, no answer"),
            [*asked, *skipped],
            tr("Answered or not asked"),
        )
        yield Candidate(CheckKind.ROUTING, one.id, tr("no answer, though {}", said), flag)
        others = _opposite(survey, asked)
        if len(others) > _MOST_CONDITIONS:
            reason = tr("its conditions have too many alternatives")
            yield not_run(CheckKind.ROUTING, one.id, tr("answered, though not {}", said), reason)
            continue
        given = [Filter(each.id, "!=", (*_missing(each), NO_ANSWER)) for each in items]
        flag = _case(
            f"{one.id}_unasked",
            tr("Not asked, answered"),
            [*others, _any(given)],
            tr("Asked or no answer"),
        )
        yield Candidate(CheckKind.ROUTING, one.id, tr("answered, though not {}", said), flag)
    if not routed:
        reason = tr('no question declares who is asked, as in asked = "role=1"')
        yield not_run(CheckKind.ROUTING, "", tr("against the declared routing"), reason)


def _case(wanted: str, label: str, when: Iterable[Condition], rest: str) -> Derivation:
    answer = MadeAnswer(label, when=tuple(map(str, when)))
    return Derivation(wanted, Verb.CASES, wanted, answers=(answer,), rest=rest)


def _any(filters: list[Filter]) -> Condition:
    return filters[0] if len(filters) == 1 else AnyOf(tuple(filters))


def _missing(question: Question) -> tuple[str, ...]:
    """Return the codes of missing answers; of several answers, those alone are no answer."""
    if question.counts_each_answer:
        return ()
    return tuple(one.code for one in question.categories if one.missing)


def _unasked(question: Question) -> Iterator[str]:
    """Yield the codes of missing answers that say that a question was not asked."""
    if question.counts_each_answer:
        return
    for one in question.categories:
        label = fold(one.label)
        if one.missing and any(label in language.unasked for language in all_languages(label)):
            yield one.code


def _opposite(survey: Survey, conditions: Iterable[Condition]) -> list[Condition]:
    """Return conditions that all hold where not all of some conditions hold.

    Not (a and (b or c)) is (not a or not b) and (not a or not c).
    """
    factors = []
    for one in conditions:
        alternatives = one.alternatives if isinstance(one, AnyOf) else (one,)
        factors.append([_not(survey, each) for each in alternatives])
    if math.prod(map(len, factors)) > _MOST_CONDITIONS:
        return [_any(factors[0][0])] * (_MOST_CONDITIONS + 1)
    return [_any([each for filters in choice for each in filters]) for choice in product(*factors)]


def _not(survey: Survey, one: Filter) -> list[Filter]:
    """Return filters of which one holds where `one` does not: no number is not under a bound."""
    if one.operator in {"=", "!="}:
        return [one.opposite]
    missing = _missing(required(survey, one.question, "question"))
    return [one.opposite, Filter(one.question, "=", (*missing, NO_ANSWER))]
