"""Keys on a line of a few kilobytes a second whose answers come late."""

from __future__ import annotations

import os
import select
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median

from tests.bench.asked import opened
from tests.bench.figures import Figure, Found
from tests.bench.surveys import Plan
from tests.bench.terminals import explorer, leave

_BYTES_A_SECOND, _ROUND_TRIP = 8_000, 0.15
_MOST_BYTES = 2_500.0
_KEYS, _HELD, _HELD_A_SECOND = 20, 90, 30
_QUIET = 0.5
"""Seconds without a byte, after which a key has done all it does."""
_ASKED, _HERE = b"\x1b[6n", b"\x1b[1;1R"


@dataclass(slots=True)
class SlowLine:
    """The other end of a pseudo-terminal that takes few bytes a second."""

    line: int
    received: int = 0
    last: float = 0.0
    """When the last byte came."""
    _carried: float = 0.0
    _then: float = field(default_factory=time.perf_counter)
    _answers: deque[float] = field(default_factory=deque)
    """When the terminal's answers to questions arrive."""

    def pass_for(self, seconds: float) -> None:
        """Pass on what comes, and answer what is asked, for some seconds."""
        end = time.perf_counter() + seconds
        while (now := time.perf_counter()) < end:
            most = _BYTES_A_SECOND / 20
            self._carried = min(self._carried + (now - self._then) * _BYTES_A_SECOND, most)
            self._then = now
            while self._answers and self._answers[0] <= now:
                self._answers.popleft()
                os.write(self.line, _HERE)
            if self._carried >= 1 and select.select([self.line], [], [], 0.002)[0]:
                self._take(os.read(self.line, int(self._carried)))
            else:
                time.sleep(0.002)

    def _take(self, content: bytes) -> None:
        self._carried -= len(content)
        self.received += len(content)
        self.last = time.perf_counter()
        self._answers.extend([self.last + _ROUND_TRIP] * content.count(_ASKED))

    def press(self, key: bytes) -> tuple[float, int]:
        """Press a key; return the milliseconds until its last byte, and how many came."""
        before, begun = self.received, time.perf_counter()
        self.last = begun
        os.write(self.line, key)
        while time.perf_counter() - self.last < _QUIET:
            self.pass_for(0.02)
        return 1000 * (self.last - begun), self.received - before

    def hold(self, keys: bytes) -> tuple[float, int]:
        """Send keys as one that is held sends them; return the same, from the last of them on."""
        before = self.received
        for key in keys[:-1]:
            os.write(self.line, bytes([key]))
            self.pass_for(1 / _HELD_A_SECOND)
        milliseconds, _ = self.press(keys[-1:])
        return milliseconds, self.received - before


def slow_line(folder: Path, plan: Plan, moves: int) -> Iterator[Found]:
    """Each key until its last byte, and a key that is held down the list and up again."""
    path, _ = opened(folder, plan)
    with explorer(path, folder) as terminal:
        line = SlowLine(terminal.line)
        line.pass_for(_ROUND_TRIP)
        pressed = [line.press(key) for key in islice([b"j"] * _KEYS, moves)]
        half = min(_HELD, moves) // 2
        late, held = line.hold(b"j" * half + b"k" * half)
        leave(terminal)
    size = median(bytes_ for _, bytes_ in pressed)
    name = plan.name
    taken = 1000 * size / _BYTES_A_SECOND
    yield Figure(
        "slow line, key to last byte, median",
        name,
        median(milliseconds for milliseconds, _ in pressed),
        "its bytes at 8 kB/s",
        taken,
    )
    yield Figure(
        "slow line, bytes a key", name, size, "2,500", _MOST_BYTES, unit="bytes", bound=1.0
    )
    yield Figure("slow line, last byte after a held key", name, late, "a second", 1_000.0)
    all_of_them = size * 2 * half
    what = "slow line, bytes of a held key"
    yield Figure(what, name, held, "as many keys apart", all_of_them, unit="bytes", bound=1.0)
