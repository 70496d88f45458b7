"""Cells without an answer that a word fills, and options that a number or a blank header marks."""

from pathlib import Path

import polars as pl

import cxtui
from cxtui.survey.question import Kind
from tests.survey.test_infer import codes, guess, question

RATED = ["Good", "Bad", "NA", "Good", "Bad", "Good", "NA", "NA", "NA", "NA"]
LISTS = ["R;Git", "Git", "R", "Git;R", "R;SQL", "SQL", "NA", "NA", "NA", "NA"]
RARE = [*"abcabc", "NA", None, "NA", "NA"]


def test_a_word_that_fills_a_files_cells_is_missing_in_every_kind_of_question() -> None:
    columns = {"rated": RATED, "again": RATED, "tools": LISTS, "why": RARE, "n": [*range(10)]}
    found = guess(columns)
    for name in ("rated", "tools", "why"):
        one = question(found, name)
        assert [category.code for category in one.categories if category.missing] == ["NA"], name
        assert "NA" in one.guess
    assert question(found, "tools").kind is Kind.MULTI


def test_a_filled_grid_has_no_word_among_its_answers() -> None:
    rated = {
        f"Useful: {name}": [*"12345" * 8, *["n/a"] * 20, None] for name in ("Demo", "News", "Talk")
    }
    found = guess({**rated, "why": [*"abc" * 10, *["n/a"] * 31]})
    grid = next(one for one in found.questions if one.kind is Kind.GRID)
    assert [one.code for one in grid.categories if not one.missing] == [*"12345"]


def test_beside_blank_cells_a_word_of_one_column_stays_an_answer() -> None:
    columns = {"why": [*"abcabc", "N/A", None, "N/A", None], "sex": [*"mfmfmfmfmf"]}
    assert not any(one.missing for one in question(guess(columns), "why").categories)


def test_a_word_among_other_answers_of_a_cell_is_one_of_them() -> None:
    lists = ["R;NA", "NA", "R", "NA;R", "R;Git", "Git;NA", "Git", "NA;Git"]
    one = question(guess({"tools": lists, "n": [*range(8)]}), "tools")
    assert "NA" in codes(one)
    assert not any(category.missing for category in one.categories)


def test_numbers_of_their_own_mark_the_options_of_a_set() -> None:
    columns = {f"use_{name}": [n, None, n, None] for n, name in enumerate("abcdefghi", start=1)}
    one = question(guess({**columns, "use_other": ["mine", None, None, None]}), "use")
    assert one.kind is Kind.MULTI
    assert len(one.options) == len(columns)
    assert one.reasons == ()


def test_an_option_that_nobody_chose_is_counted_with_the_others(tmp_path: Path) -> None:
    path = tmp_path / "ticks.csv"
    path.write_text("q_a,q_b,q_c,q_d\n1,,,\n1,1,1,\n,1,,\n,,1,\n")
    rows = cxtui.open(path).table("q").rows
    assert [(row.code, row.cells[0].n) for row in rows] == [("a", 2), ("b", 2), ("c", 2), ("d", 0)]
    assert rows[0].cells[0].base == 4


def test_columns_with_blank_headers_are_options_of_the_column_before() -> None:
    options = ["Biology", "Don't know", "Law"]
    names = ["Field", "Column2", "Column3"]
    ticks = {name: [text, None, text] for name, text in zip(names, options, strict=True)}
    columns = {"Country": ["UK", "US", "UK"], **ticks, "Column4": ["Art", "Fishing", None]}
    one = question(guess(columns), "Field")
    assert one.kind is Kind.MULTI
    assert one.columns == tuple(names)
    assert [category.label for category in one.options] == options
    assert pl.DataFrame(columns).width == len(guess(columns).questions) + 2


def test_a_column_with_few_lists_is_read_as_the_files_other_lists() -> None:
    tools = ["R;Git", "Git", "R", "Git;R", "R;SQL", "SQL"]
    where = ["home", "home", "home;work", "home", "home", "none"]
    found = guess({"tools": tools, "more": tools[::-1], "where": where})
    assert question(found, "where").delimiter == ";"
    assert codes(question(found, "where")) == ["home", "work", "none"]
    assert question(guess({"where": where}), "where").kind is Kind.SINGLE


def test_cells_that_spreadsheets_take_for_text_are_read_below_two_header_rows(
    tmp_path: Path,
) -> None:
    path = tmp_path / "export.csv"
    answers = "".join(f'="{n % 5 + 1}";"=""{n % 3 + 1}""";="text {n}";\n' for n in range(12))
    header = "Q1;Q2;Q3;\nHow often do you eat out? ;How do you judge it?;What else is there?;\n"
    path.write_text(header + answers)
    survey = cxtui.open(path)
    assert survey.frame.collect().height == 12
    assert [one.label for one in survey.questions][:2] == [
        "How often do you eat out?",
        "How do you judge it?",
    ]
    assert [row.cells[0].n for row in survey.table("Q1").rows][:2] == [3, 3]


def test_the_second_row_of_an_old_qualtrics_export_is_no_respondent(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text('V1,V2,Q1,\nResponseID,ResponseSet,"Which one?",\nR_1,Default,2,\n')
    survey = cxtui.open(path)
    assert survey.frame.collect().height == 1
    assert "Which one?" in [one.label for one in survey.questions]


def test_codes_below_zero_are_of_no_scale_unless_it_has_two_poles() -> None:
    coded = guess({"q": [1, 2, 3, 4, 5, -1, -3, -3] * 4})
    scores = {one.code: one.score for one in question(coded, "q").categories}
    assert (scores["-3"], scores["5"]) == (None, 5)
    poles = guess({"q": [-2, -1, 0, 1, 2, 2, 1, -2] * 4})
    assert codes(question(poles, "q")) == ["-2", "-1", "0", "1", "2"]


def test_codes_of_questions_may_stand_above_the_names_of_columns(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    header = ",,F1,F1,F1,F2,F2\nRespondent,Start,Talks,Food,Venue,Acme Inc,Other Ltd\n"
    rows = "".join(f"{n + 100},t{n},{n % 5},{n % 3},{n % 4},Acme Inc,\n" for n in range(9))
    path.write_text(header + rows)
    survey = cxtui.open(path)
    assert survey.frame.collect().height == 9
    assert any("Food" in one.label for one in survey.questions)


def test_letters_and_roman_numbers_are_in_their_order() -> None:
    columns = {"grade": ["II", "V and more", "I", "III"] * 3, "mark": ["C", "A", "D", "B"] * 3}
    found = guess(columns)
    assert codes(question(found, "grade")) == ["I", "II", "III", "V and more"]
    assert codes(question(found, "mark")) == ["A", "B", "C", "D"]


def test_one_occupation_in_every_answer_is_no_role() -> None:
    with_whom = ["Same researcher", "Changing researchers"] * 20
    assert guess({"with_whom": with_whom, "q": ["a", "b"] * 20}).role == ""


def test_a_weight_beside_heights_is_that_of_bodies() -> None:
    kilograms = [49.53 + n for n in range(60)]
    columns = {"weight": kilograms, "sex": ["m", "f"] * 30}
    assert guess(columns).weight == "weight"
    assert guess({**columns, "height": [1.5 + n / 100 for n in range(60)]}).weight == ""


def test_names_of_rows_are_left_aside_with_gaps_too() -> None:
    found = guess({"rownames": [1, 4, 5, 9], "Unnamed: 0": [2, 3, 7, 8], "q": [*"abab"]})
    assert [one.column for one in found.excluded] == ["rownames", "Unnamed: 0"]
