"""What a derived question names in a survey: its sources, their answers, and its conditions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from cxtui.errors import Advice, ViewError, near_names
from cxtui.messages import tr
from cxtui.survey.conditions import AnyOf, Condition, Filter
from cxtui.survey.derive.derivation import Derivation, MadeAnswer
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question
from cxtui.survey.quoting import quoted_value
from cxtui.survey.where_text import codes_of, parse_condition
from cxtui.text import numbered

_HELPER = "__derive_"

_MOST_CONDITIONS = 500
"""The largest number of conditions that have to hold for a case."""


def source_of(survey: Survey, one: Derivation, name: str) -> Question:
    """Return the question that a derived question names; raises `CodebookError`."""
    question = survey.codebook.find(name)
    if question is None:
        raise one.error("{}: there is no question {!r}; {}", name, advice_on_id(survey, name))
    if question.kind is Kind.TEXT:
        raise one.error("{}: {} is text, from which no question can be derived", name)
    return question


def advice_on_id(survey: Survey, name: str) -> Advice:
    """Return what to do about the id of a question that does not exist."""
    near = near_names(name, (each.id for each in survey.codebook.table_questions))
    said = tr("did you mean {!r}?", near[0]) if near else tr("`cxtui questions` lists them")
    return Advice(said, near)


def single_source(survey: Survey, one: Derivation) -> Question:
    """Return the one source of a merge or of bands, which is no grid."""
    question = source_of(survey, one, one.sources[0])
    if question.kind is Kind.GRID:
        items = ", ".join(map(question.item_id, question.items))
        raise one.error("{}: {} is a grid: take one of its items, {}", question.id, items)
    return question


def item_sources(survey: Survey, one: Derivation) -> list[Question]:
    """Return the sources of a derived question, the items of a grid instead of the grid."""
    found: dict[str, Question] = {}
    for name in one.sources:
        question = source_of(survey, one, name)
        if question.kind is not Kind.GRID:
            found[question.id] = question
            continue
        items = (survey.codebook.find_item(question.id, each.code) for each in question.items)
        found |= {each.id: each for each in items if each}
    return list(found.values())


def repeated_sources(survey: Survey, one: Derivation) -> list[Question]:
    """Return what `repeats` compares: questions, items of grids, or columns of the file as texts.

    Unlike other verbs, it takes open answers. Raises `CodebookError`.
    """
    found: dict[str, Question] = {}
    for name in one.sources:
        question = survey.codebook.find(name)
        if question is None and name in survey.schema:
            question = Question(name, name, Kind.TEXT, (name,))
        if question is None or question.kind is Kind.GRID:
            found |= {each.id: each for each in item_sources(survey, replace(one, sources=(name,)))}
        else:
            found[question.id] = question
    return list(found.values())


def least_of(one: Derivation, most: int) -> int:
    """Return how many of `most` items must be answered; raises `CodebookError` where too many."""
    if (one.least or 0) > most:
        said = "{}: least is {}, and there are {} items: take at most as many"
        raise one.error(said, one.least, most)
    return one.least or most


def helper_name(survey: Survey, one: Derivation, name: object) -> str:
    """Return the name of a helper column that no column of the survey has."""
    place = sum(each.startswith(_HELPER) for each in survey.schema)
    return numbered(f"{_HELPER}{place}_{one.verb}_{name}", survey.schema)


def codes_named(one: Derivation, question: Question, texts: Iterable[str]) -> tuple[str, ...]:
    """Return the codes that a list of codes, labels and nets means; raises `CodebookError`."""
    codes: dict[str, None] = {}
    for text in texts:
        try:
            found = codes_of(question, quoted_value(text), nets=True)
        except ViewError as error:
            raise one.error("{}: {}", error) from None
        codes |= dict.fromkeys(question.category_codes(found))
    return tuple(codes)


def conditions_of(survey: Survey, one: Derivation, case: MadeAnswer) -> list[Condition]:
    """Return the conditions of a case; raises `CodebookError` where one cannot be read."""
    if len(case.when) > _MOST_CONDITIONS:
        message = "{}, case {!r}: {:,} conditions are too many, {} are the most"
        raise one.error(message, case.label, len(case.when), _MOST_CONDITIONS)
    try:
        return [parse_condition(survey, text) for text in case.when]
    except ViewError as error:
        raise one.error("{}, case {!r}: {}", case.label, error) from None


def filters_of(conditions: Sequence[Condition]) -> list[Filter]:
    """Return the single filters of conditions."""
    return [
        each
        for condition in conditions
        for each in (condition.alternatives if isinstance(condition, AnyOf) else (condition,))
    ]


def question_ids_of(survey: Survey, one: Derivation) -> list[str]:
    """Return the ids of the questions that a derived question is made of, distinct."""
    named = list(one.sources)
    for case in one.answers:
        named += [each.question for each in filters_of(conditions_of(survey, one, case))]
    return list(dict.fromkeys(named))
