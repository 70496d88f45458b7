"""Statistics and Excel files are decoded in another process, whose end is one line."""

from __future__ import annotations

import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from cxtui.errors import SourceError
from cxtui.sources.apart import decode_apart, decoder_limits
from cxtui.sources.apart.decode_apart import read_apart, start_early
from cxtui.sources.apart.decoder_limits import Limits
from cxtui.sources.apart.decoder_messages import unpack_value
from cxtui.sources.open_survey import open_survey
from cxtui.sources.reading_progress import report_progress
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


def test_more_time_than_is_allowed_is_one_line(
    tmp_path: Path, limited: Callable[[Limits], None]
) -> None:
    limited(Limits(memory=2**32, seconds=1))
    assert "it takes more than 1 s of processor time" in refusal(sav(tmp_path / "a.sav", 4_000_000))


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


def test_a_decoder_can_send_no_more_than_values() -> None:
    """It has read hostile bytes, and might be under their command."""
    for hostile in (os.system, subprocess.Popen, eval, Path):
        with pytest.raises(SourceError, match="what is no source"):
            unpack_value(pickle.dumps(hostile))


def test_a_byte_that_ends_the_native_decoder_is_one_line() -> None:
    file = shared("cases/hostile/segv-13433.sav")
    with pytest.raises(SourceError, match=r"segv-13433.sav could not be read: its decoder was"):
        open_survey(str(file))


def test_a_workbook_whose_cells_name_no_place_is_bounded() -> None:
    file = shared("cases/hostile/xlsx_two_rows.xlsx")
    with pytest.raises(SourceError, match=r"xlsx_two_rows.xlsx could not be read: it takes more"):
        open_survey(str(file))
