"""A visit in lines: a command is typed, what it changed and the new table are printed."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view
from cxtui.app.panes.question_search import Finder
from cxtui.errors import CxtuiError
from cxtui.messages import tr, tr_count
from cxtui.output.drawing.linear_lines import linear_lines
from cxtui.session import events
from cxtui.session.start import Start
from cxtui.session.survey_reading import Ready
from cxtui.session.survey_session import Session
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Question
from cxtui.survey.where_text import parse_condition
from cxtui.text import clean

Say = Callable[[str], object]

_STEPS = {"m": "measure", "s": "sort", "w": "weight", "a": "against", "B": "base", "n": "full"}
_HELP = (
    ("j, k", "the next question, the one before"),
    ("/WORDS", "the question that these words find; / alone lists all questions"),
    ("b ID", "compare by this question; a>b nests, several with blanks between them"),
    ("f CONDITION", "keep only these respondents, as in f role=Marketing; f alone keeps all"),
    ("m, s, w, a, B, n", "the next measure, order, weight, comparison, base; nets and missing"),
    ("A", "of a grid: its items by its answers, or by the banner again"),
    ("u, r", "undo, redo"),
    ("t, F", "the table again; all notes on it"),
    (": OPTIONS", "the view as text; : alone says it"),
    ("y", "the command that prints this table"),
    ("?", "these commands"),
    ("q", "leave"),
)
"""What can be typed, and what it does; to be translated."""


class AtOnce:
    """Runs works where they are asked for: a line is answered before the next is read."""

    def start(self, work: Callable[[], object]) -> None:
        """Run `work` here."""
        work()

    def later(self, call: Callable[[], object]) -> None:
        """Call back here."""
        call()


class LinearVisit:
    """Explores a survey by typed lines; every text goes to `say`, a line at a time."""

    def __init__(self, start: Start, say: Say) -> None:
        self._write = say
        self.session = Session(start, self._hear, AtOnce())
        self.problem = ""
        """Why the survey could not be opened."""
        self._commands: Mapping[str, Callable[[str], object]] = {
            "j": lambda _: self._move(1),
            "k": lambda _: self._move(-1),
            "b": self._compare_by,
            "f": self._filter,
            "A": lambda _: self._across(),
            "u": lambda _: self.session.undo(),
            "r": lambda _: self.session.redo(),
            "t": lambda _: self._tell_table(),
            "F": lambda _: self._tell_notes(),
            ":": self._view,
            "y": lambda _: self._replay(),
            "?": lambda _: self._help(),
            **{key: partial(self._step, name) for key, name in _STEPS.items()},
        }

    def open(self) -> None:
        """Read the survey, and tell what it is and its first table."""
        self.session.open()
        if self.session.ready is not None:
            self._say(tr("? lists the commands"))

    def do(self, line: str) -> bool:
        """Do what a line asks for; return whether the visit goes on."""
        line = line.strip()
        if line == "q":
            self.session.keep_view()
            return False
        if line.startswith("/"):
            self._find(line[1:])
        elif line:
            name, rest = (":", line[1:]) if line[0] == ":" else (line.split()[0], line[1:])
            command = self._commands.get(name)
            if command is None:
                self._say(tr("{!r} is no command: ? lists them", name))
            else:
                self._try(command, rest.strip())
        return True

    def _try(self, command: Callable[[str], object], rest: str) -> None:
        try:
            command(rest)
        except CxtuiError as error:
            self._say(str(error))

    def _say(self, text: str) -> None:
        self._write(clean(text))

    # What the session tells

    def _hear(self, event: events.Event) -> None:
        match event:
            case events.OpeningFailed(reason):
                self.problem = reason
            case events.Opened(survey):
                count = tr_count(survey.respondents, "{:,} respondent", "{:,} respondents")
                questions = len(survey.codebook.table_questions)
                said = tr_count(questions, "{:,} question", "{:,} questions")
                self._say(f"{survey.title}: {count}, {said}")
            case events.Moved(said=said) if said:
                self._say(said)
            case events.Refused(reason):
                self._say(reason)
            case events.Answered(is_final=True):
                self._tell_table()

    def _tell_table(self) -> None:
        answer = self.session.answer
        if answer is None:
            return
        if answer.table is None:
            self._say(answer.problem)
            return
        for line in linear_lines(answer.table):
            self._say(line)

    def _tell_notes(self) -> None:
        table = self.session.finished()
        for line in sentences_of(table.notes) if table else ():
            self._say(line)

    # What is typed

    @property
    def _ready(self) -> Ready:
        if (ready := self.session.ready) is None:
            raise CxtuiError("the survey is not open yet")
        return ready

    @property
    def _questions(self) -> tuple[Question, ...]:
        return tuple(self._ready.survey.codebook.table_questions)

    def _go_to(self, question: str) -> None:
        self.session.go(self._ready.view.with_question(question))

    def _move(self, by: int) -> None:
        ids = [one.id for one in self._questions]
        here = self._ready.view.question
        there = (ids.index(here) if here in ids else -by) + by
        if 0 <= there < len(ids):
            self._go_to(ids[there])
        else:
            self._say(tr("there is no further question"))

    def _find(self, words: str) -> None:
        found = Finder(self._questions).find(words)
        if not words.strip():
            for one in found:
                self._say(f"{one.id}: {one.label}")
        elif not found:
            self._say(tr("nothing found"))
        else:
            others = [one.id for one in found[1:4]]
            if others:
                self._say(tr("also found: {}", ", ".join(others)))
            self._go_to(found[0].id)

    def _compare_by(self, rest: str) -> None:
        words = [part for name in shlex.split(rest) for part in ("--by", name)]
        asked = parse_view(self._ready.survey, shlex.join(words))
        self.session.go(replace(self._ready.view, banner=asked.banner if words else ()))

    def _filter(self, rest: str) -> None:
        survey, view = self._ready.survey, self._ready.view
        kept = (*view.filters, parse_condition(survey, rest)) if rest else ()
        self.session.go(view.with_filters(kept, survey.codebook.wave))

    def _across(self) -> None:
        from cxtui.analysis.view.hidden_parts import Hidden

        view = self._ready.view
        self.session.go(replace(view, across=None if view.across else Hidden(())))

    def _step(self, name: str, _: str) -> None:
        self.session.step(name)

    def _view(self, rest: str) -> None:
        if not rest:
            self._say(str(self._ready.view))
            return
        view: View = parse_view(self._ready.read, rest)
        self.session.go(view)

    def _replay(self) -> None:
        self._say(self.session.start.opened.table(self._ready.view))

    def _help(self) -> None:
        for line in help_lines():
            self._say(line)


def help_lines() -> Iterator[str]:
    """Yield what can be typed, a line each."""
    for typed, does in _HELP:
        yield f"{typed}: {tr(does)}"


def explore_in_lines(start: Start, read: Callable[[str], str], say: Say) -> str:
    """Explore a survey by lines until `q` or the end; return why it could not be opened, if so.

    `read` returns the next line after a prompt, and raises `EOFError` at the end.
    """
    visit = LinearVisit(start, say)
    visit.open()
    if visit.problem:
        return visit.problem
    while True:
        try:
            line = read("> ")
        except EOFError:
            line = "q"
        if not visit.do(line):
            return ""
