"""Merging of a hand-written codebook with the dictionary of a statistics file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cxtui.survey.model import Codebook, Kind, Question


def merge_dictionary(declared: Codebook, dictionary: Codebook) -> Codebook:
    """Return the `declared` codebook, completed with the file's `dictionary`.

    Codes that the file calls missing stay missing in a declared question that does not mention
    them, so that changing a label does not turn them into valid numbers.
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
    """Return the codebook with the questions that `written` lacks in the order of the file."""
    places = {name: place for place, name in enumerate(columns)}
    first = len(written.questions)
    rest = sorted(codebook.questions[first:], key=lambda one: places[one.columns[0]])
    return replace(codebook, questions=(*codebook.questions[:first], *rest))


def _keep_missing(question: Question, own: Question | None) -> Question:
    if own is None or question.kind in {Kind.MULTI, Kind.DATE, Kind.GRID}:
        return question
    known = {text for one in question.categories for text in one.texts}
    added = [one for one in own.categories if one.missing and known.isdisjoint(one.texts)]
    if not question.categories and question.kind in {Kind.SINGLE, Kind.SCALE}:
        added = list(own.categories)
    return replace(question, categories=(*question.categories, *added))
