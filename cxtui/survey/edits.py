"""Edits of a codebook: each function returns the codebook with one decision of the user.

An edited question is declared, so its reason for auto-detection is removed. All functions raise
`CodebookError` if the question, category or column does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from cxtui.errors import CodebookError
from cxtui.survey.inference.column_sets import is_unchosen
from cxtui.survey.model import PARTS, Codebook, ExcludedColumn
from cxtui.survey.question import Category, Kind, Question
from cxtui.text import clean, numbered

BY_HAND = "left aside by hand"
"""Reason of a column that the user excluded."""

Edit = Callable[..., Codebook]
"""An edit of a codebook, which is its first argument."""

_ONE_COLUMN = (Kind.SINGLE, Kind.SCALE, Kind.NUMERIC, Kind.DATE, Kind.TEXT)

# The survey as a whole


def set_title(codebook: Codebook, title: str) -> Codebook:
    """Return the codebook with another title."""
    return replace(codebook, title=clean(title))


def set_part(codebook: Codebook, part: str, name: str) -> Codebook:
    """Return the codebook with another role, wave, banner (ids) or weight (a column).

    An empty `name` declares that the survey has none. The column of a weight is not a question any
    more. Raises `CodebookError` if the question does not exist or cannot be this part.
    """
    absent = tuple(one for one in codebook.absent if one != part)
    if not name:
        absent = (*absent, part)
    elif part != "weight" and not required_question(codebook, name).can_be(part):
        raise CodebookError(f"{name} cannot be the {part}: its answers are no groups")
    chosen: dict[str, Any] = {part: name, f"{part}_guess": "", "absent": absent}
    if part == "weight" and name:
        for question in codebook.questions:
            if question.columns == (name,):
                codebook = replace_question(codebook, question.id, ())
        chosen["weights"] = tuple(dict.fromkeys((*codebook.weights, codebook.weight, name)))
        chosen["weights"] = tuple(filter(None, chosen["weights"]))
    return replace(codebook, **chosen)


def confirm_part(codebook: Codebook, part: str) -> Codebook:
    """Return the codebook with an auto-detected role, wave, weight or banner declared."""
    declared: dict[str, Any] = {f"{part}_guess": ""}
    return replace(codebook, **declared)


# Questions


def confirm_question(codebook: Codebook, question_id: str) -> Codebook:
    """Return the codebook with an auto-detected question declared unchanged."""
    return _change_question(codebook, question_id, lambda question: question)


def set_label(codebook: Codebook, question_id: str, label: str) -> Codebook:
    """Return the codebook with another label of a question, its id if the label is empty."""
    wording = clean(label) or question_id
    return _change_question(
        codebook, question_id, lambda question: replace(question, label=wording)
    )


def possible_kinds(question: Question) -> tuple[Kind, ...]:
    """Return the kinds that a question can have, including its own."""
    if len(question.columns) > 1:
        return (Kind.MULTI, Kind.GRID) if question.kind is Kind.GRID else (question.kind,)
    if question.kind in {Kind.MULTI, Kind.GRID}:
        return (question.kind, *_ONE_COLUMN)
    return _ONE_COLUMN


def set_kind(codebook: Codebook, question_id: str, kind: Kind) -> Codebook:
    """Return the codebook with a question of another kind.

    Answers that the kind cannot have are dropped, or read from the data; missing categories stay.
    Raises `CodebookError` if the columns do not allow the kind.
    """
    question = required_question(codebook, question_id)
    if kind not in possible_kinds(question):
        raise CodebookError(f"{question_id} has {len(question.columns)} columns: no {kind}")
    return _change_question(codebook, question_id, lambda question: _as_kind(question, kind))


def _as_kind(question: Question, kind: Kind) -> Question:
    if kind is question.kind:
        return question
    missing = tuple(one for one in question.categories if one.missing)
    match kind:
        case Kind.MULTI:  # from a grid: an item is chosen unless its answer means "no"
            categories = tuple(Category(one.code, one.label) for one in question.items)
            unchosen = unchosen_texts([question])
            return replace(
                question, kind=kind, categories=categories, items=(), unchosen=unchosen, nets=()
            )
        case Kind.NUMERIC | Kind.TEXT:
            return replace(question, kind=kind, categories=missing, items=(), unchosen=(), nets=())
        case Kind.DATE:
            return replace(question, kind=kind, categories=(), items=(), unchosen=(), nets=())
    counted = {Kind.SINGLE, Kind.SCALE, Kind.GRID}
    categories, nets = (
        (question.categories, question.nets) if question.kind in counted else (missing, ())
    )
    if kind is Kind.SCALE:
        categories = with_scores(categories)
    return replace(
        question, kind=kind, categories=categories, nets=nets, items=(), unchosen=(), classes=()
    )


def with_scores(categories: Iterable[Category]) -> tuple[Category, ...]:
    """Return the categories with scores 1, 2, 3 … unless one of them has a score."""
    found = tuple(categories)
    if any(one.score is not None for one in found):
        return found
    counted = [one.code for one in found if not one.missing]
    return tuple(
        replace(one, score=float(counted.index(one.code) + 1)) if one.code in counted else one
        for one in found
    )


def unchosen_texts(members: Iterable[Question]) -> tuple[str, ...]:
    """Return the texts of answers that mean "not chosen": `0`, `no`, `Not selected` …"""
    found = (
        text
        for one in members
        for category in one.categories
        if is_unchosen(category.code) or is_unchosen(category.label)
        for text in category.texts
    )
    return tuple(dict.fromkeys(found))


def set_unchosen(codebook: Codebook, question_id: str, texts: Iterable[str]) -> Codebook:
    """Return the codebook with other texts for "not chosen" in a multiple response."""
    found = tuple(dict.fromkeys(text for text in texts if text))
    return _change_question(
        codebook, question_id, lambda question: replace(question, unchosen=found)
    )


def set_section(codebook: Codebook, question_id: str, section: str) -> Codebook:
    """Return the codebook with a question in another section, or none."""
    return _change_question(codebook, question_id, lambda one: replace(one, section=clean(section)))


def set_classes(codebook: Codebook, question_id: str, bounds: Iterable[float]) -> Codebook:
    """Return the codebook with other classes of a number, by all lower bounds but the first.

    Without bounds, classes are made from the answers.
    """
    found = tuple(sorted({*map(float, bounds)}))
    return _change_question(codebook, question_id, lambda one: replace(one, classes=found))


# Categories, and the rows of a grid


def set_category_label(codebook: Codebook, question_id: str, code: str, label: str) -> Codebook:
    """Return the codebook with another label of a category, its code if the label is empty."""
    return _change_category(codebook, question_id, code, label=clean(label) or clean(code))


def toggle_missing(codebook: Codebook, question_id: str, code: str) -> Codebook:
    """Return the codebook with a category made missing, or valid again."""
    old = _required_category(required_question(codebook, question_id), code)
    return _change_category(codebook, question_id, code, missing=not old.missing)


def set_score(codebook: Codebook, question_id: str, code: str, score: float | None) -> Codebook:
    """Return the codebook with another score of a category, or without one."""
    return _change_category(codebook, question_id, code, score=score)


def score_in_order(codebook: Codebook, question_id: str) -> Codebook:
    """Return the codebook with the scores 1, 2, 3 … for the valid answers in their order."""

    def change(question: Question) -> Question:
        bare = (replace(one, score=None) for one in question.categories)
        return replace(question, categories=with_scores(bare))

    return _change_question(codebook, question_id, change)


def move_category(codebook: Codebook, question_id: str, code: str, by: int) -> Codebook:
    """Return the codebook with a category and its column moved `by` places down (or up)."""

    def change(question: Question) -> Question:
        places = [one.code for one in question.categories]
        order = _moved_order(len(places), places.index(code), by)
        columns = question.columns
        if question.kind is Kind.MULTI and len(columns) > 1:
            columns = tuple(columns[place] for place in order)
        categories = tuple(question.categories[place] for place in order)
        return replace(question, categories=categories, columns=columns)

    return _change_question(codebook, question_id, change)


def set_item_label(codebook: Codebook, question_id: str, code: str, label: str) -> Codebook:
    """Return the codebook with another label of an item of a grid."""

    def change(question: Question) -> Question:
        items = (
            replace(one, label=clean(label) or one.code) if one.code == code else one
            for one in question.items
        )
        return replace(question, items=tuple(items))

    return _change_question(codebook, question_id, change)


def move_item(codebook: Codebook, question_id: str, code: str, by: int) -> Codebook:
    """Return the codebook with an item of a grid moved `by` places down (or up)."""

    def change(question: Question) -> Question:
        order = _moved_order(
            len(question.items), [one.code for one in question.items].index(code), by
        )
        return replace(
            question,
            items=tuple(question.items[place] for place in order),
            columns=tuple(question.columns[place] for place in order),
        )

    return _change_question(codebook, question_id, change)


def _moved_order(length: int, place: int, by: int) -> list[int]:
    order = list(range(length))
    order.insert(max(0, min(place + by, length - 1)), order.pop(place))
    return order


def _change_category(codebook: Codebook, question_id: str, code: str, **changes: Any) -> Codebook:
    _required_category(required_question(codebook, question_id), code)

    def change(question: Question) -> Question:
        categories = (
            replace(one, **changes) if one.code == code else one for one in question.categories
        )
        return replace(question, categories=tuple(categories))

    return _change_question(codebook, question_id, change)


def _required_category(question: Question, code: str) -> Category:
    found = next((one for one in question.categories if one.code == code), None)
    if found is None:
        raise CodebookError(f"{question.id} has no category {code!r}")
    return found


# Excluded columns


def exclude_question(codebook: Codebook, question_id: str) -> Codebook:
    """Return the codebook with the columns of a question excluded."""
    question = required_question(codebook, question_id)
    aside = tuple(ExcludedColumn(column, BY_HAND) for column in question.columns)
    return replace(
        replace_question(codebook, question_id, ()), excluded=(*codebook.excluded, *aside)
    )


def include_column(codebook: Codebook, column: str) -> Codebook:
    """Return the codebook with an excluded column, or a weight, as a question.

    Raises `CodebookError` if the column is neither.
    """
    if column not in {*(one.column for one in codebook.excluded), *codebook.weights}:
        raise CodebookError(f"{column} is not left aside")
    identity = numbered(clean(column), {one.id for one in codebook.questions})
    kind = Kind.NUMERIC if column in codebook.weights else Kind.SINGLE
    question = Question(identity, clean(column), kind, (column,))
    if column == codebook.weight:
        codebook = set_part(codebook, "weight", "")
    return replace(
        codebook,
        weights=tuple(one for one in codebook.weights if one != column),
        excluded=tuple(one for one in codebook.excluded if one.column != column),
        questions=(*codebook.questions, question),
    )


# Helpers


def required_question(codebook: Codebook, question_id: str) -> Question:
    """Return the question with this id; raises `CodebookError` if there is none."""
    found = next((one for one in codebook.questions if one.id == question_id), None)
    if found is None:
        raise CodebookError(f"the codebook has no question {question_id!r}")
    return found


def _change_question(
    codebook: Codebook, question_id: str, change: Callable[[Question], Question]
) -> Codebook:
    """Return the codebook with a question changed and declared."""
    question = required_question(codebook, question_id)
    return replace_question(codebook, question_id, (replace(change(question), guess=""),))


def replace_question(codebook: Codebook, question_id: str, instead: Iterable[Question]) -> Codebook:
    """Return the codebook with questions in the place of one; unsets parts that do not fit."""
    found = tuple(instead)
    questions: list[Question] = []
    for one in codebook.questions:
        questions += found if one.id == question_id else (one,)
    lost: dict[str, Any] = {
        part: ""
        for part in PARTS
        if part != "weight"
        and getattr(codebook, part) == question_id
        and not any(one.id == question_id and one.can_be(part) for one in found)
    }
    lost |= {f"{part}_guess": "" for part in lost}
    return replace(codebook, questions=tuple(questions), **lost)
