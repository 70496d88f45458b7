"""Add derived questions to a survey: lazy columns of its frame, and questions of its codebook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.derive.made_answers import ANSWERS, Made
from cxtui.analysis.derive.made_codes import made_by_codes
from cxtui.analysis.derive.made_flags import FLAGS, ORDER
from cxtui.analysis.derive.made_numbers import NUMBERS
from cxtui.analysis.derive.named_sources import codes_named, question_ids_of
from cxtui.analysis.derive.quotients import Quotient, with_values
from cxtui.analysis.derive.row_order import with_order
from cxtui.messages import tr
from cxtui.survey.conditions import OPERATORS
from cxtui.survey.derive.derivation import Derivation, Verb
from cxtui.survey.derive.derivation_text import declared_derivations, made_text
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Kind, Net, Question
from cxtui.text import clean, numbered

_MAKE = {**ANSWERS, **NUMBERS, **FLAGS, Verb.CODING: made_by_codes}
_NOT_TICKED = "0"
_MOST = 500
"""Derived questions of a survey: each may be made of all others, the square of their number."""


def derive_questions(survey: Survey, more: Iterable[Derivation] = ()) -> Survey:
    """Return a survey with the questions that its codebook derives, and `more`.

    They may be made of each other. A cross asks the engine once for the pairs that exist; all
    others cost nothing before they are counted. Raises `CodebookError` where one cannot be made.
    """
    before = survey.codebook
    done = [one for one in before.derived if any(one.id == each.id for each in before.questions)]
    waiting = [one for one in dict.fromkeys((*before.derived, *more)) if one not in done]
    _check_ids(survey.codebook, waiting)
    if not waiting:
        return survey
    deriving = _Deriving(survey)
    for one in _in_order(waiting):
        deriving.add(one)
    _check_parts(deriving.survey)
    return deriving.compute()


def without_derived(codebook: Codebook) -> Codebook:
    """Return a codebook whose derived questions are declared, but are not among its questions."""
    kept = tuple(one for one in codebook.questions if one.id not in codebook.derived_ids)
    return replace(codebook, questions=kept)


def survey_before(survey: Survey, codebook: Codebook, one: Derivation) -> Survey:
    """Return a survey without one derived question of `codebook`, and those made of it."""
    gone = {one.id}
    while more := {
        each.id
        for each in codebook.derived
        if each.id not in gone and any(_mentions(each, name) for name in gone)
    }:
        gone |= more
    kept = [each for each in declared_derivations(codebook) if each.id not in gone]
    return _derived(survey, codebook, kept)


def derived_anew(survey: Survey, codebook: Codebook, one: Derivation) -> Survey:
    """Return a survey with the questions of `codebook`, the one with the id of `one` as it says."""
    declared = declared_derivations(codebook)
    return _derived(survey, codebook, [one if each.id == one.id else each for each in declared])


def _derived(survey: Survey, codebook: Codebook, derived: Sequence[Derivation]) -> Survey:
    """Return a survey whose codebook derives these questions alone, whatever it derived before."""
    own = survey.codebook
    made = {name for each in own.questions if each.id in own.derived_ids for name in each.columns}
    schema = {name: dtype for name, dtype in survey.schema.items() if name not in made}
    bare = replace(without_derived(codebook), derived=tuple(derived))
    return derive_questions(replace(survey, schema=schema, codebook=bare))


def check_edit_of_derived(survey: Survey, before: Codebook, after: Codebook) -> None:
    """Raise `CodebookError` where an edit of a codebook does not go with its derived questions.

    Their answers come from their declaration, and what they are made of must be left.
    """
    known = {each.id: made_text(each) for each in before.derived}
    for one in after.derived:
        if known.get(one.id) != made_text(one):
            continue  # It is derived anew.
        old, new = before.find(one.id), after.find(one.id)
        if old and new and replace(old, **_editable(new)) != new:
            table = "[[coding]]" if one.verb is Verb.CODING else "[[derive]]"
            raise one.error("{}: its answers are made of others; change its {} instead", table)
    if not (survey.is_remote and any(one.verb is Verb.CROSS for one in after.derived)):
        derive_questions(replace(survey, codebook=without_derived(after)))


def _editable(question: Question) -> dict[str, Any]:
    """Return the fields of a derived question that a `[[derive]]` declares as a question does."""
    return {name: getattr(question, name) for name in ("label", "section", "nets", "classes")}


def _check_ids(codebook: Codebook, waiting: Sequence[Derivation]) -> None:
    """Raise an error for an id that a question or another derived question has, or for too many."""
    if len(waiting) > _MOST:
        said = "{}: {:,} questions are derived, more than {:,}; put some of them into the file"
        raise waiting[_MOST].error(said, len(waiting), _MOST)
    seen: set[str] = set()
    for one in waiting:
        if codebook.find(one.id) or one.id in seen:
            raise one.error("{}: a question has this id already; take another")
        seen.add(one.id)


def _in_order(waiting: Sequence[Derivation]) -> list[Derivation]:
    """Return derivations so that each follows those it is made of; raises an error for a circle."""
    by_id = {one.id: one for one in waiting}
    needs = {one.id: [name for name in by_id if _mentions(one, name)] for one in waiting}
    ordered: dict[str, Derivation] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = (*path[path.index(name) :], name)
            said = "{} is in a circle: {}; take one of them out"
            raise by_id[name].error(said, tr(" needs ").join(circle))
        if name not in ordered:
            for source in needs[name]:
                visit(source, (*path, name))
            ordered[name] = by_id[name]

    for one in waiting:
        visit(one.id, ())
    return list(ordered.values())


def _mentions(one: Derivation, name: str) -> bool:
    """Return whether a derivation is made of the question `name`."""
    if name in one.sources:
        return True
    folded = name.casefold()
    texts = (text for case in one.answers for text in case.when if folded in text.casefold())
    if not (named := list(texts)):  # a pattern for each pair of questions takes seconds
        return False
    operators = "|".join(map(re.escape, OPERATORS))
    condition = re.compile(rf'(?:^|\bor)\s*"?{re.escape(name)}"?\s*(?:{operators})', re.IGNORECASE)
    return any(map(condition.search, named))


class _Deriving:
    """A survey that gets derived questions; their columns are computed level by level.

    The columns of a level are made of those of lower levels only: a server takes long over a frame
    of many levels.
    """

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self._levels: list[dict[str, nw.Expr | Quotient]] = []
        self._level_of: dict[str, int] = {}
        self._helpers: list[str] = []

    def add(self, one: Derivation) -> None:
        """Add a question whose sources are there."""
        if one.verb is Verb.CROSS:  # which asks for the answers of its sources
            self.compute()
        if one.verb is Verb.REPEATS:
            self._number_rows(one)
        survey = self.survey
        made = _MAKE[one.verb](survey, one)
        columns = _columns(survey, one, made)
        question = _question(one, made, tuple(columns))
        one = replace(one, label=question.label, nets=question.nets)
        sources = question_ids_of(survey, one)
        self._place((*made.steps, columns), sources)
        helpers = [name for step in made.steps for name in step]
        self._helpers += helpers
        known = {each.id: each for each in survey.codebook.derived}
        types = dict.fromkeys((*columns, *helpers), made.dtype)
        codebook = replace(
            survey.codebook,
            questions=_placed(survey.codebook, question, sources),
            derived=tuple({**known, one.id: one}.values()),
        )
        self.survey = replace(survey, schema={**survey.schema, **types}, codebook=codebook)

    def _number_rows(self, one: Derivation) -> None:
        """Add the order of the file as a helper column."""
        if ORDER in self.survey.schema:
            return
        frame = with_order(self.survey.frame, ORDER)
        if frame is None:
            said = "{}: repeats needs the order of a file, and {} has none"
            raise one.error(said, self.survey.location)
        self.survey = replace(
            self.survey, frame=frame, schema={**self.survey.schema, ORDER: nw.Int64()}
        )
        self._helpers.append(ORDER)

    def _place(
        self, steps: Sequence[Mapping[str, nw.Expr | Quotient]], sources: Iterable[str]
    ) -> None:
        """Put columns into the levels above those of their sources."""
        found = filter(None, map(self.survey.codebook.find, sources))
        below = (self._level_of.get(name, 0) for one in found for name in one.columns)
        for level, step in enumerate(steps, max(below, default=0)):
            if level == len(self._levels):
                self._levels.append({})
            self._levels[level] |= step
            self._level_of |= dict.fromkeys(step, level + 1)

    def compute(self) -> Survey:
        """Return the survey with the columns of all levels in its frame."""
        frame = self.survey.frame
        for level in self._levels:
            frame = with_values(frame, level)
        frame = frame.drop(self._helpers) if self._helpers else frame
        helpers = {*self._helpers}
        schema = {name: one for name, one in self.survey.schema.items() if name not in helpers}
        self.survey = replace(self.survey, frame=frame, schema=schema)
        self._levels, self._level_of, self._helpers = [], {}, []
        return self.survey


def _question(one: Derivation, made: Made, columns: tuple[str, ...]) -> Question:
    question = Question(
        id=one.id,
        label=one.label or one.id,
        kind=made.kind,
        columns=columns,
        categories=made.categories,
        section=one.section,
        unchosen=(_NOT_TICKED,) if made.has_ticks else (),
        classes=one.classes,
        made=clean(made_text(one)),
    )
    return replace(question, nets=_nets(one, question))


def _columns(survey: Survey, one: Derivation, made: Made) -> Mapping[str, nw.Expr | Quotient]:
    """Return the expressions of a derived question by the names of its columns.

    Engines may ignore the case of names, and read signs in them.
    """
    taken = {name.casefold() for name in survey.schema}
    columns: dict[str, nw.Expr | Quotient] = {}
    ends = [f"_{each.code}" for each in made.categories] if made.has_ticks else [""]
    for value, end in zip(made.values, ends, strict=True):
        wanted = re.sub(r"\W", "_", f"{one.id}{end}")
        number = numbered(wanted.casefold(), taken)
        taken.add(number)
        columns[wanted + number[len(wanted.casefold()) :]] = value
    return columns


def _nets(one: Derivation, question: Question) -> tuple[Net, ...]:
    """Return the nets with the codes of their members, which may be labels of answers."""
    nets: list[Net] = []
    for net in one.nets:
        if net.code in {
            *(each.code for each in question.categories),
            *(each.code for each in nets),
        }:
            raise one.error("{}, code {!r} stands twice", net.code)
        own = replace(question, nets=tuple(nets))
        members, minus = (codes_named(one, own, each) for each in (net.members, net.minus))
        nets.append(replace(net, members=members, minus=minus))
    return tuple(nets)


def _placed(codebook: Codebook, question: Question, sources: Sequence[str]) -> tuple[Question, ...]:
    """Return the questions with one more, behind its sources and what else is made of them."""
    questions = list(codebook.questions)
    found = (codebook.find(name) for name in sources)
    ids = {each.declared_id for each in found if each}
    places = (at for at, each in enumerate(questions) if each.id in ids)
    place = max(places, default=len(questions) - 1) + 1  # of columns that are no questions: last
    while place < len(questions) and questions[place].made:
        place += 1
    questions.insert(place, question)
    return tuple(questions)


def _check_parts(survey: Survey) -> None:
    """Raise an error where a derived question is the role, wave or banner and cannot be."""
    codebook = survey.codebook
    for one in codebook.derived:
        for part in ("role", "wave", "banner"):
            question = codebook.find(one.id)
            if getattr(codebook, part) == one.id and question and not question.can_be(part):
                said = "{} cannot be the {}: it is {}"
                raise one.error(said, part, Kind(question.kind))
