"""The program in a pseudo-terminal, forked from a process that imported it: a start costs little.

What runs is the command itself, `cxtui.cli.run` with words, an environment and a terminal of its
own, in a process and a session of its own. The fork comes before any thread: the engine, which has
some, is imported by each program for itself.
"""

from __future__ import annotations

import asyncio
import fcntl
import gc
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import traceback
from atexit import register
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, NoReturn

from textual import events
from textual.message import Message

from cxtui.app.explorer import Explorer
from cxtui.app.terminal.driver import Driver
from tests.app.pty import AT_REST, Terminal, at_terminal
from tests.app.rest import is_at_rest

_ROOT = Path(__file__).parents[2]
_LONGEST = 65_536
_FILES = 4
"""Standard input, output and error, and where the keeper reports to."""
_NUMBER = struct.Struct("i")
_ASKED = (998, 998)
"""How the question whether it is at rest arrives, as the place of a cursor."""
_LOOKS, _STEP = 3, 0.005
"""So often in a row, so many seconds apart, nothing must be left to do."""


class Forked:
    """A program that was forked: what `subprocess.Popen` has, as far as it is needed."""

    def __init__(self, report: int) -> None:
        self._report = report
        (self.pid,) = _NUMBER.unpack(os.read(report, _NUMBER.size))
        self._status: int | None = None

    def poll(self) -> int | None:
        """Return the exit status, `None` while it runs."""
        return self._await(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; return the exit status, that of a signal negative."""
        status = self._await(timeout)
        if status is None:
            raise subprocess.TimeoutExpired("cxtui", timeout or 0)
        return status

    def _await(self, timeout: float | None) -> int | None:
        if self._status is None and select.select([self._report], [], [], timeout)[0]:
            (status,) = _NUMBER.unpack(os.read(self._report, _NUMBER.size))
            self._status = os.waitstatus_to_exitcode(status)
        return self._status

    def send_signal(self, sig: int) -> None:
        """Send a signal to it, if it is still there."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


@contextmanager
def running(
    arguments: Sequence[str],
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    size: tuple[int, int] = (80, 24),
    output: int | None = None,
    source: int | None = None,
    before: str = "pass",
    answers: bool = False,
) -> Iterator[Terminal]:
    """Run `cxtui` with these arguments in a terminal, as `tests.app.pty.running` does; it tells
    when it is at rest.
    """
    ours, report = os.pipe()
    told = {
        "words": list(arguments),
        "folder": str(folder),
        "environment": {**os.environ, **(environment or {})},
        "before": before,
    }

    def start(other: int) -> Forked:
        standard = (other if source is None else source, other if output is None else output, other)
        socket.send_fds(_nursery(), [json.dumps(told).encode()], [*standard, report])
        os.close(report)
        return Forked(ours)

    try:
        with at_terminal(start, size, answers=answers, tells=True) as terminal:
            yield terminal
    finally:
        os.close(ours)


@cache
def _nursery() -> socket.socket:
    """Start the process that forks, once; return the line to it. It ends with us."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = f"from tests.app.forked import serve; serve({its.fileno()})"
    process = subprocess.Popen(
        [sys.executable, "-c", command],
        cwd=_ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        pass_fds=[its.fileno()],
    )
    its.close()

    @register
    def end() -> None:
        ours.close()
        process.wait()

    return ours


# In the process that forks


def serve(line: int) -> None:
    """Fork a program for each message on `line`, until nobody is at its other end."""
    # The special functions are not loaded: the numbers of a program come before their marks.

    import cxtui.app.explorer
    import cxtui.cli  # noqa: F401

    Driver.process_message = _tell_when_asked(Driver.process_message)  # type: ignore[method-assign]
    assert len(os.listdir("/proc/self/task")) == 1, "what has threads cannot be forked"
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=line) as asked:
        while True:
            content, files, _, _ = socket.recv_fds(asked, _LONGEST, _FILES)
            if not content:
                return
            if os.fork() == 0:
                asked.close()
                _keep(json.loads(content), files)
            for one in files:
                os.close(one)


def _keep(start: Mapping[str, Any], files: Sequence[int]) -> NoReturn:
    """Fork the program, say which process it is, and how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *standard, report = files
    child = os.fork()
    if child == 0:
        os.close(report)
        _become(start, standard)
    for one in standard:
        os.close(one)
    os.write(report, _NUMBER.pack(child))
    os.write(report, _NUMBER.pack(os.waitpid(child, 0)[1]))
    os._exit(0)


def _become(start: Mapping[str, Any], standard: Sequence[int]) -> NoReturn:
    """Be the program: with these files as standard ones, the last of them as the terminal."""
    status = 1
    try:
        os.setsid()
        for number, file in enumerate(standard):
            os.dup2(file, number)
        for file in standard:
            os.close(file)
        fcntl.ioctl(2, termios.TIOCSCTTY, 0)
        os.chdir(start["folder"])
        os.environ.clear()
        os.environ.update(start["environment"])
        sys.argv = ["cxtui", *start["words"]]
        exec(start["before"], {})
        from cxtui.cli import run

        run()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else status
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _tell_when_asked(process: Any) -> Any:
    """Wrap how a driver takes messages: whether it is at rest is answered, by a byte."""

    def process_message(driver: Driver, message: Message) -> None:
        if isinstance(message, events.CursorPosition) and (message.x, message.y) == _ASKED:
            driver._loop.call_soon_threadsafe(partial(_answer_soon, driver))
        else:
            process(driver, message)

    return process_message


_answers: set[asyncio.Task[None]] = set()


def _answer_soon(driver: Driver) -> None:
    answer = asyncio.get_running_loop().create_task(_answer(driver))
    _answers.add(answer)
    answer.add_done_callback(_answers.discard)


async def _answer(driver: Driver) -> None:
    looks = 0
    while looks < _LOOKS:
        await asyncio.sleep(_STEP)
        looks = looks + 1 if _has_done(driver) else 0
    driver.write(AT_REST.decode())


def _has_done(driver: Driver) -> bool:
    """Whether nothing is left to count, to do, to paint or to send."""
    app = driver._app
    return (
        isinstance(app, Explorer)
        and app.session.counting is None
        and all(worker.is_finished for worker in app.workers)
        and is_at_rest(app, paints=False)
        and driver._frame is None
        and not driver._waiting
    )
