"""Sums are the same to the last bit, in whatever order an engine adds the respondents up."""

from __future__ import annotations

import gc
import math
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from weakref import ref

import hypothesis.strategies as st
import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
import pytest
from hypothesis import example, given

from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.query.cube import Cube, Sums
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.query.expressions.exact_sums import (
    Extent,
    add_weights,
    extent_of,
    part_names,
    split_columns,
    sum_parts,
    weighting_of,
)
from cxtui.analysis.view.view import View
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey
from tests.making import QUESTIONS, SCHEMA, made, survey_of

WEIGHTS = st.one_of(
    st.floats(0.05, 20.0), st.sampled_from([1e-70, 1e-50, 1.0, 3.0, 1e45, None, 0.0, -1.0])
)
NUMBERS = st.one_of(
    st.floats(-1e6, 1e6), st.sampled_from([998.0, 5e-324, 1e-200, -1e50, 1e70, 0.1, 7.0, None])
)
RESPONDENT = st.fixed_dictionaries(
    {
        "role": st.sampled_from([1, 2, None]),
        "goal": st.sampled_from([1, 2, 3, 4, None]),
        "tools_1": st.sampled_from([0, 1, None]),
        "tools_2": st.sampled_from([0, 1, None]),
        "tools_3": st.sampled_from([0, 1, None]),
        "web": st.sampled_from([1, 2, 4, None]),
        "mobile": st.sampled_from([1, 3, None]),
        "budget": NUMBERS,
        "w": WEIGHTS,
    }
)


def in_parts(survey: Survey, order: Sequence[int], cuts: int) -> Survey:
    """The same respondents in another order and in several chunks, as an engine may hold them."""
    frame = survey.frame.collect().to_native()[list(order)]
    size = -(-len(frame) // cuts)
    chunks = pl.concat([frame[at : at + size] for at in range(0, len(frame), size)], rechunk=False)
    return replace(survey, frame=nw.from_native(chunks.lazy()))


def bits(cube: Cube) -> dict[str, Any]:
    """Every sum of a cube."""
    counts: dict[str, Sums] = {"cells": cube.cells, "shared": cube.whole.shared.cells}
    counts |= {str(base): sums for base, sums in cube.bases.items()}
    found: dict[str, Any] = {
        f"{name} {part}": getattr(sums, part).tolist()
        for name, sums in counts.items()
        for part in ("n", "w", "q")
    }
    if moments := cube.whole.columns.moments:
        found |= {name: part.tolist() for name, part in moments._asdict().items()}
    return found | {"quartiles": cube.quartiles and cube.quartiles.values}


@given(
    st.lists(RESPONDENT, min_size=1, max_size=40),
    st.sampled_from(["goal", "tools", "channels", "budget"]),
    st.sampled_from([None, "w"]),
    st.randoms(use_true_random=False),
)
def test_the_order_of_respondents_changes_no_bit(
    respondents: list[dict[str, float | None]],
    question: str,
    weight: str | None,
    chance: random.Random,
) -> None:
    """Nor do the chunks that they are cut into, and whether constants come from what is read."""
    survey = made(respondents)
    filters = chance.choice([(), (Filter("goal", "!=", ("2",)),)])
    view = View(question, (("role",),), weight=weight, filters=filters)
    order = list(range(len(respondents)))
    chance.shuffle(order)
    other = in_parts(survey, order, chance.randint(1, 5))
    found = bits(compute_cube(survey, view))
    assert bits(compute_cube(other, view)) == found
    assert bits(CubeCache(replace(other)).cube(view)) == found


@given(
    st.lists(st.one_of(st.floats(-1e9, 1e9), st.floats(1e-300, 1e-290)), min_size=1, max_size=30),
    st.sampled_from([30, 1_000_000, 10**9]),
)
@example([4.5676200492314875e-291, -1.5744601488113403, -73741823.68170202, -999999999.4386262], 30)
def test_parts_are_of_the_number_and_add_up_without_an_error(
    numbers: list[float], rows: int
) -> None:
    """However large and small they are: the sum is the exact one, rounded once."""
    sizes = [abs(one) for one in numbers if one]
    whole = all(one.is_integer() for one in numbers)
    extent = extent_of(max(sizes, default=0.0), min(sizes, default=0.0), whole)
    frame = nw.from_native(pl.LazyFrame({"x": numbers}))
    split = split_columns(frame, {"x": extent}, rows).select(*part_names("x", extent, rows))
    parts: Sequence[pl.Series] = split.collect().to_native().get_columns()
    assert [math.fsum(row) for row in zip(*parts, strict=True)] == numbers
    assert sum_parts([np.array(part.sum()) for part in parts]) == math.fsum(numbers)
    for part, shift in zip(parts, extent.shifts(rows), strict=False):
        grid = math.ldexp(shift, -52) / 1.5
        for value in part:
            assert (value / grid).is_integer()
            assert abs(value) * rows <= grid * 2**53


@pytest.mark.parametrize(
    ("extent", "rows", "parts"),
    [
        (Extent(0, 4, whole=True), 10**9, 1),
        (Extent(-3, 3), 200, 2),
        (Extent(-3, 3), 1_000_000, 2),
        (Extent(-3, 3) * Extent(-3, 3), 1_000_000, 2),
        (Extent(-3, 3), 10**9, 3),
        (Extent(0, 30, whole=True) * Extent(0, 30, whole=True), 1_000_000, 2),
    ],
)
def test_there_are_as_many_parts_as_it_takes(extent: Extent, rows: int, parts: int) -> None:
    """Whole numbers mostly take one, usual weights two."""
    assert len(part_names("x", extent, rows)) == parts


def test_no_indicator_is_added_if_all_weights_are_usable() -> None:
    """Then n is counted; without a weight it is all that is counted."""
    survey = made([{"role": 1, "w": 0.5}, {"role": 2, "w": 1.7}])
    assert weighting_of(survey, "w").columns == ("__w_0", "__w", "__q_0", "__q")
    assert weighting_of(survey, None).columns == ()
    assert "__n" in weighting_of(made([{"w": 0.5}, {"w": None}]), "w").columns


def test_cached_weightings_are_dropped_with_their_survey() -> None:
    """A file that is read again and again would fill the memory with its old states."""
    survey = made([{"w": 0.5, "budget": 1.5}])
    compute_cube(survey, View("budget", weight="w"))
    assert weighting_of(survey, "w") is weighting_of(survey, "w")
    weighting, old = weighting_of(survey, "w"), ref(survey)
    del survey
    gc.collect()
    assert old() is None and weighting.everyone


def test_weights_are_put_together_again() -> None:
    survey = made([{"w": weight} for weight in (0.1, 1e30, 3.7, None, -2.0)])
    frame = add_weights(survey.frame, survey, "w")
    found = frame.select(weighting_of(survey, "w").weight().alias("w")).collect()["w"]
    assert found.to_list() == [0.1, 1e30, 3.7, 0.0, 0.0]


def test_a_long_file_counts_the_same_in_any_order(seed: int) -> None:
    """Long enough for the engine to add up in several threads, whose order is never the same."""
    chance = random.Random(seed)
    respondents = [
        {"role": chance.choice([1, 2]), "goal": chance.choice([1, 2]), "w": chance.uniform(0.2, 5)}
        for _ in range(30_000)
    ]
    survey = survey_of(respondents, QUESTIONS, SCHEMA)
    view = View("goal", (("role",),), weight="w")
    first = bits(compute_cube(survey, view))
    assert bits(compute_cube(in_parts(survey, range(29_999, -1, -1), 7), view)) == first
    total = math.fsum(one["w"] for one in respondents)
    assert first["answered w"][0][0] == pytest.approx(total, rel=1e-15)
