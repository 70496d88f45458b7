"""How strict the letters are: the correction for many tests, and the level."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cxtui.analysis.view.view import Correction, Family
from cxtui.app.panes.line_widget import BOLD, DIM, Lines
from cxtui.app.screens.base.overlay import Overlay
from cxtui.output.drawing.formulas import CORRECTIONS

Strictness = tuple[Correction, Family, float]
"""A correction, what is corrected together, and a level in per cent."""

_KEYS = "{up}{down} correction · {lower}{higher} level · {family} family · {take} applies"
_LEVELS = (80.0, 90.0, 95.0, 99.0)
_MEANS = {
    Correction.NONE: "{rest} % of the pairs that do not differ get a letter all the same.",
    Correction.HOLM: "A {family} has any false letter with a chance of {rest} % at most.",
    Correction.BH: "{rest} % of the letters in a {family}, at most, are expected to be false.",
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
        self._choice = _Choice(correction, family, level, self.hint(_KEYS))

    def compose(self) -> ComposeResult:
        """Lay out the one box."""
        yield self._choice

    def action_correction(self, by: int) -> None:
        """Choose another correction."""
        self._choice.choose(by, 0)

    def action_level(self, by: int) -> None:
        """Choose another level."""
        self._choice.choose(0, by)

    def action_family(self) -> None:
        """Correct the row by itself, or the whole table together."""
        self._choice.change_family()

    def action_take(self) -> None:
        """Take what is chosen."""
        self.dismiss(self._choice.chosen)


class _Choice(Lines):
    """The corrections under each other, the levels side by side."""

    def __init__(self, correction: Correction, family: Family, level: float, keys: str) -> None:
        super().__init__(id="correction")
        self.border_title = "Correction and level"
        self.border_subtitle = keys
        self._corrections = tuple(Correction)
        # A level from the command line stands among the usual ones.
        self._levels = tuple(sorted({*_LEVELS, level}))
        self._at = self._corrections.index(correction)
        self._family = family
        self._level = self._levels.index(level)

    @property
    def chosen(self) -> Strictness:
        """The correction, its family and the level that are chosen."""
        return self._corrections[self._at], self._family, self._levels[self._level]

    def change_family(self) -> None:
        """Choose the other family."""
        self._family = Family.ROW if self._family is Family.TABLE else Family.TABLE
        self.paint()

    def choose(self, correction: int, level: int) -> None:
        """Move in both lists."""
        self._at = max(0, min(self._at + correction, len(self._corrections) - 1))
        self._level = max(0, min(self._level + level, len(self._levels) - 1))
        self.paint()

    def paint(self) -> None:
        """Show both lists, and what the chosen correction means."""
        correction, family, level = self.chosen
        lines = [
            Text(
                f"{'●' if one is correction else '○'} {_name(one)}",
                BOLD if one is correction else "",
            )
            for one in self._corrections
        ]
        levels = Text("level ")
        for each in self._levels:
            at = each == level
            levels.append(f"[{each:g} %]" if at else f" {each:g} % ", BOLD if at else DIM)
        families = Text("of a  ")
        for other in Family:
            at = other is family
            families.append(f"[{other}]" if at else f" {other} ", BOLD if at else DIM)
        words = _MEANS[correction].format(rest=f"{100 - level:g}", family=family)
        means = Text(words, DIM).wrap(self.app.console, max(self.size.width, 1))
        self.show(
            [self.strip(line) for line in (*lines, Text(""), levels, families, Text(""), *means)]
        )


def _name(correction: Correction) -> str:
    words = CORRECTIONS[correction]
    return words[0].upper() + words[1:]
