"""Common storage of the items of a grid: texts if any of them holds texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Codebook
from cxtui.survey.question import Kind


def unify_item_types(
    frame: nw.LazyFrame[Any], schema: Mapping[str, nw.dtypes.DType], codebook: Codebook
) -> tuple[nw.LazyFrame[Any], Mapping[str, nw.dtypes.DType]]:
    """Return frame and schema with whole numbers cast to texts in grids that hold both.

    In a file without types, an item holds whole numbers unless it contains a text such as `N/A`;
    all items share one list of answers and are counted in one query.
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
    written = frame.with_columns(file_column(*sorted(numbers)).cast(nw.String))
    return written, {**schema, **dict.fromkeys(numbers, nw.String())}
