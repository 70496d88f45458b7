"""The answers to one question that a filter keeps: categories to tick, a range to type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cxtui.analysis.tables.state_line import describe_filter
from cxtui.app.panes.line_widget import BOLD
from cxtui.app.screens.base.drawn_lines import DrawnList, Paragraph
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.respondent_count import (
    CountingScreen,
    CountRequest,
    Foot,
    RespondentCount,
)
from cxtui.app.screens.select.filter_draft import Clauses, Draft, picked
from cxtui.messages import tr
from cxtui.number_signs import count_text
from cxtui.output.drawing.fit import between, folded, padded, titled
from cxtui.survey.conditions import NO_ANSWER
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question, is_number, told_apart
from cxtui.text import SEPARATOR

_TYPED = frozenset("0123456789.-")
_LONGEST = 20
_MOST = 12
_PICKED = 2
"""The lines of what is picked, in words."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: an end of a range, or an answer to tick; `codes` are empty for an end."""

    label: str
    codes: tuple[str, ...] = ()


FROM, TO = Entry("from"), Entry("to")


def entries_of(question: Question) -> tuple[Entry, ...]:
    """Return the lines of a question: a range of a number, its answers, those that are missing."""
    listed = [
        one
        for one in told_apart(question.categories)
        if one.missing or question.kind is not Kind.NUMERIC
    ]
    entries = [FROM, TO] if question.kind is Kind.NUMERIC else []
    entries += [Entry(one.label, (one.code,)) for one in listed if not one.missing]
    missing = [one for one in listed if one.missing]
    if not missing:
        return (*entries, Entry(tr("is missing: no answer"), (NO_ANSWER,)))
    entries += [Entry(tr("{} (missing)", one.label), (one.code,)) for one in missing]
    entries.append(Entry(tr("No answer"), (NO_ANSWER,)))
    every = (*(one.code for one in missing), NO_ANSWER)
    return (*entries, Entry(tr("is missing: no answer or a missing one"), every))


class Choose(CountingScreen[Draft | None], named="choose"):
    """Picks answers to a question; answers the draft with them in it, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("space", "tick", "Tick"),
        Binding("exclamation_mark", "negate", "Not"),
        Binding("vertical_line,o", "join", "Or"),
        Binding("enter", "take", "Take"),
    ]

    def __init__(self, survey: Survey, question: Question, draft: Draft, group: int) -> None:
        super().__init__(survey)
        self._question = question
        self._entries = entries_of(question)
        self._draft = draft
        self._group = group
        self._codes: tuple[str, ...] = ()
        self._ends = {FROM: "", TO: ""}
        self._is_not = False
        self._is_or = False
        self._latest: RespondentCount | None = None

    def compose(self) -> ComposeResult:
        """Lay out the picked answers in words, all answers, and the respondents that are kept."""
        question = self._question
        with Box("choose", titled(question)):
            yield Paragraph(self._picked_lines, id="picked")
            answers = DrawnList(self._line, self._entries, id="entries")
            answers.styles.height = min(len(self._entries), _MOST)
            yield answers
            yield Foot(self._keys())

    def _keys(self) -> str:
        typed = [tr("type a number")] if self._question.kind is Kind.NUMERIC else []
        joined = [self.hint("{or} or")] if self._draft.terms else []
        ticks, leaves = (
            self.hint("{tick} ticks · {not} not"),
            self.hint("{take} applies · {close} back"),
        )
        return SEPARATOR.join((*typed, ticks, *joined, leaves))

    def on_mount(self) -> None:
        """Count the answers."""
        self._change()

    @property
    def _clauses(self) -> Clauses:
        low, high = (text if is_number(text) else "" for text in self._ends.values())
        return picked(self._question.id, low, high, self._codes, negated=self._is_not)

    @property
    def _result(self) -> Draft:
        if self._is_or and self._clauses:
            return self._draft.joined(self._group, self._clauses)
        return self._draft.with_groups(self._clauses)

    def _change(self, problem: str = "") -> None:
        ordered = [code for one in self._entries for code in one.codes]
        self._codes = tuple(code for code in dict.fromkeys(ordered) if code in self._codes)
        self.listing.paint()
        self.query_one(Paragraph).paint()
        self.recount(problem)

    def _picked_lines(self, width: int, _: int) -> list[Text]:
        return [Text(line, BOLD) for line in folded(self._words(), width, _PICKED)]

    def _words(self) -> str:
        """Return the picked answers in words, and the filter that they are an alternative to."""
        clauses = Draft().with_groups(self._clauses).conditions
        codebook, name = self.survey.codebook, self._question.id
        words = tr(" and ").join(describe_filter(codebook, one) for one in clauses)
        if not words:
            words = tr("{} is not …", name) if self._is_not else tr("{} is …", name)
        if not self._is_or:
            return words
        other = describe_filter(codebook, self._draft.conditions[self._group])
        return tr("{} or {}", other, words)

    def count_request(self) -> CountRequest:
        """Return the filters with the picked answers, and those without, to count each answer."""
        others = self._draft.without_group(self._group) if self._is_or else self._draft
        return CountRequest(self._result.conditions, self._question.id, others.conditions)

    def show_count(self, count: RespondentCount) -> str:
        """Show the counts."""
        self._latest = count
        self.listing.paint()
        return super().show_count(count)

    @property
    def _entry(self) -> Entry:
        return self._entries[self.listing.cursor]

    def action_tick(self) -> None:
        """Tick the answer under the cursor, or remove its tick."""
        codes = self._entry.codes
        if set(codes) <= set(self._codes):
            self._codes = tuple(one for one in self._codes if one not in codes)
        else:
            self._codes += codes
        self._change()

    def action_negate(self) -> None:
        """Exclude the picked answers in place of keeping them."""
        self._is_not = not self._is_not
        self._change()

    def action_join(self) -> None:
        """Make it an alternative to the filter that the cursor stood at, or a filter of its own."""
        if self._draft.terms:
            self._is_or = not self._is_or
            self._change()

    def action_take(self) -> None:
        """Answer the picked answers; where none is picked, the one under the cursor."""
        wrong = next((text for text in self._ends.values() if text and not is_number(text)), "")
        if wrong:
            self._change(tr("{!r} is not a number", wrong))
            return
        if not self._clauses:
            self._codes = self._entry.codes
        if self._clauses:
            self.dismiss(self._result)
        else:
            self._change(tr("type a number, or tick an answer with space"))

    def on_key(self, event: events.Key) -> None:
        """Type a number on the line of an end of a range."""
        end = self._entry
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
        end = self._entry
        if end in self._ends and is_number(event.text):
            self._type(end, event.text.strip())

    def _type(self, end: Entry, text: str) -> None:
        self._ends[end] = text[:_LONGEST]
        self._change()

    def _line(self, entry: Entry, position: int, width: int) -> Text:
        """Return an end of the range, or an answer's tick, label and count."""
        if not entry.codes:
            cursor = "_" if position == self.listing.cursor else ""
            return Text(padded(f"{padded(tr(entry.label), 5)}{self._ends[entry]}{cursor}", width))
        ticked = set(entry.codes) <= set(self._codes)
        text = between("[x] " if ticked else "[ ] ", entry.label, self._count_of(entry), width)
        return Text(text, BOLD if ticked else "")

    def _count_of(self, entry: Entry) -> str:
        if self._latest is None or self._latest.problem or self.survey.least:
            return ""
        n = sum(self._latest.answers.get(code, 0) for code in entry.codes)
        return count_text(self._latest.asked - n if self._is_not else n)
