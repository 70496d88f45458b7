"""Where a query runs, and what is said when the engine cannot."""

from __future__ import annotations

import sys
from typing import Any

import narwhals.stable.v2 as nw
from narwhals.exceptions import NarwhalsError

from cxtui.errors import SourceError
from cxtui.survey.clean import clean
from cxtui.survey.fingerprint import fingerprint_of
from cxtui.survey.model import Survey


def rows_of(survey: Survey, frame: nw.LazyFrame[Any]) -> list[tuple[Any, ...]]:
    """Run a query and return its few rows.

    Raises `SourceError` where the survey cannot be read any more, or holds what its schema hid.
    """
    return list(frame_of(survey, frame).rows())


def frame_of(survey: Survey, frame: nw.LazyFrame[Any]) -> nw.DataFrame[Any]:
    """Run a query and return what it finds; raises as `rows_of`."""
    _require_unchanged(survey)
    try:
        found = frame.collect()
    except engine_errors() as error:
        reason = clean((str(error).strip().splitlines() or [type(error).__name__])[0])
        if not isinstance(error, Exception):
            reason = "the engine broke down over it"
        raise SourceError(
            f"{survey.location} could not be counted: {reason}; is the file still there and whole?"
        ) from None
    # What was read while the file changed may be of both.
    _require_unchanged(survey)
    return found


def _require_unchanged(survey: Survey) -> None:
    """Refuse to count other respondents than those that everything else is about.

    Raises `SourceError`.
    """
    try:
        changed = survey.files and fingerprint_of(survey.files) != survey.fingerprint
    except OSError as error:
        raise SourceError(
            f"{survey.location} could not be counted: {error.strerror or error}; "
            "is the file still there and whole?"
        ) from None
    if changed:
        raise SourceError(f"{survey.location} has changed since it was opened: R reads it again")


def engine_errors() -> tuple[type[BaseException], ...]:
    """Return what a query can raise, without loading an engine that is not in use.

    Polars panics, which is no `Exception`, where a file was replaced while it was open.
    """
    polars = sys.modules.get("polars")
    native: list[type[BaseException]] = []
    if polars:
        native += [polars.exceptions.PolarsError, polars.exceptions.PanicException]
    return (OSError, NarwhalsError, *native)
