"""A session under test: what it told, and works that run when the test says so."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_option_table import ViewOptions
from cxtui.session.counting import Work
from cxtui.session.events import Event
from cxtui.session.start import Start
from cxtui.session.survey_reading import Ready
from cxtui.session.survey_session import Session

Told = TypeVar("Told")

HEAD = "role,goal,tool\n"
ROWS = "Marketing,High,CRM\nTechnology,Low,CDP\n" * 20
VIEW = ViewOptions(question="goal", by=("role",))


class AtOnce:
    """Runs everything where it is asked for, so that an operation returns once it is done."""

    def start(self, work: Callable[[], object]) -> None:
        """Run `work` here."""
        work()

    def later(self, call: Callable[[], object]) -> None:
        """Call back here."""
        call()


class Held:
    """Keeps works until the test runs them, in the order of its choice."""

    def __init__(self) -> None:
        self.works: deque[Callable[[], object]] = deque()

    def start(self, work: Callable[[], object]) -> None:
        """Keep a work."""
        self.works.append(work)

    def later(self, call: Callable[[], object]) -> None:
        """Call back at once."""
        call()

    def run(self) -> None:
        """Run the oldest work."""
        self.works.popleft()()

    def run_all(self) -> None:
        """Run every work, also those that begin meanwhile."""
        while self.works:
            self.run()


class Visit:
    """A session on a file, and the events that it has told."""

    def __init__(self, start: Start, work: Work | None = None) -> None:
        self.events: list[Event] = []
        self.session = Session(start, self.events.append, work or AtOnce())

    @property
    def ready(self) -> Ready:
        """The state of a session that has a survey."""
        assert self.session.ready
        return self.session.ready

    def told(self, kind: type[Told]) -> list[Told]:
        """Return the events of a kind, in their order."""
        return [one for one in self.events if isinstance(one, kind)]

    def ask(self, question: str) -> View:
        """Return the current view of another question."""
        return self.ready.view.with_question(question)


def survey_file(folder: Path, rows: str = ROWS) -> Path:
    """Write a small survey and return its file."""
    file = folder / "field.csv"
    file.write_text(HEAD + rows)
    return file


def visit(file: Path, work: Work | None = None, *, options: ViewOptions = VIEW) -> Visit:
    """Return a session that has opened a file; with held works it is still to be read."""
    made = Visit(Start((str(file),), view=options), work)
    made.session.open()
    return made
