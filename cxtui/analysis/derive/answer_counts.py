"""How many respondents have each answer of a derived question, in words."""

from __future__ import annotations

from cxtui.analysis.derive.derive_questions import derive_questions
from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.query.cube import Status
from cxtui.analysis.view.view import View
from cxtui.messages import tr
from cxtui.number_signs import count_text
from cxtui.survey.conditions import Condition
from cxtui.survey.derive.derivation import Derivation
from cxtui.survey.model import Survey

_NONE = frozenset({Status.MISSING, Status.NULL})


def count_derived(survey: Survey, one: Derivation, filters: tuple[Condition, ...] = ()) -> str:
    """Return the answers of a derived question (of a number its classes), each with its n.

    Raises `CxtuiError` where it cannot be derived or counted.
    """
    if survey.least:
        return tr("counts are not shown: they may be small")
    cube = compute_cube(derive_questions(survey, [one]), View(one.id, filters=filters))
    counted = list(zip(cube.rows, cube.cells.n[0, :, 0], strict=True))
    said = [f"{row.label} ({count_text(n)})" for row, n in counted if row.status is Status.ANSWER]
    none = sum(n for row, n in counted if row.status in _NONE)
    return " · ".join([*said, tr("no answer ({:,.0f})", none)])
