"""The margins of a weight as a list: each answer with its target and its percentages."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from cxtui.app.panes.line_widget import DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.messages import tr
from cxtui.output.drawing.fit import ellipsis, fitted
from cxtui.output.drawing.number_text import rounded
from cxtui.session.weighting_editor import WeightingEditor
from cxtui.text import clean
from cxtui.work.weighting.weigh_draft import MarginRow

_WIDE = 100
"""The width from which all columns are shown."""
_CODE = 12


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
        heads = "".join(head.rjust(room) for head, room in self._columns(width))
        return [Text(fitted(tr("Answer"), width - cell_len(heads)) + heads, DIM)]

    def _columns(self, width: int) -> list[tuple[str, int]]:
        """Return the head and the width of each column of figures."""
        has_all = width >= _WIDE
        columns = [
            (tr("n"), 8),
            (tr("Unweighted %") if has_all else tr("Unw. %"), 14 if has_all else 8),
        ]
        if has_all or self._editor.now.base:
            columns.append((tr("Base %"), 8))
        columns.append((tr("Target "), 12))
        if has_all or not self._are_per_cent:
            columns.append((tr("Target %"), 10))
        return [*columns, (tr("Weighted %"), 12), (tr("Factor"), 8)]

    @property
    def _are_per_cent(self) -> bool:
        """Whether all targets are per cent, so that a column of percentages says nothing new."""
        return all(
            not row.typed or row.target is None or row.typed == rounded(row.target)
            for one in self._editor.effect.margins
            for row in one.rows
        )

    def line(self, entry: MarginRow, position: int) -> Text:
        """Return an answer with its figures."""
        width = self.size.width
        columns = self._columns(width)
        typed = self.typed(entry) if entry.is_answer else ""
        target = f"‹{typed}›" if position == self.cursor and entry.is_answer else f"{typed} "
        texts = {
            tr("n"): f"{entry.n:,}",
            tr("Base %"): rounded(entry.base),
            tr("Target "): target,
            tr("Target %"): rounded(entry.target),
            tr("Weighted %"): rounded(entry.weighted),
            tr("Factor"): rounded(entry.factor, 3),
        }
        figures = "".join(
            ellipsis(texts.get(head, rounded(entry.unweighted)), room - 1).rjust(room)
            for head, room in columns
        )
        code = (
            f"{ellipsis(clean(entry.code), _CODE)} "
            if entry.code != entry.label.replace(" × ", "|")
            else ""
        )
        label = f"  {code}{clean(entry.label)}"
        return Text(fitted(label, width - cell_len(figures)) + figures, "" if entry.n else DIM)
