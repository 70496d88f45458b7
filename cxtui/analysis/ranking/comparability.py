"""Whether questions are comparable between waves: their answers may have changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.query.sample import Numbers
from cxtui.analysis.query.side_queries.wave_differences import compare_waves
from cxtui.analysis.query.stacks.cube_stack import CubeStack
from cxtui.analysis.ranking.comparison import Comparison
from cxtui.analysis.ranking.list_comparisons import waves_of
from cxtui.analysis.view.view import Base, Measure, View
from cxtui.messages import tr
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question


def reasons_not_comparable(
    survey: Survey,
    stack: CubeStack,
    comparisons: Sequence[Comparison],
    axis: Question | None,
    cache: CubeCache,
) -> list[list[str]]:
    """Return why questions are not comparable, (questions, comparisons); empty where they are.

    The waves of a comparison must have offered the same answers.
    """
    found = [[""] * len(comparisons) for _ in stack.questions]
    compared = [one.waves for one in comparisons]
    if axis is None or not any(compared):
        return found
    in_doubt = [at for at in range(len(stack.questions)) if _is_in_doubt(stack, at, axis)]
    views = [View(stack.questions[place].id) for place in in_doubt]
    cache.foresee([View(one.question, ((axis.id,),)) for one in views])
    waves = waves_of(stack.columns, (stack.bases[Base.ALL].n[0] > 0).tolist(), axis)
    for place, view in zip(in_doubt, views, strict=True):
        changes = compare_waves(survey, view, axis, waves, Measure.COLUMN, cache.cube)
        reasons = {one: changes.question_reason(one) for one in dict.fromkeys(compared)}
        own = (reasons[one] for one in compared)
        found[place] = [tr("not comparable: {}", one) if one else "" for one in own]
    return found


def _is_in_doubt(stack: CubeStack, place: int, axis: Question) -> bool:
    """Return whether an answer was given in some waves only; those behind it may be, if derived."""
    question = stack.questions[place]
    if question.made:
        return True
    if question.kind is Kind.NUMERIC:
        return False
    given = stack.answers_of(place)
    by_wave: dict[str, Numbers] = {}
    for at, column in enumerate(stack.columns):
        for step in column.path:
            if step.variable == axis.id:
                earlier = by_wave.get(step.code, np.zeros(len(given)))
                by_wave[step.code] = earlier + given[:, at]
    has = np.array([one > 0 for one in by_wave.values() if one.any()])
    return bool((has.any(axis=0) & ~has.all(axis=0)).any()) if has.size else False
