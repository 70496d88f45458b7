"""The respondents of a cell are as many as its n, and the ones that a reader finds."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.analysis.query.expressions.filters import count_respondents
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.cell_filters import filters_of_cell
from cxtui.analysis.tables.cell_respondents import respondents_of_cell
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import EmptyBase, SourceError
from cxtui.survey.model import Survey
from tests.analysis.test_derived import RESPONDENTS, region_of, surveyed, tools_of
from tests.making import Respondent, made

LINES = (
    'id = "camp", cases = [{label="Young", when="age<35"}, {label="One", when="region=1"}], '
    "overlap = true",
    'id = "age2", from = "age", bands = [35]',
)
QUESTIONS = ("region", "tools", "aided", "agree_a", "age", "comment", "camp", "age2")
BANNERS = ("", "--by role", "--by region", "--by tools", "--by age", "--by camp", "--by role>aided")
UNLISTED = "7"
"""An answer of the respondents that no codebook here lists."""
OPTIONS = (
    "",
    "--base asked --full",
    "--base all --full",
    "--show mean",
    "--weight w",
    "--where region!=2 --full",
    "--where 'age>=35 or tools=a' --show count",
    "--net 'Some=region=1,2'",
)
GRIDS = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from([None, 1, 2]),
            "goal": st.sampled_from([None, 1, 2, 3, 4]),
            **dict.fromkeys(("tools_1", "tools_2", "tools_3"), st.sampled_from([None, 0, 1])),
            **dict.fromkeys(("web", "mobile"), st.sampled_from([None, 1, 2, 3, 4, 7])),
            "budget": st.sampled_from([None, 0.0, 10.0, 998.0, float("nan")]),
            "w": st.sampled_from([None, 0.0, 0.5, 2.0, float("nan")]),
        }
    ),
    min_size=1,
    max_size=20,
)


def rows_of(survey: Survey, table: Table, row: int, column: int) -> pl.DataFrame:
    found = respondents_of_cell(survey, table, row, column).collect(backend="polars").to_native()
    assert isinstance(found, pl.DataFrame)
    return found


def assert_as_many_as_counted(survey: Survey, text: str) -> Table | None:
    """Every cell of the table has as many respondents as its n."""
    try:
        table = tabulate(survey, parse_view(survey, text))
    except EmptyBase:
        return None
    if survey.is_remote:  # from where no respondents come
        with pytest.raises(SourceError, match="only counts come from there"):
            respondents_of_cell(survey, table, 0, 0)
        return None
    for at, row in enumerate(table.rows):
        for place, cell in enumerate(row.cells):
            where = row, table.columns[place]
            assert len(rows_of(survey, table, at, place)) == cell.n, where
            filters = filters_of_cell(survey, table, at, place)
            if table.view.weight is None:
                kept = count_respondents(survey, (*table.view.filters, *filters))
                assert kept == cell.n, (where, filters)
            if any(one.values == (UNLISTED,) for one in filters):
                continue  # which --where does not know
            texts = " ".join(shlex.join(["--where", str(one)]) for one in filters)
            assert set(filters) <= set(parse_view(survey, texts).filters)
    return table


@given(
    RESPONDENTS.filter(bool),
    st.sampled_from(QUESTIONS),
    st.sampled_from(BANNERS),
    st.sampled_from(OPTIONS),
)
def test_lines_are_the_n_of_every_cell(
    respondents: list[Respondent], question: str, banner: str, options: str
) -> None:
    """Of every kind of question and banner, with filters, bases, nets and scores."""
    survey = surveyed(respondents, *LINES)
    if "--show mean" in options and question not in {"agree_a", "age"}:
        options = ""
    if "--net" in options:
        options = options.replace("region=", "") if question == "region" else ""
    weight = "" if "--weight" in options else "--no-weight"
    assert_as_many_as_counted(survey, f"--question {question} {banner} {options} {weight}")


@given(
    GRIDS,
    st.sampled_from(["channels", "channels.web", "goal", "tools", "budget"]),
    st.sampled_from(["--by role", "--by goal>tools", "--by budget", "--by channels.mobile"]),
    st.sampled_from(["", "--show column", "--base all --show column", "--full --base asked"]),
    st.booleans(),
)
def test_grids_and_weights_too(
    respondents: list[Respondent], question: str, banner: str, options: str, is_weighted: bool
) -> None:
    """Respondents without a usable weight are in no cell."""
    weight = "" if is_weighted else "--no-weight"
    survey = made(respondents)
    assert_as_many_as_counted(survey, f"--question {question} {banner} {options} {weight}")


@given(RESPONDENTS.filter(bool))
def test_they_are_those_that_a_reader_finds(respondents: list[Respondent]) -> None:
    """In the order of the file."""
    survey = surveyed(respondents)
    table = assert_as_many_as_counted(survey, "--question tools --by region --no-weight")
    if table is None:
        return
    for at, row in enumerate(table.rows):
        for place, column in enumerate(table.columns):
            expected = [
                n
                for n, one in enumerate(respondents)
                if row.code in (tools_of(one) or set())
                and (not column.path or str(region_of(one)) == column.code)
            ]
            assert rows_of(survey, table, at, place)["n"].to_list() == expected


@pytest.mark.skipif("CXTUI_ENGINE" in os.environ, reason="no respondents come from a server")
def test_an_answer_of_nobody_has_no_lines() -> None:
    people: Sequence[Respondent] = [dict.fromkeys(("role", "goal", "w"), 1)]
    survey = made([{**dict.fromkeys(made([]).schema), **one} for one in people])
    table = tabulate(survey, parse_view(survey, "--question goal --by role --no-weight"))
    assert [len(rows_of(survey, table, at, 2)) for at in range(3)] == [0, 0, 0]


@pytest.mark.parametrize("question", ["goal", "tools", "channels"])
def test_scores_of_a_scale(question: str) -> None:
    """Boxes, their difference and the mean, with `--full`."""
    people = [
        {
            **dict.fromkeys(made([]).schema),
            **{"role": 1 + at % 2, "goal": 1 + at % 4, "tools_1": at % 2, "web": at % 5, "w": 1.0},
        }
        for at in range(20)
    ]
    survey = made(people)
    nets = "--net 'Odd=1,3' --net 'Gap=1,3 minus 2'" if question != "channels" else ""
    table = assert_as_many_as_counted(survey, f"--question {question} --by role --full {nets}")
    assert table is None or len(table.rows) > 1
