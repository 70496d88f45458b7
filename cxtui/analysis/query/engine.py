"""Where a query runs, and what is said when the engine cannot."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from cxtui.cancellation import Request, current_request
from cxtui.errors import SourceError, engine_errors, first_line
from cxtui.fingerprint import fingerprint_of
from cxtui.survey.model import Survey

if TYPE_CHECKING:
    import polars as pl

_log = logging.getLogger("cxtui.engine")


def query_rows(survey: Survey, frame: nw.LazyFrame[Any]) -> list[tuple[Any, ...]]:
    """Run a query and return its few rows.

    Raises `SourceError` where the survey cannot be read any more, or holds what its schema hid.
    """
    return list(query_frame(survey, frame).rows())


def query_frame(survey: Survey, frame: nw.LazyFrame[Any]) -> nw.DataFrame[Any]:
    """Run a query and return what it finds; raises as `rows_of`."""
    return query_frames(survey, [frame])[0]


def query_frames(survey: Survey, frames: Sequence[nw.LazyFrame[Any]]) -> list[nw.DataFrame[Any]]:
    """Run queries, at once where the engine can; return what each finds.

    Raises as `rows_of`, and `Cancelled` where the current request is or becomes cancelled.
    """
    request = current_request() or Request()
    request.check()
    require_unchanged(survey)
    begun = time.perf_counter()
    try:
        found = collect_frames(frames)
    except engine_errors() as error:
        request.check()
        raise SourceError(
            f"{survey.location} could not be counted: {first_line(error)}; "
            "is the file still there and whole?"
        ) from None
    for one in found:
        _log.debug("query: %d × %d in %.1f ms", *one.shape, 1000 * (time.perf_counter() - begun))
    # What was read while the file changed may be of both.
    require_unchanged(survey)
    return found


def cancellable(survey: Survey, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return the rows of `frame`; a query over them stops when the current request is cancelled.

    The `cancel` of a query in Polars is not heard before its end, so each part of the rows passes
    a function that raises. Optimizations do not cross it: select and filter first. Small surveys,
    whose queries end soon, go without.
    """
    request = current_request()
    if request is None or survey.is_remote or not survey.is_slow:
        return frame

    def passed(rows: pl.DataFrame) -> pl.DataFrame:
        request.check()
        return rows

    native: pl.LazyFrame = frame.to_native()
    return nw.from_native(native.map_batches(passed, streamable=True, validate_output_schema=False))


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
