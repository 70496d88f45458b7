"""Conditions on respondents: the values of parsed `--where` options."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cxtui.survey.question import Kind, Question
from cxtui.survey.quoting import quoted_name, quoted_value

OPERATORS = ("!=", "<=", ">=", "=", "<", ">")
"""Longest first, so that `<=` is not read as `<`."""

NO_ANSWER = ""
"""The code of respondents without an answer, as in a cube's last row."""

_OPPOSITES = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class Filter:
    """Condition that the answer to `question` is (or is not) one of `values`, or compares to it.

    `values` are codes, which may include `NO_ANSWER`. `!=` keeps all other respondents, including
    those without an answer unless `values` has `NO_ANSWER`.
    """

    question: str
    operator: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        values = ",".join(map(quoted_value, self.values))
        return f"{quoted_name(self.question)}{self.operator}{values}"

    @property
    def opposite(self) -> Filter:
        """Return the complementary condition; for comparisons, among respondents with a number."""
        return replace(self, operator=_OPPOSITES[self.operator])

    def mentions(self, question: str) -> bool:
        """Return whether it depends on the answer to `question`."""
        return self.question == question

    def excludes(self, question: Question, code: str) -> bool:
        """Return whether it excludes all respondents with the answer `code` to `question`."""
        if self.question != question.id or question.kind is Kind.NUMERIC:
            return False
        if self.operator == "=":
            return question.is_exclusive and code not in self.values
        return self.operator == "!=" and code in self.values


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Condition that at least one of two or more filters holds."""

    alternatives: tuple[Filter, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.alternatives))

    def mentions(self, question: str) -> bool:
        """Return whether it depends on the answer to `question`."""
        return any(one.mentions(question) for one in self.alternatives)

    def excludes(self, question: Question, code: str) -> bool:
        """Return whether it excludes all respondents with the answer `code` to `question`."""
        return all(one.excludes(question, code) for one in self.alternatives)


Condition = Filter | AnyOf
"""One `--where` option; a respondent must meet all conditions of a view."""
