"""Questions from the multiple-response sets that an SPSS file declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from cxtui.sources.readers.statistics.sav_dictionary import ResponseSet
from cxtui.sources.readers.statistics.variable import Value, Variable
from cxtui.sources.readers.statistics.variables import distinct_values, missing_categories
from cxtui.survey.question import Category, Kind, Question, code_of
from cxtui.text import clean


def response_set_question(
    declared: ResponseSet, variables: Mapping[str, Variable], frame: pl.DataFrame
) -> tuple[Question, pl.Series | None] | None:
    """Return the question of a set and its list column if it needs one.

    Dichotomies keep their columns. Sets of categories, and dichotomies whose columns differ in
    their user-missing values, become one list column: null for no answer, empty if no option was
    chosen. Returns `None` if the variables have different types.
    """
    members = {name: variables[name] for name in declared.columns if name in variables}
    kinds = {frame[name].dtype for name in members}
    if len(members) < 2 or len(kinds) > 1 or any(kind.is_temporal() for kind in kinds):  # noqa: PLR2004
        return None
    values = {name: distinct_values(frame[name]) for name in members}
    answers: dict[str, dict[Value, str]]
    if declared.counted is None:
        labels = _answer_labels(members, values)
        categories = [Category(code_of(one), label) for one, label in labels.items()]
        answers = {name: {value: code_of(value) for value in labels} for name in members}
        missing = _missing(members, values, taken=())
    else:
        counted = _counted_value(declared.counted, kinds.pop())
        categories = [
            Category(_code(declared, name), _label(declared, variable, counted))
            for name, variable in members.items()
        ]
        codes = [one.code for one in categories]
        answers = {name: {counted: code} for name, code in zip(members, codes, strict=True)}
        missing = _missing(members, values, taken=codes)
        if all(one.is_missing(value) for one in members.values() for value in missing):
            others = (value for found in values.values() for value in found)
            unchosen = (code_of(one) for one in others if one != counted and one not in missing)
            unticked = tuple(dict.fromkeys(unchosen))
            categories += _reasons(missing)
            return _question(declared, tuple(members), categories, unticked), None
    # the values of a range may share a category
    categories += {one.code: one for one in missing.values()}.values()
    for name, variable in members.items():
        reasons = {one: missing[one].code for one in missing if variable.is_missing(one)}
        answers[name] = answers[name] | reasons
    column = _list_column(declared.id, answers, frame)
    return _question(declared, (column.name,), categories), column


def _answer_labels(
    members: Mapping[str, Variable], values: Mapping[str, Sequence[Value]]
) -> dict[Value, str]:
    """Return the labels of all valid values of the variables, sorted by value."""
    labels: dict[Value, str] = {}
    for name, variable in members.items():
        for value in (*variable.labels, *values[name]):
            if not variable.is_missing(value) and not labels.get(value):
                labels[value] = clean(variable.labels.get(value, ""))
    ordered = sorted(labels, key=lambda one: (isinstance(one, str), one))
    return {value: labels[value] or code_of(value) for value in ordered}


def _list_column(
    name: str, answers: Mapping[str, Mapping[Value, str]], frame: pl.DataFrame
) -> pl.Series:
    """Return the codes of all answers of a respondent as one list column."""
    while name in frame.columns:
        name += "_set"
    texts = [
        pl.col(member).replace_strict(
            list(codes), list(codes.values()), default=None, return_dtype=pl.String
        )
        for member, codes in answers.items()
    ]
    lists = pl.concat_list(texts).list.drop_nulls().list.unique(maintain_order=True)
    silent = pl.all_horizontal(pl.col(member).is_null() for member in answers)
    return frame.select(pl.when(~silent).then(lists).alias(name)).to_series()


def _missing(
    members: Mapping[str, Variable], values: Mapping[str, Sequence[Value]], taken: Sequence[str]
) -> dict[Value, Category]:
    """Return categories of the user-missing values that occur in any variable of the set."""
    found: dict[Value, Category] = {}
    for name, variable in members.items():
        occurring = [value for value in values[name] if variable.is_missing(value)]
        named = {text: one for one in missing_categories(variable, occurring) for text in one.texts}
        for value in occurring:
            one = named[code_of(value)]
            code = f"missing {one.code}" if one.code in taken else one.code
            found.setdefault(value, Category(code, one.label, missing=True))
    return found


def _reasons(missing: Mapping[Value, Category]) -> list[Category]:
    """Return missing categories with the values of the columns that they stand for."""
    texts: dict[str, list[str]] = {}
    for value, one in missing.items():
        texts.setdefault(one.code, []).append(code_of(value))
    named = {one.code: one for one in missing.values()}
    return [
        replace(one, spellings=tuple(text for text in texts[code] if text != code))
        for code, one in named.items()
    ]


def _counted_value(text: str, dtype: pl.DataType) -> Value:
    """Return a counted value in the type of its columns; infinity if it is not a number."""
    if dtype == pl.String:
        return text
    try:
        number = float(text)
    except ValueError:
        return float("inf")
    return int(number) if dtype.is_integer() and number.is_integer() else number


def _code(declared: ResponseSet, name: str) -> str:
    """Return the code of an answer: its column's name, without a prefix of the set's id."""
    prefix = f"{declared.id}_"
    is_shared = all(one.startswith(prefix) for one in declared.columns)
    return clean(name.removeprefix(prefix) if is_shared else name)


def _label(declared: ResponseSet, variable: Variable, counted: Value) -> str:
    by_value = clean(variable.labels.get(counted, ""))
    by_name = clean(variable.label)
    first, second = (by_value, by_name) if declared.by_value else (by_name, by_value)
    return first or second or clean(variable.name)


def _question(
    declared: ResponseSet,
    columns: tuple[str, ...],
    categories: Sequence[Category],
    unchosen: tuple[str, ...] = (),
) -> Question:
    name = clean(declared.id)
    label = clean(declared.label) or name
    return Question(name, label, Kind.MULTI, columns, tuple(categories), unchosen=unchosen)
