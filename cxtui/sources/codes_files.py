"""The codes of a survey's open answers, read from the files beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from cxtui.errors import CodebookError
from cxtui.messages import tr, tr_count
from cxtui.sources.codebook_location import codes_paths
from cxtui.sources.wave_files import Location
from cxtui.survey.derive.codes_lines import CodesFile, read_codes
from cxtui.survey.derive.derivation import Verb
from cxtui.survey.model import Survey
from cxtui.survey.note import NoteKind, notes_about

_MOST_BYTES = 256 * 2**20


def with_codes(survey: Survey, location: Location) -> Survey:
    """Return a survey with the codes of the open answers that its codebook codes.

    Raises `CodebookError` where a file of codes cannot be read.
    """
    codings = [one for one in survey.codebook.derived if one.verb is Verb.CODING]
    questions = dict.fromkeys(one.sources[0] for one in codings)
    found = {name: _read_each(codes_paths(location, name)) for name in questions}
    notes = [note for one, _ in found.values() for note in one]
    return replace(
        survey,
        coded={name: file for name, (_, file) in found.items()},
        notes=(*survey.notes, *notes_about(NoteKind.FILE, notes)),
    )


def _read_each(paths: Iterable[Path]) -> tuple[list[str], CodesFile]:
    """Return the lines of all files, and a note on each whose lines are not all whole."""
    notes, whole = [], CodesFile()
    for path in dict.fromkeys(paths):
        one = read_codes_file(path)
        whole = CodesFile((*whole.lines, *one.lines), (*whole.cut, *one.cut))
        if one.cut:
            said = "{1}: {0:,} line passed over, line {2}: {3}"
            more = "{1}: {0:,} lines passed over, the first is line {2}: {3}"
            first = one.cut[0]
            notes.append(tr_count(len(one.cut), said, more, path.name, first.number, first.why))
    return notes, whole


def read_codes_file(path: Path) -> CodesFile:
    """Return the lines of a file of codes, none where there is no file; raises `CodebookError`."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CodebookError("{} is too long for a file of codes", path)
        return read_codes(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return CodesFile()
    except OSError as error:
        raise CodebookError("{}: {}", path, error.strerror or tr("not to be read")) from None
