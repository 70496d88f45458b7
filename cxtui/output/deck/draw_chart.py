"""Draw the chart of a slide, and write new numbers into one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import MSO_THEME_COLOR
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches, Pt

from cxtui.output.deck.chart_workbook import chart_workbook
from cxtui.output.deck.slide import Chart, Slide

Tone = tuple[int, float]
"""A colour of the theme, and how much lighter (above 0) or darker it is."""

FAINT: Tone = (MSO_THEME_COLOR.TEXT_1, 0.35)
RULE: Tone = (MSO_THEME_COLOR.BACKGROUND_1, -0.25)
INK: Tone = (MSO_THEME_COLOR.TEXT_1, 0.0)
PAPER: Tone = (MSO_THEME_COLOR.BACKGROUND_1, 0.0)
_ACCENTS = (
    *(MSO_THEME_COLOR.ACCENT_1, MSO_THEME_COLOR.ACCENT_2, MSO_THEME_COLOR.ACCENT_3),
    *(MSO_THEME_COLOR.ACCENT_4, MSO_THEME_COLOR.ACCENT_5, MSO_THEME_COLOR.ACCENT_6),
)
_LOW, _MIDDLE, _HIGH = _ACCENTS[1], MSO_THEME_COLOR.BACKGROUND_1, _ACCENTS[0]
"""The colours of the two ends of a scale and of its middle."""

_LIGHT = 0.45
_TYPES = {
    Chart.BARS: XL_CHART_TYPE.BAR_CLUSTERED,
    Chart.STACKED: XL_CHART_TYPE.BAR_STACKED_100,
    Chart.LINES: XL_CHART_TYPE.LINE_MARKERS,
}
_SIDES = {Chart.BARS: (0.27, 0.69), Chart.STACKED: (0.18, 0.8), Chart.LINES: (0.05, 0.92)}
"""Where the plot begins across a chart, and how wide it is, as parts of the chart."""

_LARGEST, _SMALLEST = 12.0, 6.0
_LETTERS_OF_LEGEND = 100


def paint(tone: Tone, colour: Any) -> None:
    """Give a colour of python-pptx a tone."""
    colour.theme_color = tone[0]
    if tone[1]:
        colour.brightness = tone[1]
    if tone[1] > 0:  # a lighter colour of full strength would glare
        colour._color._xClr.append(parse_xml(f'<a:satMod {nsdecls("a")} val="50000"/>'))


def number_format(slide: Slide) -> str:
    """Return how Excel shows the numbers of a chart."""
    return f"0.{'0' * slide.digits}" if slide.digits else "0"


def chart_data(slide: Slide) -> CategoryChartData:
    """Return the data of a chart as python-pptx takes it."""
    shown = number_format(slide)
    data = CategoryChartData(number_format=shown)
    data.categories = slide.categories
    for one in slide.series:
        data.add_series(one.name, one.numbers, number_format=shown)
    return data


def draw_chart(slide: Slide, shapes: Any, place: tuple[int, int, int, int]) -> None:
    """Add the chart of a slide to shapes, at a place (left, top, width, height) in EMU."""
    frame = shapes.add_chart(_TYPES[slide.chart], *place, chart_data(slide))
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(chart_workbook(slide.categories, slide.series))
    size = Pt(_size_of_labels(slide, place[3]))
    chart.font.size = Pt(_LARGEST)
    paint(INK, chart.font.color)
    chart.has_title = False
    chart.has_legend = len(slide.series) > 1 or slide.chart is not Chart.LINES
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.TOP
        chart.legend.include_in_layout = False
        chart.legend.font.size = Pt(_LARGEST if len(slide.series) < 7 else 10)  # noqa: PLR2004
    _draw_plot(slide, chart, size)
    _draw_axes(slide, chart, size)
    for place_, series in enumerate(chart.plots[0].series):
        colour_series(slide, series, place_)
    _fix_box(chart, inner_box(slide, place[3]))
    _number_axes(chart)
    name_frame(slide, frame)


def name_frame(slide: Slide, frame: Any) -> None:
    """Give a shape the name by which it is found again, and the numbers as its alternative text."""
    frame.name = str(slide.name)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", slide.alt)


def inner_box(slide: Slide, height: int) -> tuple[float, float, float, float]:
    """Return the inner box of the plot in a chart of a height in EMU, as parts of the chart.

    Above it is room for the legend, below it for the waves of lines. What stands beside the bars
    knows their lines by it.
    """
    left, width = _SIDES[slide.chart]
    lines = 1 + len("   ".join(one.name for one in slide.series)) // _LETTERS_OF_LEGEND
    top = min(Inches(0.25 + 0.22 * min(lines, 3)) / height, 0.4)
    below = min(Inches(0.45 if slide.chart is Chart.LINES else 0.05) / height, 0.2)
    return left, top, width, 1 - top - below


def _size_of_labels(slide: Slide, height: int) -> float:
    """Return the size of the labels in points: what a bar has room for."""
    bars = len(slide.categories) * (len(slide.series) if slide.chart is Chart.BARS else 1)
    each = float(height * inner_box(slide, height)[3] / Pt(1) / max(bars, 1))
    return min(_LARGEST, max(_SMALLEST, each * 0.75))


def _draw_plot(slide: Slide, chart: Any, size: Any) -> None:
    plot = chart.plots[0]
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = number_format(slide), False
    labels.font.size = size
    labels.show_value = True
    if slide.chart is Chart.LINES:
        labels.position = XL_LABEL_POSITION.ABOVE
        return
    plot.gap_width = 55 if slide.chart is Chart.BARS else 45
    plot.overlap = -5 if slide.chart is Chart.BARS else 100
    if slide.chart is Chart.BARS:
        labels.position = XL_LABEL_POSITION.OUTSIDE_END


def _draw_axes(slide: Slide, chart: Any, size: Any) -> None:
    values, categories = chart.value_axis, chart.category_axis
    values.visible = values.has_major_gridlines = False
    known = [one for each in slide.series for one in each.numbers if one is not None]
    if min(known, default=0.0) >= 0:
        values.minimum_scale = 0
    categories.major_tick_mark = XL_TICK_MARK.NONE
    categories.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    paint(RULE, categories.format.line.color)
    if slide.chart is not Chart.LINES:
        categories.reverse_order = True
        each = min(_LARGEST, max(8.0, 20 - len(slide.categories)))
        categories.tick_labels.font.size = Pt(each)
    if slide.chart is Chart.STACKED:
        categories.format.line.fill.background()


def colour_series(slide: Slide, series: Any, place: int) -> None:
    """Give a series its colour, and the numbers on it one that is seen there."""
    if slide.chart is Chart.LINES:
        tone = _accent(place)
        paint(tone, series.format.line.color)
        series.format.line.width = Pt(2.25)
        series.smooth = False
        series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 7
        series.marker.format.fill.solid()
        paint(tone, series.marker.format.fill.fore_color)
        paint(tone, series.marker.format.line.color)
        return
    series.format.fill.solid()
    tones = _ramp(len(slide.series))
    tone = tones[place] if slide.chart is Chart.STACKED else _accent(place)
    paint(tone, series.format.fill.fore_color)
    series.invert_if_negative = False
    if slide.chart is Chart.STACKED:
        labels = series.data_labels
        labels.show_value = True
        labels.number_format, labels.number_format_is_linked = number_format(slide), False
        labels.font.size = Pt(_LARGEST)
        paint(INK if tone[1] else PAPER, labels.font.color)


def _accent(place: int) -> Tone:
    again, colour = divmod(place, len(_ACCENTS))
    return _ACCENTS[colour], _LIGHT if again else 0.0


def _ramp(steps: int) -> tuple[Tone, ...]:
    """Return the colours of a scale, from one end over grey to the other."""
    half = steps // 2
    shades = [0.0 if half == 1 else place * 0.6 / (half - 1) for place in range(half)]
    low = [(_LOW, shade) for shade in shades]
    high = [(_HIGH, shade) for shade in reversed(shades)]
    return (*low, *([(_MIDDLE, -0.15)] if steps % 2 else []), *high)


def _fix_box(chart: Any, box: tuple[float, float, float, float]) -> None:
    """Fix the inner box of the plot, so that what is beside it stays beside its lines."""
    area = chart._chartSpace.find(".//" + qn("c:plotArea"))
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    sides = "".join(f'<c:{name} val="{value}"/>' for name, value in zip("xywh", box, strict=True))
    area.insert(
        0,
        parse_xml(
            f'<c:layout {nsdecls("c")}><c:manualLayout><c:layoutTarget val="inner"/>'
            f'<c:xMode val="edge"/><c:yMode val="edge"/>{sides}</c:manualLayout></c:layout>'
        ),
    )


def _number_axes(chart: Any) -> None:
    """Give the axes the positive numbers that the schema asks for."""
    for one in _axis_numbers(chart):
        one.set("val", str(abs(int(one.get("val")))))


def _axis_numbers(chart: Any) -> Iterator[Any]:
    for name in ("c:axId", "c:crossAx"):
        yield from chart._chartSpace.iter(qn(name))


def can_take_data(chart: Any) -> bool:
    """Whether a chart is still one plot of categories: what has become another kind is left."""
    try:
        return len(chart.plots) == 1 and chart.chart_type not in _OF_POINTS
    except (NotImplementedError, ValueError):
        return False


_OF_POINTS = {
    one for one in XL_CHART_TYPE if one.name.startswith(("XY_", "BUBBLE", "STOCK", "SURFACE"))
}


def replace_numbers(slide: Slide, frame: Any) -> None:
    """Write other numbers into a chart; its look stays, and only added series are coloured."""
    chart = frame.chart
    before = len(chart.plots[0].series)
    workbook = chart.part.chart_workbook
    try:
        is_lost = workbook.xlsx_part is None
    except KeyError:
        is_lost = True
    if is_lost:
        for one in chart._chartSpace.findall(qn("c:externalData")):
            chart._chartSpace.remove(one)
    chart.replace_data(chart_data(slide))
    workbook.update_from_xlsx_blob(chart_workbook(slide.categories, slide.series))
    for place, series in enumerate(chart.plots[0].series):
        if place >= before:
            colour_series(slide, series, place)
    name_frame(slide, frame)
