"""The answers on which coders disagree, and what each of them said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cxtui.app.panes.line_widget import DIM
from cxtui.app.screens.base.drawn_lines import DrawnList, Paragraph
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.overlay import Overlay, moving
from cxtui.messages import tr, tr_count
from cxtui.output.drawing.fit import ellipsis, folded
from cxtui.survey.derive.derivation import Code
from cxtui.work.coding.coding_desk import Disagreement, Wording

_FOOT = 4


class Disagreements(Overlay[Wording | None], named="disagreements"):
    """Lists the answers that were coded differently; answers the one to go to, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,d,exclamation_mark", "dismiss", "Close"),
        Binding("enter", "pick", "Go there"),
        *moving("pagedown,space"),
    ]

    def __init__(self, found: Sequence[Disagreement], codes: Sequence[Code]) -> None:
        super().__init__()
        self._found = found
        self._labels = {one.code: one.label for one in codes}

    def compose(self) -> ComposeResult:
        """Lay out the answers, and what the coders said of the one under the cursor."""
        n = len(self._found)
        title = tr_count(n, "{:,} answer coded differently", "{:,} answers coded differently")
        keys = self.hint("{go_there} goes there · {close} leaves")
        with Box("respondents", title, keys):
            yield DrawnList(self._line, self._found, id="people")
            yield Paragraph(self._said, id="disagreements-foot")

    def on_mount(self) -> None:
        """Give the list the focus."""
        self._listing.focus()

    @property
    def _listing(self) -> DrawnList[Disagreement]:
        return self.query_one(DrawnList)

    def on_listing_chosen(self) -> None:
        """Show what was said of another answer."""
        self.query_one(Paragraph).paint()

    def action_pick(self) -> None:
        """Go to the answer under the cursor."""
        if (one := self._listing.entry) is not None:
            self.dismiss(one.wording)

    def _line(self, one: Disagreement, _: int, width: int) -> Text:
        return Text(ellipsis(one.wording.text, width))

    def _said(self, width: int, height: int) -> list[Text]:
        """Return each coder's codes of the answer under the cursor."""
        if (one := self._listing.entry) is None:
            return []
        said = (
            tr("{}: {}", coder, " · ".join(self._labels.get(code, code) for code in codes))
            for coder, codes in one.codes.items()
        )
        lines = [line for each in said for line in folded(each, width, 2)]
        return [Text(line, DIM) for line in lines[: max(height, 1)]]
