"""Handles keys one by one: many come at once over a slow line, each for the screen before it."""

from __future__ import annotations

from asyncio import get_running_loop, wait_for
from collections import deque
from collections.abc import Set as AbstractSet
from contextlib import suppress
from time import monotonic
from typing import Any, TypeVar

from textual import events
from textual.driver import Driver
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from cxtui.app.terminal.textual_internals import AdaptedApp

T = TypeVar("T")

_INTERRUPT = "ctrl+c"
_OPENING = 1.0
"""Seconds that a key waits for a screen."""
_MOST_AHEAD = 300
"""Keys that wait; a flood of more is dropped, but for those that quit."""
_MANY_AHEAD, _STALE = 50, 1.0
"""More waiting keys than a person leaves behind: ctrl+c goes before them, and those that have
waited so many seconds are dropped, but for letters of a text."""
_LOST = 0.3
"""Seconds after which a key is lost with the widget that it went to."""


class ReadingScreen(ModalScreen[T]):
    """A screen that keys wait for while it reads what it shows, but for those that leave it."""

    is_reading = False

    @property
    def leaving_keys(self) -> AbstractSet[str]:
        """The keys that leave the screen."""
        return {"escape"}


class TypedApp(AdaptedApp):
    """An app that handles a key before it looks at the next.

    Textual sends a key to the focused widget and gets it back for the commands; without a queue,
    the next keys would have been sent to the same widget by then.
    """

    class Passed(Message):
        """Follows a key through the queues: when it arrives, the key has been handled.

        It is sent twice, since a widget may answer a key with a message of its own.
        """

        def __init__(self, key: events.Key, widget: Widget, *, again: bool = False) -> None:
            super().__init__()
            self.key = key
            self.widget = widget
            self.again = again

    quit_keys: frozenset[str] = frozenset({_INTERRUPT})
    """Keys that are heard in a flood of others as well."""

    def __init__(self, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class)
        self.keys_taken = 0
        self._holds_keys = False
        self._at_once: frozenset[str] = frozenset()
        self._in_turn: frozenset[str] = frozenset()
        self._ahead: deque[tuple[events.Key, float]] = deque()
        """The keys that wait, and since when."""
        self._on_its_way: events.Key | None = None
        self.keys_handled: deque[str] = deque(maxlen=2)

    async def on_event(self, event: events.Event) -> None:
        """Let a key wait for those before it."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        self.keys_taken += 1
        is_free = self._on_its_way is None
        if is_free and (self._passes(event) or not (self._ahead or self._is_held)):
            await self._take_key(event)
        elif len(self._ahead) < (_MANY_AHEAD if event.key == _INTERRUPT else _MOST_AHEAD):
            self._ahead.append((event, monotonic()))
        elif event.key in self.quit_keys:
            self._ahead.clear()
            self._ahead.append((event, monotonic()))

    @property
    def _is_held(self) -> bool:
        """Whether keys wait; another screen over the first takes them unless it reads itself."""
        return bool(self._reader or (self._holds_keys and len(self.screen_stack) <= 1))

    @property
    def _reader(self) -> ReadingScreen[Any] | None:
        """The screen that reads now, if it is the topmost."""
        top = self.screen_stack[-1] if self.screen_stack else None
        return top if isinstance(top, ReadingScreen) and top.is_reading else None

    def _passes(self, key: events.Key) -> bool:
        if (reader := self._reader) is not None:
            return key.key in reader.leaving_keys | self.quit_keys
        is_next = not self._ahead and self.admits(key)
        is_urgent = key.key in self._at_once | self.quit_keys
        return self._is_held and (is_next or is_urgent)

    def admits(self, key: events.Key) -> bool:
        """Return whether a key has to wait only for the keys before it while keys are held."""
        return key.key in self._in_turn

    async def take_waiting(self) -> None:
        """Handle the keys at the beginning of the queue that need not wait any more."""
        await self._take_ahead()

    def hold_keys(self, at_once: frozenset[str], in_turn: frozenset[str]) -> None:
        """Let keys wait until `release_keys`, for what the first screen shows.

        Those `at_once` do not wait, nor do those that quit; those `in_turn` wait only for the keys
        before them.
        """
        self._holds_keys, self._at_once, self._in_turn = True, at_once, in_turn

    def release_keys(self) -> None:
        """Handle the keys that waited for what the first screen shows, in their order."""
        self._holds_keys = False
        self.call_later(self._take_ahead)

    def is_flooded(self, key: events.Key, sent: int) -> bool:
        """Return whether to drop a key before it is sent, after so many others."""
        return sent - self.keys_taken > _MOST_AHEAD and key.key not in self.quit_keys

    async def _take_key(self, key: events.Key) -> None:
        """Wait for a screen that is opening, send it the key, and follow the key."""
        self._on_its_way = key
        self.keys_handled.append(key.key)
        with suppress(TimeoutError):
            await wait_for(self.wait_for_screen(), _OPENING)
        if not self.has_mounted_screen:
            self._arrived(key)
            return  # no screen can take it
        widget = self.focused or self.screen
        await super().on_event(key)
        if widget.post_message(self.Passed(key, widget)):
            get_running_loop().call_later(_LOST, self._arrived, key)
        else:
            self._arrived(key)

    def on_typed_app_passed(self, event: Passed) -> None:
        """Go on with the next key, once all that follows from this one is done."""
        key, widget = event.key, event.widget
        if event.again or not widget.post_message(self.Passed(key, widget, again=True)):
            self._arrived(key)

    def _arrived(self, key: events.Key) -> None:
        if key is self._on_its_way:
            # The effects of the key, the focus among them, are queued before this.
            self.call_later(self._next_key, key)

    async def _next_key(self, before: events.Key) -> None:
        if before is self._on_its_way:
            self._on_its_way = None
            await self._take_ahead()

    async def _take_ahead(self) -> None:
        if self._on_its_way is not None:
            return
        self._drop_stale()
        if not self._ahead:
            return
        if not self._is_held or (self._reader is None and self.admits(self._ahead[0][0])):
            await self._take_key(self._ahead.popleft()[0])

    def _drop_stale(self) -> None:
        """Drop keys that nobody waits for any more: those of a key held down, of a flood."""
        if self._is_held or isinstance(self.focused, Input):
            return
        late = monotonic() - _STALE
        while len(self._ahead) > _MANY_AHEAD and self._ahead[0][1] < late:
            self._ahead.popleft()

    def on_key(self, event: events.Key) -> None:
        """Insert letters into a focused line that reached its screen before it had the focus."""
        line = self.focused
        if isinstance(line, Input) and event.is_printable and event.character:
            line.insert_text_at_cursor(event.character)
            event.prevent_default()
