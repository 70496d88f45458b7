"""A file that was cut off is refused or, where that is not sure, said to be."""

from __future__ import annotations

import struct
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import SourceError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.note import sentences_of

ROWS = 40
FRAME = pl.DataFrame(
    {
        "ROLE": ["Marketing", "Technology"] * (ROWS // 2),
        "GOAL": [1.0, 2.0, 9.0, 1.0] * (ROWS // 4),
        "WHY": [f"no {place}" for place in range(ROWS)],
    }
)
TEXT = 'id,role,why,goal\n1,A,"so\nit is",x\n2,B,"a ""b"" c",y\n3,A,,z\n'


def said_of(file: Path) -> str:
    """The notes on a survey, and how many respondents it has."""
    survey = open_survey(str(file))
    return f"{survey.respondents}: {'; '.join(sentences_of(survey.notes))}"


def noted(tmp_path: Path, text: str) -> bool:
    file = tmp_path / "survey.csv"
    file.write_text(text)
    return "may have been cut off" in said_of(file)


@pytest.mark.parametrize("end", ["3,A", "3,", '2,B,"a ""b"" c"'])
def test_a_text_whose_last_row_alone_is_short_and_has_no_end(tmp_path: Path, end: str) -> None:
    assert noted(tmp_path, TEXT[: TEXT.rindex(end) + len(end)])


@pytest.mark.parametrize(
    "text",
    [TEXT, TEXT.removesuffix("\n"), TEXT + "4,B\n", TEXT + "4,B\n5,A", TEXT + '4,B,"it\nis",x'],
    ids=["whole", "without a line end", "short, ended", "short like another", "of two lines"],
)
def test_a_text_that_ends_as_others_do(tmp_path: Path, text: str) -> None:
    """Programs leave out the last line end, or the empty cells at the end of a row."""
    assert not noted(tmp_path, text)


def test_the_last_row_begins_where_no_quoted_cell_is_open(tmp_path: Path) -> None:
    """After a lone inch sign no row can be told from a line within a cell: no note."""
    file = tmp_path / "quoted.csv"
    file.write_text('w,x,y,z\n1,"a\nb",c,d\n2,"c\nd",e')
    assert "ends after 3 of 4 cells" in said_of(file)
    assert not noted(tmp_path, "x,y,z\n" + "1,2,3\n" * 20_000 + "1,6'3\"")


def test_a_text_that_ends_within_a_quoted_cell_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "survey.csv"
    file.write_text(TEXT[: TEXT.index("it is")])
    with pytest.raises(SourceError, match="was the file cut off"):
        open_survey(str(file))


def test_the_note_on_truncation_counts_the_cells_of_the_last_row(tmp_path: Path) -> None:
    """Also under every table."""
    file = tmp_path / "survey.csv"
    file.write_text(TEXT + "4,B,because")
    said = "he last row ends after 3 of 4 cells, and without a line end: the file may have been cut"
    assert said in said_of(file)
    survey = open_survey(str(file))
    assert any(
        said in note for note in sentences_of(tabulate(survey, parse_view(survey, "")).notes)
    )


def test_an_arrow_stream_without_the_mark_at_its_end(tmp_path: Path) -> None:
    """Batches that are there are whole; others may have followed."""
    file = tmp_path / "survey.arrow"
    FRAME.write_ipc_stream(file)
    assert said_of(file) == f"{ROWS}: "
    file.write_bytes(file.read_bytes()[:-8])
    assert "no mark at its end" in said_of(file)


@pytest.mark.parametrize("version", [5, 8])
def test_a_transport_file_that_ends_within_its_respondents(tmp_path: Path, version: int) -> None:
    """It holds no more than their bytes, in records of 80: read short, nothing would be said."""
    file = tmp_path / "survey.xpt"
    pyreadstat.write_xport(FRAME, file, file_format_version=version)  # type: ignore[arg-type]
    content = file.read_bytes()
    assert said_of(file) == f"{ROWS}: "
    for lost in (1, 79, 800 if version == 8 else 900):
        file.write_bytes(content[:-lost])
        with pytest.raises(SourceError, match="ends within its respondents: was it cut off"):
            open_survey(str(file))


def test_a_transport_file_of_two_datasets_is_refused(tmp_path: Path) -> None:
    """The second would be read as respondents of the first."""
    file = tmp_path / "survey.xpt"
    pyreadstat.write_xport(FRAME, file, file_format_version=5)
    content = file.read_bytes()
    file.write_bytes(content + content[content.index(b"HEADER RECORD*******MEMBER") :])
    with pytest.raises(SourceError, match="more than one dataset"):
        open_survey(str(file))


def test_an_spss_file_that_does_not_count_its_cases(tmp_path: Path) -> None:
    """Whole, it says so; ending within a case, it is refused."""
    file = tmp_path / "survey.sav"
    pyreadstat.write_sav(FRAME, file)
    content = file.read_bytes()
    uncounted = content[:80] + struct.pack("<i", -1) + content[84:]
    file.write_bytes(uncounted)
    assert said_of(file).startswith(f"{ROWS}: the file does not say how many respondents")
    file.write_bytes(uncounted[:-9])
    with pytest.raises(SourceError, match="ends within a respondent: was it cut off"):
        open_survey(str(file))
