"""The ranking of gaps as lines: question, answer, both values, picture, gap and p."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from cxtui.analysis.tables.notes import FEW_CASES_MARK
from cxtui.analysis.tables.ranking import Gap
from cxtui.analysis.tables.table import FEW_CASES, Cell
from cxtui.messages import tr
from cxtui.output.drawing.cell_text import NO_DIFFERENCE, dot_text
from cxtui.output.drawing.fit import TEXT_WIDTH, ellipsis, fitted, padded, shortened
from cxtui.output.drawing.number_text import rounded, short_p, signed
from cxtui.output.drawing.rich_table import accent

_GREY = Style(dim=True)
_NARROW, _GAP_AT_END = 56, 11
_NARROWEST_PICTURE, _WIDEST_PICTURE = 9, 31
_WORDY, _ID = 100, 14
"""In a narrower line a question is named by its id, of which so many cells are shown."""


def text_of_ranking(gaps: Sequence[Gap], level: float) -> Iterator[str]:
    """Yield the significant gaps, a sentence on the others, and these."""
    held = [gap for gap in gaps if gap.holds(level)]
    rest = [gap for gap in gaps if not gap.holds(level)]
    reach = reach_of(gaps)
    for position, gap in enumerate((*held, *rest), 1):
        if rest and gap is rest[0]:
            sentence = rest_of(rest)
            yield sentence[:1].upper() + sentence[1:]
        yield painted_line(position, gap, TEXT_WIDTH, reach).plain.rstrip()


def rest_of(gaps: Sequence[Gap]) -> str:
    """Return how many of the gaps are not significant, and how many were not tested."""
    tested = sum(gap.p is not None for gap in gaps)
    untested = len(gaps) - tested
    if not untested:
        said = "not distinguishable from no difference at this sample size: {} answers"
        return tr(said, tested)
    if not tested:
        return tr("not tested: {} answers", untested)
    said = "not distinguishable at this sample size: {} answers; not tested: {}"
    return tr(said, tested, untested)


def reach_of(gaps: Sequence[Gap]) -> float:
    """Return the end of the picture's axis on either side, in points."""
    ends = [abs(end) for gap in gaps for end in (gap.gap, gap.low, gap.high) if end is not None]
    return max(ends, default=0.0) or 1.0


def painted_line(position: int, gap: Gap, width: int, reach: float) -> Text:
    """Return one gap as a line: question, answer, both values, picture, gap and p.

    The values have the colours of their columns, and the picture that of the higher one. A question
    is named by its id where its label would take the room of the answer; a narrow line has only the
    answer and the gap.
    """
    if width < _NARROW:
        label = fitted(gap.label, width - _GAP_AT_END)
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
    head = f"{position:>3} {padded(asked, first)} {fitted(gap.label, texts - first)} "
    drawn = dot_text(gap.gap, gap.low, gap.high, picture, reach)
    first_colour, second_colour = accents_of(gap)
    higher = first_colour if gap.gap > 0 else second_colour
    middle = picture // 2
    zero = _GREY if drawn[middle] == NO_DIFFERENCE else higher  # no difference has no colour
    left, right = (drawn[:middle], higher), (drawn[middle + 1 :], higher)
    values = (a, first_colour), (b, second_colour)
    return Text.assemble(head, *values, left, (drawn[middle], zero), right, tail)


def accents_of(gap: Gap) -> tuple[Style, Style]:
    """Return the colours of the two columns, as in a table."""
    first, second = gap.places
    return accent(first), accent(second)


def value_of(cell: Cell) -> float | None:
    """Return the number compared: the percentage, or the mean where there is none."""
    return cell.mean if cell.percent is None else cell.percent


def value_text(cell: Cell) -> str:
    """Return the number compared as text."""
    return rounded(value_of(cell), 2 if cell.percent is None else 1)


def mark_text(gap: Gap) -> str:
    """Return the flag of a gap as a mark."""
    return FEW_CASES_MARK if gap.flag == FEW_CASES else gap.flag
