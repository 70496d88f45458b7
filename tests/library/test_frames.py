"""A data frame of any library is the survey that a file of the same rows would be."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import cxtui

LEVELS = ["never", "sometimes", "always"]
ROWS = pl.DataFrame(
    {
        "role": ["Marketing", "Technology", None, "Marketing"] * 30,
        "usage": ["sometimes", "always", "never", None] * 30,
        "score": [1, 2, 3, None] * 30,
        "spent": [0.5, 1.25, None, 7.0] * 30,
        "aware": [True, False, None, True] * 30,
        "begun": [datetime.date(2024, 1 + place % 12, 3) for place in range(120)],
    }
)


def in_pandas(rows: pl.DataFrame) -> Any:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    return pandas.DataFrame(rows.to_dict(as_series=False))


def in_pyarrow(rows: pl.DataFrame) -> Any:
    pyarrow = pytest.importorskip("pyarrow")
    return pyarrow.table(rows.to_dict(as_series=False))


def in_duckdb(rows: pl.DataFrame) -> Any:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    return duckdb.connect().from_arrow(rows.to_arrow())


def counted(survey: cxtui.Survey) -> list[dict[str, Any]]:
    """Return every table of a survey, and its questions, without the command that prints them."""
    tables = [survey.table(one.id, by="role", full=True) for one in survey.questions]
    found = [json.loads(one.to_json()) for one in tables]
    return [json.loads(survey.questions.to_json()), *({**one, "replay": ""} for one in found)]


@pytest.mark.parametrize(
    "made_of",
    [pl.DataFrame.lazy, pl.DataFrame.clone, in_pandas, in_pyarrow, in_duckdb],
    ids=["lazy", "polars", "pandas", "pyarrow", "duckdb"],
)
def test_a_frame_is_the_survey_of_a_file_with_its_rows(
    tmp_path: Path, made_of: Callable[[pl.DataFrame], Any]
) -> None:
    """The same questions of the same kinds, and the same tables."""
    ROWS.write_parquet(tmp_path / "rows.parquet")
    assert counted(cxtui.from_frame(made_of(ROWS))) == counted(
        cxtui.open(tmp_path / "rows.parquet")
    )


def ordered_in_polars(texts: list[str | None]) -> Any:
    return pl.DataFrame({"usage": pl.Series(texts, dtype=pl.Enum(LEVELS))})


def ordered_in_pandas(texts: list[str | None]) -> Any:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    return pandas.DataFrame({"usage": pandas.Categorical(texts, LEVELS, ordered=True)})


@pytest.mark.parametrize("made_of", [ordered_in_polars, ordered_in_pandas])
def test_ordered_categories_keep_their_order(made_of: Callable[[list[str | None]], Any]) -> None:
    """Those that no respondent chose among them."""
    survey = cxtui.from_frame(made_of(["always", None, "never", "always"]))
    assert [one.label for one in survey.questions["usage"].categories] == LEVELS


def test_the_codebook_of_a_survey_describes_a_frame_of_its_rows(example: Path) -> None:
    """Every table is that of the file."""
    opened = cxtui.open(example)
    made = cxtui.from_frame(opened.frame, codebook=opened.codebook)
    for question in ("cx_goal", "obstacles", "channels"):
        table = json.loads(opened.table(question).to_json())
        del table["replay"]
        assert json.loads(made.table(question).to_json()) == table
    assert made.gaps().to_polars().equals(opened.gaps().to_polars())


def test_a_codebook_is_a_value_a_file_or_toml(tmp_path: Path) -> None:
    """All three say the same, and the title of the call is the survey's."""
    text = '[[question]]\nid = "usage"\nlabel = "Use"\nkind = "single"\ncolumns = ["usage"]\n'
    (tmp_path / "rows.toml").write_text(text, "utf-8")
    for given in (text, tmp_path / "rows.toml", str(tmp_path / "rows.toml")):
        survey = cxtui.from_frame(ROWS, codebook=given, title="Pilot")
        assert survey.questions["usage"].label == "Use"
        assert survey.codebook.title == "Pilot"
        again = cxtui.from_frame(ROWS, codebook=survey.codebook)
        assert again.codebook == survey.codebook


def test_a_lazy_frame_stays_lazy() -> None:
    """And filters are added to it: nothing is read until something is counted."""
    survey = cxtui.from_frame(ROWS.lazy()).where("role=Marketing")
    assert isinstance(survey.frame, pl.LazyFrame)
    assert survey.frame.collect().height == ROWS.filter(role="Marketing").height


def test_a_table_of_a_frame_has_no_command_line() -> None:
    """Nothing could open the frame, so that nothing is claimed: not in an export either."""
    table = cxtui.from_frame(ROWS).table("usage", by="role")
    assert table.replay is None
    assert "replay" not in json.loads(table.to_json())


def test_a_frame_that_cannot_be_a_survey_is_refused_in_one_line(tmp_path: Path) -> None:
    """No rows of anything, a codebook that is not there, and one that does not fit."""
    with pytest.raises(TypeError):
        cxtui.from_frame([1, 2, 3])  # type: ignore[arg-type]
    with pytest.raises(cxtui.CodebookError, match="No such file"):
        cxtui.from_frame(ROWS, codebook=tmp_path / "gone.toml")
    with pytest.raises(cxtui.CodebookError, match="needs column 'height'; the frame has none"):
        cxtui.from_frame(ROWS, codebook='weight = "height"\n')
    with pytest.raises(cxtui.CodebookError, match="the codebook is not valid TOML"):
        cxtui.from_frame(ROWS, codebook="title = \n")
