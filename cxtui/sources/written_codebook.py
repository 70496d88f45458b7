"""A codebook that somebody wrote beside a file that declares its variables itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cxtui.survey.model import Codebook, Kind, Question


def merge_dictionary(declared: Codebook, dictionary: Codebook) -> Codebook:
    """Return the codebook that somebody wrote, with what the file itself declares of the rest.

    What the file calls missing stays missing in a question that does not mention those codes:
    a sentinel must not become a number because somebody reworded a label.
    """
    own = {one.columns: one for one in dictionary.questions}
    questions = [_keep_missing(one, own.get(one.columns)) for one in declared.questions]
    ids = {one.id for one in questions}
    used = {name for one in questions for name in one.columns}
    used |= {one.column for one in declared.aside}
    used |= {declared.weight, *declared.weights, declared.respondent}
    rest = [one for one in dictionary.questions if used.isdisjoint(one.columns)]
    added = [replace(one, id=f"{one.id}_2") if one.id in ids else one for one in rest]
    wave = not declared.wave and any(one.id == dictionary.wave for one in added)
    return replace(
        declared,
        questions=(*questions, *added),
        aside=(*declared.aside, *(one for one in dictionary.aside if one.column not in used)),
        title=declared.title or dictionary.title,
        source=declared.source or dictionary.source,
        weight=declared.weight or ("" if dictionary.weight in used else dictionary.weight),
        wave=dictionary.wave if wave else declared.wave,
        wave_guess=dictionary.wave_guess if wave else declared.wave_guess,
    )


def order_as_file(codebook: Codebook, written: Codebook, columns: Sequence[str]) -> Codebook:
    """Return the codebook with the questions that nobody wrote down in the order of the file."""
    places = {name: place for place, name in enumerate(columns)}
    first = len(written.questions)
    rest = sorted(codebook.questions[first:], key=lambda one: places[one.columns[0]])
    return replace(codebook, questions=(*codebook.questions[:first], *rest))


def _keep_missing(question: Question, own: Question | None) -> Question:
    if own is None or question.kind in {Kind.MULTI, Kind.DATE, Kind.GRID}:
        return question
    known = {text for one in question.categories for text in one.texts}
    kept = [one for one in own.categories if one.missing and known.isdisjoint(one.texts)]
    if not question.categories and question.kind in {Kind.SINGLE, Kind.SCALE}:
        kept = list(own.categories)
    return replace(question, categories=(*question.categories, *kept))
