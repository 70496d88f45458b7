"""Numbers of respondents who answered each question, in one query."""

from __future__ import annotations

import operator
from functools import reduce

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import cancellable, query_rows
from cxtui.analysis.query.expressions.filters import is_one_of, join_balanced, raw_values
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Question


def count_answered(survey: Survey) -> dict[str, int]:
    """Return the unweighted number of respondents who answered, by question id.

    Answering any item answers the set. User-missing answers do not count.
    """
    questions = survey.codebook.table_questions
    if not questions:
        return {}
    flags = [
        _answered(survey, question).cast(nw.Int64).alias(f"__{position}")
        for position, question in enumerate(questions)
    ]
    frame = cancellable(survey, survey.frame.select(*flags))
    row = query_rows(survey, frame.select(nw.all().sum()))[0]
    return {one.id: int(count or 0) for one, count in zip(questions, row, strict=True)}


def _answered(survey: Survey, question: Question) -> nw.Expr:
    missing = [one for one in question.categories if one.missing]

    def is_answered(column: str) -> nw.Expr:
        dtype = survey.schema[column]
        codes = (is_one_of(column, raw_values(one.texts, dtype)) for one in missing)
        return reduce(lambda given, code: given & ~code, codes, ~file_column(column).is_null())

    return join_balanced(operator.or_, map(is_answered, question.columns))
