"""Open a survey that is in memory: a data frame of any library that narwhals takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import narwhals.stable.v2 as nw
from narwhals.stable.v2.typing import IntoFrame

from cxtui.sources.open_survey import one_line_errors, survey_of_source
from cxtui.sources.source import Source
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Codebook, Survey

_LOCATION = "the frame"
"""Names the respondents in messages."""


def open_frame(frame: IntoFrame, codebook: Codebook, title: str = "") -> Survey:
    """Return the survey whose respondents are the rows of `frame`.

    A lazy Polars frame stays lazy; every other frame is copied into Polars. What `codebook` does
    not mention is inferred, as for a file. Raises `SourceError` or `CodebookError`.
    """
    with one_line_errors(_LOCATION):
        survey = survey_of_source(Source(_in_polars(frame), ()), _LOCATION, codebook)
    if title:
        survey = replace(survey, codebook=replace(survey.codebook, title=title))
    return survey


def _in_polars(frame: IntoFrame) -> nw.LazyFrame[Any]:
    """Return a frame as a lazy Polars frame; ordered categories stay in their order."""
    given = nw.from_native(frame)
    if given.implementation.is_polars():
        return given.lazy()
    schema = given.collect_schema()
    if isinstance(given, nw.LazyFrame):
        copied = given.collect(backend="polars").lazy()
    else:
        copied = given.lazy(backend="polars")
    ordered = {str(name): one for name, one in schema.items() if isinstance(one, nw.Enum)}
    return copied.with_columns(file_column(name).cast(one) for name, one in ordered.items())
