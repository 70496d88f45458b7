"""Excel workbooks as users save them, and malicious ones."""

from __future__ import annotations

import datetime
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from cxtui.errors import SourceError
from cxtui.output.question_document import remarks_on
from cxtui.sources.open_survey import open_survey
from cxtui.sources.readers.excel.excel_reader import read_excel
from cxtui.sources.readers.excel.workbook import MOST_BYTES
from cxtui.sources.source import Source
from cxtui.survey.model import ColumnLabel
from cxtui.survey.question import code_of
from tests.shared import shared

Rows = Sequence[Sequence[object]]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(**sheets: Rows) -> Path:
        file = tmp_path / "survey.xlsx"
        book = xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd hh:mm"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name.startswith("hidden"):
                sheet.hide()
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, str) and cell.startswith("#DIV"):
                        sheet.write_formula(number, place, "=1/0", None, cell)
                    elif cell is not None:
                        sheet.write(number, place, cell)
        book.close()
        return file

    return to_file


def rows(source: Source) -> pl.DataFrame:
    collected = source.frame.collect().to_native()
    assert isinstance(collected, pl.DataFrame)
    return collected


def test_cells_of_one_kind_are_numbers_booleans_and_dates(write: Write) -> None:
    day, moment = datetime.date(2020, 2, 29), datetime.datetime(2021, 3, 1, 18, 30)
    file = write(
        data=[
            ["whole", "half", "yes", "when", "text", "none"],
            [1, 0.5, True, day, "001", None],
            [None, None, None, None, None, None],
            [3, 2, False, moment, "NA", "#DIV/0!"],
            [None, 1e300, None, None, None, None],
        ]
    )
    frame = rows(read_excel((file,)))
    assert frame.schema == pl.Schema(
        {
            "whole": pl.Int64(),
            "half": pl.Float64(),
            "yes": pl.Boolean(),
            "when": pl.Date(),
            "text": pl.String(),
            "none": pl.String(),
        }
    )
    assert frame.rows() == [
        (1, 0.5, True, day, "001", None),
        (3, 2.0, False, moment.date(), "NA", None),
        (None, 1e300, None, None, None, None),
    ]


def test_a_column_of_several_kinds_is_text_as_it_was_typed(write: Write) -> None:
    """Python 3 is `3`, not `3.0`; an error is no answer."""
    cells = ["3.6, 3.7", 3, 3.8, True, datetime.date(2020, 1, 31), "#DIV/0!", 12345678901]
    file = write(data=[["id", "python"], *([n, cell] for n, cell in enumerate(cells))])
    frame = rows(read_excel((file,)))
    texts = ["3.6, 3.7", "3", "3.8", "true", "2020-01-31", None, "12345678901"]
    assert frame["python"].to_list() == texts


def test_the_sheet_with_the_respondents_is_read_and_named(write: Write) -> None:
    """Not the cover, the list of questions, a chart's numbers or what is hidden."""
    file = write(
        Cover=[["Customer survey 2020"], ["made by us"], ["for you"]],
        Questions=[["column", "wording"], *([f"q{n}", "Why?"] for n in range(20))],
        Answers=[["role", "q1", "q2"], *(["Marketing", n % 2, n] for n in range(30))],
        hidden=[["a", "b", "c"], *([1, 2, 3] for n in range(90))],
    )
    survey = open_survey(str(file))
    assert survey.respondents == 30
    assert [one.id for one in survey.codebook.questions][:2] == ["role", "q1"]
    note = (
        "read the sheet Answers, which holds most; other sheets: Cover, Questions, hidden "
        "(--sheet NAME reads one)"
    )
    assert note in remarks_on(survey)


def test_titles_and_a_margin_are_no_header(write: Write) -> None:
    table = [[None, "role", "goal"], [None, "Marketing", "Yes"], [None, "Technology", "No"]]
    file = write(data=[[], [None, "The survey"], [None, "of 2020"], [], *table])
    source = read_excel((file,))
    assert rows(source).rows(named=True)[1] == {"role": "Technology", "goal": "No"}
    assert source.notes == ()


def test_empty_rows_below_the_header_are_counted(write: Write) -> None:
    """Also those behind the last respondent, as long as they have cells, of blanks too."""
    table = [["role", "goal"], ["A", "x"], [], [], ["B", "y"], [" ", ""], [None, "  "]]
    source = read_excel((write(data=table),))
    assert rows(source)["role"].to_list() == ["A", "B"]
    assert source.notes == ("left out 4 rows without any answer",)


def test_the_header_rows_of_platforms_are_known(write: Write) -> None:
    """The same as in delimited text: two of SurveyMonkey, three of Qualtrics."""
    two = write(
        data=[
            ["Respondent ID", "Which tools do you use?", None, None, "What is your role?"],
            [None, "CRM", "Data warehouse", "Other (please specify)", "Response"],
            [1, "CRM", None, None, "Marketing"],
            [2, None, None, "Excel", "Technology"],
        ]
    )
    source = read_excel((two,))
    assert rows(source).height == 2
    assert source.labels["q2_2"] == ColumnLabel("q2", "Which tools do you use?", "Data warehouse")
    assert rows(source)["q2_2"].to_list() == [None, None]
    three = write(
        data=[
            ["Q1", "Q2"],
            ["How old are you?", "Why?"],
            ['{"ImportId":"QID1"}', '{"ImportId":"QID2"}'],
            [31, "so"],
        ]
    )
    source = read_excel((three,))
    assert rows(source).rows() == [(31, "so")]
    assert source.labels["Q1"].label == "How old are you?"


def test_more_rows_than_a_chunk_stay_in_order(write: Write) -> None:
    file = write(data=[["id", "late"], *([n, None] for n in range(12_000)), [12_000, "x"]])
    frame = rows(read_excel((file,)))
    assert frame["id"].to_list() == list(range(12_001))
    assert frame["late"].drop_nulls().to_list() == ["x"]


def test_other_files_are_refused_as_workbooks_with_advice(write: Write, tmp_path: Path) -> None:
    good = write(data=[["a", "b"], [1, 2]]).read_bytes()
    files = {
        "empty.xlsx": (b"", r"empty \(0 bytes\)"),
        "text.xlsx": (b"role,goal\n1,2\n", "is not an Excel workbook, whatever its name"),
        "old.xlsx": (b"\xd0\xcf\x11\xe0" + bytes(600), "protected by a password or of an older"),
        "old.xls": (b"\xd0\xcf\x11\xe0" + bytes(600), "save it as .xlsx"),
        "cut.xlsx": (good[: len(good) // 2], "is damaged"),
        "flipped.xlsx": (good.replace(b"PK\x01\x02", b"PK\x01\x03"), "is damaged"),
    }
    for name, (content, says) in files.items():
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises(SourceError, match=says) as raised:
            open_survey(str(file))
        assert "\n" not in str(raised.value)
    with zipfile.ZipFile(tmp_path / "zip.xlsx", "w") as archive:
        archive.writestr("notes.txt", "no workbook")
    with pytest.raises(SourceError, match="not an Excel workbook"):
        open_survey(str(tmp_path / "zip.xlsx"))
    with pytest.raises(SourceError, match="no sheet with a header and answers"):
        open_survey(str(write(data=[["only", "a header"]])))


def rewritten(file: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with one part changed."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file


def refused(file: Path, says: str) -> None:
    """The workbook is refused, in one line, with little memory."""
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match=says) as raised:
            open_survey(str(file))
        assert tracemalloc.get_traced_memory()[1] < 100 * 2**20
    finally:
        tracemalloc.stop()
    assert "\n" not in str(raised.value)


SHEET = "xl/worksheets/sheet1.xml"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """A thousandth of its size on disk."""
    file = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open(SHEET, "w", force_zip64=True) as opened:
            nothing = bytes(2**20)
            for _ in range(MOST_BYTES // 2**20 + 1):
                opened.write(nothing)
    refused(file, "unpacks to 513 MB; more than 512 MB is not read")


def test_a_panic_of_the_reader_is_one_line(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def panic(_: Path) -> None:
        raise pl.exceptions.PanicException("called `Option::unwrap()` on a `None` value")

    monkeypatch.setattr("python_calamine.load_workbook", panic)
    with pytest.raises(SourceError, match=r"survey\.xlsx could not be read as Excel: the engine"):
        read_excel((write(data=[["a"], [1]]),))


def test_a_part_longer_than_it_says_is_refused(write: Write) -> None:
    file = write(data=[["a", "b"], *([n, "text"] for n in range(500))])
    with zipfile.ZipFile(file) as archive:
        size = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    content = file.read_bytes()
    assert size in content
    file.write_bytes(content.replace(size, (600).to_bytes(4, "little")))
    refused(file, "is damaged")


def test_two_cells_in_opposite_corners_are_not_a_billion(write: Write) -> None:
    """Whatever size the sheet claims: only where its cells lie counts."""
    file = write(data=[["a", "b"], [1, 2]])
    rewritten(file, SHEET, lambda xml: xml.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'))
    assert open_survey(str(file)).respondents == 1
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    rewritten(file, SHEET, lambda xml: xml.replace(b"</sheetData>", far))
    refused(file, "span 1,048,576 rows and 16,384 columns")


def with_rows(file: Path, content: bytes, rows: bytes) -> Path:
    """The workbook `content`, with more rows at the end of its sheet."""
    file.write_bytes(content)
    return rewritten(file, SHEET, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))


def test_a_far_cell_cannot_hide_behind_blanks(write: Write) -> None:
    """Nor does text that looks like a far cell make one."""
    file = write(data=[["a", "b"], [1, 2]])
    content = file.read_bytes()
    text = b'<row r="3"><c r="A3" t="inlineStr"><is><t>r="XFD1048576"</t></is></c></row>'
    assert open_survey(str(with_rows(file, content, text))).respondents == 2
    far = b'<row r="1048576"><c s=">"' + b" " * 900 + b'r="XFD1048576"><v>1</v></c></row>'
    for shift in range(0, 1_800, 300):
        blanks = b" " * (2**20 - 2_000 + shift)
        refused(with_rows(file, content, blanks + far), "columns; more than 10,000,000 cells")
    wide = b'<row r="3"><c r="XFE3"><v>1</v></c></row>'
    refused(with_rows(file, content, wide), "16,385 columns; more than")
    refused(with_rows(file, content, b"<c " + b" " * 2_200_000), "a tag without end")


def test_a_long_text_shared_by_many_cells_is_not_copied_for_each(write: Write) -> None:
    """A million times 32,000 characters would be 32 GB."""
    file = write(data=[["a", "b"], ["x" * 32_000, 2]])
    cells = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>2</v></c></row>' % (n, n) for n in range(3, 30_000)
    )
    rewritten(file, SHEET, lambda xml: xml.replace(b"</sheetData>", cells + b"</sheetData>"))
    refused(file, "the texts of a sheet take more than 512 MB")


@pytest.mark.parametrize("wave", ["2020", "2021", "2022", "2025"])
def test_a_wave_agrees_in_both_formats(wave: str) -> None:
    """Except for ten cells that differ between the files themselves."""
    folder = shared("data/spack_waves")
    text, excel = (open_survey(str(folder / f"{wave}{end}")) for end in (".csv", ".xlsx"))
    assert text.respondents == excel.respondents
    left, right = (pl.DataFrame(one.frame.collect().to_native()) for one in (text, excel))
    differing = 0
    for name in right.columns:
        pairs = zip(left[name], right[name], strict=True)
        differing += sum(_bare(one) != _bare(other) for one, other in pairs)
        assert left[name].dtype == right[name].dtype
    assert differing == {"2020": 9, "2021": 1}.get(wave, 0)
    assert not any(left[name].count() for name in set(left.columns) - set(right.columns))
    kinds, others = (
        {one.id: (one.kind, one.columns, one.label) for one in survey.codebook.questions}
        for survey in (text, excel)
    )
    assert kinds == others


def _bare(value: object) -> str:
    """Blanks before a line end were lost in the text."""
    return "" if value is None else "\n".join(map(str.rstrip, code_of(value).strip().split("\n")))


def test_texts_that_are_all_dates_are_dates(write: Write) -> None:
    """As platforms write them; what can be read in two ways, or not everywhere, stays a text."""
    file = write(
        data=[
            ["start", "end", "either", "some"],
            ["2024-05-20 10:11:12", "05/28/2024 01:02:03 PM", "05/06/2024", "2024-05-20"],
            ["2024-06-01 00:00:00", "06/01/2024 01:02:03 AM", "07/06/2024", "later"],
        ]
    )
    frame = rows(read_excel((file,)))
    assert [str(one) for one in frame.dtypes] == ["Date", "Date", "String", "String"]
