"""Sends frames to the terminal: the newest one, once the terminal has taken the one before."""

from __future__ import annotations

import os
import select
import termios
import threading
import time
from codecs import getincrementaldecoder
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import App
from textual.message import Message

from cxtui.app.terminal.key_queue import TypedApp
from cxtui.app.terminal.textual_internals import AdaptedDriver, ParseError, XTermParser
from cxtui.messages import tr
from cxtui.terminal_rescue import find_terminal

_ASK = b"\x1b[6n"
"""Asks where the cursor is."""
_PATIENCE = 3.0
"""Seconds after which a terminal that used to answer does so no longer."""
_LAST_WORDS = 1.0
"""Seconds that a stalled terminal is given to take what restores it."""
_AFTER_FLUSH = 0.5
"""Seconds until the system has room again for what was flushed."""
_STANDARD_ERROR = 2
_ABORT = b"\x18"
"""Ends a code that was cut in the middle."""
ON_THE_WAY = 2_000
"""Bytes that may be on the way when more is sent: a slow line takes them in an eighth second."""
_ASKED_EVERY = 1_000


class Pace:
    """Counts the bytes that were sent and that have arrived.

    The buffers of the system take far more than a slow line does, so the terminal is asked now and
    then: its answer says that everything before the question has arrived. Most terminals answer;
    one that does not is sent everything at once.
    """

    def __init__(self) -> None:
        self.answers = False
        self.questions = 0
        self._asked: deque[int] = deque()
        self._unasked = 0

    @property
    def has_room(self) -> bool:
        """Whether more may be sent."""
        return not self.answers or sum(self._asked) + self._unasked <= ON_THE_WAY

    def sent(self, size: int) -> bool:
        """Count `size` bytes; return whether to ask behind them."""
        self._unasked += size
        if self.questions and not self.answers:
            self._unasked = 0
            return False
        if self.questions and self._unasked < _ASKED_EVERY:
            return False
        self.questions += 1
        self._asked.append(self._unasked)
        self._unasked = 0
        return True

    def answered(self) -> None:
        """Take the answer to the oldest question."""
        self.answers = True
        if self._asked:
            self._asked.popleft()

    def give_up(self, question: int) -> bool:
        """Stop waiting for answers if this question is still open; return whether it is."""
        if question <= self.questions - len(self._asked):
            return False
        self.answers = False
        self._asked.clear()
        self._unasked = 0
        return True


class Driver(AdaptedDriver):
    """Writes without ever waiting; a frame is made only when the terminal has room for it."""

    def __init__(self, app: App[Any], **settings: Any) -> None:
        super().__init__(app, **settings)
        self._out = own_terminal()
        self._found = find_terminal()
        self._parent = os.getppid()
        self._keys_sent = 0
        self._waiting = bytearray()
        self._frame: Callable[[], str] | None = None
        self._pace = Pace()
        self._heard = 0
        self._is_watched = self._is_gone = False
        self._holds_back = False
        self._last_words: bytearray | None = None
        """What restores the terminal, while it is sent: it is sent again after a flush."""
        self._when_gone: Callable[[], None] = lambda: None

    # Frames

    def draw(self, frame: Callable[[], str]) -> None:
        """Send a frame as soon as there is room, in place of one that was not sent yet."""
        self._frame = frame
        self._send_frame()

    def _send_frame(self) -> None:
        if self._frame is None or self._waiting or not self._pace.has_room:
            return
        frame, self._frame = self._frame, None
        content = frame().encode()
        if content and self._pace.sent(len(content)):
            content += _ASK
            self.loop.call_later(_PATIENCE, self._give_up, self._pace.questions)
        self._send(content)

    def _answered(self) -> None:
        self._pace.answered()
        self._send_frame()

    def _give_up(self, question: int) -> None:
        if self._pace.give_up(question):
            self._send_frame()

    # Bytes

    def write(self, data: str) -> None:
        """Send a code of Textual's own; from another thread too."""
        content = data.encode(errors="replace")
        if threading.current_thread() is threading.main_thread():
            if self._last_words is not None:
                self._last_words += content
            self._send(content)
        else:
            self.loop.call_soon_threadsafe(self._send, content)

    def _send(self, content: bytes) -> None:
        self._waiting += content
        if not self._holds_back:
            self._push()

    def _push(self) -> None:
        """Write what the terminal takes now, and watch for when it takes more."""
        while self._waiting and not self._is_gone:
            try:
                del self._waiting[: os.write(self._out, self._waiting)]
            except BlockingIOError:
                break
            except OSError:
                self._lose()
        if bool(self._waiting) != self._is_watched:
            self._is_watched = not self._is_watched
            if self._is_watched:
                self.loop.add_writer(self._out, self._push_on)
            else:
                self.loop.remove_writer(self._out)

    def _push_for(self, seconds: float) -> None:
        """Write all that waits, as far as the terminal takes it within some seconds."""
        self._push()
        end = time.monotonic() + seconds
        while self._waiting and not self._is_gone and time.monotonic() < end:
            select.select([], [self._out], [], 0.05)
            self._push()

    def _push_on(self) -> None:
        self._push()
        self._send_frame()

    def when_gone(self, leave: Callable[[], None]) -> None:
        """Call `leave` once the terminal has gone, at once if it has already."""
        self._when_gone = leave
        if self._is_gone:
            leave()

    def _lose(self) -> None:
        """Note that the terminal has gone: nothing is written or read any more.

        Only the thread of the loop calls it, since that thread owns the bytes that wait.
        """
        self._waiting.clear()
        if not self._is_gone:
            self._is_gone = True
            self.loop.call_soon(self._when_gone)

    # Keys

    def run_input_thread(self) -> None:
        """Read keys until the driver stops or the terminal has gone."""
        parser = XTermParser(self.is_debugged)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        try:
            while not self.exit_event.is_set() and not self._is_gone:
                content = ""
                if select.select([self.fileno], [], [], 0.1)[0]:
                    read = os.read(self.fileno, 4096)
                    if not read:
                        self.loop.call_soon_threadsafe(self._lose)
                        break
                    content = decode(read)
                for event in parser.feed(content) if content else ():
                    self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
        except OSError:
            self.loop.call_soon_threadsafe(self._lose)
        finally:
            with suppress(EOFError, ParseError):
                list(parser.feed(""))

    def process_message(self, message: Message) -> None:
        """Keep answers to our own questions from the app."""
        if isinstance(message, events.CursorPosition):
            self._heard += 1
            self.loop.call_soon_threadsafe(self._answered)
        elif not (isinstance(message, events.Key) and self._drops(message)):
            super().process_message(message)

    def _drops(self, key: events.Key) -> bool:
        """Return whether to drop a key in a flood of them; it counts those that are sent."""
        if isinstance(self.app, TypedApp) and self.app.is_flooded(key, self._keys_sent):
            return True
        self._keys_sent += 1
        return False

    # Coming and going

    def terminal_size(self) -> tuple[int, int] | None:
        """Ask the terminal itself: exported COLUMNS and LINES are those before a resize."""
        with suppress(OSError):
            width, height = os.get_terminal_size(self._out)
            return (width, height) if width and height else None
        return None

    def disable_input(self) -> None:
        """Stop reading keys, after the answers that would reach the shell as keys."""
        end = time.monotonic() + _LAST_WORDS
        while self._owes_answers and time.monotonic() < end:
            time.sleep(0.01)
        super().disable_input()

    @property
    def _owes_answers(self) -> bool:
        # Read at once what the loop will be told only later.
        return self.reads_keys and self._pace.answers and self._heard < self._pace.questions

    def start_application_mode(self) -> None:
        """Set the terminal up by one write: each wakes what draws it."""
        self._holds_back = True
        try:
            super().start_application_mode()  # type: ignore[no-untyped-call]
        finally:
            self._holds_back = False
            self._push()

    def stop_application_mode(self) -> None:
        """Restore the terminal; one that does not take even that is left within a second."""
        self._frame = None
        if self._waiting:
            self._waiting[:] = _ABORT
        last_words = self._last_words = bytearray()
        super().stop_application_mode()
        self._last_words = None
        self._push_for(_LAST_WORDS)
        if self._waiting and not self._is_gone:
            # The buffer of the system holds an old picture, and may hold some of the last words.
            with suppress(termios.error):
                termios.tcflush(self._out, termios.TCOFLUSH)
            self._waiting[:] = _ABORT + last_words  # what is left may end within a code
            self._push_for(_AFTER_FLUSH)
        self._waiting.clear()
        self._push()
        if self._found is not None and (self._is_gone or os.getppid() != self._parent):
            # Its session may have ended with the guardian: what is written above is lost then.
            self._found.rescue(tr("cxtui: left, since its guardian was ended") + "\r\n")

    def suspend_application_mode(self) -> None:
        """Give the terminal back for a while."""
        self.is_suspended = True
        super().suspend_application_mode()

    def resume_application_mode(self) -> None:
        """Take the terminal again."""
        self.is_suspended = False
        self._pace = Pace()
        self._heard = 0
        super().resume_application_mode()


def own_terminal() -> int:
    """Return a new descriptor of the terminal of standard error that never waits.

    The shell's own descriptor has to go on waiting. Raises `OSError` where there is no terminal.
    """
    flags = os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK
    try:
        return os.open(os.ttyname(_STANDARD_ERROR), flags)
    except OSError:  # of another user, after `su`
        return os.open("/dev/tty", flags)
