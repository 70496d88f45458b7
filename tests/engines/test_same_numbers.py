"""Polars, DuckDB and Spark Connect give the same numbers, to a billionth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
import pytest

from cxtui.analysis.checks.check import CheckKind
from cxtui.analysis.checks.check_survey import check_survey
from cxtui.analysis.derive.derive_questions import derive_questions
from cxtui.analysis.query import sample_units
from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.query.cube import Counts, Cube
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.query.expressions import number_classes as values
from cxtui.analysis.query.expressions.answered import count_answered
from cxtui.analysis.query.side_queries.open_answers import read_open_answers
from cxtui.analysis.ranking.rank_questions import rank_questions
from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.tables.build_table import build_table, tabulate
from cxtui.analysis.tables.build_trend import trend
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import default_view, parse_view
from cxtui.errors import CodebookError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.toml_format import read_codebook
from cxtui.survey.derive.derivation_text import parse_derivation
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.sampling import Calibration, Replicates, ReplicateType
from tests.engines.places import placed

pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully:FutureWarning")

EXAMPLE = Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"
CLOSE = 1e-9

VIEWS = (
    "--question cx_goal --by role --wave all",
    "--question cx_goal --by role --by seniority --where wave=2016",
    "--question cx_goal --by 'role>company_size' --weight weight --where 'wave=2016'",
    "--question obstacles --by role --weight weight --full",
    "--question obstacles --by tools --wave all --full",
    "--question channels --by role --weight weight",
    "--question channels.web --by obstacles --weight weight",
    "--question recommend --by role --weight weight --full",
    "--question budget_share --by role --weight weight",
    "--question budget_share --by budget_share --wave all",
    "--question cx_owner --by budget_share --where 'budget_share>=10'",
    "--question interviewed --by role --weight weight",
    "--question first_change --by role",
    "--question several --by role --weight weight",
    "--question listed --by several --weight weight",
    "--question cx_map --by role --where 'role!=1' --where 'first_change!=missing' --base asked",
    "--question cx_map --by role --where 'cx_goal=1,3 or obstacles=2' --base all",
    "--question cx_map --by role --net 'Any=1,2' --net 'Less=1,2 minus 3' --weight weight",
)
"""Every kind of question, banner, filter and weight."""


DERIVED_VIEWS = (
    "--question camp --by share3 --by obstacles2 --weight weight",
    "--question pairs --by top --wave all --where 'agreement>=2 or n_obstacles<3'",
    "--question agreement --by 'camp>mapped' --weight weight",
    "--question listed2 --by held --by several2",
)

DERIVED = """
[[derive]]
id = "camp"
cases = [
  { label = "Confident", when = ["agreement>=3.5", "n_obstacles<=2 or cx_map=4"] },
  { label = "Stuck", when = ["n_obstacles>=4", "cx_map!=1,2"] },
]
rest = "Between"
[[derive]]
id = "mapped"
from = "cx_map"
merge = [{ label = "Hardly", of = ["1", "2"] }]
rest = "More"
[[derive]]
id = "share3"
from = "budget_share"
bands = [20, 35]
[[derive]]
id = "n_obstacles"
count = ["obstacles", "several"]
[[derive]]
id = "agreement"
mean = ["channels"]
least = 2
[[derive]]
id = "obstacles2"
from = "obstacles"
merge = [{ label = "First", of = ["1", "2", "3"] }]
[[derive]]
id = "listed2"
from = "listed"
merge = [{ label = "Both", of = ["a", "b"] }]
[[derive]]
id = "several2"
from = "several"
merge = [{ label = "Either", of = ["CRM", "CDP"] }]
[[derive]]
id = "held"
overlap = true
cases = [{ label = "Many", when = "n_obstacles>3" }, { label = "Some", when = "n_obstacles>1" }]
rest = "None"
[[derive]]
id = "pairs"
cross = ["role", "interviewed", "wave"]
[[derive]]
id = "top"
first = "mentioned"
[[derive]]
id = "largest"
max = ["channels.web", "budget_share"]
[[derive]]
id = "alone"
min = ["channels.web"]
[[derive]]
id = "flat"
straight = "channels"
least = 2
"""
"""Every verb, also of lists, delimited answers and dates."""


@cache
def here() -> Survey:
    """The example with a faulty weight, a list column and delimited answers added."""
    survey = open_survey(str(EXAMPLE))
    frame = survey.frame.to_native().collect()
    place = pl.int_range(pl.len())
    frame = frame.with_columns(
        weight=pl.when(place % 41 == 0)
        .then(None)
        .when(place % 37 == 0)
        .then(float("nan"))
        .when(place % 29 == 0)
        .then(-1.0)
        .otherwise(0.5 + (place * 7 % 13) / 8.0),
        several=pl.when(place % 5 == 0)
        .then(None)
        .when(place % 3 == 0)
        .then(pl.lit("CRM, CDP"))
        .when(place % 2 == 0)
        .then(pl.lit("CDP, build, test"))
        .otherwise(pl.lit("CRM")),
        listed=pl.when(place % 7 == 0)
        .then(None)
        .when(place % 2 == 0)
        .then(pl.lit(["a", "b"]))
        .otherwise(pl.lit(["b"])),
        mention_1=pl.when(place % 3 > 0).then(place % 4).cast(pl.Int64),
        mention_2=pl.when(place % 2 > 0).then(place % 5).cast(pl.Int64),
    )
    codebook = """
weight = "weight"
[[question]]
id = "several"
kind = "multi"
column = "several"
delimiter = ", "
categories = [{ code = "CRM" }, { code = "CDP" }, { code = "build, test" }]
[[question]]
id = "listed"
kind = "multi"
column = "listed"
categories = [{ code = "a" }, { code = "b" }]
[[question]]
id = "mentioned"
kind = "multi"
holds = "mentions"
columns = ["mention_1", "mention_2"]
unasked = ["0"]
categories = [{ code = "1" }, { code = "2" }, { code = "3" }, { code = "4", missing = true }]
"""
    more = read_codebook(codebook, "the test").questions
    return replace(
        survey,
        frame=nw.from_native(frame.lazy()),
        schema=dict(nw.from_native(frame.lazy()).collect_schema()),
        codebook=replace(survey.codebook, questions=(*survey.codebook.questions, *more)),
        files=(),
    )


def with_derived(survey: Survey) -> Survey:
    return derive_questions(survey, read_codebook(DERIVED, "the test").derived)


@cache
def there(engine: str) -> Survey:
    """The same respondents on another engine."""
    return placed(here(), engine)


@cache
def derived_there(engine: str = "") -> Survey:
    """The respondents with derived questions."""
    return with_derived(there(engine) if engine else here())


def arrays_of(counts: Counts) -> dict[str, np.ndarray]:
    """Return every array of some counts by its name."""
    found = {f"cells.{part}": getattr(counts.cells, part) for part in "nwq"}
    for base, sums in counts.bases.items():
        found |= {f"{base}.{part}": getattr(sums, part) for part in "nwq"}
    if counts.moments is not None:
        names = ("wx", "wxx", "qx", "qxx")
        found |= {name: getattr(counts.moments, name) for name in names}
    return found


def assert_same(ours: Cube, theirs: Cube) -> None:
    """Compare all that two cubes hold."""
    assert theirs.rows == ours.rows
    assert theirs.columns == ours.columns
    assert theirs.left_out == ours.left_out
    both = ((ours.whole.columns, theirs.whole.columns), (ours.whole.shared, theirs.whole.shared))
    for mine, other in both:
        for name, array in arrays_of(mine).items():
            np.testing.assert_allclose(
                arrays_of(other)[name], array, rtol=CLOSE, atol=CLOSE, err_msg=name
            )
    assert (theirs.quartiles is None) == (ours.quartiles is None)
    if ours.quartiles and theirs.quartiles:
        for values, found in zip(theirs.quartiles.values, ours.quartiles.values, strict=True):
            pairs = zip(values, found, strict=True)
            assert all(is_close(one, same) for one, same in pairs)


def assert_same_table(ours: Table, theirs: Table) -> None:
    """Compare percentages, intervals, p, marks and every line under them."""
    assert theirs.notes == ours.notes
    for mine, other in zip(ours.rows, theirs.rows, strict=True):
        assert (other.code, other.label) == (mine.code, mine.label)
        for cell, same in zip(mine.cells, other.cells, strict=True):
            assert (same.letters, same.flag) == (cell.letters, cell.flag)
            for name in ("percent", "low", "high", "mean", "sd", "weighted_n", "se", "df", "deff"):
                assert is_close(getattr(same, name), getattr(cell, name)), name
        for pair, twin in zip(mine.pairs, other.pairs, strict=True):
            assert is_close(twin.p, pair.p, 1e-7)


def is_close(one: float | None, other: float | None, relative: float = CLOSE) -> bool:
    """Whether two numbers are the same to a billionth, or neither is there."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=relative, abs_tol=CLOSE)


@pytest.mark.parametrize("text", VIEWS)
def test_a_view_is_counted_alike(engine: str, text: str) -> None:
    """The cube, and the table with its tests and footer."""
    view = parse_view(here(), text)
    ours, theirs = compute_cube(here(), view), compute_cube(there(engine), view)
    assert_same(ours, theirs)
    assert_same_table(build_table(here(), view, ours), build_table(there(engine), view, theirs))


@pytest.mark.parametrize("text", DERIVED_VIEWS)
def test_a_view_of_derived_questions_is_counted_alike(engine: str, text: str) -> None:
    """In rows, banners and filters."""
    ours, theirs = derived_there(), derived_there(engine)
    view = parse_view(ours, text)
    mine, other = compute_cube(ours, view), compute_cube(theirs, view)
    assert_same(mine, other)
    assert_same_table(build_table(ours, view, mine), build_table(theirs, view, other))


def test_derived_questions_are_the_same_for_each_respondent(engine: str) -> None:
    """In every column that was made, of text and numbers."""
    here, there = derived_there(), derived_there(engine)
    questions = [one for one in here.codebook.questions if one.made]
    assert there.codebook == here.codebook
    names = ["respondent", "wave", *(name for one in questions for name in one.columns)]
    ours, theirs = (
        one.frame.select(*names).collect(backend="polars").to_native().sort(names)
        for one in (here, there)
    )
    for name in names:
        assert theirs[name].cast(ours[name].dtype).equals(ours[name]), name


def test_repeats_follow_the_order_of_a_file(engine: str) -> None:
    """DuckDB reads it in its order; a cluster keeps none, and is refused in one line."""
    line = 'id = "again", repeats = ["cx_goal", "role", "several", "listed"], least = 2'
    one = parse_derivation(line, "--derive")
    if engine == "spark":
        with pytest.raises(CodebookError, match="repeats needs the order of a file"):
            derive_questions(there(engine), [one])
        return
    found = [
        derive_questions(each, [one]).frame.select("respondent", "again").collect(backend="polars")
        for each in (here(), there(engine))
    ]
    ours, theirs = (sorted(rows.rows()) for rows in found)
    assert ours == theirs
    assert {code for _, code in ours} >= {"1", "2"}


def test_checks_find_the_same(engine: str) -> None:
    """All but duplicates, which a cluster cannot tell."""
    apart = {CheckKind.IDS, CheckKind.DUPLICATES} if engine == "spark" else set()
    ours, theirs = (
        [one for one in check_survey(survey).checks if one.kind not in apart]
        for survey in (here(), there(engine))
    )
    assert ours == theirs


@pytest.mark.parametrize("weight", [None, "weight"])
def test_the_ranking_takes_few_queries_and_finds_the_same(
    engine: str, weight: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes at most a third as many queries as questions."""
    view = replace(default_view(here()), weight=weight)
    ours = rank_questions(here(), view, RankingOptions()).lines
    asked: list[int] = []
    from cxtui.analysis.query import engine as engines

    collected = engines.collect_frames

    def counting(frames: Sequence[nw.LazyFrame[Any]]) -> list[nw.DataFrame[Any]]:
        asked.append(len(frames))
        return collected(frames)

    monkeypatch.setattr(engines, "collect_frames", counting)
    theirs = {
        one.question.id: one for one in rank_questions(there(engine), view, RankingOptions()).lines
    }
    assert len(ours) > 20
    assert sum(asked) <= len(ours) / 3
    for mine in ours:
        other = theirs[mine.question.id]
        assert (other.verdict, other.test) == (mine.verdict, mine.test)
        assert is_close(other.p, mine.p, 1e-7)
        for one, two in zip(mine.answers, other.answers, strict=True):
            assert two.code == one.code
            assert two.gap == pytest.approx(one.gap, rel=CLOSE, abs=CLOSE)
            assert is_close(two.p_within, one.p_within, 1e-7)


def test_a_trend_is_the_same(engine: str) -> None:
    """Waves, roles and lifts."""
    view = View("cx_goal", (("role",),), weight="weight")
    ours, theirs = trend(here(), view, "wave"), trend(there(engine), view, "wave")
    assert theirs.notes == ours.notes
    assert [row.label for row in theirs.rows] == [row.label for row in ours.rows]


def test_open_answers_are_found_alike(engine: str) -> None:
    """How many wrote one, how many hold a text, and which."""
    for question, search in (
        ("first_change", ""),
        ("first_change", "data"),
        ("first_change", "D a"),
    ):
        view = View(question, (("role",),))
        ours, theirs = (
            read_open_answers(here(), view, search),
            read_open_answers(there(engine), view, search),
        )
        assert theirs.counted == ours.counted
        assert sorted(map(str, theirs.answers)) == sorted(map(str, ours.answers))


def test_answers_are_counted_alike(engine: str) -> None:
    """By question, as the list of questions shows them."""
    assert count_answered(there(engine)) == count_answered(here())


DESIGNS: dict[str, dict[str, Any]] = {
    "respondents": {"strata": ("industry",), "cluster": "respondent"},
    "clusters": {"strata": ("industry",), "cluster": "team"},
    "second stage": {"strata": ("industry",), "cluster": "team", "population": ("all", "drawn")},
    "calibrated": {"cluster": "team", "calibrated": Calibration("", (("role",), ("wave",)))},
    "replicates": {"replicates": Replicates(("rep_1", "rep_2", "rep_3"), ReplicateType.BRR)},
}


@cache
def designed(engine: str, design: str) -> Survey:
    """The example in clusters of some respondents and with replicate weights."""
    survey = here()
    place = pl.int_range(pl.len())
    frame = survey.frame.to_native().with_columns(
        team=pl.format("team {}", place * 11 % 47),
        all=pl.lit(60),
        drawn=pl.lit(30),
        **{f"rep_{n}": pl.col("weight") * (1 + ((place // n) % 2) * 0.5) for n in (1, 2, 3)},
    )
    made = replace(
        survey,
        frame=nw.from_native(frame),
        schema=dict(nw.from_native(frame).collect_schema()),
        codebook=replace(survey.codebook, **DESIGNS[design]),
    )
    return made if engine == "polars" else placed(made, engine)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("question", ["recommend", "obstacles"])
def test_designs_give_the_same_errors(engine: str, design: str, question: str) -> None:
    """The engine groups by the sampling design too, and sums replicate weights."""
    view = View(question, (("role",),), weight="weight")
    assert_same_table(*(tabulate(designed(one, design), view) for one in ("polars", engine)))


@pytest.mark.parametrize("text", [text for text in VIEWS if "--weight" in text][::2])
def test_many_clusters_are_reduced_alike(
    engine: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine returns no clusters, only what errors need of them."""
    ours, theirs = (designed(one, "clusters") for one in ("polars", engine))
    expected = tabulate(ours, parse_view(ours, text))
    monkeypatch.setattr(sample_units, "MOST_LISTED", 0)
    reduced = replace(theirs)
    assert_same_table(expected, tabulate(reduced, parse_view(reduced, text)))


def test_a_view_that_was_counted_is_not_asked_again(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor one that differs in its measure, its tests or a role switched off."""
    cache = CubeCache(there(engine))
    view = View("cx_goal", (("role",),))
    cache.cube(view)
    from cxtui.analysis.query import engine as engines

    monkeypatch.setattr(engines, "collect_frames", lambda frames: pytest.fail("asked again"))
    cache.cube(replace(view, level=90.0))
    cache.cube(view.toggled("role", "1"))


def test_more_numbers_than_may_come_back_are_rounded_and_said_to_be(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The footer says what is shown instead of exact quartiles."""
    monkeypatch.setattr(values, "MOST", 10)
    view = View("respondent_number", (("role",),))
    ours, theirs = (tabulate(_with_number(one), view) for one in (here(), there(engine)))
    assert not any("rounded" in line for line in sentences_of(ours.notes))
    assert any("rounded to 3 significant digits" in line for line in sentences_of(theirs.notes))
    for mine, other in zip(ours.lines, theirs.lines, strict=True):
        if mine.label == "Median":
            pairs = zip(mine.lowest, other.lowest, strict=True)
            assert all(is_close(one, same, 0.005) for one, same in pairs)


def _with_number(survey: Survey) -> Survey:
    from cxtui.survey.question import Kind, Question

    number = Question("respondent_number", "Number", Kind.NUMERIC, ("respondent",))
    questions = (*survey.codebook.questions, number)
    return replace(survey, codebook=replace(survey.codebook, questions=questions))
