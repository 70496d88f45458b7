"""What real surveys hold that a plain reader takes for something else, in files with types."""

from __future__ import annotations

import csv
import datetime
import struct
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest
import xlsxwriter

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import default_view, parse_view
from cxtui.errors import CxtuiError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Kind, Question
from tests.making import known
from tests.sources.test_statistics_files import weighted_by, with_extension

HEBREW, TELUGU = "\u05e9\u05dc\u05d5\u05dd", "\u0c24\u0c46\u0c32\u0c41\u0c17\u0c41"


def parquet(folder: Path, columns: dict[str, Any], name: str = "made") -> Survey:
    """The survey of a Parquet file with these columns."""
    file = folder / f"{name}.parquet"
    pl.DataFrame(columns).write_parquet(file)
    return open_survey(str(file))


def the(survey: Survey, question_id: str) -> Question:
    found = survey.codebook.find(question_id)
    assert found is not None, [one.id for one in survey.codebook.questions]
    return found


def counts(survey: Survey, question_id: str) -> dict[str, tuple[float, float]]:
    """Who gave each answer, and how many were asked."""
    rows = tabulate(survey, parse_view(survey, f"--question '{question_id}' --no-weight")).rows
    return {row.label: (known(row.cells[0].n), known(row.cells[0].base)) for row in rows}


def test_an_empty_list_is_none_chosen_and_no_list_not_asked(tmp_path: Path) -> None:
    """As a mark beside `Not selected` and nothing at all, in columns of a dictionary."""
    lists = parquet(tmp_path, {"use": [["CRM", "CDP"], [], None, ["CDP"], [None], ["CRM"]]})
    assert counts(lists, "use") == {"CRM": (2, 5), "CDP": (2, 5)}
    marks = {
        "use_1": ["CRM", "Not selected", None, "Not selected", "Not selected", "CRM"],
        "use_2": ["CDP", "Not selected", None, "CDP", "Not selected", "Not selected"],
    }
    texts = {name: pl.Series(one, dtype=pl.Categorical) for name, one in marks.items()}
    wide = parquet(tmp_path, texts, "wide")
    assert counts(wide, "use") == counts(lists, "use")


def test_who_has_no_usable_weight_is_left_out_and_counted(tmp_path: Path) -> None:
    weights = [None, 0.0, -1.0, float("nan"), float("inf"), 1.5]
    survey = parquet(tmp_path, {"weight": weights, "happy": ["Yes", "No"] * 3})
    table = tabulate(survey, parse_view(survey, "--question happy"))
    cell = table.rows[0].cells[0]
    assert (survey.codebook.weight, cell.base, cell.weighted_base) == ("weight", 1, 1.5)
    left_out = "5 respondents excluded: weight missing, zero, negative or not finite."
    assert left_out in sentences_of(table.notes)


def test_every_type_is_a_question_or_left_aside_with_the_reason(tmp_path: Path) -> None:
    """One answer of all respondents is an answer; a different role for each makes no groups."""
    survey = parquet(
        tmp_path,
        {
            "price": pl.Series(["1.5", "2.5", "9"] * 10).cast(pl.Decimal(10, 2)),
            "plan": pl.Series(["Free", "Team", "Team"] * 10, dtype=pl.Categorical),
            "same": ["Yes"] * 30,
            "none": [None] * 30,
            "took": [datetime.timedelta(seconds=3)] * 30,
            "nested": [{"a": 1}] * 30,
            "role": [f"role{n}" for n in range(30)],
        },
    )
    codebook = survey.codebook
    assert {one.id: one.kind for one in codebook.questions} == {
        "price": Kind.NUMERIC,
        "plan": Kind.SINGLE,
        "same": Kind.SINGLE,
    }
    reasons = {one.column: one.reason for one in codebook.excluded}
    assert reasons.keys() == {"none", "took", "nested", "role"} and all(reasons.values())
    assert (codebook.role, codebook.default_banner) == ("", "plan")
    assert counts(survey, "same") == {"Yes": (30, 30)}


def test_nobody_is_a_survey_without_a_table_and_one_has_a_table(tmp_path: Path) -> None:
    columns = {"role": ["Marketing"], "happy": ["Yes"], "weight": [1.0]}
    one = parquet(tmp_path, columns)
    assert counts(one, "happy") == {"Yes": (1, 1)}
    pl.DataFrame(columns).head(0).write_parquet(tmp_path / "nobody.parquet")
    nobody = open_survey(str(tmp_path / "nobody.parquet"))
    assert (nobody.respondents, len(nobody.codebook.questions)) == (0, 2)
    with pytest.raises(CxtuiError, match="has no respondents"):
        tabulate(nobody, default_view(nobody))
    (tmp_path / "text.parquet").write_text("role,happy\nMarketing,Yes\n")
    with pytest.raises(CxtuiError, match=r"is not a Parquet file.*name it \.csv"):
        open_survey(str(tmp_path / "text.parquet"))


@pytest.mark.parametrize(("ending", "control"), [("csv", "\x07"), ("parquet", "\x00")])
def test_answers_that_would_command_the_screen_are_counted_as_text(
    tmp_path: Path, ending: str, control: str
) -> None:
    """Markup to the letter, controls as pictures; scripts and joined emoji as they are."""
    plain = ["[red]Yes[/red]", "[/]", "日本", HEBREW, "\U0001f469\U0001f3fd\u200d\U0001f4bb"]
    frame = pl.DataFrame({"Q [b]x[/b]?": [*plain, "\x1b[31mred\x1b[0m", f"a{control}"] * 3})
    file = tmp_path / f"made.{ending}"
    frame.write_csv(file) if ending == "csv" else frame.write_parquet(file)
    survey = open_survey(str(file))
    (asked,) = survey.codebook.questions
    found = counts(survey, asked.id)
    assert asked.label == "Q [b]x[/b]?"
    pictures = ["\u241b[31mred\u241b[0m", f"a{chr(0x2400 + ord(control))}"]
    assert found == dict.fromkeys([*plain, *pictures], (3, 21))


def test_a_workbook_and_its_text_are_one_survey_and_a_lost_zero_is_said(tmp_path: Path) -> None:
    """Cells are numbers in one row and texts in the next; empty rows and columns are dropped."""
    header = ["Which Python?", "What kind of user are you?", "Rate it [Speed]", "Rate it [Price]"]
    versions: list[object] = [3.8, "3.8, 3.9", 3.1, "3.9, 3.11", 3.9, "3.8, 3.9, 3.11", 3.11]
    steps = ["Very important", "Somewhat important", "Not important"]
    rows: list[list[object]] = [
        [version, ["Developer", "Packager"][n % 2], steps[n % 3], steps[(n + 1) % 3], None, "a\nb"]
        for n, version in enumerate(versions * 3)
    ]
    nobody: list[object] = [None] * 6
    table: list[list[object]] = [[*header, None, "Why?"], *rows, *[nobody] * 4]
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as book:
        sheet, blank = book.add_worksheet(), book.add_format({"bold": True})
        for number, row in enumerate(table):
            for place, cell in enumerate(row):
                if cell is None:
                    sheet.write_blank(number, place, None, blank)
                else:
                    sheet.write(number, place, cell)
    with (tmp_path / "made.csv").open("w", newline="", encoding="utf-8") as text:
        csv.writer(text).writerows(table)
    typed, plain = (open_survey(str(tmp_path / f"made.{one}")) for one in ("xlsx", "csv"))
    assert typed.respondents == plain.respondents == len(rows)
    assert "left out 4 rows without any answer" in sentences_of(typed.notes) + sentences_of(
        plain.notes
    )
    versions_asked, role, grid, _ = typed.codebook.questions
    assert (versions_asked.kind, grid.kind) == (Kind.MULTI, Kind.GRID)
    assert "'3.1' may be '3.10'" in versions_asked.guess
    assert typed.codebook.role == role.id
    assert typed.codebook.questions == plain.codebook.questions
    for one in typed.codebook.table_questions:
        assert counts(typed, one.id) == counts(plain, one.id)
    assert counts(typed, versions_asked.id)["3.8"] == (9, len(rows))


def test_a_missing_value_keeps_its_letter_in_stata_and_is_no_answer_in_sas(tmp_path: Path) -> None:
    """`.a` has refused, and is in no base; a plain `.` has no reason."""
    frame = pl.DataFrame({"happy": [1.0, 2.0, 1.0, 7.25, 1.0], "paid": [1.0, 2.0, 1.0, 2.0, None]})
    stata, sas = tmp_path / "made.dta", tmp_path / "made.xpt"
    pyreadstat.write_dta(frame, stata)
    pyreadstat.write_xport(frame, sas)
    for file, number, tag in (
        (stata, struct.pack("<d", 7.25), struct.pack("<Q", 0x7FE0_0100_0000_0000)),
        (sas, b"\x41\x74" + bytes(6), b"A" + bytes(7)),
    ):
        content = file.read_bytes()
        assert content.count(number) == 1
        file.write_bytes(content.replace(number, tag))
        survey = open_survey(str(file))
        assert counts(survey, "happy").items() >= {"1": (3, 4), "2": (1, 4)}.items()
        assert counts(survey, "paid") == {"1": (2, 4), "2": (2, 4)}
    missing = [one.code for one in the(open_survey(str(stata)), "happy").categories if one.missing]
    assert missing == [".a"]


def test_every_script_and_an_old_encoding_are_read(tmp_path: Path) -> None:
    """A file says its encoding, or is of a time when there was one: windows-1252."""
    labels = {1.0: HEBREW, 2.0: TELUGU}
    columns = {"q": [1.0, 2.0, 1.0], "said": [HEBREW, TELUGU, HEBREW]}
    facts: dict[str, Any] = {"column_labels": {"q": f"{TELUGU}?"}}
    pyreadstat.write_sav(
        pl.DataFrame(columns), tmp_path / "made.sav", variable_value_labels={"q": labels}, **facts
    )
    survey = open_survey(str(tmp_path / "made.sav"))
    assert the(survey, "q").label == f"{TELUGU}?"
    for question in ("q", "said"):
        assert counts(survey, question) == {HEBREW: (2, 3), TELUGU: (1, 3)}
    old = pl.DataFrame({"q": [1, 2, 1], "said": ["Caf#", "Non", "Caf#"]})
    facts = {"column_labels": {"q": "Pr#t?"}, "variable_value_labels": {"q": {1: "#t#", 2: "Non"}}}
    pyreadstat.write_sav(old, tmp_path / "old.sav", **facts)
    pyreadstat.write_dta(old, tmp_path / "old.dta", version=13, **facts)
    named, other = (
        struct.pack("<4i", 7, 20, 1, len(one)) + one for one in (b"UTF-8", b"windows-1252")
    )
    for file in (tmp_path / "old.sav", tmp_path / "old.dta"):
        file.write_bytes(file.read_bytes().replace(named, other).replace(b"#", b"\xe9"))
        survey = open_survey(str(file))
        assert the(survey, "q").label == "Prét?"
        assert counts(survey, "q") == {"été": (2, 3), "Non": (1, 3)}
        assert counts(survey, "said") == {"Café": (2, 3), "Non": (1, 3)}


def test_four_files_of_the_same_people_give_the_same_tables(tmp_path: Path) -> None:
    """Text, marks of a dictionary, lists, and SPSS with its own set, missing value and weight."""
    people: list[tuple[str | None, list[str] | None, float]] = [
        ("Very", ["Hair", "Skin"], 0.5),
        ("Not at all", [], 1.25),
        ("No answer", None, 2.0),
        ("Very", ["Skin"], 0.75),
        ("Somewhat", None, 1.5),
        (None, ["Hair"], 1.0),
    ] * 2
    options, how, weights = ("Hair", "Skin"), [one[0] for one in people], [one[2] for one in people]
    marks = {
        f"worry_{place}": [
            None if one is None else option if option in one else "Not selected"
            for _, one, _ in people
        ]
        for place, option in enumerate(options, 1)
    }
    others = {"how": how, "weight": weights}
    pl.DataFrame(others | marks).write_csv(tmp_path / "a.csv", null_value="NA")
    wide = pl.DataFrame(others | marks).with_columns(pl.col(*marks).cast(pl.Categorical))
    wide.write_parquet(tmp_path / "b.parquet")
    lists = pl.DataFrame(others | {"worry": [one for _, one, _ in people]})
    lists.write_parquet(tmp_path / "c.parquet")
    codes = {"Very": 1.0, "Somewhat": 2.0, "Not at all": 3.0, "No answer": 99.0}
    coded = {"how": [None if one is None else codes[one] for one in how], "weight": weights}
    coded |= {
        name: [None if one is None else float(one != "Not selected") for one in column]
        for name, column in marks.items()
    }
    pyreadstat.write_sav(
        pl.DataFrame(coded),
        tmp_path / "d.sav",
        column_labels={"worry_1": "Hair", "worry_2": "Skin"},
        variable_value_labels={"how": {code: label for label, code in codes.items()}},
        missing_ranges={"how": [99.0]},
    )
    own_set = b"$worry=D1 1 5 Worry worry_1 worry_2\n"
    weighted_by(with_extension(tmp_path / "d.sav", 7, own_set), 2)
    found = []
    for file in sorted(tmp_path.iterdir()):
        survey = open_survey(str(file))
        assert (survey.codebook.weight, the(survey, "worry").kind) == ("weight", Kind.MULTI)
        asked = " --base asked" if file.suffix == ".sav" else ""
        for question in ("how", "worry"):
            view = parse_view(survey, f"--question {question} --weight weight{asked}")
            cells = {row.label: row.cells[0] for row in tabulate(survey, view).rows}
            found.append({label: (one.percent, one.base) for label, one in cells.items()})
    assert found[0]["No answer"] == pytest.approx((400 / 12, 10))
    for place, table in enumerate(found):
        expected = found[0] if place % 2 == 0 else {"Hair": (300 / 7, 8), "Skin": (250 / 7, 8)}
        assert table.keys() == expected.keys()
        for label, numbers in table.items():
            assert numbers == pytest.approx(expected[label])
