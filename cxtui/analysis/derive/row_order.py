"""The order of the respondents in their file, as a column."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw


def with_order(frame: nw.LazyFrame[Any], name: str) -> nw.LazyFrame[Any] | None:
    """Return a frame with the place of each row in the column `name`.

    `None` where an engine keeps no order, as a cluster does.
    """
    native, ordered = frame.to_native(), None
    if frame.implementation.is_polars():
        ordered = native.with_row_index(name)
    elif frame.implementation.is_duckdb():
        ordered = native.project(f'*, row_number() OVER () AS "{name}"')
    if ordered is None:
        return None
    found: nw.LazyFrame[Any] = nw.from_native(ordered)
    return found
