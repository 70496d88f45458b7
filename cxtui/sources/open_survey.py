"""Opening of a survey: find and read its files, and complete its codebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import SourceError, engine_errors, first_line
from cxtui.sources.codebook_location import find_codebook_file, own_codebook_note
from cxtui.sources.conversion_cache import read_cached
from cxtui.sources.declared_codebook import (
    check_columns,
    check_parts,
    merge_dictionary,
    order_as_file,
    read_codebook_file,
)
from cxtui.sources.item_storage import unify_item_types
from cxtui.sources.locate import (
    ARROW,
    COMPRESSED,
    DELIMITED,
    ENDINGS,
    EXCEL,
    PARQUET,
    STATISTICS,
    is_remote,
    is_spark_address,
    unreadable_error,
)
from cxtui.sources.readers.parquet_reader import read_parquet
from cxtui.sources.reading_progress import announce
from cxtui.sources.source import DEFAULT_TIMEOUT, Source
from cxtui.sources.unpacked_size import require_memory
from cxtui.sources.wave_files import Location, WaveFiles, describe_location, find_waves
from cxtui.survey.codebook.toml_format import read_codebook
from cxtui.survey.file_columns import file_column
from cxtui.survey.inference.infer_codebook import add_missing_waves, complete_codebook
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.note import NoteKind, notes_about
from cxtui.survey.question import Kind

_SAMPLE_ROWS = 20_000
_ROW_BYTES = 16
"""Memory of a respondent while one column is counted; a tiny file can declare billions."""

_DESIGN = frozenset({"weights", "respondent", "strata", "cluster", "population"})


# Each reader is loaded only for its own kind of file.


def _read_delimited(files: tuple[Path, ...]) -> Source:
    from cxtui.sources.readers.delimited.delimited_reader import read_delimited

    return read_delimited(files)


def _read_statistics(files: tuple[Path, ...]) -> Source:
    from cxtui.sources.readers.statistics.statistics_reader import read_statistics

    return read_statistics(files)


def _read_excel(files: tuple[Path, ...]) -> Source:
    from cxtui.sources.readers.excel.excel_reader import read_excel

    return read_excel(files)


def _read_arrow(files: tuple[Path, ...]) -> Source:
    from cxtui.sources.readers.arrow_reader import read_arrow

    return read_arrow(files)


READERS: dict[str, Callable[[tuple[Path, ...]], Source]] = {
    **dict.fromkeys(PARQUET, read_parquet),
    **dict.fromkeys(DELIMITED | COMPRESSED, _read_delimited),
    **dict.fromkeys(STATISTICS, _read_statistics),
    **dict.fromkeys(EXCEL, _read_excel),
    **dict.fromkeys(ARROW, _read_arrow),
}
"""The reader of each file ending."""
_ADVICE = {
    ".xls": "open it in Excel or LibreOffice and save it as .xlsx",
    ".zst": "unpack it, or let `zstd -dc FILE | cxtui -` do so",
    ".zip": "unpack it and open the file inside",
    ".sas7bcat": "it holds the labels of a .sas7bdat: put it beside that file and open that one",
}
"""Advice for known endings that cannot be read."""


def open_survey(location: Location, codebook: str = "", timeout: float = DEFAULT_TIMEOUT) -> Survey:
    """Return the survey at `location`: a file, a folder, a pattern with `*`, or several of them.

    Several files become one survey, in which each is a wave. The codebook is the file `codebook`
    if given, else the saved one (see `codebook_location`), else the one inside the survey;
    questions of all other columns are inferred from up to 20,000 respondents. A server may take
    `timeout` seconds to answer. Raises `SourceError` or `CodebookError`.
    """
    rounds = find_waves(location)
    if len(rounds) == 1:
        return _open_wave(rounds[0], codebook, timeout)
    if at_server := [one.location for one in rounds if is_spark_address(one.location)]:
        raise SourceError(f"{at_server[0]} cannot be one of several waves: put them into one table")
    from cxtui.sources.stack_waves import stack_waves

    where = describe_location(location)
    with one_line_errors(where):
        waves = [_open_wave(one) for one in rounds]
        survey = stack_waves(waves, [one.label for one in rounds], where)
        own = notes_about(NoteKind.FILE, own_codebook_note(location, codebook))
        survey = replace(survey, notes=(*survey.notes, *own))
        written = _declared_codebook(location, codebook)
        return survey if written is None else _with_codebook(survey, written)


def _open_wave(one: WaveFiles, codebook: str = "", timeout: float = DEFAULT_TIMEOUT) -> Survey:
    """Return the survey of one file or table."""
    location = one.location
    with one_line_errors(location):
        source = _read_source(one, timeout)
        written = _declared_codebook(location, codebook, source.codebook) or Codebook()
        survey = survey_of_source(source, location, written)
        own = notes_about(NoteKind.FILE, own_codebook_note(location, codebook))
        return replace(survey, notes=(*survey.notes, *own))


def survey_of_source(source: Source, location: str, written: Codebook) -> Survey:
    """Return the survey of a source; questions that `written` lacks are inferred from a sample.

    `location` names them in messages. Raises `CodebookError` where `written` does not fit them.
    """
    schema = dict(source.frame.collect_schema())
    check_columns(written, schema, location)
    declared = merge_dictionary(written, source.dictionary)
    respondents = source.respondents
    if respondents is None:
        respondents = int(source.frame.select(nw.len()).collect().item())
    if source.sample is None:
        require_memory(location, respondents * _ROW_BYTES)
        sample = _sample(source.frame, respondents)
    else:
        sample = source.sample(respondents)
    whole = respondents <= len(sample)
    completed = complete_codebook(declared, sample, labels=source.labels, whole=whole)
    if source.dictionary.questions:
        completed = order_as_file(completed, written, list(schema))
    if not whole and not declared.wave:
        completed = add_missing_waves(completed, _wave_values(source.frame, completed))
    check_parts(completed, location)
    frame, stored = unify_item_types(source.frame, schema, completed)
    return Survey(
        frame=frame,
        schema=stored,
        codebook=completed,
        location=location,
        fingerprint=source.fingerprint,
        respondents=respondents,
        notes=(
            *notes_about(NoteKind.FILE, source.notes),
            *notes_about(NoteKind.CUT_OFF, source.cut_off),
        ),
        files=source.files,
    )


def _read_source(one: WaveFiles, timeout: float) -> Source:
    if is_spark_address(one.location):
        from cxtui.sources.readers.spark.spark_reader import read_spark

        return read_spark(one.location, timeout)
    if is_remote(one.location):
        from cxtui.sources.object_stores import read_remote

        return read_remote(one.location)
    return read_cached(one.files, _reader_for(one.files))


def _with_codebook(survey: Survey, written: Codebook) -> Survey:
    """Return a survey of several waves with the codebook declared for all of them."""
    check_columns(written, survey.schema, survey.location)
    own = survey.codebook
    declared = merge_dictionary(written, own)
    ids = {one.id for one in declared.questions}
    parts = {
        part: getattr(own, part)
        for part in ("role", "wave", "banner", *_DESIGN)
        if not getattr(declared, part) and (part in _DESIGN or getattr(own, part) in ids)
    }
    guesses = {f"{part}_guess": getattr(own, f"{part}_guess") for part in parts.keys() - _DESIGN}
    declared = replace(declared, **parts, **guesses)
    sample = _sample(survey.frame, survey.respondents)
    whole = survey.respondents <= _SAMPLE_ROWS
    completed = complete_codebook(declared, sample, labels={}, whole=whole)
    check_parts(completed, survey.location)
    return replace(survey, codebook=completed)


@contextmanager
def one_line_errors(location: str) -> Iterator[None]:
    """Raise engine and system errors as `SourceError`s of one line."""
    try:
        yield
    except OSError as error:
        raise unreadable_error(location, error) from None
    except engine_errors() as error:
        raise SourceError(f"{location} could not be read: {first_line(error)}") from None


def _sample(frame: nw.LazyFrame[Any], respondents: int) -> nw.DataFrame[Any]:
    """Return all respondents, or 20,000 in four slices from the first to the last row.

    Files are often sorted by wave or country, so the first rows alone are not enough.
    """
    if respondents <= _SAMPLE_ROWS:
        return frame.collect()
    native: pl.LazyFrame = frame.to_native()
    size = _SAMPLE_ROWS // 4
    starts = [int(place * (respondents - size) / 3) for place in range(4)]
    return nw.from_native(pl.concat([native.slice(start, size) for start in starts]).collect())


def _wave_values(frame: nw.LazyFrame[Any], codebook: Codebook) -> list[object]:
    """Return all values of the wave's column; none for dates, whose periods come from counts."""
    question = codebook.find(codebook.wave)
    if question is None or question.kind is Kind.DATE:
        return []
    name = question.columns[0]
    if not frame.implementation.is_polars():
        announce(f"Looking for every wave in column {name!r} of all rows …")
    found = frame.select(file_column(name).alias("wave")).group_by("wave").agg(nw.len().alias("n"))
    return found.collect(backend="polars")["wave"].to_list()


def _reader_for(files: tuple[Path, ...]) -> Callable[[tuple[Path, ...]], Source]:
    suffixes = sorted({file.suffix.lower() for file in files})
    for suffix in suffixes:
        if suffix not in READERS:
            what = f"a {suffix} file" if suffix else "a file without ending"
            advice = _ADVICE.get(suffix, f"known are {', '.join(sorted(ENDINGS))}")
            raise SourceError(f"{files[0]}: {what} cannot be read; {advice}")
    readers = {READERS[suffix] for suffix in suffixes}
    if len(readers) > 1:
        raise SourceError(f"{files[0].parent} mixes {' and '.join(suffixes)}: name one kind")
    return readers.pop()


def _declared_codebook(location: Location, codebook: str, inside: str = "") -> Codebook | None:
    """Return the declared codebook, from its file or inside the survey; `None` if there is none."""
    if file := find_codebook_file(location, codebook):
        return read_codebook_file(file)
    return (
        read_codebook(inside, f"the codebook inside {describe_location(location)}")
        if inside
        else None
    )
