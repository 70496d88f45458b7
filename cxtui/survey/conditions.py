"""Conditions on respondents: the values that the text of a `--where` stands for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cxtui.survey.model import Kind, Question
from cxtui.survey.quoting import quoted_name, quoted_value

OPERATORS = ("!=", "<=", ">=", "=", "<", ">")
"""Longest first, so that `<=` is not read as `<`."""

NO_ANSWER = ""
"""The code of whoever gave no answer at all, as a cube's last row has it."""

_OPPOSITES = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class Filter:
    """Keep the respondents whose answer to `question` is (or is not) one of `values`, or compares.

    `values` are codes, `NO_ANSWER` among them. `!=` keeps everyone else, also those who gave no
    answer unless it says that.
    """

    question: str
    operator: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        values = ",".join(map(quoted_value, self.values))
        return f"{quoted_name(self.question)}{self.operator}{values}"

    @property
    def opposite(self) -> Filter:
        """The other side: everyone else, or the rest of those who gave a number."""
        return replace(self, operator=_OPPOSITES[self.operator])

    def mentions(self, question: str) -> bool:
        """Whether it depends on the answer to `question`."""
        return self.question == question

    def excludes(self, question: Question, code: str) -> bool:
        """Whether nobody passes who gave the answer `code` to `question`."""
        if self.question != question.id or question.kind is Kind.NUMERIC:
            return False
        if self.operator == "=":
            return question.parts_respondents and code not in self.values
        return self.operator == "!=" and code in self.values


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Keep the respondents who pass at least one of two or more filters."""

    alternatives: tuple[Filter, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.alternatives))

    def mentions(self, question: str) -> bool:
        """Whether it depends on the answer to `question`."""
        return any(one.mentions(question) for one in self.alternatives)

    def excludes(self, question: Question, code: str) -> bool:
        """Whether nobody passes who gave the answer `code` to `question`."""
        return all(one.excludes(question, code) for one in self.alternatives)


Condition = Filter | AnyOf
"""One `--where`: respondents have to meet every condition of a view."""
