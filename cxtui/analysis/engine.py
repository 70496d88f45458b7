"""Where a query runs, and what is said when the engine cannot."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from cxtui.errors import SourceError, engine_errors, first_line
from cxtui.survey.model import Survey


def rows_of(survey: Survey, frame: nw.LazyFrame[Any]) -> list[tuple[Any, ...]]:
    """Run a query and return its few rows.

    Raises `SourceError` where the survey cannot be read any more, or holds what its schema hid.
    """
    return list(frame_of(survey, frame).rows())


def frame_of(survey: Survey, frame: nw.LazyFrame[Any]) -> nw.DataFrame[Any]:
    """Run a query and return what it finds; raises as `rows_of`."""
    try:
        return frame.collect()
    except engine_errors() as error:
        raise SourceError(
            f"{survey.location} could not be counted: {first_line(error)}; "
            "is the file still there and whole?"
        ) from None
