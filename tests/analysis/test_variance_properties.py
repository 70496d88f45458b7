"""Errors of weighted and designed samples against plain Python, and what must not change them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Cell, Pair, Table
from cxtui.analysis.view.view import Against, Correction, View
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Category, Kind, Question
from cxtui.survey.sampling import Calibration, Lone, Replicates, ReplicateType
from tests.making import survey_of

Row = Mapping[str, object]

FEWER = settings(max_examples=max(settings().max_examples // 2, 1))
"""For properties whose tables are slow: of numbers, or of replicate weights."""

ROLE = Question("role", "Role", Kind.SINGLE, ("role",), (Category("1", "A"), Category("2", "B")))
ANSWER = Question(
    "q", "Answer", Kind.SINGLE, ("q",), tuple(Category(str(n), str(n)) for n in (1, 2, 3))
)
NUMBER = Question("y", "Number", Kind.NUMERIC, ("y",))
SCHEMA = {
    "role": pl.Int64, "q": pl.Int64, "y": pl.Float64, "w": pl.Float64,
    "stratum": pl.Int64, "cluster": pl.Int64, "one": pl.Int64, "sex": pl.Int64,
    "each": pl.Int64, "towns": pl.Int64, "people": pl.Int64,
}  # fmt: skip


@st.composite
def respondents(draw: st.DrawFn, least: int = 8, most: int = 24) -> list[Row]:
    """Rows of a small weighted survey in strata and clusters, some answers missing."""
    answer = st.sampled_from([1, 2, 3, None])
    number = st.one_of(st.none(), st.integers(-50, 50).map(float))
    return [
        {
            "role": draw(st.integers(1, 2)),
            "q": draw(answer),
            "y": draw(number),
            "w": draw(st.integers(1, 40)) / 8,
            "stratum": draw(st.integers(1, 3)),
            "cluster": draw(st.integers(1, 5)),
            "one": 1,
            "sex": draw(st.integers(1, 2)),
            "each": each,
            "towns": 8,
            "people": 50,
        }
        for each in range(draw(st.integers(least, most)))
    ]


def made(rows: Sequence[Row], **parts: object) -> Survey:
    codebook = replace(Codebook(weight="w"), **parts)  # type: ignore[arg-type]
    return survey_of(rows, (ROLE, ANSWER, NUMBER), SCHEMA, codebook)


def table_of(survey: Survey, question: str = "q", against: Against = Against.COLUMNS) -> Table:
    view = View(
        question, (("role",),), weight=survey.codebook.weight or None, against=against,
        correction=Correction.NONE,
    )  # fmt: skip
    return tabulate(survey, view)


DESIGNS: Mapping[str, Mapping[str, object]] = {
    "weights alone": {},
    "strata": {"strata": ("stratum",)},
    "clusters": {"cluster": "cluster"},
    "strata and clusters": {"strata": ("stratum",), "cluster": "cluster"},
    "two strata variables": {"strata": ("stratum", "sex"), "cluster": "cluster"},
    "two stages": {
        "strata": ("stratum",),
        "cluster": "cluster",
        "population": ("towns", "people"),
    },
}


def units_of(rows: Sequence[Row], design: Mapping[str, object]) -> list[tuple[object, object]]:
    """Return the stratum and the cluster of each respondent."""
    strata = design.get("strata", ())
    assert isinstance(strata, tuple)
    cluster = design.get("cluster")
    return [
        (tuple(row[name] for name in strata), row[str(cluster)] if cluster else place)
        for place, row in enumerate(rows)
    ]


def spread(z: Sequence[float]) -> float:
    """Return k/(k − 1)·Σ(z − z̄)², 0 of a single z."""
    k, middle = len(z), sum(z) / len(z)
    return k / (k - 1) * sum((one - middle) ** 2 for one in z) if k > 1 else 0.0


def variance(
    z: Sequence[float],
    units: Sequence[tuple[object, object]],
    lone: Lone = Lone.ADJUST,
    population: tuple[int, int] | None = None,
) -> float:
    """Return the variance of Σz, NaN where a stratum of one unit leaves it unknown.

    `population` are the clusters of a stratum and the respondents of a cluster, where known.
    """
    parts: dict[object, dict[object, list[float]]] = defaultdict(lambda: defaultdict(list))
    for value, (stratum, cluster) in zip(z, units, strict=True):
        parts[stratum][cluster].append(value)
    found, alone = 0.0, 0
    for clusters in parts.values():
        fraction = len(clusters) / population[0] if population else 0.0
        totals = [sum(own) for own in clusters.values()]
        found += (1 - fraction) * spread(totals)
        if len(clusters) == 1:
            alone += 1
            found += (1 - fraction) * totals[0] ** 2 if lone is Lone.ADJUST else 0.0
    if alone and (lone is Lone.FAIL or (lone is Lone.AVERAGE and alone == len(parts))):
        return math.nan
    if lone is Lone.AVERAGE and alone:
        found *= len(parts) / (len(parts) - alone)
    if population:
        for clusters in parts.values():
            for own in clusters.values():
                within = (1 - len(own) / population[1]) * spread(own)
                found += len(clusters) / population[0] * within
    return found


def freedom(inside: Sequence[bool], units: Sequence[tuple[object, object]]) -> int:
    present = {unit for unit, is_in in zip(units, inside, strict=True) if is_in}
    return len(present) - len({stratum for stratum, _ in present})


def influence(
    rows: Sequence[Row], inside: Sequence[bool], values: Sequence[float]
) -> tuple[float, list[float]]:
    """Return a weighted mean in a base, and z of each respondent."""
    weights = [float(str(row["w"])) for row in rows]
    total = sum(w for w, is_in in zip(weights, inside, strict=True) if is_in)
    mean = sum(w * y for w, y, is_in in zip(weights, values, inside, strict=True) if is_in) / total
    z = [
        w * (y - mean) / total if is_in else 0.0
        for w, y, is_in in zip(weights, values, inside, strict=True)
    ]
    return mean, z


@given(
    rows=respondents(),
    design=st.sampled_from(list(DESIGNS.values())),
    lone=st.sampled_from(list(Lone)),
)
def test_errors_of_shares_and_gaps_are_those_of_influence_values(
    rows: list[Row], design: Mapping[str, object], lone: Lone
) -> None:
    """SE, df and the linearized SE of the gap, respondent by respondent."""
    if len({row["w"] for row in rows}) == 1 and not design:
        return
    table = table_of(made(rows, lone=lone, **design))
    units = units_of(rows, design)
    known = (8, 50) if "population" in design else None
    inside = {
        name: [row["q"] is not None and name in {"Total", str(row["role"])} for row in rows]
        for name in ("Total", "1", "2")
    }
    if not any(inside["1"]) or not any(inside["2"]):
        return
    for line in table.rows:
        values = [1.0 if str(row["q"]) == line.code else 0.0 for row in rows]
        found = {name: influence(rows, own, values) for name, own in inside.items()}
        for name, cell in zip(("Total", "1", "2"), line.cells, strict=True):
            share, of_cell = found[name]
            own = variance(of_cell, units, lone, known)
            check_cell(cell, share, own, freedom(inside[name], units))
        (pair,) = line.pairs
        z = [a - b for a, b in zip(found["1"][1], found["2"][1], strict=True)]
        check_gap(pair, variance(z, units, lone, known))


def check_cell(cell: Cell, share: float, own: float, df: int) -> None:
    assert cell.percent == pytest.approx(100 * share)
    if df == 0 or math.isnan(own):
        assert (cell.se, cell.low, cell.high, cell.deff) == (None, None, None, None)
        assert cell.weighted_n_se is None and cell.why_no_error
        return
    assert cell.df == df
    assert cell.se == pytest.approx(100 * math.sqrt(own), rel=1e-7, abs=1e-6)
    if cell.low is not None and cell.high is not None:
        assert cell.low <= 100 * share + 1e-9 and cell.high >= 100 * share - 1e-9
        assert cell.low < cell.high


def check_gap(pair: Pair, own: float) -> None:
    if pair.se_linearized is None or math.isnan(own):
        assert (pair.se, pair.low, pair.p) == (None, None, None)
        assert not pair.tested and pair.why_not
        return
    assert pair.se_linearized == pytest.approx(100 * math.sqrt(own), rel=1e-6, abs=1e-5)
    assert pair.se is not None and pair.se >= pair.se_linearized - 1e-9
    if pair.p is not None and pair.low is not None and pair.high is not None:
        # Letter and interval never contradict each other.
        assert (pair.p < 0.05) == (pair.low > 0 or pair.high < 0)


def numbers_of(table: Table) -> list[object]:
    cells = [
        (cell.percent, cell.mean, cell.se, cell.low, cell.high, cell.df, cell.deff)
        for row in table.rows
        for cell in row.cells
    ]
    pairs = [(one.gap, one.se, one.p, one.low) for row in table.rows for one in row.pairs]
    tests = [(one.statistic, one.df, one.df2, one.p) for one in table.whole]
    return [number for each in (*cells, *pairs, *tests) for number in each]


def same(first: Table, second: Table) -> None:
    for one, other in zip(numbers_of(first), numbers_of(second), strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            assert one == pytest.approx(other, rel=1e-7, abs=1e-7)


UNCHANGED: Mapping[str, Mapping[str, object]] = {
    "weights times 1000": {},
    "each respondent a cluster": {"cluster": "each"},
    "strata of one level": {"strata": ("one",)},
}


@pytest.mark.parametrize("question", ["q", "y"])
@FEWER
@given(rows=respondents(), change=st.sampled_from(list(UNCHANGED)))
def test_what_changes_no_design_changes_no_number(
    question: str, rows: list[Row], change: str
) -> None:
    """Nor do weights of another sum; of equal weights alone the formulas are others."""
    if len({row["w"] for row in rows}) == 1:
        return
    changed = rows
    if not UNCHANGED[change]:
        changed = [{**row, "w": 1000 * float(str(row["w"]))} for row in rows]
    same(table_of(made(changed, **UNCHANGED[change]), question), table_of(made(rows), question))


@FEWER
@given(rows=respondents())
def test_a_margin_that_was_calibrated_has_no_error(rows: list[Row]) -> None:
    """Its share is what the weight was made for."""
    if len({row["role"] for row in rows}) == 1:
        return
    survey = made(rows, calibrated=Calibration("", (("role",),)))
    view = View("role", weight="w")
    for row in tabulate(survey, view).rows:
        assert row.cells[0].se == pytest.approx(0.0, abs=1e-6)


@FEWER
@given(rows=respondents(), offset=st.sampled_from([1e8, 1e12]))
def test_offsets_change_no_error(rows: list[Row], offset: float) -> None:
    """Numbers far from 0 keep their spread."""
    moved = [
        {**row, "y": None if row["y"] is None else float(str(row["y"])) + offset} for row in rows
    ]
    first, second = table_of(made(rows), "y"), table_of(made(moved), "y")
    for one, other in zip(first.rows[0].cells, second.rows[0].cells, strict=True):
        assert (one.se is None) == (other.se is None)
        if one.se is not None and other.se is not None:
            assert other.se == pytest.approx(one.se, rel=1e-9, abs=1e-12)
            assert other.sd == pytest.approx(one.sd, rel=1e-9, abs=1e-12)
    ((pair,), (after,)) = (table.rows[0].pairs for table in (first, second))
    assert (pair.gap is None) == (after.gap is None)
    assert after.gap is None or after.gap == pytest.approx(pair.gap, rel=1e-9, abs=1e-12)


@FEWER
@given(rows=respondents(), mse=st.booleans())
def test_jackknife_of_two_clusters_a_stratum_has_the_linearized_error_of_totals(
    rows: list[Row], mse: bool
) -> None:
    """Totals are linear: without a cluster, and the other of its stratum twice."""
    paired = [
        {**row, "cluster": 2 * int(str(row["stratum"])) + int(str(row["cluster"])) % 2}
        for row in rows
    ]
    of_stratum: dict[object, set[object]] = defaultdict(set)
    for row in paired:
        of_stratum[row["stratum"]].add(row["cluster"])
    if len({row["w"] for row in rows}) == 1 or any(len(one) == 1 for one in of_stratum.values()):
        return
    dropped = [(stratum, one) for stratum, own in of_stratum.items() for one in own]
    names = tuple(f"r{place}" for place in range(len(dropped)))
    replicated = [
        {**row, **{
            name: float(str(row["w"])) * (row["stratum"] != stratum or 2 * (row["cluster"] != out))
            for name, (stratum, out) in zip(names, dropped, strict=True)
        }}
        for row in paired
    ]  # fmt: skip
    declared = Replicates(names, ReplicateType.JKN, rscales=(0.5,), mse=mse)
    schema = SCHEMA | dict.fromkeys(names, pl.Float64)
    codebook = Codebook(weight="w", replicates=declared)
    survey = survey_of(replicated, (ROLE, ANSWER, NUMBER), schema, codebook)
    linearized = table_of(made(paired, **DESIGNS["strata and clusters"]))
    for one, other in zip(table_of(survey).rows, linearized.rows, strict=True):
        for cell, expected in zip(one.cells, other.cells, strict=True):
            if cell.weighted_n_se and expected.weighted_n_se:
                assert cell.weighted_n_se == pytest.approx(expected.weighted_n_se, rel=1e-7)
