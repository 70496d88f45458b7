"""Questions from the multiple-response sets that an SPSS file declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from cxtui.sources.readers.statistics.sav_dictionary import ResponseSet
from cxtui.sources.readers.statistics.variables import (
    Value,
    Variable,
    distinct_values,
    missing_categories,
)
from cxtui.survey.question import Category, Kind, Question, code_of
from cxtui.text import clean


@dataclass(frozen=True, slots=True)
class FoundSet:
    """The question of a set, and its list column if it needs one."""

    question: Question
    lists: pl.Series | None = None


def response_set_question(
    declared: ResponseSet, variables: Mapping[str, Variable], frame: pl.DataFrame
) -> FoundSet | None:
    """Return the question of a set, `None` if its variables have different types.

    Dichotomies keep their columns. Sets of categories, and dichotomies with user-missing values
    (whose reasons would be lost), become one list column: null for no answer, empty if no option
    was chosen.
    """
    names = [name for name in dict.fromkeys(declared.columns) if name in variables]
    kinds = {frame[name].dtype for name in names}
    if len(names) < 2 or len(kinds) > 1 or any(kind.is_temporal() for kind in kinds):  # noqa: PLR2004
        return None
    members = {name: variables[name] for name in names}
    values = {name: distinct_values(frame[name]) for name in names}
    if declared.counted is None:
        return _of_categories(declared, members, values, frame)
    return _of_dichotomies(declared, members, values, frame)


def _of_dichotomies(
    declared: ResponseSet,
    members: Mapping[str, Variable],
    values: Mapping[str, Sequence[Value]],
    frame: pl.DataFrame,
) -> FoundSet:
    counted = _counted_value(declared.counted or "", frame[next(iter(members))].dtype)
    categories = [
        Category(_code(declared, name), _label(declared, variable, counted))
        for name, variable in members.items()
    ]
    missing = _missing(members, values, taken=[one.code for one in categories])
    if not missing:
        others = dict.fromkeys(
            code_of(value) for found in values.values() for value in found if value != counted
        )
        question = _question(declared, tuple(members), categories, tuple(others))
        return FoundSet(question)
    answers: dict[str, dict[Value, str]] = {
        name: {counted: category.code} for name, category in zip(members, categories, strict=True)
    }
    return _as_lists(
        declared, [*categories, *_distinct_categories(missing)], answers, missing, members, frame
    )


def _of_categories(
    declared: ResponseSet,
    members: Mapping[str, Variable],
    values: Mapping[str, Sequence[Value]],
    frame: pl.DataFrame,
) -> FoundSet:
    missing = _missing(members, values, taken=[])
    labels: dict[Value, str] = {}
    for name, variable in members.items():
        for value in (*variable.labels, *values[name]):
            if not variable.is_missing(value) and not labels.get(value):
                labels[value] = clean(variable.labels.get(value, ""))
    ordered = sorted(labels, key=lambda one: (isinstance(one, str), one))
    categories = [Category(code_of(one), labels[one] or code_of(one)) for one in ordered]
    answers = {name: {value: code_of(value) for value in ordered} for name in members}
    return _as_lists(
        declared, [*categories, *_distinct_categories(missing)], answers, missing, members, frame
    )


def _as_lists(
    declared: ResponseSet,
    categories: Sequence[Category],
    answers: Mapping[str, Mapping[Value, str]],
    missing: Mapping[Value, Category],
    members: Mapping[str, Variable],
    frame: pl.DataFrame,
) -> FoundSet:
    """Return the set as one list column of category codes."""
    name = _free_name(declared.id, frame.columns)
    texts = []
    for member, codes in answers.items():
        variable = members[member]
        codes_of_missing = {
            value: one.code for value, one in missing.items() if variable.is_missing(value)
        }
        every = {**codes, **codes_of_missing}
        texts.append(
            pl.col(member).replace_strict(
                list(every), list(every.values()), default=None, return_dtype=pl.String
            )
        )
    lists = pl.concat_list(texts).list.drop_nulls().list.unique(maintain_order=True)
    silent = pl.all_horizontal(pl.col(member).is_null() for member in answers)
    column = frame.select(pl.when(~silent).then(lists).alias(name)).to_series()
    return FoundSet(_question(declared, (name,), categories, ()), column)


def _free_name(wanted: str, taken: Iterable[str]) -> str:
    while wanted in taken:
        wanted += "_set"
    return wanted


def _missing(
    members: Mapping[str, Variable], values: Mapping[str, Sequence[Value]], taken: Sequence[str]
) -> dict[Value, Category]:
    """Return categories of the user-missing values that occur in any variable of the set."""
    found: dict[Value, Category] = {}
    for name, variable in members.items():
        occurring = {value for value in values[name] if variable.is_missing(value)}
        named = {text: one for one in missing_categories(variable, occurring) for text in one.texts}
        for value in occurring:
            one = named[code_of(value)]
            code = f"missing {one.code}" if one.code in taken else one.code
            if value not in found:
                found[value] = Category(code, one.label, missing=True)
    return found


def _distinct_categories(missing: Mapping[Value, Category]) -> tuple[Category, ...]:
    """Return the distinct categories; the values of a range may share one."""
    return tuple({one.code: one for one in missing.values()}.values())


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
    starts = [f"{declared.id}_" for one in declared.columns if one.startswith(f"{declared.id}_")]
    return clean(name.removeprefix(starts[0]) if len(starts) == len(declared.columns) else name)


def _label(declared: ResponseSet, variable: Variable, counted: Value) -> str:
    by_value = clean(variable.labels.get(counted, ""))
    by_name = clean(variable.label)
    first, second = (by_value, by_name) if declared.by_value else (by_name, by_value)
    return first or second or clean(variable.name)


def _question(
    declared: ResponseSet,
    columns: tuple[str, ...],
    categories: Sequence[Category],
    unchosen: tuple[str, ...],
) -> Question:
    return Question(
        id=clean(declared.id),
        label=clean(declared.label) or clean(declared.id),
        kind=Kind.MULTI,
        columns=columns,
        categories=tuple(categories),
        unchosen=unchosen,
    )
