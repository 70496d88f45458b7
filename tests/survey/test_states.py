"""Tick columns that hold more than ticks, and columns of mentions: guessed and counted right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import hypothesis.strategies as st
import polars as pl
import pytest
from hypothesis import given

from cxtui.analysis.query.expressions.answered import count_answered
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.sources.open_survey import open_frame, open_survey
from cxtui.survey.codebook.toml_format import read_codebook, write_codebook
from cxtui.survey.inference.sets.mention_sets import are_mentions
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Holds, Kind, Question
from tests.making import known

ROLE = ["CMO", "CTO"] * 10


def opened(folder: Path, columns: Mapping[str, Sequence[object]], ending: str) -> Survey:
    frame, file = pl.DataFrame({"role": ROLE, **columns}, strict=False), folder / f"a.{ending}"
    if ending == "csv":
        frame.write_csv(file)
    elif ending == "xlsx":
        frame.write_excel(file)
    else:
        frame.write_parquet(file)
    return open_survey(str(file))


def only_set(survey: Survey) -> Question:
    (found,) = (one for one in survey.codebook.questions if one.kind is Kind.MULTI)
    return found


def counts(survey: Survey, question: Question) -> dict[str, int]:
    table = tabulate(survey, parse_view(survey, f'--question "{question.id}"'))
    return {row.code: round(known(row.cells[0].n)) for row in table.rows}


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
@pytest.mark.parametrize(
    ("chosen", "not_chosen", "beside", "unasked", "missing"),
    [
        (1, 0, [98, -1], [], ["98", "-1"]),
        ("Selected", "Not selected", ["Refused", "Not asked"], ["Not asked"], ["Refused"]),
        ("Yes", "No", ["Not shown", "No answer"], ["Not shown"], ["No answer"]),
        ("Ja", "Nein", ["nicht gefragt", "k.A."], ["nicht gefragt"], ["k.A."]),
        ("Oui", "Non", ["Non posée", "Refus"], ["Non posée"], ["Refus"]),
    ],
)
def test_a_third_text_is_no_answer(
    tmp_path: Path,
    ending: str,
    chosen: object,
    not_chosen: object,
    beside: list[object],
    unasked: list[str],
    missing: list[str],
) -> None:
    columns = {
        "t_1": [chosen, chosen, *beside] * 5,
        "t_2": [not_chosen, not_chosen, *beside] * 5,
        "t_3": [*beside, *beside] * 5,
    }
    survey = opened(tmp_path, columns, ending)
    question = only_set(survey)
    assert question.columns == ("t_1", "t_2", "t_3")
    assert question.unchosen == (str(not_chosen),)
    assert list(question.unasked) == unasked
    assert [one.label for one in question.reasons] == missing
    assert count_answered(survey)[question.id] == 10
    assert counts(survey, question) == {"1": 10, "2": 0, "3": 0}
    assert read_codebook(write_codebook(survey.codebook), "again").find(question.id) is not None


def test_dont_know_beside_yes_and_no_is_an_answer(tmp_path: Path) -> None:
    columns = {f"t_{place}": ["Yes", "No", "Don't know", "Yes"] * 5 for place in (1, 2, 3)}
    survey = opened(tmp_path, columns, "csv")
    assert Kind.MULTI not in {one.kind for one in survey.codebook.questions}
    assert set(count_answered(survey).values()) == {20}


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
@pytest.mark.parametrize("names", [("m_1", "m_2", "m_3"), ("Brand 1", "Brand 2", "Brand 3")])
def test_columns_that_get_emptier_are_mentions(
    tmp_path: Path, ending: str, names: tuple[str, ...]
) -> None:
    rows = [("A", "B", "C"), ("B", "A", None), ("C", None, None), (None, None, None)] * 5
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    survey = opened(tmp_path, columns, ending)
    question = only_set(survey)
    assert (question.holds, question.columns) == (Holds.MENTIONS, names)
    assert count_answered(survey)[question.id] == 15
    assert counts(survey, question) == {"A": 10, "B": 10, "C": 10}


def test_ages_and_items_of_a_grid_are_no_mentions(tmp_path: Path) -> None:
    ages = [(3, 5, 7), (5, 3, None), (7, None, None), (None, None, None)] * 5
    columns = {f"child_age{place}": [row[place - 1] for row in ages] for place in (1, 2, 3)}
    survey = opened(tmp_path, columns, "csv")
    assert Kind.MULTI not in {one.kind for one in survey.codebook.questions}
    rated = [("Good", "Good", "Good"), ("Bad", "Bad", None), ("Fair", None, None)] * 10
    assert not are_mentions(rated)
    assert not are_mentions([("a", "b"), ("c", "d")] * 9)
    assert not are_mentions([(None, "b"), ("c", "d"), ("c", None)] * 9)


@given(
    st.lists(
        st.lists(st.sampled_from(["1", "2", "3", "98", "99", None]), min_size=3, max_size=3),
        min_size=1,
        max_size=30,
    )
)
def test_mentions_count_as_their_tick_matrix(rows: list[list[str | None]]) -> None:
    """A mention twice counts once; a code outside the list has a row; reasons are no answers."""
    codebook = read_codebook(
        '[scales.brands]\ncategories = [{code="1",label="A"},{code="2",label="B"},'
        '{code="98",label="DK",missing=true}]\n'
        '[[question]]\nid="h"\nkind="multi"\nholds="mentions"\nscale="brands"\n'
        'columns=["h1","h2","h3"]\nunasked=["99"]\n',
        "test",
    )
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("h1", "h2", "h3"), pl.String), orient="row")
    survey = open_frame(frame, codebook)
    given_codes = [{one for one in row if one and one != "99"} for row in rows]
    listed = [codes - {"98"} for codes in given_codes]
    assert count_answered(survey)["h"] == sum(bool(codes) for codes in listed)
    if any(listed):
        found = counts(survey, survey.codebook.questions[0])
        for code in ("1", "2", "3"):
            assert found.get(code, 0) == sum(code in codes for codes in listed)


def test_sosci_marks_are_two_and_one(tmp_path: Path) -> None:
    own: dict[str, Sequence[object]] = {
        "CASE": [*range(20)],
        "QUESTNNR": ["base"] * 20,
        "STARTED": ["2026-01-01 10:00:00"] * 20,
        "FINISHED": [1] * 20,
        "A102": [1, 2] * 10,
        "A102_01": [2, 2] * 9 + [-9, 2],
        "A102_02": [1, 2] * 9 + [-9, 1],
        "A103_01": [1, 2, 3, 4, 5] * 3 + [-9] * 5,
    }
    survey = opened(tmp_path, own, "csv")
    question = only_set(survey)
    assert counts(survey, question) == {"A102_01": 19, "A102_02": 9}
    assert count_answered(survey)["A102"] == 19
    assert count_answered(survey)["A103_01"] == 15
    assert isinstance(survey.codebook, Codebook)
