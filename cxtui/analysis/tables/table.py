"""Table: rows, cells and notes as shown and exported, with all numbers behind a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from cxtui.analysis.query.cube import Column, Status
from cxtui.analysis.query.sample import Rule
from cxtui.analysis.stats.overall_test import OverallTest
from cxtui.analysis.stats.significance import column_pairs
from cxtui.analysis.view.view import Against, Measure, View
from cxtui.messages import tr
from cxtui.survey.note import Note
from cxtui.survey.question import Question


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; a number is `None` if it does not exist.

    `percent`, `low` and `high` are on 0–100 (the interval of a mean in its own unit); `letters`
    are those of the columns this cell is significantly higher than; `min_p` is the smallest
    adjusted p among its pairs. `weighted_n_se` is the linearized standard error of `weighted_n`,
    in its unit, and `weighted_n_low` to `weighted_n_high` its interval: of a weighted share only.
    `gone` is the reason why a wave has no value, empty if it has one. `se`, in the unit of the
    value, `df` and the design effect `deff` are those of the value, `interval_base` the base of a
    share's interval, `kish_base` (Σw)²/Σw² of its base; `why_no_error` is the reason why there is
    no error. `replicates_left_out` are the replicate weights that nobody in the base has.
    `hidden` is the reason why a cell has no numbers, for the protection of respondents.
    `further` are the numbers of the further measures of its table, in their order. `is_base` says
    that it shows its base.
    """

    n: float | None
    weighted_n: float | None
    base: float | None
    weighted_base: float | None
    effective_base: float | None
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
    se: float | None = None
    df: float | None = None
    deff: float | None = None
    interval_base: float | None = None
    kish_base: float | None = None
    why_no_error: str = ""
    replicates_left_out: float | None = None
    hidden: str = ""
    further: tuple[float | None, ...] = ()
    is_base: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Comparison of two columns in one row; `gap` is the first minus the second.

    `se` is the error behind test and interval; a `guarded` one is larger than `se_linearized`,
    that of the design. `p_fisher`, of unweighted respondents, exists only if the test expects few
    cases; `p_used` is what was adjusted, the larger of `p` and `p_fisher`.
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
    p_used: float | None = None
    se_linearized: float | None = None
    guarded: bool = False


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
    """What a line under the rows contains."""

    BASE = "base"
    WEIGHTED = "weighted base"
    EFFECTIVE = "effective base"
    DEFF = "design effect"
    DEVIATION = "standard deviation"
    QUANTILE = "quantile"
    MISSING = "missing"
    NO_ANSWER = "no answer"


ColumnNumbers = tuple[float | None, ...]
"""A number a column, `None` where there is none."""


@dataclass(frozen=True, slots=True)
class BaseLine:
    """One number a column under the rows: a base, a count, or a quantile.

    A range if the items of a grid differ; `None` if a number does not exist. `digits` is `None` for
    bases, whose decimals depend on the weight. `low`, `high` and `se` are the interval and the
    error of a quantile, `df` their degrees of freedom. `hidden` has the reason why a column has no
    number, for the protection of respondents; it is empty where all have theirs.
    """

    kind: BaseKind
    label: str
    lowest: ColumnNumbers
    highest: ColumnNumbers
    digits: int | None = None
    low: ColumnNumbers = ()
    high: ColumnNumbers = ()
    se: ColumnNumbers = ()
    df: ColumnNumbers = ()
    hidden: tuple[str, ...] = ()

    def each(self, change: Callable[[ColumnNumbers], ColumnNumbers]) -> BaseLine:
        """Return the line with its numbers changed alike, each a number a column or none at all."""
        return replace(
            self,
            lowest=change(self.lowest),
            highest=change(self.highest),
            low=change(self.low),
            high=change(self.high),
            se=change(self.se),
            df=change(self.df),
        )


@dataclass(frozen=True, slots=True)
class Table:
    """A comparison table.

    `compared` are the columns of the gap, which is the first of each row's `pairs`; `None` without
    two columns to compare. `state` says in one line what the cells are, of whom, and at what level.
    `base_flags` mark small bases, one flag a column. `lines`, between rows and bases, are the
    deviation and quantiles of a number, and missing respondents by reason. `whole` are the overall
    tests, one a banner variable. `rule` is how variances were computed: of clusters, with a second
    stage within them, or of calibrated weights. `overlaps` are the pairs of columns, by position,
    that can share respondents. `unhidden` is the table with the rows and columns that the view
    hides, `None` if it hides none. `suppressed` is the number of respondents below which cells are
    hidden, 0 where none are.
    hides, `None` if it hides none. `further` are the measures of which each cell of an answer has
    a number below that of `measure`, which the tests and the gap are of. `across` is the banner
    column of which the items of a grid are shown by their answers, else `None`.
    """

    view: View
    question: Question
    measure: Measure
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    bases: tuple[BaseLine, ...]
    lines: tuple[BaseLine, ...]
    state: str
    notes: tuple[Note, ...]
    base_flags: tuple[str, ...]
    compared: tuple[Column, Column] | None
    whole: tuple[OverallTest, ...]
    respondents: float
    rule: Rule = Rule.TEXTBOOK
    is_clustered: bool = False
    has_second_stage: bool = False
    is_calibrated: bool = False
    overlaps: frozenset[tuple[int, int]] = frozenset()
    unhidden: Table | None = None
    suppressed: int = 0
    further: tuple[Measure, ...] = ()
    across: Column | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of each cell, from its first line to its last."""
        return (self.measure, *self.further)

    @property
    def base(self) -> BaseLine:
        """The unweighted number of respondents in the base of each column."""
        return next(one for one in self.bases if one.kind is BaseKind.BASE)

    def share_respondents(self, a: int, b: int) -> bool:
        """Return whether two compared columns, by position, can share respondents."""
        against = self.view.against
        return against is Against.TOTAL or (against is Against.COLUMNS and (a, b) in self.overlaps)

    @property
    def overlapping(self) -> bool:
        """Whether any two compared columns can share respondents."""
        pairs = column_pairs(self.columns, self.view.against)
        return any(map(self.share_respondents, map(int, pairs.a), map(int, pairs.b)))

    def value(self, cell: Cell) -> float | None:
        """Return the number of a cell in the measure of the table; a score has its mean."""
        if cell.is_base:
            return cell.base
        if cell.mean is not None:
            return cell.mean
        match self.measure:
            case Measure.MEAN:
                return None
            case Measure.COUNT:
                return cell.weighted_n if self.view.weight is not None else cell.n
            case Measure.INDEX:
                return cell.index
            case _:
                return cell.percent

    def is_significant(self, pair: Pair) -> bool:
        """Return whether the gap of a pair is significant at the level of the table."""
        return pair.p_adjusted is not None and pair.p_adjusted < 1 - self.view.level / 100

    @property
    def gap_title(self) -> str:
        """The title of the gap column: the compared letters, and the unit unless the cells'."""
        title = title_of_gap(self.compared or ())
        is_of_cells = self.measure in {Measure.COLUMN, Measure.MEAN}
        return title if is_of_cells or not title else tr("{}, col pts", title)


def title_of_gap(compared: Iterable[Column]) -> str:
    """Return the letters or labels of two compared columns, with a minus sign between them."""
    return "\u2212".join(column.letter or column.label for column in compared)


FEW_CASES = "few cases"
"""Flag of a tested cell with an expected count under five."""
