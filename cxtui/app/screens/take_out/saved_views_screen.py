"""The named views of a survey: open one, keep this one, rename, delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from cxtui.analysis.view.view import View
from cxtui.app.panes.line_widget import CURSOR, DIM, Lines
from cxtui.app.panes.list_widget import Listing
from cxtui.app.screens.base.cursor_keys import MovingScreen
from cxtui.app.screens.base.prompt import prompt
from cxtui.errors import CxtuiError
from cxtui.output.drawing.fit import broken, ellipsis, padded
from cxtui.output.files.saved_views import Saved, renamed, with_view, without
from cxtui.session.saved_view_store import Entry, Store, entry_of
from cxtui.survey.model import Survey
from cxtui.text import clean

_HINT = (
    "{open} opens · {save} saves this view · {rename} renames · {delete} deletes · {close} leaves"
)
_NAME = 32
_MOST = 12


class SavedViews(MovingScreen[View | None], named="saved"):
    """Lists the named views; answers the one to open, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Close"),
        Binding("enter", "open", "Open"),
        Binding("s", "save", "Save"),
        Binding("r", "rename", "Rename"),
        Binding("d", "delete", "Delete"),
    ]

    def __init__(self, survey: Survey, view: View, proposal: str, store: Store) -> None:
        super().__init__()
        self._survey = survey
        self._view = view
        self._proposal = proposal
        self._store = store
        self._named: Callable[[str], bool] = self._save_as
        self._sure = ""

    def compose(self) -> ComposeResult:
        """Lay out the views, a line for a name, and what happened."""
        with Vertical(id="saved") as box:
            box.border_title = "Saved views"
            box.border_subtitle = self.hint(_HINT)
            yield _Entries()
            yield prompt("name of the view", name="saved-name")
            yield _Said()

    def on_mount(self) -> None:
        """Read the file."""
        self.query_one(_Entries).focus()
        self._load()

    def _load(self, said: str = "") -> None:
        try:
            saved = self._store.load()
        except CxtuiError as error:
            saved, said = (), str(error)
        self.query_one(_Entries).load([entry_of(self._survey, one) for one in saved])
        self._say(said)

    def _say(self, said: str = "") -> None:
        entry = self.query_one(_Entries).entry
        if not said:
            said = "no view has been saved yet: s saves this one" if entry is None else ""
        if entry is not None and not said:
            said = entry.why_not or entry.saved.text
        self.query_one(_Said).load(said)

    def on_listing_chosen(self) -> None:
        """Show what the view under the cursor asks for."""
        self._sure = ""
        self._say()

    def action_open(self) -> None:
        """Go to the view under the cursor."""
        entry = self.query_one(_Entries).entry
        if entry is not None and entry.view is not None:
            self.dismiss(entry.view)
        else:
            self._say()

    # Changes

    def _change(self, change: Callable[[Saved], Saved], said: str) -> bool:
        """Change the file; where that fails, say why and change nothing."""
        try:
            file = self._store.change(change)
        except CxtuiError as error:
            self._say(str(error))
            return False
        self._load(f"{said} in {file}")
        return True

    def action_delete(self) -> None:
        """Delete the view under the cursor, the second time it is asked for."""
        entry = self.query_one(_Entries).entry
        if entry is None:
            return
        name = entry.saved.name
        if self._sure != name:
            self._sure = name
            self._say(f"d again deletes {name}")
            return
        self._sure = ""
        self._change(lambda saved: without(saved, name), f"deleted {name}")

    def action_save(self) -> None:
        """Ask for the name of this view."""
        self._ask(self._proposal, self._save_as)

    def _save_as(self, name: str) -> bool:
        names = [one.saved.name for one in self.query_one(_Entries).entries]
        if clean(name) in names and self._sure != name:
            self._sure = name
            self._say(f"{clean(name)} exists: enter replaces it, another name keeps it")
            return False
        return self._change(
            lambda saved: with_view(saved, name, self._view), f"saved {clean(name)}"
        )

    def action_rename(self) -> None:
        """Ask for another name of the view under the cursor."""
        entry = self.query_one(_Entries).entry
        if entry is not None:
            old = entry.saved.name
            self._ask(
                old,
                lambda name: self._change(
                    lambda saved: renamed(saved, old, name), f"renamed {old}"
                ),
            )

    def _ask(self, proposal: str, named: Callable[[str], bool]) -> None:
        self._named, self._sure = named, ""
        line = self.query_one(Input)
        line.add_class("open")
        line.value = proposal
        line.select_all()  # typing replaces it, an arrow keeps it
        line.focus()
        self._say(self.hint("type a name · enter takes it · {close} gives up"))

    def on_input_changed(self) -> None:
        """Forget what another name would have replaced."""
        self._sure = ""

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the name."""
        if self._named(event.value):
            self._close_line()

    def _close_line(self) -> None:
        self.query_one(Input).remove_class("open")
        self.query_one(_Entries).focus()

    def action_leave(self) -> None:
        """Give up the name that is being typed, else close."""
        if self.query_one(Input).has_class("open"):
            self._close_line()
            self._say()
        else:
            self.dismiss(None)


class _Entries(Listing):
    """The views, those that no longer fit in grey."""

    def __init__(self) -> None:
        super().__init__(id="saved-views")
        self.entries: Sequence[Entry] = ()

    @property
    def length(self) -> int:
        """How many there are."""
        return len(self.entries)

    @property
    def entry(self) -> Entry | None:
        """The view under the cursor."""
        return self.entries[self.cursor] if self.entries else None

    def load(self, entries: Sequence[Entry]) -> None:
        """Show these views."""
        self.entries = entries
        self.cursor = max(0, min(self.cursor, self.length - 1))
        self.styles.height = max(1, min(self.length, _MOST))
        self.paint()

    def line(self, position: int, *, at_cursor: bool) -> Text:
        """Return the name of a view and its text, or why there is none."""
        entry, width = self.entries[position], self.size.width
        room = max(_NAME, width // 2)
        name = padded(ellipsis(entry.saved.name, room), room)
        rest = entry.why_not or entry.saved.text
        line = f"{name}  {clean(rest)}"
        if at_cursor:
            return Text(padded(ellipsis(line, width), width), CURSOR)
        text = Text(ellipsis(line, width), DIM if entry.view is None else "")
        text.stylize(DIM, len(name))
        return text


class _Said(Lines):
    """What the view under the cursor asks for, or what happened."""

    _said = ""

    def load(self, said: str) -> None:
        """Show these words in full."""
        self._said = clean(said)
        self.paint()

    def paint(self) -> None:
        """Fold the words into the width."""
        lines = ["", *broken(self._said, max(self.size.width, 1))]
        self.styles.height = len(lines)
        self.show([self.strip(Text(line)) for line in lines])
