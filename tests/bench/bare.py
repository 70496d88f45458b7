"""A bare Textual app of the explorer's widgets: what the start of any such app costs.

`python -m tests.bench.bare text` shows text alone, `polars` imports Polars in a thread after it;
`numbers FILE WAVE COLUMN` then imports Polars
in a thread and shows one raw query; `marks FILE WAVE COLUMN` loads the distributions after that.
"""

from __future__ import annotations

import sys
from typing import ClassVar

from textual import work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static


class Bare(App[None]):
    """Title, three framed panes, a line to type in, status: all of them text."""

    CSS = """
    #title, #status { height: 1; }
    #left { width: 30; }
    #left Vertical, #table { border: round gray; height: 1fr; }
    Input { display: none; }
    """
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "quit", "Quit")]

    def __init__(self, stage: str, *asked: str) -> None:
        super().__init__()
        self._stage = stage
        self._asked = asked

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        yield Static("survey", id="title")
        with Horizontal():
            with Vertical(id="left"):
                yield Input()
                yield Vertical(Static("1 Questions"))
                yield Vertical(Static("2 Role"))
            yield Vertical(Static("Reading the survey", id="numbers"), id="table")
        yield Static("q quits", id="status")

    def on_mount(self) -> None:
        """Show the text first."""
        if self._stage != "text":
            self._count()

    @work(thread=True)
    def _count(self) -> None:
        if self._stage == "polars":
            import polars

            self.call_from_thread(self._say, f"Base (n) {polars.__version__}")
            return
        from tests.bench.raw import asked_raw

        found = asked_raw(*self._asked)
        self.call_from_thread(self._say, f"Base (n) {len(found)}\n{found}")
        if self._stage == "marks":
            import scipy.special

            self.call_from_thread(self._say, f"Letters {scipy.special.stdtr(9, 1)}\n{found}")

    def _say(self, text: str) -> None:
        self.query_one("#numbers", Static).update(text)


if __name__ == "__main__":
    Bare(*sys.argv[1:]).run()
