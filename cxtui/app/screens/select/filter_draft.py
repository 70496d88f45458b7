"""Filters while they are being built: one line a filter, each joined to the one above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cxtui.survey.conditions import AnyOf, Condition, Filter

_SIGNS = ("=", "!=")

Clauses = tuple[tuple[Filter, ...], ...]
"""Picked answers: a respondent passes each clause by at least one of its filters."""


@dataclass(frozen=True, slots=True)
class Term:
    """One line: a filter, and whether it is an alternative to the line above."""

    filter: Filter
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """The lines in their order; the first is never joined."""

    terms: tuple[Term, ...] = ()

    @classmethod
    def of(cls, conditions: Iterable[Condition]) -> Draft:
        """Return the lines of a view's conditions."""
        return cls().with_groups(
            one.alternatives if isinstance(one, AnyOf) else (one,) for one in conditions
        )

    @property
    def groups(self) -> list[tuple[Filter, ...]]:
        """The alternatives that are joined, group by group."""
        groups: list[tuple[Filter, ...]] = []
        for term in self.terms:
            if term.joined:
                groups[-1] += (term.filter,)
            else:
                groups.append((term.filter,))
        return groups

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The lines as conditions of a view."""
        return tuple(one[0] if len(one) == 1 else AnyOf(one) for one in self.groups)

    def with_groups(self, groups: Iterable[Sequence[Filter]]) -> Draft:
        """Return the draft with more groups at its end."""
        more = (Term(one, place > 0) for group in groups for place, one in enumerate(group))
        return Draft((*self.terms, *more))

    def group_at(self, position: int) -> int:
        """Return which group a line belongs to."""
        return sum(not term.joined for term in self.terms[: position + 1]) - 1

    def joined(self, group: int, clauses: Clauses) -> Draft:
        """Return the draft with picked answers as an alternative to a group.

        Alternatives to two clauses, the ends of a range, are alternatives to each of them.
        """
        groups = self.groups
        return Draft().with_groups(
            [
                *groups[:group],
                *((*groups[group], *clause) for clause in clauses),
                *groups[group + 1 :],
            ]
        )

    def without_group(self, group: int) -> Draft:
        """Return the draft without one group."""
        groups = self.groups
        return Draft().with_groups([*groups[:group], *groups[group + 1 :]])

    def sign_of(self, question: str, code: str) -> str:
        """Return `=` where an answer is kept by a line that is no alternative, `!=` or nothing."""
        alone = (group[0] for group in self.groups if len(group) == 1)
        signs = (
            one.operator
            for one in alone
            if one.question == question and one.operator in _SIGNS and code in one.values
        )
        return next(signs, "")

    def marked(self, question: str, code: str, sign: str) -> Draft:
        """Return the draft with an answer kept (`=`), excluded (`!=`) or neither.

        It goes to the line of its question with that sign, or to a new one at the end.
        """
        groups, is_there = [], not sign
        for group in self.groups:
            (first, *others) = group
            if others or first.question != question or first.operator not in _SIGNS:
                groups.append(group)
                continue
            values = tuple(one for one in first.values if one != code)
            if first.operator == sign and not is_there:
                values, is_there = (*values, code), True
            if values:
                groups.append((replace(first, values=values),))
        if not is_there:
            groups.append((Filter(question, sign, (code,)),))
        return Draft().with_groups(groups)

    def removed(self, position: int) -> Draft:
        """Return the draft without a line; the next one takes its place in the group."""
        terms = list(self.terms)
        gone = terms.pop(position)
        if position < len(terms) and not gone.joined:
            terms[position] = replace(terms[position], joined=False)
        return Draft(tuple(terms))

    def negated(self, position: int) -> Draft:
        """Return the draft with a line turned into its opposite."""
        term = self.terms[position]
        return self._with(position, replace(term, filter=term.filter.opposite))

    def switched(self, position: int) -> Draft:
        """Return the draft with a line joined to the one above by `or`, or by `and` again."""
        if position == 0:
            return self
        term = self.terms[position]
        return self._with(position, replace(term, joined=not term.joined))

    def _with(self, position: int, term: Term) -> Draft:
        return Draft((*self.terms[:position], term, *self.terms[position + 1 :]))


def picked(question: str, low: str, high: str, codes: Sequence[str], *, negated: bool) -> Clauses:
    """Return the clauses of a range, open where an end is empty, or any of `codes`.

    `negated` asks for the numbers outside the range and for everyone but those with the codes.
    """
    ends = [(">=", low), ("<=", high)]
    compared = [Filter(question, sign, (number,)) for sign, number in ends if number]
    among = [Filter(question, "=", tuple(codes))] if codes else []
    if negated:
        outside = tuple(one.opposite for one in compared)
        return tuple(filter(None, (outside, tuple(one.opposite for one in among))))
    return tuple((one, *among) for one in compared) or tuple((one,) for one in among)
