"""The screens that set what the codebook says."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.app.refusals import shows_respondents
from cxtui.errors import ViewError
from cxtui.messages import tr

if TYPE_CHECKING:
    from cxtui.app.explorer import Explorer
    from cxtui.session.codebook_draft import DraftCodebook
    from cxtui.survey.model import Codebook
    from cxtui.work.coding.coding_desk import CodingDesk


class CodebookDialogs:
    """Opens the screens of an explorer that edit the codebook, and saves it."""

    def __init__(self, app: Explorer) -> None:
        self._app = app

    def edit(self) -> None:
        """List what was detected, declared and excluded."""
        if (draft := self._app.session.draft()) is not None:
            self._edit(draft)

    def edit_question(self) -> None:
        """Edit the question on the screen."""
        view = self._app.session.view
        if (draft := self._app.session.draft()) is not None and view is not None:
            question = draft.now.find(view.question)
            self._edit(draft, question.declared_id if question else "")

    def save(self) -> None:
        """Write the questions that the view derives into the codebook."""
        if self._app.session.save_derived():
            self._app.say(tr("saving the codebook …"))

    def code(self, name: str = "") -> None:
        """Code the answers to an open question, that of the view unless it is named."""
        session = self._app.session
        if (ready := session.ready) is None or session.is_reading:
            self._app.say(tr("the survey is not open yet"))
            return
        from cxtui.analysis.query.side_queries.written_answers import check_can_be_coded
        from cxtui.app.screens.coding.code_answers_screen import CodeAnswers
        from cxtui.work.coding.coding_desk import CodingDesk
        from cxtui.work.coding.coding_frame import coder_name, coding_of

        if not shows_respondents(self._app, "the coding of open answers"):
            return
        codebook, start = ready.read.codebook, session.start
        name = name or ready.view.question
        coding = coding_of(codebook, name)
        question = codebook.find(coding.sources[0] if coding else name)
        try:
            if question is None:
                raise ViewError("{} is no question of the codebook: code the open one", name)
            check_can_be_coded(ready.read, question)
        except ViewError as error:
            self._app.say(str(error))
            return
        read = partial(
            CodingDesk, ready.read, question, coder_name(start.coder), start.files, start.codebook
        )
        self._app.push_screen(CodeAnswers(question.label, read), self._coded)

    def _coded(self, desk: CodingDesk | None) -> None:
        if desk is not None and desk.has_written:
            said = tr("{:,} of {:,} answers coded: {}", desk.done, desk.of, desk.coding.id)
            self._app.session.open(said)

    def _edit(self, draft: DraftCodebook, at: str = "", problem: str = "") -> None:
        from cxtui.app.screens.codebook.codebook_screen import EditCodebook

        self._app.push_screen(EditCodebook(draft, at, problem), partial(self._edited, draft))

    def _edited(self, draft: DraftCodebook, codebook: Codebook | None) -> None:
        if codebook is not None:
            self._app.say(tr("saving the codebook …"))
            self._app.session.save(draft)

    def save_elsewhere(self, draft: DraftCodebook, reason: str) -> None:
        """Ask for another place; no decision is lost."""
        from cxtui.app.screens.codebook.codebook_target import SaveElsewhere
        from cxtui.sources.codebook_location import user_codebook_path

        proposal = user_codebook_path(self._app.session.start.files)
        screen = SaveElsewhere(reason, proposal)
        self._app.push_screen(screen, partial(self._save_elsewhere, draft))

    def _save_elsewhere(self, draft: DraftCodebook, place: Path | None) -> None:
        if place is None:
            self._edit(draft, problem="not saved yet: {save} saves, {close} leaves")
        else:
            self._app.session.save(draft, place)
