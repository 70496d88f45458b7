"""Gives a terminal back that a program has left as it was drawing; loads nothing else of ours."""

from __future__ import annotations

import os
import select
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

_GIVE_BACK = (
    b"\x18"  # ends a code that was cut in the middle
    b"\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"
    b"\x1b[?2004l\x1b[?2048l\x1b[?1004l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?7h\x1b[0m"
)
"""Ends frames, mouse, paste, focus, keyboard modes, alternate screen; shows the cursor."""
_PATIENCE = 1.0
"""Seconds that a stalled terminal is given."""


@dataclass(frozen=True)
class FoundTerminal:
    """The terminal of standard error: its device, and its settings when the program began."""

    device: str
    settings: list[Any]

    @property
    def is_changed(self) -> bool:
        """Whether its settings are others now, as while the explorer draws."""
        import termios

        try:
            descriptor = os.open(self.device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:
            return False
        try:
            return bool(termios.tcgetattr(descriptor) != self.settings)
        except termios.error:
            return False
        finally:
            os.close(descriptor)

    def rescue(self, reason: str = "") -> None:
        """Give it back as it was found, and print the reason; a terminal that is gone is left.

        It is opened anew by its name: descriptors are dead once its session has ended.
        """
        import signal
        import termios

        with suppress(OSError, termios.error):
            descriptor = os.open(self.device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            try:
                # a program in the background is stopped otherwise
                signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
                _write(descriptor, _GIVE_BACK + reason.encode(errors="replace"))
                termios.tcsetattr(descriptor, termios.TCSANOW, self.settings)
                termios.tcflush(descriptor, termios.TCIFLUSH)  # answers meant for the program
            finally:
                os.close(descriptor)


def find_terminal() -> FoundTerminal | None:
    """Return the terminal of standard error as it is now, `None` where it is another file."""
    try:
        import termios

        return FoundTerminal(os.ttyname(2), termios.tcgetattr(2))
    except (ImportError, OSError):
        return None
    except termios.error:
        return None


def _write(descriptor: int, content: bytes) -> None:
    end = time.monotonic() + _PATIENCE
    while content and time.monotonic() < end:
        try:
            content = content[os.write(descriptor, content) :]
        except BlockingIOError:
            select.select([], [descriptor], [], 0.05)
