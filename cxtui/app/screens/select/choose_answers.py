"""The answers to one question that a filter keeps: categories to tick, a range to type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from cxtui.analysis.tables.notes import describe_filter
from cxtui.app.panes.line_widget import BOLD, CURSOR
from cxtui.app.panes.list_widget import Listing
from cxtui.app.screens.base.note_line import Sentence
from cxtui.app.screens.base.respondent_count import CountingScreen, Foot, Kept, Wanted, said_of
from cxtui.app.screens.select.filter_draft import Clauses, Draft, picked
from cxtui.output.drawing.fit import between, padded
from cxtui.survey.conditions import NO_ANSWER
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question, is_number

_TYPED = frozenset("0123456789.-")
_LONGEST = 20
_MOST = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: an end of a range, or an answer to tick; `codes` are empty for an end."""

    label: str
    codes: tuple[str, ...] = ()


FROM, TO = Entry("from"), Entry("to")


def entries_of(question: Question) -> tuple[Entry, ...]:
    """Return what can be picked of a question: a range of a number, its answers, missing."""
    listed = [
        one for one in question.categories if one.missing or question.kind is not Kind.NUMERIC
    ]
    entries = [FROM, TO] if question.kind is Kind.NUMERIC else []
    entries += [Entry(one.label, (one.code,)) for one in listed if not one.missing]
    missing = [one for one in listed if one.missing]
    if not missing:
        return (*entries, Entry("is missing: no answer", (NO_ANSWER,)))
    entries += [Entry(f"{one.label} (missing)", (one.code,)) for one in missing]
    entries.append(Entry("No answer", (NO_ANSWER,)))
    every = (*(one.code for one in missing), NO_ANSWER)
    return (*entries, Entry("is missing: no answer or a missing one", every))


class Choose(CountingScreen[Draft | None], named="choose"):
    """Picks answers to a question; answers the draft with them in it, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("space", "tick", "Tick"),
        Binding("exclamation_mark", "negate", "Not"),
        Binding("o", "join", "Or"),
        Binding("enter", "take", "Take"),
    ]

    def __init__(self, survey: Survey, question: Question, draft: Draft, group: int) -> None:
        super().__init__(survey)
        self._question = question
        self._draft = draft
        self._group = group
        self._codes: tuple[str, ...] = ()
        self._ends = {FROM: "", TO: ""}
        self._is_not = False
        self._is_or = False
        self._problem = ""

    def compose(self) -> ComposeResult:
        """Lay out what is picked, what can be, and what that keeps."""
        question = self._question
        with Vertical(id="choose") as box:
            box.border_title = Content(f"{question.id}: {question.label}")
            yield Sentence(2, BOLD, id="picked")
            yield _Entries(entries_of(question))
            yield Foot(self._keys())

    def _keys(self) -> str:
        typed = "type a number · " if self._question.kind is Kind.NUMERIC else ""
        joined = "{or} or · " if self._draft.terms else ""
        return self.hint(
            f"{typed}{{tick}} ticks · {{not}} not · {joined}{{take}} takes · {{close}} back"
        )

    def on_mount(self) -> None:
        """Show the answers."""
        self.query_one(_Entries).focus()
        self._change()

    @property
    def _clauses(self) -> Clauses:
        low, high = (text if is_number(text) else "" for text in self._ends.values())
        return picked(self._question.id, low, high, self._codes, negated=self._is_not)

    @property
    def _result(self) -> Draft:
        if self._is_or and self._clauses:
            return self._draft.joined(self._group, self._clauses)
        return self._draft.added(self._clauses)

    def _change(self, problem: str = "") -> None:
        ordered = [code for one in entries_of(self._question) for code in one.codes]
        self._codes = tuple(code for code in dict.fromkeys(ordered) if code in self._codes)
        self.query_one(_Entries).mark(self._codes, self._ends, negated=self._is_not)
        self.query_one(Sentence).say(self._words())
        # A count that is under way must not hide what is wrong.
        self._problem = problem
        if problem:
            self.query_one(Foot).say(problem)
        else:
            self.recount()

    def _words(self) -> str:
        """Return in words what is picked, and what it is an alternative to."""
        clauses = Draft().added(self._clauses).conditions
        codebook = self.survey.codebook
        words = " and ".join(describe_filter(codebook, one) for one in clauses)
        if not words:
            words = f"{self._question.id} is {'not ' if self._is_not else ''}…"
        if not self._is_or:
            return words
        return f"{describe_filter(codebook, self._draft.conditions[self._group])} or {words}"

    def wanted(self) -> Wanted:
        """Count whom the filters keep with what is picked, and each answer among the others."""
        others = self._draft.without_group(self._group) if self._is_or else self._draft
        return Wanted(self._result.conditions, self._question.id, others.conditions)

    def show_kept(self, kept: Kept) -> None:
        """Show the counts."""
        self.query_one(_Entries).count(kept)
        self.query_one(Foot).say(self._problem or said_of(kept, self.survey))

    def action_tick(self) -> None:
        """Tick the answer under the cursor, or no longer."""
        codes = self.query_one(_Entries).entry.codes
        if set(codes) <= set(self._codes):
            self._codes = tuple(one for one in self._codes if one not in codes)
        else:
            self._codes += codes
        self._change()

    def action_negate(self) -> None:
        """Keep everyone but those."""
        self._is_not = not self._is_not
        self._change()

    def action_join(self) -> None:
        """Make it an alternative to the filter that the cursor stood at, or a filter of its own."""
        if self._draft.terms:
            self._is_or = not self._is_or
            self._change()

    def action_take(self) -> None:
        """Take what is picked; where nothing is, the answer under the cursor."""
        wrong = next((text for text in self._ends.values() if text and not is_number(text)), None)
        if wrong is not None:
            self._change(f"{wrong!r} is not a number")
            return
        if not self._clauses:
            self._codes = self.query_one(_Entries).entry.codes
        if self._clauses:
            self.dismiss(self._result)
        else:
            self._change("type a number, or tick an answer with space")

    def on_key(self, event: events.Key) -> None:
        """Type a number where an end of a range stands."""
        end = self.query_one(_Entries).entry
        if end not in self._ends:
            return
        typed = "." if event.character == "," else event.character
        if event.key == "backspace":
            self._type(end, self._ends[end][:-1])
        elif typed in _TYPED:
            self._type(end, self._ends[end] + typed)
        else:
            return
        event.stop()

    def on_paste(self, event: events.Paste) -> None:
        """Take a number that was pasted."""
        end = self.query_one(_Entries).entry
        if end in self._ends and is_number(event.text):
            self._type(end, event.text.strip())

    def _type(self, end: Entry, text: str) -> None:
        self._ends[end] = text[:_LONGEST]
        self._change()


class _Entries(Listing):
    """The answers, each with a tick and how many it would keep."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__(id="entries")
        self._entries = entries
        self._codes: Sequence[str] = ()
        self._ends: dict[Entry, str] = {}
        self._is_not = False
        self._kept: Kept | None = None
        self.styles.height = min(len(entries), _MOST)

    @property
    def length(self) -> int:
        """How many lines there are."""
        return len(self._entries)

    @property
    def entry(self) -> Entry:
        """The line under the cursor."""
        return self._entries[self.cursor]

    def mark(self, codes: Sequence[str], ends: dict[Entry, str], *, negated: bool) -> None:
        """Show what is ticked and typed."""
        self._codes, self._ends, self._is_not = codes, ends, negated
        self.paint()

    def count(self, kept: Kept) -> None:
        """Show how many gave each answer."""
        self._kept = kept
        self.paint()

    def line(self, position: int, *, at_cursor: bool) -> Text:
        """Return an end of the range, or an answer's tick, label and count."""
        entry, width = self._entries[position], self.size.width
        if not entry.codes:
            line = f"{padded(entry.label, 5)}{self._ends.get(entry, '')}{'_' if at_cursor else ''}"
            return Text(padded(line, width), CURSOR if at_cursor else "")
        ticked = set(entry.codes) <= set(self._codes)
        count = self._count(entry)
        text = between("[x] " if ticked else "[ ] ", entry.label, count, width)
        return Text(text, CURSOR if at_cursor else BOLD if ticked else "")

    def _count(self, entry: Entry) -> str:
        if self._kept is None or self._kept.problem:
            return ""
        n = sum(self._kept.answers.get(code, 0) for code in entry.codes)
        return f"{self._kept.asked - n if self._is_not else n:,}"
