"""The saved views of a survey and its last view: where they are kept, and which of them fit."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import ExportError, SavedViewsError, TemporaryExportError, ViewError
from cxtui.file_locks import folder_lock
from cxtui.messages import tr
from cxtui.output.files.saved_views import Saved, SavedView, beside, load_saved, write_saved
from cxtui.output.files.write_file import write_whole
from cxtui.session.private_files import keep, make_own_folder, session_file, views_file
from cxtui.sources.standard_input import content_key
from cxtui.survey.codebook.load_toml import load_toml
from cxtui.survey.codebook.toml_entries import toml_value
from cxtui.survey.model import Survey

if TYPE_CHECKING:
    from cxtui.analysis.tables.many_tables import Named

_LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """A saved view, and the view it asks for; where the survey has none, why."""

    saved: SavedView
    view: View | None
    why_not: str = ""


def entry_of(survey: Survey, saved: SavedView) -> Entry:
    """Return a saved view as it fits the survey."""
    try:
        return Entry(saved, parse_view(survey, saved.text))
    except ViewError as error:
        return Entry(saved, None, str(error))


def fitting_views(files: Sequence[str], survey: Survey) -> Sequence[Named]:
    """Return the saved views that fit the survey; none from a file that cannot be read."""
    try:
        saved = Store(files).load()
    except SavedViewsError:
        return ()
    entries = [entry_of(survey, one) for one in saved]
    return [(one.saved.name, one.view) for one in entries if one.view is not None]


def name_for(survey: Survey, view: View) -> str:
    """Return a name that says what a view is about: its question and its banner.

    By their wording or, where that is long, by their ids.
    """
    named = [survey.codebook.find(view.question)]
    named += [survey.codebook.find(one) for names in view.banner for one in names]
    question, *banner = [
        (one.label if len(one.label) <= _LONGEST_LABEL else one.id) if one else "" for one in named
    ]
    return tr("{} by {}", question, ", ".join(banner)) if banner else question


def keep_session(files: Sequence[str], view: View) -> None:
    """Keep the view for the next visit; a home that cannot be written keeps none."""
    with suppress(ExportError):
        keep(session_file(files), f"view = {toml_value(str(view))}\n".encode())


def last_view(files: Sequence[str], survey: Survey) -> View | None:
    """Return the view that the survey was left at, `None` where there is none that still fits."""
    try:
        kept = load_toml(session_file(files).read_text(encoding="utf-8"))
        return parse_view(survey, str(kept["view"]))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, ViewError):
        return None


class Store:
    """The named views of one survey: in a file beside it, else in one of the user's own."""

    def __init__(self, files: Sequence[str]) -> None:
        self._own = views_file(files)
        self._beside = None if content_key(files[0]) else beside(files)
        self._origin = Path(files[0]).name if len(files) == 1 else tr("several files")

    @property
    def file(self) -> Path:
        """The file that is read: the user's own where there is one, else the one beside."""
        return self._own if self._beside is None or self._own.exists() else self._beside

    def load(self) -> Saved:
        """Return the views; raises `SavedViewsError` where the file is not one of views."""
        return load_saved(self.file)

    def change(self, change: Callable[[Saved], Saved]) -> Path:
        """Change what the file holds now, and return where that was written.

        The file is read again first: another explorer may have written to it. Where the folder
        of the survey is for others to write, all views go to the user's own file. Raises
        `SavedViewsError` or `ExportError`; then nothing has changed.
        """
        if self._beside is not None and self.file == self._beside:
            with folder_lock(self._beside.parent):
                content = self._changed(change)
                try:
                    return write_whole(self._beside, content, replace=True)
                except ExportError as error:  # a folder that others look after: the user's is left
                    if isinstance(error, TemporaryExportError):
                        raise
        make_own_folder(self._own)
        with folder_lock(self._own.parent):
            return keep(self._own, self._changed(change))

    def _changed(self, change: Callable[[Saved], Saved]) -> bytes:
        return write_saved(change(self.load()), self._origin).encode()
