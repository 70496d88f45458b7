"""Write a survey to Parquet, and a codebook to its file, which keeps what users wrote there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from pathlib import Path

from cxtui.errors import CodebookError, ExportError, engine_errors, first_line
from cxtui.file_locks import folder_lock
from cxtui.messages import tr
from cxtui.output.files.write_file import target_of, write_through, write_whole
from cxtui.survey.codebook.amend import amend_codebook, comment_lines
from cxtui.survey.codebook.toml_format import METADATA_KEY, read_codebook, write_codebook
from cxtui.survey.derive.derivation import Derivation
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.suppression import require_all_shown
from cxtui.user_directories import expand_home

_BACKUP = ".bak"
_PARQUET = {".parquet", ".pq"}
_SPSS = ".sav"


@dataclass(frozen=True, slots=True)
class Saved:
    """Where a codebook was written, and the `backup` of the old file if comments were lost."""

    path: Path
    backup: Path | None = None


def save_codebook(
    before: Codebook,
    after: Codebook,
    target: Path,
    *,
    written: Path | None = None,
    never: Iterable[Path] = (),
    is_copy: bool = True,
) -> Saved:
    """Write the changes between two codebooks to `target`, whole or not at all.

    In the text of `written`, the codebook file of the survey, only the tables concerned change;
    without such a file all is written, guesses as guesses. Unless the target `is_copy`, a file that
    another person has written there meanwhile is the codebook. The files in `never` are not
    replaced. Raises `CodebookError` or `ExportError`.
    """
    target = expand_home(target).resolve()
    with folder_lock(target.parent):  # another person may save the same codebook
        if not is_copy and target.is_file():
            written = target
        return _save_codebook(before, after, target, written, tuple(never))


def change_coding(
    codebook: Codebook,
    name: str,
    change: Callable[[Derivation | None], Derivation],
    target: Path,
    written: Path | None,
    never: Iterable[Path] = (),
) -> Derivation:
    """Write what `change` makes of the coding `name` in the file `written`; return that coding.

    `change` gets `None` where the file lacks it. Other people may code at the same time: what they
    added is read first. The rest is as for `save_codebook`.
    """
    target = expand_home(target).resolve()
    with folder_lock(target.parent):
        now = codebook
        if target.is_file():  # another person may have made it meanwhile
            written = target
        if written and written.is_file():
            now = read_codebook(_text_of(written), str(written))
        found = next((one for one in now.derived if one.id == name), None)
        changed = change(found)
        if changed == found:
            return found
        others = tuple(one for one in codebook.derived if one.id != name)
        kept = tuple(one for one in codebook.questions if one.id != name)
        before = replace_fields(
            codebook, questions=kept, derived=(*others, *([found] if found else []))
        )
        after = replace_fields(before, derived=(*others, changed))
        _save_codebook(before, after, target, written, tuple(never))
        return changed


def _save_codebook(
    before: Codebook, after: Codebook, target: Path, written: Path | None, own: tuple[Path, ...]
) -> Saved:
    old = _text_of(written) if written and written.is_file() else None
    if old is None:
        text = write_codebook(after, keep_guesses=True)
    else:
        text = amend_codebook(old, before, after, str(written))
    backup = None
    if old is not None and written and written.resolve() == target:
        left = comment_lines(text)
        if any(comment not in left for comment in comment_lines(old)):
            name = target.with_name(target.name + _BACKUP)
            backup = write_whole(name, old.encode(), replace=True, never=own)
    return Saved(write_whole(target, text.encode(), replace=True, never=own), backup)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CodebookError("{} is not UTF-8 text", file) from None
    except OSError as error:
        raise CodebookError("{}: {}", file, error.strerror) from None


def check_target(path: Path, locations: Iterable[str], *, replace: bool) -> None:
    """Check the name of a converted survey before anything is read.

    Raises `ExportError` where the ending is neither Parquet's nor that of SPSS, the file exists, or
    it would become one more part of the survey itself.
    """
    if path.suffix.lower() not in {*_PARQUET, _SPSS}:
        message = "{}: a survey is converted to Parquet or SPSS; end the name in .parquet or .sav"
        raise ExportError(message, path)
    target = target_of(path, replace=replace)
    for location in locations:
        source = expand_home(location)
        if source.is_dir() and target.parent.resolve().is_relative_to(source.resolve()):
            raise ExportError("{} would be one more part of {}: write it elsewhere", path, location)


def silent(_: str) -> None:
    """Say nothing."""


def save_survey(
    survey: Survey, path: Path, *, replace: bool = False, say: Callable[[str], object] = silent
) -> Path:
    """Write all rows of `survey` to a Parquet or SPSS file; `say` is told what is different there.

    Raises `ExportError` where it cannot be written or held by the format.
    """
    require_all_shown(survey, "a copy of the survey")
    if path.suffix.lower() != _SPSS:
        return save_parquet(survey, path, replace=replace)
    from cxtui.output.spss.save_sav import save_sav

    return save_sav(survey, path, replace=replace, say=say)


def save_parquet(survey: Survey, path: Path, *, replace: bool = False) -> Path:
    """Write all rows and columns of `survey`, and its codebook with the guesses as guesses.

    Raises `ExportError` where it cannot be written, or the codebook could not be read back
    unchanged, so that the tables of the new file would differ.
    """
    if survey.is_remote:
        raise ExportError(
            "{} is counted where it is: write it to Parquet there, and the codebook with "
            "`cxtui codebook`",
            survey.location,
        )
    stored = replace_fields(survey.codebook, derived=())  # whose columns are written, too
    text = write_codebook(stored, keep_guesses=True)
    if read_codebook(text, tr("the codebook inside {}", path)) != stored:
        message = "{}: the codebook of {} would not survive in it"
        raise ExportError(message, path, survey.location)

    def write(draft: Path) -> None:
        try:
            # the engine reads and writes a part at a time, also of surveys beyond the memory
            survey.frame.to_native().sink_parquet(draft, metadata={METADATA_KEY: text})
        except OSError:
            raise
        except engine_errors() as error:
            raise ExportError("{} could not be written: {}", path, first_line(error)) from None

    return write_through(path, write, replace=replace)
