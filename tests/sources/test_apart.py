"""Statistics and Excel files are decoded in another process, whose end is one line."""

from __future__ import annotations

import datetime
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest
import xlsxwriter
from polars.testing import assert_frame_equal

from cxtui.errors import SourceError
from cxtui.sources import reading_progress
from cxtui.sources.apart import decode_apart, decoder_limits, decoder_server
from cxtui.sources.apart.decode_apart import read_apart, start_early
from cxtui.sources.apart.decoder_limits import Limits
from cxtui.sources.apart.decoder_messages import pack_source, unpack_value
from cxtui.sources.locate import EXCEL, STATISTICS
from cxtui.sources.open_survey import open_survey
from cxtui.sources.readers.excel.excel_reader import read_excel
from cxtui.sources.readers.parquet_reader import read_parquet
from cxtui.sources.readers.statistics.decoding import decode
from cxtui.sources.readers.statistics.statistics_reader import read_statistics
from cxtui.sources.readers.statistics.variable import MissingRange, Variable
from cxtui.sources.reading_progress import Progress, report_progress
from cxtui.sources.source import Source
from tests.shared import shared

_PATIENCE = 20.0
_READ_AND_WAIT = """
import sys, time
from cxtui.sources.open_survey import open_survey
open_survey(sys.argv[1])
from cxtui.sources.apart import decode_apart
print(decode_apart._server.process.pid, flush=True)
time.sleep(60)
"""


def sav(file: Path, rows: int = 20) -> Path:
    """Write an SPSS file of one column; repeating its two rows is faster than writing more."""
    labels = {"goal": {1.0: "Grow", 2.0: "Save"}}
    pyreadstat.write_sav(pl.DataFrame({"goal": [1.0, 2.0]}), file, variable_value_labels=labels)
    content = bytearray(file.read_bytes())
    struct.pack_into("<i", content, 80, rows)
    file.write_bytes(content[:-16] + content[-16:] * (rows // 2))
    return file


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A small SPSS file."""
    return sav(tmp_path / "good.sav")


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> Callable[[Limits], None]:
    """Gives files other limits; the process that decodes them is told."""
    return lambda limits: monkeypatch.setattr(decoder_limits, "limits_for", lambda _: limits)


def refusal(file: Path) -> str:
    with pytest.raises(SourceError) as raised:
        read_apart((file,))
    said = str(raised.value)
    assert "\n" not in said
    return said


def wait_for(found: Callable[[], list[int]]) -> list[int]:
    end = time.monotonic() + _PATIENCE
    while not (numbers := found()):
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.01)
    return numbers


def children_of(process: int) -> list[int]:
    file = Path(f"/proc/{process}/task/{process}/children")
    return list(map(int, file.read_text().split())) if file.exists() else []


def decoders() -> list[int]:
    server = decode_apart._server
    return children_of(server.process.pid) if server else []


@pytest.mark.parametrize("number", ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGKILL"])
def test_a_decoder_ended_by_a_signal_is_one_line(tmp_path: Path, good: Path, number: str) -> None:
    """It waits for a pipe that nobody writes to; the next file is read as ever."""
    os.mkfifo(tmp_path / "waits.sav")
    read_apart((good,))

    def end() -> None:
        os.kill(wait_for(decoders)[0], signal.Signals[number])

    thread = threading.Thread(target=end)
    thread.start()
    assert f"its decoder was ended by {number}" in refusal(tmp_path / "waits.sav")
    thread.join()
    assert read_apart((good,)).frame.collect().shape == (20, 1)


def test_a_decoder_that_was_ended_while_idle_is_started_again(good: Path) -> None:
    start_early((str(good),))
    assert decode_apart._server is not None
    decode_apart._server.process.kill()
    assert read_apart((good,)).frame.collect().shape == (20, 1)


def test_more_memory_than_is_allowed_is_one_line(
    tmp_path: Path, good: Path, limited: Callable[[Limits], None]
) -> None:
    large = sav(tmp_path / "large.sav", 400_000)
    limited(Limits(memory=8 * 2**20, seconds=60))
    assert "it takes more than 8 MB of memory" in refusal(large)
    limited(Limits(memory=2**30, seconds=60))
    assert read_apart((good,)).frame.collect().shape == (20, 1)


def test_a_decoder_that_hides_its_want_of_memory_is_found_out() -> None:
    """Beside the limit it counts as out of memory, far from it not."""
    script = (
        "from cxtui.sources.apart.decoder_limits import *\n"
        "apply_limits(Limits(memory=32 * 2**20, seconds=60))\n"
        "print(has_reached_memory())\n"
        "taken = []\n"
        "try:\n"
        "    while True: taken.append(bytearray(60_000))\n"
        "except MemoryError:\n"
        "    taken.pop()\n"
        "    print(has_reached_memory())\n"
    )
    command = [sys.executable, "-c", script]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert ended.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("words", ["Unable to allocate memory", "no such thing"])
def test_the_reader_says_memory_where_its_decoder_does(
    good: Path, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own words are those of a damaged file."""

    def failing(*_: object, **__: object) -> None:
        raise pyreadstat.ReadstatError(words)

    monkeypatch.setattr(pyreadstat, "read_sav", failing)
    expected = MemoryError if "memory" in words else SourceError
    with pytest.raises(expected):
        decode(good, ".sav", 0, "")


def test_more_time_than_is_allowed_is_one_line(
    tmp_path: Path, limited: Callable[[Limits], None]
) -> None:
    limited(Limits(memory=2**32, seconds=1))
    assert "it takes more than 1 s of processor time" in refusal(sav(tmp_path / "a.sav", 4_000_000))


def test_a_decoder_that_waits_for_ever_is_ended(good: Path) -> None:
    """Native code may, where a thread of it finds no memory; no processor time goes by."""
    script = (
        "import threading\n"
        "from cxtui.sources.apart import decoder_limits\n"
        "decoder_limits._WAITING = 1\n"
        "decoder_limits.apply_limits(decoder_limits.Limits(memory=2**30, seconds=1))\n"
        "lock = threading.Lock()\n"
        "lock.acquire()\n"
        "lock.acquire()\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    assert ended.returncode == -signal.SIGALRM
    said = decode_apart._ended_error(good, ended.returncode, b"", Limits(memory=1, seconds=8))
    assert "it was not decoded within 80 s" in str(said)


def test_a_decoder_ends_with_the_program_that_started_it(good: Path) -> None:
    """Even with one that is ended at once."""
    command = [sys.executable, "-c", _READ_AND_WAIT, str(good)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        server = int(program.stdout.readline())
        assert Path(f"/proc/{server}").exists()
        program.kill()
    end = time.monotonic() + _PATIENCE
    while Path(f"/proc/{server}/cmdline").exists() and time.monotonic() < end:
        if not Path(f"/proc/{server}/cmdline").read_bytes():  # nobody waits for it here
            break
        time.sleep(0.01)
    else:
        pytest.fail("it went on")


def test_an_error_names_the_file_as_it_was_given(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a path from the folder of this process, which may have changed since the other started."""
    read_apart((good,))
    good.with_name("text.sav").write_text("goal")
    monkeypatch.chdir(good.parent)
    assert refusal(Path("text.sav")).startswith("text.sav is not an SPSS file")


def test_progress_is_heard_of_through_the_pipe(tmp_path: Path) -> None:
    large = sav(tmp_path / "large.sav", 400_000)
    heard: list[str] = []
    with report_progress(lambda one: heard.append(one.text)):
        read_apart((large,))
    assert any(one.startswith("Reading large.sav … ") for one in heard)


def test_the_columns_of_a_large_file_are_told_before_its_respondents(tmp_path: Path) -> None:
    """By names and labels, made safe, from the process that decodes."""
    file = tmp_path / "large.sav"
    frame = pl.DataFrame({"goal": [1.0, 2.0] * 9_000, "said": ["x" * 120, "y"] * 9_000})
    pyreadstat.write_sav(frame, file, column_labels=["What \x1b[1maims\x07?", ""])
    heard: list[Progress] = []
    with report_progress(heard.append):
        read_apart((file,))
    first = heard[0]
    assert [(one.name, one.id, one.label) for one in first.columns] == [
        ("goal", "goal", "What ␛[1maims␇?"),
        ("said", "said", "said"),
    ]
    assert first.percent == 0 and not any(one.columns for one in heard[1:])


@pytest.mark.parametrize("ending", [".dta", ".por", ".xpt", ".zsav"])
@pytest.mark.usefixtures("decoded_here")
def test_other_statistics_files_tell_their_columns_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """Each once."""
    monkeypatch.setattr(reading_progress, "LARGE", 0)
    monkeypatch.setattr(reading_progress, "PACKED_LARGE", 0)
    file = tmp_path / f"large{ending}"
    frame = pl.DataFrame({"GOAL": [1.0, 2.0], "SAID": ["x", "y"]})
    match ending:
        case ".dta":
            pyreadstat.write_dta(frame, file)
        case ".por":
            pyreadstat.write_por(frame, file)
        case ".xpt":
            pyreadstat.write_xport(frame, file)
        case _:
            pyreadstat.write_sav(frame, file, compress=True)
    heard: list[Progress] = []
    with report_progress(heard.append):
        open_survey(str(file))
    assert [[one.name for one in each.columns] for each in heard if each.columns] == [
        ["GOAL", "SAID"]
    ]


def test_a_decoder_can_send_no_more_than_values() -> None:
    """It has read hostile bytes, and might be under their command."""
    for hostile in (os.system, subprocess.Popen, eval, Path):
        with pytest.raises(SourceError, match="what is no source"):
            unpack_value(pickle.dumps(hostile))


def facts(source: Source) -> dict[str, object]:
    return {
        one.name: getattr(source, one.name)
        for one in fields(source)
        if one.name not in {"frame", "sample"}
    }


def assert_same(one: Source, other: Source) -> None:
    assert facts(one) == facts(other)
    assert_frame_equal(one.frame.collect().to_native(), other.frame.collect().to_native())


def test_all_that_statistics_files_declare_passes_through(tmp_path: Path, good: Path) -> None:
    """Labels, reasons of missing dates, measures and sets."""
    file, day = tmp_path / "a.sav", datetime.date(2020, 1, 1)
    labels: dict[str, dict[Any, str]] = {
        "role": {1: "Buyer", 2: "User"},
        "day": {day: "refused"},
    }
    frame = pl.DataFrame({"role": [1, 2] * 3, "weight": [1.0, 99.0] * 3, "day": [day] * 6})
    pyreadstat.write_sav(
        frame,
        file,
        file_label="Tracker",
        note="made by hand",
        column_labels=["Your role", "Weight", "Day"],
        variable_value_labels=labels,
        missing_ranges={"weight": [99.0]},
        variable_measure={"role": "ordinal"},
    )
    for one in (file, good):
        read = read_statistics((one,))
        assert read.dictionary.questions
        assert_same(read_apart((one,)), read)


def test_sheets_notes_and_labels_of_workbooks_pass_through(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for name, rows in (("2019", 20), ("2020", 9)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Which goals matter most to your team?", "When, and where?"])
            for row in range(1, rows):
                sheet.write_row(row, 0, ["Grow" if row % 2 else "Save", f"2020-01-{row:02}"])
    for wanted in ("", "2020"):
        read = read_excel((file,), wanted)
        assert read.labels
        assert bool(read.notes) == (not wanted)
        assert_same(read_apart((file,), wanted), read)


@pytest.mark.parametrize("ending", sorted(EXCEL | STATISTICS))
def test_old_and_rare_formats_are_decoded_apart(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"waits{ending}"
    os.mkfifo(file)
    thread = threading.Thread(target=lambda: os.kill(wait_for(decoders)[0], signal.SIGSEGV))
    thread.start()
    assert "its decoder was ended by SIGSEGV" in refusal(file)
    thread.join()


def test_labels_in_the_metadata_of_a_file_can_be_sent(example: Path) -> None:
    described = Variable("a", "A", {1.0: "x"}, (MissingRange(1.0, 2.0),))
    source = replace(read_parquet((example,)), variables={"a": described}, extensions={"b": "c"})
    sent = unpack_value(pack_source(source))
    assert {**sent, "files": source.files} == facts(source)


def test_native_code_that_breaks_down_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: Path
) -> None:
    """Each extension has a panic of its own, which is no `Exception`."""

    class PanicException(BaseException):
        pass

    def broken(_: str) -> decoder_server.Reader:
        raise PanicException("range\nend")

    reading, writing = os.pipe()
    monkeypatch.setattr(decoder_server, "reader_of", broken)
    monkeypatch.setattr(decoder_server, "apply_limits", lambda _: None)  # this process lives on
    monkeypatch.chdir(Path.cwd())  # which the decoder leaves
    request = decode_apart._request((good,), ("", ()), Limits(2**30, 60))
    saved = os.dup(2)
    try:
        decoder_server._decode(request, writing, saved)
    finally:
        os.dup2(saved, 2)
        os.close(saved)
    with open(reading, "rb") as pipe:
        found = decode_apart._received(pipe, (good,), Limits(2**30, 60))
    assert str(found) == f"{good} could not be read: the engine broke down over it"


def test_a_byte_that_ends_the_native_decoder_is_one_line() -> None:
    file = shared("cases/hostile/segv-13433.sav")
    with pytest.raises(SourceError, match=r"segv-13433.sav could not be read: its decoder was"):
        open_survey(str(file))


def test_a_workbook_whose_cells_name_no_place_is_bounded() -> None:
    file = shared("cases/hostile/xlsx_two_rows.xlsx")
    with pytest.raises(SourceError, match=r"xlsx_two_rows.xlsx could not be read: it takes more"):
        open_survey(str(file))
