"""The text of a cell, a gap and a base, and the scales of the bars and gaps of a table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from cxtui.analysis.query.banner import split_letters
from cxtui.analysis.query.cube import Status
from cxtui.analysis.stats.significance import HIGHER, LOWER
from cxtui.analysis.tables.notes import FEW_CASES_MARK
from cxtui.analysis.tables.table import (
    FEW_CASES,
    BaseKind,
    BaseLine,
    Cell,
    Pair,
    Table,
    TableRow,
)
from cxtui.analysis.view.view import Measure, View
from cxtui.output.drawing.number_text import EMPTY, HIDDEN, rounded, signed, size_text

_LARGE = 100
"""A weighted base of this size or more is shown without decimals."""

ELSEWHERE = "›"
"""Behind the letters of columns that are out of sight."""

NO_DIFFERENCE = "│"
"""The middle of an axis where no interval crosses it."""

_EIGHTHS = " ▏▎▍▌▋▊▉"
_IN_WHOLE_POINTS = 10
"""An axis that reaches so far has whole numbers at its ends."""
_DIGITS = {Measure.MEAN: 2, Measure.INDEX: 0}


def has_several_banners(table: Table) -> bool:
    """Whether there are several banner variables side by side; letters restart with each."""
    return (
        not table.across
        and len({column.banner for column in table.columns if column.banner >= 0}) > 1
    )


def names_of(table: Table) -> list[str]:
    """Return the label of each column, after its variable where there are several banners."""
    several = has_several_banners(table)
    return [
        f"{f'{one.variable}: ' if several and one.variable else ''}{one.label}"
        for one in table.columns
    ]


def titles_of(table: Table) -> list[str]:
    """Return the name of each column with its letter."""
    pairs = zip(names_of(table), table.columns, strict=True)
    return [f"{name} {one.letter}".strip() for name, one in pairs]


def digits_of(table: Table) -> int:
    """Return how many decimals the cells of a table show."""
    return _digits_in(table.measure, table.view)


def _digits_in(measure: Measure, view: View) -> int:
    if measure is Measure.COUNT:
        return 1 if view.weight else 0
    return _DIGITS.get(measure, 1)


def value_text(table: Table, row: TableRow, cell: Cell) -> str:
    """Return the number in a cell; a dash where the base is empty, a dot where it is hidden."""
    if cell.hidden and table.value(cell) is None:
        return HIDDEN
    if cell.base is not None and cell.base <= 0:
        return EMPTY
    if cell.is_base and cell.base is not None:
        return size_text(cell.base)
    if row.in_points:
        return signed(cell.mean)
    if cell.mean is not None:
        return rounded(cell.mean, _DIGITS[Measure.MEAN])
    return rounded(table.value(cell), digits_of(table))


def lines_below(table: Table) -> tuple[BaseLine, ...]:
    """Return the lines of a table that stand under or over its answers, not those of an item."""
    return table.lines if table.across else (*table.lines, *table.bases)


def further_texts(table: Table, cell: Cell) -> list[str]:
    """Return the numbers below the first one in a cell, none where it has no number."""
    return [
        rounded(number, _digits_in(measure, table.view))
        for measure, number in zip(table.further, cell.further, strict=False)
    ]


def lines_of_row(table: Table, row: TableRow) -> int:
    """Return how many lines the numbers of a row take."""
    return 1 + (len(table.further) if any(cell.further for cell in row.cells) else 0)


def marks_text(cell: Cell) -> str:
    """Return the letters of a cell, and the mark of few cases."""
    return cell.letters + few_cases_text(cell)


def marks_in_sight(table: Table, cell: Cell, place: int, shown: Sequence[int]) -> str:
    """Return the marks of the cell in a column, with › behind letters of columns not `shown`."""
    banner = table.columns[place].banner
    in_sight = {table.columns[one].letter for one in shown if table.columns[one].banner == banner}
    letters = split_letters(cell.letters)
    hidden = [one for one in letters if one not in in_sight]
    if not hidden:
        return marks_text(cell)
    seen = "".join(one for one in letters if one in in_sight)
    return f"{seen}{''.join(hidden)}{ELSEWHERE}{few_cases_text(cell)}"


def is_higher(cell: Cell) -> bool:
    """Whether a cell is significantly higher than what it is tested against."""
    return cell.letters not in {"", LOWER}


def few_cases_text(cell: Cell) -> str:
    """Return the mark of few cases for a cell that expects few, else nothing."""
    return FEW_CASES_MARK if cell.flag == FEW_CASES else ""


def marked_gap(table: Table, row: TableRow) -> str:
    """Return the gap of a row and a sign: the way it goes if significant, else few cases."""
    if not row.pairs:
        return ""
    pair, text = row.pairs[0], gap_text(table, row)
    if table.is_significant(pair):
        return text + (HIGHER if (pair.gap or 0.0) > 0 else LOWER)
    return f"{text} "


def gap_text(table: Table, row: TableRow) -> str:
    """Return the gap of a row: points, or the unit of the mean."""
    return signed(row.pairs[0].gap, gap_digits(table, row)) if row.pairs else ""


def gap_digits(table: Table, row: TableRow) -> int:
    """Return how many decimals the gap of a row shows."""
    is_mean = row.status is Status.SCORE or table.measure is Measure.MEAN
    return _DIGITS[Measure.MEAN] if is_mean and not row.in_points else 1


def base_texts(base: BaseLine) -> list[str]:
    """Return the base of each column, a range where the items of a grid differ.

    A hidden one is a dot.
    """
    largest = max((value for value in base.highest if value is not None), default=0.0)
    digits = base.digits
    if digits is None:
        digits = 0 if base.kind is BaseKind.BASE or largest >= _LARGE else 1
    ends = (
        (rounded(low, digits), rounded(high, digits))
        for low, high in zip(base.lowest, base.highest, strict=True)
    )
    texts = [low if low == high else f"{low}{EMPTY}{high}" for low, high in ends]
    return [HIDDEN if why else text for text, why in zip_longest(texts, base.hidden)]


def flags_beside(base: BaseLine, flags: Sequence[str]) -> list[str]:
    """Return the flag of each column beside its base, none beside a hidden one."""
    return ["" if why else flag for flag, why in zip_longest(flags, base.hidden)]


def is_barred(table: Table, row: TableRow) -> bool:
    """Whether a row has bars; a score among shares has none."""
    return table.measure is Measure.MEAN or row.status is not Status.SCORE


def largest_bar(table: Table) -> float:
    """Return the value that the longest bar of a table shows."""
    values = [
        table.value(cell) or 0.0
        for row in table.rows
        if is_barred(table, row)
        for cell in row.cells[1 if len(table.columns) > 1 else 0 :]
        if not _is_other_mean(table, cell)
    ]
    return max(values, default=0.0)


def _is_other_mean(table: Table, cell: Cell) -> bool:
    return cell.mean is not None and table.across is not None


def share_of(table: Table, cell: Cell, largest: float) -> float:
    """Return the length of a cell's bar (0–1) where the longest bar is of the value `largest`."""
    if _is_other_mean(table, cell):
        return 0.0
    return max(table.value(cell) or 0.0, 0.0) / largest if largest > 0 else 0.0


def pictured_pair(table: Table, row: TableRow) -> Pair | None:
    """Return the pair of the gap if it is on the axis; a mean among shares is not."""
    is_on_axis = row.in_points or is_barred(table, row)
    return next((pair for pair in row.pairs[:1] if is_on_axis and pair.gap is not None), None)


def reach_of(table: Table) -> float | None:
    """Return the greatest distance from 0 of the gaps on the axis, `None` without any."""
    pairs = (pictured_pair(table, row) for row in table.rows)
    ends = (end for one in pairs if one for end in (one.gap, one.low, one.high) if end is not None)
    return max(map(abs, ends), default=None)


def bar_text(share: float, width: int) -> str:
    """Return a bar of a share of `width` cells, to an eighth of a cell; never none above 0."""
    eighths = round(8 * width * share) or int(share > 0)
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + _EIGHTHS[rest]).rstrip()


def dot_text(value: float, low: float | None, high: float | None, width: int, reach: float) -> str:
    """Return a gap as a dot on its interval, with a bar at no difference.

    The axis is as wide as `width`, an odd number of cells, and ends at `reach` on either side.
    """
    half = width // 2

    def place(points: float) -> int:
        return max(0, min(half + round(points / reach * half), width - 1))

    cells = [" "] * width
    if low is not None and high is not None:
        for cell in range(place(low), place(high) + 1):
            cells[cell] = "─"
    cells[half] = "┼" if cells[half] == "─" else NO_DIFFERENCE
    cells[place(value)] = "●"
    return "".join(cells)


def axis_text(width: int, reach: float) -> str:
    """Return the numbers over the axis of `dot_text`: its ends, and 0 in its middle."""
    half, digits = width // 2, 0 if reach >= _IN_WHOLE_POINTS else 1
    return f"{signed(-reach, digits).ljust(half)}0{signed(reach, digits).rjust(half)}"
