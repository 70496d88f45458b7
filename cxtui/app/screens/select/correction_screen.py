"""The strictness of the letters: the correction for many tests, and the level."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cxtui.analysis.view.view import Correction, Family
from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.screens.base.drawn_lines import Paragraph
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.overlay import Overlay
from cxtui.messages import tr
from cxtui.number_signs import short_number
from cxtui.output.drawing.formula_texts import CORRECTIONS

T = TypeVar("T")

Strictness = tuple[Correction, Family, float]
"""A correction, the tests that are corrected together, and a level in per cent."""

_KEYS = (
    "{up}{down} correction · {lower}{higher} level · {family} family · {take} applies · "
    "{close} leaves"
)
_LEVELS = (80.0, 90.0, 95.0, 99.0)
_MEANS = {
    Correction.NONE: "Each pair that does not differ has a {rest}% chance of a letter.",
    Correction.HOLM: "At most a {rest}% chance of any false positive per {family}.",
    Correction.BH: "At most {rest}% of the letters in a {family} are expected to be false.",
}


class PickCorrection(Overlay[Strictness | None], named="correction"):
    """Pick a correction and a level together; answers both, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,c", "dismiss", "Close"),
        Binding("down,j", "correction(1)", "Down"),
        Binding("up,k", "correction(-1)", "Up"),
        Binding("right,l", "level(1)", "Higher"),
        Binding("left,h", "level(-1)", "Lower"),
        Binding("f,tab", "family", "Family"),
        Binding("enter", "take", "Take"),
    ]

    def __init__(self, correction: Correction, family: Family, level: float) -> None:
        super().__init__()
        self._corrections = tuple(Correction)
        # A level from the command line is listed among the usual ones.
        self._levels = tuple(sorted({*_LEVELS, level}))
        self._correction, self._family, self._level = correction, family, level

    def compose(self) -> ComposeResult:
        """Lay out the corrections under each other, the levels side by side."""
        with Box("correction", tr("Correction and level"), self.hint(_KEYS)):
            yield Paragraph(self._lines, id="correction-lines")

    def _lines(self, width: int, _: int) -> list[Text]:
        """Return both lists, and what the chosen correction means."""
        lines = []
        for one in self._corrections:
            chosen, words = one is self._correction, tr(CORRECTIONS[one])
            sign = "●" if chosen else "○"
            lines.append(Text(f"{sign} {words[0].upper()}{words[1:]}", BOLD if chosen else ""))
        levels, families = Text(tr("level ")), Text(tr("of a  "))
        for level in self._levels:
            chosen = level == self._level
            said = f"{short_number(level)}%"
            levels.append(f"[{said}]" if chosen else f" {said} ", BOLD if chosen else DIM)
        for family in Family:
            chosen = family is self._family
            families.append(
                f"[{tr(family)}]" if chosen else f" {tr(family)} ", BOLD if chosen else DIM
            )
        rest = short_number(100 - self._level)
        means = tr(_MEANS[self._correction], rest=rest, family=tr(self._family))
        folded = Text(means, DIM).wrap(self.app.console, width)
        return [*lines, Text(""), levels, families, Text(""), *folded]

    def action_correction(self, by: int) -> None:
        """Choose another correction."""
        self._correction = _beside(self._corrections, self._correction, by)
        self.query_one(Paragraph).paint()

    def action_level(self, by: int) -> None:
        """Choose another level."""
        self._level = _beside(self._levels, self._level, by)
        self.query_one(Paragraph).paint()

    def action_family(self) -> None:
        """Correct the row by itself, or the whole table together."""
        self._family = Family.ROW if self._family is Family.TABLE else Family.TABLE
        self.query_one(Paragraph).paint()

    def action_take(self) -> None:
        """Answer what is chosen."""
        self.dismiss((self._correction, self._family, self._level))


def _beside(values: tuple[T, ...], value: T, by: int) -> T:
    """Return the value before or after another one, or that one itself at the end."""
    return values[max(0, min(values.index(value) + by, len(values) - 1))]
