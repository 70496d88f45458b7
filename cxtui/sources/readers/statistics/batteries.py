"""Detection of batteries in statistics files that declare no sets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from cxtui.sources.readers.statistics.response_sets import response_set_question
from cxtui.sources.readers.statistics.sav_dictionary import ResponseSet
from cxtui.sources.readers.statistics.variables import Value, Variable, distinct_values
from cxtui.survey.inference.grids import describe_unscaled, has_repeated_answer
from cxtui.survey.question import Item, Kind, Question, code_of
from cxtui.text import clean

_FEWEST = 3
_PLACE_AT_END = re.compile(r"^(.*?[A-Za-z])_?(\d{1,4})$|^(.*\d)[_.r](\d{1,4})$|^(.*\d)_?([a-z])$")
_WAVE_AT_END = re.compile(r"_W\d{1,3}$")
"""The ending of all variables of a wave in some panels."""

_SEPARATORS = (" - ", " \u2013 ", ": ", "? ")
_MARKS = frozenset({"selected", "checked", "mentioned", "quoted", "chosen", "ticked", "marked"})
_NOT = ("not ", "un", "de")
_MARK_OR_NOT, _MOST_ANSWERS, _FIRST = 2, 20, 2_000


def group_batteries(
    questions: Sequence[Question], variables: Mapping[str, Variable], frame: pl.DataFrame
) -> list[Question]:
    """Return the questions, with batteries merged into grids or multiple responses.

    A battery consists of adjacent variables whose names differ by a number or letter at the end,
    with equal labels and missing values: a scale makes a grid, `Selected` and `Not selected` a
    multiple response. Adjacent variables with one labelled value each are a multiple response too.
    """
    alone = {one.columns[0]: one for one in questions if len(one.columns) == 1}
    ids = {one.id for one in questions}
    batteries = [_battery(run, variables, frame, alone) for run in _runs(variables, alone)]
    found = [one for one in batteries if one and one.id not in ids]
    inside = {name for one in found for name in one.columns}
    return [*(one for one in questions if inside.isdisjoint(one.columns)), *found]


def _runs(
    variables: Mapping[str, Variable], questions: Mapping[str, Question]
) -> Iterator[list[str]]:
    """Yield runs of at least three similar adjacent variables."""
    run: list[str] = []
    for name in (*variables, ""):
        fits = name in questions and len(questions[name].columns) == 1 and _stem_and_place(name)
        if run and fits and _are_alike(variables[run[-1]], variables[name]):
            run.append(name)
            continue
        if len(run) >= _FEWEST:
            yield run
        run = [name] if fits else []


def _stem_and_place(name: str) -> tuple[str, int] | None:
    """Return the stem of a name, and the number or letter at its end as a number."""
    match = _PLACE_AT_END.match(_WAVE_AT_END.sub("", name))
    if match is None:
        return None
    stem, place = (one for one in match.groups() if one is not None)
    return stem, int(place) if place.isdigit() else ord(place)


def _are_alike(one: Variable, next_one: Variable) -> bool:
    """Return whether two variables have the same stem, rising places, and the same values."""
    first, second = _stem_and_place(one.name), _stem_and_place(next_one.name)
    if first is None or second is None or first[0] != second[0] or second[1] <= first[1]:
        return False
    if one.missing != next_one.missing or one.tags != next_one.tags:
        return False
    if _is_option(one) and _is_option(next_one):
        return True
    return dict(one.labels) == dict(next_one.labels)


def _is_option(variable: Variable) -> bool:
    """Return whether exactly one valid value has a label."""
    return len(variable.valid_labels) == 1


def _battery(
    names: Sequence[str],
    variables: Mapping[str, Variable],
    frame: pl.DataFrame,
    questions: Mapping[str, Question],
) -> Question | None:
    if len({frame[name].dtype for name in names}) > 1:
        return None
    if all(questions[name].kind is Kind.SCALE for name in names):
        return _grid(names, variables, questions)
    choices = _multiple_response(names, variables, frame)
    if choices or not has_repeated_answer(frame.select(names).head(_FIRST).rows()):
        return choices
    return _list_grid(names, variables, questions)


def _list_grid(
    names: Sequence[str], variables: Mapping[str, Variable], questions: Mapping[str, Question]
) -> Question | None:
    """Return a grid of unscaled answers if names or labels are evidence for one, else `None`.

    Names such as `q1`, `q2` are not enough, unlike `q8_1`, `q8_2`; variables with two answers must
    share their wording.
    """
    if any(questions[name].kind is not Kind.SINGLE for name in names):
        return None
    answers = [one for one in questions[names[0]].categories if not one.missing]
    is_worded = _wording(names, variables)[0] != _stem(names)
    is_numbered = any(map(str.isdigit, _stem(names)))
    if len(answers) < _FEWEST - (1 if is_worded else 0) or not (is_worded or is_numbered):
        return None
    grid = _grid(names, variables, questions)
    if grid is None or len(answers) > _MOST_ANSWERS:
        return None
    reason = (
        f"grid: {len(names)} variables in a row, named alike, with {describe_unscaled(answers)}"
    )
    return replace(grid, guess=reason)


def _grid(
    names: Sequence[str], variables: Mapping[str, Variable], questions: Mapping[str, Question]
) -> Question | None:
    first = questions[names[0]]
    if len({questions[name].categories for name in names}) > 1:
        return None
    label, options = _wording(names, variables)
    items = tuple(
        Item(_item_code(name, names), option) for name, option in zip(names, options, strict=True)
    )
    steps = sum(one.score is not None for one in first.categories)
    reason = f"grid: {len(names)} variables in a row, named alike, with the same {steps} steps"
    return replace(
        first,
        id=_stem(names),
        label=label,
        kind=Kind.GRID,
        columns=tuple(names),
        items=items,
        guess=reason,
    )


def _multiple_response(
    names: Sequence[str], variables: Mapping[str, Variable], frame: pl.DataFrame
) -> Question | None:
    """Return a multiple response of variables that mark an option as chosen or not, else `None`."""
    first = variables[names[0]]
    by_value = _is_option(first)
    chosen = _only_value([variables[name] for name in names]) if by_value else _chosen(first)
    used = {value for name in names for value in distinct_values(frame[name])}
    if chosen is None or not used <= set(first.labels) or any(map(first.is_missing, used)):
        return None
    if by_value and not any(frame[name].null_count() for name in names):
        return None
    label, options = _wording(names, variables)
    declared = ResponseSet(_stem(names), label, tuple(names), code_of(chosen), by_value)
    found = response_set_question(declared, variables, frame)
    if found is None:
        return None
    reason = f"multiple response: {len(names)} variables in a row, named alike, with one mark each"
    unchosen = [clean(text) for value, text in first.labels.items() if value != chosen]
    if unchosen:
        reason += f", {', '.join(map(repr, unchosen))} for not chosen"
    categories = found.question.categories
    if not by_value or len({one.label for one in categories}) < len(names):
        categories = tuple(
            replace(one, label=option) for one, option in zip(categories, options, strict=True)
        )
    return replace(found.question, categories=categories, guess=reason)


def _chosen(variable: Variable) -> Value | None:
    """Return the value that means "chosen" if the other means "not chosen", else `None`.

    `Yes` and `No` count as marks only with the codes 1 and 0; with 1 and 2 they answer a question.
    """
    labels = {value: label.casefold() for value, label in variable.valid_labels.items()}
    if len(labels) != _MARK_OR_NOT:
        return None
    for value, other in (tuple(labels), tuple(labels)[::-1]):
        label, denied = labels[value], labels[other]
        not_marked = any(denied == f"{no}{mark}" for no in _NOT for mark in _MARKS)
        if label in {"yes", *_MARKS} and (not_marked or (denied == "no" and label != "yes")):
            return value
        if (label, denied) == ("yes", "no") and (value, other) == (1, 0):
            return value
    return None


def _only_value(members: Sequence[Variable]) -> Value | None:
    """Return the only labelled value of all variables if their options differ, else `None`."""
    labels = [one.valid_labels for one in members]
    values = {value for one in labels for value in one}
    options = {text for one in labels for text in one.values()}
    apart = len(options) == len(members) or len({one.label for one in members}) == len(members)
    return values.pop() if len(values) == 1 and apart else None


def _wording(
    names: Sequence[str], variables: Mapping[str, Variable]
) -> tuple[str, tuple[str, ...]]:
    """Return the common part of the labels as the question, and the rest of each as its option.

    Labels without a common part are the options; the question is the stem of the names then.
    """
    labels = [_without_name(clean(variables[name].label), name) or clean(name) for name in names]
    for separator in _SEPARATORS:
        starts = {label.rpartition(separator)[0] for label in labels}
        if len(starts) == 1 and (start := starts.pop()):
            return start + separator.strip(" -\u2013:"), tuple(
                label.rpartition(separator)[2].strip() for label in labels
            )
        ends = {label.partition(separator)[2] for label in labels}
        if len(ends) == 1 and (end := ends.pop()):
            return end.strip(), tuple(label.partition(separator)[0].strip() for label in labels)
    return _stem(names), tuple(labels)


def _without_name(label: str, name: str) -> str:
    """Return `Uses - Facebook` for `SOC1_a. Uses - Facebook`, the label of `SOC1_a_W1`."""
    own, stop, rest = label.partition(". ")
    return rest if stop and own and name.casefold().startswith(own.casefold()) else label


def _stem(names: Sequence[str]) -> str:
    place = _stem_and_place(names[0])
    return clean(place[0]).rstrip("_.") if place else clean(names[0])


def _item_code(name: str, names: Sequence[str]) -> str:
    return clean(name).removeprefix(_stem(names)).lstrip("_.") or clean(name)
