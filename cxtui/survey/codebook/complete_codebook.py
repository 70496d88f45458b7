"""Completion of a declared codebook: what it leaves open is read from a sample, or inferred.

The modules of inference take long to load, and are loaded where something is left open only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.errors import CodebookError
from cxtui.survey.codebook.completion_listener import CompletionListener
from cxtui.survey.model import Codebook, ColumnLabel
from cxtui.survey.question import Category, Holds, Question


def complete_codebook(
    declared: Codebook,
    sample: nw.DataFrame[Any],
    *,
    labels: Mapping[str, ColumnLabel],
    whole: bool,
    listener: CompletionListener = CompletionListener(),  # noqa: B008 -- it never changes
) -> Codebook:
    """Return `declared`, completed with auto-detected questions for all other columns.

    `labels` are the file's headers of its columns; `whole` says that the sample holds all
    respondents; `listener` hears of the columns that are described. Columns that `declared`
    mentions are read only for questions without categories. Raises `CodebookError` where a net has
    a member that does not occur.
    """
    filled = (
        _add_net_members(_fill_categories(one, sample), whole=whole) for one in declared.questions
    )
    declared = replace(declared, questions=tuple(filled))
    mentioned = {
        *(name for question in declared.questions for name in question.columns),
        *(one.column for one in declared.excluded),
        *(*declared.weights, declared.weight, declared.respondent),
    }
    rest = [name for name in sample.columns if name not in mentioned]
    if not rest and (declared.role or declared.banner or "banner" in declared.absent):
        return declared
    from cxtui.survey.inference.infer_codebook import infer_codebook

    return infer_codebook(declared, sample, rest, labels=labels, whole=whole, listener=listener)


def _fill_categories(question: Question, sample: nw.DataFrame[Any]) -> Question:
    """Return a declared question with the answers of its column, where it declares none.

    Declared missing categories follow the answers of the column.
    """
    if question.holds is Holds.MENTIONS and len(question.columns) > 1:
        from cxtui.survey.inference.sets.mention_sets import add_mentioned

        return add_mentioned(question, sample)
    return _with_answers(question, sample) if question.takes_answers_from_data else question


def _with_answers(question: Question, sample: nw.DataFrame[Any]) -> Question:
    from cxtui.survey.inference.column_values import count_values
    from cxtui.survey.inference.lists.multiple_answers import split_answers
    from cxtui.survey.inference.question_kinds import answer_categories

    declared, others = question.categories, question.others
    column = count_values(sample[question.columns[0]])
    if column.is_date:  # a missing answer has a date of its own
        days = {text[: len("2020-01-31")] for one in declared for text in one.texts}
        counts = {day: n for day, n in column.counts.items() if day not in days}
        column = replace(column, counts=counts)
    if question.delimiter:
        lists = split_answers(column.counts, question.delimiter)
        found, others = lists.categories, lists.others
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
                "the codebook's net {!r} of {!r} has the unknown member {!r}: "
                "`cxtui codebook` writes the codes of all answers",
                *(net.code, question.id, unknown[0]),
            )
        beyond |= dict.fromkeys(unknown)
        known.add(net.code)
    added = tuple(Category(code, code) for code in beyond)
    return replace(question, categories=(*question.categories, *added))
