"""The items of a grid are stored alike: texts, where one of them holds more than numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.survey.model import Codebook, Kind


def unify_item_types(
    frame: nw.LazyFrame[Any], schema: Mapping[str, nw.dtypes.DType], codebook: Codebook
) -> tuple[nw.LazyFrame[Any], Mapping[str, nw.dtypes.DType]]:
    """Return frame and schema with whole numbers as texts in grids that hold both.

    A file that says no types gives an item whole numbers if nobody wrote `N/A` in it, and texts if
    somebody did; they are answers from one list all the same, and counted together.
    """
    grids = [one.columns for one in codebook.questions if one.kind is Kind.GRID]
    others = {
        name for one in codebook.questions if one.kind is not Kind.GRID for name in one.columns
    }
    numbers = {
        name
        for columns in grids
        if any(schema[name] == nw.String for name in columns)
        for name in columns
        if schema[name].is_integer() and name not in others
    }
    if not numbers:
        return frame, schema
    written = frame.with_columns(nw.col(*sorted(numbers)).cast(nw.String))
    return written, {**schema, **dict.fromkeys(numbers, nw.String())}
