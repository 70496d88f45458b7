"""Reader of SPSS, Stata and SAS files: respondents, and the codebook that the file declares.

pyreadstat decodes all of these formats in memory, preserves user-missing values, and needs only
narwhals and numpy. polars-readstat would scan lazily, but does not return response sets. The weight
of SPSS files, which neither returns, is read by `sav_dictionary`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.messages import tr
from cxtui.sources.column_storage import integers_if_whole, with_integers_if_whole
from cxtui.sources.readers.date_columns import convert_package_dates, is_time_of_day
from cxtui.sources.readers.statistics.batteries import group_batteries
from cxtui.sources.readers.statistics.decoding import (
    Columns,
    catalog_labels,
    check_file,
    decode,
)
from cxtui.sources.readers.statistics.missing_dates import add_missing_dates
from cxtui.sources.readers.statistics.response_sets import response_set_question
from cxtui.sources.readers.statistics.sav_dictionary import SavDictionary, read_sav_dictionary
from cxtui.sources.readers.statistics.variable import MissingRange, Value, Variable
from cxtui.sources.readers.statistics.variables import declared_question, distinct_values, is_weight
from cxtui.sources.reading_progress import ProgressMeter, announce_step
from cxtui.sources.source import Source
from cxtui.survey.inference.column_values import count_values
from cxtui.survey.inference.special_columns import is_wave_column
from cxtui.survey.model import Codebook, ColumnLabel, ExcludedColumn
from cxtui.survey.question import Kind, Question
from cxtui.text import clean

_TAG = -9_000_000_000
_EXACT = 2.0**53


def read_statistics(files: tuple[Path, ...]) -> Source:
    """Return the source of an SPSS, Stata or SAS file; raises `SourceError` if it is damaged."""
    file = files[0]
    ending = file.suffix.lower()
    check_file(file, ending)
    is_sav = ending in {".sav", ".zsav"}
    dictionary = read_sav_dictionary(file) if is_sav else SavDictionary("", 0, ())
    data, facts, encoding = decode(file, ending, dictionary.cases, dictionary.encoding)
    labelled, notes = catalog_labels(file, facts) if ending == ".sas7bdat" else ({}, ())
    if encoding:
        message = (
            "the texts are not in the encoding that the file declares: read as {}, auto-detected"
        )
        notes = (*notes, tr(message, encoding))
    facts.variable_value_labels |= labelled
    if dictionary.cases < 0:
        message = (
            "the file does not say how many respondents it has: none can be seen to be missing"
        )
        notes = (*notes, tr(message))
    variables, frame = _variables(file, data, facts, dictionary)
    weights = {name for name, one in variables.items() if is_weight(one, frame[name])}
    for name in (weights | {dictionary.weight}) & variables.keys():
        frame = without_missing(frame, variables[name])
    described = {name: one for name, one in variables.items() if name not in weights}
    codebook, lists = _codebook(described, frame, dictionary, clean(facts.file_label or ""))
    columns = [one for name in frame.columns for one in (*lists.get(name, ()), frame[name])]
    named = {name: clean(one.label) for name, one in variables.items() if one.label}
    return Source(
        nw.from_native(pl.DataFrame(columns).lazy()),
        files,
        labels={name: ColumnLabel(name, label) for name, label in named.items()},
        dictionary=codebook,
        notes=notes,
        converted=True,
    )


def _variables(
    file: Path, data: Columns, facts: Any, dictionary: SavDictionary
) -> tuple[dict[str, Variable], pl.DataFrame]:
    """Return the variables of a file by name, and the frame of their values."""
    names = ProgressMeter(file, len(data), "Putting together {} … {} %").track(data)
    values = [_raw_column(facts, name, data[name]) for name in names]
    announce_step([file], "Looking for dates and for questions of several variables …")
    raw = _raw_columns(values)
    ending = file.suffix.lower()
    columns = [_column(facts, series, ending) for series in raw]
    frame = pl.DataFrame([series for _, series in columns])
    for one in dictionary.sets:  # a set has one type
        members = [name for name in one.columns if name in frame.columns]
        if {frame[name].dtype for name in members} == {pl.Int64, pl.Float64}:
            frame = frame.with_columns(pl.col(members).cast(pl.Float64))
    return {variable.name: variable for variable, _ in columns}, frame


def _tags(facts: Any, name: str) -> dict[str, int]:
    """Return the numbers that represent the tagged missing values of a variable, by tag."""
    used = set(facts.missing_user_values.get(name) or ())
    if facts.readstat_variable_types.get(name) != "string":
        labels = facts.variable_value_labels.get(name) or {}
        used |= {one for one in labels if isinstance(one, str)}
    return {tag: _TAG + ord(tag) for tag in sorted(used)}


def _raw_column(facts: Any, name: str, values: list[Any]) -> pl.Series:
    """Return the values of a variable as texts or floats, with numbers for tags."""
    if facts.readstat_variable_types.get(name) == "string":
        return pl.Series(name, values, dtype=pl.String)
    if tags := _tags(facts, name):
        values = [tags.get(one, one) if isinstance(one, str) else one for one in values]
    return pl.Series(name, values, dtype=pl.Float64, strict=False)


def _raw_columns(columns: Iterable[pl.Series]) -> pl.DataFrame:
    """Return texts and floats, with whole numbers as integers (codes: `1`, not `1.0`).

    Empty texts are null. All columns are converted at once: each by itself takes a millisecond.
    """
    frame = pl.DataFrame(list(columns)).with_columns(
        pl.col(pl.String).replace({"": None}), pl.col(pl.Float64).fill_nan(None)
    )
    return with_integers_if_whole(frame)


def _column(facts: Any, raw: pl.Series, ending: str) -> tuple[Variable, pl.Series]:
    """Return a variable and its column; dates missing for a reason have a date of their own."""
    name, tags = raw.name, _tags(facts, raw.name)
    variable = _variable(facts, name, raw, tags)
    if raw.dtype == pl.String:
        return variable, raw
    untagged = raw.set(raw.is_in(list(tags.values())), None) if tags else raw
    converted = convert_package_dates(untagged, _format_of(facts, name), ending)
    if converted.dtype.is_temporal():
        return add_missing_dates(variable, raw, converted)
    if converted is untagged:
        return variable, raw
    if tags:
        is_tag = raw.is_in(list(tags.values()))
        converted = raw.cast(converted.dtype).zip_with(is_tag, converted)
    return variable, integers_if_whole(converted.alias(name))


def _format_of(facts: Any, name: str) -> str:
    return str(facts.original_variable_types.get(name) or "")


def _variable(facts: Any, name: str, series: pl.Series, tags: Mapping[str, int]) -> Variable:
    labels = facts.variable_value_labels.get(name) or {}
    is_text = series.dtype == pl.String
    is_time = is_time_of_day(_format_of(facts, name)) and not is_text
    label = facts.column_names_to_labels.get(name) or (name if is_time else "")
    return Variable(
        name=name,
        label=tr("{} (seconds)", label) if is_time else label,
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
        if found is None or found[0].id in ids:
            continue
        question, column = found
        ids.add(question.id)
        questions.append(question)
        if column is not None:
            first = next(name for name in frame.columns if name in one.columns)
            lists.setdefault(first, []).append(column)
        in_sets |= dict.fromkeys(one.columns, question.id)
    numeric = [name for name, dtype in frame.schema.items() if dtype.is_numeric()]
    weight = dictionary.weight if dictionary.weight in numeric else ""
    for name, variable in variables.items():
        if name not in in_sets and name != weight:
            own = declared_question(variable, frame[name])
            questions += [own] if own and own.id not in ids else []
    questions = group_batteries(questions, variables, frame)
    unused = variables.keys() - {name for one in questions for name in one.columns}
    excluded = {name: tr("counted in {}", in_sets[name]) for name in in_sets if name in unused}
    wave, reason = _find_wave(questions, frame)
    codebook = Codebook(
        questions=tuple(questions),
        title=title,
        source=tr("weighted by {}, as the file itself says", weight) if weight else "",
        weight=weight,
        wave=wave,
        wave_guess=reason,
        excluded=tuple(map(ExcludedColumn, excluded, excluded.values())),
    )
    return codebook, lists


def described_questions(
    variables: Mapping[str, Variable], frame: pl.DataFrame
) -> tuple[Question, ...]:
    """Return the questions of the columns whose codes are described; others are inferred."""
    coded = {name: one for name, one in variables.items() if one.labels or one.missing}
    found = [
        own
        for name, one in coded.items()
        if frame[name].dtype.is_numeric() or frame[name].dtype == pl.String
        if (own := declared_question(one, frame[name])) is not None
    ]
    return tuple(group_batteries(found, coded, frame))


def without_missing(frame: pl.DataFrame, variable: Variable) -> pl.DataFrame:
    """Return the frame with the user-missing values of a column as null: they are no weights."""
    column = frame[variable.name]
    missing = [value for value in distinct_values(column) if variable.is_missing(value)]
    return frame.with_columns(column.set(column.is_in(missing), None)) if missing else frame


def _find_wave(questions: Iterable[Question], frame: pl.DataFrame) -> tuple[str, str]:
    """Return the first labelled question that is a wave, and the reason; empty if none."""
    for one in questions:
        if one.kind is Kind.SINGLE:
            values = frame[one.columns[0]].unique()
            column = count_values(nw.from_native(values, series_only=True))
            if is_wave_column(column):
                return one.id, tr("{!r} is named like a wave and its values count rounds", one.id)
    return "", ""
