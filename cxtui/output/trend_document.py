"""A trend as a document: a row a wave to calculate with, columns of waves for a report."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.trend import Point, Trend, TrendRow
from cxtui.analysis.tables.wave_change import Lift
from cxtui.output.document import (
    Columns,
    Document,
    Entry,
    Grid,
    Head,
    Line,
    Section,
    Values,
    interval_entry,
)
from cxtui.output.drawing.cell_text import base_texts
from cxtui.output.drawing.trend_lines import lift_text, mark_notes, text_of_trend, value_text
from cxtui.output.writers.registry import Content
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

_LISTED = Columns(
    COLUMNS,
    texts=frozenset({*COLUMNS[:6], "flag", "why_not"}),
    digits={
        **{"n": 0, "base": 0, "mean": 2, "sd": 2},
        **{f"{p}_on_{wave}": 4 for p in ("p", "p_adjusted") for wave in ("previous", "first")},
    },
)


def document_of_trend(trend: Trend, *, replay: str = "") -> Document:
    """Return a trend as a document; `replay` is the command that prints it again."""
    question, grid = trend.question, partial(_grid, trend)
    section = Section(
        id=question.id,
        name=question.id,
        title=question.label,
        notes=_notes(trend),
        replay=replay,
        rows=partial(_rows, trend),
        grid=grid,
        picture=grid,
        chart=partial(_itself, trend),
        text=partial(text_of_trend, trend),
        record=partial(_record, trend),
    )
    return Document(question.label, Content.TREND, _LISTED, (section,))


def _itself(trend: Trend) -> Trend:
    return trend


def _record(trend: Trend) -> dict[str, Any]:
    rows = _LISTED.records(_rows(trend))
    return {"view": str(trend.view), "notes": list(_notes(trend)), "rows": rows}


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


def _grid(trend: Trend) -> Grid:
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
    notes = ("Lift: the last wave minus the one before.", *_notes(trend))
    subtitle = f"{trend.question.id} over {trend.axis.label}"
    return Grid(tuple(heads), tuple(lines), notes, subtitle)


def _seen(trend: Trend, row: TrendRow) -> Line:
    entries = [Entry(row.label)]
    for course in row.courses:
        entries += [Entry(value_text(trend, point), point.value) for point in course]
        lift = course[-1].previous
        text = lift_text(trend, lift)
        holds = lift is not None and lift.direction(trend.view.level) != 0
        entries.append(Entry(text, lift.points if lift else None, strong=holds))
        entries.append(interval_entry((lift.low, lift.high) if lift else (None, None)))
    return Line(tuple(entries), is_quiet=row.status is not Status.ANSWER)
