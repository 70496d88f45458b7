"""Respondents with the same answers, summed before they are counted, give the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from cxtui.analysis.query import answer_patterns, banner_counts, query_batching
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.many_tables import all_questions
from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view
from cxtui.output import Format, Shape
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind, Question
from tests.analysis.test_cube_stack import DESIGNS, survey_of_seed
from tests.making import BUDGET, ROLE, TOOLS, survey_of
from tests.rendering import render

FEW = settings(max_examples=max(1, settings().max_examples // 4), deadline=None)


@contextmanager
def counted_groupings(rows: int | None = None) -> Iterator[list[int]]:
    """Count how often respondents are grouped by patterns, from so many a pattern."""
    grouped: list[int] = []

    def counted(*arguments: object) -> object:
        grouped.append(1)
        return answer_patterns.group_alike(*arguments)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        if rows is not None:
            patch.setattr(answer_patterns, "_ROWS", rows)
        patch.setattr(banner_counts, "group_alike", counted)
        patch.setattr(query_batching, "_FEW", 0)  # they are counted without queries
        yield grouped


def written(survey: Survey, view: View) -> bytes:
    return render(tabulate(survey, view), Format.JSON, Shape.TIDY)


@FEW
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(["none", "weight", "strata", "calibrated"]),
    st.sampled_from([TOOLS.id, BUDGET.id]),
    st.sampled_from([((ROLE.id,),), ((ROLE.id,), ("wave",)), ()]),
)
def test_a_table_is_the_same_to_the_last_bit(
    seed: int, design: str, question: str, banner: tuple[tuple[str, ...], ...]
) -> None:
    """Weights, unanswered items, quartiles with intervals, the pairs of an overall test."""
    view = View(question, banner=banner, weight=DESIGNS[design].get("weight"))
    plain = written(survey_of_seed(seed, design), view)
    with counted_groupings(rows=0) as grouped:
        assert written(survey_of_seed(seed, design), view) == plain
    assert grouped or design in {"strata", "calibrated"} or question == BUDGET.id


def test_every_multiple_response_and_number_of_the_example_is_the_same(example: Path) -> None:
    """Items told by a column each, by mentions and in one text; filters, nets, all waves."""
    for options in ("--by role", "--by role>wave --wave all --full --where cx_goal!=missing"):
        survey = open_survey(str(example))
        counted = {
            one.id for one in survey.codebook.questions if one.kind in {Kind.MULTI, Kind.NUMERIC}
        }
        every = (view for _, view in all_questions(survey, parse_view(survey, options)))
        views = [view for view in every if view.question in counted]
        plain = [written(survey, view) for view in views]
        with counted_groupings(rows=0) as grouped:
            assert [written(survey, view) for view in views] == plain
        assert len(views) > 2
        assert grouped


def test_a_large_survey_groups_by_patterns_of_itself() -> None:
    """From so many respondents a pattern; 12 items and whether any was given are too many."""
    random = np.random.default_rng(5)
    ticks = random.integers(0, 2, (5_000, 12))
    names = tuple(f"t{place}" for place in range(12))
    items = tuple(Category(str(place), f"Item {place}") for place in range(12))
    few = Question("few", "Few", Kind.MULTI, names[:4], items[:4], unchosen=("0",))
    many = Question("many", "Many", Kind.MULTI, names, items, unchosen=("0",))
    respondents = [dict(zip(names, one, strict=True)) for one in ticks.tolist()]
    survey = survey_of(respondents, [few, many], dict.fromkeys(names, pl.Int8))
    with counted_groupings() as grouped:
        table = tabulate(survey, View("few"))
        shares = [row.cells[0].percent for row in table.rows]
        assert shares == pytest.approx(100 * ticks[:, :4].mean(axis=0))
        assert len(grouped) == 1
        tabulate(survey, View("many"))
        assert len(grouped) == 1
