"""Decks of a tab plan: each number is the table's, in the chart and in its workbook."""

from __future__ import annotations

import io
import json
import math
import re
import shlex
import zipfile
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pptx")


from cxtui.output.deck.slide import Part
from cxtui.output.replay import Opened
from cxtui.output.writers.deck_writer import deck_of
from cxtui.survey.model import Survey
from cxtui.work.plan.plan_text import read_plan
from cxtui.work.plan.planned_tables import book_of, bound, planned_tables
from tests.making import made
from tests.work.deck_reading import (
    ALL_KINDS,
    ReadTable,
    charts_in,
    disordered,
    opened,
    tables_in,
    written,
)
from tests.work.test_plan import PEOPLE, printed


def deck(survey: Survey, text: str) -> bytes:
    plan = read_plan(text, "p.toml")
    made_tables = book_of(survey, planned_tables(survey, plan), Opened(("made.parquet",)))
    return deck_of(bound(survey, plan, made_tables))


def test_every_number_of_a_deck_is_that_of_its_replay_line(whole: bytes) -> None:
    """The cache that is drawn, the workbook that is edited, and the JSON of the replay line."""
    charts = charts_in(whole)
    assert len(opened(whole).slides) == 20
    kinds = {one.kind for one in charts}
    assert kinds == {"BAR_CLUSTERED", "BAR_STACKED_100", "LINE_MARKERS"}
    assert sum(map(compared, charts)) == 240
    assert sum(map(compared_texts, tables_in(whole))) > 100


def compared(chart: Any) -> int:
    """Return how many numbers of a chart were found in the JSON of its replay line."""
    status, out, _ = printed(*shlex.split(chart.replay), "--format", "json")
    assert status == 0
    table = json.loads(out)
    assert chart.workbook_labels == chart.categories
    columns = {}
    for place, column in enumerate(table["columns"]):
        low, high = (table["bases"][0][end][place] for end in ("lowest", "highest"))
        n = f"{low:g}" if low == high else f"{low:g}–{high:g}"
        columns[place] = f"{column['label']} (n {n}"
    rows = {row["label"]: row["cells"] for row in table["rows"]}
    found = 0
    for name, numbers in chart.series.items():
        assert numbers == pytest.approx(chart.workbook[name], rel=1e-14, nan_ok=True)
        for category, number in zip(chart.categories, numbers, strict=True):
            row, column = (category, name) if category in rows else (name, category)
            places = [at for at, text in columns.items() if column.rstrip("*)") == text]
            cells = [rows[row][at] for at in places]
            values = [one[what] for one in cells for what in ("percent", "mean", "n")]
            assert number in values
            assert len(places) == 1
            found += 1
    return found


def compared_texts(table: ReadTable) -> int:
    """Return how many numbers that a table shows were found, rounded, in its replay line's JSON."""
    status, out, _ = printed(*shlex.split(table.replay), "--format", "json")
    assert status == 0
    numbers = json.loads(out)
    rows = {one["label"]: one for one in numbers["rows"]}
    under = {one["label"]: one["lowest"] for one in (*numbers["lines"], *numbers["bases"])}
    columns = {one["label"]: at for at, one in enumerate(numbers["columns"])}
    heads = table.cells[0] if table.part is not Part.GAPS else ()
    found = 0
    for place, line in enumerate(table.cells[1:] if heads else table.cells):
        is_named = bool(heads) or len(line) > 1
        label = line[0] if is_named else table.labels[place]
        for at, text in enumerate(line[1:] if is_named else line, 1):
            shown = re.findall(r"[+-]?[0-9][0-9.]*", text.replace("−", "-"))
            head = heads[at] if heads else ""
            column = head if head in columns else head.rpartition(" ")[0]
            if column in columns:
                cell = rows[label]["cells"][columns[column]] if label in rows else {}
                values = [cell.get(one) for one in ("percent", "mean", "n")]
                wanted = [*values, *([under[label][columns[column]]] if label in under else [])]
            else:
                pairs = rows[label]["pairs"] if label in rows else []
                wanted = [
                    side * (one[what] or 0)
                    for one in pairs
                    for side in (1, -1)
                    for what in ("gap", "low", "high")
                ]
            for one in shown:
                half = 0.5 * 10 ** -len(one.partition(".")[2]) + 1e-9
                assert any(each is not None and abs(each - float(one)) <= half for each in wanted)
                found += 1
    return found


def test_a_deck_is_the_same_bytes_each_time(whole: bytes, tmp_path: Path) -> None:
    """No time and no author is in it; and its XML is in the order of the schema."""
    assert written(tmp_path, ALL_KINDS) == whole
    assert disordered(whole) == []
    core = opened(whole).core_properties
    assert (core.author, core.title, core.created.year) == ("", "Everything", 2000)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert {one.date_time[0] for one in archive.infolist()} == {1980}


def test_a_slide_says_who_is_counted_and_what_holds(whole: bytes) -> None:
    """Headline, base, gap with its interval, footnote, alternative text and replay line."""
    page = opened(whole).slides[0]
    texts = [one.text_frame.text for one in page.shapes if one.has_text_frame]
    assert page.shapes.title.text == "Main goal of the customer-experience work"
    assert any("Base: all who answered · wave = 2016" in one for one in texts)
    assert any(one.startswith("Bold: significant (pooled t-test, 95% Holm).") for one in texts)
    (gaps,) = (one.table for one in page.shapes if one.has_table)
    first, second = (gaps.cell(at, 0).text_frame.paragraphs[0].runs[0] for at in (0, 1))
    assert (first.text, first.font.bold) == ("+43.2   (+30 to +53)", True)
    assert (second.text, second.font.bold) == ("+8.9   (−3 to +19)", False)
    chart = charts_in(whole)[0]
    assert list(chart.series) == ["Marketing (n 127)", "Technology (n 71*)"]
    assert chart.alt.startswith("Bar chart: Main goal")
    assert "Improve business outcomes: Marketing (n 127) 56%, Technology (n 71*) 13%" in chart.alt


def test_small_columns_are_not_charted_and_large_tables_are_tables(tmp_path: Path) -> None:
    """Over 8 series or 15 rows; without a `chart` in the plan each table is a slide."""
    text = '[[table]]\nquestions = ["cx_goal", "obstacles"]\nby = ["role", "tools"]'
    content = written(tmp_path, text)
    pages = opened(content).slides
    assert len(pages) == 2
    tables = [one.table for page in pages for one in page.shapes if one.has_table]
    heads = [cell.text for cell in tables[0].rows[0].cells]
    assert heads[:3] == ["", "Total", "Marketing A"]
    assert len(charts_in(content)) == 0
    (chart,) = charts_in(written(tmp_path, '[[table]]\nquestions = "cx_goal"\nby = "company_size"'))
    assert [one[:8] for one in chart.series] == ["500 to 4", "5,000 to", "20,000 a"]


@pytest.mark.parametrize(
    "label", ["=1+1", "=cmd|' /c calc'!A1", "@x", "a\x00b\x1b[31m", "\ud800", "<a:t/>&amp;", "1.0"]
)
def test_hostile_labels_are_text(label: str) -> None:
    """In the chart, in its workbook and in the alternative text."""
    from dataclasses import replace

    survey = made(PEOPLE)
    named = [
        replace(one, label=label, categories=(replace(one.categories[0], label=label), *rest))
        for one in survey.codebook.questions
        for rest in [one.categories[1:]]
    ]
    hostile = replace(survey, codebook=replace(survey.codebook, questions=tuple(named)))
    content = deck(hostile, '[[table]]\nquestions = ["goal", "tools", "budget"]\nby = "role"')
    assert disordered(content) == []
    charts = charts_in(content)
    assert len(charts) == 3
    for chart in charts:
        assert chart.formulas == ()
        assert set(chart.workbook) == set(chart.series)
        assert chart.workbook_labels == chart.categories
        assert len([name for name in chart.series if name.isprintable()]) == len(chart.series)


def test_an_empty_cell_is_a_gap() -> None:
    """Neither 0 nor NaN: nothing is drawn, and the cell of the workbook is empty."""
    people = [{**one, "web": None if one["role"] == 1 else one["web"]} for one in PEOPLE]
    (chart,) = charts_in(deck(made(people), '[[table]]\nquestions = "channels"\nby = "role"'))
    numbers = [one for each in chart.series.values() for one in each]
    assert None in numbers
    assert not any(one is not None and math.isnan(one) for one in numbers)
    assert [*chart.series.values()] == [pytest.approx(one) for one in chart.workbook.values()]
