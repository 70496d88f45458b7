"""Derived questions that no codebook has yet: lines, as `--derive` takes them, beside a survey."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cxtui.analysis.derive.derive_questions import derive_questions
from cxtui.analysis.query.engine import cached_per_survey
from cxtui.errors import CodebookError
from cxtui.survey.derive.derivation import Derivation
from cxtui.survey.derive.derivation_text import made_text, parse_derivation
from cxtui.survey.model import Survey

_OPTION = "--derive"


@cached_per_survey
def survey_with(survey: Survey, lines: tuple[str, ...], origin: str = _OPTION) -> Survey:
    """Return a survey with the questions that its codebook and `lines` derive.

    A line that the codebook has already is skipped. Raises `CodebookError`, which `origin` begins.
    """
    wanted = [parse_derivation(line, origin) for line in lines]
    return derive_questions(survey, [one for one in wanted if not _is_declared(survey, one)])


def undeclared_lines(survey: Survey, lines: Iterable[str]) -> tuple[str, ...]:
    """Return the lines, each once, whose questions the codebook of `survey` does not derive."""
    return tuple(
        line
        for line in dict.fromkeys(lines)
        if not _is_declared(survey, parse_derivation(line, _OPTION))
    )


def fitting_lines(survey: Survey, lines: Iterable[str]) -> tuple[str, ...]:
    """Return the lines that the codebook of `survey` lacks and whose questions it can derive."""
    kept: tuple[str, ...] = ()
    for line in undeclared_lines(survey, lines):
        try:
            survey_with(survey, (*kept, line))
        except CodebookError:
            continue
        kept = (*kept, line)
    return kept


def needed_lines(lines: Sequence[str], texts: Iterable[str]) -> tuple[str, ...]:
    """Return the lines of the questions that `texts`, or such a line, may name."""
    ids = {line: parse_derivation(line, _OPTION).id for line in lines}
    named, needed = [*texts], set[str]()
    while found := [line for line in set(ids) - needed if any(ids[line] in text for text in named)]:
        needed.update(found)
        named += found
    return tuple(line for line in lines if line in needed)


def joined_lines(lines: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    """Return `lines` and `more`; of two questions with one id, the one of `more`."""
    ids = {parse_derivation(line, _OPTION).id for line in more}
    kept = (line for line in lines if parse_derivation(line, _OPTION).id not in ids)
    return tuple(dict.fromkeys((*kept, *more)))


def _is_declared(survey: Survey, one: Derivation) -> bool:
    return any(
        each.id == one.id and made_text(each) == made_text(one) for each in survey.codebook.derived
    )
