"""Result of every reader, and what all readers check: memory, and empty files."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cxtui.errors import SourceError
from cxtui.messages import tr_count
from cxtui.survey.model import Codebook, ColumnLabel

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

    from cxtui.sources.readers.statistics.variable import Variable


_LEAST_BYTES = 448 * 1024**2
_BYTES_PER_BYTE = 128
"""Memory of a small file, and of each byte more: the most compact answers are packed that well."""
_LEAST_UNPACKED, _UNPACKED_PER_BYTE = 128 * 1024**2, 64
"""Bytes that a small packed file may unpack to, and each byte more: parsing takes several times
as many."""
_MOST_COLUMNS, _BYTES_PER_COLUMN = 10_000, 100
"""Columns of a file however small it is, and bytes of each where there are more."""
_MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")


def require_memory(file: Path | str, size: int) -> None:
    """Raise `SourceError` if reading a file takes more bytes than it should, or than are free."""
    require_likely_size(file, size)
    room = free_memory()
    if size > room:
        message = (
            "{} would take {:,.1f} GB of memory, and this machine has {:,.1f} GB free: "
            "keep fewer variables or respondents, or read it elsewhere"
        )
        raise SourceError(message, file, size / 2**30, room / 2**30)


def require_likely_size(file: Path | str, size: int) -> None:
    """Raise `SourceError` if a file unpacks to more bytes than one of its size should."""
    if os.path.isfile(file) and size > _likely_size(os.path.getsize(file)):
        message = (
            "{} would take {:,.1f} GB of memory, far more than a file of its size should: "
            "is it damaged? Download or export it again"
        )
        raise SourceError(message, file, size / 2**30)


def require_columns(files: Sequence[Path], columns: int) -> None:
    """Raise `SourceError` if files have thousands of columns, and hardly a byte for each."""
    size = sum(one.stat().st_size for one in files)
    if files and columns > _MOST_COLUMNS and size < columns * _BYTES_PER_COLUMN:
        message = (
            "{} has {:,} columns in {:,} bytes, more than {:,} and too many for its size: "
            "is its first row a header? Keep the columns that you need"
        )
        raise SourceError(message, files[0], columns, size, _MOST_COLUMNS)


def memory_for(size: int) -> int:
    """Return the bytes of memory that reading files of so many bytes may take, if they are free."""
    return min(_likely_size(size), free_memory())


def _likely_size(size: int) -> int:
    return _LEAST_BYTES + _BYTES_PER_BYTE * size


def unpacked_for(size: int) -> int:
    """Return the bytes that the text in a packed file of so many bytes may have."""
    return _LEAST_UNPACKED + _UNPACKED_PER_BYTE * size


def memory_limit() -> int:
    """Return the memory in bytes that this process may use: the machine's, or a lower limit."""
    import resource

    rooms = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    rooms += [limit] if limit != resource.RLIM_INFINITY else []
    with contextlib.suppress(OSError, ValueError):  # no such limit, or the word "max"
        rooms.append(int(_MEMORY_LIMIT.read_text()))
    return min(rooms)


def free_memory() -> int:
    """Return the memory in bytes that this process may use on top of what is in use now."""
    rooms = [memory_limit()]
    with contextlib.suppress(OSError, ValueError):  # the system has no such file
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        free = next(one for one in lines if one.startswith("MemAvailable:"))
        rooms.append(int(free.split()[1]) * 1024)
    with contextlib.suppress(OSError, ValueError):
        used = int(_MEMORY_LIMIT.with_name("memory.current").read_text())
        rooms.append(int(_MEMORY_LIMIT.read_text()) - used)
    return max(min(rooms), 0)


def first_bytes(content: Path | bytes, size: int) -> bytes:
    """Return the first `size` bytes of a file or of bytes."""
    if isinstance(content, bytes):
        return content[:size]
    with content.open("rb") as opened:
        return opened.read(size)


def last_bytes(content: Path | bytes, size: int) -> bytes:
    """Return the last `size` bytes of a file or of bytes."""
    if isinstance(content, bytes):
        return content[-size:]
    with content.open("rb") as opened:
        opened.seek(max(opened.seek(0, os.SEEK_END) - size, 0))
        return opened.read()


def file_url(file: Path) -> str:
    """Return the address of a file, by which the engine reads it instead of mapping it to memory.

    The system ends a program (SIGBUS) that reads a mapped page of a file that was truncated, as
    by a program that rewrites it.
    """
    return "file://" + quote(os.fsencode(os.path.abspath(file)))


def read_start(file: Path, size: int, content: Path | bytes | None = None) -> bytes:
    """Return the first bytes of a file or its unpacked `content`; raises `SourceError` for none."""
    if not (start := first_bytes(file if content is None else content, size)):
        raise SourceError("{} is empty (0 bytes): was the download or export cut off?", file)
    return start


def foreign_error(file: Path, kind: str) -> SourceError:
    """Return the error for a file that is not of the `kind` (`a Stata file`) that it is named."""
    message = (
        "{} is not {}, whatever its name says; if it holds delimited text, name it .csv or .tsv"
    )
    return SourceError(message, file, kind)


def damaged_error(file: Path, error: BaseException) -> SourceError:
    """Return the error for a file that cannot be unpacked."""
    return SourceError("{} is damaged ({}): was the download or export cut off?", file, error)


def empty_rows_note(count: int) -> str:
    """Return a note on the number of rows left out."""
    one, several = "left out {:,} row without any answer", "left out {:,} rows without any answer"
    return tr_count(count, one, several)


@dataclass(frozen=True, slots=True)
class Source:
    """Respondents of one location, before the codebook is completed.

    `codebook` is the TOML inside the file, `labels` are the texts of its header by column,
    `dictionary` is the codebook that a statistics file declares, `variables` are the labels and
    codes that the metadata of other files describe, `extensions` the types of columns that the
    engine does not know, by column, `sheets` the sheets of a workbook with several, the one that
    was read first. `words` counts the words for no answer in columns that became dates or lists.
    `notes` are remarks on how the file was read, `cut_off` says why it may be
    truncated, `converted` says that it was decoded in memory, `snapshot` identifies the state of a
    source without files. `respondents` is the number of rows if known; `sample` returns a bounded
    sample of that many rows, where a slice of the frame would be slow.
    """

    frame: nw.LazyFrame[Any]
    files: tuple[Path, ...]
    codebook: str = ""
    labels: Mapping[str, ColumnLabel] = field(default_factory=dict)
    dictionary: Codebook = field(default_factory=Codebook)
    variables: Mapping[str, Variable] = field(default_factory=dict)
    extensions: Mapping[str, str] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    words: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
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
