"""Reader of SPSS, Stata and SAS files: respondents, and the codebook that the file declares.

pyreadstat decodes all of these formats in memory, preserves user-missing values, and needs only
narwhals and numpy. polars-readstat would scan lazily, but does not return response sets. The weight
of SPSS files, which neither returns, is read by `sav_dictionary`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import SourceError, first_line
from cxtui.sources.readers.statistics.batteries import group_batteries
from cxtui.sources.readers.statistics.declared_size import require_dta
from cxtui.sources.readers.statistics.package_dates import convert_package_dates, is_time_of_day
from cxtui.sources.readers.statistics.response_sets import response_set_question
from cxtui.sources.readers.statistics.sas_catalogs import READ_ERRORS, catalog_labels
from cxtui.sources.readers.statistics.sav_dictionary import SavDictionary, read_sav_dictionary
from cxtui.sources.readers.statistics.variables import (
    MissingRange,
    Value,
    Variable,
    declared_question,
)
from cxtui.sources.readers.truncation import require_complete_transport
from cxtui.sources.reading_progress import MeteredFile, ProgressMeter, is_large
from cxtui.sources.source import Source, read_start
from cxtui.survey.inference.column_values import count_values
from cxtui.survey.inference.special_columns import is_wave_column
from cxtui.survey.model import Codebook, ColumnLabel, ExcludedColumn
from cxtui.survey.question import Kind, Question
from cxtui.text import clean

_TAG = -9_000_000_000
_EXACT = 2.0**53
_START_BYTES = 512
_CHUNK_ROWS = 10_000
_ENCRYPTED = b"ENCRYPTEDSAV"
_STATA_OLD = range(0x69, 0x74)
_SAS_MAGIC = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")
_OLD_ENCODING = "windows-1252"
_UNCOUNTED = "the file does not say how many respondents it has: none can be seen to be missing"
_USER_MISSING = frozenset({".sav", ".zsav", ".dta", ".sas7bdat"})


_NAMES = {
    **dict.fromkeys((".sav", ".zsav"), "an SPSS file"),
    ".por": "an SPSS portable file",
    ".dta": "a Stata file",
    ".sas7bdat": "a SAS file",
    **dict.fromkeys((".xpt", ".xpt5", ".xpt8"), "a SAS transport file"),
}


def read_statistics(files: tuple[Path, ...]) -> Source:
    """Return the source of an SPSS, Stata or SAS file, with its dictionary as a codebook.

    Raises `SourceError` if the file is of another format, damaged or truncated.
    """
    file = files[0]
    ending = file.suffix.lower()
    _require_format(file, ending)
    is_sav = ending in {".sav", ".zsav"}
    dictionary = read_sav_dictionary(file) if is_sav else SavDictionary("", 0, ())
    if ending == ".dta":
        require_dta(file)
    if ending.startswith(".xpt"):
        require_complete_transport(file)
    data, facts = _decode(file, ending)
    labelled, notes = catalog_labels(file, facts) if ending == ".sas7bdat" else ({}, ())
    facts.variable_value_labels |= labelled
    _require_whole(file, dictionary.cases, data)
    _require_names(file, facts.column_names, data)
    tags = {name: _tags(facts, name) for name in data}
    names = ProgressMeter(file, len(data), "Putting together {} … {} %").track(data)
    frame = pl.DataFrame([_series(facts, name, data[name], tags[name], ending) for name in names])
    frame = _unify_set_types(frame, dictionary)
    variables = {name: _variable(facts, name, frame[name], tags[name]) for name in frame.columns}
    codebook, lists = _codebook(variables, frame, dictionary, clean(facts.file_label or ""))
    frame = pl.DataFrame(
        [one for name in frame.columns for one in (*lists.get(name, ()), frame[name])]
    )
    labels = {
        name: ColumnLabel(name, clean(one.label)) for name, one in variables.items() if one.label
    }
    return Source(
        nw.from_native(frame.lazy()),
        files,
        labels=labels,
        dictionary=codebook,
        notes=(*notes, *((_UNCOUNTED,) if is_sav and dictionary.cases < 0 else ())),
        converted=True,
    )


def _require_format(file: Path, ending: str) -> None:
    start = read_start(file, _START_BYTES)
    if _ENCRYPTED in start[:32]:
        raise SourceError(f"{file} is encrypted: save it in SPSS without a password")
    known = {
        ".sav": start[:4] in {b"$FL2", b"$FL3"},
        ".zsav": start[:4] in {b"$FL2", b"$FL3"},
        ".por": b"SPSSPORT" in start.replace(b"\r", b"").replace(b"\n", b""),
        ".dta": start.startswith(b"<stata_dta>") or start[0] in _STATA_OLD,
        ".sas7bdat": start.startswith(_SAS_MAGIC),
        ".xpt": start.startswith(b"HEADER RECORD"),
    }
    if not known[ending[:4] if ending.startswith(".xpt") else ending]:
        raise SourceError(
            f"{file} is not {_NAMES[ending]}, whatever its name says; "
            "if it holds delimited text, name it .csv or .tsv"
        )


def _decode(file: Path, ending: str) -> tuple[Mapping[str, list[Any]], Any]:
    """Return pyreadstat's columns and metadata; text falls back to windows-1252.

    Raises `SourceError` if the file cannot be decoded.
    """
    import pyreadstat

    readers = {
        **dict.fromkeys((".sav", ".zsav"), pyreadstat.read_sav),
        ".por": pyreadstat.read_por,
        ".dta": pyreadstat.read_dta,
        ".sas7bdat": pyreadstat.read_sas7bdat,
    }
    read = readers.get(ending, pyreadstat.read_xport)
    options: dict[str, Any] = {"output_format": "dict", "disable_datetime_conversion": True}
    if ending in _USER_MISSING:
        options["user_missing"] = True
    data: Mapping[str, list[Any]]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # repeated names are renamed
            try:
                data, facts = _read(read, file, options)
            except (pyreadstat.ReadstatError, UnicodeDecodeError) as error:
                if ending == ".por" or not _is_about_text(error):
                    raise
                data, facts = _read(read, file, {**options, "encoding": _OLD_ENCODING})
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, *READ_ERRORS) as error:
        raise SourceError(
            f"{file} could not be read as {_NAMES[ending]} ({first_line(error)}): "
            "was it cut off? Download or export it again"
        ) from None
    return data, facts


def _read(read: Any, file: Path, options: dict[str, Any]) -> tuple[Mapping[str, list[Any]], Any]:
    """Return columns and metadata; a large file reports progress and lets other threads run."""
    if not is_large(file):
        data, facts = read(str(file), **options)
    elif file.suffix.lower() == ".dta":
        data, facts = _read_in_chunks(read, file, options)
    else:
        with MeteredFile(file) as opened:
            data, facts = read(opened, **options)
    return data, facts


def _read_in_chunks(
    read: Any, file: Path, options: dict[str, Any]
) -> tuple[Mapping[str, list[Any]], Any]:
    """Return columns and metadata of a Stata file, decoded in chunks of rows."""
    _, facts = read(str(file), metadataonly=True, **options)
    data: dict[str, list[Any]] = {name: [] for name in facts.column_names}
    tags: dict[str, set[str]] = {}
    starts = range(0, facts.number_rows or 0, _CHUNK_ROWS)
    for start in ProgressMeter(file, len(starts)).track(starts):
        rows, found = read(str(file), row_offset=start, row_limit=_CHUNK_ROWS, **options)
        for name, values in rows.items():
            data[name].extend(values)
        for name, used in found.missing_user_values.items():
            tags.setdefault(name, set()).update(used)
    facts.missing_user_values = {name: sorted(used) for name, used in tags.items()}
    return data, facts


def _is_about_text(error: Exception) -> bool:
    return isinstance(error, UnicodeDecodeError) or "convert" in str(error)


def _require_whole(file: Path, cases: int, data: Mapping[str, list[Any]]) -> None:
    rows = len(next(iter(data.values()), []))
    if not data:
        raise SourceError(f"{file} holds no variables")
    if cases > rows:
        raise SourceError(
            f"{file} says it has {cases:,} respondents, but holds {rows:,}: "
            "was it cut off? Download or export it again"
        )


def _require_names(file: Path, names: Sequence[str], data: Mapping[str, list[Any]]) -> None:
    """Raise `SourceError` if variables have no name or share one."""
    if len(names) != len(data) or not all(names):
        raise SourceError(
            f"{file} is damaged: not every variable has a name of its own; "
            "download or export it again"
        )


def _tags(facts: Any, name: str) -> dict[str, int]:
    """Return the numbers that represent the tagged missing values of a variable, by tag."""
    used = set(facts.missing_user_values.get(name) or ())
    if facts.readstat_variable_types.get(name) != "string":
        labels = facts.variable_value_labels.get(name) or {}
        used |= {one for one in labels if isinstance(one, str)}
    return {tag: _TAG + ord(tag) for tag in sorted(used)}


def _series(
    facts: Any, name: str, values: list[Any], tags: Mapping[str, int], ending: str
) -> pl.Series:
    """Return a column, whole numbers as integers (codes: `1`, not `1.0`), empty texts as null."""
    if facts.readstat_variable_types.get(name) == "string":
        series = pl.Series(name, values, dtype=pl.String)
        return series.set(series == "", None)
    if tags:
        values = [tags.get(one, one) if isinstance(one, str) else one for one in values]
    series = pl.Series(name, values, dtype=pl.Float64, strict=False).fill_nan(None)
    whole = ((series == series.floor()) & (series.abs() < _EXACT)).all()
    series = series.cast(pl.Int64) if whole else series
    return convert_package_dates(series, _format_of(facts, name), ending)


def _unify_set_types(frame: pl.DataFrame, dictionary: SavDictionary) -> pl.DataFrame:
    """Return the frame with integers cast to floats in response sets that hold both."""
    for one in dictionary.sets:
        names = [name for name in one.columns if name in frame.columns]
        if {frame[name].dtype for name in names} == {pl.Int64, pl.Float64}:
            frame = frame.with_columns(pl.col(names).cast(pl.Float64))
    return frame


def _format_of(facts: Any, name: str) -> str:
    return str(facts.original_variable_types.get(name) or "")


def _variable(facts: Any, name: str, series: pl.Series, tags: Mapping[str, int]) -> Variable:
    labels = facts.variable_value_labels.get(name) or {}
    is_text = series.dtype == pl.String
    is_time = is_time_of_day(_format_of(facts, name)) and not is_text
    label = facts.column_names_to_labels.get(name) or (name if is_time else "")
    return Variable(
        name=name,
        label=f"{label} (seconds)" if is_time else label,
        labels={
            _value(tags.get(value, value), is_text=is_text): label
            for value, label in labels.items()
        },
        missing=tuple(
            MissingRange(_value(one["lo"], is_text=is_text), _value(one["hi"], is_text=is_text))
            for one in facts.missing_ranges.get(name) or ()
        ),
        level="scale" if is_time else facts.variable_measure.get(name) or "unknown",
        tags=tags,
    )


def _value(value: Any, *, is_text: bool) -> Value:
    """Return a value of the dictionary in the type of its column."""
    if is_text:
        return str(value).rstrip()
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < _EXACT else number


def _codebook(
    variables: Mapping[str, Variable], frame: pl.DataFrame, dictionary: SavDictionary, title: str
) -> tuple[Codebook, dict[str, list[pl.Series]]]:
    """Return the declared codebook, and list columns of its sets by the column they precede."""
    questions: list[Question] = []
    lists: dict[str, list[pl.Series]] = {}
    in_sets: dict[str, str] = {}
    ids: set[str] = set()
    for one in dictionary.sets:
        found = response_set_question(one, variables, frame)
        if found is None or found.question.id in ids:
            continue
        ids.add(found.question.id)
        questions.append(found.question)
        if found.lists is not None:
            lists.setdefault(_first_column(one.columns, frame), []).append(found.lists)
        in_sets |= dict.fromkeys(one.columns, found.question.id)
    weight = dictionary.weight if _is_weight(frame, dictionary.weight) else ""
    for name, variable in variables.items():
        if name not in in_sets and name != weight:
            question = declared_question(variable, frame[name])
            questions += [question] if question and question.id not in ids else []
    questions = group_batteries(questions, variables, frame)
    used = {name for question in questions for name in question.columns}
    listed = [
        ExcludedColumn(name, f"counted in {identity}")
        for name, identity in in_sets.items()
        if name in variables and name not in used
    ]
    wave, reason = _find_wave(questions, frame)
    codebook = Codebook(
        questions=tuple(questions),
        title=title,
        source=f"weighted by {weight}, as the file itself says" if weight else "",
        weight=weight,
        wave=wave,
        wave_guess=reason,
        excluded=tuple(listed),
    )
    return codebook, lists


def _first_column(names: Iterable[str], frame: pl.DataFrame) -> str:
    return min((one for one in names if one in frame.columns), key=frame.columns.index)


def _is_weight(frame: pl.DataFrame, name: str) -> bool:
    return name in frame.columns and frame[name].dtype.is_numeric()


def _find_wave(questions: Iterable[Question], frame: pl.DataFrame) -> tuple[str, str]:
    """Return the first labelled question that is a wave, and the reason; empty if none."""
    for one in questions:
        if one.kind is Kind.SINGLE:
            values = frame[one.columns[0]].unique()
            column = count_values(nw.from_native(values, series_only=True))
            if is_wave_column(column):
                return one.id, f"{one.id!r} is named like a wave and its values count rounds"
    return "", ""
