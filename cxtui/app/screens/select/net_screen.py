"""Answers counted together: ticked as members of a net, or as what it is the difference to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from cxtui.analysis.view.typed_nets import made_net, without_net
from cxtui.analysis.view.view import View
from cxtui.app.panes.line_widget import BOLD, CURSOR, DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.app.screens.base.prompt import prompt
from cxtui.app.screens.base.respondent_count import CountingScreen, Foot, Kept, Wanted
from cxtui.output.drawing.fit import between, ellipsis
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey
from cxtui.survey.question import Net, Question
from cxtui.text import clean

_KEYS = (
    "{count} adds · {take_off} takes off · {name} its name · {remove} removes a net · "
    "{take} takes · {close} leaves"
)
_MINUS = " − "
_NAMELESS = "made of its answers"
_AROUND = 6
"""The lines of the box that are not the list: border, name and foot."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: an answer, or a net; `is_made` where it was made on the fly."""

    code: str
    label: str
    net: Net | None = None
    is_made: bool = False


def entries_of(question: Question, made: Iterable[Net]) -> tuple[Entry, ...]:
    """Return what there is of a question: its answers that count, and its nets."""
    answers = (Entry(one.code, one.label) for one in question.categories if not one.missing)
    declared = (Entry(one.code, one.label, one) for one in question.nets)
    return (*answers, *declared, *(Entry(one.code, one.label, one, True) for one in made))


def proposed(plus: Sequence[str], minus: Sequence[str]) -> str:
    """Return the name of a net from the labels of its members, and of what it is without."""
    named = " + ".join(plus)
    if not minus:
        return named
    taken = " + ".join(minus)
    return f"{named}{_MINUS}({taken})" if len(minus) > 1 else f"{named}{_MINUS}{taken}"


class Nets(CountingScreen[tuple[Net, ...] | None], named="nets"):
    """Makes a net of a question; answers the nets made on the fly, or `None`."""

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
        self._problem = ""

    def compose(self) -> ComposeResult:
        """Lay out the name, the answers and nets, and how many it counts."""
        with Vertical(id="nets") as box:
            box.border_title = Content(f"Net of {self._question.id}: {self._question.label}")
            with Horizontal(id="net-name"):
                yield Static("name ", markup=False)
                yield prompt(_NAMELESS)
            yield _Entries(self._question)
            yield Foot(self.hint(_KEYS))

    def on_mount(self) -> None:
        """Show the answers."""
        self._list.focus()
        self._change()

    @property
    def _list(self) -> _Entries:
        return self.query_one(_Entries)

    @property
    def _label(self) -> Input:
        return self.query_one(Input)

    @property
    def _entries(self) -> tuple[Entry, ...]:
        return entries_of(self._question, self._made)

    def _ticked(self, side: int) -> list[Entry]:
        return [one for one in self._entries if self._sides.get(one.code) == side]

    @property
    def _proposed(self) -> str:
        return proposed(*([one.label for one in self._ticked(side)] for side in (1, -1)))

    def _change(self, problem: str = "") -> None:
        """Show what is ticked; a count that is under way must not hide what is wrong."""
        self._problem = problem
        self._list.mark(self._entries, self._sides)
        self.query_one("#nets").styles.height = len(self._entries) + _AROUND
        self._label.placeholder = clean(self._proposed) or _NAMELESS
        if problem:
            self.query_one(Foot).say(problem)
        else:
            self.recount()

    # How many it counts

    def wanted(self) -> Wanted:
        """Count whoever gave any of the members, and each answer."""
        filters = self._filters
        nets = (*self._question.nets, *self._made)
        whole = replace(self._question, nets=nets)
        codes = whole.category_codes(one.code for one in self._ticked(1))
        kept = (*filters, Filter(self._question.id, "=", codes)) if codes else filters
        return Wanted(kept, self._question.id, filters)

    def show_kept(self, kept: Kept) -> None:
        """Show the counts."""
        self._list.count(kept)
        said = "tick the answers to count together"
        if self._ticked(1):
            said = f"{kept.n:,} of {kept.asked:,} respondents gave any of the + answers"
        self.query_one(Foot).say(self._problem or kept.problem or said)

    # Keys

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self._list.focus()
        self._list.move(by)

    def action_tick(self, side: int) -> None:
        """Count the answer under the cursor, or take it off; the same key again undoes it."""
        entry = self._list.entry
        if entry.net and entry.net.minus:
            self._change("a difference of two nets is no net that could be counted")
            return
        if self._sides.pop(entry.code, 0) != side:
            self._sides[entry.code] = side
        self._change()

    def action_remove(self) -> None:
        """Remove the net under the cursor, if it was made on the fly."""
        entry = self._list.entry
        if entry.net is None or not entry.is_made:
            what = f"{entry.label} stands in the codebook" if entry.net else "this is an answer"
            self._change(f"{what}: only nets made here can be removed")
            return
        # A code may change with it: what is ticked is found again by where it stands.
        left = [one for one in self._entries if one != entry]
        sides = [self._sides.get(one.code, 0) for one in left]
        self._made = without_net(self._question, self._made, entry.net)
        both = zip(self._entries, sides, strict=True)
        self._sides = {one.code: side for one, side in both if side}
        self._change()

    def action_name(self) -> None:
        """Go to the name, or back to the list."""
        (self._list if self._label.has_focus else self._label).focus()

    @on(Input.Submitted)
    def action_take(self) -> None:
        """Take the net; where nothing is ticked, the nets that are left."""
        plus, minus = ([one.code for one in self._ticked(side)] for side in (1, -1))
        if not plus and not minus and self._made != self._before:
            self.dismiss(self._made)
            return
        label = clean(self._label.value) or clean(self._proposed)
        if problem := self._refusal(label, plus, takes_off=bool(minus)):
            self._change(problem)
            return
        net = made_net(self._question, self._made, label, plus, minus)
        self.dismiss((*self._made, net))

    def _refusal(self, label: str, plus: Sequence[str], *, takes_off: bool) -> str:
        """Return why there is no net yet, empty where there is."""
        if not plus:
            return "tick the answers to count together with space"
        if len(plus) == 1 and not takes_off:
            return "one answer alone is no net: tick another"
        if any(one.label == label for one in (*self._question.nets, *self._made)):
            return f"there is a net {label!r} already: tab goes to the name"
        return ""


class _Entries(Listing):
    """The answers and nets, each with the side it stands on and how many gave it."""

    def __init__(self, question: Question) -> None:
        super().__init__(id="members")
        self._question = question
        self._entries = entries_of(question, ())
        self._sides: dict[str, int] = {}
        self._kept = Kept()

    @property
    def length(self) -> int:
        """How many lines there are."""
        return len(self._entries)

    @property
    def entry(self) -> Entry:
        """The line under the cursor."""
        return self._entries[self.cursor]

    def mark(self, entries: tuple[Entry, ...], sides: dict[str, int]) -> None:
        """Show what there is, and what is ticked."""
        self._entries, self._sides = entries, sides
        self.cursor = min(self.cursor, self.length - 1)
        self.paint()

    def count(self, kept: Kept) -> None:
        """Show how many gave each answer."""
        self._kept = kept
        self.paint()

    def line(self, position: int, *, at_cursor: bool) -> Text:
        """Return the tick of an answer or net, its label, and its count or members."""
        entry, width = self._entries[position], self.size.width
        side = self._sides.get(entry.code, 0)
        tick = {1: "[+] ", -1: "[−] "}.get(side, "[ ] ")
        if entry.net and entry.net.minus:
            tick = "    "
        tail = self._tail(entry, width // 2)
        text = between(tick, entry.label, tail, width)
        return Text(text, CURSOR if at_cursor else BOLD if side else DIM if entry.net else "")

    def _tail(self, entry: Entry, room: int) -> str:
        if entry.net is None:
            n = self._kept.answers.get(entry.code)
            return "" if n is None or self._kept.problem else f"{n:,}"
        labels = {one.code: one.label for one in self._entries}
        sides = (entry.net.members, entry.net.minus)
        named = proposed(*([labels.get(code, code) for code in codes] for codes in sides))
        where = " · x removes" if entry.is_made else " · codebook"
        return ellipsis(named, room - cell_len(where)) + where
