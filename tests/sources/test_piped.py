"""What comes through standard input is a survey like any other, and what is decided of it stays."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from cxtui.errors import SourceError
from cxtui.output.files.survey_files import save_codebook
from cxtui.sources.codebook_location import (
    default_codebook_path,
    find_codebook_file,
    user_codebook_path,
)
from cxtui.sources.open_survey import open_survey
from cxtui.sources.standard_input import SpooledInput, detect_ending
from cxtui.survey import edits
from cxtui.survey.note import sentences_of

TEXT = b"role,goal\n" + b"Marketing,Yes\nTechnology,No\n" * 9


def piped(content: bytes) -> SpooledInput:
    return SpooledInput(io.BytesIO(content))


def test_the_codebook_of_standard_input_is_found_by_its_bytes() -> None:
    """The file they are kept in goes with the program; the same survey finds it the next time."""
    first = piped(TEXT)
    location = str(first.file)
    before = open_survey(location).codebook
    kept = default_codebook_path(location)
    assert kept == user_codebook_path(location)
    assert first.file.parent not in kept.parents
    kept.parent.mkdir(parents=True, exist_ok=True)
    save_codebook(before, edits.set_label(before, "goal", "Main goal"), kept)
    first.forget()
    assert not first.file.exists()
    again, other = piped(TEXT), piped(TEXT + b"Sales,No\n")
    survey = open_survey(str(again.file))
    goal = survey.codebook.find("goal")
    assert goal is not None and goal.label == "Main goal"
    assert sentences_of(survey.notes) == (f"the codebook is your own, {kept}",)
    assert survey.title == "standard-input.csv"
    assert find_codebook_file(str(other.file)) is None
    again.forget()
    other.forget()


@pytest.mark.parametrize(
    ("beginning", "ending"),
    [
        (b"a,b\n", ".csv"),
        (b"PAR1", ".parquet"),
        (b"$FL2@(#)", ".sav"),
        (b"\x1f\x8b\x08", ".csv.gz"),
        (b"BZh9", ".csv.bz2"),
        (b"\xfd7zXZ\0\0", ".csv.xz"),
        (b"\x28\xb5\x2f\xfd", ".csv.zst"),
    ],
)
def test_the_first_bytes_determine_the_format(beginning: bytes, ending: str) -> None:
    assert detect_ending(beginning) == ending


def test_empty_standard_input_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="standard input is empty"):
        piped(b"")
