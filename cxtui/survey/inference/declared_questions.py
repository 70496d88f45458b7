"""Completion of declared questions with answers that occur in the sample."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.errors import CodebookError
from cxtui.survey.inference.column_values import count_values
from cxtui.survey.inference.multiple_answers import split_answers
from cxtui.survey.inference.question_kinds import answer_categories
from cxtui.survey.question import Category, Question


def complete_question(question: Question, sample: nw.DataFrame[Any], *, whole: bool) -> Question:
    """Return a declared question with all its answers and the members of its nets as categories.

    `whole` says that the sample holds all respondents. Raises `CodebookError` if a net has a
    member that does not occur among them.
    """
    return _add_net_members(_fill_categories(question, sample), whole=whole)


def _fill_categories(question: Question, sample: nw.DataFrame[Any]) -> Question:
    """Return a declared question with the answers of its column, where it declares none.

    Declared missing categories follow the answers of the column.
    """
    if not question.takes_answers_from_data:
        return question
    declared, others = question.categories, question.others
    column = count_values(sample[question.columns[0]])
    if question.delimiter:
        pieces = split_answers(column.counts, question.delimiter)
        found, others = pieces.categories, pieces.others
    else:
        found = answer_categories(question.kind, column)
    known = {text for one in declared for text in one.texts}
    answers = tuple(one for one in found if known.isdisjoint(one.texts))
    return replace(question, categories=(*answers, *declared), others=others)


def _add_net_members(question: Question, *, whole: bool) -> Question:
    """Return a question with a category for every member of its nets.

    A member that does not occur in a sample becomes a category. Raises `CodebookError` where the
    sample holds all respondents.
    """
    known = {one.code for one in question.categories}
    beyond: dict[str, None] = {}
    for net in question.nets:
        unknown = [one for one in (*net.members, *net.minus) if one not in known]
        if unknown and whole:
            raise CodebookError(
                f"the codebook's net {net.code!r} of {question.id!r} has the unknown member "
                f"{unknown[0]!r}: `cxtui codebook` writes the codes of all answers"
            )
        beyond |= dict.fromkeys(unknown)
        known.add(net.code)
    added = tuple(Category(code, code) for code in beyond)
    return replace(question, categories=(*question.categories, *added))
