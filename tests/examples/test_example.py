"""The example survey reproduces every published fact, through the engine."""

from __future__ import annotations

import tomllib
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Cell, Table
from cxtui.analysis.view.view_options import parse_view
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of

EXAMPLES = Path(__file__).parents[2] / "examples"
FACTS: dict[str, dict[str, Any]] = {
    fact["id"]: fact
    for fact in tomllib.loads((Path(__file__).parent / "published-facts.toml").read_text("utf-8"))[
        "fact"
    ]
}
MARKETING, TECHNOLOGY = "Marketing", "Technology"


@pytest.fixture(scope="module")
def survey() -> Survey:
    return open_survey(str(EXAMPLES / "cmo-benchmark-2016.parquet"))


def table_of(survey: Survey, fact: dict[str, Any], *options: str, wave: int = 2016) -> Table:
    """The table of the question that a fact is about, found by its wording."""
    wording = fact["question"].split(" (")[0]
    question = next(one for one in survey.codebook.questions if one.label == wording)
    words = f"--question {question.id} --where wave={wave} {' '.join(options)}"
    return tabulate(survey, parse_view(survey, words))


def cell_of(table: Table, answer: str, column: str) -> Cell:
    """The cell of an answer (or row) in a column, both by their labels."""
    position = [one.label for one in table.columns].index(column)
    return next(row.cells[position] for row in table.rows if row.label == answer)


def percent_of(table: Table, answer: str, column: str) -> float:
    percent = cell_of(table, answer, column).percent
    assert percent is not None
    return percent


def mean_of(table: Table, answer: str, column: str) -> float:
    mean = cell_of(table, answer, column).mean
    assert mean is not None
    return mean


def published(value: float) -> int:
    """A whole percentage, as the study printed it."""
    return int(Decimal(repr(value)).quantize(Decimal(1), ROUND_HALF_UP))


def test_the_sample_is_the_published_one(survey: Survey) -> None:
    """198 executives in 2016, about 65 % marketing."""
    table = table_of(survey, FACTS["goal-business-outcomes"])
    bases = dict(zip([one.label for one in table.columns], table.bases[0].lowest, strict=True))
    assert bases == {"Total": 198, MARKETING: 127, TECHNOLOGY: 71}
    assert published(100 * 127 / 198) in range(63, 68)


@pytest.mark.parametrize(
    "fact", [one for one in FACTS.values() if "marketing" in one], ids=lambda one: str(one["id"])
)
def test_a_published_share_of_each_role(survey: Survey, fact: dict[str, Any]) -> None:
    """Column percentages of both roles, rounded as published."""
    table = table_of(survey, fact, wave=fact["wave"])
    assert published(percent_of(table, fact["answer"], MARKETING)) == fact["marketing"]
    assert published(percent_of(table, fact["answer"], TECHNOLOGY)) == fact["technology"]


@pytest.mark.parametrize(
    "fact",
    [one for one in FACTS.values() if "marketing_more_than" in one],
    ids=lambda one: str(one["id"]),
)
def test_a_published_minimum_of_each_role(survey: Survey, fact: dict[str, Any]) -> None:
    """More than half, more than ninety per cent."""
    table = table_of(survey, fact, wave=fact["wave"])
    assert percent_of(table, fact["answer"], MARKETING) > fact["marketing_more_than"]
    assert percent_of(table, fact["answer"], TECHNOLOGY) > fact["technology_more_than"]


def test_omnichannel_is_up_by_half(survey: Survey) -> None:
    """70 % of all in 2016, a relative lift of 50 % over 2015."""
    fact = FACTS["omnichannel-executing"]
    now, before = (
        percent_of(table_of(survey, fact, wave=wave), "Yes", "Total") for wave in (2016, 2015)
    )
    assert published(now) == fact["all"] == 70
    assert published(before) == 47
    assert published(100 * (now / before - 1)) == 50


@pytest.mark.parametrize(
    "name", ["omnichannel-importance", "delivery-progress", "ownership-clarity"]
)
def test_technology_reports_more(survey: Survey, name: str) -> None:
    """Importance, progress and clarity are higher among technologists, by mean and top two."""
    table = table_of(survey, FACTS[name], "--show mean")
    assert mean_of(table, "Mean", MARKETING) < mean_of(table, "Mean", TECHNOLOGY)
    shares = table_of(survey, FACTS[name])
    top = [row.label for row in shares.rows[-2:]]
    marketing, technology = (
        sum(percent_of(shares, answer, role) for answer in top) for role in (MARKETING, TECHNOLOGY)
    )
    assert marketing < technology


def test_the_purchase_path_is_less_integrated_for_marketing(survey: Survey) -> None:
    """Marketing reports less integration in 2016 than in 2015."""
    fact = FACTS["purchase-path-integration"]
    now, before = (
        mean_of(table_of(survey, fact, "--show mean", wave=wave), "Mean", MARKETING)
        for wave in (2016, 2015)
    )
    assert now < before


def test_mobile_is_the_weakest_channel_of_marketing(survey: Survey) -> None:
    """The weakest in 2016, even with a lift of 30 % over 2015."""
    fact = FACTS["mobile-weakest-channel"]
    tables = [table_of(survey, fact, wave=wave) for wave in (2016, 2015)]
    now, before = (
        {row.label: mean_of(table, row.label, MARKETING) for row in table.rows} for table in tables
    )
    assert min(now, key=now.__getitem__) == "Mobile"
    assert published(100 * (now["Mobile"] / before["Mobile"] - 1)) == 30


def test_fewer_are_building_for_mobile_first(survey: Survey) -> None:
    """Fewer executives of both roles together than in 2015."""
    fact = FACTS["mobile-first-building"]
    now, before = (
        percent_of(table_of(survey, fact, wave=wave), "Building one", "Total")
        for wave in (2016, 2015)
    )
    assert now < before


def test_goals_lean_to_outcomes_or_to_programs(survey: Survey) -> None:
    """Marketing to business outcomes, technology to specific programs."""
    table = table_of(survey, FACTS["goals-outcomes-or-programs"])
    programs = ("Lower the cost to serve", "Build a better data infrastructure")
    outcomes, lean = (
        [sum(percent_of(table, one, role) for one in answers) for role in (MARKETING, TECHNOLOGY)]
        for answers in (("Improve business outcomes",), programs)
    )
    assert outcomes[0] > outcomes[1]
    assert lean[0] < lean[1]


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("goal-business-outcomes", True),
        ("goal-data-infrastructure", True),
        ("owner-dedicated-group", True),
        ("mapping-significant-progress", False),
        ("shared-incentives-2016", False),
    ],
)
def test_which_published_gaps_hold_up(survey: Survey, name: str, holds: bool) -> None:
    """Three of the five published gaps are larger than chance at these sample sizes."""
    table = table_of(survey, FACTS[name])
    row = next(row for row in table.rows if row.label == FACTS[name]["answer"])
    assert (row.pairs[0].p is not None and row.pairs[0].p < 0.05) is holds


def test_the_headline_is_the_widest_gap(survey: Survey) -> None:
    """Business outcomes is the biggest gap of all published questions in 2016."""
    wordings = {fact["question"].split(" (")[0] for fact in FACTS.values()}
    gaps = {}
    for question in survey.codebook.questions:
        if question.label in wordings and question.kind.value in {"single", "scale"}:
            view = parse_view(survey, f"--question {question.id}")
            for row in tabulate(survey, view).rows:
                gaps[question.id, row.label] = abs(row.pairs[0].gap or 0)
    assert max(gaps, key=gaps.__getitem__) == ("cx_goal", "Improve business outcomes")


def test_every_fact_is_checked() -> None:
    """No published fact goes without a test here."""
    text = Path(__file__).read_text("utf-8")
    directions = [one for one in FACTS.values() if "marketing" not in one]
    directions = [one for one in directions if "marketing_more_than" not in one]
    assert [one["id"] for one in directions if f'"{one["id"]}"' not in text] == []


def test_the_script_makes_the_same_respondents(tmp_path: Path) -> None:
    """The file in the repository is what the seeded script makes."""
    import runpy

    script = runpy.run_path(str(EXAMPLES / "make_cmo_benchmark.py"))
    script["make"](tmp_path / "again.parquet")
    again = pl.read_parquet(tmp_path / "again.parquet")
    shipped = EXAMPLES / "cmo-benchmark-2016.parquet"
    assert again.equals(pl.read_parquet(shipped))
    assert (
        pl.read_parquet_metadata(tmp_path / "again.parquet")["cxtui.codebook"]
        == (pl.read_parquet_metadata(shipped)["cxtui.codebook"])
    )


def test_it_says_that_its_respondents_are_synthetic(survey: Survey) -> None:
    """In the title and in the footer of every table."""
    table = tabulate(survey, parse_view(survey, ""))
    assert "synthetic" in survey.codebook.title
    assert any("synthetic" in note for note in sentences_of(table.notes))


def test_it_has_what_such_a_study_has(survey: Survey) -> None:
    """Every kind of question, don't know, skipped questions, and nothing guessed."""
    kinds = {question.kind.value for question in survey.codebook.questions}
    assert kinds == {"single", "multi", "scale", "grid", "numeric", "date", "text"}
    assert any(one.missing for each in survey.codebook.questions for one in each.categories)
    assert not any(question.guess for question in survey.codebook.questions)
    assert (survey.codebook.role, survey.codebook.wave) == ("role", "wave")
