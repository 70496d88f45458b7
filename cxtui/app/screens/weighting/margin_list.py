"""The margins of a weight as a list: each answer with its target and its percentages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from cxtui.app.panes.line_widget import DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.messages import tr
from cxtui.number_signs import count_text
from cxtui.output.drawing.fit import ellipsis, fitted
from cxtui.output.drawing.number_text import rounded
from cxtui.session.weighting_editor import WeightingEditor
from cxtui.text import clean
from cxtui.work.weighting.weigh_draft import MarginRow

_WIDE = 100
"""The width from which all columns are shown."""
_CODE = 12


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures: its head and its width, each where there is room and where not."""

    heads: tuple[str, str]
    rooms: tuple[int, int]
    text: Callable[[MarginRow], str] = lambda _: ""

    def head(self, width: int) -> str:
        """Return the head."""
        return tr(self.heads[width < _WIDE])

    def room(self, width: int) -> int:
        """Return the width of the column in a line so wide."""
        return self.rooms[width < _WIDE]


_BASE = Column(("Base %", "Base %"), (9, 8), lambda row: rounded(row.base))
_TARGET = Column(("Target ", "Target "), (13, 11))
_N = Column(("n", "n"), (10, 8), lambda row: count_text(row.n))
_UNWEIGHTED = Column(("Unweighted %", "Unw. %"), (14, 8), lambda row: rounded(row.unweighted))
_PERCENT = Column(("Target %", "Target %"), (10, 9), lambda row: rounded(row.target))
_WEIGHTED = Column(("Weighted %", "Wtd. %"), (12, 8), lambda row: rounded(row.weighted))
_FACTOR = Column(("Factor", "Factor"), (9, 8), lambda row: rounded(row.factor, 3))
_COLUMNS = (_N, _UNWEIGHTED, _BASE, _TARGET, _PERCENT, _WEIGHTED, _FACTOR)
_FIRST_TO_GO = (_PERCENT, _N, _FACTOR, _BASE, _WEIGHTED, _UNWEIGHTED)
_ANSWER = 14
"""Cells that an answer has at least, whatever figures stand beside it."""


class MarginList(Listing[MarginRow]):
    """The answers of all margins; the target under the cursor is the one that is typed."""

    def __init__(self, editor: WeightingEditor) -> None:
        super().__init__(id="margins")
        self._editor = editor

    def load(self, go_to: int | None = None) -> None:
        """Show the effect of the targets; `go_to` is a margin whose first answer gets the cursor.

        The effect may still be that of the targets before.
        """
        effect = self._editor.effect
        entries: list[MarginRow | str] = []
        for at, one in enumerate(effect.margins):
            label = " × ".join(map(self._wording, effect.draft.margins[at].questions))
            said = f"{one.name} · {one.state}"
            entries.append(clean(said if label == one.name else f"{said} · {label}"))
            if at == go_to:
                self.cursor = len(entries)
            entries += one.rows
        self.fill(entries)

    def _wording(self, name: str) -> str:
        question = self._editor.survey.codebook.find(name)
        return question.label if question else name

    @property
    def answer(self) -> MarginRow | None:
        """The answer under the cursor, `None` while other margins are shown than there are."""
        return self.entry if self._editor.shows_margins else None

    def typed(self, row: MarginRow) -> str:
        """Return the target that has been typed for an answer by now."""
        if not self._editor.shows_margins:
            return row.typed
        return self._editor.now.margins[row.margin].text_of(row.code)

    def heads(self, width: int, _: int) -> list[Text]:
        """Return the line of column heads."""
        columns = self._columns(width)
        heads = "".join(one.head(width).rjust(one.room(width)) for one in columns)
        return [Text(fitted(tr("Answer"), width - cell_len(heads)) + heads, DIM)]

    def _columns(self, width: int) -> list[Column]:
        """Return the columns that leave room for the answers; the target is always there.

        Without a base weight its column says nothing new.
        """
        has_base = width >= _WIDE or self._editor.now.base
        columns = [one for one in _COLUMNS if has_base or one is not _BASE]
        for one in _FIRST_TO_GO:
            if width - sum(each.room(width) for each in columns) < _ANSWER and one in columns:
                columns.remove(one)
        return columns

    def line(self, entry: MarginRow, position: int) -> Text:
        """Return an answer with its figures."""
        width = self.size.width
        typed = self.typed(entry) if entry.is_answer else ""
        target = f"‹{typed}›" if position == self.cursor and entry.is_answer else f"{typed} "
        cells = (
            (target if one is _TARGET else one.text(entry), one.room(width))
            for one in self._columns(width)
        )
        figures = "".join(ellipsis(text, room - 1).rjust(room) for text, room in cells)
        code = clean(entry.code) if entry.code != entry.label.replace(" × ", "|") else ""
        label = (
            f"  {ellipsis(code, _CODE)} {clean(entry.label)}" if code else f"  {clean(entry.label)}"
        )
        return Text(fitted(label, width - cell_len(figures)) + figures, "" if entry.n else DIM)
