"""Derived questions of coded open answers: the codes that each respondent's answer has."""

from __future__ import annotations

from collections.abc import Mapping

from cxtui.analysis.derive.made_answers import Made, of_ticks
from cxtui.analysis.query.side_queries.written_answers import are_among, read_written
from cxtui.errors import ViewError
from cxtui.survey.derive.codes_lines import Answer, Codes, CodesFile, counted_codes, latest
from cxtui.survey.derive.derivation import Derivation
from cxtui.survey.model import Survey
from cxtui.survey.question import Category


def made_by_codes(survey: Survey, one: Derivation) -> Made:
    """Return the codes of the open answers as answers.

    Respondents have answered who wrote something that has been coded as it is written now. One
    query finds them.
    """
    question = survey.codebook.find(one.sources[0])
    if question is None:
        raise one.error("{}: there is no question {!r}; `cxtui questions` lists them", *one.sources)
    codes = codes_of_answers(one, survey.coded.get(question.id, CodesFile()))
    try:
        written = read_written(survey, question, {respondent for respondent, _ in codes})
    except ViewError as error:
        raise one.error("{}: {}", error) from None
    coded = [each for each in written if each.answer in codes]
    given = ([each for each in coded if code.code in codes[each.answer]] for code in one.codes)
    is_coded, *is_given = are_among(survey, question, written, [coded, *given])
    categories = [Category(each.code, each.label) for each in one.codes]
    return of_ticks(categories, is_given, is_coded)


def codes_of_answers(one: Derivation, file: CodesFile) -> Mapping[Answer, Codes]:
    """Return the codes that count of each answer that has any of the coding's codes."""
    known = {each.code for each in one.codes}
    found = {
        answer: tuple(code for code in counted_codes(coders, one.coders) if code in known)
        for answer, coders in latest(file.lines).items()
    }
    return {answer: codes for answer, codes in found.items() if codes}
