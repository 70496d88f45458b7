"""Nets of a question: answers are ticked as members of a net, or to be subtracted from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from cxtui.analysis.view.typed_nets import make_net, remove_net
from cxtui.analysis.view.view import View
from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.screens.base.drawn_lines import DrawnList
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.prompt import Prompt
from cxtui.app.screens.base.respondent_count import (
    CountingScreen,
    CountRequest,
    Foot,
    RespondentCount,
)
from cxtui.messages import tr
from cxtui.number_signs import count_text
from cxtui.output.drawing.fit import between, ellipsis, titled
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey
from cxtui.survey.question import Net, Question, told_apart
from cxtui.text import clean

_KEYS = (
    "{count} adds · {take_off} takes off · {name} its name · {remove} removes a net · "
    "{take} applies · {close} leaves"
)
_MINUS = " − "
_NAMELESS = "empty: made of its answers"
_AROUND = 6
"""The lines of the box that are not the list: border, name and foot."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: an answer, or a net; `is_made` for nets that were made in this screen."""

    code: str
    label: str
    net: Net | None = None
    is_made: bool = False


def entries_of(question: Question, made: Iterable[Net]) -> tuple[Entry, ...]:
    """Return the lines of a question: its answers that are not missing, and its nets."""
    answers = (
        Entry(one.code, one.label) for one in told_apart(question.categories) if not one.missing
    )
    declared = (Entry(one.code, one.label, one) for one in question.nets)
    return (*answers, *declared, *(Entry(one.code, one.label, one, True) for one in made))


def proposed(plus: Sequence[str], minus: Sequence[str]) -> str:
    """Return the name of a net from the labels of its members, and of those subtracted."""
    named = " + ".join(plus)
    if not minus:
        return named
    taken = " + ".join(minus)
    return f"{named}{_MINUS}({taken})" if len(minus) > 1 else f"{named}{_MINUS}{taken}"


class Nets(CountingScreen[tuple[Net, ...] | None], named="nets"):
    """Makes a net of a question; answers the nets made in this screen, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,N", "dismiss", "Close"),
        Binding("space,plus", "tick(1)", "Count"),
        Binding("minus", "tick(-1)", "Take off"),
        Binding("x,delete", "remove", "Remove"),
        Binding("tab,shift+tab", "name", "Name", priority=True),
        Binding("enter", "take", "Take"),
    ]

    def __init__(self, survey: Survey, question: Question, view: View) -> None:
        super().__init__(survey)
        self._question = question
        self._filters = view.filters
        self._before = self._made = view.nets
        self._sides: dict[str, int] = {}
        self._latest = RespondentCount()

    def compose(self) -> ComposeResult:
        """Lay out the name, the answers and nets, and the number of respondents in the net."""
        with Box("nets", tr("Net of {}", titled(self._question))):
            with Horizontal(id="net-name"):
                yield Static(tr("name "), markup=False)
                yield Prompt(tr(_NAMELESS))
            yield DrawnList(self._line, self._entries, id="members")
            yield Foot(self.hint(_KEYS))

    def on_mount(self) -> None:
        """Count the answers."""
        self._change()

    @property
    def _label(self) -> Input:
        return self.query_one(Input)

    @property
    def _entries(self) -> tuple[Entry, ...]:
        return entries_of(self._question, self._made)

    @property
    def _entry(self) -> Entry:
        return self._entries[self.listing.cursor]

    def _ticked(self, side: int) -> list[Entry]:
        return [one for one in self._entries if self._sides.get(one.code) == side]

    @property
    def _proposed(self) -> str:
        return proposed(*([one.label for one in self._ticked(side)] for side in (1, -1)))

    def _change(self, problem: str = "") -> None:
        """Show what is ticked, and count it."""
        self.listing.fill(self._entries)
        self.query_one("#nets").styles.height = len(self._entries) + _AROUND
        self._label.placeholder = clean(self._proposed) or tr(_NAMELESS)
        self.recount(problem)

    def count_request(self) -> CountRequest:
        """Return the net as a filter, to count its members and each answer."""
        filters = self._filters
        nets = (*self._question.nets, *self._made)
        whole = replace(self._question, nets=nets)
        codes = whole.category_codes(one.code for one in self._ticked(1))
        kept = (*filters, Filter(self._question.id, "=", codes)) if codes else filters
        return CountRequest(kept, self._question.id, filters)

    def show_count(self, count: RespondentCount) -> str:
        """Show the counts."""
        self._latest = count
        self.listing.paint()
        if not self._ticked(1):
            return tr("tick the answers to count together")
        return tr("{:,} of {:,} respondents gave any of the + answers", count.n, count.asked)

    # Keys

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self.listing.focus()
        self.listing.move(by)

    def action_tick(self, side: int) -> None:
        """Add the answer under the cursor, or subtract it; the same key again undoes it."""
        entry = self._entry
        if entry.net and entry.net.minus:
            self._change(tr("a difference of two nets is no net that could be counted"))
            return
        if self._sides.pop(entry.code, 0) != side:
            self._sides[entry.code] = side
        self._change()

    def action_remove(self) -> None:
        """Remove the net under the cursor, if it was made in this screen."""
        entry = self._entry
        if entry.net is None:
            self._change(tr("this is an answer: only nets made here can be removed"))
            return
        if not entry.is_made:
            why = "{} stands in the codebook: only nets made here can be removed"
            self._change(tr(why, entry.label))
            return
        # A code may change with it: the ticks are kept by the positions of the entries.
        left = [one for one in self._entries if one != entry]
        sides = [self._sides.get(one.code, 0) for one in left]
        self._made = remove_net(self._question, self._made, entry.net)
        both = zip(self._entries, sides, strict=True)
        self._sides = {one.code: side for one, side in both if side}
        self._change()

    def action_name(self) -> None:
        """Go to the name, or back to the list."""
        (self.listing if self._label.has_focus else self._label).focus()

    @on(Input.Submitted)
    def action_take(self) -> None:
        """Answer with the new net; where nothing is ticked, with the nets that are left."""
        plus, minus = ([one.code for one in self._ticked(side)] for side in (1, -1))
        if not plus and not minus and self._made != self._before:
            self.dismiss(self._made)
            return
        label = clean(self._label.value) or clean(self._proposed)
        if problem := self._refusal(label, plus, takes_off=bool(minus)):
            self._change(problem)
            return
        net = make_net(self._question, self._made, label, plus, minus)
        self.dismiss((*self._made, net))

    def _refusal(self, label: str, plus: Sequence[str], *, takes_off: bool) -> str:
        """Return why there is no net yet, empty where there is."""
        if not plus:
            return tr("tick the answers to count together with space")
        if len(plus) == 1 and not takes_off:
            return tr("one answer alone is no net: tick another")
        if any(one.label == label for one in (*self._question.nets, *self._made)):
            return tr("there is a net {!r} already: tab goes to the name", label)
        return ""

    def _line(self, entry: Entry, _: int, width: int) -> Text:
        """Return the tick of an answer or net, its label, and its count or members."""
        side = self._sides.get(entry.code, 0)
        tick = {1: "[+] ", -1: "[−] "}.get(side, "[ ] ")
        if entry.net and entry.net.minus:
            tick = "    "
        text = between(tick, entry.label, self._tail(entry, width // 2), width)
        return Text(text, BOLD if side else DIM if entry.net else "")

    def _tail(self, entry: Entry, room: int) -> str:
        if entry.net is None:
            n = self._latest.answers.get(entry.code)
            return "" if n is None or self._latest.problem else count_text(n)
        labels = {one.code: one.label for one in self._entries}
        sides = (entry.net.members, entry.net.minus)
        named = proposed(*([labels.get(code, code) for code in codes] for codes in sides))
        where = tr(" · x removes") if entry.is_made else tr(" · codebook")
        return ellipsis(named, room - cell_len(where)) + where
