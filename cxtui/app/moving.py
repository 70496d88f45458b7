"""Where the keys go: from pane to pane, up and down in one, and to a question by its words."""

from __future__ import annotations

from textual import events, on
from textual.widgets import Input

from cxtui.app.keys.commands import QUESTIONS, ROLES, TABLE
from cxtui.app.overlays import Overlays
from cxtui.app.panes.questions_pane import Questions
from cxtui.app.panes.roles_pane import Roles
from cxtui.app.panes.status_lines import Status
from cxtui.app.panes.table_pane import Comparison

_BEGIN_COUNT, _DIGITS = "456789", 4
_PANES = (QUESTIONS, ROLES, TABLE)


class Moving(Overlays):
    """The keys that move: a count typed before one repeats it."""

    _sought_from = ""
    _typed = ""

    def pane_id(self) -> str:
        """Return the id of the pane that has the focus."""
        return self._pane().id or QUESTIONS

    def _pane(self) -> Questions | Roles | Comparison:
        focused = self.focused
        return focused if isinstance(focused, Roles | Comparison) else self.query_one(Questions)

    def on_descendant_focus(self) -> None:
        """Show the keys of the pane that got the focus; over the panes it is none of them."""
        if len(self.screen_stack) == 1:
            self.query_one(Status).stand_in(self.pane_id())
            self._stand_in(self.pane_id())

    def action_move(self, by: int) -> None:
        """Move the cursor, or scroll the table."""
        self._pane().move(by * self._times())

    def action_page(self, by: int) -> None:
        """Move by a page."""
        self._pane().page(by)

    def action_edge(self, towards: int) -> None:
        """Move to the first or the last line."""
        self._pane().edge(towards)

    def action_columns(self, by: int) -> None:
        """Scroll the banner columns."""
        self.query_one(Comparison).columns(by * self._times())

    def action_chart(self) -> None:
        """Show the chart in the table's place, or the table again."""
        self.query_one(Comparison).switch_chart()
        self.bring_table()

    def bring_table(self) -> None:
        """Show the table where one pane has the screen: what a key changed is there."""
        if self.screen.has_class("-narrow"):
            self._focus_pane(TABLE)

    def on_key(self, event: events.Key) -> None:
        """Take a digit of a count, which 1, 2 and 3 do not begin: they go to the panes."""
        if isinstance(self.focused, Input):
            return
        if event.key in _BEGIN_COUNT or (self._typed and event.key == "0"):
            self._count_on(event.key)
            event.stop()

    def _count_on(self, digit: str) -> None:
        self._typed = (self._typed + digit)[-_DIGITS:]
        self.say(f"{self._typed} …")

    def forget_count(self) -> None:
        """Begin a new count with the next digit."""
        self._typed = ""

    def _times(self) -> int:
        """Return how often to do what a key does: the count typed before it, else once."""
        times, self._typed = int(self._typed or 1), ""
        return times

    def action_pane(self, pane: str) -> None:
        """Give a pane the focus, unless its digit goes on with a count."""
        if self._typed:
            self._count_on(str(_PANES.index(pane) + 1))
            return
        self._focus_pane(pane)

    def _focus_pane(self, pane: str) -> None:
        self._stand_in(pane)
        self.query_one(f"#{pane}").focus()

    def _stand_in(self, pane: str) -> None:
        """Show the pane where there is room for one alone; hidden, it could not get the focus."""
        panes = self.query_one("#panes")
        if not panes.has_class(f"at-{pane}"):
            panes.set_classes(f"at-{pane}")
            self.stylesheet.update(panes)

    def action_next_pane(self) -> None:
        """Give the next pane the focus."""
        position = _PANES.index(self.pane_id())
        self._focus_pane(_PANES[(position + 1) % len(_PANES)])

    def action_focus_next(self) -> None:
        """Give the next pane the focus: Textual's own tab passes over those that are hidden."""
        if len(self.screen_stack) > 1:
            super().action_focus_next()
        else:
            self.action_next_pane()

    # A question by its words

    def action_find(self) -> None:
        """Open the line to find a question."""
        self._stand_in(QUESTIONS)
        search = self.query_one("#search", Input)
        search.add_class("open")
        search.value = ""
        search.focus()
        self._sought_from = self.view.question if self.view is not None else ""

    def action_forget(self) -> None:
        """List all questions again; a search that was not kept gives up what it found."""
        search = self.query_one("#search", Input)
        if search.has_class("open") and self._sought_from and self.view is not None:
            self.go(self.view.with_question(self._sought_from))
        search.remove_class("open")
        search.value = ""
        questions = self.query_one(Questions)
        questions.focus()
        questions.find("")
        if self.view is not None:
            questions.select(self.view.question)

    @on(Input.Changed, "#search")
    def _narrow(self, event: Input.Changed) -> None:
        if not event.input.has_class("open"):
            return
        questions = self.query_one(Questions)
        if not event.value:
            questions.find("")
            if self.view is not None:
                questions.select(self.view.question)
            return
        found = questions.find(event.value)
        self.say(f"{found} found" if found else "no question has that")
        if questions.question is not None and self.view is not None:
            self.go(self.view.with_question(questions.question.id))

    @on(Input.Submitted, "#search")
    def _found(self) -> None:
        self.query_one("#search", Input).remove_class("open")
        self.query_one(Questions).focus()
        self.say(f"{self.keymap['forget'].sign} lists all questions again")
