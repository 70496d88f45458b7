"""Merged answers: a question made by merging the answers of another counts the same respondents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cxtui.analysis.disclosure.respondent_groups import YES, Group, Values, Variable
from cxtui.survey.derive.derivation import DROP, KEEP, Derivation, Verb
from cxtui.survey.derive.derivation_text import derivation_of
from cxtui.survey.question import Question


@dataclass(frozen=True, slots=True)
class Merge:
    """The answers of a source that each answer of a derived question stands for, by code."""

    source: str
    codes: Mapping[str, frozenset[str]]


def merges_of(questions: Iterable[Question]) -> dict[str, Merge]:
    """Return how questions are merged, by their ids, of those whose source is among them."""
    known = {one.id: one for one in questions}
    found = {}
    for one in known.values():
        made = derivation_of(one)
        if made and made.verb is Verb.MERGE and made.sources[0] in known:
            source = known[made.sources[0]]
            found[one.id] = Merge(source.id, _codes(one, made, source))
    return found


def of_source(group: Group, merges: Mapping[str, Merge]) -> Group | None:
    """Return the same respondents by their answers to sources; `None` if nothing is merged."""
    changed = frozenset(_translated(variable, values, merges) for variable, values in group)
    return changed if changed != group else None


def _translated(
    variable: Variable, values: Values, merges: Mapping[str, Merge]
) -> tuple[Variable, Values]:
    merge = merges.get(variable.question)
    codes = variable.codes or values.values
    if merge is None or values.but or not codes <= merge.codes.keys():
        return variable, values
    of = frozenset(code for one in codes for code in merge.codes[one])
    if variable.codes:
        is_chosen = values.values == {YES}
        return (Variable(merge.source, of), values) if is_chosen else (variable, values)
    return Variable(merge.source), Values(of)


def _codes(question: Question, made: Derivation, source: Question) -> dict[str, frozenset[str]]:
    """Return the source's codes of each valid answer of a merged question."""
    valid = [one for one in source.categories if not one.missing]
    by_name = {one.label: one.code for one in valid} | {one.code: one.code for one in valid}
    codes: dict[str, frozenset[str]] = {}
    for answer in made.answers:
        named = [by_name[one] for one in answer.of if one in by_name]
        if len(named) == len(answer.of):
            codes[named[0]] = frozenset(named)
    merged = {code for one in codes.values() for code in one}
    left = {one.code for one in valid} - merged
    if made.rest in {"", KEEP}:
        return codes | {code: frozenset({code}) for code in left}
    rest = [one.code for one in question.categories if one.label == made.rest]
    is_named = made.rest != DROP and len(rest) == 1
    return codes | ({rest[0]: frozenset(left)} if is_named else {})
