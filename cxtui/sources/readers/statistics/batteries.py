"""Detection of batteries in statistics files that declare no sets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from cxtui.messages import tr
from cxtui.sources.readers.statistics.response_sets import response_set_question
from cxtui.sources.readers.statistics.sav_dictionary import ResponseSet
from cxtui.sources.readers.statistics.variable import Value, Variable
from cxtui.sources.readers.statistics.variables import distinct_values
from cxtui.survey.inference.grids import describe_unscaled, has_repeated_answer
from cxtui.survey.inference.sets.mention_sets import are_mentions
from cxtui.survey.inference.ticks import is_chosen, is_plain_yes, is_unchosen
from cxtui.survey.question import Holds, Item, Kind, Question, code_of
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
    found = []
    for run in _runs(variables, alone):
        battery = _Battery(run, [alone[one.name] for one in run], frame)
        if (question := battery.question()) and question.id not in ids:
            found.append(question)
    inside = {name for one in found for name in one.columns}
    return [*(one for one in questions if inside.isdisjoint(one.columns)), *found]


def _runs(
    variables: Mapping[str, Variable], questions: Mapping[str, Question]
) -> Iterator[list[Variable]]:
    """Yield runs of at least three similar adjacent variables."""
    run: list[Variable] = []
    for variable in (*variables.values(), Variable("")):
        fits = variable.name in questions and _stem_and_place(variable.name)
        if run and fits and _are_alike(run[-1], variable):
            run.append(variable)
            continue
        if len(run) >= _FEWEST:
            yield run
        run = [variable] if fits else []


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
    return (_is_option(one) and _is_option(next_one)) or dict(one.labels) == dict(next_one.labels)


def _is_option(variable: Variable) -> bool:
    """Return whether exactly one valid value has a label."""
    return len(variable.valid_labels) == 1


class _Battery:
    """A run of variables that are named alike, with the question of each."""

    def __init__(
        self, members: Sequence[Variable], questions: Sequence[Question], frame: pl.DataFrame
    ) -> None:
        self.members, self.questions = members, questions
        self.names = tuple(one.name for one in members)
        self.frame = frame.select(self.names)
        place = _stem_and_place(self.names[0])
        self.stem = clean(place[0]).rstrip("_.") if place else clean(self.names[0])
        self.wording, self.options = self._wording()

    def _wording(self) -> tuple[str, list[str]]:
        """Return the common part of the labels as the question, and the rest of each as its option.

        Labels without a common part are the options; the question is the stem of the names then.
        """
        labels = [
            _without_name(clean(one.label), one.name) or clean(one.name) for one in self.members
        ]
        for separator in _SEPARATORS:
            starts, _, ends = zip(*(label.rpartition(separator) for label in labels), strict=True)
            if starts[0] and len(set(starts)) == 1:
                return starts[0] + separator.strip(" -\u2013:"), [one.strip() for one in ends]
            starts, _, ends = zip(*(label.partition(separator) for label in labels), strict=True)
            if ends[0] and len(set(ends)) == 1:
                return ends[0].strip(), [one.strip() for one in starts]
        return self.stem, labels

    def question(self) -> Question | None:
        """Return the battery as one question, `None` if it is none."""
        if len(set(self.frame.dtypes)) > 1:
            return None
        if self._are_mentions():
            return self._mentions()
        if all(one.kind is Kind.SCALE for one in self.questions):
            return self._grid()
        choices = self._multiple_response()
        if choices or not has_repeated_answer(self.frame.head(_FIRST).rows()):
            return choices
        return self._unscaled_grid()

    def _are_mentions(self) -> bool:
        """Return whether the variables hold the first, second … answer of one list."""
        labels = self.members[0].valid_labels
        is_listed = all(one.kind is Kind.SINGLE for one in self.questions) and len(labels) > 1
        return is_listed and are_mentions(self.frame.rows())

    def _mentions(self) -> Question:
        message = "multiple response: {} variables in a row hold the first, second … mention"
        return replace(
            self.questions[0],
            id=self.stem,
            label=self.wording,
            kind=Kind.MULTI,
            columns=self.names,
            holds=Holds.MENTIONS,
            guess=tr(message, len(self.names)),
        )

    def _unscaled_grid(self) -> Question | None:
        """Return a grid of unscaled answers if names or labels are evidence for one, else `None`.

        Names such as `q1`, `q2` are not enough, unlike `q8_1`, `q8_2`; variables with two answers
        must share their wording.
        """
        answers = [one for one in self.questions[0].categories if not one.missing]
        is_worded = self.wording != self.stem
        fewest = _FEWEST - 1 if is_worded else _FEWEST
        is_evident = is_worded or any(map(str.isdigit, self.stem))
        is_single = all(one.kind is Kind.SINGLE for one in self.questions)
        if not (is_single and is_evident and fewest <= len(answers) <= _MOST_ANSWERS):
            return None
        message = "grid: {} variables in a row, named alike, with {}"
        guess = tr(message, len(self.names), describe_unscaled(answers))
        grid = self._grid()
        return replace(grid, guess=guess) if grid else None

    def _grid(self) -> Question | None:
        """Return a grid of the variables, `None` if their categories differ."""
        first = self.questions[0]
        if any(one.categories != first.categories for one in self.questions):
            return None
        codes = [
            clean(name).removeprefix(self.stem).lstrip("_.") or clean(name) for name in self.names
        ]
        steps = sum(one.score is not None for one in first.categories)
        message = "grid: {} variables in a row, named alike, with the same {} steps"
        return replace(
            first,
            id=self.stem,
            label=self.wording,
            kind=Kind.GRID,
            columns=self.names,
            items=tuple(map(Item, codes, self.options)),
            guess=tr(message, len(self.names), steps),
        )

    def _multiple_response(self) -> Question | None:
        """Return a multiple response of variables that mark an option as chosen, else `None`."""
        first, by_value = self.members[0], _is_option(self.members[0])
        chosen = _only_value(self.members) if by_value else _chosen(first)
        used = {value for series in self.frame for value in distinct_values(series)}
        valid = {value for value in used if not first.is_missing(value)}
        if chosen is None or not valid <= set(first.labels):
            return None
        if by_value and not any(series.null_count() for series in self.frame):
            return None
        declared = ResponseSet(self.stem, self.wording, self.names, code_of(chosen), by_value)
        variables = dict(zip(self.names, self.members, strict=True))
        found = response_set_question(declared, variables, self.frame)
        if found is None:
            return None
        message = "multiple response: {} variables in a row, named alike, with one mark each"
        reason = tr(message, len(self.names))
        unchosen = [text for value, text in first.valid_labels.items() if value != chosen]
        if unchosen:
            reason = tr("{}, {} for not chosen", reason, ", ".join(map(repr, unchosen)))
        options = found[0].options
        if not by_value or len({one.label for one in options}) < len(self.names):
            pairs = zip(options, self.options, strict=True)
            options = tuple(replace(one, label=option) for one, option in pairs)
        return replace(found[0], categories=(*options, *found[0].reasons), guess=reason)


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
        if is_chosen(label) and is_unchosen(denied) and not is_plain_yes(label):
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


def _without_name(label: str, name: str) -> str:
    """Return `Uses - Facebook` for `SOC1_a. Uses - Facebook`, the label of `SOC1_a_W1`."""
    own, stop, rest = label.partition(". ")
    return rest if stop and own and name.casefold().startswith(own.casefold()) else label
