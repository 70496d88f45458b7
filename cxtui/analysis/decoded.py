"""Columns that views asked for, decoded once and kept while they fit a budget of memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.engine import frame_of
from cxtui.analysis.view import AnyOf, View
from cxtui.errors import SourceError
from cxtui.survey.model import Survey

BUDGET = 160 * 1024 * 1024
"""Bytes of columns that are kept: 40 of categories at a million respondents."""

_WIDEST = 16
"""Bytes that a value of text or a list takes at least, beside its own; a column of them may turn
out larger, and is not kept then."""
_WIDTHS: tuple[tuple[type[nw.dtypes.DType], int], ...] = (
    (nw.Boolean, 1),
    (nw.Int8, 1),
    (nw.UInt8, 1),
    (nw.Int16, 2),
    (nw.UInt16, 2),
    (nw.Int32, 4),
    (nw.UInt32, 4),
    (nw.Float32, 4),
    (nw.Date, 4),
    (nw.Categorical, 4),
    (nw.Enum, 4),
    (nw.Int64, 8),
    (nw.UInt64, 8),
    (nw.Float64, 8),
    (nw.Datetime, 8),
)


class Decoded:
    """The columns of one survey, kept in memory from view to view; safe to use from any thread.

    A column is read at its first use, whole: a filter is a subpopulation of it. Where the columns
    of a view would not fit `budget` bytes together, the view is counted straight from the file.
    """

    def __init__(self, survey: Survey, budget: int = BUDGET) -> None:
        self._survey = survey
        self._budget = budget
        self._columns: OrderedDict[str, nw.Series[Any]] = OrderedDict()
        self._lock = Lock()
        self._is_local = survey.frame.implementation.is_polars()

    @property
    def kept(self) -> tuple[str, ...]:
        """The names of the columns in memory, the longest unused first."""
        return tuple(self._columns)

    def frame(self, view: View) -> nw.LazyFrame[Any]:
        """Return the respondents with at least the columns that counting `view` takes.

        Raises `SourceError` where the survey can no longer be read, or has other rows by now.
        """
        names = tuple(dict.fromkeys(_columns_of(self._survey, view)))
        if not self._is_local or not names or sum(map(self._bytes_of, names)) > self._budget:
            return self._survey.frame
        with self._lock:
            self._read([name for name in names if name not in self._columns])
            for name in names:
                self._columns.move_to_end(name)
            frame = _one_frame([self._columns[name].to_native() for name in names])
            self._forget()
        return frame

    def _read(self, names: list[str]) -> None:
        if not names:
            return
        read = frame_of(self._survey, self._survey.frame.select(*names))
        if len(read) != self._survey.respondents:
            raise SourceError(
                f"{self._survey.location} has {len(read):,} respondents by now, where "
                f"{self._survey.respondents:,} were read: open it again"
            )
        for name in names:
            self._columns[name] = read[name]

    def _forget(self) -> None:
        """Let the longest unused columns go until the rest fits."""
        while len(self._columns) > 1 and self._size > self._budget:
            self._columns.popitem(last=False)

    @property
    def _size(self) -> int:
        return sum(int(one.to_native().estimated_size()) for one in self._columns.values())

    def _bytes_of(self, name: str) -> int:
        """Return about how many bytes a column takes in memory, before it is read."""
        dtype = self._survey.schema[name]
        width = next((width for kind, width in _WIDTHS if isinstance(dtype, kind)), _WIDEST)
        return width * self._survey.respondents


def _one_frame(columns: list[Any]) -> nw.LazyFrame[Any]:
    import polars as pl

    return nw.from_native(pl.DataFrame(columns).lazy())


def _columns_of(survey: Survey, view: View) -> Iterator[str]:
    """Yield the columns that a cube of `view` depends on; of unknown questions none."""
    codebook = survey.codebook
    asked = [view.question, *(name for names in view.banner for name in names)]
    for one in view.filters:
        alternatives = one.alternatives if isinstance(one, AnyOf) else (one,)
        asked += [each.question for each in alternatives]
    for name in asked:
        question = codebook.find(name)
        yield from question.columns if question else ()
    design = (codebook.strata, codebook.cluster, codebook.population)
    yield from (name for name in (view.weight, *design) if name and name in survey.schema)
