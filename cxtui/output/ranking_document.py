"""A ranking as a Document: a row a question, or a row an answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from cxtui.analysis.ranking.ranked_lines import Answer, Line, Ranking, Verdict
from cxtui.messages import tr
from cxtui.output.document import Document, Section, Values
from cxtui.output.drawing import ranking_lines
from cxtui.output.drawing.number_text import short_p, signed
from cxtui.output.grid import Columns, Entry, Grid, Head, dot_of, interval_entry
from cxtui.output.grid import Line as GridLine
from cxtui.output.writers.registry import Content

ANSWERS = (
    *("question", "row_code", "row", "column_a", "column_b", "percent_a", "percent_b"),
    *("gap", "low", "high", "p", "p_adjusted", "base_a", "base_b", "flag"),
    *("unit", "mean_a", "mean_b", "comparison", "holds", "p_within", "effect"),
    *("low_picked", "high_picked", "p_question", "p_question_adjusted"),
    *("moved", "moved_net", "verdict"),
)
"""The columns of a ranking with a row an answer, in their order; other programs rely on them."""

QUESTIONS = (
    *("question", "label", "kind", "comparison", "column_a", "column_b", "base_a", "base_b"),
    *("effective_base_a", "effective_base_b", "moved", "moved_net", "v", "test", "statistic"),
    *("df", "df2", "p_distribution", "p_mean", "p", "p_adjusted", "verdict", "rows_marked"),
    *("row_code", "row", "gap", "low", "high", "lines", "hold", "why_not"),
)
"""The columns of a ranking with a row a question."""

_FURTHER = ("se", "se_linearized", "guarded", "t", "df", "p_fisher", "p_used")
"""What JSON has of an answer beside its columns."""

_TEXTS = frozenset({
    *("question", "row_code", "row", "column_a", "column_b", "flag", "unit", "comparison"),
    *("holds", "verdict", "label", "kind", "test", "rows_marked", "why_not"),
})  # fmt: skip
_WHOLE = ("base_a", "base_b", "lines", "hold")
_P = ("p", "p_adjusted", "p_within", "p_question", "p_question_adjusted", "p_distribution")
_DIGITS = {**dict.fromkeys(_WHOLE, 0), **dict.fromkeys((*_P, "p_mean"), 4)}
_OF_ANSWERS = Columns(ANSWERS, texts=_TEXTS & set(ANSWERS), digits=_DIGITS)
_OF_QUESTIONS = Columns(QUESTIONS, texts=_TEXTS & set(QUESTIONS), digits=_DIGITS)
_PICTURED = 40
"""The largest number of lines in a picture."""


def document_of_ranking(ranking: Ranking, notes: tuple[str, ...], *, replay: str = "") -> Document:
    """Return a ranking as a document; `replay` is the command that prints it again."""
    title = ranking_lines.title_of(ranking)

    def made(unfolded: bool) -> Document:
        columns, rows = (_OF_ANSWERS, _answer_rows) if unfolded else (_OF_QUESTIONS, _question_rows)
        section = Section(
            id="gaps",
            title=title,
            name="gaps",
            notes=notes,
            replay=replay,
            rows=partial(rows, ranking),
            grid=partial(_grid, ranking, notes, unfolded=unfolded),
            picture=partial(_grid, ranking, notes, unfolded=unfolded, most=_PICTURED),
            text=partial(ranking_lines.text_of_ranking, ranking, unfolded=unfolded),
            record=partial(_record, ranking, notes),
        )
        return Document(title, Content.RANKING, columns, (section,))

    return Document(
        title,
        Content.RANKING,
        _OF_QUESTIONS,
        made(unfolded=False).sections,
        answers=made(unfolded=True),
    )


def _record(ranking: Ranking, notes: tuple[str, ...]) -> dict[str, Any]:
    """Return what `i` shows of all questions and answers."""
    return {
        "view": str(ranking.view),
        "state": ranking.state,
        "notes": list(notes),
        "lines": ranking.tested,
        "hold": ranking.held,
        "level": ranking.level,
        "margin": ranking.options.margin,
        "questions": [
            {
                **dict(zip(QUESTIONS, _question_row(ranking, line), strict=True)),
                "rows": [_answer_record(line, one) for one in line.answers],
            }
            for line in ranking.lines
        ],
    }


def _answer_record(line: Line, answer: Answer) -> dict[str, Any]:
    further = {name: getattr(answer, name) for name in _FURTHER}
    row = dict(zip(ANSWERS, _answer_row(line, answer), strict=True))
    return {**row, "holds": answer.is_marked, **further, "why_not": answer.why_not}


def _answer_rows(ranking: Ranking) -> Iterator[Values]:
    for line in ranking.lines:
        for answer in line.answers:
            yield _answer_row(line, answer)


def _answer_row(line: Line, answer: Answer) -> Values:
    """Return the columns of an answer; a mean has no percentages."""
    comparison, none = line.comparison, (None, None)
    values = answer.a, answer.b
    percent, mean = (none, values) if answer.is_mean else (values, none)
    return (
        *(line.question.id, answer.code, answer.label, comparison.a, comparison.b, *percent),
        *(answer.gap, answer.low, answer.high, answer.p, answer.p_adjusted),
        *(line.a.n, line.b.n, answer.flag, "mean" if answer.is_mean else "points", *mean),
        *(comparison.group, "true" if answer.is_marked else "false"),
        *(answer.p_within, answer.effect, answer.low_picked, answer.high_picked),
        *(line.p, line.p_adjusted, line.moved, line.moved_net, line.verdict.value),
    )


def _question_rows(ranking: Ranking) -> Iterator[Values]:
    for line in ranking.lines:
        yield _question_row(ranking, line)


def _question_row(ranking: Ranking, line: Line) -> Values:
    comparison, answer = line.comparison, line.clearest
    clearest: Values = ("", "", None, None, None)
    if answer is not None:
        clearest = (answer.code, answer.label, answer.gap, answer.low, answer.high)
    marked = ";".join(one.code for one in line.marked)
    return (
        *(line.question.id, line.question.label, line.question.kind.value, comparison.group),
        *(comparison.a, comparison.b, line.a.n, line.b.n, line.a.effective, line.b.effective),
        *(line.moved, line.moved_net, line.v, line.test, line.statistic, line.df, line.df2),
        *(line.p_distribution, line.p_mean, line.p, line.p_adjusted, line.verdict.value, marked),
        *(*clearest, ranking.tested, ranking.held, line.why_not),
    )


def _grid(
    ranking: Ranking, notes: tuple[str, ...], *, unfolded: bool, most: int | None = None
) -> Grid:
    """Return a ranking as it is seen, with its picture; at most the first `most` lines."""
    lines = _grid_lines(ranking, unfolded=unfolded)
    shown = list(lines if most is None else lines[:most])
    if len(shown) < len(lines):
        notes = (*notes, tr("The first {} of {} are shown.", len(shown), len(lines)))
    places = {one.in_banner for one in ranking.comparisons}
    first, second = next(iter(places)) if len(places) == 1 else (-1, -1)
    a, b = ranking_lines.sides_of(ranking)
    heads = (
        Head(tr("Question"), is_text=True),
        Head(tr("the clearest answer"), is_text=True),
        Head(a, accent=first),
        Head(b, accent=second),
        Head("", is_picture=True),
        Head(tr("Gap"), is_marked=True),
        Head(tr("{:g}%", ranking.level), is_interval=True),
        Head(tr("moved")),
        Head("p"),
    )
    return Grid(heads, tuple(shown), notes, ranking.state)


def _grid_lines(ranking: Ranking, *, unfolded: bool) -> list[GridLine]:
    found: list[GridLine] = []
    reach = ranking_lines.reach_of(ranking.lines)
    for head, lines in ranking_lines.sections_of(ranking):
        found.append(GridLine((Entry(head, strong=True), *(Entry() for _ in range(8)))))
        for line in lines:
            label = f"{ranking_lines.group_text(line)}{line.question.label}"
            answers = line.in_order
            shown = answers if unfolded and line.holds else answers[:1]
            for place, answer in enumerate(shown):
                first = Entry() if place else Entry(label)
                found.append(_grid_line(line, first, answer, reach, is_first=not place))
            if not shown:
                found.append(GridLine((Entry(label), *(Entry() for _ in range(8))), is_quiet=True))
    return found


def _grid_line(
    line: Line, first: Entry, answer: Answer, reach: float, *, is_first: bool
) -> GridLine:
    """Return an answer as a line; the question's own numbers stand beside its first answer."""
    digits, unit = ranking_lines.digits_of(answer), answer.margin
    ends = (answer.gap, answer.low, answer.high)
    dot = None
    if unit and line.verdict is not Verdict.NOT_TESTED:
        in_margins = [None if one is None else one / unit for one in ends]
        dot = dot_of(in_margins[0], in_margins[1], in_margins[2], reach)
    own = (Entry(), Entry(short_p(answer.p_within), answer.p_within))
    if is_first:
        own = (
            Entry("" if line.moved is None else f"{line.moved:.0f}", line.moved),
            Entry(short_p(line.p_adjusted), line.p_adjusted),
        )
    entries = (
        first,
        Entry(answer.label),
        Entry(ranking_lines.value_text(answer, answer.a), answer.a),
        Entry(ranking_lines.value_text(answer, answer.b), answer.b),
        Entry(dot=dot),
        Entry(
            signed(answer.gap, digits),
            answer.gap,
            flag=ranking_lines.mark_text(answer),
            strong=answer.is_marked,
        ),
        interval_entry(answer.low, answer.high, digits),
        *own,
    )
    return GridLine(entries, is_quiet=not line.holds, begins=is_first)
