"""Location of a survey's codebook: beside it, or in the user's configuration directory.

A user who may not write beside the survey has a codebook of their own, which takes precedence over
the one beside it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from cxtui.messages import tr
from cxtui.sources.locate import CODEBOOK_ENDING, CODES_ENDING, is_remote
from cxtui.sources.standard_input import content_key, stable_name
from cxtui.sources.wave_files import Location, codebook_path, list_locations
from cxtui.user_directories import expand_home, user_directory

_LONGEST_ID = 60


def user_codebook_path(location: Location) -> Path:
    """Return the path of the user's own codebook of the survey, which may not exist.

    The path depends on the survey's folder, and on the bytes of standard input.
    """
    named = codebook_path(location).name.removesuffix(CODEBOOK_ENDING)
    paths = map(stable_name, list_locations(location))
    place = hashlib.sha256("\0".join(paths).encode()).hexdigest()[:10]
    return user_directory("config") / "codebooks" / f"{named}-{place}{CODEBOOK_ENDING}"


def default_codebook_path(location: Location) -> Path:
    """Return where a codebook is saved: beside the survey, or in the user's directory."""
    has_no_folder = any(is_remote(one) or content_key(one) for one in list_locations(location))
    return user_codebook_path(location) if has_no_folder else codebook_path(location)


def find_codebook_file(location: Location, asked_for: str = "") -> Path | None:
    """Return the codebook file of the survey: `asked_for`, else the user's own, else beside it."""
    if asked_for:
        return expand_home(asked_for)
    paths = (user_codebook_path(location), codebook_path(location))
    return next((one for one in paths if one.is_file()), None)


def codes_paths(location: Location, question: str) -> tuple[Path, ...]:
    """Return where codes of a question's open answers may be, the latest last.

    First those of each of several files, then the one beside the survey, then the user's own, which
    is the one that is written where it exists, or where nothing can be written beside.
    """
    several = list_locations(location)
    named = list(map(default_codebook_path, several if len(several) > 1 else ()))
    named += [default_codebook_path(location), user_codebook_path(location)]
    ending = f".{_in_a_name(question)}{CODES_ENDING}"
    return tuple(one.with_name(one.name.removesuffix(CODEBOOK_ENDING) + ending) for one in named)


def _in_a_name(question: str) -> str:
    """Return the id of a question as a part of a file's name."""
    plain = re.sub(r"[^\w.-]", "_", question)[:_LONGEST_ID]
    if plain == question:
        return plain
    return f"{plain}-{hashlib.sha256(question.encode('utf-8', 'replace')).hexdigest()[:6]}"


def note_on_copy(path: Path) -> str:
    """Return a note on a survey that was written, if another codebook is read with it."""
    found = find_codebook_file(str(path))
    if found is None:
        return ""
    said = "note: {} is read before the codebook inside; move it, or see that it agrees"
    return tr(said, found)


def own_codebook_note(location: Location, asked_for: str = "") -> Iterator[str]:
    """Yield a note if the user's own codebook is in use."""
    own = user_codebook_path(location)
    if find_codebook_file(location, asked_for) == own:
        yield tr("the codebook is your own, {}", own)
