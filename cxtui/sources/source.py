"""What every kind of file gives: lazy respondents, and what the file says of its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxtui.fingerprint import fingerprint_of
from cxtui.survey.model import Codebook, ColumnLabel

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

DEFAULT_TIMEOUT = 120.0
"""Seconds that a server far away may take to answer, unless the user says otherwise."""
_LONGEST = 86_400


def timeout_of(text: str) -> float:
    """Return a number of seconds; raises `ValueError` where the text is none."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST:
        raise ValueError(f"{text!r} is no time up to {_LONGEST:,} seconds")
    return seconds


@dataclass(frozen=True, slots=True)
class Source:
    """Respondents of one location, before anyone has said what the columns mean.

    `codebook` is the TOML that travels inside the file, `labels` what its header says of each
    column, `dictionary` what a statistics file declares of its variables, `notes` which part of the
    file was read, where it holds more; `cut_off` says why it is likely to have had more
    respondents; `converted` that the file was decoded in memory, `snapshot`
    what tells apart two states of what is no file. `respondents` are the rows, where they were
    counted already; `sample` fetches a bounded part of so many, where that takes more than a slice.
    """

    frame: nw.LazyFrame[Any]
    files: tuple[Path, ...]
    codebook: str = ""
    labels: Mapping[str, ColumnLabel] = field(default_factory=dict)
    dictionary: Codebook = field(default_factory=Codebook)
    notes: tuple[str, ...] = ()
    cut_off: tuple[str, ...] = ()
    converted: bool = False
    snapshot: str = ""
    respondents: int | None = None
    sample: Callable[[int], nw.DataFrame[Any]] | None = None

    @property
    def fingerprint(self) -> str:
        """Changes whenever a file is replaced, grows or is touched."""
        return fingerprint_of(self.files, self.snapshot)
