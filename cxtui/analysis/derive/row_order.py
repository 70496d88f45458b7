"""The order of the respondents in their file, as a column."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw


def with_order(frame: nw.LazyFrame[Any], name: str) -> nw.LazyFrame[Any] | None:
    """Return a frame with the place of each row in the column `name`.

    `None` where an engine keeps no order, as a cluster does.
    """
    native = frame.to_native()
    if frame.implementation.is_polars():
        return nw.from_native(native.with_row_index(name))
    if frame.implementation.is_duckdb():
        return nw.from_native(native.project(f'*, row_number() OVER () AS "{name}"'))
    return None
