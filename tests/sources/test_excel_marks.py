"""Workbooks as Excel marks them: merged cells, hidden parts, formulas, rows below, sheets."""

from __future__ import annotations

import base64
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from cxtui.analysis.query.expressions.answered import count_answered
from cxtui.errors import SourceError
from cxtui.library import open as open_library
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of

HEADER = ["role", "goal", "score"]
ROWS: list[list[object]] = [
    [["CMO", "CTO"][row % 2], ["Yes", "No"][row % 2], row % 5 + 1] for row in range(20)
]
TABLE: list[list[object]] = [[*HEADER], *ROWS]

XLS = (
    "eNrtmD1oFEEUx9/s7cft3t7lLiaBRAnhwKgxCGpjE8/vVLlEEfxA0EuyqOTIyiWNFhqNVwqClWITSGMTtfEDLbSzEC"
    "JaCIKQaGklKlgkWd+8ndWMTpGDGIzsO/bN7Jv57X9252tvX03nZibut8zCb7YTErAQ2GAuijE87OgkC1geBDwbpUk8"
    "gthWldlJ7EjTgCfplxbvQ97fs6DBPf05eoAPeJyAc1D0h722FbQ91IYS423oYjqOPQ1u45GBZmpXPfkB8mvI36W6T8"
    "nvosg18l1Yd4Ydh+lCsWOHGMdHtTyVZdAzeEjMO4pshUZ4wcfxpessrGvA7srZUvnfLGjVXZgE7Llub9irlMoz0IBd"
    "OAnfgjaAr9FcfdYWx1c2zgDj3+W4pYjf0HSAMQhOMT4Qq+DClwQv0WFfabRUhTT08FUVu7voj3ojczia14mV1gA445"
    "XLPl6g4pc9TE77pTJGRwb8iodX2Xu4F0d00efZnl70x7wRhy/hNOWz0pRP00Rw0Q9CHeVzNB2yKDV35/Prnv6+wkmK"
    "jJF4uBms562HAC5zAuEMlaTJ89voIGIz+St01bWUbyHfgLeAaXtfo8gcGKc6V6m0HXW2k70pbFiU34j56qeDj1qrHw"
    "ubMD/VPXuhYeptYQLyuDkNIs9/49DJOtmtm9weF6KUiWXjPfnmP5aQpJYVbQ/EjlcH8+BQNkd3HJ5FTyc80/AsIWim"
    "oBnRuqjPiMZugouaQ8tajnqA05qC1og2BR32jCVojWhH0AkFnZC0E5J2guiMoHUFrUvauqStE10vaENBG5K2IWkbRD"
    "cJ2lTQpqRtStom0S2CthS0JWlbkrZFdKugkwo6KWknJe0k0XlB2wralrRtSdsmul3QjoJ2JG1H0naI7hB0SkGnJO2U"
    "pJ0ieougXQXtStqupO0SvY2/Gmr18IAPS9xmf9lKrCzsp1+tKwtTriwQPVVQPdXYYosttthiW3Zj9AIbvq7r4b8K2r"
    "Yt8V1nHo+F+DPJf2uHwMffKP4t3Q/DmFbgfE3jpwkMFl2LLZGJvhdyO4LqFRiCfmrHUM3jF1+72OL7WTKYXb4pVKv+"
    "Qi3t/Mv6PwA6bSXR"
)
"""An old workbook of 12 respondents, with a sheet of notes."""


def written(
    folder: Path,
    rows: Sequence[Sequence[object]] = ROWS,
    mark: Callable[[Any], object] = lambda sheet: None,
) -> Survey:
    file = folder / "a.xlsx"
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet("Data")
        for place, row in enumerate([HEADER, *rows]):
            sheet.write_row(place, 0, row)
        mark(sheet)
    return open_survey(str(file))


def notes(survey: Survey) -> str:
    return "\n".join(sentences_of(survey.notes))


@pytest.mark.parametrize(
    "below",
    [
        [["Total", "", 60]],
        [["Gesamt:", "", 12345]],
        [["Mean", "", 3.0]],
        [[], ["Source: our survey, 2020"]],
        [["* Respondents of 2020"]],
        [["Total", "", 60], [], ["Source: our survey"], ["Base: everyone who answered"]],
    ],
)
def test_rows_below_the_data_are_no_respondents(tmp_path: Path, below: list[list[object]]) -> None:
    survey = written(tmp_path, [*ROWS, *below])
    assert survey.respondents == 20
    assert str(next(row[0] for row in below if row)) in notes(survey)
    assert "without any answer" not in notes(survey)


@pytest.mark.parametrize(
    "last",
    [["CTO"], ["CTO", "No"], ["Media", "Yes", 2], ["", "", 3], ["CMO", "Total", 4], ["N", "", 77]],
)
def test_an_incomplete_last_respondent_stays(tmp_path: Path, last: list[object]) -> None:
    assert written(tmp_path, [*ROWS, last]).respondents == 21


def test_an_answer_that_others_gave_is_no_total(tmp_path: Path) -> None:
    rows: list[list[object]] = [["N" if place % 3 else "Y", "", place] for place in range(20)]
    rows[-1] = [rows[-1][0], "", sum(range(19))]
    assert written(tmp_path, rows).respondents == 20


def test_merged_cells_count_for_all_their_rows(tmp_path: Path) -> None:
    rows = [["", goal, score] for _, goal, score in ROWS]

    def merge(sheet: Any) -> None:
        sheet.merge_range(1, 0, 12, 0, "CMO")
        sheet.merge_range(13, 0, 20, 0, "CTO")

    survey = written(tmp_path, rows, merge)
    assert survey.frame.collect()["role"].to_list() == ["CMO"] * 12 + ["CTO"] * 8


def test_merged_cells_right_of_an_empty_margin(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        for place, row in enumerate(TABLE):
            sheet.write_row(place + 2, 1, ["", *list(row)[1:]] if place else row)
        sheet.merge_range(3, 1, 22, 1, "CMO")
    survey = open_survey(str(file))
    assert survey.frame.collect()["role"].to_list() == ["CMO"] * 20


def test_what_is_hidden_is_read_and_said(tmp_path: Path) -> None:
    def hide(sheet: Any) -> None:
        sheet.set_column(1, 1, None, None, {"hidden": True})
        for place in (3, 4, 9):
            sheet.set_row(place, None, None, {"hidden": True})

    survey = written(tmp_path, mark=hide)
    assert survey.respondents == 20
    assert "3 rows are hidden" in notes(survey)
    assert "hidden in Excel and read like the others: goal" in notes(survey)


def test_formulas_that_were_never_calculated_are_said(tmp_path: Path) -> None:
    def calculate(sheet: Any) -> None:
        sheet.write(0, 3, "double")
        sheet.write(0, 4, "half")
        for place in range(1, 21):
            sheet.write_formula(place, 3, f"=C{place + 1}*2", value="")
            sheet.write_formula(place, 4, f"=C{place + 1}/2", value=place % 3)

    survey = written(tmp_path, mark=calculate)
    assert "double: 20 formulas were never calculated" in notes(survey)
    assert "half" not in notes(survey)
    assert count_answered(survey)["half"] == 20


def test_a_small_table_beside_the_data_is_left_out(tmp_path: Path) -> None:
    def add(sheet: Any) -> None:
        table: list[list[object]] = [["code", "meaning"], [1, "Low"], [5, "High"]]
        for place, row in enumerate(table):
            sheet.write_row(place, 5, row)

    survey = written(tmp_path, mark=add)
    assert [one.id for one in survey.codebook.questions] == HEADER
    assert "beside the data: code, meaning" in notes(survey)


def test_another_sheet_is_read_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(file) as workbook:
        for name, size in (("2019", 20), ("2020 & on", 14)):
            sheet = workbook.add_worksheet(name)
            for place, row in enumerate([HEADER, *ROWS[:size]]):
                sheet.write_row(place, 0, row)
            sheet.set_row(2, None, None, {"hidden": name != "2019"})
    first = open_survey(str(file))
    assert first.respondents == 20
    assert "other sheets: 2020 & on" in notes(first)
    other = open_library(file, sheet="2020 & ON")
    assert "14 respondents" in repr(other)
    assert "1 row is hidden" in notes(open_survey(str(file), sheet="2020 & on"))
    assert "--sheet '2020 & ON'" in str(other.table("goal").replay)
    with pytest.raises(SourceError, match="no sheet '2021'; it has '2019', '2020 & on'"):
        open_survey(str(file), sheet="2021")
    (tmp_path / "a.csv").write_text("a\n1\n")
    with pytest.raises(SourceError, match="no workbook"):
        open_survey(str(tmp_path / "a.csv"), sheet="x")


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.xls"
    file.write_bytes(zlib.decompress(base64.b64decode(XLS)))
    survey = open_survey(str(file))
    assert count_answered(survey) == {"role": 12, "goal": 12, "score": 12}
    assert "other sheets: Notes" in notes(survey)
    file.write_bytes(file.read_bytes()[:3000])
    with pytest.raises(SourceError):
        open_survey(str(file))


def opendocument(file: Path, rows: str) -> Path:
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Data">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return file


CELL = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'


def test_an_opendocument_sheet_is_read(tmp_path: Path) -> None:
    rows = "".join(
        f"<table:table-row>{''.join(CELL.format('', cell) for cell in row)}</table:table-row>"
        for row in TABLE
    )
    survey = open_survey(str(opendocument(tmp_path / "a.ods", rows)))
    assert survey.respondents == 20
    assert [one.id for one in survey.codebook.questions] == HEADER


def test_cells_that_are_repeated_without_end_are_refused(tmp_path: Path) -> None:
    many = ' table:number-columns-repeated="16384"'
    row = f'<table:table-row table:number-rows-repeated="1048576">{CELL.format(many, "x")}'
    file = opendocument(tmp_path / "a.ods", f"{row}</table:table-row>")
    with pytest.raises(SourceError, match="are not read"):
        open_survey(str(file))


def labelled(folder: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Survey:
    file = folder / "a.xlsx"
    with xlsxwriter.Workbook(file) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return open_survey(str(file))


def test_sheets_with_labels_of_codes_and_wordings_of_columns(tmp_path: Path) -> None:
    """They are used although they hold more cells than the respondents' own sheet."""
    survey = labelled(
        tmp_path,
        {
            "Codes": [
                ["variable", "value", "label"],
                *[["role", 1, "Marketing"], ["", 2, "Technology"], ["sat", 1, "Bad"]],
                *[["sat", code, f"Step {code}"] for code in range(2, 30)],
            ],
            "Questions": [["name", "wording"], ["role", "Your job?"], ["sat", "How good?"]],
            "Data": [["role", "sat"], *[[n % 2 + 1, n % 3 + 1] for n in range(12)]],
        },
    )
    role = survey.codebook.find("role")
    assert role is not None and survey.respondents == 12
    assert [(one.code, one.label) for one in role.categories] == [
        ("1", "Marketing"),
        ("2", "Technology"),
    ]
    assert (role.label, survey.codebook.role) == ("Your job?", "role")
    assert "labels are those of the sheet Codes" in notes(survey)


def test_a_sheet_of_other_things_labels_nothing(tmp_path: Path) -> None:
    rows = [["role", "goal"], *[["CMO", "Yes"], ["CTO", "No"]] * 10]
    other = [["term", "meaning"], ["CMO", "chief marketing officer"], ["CTO", "chief technology"]]
    survey = labelled(tmp_path, {"Data": rows, "Glossary": other})
    assert "labels" not in notes(survey)
    assert [one.label for one in survey.codebook.questions] == ["role", "goal"]


def test_single_answers_after_empty_rows_are_answers_where_most_rows_are_so(tmp_path: Path) -> None:
    rows: list[Sequence[object]] = [["Why?", "What else?"]]
    for n in range(30):
        rows += [["", f"answer {n}"] if n % 5 else [f"because {n}", "else"], []]
    survey = labelled(tmp_path, {"Open": rows})
    assert survey.respondents == 30
    assert "below the data" not in notes(survey)


def test_an_empty_row_below_a_merged_header_is_no_respondent(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        for column, name in enumerate(("role", "goal")):
            sheet.merge_range(0, column, 1, column, name)
        for place in range(20):
            sheet.write_row(place + 2, 0, ["CMO", "Yes"] if place % 2 else ["CTO", "No"])
    survey = open_survey(str(file))
    assert survey.respondents == 20
    assert survey.frame.collect()["role"].to_list() == ["CTO", "CMO"] * 10
