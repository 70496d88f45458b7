"""State of the files of a survey, to detect changes without reading them."""

from __future__ import annotations

from cxtui.fingerprint import fingerprint_of
from cxtui.sources.locate import find_files, unreadable_error
from cxtui.sources.wave_files import Location, describe_location, list_locations


def state_of_files(location: Location) -> str:
    """Return a text that changes when a file of the survey grows, is replaced, added or removed.

    Raises `SourceError` if no file is found.
    """
    try:
        return fingerprint_of(find_files(*list_locations(location)))
    except OSError as error:
        raise unreadable_error(describe_location(location), error) from None
