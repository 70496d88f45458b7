"""Distinct keys of rows are those of plain Python, for every type of column."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import narwhals.stable.v2 as nw
import polars as pl
import pytest
from hypothesis import given, settings

from cxtui.analysis.query.groups import distinct_keys as keys_of_rows
from cxtui.analysis.query.groups.distinct_keys import distinct_keys, group_sort_key

TYPES: dict[pl.DataType, st.SearchStrategy[Any]] = {
    pl.Int8(): st.integers(-128, 127),
    pl.Int64(): st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3),
    pl.UInt64(): st.integers(0, 2**64 - 1) | st.integers(0, 3),
    pl.Float64(): st.floats(allow_nan=False) | st.integers(-3, 3).map(float),
    pl.Boolean(): st.booleans(),
    pl.String(): st.text(max_size=2),
    pl.Enum(["b", "c", "a"]): st.sampled_from("abc"),
}
COLUMNS = st.sampled_from(list(TYPES)).flatmap(
    lambda dtype: st.lists(st.none() | TYPES[dtype]).map(lambda one: pl.Series(one, dtype=dtype))
)


@settings(deadline=None)
@given(COLUMNS, st.booleans())
def test_values_are_sorted_and_each_row_has_its_own(column: pl.Series, many: bool) -> None:
    """No answer comes last; texts of few and of many rows are ranked in different ways."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys_of_rows, "_FEW_TEXTS", -1 if many else len(column))
        keys, positions = distinct_keys([nw.from_native(column, series_only=True)], len(column))
    listed = column.to_list()
    assert [keys[place][0] for place in positions.tolist()] == listed
    assert [one for (one,) in keys] == sorted(set(listed), key=lambda one: group_sort_key([one]))


@pytest.mark.parametrize("size", [254, 255, 256, 257])
def test_texts_may_be_as_many_as_a_byte_tells_apart(size: int) -> None:
    """And rows without a text, whose rank is one more."""
    column = pl.Series([None, *map(str, range(size))] * 5)
    keys, positions = distinct_keys([nw.from_native(column, series_only=True)], len(column))
    assert [keys[place][0] for place in positions.tolist()] == column.to_list()


def test_several_columns_have_the_combinations_that_rows_have() -> None:
    """Sorted by the first column, then by the next."""
    first, second = pl.Series([2, 1, None, 1]), pl.Series(["x", "y", "x", "y"])
    columns = [nw.from_native(one, series_only=True) for one in (first, second)]
    keys, positions = distinct_keys(columns, 4)
    assert keys == ((1, "y"), (2, "x"), (None, "x"))
    assert positions.tolist() == [1, 0, 2, 0]
