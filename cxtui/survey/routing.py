"""Who is asked a question: the conditions that its codebook declares, parsed."""

from __future__ import annotations

from cxtui.errors import CodebookError, ViewError
from cxtui.messages import tr
from cxtui.survey.conditions import Condition
from cxtui.survey.model import Survey
from cxtui.survey.question import Question
from cxtui.survey.where_text import parse_condition


def routing_of(survey: Survey, question: Question) -> tuple[Condition, ...]:
    """Return the conditions that all hold for the respondents who are asked a question.

    Raises `CodebookError` where one cannot be read, or depends on the question itself.
    """
    named = tr("question {!r}", question.id)
    try:
        found = tuple(parse_condition(survey, text) for text in question.asked)
    except ViewError as error:
        message = "the codebook: {}: asked takes conditions as --where does: {}"
        raise CodebookError(message, named, error) from None
    own = {question.id, *map(question.item_id, question.items)}
    if any(one.mentions(name) for one in found for name in own):
        message = "the codebook: {}: asked depends on the question itself; name the one before"
        raise CodebookError(message, named)
    return found


def check_routing(survey: Survey) -> None:
    """Raise `CodebookError` where a question is asked by a condition that does not fit."""
    for one in survey.codebook.questions:
        if one.asked:
            routing_of(survey, one)
