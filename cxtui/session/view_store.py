"""Where the named views of a survey are read from and written to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cxtui.errors import ExportError
from cxtui.output.files.saved_views import Saved, beside, load_saved, write_saved
from cxtui.output.files.write_file import write_whole
from cxtui.session.private_files import keep, views_file
from cxtui.sources.standard_input import content_key


class Store:
    """The named views of one survey: in a file beside it, else in one of the user's own."""

    def __init__(self, files: Sequence[str]) -> None:
        self._own = views_file(files)
        self._beside = None if content_key(files[0]) else beside(files)
        self._origin = Path(files[0]).name if len(files) == 1 else "several files"

    @property
    def file(self) -> Path:
        """The file that is read: the user's own where there is one, else the one beside."""
        return self._own if self._beside is None or self._own.exists() else self._beside

    def load(self) -> Saved:
        """Return the views; raises `SavedViewsError` where the file is not one of views."""
        return load_saved(self.file)

    def change(self, change: Callable[[Saved], Saved]) -> Path:
        """Change what the file holds now, and return where that was written.

        The file is read again first: another explorer may have written to it. Where nothing can
        be written beside the survey, all views go to the user's own file. Raises
        `SavedViewsError` or `ExportError`; then nothing has changed.
        """
        content = write_saved(change(self.load()), self._origin).encode()
        if self._beside is not None and self.file == self._beside:
            try:
                return write_whole(self._beside, content, replace=True)
            except ExportError:
                pass  # a folder that others look after: the user's own is left
        return keep(self._own, content)
