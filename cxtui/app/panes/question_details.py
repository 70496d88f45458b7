"""What a codebook says of one question, as a list: its fields, its rows and its answers."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from cxtui.app.panes.line_widget import BOLD, CURSOR, DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.output.drawing.fit import between, ellipsis, padded
from cxtui.survey import edits
from cxtui.survey.question import Category, Item, Kind, Question
from cxtui.text import clean

_WIDEST = 12
_FIELD = 11


@dataclass(frozen=True, slots=True)
class Field:
    """A line above the answers: the wording, the kind, the heading it stands under …"""

    name: str


LABEL, KIND, SECTION = Field("wording"), Field("kind"), Field("section")
UNCHOSEN, CLASSES = Field("not chosen"), Field("classes")

Line = Field | Item | Category | str
"""A field, a row of a grid, an answer, or a heading."""


def lines_of(question: Question) -> list[Line]:
    """Return what there is to edit of a question."""
    lines: list[Line] = [LABEL, KIND, SECTION]
    if question.kind is Kind.MULTI and len(question.columns) > 1:
        lines.append(UNCHOSEN)
    if question.kind is Kind.NUMERIC:
        lines.append(CLASSES)
    if question.items:
        lines += ["Rows", *question.items]
    if question.categories:
        lines += ["Answers", *question.categories]
    return lines


class Described(Listing):
    """The fields of a question, its rows and its answers."""

    def __init__(self) -> None:
        super().__init__(id="question-lines")
        self._question: Question | None = None
        self._entries: list[Line] = []
        self._wide = 0

    @property
    def length(self) -> int:
        """How many lines there are, headings included."""
        return len(self._entries)

    @property
    def entry(self) -> Line:
        """What is under the cursor; the wording while nothing is shown yet."""
        return self._entries[self.cursor] if self._entries else LABEL

    def stands(self, position: int) -> bool:
        """Whether there is something to edit, not a heading."""
        return super().stands(position) and not isinstance(self._entries[position], str)

    def load(self, question: Question) -> None:
        """Show a question; the cursor stays where it can."""
        self._question, self._entries = question, lines_of(question)
        codes = [_code(one) for one in self._entries if isinstance(one, Item | Category)]
        self._wide = min(_WIDEST, max(map(cell_len, codes), default=0))
        self.cursor = min(self.cursor, self.length - 1)
        if not self.stands(self.cursor):
            self.cursor -= 1
        self.paint()

    def seek(self, code: str) -> None:
        """Put the cursor on the row or answer with this code."""
        was = self.entry
        for position, one in enumerate(self._entries):
            if type(one) is type(was) and isinstance(one, Item | Category) and one.code == code:
                self.cursor = position
        self.paint()

    def line(self, position: int, *, at_cursor: bool) -> Text:
        """Return a field with its value, a heading, a row or an answer."""
        entry, width, question = self._entries[position], self.size.width, self._question
        if isinstance(entry, str) or question is None:
            return Text(str(entry), BOLD)
        if isinstance(entry, Field):
            text = f"{padded(entry.name, _FIELD)}{_value(question, entry)}"
            return Text(padded(ellipsis(text, width), width), CURSOR if at_cursor else "")
        head = f"  {padded(ellipsis(_code(entry), self._wide), self._wide)} "
        text = between(head, entry.label, _tail(entry), width)
        is_missing = isinstance(entry, Category) and entry.missing
        return Text(text, CURSOR if at_cursor else DIM if is_missing else "")


def _code(entry: Item | Category) -> str:
    """Return a code where it says more than the label."""
    code = clean(entry.code)
    return "" if code == entry.label else code


def _value(question: Question, field: Field) -> str:
    if field is LABEL:
        return question.label
    if field is SECTION:
        return question.section or "(none)"
    if field is CLASSES:
        return bounds_of(question) or "found from the answers"
    if field is UNCHOSEN:
        return ", ".join(repr(clean(one)) for one in question.unchosen) or "an empty cell alone"
    return "  ".join(
        f"[{kind}]" if kind is question.kind else kind for kind in edits.possible_kinds(question)
    )


def bounds_of(question: Question) -> str:
    """Return the bounds of a number's classes, as they are typed."""
    return " ".join(f"{bound:.12g}" for bound in question.classes)


def _tail(entry: Item | Category) -> str:
    """Return what else is said of an answer, in columns."""
    if isinstance(entry, Item):
        return ""
    score = "" if entry.score is None else f"score {entry.score:g}"
    spelt = f"+{len(entry.spellings)} spellings" if entry.spellings else ""
    missing = "missing" if entry.missing else ""
    return f"{spelt} {padded(score, 9)} {padded(missing, 7)}"
