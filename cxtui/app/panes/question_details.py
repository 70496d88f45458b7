"""One question of a codebook as a list: its fields, its rows and its answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from cxtui.app.panes.line_widget import DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.messages import tr
from cxtui.output.drawing.fit import between, ellipsis, padded
from cxtui.survey import edits
from cxtui.survey.question import Category, Item, Kind, Question
from cxtui.text import clean

_WIDEST = 12
_FIELD = 11


@dataclass(frozen=True, slots=True)
class Field:
    """A line above the answers: the wording, the kind, the heading of the question …"""

    name: str


LABEL, KIND, SECTION = Field("wording"), Field("kind"), Field("section")
UNCHOSEN, CLASSES = Field("not chosen"), Field("classes")

Line = Field | Item | Category
"""A field, a row of a grid, or an answer."""


def lines_of(question: Question) -> list[Line | str]:
    """Return what can be edited of a question, under headings."""
    lines: list[Line | str] = [LABEL, KIND, SECTION]
    if question.kind is Kind.MULTI and len(question.columns) > 1:
        lines.append(UNCHOSEN)
    if question.kind is Kind.NUMERIC:
        lines.append(CLASSES)
    if question.items:
        lines += [tr("Rows"), *question.items]
    if question.categories:
        lines += [tr("Answers"), *question.categories]
    return lines


class QuestionLines(Listing[Line]):
    """The fields of a question, its rows and its answers."""

    off_heading = -1

    def __init__(self) -> None:
        super().__init__(id="question-lines")
        self._question: Question | None = None
        self._wide = 0
        self._rooms: Sequence[int] = ()

    @property
    def chosen(self) -> Line:
        """The line under the cursor; the wording while nothing is shown yet."""
        return self.entry or LABEL

    def load(self, question: Question) -> None:
        """Show a question; the cursor keeps its line, or takes the one before."""
        self._question = question
        codes = [*map(_code, question.items), *map(_code, question.categories)]
        self._wide = min(_WIDEST, max(map(cell_len, codes), default=0))
        columns = zip(*map(_told, question.categories), strict=True)
        self._rooms = [max(map(cell_len, one)) for one in columns]
        self.fill(lines_of(question))

    def seek(self, code: str) -> None:
        """Put the cursor on the row or answer with this code."""
        was = self.chosen
        for position, one in enumerate(self.entries):
            if type(one) is type(was) and isinstance(one, Item | Category) and one.code == code:
                self.cursor = position
        self.paint()

    def line(self, entry: Line, position: int) -> Text:
        """Return a field with its value, a row or an answer."""
        width = self.size.width
        if isinstance(entry, Field):
            value = _value(self._question, entry) if self._question else ""
            text = f"{padded(tr(entry.name), _FIELD)}{value}"
            return Text(padded(ellipsis(text, width), width))
        head = f"  {padded(ellipsis(_code(entry), self._wide), self._wide)} "
        is_missing = isinstance(entry, Category) and entry.missing
        told = zip(_told(entry), self._rooms, strict=False)  # nothing is told of a row
        tail = " ".join(padded(text, room) for text, room in told if room)
        return Text(between(head, entry.label, tail, width), DIM if is_missing else "")


def _code(entry: Item | Category) -> str:
    """Return a code where it says more than the label."""
    code = clean(entry.code)
    return "" if code == entry.label else code


def _value(question: Question, field: Field) -> str:
    if field is LABEL:
        return question.label
    if field is SECTION:
        return question.section or tr("(none)")
    if field is CLASSES:
        return bounds_of(question) or tr("found from the answers")
    if field is UNCHOSEN:
        texts = ", ".join(repr(clean(one)) for one in question.unchosen)
        return texts or tr("an empty cell alone")
    return "  ".join(
        f"[{kind}]" if kind is question.kind else kind for kind in edits.possible_kinds(question)
    )


def bounds_of(question: Question) -> str:
    """Return the bounds of a number's classes, as they are typed."""
    return " ".join(f"{bound:.12g}" for bound in question.classes)


def _told(entry: Item | Category) -> tuple[str, ...]:
    """Return the spellings of an answer, its score, and whether it is missing."""
    if isinstance(entry, Item):
        return ()
    spelt = tr("+{} spellings", len(entry.spellings)) if entry.spellings else ""
    score = "" if entry.score is None else tr("score {:g}", entry.score)
    missing = tr("missing") if entry.missing else ""
    return spelt, score, missing
