"""What real surveys hold and a plain reader takes for something else, in files of a few rows."""

from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view_options import default_view, parse_view
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.toml_format import write_codebook
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Kind, Question
from tests.making import known

Made = Callable[..., Survey]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """The survey of a header and some rows, given over and over."""

    def opened(header: str, *lines: str, times: int = 24, encoding: str = "utf-8") -> Survey:
        file = tmp_path / "made.csv"
        text = "\n".join((header, *islice(cycle(lines), times)))
        file.write_text(text, encoding=encoding, newline="")
        return open_survey(str(file))

    return opened


def the(survey: Survey, question_id: str) -> Question:
    found = survey.codebook.find(question_id)
    assert found is not None, [one.id for one in survey.codebook.questions]
    return found


def tabled(survey: Survey, question_id: str, options: str = "--no-weight") -> Table:
    return tabulate(survey, parse_view(survey, f"--question '{question_id}' {options}"))


def counts(survey: Survey, question_id: str) -> dict[str, tuple[float, float]]:
    rows = tabled(survey, question_id).rows
    return {row.label: (known(row.cells[0].n), known(row.cells[0].base)) for row in rows}


def test_n_a_beside_blank_cells_was_offered_and_is_an_answer(made: Made) -> None:
    """There `N/A` means unfamiliar and stays in the base; without blank cells it is no answer."""
    survey = made("dish,paid", "5,Yes", "N/A,n/a", "3,No", "1,n/a", "2,Yes", ",No")
    assert counts(survey, "dish")["N/A"] == (4, 20)
    assert counts(survey, "paid") == {"Yes": (8, 16), "No": (8, 16)}


def test_a_question_number_stands_before_each_option_and_the_wording_nowhere(made: Made) -> None:
    """Cells and headers differ in blanks, one point of a scale in its kind of blank."""
    survey = made(
        "4. Analyst.,4. Tutor,4. Student.,10a. Lost work.,10b. Slow,10c. Ugly",
        "Analyst.,,,(1)\u00a0Trivial.,(0) None.,(2) Minor.",
        '," Tutor.",Student.,(0) None.,(1) Trivial.,(3) Major.',
        'Analyst.,"Tutor.\n",,(2) Minor.,(3) Major.,(1)\u00a0Trivial.',
        ",,Student.,(3) Major.,(2) Minor.,(0) None.",
    )
    roles, grid = the(survey, "q4"), the(survey, "q10")
    assert (roles.kind, [one.label for one in roles.categories]) == (
        Kind.MULTI,
        ["Analyst.", "Tutor.", "Student."],
    )
    assert counts(survey, "q4")["Tutor."] == (12, 24)
    assert [one.score for one in grid.categories] == [0, 1, 2, 3]
    assert "'(1) Trivial.'" in grid.guess


def test_a_question_is_repeated_before_each_option_and_other_has_a_text_beside_it(
    made: Made,
) -> None:
    stem = "Which pies? Select all. -"
    survey = made(
        f"RespondentID,{stem} Apple,{stem} Plum,{stem} Other (specify),{stem} Other (specify)",
        "4337954960,Apple,,,",
        "4337951949,Apple,Plum,Other (specify),rhubarb tart",
        "4337935621,,Plum,Other (specify),a cake of nuts",
        times=3,
    )
    pies = next(one for one in survey.codebook.questions if one.kind is Kind.MULTI)
    assert [one.label for one in pies.categories] == ["Apple", "Plum", "Other (specify)"]
    assert [one.kind for one in survey.codebook.questions] == [Kind.MULTI, Kind.TEXT]
    assert survey.codebook.respondent == "RespondentID"


def test_codes_are_one_whether_written_with_a_point_or_not(made: Made) -> None:
    """A delimited set ends in its delimiter; of the weights one is declared and empty."""
    survey = made(
        "q2,q5_1,q5_2,weight,weight_a,gender",
        "1;2;98;,1.0,2,,0.5,1.0",
        "2;,2.0,1,,1.5,2.0",
        "1;3;,3.0,4,,1.25,1.0",
        "3;,4.0,5,,0.75,2.0",
        ",5.0,3,,1,1.0",
    )
    tools, grid = the(survey, "q2"), the(survey, "q5")
    assert [one.code for one in tools.categories] == ["1", "2", "3", "98"]
    assert counts(survey, "q2")["98"][1] == 20
    assert [one.code for one in grid.categories] == ["1", "2", "3", "4", "5"]
    assert (survey.codebook.weight, the(survey, "gender").kind) == ("weight_a", Kind.SINGLE)


def test_tens_up_to_fifty_are_no_rating_and_heights_stand_from_small_to_tall(made: Made) -> None:
    survey = made(
        "How many people?,How tall?", '0,"5\'10"""', '10,"6\'2"""', '20,"5\'2"""', "50,Under 5 ft."
    )
    people, tall = survey.codebook.questions
    assert (people.kind, people.scores) == (Kind.SINGLE, False)
    assert [one.label for one in tall.categories] == ["Under 5 ft.", "5'2\"", "5'10\"", "6'2\""]


def test_a_first_question_with_one_answer_is_not_what_a_survey_opens_on(made: Made) -> None:
    survey = made("Status,Happy?,Age", "complete,Yes,18-29", "complete,No,30-44")
    assert default_view(survey).question == "Happy?"


def test_a_grid_is_one_whether_or_not_somebody_wrote_n_a_in_an_item(made: Made) -> None:
    """Read as a Macintosh wrote it: an item without `N/A` has numbers, the others texts."""
    stem = "Please rate how much you like the traditional cuisine of"
    survey = made(
        f"RespondentID,{stem}\u00a0Peru:,{stem} Cuba.,{stem} Iran.,Gâté?",
        *("4337954960,5,N/A,3,Yes", "4337954961,4,1,N/A,No", "4337954962,3,2,2,Yes"),
        *("4337954963,2,N/A,4,No", "4337954964,1,3,5,Yes", "4337954965,,,,"),
        times=6,
        encoding="mac_roman",
    )
    assert "read as mac_roman" in sentences_of(survey.notes)[0]
    grid, spoilt = survey.codebook.questions
    assert (grid.kind, [one.label for one in grid.items]) == (Kind.GRID, ["Peru", "Cuba", "Iran"])
    assert spoilt.label == "Gâté?" and survey.codebook.respondent == "RespondentID"
    assert counts(survey, f"{grid.id}.2")["N/A"] == (2, 5)
    assert counts(survey, f"{grid.id}.1")["5"] == (1, 5)
    means = {row.label: row.cells[0].mean for row in tabled(survey, grid.id).rows}
    assert means == {"Peru": 3, "Cuba": 2, "Iran": 3.5}
    beside = Path(survey.location).with_suffix(".codebook.toml")
    beside.write_text(write_codebook(survey.codebook), encoding="utf-8")
    again = open_survey(survey.location)
    assert tabled(again, grid.id).rows == tabled(survey, grid.id).rows


def test_an_item_of_codes_beside_texts_is_one_of_the_grid_only_where_they_are_the_same(
    made: Made,
) -> None:
    alike = made("q5_1,q5_2,q5_3", "1,N/A,3", "2,1,N/A", "3,2,2", "4,3,4", "5,4,5", ",5,1")
    assert [one.kind for one in alike.codebook.questions] == [Kind.GRID]
    other = made("q5_1,q5_2,q5_3", "10,N/A,3", "20,1,N/A", "30,2,2", "40,3,4", "50,4,5", ",5,1")
    assert len(other.codebook.questions) == 3


def test_ranks_are_a_grid_of_those_who_were_asked(made: Made) -> None:
    """Of each film its place; who has seen none has ranked none."""
    places = "123456"
    survey = made(
        "ID,Seen any?,Please rank the films.,,,,,,Fan?\n,Response,A,B,C,D,E,F,Response",
        *(f"{101 + n},Yes,{','.join(places[n:] + places[:n])},No" for n in range(6)),
        *("107,No,,,,,,,No", "108,No,,,,,,,Yes"),
        times=8,
    )
    ranks = survey.codebook.questions[1]
    assert (ranks.kind, ranks.label) == (Kind.GRID, "Please rank the films.")
    assert [one.label for one in ranks.items] == list("ABCDEF")
    assert counts(survey, f"{ranks.id}.1") == dict.fromkeys(places, (1, 6))
    assert {row.cells[0].mean for row in tabled(survey, ranks.id).rows} == {3.5}


def test_a_header_without_a_name_over_the_numbers_of_rows_is_no_question(made: Made) -> None:
    """A mark beside it and what was not asked differ; what an encoding has spoilt stays as it is.

    The last line has no end.
    """
    survey = made(
        ",StartDate,q0013,q0014_0001,q0014_0002,weight",
        "1,5/10/18 4:01,No answer,Not selected,Other,0.5",
        "2,5/11/18 4:01,You weren?t sure,NA,NA,1.25",
        "3,5/31/18 4:02,NA,It?s easy,Not selected,1.25",
        times=3,
    )
    (margin,) = survey.codebook.excluded
    assert (margin.column, margin.reason) == ("column_1", "has no name and numbers the rows")
    assert (survey.respondents, survey.codebook.weight) == (3, "weight")
    assert counts(survey, "q0013") == {"You weren?t sure": (1, 2), "No answer": (1, 2)}
    assert counts(survey, "q0014") == {"It?s easy": (1, 2), "Other": (1, 2)}
    weighted = tabled(survey, "q0013", "--weight weight").rows[0].cells[0]
    assert weighted.weighted_base == 1.75
    answered = made(",Happy?", "3,Yes", "1,No", "2,Yes", times=3)
    assert len(answered.codebook.questions) == 2


def test_two_grids_take_turns_and_a_mark_differs_from_its_header(made: Made) -> None:
    """`7a1 … 7b1` is asked of tasks; `Peer review.` is ticked below `17. Peer review`."""
    often, met = "How often do you do it?", "Does it work?"
    tasks = ("Writing a package.", "Cleaning up.", "Testing.")
    columns = [
        f"7{letter}{place}. {task} - {question}"
        for letter, task in zip("abc", tasks, strict=True)
        for place, question in enumerate((often, met), 1)
    ]
    survey = made(
        ",".join([*columns, "17. Peer review", "17. Tutor/\u00a0teaching"]),
        "Often,Yes,Never,No,Rarely,Yes,Peer review.,",
        'Never,No,Often,Yes,Often,No,,"Tutor/\u00a0teaching\n"',
        "Rarely,Somewhat,Rarely,Somewhat,Never,Somewhat, Peer review.,Tutor/ teaching",
    )
    rated, judged, ways = survey.codebook.questions
    assert [(one.kind, one.label) for one in (rated, judged)] == [
        (Kind.GRID, often),
        (Kind.GRID, met),
    ]
    assert [one.label for one in rated.items] == list(tasks)
    assert ways.kind is Kind.MULTI
    assert counts(survey, ways.id) == {"Peer review.": (16, 24), "Tutor/ teaching": (16, 24)}


def test_a_question_may_stand_over_each_of_its_options(made: Made) -> None:
    """Below a title of one cell; an option that was never chosen is an option too."""
    survey = made(
        "Program_2020\n"
        "Respondent ID,Start Date,Which?,Which?,Which?,Which?,Your role?,Asked?\n"
        ",,CRM,CDP,Nobody’s,Other (please specify),Response,Response",
        "11,06/08/2020 10:36:30 AM,CRM,,,,Developer or Engineer,",
        "12,06/19/2020 01:36:30 PM,CRM,CDP,,own words,Developer\u00a0or engineer,",
        "13,06/10/2020 10:36:30 AM,,CDP,,a spreadsheet,Marketing / PR,",
        ",,,,,,,",
        times=4,
    )
    assert (survey.respondents, sentences_of(survey.notes)) == (
        3,
        ("left out 1 row without any answer",),
    )
    when, which, own, role = survey.codebook.questions
    assert (when.kind, own.kind, survey.codebook.role) == (Kind.DATE, Kind.TEXT, role.id)
    assert counts(survey, which.id) == {"CRM": (2, 3), "CDP": (2, 3), "Nobody’s": (0, 3)}
    assert counts(survey, role.id) == {"Developer or Engineer": (2, 3), "Marketing / PR": (1, 3)}
    assert survey.codebook.excluded[-1].reason == "no answers here"


def test_codes_of_who_does_not_know_are_in_no_mean(made: Made) -> None:
    """Of a loop the items are the rows; a duration is a text, a time of the day a date."""
    lines = [
        f"{1 + n % 5},{98 if n % 10 == 9 else 1 + (n + 2) % 5},{1 + (n + 1) % 5},"
        f"2015-02-13 17:{n:02}:50.000,0 days 00:04:{n:02}.80"
        for n in range(30)
    ]
    survey = made("q5_1,q5_2,q5_3,start_time,duration", *lines, times=30)
    kinds = {one.id: one.kind for one in survey.codebook.questions}
    assert kinds == {"q5": Kind.GRID, "start_time": Kind.DATE, "duration": Kind.TEXT}
    row = tabled(survey, "q5").rows[1].cells[0]
    known = [1 + (n + 2) % 5 for n in range(30) if n % 10 != 9]
    assert (row.mean, counts(survey, "q5.2")["98"]) == (sum(known) / 27, (3, 30))


def test_a_row_and_a_column_in_a_name_are_a_loop(made: Made) -> None:
    columns = [f"q14r{row:02}c{store:02}" for row in (1, 2, 3) for store in (1, 2)]
    lines = [
        ",".join(f"{1 + (n + place) % 4}{'.0' if place % 2 else ''}" for place in range(6))
        for n in range(8)
    ]
    survey = made(",".join(columns), *lines)
    asked = {one.id: one.columns for one in survey.codebook.questions}
    assert asked == {"q14c01": tuple(columns[::2]), "q14c02": tuple(columns[1::2])}
