"""Opening of a survey with its derived questions: those of its codebook, and of `--derive`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cxtui.survey.routing import check_routing

if TYPE_CHECKING:
    from cxtui.sources.wave_files import Location
    from cxtui.survey.model import Survey


def open_derived(
    location: Location,
    codebook: str = "",
    timeout: float | None = None,
    sheet: str = "",
    derive: Sequence[str] = (),
    suppress: int = 0,
) -> Survey:
    """Return the survey at `location` as `open_survey` does, with its derived questions.

    `derive` has a line for each further derived question; no count of fewer than `suppress`
    respondents is shown. Raises `SourceError` or `CodebookError`.
    """
    from cxtui.sources.open_survey import open_survey
    from cxtui.sources.readers.timeouts import DEFAULT_TIMEOUT

    survey = open_survey(location, codebook, timeout or DEFAULT_TIMEOUT, sheet)
    survey = replace(survey, suppress=suppress)
    if survey.codebook.derived:
        survey = _with_codes(survey, location)
    return with_derived(survey, derive)


def _with_codes(survey: Survey, location: Location) -> Survey:
    from cxtui.sources.codes_files import with_codes
    from cxtui.survey.derive.derivation import Verb

    is_coded = any(one.verb is Verb.CODING for one in survey.codebook.derived)
    return with_codes(survey, location) if is_coded else survey


def with_derived(survey: Survey, lines: Sequence[str] = (), origin: str = "--derive") -> Survey:
    """Return a survey with the questions that its codebook and `lines` derive.

    Raises `CodebookError`; `origin` names the lines in it.
    """
    if survey.codebook.derived or lines:
        from cxtui.analysis.derive.derived_lines import survey_with

        survey = survey_with(survey, tuple(lines), origin)
    check_routing(survey)
    return survey
