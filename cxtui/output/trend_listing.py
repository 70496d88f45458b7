"""A trend in every format: a row a wave for those who calculate, columns of waves for a report."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator

from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.trend import Point, Trend, TrendRow
from cxtui.analysis.tables.wave_change import Lift
from cxtui.output import Format
from cxtui.output.document import Entry, Head, Line, Sheet, interval_text
from cxtui.output.drawing.cell_text import base_texts
from cxtui.output.drawing.trend_lines import (
    header_lines,
    lay_out,
    lift_text,
    mark_notes,
    row_line,
    value_text,
)
from cxtui.output.listing import Listing, Values, render_list
from cxtui.output.writers.json_writer import dumped
from cxtui.survey.note import sentences_of

_LIFT = ("lift", "low", "high", "relative", "p", "p_adjusted")
COLUMNS = (
    *("question", "row_code", "row", "column", "wave_code", "wave"),
    *("n", "weighted_n", "base", "weighted_base", "effective_base"),
    *("percent", "low", "high", "mean", "sd"),
    *(f"{name}_on_previous" for name in _LIFT),
    *(f"{name}_on_first" for name in _LIFT),
    *("flag", "why_not"),
)
"""One row an answer, role and wave; lifts are later minus earlier, numbers unrounded."""

_TEXTS = frozenset({*COLUMNS[:6], "flag", "why_not"})
_DIGITS = {
    **{"n": 0, "base": 0, "mean": 2, "sd": 2},
    **{f"{p}_on_{wave}": 4 for p in ("p", "p_adjusted") for wave in ("previous", "first")},
}
_WIDTH = 100


def list_trend(trend: Trend, format_: Format) -> bytes:
    """Return a trend in a format, with its notes where that can carry them."""
    match format_:
        case Format.JSON:
            rows = [dict(zip(COLUMNS, row, strict=True)) for row in _rows(trend)]
            return dumped({"view": str(trend.view), "notes": list(_notes(trend)), "rows": rows})
        case Format.TEXT:
            return _text(trend)
        case _:
            return render_list(_listing(trend), format_)


def _listing(trend: Trend) -> Listing:
    seen = sheet_of_trend(trend)
    return Listing(
        name=trend.question.id,
        title=seen.title,
        columns=COLUMNS,
        texts=_TEXTS,
        rows=tuple(_rows(trend)),
        digits=_DIGITS,
        notes=_notes(trend),
        seen=seen,
        pictured=seen,
    )


def _notes(trend: Trend) -> tuple[str, ...]:
    return (*mark_notes(trend), *sentences_of(trend.notes))


def _rows(trend: Trend) -> Iterator[Values]:
    for row in trend.rows:
        for group, course in zip(trend.groups, row.courses, strict=True):
            for wave, point in zip(trend.waves, course, strict=True):
                names = (trend.question.id, row.code, row.label, group.label)
                yield (*names, wave.code, wave.label, *_numbers(point))


def _numbers(point: Point) -> Values:
    cell, lifts = point.cell, (point.previous, point.first)
    why_not = [point.gone, *(one.why_not for one in lifts if one is not None)]
    shown = (cell.percent, cell.low, cell.high, cell.mean, cell.sd)
    return (
        *(cell.n, cell.weighted_n, cell.base, cell.weighted_base, cell.effective_base),
        *((None,) * len(shown) if point.gone else shown),
        *(number for lift in lifts for number in _lift(lift)),
        *(cell.flag, next(filter(None, why_not), "")),
    )


def _lift(lift: Lift | None) -> Values:
    if lift is None:
        return (None,) * len(_LIFT)
    return (lift.points, lift.low, lift.high, lift.relative, lift.p, lift.p_adjusted)


def sheet_of_trend(trend: Trend) -> Sheet:
    """Return a trend as it is seen: in each role a column a wave, and the lift of the last."""
    heads = [Head("", is_text=True)]
    for at, group in enumerate(trend.groups):
        heads += [Head(wave.label, variable=group.label, accent=at - 1) for wave in trend.waves]
        heads.append(Head("Lift", variable=group.label))
        interval = f"{trend.view.level:g} %"
        heads.append(Head(interval, variable=group.label, is_interval=True))
    lines = [_seen(trend, row) for row in trend.rows]
    for at, base in enumerate(trend.groups[0].bases):
        entries = [Entry(base.label)]
        for group in trend.groups:
            texts, flags = base_texts(group.bases[at]), group.flags
            entries += [Entry(f"{text}{flag}") for text, flag in zip(texts, flags, strict=True)]
            entries += [Entry(), Entry()]
        lines.append(Line(tuple(entries), is_base=True, is_quiet=True))
    title, subtitle = trend.question.label, f"{trend.question.id} over {trend.axis.label}"
    notes = ("Lift: the last wave minus the one before.", *_notes(trend))
    return Sheet(trend.question.id, title, subtitle, tuple(heads), tuple(lines), notes)


def _seen(trend: Trend, row: TrendRow) -> Line:
    entries = [Entry(row.label)]
    for course in row.courses:
        entries += [Entry(value_text(trend, point), point.value) for point in course]
        lift = course[-1].previous
        text = lift_text(trend, lift)
        holds = lift is not None and lift.direction(trend.view.level) != 0
        entries.append(Entry(text, lift.points if lift else None, strong=holds))
        ends = (lift.low, lift.high) if lift else (None, None)
        entries.append(Entry(interval_text(ends), ends=ends))
    return Line(tuple(entries), is_quiet=row.status is not Status.ANSWER)


def _text(trend: Trend) -> bytes:
    """Return the trend as the screen shows it; roles and waves that do not fit follow below."""
    lines = io.StringIO()
    lines.write(f"{trend.question.label} [{trend.question.kind}], by {trend.axis.label}\n\n")
    group, until = 0, 0
    while group < len(trend.groups):
        layout = lay_out(trend, _WIDTH, group, until)
        for line in header_lines(trend, layout, -1):
            lines.write(line.plain.rstrip() + "\n")
        for row in trend.rows:
            lines.write(row_line(trend, row, layout).plain.rstrip() + "\n")
        lines.write("\n")
        if layout.waves[-1] < len(trend.waves) - 1:
            until = min(layout.waves[-1] + len(layout.waves), len(trend.waves) - 1)
        else:
            group, until = layout.groups[-1] + 1, 0
    for note in _notes(trend):
        lines.writelines(f"{line}\n" for line in textwrap.wrap(note, _WIDTH))
    return lines.getvalue().encode()
