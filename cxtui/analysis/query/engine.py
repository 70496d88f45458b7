"""Where a query runs, and what is said when the engine cannot."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.errors import SourceError, engine_errors, first_line
from cxtui.fingerprint import fingerprint_of
from cxtui.survey.model import Survey

_log = logging.getLogger("cxtui.engine")


def rows_of(survey: Survey, frame: nw.LazyFrame[Any]) -> list[tuple[Any, ...]]:
    """Run a query and return its few rows.

    Raises `SourceError` where the survey cannot be read any more, or holds what its schema hid.
    """
    return list(frame_of(survey, frame).rows())


def frame_of(survey: Survey, frame: nw.LazyFrame[Any]) -> nw.DataFrame[Any]:
    """Run a query and return what it finds; raises as `rows_of`."""
    return frames_of(survey, [frame])[0]


def frames_of(survey: Survey, frames: Sequence[nw.LazyFrame[Any]]) -> list[nw.DataFrame[Any]]:
    """Run queries, at once where the engine can; return what each finds. Raises as `rows_of`."""
    require_unchanged(survey)
    begun = time.perf_counter()
    try:
        found = collect_frames(frames)
    except engine_errors() as error:
        raise SourceError(
            f"{survey.location} could not be counted: {first_line(error)}; "
            "is the file still there and whole?"
        ) from None
    for one in found:
        _log.debug("query: %d × %d in %.1f ms", *one.shape, 1000 * (time.perf_counter() - begun))
    # What was read while the file changed may be of both.
    require_unchanged(survey)
    return found


def collect_frames(frames: Sequence[nw.LazyFrame[Any]]) -> list[nw.DataFrame[Any]]:
    """Run queries on their engine: every query passes here, so that tests can count them."""
    if len(frames) == 1 or not all(frame.implementation.is_polars() for frame in frames):
        return [frame.collect(backend="polars") for frame in frames]
    import polars as pl

    found = pl.collect_all([frame.to_native() for frame in frames])
    return [nw.from_native(one, eager_only=True) for one in found]


def require_unchanged(survey: Survey) -> None:
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
