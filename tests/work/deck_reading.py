"""What a deck holds, read back from the file: charts, their workbooks, the texts around them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pptx import Presentation
from python_calamine import CalamineWorkbook

from cxtui.output.deck.slide import Part, ShapeName, read_name
from tests.work.test_plan import STUDY, printed

REPLAY = "This chart again: cxtui "
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
ORDER = {
    "chartSpace": "date1904 lang roundedCorners AlternateContent style clrMapOvr pivotFmts "
    "protection chart spPr txPr externalData printSettings userShapes extLst",
    "chart": "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend "
    "plotVisOnly dispBlanksAs showDLblsOverMax extLst",
    "plotArea": "layout barChart lineChart catAx valAx dTable spPr extLst",
    "layout": "manualLayout extLst",
    "manualLayout": "layoutTarget xMode yMode wMode hMode x y w h extLst",
    "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId extLst",
    "lineChart": "grouping varyColors ser dLbls dropLines hiLowLines upDownBars marker smooth axId",
    "ser": "idx order tx spPr invertIfNegative pictureOptions marker dPt dLbls trendline errBars "
    "cat val smooth shape extLst",
    "tx": "strRef rich",
    "cat": "multiLvlStrRef numRef numLit strRef strLit",
    "val": "numRef numLit",
    "strRef": "f strCache extLst",
    "numRef": "f numCache extLst",
    "strCache": "ptCount pt extLst",
    "numCache": "formatCode ptCount pt extLst",
    "marker": "symbol size spPr extLst",
    "dLbls": "dLbl delete numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName "
    "showPercent showBubbleSize separator showLeaderLines leaderLines extLst",
    "catAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark "
    "minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt auto lblAlgn lblOffset "
    "tickLblSkip tickMarkSkip noMultiLvlLbl extLst",
    "valAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark "
    "minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt crossBetween majorUnit minorUnit "
    "dispUnits extLst",
    "scaling": "logBase orientation max min extLst",
    "legend": "legendPos legendEntry layout overlay spPr txPr extLst",
    "externalData": "autoUpdate",
}
"""The children of each element of a chart in the order of the schema (ECMA-376 part 1, 21.2)."""


@dataclass(frozen=True)
class ReadChart:
    """A chart of ours: what is drawn of it, what its workbook holds, and where it is."""

    name: ShapeName
    kind: str
    categories: tuple[str, ...]
    series: dict[str, tuple[float | None, ...]]
    workbook: dict[str, tuple[float | None, ...]]
    workbook_labels: tuple[str, ...]
    formulas: tuple[str, ...]
    alt: str
    replay: str


def opened(content: bytes) -> Any:
    return Presentation(io.BytesIO(content))


def shapes_of(shapes: Iterable[Any]) -> Iterator[Any]:
    for one in shapes:
        if hasattr(one, "shapes"):
            yield from shapes_of(one.shapes)
        else:
            yield one


def charts_in(content: bytes) -> list[ReadChart]:
    """Return the charts of ours in the order of the slides."""
    return [
        _chart(page, shape, name)
        for page in opened(content).slides
        for shape in shapes_of(page.shapes)
        if (name := read_name(shape.name)) and name.part is Part.CHART and shape.has_chart
    ]


def replay_of(page: Any) -> str:
    lines = page.notes_slide.notes_text_frame.text.splitlines() if page.has_notes_slide else []
    return next((one.removeprefix(REPLAY) for one in lines if one.startswith(REPLAY)), "")


def _chart(page: Any, shape: Any, name: ShapeName) -> ReadChart:
    chart = shape.chart
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)
    ).get_sheet_by_index(0)
    rows = book.to_python(skip_empty_area=False)
    numbers = [[one if isinstance(one, float) else None for one in row[1:]] for row in rows[1:]]
    columns = list(zip(*numbers, strict=True))
    return ReadChart(
        name,
        str(chart.chart_type).partition(" ")[0],
        tuple(map(str, chart.plots[0].categories)),
        {one.name: tuple(one.values) for one in chart.plots[0].series},
        dict(zip(map(str, rows[0][1:]), columns, strict=True)),
        tuple(str(row[0]) for row in rows[1:]),
        tuple(_formulas(chart.part.chart_workbook.xlsx_part.blob)),
        shape._element.nvGraphicFramePr.cNvPr.get("descr"),
        replay_of(page),
    )


def _formulas(workbook: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and b"<f" in (sheet := archive.read(name)):
                yield sheet.decode()


@dataclass(frozen=True)
class ReadTable:
    """A small table of a slide; `labels` are those of the rows that have none in the table."""

    part: Part
    cells: tuple[tuple[str, ...], ...]
    labels: tuple[str, ...]
    replay: str


def tables_in(content: bytes) -> Iterator[ReadTable]:
    """Yield the tables of ours: gaps, what is below a chart, and tables in place of one."""
    for page in opened(content).slides:
        charts = [one.chart for one in page.shapes if one.has_chart]
        labels = tuple(map(str, charts[0].plots[0].categories)) if charts else ()
        for shape in shapes_of(page.shapes):
            name = read_name(shape.name)
            if name and shape.has_table:
                cells = tuple(tuple(cell.text for cell in row.cells) for row in shape.table.rows)
                yield ReadTable(name.part, cells, labels, replay_of(page))


def disordered(content: bytes) -> list[str]:
    """Return every place in a chart where the schema wants another order or element."""
    from lxml import etree

    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        charts = [one for one in archive.namelist() if one.startswith("ppt/charts/chart")]
        for name in charts:
            for element in etree.fromstring(archive.read(name)).iter(f"{CHART}*"):
                own = etree.QName(element).localname
                if own not in ORDER or (own == "marker" and not len(element)):
                    continue
                order = ORDER[own].split()
                places = [
                    order.index(tag) if (tag := etree.QName(one).localname) in order else -1
                    for one in element
                ]
                if -1 in places or places != sorted(places):
                    found.append(
                        f"{name}: {own}: {[etree.QName(one).localname for one in element]}"
                    )
    return found


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


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


def written(folder: Path, plan: str, *words: str, status: int = 0) -> bytes:
    (folder / "p.toml").write_text(plan, "utf-8")
    target = folder / "out.pptx"
    said = printed(
        *("plan", str(folder / "p.toml"), str(STUDY)), *words, "--force", "-o", str(target)
    )
    assert said[0] == status, said
    return target.read_bytes()
