"""A ranking of gaps as a Document."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from cxtui.analysis.stats.cell_statistics import is_classical
from cxtui.analysis.tables.error_notes import about_design, test_name
from cxtui.analysis.tables.notes import OVER, notes_on_sample
from cxtui.analysis.tables.ranking import POINTS_PER_SD, Gap
from cxtui.analysis.tables.table import Cell
from cxtui.analysis.view.view import View
from cxtui.messages import tr, tr_count
from cxtui.output.document import Document, Section, Values
from cxtui.output.drawing import ranking_lines
from cxtui.output.drawing.number_text import short_p, signed
from cxtui.output.grid import Columns, Entry, Grid, Head, Line, dot_of, interval_entry
from cxtui.output.writers.registry import Content
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of

COLUMNS = (
    *("question", "row_code", "row", "column_a", "column_b", "percent_a", "percent_b"),
    *("gap", "low", "high", "p", "p_adjusted", "base_a", "base_b", "flag"),
)
"""The columns of the exported ranking, in their order; other programs rely on them."""

_LISTED = Columns(
    COLUMNS,
    texts=frozenset({*COLUMNS[:5], "flag"}),
    digits={"p": 4, "p_adjusted": 4, "base_a": 0, "base_b": 0},
)
_PICTURED = 40
"""The largest number of gaps in a picture."""


def document_of_ranking(
    gaps: Sequence[Gap], notes: Sequence[str], level: float, *, replay: str = ""
) -> Document:
    """Return ranked gaps as a document; `replay` is the command that prints them again."""
    title, notes = tr("Where they differ"), tuple(notes)
    if gaps:
        title = tr("Where {} and {} differ", gaps[0].column_a, gaps[0].column_b)
    section = Section(
        id="gaps",
        title=title,
        name="gaps",
        notes=notes,
        replay=replay,
        rows=partial(map, _values, gaps),
        grid=partial(_grid, gaps, notes, level),
        picture=partial(_grid, gaps, notes, level, most=_PICTURED),
        text=partial(ranking_lines.text_of_ranking, gaps, level),
        record=lambda: {"notes": list(notes), "gaps": _LISTED.records(map(_values, gaps))},
    )
    return Document(title, Content.LIST, _LISTED, (section,))


def _values(gap: Gap) -> Values:
    return (
        *(gap.question.id, gap.code, gap.label, gap.column_a, gap.column_b),
        *(gap.a.percent, gap.b.percent, gap.gap, gap.low, gap.high),
        *(gap.p, gap.p_adjusted, gap.a.base, gap.b.base, gap.flag),
    )


def _grid(
    gaps: Sequence[Gap], notes: tuple[str, ...], level: float, *, most: int | None = None
) -> Grid:
    """Return a ranking as it is seen, with its picture; at most the first `most` gaps."""
    reach = ranking_lines.reach_of(gaps)
    shown = gaps[:most]
    if len(shown) < len(gaps):
        notes = (*notes, tr("The first {} of {} are shown.", len(shown), len(gaps)))
    columns = (gaps[0].column_a, gaps[0].column_b) if gaps else ("", "")
    heads = (
        Head(tr("Question"), is_text=True),
        Head(tr("Answer"), is_text=True),
        *(Head(name, accent=position) for position, name in enumerate(columns)),
        Head("", is_picture=True),
        Head(tr("Gap"), is_marked=True),
        Head(tr("{:g} %", level), is_interval=True),
        Head(tr("p corrected")),
    )
    return Grid(heads, tuple(_line(gap, reach, level) for gap in shown), notes)


def _line(gap: Gap, reach: float, level: float) -> Line:
    held = gap.holds(level)
    entries = (
        Entry(gap.question.label),
        Entry(gap.label),
        _value(gap.a),
        _value(gap.b),
        Entry(dot=dot_of(gap.gap, gap.low, gap.high, reach)),
        Entry(signed(gap.gap), gap.gap, flag=ranking_lines.mark_text(gap), strong=held),
        interval_entry(gap.low, gap.high),
        Entry(short_p(gap.p_adjusted), gap.p_adjusted),
    )
    return Line(entries, is_quiet=not held)


def _value(cell: Cell) -> Entry:
    return Entry(ranking_lines.value_text(cell), ranking_lines.value_of(cell))


def notes_on(gaps: Sequence[Gap], survey: Survey, view: View) -> list[str]:
    """Return the notes of a ranking: its family, its correction, its units, its sample."""
    left_out = gaps[0].left_out if gaps else 0
    sample = " ".join(sentences_of(notes_on_sample(survey, view, left_out)))
    if not gaps:
        return [tr("No question has answers in both columns."), sample]
    compared = gaps[0].sample
    test = tr("pooled t-test (means: linearized)")
    if compared is not None and not is_classical(compared):
        test = test_name(compared.rule)
    questions = len({gap.question.id for gap in gaps})
    notes = [
        tr(
            "{} minus {}, {} answers in {} questions, in points of {}.",
            *(gaps[0].column_a, gaps[0].column_b, len(gaps), questions, tr(OVER[view.base])),
        ),
        tr_count(
            sum(gap.holds(view.level) for gap in gaps),
            "{} holds up: {}, {:g} %, Benjamini–Hochberg over the {} that were tested.",
            "{} hold up: {}, {:g} %, Benjamini–Hochberg over the {} that were tested.",
            *(test, view.level, sum(gap.p is not None for gap in gaps)),
        ),
    ]
    if any(gap.standardised for gap in gaps):
        notes.append(
            tr(
                "A mean stands by its standardised difference: "
                "{} points are one standard deviation.",
                POINTS_PER_SD,
            )
        )
    errors = about_design(survey.codebook, compared) if compared is not None else ()
    return [*notes, " ".join([sample, *errors])]
