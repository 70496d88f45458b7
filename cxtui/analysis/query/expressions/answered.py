"""Who answered a question: the one definition, which tables and lists of questions share."""

from __future__ import annotations

import operator

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import cancellable, query_rows
from cxtui.analysis.query.expressions.filters import gave_no_answer
from cxtui.analysis.query.expressions.number_classes import is_valid_number
from cxtui.analysis.query.expressions.value_matching import is_one_of, join_balanced, raw_values
from cxtui.analysis.query.expressions.write_ins import has_open_answer
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question


def has_answered(survey: Survey, question: Question) -> nw.Expr:
    """Return whether a respondent gave a valid answer; to a grid or a set, to any item.

    It may be null for respondents who did not.
    """
    if question.counts_each_answer:
        return ~gave_no_answer(survey, question)
    match question.kind:
        case Kind.NUMERIC:
            return is_valid_number(survey, question)
        case Kind.TEXT:
            return has_open_answer(survey, question)
        case Kind.GRID:
            ids = (survey.codebook.find_item(question.id, one.code) for one in question.items)
            items = (has_answered(survey, one) for one in ids if one)
            return join_balanced(operator.or_, items)
    column = question.columns[0]
    missing = [text for one in question.categories if one.missing for text in one.texts]
    valid = ~gave_no_answer(survey, question)
    codes = raw_values(missing, survey.schema[column])
    return valid & ~is_one_of(column, codes) if codes else valid


def count_answered(survey: Survey) -> dict[str, int]:
    """Return the unweighted number of respondents who answered, by question id."""
    questions = survey.codebook.table_questions
    if not questions:
        return {}
    flags = [
        has_answered(survey, question).cast(nw.Int64).alias(f"__{position}")
        for position, question in enumerate(questions)
    ]
    frame = cancellable(survey, survey.frame.select(*flags))
    row = query_rows(survey, frame.select(nw.all().sum()))[0]
    return {one.id: int(count or 0) for one, count in zip(questions, row, strict=True)}
