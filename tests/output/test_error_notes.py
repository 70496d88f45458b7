"""Footers name the variance, the tests, and what is wrong with them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl
import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.build_trend import trend
from cxtui.analysis.tables.table import BaseKind, Table
from cxtui.analysis.view.view import Variance, View
from cxtui.output import Format
from cxtui.output.drawing.number_text import number_text, rounded
from cxtui.output.drawing.trend_details import detail_lines
from cxtui.output.drawing.trend_lines import lay_out
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.sampling import Replicates, ReplicateType
from tests.making import QUESTIONS, SCHEMA, Respondent, survey_of
from tests.rendering import render


def sampled(**design: Any) -> Survey:
    """300 respondents in two roles with a weight, six towns and three replicate weights."""
    rows: list[Respondent] = [
        {"role": 1 + n % 2, "goal": 1 + n % 5 % 3, "w": 1 + n % 4 / 2, "budget": n % 11}
        | {"tools_1": n % 3 // 2, "tools_2": n % 7 // 5, "town": n * n // 7 % 6}
        | {f"rep{one}": 1 + (n + one) % 4 / 2 for one in range(1, 4)}
        for n in range(300)
    ]
    schema: dict[str, type[pl.DataType] | pl.DataType] = {**SCHEMA, "town": pl.Int64}
    schema |= {f"rep{one}": pl.Float64 for one in range(1, 4)}
    codebook = Codebook(role="role", weight="w", **design)
    return survey_of(rows, QUESTIONS, schema, codebook)


def footer(question: str, variance: Variance = Variance.LINEARIZED, **design: Any) -> str:
    """The footer of a weighted table by role."""
    view = View(question, (("role",),), weight="w", variance=variance)
    return " ".join(sentences_of(tabulate(sampled(**design), view).notes))


REPLICATES = Replicates(("rep1", "rep2", "rep3"), ReplicateType.BRR)


@pytest.mark.parametrize(
    ("design", "variance", "test"),
    [
        ({}, "linearized (weights)", "linearized t-test"),
        ({"cluster": "town"}, "linearized (clusters town)", "linearized t-test"),
        ({"replicates": REPLICATES}, "BRR, 3 replicates", "t-test from replicate weights"),
    ],
)
def test_variance_and_test_have_their_names(
    design: dict[str, Any], variance: str, test: str
) -> None:
    text = footer("goal", **design)
    assert f"Variance: {variance}." in text
    assert f"Letter: significantly higher than that column ({test}, 95%" in text
    assert "tests on effective bases" not in text


def test_kish_says_that_it_ignores_the_design() -> None:
    text = footer("goal", Variance.KISH, cluster="town")
    assert "Variance: Kish's effective base; the declared design is ignored." in text
    assert "pooled t-test" in text
    assert "tests on effective bases" in text


def test_replicate_weights_replace_strata_and_clusters() -> None:
    said = "Replicate weights take the place of the declared strata and clusters."
    assert said in footer("goal", cluster="town", replicates=REPLICATES)
    assert said not in footer("goal", replicates=REPLICATES)


def test_replicates_without_a_respondent_are_counted() -> None:
    """R says how many; a column that has all replicates is not named."""
    survey = sampled(replicates=REPLICATES)
    empty = pl.when(pl.col("role") == 2).then(0.0).otherwise(pl.col("rep2")).alias("rep2")
    frame = nw.from_native(survey.frame.to_native().with_columns(empty))
    table = tabulate(replace(survey, frame=frame), View("goal", (("role",),), weight="w"))
    assert [cell.replicates_left_out for cell in table.rows[0].cells] == [0, 0, 1]
    notes = sentences_of(table.notes)
    assert "1 replicate left out, without a respondent in the base: “Technology”." in notes
    assert "left out, without" not in footer("goal", replicates=REPLICATES)


@pytest.mark.parametrize("design", [{}, {"cluster": "town"}, {"replicates": REPLICATES}])
def test_one_number_of_all_has_no_interval(design: dict[str, Any]) -> None:
    """Its error is 0: no interval of zero width."""
    survey = sampled(**design)
    frame = nw.from_native(survey.frame.to_native().with_columns(budget=pl.lit(7.5)))
    table = tabulate(replace(survey, frame=frame), View("budget", (("role",),), weight="w"))
    for cell in table.rows[0].cells:
        assert (cell.mean, cell.se, cell.low, cell.high, cell.deff) == (7.5, 0, None, None, None)
        assert cell.why_no_error == "all gave the same number"
    assert "No standard error" not in " ".join(sentences_of(table.notes))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("goal", "Overall test by role: Rao–Scott F "),
        ("tools", "Overall test by role: Rao–Scott over the items F "),
        ("budget", "Overall test by role: Wald, of means, F "),
    ],
)
def test_overall_tests_have_their_names_and_caveats(question: str, name: str) -> None:
    """Each column has respondents in under eight clusters, or without clusters in none."""
    assert name in footer(question)
    assert "few clusters" not in footer(question)
    assert "; few clusters: approximate." in footer(question, cluster="town")


def test_bases_of_a_design_are_four_rows_in_each_export() -> None:
    """n, weighted base, effective base, design effect."""
    table: Table = tabulate(sampled(), View("goal", (("role",),), weight="w"))
    kinds = [BaseKind.BASE, BaseKind.WEIGHTED, BaseKind.EFFECTIVE, BaseKind.DEFF]
    assert [line.kind for line in table.bases] == kinds
    assert table.bases[3].lowest[1] is not None
    for shown in (Format.TEXT, Format.CSV, Format.HTML, Format.MARKDOWN):
        text = render(table, shown).decode()
        assert all(line.label in text for line in table.bases), shown
    bases = json.loads(render(table, Format.JSON))["bases"]
    assert [line["label"] for line in bases] == [line.label for line in table.bases]


@pytest.mark.parametrize("variance", list(Variance))
def test_a_designed_lift_has_its_error_and_its_test(variance: Variance) -> None:
    """The details of a trend have SE, t and df; of its waves design effect, SE and df."""
    view = View("goal", weight="w", variance=variance)
    found = trend(sampled(), view, "role")
    layout = lay_out(found, 120, 0, 1)
    lift = found.rows[0].courses[0][1].previous
    cell = found.rows[0].courses[0][1].cell
    text = " ".join(detail_lines(found, found.rows[0], 0, layout))
    assert lift is not None
    error = f"SE {rounded(lift.se, 2)}, t {number_text(lift.t, 2)}, df {rounded(lift.df, 0)}"
    is_designed = variance is Variance.LINEARIZED
    assert (error in text) is is_designed
    own = f"design effect {rounded(cell.deff, 2)}, SE {rounded(cell.se, 2)}, df "
    assert (own in text) is is_designed
    notes = " ".join(sentences_of(found.notes))
    assert ("linearized t-test" in notes) is is_designed
    assert ("with the covariance of the waves" in notes) is is_designed
    assert ("Newcombe" in notes) is not is_designed
