"""The ranking of gaps in every format."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from cxtui.analysis.tables.notes import FEW_CASES_MARK, OVER, notes_on_sample
from cxtui.analysis.tables.ranking import POINTS_PER_SD, Gap
from cxtui.analysis.tables.table import FEW_CASES, Cell
from cxtui.analysis.view.view import View
from cxtui.output import Format
from cxtui.output.document import Entry, Head, Line, Sheet, interval_text
from cxtui.output.drawing.bar_signs import NO_DIFFERENCE, dot_text
from cxtui.output.drawing.fit import ellipsis, padded, shortened
from cxtui.output.drawing.number_text import EMPTY, rounded, signed
from cxtui.output.drawing.rich_table import accent
from cxtui.output.listing import Listing, render_list
from cxtui.output.writers.json_writer import dumped
from cxtui.output.writers.text_writer import again_in_text
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of

_GREY = Style(dim=True)

COLUMNS = (
    *("question", "row_code", "row", "column_a", "column_b", "percent_a", "percent_b"),
    *("gap", "low", "high", "p", "p_adjusted", "base_a", "base_b", "flag"),
)
"""The columns of the exported ranking, in their order; others rely on them."""

_TEXTS = 5
_NO_NUMBERS = frozenset({*COLUMNS[:_TEXTS], "flag"})
_PICTURED = 40
_WIDTH = 100
_NARROW, _GAP_AT_END = 56, 11
_NARROWEST_PICTURE, _WIDEST_PICTURE = 9, 31
_WORDY, _ID = 100, 14
"""Where a question stands by its id, so that its answer can be read, and how much of that."""


def list_gaps(
    gaps: Sequence[Gap], notes: Sequence[str], level: float, format_: Format, *, replay: str = ""
) -> bytes:
    """Return ranked gaps in a format; notes and replay line go with those that can carry them."""
    match format_:
        case Format.JSON:
            again = {"replay": replay} if replay else {}
            return dumped({"notes": list(notes), "gaps": [_entry(gap) for gap in gaps], **again})
        case Format.TEXT:
            return _text(gaps, notes, level) + again_in_text(replay)
        case _:
            return render_list(_listing(gaps, notes, level, replay), format_)


def _listing(gaps: Sequence[Gap], notes: Sequence[str], level: float, replay: str) -> Listing:
    return Listing(
        name="gaps",
        title=title_of(gaps),
        columns=COLUMNS,
        texts=_NO_NUMBERS,
        rows=tuple(map(_values, gaps)),
        digits={"p": 4, "p_adjusted": 4, "base_a": 0, "base_b": 0},
        notes=tuple(notes),
        replay=replay,
        seen=sheet_of(gaps, notes, level, replay),
        pictured=sheet_of(gaps, notes, level, replay, most=_PICTURED),
    )


def _numbers(gap: Gap) -> tuple[float | None, ...]:
    return (
        *(gap.a.percent, gap.b.percent, gap.gap, gap.low, gap.high),
        *(gap.p, gap.p_adjusted, gap.a.base, gap.b.base),
    )


def _values(gap: Gap) -> tuple[str | float | None, ...]:
    names = (gap.question.id, gap.code, gap.label, gap.column_a, gap.column_b)
    return (*names, *_numbers(gap), gap.flag)


def _entry(gap: Gap) -> dict[str, object]:
    return dict(zip(COLUMNS, _values(gap), strict=True))


def title_of(gaps: Sequence[Gap]) -> str:
    """Return what a ranking is called."""
    if not gaps:
        return "Where they differ"
    return f"Where {gaps[0].column_a} and {gaps[0].column_b} differ"


def sheet_of(
    gaps: Sequence[Gap],
    notes: Sequence[str],
    level: float,
    replay: str = "",
    *,
    most: int | None = None,
) -> Sheet:
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
    lines = tuple(_pictured(gap, reach, level) for gap in shown)
    return Sheet("gaps", title_of(gaps), "", heads, lines, tuple(notes), replay)


def _pictured(gap: Gap, reach: float, level: float) -> Line:
    dot = None
    if gap.low is not None and gap.high is not None:
        dot = (gap.low / reach, gap.gap / reach, gap.high / reach)
    held = gap.holds(level)
    entries = (
        Entry(gap.question.label),
        Entry(gap.label),
        *(Entry(_value(cell).strip(), _shown(cell)) for cell in (gap.a, gap.b)),
        Entry(dot=dot),
        Entry(signed(gap.gap), gap.gap, marks=_mark(gap), strong=held),
        Entry(interval_text((gap.low, gap.high)), ends=(gap.low, gap.high)),
        Entry(_probability(gap.p_adjusted), gap.p_adjusted),
    )
    return Line(entries, is_quiet=not held)


def _shown(cell: Cell) -> float | None:
    return cell.mean if cell.percent is None else cell.percent


def _mark(gap: Gap) -> str:
    return FEW_CASES_MARK if gap.flag == FEW_CASES else gap.flag


def notes_on(gaps: Sequence[Gap], survey: Survey, view: View) -> list[str]:
    """Return what a ranking is and is not: its family, its correction, its units, its sample."""
    left_out = gaps[0].left_out if gaps else 0
    sample = " ".join(sentences_of(notes_on_sample(survey, view, left_out)))
    if not gaps:
        return ["No question has answers in both columns.", sample]
    test = "pooled t-test (means: by linearisation)"
    if survey.codebook.designed:
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


def _text(gaps: Sequence[Gap], notes: Sequence[str], level: float) -> bytes:
    lines = io.StringIO()
    held = [gap for gap in gaps if gap.holds(level)]
    reach = reach_of(gaps)
    for position, gap in enumerate(held, 1):
        lines.write(line_of(position, gap, _WIDTH, reach).rstrip() + "\n")
    rest = [gap for gap in gaps if not gap.holds(level)]
    if rest:
        lines.write(f"{rest_of(rest).capitalize()}\n")
    for position, gap in enumerate(rest, len(held) + 1):
        lines.write(line_of(position, gap, _WIDTH, reach).rstrip() + "\n")
    lines.write("\n")
    for note in notes:
        lines.writelines(f"{line}\n" for line in textwrap.wrap(note, _WIDTH))
    return lines.getvalue().encode()


def rest_of(gaps: Sequence[Gap]) -> str:
    """Return what is said of the gaps that do not hold up, and of those not tested."""
    tested = sum(gap.p is not None for gap in gaps)
    untested = f"not tested: {len(gaps) - tested}"
    if tested == len(gaps):
        return f"not distinguishable from no difference at this sample size: {tested} answers"
    if not tested:
        return f"{untested} answers"
    return f"not distinguishable at this sample size: {tested} answers; {untested}"


def reach_of(gaps: Sequence[Gap]) -> float:
    """Return how far the picture's axis reaches to either side, in points."""
    ends = [abs(end) for gap in gaps for end in (gap.gap, gap.low, gap.high) if end is not None]
    return max(ends, default=0.0) or 1.0


def line_of(position: int, gap: Gap, width: int, reach: float) -> str:
    """Return one gap as a line without colours."""
    return painted_line(position, gap, width, reach).plain


def painted_line(position: int, gap: Gap, width: int, reach: float) -> Text:
    """Return one gap as a line: question, answer, both values, picture, gap and p.

    The values have the colours of their columns, and the picture that of the higher one.

    A question stands by its id where its wording would take the room of the answer; in a narrow
    line there are only the answer and the gap.
    """
    if width < _NARROW:
        label = ellipsis(gap.label, width - _GAP_AT_END)
        label = padded(label, width - _GAP_AT_END)
        return Text(f"{position:>3} {label} {signed(gap.gap).rjust(6)}")
    is_wordy = width >= _WORDY
    figures = 6 if is_wordy else 5
    a, b = f"{_value(gap.a, figures)} ", f"{_value(gap.b, figures)} "
    tail = f" {signed(gap.gap).rjust(6)} p {_probability(gap.p_adjusted).ljust(5)} {_mark(gap):2}"
    room = width - 5 - cell_len(a + b) - cell_len(tail)
    most = _WIDEST_PICTURE if is_wordy else _NARROWEST_PICTURE
    picture = max(_NARROWEST_PICTURE, min(most, room // 3)) // 2 * 2 + 1
    texts = max(room - picture - 1, 0)
    first = texts * 2 // 5 if is_wordy else min(texts // 2, _ID)
    asked = shortened(gap.question, first) if is_wordy else ellipsis(gap.question.id, first)
    question = padded(asked, first)
    answer = padded(ellipsis(gap.label, texts - first), texts - first)
    head = f"{position:>3} {question} {answer} "
    drawn = dot_text(gap.gap, gap.low, gap.high, picture, reach)
    first_colour, second_colour = accents_of(gap)
    higher = first_colour if gap.gap > 0 else second_colour
    middle = picture // 2
    zero = _GREY if drawn[middle] == NO_DIFFERENCE else higher  # no difference has no colour
    pictured = (
        (drawn[:middle], higher),
        (drawn[middle], zero),
        (drawn[middle + 1 :], higher),
    )
    return Text.assemble(head, (a, first_colour), (b, second_colour), *pictured, tail)


def accents_of(gap: Gap) -> tuple[Style, Style]:
    """Return the colours of the two columns: those that a table gives them."""
    first, second = gap.places
    return accent(first), accent(second)


def _value(cell: Cell, width: int = 6) -> str:
    return rounded(_shown(cell), 2 if cell.percent is None else 1).rjust(width)


def _probability(p: float | None) -> str:
    """Return p in at most five cells."""
    smallest = 0.001
    if p is None:
        return EMPTY
    return "<.001" if p < smallest else rounded(p, 3).removeprefix("0")
