"""Assignment of raw values to the rows of a cube."""

from __future__ import annotations

from collections.abc import Iterable

from cxtui.analysis.query.cube import Row, Status
from cxtui.messages import tr
from cxtui.survey.question import Category, code_of, is_null, told_apart
from cxtui.text import clean

_UNLISTED = "other values"
"""Code and label of the row of all answers to a grid outside its categories."""


class AnswerCoder:
    """Assignment of raw values to rows; an unlisted value is in that of `others`, else a new one.

    `others` is the code of the category of all unlisted answers, if there is one.
    """

    def __init__(self, categories: Iterable[Category], others: str = "") -> None:
        self.rows: list[Row] = []
        self._positions: dict[str, int] = {}
        for category in told_apart(categories):
            status = Status.MISSING if category.missing else Status.ANSWER
            row = Row(category.code, category.label, status, category.score)
            self._positions |= dict.fromkeys(category.texts, len(self.rows))
            self.rows.append(row)
        self._others = self._positions[others] if others else None

    def position(self, value: object) -> int | None:
        """Return the row of a raw value, `None` for no answer."""
        if is_null(value):
            return None
        text = code_of(value)
        if text not in self._positions:
            code = clean(text)
            if not code:
                return None
            others = self._others
            self._positions[text] = self._unlisted(code, code) if others is None else others
        return self._positions[text]

    def listed(self, value: object) -> int | None:
        """Return the row of a raw value, one row for all unlisted values."""
        known = is_null(value) or {code_of(value), clean(code_of(value))} & {"", *self._positions}
        return self.position(value) if known else self._unlisted(_UNLISTED, tr(_UNLISTED))

    def _unlisted(self, code: str, label: str) -> int:
        if code not in self._positions:
            self._positions[code] = len(self.rows)
            self.rows.append(Row(code, label, unlisted=True))
        return self._positions[code]
