"""Surveys of many clusters: the engine reduces them, and every number stays as it was."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cxtui.analysis.query import engine, sample_units
from cxtui.analysis.ranking.rank_questions import rank_questions
from cxtui.analysis.ranking.ranking_options import Compare, RankingOptions
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view import Against, Base, Measure, View
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Codebook, Survey
from tests.making import QUESTIONS, SCHEMA, survey_of

CODEBOOK = Codebook(role="role", weight="w", strata=("stratum",), cluster="cluster")
COLUMNS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    **SCHEMA,
    "stratum": pl.Int64,
    "cluster": pl.String,
}
ROLE = View("goal", (("role",),), weight="w")
VIEWS = (
    ROLE,
    replace(ROLE, show=Measure.ROW),
    replace(ROLE, show=Measure.TOTAL, base=Base.ALL),
    replace(ROLE, against=Against.REST, filters=(Filter("role", "=", ("1", "2")),)),
    replace(ROLE, banner=(("role", "tools"),)),
    replace(ROLE, banner=(("role",), ("tools",))),
    replace(ROLE, question="tools"),
    replace(ROLE, question="tools", banner=()),
    replace(ROLE, question="channels"),
    replace(ROLE, question="budget"),
    replace(ROLE, question="role", banner=(("tools",),), weight=None),
)


def drawn(seed: int, respondents: int, clusters: int) -> Sequence[Mapping[str, object]]:
    """Respondents of clusters of any size in four strata; some answers are missing."""
    random = np.random.default_rng(seed)
    own = random.integers(0, clusters, respondents)
    tone = random.normal(size=clusters)[own]

    def answers(most: int, missing: float) -> list[int | None]:
        found = np.clip(np.round(random.normal(size=respondents) + tone + 2), 1, most)
        return [
            None if gone else int(one)
            for one, gone in zip(found, random.random(respondents) < missing, strict=True)
        ]

    columns = {
        "role": answers(2, 0.1),
        "goal": answers(4, 0.1),
        **{f"tools_{n}": (random.random(respondents) < 0.3 * n).astype(int) for n in (1, 2, 3)},
        "web": answers(4, 0.2),
        "mobile": answers(4, 0.0),
        "budget": [None if one == 1 else 100.0 * (one or 0) for one in answers(9, 0.1)],
        "w": np.round(random.lognormal(0, 0.5, respondents) + 0.1, 2),
        "stratum": own % 4,
        "cluster": [f"c{one}" for one in own],
    }
    return pl.DataFrame(columns).to_dicts()


def same(one: object, other: object) -> bool:
    """Whether two results hold the same numbers, but for the last digits."""
    if is_dataclass(one):
        names = (each.name for each in fields(one))
        return all(same(getattr(one, name), getattr(other, name)) for name in names)
    if isinstance(one, str) or not isinstance(one, Sequence):
        if isinstance(one, float) and isinstance(other, float):
            return math.isclose(one, other, rel_tol=1e-7, abs_tol=1e-9)
        return one == other
    return isinstance(other, Sequence) and len(one) == len(other) and all(map(same, one, other))


@settings(
    max_examples=max(settings().max_examples // 3, 1),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 2**32), view=st.sampled_from(VIEWS), clusters=st.sampled_from([1, 5, 30])
)
@example(seed=7, view=replace(ROLE, question="budget"), clusters=30)  # all up to a quartile
def test_reduced_clusters_have_the_numbers_of_listed_ones(
    monkeypatch: pytest.MonkeyPatch, seed: int, view: View, clusters: int
) -> None:
    """Errors, degrees of freedom, letters, tests of the whole table and notes."""
    rows = drawn(seed, 80, clusters)
    found = []
    for most in (sample_units.MOST_LISTED, 0):
        monkeypatch.setattr(sample_units, "MOST_LISTED", most)
        found.append(tabulate(survey_of(rows, QUESTIONS, COLUMNS, CODEBOOK), view))
        monkeypatch.undo()
    assert same(*found)


@pytest.mark.parametrize(
    "options", [RankingOptions(), RankingOptions(compare=Compare.REST)], ids=["pair", "rest"]
)
def test_reduced_clusters_rank_questions_alike(
    monkeypatch: pytest.MonkeyPatch, options: RankingOptions
) -> None:
    """Every number of every line."""
    rows, found = drawn(11, 300, 40), []
    for most in (sample_units.MOST_LISTED, 0):
        monkeypatch.setattr(sample_units, "MOST_LISTED", most)
        survey = survey_of(rows, QUESTIONS, COLUMNS, CODEBOOK)
        found.append(rank_questions(survey, replace(ROLE, banner=(("tools",),)), options))
    assert found[0].tested > 0
    assert same(found[0].lines, found[1].lines)


@pytest.fixture(scope="module")
def many() -> tuple[Sequence[Mapping[str, object]], Survey]:
    """Respondents of some 5,000 clusters, and their survey."""
    rows = drawn(7, 12_000, 6_000)
    return rows, survey_of(rows, QUESTIONS, COLUMNS, CODEBOOK)


def test_the_engine_returns_few_rows_of_many_clusters(
    many: tuple[Sequence[Mapping[str, object]], Survey], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a table, and of a grid: strata and sets of bases, not clusters; as many respondents do."""
    monkeypatch.setattr("cxtui.analysis.query.query_batching._FEW", 0)
    returned: list[int] = []
    collect = engine.collect_frames

    def counting(frames: Sequence[nw.LazyFrame[Any]]) -> list[nw.DataFrame[Any]]:
        found = collect(frames)
        returned.extend(len(one) for one in found)
        return found

    monkeypatch.setattr(engine, "collect_frames", counting)
    for question in ("goal", "channels", "tools"):
        tabulate(many[1], replace(ROLE, question=question))
    assert max(returned) < 500


def test_many_clusters_have_the_errors_of_plain_python(
    many: tuple[Sequence[Mapping[str, object]], Survey],
) -> None:
    """V = Σ k/(k − 1) Σ(z − z̄)² over the clusters of each stratum, df = clusters − strata."""
    rows, survey = many
    cell = tabulate(survey, ROLE).rows[0].cells[1]
    base = [row for row in rows if row["role"] == 1 and row["goal"] in {1, 2, 3}]
    weights = np.array([row["w"] for row in base], dtype=float)
    held = np.array([row["goal"] == 1 for row in base])
    share = float((weights * held).sum() / weights.sum())
    influence: dict[object, dict[object, float]] = {}
    for row in rows:
        influence.setdefault(row["stratum"], {}).setdefault(row["cluster"], 0.0)
    for row, z in zip(base, weights * (held - share) / weights.sum(), strict=True):
        influence[row["stratum"]][row["cluster"]] += float(z)
    variance = 0.0
    for clusters in influence.values():
        z = np.array(list(clusters.values()))
        variance += len(z) / (len(z) - 1) * float(((z - z.mean()) ** 2).sum())
    assert cell.percent == pytest.approx(100 * share)
    assert cell.se == pytest.approx(100 * math.sqrt(variance), rel=1e-9)
    assert cell.df == len({row["cluster"] for row in base}) - 4


def test_columns_may_have_the_names_of_ours() -> None:
    """A stratum, a cluster and a weight that are called as the queries call their own columns."""
    rows, named = drawn(3, 400, 40), {"w": "__q_0", "stratum": "__w", "cluster": "__n"}
    expected = tabulate(survey_of(rows, QUESTIONS, COLUMNS, CODEBOOK), ROLE)
    other = [{named.get(name, name): value for name, value in row.items()} for row in rows]
    schema = {named.get(name, name): dtype for name, dtype in COLUMNS.items()}
    codebook = Codebook(role="role", weight="__q_0", strata=("__w",), cluster="__n")
    for most in (sample_units.MOST_LISTED, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sample_units, "MOST_LISTED", most)
            found = tabulate(
                survey_of(other, QUESTIONS, schema, codebook), replace(ROLE, weight="__q_0")
            )
        assert same(expected.rows, found.rows)
        assert same(expected.bases, found.bases)
