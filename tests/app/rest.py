"""When the explorer has dealt with everything it was sent: known, not guessed from its quiet."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from textual._context import active_app
from textual._queue import Queue
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

_TURNS = 8
"""Turns of the loop that a key takes from the driver to the first queue, and some."""
_EAGER = 200
"""Turns taken at once before others on this machine are let in."""
_STEP = 0.002


async def at_rest(_: float = 0, patience: float = 1) -> None:
    """Wait until every widget waits for its next message and the screen is painted.

    Threads are not waited for, nor longer than `patience` seconds for a widget that waits for
    something else than a message.
    """
    app = active_app.get()
    end = time.monotonic() + patience
    quiet = turns = 0
    while quiet < _TURNS:
        turns += 1
        await asyncio.sleep(0 if turns % _EAGER else _STEP)
        if is_at_rest(app):
            quiet += 1
        elif time.monotonic() > end or app._exception is not None:
            return
        else:
            quiet = 0


def is_at_rest(app: App[Any], *, paints: bool = True) -> bool:
    """Whether nothing is being done, and nothing is left to do; what waits for the next frame is
    painted at once where `paints` says so.
    """
    if not app.is_running:
        return True
    pumps = [one for screen in app._screen_stack for one in screen.walk_children(with_self=True)]
    return (
        all(map(_waits, [app, *pumps]))
        and app._resize_event is None
        and app._resize_timer is None
        and _is_painted(app.screen, paints=paints)
    )


def _waits(pump: MessagePump) -> bool:
    """Whether a widget waits for a message, and none is there."""
    queue: Queue[Message | None] = pump._message_queue
    waits = any(not one.done() for one in queue.ready_event._waiters)
    return pump._closed or (waits and queue.empty() and not pump._next_callbacks)


def _is_painted(screen: Screen[Any], *, paints: bool) -> bool:
    """Whether nothing waits for the next frame; what does is painted now, as a frame would."""
    needed = (
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    )
    if needed and paints:
        screen._on_timer_update()
    return not needed
