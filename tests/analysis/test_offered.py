"""What a wave did not offer is blank in every table, not 0 %."""

from __future__ import annotations

import polars as pl
import pytest

from cxtui.analysis.ranking.rank_questions import rank_questions
from cxtui.analysis.ranking.ranking_options import Compare, RankingOptions
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.build_trend import trend
from cxtui.analysis.tables.table import Table, TableRow
from cxtui.analysis.view.view_options import parse_view
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Category, Kind, Question
from tests.making import ROLE, survey_of

WAVE = Question(
    "wave", "Wave", Kind.SINGLE, ("wave",), (Category("1", "2019"), Category("2", "2020"))
)
STAFF = Question(
    "staff",
    "Staff",
    Kind.SINGLE,
    ("staff",),
    tuple(Category(str(code), label) for code, label in enumerate(("Few", "Many", "Lots"), 1)),
)


@pytest.fixture(scope="module")
def survey() -> Survey:
    """Two waves of 120; what was called Many in the first is Lots in the second."""
    respondents = [
        {"wave": wave, "role": 1 + place % 2, "staff": 1 if place % 3 else 1 + wave}
        for wave in (1, 2)
        for place in range(120)
    ]
    schema = dict.fromkeys(("wave", "role", "staff"), pl.Int8)
    return survey_of(respondents, (WAVE, ROLE, STAFF), schema, Codebook(role="role", wave="wave"))


def table_of(survey: Survey, options: str) -> tuple[Table, dict[str, TableRow]]:
    table = tabulate(survey, parse_view(survey, f"--question staff {options}"))
    return table, {row.label: row for row in table.rows}


def shares(row: TableRow) -> list[float | None]:
    return [None if cell.percent is None else round(cell.percent, 1) for cell in row.cells]


def test_waves_side_by_side_are_not_compared_in_an_answer_that_one_lacks(survey: Survey) -> None:
    """The cell is blank, the pair untested with the reason, the others of the row as they were."""
    table, rows = table_of(survey, "--by wave --wave all")
    assert shares(rows["Many"]) == [16.7, 33.3, None]
    assert shares(rows["Few"]) == [66.7, 66.7, 66.7]
    (pair,) = rows["Many"].pairs
    assert (pair.gap, pair.p, pair.tested) == (None, None, False)
    assert pair.why_not == rows["Many"].cells[2].gone
    assert "only in 2019" in pair.why_not
    assert rows["Few"].pairs[0].tested
    assert not table.whole
    (note,) = [note for note in sentences_of(table.notes) if note.startswith("Blank")]
    assert note.endswith("the Total counts all waves: “Many”, “Lots”.")


def test_an_answer_offered_in_another_wave_only_has_no_share(survey: Survey) -> None:
    """In no column, and nested as well as kept by a filter; its roles are tested as before."""
    table, rows = table_of(survey, "--by role --where wave=2")
    assert shares(rows["Many"]) == [None, None, None]
    assert [one.variable for one in table.whole] == ["role"]
    assert "Blank where the wave did not offer the answer: “Many”." in sentences_of(table.notes)
    _, rows = table_of(survey, "--by 'role>wave' --wave all")
    assert [share is None for share in shares(rows["Lots"])] == [False, True, False, True, False]
    assert [pair.tested for pair in rows["Few"].pairs] == [True] * 6


def test_all_waves_together_and_a_net_of_old_and_new_keep_their_shares(survey: Survey) -> None:
    """A net is blank only where none of its answers could be given."""
    _, rows = table_of(survey, "--by role --wave all")
    assert None not in shares(rows["Many"])
    _, rows = table_of(survey, "--where wave=2 --net 'Over=Many,Lots' --net 'Old=Many'")
    assert shares(rows["Over"])[0] == 33.3
    assert shares(rows["Old"])[0] is None


@pytest.mark.parametrize("by", ["wave", "role"])
def test_the_ranking_compares_no_question_whose_answers_changed(survey: Survey, by: str) -> None:
    """Of all respondents, or in each role; within one wave the roles are compared."""
    view = parse_view(survey, f"--by {by} --wave all")
    over_waves = RankingOptions(compare=Compare.PAIR if by == "wave" else Compare.WAVES)
    ranking = rank_questions(survey, view, over_waves)
    for line in ranking.lines:
        assert line.question.id == "staff" and not line.is_comparable
        assert line.why_not == "not comparable: “Lots” not in 2019: the list changed?"
        assert {one.p for one in line.answers} == {None}
    assert len(ranking.lines) == (1 if by == "wave" else 2)
    (line,) = rank_questions(survey, parse_view(survey, "--where wave=2"), RankingOptions()).lines
    assert line.is_comparable and line.p is not None


def test_the_trend_gives_the_reason_of_the_table(survey: Survey) -> None:
    """An answer that a wave did not offer."""
    view = parse_view(survey, "--question staff --by wave --wave all")
    row = next(row for row in trend(survey, view).rows if row.label == "Many")
    _, rows = table_of(survey, "--by wave --wave all")
    assert row.courses[0][1].gone == rows["Many"].cells[2].gone
