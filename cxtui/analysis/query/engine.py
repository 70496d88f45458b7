"""Execution of queries, errors of the engines, and a cache of results by survey."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import narwhals.stable.v2 as nw

from cxtui.cancellation import Request, current_request
from cxtui.errors import SourceError, engine_errors, first_line
from cxtui.fingerprint import fingerprint_of
from cxtui.survey.model import Survey

if TYPE_CHECKING:
    import polars as pl

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger("cxtui.engine")


def query_rows(survey: Survey, frame: nw.LazyFrame[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a query's small result.

    Raises `SourceError` if the survey cannot be read or has changed.
    """
    return list(query_frame(survey, frame).rows())


def query_frame(survey: Survey, frame: nw.LazyFrame[Any]) -> nw.DataFrame[Any]:
    """Return the result of a query; raises as `query_rows`."""
    return query_frames(survey, [frame])[0]


def query_frames(survey: Survey, frames: Sequence[nw.LazyFrame[Any]]) -> list[nw.DataFrame[Any]]:
    """Return the results of queries, run together if the engine can.

    Raises as `query_rows`, and `Cancelled` if the current request is cancelled.
    """
    request = current_request() or Request()
    request.check()
    require_unchanged(survey)
    begun = time.perf_counter()
    try:
        found = collect_frames(frames)
    except engine_errors() as error:
        request.check()
        raise _uncounted(survey, first_line(error)) from None
    for one in found:
        _log.debug("query: %d × %d in %.1f ms", *one.shape, 1000 * (time.perf_counter() - begun))
    # A file that changed during the query may have given a mixture of both states.
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
    """Return the results of queries; all queries pass here, so that tests can count them."""
    if len(frames) == 1 or not all(frame.implementation.is_polars() for frame in frames):
        return [frame.collect(backend="polars") for frame in frames]
    import polars as pl

    found = pl.collect_all([frame.to_native() for frame in frames])
    return [nw.from_native(one, eager_only=True) for one in found]


def require_unchanged(survey: Survey) -> None:
    """Raise `SourceError` if the files of a survey have changed since it was opened."""
    try:
        changed = survey.files and fingerprint_of(survey.files) != survey.fingerprint
    except OSError as error:
        raise _uncounted(survey, error.strerror or str(error)) from None
    if changed:
        raise SourceError("{} has changed since it was opened: R reads it again", survey.location)


def _uncounted(survey: Survey, reason: str) -> SourceError:
    return SourceError(
        "{} could not be counted: {}; is the file still there and whole?", survey.location, reason
    )


_results: dict[Callable[..., Any], WeakKeyDictionary[Survey, dict[Hashable, Any]]] = {}
"""The cached results of each function by survey and arguments."""


def cached_per_survey(
    find: Callable[Concatenate[Survey, P], T],
) -> Callable[Concatenate[Survey, P], T]:
    """Return the function with its results cached by arguments, until the survey is dropped."""
    known: WeakKeyDictionary[Survey, dict[Hashable, Any]] = WeakKeyDictionary()

    @wraps(find)
    def cached(survey: Survey, /, *args: P.args, **kwargs: P.kwargs) -> T:
        own = known.setdefault(survey, {})
        key = args, tuple(kwargs.items())
        if key not in own:
            own[key] = find(survey, *args, **kwargs)
        found: T = own[key]
        return found

    _results[cached] = known
    return cached


def is_cached(find: Callable[..., Any], survey: Survey, *args: Hashable) -> bool:
    """Return whether the result of a function of `cached_per_survey` is cached."""
    return (args, ()) in _results[find].get(survey, {})


def share_results(source: Survey, target: Survey) -> None:
    """Let all cached results of a survey hold for another, which has the same respondents."""
    for known in _results.values():
        if found := known.get(source):
            known.setdefault(target, {}).update(found)
