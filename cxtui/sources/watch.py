"""Whether a survey on disk is still the one that was opened; nothing in it is read."""

from __future__ import annotations

from cxtui.sources.locate import find_files, unreadable
from cxtui.survey.fingerprint import fingerprint_of


def state_of_files(location: str) -> str:
    """Return what changes whenever a file of the survey grows, is replaced, comes or goes.

    Raises `SourceError` where none is there.
    """
    try:
        return fingerprint_of(find_files(location))
    except OSError as error:
        raise unreadable(location, error) from None
