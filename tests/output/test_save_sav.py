"""A survey as an SPSS file: read back it has the same numbers, sets, missing values and weight."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view import View
from cxtui.cli.command_line import main
from cxtui.errors import ExportError
from cxtui.output.files.survey_files import check_target
from cxtui.output.spss.save_sav import save_sav
from cxtui.sources.readers.statistics.sav_dictionary import read_sav_dictionary
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Category, Holds, Item, Kind, Question
from cxtui.work.open_derived import open_derived
from tests.making import survey_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"
DONT_KNOW, REFUSED = (
    Category("98", "Don't know", missing=True),
    Category("99", "Refused", missing=True),
)


def numbers_of(
    survey: Survey, question: str, weight: str | None = None
) -> list[tuple[object, ...]]:
    """Return label, n, base and per cent of each row, unrounded."""
    table = tabulate(survey, View(question, weight=weight, all_waves=True))
    return [
        (row.label, cell.n, cell.weighted_n, cell.base, cell.percent, cell.mean)
        for row in table.rows
        if row.status is Status.ANSWER
        for cell in row.cells
    ]


def again(survey: Survey, folder: Path) -> Survey:
    return open_derived(str(save_sav(survey, folder / "again.sav", replace=True)))


def test_the_example_has_the_same_numbers(tmp_path: Path) -> None:
    """Every question with answers, under its own id; a grid as its items."""
    survey = open_derived(str(EXAMPLE))
    read = again(survey, tmp_path)
    for question in survey.codebook.table_questions:
        if question.kind in {Kind.GRID, Kind.TEXT, Kind.NUMERIC}:
            continue
        name = question.columns[0] if question.grid_item else question.id
        found = read.codebook.find(question.id) or read.codebook.find(name)
        assert found, question.id
        theirs = [one[:-1] for one in numbers_of(read, found.id)]
        assert theirs == [one[:-1] for one in numbers_of(survey, question.id)]
    assert numbers_of(read, "budget_share") == numbers_of(survey, "budget_share")


MENTIONS = tuple(Category(str(code), f"Brand {code}") for code in (1, 2, 3))
QUESTIONS = (
    Question(
        "goal",
        "Main goal",
        Kind.SINGLE,
        ("goal",),
        (Category("low", "Low"), Category("high", "High"), Category("dk", "No idea", missing=True)),
    ),
    Question(
        "tools",
        "Tools",
        Kind.MULTI,
        ("t1", "t2"),
        (Category("1", "CRM"), Category("2", "CDP"), DONT_KNOW, REFUSED),
        unchosen=("0",),
    ),
    Question("brands", "Brands", Kind.MULTI, ("b1", "b2"), MENTIONS, holds=Holds.MENTIONS),
    Question("size", "Size", Kind.NUMERIC, ("size",), (DONT_KNOW, REFUSED)),
    Question(
        "use",
        "Use",
        Kind.GRID,
        ("web", "app"),
        (Category("1", "No"), Category("2", "Yes"), DONT_KNOW),
        items=(Item("web", "Website"), Item("app", "App")),
    ),
)
SCHEMA = {
    "goal": pl.String,
    **dict.fromkeys(("t1", "t2", "b1", "b2", "web", "app"), pl.Int16),
    "size": pl.Float64,
    "w": pl.Float64,
}
PERSON = st.fixed_dictionaries(
    {
        "goal": st.sampled_from(["low", "high", "dk", None]),
        **dict.fromkeys(("t1", "t2"), st.sampled_from([0, 1, 98, 99, None])),
        **dict.fromkeys(("b1", "b2"), st.sampled_from([1, 2, 3, None])),
        **dict.fromkeys(("web", "app"), st.sampled_from([1, 2, 98, None])),
        "size": st.sampled_from([1.0, 2.5, 40.0, 98.0, 99.0, None]),
        "w": st.sampled_from([0.5, 1.0, 2.0]),
    }
)


@given(st.lists(PERSON, min_size=3, max_size=30))
def test_made_surveys_have_the_same_numbers(
    tmp_path_factory: pytest.TempPathFactory, people: Sequence[dict[str, object]]
) -> None:
    """Text codes as numbers, ticks with reasons, mentions, user-missing numbers, grids, weights."""
    survey = survey_of(people, QUESTIONS, SCHEMA, Codebook(weight="w"))
    folder = tmp_path_factory.mktemp("sav")
    saved = save_sav(survey, folder / "a.sav")
    dictionary = read_sav_dictionary(saved)
    assert dictionary.weight == "w"
    sets = [(one.id, one.columns, one.counted) for one in dictionary.sets]
    assert sets == [("tools", ("t1", "t2"), "1"), ("brands", ("b1", "b2"), None)]
    values, about = pyreadstat.read_sav(saved, user_missing=True, output_format="polars")
    names = {1.0: "low", 2.0: "high", 97.0: "dk", None: None}
    assert [names[one] for one in values["goal"]] == [one["goal"] for one in people]
    assert about.variable_value_labels["goal"] == {1.0: "Low", 2.0: "High", 97.0: "No idea"}
    assert about.missing_ranges["goal"] == [{"lo": 97.0, "hi": 97.0}]
    for column in ("b1", "b2", "web", "app", "size", "w"):
        assert values[column].to_list() == [one[column] for one in people]
    for column in ("t1", "t2"):
        assert values[column].to_list() == [one[column] for one in people]


def test_what_spss_cannot_hold_is_said_or_refused(tmp_path: Path) -> None:
    """Names, long labels, missing values that are no range, a text that is too long."""
    codes = [
        Category(str(code), f"{code} " + "ä" * 100, missing=code != 5) for code in range(1, 10)
    ]
    question = Question("ALL", "x" * 300, Kind.SINGLE, ("ALL",), tuple(codes))
    survey = survey_of(
        [{"ALL": 5, "1st é!": 2.0}], [question], {"ALL": pl.Int8, "1st é!": pl.Float64}
    )
    with pytest.raises(ExportError, match="SPSS takes three missing values or a range"):
        save_sav(survey, tmp_path / "a.sav")
    from dataclasses import replace

    fewer = replace(question, categories=tuple(codes[4:]))
    kept = replace(survey, codebook=replace(survey.codebook, questions=(fewer,)))
    said: list[str] = []
    saved = save_sav(kept, tmp_path / "a.sav", say=said.append)
    assert said == [
        "names that SPSS does not take: ALL is V_ALL, 1st é! is V_1st_é",
        "6 labels are cut: SPSS takes 120 bytes of an answer's, 255 of a question's",
    ]
    _, about = pyreadstat.read_sav(saved, user_missing=True, output_format="polars")
    assert about.column_names == ["V_ALL", "V_1st_é"]
    assert about.missing_ranges["V_ALL"] == [{"lo": 6.0, "hi": 9.0}]
    assert about.column_labels[1] == "1st é!"
    texts = survey_of([{"t": "x" * 9000}], [], {"t": pl.String})
    with pytest.raises(ExportError, match="a text of 9,000 characters, too long for SPSS"):
        save_sav(texts, tmp_path / "b.sav")
    with pytest.raises(ExportError, match=r"end the name in \.parquet or \.sav"):
        check_target(tmp_path / "c.xlsx", (), replace=False)


@pytest.mark.skipif(not shutil.which("pspp"), reason="PSPP is not installed")
def test_pspp_reads_the_same_numbers(tmp_path: Path) -> None:
    """Its own counts of an answer, and its view of the sets."""
    target = tmp_path / "study.sav"
    assert main(["convert", str(EXAMPLE), str(target)]) == 0
    syntax = tmp_path / "a.sps"
    syntax.write_text(
        f"GET FILE='{target}'.\nMRSETS /DISPLAY NAME=[$obstacles].\nFREQUENCIES cx_goal.\n"
    )
    shown = subprocess.run(
        ["pspp", "-O", "format=csv", str(syntax)], capture_output=True, text=True, check=True
    ).stdout
    survey = open_derived(str(EXAMPLE))
    for label, n, *_ in numbers_of(survey, "cx_goal"):
        assert f"{label},{n:.0f}," in shown.replace('"', "")
    assert "obstacles" in shown
