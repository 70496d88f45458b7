"""The explorer as it is used: through SSH, on a slow line."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from tests.app.pty import processes_of
from tests.app.slow_line import DOWN, over_ssh, why_not

_PATIENCE = 300
"""Tenths of a second until what should stand on the screen has failed to."""


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "never")
def test_over_a_slow_line_frames_are_dropped_and_nothing_stays_behind(
    example: Path, tmp_path: Path
) -> None:
    """20 fast keys: the last question stands, few of those between were sent. The client is ended:
    so is the explorer.
    """
    survey = tmp_path / "survey.parquet"
    shutil.copy(example, survey)
    with over_ssh(survey, tmp_path, size=(80, 24)) as terminal:
        terminal.until(lambda text: "55.9 B" in text)
        while terminal.read(1.0):
            pass
        before = len(terminal.received)
        terminal.send(DOWN * 20)
        terminal.shows("││ Marketing and technology speak")
        while terminal.read(1.0):
            pass
        assert len(terminal.received) - before < 8_000
        assert processes_of(str(survey))
        terminal.process.kill()
        for _ in range(_PATIENCE):
            if not processes_of(str(survey)):
                break
            time.sleep(0.1)
        assert processes_of(str(survey)) == []
