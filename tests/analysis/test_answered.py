"""Numbers of answers: those of thousands of questions are found at once, as of each alone."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.analysis.query.engine import query_frame
from cxtui.analysis.query.expressions import answered
from cxtui.analysis.query.expressions.answered import count_answered, has_answered
from cxtui.sources.open_survey import open_frame
from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Item, Kind, Question

_CELLS: dict[Any, tuple[Any, ...]] = {
    pl.Int64: (None, 1, -9, 2**60),
    pl.Float64: (None, math.nan, math.inf, -math.inf, 0.0, -2.5, 1e61),
    pl.Boolean: (None, True, False),
    pl.String: (None, "", " ", "\t", "a", " b "),
    pl.Enum(["", "a"]): (None, "", "a"),
    pl.Date: (None, date(2026, 1, 1)),
}
_CODE = Category("-9", "Refused", missing=True)
_ITEMS = (Item("a", "Food"), Item("b", "Service"))


def _questions(name: str, dtype: Any) -> list[Question]:
    kinds = [Kind.DATE] if dtype == pl.Date else [Kind.SINGLE, Kind.TEXT]
    kinds += [Kind.NUMERIC] if dtype in (pl.Int64, pl.Float64) else []
    return [
        Question(f"{name}_{kind}{bool(missing)}", name, kind, (name,), missing)
        for kind in kinds
        for missing in ((), (_CODE,))
        if not (missing and dtype == pl.Date)
    ]


@given(st.data())
def test_answers_are_counted_together_as_each_by_itself(data: st.DataObject) -> None:
    types = {f"v{n}": dtype for n, dtype in enumerate([*_CELLS, *_CELLS])}
    rows = data.draw(st.integers(0, 4))
    cells = {
        name: pl.Series(
            data.draw(st.lists(st.sampled_from(_CELLS[dtype]), min_size=rows, max_size=rows)),
            dtype=dtype,
        )
        for name, dtype in types.items()
    }
    questions = [one for name, dtype in types.items() for one in _questions(name, dtype)]
    names, several = list(types), len(_CELLS)
    grids = [names[place::several] for place in range(several)]
    questions += [
        Question(
            f"grid{place}{bool(missing)}", "Grid", Kind.GRID, tuple(columns), missing, items=_ITEMS
        )
        for place, columns in enumerate(grids)
        for missing in ((), (_CODE,))
    ]
    survey = open_frame(pl.DataFrame(cells), Codebook(questions=tuple(questions)), "it")
    alone = {
        one.id: survey.frame.select(has_answered(survey, one).alias("a")).collect()["a"].sum()
        for one in survey.codebook.table_questions
    }
    assert count_answered(survey) == {name: int(count or 0) for name, count in alone.items()}


def _codebook(texts: Iterable[str], grid: Iterable[str]) -> Codebook:
    items = tuple(Item(name, name) for name in grid)
    asked = [Question(name, name, Kind.TEXT, (name,)) for name in texts]
    columns = tuple(one.code for one in items)
    return Codebook(questions=(*asked, Question("grid", "Grid", Kind.GRID, columns, items=items)))


def test_questions_of_one_column_each_are_asked_for_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = {f"v{one}": [one % 5 + 1.5, one, None] for one in range(60)}
    texts = {f"t{one}": [f"why {one}", f"{one} \u00e9", " "] for one in range(60)}
    grid = {f"g{one}": ["Good", "Poor", None] for one in range(60)}
    survey = open_frame(pl.DataFrame(numbers | texts | grid), _codebook(texts, grid), "it")
    asked: list[Question] = []
    monkeypatch.setattr(answered, "has_answered", lambda _, one: asked.append(one))
    assert set(count_answered(survey).values()) == {2}
    assert not asked


def test_thousands_of_columns_are_not_read_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answered, "_TOGETHER", 7)
    numbers = {f"v{one}": [one % 5 + 1.5, one, None] for one in range(20)}
    grid = {f"g{one}": ["Good", "Poor", None] for one in range(9)}
    survey = open_frame(pl.DataFrame(numbers | grid), _codebook([], grid), "it")
    read: list[int] = []

    def asked(*parts: Any) -> Any:
        found = query_frame(*parts)
        read.append(found.shape[1])
        return found

    monkeypatch.setattr(answered, "query_frame", asked)
    assert set(count_answered(survey).values()) == {2}
    assert sum(read) == 20 + 9 + 1
    assert max(read) == 7
