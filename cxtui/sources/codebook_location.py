"""Where the codebook of a survey is kept: beside it, or in the user's own directory.

Whoever may not write beside the survey keeps a codebook of their own. It goes before the one
beside the survey: what somebody decided themselves holds for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from cxtui.sources.locate import is_remote
from cxtui.sources.standard_input import content_key, stable_name
from cxtui.sources.wave_files import Location, codebook_path, list_locations
from cxtui.survey.codebook.toml_format import SUFFIX
from cxtui.user_directories import expand_home, user_directory


def user_codebook_path(location: Location) -> Path:
    """Return where the user's own codebook of the survey is, or would be.

    Surveys of the same name in other folders have others; what came through standard input has its
    own as long as the same bytes come.
    """
    named = codebook_path(location).name.removesuffix(SUFFIX)
    paths = map(stable_name, list_locations(location))
    place = hashlib.sha256("\0".join(paths).encode()).hexdigest()[:10]
    return user_directory("config") / "codebooks" / f"{named}-{place}{SUFFIX}"


def default_codebook_path(location: Location) -> Path:
    """Return where a codebook is saved: beside the survey, where there can be something."""
    nowhere = any(is_remote(one) or content_key(one) for one in list_locations(location))
    return user_codebook_path(location) if nowhere else codebook_path(location)


def find_codebook_file(location: Location, asked_for: str = "") -> Path | None:
    """Return the codebook that the survey opens with: asked for, the user's own, or beside it."""
    if asked_for:
        return expand_home(asked_for)
    kept = (user_codebook_path(location), codebook_path(location))
    return next((one for one in kept if one.is_file()), None)


def own_codebook_note(location: Location, asked_for: str = "") -> Iterator[str]:
    """Yield that the user's own codebook is in use, where it is."""
    own = user_codebook_path(location)
    if find_codebook_file(location, asked_for) == own:
        yield f"the codebook is your own, {own}"
