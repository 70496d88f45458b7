"""Writes the weighted copy of a survey, then offers its targets as TOML."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.screens.base.drawn_lines import Paragraph
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import Prompt
from cxtui.app.screens.take_out.export_choices import free_name
from cxtui.app.screens.take_out.export_screen import own_files
from cxtui.errors import CxtuiError
from cxtui.messages import tr
from cxtui.output.drawing.fit import broken
from cxtui.sources.codebook_location import note_on_copy
from cxtui.survey.model import Survey
from cxtui.text import clean
from cxtui.user_directories import expand_home
from cxtui.work.weighting.targets_draft import TargetsDraft
from cxtui.work.weighting.weigh_draft import save_targets, save_weighted


class WriteWeighted(Overlay[str | None], named="weighted_copy"):
    """Writes the weighted copy, the targets, or both; answers a message about it, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Close")]

    def __init__(
        self, survey: Survey, draft: TargetsDraft, stem: str, *, targets_alone: bool
    ) -> None:
        super().__init__()
        self._survey = survey
        self._draft = draft
        self._stem = stem
        self._writes_targets = targets_alone
        self._replaces = ""
        self._is_writing = False
        self._message = ""
        self._written: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the name, and what will be written."""
        with Box("export", self._title, self.hint("enter writes · {close} leaves")):
            yield Prompt(tr("file name"), self._proposal)
            yield Paragraph(self._lines, id="why", grows=True)

    @property
    def _title(self) -> str:
        if self._writes_targets:
            return tr("Write the targets as TOML")
        return tr("Write a weighted copy of the survey")

    @property
    def _proposal(self) -> str:
        if self._writes_targets:
            return free_name(f"{self._stem}-targets", ".toml")
        return free_name(f"{self._stem}-weighted", ".parquet")

    def _lines(self, width: int, _: int) -> list[Text]:
        """Return what happened, above what the file will hold."""
        about = tr(
            "A copy of the survey as Parquet, with the weight in a new column that its codebook "
            "declares. The survey itself stays as it is."
        )
        if self._writes_targets:
            about = tr("Targets, base weight and limits, as `cxtui weight --targets` reads them.")
        said = [Text(line, BOLD) for line in broken(clean(self._message), width)]
        return said + [Text(line, DIM) for line in broken(about, width)]

    def _say(self, message: str) -> None:
        self._message = message
        self.query_one(Paragraph).paint()

    def on_input_changed(self) -> None:
        """Ask anew before another file is replaced."""
        self._replaces = ""

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write the file; an existing one takes a second enter."""
        name = event.value.strip()
        if self._is_writing:
            return
        if not name:
            self._say(tr("type a file name"))
            return
        path = expand_home(name)
        try:
            exists = path.is_file()
        except OSError as error:
            self._say(f"{path}: {error.strerror}")
            return
        if exists and self._replaces != name:
            self._replaces = name
            self._say(tr("{} exists: enter replaces it, another name keeps it", path))
            return
        self._is_writing = True
        self._say(f"{tr('writing …')} · {self.hint('{close} cancels')}")
        self.work_in_thread(partial(self._write, path, replace=exists), self._ended)

    def _write(self, path: Path, *, replace: bool) -> Path:
        save = save_targets if self._writes_targets else save_weighted
        never = (*self._survey.files, *own_files(self._survey.location))
        return save(self._survey, self._draft, path, replace=replace, never=never)

    def _ended(self, found: Path | CxtuiError) -> None:
        """Offer the targets after the copy, and close after them; or stay for a better name."""
        if not self._is_writing:  # it was cancelled
            return
        self._is_writing = False
        if isinstance(found, CxtuiError):
            self._say(str(found))
            return
        self._written = (*self._written, str(found))
        if self._writes_targets:
            self.action_leave()
            return
        self._writes_targets = True
        self.query_one(Vertical).border_title = Content(self._title)
        self.query_one(Prompt).write(self._proposal)
        offer = self.hint("enter writes the targets too · {close} leaves")
        self._say(f"{tr('wrote {}', found)} · {offer}")
        if note := note_on_copy(found):
            self._say(f"{self._message} · {note}")

    def action_leave(self) -> None:
        """Leave; while a file is being written, cancel that, unless the file is there already."""
        if not self._is_writing:
            said = tr("wrote {}", tr(" and ").join(self._written)) if self._written else None
            self.dismiss(said)
        elif self.request.cancel():
            self._is_writing = False
            self._say(tr("cancelled, nothing was written"))
