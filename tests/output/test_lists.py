"""A ranking, a trend and a list of questions in the formats that every list has."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from cxtui.analysis.ranking.rank_questions import rank_questions
from cxtui.analysis.ranking.ranked_lines import Ranking
from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.tables.build_trend import trend
from cxtui.analysis.tables.trend import Trend
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import ExportError
from cxtui.output import OF_RESULTS, Format, Shape
from cxtui.output.ranking_notes import notes_on
from cxtui.output.trend_document import COLUMNS
from cxtui.sources.open_survey import open_survey
from cxtui.survey.note import sentences_of
from tests.rendering import list_questions, list_ranking, list_trend

SVG = "{http://www.w3.org/2000/svg}"
REPLAY = "cxtui gaps s.parquet"


@pytest.fixture(scope="module")
def followed() -> Trend:
    survey = open_survey(str(Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"))
    return trend(survey, parse_view(survey, "--question cx_goal --wave all"), "wave")


@pytest.fixture(scope="module")
def ranking() -> Ranking:
    survey = open_survey(str(Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"))
    return rank_questions(survey, parse_view(survey, ""), RankingOptions())


def values(content: bytes) -> list[list[str | float | None]]:
    """Return the rows of a CSV, its numbers as numbers."""
    rows = csv.reader(io.StringIO(content.decode()))
    next(rows)
    return [[_value(cell) for cell in row] for row in rows]


def _value(cell: str) -> str | float | None:
    try:
        return float(cell) if cell else None
    except ValueError:
        return cell


def test_a_trend_is_a_row_a_wave(followed: Trend) -> None:
    """The value, base and lift of each answer in each role, unrounded; JSON has the same."""
    rows = csv.DictReader(io.StringIO(list_trend(followed, Format.CSV).decode()))
    points = [
        (row, group, wave, point)
        for row in followed.rows
        for group, course in zip(followed.groups, row.courses, strict=True)
        for wave, point in zip(followed.waves, course, strict=True)
    ]
    listed = list(rows)
    assert len(listed) == len(points)
    for got, (row, group, wave, point) in zip(listed, points, strict=True):
        assert (got["row"], got["column"], got["wave"]) == (row.label, group.label, wave.label)
        assert float(got["percent"]) == point.cell.percent
        lift = point.previous
        assert got["lift_on_previous"] == (repr(lift.points) if lift else "")
    document = json.loads(list_trend(followed, Format.JSON))
    assert [row["base"] for row in document["rows"]] == [float(one["base"]) for one in listed]
    assert set(sentences_of(followed.notes)) < set(document["notes"])


def test_a_trend_is_text_as_the_screen_shows_it(followed: Trend) -> None:
    text = list_trend(followed, Format.TEXT).decode()
    assert max(map(len, text.splitlines())) <= 100
    for words in ("2015  2016", "Marketing", "Technology", "+10.7", "Base (n)"):
        assert words in text
    for name in ("html", "svg"):
        assert "+10.7" in list_trend(followed, Format(name)).decode()


def notes_of(example: Path, ranking: Ranking) -> tuple[str, ...]:
    return notes_on(ranking, open_survey(str(example)))


@pytest.mark.parametrize("what", ["questions", "answers", "trend"])
def test_a_list_has_the_same_cells_in_every_format(
    what: str, example: Path, ranking: Ranking, followed: Trend
) -> None:
    """Columns, rows and numbers; notes where there is room for them."""
    notes = notes_of(example, ranking)

    def made(format_: Format) -> bytes:
        if what == "trend":
            return list_trend(followed, format_)
        return list_ranking(ranking, notes, format_, Shape(what), replay=REPLAY)

    rows: list[list[Any]] = values(made(Format.CSV))
    frame = pl.read_parquet(made(Format.PARQUET))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(made(Format.XLSX))).get_sheet_by_index(0)
    cells = sheet.to_python()
    assert tuple(cells[3]) == tuple(frame.columns)
    assert len(rows) == frame.height
    for row, found, shown in zip(rows, frame.rows(), cells[4:], strict=False):
        for name, value, stored, cell in zip(frame.columns, row, found, shown, strict=True):
            if frame.schema[name] == pl.String:
                assert stored == cell
                assert stored == (value or "") or float(stored) == value
            else:
                assert stored == value
                assert cell == ("" if value is None else pytest.approx(value, rel=1e-14, abs=0))
    said = [row[0] for row in cells]
    assert set(sentences_of(followed.notes) if what == "trend" else notes) <= set(said)


@pytest.mark.parametrize("shape", [Shape.QUESTIONS, Shape.ANSWERS])
def test_a_picture_of_the_ranking_has_a_dot_for_each_line_it_shows(
    example: Path, ranking: Ranking, shape: Shape
) -> None:
    """In margins, on one axis for all; a long list says how many lines it shows."""
    notes = notes_of(example, ranking)
    picture = ET.fromstring(list_ranking(ranking, notes, Format.SVG, shape, replay=REPLAY))
    dots = [float(dot.attrib["cx"]) for dot in picture.iter(f"{SVG}circle")]
    middle = next(
        float(line.attrib["x1"])
        for line in picture.iter(f"{SVG}line")
        if line.attrib["x1"] == line.attrib["x2"]
    )
    shown = [
        answer
        for line in ranking.lines
        for answer in (line.in_order if shape is Shape.ANSWERS and line.holds else [line.clearest])
        if answer is not None
    ]
    assert [dot > middle for dot in dots] == [(one.gap or 0) > 0 for one in shown[: len(dots)]]
    assert len(dots) == len(shown) <= 40
    longer = replace(ranking, lines=2 * ranking.lines)
    said = list_ranking(longer, notes, Format.SVG, shape).decode()
    assert "The first 40 of " in said
    page = list_ranking(ranking, [], Format.HTML, shape, replay=REPLAY).decode()
    assert page.count("<circle") == len(shown) and f"<code>{REPLAY}</code>" in page


def test_questions_have_no_picture(example: Path) -> None:
    survey = open_survey(str(example))
    with pytest.raises(ExportError, match="a list has no picture"):
        list_questions(survey, Format.SVG)
    rows = list(csv.DictReader(io.StringIO(list_questions(survey, Format.CSV).decode())))
    frame = pl.read_parquet(list_questions(survey, Format.PARQUET))
    assert frame["question"].to_list() == [row["question"] for row in rows]
    assert frame["answered"].to_list() == [float(row["answered"]) for row in rows]
    assert "Main goal" in list_questions(survey, Format.HTML).decode()


def test_an_empty_ranking_is_written_all_the_same(example: Path, ranking: Ranking) -> None:
    empty = replace(ranking, lines=(), comparisons=(), tested=0, held=0, level_picked=None)
    for format_ in OF_RESULTS:
        assert list_ranking(empty, notes_of(example, empty), format_)


def test_the_columns_of_a_trend_are_told_apart() -> None:
    assert len(set(COLUMNS)) == len(COLUMNS)
