"""Write a codebook to its file, never to the survey's, and keep what users wrote there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cxtui.errors import CodebookError
from cxtui.output.files.write_file import write_whole
from cxtui.survey.codebook.amend import amend_codebook, comment_lines
from cxtui.survey.codebook.toml_format import write_codebook
from cxtui.survey.model import Codebook
from cxtui.user_directories import expand_home

_BACKUP = ".bak"


@dataclass(frozen=True, slots=True)
class Saved:
    """Where a codebook was written; `backup` is what stood there, where a comment had to go."""

    path: Path
    backup: Path | None = None


def save_codebook(
    before: Codebook,
    after: Codebook,
    target: Path,
    *,
    written: Path | None = None,
    never: Iterable[Path] = (),
) -> Saved:
    """Write what was decided between two codebooks to `target`, whole or not at all.

    In the text of `written`, the codebook that the survey was opened with, only the tables
    concerned change; without one, all is written, guesses as guesses. Raises `CodebookError` or
    `ExportError`.
    """
    own = tuple(never)
    old = _text_of(written) if written and written.is_file() else None
    if old is None:
        text = write_codebook(after, keep_guesses=True)
    else:
        text = amend_codebook(old, before, after, str(written))
    target = expand_home(target).resolve()
    backup = None
    if old is not None and written and written.resolve() == target and _loses(old, text):
        backup = write_whole(
            target.with_name(target.name + _BACKUP), old.encode(), replace=True, never=own
        )
    return Saved(write_whole(target, text.encode(), replace=True, never=own), backup)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CodebookError(f"{file} is not UTF-8 text") from None
    except OSError as error:
        raise CodebookError(f"{file}: {error.strerror}") from None


def _loses(old: str, new: str) -> bool:
    left = comment_lines(new)
    return any(comment not in left for comment in comment_lines(old))
