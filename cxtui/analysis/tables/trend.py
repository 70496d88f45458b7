"""Trend: the rows of a question over the waves, one course a role, with the lifts of each wave."""

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
    """One wave: a category of the wave variable."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """A role, or the Total: its bases and their flags, one a wave."""

    label: str
    bases: tuple[BaseLine, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One row of one role in one wave; `gone` is the reason for no value, empty if it has one.

    `previous` is its lift from the previous wave, `first` from the first; the first wave has none,
    the second only `previous`, since both are the same.
    """

    cell: Cell
    gone: str = ""
    previous: Lift | None = None
    first: Lift | None = None

    @property
    def value(self) -> float | None:
        """The percentage or mean, `None` if there is none."""
        if self.gone:
            return None
        return self.cell.mean if self.cell.percent is None else self.cell.percent

    @property
    def lifts(self) -> tuple[Lift, ...]:
        """The lifts, that from the previous wave first."""
        return tuple(one for one in (self.previous, self.first) if one is not None)


@dataclass(frozen=True, slots=True)
class TrendRow:
    """A category, a net, an item or the mean, with one course (a point a wave) a role.

    A row `in_points` is a difference of two shares.
    """

    code: str
    label: str
    status: Status
    courses: tuple[tuple[Point, ...], ...]
    in_points: bool = False


@dataclass(frozen=True, eq=False)
class Trend:
    """A question over the waves; `groups` are the Total and the roles, in the order of `courses`.

    `sort` is the requested order of the rows; that of `view` is the order of the table behind it.
    Two trends are never equal, so that results for a trend are cached by identity.
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
