"""Detection of version numbers that a spreadsheet shortened: `3.10` became `3.1`."""

from __future__ import annotations

import re
from collections.abc import Iterable

_VERSION = re.compile(r"^\d+\.\d+$")
_FEWEST = 3


def describe_lost_zeros(texts: Iterable[str]) -> str:
    """Return a remark on the answers that may have lost a final zero, empty if there are none.

    `3.1` is suspect beside `3.10`, or beside `3.9` and `3.11`. It is not changed, since `3.1` may
    be a version too.
    """
    versions = {text for text in texts if _VERSION.match(text)}
    if len(versions) < _FEWEST:
        return ""
    suspects = sorted(
        text for text in versions if not text.endswith("0") and _is_suspect(text, versions)
    )
    if not suspects:
        return ""
    meant = " and ".join(f"{text!r} may be {f'{text}0'!r}" for text in suspects)
    return f"; {meant}: spreadsheets drop the last zero of a number"


def _is_suspect(text: str, versions: set[str]) -> bool:
    whole, _, part = text.partition(".")
    tenfold = 10 * int(part)
    around = {f"{whole}.{tenfold - 1}", f"{whole}.{tenfold + 1}"}
    return f"{text}0" in versions or around <= versions
