"""The codebook of the survey on the screen: edited, saved, and taken at once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.message import Message

from cxtui.app.opening import Opening
from cxtui.errors import CxtuiError
from cxtui.session.codebook_draft import DraftCodebook
from cxtui.survey.model import Codebook

if TYPE_CHECKING:
    from cxtui.output.files.codebook_file import Saved


class Describing(Opening):
    """Edits the codebook; the survey is opened again with what was saved, and the view stays."""

    class Kept(Message):
        """The codebook has been saved."""

        def __init__(self, saved: Saved, *, is_named: bool) -> None:
            super().__init__()
            self.saved = saved
            self.is_named = is_named

    class NotKept(Message):
        """The codebook could not be saved."""

        def __init__(self, draft: DraftCodebook, reason: str) -> None:
            super().__init__()
            self.draft = draft
            self.reason = reason

    _is_saving = False

    def action_codebook(self) -> None:
        """List what was guessed, declared and left aside."""
        if self._may_edit() and self.survey is not None:
            self._edit(DraftCodebook(self.survey))

    def action_describe(self) -> None:
        """Edit the question on the screen."""
        if not self._may_edit() or self.survey is None or self.view is None:
            return
        question = self.survey.codebook.find(self.view.question)
        self._edit(DraftCodebook(self.survey), question.declared_id if question else "")

    def _may_edit(self) -> bool:
        """Whether the codebook in memory is the one on the disk, as far as we know; say if not.

        What is decided about an older one would be written over what was saved last.
        """
        if self.survey is None:
            self.say("the survey is not open yet: its codebook comes with it")
        elif self._is_saving or self._is_reading:
            self.say("the survey is being read again: its codebook comes with it")
        else:
            return True
        return False

    def _edit(self, draft: DraftCodebook, at: str = "", problem: str = "") -> None:
        from cxtui.app.screens.codebook.codebook_screen import EditCodebook

        self.push_screen(EditCodebook(draft, at, problem), partial(self._edited, draft))

    def _edited(self, draft: DraftCodebook, codebook: Codebook | None) -> None:
        if codebook is not None:
            self.say("saving the codebook …")
            self._save(draft)

    def _save(self, draft: DraftCodebook, elsewhere: Path | None = None) -> None:
        self._is_saving = True
        self._save_in_thread(draft, elsewhere)

    @work(thread=True)
    def _save_in_thread(self, draft: DraftCodebook, elsewhere: Path | None) -> None:
        from cxtui.output.files.codebook_file import save_codebook
        from cxtui.sources.codebook_location import (
            default_codebook_path,
            find_codebook_file,
            user_codebook_path,
        )

        location, own = self.location, user_codebook_path(self.location)
        written = find_codebook_file(location, self.start.codebook)
        usual = default_codebook_path(location)
        target = elsewhere or written or usual
        try:
            if target == own:
                own.parent.mkdir(parents=True, exist_ok=True)
            saved = save_codebook(
                draft.first, draft.now, target, written=written, never=draft.survey.files
            )
        except CxtuiError as error:
            self.post_message(self.NotKept(draft, str(error)))
        except OSError as error:
            reason = f"{own.parent} could not be made: {error.strerror or error}"
            self.post_message(self.NotKept(draft, reason))
        else:
            is_usual = target in {written, own, usual}
            self.post_message(self.Kept(saved, is_named=not is_usual))

    @on(Kept)
    def _kept(self, event: Kept) -> None:
        """Open the survey again with it."""
        self._is_saving = False
        saved = event.saved
        said = f"saved {saved.path}"
        if saved.backup is not None:
            said += f", comments were lost: the old one is {saved.backup.name}"
        if event.is_named:
            self.start = replace(self.start, codebook=str(saved.path))
            said += "; take it with --codebook"
        self.open(said)

    @on(NotKept)
    def _not_kept(self, event: NotKept) -> None:
        """Ask for another place; nothing that was decided is lost."""
        self._is_saving = False
        from cxtui.app.screens.codebook.codebook_target import SaveElsewhere
        from cxtui.sources.codebook_location import user_codebook_path

        proposal = user_codebook_path(self.location)
        screen = SaveElsewhere(event.reason, proposal)
        self.push_screen(screen, partial(self._keep_elsewhere, event.draft))

    def _keep_elsewhere(self, draft: DraftCodebook, place: Path | None) -> None:
        if place is None:
            self._edit(draft, problem="not saved yet: {save} saves, {close} leaves")
        else:
            self._save(draft, place)
