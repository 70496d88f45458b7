"""Writes the draft of a codebook to its place, or to another one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.errors import CodebookError
from cxtui.session.codebook_draft import DraftCodebook
from cxtui.session.start import Start

if TYPE_CHECKING:
    from cxtui.output.files.codebook_file import Saved


def save_draft(draft: DraftCodebook, start: Start, elsewhere: Path | None) -> tuple[Saved, bool]:
    """Write a draft; return where, and whether the codebook has to be named from now on.

    Raises `CxtuiError` where the place cannot be written.
    """
    from cxtui.output.files.codebook_file import save_codebook
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
            draft.first, draft.now, target, written=written, never=draft.survey.files
        )
    except OSError as error:
        reason = f"{own.parent} could not be made: {error.strerror or error}"
        raise CodebookError(reason) from None
    return saved, target not in {written, own, usual}
