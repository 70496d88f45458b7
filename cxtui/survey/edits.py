"""Edits of a codebook: each function returns the codebook with one decision of the user.

An edited question is declared, so its reason for auto-detection is removed. All functions raise
`CodebookError` if the question, category or column does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from cxtui.errors import CodebookError
from cxtui.messages import tr
from cxtui.survey.inference.missing_words import is_missing_word
from cxtui.survey.inference.ticks import is_unchosen
from cxtui.survey.model import PARTS, Codebook, ExcludedColumn
from cxtui.survey.question import Category, Item, Kind, Question, is_number
from cxtui.text import clean, numbered

Edit = Callable[..., Codebook]
"""An edit of a codebook, which is its first argument."""

Coded = TypeVar("Coded", Category, Item)

_ONE_COLUMN = (Kind.SINGLE, Kind.SCALE, Kind.NUMERIC, Kind.DATE, Kind.TEXT)


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
        raise CodebookError("{} cannot be the {}: its answers are no groups", name, part)
    chosen: dict[str, Any] = {part: name, f"{part}_guess": "", "absent": absent}
    if part == "weight" and name:
        for question in codebook.questions:
            if question.columns == (name,):
                codebook = replace_question(codebook, question.id, ())
        weights = dict.fromkeys((*codebook.weights, codebook.weight, name))
        chosen["weights"] = tuple(filter(None, weights))
    return replace(codebook, **chosen)


def confirm_part(codebook: Codebook, part: str) -> Codebook:
    """Return the codebook with an auto-detected role, wave, weight or banner declared."""
    declared: dict[str, Any] = {f"{part}_guess": ""}
    return replace(codebook, **declared)


def confirm_question(codebook: Codebook, question_id: str) -> Codebook:
    """Return the codebook with an auto-detected question declared unchanged."""
    return _change_question(codebook, question_id)


def confirm_all(codebook: Codebook) -> Codebook:
    """Return the codebook with everything declared that was auto-detected."""
    for part in PARTS:
        codebook = confirm_part(codebook, part)
    for one in codebook.questions:
        if one.guess:
            codebook = confirm_question(codebook, one.id)
    return codebook


def set_label(codebook: Codebook, question_id: str, label: str) -> Codebook:
    """Return the codebook with another label of a question, its id if the label is empty."""
    return _change_question(codebook, question_id, label=clean(label) or question_id)


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
        raise CodebookError("{} has {} columns: no {}", question_id, len(question.columns), kind)
    changes = {} if kind is question.kind else _changes_to_kind(question, kind)
    return _change_question(codebook, question_id, kind=kind, **changes)


def _changes_to_kind(question: Question, kind: Kind) -> dict[str, Any]:
    """Return the fields of a question that change when its kind does."""
    changes: dict[str, Any] = {"items": (), "unchosen": (), "nets": (), "range": ()}
    missing = tuple(one for one in question.categories if one.missing)
    if kind is Kind.MULTI:  # from a grid: an item is chosen unless its answer means "no"
        options = tuple(Category(one.code, one.label) for one in question.items)
        return changes | {"categories": options, "unchosen": unchosen_texts([question])}
    if kind in {Kind.NUMERIC, Kind.TEXT}:
        return changes | {"categories": missing}
    if kind is Kind.DATE:
        return changes | {"categories": ()}
    categories = missing
    if question.kind in {Kind.SINGLE, Kind.SCALE, Kind.GRID}:
        categories, changes["nets"] = question.categories, question.nets
    if kind is Kind.SCALE:
        categories = with_scores(categories)
    return changes | {"categories": categories, "classes": ()}


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
    unchosen = tuple(dict.fromkeys(filter(None, texts)))
    unasked = required_question(codebook, question_id).unasked
    rest = tuple(text for text in unasked if text not in unchosen)
    return _change_question(codebook, question_id, unchosen=unchosen, unasked=rest)


def set_section(codebook: Codebook, question_id: str, section: str) -> Codebook:
    """Return the codebook with a question in another section, or none."""
    return _change_question(codebook, question_id, section=clean(section))


def set_classes(codebook: Codebook, question_id: str, bounds: Iterable[float]) -> Codebook:
    """Return the codebook with other classes of a number, by all lower bounds but the first.

    Without bounds, classes are made from the answers.
    """
    return _change_question(codebook, question_id, classes=tuple(sorted({*map(float, bounds)})))


def set_category_label(codebook: Codebook, question_id: str, code: str, label: str) -> Codebook:
    """Return the codebook with another label of a category, its code if the label is empty."""
    return _change_category(codebook, question_id, code, label=clean(label) or clean(code))


def toggle_missing(codebook: Codebook, question_id: str, code: str) -> Codebook:
    """Return the codebook with a category made missing, or valid again.

    Beside numbers and dates, a word that becomes an answer makes their texts answers, too.
    """
    old = _required_category(codebook, question_id, code)
    question = required_question(codebook, question_id)
    if old.missing and _is_word_beside(question, code):
        changes = _changes_to_kind(question, Kind.SINGLE)
        codebook = _change_question(codebook, question_id, kind=Kind.SINGLE, **changes)
    return _change_category(codebook, question_id, code, missing=not old.missing)


def _is_word_beside(question: Question, code: str) -> bool:
    """Return whether an answer is a text in a column that is read as numbers or dates."""
    is_date_word = question.kind is Kind.DATE and is_missing_word(code)
    return is_date_word or (question.kind is Kind.NUMERIC and not is_number(code))


def set_score(codebook: Codebook, question_id: str, code: str, score: float | None) -> Codebook:
    """Return the codebook with another score of a category, or without one."""
    return _change_category(codebook, question_id, code, score=score)


def score_in_order(codebook: Codebook, question_id: str) -> Codebook:
    """Return the codebook with the scores 1, 2, 3 … for the valid answers in their order."""
    question = required_question(codebook, question_id)
    bare = (replace(one, score=None) for one in question.categories)
    return _change_question(codebook, question_id, categories=with_scores(bare))


def move_category(codebook: Codebook, question_id: str, code: str, by: int) -> Codebook:
    """Return the codebook with a category and its column moved `by` places down (or up)."""
    question = required_question(codebook, question_id)
    own, rest = question.options, question.reasons
    if any(one.code == code for one in rest):
        rest, _ = _move(rest, (), code, by)
        return _change_question(codebook, question_id, categories=(*own, *rest))
    own, columns = _move(own, question.columns, code, by)
    if not question.has_column_each:
        columns = question.columns
    categories = (*own, *rest)
    return _change_question(codebook, question_id, categories=categories, columns=columns)


def set_item_label(codebook: Codebook, question_id: str, code: str, label: str) -> Codebook:
    """Return the codebook with another label of an item of a grid."""
    question = required_question(codebook, question_id)
    items = _with_changes(question.items, code, label=clean(label) or code)
    return _change_question(codebook, question_id, items=items)


def move_item(codebook: Codebook, question_id: str, code: str, by: int) -> Codebook:
    """Return the codebook with an item of a grid moved `by` places down (or up)."""
    question = required_question(codebook, question_id)
    items, columns = _move(question.items, question.columns, code, by)
    return _change_question(codebook, question_id, items=items, columns=columns)


def _move(
    found: Sequence[Coded], columns: Sequence[str], code: str, by: int
) -> tuple[tuple[Coded, ...], tuple[str, ...]]:
    """Return the categories or items, and as many columns, with those of `code` moved."""
    order = list(range(len(found)))
    place = [one.code for one in found].index(code)
    order.insert(max(0, min(place + by, len(found) - 1)), order.pop(place))
    moved = tuple(found[place] for place in order)
    return moved, tuple(columns[place] for place in order if place < len(columns))


def _with_changes(found: Iterable[Coded], code: str, **changes: Any) -> tuple[Coded, ...]:
    return tuple(replace(one, **changes) if one.code == code else one for one in found)


def _change_category(codebook: Codebook, question_id: str, code: str, **changes: Any) -> Codebook:
    _required_category(codebook, question_id, code)
    question = required_question(codebook, question_id)
    categories = _with_changes(question.categories, code, **changes)
    return _change_question(codebook, question_id, categories=categories)


def _required_category(codebook: Codebook, question_id: str, code: str) -> Category:
    for one in required_question(codebook, question_id).categories:
        if one.code == code:
            return one
    raise CodebookError("{} has no category {!r}", question_id, code)


def exclude_question(codebook: Codebook, question_id: str) -> Codebook:
    """Return the codebook with the columns of a question excluded."""
    columns = required_question(codebook, question_id).columns
    if question_id in codebook.derived_ids:  # its columns are not those of the file
        return replace_question(codebook, question_id, ())
    excluded = (ExcludedColumn(column, tr("excluded by hand")) for column in columns)
    codebook = replace_question(codebook, question_id, ())
    return replace(codebook, excluded=(*codebook.excluded, *excluded))


def include_column(codebook: Codebook, column: str) -> Codebook:
    """Return the codebook with an excluded column, or a weight, as a question.

    Raises `CodebookError` if the column is neither.
    """
    if column not in {*(one.column for one in codebook.excluded), *codebook.weights}:
        raise CodebookError("{} is not excluded", column)
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


def required_question(codebook: Codebook, question_id: str) -> Question:
    """Return the question with this id; raises `CodebookError` if there is none."""
    found = next((one for one in codebook.questions if one.id == question_id), None)
    if found is None:
        raise CodebookError("the codebook has no question {!r}", question_id)
    return found


def _change_question(codebook: Codebook, question_id: str, **changes: Any) -> Codebook:
    """Return the codebook with fields of a question changed, and the question declared."""
    question = replace(required_question(codebook, question_id), guess="", **changes)
    return replace_question(codebook, question_id, (question,))


def replace_question(codebook: Codebook, question_id: str, instead: Iterable[Question]) -> Codebook:
    """Return the codebook with questions in the place of one; unsets parts that do not fit."""
    found = tuple(instead)
    questions: list[Question] = []
    for one in codebook.questions:
        questions += found if one.id == question_id else (one,)
    lost: dict[str, Any] = {}
    for part in ("role", "wave", "banner"):
        fits = any(one.id == question_id and one.can_be(part) for one in found)
        if getattr(codebook, part) == question_id and not fits:
            lost |= {part: "", f"{part}_guess": ""}
    left = {one.id for one in questions}
    derived = tuple(one for one in codebook.derived if one.id in left)
    return replace(codebook, questions=tuple(questions), derived=derived, **lost)
