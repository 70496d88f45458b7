"""A merged answer is counted as the net of its answers: all figures are equal to the last bit."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from cxtui.analysis.derive.derive_questions import derive_questions
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table, TableRow
from cxtui.analysis.view.view import Base, Variance, View
from cxtui.analysis.view.view_options import parse_view
from cxtui.survey.derive.derivation_text import parse_derivation
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Net
from tests.analysis.test_derived import QUESTIONS, SCHEMA
from tests.making import Respondent, survey_of

WEIGHTS = st.one_of(
    st.sampled_from([1 / 3, 0.1, 1e-9, 1e9, 2.0]),
    st.floats(1e-3, 1e3),
    st.integers(1, 50).map(lambda n: (0.52 / n) / (0.13 / 7)),  # target over share, as raked
)
RESPONDENTS = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from([None, 1, 2]),
            "region": st.sampled_from([None, *map(float, range(1, 6)), 7.0, 98.0]),
            **dict.fromkeys(("t1", "t2", "t3"), st.sampled_from([None, 0, 1, 99])),
            "agree_a": st.sampled_from([None, 1, 2, 3, 9, -1]),
            "age": st.one_of(st.none(), st.floats(0, 99)),
            "w": WEIGHTS,
        }
    ),
    min_size=1,
    max_size=60,
)
DESIGNS = st.sampled_from(
    [Codebook(weight="w"), Codebook(weight="w", strata=("t1",)), Codebook(weight="w", cluster="n")]
)
DERIVED = (
    'id = "two", from = "region", merge = [{ label = "Net", of = ["2", "3"] }]',
    'id = "either", from = "tools", merge = [{ label = "Net", of = ["a", "c"] }]',
    'id = "half", from = "agree_a", merge = [{ label = "Net", of = ["2", "3"] }]',
    'id = "parts", overlap = true, cases = [{ label = "Net", when = "region=2,3" }, '
    '{ label = "Low", when = "region=1,2" }]',
)
MERGES = [("two", "region", "23"), ("either", "tools", "ac"), ("half", "agree_a", "23")]
OF_THE_QUESTION = frozenset(
    {"effective_base", "letters", "min_p", "flag", "tested", "why_not", "p_adjusted"}
)
"""Figures that all answers of a question decide, of which a merge leaves fewer."""

INTERVAL = {"low", "high", "interval_base"}


def surveyed(respondents: Sequence[Respondent], design: Codebook) -> Survey:
    rows = [{**one, "n": n // 2, "comment": None} for n, one in enumerate(respondents)]
    survey = survey_of(rows, QUESTIONS, SCHEMA, design)
    return derive_questions(survey, [parse_derivation(one, "--derive") for one in DERIVED])


def row_of(table: Table, label: str) -> TableRow | None:
    return next((one for one in table.rows if one.label == label), None)


def without(figures: dict[str, object], apart: Collection[str]) -> dict[str, object]:
    return {name: value for name, value in figures.items() if name not in apart}


def figures(row: TableRow, apart: Collection[str]) -> list[dict[str, object]]:
    """Every figure of a row and its tests but those `apart`, and then the interval of 0% or 100%.

    A share without a variance has the effective base of its question.
    """
    every = [*map(asdict, row.cells), *map(asdict, row.pairs)]
    return [figures_of(one, apart) for one in every]


def figures_of(every: dict[str, object], apart: Collection[str]) -> dict[str, object]:
    """Every figure of a cell or a pair but those `apart`, as `figures` of a row."""
    rests_on_others = "effective_base" in apart and every.get("percent") in {0.0, 100.0}
    return without(every, {*apart, *(INTERVAL if rests_on_others else ())})


@pytest.mark.parametrize(("merged", "question", "members"), MERGES)
@given(
    RESPONDENTS,
    DESIGNS,
    st.sampled_from(list(Base)),
    st.sampled_from([None, "w"]),
    st.sampled_from(list(Variance)),
)
def test_a_merge_is_the_net(
    merged: str,
    question: str,
    members: str,
    respondents: list[Respondent],
    design: Codebook,
    base: Base,
    weight: str | None,
    variance: Variance,
) -> None:
    """Counts, weights, bases, percentages, errors, intervals and tests, in any design."""
    survey = surveyed(respondents, design)
    net = Net("net", "Net", tuple(members))
    view = View(merged, (("role",),), weight=weight, base=base, variance=variance)
    mine = row_of(tabulate(survey, view), "Net")
    theirs = row_of(tabulate(survey, replace(view, question=question, nets=(net,))), "Net")
    assert theirs
    apart = () if variance is Variance.KISH else OF_THE_QUESTION
    if mine:
        assert figures(mine, apart) == figures(theirs, apart)


@given(
    RESPONDENTS,
    DESIGNS,
    st.sampled_from(["agree_a", "age", "tools", "role"]),
    st.sampled_from(["column", "mean", "row", "count"]),
)
def test_a_merged_banner_column_is_the_column_of_the_net(
    respondents: list[Respondent], design: Codebook, question: str, show: str
) -> None:
    """Columns of nets overlap, so that their respondents are added from several groups."""
    survey = surveyed(respondents, design)
    if show == "mean" and question in {"tools", "role"}:
        show = "total"
    asked = f"--question {question} --by {{}} --weight w --show {show}"
    tables = [tabulate(survey, parse_view(survey, asked.format(one))) for one in ("two", "parts")]
    of_the_banner = {"letters", "min_p", "flag"}
    if show in {"row", "total"}:
        of_the_banner.add("effective_base")
    columns = [[one.label for one in table.columns] for table in tables]
    if all("Net" in labels for labels in columns):
        mine, theirs = (
            [asdict(row.cells[labels.index("Net")]) for row in table.rows]
            for table, labels in zip(tables, columns, strict=True)
        )
        assert [figures_of(one, of_the_banner) for one in mine] == [
            figures_of(one, of_the_banner) for one in theirs
        ]


def test_weights_that_no_sum_is_exact_of(seed: int) -> None:
    """Of many respondents nearly all sums of weights are rounded: once, like that of a merge."""
    chance = random.Random(seed)
    people: list[Respondent] = [
        {
            **dict.fromkeys(SCHEMA),
            "role": chance.choice([1, 2]),
            "region": float(chance.randint(1, 5)),
            **{name: chance.choice([0, 1]) for name in ("t1", "t2", "t3")},
            "agree_a": chance.choice([1, 2, 3]),
            "w": chance.choice([1 / 3, 1e-9, 0.1, chance.uniform(0.1, 7)]),
        }
        for _ in range(400)
    ]
    survey = surveyed(people, Codebook(weight="w", cluster="n"))
    for merged, question, members in MERGES:
        view = View(merged, (("role",), ("region",)), weight="w")
        net = Net("net", "Net", tuple(members))
        theirs = row_of(tabulate(survey, replace(view, question=question, nets=(net,))), "Net")
        mine = row_of(tabulate(survey, view), "Net")
        assert mine and theirs
        assert figures(mine, OF_THE_QUESTION) == figures(theirs, OF_THE_QUESTION)
