"""A codebook while it is edited: every decision can be undone until it is saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.errors import CodebookError, CxtuiError
from cxtui.messages import tr
from cxtui.session.history import Steps
from cxtui.session.start import SurveyOptions
from cxtui.survey.codebook.toml_format import read_codebook, write_codebook
from cxtui.survey.derive.derivation import Derivation
from cxtui.survey.derive.derivation_text import declared_derivations
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Question
from cxtui.survey.routing import check_routing

if TYPE_CHECKING:
    from cxtui.analysis.derive.derive_draft import DeriveDraft
    from cxtui.output.files.survey_files import Saved

Edit = Callable[[Codebook], Codebook]


class DraftCodebook(Steps[Codebook]):
    """The codebook of a survey, and what has been decided about it since it was opened.

    `written` is the one on the disk, which lacks the questions that only a view derives.
    """

    def __init__(self, survey: Survey, written: Codebook | None = None) -> None:
        super().__init__(survey.codebook)
        self.survey = survey
        self.written = written or survey.codebook
        self._columns = dict(survey.schema)
        """The columns of the survey, and those of questions that are derived anew."""

    @property
    def is_changed(self) -> bool:
        """Whether there is something to save."""
        return self.now != self.first

    def decide(self, edit: Edit) -> str:
        """Make an edit the next step; return why it is refused, empty where it is not."""
        from cxtui.analysis.derive.derive_questions import check_edit_of_derived
        from cxtui.sources.declared_codebook import check_codebook

        try:
            after = edit(self.now)
            known = set(self.now.questions)
            fresh = tuple(one for one in after.questions if one not in known)
            read_codebook(write_codebook(Codebook(fresh)), tr("the codebook"))
            check_codebook(after, self._columns, self.survey.location)
            check_routing(replace(self.survey, codebook=after))
            if self.now.derived:
                check_edit_of_derived(self.survey, self.now, after)
        except CxtuiError as error:
            return str(error)
        self.go(after)
        return ""

    def derivation_draft(self, question_id: str) -> tuple[Survey, DeriveDraft] | str:
        """Return a derived question to be edited, and the survey without it; or why it cannot be.

        What is made of the question is not in that survey either.
        """
        from cxtui.analysis.derive.derive_questions import survey_before
        from cxtui.analysis.derive.edited_derivation import draft_of_declared

        declared = declared_derivations(self.now)
        one = next((each for each in declared if each.id == question_id), None)
        if one is None:
            return tr("{} is not derived from other questions", question_id)
        try:
            survey = survey_before(self.survey, self.now, one)
            draft = draft_of_declared(survey, one)
        except CxtuiError as error:
            return str(error)
        return draft if isinstance(draft, str) else (survey, draft)

    def rederive(self, one: Derivation) -> str:
        """Derive a question in another way; return why that is refused, else an empty text."""
        from cxtui.analysis.derive.derive_questions import derived_anew

        try:
            found = derived_anew(self.survey, self.now, one)
        except CxtuiError as error:
            return str(error)
        self._columns |= found.schema
        return self.decide(lambda _: found.codebook)

    def question(self, question_id: str) -> Question | None:
        """Return a question as it is now."""
        return next((one for one in self.now.questions if one.id == question_id), None)


def save_lines(survey: Survey, lines: Sequence[str], start: SurveyOptions) -> str:
    """Write derived questions into the codebook of a survey; return what was done, in words.

    Raises `CxtuiError` where the place cannot be written.
    """
    from cxtui.analysis.derive.derived_lines import survey_with

    if not lines:
        return tr("there is no new question to save")
    draft = DraftCodebook(survey_with(survey, tuple(lines)), survey.codebook)
    return said_of(*save_draft(draft, start, None))


def said_of(saved: Saved, is_named: bool) -> str:
    """Return where a codebook was saved, and what follows from that."""
    said = tr("saved {}", saved.path)
    if saved.backup is not None:
        said += tr(", comments were lost: the old one is {}", saved.backup.name)
    return said + (tr("; take it with --codebook") if is_named else "")


def save_draft(
    draft: DraftCodebook, start: SurveyOptions, elsewhere: Path | None
) -> tuple[Saved, bool]:
    """Write a draft; return where, and whether the codebook has to be named from now on.

    Raises `CxtuiError` where the place cannot be written.
    """
    from cxtui.output.files.survey_files import save_codebook
    from cxtui.sources.codebook_location import (
        default_codebook_path,
        find_codebook_file,
        user_codebook_path,
    )

    own, usual = user_codebook_path(start.files), default_codebook_path(start.files)
    written = find_codebook_file(start.files, start.codebook)
    target = elsewhere or written or usual
    try:
        if target == own:
            own.parent.mkdir(parents=True, exist_ok=True)
        saved = save_codebook(
            draft.written,
            draft.now,
            target,
            written=written,
            never=draft.survey.files,
            is_copy=elsewhere is not None,
        )
    except OSError as error:
        reason = error.strerror or error
        raise CodebookError("{} could not be made: {}", own.parent, reason) from None
    return saved, target not in {written, own, usual}
