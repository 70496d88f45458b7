"""The named views of a survey: open, save, rename, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cxtui.analysis.view.view import View
from cxtui.app.panes.line_widget import DIM
from cxtui.app.screens.base.drawn_lines import DrawnList, Paragraph
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.overlay import MovingScreen
from cxtui.app.screens.base.prompt import Prompt
from cxtui.errors import CxtuiError
from cxtui.messages import tr
from cxtui.output.drawing.fit import broken, ellipsis, middle_cut, padded
from cxtui.output.files.saved_views import Saved, renamed, with_view, without
from cxtui.session.saved_view_store import Entry, Store, entry_of
from cxtui.survey.model import Survey
from cxtui.text import clean

_HINT = (
    "{open} opens · {save} saves this view · {rename} renames · {delete} deletes · {close} leaves"
)
_NAME, _SHORTEST_TEXT = 32, 16
"""Cells of a name at most of the lines, and of a text beside it at least."""
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
        """The name of the view that the same key again deletes or replaces."""
        self._message = ""

    def compose(self) -> ComposeResult:
        """Lay out the views, a line for a name, and what happened."""
        with Box("saved", tr("Saved views"), self.hint(_HINT)):
            yield DrawnList(_line, id="saved-views")
            yield Prompt(tr("name of the view"), id="saved-name")
            yield Paragraph(self._message_lines, id="saved-message", grows=True)

    def on_mount(self) -> None:
        """Read the file."""
        self._load()

    @property
    def _entry(self) -> Entry | None:
        entry: Entry | None = self.listing.entry
        return entry

    def _load(self, said: str = "") -> None:
        try:
            saved = self._store.load()
        except CxtuiError as error:
            saved, said = (), str(error)
        self.listing.styles.height = max(1, min(len(saved), _MOST))
        self.listing.fill([entry_of(self._survey, one) for one in saved])
        self._say(said)

    def _say(self, said: str = "") -> None:
        """Show what happened, or else the text of the view under the cursor."""
        text = tr("no view has been saved yet: s saves this one")
        if (entry := self._entry) is not None:
            text = entry.why_not or entry.saved.text
        self._message = clean(said or text)
        self.query_one(Paragraph).paint()

    def _message_lines(self, width: int, _: int) -> list[Text]:
        return [Text(line) for line in ("", *broken(self._message, width))]

    def on_listing_chosen(self) -> None:
        """Show the text of the view under the cursor."""
        self._sure = ""
        self._say()

    def action_open(self) -> None:
        """Go to the view under the cursor."""
        entry = self._entry
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
        self._load(tr("{} in {}", said, file))
        return True

    def action_delete(self) -> None:
        """Delete the view under the cursor, the second time it is asked for."""
        if (entry := self._entry) is None:
            return
        name = entry.saved.name
        if self._sure != name:
            self._sure = name
            self._say(tr("d again deletes {}", name))
            return
        self._sure = ""
        self._change(lambda saved: without(saved, name), tr("deleted {}", name))

    def action_save(self) -> None:
        """Ask for the name of this view."""
        self._ask(self._proposal, self._save_as)

    def _save_as(self, name: str) -> bool:
        shown = clean(name)
        names = [one.saved.name for one in self.listing.entries if isinstance(one, Entry)]
        if shown in names and self._sure != name:
            self._sure = name
            self._say(tr("{} exists: enter replaces it, another name keeps it", shown))
            return False
        return self._change(lambda saved: with_view(saved, name, self._view), tr("saved {}", shown))

    def action_rename(self) -> None:
        """Ask for another name of the view under the cursor."""
        if (entry := self._entry) is None:
            return
        old = entry.saved.name

        def rename(name: str) -> bool:
            return self._change(lambda saved: renamed(saved, old, name), tr("renamed {}", old))

        self._ask(old, rename)

    def _ask(self, proposal: str, named: Callable[[str], bool]) -> None:
        self._named, self._sure = named, ""
        line = self.query_one(Prompt)
        line.open(proposal)
        line.select_all()  # typing replaces it, an arrow keeps it
        self._say(self.hint("type a name · enter applies · {close} gives up"))

    def on_input_changed(self) -> None:
        """Ask anew before another view is replaced."""
        self._sure = ""

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the name."""
        if self._named(event.value):
            self._close_line()

    def _close_line(self) -> None:
        self.query_one(Prompt).remove_class("open")
        self.listing.focus()

    def action_leave(self) -> None:
        """Give up the name that is being typed, else close."""
        if self.query_one(Prompt).is_open:
            self._close_line()
            self._say()
        else:
            self.dismiss(None)


def _line(entry: Entry, _: int, width: int) -> Text:
    """Return the name of a view and its text, or why it cannot be opened any more."""
    room = max(_NAME, width // 2)
    room = room if width - room >= _SHORTEST_TEXT else width
    name = padded(ellipsis(entry.saved.name, room), room)
    rest = middle_cut(clean(entry.why_not or entry.saved.text), max(width - room - 2, 0))
    text = Text(f"{name}  {rest}" if rest else name, DIM if entry.view is None else "")
    text.stylize(DIM, len(name))
    return text
