"""The process that the shell waits for: it starts the program as its child, and outlives it.

Native libraries can end a process by a signal that Python never hears of. The guardian then gives
the terminal back, says in one line what happened, and ends with the status that a shell expects.
It is forked before anything large is loaded, passes signals on, and sleeps otherwise.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn

from cxtui.cli.error_line import line_of
from cxtui.errors import CxtuiError
from cxtui.exit_status import Exit, is_own_end, share_own_end
from cxtui.terminal_rescue import FoundTerminal, find_terminal

_FROM_TERMINAL = {signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP}
"""Signals that the terminal itself sends to the program as well."""
_PASSED_ON = (*_FROM_TERMINAL, signal.SIGTERM, signal.SIGHUP)
_QUIET = {signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE}
"""Signals that end a program because somebody asked for it."""
_TITLE = b"cxtui guardian"
_ARGUMENTS = 46
"""The field of `/proc/PID/stat`, after the name, with the address of the arguments (proc(5))."""


def start_guarded() -> None:
    """Go on in a child; the parent guards it and never returns. Without `fork`, go on unguarded."""
    if not hasattr(os, "fork"):
        return
    heard = {one for one in _PASSED_ON if signal.getsignal(one) is not signal.SIG_IGN}
    heard.add(signal.SIGCHLD)
    terminal = find_terminal()
    reading, writing = os.pipe()
    share_own_end()
    gc.freeze()  # the child's collections would copy every page
    before = signal.pthread_sigmask(signal.SIG_BLOCK, heard)
    try:
        child = os.fork()
    except OSError:  # too many processes
        child = 0
    if child:
        os.close(reading)
        _guard(child, heard, terminal)
    os.close(writing)
    gc.unfreeze()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    _hang_up_without(reading)
    _dump_no_core()


def _hang_up_without(pipe: int) -> None:
    """Let the system send SIGHUP to this process as soon as the other end of a pipe is closed."""
    import fcntl

    if hasattr(fcntl, "F_SETSIG"):  # of Linux
        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
            fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGHUP)
            fcntl.fcntl(pipe, fcntl.F_SETFL, os.O_ASYNC)


def _dump_no_core() -> None:
    """Write no core dump on a crash: it would hold answers."""
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _guard(child: int, heard: set[signal.Signals], terminal: FoundTerminal | None) -> NoReturn:
    """Pass signals on until the child ends, then end as it did."""
    try:
        _take_title()
        while True:
            number, is_own = _next_signal(heard)
            if number == signal.SIGCHLD:
                ended, status = os.waitpid(child, os.WNOHANG | os.WUNTRACED)
                if ended and os.WIFSTOPPED(status):  # the shell waits for this process
                    os.kill(os.getpid(), signal.SIGSTOP)
                    os.kill(child, signal.SIGCONT)
                elif ended:
                    _end(status, terminal)
            elif not (is_own and number in _FROM_TERMINAL):
                with suppress(ProcessLookupError):
                    os.kill(child, number)
    finally:
        os._exit(1)


def _next_signal(heard: set[signal.Signals]) -> tuple[int, bool]:
    """Wait for a signal; return it, and whether the system sent it, to the child as well."""
    if hasattr(signal, "sigwaitinfo"):
        found = signal.sigwaitinfo(heard)
        return found.si_signo, found.si_code > 0
    return signal.sigwait(heard), True  # macOS does not say who sent it


def _end(status: int, terminal: FoundTerminal | None) -> NoReturn:
    if os.WIFEXITED(status):
        if os.WEXITSTATUS(status) == Exit.FAILED and not is_own_end():
            message = "ended by a library that gave up, as one does where memory runs out"
            _say(CxtuiError(message), terminal)
        os._exit(os.WEXITSTATUS(status))
    number = signal.Signals(os.WTERMSIG(status))
    _say(None if number in _QUIET else _reason(number), terminal)
    if number in _QUIET:  # a shell that runs a loop stops it
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    os._exit(128 + number)


def _say(reason: CxtuiError | None, terminal: FoundTerminal | None) -> None:
    """Give the terminal back, and say in one line what happened."""
    if terminal is not None and terminal.is_changed:
        terminal.rescue()
    if reason is not None:
        with suppress(OSError):
            os.write(2, f"{line_of(reason, sys.argv[1:])}\n".encode())


def _reason(number: signal.Signals) -> CxtuiError:
    if number == signal.SIGKILL:
        message = "ended by {}: by the system, where memory ran out, or by another program"
    elif number == signal.SIGABRT:
        message = "ended by {}: a library gave up, as it does where memory runs out"
    elif number == signal.SIGXCPU:
        message = "ended by {}: the processor time that `ulimit -t` allows is used up"
    else:
        message = "ended by {}: a library crashed; `cxtui man` says where to report it"
    return CxtuiError(message, number.name)


def _take_title() -> None:
    """Show what this process is in `ps`: it would look like the program once more."""
    import ctypes

    with suppress(OSError, ValueError, IndexError):
        with open("/proc/self/stat", encoding="ascii", errors="replace") as opened:
            fields = opened.read().rpartition(")")[2].split()
        start, end = int(fields[_ARGUMENTS - 1]), int(fields[_ARGUMENTS])
        ctypes.memset(start, 0, end - start)
        ctypes.memmove(start, _TITLE, min(len(_TITLE), end - start - 1))
