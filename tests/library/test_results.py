"""Tables, rankings, trends and questions from Python are those of the command line."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cxtui
from cxtui.cli import main
from cxtui.output.table_document import TIDY_COLUMNS


@pytest.fixture
def survey(example: Path) -> cxtui.Survey:
    return cxtui.open(example)


def printed(capsysbinary: pytest.CaptureFixture[bytes], *words: object) -> str:
    """Return what a command line prints to standard output."""
    assert main(list(map(str, words))) == 0
    return capsysbinary.readouterr().out.decode()


@pytest.mark.parametrize(
    ("question", "keywords", "words"),
    [
        ("cx_goal", {}, ""),
        ("cx_goal", {"by": "role", "level": 90}, "--by role --level 90"),
        (
            "obstacles",
            {"by": ["role", "seniority"], "show": "count", "wave": "all", "full": True},
            "--by role --by seniority --show count --wave all --full",
        ),
        (
            "recommend",
            {"by": "role>seniority", "show": "mean", "against": "rest", "correction": "bh"},
            "--by 'role>seniority' --show mean --against rest --correction bh",
        ),
        (
            "delivery",
            {"where": ["role=Marketing", "budget_share>=20"], "by": "industry", "sort": "percent"},
            "--where role=Marketing --where 'budget_share>=20' --by industry --sort percent",
        ),
        (
            "cx_goal",
            {"net": "Either=1,2", "base": "asked", "family": "table", "weight": "budget_share"},
            "--net Either=1,2 --base asked --family table --weight budget_share",
        ),
        ("budget_share", {"no_weight": True, "wave": "2015"}, "--no-weight --wave 2015"),
        ("channels", {"by": "role"}, "--by role"),
    ],
)
def test_a_table_is_that_of_the_command_line(
    survey: cxtui.Survey,
    example: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
    question: str,
    keywords: dict[str, Any],
    words: str,
) -> None:
    """As JSON, with the command that prints it again, and as text."""
    table = survey.table(question, **keywords)
    asked = ["table", example, question, *shlex.split(words)]
    assert table.to_json() == printed(capsysbinary, *asked, "--format", "json")
    assert f"{table}\n" == printed(capsysbinary, *asked)


def test_a_ranking_is_that_of_the_command_line(
    survey: cxtui.Survey, example: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """As JSON and as text, also of part of the respondents."""
    ranking = survey.where("seniority!=1").gaps(by="role", base="asked")
    asked = ["gaps", example, "--by", "role", "--base", "asked", "--where", "seniority!=1"]
    assert ranking.to_json() == printed(capsysbinary, *asked, "--format", "json")
    assert f"{ranking}\n" == printed(capsysbinary, *asked)


@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({}, ""),
        ({"by": "role", "where": "seniority!=1"}, "--by role --where 'seniority!=1'"),
        ({"over": "seniority", "show": "column"}, "--over seniority --show column"),
    ],
)
def test_a_trend_is_that_of_the_command_line(
    survey: cxtui.Survey,
    example: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
    keywords: dict[str, Any],
    words: str,
) -> None:
    """As JSON, with the command that prints it again, and as text."""
    trend = survey.trend("delivery", **keywords)
    asked = ["trend", example, "delivery", *shlex.split(words)]
    assert trend.to_json() == printed(capsysbinary, *asked, "--format", "json")
    assert f"{trend}\n" == printed(capsysbinary, *asked)


def test_the_questions_are_those_of_the_command_line(
    survey: cxtui.Survey, example: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """As JSON, as text, and as values in the same order."""
    questions = survey.questions
    shown = printed(capsysbinary, "questions", example, "--format", "json")
    listed = json.loads(shown)["questions"]
    assert questions.to_json() == shown
    assert f"{questions}\n" == printed(capsysbinary, "questions", example)
    assert [(one.id, one.kind, one.answered) for one in questions] == [
        (one["question"], one["kind"], one["answered"]) for one in listed
    ]
    assert questions[0] == questions["cx_goal"]
    assert len(questions) == len(listed)


def test_questions_of_part_of_the_respondents_count_their_answers(survey: cxtui.Survey) -> None:
    """Of a filtered survey, as many as its filter keeps."""
    kept = survey.where("role=Technology")
    assert kept.questions["role"].answered == kept.frame.collect().height


def test_tidy_rows_are_a_frame_with_unrounded_numbers(survey: cxtui.Survey, tmp_path: Path) -> None:
    """The same as the tidy Parquet file, and in any library that takes Arrow."""
    table = survey.table("cx_goal", by="role")
    frame = table.to_polars()
    assert tuple(frame.columns) == TIDY_COLUMNS
    assert frame["percent"][1] == pytest.approx(100 * frame["n"][1] / frame["base"][1])
    assert_frame_equal(frame, pl.read_parquet(table.write(tmp_path / "goal.parquet")))
    assert_frame_equal(frame, pl.DataFrame(table))


@pytest.mark.parametrize("ending", ["txt", "csv", "json", "md", "html", "xlsx", "svg"])
def test_every_result_is_written_by_the_ending_of_its_file(
    survey: cxtui.Survey, tmp_path: Path, ending: str
) -> None:
    """A table, a ranking and a trend in each format."""
    for one in (survey.table("cx_goal"), survey.gaps(), survey.trend("cx_goal")):
        path = one.write(tmp_path / f"{type(one).__name__}.{ending}")
        assert path.stat().st_size > 0


def test_a_file_is_replaced_only_when_forced(survey: cxtui.Survey, tmp_path: Path) -> None:
    """And a file of the survey itself never."""
    table, target = survey.table("cx_goal"), tmp_path / "goal.csv"
    table.write(target)
    with pytest.raises(cxtui.ExportError, match="exists"):
        table.write(target, shape="tidy")
    before = target.read_text("utf-8")
    table.write(target, shape="tidy", force=True)
    assert target.read_text("utf-8").startswith("question,")
    assert not before.startswith("question,")
    own = cxtui.open(target)
    with pytest.raises(cxtui.ExportError):
        own.table(own.questions[0].id).write(target, force=True)


def test_a_notebook_shows_a_section_whose_styles_touch_nothing_else(survey: cxtui.Survey) -> None:
    """Nested in its own class, without a page, a script or anything that is loaded."""
    for one in (survey.table("cx_goal"), survey.gaps(), survey.trend("cx_goal"), survey.questions):
        shown = one._repr_html_()
        assert shown.startswith('<div class="cxtui">\n<style>\n.cxtui {')
        assert "<table>" in shown
        for never in ("<html", "<head", "<body", "<script", "src=", "url(", "@import", "http"):
            assert never not in shown
        style = shown[shown.index("<style>") + 7 : shown.index("</style>")].strip()
        outside = 0
        for place, sign in enumerate(style):
            outside += {"{": 1, "}": -1}.get(sign, 0)
            assert outside > 0 or place < len(".cxtui {") or place == len(style) - 1


def test_a_trend_is_a_value_of_waves_groups_and_rows(survey: cxtui.Survey) -> None:
    """With a course in every row for every group, and a point in it for every wave."""
    trend = survey.trend("cx_goal", by="role")
    assert [one.label for one in trend.waves] == ["2015", "2016"]
    assert all(
        len(row.courses) == len(trend.groups) and len(course) == len(trend.waves)
        for row in trend.rows
        for course in row.courses
    )
    assert trend.to_polars().height == len(trend.rows) * len(trend.groups) * len(trend.waves)


def test_only_a_table_has_shapes(survey: cxtui.Survey, tmp_path: Path) -> None:
    """A shape that is no word of ours, or not of a list, is refused in one line."""
    with pytest.raises(cxtui.ExportError, match="no csv is tidy: it takes --shape answers or"):
        survey.gaps().write(tmp_path / "gaps.csv", shape="tidy")
    with pytest.raises(cxtui.ExportError, match="only a table has shapes"):
        survey.questions.write(tmp_path / "questions.csv", shape="answers")
    with pytest.raises(cxtui.UsageError, match=r"shape takes wide, tidy, chart, .*not 'round'"):
        survey.table("cx_goal").write(tmp_path / "goal.csv", shape="round")  # type: ignore[arg-type]
