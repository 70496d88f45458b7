"""A Table: what a person sees, every cell with all the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cxtui.analysis.query.cube import Column, Status
from cxtui.analysis.stats.overall_test import OverallTest
from cxtui.analysis.stats.significance import column_pairs
from cxtui.analysis.view.view import Against, Measure, View
from cxtui.survey.note import Note
from cxtui.survey.question import Question


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `None` where a number does not exist.

    `percent`, `low` and `high` are on 0–100 (the interval of a mean in its own unit); `letters`
    are those of the columns this cell is significantly higher than; `min_p` is the smallest
    corrected p among its pairs. `weighted_n_se` is the linearised standard error of `weighted_n`,
    in its unit, and `weighted_n_low` to `weighted_n_high` its interval: of a weighted share only.
    `gone` says why a wave has no value, empty where it has one.
    """

    n: float
    weighted_n: float
    base: float
    weighted_base: float
    effective_base: float
    percent: float | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    sd: float | None = None
    index: float | None = None
    letters: str = ""
    min_p: float | None = None
    flag: str = ""
    weighted_n_se: float | None = None
    weighted_n_low: float | None = None
    weighted_n_high: float | None = None
    gone: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns of one row compared; `gap` is the first minus the second.

    `p_fisher` is there where the test expects few cases; it is of respondents, unweighted.
    """

    column_a: str
    column_b: str
    gap: float | None
    se: float | None
    low: float | None
    high: float | None
    t: float | None
    df: float | None
    p: float | None
    p_adjusted: float | None
    tested: bool
    why_not: str
    p_fisher: float | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: a category, a net, an item of a grid, or a score.

    A row `in_points` is a difference of two shares: its means are percentage points.
    """

    code: str
    label: str
    status: Status
    cells: tuple[Cell, ...]
    pairs: Sequence[Pair] = ()
    in_points: bool = False


class BaseKind(StrEnum):
    """What a line under the rows counts or says."""

    BASE = "base"
    WEIGHTED = "weighted base"
    EFFECTIVE = "effective base"
    DEVIATION = "standard deviation"
    QUANTILE = "quantile"
    MISSING = "missing"
    NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class BaseLine:
    """One number a column under the rows: a base, a count, or a quantile.

    A range where the items of a grid differ; `None` where a number does not exist. `digits` are
    those that are shown of what is no count.
    """

    kind: BaseKind
    label: str
    lowest: tuple[float | None, ...]
    highest: tuple[float | None, ...]
    digits: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A comparison table, as it is painted and exported.

    `compared` are the columns of the gap, which is the first of each row's `pairs`; `None` where
    there are no two columns to compare. `base_flags` mark the small bases, a flag a column.
    `lines` stand between rows and bases: the quantiles of a number, and who is missing and why.
    `whole` are the tests of the whole table, one a banner variable. `designed` says that the
    codebook declares a sampling design. `overlaps` are pairs of columns, by position, that can
    have respondents in common.
    """

    view: View
    question: Question
    measure: Measure
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    bases: tuple[BaseLine, ...]
    lines: tuple[BaseLine, ...]
    notes: tuple[Note, ...]
    base_flags: tuple[str, ...]
    compared: tuple[Column, Column] | None
    whole: tuple[OverallTest, ...]
    respondents: float
    has_design: bool = False
    overlaps: frozenset[tuple[int, int]] = frozenset()

    def share_respondents(self, a: int, b: int) -> bool:
        """Whether two compared columns, by position, can have respondents in common."""
        against = self.view.against
        return against is Against.TOTAL or (against is Against.COLUMNS and (a, b) in self.overlaps)

    @property
    def overlapping(self) -> bool:
        """Whether any two compared columns can have respondents in common."""
        pairs = column_pairs(self.columns, self.view.against)
        return any(map(self.share_respondents, map(int, pairs.a), map(int, pairs.b)))

    def value(self, cell: Cell) -> float | None:
        """Return the number in a cell, in the measure of the table."""
        return value_of(cell, self.measure, weighted=self.view.weight is not None)

    def is_significant(self, pair: Pair) -> bool:
        """Whether the gap of a pair is larger than chance, at the level of the table."""
        return pair.p_adjusted is not None and pair.p_adjusted < 1 - self.view.level / 100

    @property
    def gap_title(self) -> str:
        """What stands over the gap column: the letters of the two columns compared."""
        return "\u2212".join(column.letter or column.label for column in self.compared or ())


FEW_CASES = "few cases"
"""The flag of a tested cell with an expected count under five."""


def value_of(cell: Cell, measure: Measure, *, weighted: bool) -> float | None:
    """Return the number that stands in a cell: a percentage, a count, a mean or an index.

    A score stands among shares by its mean.
    """
    if cell.mean is not None:
        return cell.mean
    match measure:
        case Measure.MEAN:
            return None
        case Measure.COUNT:
            return cell.weighted_n if weighted else cell.n
        case Measure.INDEX:
            return cell.index
        case _:
            return cell.percent
