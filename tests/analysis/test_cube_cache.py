"""What was read or counted once is kept; what it gives is what the file gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from polars.io.plugins import register_io_source

from cxtui.analysis.query import engine
from cxtui.analysis.query.cache.column_cache import ColumnCache
from cxtui.analysis.query.cache.lru_cache import LruCache, bytes_of
from cxtui.analysis.query.cache.memory_budget import MEGABYTE, MEMORY
from cxtui.analysis.query.count_cube import compute_cube, read_views
from cxtui.analysis.query.cube import Cube
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.query.expressions.exact_sums import add_weights
from cxtui.analysis.query.expressions.filters import filter_respondents
from cxtui.analysis.query.view_count import ViewCount
from cxtui.analysis.tables.build_table import build_table, tabulate
from cxtui.analysis.view.view import Measure, View
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import SourceError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.conditions import NO_ANSWER, Filter
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Kind
from cxtui.survey.sampling import Calibration, Replicates, ReplicateType
from tests.making import QUESTIONS, made, survey_of


@pytest.fixture
def survey(example: Path) -> Survey:
    """The example, scanned lazily."""
    return open_survey(str(example))


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The columns of every query that read the file."""
    ran: list[list[str]] = []

    collected = engine.collect_frames

    def noting(frames: Sequence[nw.LazyFrame[Any]]) -> list[nw.DataFrame[Any]]:
        scans = (frame for frame in frames if " SCAN " in frame.to_native().explain())
        ran.extend(frame.collect_schema().names() for frame in scans)
        return collected(frames)

    monkeypatch.setattr(engine, "collect_frames", noting)
    return ran


@pytest.mark.parametrize(
    "options",
    [
        "--question cx_goal --by role",
        "--question obstacles --by role>wave --wave all",
        "--question channels --where role=Marketing",
        "--question budget_share --by role --where role=Technology",
        "--question budget_share --by obstacles --where 'cx_goal!=missing or budget_share>=30'",
    ],
)
def test_a_view_counts_the_same_from_memory(survey: Survey, options: str) -> None:
    """Every kind of question, banner and filter finds its columns there."""
    view = parse_view(survey, options)
    counted = CubeCache(survey)
    counted.cube(view)
    other = counted.cube(replace(view, show=Measure.COUNT))
    assert build_table(survey, view, other) == tabulate(survey, view)


def test_a_column_is_read_once(survey: Survey, queries: list[list[str]]) -> None:
    """The next question reads its own column; banner and weight are there."""
    columns = ColumnCache(survey, MEMORY * MEGABYTE)
    view = parse_view(survey, "--question cx_goal --by role")
    for question in ("cx_goal", "cx_map", "cx_goal"):
        columns.frame(view.with_question(question))
    assert [[name for name in names if name in survey.schema] for names in queries] == [
        ["cx_goal", "role"],
        ["cx_map"],
    ]


def test_views_that_are_foreseen_are_counted_at_once(
    survey: Survey, queries: list[list[str]]
) -> None:
    """Their columns in one query; then each is there, and is what it would be by itself."""
    view = parse_view(survey, "--question cx_goal --by role")
    counted = CubeCache(survey)
    names = ("cx_goal", "obstacles", "channels.mobile", "budget_share")
    asked = [view.with_question(name) for name in names]
    (stack,) = counted.stacks_of_shares(asked)
    assert [one.id for one in stack.questions] == list(names)
    assert len([one for one in queries if "cx_goal" in one and "budget_share" in one]) == 1
    del queries[:]
    assert counted.foresee(asked[:3]) == 3
    counted.stacks_of_shares(asked)
    assert queries == []
    for one in asked[:3]:
        rows = build_table(survey, one, counted.cube(one)).rows
        assert [row.cells for row in rows] == [row.cells for row in tabulate(survey, one).rows]


def test_what_else_foreseen_views_need_is_counted_at_once(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pairs of items in one go, the numbers of all in one, and the shares up to their quartiles."""
    survey = replace(survey, codebook=replace(survey.codebook, strata=("industry",)))
    kinds = {Kind.NUMERIC, Kind.MULTI}
    names = [one.id for one in survey.codebook.table_questions if one.kind in kinds]
    view = parse_view(survey, "--question cx_goal --by role")
    asked = [view.with_question(name) for name in names]
    assert {survey.codebook.find(name).kind for name in names} == kinds  # type: ignore[union-attr]
    counted = CubeCache(survey)
    assert counted.foresee(asked) == len(asked)
    calls: list[int] = []
    collected = engine.collect_frames

    def noting(frames: Sequence[nw.LazyFrame[Any]]) -> list[nw.DataFrame[Any]]:
        calls.append(len(frames))
        return collected(frames)

    with monkeypatch.context() as patch:
        patch.setattr(engine, "collect_frames", noting)
        cubes = counted.cubes(asked)
    assert len(calls) == 3
    for one, cube in zip(asked, cubes, strict=True):
        assert counted.cube(one) is cube
        assert build_table(survey, one, cube) == tabulate(survey, one)


@pytest.mark.parametrize("combined", [True, False])
def test_replicates_and_margins_are_read_with_the_columns_of_a_view(combined: bool) -> None:
    """The sample's units are told apart by columns that no question of the view has."""
    seed = np.random.default_rng(7)
    size = 60
    numbers = {name: seed.integers(1, 4, size).tolist() for name in ("role", "goal", "sex")}
    weights = seed.uniform(0.5, 2, size)
    numbers |= {"w": weights.tolist()}
    half = np.where(seed.integers(0, 2, size) > 0, 2.0, 0.0)
    for name, factor in (("r1", half), ("r2", 2 - half)):
        numbers[name] = (factor * (weights if combined else 1)).tolist()
    replicates = Replicates(("r1", "r2"), ReplicateType.BRR, combined=combined)
    codebook = Codebook(role="role", weight="w")
    asked = View("goal", (("role",),), weight="w")
    for design in ({"replicates": replicates}, {"calibrated": Calibration("", (("sex",),))}):
        survey = survey_of(
            [dict(zip(numbers, row, strict=True)) for row in zip(*numbers.values(), strict=True)],
            QUESTIONS[:2],
            {name: pl.Float64 if name in {"w", "r1", "r2"} else pl.Int64 for name in numbers},
            replace(codebook, **design),
        )
        kept = CubeCache(survey).cube(asked)
        table, again = build_table(survey, asked, kept), tabulate(survey, asked)
        assert [row.cells for row in table.rows] == [row.cells for row in again.rows]


def test_cached_views_run_no_query(survey: Survey, queries: list[list[str]]) -> None:
    """Another measure, sort, level or correction, and a role switched off or on again."""
    counted = CubeCache(survey)
    view = parse_view(survey, "--question cx_goal --by role")
    counted.cube(view)
    del queries[:]
    role = survey.codebook.find("role")
    assert role is not None
    off = view.toggled("role", role.categories[0].code)
    for again in (replace(view, show=Measure.ROW, level=80.0), off, off.toggled("wave", "2015")):
        counted.cube(again)
    assert len(queries) == 1  # the other wave is another count: its columns


ROLES = st.sampled_from([1, 2, 7, None])
GOALS = st.sampled_from([1, 2, 3, 4, None])
CHOSEN = st.lists(st.sampled_from(["1", "2", NO_ANSWER]), min_size=1, unique=True)


@given(
    st.lists(st.fixed_dictionaries({"role": ROLES, "goal": GOALS}), min_size=1, max_size=12),
    st.sampled_from(["=", "!="]),
    CHOSEN,
)
def test_a_filter_on_the_banner_keeps_whom_the_engine_keeps(
    rows: list[dict[str, int | None]], operator: str, codes: list[str]
) -> None:
    """Whoever gave no answer, or one that no codebook lists, included."""
    survey = made(rows)
    view = View("goal", (("role",),), (Filter("role", operator, tuple(codes)),))
    counting = ViewCount(survey, view)
    assert counting.asked.filters == ()
    plainly = ViewCount(
        replace(survey, frame=filter_respondents(survey, view.filters)), replace(view, filters=())
    )
    answered = plainly.ask(add_weights(plainly.survey.frame, survey, None))
    (direct,) = read_views(survey, [(plainly, answered, None)])
    found = compute_cube(survey, view)
    assert found.cells.n[0, :, 0].sum() == direct.cells.n[0, :, 0].sum()
    labels = [column.label for column in found.columns]
    places = [place for place, one in enumerate(direct.columns) if one.label in labels]
    for row, numbers in zip(found.rows, found.cells.n[0], strict=True):
        same = next(place for place, one in enumerate(direct.rows) if one.code == row.code)
        assert numbers.tolist() == direct.cells.n[0, same, places].tolist()


def test_the_longest_unused_go_first() -> None:
    """The budget holds; what a view needs now is never what goes."""
    survey = made([{"role": 1, "goal": 2, "budget": 1.0}] * 1000)
    columns = ColumnCache(survey, 10_500)
    for question in ("role", "goal", "role"):
        columns.frame(View(question))
    assert list(columns.names) == ["goal", "role"]
    frame = columns.frame(View("budget"))
    assert frame.collect()["budget"].to_list() == [1.0] * 1000
    assert list(columns.names) == ["role", "budget"]


def test_a_view_too_large_is_counted_from_the_file(survey: Survey) -> None:
    """Nothing is kept of columns that would fill the memory."""
    columns = ColumnCache(survey, 100)
    assert len(columns.frame(View("cx_goal")).collect()) == survey.respondents
    assert list(columns.names) == []


def test_columns_of_two_states_of_a_file_never_meet() -> None:
    """Columns read from an engine that holds other respondents by now are refused."""
    survey = made([{"role": 1, "goal": 2}] * 40)
    states = iter((40, 7))

    def read(names: list[str] | None, *_: object) -> Iterator[pl.DataFrame]:
        yield survey.frame.to_native().head(next(states)).collect().select(names or pl.all())

    scan = register_io_source(read, schema=survey.frame.to_native().collect_schema())
    columns = ColumnCache(replace(survey, frame=nw.from_native(scan)), MEMORY * MEGABYTE)
    columns.frame(View("role"))
    with pytest.raises(SourceError, match=r"has other respondents than when it was opened"):
        columns.frame(View("goal", (("role",),)))


def test_counts_fill_no_more_than_their_part_of_the_memory(survey: Survey) -> None:
    """However many views are seen; of what is not kept the numbers are the same when it is back."""
    little = CubeCache(survey, 100 / 1024)
    view = parse_view(survey, "--by role --by seniority")
    views = [view.with_question(one.id) for one in survey.codebook.table_questions]
    before = [little.cube(one) for one in views]
    assert not little.knows(views[0]) and little.knows(views[-1])
    assert (
        sum(bytes_of(little.counts.get(one)) for one in little.counts)
        == little.counts.taken
        <= 25 * 1024
    )
    again = little.cube(views[0])
    assert (again.cells.n == before[0].cells.n).all()
    whole = [
        one for one in views if (asked := survey.codebook.find(one.question)) and not asked.items
    ]
    for count_at_once in (little.stacks_of_shares, little.foresee):
        count_at_once(whole)
        assert little.counts.taken <= 25 * 1024


def test_differences_between_waves_are_counted_once(
    survey: Survey, queries: list[list[str]]
) -> None:
    """And from then on whenever a table has to know it."""
    counted = CubeCache(survey)
    goal, wave = (survey.codebook.find(name) for name in ("cx_goal", "wave"))
    assert goal is not None and wave is not None
    first = counted.offered(goal, wave)
    del queries[:]
    assert counted.offered(goal, wave) is first
    assert queries == []


def test_the_newest_value_stays_however_large_it_is() -> None:
    """Somebody looks at it; the others go, the longest unused first."""
    cache: LruCache[str, int] = LruCache(10, lambda size: size)
    for key, size in (("a", 4), ("b", 4)):
        cache.put(key, size)
    assert cache.get("a") == 4
    cache.put("c", 5)
    cache.trim()
    assert (list(cache), cache.taken, cache.get("b")) == (["a", "c"], 9, None)
    cache.put("d", 50)
    cache.trim()
    assert (list(cache), cache.taken) == (["d"], 50)


def test_the_size_of_a_cube_is_estimated(survey: Survey) -> None:
    """A long list is measured by some of its members."""
    numbers = np.zeros((3, 1000))
    assert 24_000 <= bytes_of(numbers) <= 24_100
    assert bytes_of([numbers] * 500) == pytest.approx(500 * 24_000, rel=0.01)
    cube = compute_cube(survey, parse_view(survey, "--question cx_goal --by role>seniority"))
    arrays = 3 * cube.cells.n.nbytes
    assert arrays < bytes_of(cube) < arrays + 40_000


DESIGNS: dict[str, Codebook] = {
    "none": Codebook(),
    "strata": Codebook(strata=("industry",)),
    "clusters": Codebook(strata=("role",), cluster="industry"),
    "respondents": Codebook(cluster="respondent"),
    "calibrated": Codebook(calibrated=Calibration("", (("role",), ("wave",)))),
}


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("waves", ["", "--wave all"])
@pytest.mark.parametrize("question", ["cx_goal", "obstacles", "budget_share"])
def test_the_first_weighted_table_reads_the_file_once(
    survey: Survey,
    tmp_path: Path,
    queries: list[list[str]],
    design: str,
    waves: str,
    question: str,
) -> None:
    """Weight, sample and numbers of all respondents are known by the columns that it counts."""
    place = pl.int_range(pl.len())
    weight = pl.when(place % 29 > 0).then(0.3 + (place * 7 % 13) / 7)
    rows = survey.frame.to_native().with_columns(weight=weight, budget_share=place / 3)
    rows.sink_parquet(tmp_path / "weighted.parquet")
    frame = nw.from_native(pl.scan_parquet(tmp_path / "weighted.parquet"))
    declared = DESIGNS[design]
    parts = {name: getattr(declared, name) for name in ("strata", "cluster", "calibrated")}
    codebook = replace(survey.codebook, weight="weight", **parts)
    schema = dict(frame.collect_schema())
    asked = replace(survey, frame=frame, schema=schema, codebook=codebook, files=())
    view = parse_view(asked, f"--question {question} --by role --weight weight {waves}")
    del queries[:]
    cube = CubeCache(asked).cube(view)
    assert len(queries) == 1
    whole = compute_cube(replace(asked), view)
    assert len(queries) > 2
    assert bytes_in(cube) == bytes_in(whole)


def bytes_in(cube: Cube) -> list[bytes]:
    """Return the exact sums of a cube, without those of weights before calibration."""
    counts = [part for one in (cube.whole, cube.units) for part in (one.columns, one.shared)]
    sums = [part for one in counts for part in (one.cells, *one.bases.values(), one.moments)]
    sample = cube.sample
    numbers = [part for one in sums if one is not None for part in one]
    return [one.tobytes() for one in (*numbers, sample.sizes, sample.fractions)]
