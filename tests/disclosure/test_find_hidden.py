"""Which cells are hidden: by enumeration of all tables that fit what is left."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given, settings

from cxtui.analysis.disclosure.find_hidden import find_hidden
from cxtui.analysis.disclosure.hidden_cells import HiddenCells
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import View
from cxtui.errors import ViewError
from cxtui.work.open_derived import with_derived
from tests.disclosure.counted import Counts, survey_with
from tests.disclosure.worlds import Numbers, worlds


def numbers_of(table: Table, hidden: HiddenCells) -> Numbers:
    """Return rows, then bases; banner columns, then the Total; `None` where hidden."""
    order = [*range(1, len(table.columns)), 0]
    body: Numbers = [
        [None if (row, at) in hidden.cells else int(one.cells[at].n or 0) for at in order]
        for row, one in enumerate(table.rows)
    ]
    bases = table.base.highest
    return [*body, [None if at in hidden.bases else int(bases[at] or 0) for at in order]]


def two_way(counts: Counts) -> Table:
    return tabulate(survey_with(counts, ["goal", "role"]), View("goal", (("role",),)))


SMALL = st.integers(2, 3).flatmap(
    lambda columns: st.lists(
        st.lists(st.integers(0, 4), min_size=columns, max_size=columns), min_size=2, max_size=2
    )
)


@given(SMALL, st.integers(2, 3))
@settings(max_examples=40, deadline=None)
def test_every_small_count_of_a_small_table_could_be_others(
    cells: list[list[int]], least: int
) -> None:
    """Of all tables that fit, each small count has two values, one of them not small."""
    counts = np.array(cells)
    if counts.sum() < least:
        return
    table = two_way(counts)
    try:
        (hidden,) = find_hidden([table], least)
    except ViewError:
        return
    shown = numbers_of(table, hidden)
    assume(sum(one is None for row in shown for one in row) <= 6)
    fitting = np.array(list(worlds(shown)))
    truth = np.array([[one or 0 for one in row] for row in numbers_of(table, HiddenCells())])
    small = (truth > 0) & (truth < least)
    assert all(shown[row][at] is None for row, at in np.argwhere(small))
    assert (fitting.max(axis=0)[small] >= least).all()
    closed = (fitting.max(axis=0) == fitting.min(axis=0)) & np.array(
        [[one is None for one in row] for row in shown]
    )
    assert not (closed & small).any()


def test_what_is_not_small_is_shown() -> None:
    """Zeroes too."""
    (hidden,) = find_hidden([two_way(np.array([[10, 0], [12, 20], [0, 9]]))], 5)
    assert not hidden


def test_a_small_column_is_hidden_with_its_base() -> None:
    (hidden,) = find_hidden([two_way(np.array([[1, 20, 30], [2, 25, 35]]))], 5)
    assert hidden.columns == {1}
    assert hidden.bases >= {1} and len(hidden.bases) > 1
    assert {(row, at) for row in range(2) for at in hidden.bases} <= hidden.cells


def test_a_survey_of_few_is_refused() -> None:
    with pytest.raises(ViewError, match="fewer than 5 respondents"):
        find_hidden([two_way(np.array([[1, 1], [1, 1]]))], 5)


def test_a_merged_answer_does_not_give_its_parts_away() -> None:
    """One table has the answers 1, 2, 3 and 4, the other 1 and 2 merged: 1 is small."""
    counts = np.array([[2, 30], [20, 25], [18, 21], [3, 17]])
    survey = survey_with(counts, ["goal", "role"])
    merged = with_derived(
        survey, ['id="wide", from="goal", merge=[{label="Low", of=["1", "2"]}], rest="High"']
    )
    tables = [tabulate(merged, View(one, (("role",),))) for one in ("goal", "wide")]
    goal, wide = find_hidden(tables, 5)
    for column in (0, 1, 2):
        hidden = [(row, column) in goal.cells for row in range(4)]
        low = (0, column) not in wide.cells
        assert not (low and hidden[0] and not hidden[1])
        assert not (low and hidden[1] and not hidden[0])
    assert (0, 1) in goal.cells and (3, 1) in goal.cells
    assert {(0, 1), (1, 1)} <= goal.cells or (0, 1) in wide.cells
