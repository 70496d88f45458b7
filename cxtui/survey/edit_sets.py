"""Edits of sets: group columns into a multiple response or grid, and split them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cxtui.errors import CodebookError
from cxtui.survey.edits import replace_question, required_question, unchosen_texts, with_scores
from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Holds, Item, Kind, Question
from cxtui.text import clean, numbered, shared_length

_SEPARATORS = " _.-:–[("


def group_questions(codebook: Codebook, question_ids: Sequence[str], kind: Kind) -> Codebook:
    """Return the codebook with single-column questions grouped into a multiple response or grid.

    Raises `CodebookError` where there are fewer than two questions, one of them has several
    columns, or a grid would have no answers.
    """
    members = [one for one in codebook.questions if one.id in set(question_ids)]
    if len(members) < 2:  # noqa: PLR2004 -- a set has at least two
        raise CodebookError("mark at least two questions to put together")
    for one in members:
        if len(one.columns) > 1 or one.kind in {Kind.MULTI, Kind.GRID}:
            raise CodebookError("{} is a set already: split it first", one.id)
    identity = _common_stem([one.id for one in members]) or f"{members[0].id}_set"
    others = {one.id for one in codebook.questions if one not in members}
    stem = _common_stem([one.label for one in members])
    options = [
        (one.id, one.label.removeprefix(stem).strip(f"{_SEPARATORS}])") or one.label)
        for one in members
    ]
    columns = tuple(one.columns[0] for one in members)
    question = Question(numbered(identity, others), stem or members[0].label, kind, columns)
    question = replace(question, section=members[0].section)
    question = _with_answers(question, options, members)
    codebook = replace_question(codebook, members[0].id, (question,))
    for one in members[1:]:
        codebook = replace_question(codebook, one.id, ())
    return codebook


def _with_answers(
    question: Question, options: Sequence[tuple[str, str]], members: Sequence[Question]
) -> Question:
    """Return a set with its options and the answers of its columns."""
    if question.kind is Kind.MULTI:
        unchosen = unchosen_texts(members)
        listed = {one.code: one for member in members for one in member.categories}
        missing = tuple(one for one in listed.values() if one.missing)
        if any(_marks(one, unchosen) > 1 for one in members):
            valid = (one for one in listed.values() if not one.missing)
            return replace(question, categories=(*valid, *missing), holds=Holds.MENTIONS)
        categories = (*(Category(code, label) for code, label in options), *missing)
        return replace(question, categories=categories, unchosen=unchosen)
    answers: dict[str, Category] = {}
    for one in members:
        for category in one.categories:
            answers.setdefault(category.code, category)
    ordered = tuple(sorted(answers.values(), key=lambda one: one.missing))
    if all(one.missing for one in ordered):
        raise CodebookError("these questions have no answers that could be the grid's")
    if not all(one.scores for one in members):
        ordered = with_scores(replace(one, score=None) for one in ordered)
    items = tuple(Item(code, label) for code, label in options)
    return replace(question, categories=ordered, items=items)


def _marks(member: Question, unchosen: Sequence[str]) -> int:
    """Return the number of valid answers of a column that do not mean "not chosen"."""
    return sum(not one.missing and one.code not in unchosen for one in member.categories)


def split_column(codebook: Codebook, question_id: str, column: str) -> Codebook:
    """Return the codebook with one column of a set as a question of its own, after the set.

    A set of two columns is split completely. Raises `CodebookError` where the question is not a
    set of columns or lacks that column.
    """
    question = required_question(codebook, question_id)
    if len(question.columns) < 2 or column not in question.columns:  # noqa: PLR2004
        raise CodebookError("{} is no set with a column {}", question_id, column)
    left = [place for place, one in enumerate(question.columns) if one != column]
    if len(left) == 1:
        return split_set(codebook, question_id)
    alone = _column_question(question, column, {one.id for one in codebook.questions})
    return replace_question(codebook, question_id, (_keep_columns(question, left), alone))


def split_set(codebook: Codebook, question_id: str) -> Codebook:
    """Return the codebook with every column of a set as a question of its own.

    Raises `CodebookError` where the question is not a set of columns.
    """
    question = required_question(codebook, question_id)
    if len(question.columns) < 2:  # noqa: PLR2004
        raise CodebookError("{} is no set: it has one column", question_id)
    taken = {one.id for one in codebook.questions if one.id != question_id}
    alone = []
    for column in question.columns:
        alone.append(_column_question(question, column, taken))
        taken.add(alone[-1].id)
    return replace_question(codebook, question_id, alone)


def _keep_columns(question: Question, places: Sequence[int]) -> Question:
    """Return a set with only the columns at `places`; nets lose the removed members."""
    columns = tuple(question.columns[place] for place in places)
    if question.kind is Kind.GRID:
        items = tuple(question.items[place] for place in places)
        return replace(question, columns=columns, items=items, guess="")
    if question.holds is Holds.MENTIONS:
        return replace(question, columns=columns, guess="")
    options = tuple(question.options[place] for place in places)
    categories = (*options, *question.reasons)
    removed = {one.code for one in question.categories} - {one.code for one in categories}
    nets = (
        replace(
            net,
            members=tuple(one for one in net.members if one not in removed),
            minus=tuple(one for one in net.minus if one not in removed),
        )
        for net in question.nets
    )
    kept = tuple(net for net in nets if net.members)
    return replace(question, columns=columns, categories=categories, nets=kept, guess="")


def _column_question(question: Question, column: str, taken: set[str]) -> Question:
    """Return one column of a set as a question; an option's answers are read from the data.

    The label of a set that lists its options (`R / Python …`) is no part of their wordings.
    """
    place = question.columns.index(column)
    options: tuple[Category | Item, ...] = question.items or question.options
    if question.holds is Holds.MENTIONS:
        options = ()
    option = options[place].label if place < len(options) else column
    is_grid = question.kind is Kind.GRID
    kind = Kind.SCALE if is_grid and question.scores else Kind.SINGLE
    is_listing = bool(options) and question.label.startswith(f"{options[0].label} / ")
    label = option if is_listing else f"{question.label}: {option}"
    identity = numbered(clean(column), taken)
    whole = is_grid or question.holds is Holds.MENTIONS
    categories = question.categories if whole else question.reasons
    return Question(identity, label, kind, (column,), categories, section=question.section)


def _common_stem(texts: Sequence[str]) -> str:
    """Return the common beginning of all texts, up to the end of a word."""
    stem = texts[0][: shared_length(texts)]
    ends = all(len(text) == len(stem) or text[len(stem)] in _SEPARATORS for text in texts)
    if not ends and stem and stem[-1] not in _SEPARATORS:
        places = [stem.rfind(one) for one in _SEPARATORS]
        stem = stem[: max(places) + 1]
    return stem.rstrip(_SEPARATORS)
