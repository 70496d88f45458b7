"""Runs inside the explorer: writes down how long its event loop was away, time and again."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from cxtui.app.explorer import Explorer

_TICK = 0.002
_SHORTEST = 0.005
_tasks: list[asyncio.Task[None]] = []


def watch(file: str) -> None:
    """Begin with the explorer; each line is the milliseconds that a turn came late."""
    mounted = Explorer.on_mount

    def on_mount(app: Explorer) -> None:
        _tasks.append(asyncio.get_running_loop().create_task(_tick(Path(file))))
        mounted(app)

    setattr(Explorer, "on_mount", on_mount)  # noqa: B010 -- the method of a class we do not own here


async def _tick(file: Path) -> None:
    with file.open("a", encoding="utf-8") as lines:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(_TICK)
            late = time.perf_counter() - begun - _TICK
            if late > _SHORTEST:
                lines.write(f"{1000 * late:.1f}\n")
                lines.flush()
