"""`cxtui rows` and `Survey.rows`: respondents, a line each."""

from __future__ import annotations

import io
import logging
import shlex
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import cxtui
from cxtui.cli.command_line import main
from cxtui.errors import SourceError, ViewError
from cxtui.output.replay import Opened

EXAMPLE = str(Path(__file__).parents[1] / "examples" / "cmo-benchmark-2016.parquet")


def printed(words: str, capfd: pytest.CaptureFixture[str]) -> pl.DataFrame:
    assert main([*shlex.split(words), "--format", "csv"]) == 0
    return pl.read_csv(io.StringIO(capfd.readouterr().out), infer_schema=False)


def test_lines_of_a_cell_are_its_n_and_its_replay_line_prints_them(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Of every cell of a table, and of a mean."""
    survey = cxtui.open(EXAMPLE)
    for question in ("cx_goal", "obstacles", "delivery", "budget_share", "first_change"):
        table = survey.table(question, by="role")
        for at, row in enumerate(table.rows):
            for place, cell in enumerate(row.cells):
                assert len(survey.rows(table, (at, place), columns="role")) == cell.n
    table = survey.table("cx_goal", by="role")
    people = survey.rows(table.view, (1, 2), columns=["seniority", "obstacles"])
    assert people.replay
    again = printed(people.replay.removeprefix("cxtui "), capfd)
    assert again.columns == list(people.names) == ["respondent", "seniority", "obstacles"]
    assert [tuple(row) for row in again.fill_null("").rows()] == list(people.rows)
    assert repr(people) == f"<Respondents: {len(people)} × 3>"
    assert people.to_polars().height == len(people)


def test_answers_are_words_in_the_order_of_the_file(tmp_path: Path) -> None:
    """By the place in the file, or by an id; several answers in one text."""
    file = tmp_path / "people.csv"
    file.write_text('id,sex,age,why\na,F,30,Too late\nb,M,,\nc,F,41,"So, so"\n', encoding="utf-8")
    codebook = tmp_path / "people.codebook.toml"
    codebook.write_text('respondent = "id"\n', encoding="utf-8")
    survey = cxtui.open(file)
    assert survey.rows(columns=["age", "sex"]).rows == (
        *(("a", "30", "F"), ("b", "", "M"), ("c", "41", "F")),
    )
    assert survey.where("sex=F").rows(where="age>=40", columns="why").rows == (("c", "So, so"),)
    assert survey.rows(columns="id").names == ("id", "id_2")
    nameless = cxtui.from_frame(pl.DataFrame({"sex": ["F", "M", "F", "M"]}))
    assert nameless.where("sex=M").rows(columns="sex").rows == (("2", "M"), ("4", "M"))
    assert nameless.rows().names == ("row",)


def test_what_cannot_be_listed_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    """A column or a cell that is not there; respondents of a server."""
    assert main(["rows", EXAMPLE, "--columns", "no,role"]) == 1
    assert "no question and no column 'no'" in capfd.readouterr().err
    survey = cxtui.open(EXAMPLE)
    table = survey.table("cx_goal")
    with pytest.raises(ViewError, match="there is no cell 99, 0"):
        survey.rows(table, (99, 0))
    duckdb = pytest.importorskip("duckdb")
    import narwhals.stable.v2 as nw

    made = survey._survey
    connection = duckdb.connect()
    relation = connection.sql(f"SELECT * FROM '{EXAMPLE}'")
    far = replace(made, frame=nw.from_native(relation).lazy())
    with pytest.raises(SourceError, match="on a server: only counts come from there"):
        cxtui.Survey(far, Opened()).rows(table, (0, 0))


def test_no_answer_is_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    """Not even at the level of every query."""
    caplog.set_level(logging.DEBUG)
    survey = cxtui.open(EXAMPLE)
    people = survey.rows(columns="first_change", wave="2016")
    texts = [text for _, text in people.rows if text]
    assert len(texts) > 50
    assert not any(text in caplog.text for text in texts)


def test_a_column_whose_name_is_a_pattern_is_one_column() -> None:
    """Polars takes `*` for all columns, and `^…$` for a regular expression."""
    frame = pl.DataFrame({"*": ["F", "M", "F"], "^a$": ["x", "y", "z"], "a": ["n", "m", "n"]})
    people = cxtui.from_frame(frame).rows(where="*=F", columns=["^a$", "a"])
    assert people.rows == (("1", "x", "n"), ("3", "z", "n"))
