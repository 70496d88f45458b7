"""Opening of a survey, from files or a data frame: read it, and complete its codebook."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from cxtui.errors import CodebookError, SourceError, engine_errors, first_line
from cxtui.fingerprint import fingerprint_of, settled_fingerprint
from cxtui.messages import tr
from cxtui.sources.cache.survey_cache import cache_place, codebook_state
from cxtui.sources.codebook_location import find_codebook_file, own_codebook_note
from cxtui.sources.locate import is_spark_address, unreadable_error
from cxtui.sources.readers.timeouts import DEFAULT_TIMEOUT
from cxtui.sources.source import Source
from cxtui.sources.wave_files import Location, WaveFiles, describe_location, find_waves
from cxtui.survey.codebook.early_survey import show_early
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.note import NoteKind, notes_about

if TYPE_CHECKING:
    from narwhals.stable.v2.typing import IntoFrame

_READINGS = 3
"""Attempts to read files that change meanwhile."""


def open_survey(
    location: Location, codebook: str = "", timeout: float = DEFAULT_TIMEOUT, sheet: str = ""
) -> Survey:
    """Return the survey at `location`: a file, a folder, a pattern with `*`, or several of them.

    Several files become one survey, in which each is a wave. The codebook is the file `codebook`
    if given, else the saved one (see `codebook_location`), else the one inside the survey;
    questions of all other columns are inferred from up to 20,000 respondents. A server may take
    `timeout` seconds to answer. `sheet` names a sheet of a workbook. Raises `SourceError` or
    `CodebookError`.
    """
    rounds = find_waves(location)
    files = tuple(file for one in rounds for file in one.files)
    with _one_line_errors(describe_location(location)):
        return _read_still(
            files,
            lambda: _codebook_files(rounds, location, codebook),
            lambda: _open_rounds(rounds, location, codebook, timeout, sheet),
        )


def _codebook_files(
    rounds: Sequence[WaveFiles], location: Location, codebook: str
) -> tuple[Path, ...]:
    """Return the codebooks of the survey and of its waves, as far as there are any now."""
    named = [find_codebook_file(location, codebook)]
    if len(rounds) > 1:
        named += [find_codebook_file(one.location) for one in rounds]
    return tuple(one for one in named if one is not None and one.is_file())


def _joined(files: tuple[Path, ...], more: Callable[[], tuple[Path, ...]]) -> tuple[Path, ...]:
    return (*files, *more())


def _read_still(
    files: tuple[Path, ...],
    codebooks: Callable[[], tuple[Path, ...]],
    read: Callable[[], Survey],
) -> Survey:
    """Return what `read` makes of files that do not change meanwhile; read again if they do.

    The last reading takes the codebooks as they are: of people who save them all the time, each is
    a whole one. Raises `SourceError` if the files never stand still, `SourceError` or
    `CodebookError` if they cannot be read.
    """
    for left in reversed(range(_READINGS)):
        looked = partial(_joined, files, codebooks if left else tuple)
        before = settled_fingerprint(looked())
        try:
            survey = read()
        except (SourceError, CodebookError):
            if fingerprint_of(looked()) == before:
                raise
        else:
            if fingerprint_of(looked()) == before:
                return survey
    raise SourceError("{} is being written: open it again once that is done", files[0])


def _open_rounds(
    rounds: Sequence[WaveFiles], location: Location, codebook: str, timeout: float, sheet: str
) -> Survey:
    if len(rounds) == 1:
        return _open_wave(rounds[0], codebook, timeout, sheet)
    if tables := [one.location for one in rounds if is_spark_address(one.location)]:
        raise SourceError("{} cannot be one of several waves: put them into one table", tables[0])
    from cxtui.sources.complete_survey import with_codebook
    from cxtui.sources.null_words import columns_with_words
    from cxtui.sources.stack_waves import stack_waves

    written = _declared_codebook(location, codebook)
    kept = columns_with_words(written)
    with show_early(None):
        waves = [_open_wave(one, sheet=sheet, kept=kept) for one in rounds]
    survey = stack_waves(waves, [one.label for one in rounds], describe_location(location))
    own = notes_about(NoteKind.FILE, own_codebook_note(location, codebook))
    survey = replace(survey, notes=(*survey.notes, *own))
    return survey if written is None else with_codebook(survey, written)


def open_frame(frame: IntoFrame, codebook: Codebook, title: str = "") -> Survey:
    """Return the survey whose respondents are the rows of `frame`.

    A lazy Polars frame stays lazy; every other frame is copied into Polars. What `codebook` does
    not mention is inferred, as for a file. Raises `SourceError` or `CodebookError`.
    """
    from cxtui.sources.complete_survey import complete_survey

    named = tr("the frame")
    with _one_line_errors(named):
        survey = complete_survey(Source(_in_polars(frame), ()), named, codebook)
    if title:
        survey = replace(survey, codebook=replace(survey.codebook, title=title))
    return survey


def _in_polars(frame: IntoFrame) -> nw.LazyFrame[Any]:
    """Return a frame as a lazy Polars frame; ordered categories stay in their order."""
    given = nw.from_native(frame)
    if given.implementation.is_polars():
        return given.lazy()
    schema = given.collect_schema().items()
    ordered = [file_column(name).cast(one) for name, one in schema if isinstance(one, nw.Enum)]
    if isinstance(given, nw.LazyFrame):
        given = given.collect(backend="polars")
    polars = given.lazy(backend="polars")
    return polars.with_columns(*ordered) if ordered else polars


def _open_wave(
    one: WaveFiles,
    codebook: str = "",
    timeout: float = DEFAULT_TIMEOUT,
    sheet: str = "",
    kept: Collection[str] = (),
) -> Survey:
    """Return the survey of one file or table, in which the columns `kept` stay as they are.

    What was read of a large file before, with the same codebook, is in the cache.
    """
    with _one_line_errors(one.location):
        beside = find_codebook_file(one.location, codebook)
        place = None
        if beside is None or beside.is_file():
            place = cache_place(one.files, sheet, codebook_state(beside, kept))
        survey = place.survey(one.location) if place else None
        if survey is None:
            survey = _read_wave(one, codebook, timeout, sheet, kept)
            if place:
                place.keep_survey(survey)
        own = notes_about(NoteKind.FILE, own_codebook_note(one.location, codebook))
        return replace(survey, notes=(*survey.notes, *own))


def _read_wave(
    one: WaveFiles, codebook: str, timeout: float, sheet: str, kept: Collection[str]
) -> Survey:
    # what is in the cache needs none of this
    from cxtui.sources.complete_survey import complete_survey
    from cxtui.sources.null_words import columns_with_words
    from cxtui.sources.read_source import read_source

    beside = _declared_codebook(one.location, codebook)
    source = read_source(one, timeout, sheet, columns_with_words(beside).union(kept))
    written = beside or _declared_codebook(one.location, codebook, source.codebook) or Codebook()
    return complete_survey(source, one.location, written)


@contextmanager
def _one_line_errors(location: str) -> Iterator[None]:
    """Raise engine and system errors as `SourceError`s of one line."""
    try:
        yield
    except OSError as error:
        raise unreadable_error(location, error) from None
    except engine_errors() as error:
        raise SourceError("{} could not be read: {}", location, first_line(error)) from None


def _declared_codebook(location: Location, codebook: str, inside: str = "") -> Codebook | None:
    """Return the declared codebook, from its file or inside the survey; `None` if there is none."""
    from cxtui.sources.declared_codebook import read_codebook_file
    from cxtui.survey.codebook.toml_format import read_codebook

    if file := find_codebook_file(location, codebook):
        return read_codebook_file(file)
    named = tr("the codebook inside {}", describe_location(location))
    return read_codebook(inside, named) if inside else None
