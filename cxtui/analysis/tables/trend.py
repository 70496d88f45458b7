"""What a trend is: a question's rows over the waves, a course a role, and each wave's lifts."""

from __future__ import annotations

from dataclasses import dataclass

from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.table import BaseLine, Cell
from cxtui.analysis.tables.wave_change import Lift
from cxtui.analysis.view.view import Measure, Sort, View
from cxtui.survey.note import Note
from cxtui.survey.question import Question


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave: a category of the variable that tells the waves apart."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """A role, or everyone (`Total`): its bases and their flags, a value a wave."""

    label: str
    bases: tuple[BaseLine, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One row of one role in one wave; `gone` says why it has no value, empty where it has.

    `previous` is its lift against the wave before, `first` against the first; the first wave has
    none, the second only the former, since both are the same.
    """

    cell: Cell
    gone: str = ""
    previous: Lift | None = None
    first: Lift | None = None

    @property
    def value(self) -> float | None:
        """The percentage or mean that stands here."""
        if self.gone:
            return None
        return self.cell.mean if self.cell.percent is None else self.cell.percent

    @property
    def lifts(self) -> tuple[Lift, ...]:
        """Its lifts, against the wave before first."""
        return tuple(one for one in (self.previous, self.first) if one is not None)


@dataclass(frozen=True, slots=True)
class TrendRow:
    """A category, a net, an item or the mean: its courses, a tuple of points a role.

    A row `in_points` is a difference of two shares.
    """

    code: str
    label: str
    status: Status
    courses: tuple[tuple[Point, ...], ...]
    in_points: bool = False


@dataclass(frozen=True, eq=False)
class Trend:
    """A question over its waves; `groups` are the Total and the roles, in the order of a course.

    `sort` is the order of the rows that was asked for; that of `view` is how they were counted.
    Two trends are never equal, so that what is derived from one can be remembered cheaply.
    """

    view: View
    question: Question
    axis: Question
    measure: Measure
    waves: tuple[Wave, ...]
    groups: tuple[Group, ...]
    rows: tuple[TrendRow, ...]
    notes: tuple[Note, ...]
    sort: Sort = Sort.QUESTIONNAIRE
