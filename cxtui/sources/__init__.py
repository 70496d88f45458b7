"""Where respondents come from: `open_survey` turns a location into a Survey."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable
from pathlib import Path

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import CodebookError, SourceError
from cxtui.sources import delimited, parquet
from cxtui.sources.source import Source
from cxtui.survey.codebook import SUFFIX, read_codebook
from cxtui.survey.infer import complete_codebook
from cxtui.survey.model import Codebook, Survey

_SAMPLE_ROWS = 20_000
_READERS: dict[str, Callable[[tuple[Path, ...]], Source]] = {
    **dict.fromkeys(parquet.SUFFIXES, parquet.read_parquet),
    **dict.fromkeys(delimited.SUFFIXES, delimited.read_delimited),
}


def open_survey(location: str, codebook: str = "") -> Survey:
    """Return the survey at `location`: a file, a folder of parts, or a pattern with `*`.

    The codebook is the file `codebook` if given, else the one beside the file, else the one
    inside it; columns that it does not mention are guessed from the first 20,000 respondents.
    Raises `SourceError` or `CodebookError`.
    """
    files = find_files(location)
    try:
        source = _reader(files)(files)
        schema = nw.Schema(source.frame.collect_schema())
        declared = _declared(location, source, codebook)
        _check_columns(declared, schema, location)
        sample = source.frame.head(_SAMPLE_ROWS).collect()
        respondents = int(source.frame.select(nw.len()).collect().item())
        whole = respondents <= _SAMPLE_ROWS
        return Survey(
            frame=source.frame,
            schema=schema,
            codebook=complete_codebook(declared, sample, labels=source.labels, whole=whole),
            location=location,
            fingerprint=source.fingerprint,
            respondents=respondents,
        )
    except pl.exceptions.PolarsError as error:
        reason = parquet.first_line(error)
        raise SourceError(f"{location} could not be read: {reason}") from None
    except OSError as error:
        raise _unreadable(location, error) from None


def find_files(location: str) -> tuple[Path, ...]:
    """Return the survey files at `location`, sorted; there is at least one.

    Raises `SourceError` where there is none.
    """
    path = Path(location).expanduser()
    try:
        if path.is_dir():
            found = _parts(path)
        elif path.exists():
            found = [path]
        else:
            found = sorted(Path(name) for name in glob.glob(str(path), recursive=True))
    except OSError as error:
        raise _unreadable(location, error) from None
    if found:
        return tuple(found)
    if path.is_dir():
        known = ", ".join(sorted(_READERS))
        raise SourceError(f"{location} is a folder without survey files ({known})")
    if glob.has_magic(location):
        raise SourceError(f"no file matches {location}; is the pattern quoted and the folder right?")
    raise SourceError(f"{location} does not exist{_nearest(path)}")


def _parts(folder: Path) -> list[Path]:
    parts = [one for one in folder.rglob("*") if one.suffix.lower() in _READERS and one.is_file()]
    return sorted(one for one in parts if not one.name.startswith((".", "_")))


def _nearest(path: Path) -> str:
    """Suggest the survey file that the user may have meant."""
    import difflib

    try:
        beside = [one for one in os.listdir(path.parent) if Path(one).suffix.lower() in _READERS]
    except OSError:
        return f"; neither does the folder {path.parent}"
    close = difflib.get_close_matches(path.name, beside, n=1)
    return f"; did you mean {path.with_name(close[0])}?" if close else ""


def _reader(files: tuple[Path, ...]) -> Callable[[tuple[Path, ...]], Source]:
    suffixes = {file.suffix.lower() for file in files}
    unknown = sorted(suffixes - set(_READERS))
    if unknown:
        known = ", ".join(sorted(_READERS))
        raise SourceError(f"{files[0]}: cannot read {unknown[0] or 'a file without ending'}; {known}")
    readers = {_READERS[suffix] for suffix in suffixes}
    if len(readers) > 1:
        raise SourceError(f"{files[0].parent} mixes {' and '.join(sorted(suffixes))}: name one kind")
    return readers.pop()


def _declared(location: str, source: Source, codebook: str) -> Codebook:
    """Return the codebook that somebody wrote: asked for, beside the file, or inside it."""
    path = Path(location).expanduser()
    beside = path.with_name(path.stem + SUFFIX)
    if codebook:
        return _read_codebook_file(Path(codebook).expanduser())
    if path.name and beside.is_file():
        return _read_codebook_file(beside)
    if source.codebook:
        return read_codebook(source.codebook, f"the codebook inside {location}")
    return Codebook()


def _read_codebook_file(file: Path) -> Codebook:
    try:
        return read_codebook(file.read_text(encoding="utf-8-sig"), str(file))
    except UnicodeDecodeError:
        raise CodebookError(f"{file} is not UTF-8 text") from None
    except OSError as error:
        raise CodebookError(f"{file}: {error.strerror}") from None


def _check_columns(codebook: Codebook, schema: nw.Schema, location: str) -> None:
    """Refuse a codebook that names a column or question which is not there."""
    columns = [(f"question {one.id!r}", name) for one in codebook.questions for name in one.columns]
    columns += [("weight", name) for name in (codebook.weight, *codebook.weights) if name]
    columns += [("respondent", codebook.respondent)] if codebook.respondent else []
    for what, name in columns:
        if name not in schema:
            raise CodebookError(f"the codebook's {what} needs column {name!r}; {location} has none")


def _unreadable(location: str, error: OSError) -> SourceError:
    return SourceError(f"{error.filename or location}: {error.strerror or error}")
