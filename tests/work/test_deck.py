"""Decks of a tab plan: each number is the table's, and an update leaves what people changed."""

from __future__ import annotations

import io
import json
import math
import re
import shlex
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pptx")

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from cxtui.output.deck.slide import Part, read_name
from cxtui.output.replay import Opened
from cxtui.output.writers.deck_writer import deck_of
from cxtui.survey.model import Survey
from cxtui.work.plan.plan_text import read_plan
from cxtui.work.plan.planned_tables import book_of, bound, planned_tables
from tests.making import made
from tests.work.deck_reading import (
    ReadTable,
    charts_in,
    disordered,
    members,
    opened,
    replay_of,
    shapes_of,
    tables_in,
)
from tests.work.test_plan import PEOPLE, STUDY, printed

ALL_KINDS = """
title = "Everything"
[banners]
role = "role"
size = "company_size"
[defaults]
banner = "role"
show = ["column", "count"]
[[table]]
questions = ["cx_goal", "obstacles", "channels", "budget_share", "first_change", "interviewed"]
chart = true
[[table]]
questions = ["ownership_clarity", "recommend", "delivery"]
full = true
chart = true
[[table]]
questions = ["cx_goal", "channels", "cx_map", "budget_share"]
by = "wave"
wave = "all"
chart = true
[[table]]
questions = ["tools", "cx_owner", "agree_budget"]
banner = "size"
chart = true
[[table]]
questions = ["cx_goal", "delivery"]
show = ["count"]
chart = true
[[table]]
questions = ["delivery", "channels"]
show = ["mean"]
chart = true
[[table]]
questions = "cx_goal"
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The deck of all kinds of the example's questions."""
    folder = tmp_path_factory.mktemp("deck")
    return written(folder, ALL_KINDS)


def written(folder: Path, plan: str, *words: str, status: int = 0) -> bytes:
    (folder / "p.toml").write_text(plan, "utf-8")
    target = folder / "out.pptx"
    said = printed(
        *("plan", str(folder / "p.toml"), str(STUDY)), *words, "--force", "-o", str(target)
    )
    assert said[0] == status, said
    return target.read_bytes()


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


# Updates


@pytest.fixture
def edited(whole: bytes, tmp_path: Path) -> Path:
    """A deck that a person has worked on, with numbers that are out of date."""
    presentation = opened(whole)
    first, second = presentation.slides[0], presentation.slides[1]
    chart = next(one for one in first.shapes if one.has_chart)
    chart.left, chart.width = Inches(1.1), Inches(8.8)
    fill = chart.chart.plots[0].series[0].format.fill
    fill.solid()
    fill.fore_color.rgb = RGBColor(0x12, 0x34, 0x56)
    first.shapes.title.text_frame.text = "My own headline"
    own = CategoryChartData()
    own.categories = ["a", "b"]
    own.add_series("mine", [1, 2])
    second.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, Inches(1), Inches(1), own).name = "my pie"
    group = second.shapes.add_group_shape()
    inner = next(one for one in second.shapes if one.has_chart and one.name != "my pie")
    group._element.append(inner._element)
    for page in (first, second):
        for shape in shapes_of(page.shapes):
            name = read_name(shape.name)
            if name and not name.part and shape.has_chart:
                stale = CategoryChartData()
                stale.categories = ["old"]
                stale.add_series("old", [9])
                shape.chart.replace_data(stale)
    path = tmp_path / "edited.pptx"
    presentation.save(path)
    return path


def test_an_update_writes_numbers_and_leaves_the_rest(
    whole: bytes, edited: Path, tmp_path: Path
) -> None:
    """Place, colour and headline stay, in groups too; all else keeps its bytes."""
    before = edited.read_bytes()
    content = written(tmp_path, ALL_KINDS, "--into", str(edited))
    assert edited.read_bytes() == before
    assert charts_in(content) == charts_in(whole)
    page = opened(content).slides[0]
    chart = next(one for one in page.shapes if one.has_chart)
    assert (chart.left, chart.width) == (Inches(1.1), Inches(8.8))
    series = chart.chart.plots[0].series
    assert series[0].format.fill.fore_color.rgb == RGBColor(0x12, 0x34, 0x56)
    assert series[1].format.fill.fore_color.theme_color != series[0].format.fill.fore_color.type
    assert page.shapes.title.text == "My own headline"
    one, other = members(before), members(content)
    assert one.keys() == other.keys()
    ours = {name for name in one if one[name] != other[name]}
    stale = {"ppt/slides/slide1.xml", "ppt/slides/slide2.xml"}
    assert {name for name in ours if not name.startswith(("ppt/charts/", "ppt/embedd"))} <= stale
    assert sum(name.startswith("ppt/charts/chart") for name in ours) == 2


def test_it_says_what_was_updated_added_and_left(whole: bytes, tmp_path: Path) -> None:
    """A chart outside the plan is updated by its own view; a copy is one chart more."""
    presentation = opened(whole)
    chart = next(one for one in presentation.slides[0].shapes if one.has_chart)
    chart.name = "cxtui: --question cx_gone --by role"
    other = next(one for one in presentation.slides[1].shapes if one.has_chart)
    other.name = "cxtui: --question cx_owner --by role"
    path = tmp_path / "old.pptx"
    presentation.save(path)
    (tmp_path / "p.toml").write_text(ALL_KINDS, "utf-8")
    target = tmp_path / "new.pptx"
    words = ("plan", str(tmp_path / "p.toml"), str(STUDY), "--into", str(path))
    status, _, said = printed(*words, "-o", str(target))
    assert status == 0
    assert said.endswith("19 updated, 2 new, 1 left alone (their question is not in the survey)\n")
    charts = charts_in(target.read_bytes())
    assert len(opened(target.read_bytes()).slides) == 22
    owner = next(one for one in charts if "cx_owner --by role" in one.name.view)
    assert owner.categories[0] == "A dedicated group"
    status, _, said = printed(*words, "-o", str(path), "--force")
    assert (status, "is the deck that is updated, and stays" in said) == (1, True)


@pytest.mark.parametrize("how", ["part", "link", "both"])
def test_a_workbook_that_was_removed_is_made_again(how: str, whole: bytes, tmp_path: Path) -> None:
    """Whether its part is gone, or what leads to it."""
    parts = members(whole)
    if how != "link":
        del parts["ppt/embeddings/Microsoft_Excel_Sheet1.xlsx"]
    if how != "part":
        rels = "ppt/charts/_rels/chart1.xml.rels"
        text = parts["ppt/charts/chart1.xml"].decode()
        cut = text.partition("<c:externalData")
        parts["ppt/charts/chart1.xml"] = (
            cut[0] + cut[2].partition("</c:externalData>")[2]
        ).encode()
        del parts[rels]
    path = tmp_path / "cut.pptx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    content = written(tmp_path, ALL_KINDS, "--into", str(path))
    assert charts_in(content)[0] == charts_in(whole)[0]


def test_a_deck_follows_the_latest_wave(tmp_path: Path) -> None:
    """A name says no wave that is the survey's default; the base line and the gaps go along."""
    plan = '[[table]]\nquestions = "cx_goal"\nby = "role"\n'
    earlier = tmp_path / "2015.parquet"
    status, _, said = printed("convert", str(STUDY), str(earlier))
    assert status == 0, said
    old = written(tmp_path, plan + 'where = ["wave=2015"]')
    path = tmp_path / "old.pptx"
    text = members(old)
    slide = text["ppt/slides/slide1.xml"].decode()
    assert "--where wave=2015" in slide
    text["ppt/slides/slide1.xml"] = slide.replace(" --where wave=2015", "").encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in text.items():
            archive.writestr(name, data)
    content = written(tmp_path, plan, "--into", str(path))
    fresh = written(tmp_path, plan)
    assert charts_in(content) == charts_in(fresh)
    for one, other in zip(opened(content).slides, opened(fresh).slides, strict=True):
        assert list(texts_of(one)) == list(texts_of(other))
        assert replay_of(one) == replay_of(other)


def texts_of(page: Any) -> Iterator[str]:
    for one in page.shapes:
        if one.has_text_frame:
            yield one.text_frame.text
        elif one.has_table:
            yield from (cell.text for row in one.table.rows for cell in row.cells)


def test_added_series_and_rows_have_a_look_of_their_own(tmp_path: Path) -> None:
    """A new group is no second bar in the colour of the last."""
    plan = '[[table]]\nquestions = "cx_goal"\nby = "{}"\n'
    path = tmp_path / "old.pptx"
    path.write_bytes(written(tmp_path, plan.format("role")))
    presentation = opened(path.read_bytes())
    for shape in presentation.slides[0].shapes:
        shape.name = shape.name.replace("--by role", "--by company_size")
    presentation.save(path)
    content = written(tmp_path, plan.format("company_size"), "--into", str(path))
    chart = next(one for one in opened(content).slides[0].shapes if one.has_chart).chart
    colours = [one.format.fill.fore_color.theme_color for one in chart.plots[0].series]
    assert len(set(colours)) == len(colours) == 3
    assert disordered(content) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "is encrypted, or a .ppt of an old PowerPoint"),
        (b"PK\x03\x04", "is not a PowerPoint file (.pptx)"),
        (b"", "is not a PowerPoint file (.pptx)"),
        (None, "No such file or directory"),
        ("xlsx", "cannot be read as a PowerPoint file"),
        ("macros", "has macros: save it as .pptx without them"),
    ],
)
@pytest.mark.parametrize("option", ["--into", "--template"])
def test_what_is_no_deck_is_refused_in_one_line(
    content: bytes | str | None, said: str, option: str, whole: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "x.pptx"
    if isinstance(content, str):
        parts = members(whole)
        if content == "macros":
            types = parts["[Content_Types].xml"]
            parts["[Content_Types].xml"] = types.replace(
                b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main",
                b"application/vnd.ms-powerpoint.presentation.macroEnabled.main",
            )
        else:
            parts = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
    elif content is not None:
        path.write_bytes(content)
    (tmp_path / "p.toml").write_text('[[table]]\nquestions = "cx_goal"', "utf-8")
    words = ("plan", str(tmp_path / "p.toml"), str(STUDY), option, str(path))
    status, _, error = printed(*words, "-o", str(tmp_path / "new.pptx"))
    assert status == 1
    assert said in error
    assert len(error.splitlines()) == 1


def test_options_of_a_deck_go_with_a_deck(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text('[[table]]\nquestions = "cx_goal"', "utf-8")
    words = ("plan", str(tmp_path / "p.toml"), str(STUDY), "--template", "x.pptx")
    assert printed(*words)[0] == 2
    assert printed(*words, "--into", "x.pptx", "-o", "y.pptx")[0] == 2
    status, _, error = printed("table", str(STUDY), "cx_goal", "-o", str(tmp_path / "a.pptx"))
    assert (status, "holds the tables of a tab plan" in error) == (1, True)


@pytest.mark.parametrize("kind", ["blank", "with slides", "potx"])
def test_a_template_gives_layouts_and_slides(kind: str, tmp_path: Path) -> None:
    """Without a title placeholder the headline is a text box; slides of the template stay."""
    from pptx import Presentation

    house = Presentation()
    path = tmp_path / "house.potx"
    keep = 5 if kind != "blank" else 6
    for place, layout in reversed(list(enumerate(house.slide_layouts))):
        if place != keep:
            house.slide_layouts.remove(layout)
    if kind == "with slides":
        house.slides.add_slide(house.slide_layouts[0]).shapes.title.text = "Cover"
    house.save(path)
    if kind == "potx":
        parts = members(path.read_bytes())
        types = parts["[Content_Types].xml"]
        parts["[Content_Types].xml"] = types.replace(b"presentation.main", b"template.main")
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
    plan = '[[table]]\nquestions = ["cx_goal", "delivery"]\nby = "role"'
    content = written(tmp_path, plan, "--template", str(path))
    pages = list(opened(content).slides)
    assert len(pages) == (3 if kind == "with slides" else 2)
    texts = [one.text_frame.text for one in pages[-1].shapes if one.has_text_frame]
    assert texts[0] == "Progress in delivering the customer experience"
    assert len(charts_in(content)) == 2
    width = opened(content).slide_width
    assert all(one.left + one.width <= width * 1.01 for page in pages for one in page.shapes)


@pytest.mark.skipif(not shutil.which("soffice"), reason="soffice is not installed")
@pytest.mark.timeout(180)
def test_libreoffice_makes_a_page_of_each_slide(whole: bytes, tmp_path: Path) -> None:
    """It opens what we wrote; Impress may not be installed beside it."""
    (tmp_path / "d.pptx").write_bytes(whole)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/lo", "--headless"]
    ended = subprocess.run(
        [*command, "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "d.pptx")],
        capture_output=True,
        text=True,
        check=False,
    )
    if "could not be loaded" in ended.stderr + ended.stdout:
        pytest.skip("LibreOffice Impress is not installed")
    pages = (tmp_path / "d.pdf").read_bytes()
    assert pages.count(b"/Type/Page>>") + pages.count(b"/Type/Page/") == 20
