"""Updates of decks and their templates: numbers change, what people made stays."""

from __future__ import annotations

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
from tests.work.deck_reading import (
    ALL_KINDS,
    charts_in,
    disordered,
    members,
    opened,
    replay_of,
    shapes_of,
    written,
)
from tests.work.test_plan import STUDY, printed


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


def test_texts_that_a_person_edited_stay_and_are_named(tmp_path: Path) -> None:
    """The base line and footnote of one slide; those of the other get the new level."""
    plan = '[[table]]\nquestions = ["cx_goal", "cx_owner"]\n'
    path = tmp_path / "old.pptx"
    path.write_bytes(written(tmp_path, plan))
    presentation = opened(path.read_bytes())
    for shape in presentation.slides[0].shapes:
        name = read_name(shape.name)
        if name and name.part in {Part.ABOUT, Part.NOTES}:
            shape.text_frame.paragraphs[0].runs[0].text = f"My own {name.part}"
    for page in presentation.slides:
        for shape in page.shapes:
            if read_name(shape.name):
                shape.name += " --level 90"
    presentation.save(path)
    (tmp_path / "p.toml").write_text(plan, "utf-8")
    words = ("plan", str(tmp_path / "p.toml"), str(STUDY), "--into", str(path), "--tables", "1")
    status, _, said = printed(*words, "-o", str(tmp_path / "new.pptx"))
    assert status == 0
    assert "texts that were edited stay: look at slides 1" in said
    first, second, *_ = opened((tmp_path / "new.pptx").read_bytes()).slides
    assert {"My own about", "My own notes"} <= set(texts_of(first))
    assert any("90% Holm" in text for text in texts_of(second))
    assert not any("95% Holm" in text for text in texts_of(second))


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
