"""Which answers to which questions stand behind the answers of a derived question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cxtui.analysis.derive.named_sources import (
    codes_named,
    item_sources,
    question_ids_of,
    source_of,
)
from cxtui.errors import CodebookError
from cxtui.survey.derive.derivation import Derivation, Verb
from cxtui.survey.derive.derivation_text import derivation_of
from cxtui.survey.model import Survey
from cxtui.survey.question import Question

Members = Mapping[str, frozenset[str]] | None

_MOST = 200
"""Limit of the questions behind one, whose texts a file may have from anyone."""


@dataclass(frozen=True, slots=True)
class SourceAnswers:
    """One source of a derived question.

    `members` are the codes of its answers behind each code of the derived question, `None` where
    every derived answer depends on all of them.
    """

    question: Question
    members: Members = None


def source_answers(survey: Survey, question: Question) -> tuple[SourceAnswers, ...]:
    """Return what a derived question is made of in the end: questions that are not derived.

    There are none of a question that is not derived, or if the survey lacks its sources.
    """
    return tuple(_in_the_end(survey, question, {question.id}))


def _in_the_end(survey: Survey, question: Question, seen: set[str]) -> Iterator[SourceAnswers]:
    for one in _direct_sources(survey, question):
        if one.question.id in seen or len(seen) > _MOST:
            continue
        seen.add(one.question.id)
        if not one.question.made:
            yield one
        for inner in _in_the_end(survey, one.question, seen):
            yield SourceAnswers(inner.question, _behind(one.members, inner.members))


def _behind(outer: Members, inner: Members) -> Members:
    """Return the answers behind those that are behind each answer."""
    if outer is None or inner is None:
        return None
    nothing: frozenset[str] = frozenset()
    return {
        code: nothing.union(*(inner.get(one, nothing) for one in codes))
        for code, codes in outer.items()
    }


def _direct_sources(survey: Survey, question: Question) -> list[SourceAnswers]:
    one = derivation_of(question)
    if one is None:
        return []
    try:
        return list(_sources(survey, one, question))
    except CodebookError:
        return []


def _sources(survey: Survey, one: Derivation, question: Question) -> Iterator[SourceAnswers]:
    if one.verb is Verb.MERGE:
        source = source_of(survey, one, one.sources[0])
        yield SourceAnswers(source, _merged(one, source, question))
    elif one.verb is Verb.CASES:
        for name in question_ids_of(survey, one):
            yield SourceAnswers(source_of(survey, one, name))
    else:
        yield from map(SourceAnswers, item_sources(survey, one))


def _merged(one: Derivation, source: Question, question: Question) -> Mapping[str, frozenset[str]]:
    """Return the source's codes behind each code of a merge; the rest is behind its own answer."""
    merged = (codes_named(one, source, each.of) for each in one.answers)
    members = {codes[0]: frozenset(codes) for codes in merged}
    used = {code for codes in members.values() for code in codes}
    left = [each.code for each in source.categories if each.code not in used]
    listed = {each.code for each in source.categories}
    for each in question.categories:
        own = [each.code] if each.code in listed else left
        members.setdefault(each.code, frozenset(own))
    return members
