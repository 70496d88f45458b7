"""Assignment of files to the waves of a survey; loads no engine.

Several files named together are waves, as are files in one folder whose names differ by a wave.
Parts of a table as written by an engine, and partitions called `column=value`, are not waves.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from os.path import commonpath
from pathlib import Path

from cxtui.errors import SourceError
from cxtui.messages import tr_count
from cxtui.sources.locate import (
    ARROW,
    CODEBOOK_ENDING,
    CODES_ENDING,
    DELIMITED,
    ENDINGS,
    EXCEL,
    PARQUET,
    STATISTICS,
    find_files,
    is_remote,
    unreadable_error,
)
from cxtui.text import shared_length
from cxtui.user_directories import expand_home

Location = str | Sequence[str]
"""A file, a folder, a pattern, an address, or several of them."""

_MOST = 40
_KINDS = (PARQUET, DELIMITED, EXCEL, ARROW, STATISTICS)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ROUND = re.compile(
    r"(?i)^((19|20)\d\d([-_ ]?[qhw]?\d{1,2})?|[qhw]\d{1,2}[-_ ]?(19|20)\d\d"
    r"|(wave|round|w|r)[-_ ]?\d{1,3})$"
)
_ENGINE_PART = re.compile(r"(?i)^(part[-_.]?\d|\d{5,}|[0-9a-f]{8,}-|data[-_]\d+$)")
_TOKEN = re.compile(r"[^\W_]+|[\W_]")


@dataclass(frozen=True, slots=True)
class WaveFiles:
    """One wave: its label (empty if it is the only one), its location and its files."""

    label: str
    location: str
    files: tuple[Path, ...]


def list_locations(location: Location) -> tuple[str, ...]:
    """Return a location as a tuple of single locations.

    A shell's pattern may name files of codes among the surveys: they are left out.
    """
    if isinstance(location, str):
        return (location,)
    return tuple(one for one in location if not one.endswith(CODES_ENDING)) or tuple(location)


def describe_location(location: Location) -> str:
    """Return a short text for a location, for titles and messages."""
    first, *others = list_locations(location)
    if not others:
        return first
    return tr_count(len(others), "{1} and {0} other", "{1} and {0} others", first)


def find_waves(location: Location) -> tuple[WaveFiles, ...]:
    """Return the waves at `location`, by year and number if all labels have one.

    A single file or table is one wave without a label. Raises `SourceError` if nothing is found, a
    file is named twice, or two files have one label.
    """
    rounds = tuple(one for name in list_locations(location) for one in _waves_at(name))
    _refuse_repeats(rounds)
    if not rounds[1:]:
        return rounds
    files = tuple(sorted(file for one in rounds for file in one.files))
    if all(one.files for one in rounds) and _are_parts(files):
        return (WaveFiles("", str(files[0].parent), files),)
    labelled = _label_waves(rounds)
    if not all(re.search(r"\d", one.label) for one in labelled):
        return labelled
    from cxtui.survey.inference.special_columns import wave_sort_key

    return tuple(sorted(labelled, key=lambda one: wave_sort_key(one.label)))


def state_of_files(location: Location) -> str:
    """Return a text that changes with the files of the survey; raises `SourceError` for none."""
    from cxtui.fingerprint import fingerprint_of

    try:
        return fingerprint_of(find_files(*list_locations(location)))
    except OSError as error:
        raise unreadable_error(describe_location(location), error) from None


def codebook_path(location: Location) -> Path:
    """Return the path of the codebook beside `location`: `NAME.codebook.toml`.

    For several files it is beside the first, named after the common beginning of their names:
    `cmo-waves.codebook.toml` for `cmo-2015.csv` and `cmo-2016.csv`, else `waves.codebook.toml`.
    """
    paths = map(expand_home, list_locations(location))
    # `.` and `..` are no names
    named = [path.resolve() if path.name in {"", ".."} else path for path in paths]
    folder = named[0].parent
    if len(named) == 1:
        return folder / f"{named[0].stem}{CODEBOOK_ENDING}"
    words = [_TOKEN.findall(one.stem) for one in named]
    shared = "".join(words[0][: shared_length(words)]).strip("-_. ")
    return folder / (f"{shared}-waves{CODEBOOK_ENDING}" if shared else f"waves{CODEBOOK_ENDING}")


def _waves_at(name: str) -> list[WaveFiles]:
    if is_remote(name):
        return [WaveFiles("", name, ())]
    files = find_files(name)
    if len(files) == 1 or _is_one_table(files):
        return [WaveFiles("", name, files)]
    endings = {file.suffix.lower() for file in files}
    kinds = [kind for kind in _KINDS if not endings.isdisjoint(kind)]
    if len(kinds) > 1 and not _named_by_wave(files):
        mixed = " and ".join(sorted(endings))
        raise SourceError("{} mixes {}: name one kind", files[0].parent, mixed)
    if endings - ENDINGS:
        return [WaveFiles("", name, files)]  # the reader says what cannot be read
    return [WaveFiles("", str(file), (file,)) for file in files]


def _is_one_table(files: Sequence[Path]) -> bool:
    """Return whether the Parquet files of one folder are parts of one table, as most are."""
    if not all(file.suffix.lower() in PARQUET for file in files):
        return False
    partitioned = any("=" in part for file in files for part in file.parts[:-1])
    return partitioned or len(files) > _MOST or not _named_by_wave(files)


def _are_parts(files: Sequence[Path]) -> bool:
    """Return whether files named one by one (by a shell's pattern) are the parts of one table."""
    return all(file.suffix.lower() in PARQUET and _ENGINE_PART.match(file.stem) for file in files)


def _named_by_wave(files: Sequence[Path]) -> bool:
    labels = _labels([(file.parent, file.stem) for file in files])
    return len(set(labels)) == len(files) and all(_ROUND.match(label) for label in labels)


def _refuse_repeats(rounds: Sequence[WaveFiles]) -> None:
    seen: dict[Path, Path] = {}
    for one in rounds:
        for file in one.files:
            try:
                real = file.resolve()
            except OSError as error:
                raise unreadable_error(str(file), error) from None
            except RuntimeError:  # links in a circle
                raise SourceError("{}: {}", file, os.strerror(errno.ELOOP)) from None
            if seen.get(real) == file:
                raise SourceError("{} is named twice: name each wave once", file)
            if real in seen:
                raise SourceError("{} is {} once more: name each wave once", file, seen[real])
            seen[real] = file


def _label_waves(rounds: Sequence[WaveFiles]) -> tuple[WaveFiles, ...]:
    labels = _labels([_folder_and_name(one) for one in rounds])
    known: dict[str, WaveFiles] = {}
    for label, one in zip(labels, rounds, strict=True):
        if label in known:
            message = "{} and {} would both be the wave {!r}: name one of them, or rename it"
            raise SourceError(message, known[label].location, one.location, label)
        known[label] = replace(one, label=label)
    return tuple(known.values())


def _folder_and_name(one: WaveFiles) -> tuple[Path, str]:
    """Return the folder and the name from which the label of a wave is made."""
    path = expand_home(one.location)
    path = path if path.is_dir() or not one.files else one.files[0]
    return path.absolute().parent, path.name if path.is_dir() else path.stem


def _labels(places: Sequence[tuple[Path, str]]) -> list[str]:
    """Return the differing parts of the names, including folders where names repeat."""
    names = [name for _, name in places]
    if len(set(names)) < len(names):
        above = Path(commonpath([folder.absolute() for folder, _ in places]))
        folders = [folder.absolute().relative_to(above).parts for folder, _ in places]
        names = ["/".join((*parts, name)) for parts, name in zip(folders, names, strict=True)]
    years = [set(_YEAR.findall(name)) for name in names]
    if all(len(one) == 1 for one in years) and len(set.union(*years)) == len(years):
        return [one.pop() for one in years]
    words = [_TOKEN.findall(name) for name in names]
    begin = shared_length(words)
    rest = [one[begin:] for one in words]
    end = shared_length([one[::-1] for one in rest])
    labels = ["".join(one[: len(one) - end]).strip("-_./ ") for one in rest]
    return labels if all(labels) else names
