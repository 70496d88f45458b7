"""Open a survey: its files, what they say of themselves, and what has to be guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import CodebookError, SourceError
from cxtui.sources.arrow import read_arrow
from cxtui.sources.delimited import read_delimited
from cxtui.sources.locate import (
    ARROW,
    DELIMITED,
    ENDINGS,
    EXCEL,
    PARQUET,
    STATISTICS,
    find_files,
    unreadable,
)
from cxtui.sources.parquet import first_line, read_parquet
from cxtui.sources.sidecar import codebook_file, kept_apart
from cxtui.sources.source import Source
from cxtui.sources.statistics import in_file_order, read_statistics, with_dictionary
from cxtui.survey.codebook import read_codebook
from cxtui.survey.infer import complete_codebook, with_all_waves
from cxtui.survey.model import Codebook, Kind, Question, Survey

_SAMPLE_ROWS = 20_000


def _read_excel(files: tuple[Path, ...]) -> Source:
    from cxtui.sources.excel import read_excel

    return read_excel(files)


_READERS: dict[str, Callable[[tuple[Path, ...]], Source]] = {
    **dict.fromkeys(PARQUET, read_parquet),
    **dict.fromkeys(DELIMITED, read_delimited),
    **dict.fromkeys(STATISTICS, read_statistics),
    **dict.fromkeys(EXCEL, _read_excel),
    **dict.fromkeys(ARROW, read_arrow),
}
_ADVICE = {".xls": "open it in Excel or LibreOffice and save it as .xlsx"}
"""What to do about endings that are known, but not read."""


def open_survey(location: str, codebook: str = "") -> Survey:
    """Return the survey at `location`: a file, a folder of parts, or a pattern with `*`.

    The codebook is the file `codebook` if given, else the one that was kept for it (see
    `cxtui.sources.sidecar`), else the one inside it; columns that it does not mention are guessed
    from 20,000 respondents.
    Raises `SourceError` or `CodebookError`.
    """
    files = find_files(location)
    try:
        source = _reader(files)(files)
        schema = dict(source.frame.collect_schema())
        written = _declared(location, source, codebook)
        _check_columns(written, schema, location)
        declared = with_dictionary(written, source.dictionary)
        respondents = int(source.frame.select(nw.len()).collect().item())
        whole = respondents <= _SAMPLE_ROWS
        sample = _sample(source.frame, respondents)
        completed = complete_codebook(declared, sample, labels=source.labels, whole=whole)
        if source.dictionary.questions:
            completed = in_file_order(completed, written, list(schema))
        if not whole and not declared.wave:
            completed = with_all_waves(completed, _waves(source.frame, completed))
        _check_parts(completed, location)
        return Survey(
            frame=source.frame,
            schema=schema,
            codebook=completed,
            location=location,
            fingerprint=source.fingerprint,
            respondents=respondents,
            notes=(*source.notes, *kept_apart(location, codebook)),
            files=source.files,
        )
    except pl.exceptions.PolarsError as error:
        reason = first_line(error)
        raise SourceError(f"{location} could not be read: {reason}") from None
    except OSError as error:
        raise unreadable(location, error) from None


def _sample(frame: nw.LazyFrame[Any], respondents: int) -> nw.DataFrame[Any]:
    """Return everybody, or 20,000 from the beginning, the middle and the end.

    Files are often sorted by wave or country: the first rows alone would hide the others.
    """
    if respondents <= _SAMPLE_ROWS:
        return frame.collect()
    native: pl.LazyFrame = frame.to_native()
    size = _SAMPLE_ROWS // 4
    starts = [int(place * (respondents - size) / 3) for place in range(4)]
    return nw.from_native(pl.concat([native.slice(start, size) for start in starts]).collect())


def _waves(frame: nw.LazyFrame[Any], codebook: Codebook) -> list[object]:
    """Return every value of the wave, dates apart: their periods are counted as they come."""
    question = codebook.find(codebook.wave)
    if question is None or question.kind is Kind.DATE:
        return []
    column = nw.col(question.columns[0])
    return [row[0] for row in frame.select(column).unique().collect().rows()]


def _reader(files: tuple[Path, ...]) -> Callable[[tuple[Path, ...]], Source]:
    suffixes = sorted({file.suffix.lower() for file in files})
    for suffix in suffixes:
        if suffix not in _READERS:
            what = f"a {suffix} file" if suffix else "a file without ending"
            advice = _ADVICE.get(suffix, f"known are {', '.join(sorted(ENDINGS))}")
            raise SourceError(f"{files[0]}: {what} cannot be read; {advice}")
    readers = {_READERS[suffix] for suffix in suffixes}
    if len(readers) > 1:
        raise SourceError(f"{files[0].parent} mixes {' and '.join(suffixes)}: name one kind")
    return readers.pop()


def _declared(location: str, source: Source, codebook: str) -> Codebook:
    """Return the codebook that somebody wrote: asked for, beside the file, or inside it."""
    if kept := codebook_file(location, codebook):
        return _read_codebook_file(kept)
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


def check_codebook(
    codebook: Codebook, schema: Mapping[str, nw.dtypes.DType], location: str
) -> None:
    """Refuse a codebook that does not fit the columns of a survey; raises `CodebookError`."""
    _check_columns(codebook, schema, location)
    _check_parts(codebook, location)


def _check_columns(
    codebook: Codebook, schema: Mapping[str, nw.dtypes.DType], location: str
) -> None:
    """Refuse a codebook that names a column or question which is not there."""
    columns = [(f"question {one.id!r}", name) for one in codebook.questions for name in one.columns]
    columns += [("weight", name) for name in (codebook.weight, *codebook.weights) if name]
    for what in ("respondent", "strata", "cluster", "population"):
        columns += [(what, name)] if (name := getattr(codebook, what)) else []
    for what, name in columns:
        if name not in schema:
            raise CodebookError(f"the codebook's {what} needs column {name!r}; {location} has none")
    if codebook.population and not schema[codebook.population].is_numeric():
        raise CodebookError(
            f"the codebook's population takes numbers, but its column {codebook.population!r} "
            f"holds {schema[codebook.population]}"
        )
    if codebook.strata and codebook.strata == codebook.cluster:
        raise CodebookError(f"the codebook's strata and cluster are both {codebook.strata!r}")
    for one in codebook.questions:
        _check_kind(one, schema[one.columns[0]])


def _check_kind(question: Question, dtype: nw.dtypes.DType) -> None:
    """Refuse a number that is text and a date that is none."""
    is_date = isinstance(dtype, nw.Date | nw.Datetime)
    if (question.kind is Kind.NUMERIC and not dtype.is_numeric()) or (
        question.kind is Kind.DATE and not is_date
    ):
        raise CodebookError(
            f"the codebook calls {question.id!r} {question.kind}, "
            f"but its column {question.columns[0]!r} holds {dtype}"
        )


def _check_parts(codebook: Codebook, location: str) -> None:
    """Refuse a role, wave or banner that is no single-choice question."""
    for part in ("role", "wave", "banner"):
        name = getattr(codebook, part)
        question = codebook.find(name)
        if name and (question is None or not question.parts_respondents):
            raise CodebookError(
                f"the codebook's {part} is {name!r}, "
                f"but {location} has no single-choice question of that id"
            )
