"""Questions that are counted and tested together have the numbers that each has by itself."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any

import hypothesis.strategies as st
import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from cxtui.analysis.query.cube import Cube
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.query.query_batching import batch_counts
from cxtui.analysis.ranking.rank_questions import rank_questions
from cxtui.analysis.ranking.ranked_lines import Line
from cxtui.analysis.ranking.ranking_options import Compare, RankingOptions
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.many_tables import each_table
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import (
    Against,
    Base,
    Correction,
    Family,
    Measure,
    Variance,
    View,
    measures_of,
)
from cxtui.errors import CxtuiError
from cxtui.survey.model import Codebook, Survey, required
from cxtui.survey.question import Category, Kind, Net, Question
from cxtui.survey.sampling import Calibration, Replicates, ReplicateType
from tests.making import BUDGET, CHANNELS, GOAL, ROLE, TOOLS

FEW = settings(max_examples=max(1, settings().max_examples // 10), deadline=None)
"""Each example ranks several lists."""

SCALE = tuple(Category(str(code), f"Point {code}", score=float(code)) for code in range(11))
LIKELY = Question("likely", "How likely", Kind.SCALE, ("likely",), SCALE)
REGION = Question("region", "Region", Kind.SINGLE, ("region",), SCALE[:3])
WAVE = Question("wave", "Wave", Kind.SINGLE, ("wave",), SCALE[1:4])
DESIGNS: dict[str, dict[str, Any]] = {
    "none": {},
    "weight": {"weight": "w"},
    "strata": {"weight": "w", "strata": ("region",)},
    "clusters": {"strata": ("region",), "cluster": "school"},
    "calibrated": {"weight": "w", "calibrated": Calibration("", (("region",),))},
    "replicates": {
        "weight": "w",
        "replicates": Replicates(("r1", "r2", "r3"), ReplicateType.BRR),
    },
}


def survey_of_seed(seed: int, design: str) -> Survey:
    """Return respondents with unlisted, missing and user-missing answers, drawn by a design."""
    random = np.random.default_rng(seed)
    size = int(random.integers(30, 200))
    codes = {"role": 3, "goal": 6, "web": 5, "mobile": 5, "likely": 11, "region": 3, "school": 9}
    columns: dict[str, Any] = {
        name: random.integers(0 if name in {"likely", "region"} else 1, most, size).astype(float)
        for name, most in codes.items()
    }
    columns["school"] += 100 * columns["region"]
    columns["wave"] = random.integers(1, 4, size).astype(float)
    columns |= {name: random.integers(0, 2, size).astype(float) for name in TOOLS.columns}
    columns["budget"] = np.round(1_000 + 40 * random.normal(size=size), 1)
    for name in ("goal", "web", "likely", "tools_1", "budget"):
        columns[name][random.random(size) < 0.15] = np.nan
    columns["w"] = random.uniform(0.2, 3, size)
    for name in ("r1", "r2", "r3"):
        columns[name] = columns["w"] * random.choice([0.0, 2.0], size)
    wide = pl.DataFrame(columns).fill_nan(None)
    kinds = dict.fromkeys((*codes, "wave", *TOOLS.columns), pl.Int8) | {"school": pl.Int16}
    frame = nw.from_native(wide.cast(kinds).lazy())  # type: ignore[arg-type]
    asked = (ROLE, GOAL, TOOLS, CHANNELS, BUDGET, LIKELY, REGION, WAVE)
    codebook = Codebook(questions=asked, role="role", wave="wave", **DESIGNS[design])
    schema = dict(frame.collect_schema())
    return Survey(frame, schema, codebook, "made.parquet", f"{seed}", size)


BANNERS = st.sampled_from([(("role",),), (("tools",),), (("role",), ("tools", "wave"))])
LISTED = ["goal", "channels.web", "tools", "likely", "channels.mobile"]


@FEW
@given(seed=st.integers(0, 2**32), banner=BANNERS, design=st.sampled_from(sorted(DESIGNS)))
def test_counts_of_many_questions_are_those_of_each(
    seed: int, banner: tuple[tuple[str, ...], ...], design: str
) -> None:
    """To the last bit, in columns and overlaps, of all respondents and of each unit."""
    survey = survey_of_seed(seed, design)
    view = View("goal", banner, weight=survey.codebook.weight or None)
    views = [view.with_question(name) for name in LISTED]
    (stack,) = CubeCache(survey).stacks_of_shares(views)
    for at, one in enumerate(views):
        cube = CubeCache(survey).cube(one)
        listed = [place for place, row in enumerate(cube.rows) if "net" not in row.status]
        assert stack.rows[at] == tuple(cube.rows[place] for place in listed)
        assert (stack.columns, stack.overlaps) == (cube.columns, cube.overlaps)
        assert (stack.left_out, stack.centres[at]) == (cube.left_out, cube.centre)
        rows = stack.starts[at] + np.arange(len(listed))
        for layers in ("whole", "units", "others"):
            for part in ("columns", "shared"):
                ours, theirs = (getattr(getattr(one, layers), part, None) for one in (stack, cube))
                assert (ours is None) is (theirs is None)
                if ours and theirs:
                    for mine, own in zip(ours.cells, theirs.cells, strict=True):
                        assert (mine[..., rows, :] == own[..., listed, :]).all()
                    for base, sums in theirs.bases.items():
                        for mine, own in zip(ours.bases[base], sums, strict=True):
                            assert (mine[..., [at], :] == own).all()


EXACT = sorted(set(DESIGNS) - {"calibrated"})
"""Products with the margins of calibrated weights may differ in the last bit from run to run."""


VIEWS: dict[str, dict[str, Any]] = {
    "shares": {},
    "all measures": {"show": Measure.COLUMN, "also": (Measure.INDEX, Measure.MEAN)},
    "row": {"show": Measure.ROW},
    "total": {"show": Measure.TOTAL, "base": Base.ALL},
    "full": {"full": True, "against": Against.REST},
    "kish": {"variance": Variance.KISH, "correction": Correction.HOLM},
    "table": {"family": Family.TABLE, "correction": Correction.BH, "against": Against.TOTAL},
}


@FEW
@given(
    seed=st.integers(0, 2**32),
    banner=BANNERS,
    design=st.sampled_from(EXACT),
    options=st.sampled_from(sorted(VIEWS)),
)
def test_tables_that_are_made_together_are_those_of_each(
    seed: int, banner: tuple[tuple[str, ...], ...], design: str, options: str
) -> None:
    """To the last bit: rows, pairs, overall tests, notes and lines under them."""
    survey = survey_of_seed(seed, design)
    view = View("goal", banner, weight=survey.codebook.weight or None, **VIEWS[options])
    named = [(name, view.with_question(name)) for name in (*LISTED, "channels", "budget")]
    named = [(name, one) for name, one in named if fits(survey, one)]
    for one in each_table(survey, named):
        assert (one.table or one.problem) == alone(survey, dict(named)[one.name])


def alone(survey: Survey, view: View) -> Table | str:
    """The table of a view, or why there is none."""
    try:
        return tabulate(survey, view)
    except CxtuiError as error:
        return str(error)


def fits(survey: Survey, view: View) -> bool:
    """Return whether a question has the measures of a view."""
    measures = measures_of(required(survey, view.question, "question"))
    return {view.show, *view.also} <= {None, *measures}


@FEW
@given(seed=st.integers(0, 2**32), banner=BANNERS, design=st.sampled_from(sorted(DESIGNS)))
def test_batches_of_a_server_have_the_counts_of_single_queries(
    seed: int, banner: tuple[tuple[str, ...], ...], design: str
) -> None:
    """All questions in one long column or in concatenated queries, also numbers and grids."""
    survey = survey_of_seed(seed, design)
    view = View("goal", banner, weight=survey.codebook.weight or None)
    views = [view.with_question(name) for name in (*LISTED, "channels", "budget")]
    one_by_one = [CubeCache(survey).cube(one) for one in views]
    cache = CubeCache(survey)
    with pytest.MonkeyPatch.context() as patch:
        batches = partial(batch_counts, is_remote=True)
        patch.setattr(
            "cxtui.analysis.query.groups.engine_counts.batch_counts",
            lambda asked, **_: batches(asked),
        )
        assert cache.foresee(views) == len(views)
    for one, cube in zip(views, one_by_one, strict=True):
        counted = cache.cube(one)
        assert (counted.rows, counted.columns) == (cube.rows, cube.columns)
        for ours, theirs in zip(counted.units.columns.cells, cube.units.columns.cells, strict=True):
            assert (ours == theirs).all()
        for base, sums in cube.bases.items():
            assert (counted.bases[base].w == sums.w).all()


@FEW
@given(seed=st.integers(0, 2**32), banner=BANNERS, design=st.sampled_from(sorted(DESIGNS)))
def test_respondents_in_memory_have_the_counts_of_the_engine(
    seed: int, banner: tuple[tuple[str, ...], ...], design: str
) -> None:
    """To the last bit: answers, nets, items chosen together, moments and quartiles of numbers."""
    survey = survey_of_seed(seed, design)
    nets = (Net("few", "Few", ("1", "2")), Net("less", "Less", ("1",), minus=("2",)))
    view = View("goal", banner, weight=survey.codebook.weight or None)
    views = [view.with_question(name) for name in (*LISTED, "channels", "budget")]
    views += [replace(view.with_question(name), nets=nets) for name in ("goal", "tools")]
    views += [replace(one, banner=()) for one in views]
    ours = [CubeCache(survey).cube(one) for one in views]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cxtui.analysis.query.query_batching._FEW", 0)
        theirs = [CubeCache(survey).cube(one) for one in views]
    for cube, other in zip(ours, theirs, strict=True):
        assert (cube.rows, cube.columns, cube.nets) == (other.rows, other.columns, other.nets)
        assert numbers_in(cube) == numbers_in(other)


def numbers_in(cube: Cube) -> list[object]:
    """Return all sums of a cube."""
    layers = (getattr(cube, name) for name in ("whole", "units", "others", "present"))
    counts = (part for layer in layers if layer for part in (layer.columns, layer.shared))
    found: list[object] = [] if cube.joint is None else [cube.joint.tolist()]
    if cube.quartiles:
        found += [
            cube.quartiles.values,
            [(x.tolist(), w.tolist()) for x, w in cube.quartiles.numbers],
        ]
    for one in counts:
        arrays = [*one.cells, *chain(*one.bases.values()), *(one.moments or ())]
        found.append([array.tolist() for array in arrays])
    return [*found, *(numbers_in(cube.below) if cube.below else ())]


OPTIONS = st.sampled_from(
    [
        RankingOptions(),
        RankingOptions(compare=Compare.REST),
        RankingOptions(compare=Compare.PAIRS),
        RankingOptions(compare=Compare.WAVES),
        RankingOptions(compare=Compare.WAVES, trend=True),
    ]
)


@FEW
@given(
    seed=st.integers(0, 2**32),
    banner=BANNERS,
    design=st.sampled_from(EXACT),
    options=OPTIONS,
    variance=st.sampled_from(Variance),
)
def test_a_ranking_does_not_depend_on_what_is_counted_together(
    seed: int,
    banner: tuple[tuple[str, ...], ...],
    design: str,
    options: RankingOptions,
    variance: Variance,
) -> None:
    """One question at a time, each by a query of its own: the same numbers."""
    survey = survey_of_seed(seed, design)
    view = View("", banner, weight=survey.codebook.weight or None, variance=variance)
    whole = rank_questions(survey, view, options)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_TOGETHER", "_STEP"):
            patch.setattr(f"cxtui.analysis.ranking.rank_questions.{name}", 1)
        patch.setattr("cxtui.analysis.query.query_batching._FEW", 0)
        each = rank_questions(survey, view, options)
    assert (whole.tested, whole.held) == (each.tested, each.held)
    assert list(map(numbers_of, whole.lines)) == list(map(numbers_of, each.lines))


def numbers_of(line: Line) -> tuple[object, ...]:
    """Return all texts and numbers of a line."""
    return (
        *(line.question.id, line.comparison, line.a, line.b, line.answers, line.moved_net),
        *(line.v, line.statistic, line.df, line.df2, line.p_distribution, line.p_mean, line.p),
        *(line.verdict, line.widest, line.why_not),
    )
