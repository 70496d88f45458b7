"""A ranking of gaps as a document."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from cxtui.analysis.tables.notes import OVER, notes_on_sample
from cxtui.analysis.tables.ranking import POINTS_PER_SD, Gap
from cxtui.analysis.view.view import View
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
from cxtui.output.drawing.number_text import short_p, signed
from cxtui.output.drawing.ranking_lines import (
    mark_text,
    reach_of,
    text_of_ranking,
    value_of,
    value_text,
)
from cxtui.output.writers.registry import Content
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of

COLUMNS = (
    *("question", "row_code", "row", "column_a", "column_b", "percent_a", "percent_b"),
    *("gap", "low", "high", "p", "p_adjusted", "base_a", "base_b", "flag"),
)
"""The columns of the exported ranking, in their order; others rely on them."""

_LISTED = Columns(
    COLUMNS,
    texts=frozenset({*COLUMNS[:5], "flag"}),
    digits={"p": 4, "p_adjusted": 4, "base_a": 0, "base_b": 0},
)
_PICTURED = 40
"""The gaps that a picture has room for."""


def document_of_ranking(
    gaps: Sequence[Gap], notes: Sequence[str], level: float, *, replay: str = ""
) -> Document:
    """Return ranked gaps as a document; `replay` is the command that prints them again."""
    title, notes = _title_of(gaps), tuple(notes)
    section = Section(
        id="gaps",
        name="gaps",
        title=title,
        notes=notes,
        replay=replay,
        rows=partial(map, _values, gaps),
        grid=partial(_grid, gaps, notes, level),
        picture=partial(_grid, gaps, notes, level, most=_PICTURED),
        text=partial(text_of_ranking, gaps, level),
        record=partial(_record, gaps, notes),
    )
    return Document(title, Content.LIST, _LISTED, (section,))


def _record(gaps: Sequence[Gap], notes: Sequence[str]) -> dict[str, Any]:
    return {"notes": list(notes), "gaps": _LISTED.records(map(_values, gaps))}


def _values(gap: Gap) -> Values:
    return (
        *(gap.question.id, gap.code, gap.label, gap.column_a, gap.column_b),
        *(gap.a.percent, gap.b.percent, gap.gap, gap.low, gap.high),
        *(gap.p, gap.p_adjusted, gap.a.base, gap.b.base, gap.flag),
    )


def _title_of(gaps: Sequence[Gap]) -> str:
    if not gaps:
        return "Where they differ"
    return f"Where {gaps[0].column_a} and {gaps[0].column_b} differ"


def _grid(
    gaps: Sequence[Gap], notes: tuple[str, ...], level: float, *, most: int | None = None
) -> Grid:
    """Return a ranking as it is seen, with its picture; of a long one no more than `most`."""
    reach = reach_of(gaps)
    shown = gaps[:most]
    if len(shown) < len(gaps):
        notes = (*notes, f"The first {len(shown)} of {len(gaps)} are shown.")
    columns = (gaps[0].column_a, gaps[0].column_b) if gaps else ("", "")
    heads = (
        Head("Question", is_text=True),
        Head("Answer", is_text=True),
        *(Head(name, accent=position) for position, name in enumerate(columns)),
        Head("", is_picture=True),
        Head("Gap", is_marked=True),
        Head(f"{level:g} %", is_interval=True),
        Head("p corrected"),
    )
    return Grid(heads, tuple(_line(gap, reach, level) for gap in shown), notes)


def _line(gap: Gap, reach: float, level: float) -> Line:
    dot, p = None, gap.p_adjusted
    if gap.low is not None and gap.high is not None:
        dot = (gap.low / reach, gap.gap / reach, gap.high / reach)
    held = gap.holds(level)
    entries = (
        Entry(gap.question.label),
        Entry(gap.label),
        *(Entry(value_text(cell), value_of(cell)) for cell in (gap.a, gap.b)),
        Entry(dot=dot),
        Entry(signed(gap.gap), gap.gap, flag=mark_text(gap), strong=held),
        interval_entry((gap.low, gap.high)),
        Entry(short_p(p), p),
    )
    return Line(entries, is_quiet=not held)


def notes_on(gaps: Sequence[Gap], survey: Survey, view: View) -> list[str]:
    """Return what a ranking is and is not: its family, its correction, its units, its sample."""
    left_out = gaps[0].left_out if gaps else 0
    sample = " ".join(sentences_of(notes_on_sample(survey, view, left_out)))
    if not gaps:
        return ["No question has answers in both columns.", sample]
    test = "pooled t-test (means: by linearisation)"
    if survey.codebook.has_design:
        test = "t-test by linearisation"
    questions = len({gap.question.id for gap in gaps})
    tested = sum(gap.p is not None for gap in gaps)
    held = sum(gap.holds(view.level) for gap in gaps)
    lines = [
        f"{gaps[0].column_a} minus {gaps[0].column_b}, {len(gaps)} answers in {questions} "
        f"questions, in points of {OVER[view.base]}.",
        f"{held} {'holds' if held == 1 else 'hold'} up: {test}, {view.level:g} %, "
        f"Benjamini–Hochberg over the {tested} that were tested.",
    ]
    if any(gap.standardised for gap in gaps):
        lines.append(
            "A mean stands by its standardised difference: "
            f"{POINTS_PER_SD} points are one standard deviation."
        )
    return [*lines, sample]
