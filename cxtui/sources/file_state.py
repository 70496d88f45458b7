"""Whether a survey on disk is still the one that was opened; nothing in it is read."""

from __future__ import annotations

from cxtui.fingerprint import fingerprint_of
from cxtui.sources.locate import find_files, unreadable_error
from cxtui.sources.wave_files import Location, describe_location, list_locations


def state_of_files(location: Location) -> str:
    """Return what changes whenever a file of the survey grows, is replaced, comes or goes.

    Raises `SourceError` where none is there.
    """
    try:
        return fingerprint_of(find_files(*list_locations(location)))
    except OSError as error:
        raise unreadable_error(describe_location(location), error) from None
