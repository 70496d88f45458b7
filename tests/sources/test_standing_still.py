"""A file that changes while it is read or counted is read again, or refused; states never mix."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import SourceError
from cxtui.output.files.write_file import write_whole
from cxtui.sources import complete_survey as completing
from cxtui.sources import declared_codebook
from cxtui.sources.open_survey import open_survey
from cxtui.sources.readers.delimited import held_text
from cxtui.sources.readers.delimited.delimited_reader import read_delimited
from cxtui.sources.source import file_url
from cxtui.survey.model import Codebook
from tests.fuzz.races import run_race

ROWS = pl.DataFrame({"role": ["A", "B"] * 10, "goal": ["x", "y"] * 10})


@pytest.mark.parametrize("kind", ["csv", "parquet", "arrow", "codebook"])
def test_no_change_ends_the_program_or_mixes_two_states(
    tmp_path: Path, seed: int, kind: str
) -> None:
    """`python -m tests.fuzz.races` changes each kind of file a thousand times."""
    said = run_race(kind, 15, seed, tmp_path)
    assert said.total() > 1


@pytest.mark.parametrize("write", [pl.DataFrame.write_csv, pl.DataFrame.write_parquet])
def test_another_file_of_equal_size_and_time_is_another_state(
    tmp_path: Path, write: Callable[[pl.DataFrame, Path], None]
) -> None:
    file, other = tmp_path / f"a.{write.__name__.rpartition('_')[2]}", tmp_path / "other"
    write(ROWS, file)
    write(ROWS.reverse(), other)
    os.utime(file, ns=(10**18, 10**18))
    os.utime(other, ns=(10**18, 10**18))
    survey = open_survey(str(file))
    assert file.stat().st_size == other.stat().st_size
    other.replace(file)
    with pytest.raises(SourceError, match="has changed since it was opened: R reads it again"):
        tabulate(survey, parse_view(survey, "--question goal"))


@pytest.mark.parametrize("times", [1, 5])
def test_a_file_that_changes_while_it_is_opened_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """Not for ever."""
    file = tmp_path / "a.csv"
    ROWS.write_csv(file)
    complete, left = completing.complete_survey, iter(range(times))

    def changing(*args: object) -> object:
        if next(left, None) is not None:
            ROWS.head(4 + next(left, 0)).write_csv(file)
        return complete(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(completing, "complete_survey", changing)
    if times == 1:
        assert open_survey(str(file)).respondents == 4
    else:
        with pytest.raises(SourceError, match="is being written: open it again once that is done"):
            open_survey(str(file))


def test_a_wave_that_changes_while_another_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for year in (2019, 2020):
        ROWS.write_csv(tmp_path / f"{year}.csv")
    complete, read = completing.complete_survey, []

    def changing(*args: object) -> object:
        read.append(args[1])
        if len(read) == 2:
            ROWS.head(6).write_csv(tmp_path / "2019.csv")
        return complete(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(completing, "complete_survey", changing)
    assert open_survey(str(tmp_path / "*.csv")).respondents == 26
    assert len(read) == 4


@pytest.mark.parametrize("torn", ["", 'title = "two', 'title = "three"'])
def test_a_codebook_that_changes_while_the_survey_is_opened_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torn: str
) -> None:
    """It is of one state too: a half of it may be valid, or no TOML."""
    ROWS.write_csv(tmp_path / "a.csv")
    codebook = tmp_path / "a.codebook.toml"
    codebook.write_text('title = "one"')
    read, left = declared_codebook.read_codebook_file, [torn, 'title = "four"']

    def changing(file: Path) -> Codebook:
        if left:
            codebook.write_text(left.pop(0))
        return read(file)

    monkeypatch.setattr(declared_codebook, "read_codebook_file", changing)
    assert open_survey(str(tmp_path / "a.csv")).title == "four"
    assert not left


def test_a_codebook_that_is_saved_all_the_time_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ROWS.write_csv(tmp_path / "a.csv")
    codebook = tmp_path / "a.codebook.toml"
    codebook.touch()
    read, saves = declared_codebook.read_codebook_file, list[str]()

    def changing(file: Path) -> Codebook:
        saves.append(f"# {len(saves)}\n")
        write_whole(codebook, f'title = "saved"\n{saves[-1]}'.encode(), replace=True)
        return read(file)

    monkeypatch.setattr(declared_codebook, "read_codebook_file", changing)
    assert open_survey(str(tmp_path / "a.csv")).title == "saved"


def test_a_large_text_is_parsed_from_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off meanwhile, it is still the same text, and the next count refuses it."""
    monkeypatch.setattr(held_text, "MOST_IN_MEMORY", 100)
    file = tmp_path / "a.csv"
    pl.concat([ROWS] * 50).write_csv(file)
    survey = open_survey(str(file))
    os.truncate(file, 10)
    assert survey.frame.collect().shape == (1_000, 2)
    with pytest.raises(SourceError, match="has changed"):
        tabulate(survey, parse_view(survey, "--question goal"))


def test_a_large_text_that_is_read_again_leaves_the_survey_before_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each survey owns what it scans, and gives it back with its last frame."""
    monkeypatch.setattr(held_text, "MOST_IN_MEMORY", 100)
    file, descriptors = tmp_path / "a.csv", Path("/proc/self/fd")
    pl.concat([ROWS] * 50).write_csv(file)
    first = read_delimited((file,)).frame.to_native()
    before = len(list(descriptors.iterdir())) if descriptors.exists() else 0
    pl.concat([ROWS] * 10).write_csv(file)
    for _ in range(3):
        second = read_delimited((file,)).frame.to_native()
    assert (first.collect().height, second.collect().height) == (1_000, 200)
    del second
    gc.collect()
    assert not before or len(list(descriptors.iterdir())) == before


@pytest.mark.parametrize("name", ["a b%20c.parquet", "ü#?*[x].parquet", "a;b&c=1'\".parquet"])
def test_the_address_of_a_file_names_no_other_file(tmp_path: Path, name: str) -> None:
    """Neither blanks nor signs of patterns and addresses in its name mean anything."""
    ROWS.write_parquet(tmp_path / name)
    assert pl.scan_parquet(file_url(tmp_path / name), glob=False).collect().equals(ROWS)
    assert open_survey(str(tmp_path / name)).respondents == 20
