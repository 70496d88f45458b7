"""The ranking of gaps, drawn line by line: question, answer, both values, picture, gap and p."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from cxtui.analysis.tables.notes import FEW_CASES_MARK
from cxtui.analysis.tables.ranking import Gap
from cxtui.analysis.tables.table import FEW_CASES, Cell
from cxtui.output.drawing.bar_signs import NO_DIFFERENCE, dot_text
from cxtui.output.drawing.fit import TEXT_WIDTH, ellipsis, padded, shortened
from cxtui.output.drawing.number_text import rounded, short_p, signed
from cxtui.output.drawing.rich_table import accent

_GREY = Style(dim=True)
_NARROW, _GAP_AT_END = 56, 11
_NARROWEST_PICTURE, _WIDEST_PICTURE = 9, 31
_WORDY, _ID = 100, 14
"""Where a question is named by its id, so that its answer can be read, and how much of that."""


def text_of_ranking(gaps: Sequence[Gap], level: float) -> Iterator[str]:
    """Yield the lines of a text: the gaps that hold up, then what is said of the rest, and it."""
    held = [gap for gap in gaps if gap.holds(level)]
    rest = [gap for gap in gaps if not gap.holds(level)]
    reach = reach_of(gaps)
    for position, gap in enumerate((*held, *rest), 1):
        if rest and gap is rest[0]:
            yield rest_of(rest).capitalize()
        yield painted_line(position, gap, TEXT_WIDTH, reach).plain.rstrip()


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


def painted_line(position: int, gap: Gap, width: int, reach: float) -> Text:
    """Return one gap as a line: question, answer, both values, picture, gap and p.

    The values have the colours of their columns, and the picture that of the higher one.

    A question is named by its id where its label would take the room of the answer; in a narrow
    line there are only the answer and the gap.
    """
    if width < _NARROW:
        label = ellipsis(gap.label, width - _GAP_AT_END)
        label = padded(label, width - _GAP_AT_END)
        return Text(f"{position:>3} {label} {signed(gap.gap).rjust(6)}")
    is_wordy = width >= _WORDY
    figures = 6 if is_wordy else 5
    a, b = f"{value_text(gap.a).rjust(figures)} ", f"{value_text(gap.b).rjust(figures)} "
    tail = f" {signed(gap.gap).rjust(6)} p {short_p(gap.p_adjusted).ljust(5)} {mark_text(gap):2}"
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


def value_of(cell: Cell) -> float | None:
    """Return what is compared: the percentage, or the mean where there is none."""
    return cell.mean if cell.percent is None else cell.percent


def value_text(cell: Cell) -> str:
    """Return that value as a person reads it."""
    return rounded(value_of(cell), 2 if cell.percent is None else 1)


def mark_text(gap: Gap) -> str:
    """Return the flag of a gap as a mark."""
    return FEW_CASES_MARK if gap.flag == FEW_CASES else gap.flag
