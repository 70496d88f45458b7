"""A trend as a Document: typed rows, a row a wave; and columns of waves for a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from itertools import chain
from typing import Any

from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.trend import Lift, Point, Trend, TrendRow
from cxtui.messages import tr
from cxtui.output.document import Document, Section, Values
from cxtui.output.drawing.cell_text import base_texts
from cxtui.output.drawing.trend_lines import lift_text, mark_notes, text_of_trend, value_text
from cxtui.output.grid import Columns, Entry, Grid, Head, Line, interval_entry
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


_NO_LIFT = Lift(0, 0)
"""The lift of the first wave: it has no numbers."""


def document_of_trend(trend: Trend, *, replay: str = "") -> Document:
    """Return a trend as a document; `replay` is the command that prints it again."""
    question, rows = trend.question, partial(_rows, trend)
    notes = (*mark_notes(trend), *sentences_of(trend.notes))
    section = Section(
        id=question.id,
        title=question.label,
        name=question.id,
        notes=notes,
        replay=replay,
        rows=rows,
        grid=partial(_grid, trend, notes),
        chart=lambda: trend,
        text=partial(text_of_trend, trend),
        record=lambda: {
            "view": str(trend.view),
            "state": trend.state,
            "notes": list(notes),
            "rows": _LISTED.records(rows()),
            "lifts": _lifts(trend),
        },
    )
    return Document(question.label, Content.TREND, _LISTED, (section,))


def _rows(trend: Trend) -> Iterator[Values]:
    for row in trend.rows:
        for group, course in zip(trend.groups, row.courses, strict=True):
            for wave, point in zip(trend.waves, course, strict=True):
                names = (trend.question.id, row.code, row.label, group.label)
                yield (*names, wave.code, wave.label, *_numbers(point))


def _lifts(trend: Trend) -> Iterator[dict[str, Any]]:
    """Yield all numbers behind each lift, against the wave before and against the first."""
    for row in trend.rows:
        for group, course in zip(trend.groups, row.courses, strict=True):
            for lift in (one for point in course for one in (point.previous, point.first) if one):
                waves = trend.waves[lift.earlier].code, trend.waves[lift.later].code
                yield {
                    **{"row_code": row.code, "row": row.label, "role": group.label},
                    **asdict(lift),
                    **{"earlier": waves[0], "later": waves[1]},
                }


def _numbers(point: Point) -> Values:
    cell, lifts = point.cell, [one or _NO_LIFT for one in (point.previous, point.first)]
    shown = (cell.percent, cell.low, cell.high, cell.mean, cell.sd)
    changes = (
        (one.points, one.low, one.high, one.relative, one.p, one.p_adjusted) for one in lifts
    )
    return (
        *(cell.n, cell.weighted_n, cell.base, cell.weighted_base, cell.effective_base),
        *((None,) * len(shown) if point.gone else shown),
        *chain.from_iterable(changes),
        *(cell.flag, point.gone or lifts[0].why_not or lifts[1].why_not),
    )


def _grid(trend: Trend, notes: tuple[str, ...]) -> Grid:
    """Return a trend as it is seen: for each group a column a wave, and the lift of the last."""
    heads, level = [Head("", is_text=True)], tr("{:g}%", trend.view.level)
    for at, group in enumerate(trend.groups):
        heads += [Head(wave.label, variable=group.label, accent=at - 1) for wave in trend.waves]
        heads.append(Head(tr("Change"), variable=group.label))
        heads.append(Head(level, variable=group.label, is_interval=True))
    lines = [_answer_line(trend, row) for row in trend.rows]
    lines += [_base_line(trend, at) for at in range(len(trend.groups[0].bases))]
    notes = (tr("Change: the last wave minus the one before."), *notes)
    over = tr("{} over {}", trend.question.id, trend.axis.label)
    subtitle = f"{over} · {trend.state}"
    return Grid(tuple(heads), tuple(lines), notes, subtitle)


def _answer_line(trend: Trend, row: TrendRow) -> Line:
    entries = [Entry(row.label)]
    for course in row.courses:
        entries += [Entry(value_text(trend, point), point.value) for point in course]
        lift = course[-1].previous or _NO_LIFT
        is_strong = lift.direction(trend.view.level) != 0
        text = lift_text(trend, course[-1].previous)
        entries.append(Entry(text, lift.points, strong=is_strong))
        entries.append(interval_entry(lift.low, lift.high))
    return Line(tuple(entries), is_quiet=row.status is not Status.ANSWER)


def _base_line(trend: Trend, at: int) -> Line:
    entries = [Entry(trend.groups[0].bases[at].label)]
    for group in trend.groups:
        texts = base_texts(group.bases[at])
        entries += [Entry(f"{text}{flag}") for text, flag in zip(texts, group.flags, strict=True)]
        entries += [Entry(), Entry()]
    return Line(tuple(entries), is_base=True, is_quiet=True)
