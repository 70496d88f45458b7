"""Answers to a view: its table, and how many respondents each role has."""

from __future__ import annotations

import contextlib
import logging
import time
from dataclasses import dataclass

from cxtui.analysis.query.cache.memory_budget import MEMORY
from cxtui.analysis.query.cube import Cube, Status
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.stats.special_functions import are_loaded
from cxtui.analysis.tables.build_table import build_table
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import View
from cxtui.errors import Cancelled, CxtuiError
from cxtui.output.drawing.table_layout import Extent, extent_of
from cxtui.survey.model import Survey
from cxtui.survey.suppression import is_shown

_log = logging.getLogger("cxtui.view")


@dataclass(frozen=True, slots=True)
class Role:
    """A category of the role, how many respondents it has, and whether it is on.

    The number is `None` where small counts are hidden and that of a role is small.
    """

    code: str
    label: str
    n: int | None
    on: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """The table of `view`, or the problem why there is none; and the current role counts.

    `milliseconds` is what the counting took, 0 where it was cached; `extent` is the table's.
    """

    view: View
    table: Table | None
    problem: str
    roles: tuple[Role, ...]
    milliseconds: float
    extent: Extent | None = None
    is_cancelled: bool = False


class Answers:
    """Counts each view once and caches the latest cubes, within `memory` megabytes.

    One thread at a time asks for answers; another may foresee views meanwhile.
    """

    def __init__(self, survey: Survey, memory: int = MEMORY) -> None:
        self.survey = survey
        self.memory = memory
        self.cache = CubeCache(survey, memory)
        self._milliseconds = 0.0

    @property
    def tests_are_loaded(self) -> bool:
        """Whether the distributions, slow to load, are there already."""
        return are_loaded()

    def has_at_once(self, view: View) -> bool:
        """Whether a view can be answered without asking a server far away."""
        asked = (view, self._of_roles(view))
        return not self.survey.is_remote or all(
            one is None or self.cache.knows(one) for one in asked
        )

    def answer(self, view: View, *, tested: bool) -> Answer:
        """Return the table of `view`; with `tested` false, without intervals and marks."""
        self._milliseconds = 0.0
        table, extent, problem, is_cancelled = None, None, "", False
        roles: tuple[Role, ...] = ()
        try:
            roles = self._roles(view)
            cube = self._cube(view)
            table = build_table(self.survey, view, cube, tested=tested, offers=self.cache.offered)
            extent = extent_of(table)
        except CxtuiError as error:
            problem, is_cancelled = str(error), isinstance(error, Cancelled)
            _log.info("refused", exc_info=True)
        _log.info("view: %s: counted in %.1f ms", view.logged, self._milliseconds)
        return Answer(view, table, problem, roles, self._milliseconds, extent, is_cancelled)

    def foresee(self, view: View) -> None:
        """Count a view that may be asked for next; its errors are reported when it is."""
        with contextlib.suppress(CxtuiError):
            self.cache.cube(view)

    def _cube(self, view: View) -> Cube:
        if self.cache.knows(view):
            return self.cache.cube(view)
        begun = time.perf_counter()
        cube = self.cache.cube(view)
        self._milliseconds += 1000 * (time.perf_counter() - begun)
        return cube

    def _of_roles(self, view: View) -> View | None:
        """Return the view whose cube has the role counts, `None` where there is no role."""
        side = self.survey.codebook.default_banner
        return View(side, filters=view.without_filters_on(side).filters) if side else None

    def _roles(self, view: View) -> tuple[Role, ...]:
        """Count the roles among the respondents that the other filters keep."""
        others = self._of_roles(view)
        if others is None:
            return ()
        cube = self._cube(others)
        counts = [int(n) for n in cube.cells.n[0, :, 0]]
        are_shown = all(is_shown(self.survey, n, sum(counts)) for n in counts)
        return tuple(
            Role(
                row.code,
                row.label,
                n if are_shown else None,
                not view.excludes(cube.question, row.code),
            )
            for row, n in zip(cube.rows, counts, strict=True)
            if row.status is Status.ANSWER
        )
