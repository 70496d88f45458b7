"""Where the codebook of a survey is kept: beside it, or in the user's own directory.

Whoever may not write beside the survey keeps a codebook of their own. It goes before the one
beside the survey: what somebody decided themselves holds for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from cxtui.sources.locate import is_remote
from cxtui.sources.standard_input import content_of, lasting
from cxtui.sources.wave_files import Location, locations_in, sidecar_of
from cxtui.survey.codebook.toml_format import SUFFIX
from cxtui.user_directories import expanded, user_folder


def sidecar_of_user(location: Location) -> Path:
    """Return where the user's own codebook of the survey is, or would be.

    Surveys of the same name in other folders have others; what came through standard input has its
    own as long as the same bytes come.
    """
    named = sidecar_of(location).name.removesuffix(SUFFIX)
    paths = map(lasting, locations_in(location))
    place = hashlib.sha256("\0".join(paths).encode()).hexdigest()[:10]
    return user_folder("config") / "codebooks" / f"{named}-{place}{SUFFIX}"


def usual_sidecar(location: Location) -> Path:
    """Return where a codebook is saved: beside the survey, where there can be something."""
    nowhere = any(is_remote(one) or content_of(one) for one in locations_in(location))
    return sidecar_of_user(location) if nowhere else sidecar_of(location)


def codebook_file(location: Location, asked_for: str = "") -> Path | None:
    """Return the codebook that the survey opens with: asked for, the user's own, or beside it."""
    if asked_for:
        return expanded(asked_for)
    kept = (sidecar_of_user(location), sidecar_of(location))
    return next((one for one in kept if one.is_file()), None)


def kept_apart(location: Location, asked_for: str = "") -> Iterator[str]:
    """Yield that the user's own codebook is in use, where it is."""
    own = sidecar_of_user(location)
    if codebook_file(location, asked_for) == own:
        yield f"the codebook is your own, {own}"
