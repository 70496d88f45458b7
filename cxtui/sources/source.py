"""Result of every reader: a lazy frame of respondents, and the file's facts on its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxtui.errors import SourceError
from cxtui.survey.model import Codebook, ColumnLabel

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw


def first_bytes(content: Path | bytes, size: int) -> bytes:
    """Return the first `size` bytes of a file or of bytes."""
    if isinstance(content, bytes):
        return content[:size]
    with content.open("rb") as opened:
        return opened.read(size)


def read_start(file: Path, size: int, content: bytes | None = None) -> bytes:
    """Return the first `size` bytes of a file, or of its unpacked `content`.

    Raises `SourceError` if there are none.
    """
    start = first_bytes(file if content is None else content, size)
    if not start:
        raise SourceError(f"{file} is empty (0 bytes): was the download or export cut off?")
    return start


DEFAULT_TIMEOUT = 120.0
"""Default time in seconds that a server may take to answer."""
_LONGEST = 86_400


def timeout_of(text: str) -> float:
    """Return a time in seconds; raises `ValueError` if the text is not a number up to a day."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST:
        raise ValueError(f"takes seconds up to {_LONGEST:,}, not {text!r}")
    return seconds


@dataclass(frozen=True, slots=True)
class Source:
    """Respondents of one location, before the codebook is completed.

    `codebook` is the TOML inside the file, `labels` are the texts of its header by column,
    `dictionary` is the codebook that a statistics file declares, `notes` are remarks on how the
    file was read, `cut_off` says why it may be truncated, `converted` says that it was decoded in
    memory, `snapshot` identifies the state of a source without files. `respondents` is the number
    of rows if known; `sample` returns a bounded sample of that many rows, where a slice of the
    frame would be slow.
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
        """Return a text that changes whenever a file is replaced, grows or is touched."""
        from cxtui.fingerprint import fingerprint_of

        return fingerprint_of(self.files, self.snapshot)
