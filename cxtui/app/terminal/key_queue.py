"""Keys one after the other: over a line that stalls many come at once, and each is for what the one
before it has opened.
"""

from __future__ import annotations

from asyncio import get_running_loop, wait_for
from collections import deque
from contextlib import suppress

from textual import events
from textual.driver import Driver
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from cxtui.app.terminal.textual_internals import AdaptedApp, is_mounted, mounted

_OPENING = 1.0
"""Seconds after which a key is not kept waiting for a screen any more."""
_LOST = 0.3
"""Seconds after which a key is taken to have gone with the widget that it went to."""


class TypedApp(AdaptedApp):
    """An app that deals with a key before it looks at the next.

    Textual hands a key to the widget that has the focus, and takes it back from there for the
    commands: those behind it would be on their way to the same widget already.
    """

    class Passed(Message):
        """Goes the way of a key, behind it: when this arrives, the key has been dealt with.

        It goes twice, for a widget may answer a key with a message that goes the same way.
        """

        def __init__(self, key: events.Key, widget: Widget, *, again: bool = False) -> None:
            super().__init__()
            self.key = key
            self.widget = widget
            self.again = again

    def __init__(self, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class)
        self._ahead: deque[events.Key] = deque()
        self._on_its_way: events.Key | None = None

    async def on_event(self, event: events.Event) -> None:
        """Let a key wait for those before it."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif self._on_its_way is not None:
            self._ahead.append(event)
        else:
            await self._take_key(event)

    async def _take_key(self, key: events.Key) -> None:
        """Let a screen that was opened come to be, hand it the key, and follow that."""
        self._on_its_way = key
        with suppress(TimeoutError):
            await wait_for(self._screen_is_there(), _OPENING)
        if not self.has_screen or not is_mounted(self.screen):
            self._arrived(key)
            return  # nothing is there yet, or any more, that a key could move
        widget = self.focused or self.screen
        await super().on_event(key)
        if widget.post_message(self.Passed(key, widget)):
            get_running_loop().call_later(_LOST, self._arrived, key)
        else:
            self._arrived(key)

    def on_typed_app_passed(self, event: Passed) -> None:
        """Go on with the next key, once nothing follows from this one."""
        key, widget = event.key, event.widget
        if event.again or not widget.post_message(self.Passed(key, widget, again=True)):
            self._arrived(key)

    def _arrived(self, key: events.Key) -> None:
        if key is self._on_its_way:
            # What the key has asked for, the focus too, was put before this.
            self.call_later(self._next_key, key)

    async def _next_key(self, before: events.Key) -> None:
        if before is self._on_its_way:
            self._on_its_way = None
            if self._ahead:
                await self._take_key(self._ahead.popleft())

    async def _screen_is_there(self) -> None:
        """Wait until the screen on top has all its parts; one may open another at once."""
        while self.has_screen and not is_mounted(self.screen):
            await mounted(self.screen)

    def on_key(self, event: events.Key) -> None:
        """Let a line have the letters that were typed before it could take them.

        They went to the screen it is on; what a line takes itself does not come here.
        """
        line = self.focused
        if isinstance(line, Input) and event.is_printable and event.character:
            line.insert_text_at_cursor(event.character)
            event.prevent_default()
