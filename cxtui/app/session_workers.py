"""The work of a session in Textual's worker threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from textual.app import App


class SessionWorkers:
    """Runs work beside the screen; what it leads to waits until the panes are laid out."""

    def __init__(self, app: App[str]) -> None:
        self._app = app
        self._calls: deque[Callable[[], object]] = deque()
        self._is_laid_out = False

    def start(self, work: Callable[[], object]) -> None:
        """Run `work` in a thread."""
        self._app.run_worker(work, thread=True)

    def later(self, call: Callable[[], object]) -> None:
        """Call back among the messages of the app; may be used from any thread."""
        self._calls.append(call)
        if self._is_laid_out:
            self._app.call_later(self._call)

    def laid_out(self) -> None:
        """Let calls through: a small survey may have been read before there are panes."""
        self._is_laid_out = True
        self._call()

    def _call(self) -> None:
        while self._calls:
            self._calls.popleft()()
