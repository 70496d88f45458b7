"""The lines of a ranking under their verdicts; a question unfolds to its answers in place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rich.text import Text

from cxtui.analysis.ranking.ranked_lines import Answer, Line, Ranking
from cxtui.app.panes.line_widget import DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.app.panes.question_search import Finder
from cxtui.output.drawing.fit import padded
from cxtui.output.drawing.ranking_lines import RankingLayout, layout_of, sections_of

LineKey = tuple[str, str, str, str]
"""Question, group and the two sides of a line."""

_FOLDED, _OPEN, _NOTHING = "▸", "▾", " "


@dataclass(frozen=True, slots=True)
class RankedRow:
    """A line of a ranking, one of its answers, or what is said of all of them."""

    line: Line
    answer: Answer | None = None
    said: str = ""

    @property
    def key(self) -> LineKey:
        """What the row keeps while the ranking grows."""
        return key_of(self.line)


@dataclass(frozen=True, slots=True)
class Unfolding:
    """What is shown of a ranking: unfolded lines, one group's only, and letters searched for."""

    unfolded: frozenset[LineKey] = frozenset()
    group: str = ""
    search: str = ""
    at: LineKey | None = None
    """The line under the cursor; `None` before it was moved."""


def key_of(line: Line) -> LineKey:
    """Return what tells a line from all others of a list."""
    comparison = line.comparison
    return line.question.id, comparison.group, comparison.a, comparison.b


class RankingList(Listing[RankedRow]):
    """The questions under headings that say the verdict."""

    def __init__(self, shown: Unfolding) -> None:
        super().__init__(id="gaps")
        self.shown = shown
        self._layout: RankingLayout | None = None

    def load(self, ranking: Ranking | None) -> None:
        """Show a ranking; the cursor stays at its line once it was moved."""
        self._layout = layout_of(ranking, self.size.width) if ranking else None
        self._arrange()

    def show_only(self, shown: Unfolding) -> None:
        """Show other parts of the ranking."""
        self.shown = shown
        self._arrange()

    @property
    def columns(self) -> RankingLayout | None:
        """The columns at the present width."""
        return replace(self._layout, width=self.size.width) if self._layout else None

    def _arrange(self) -> None:
        entries: list[RankedRow | str] = []
        for head, lines in sections_of(self._layout.ranking) if self._layout else ():
            rows = [row for line in self._kept(lines) for row in self._rows(line)]
            entries += [head, *rows] if rows else []
        places = {
            one.key: place
            for place, one in reversed(list(enumerate(entries)))
            if isinstance(one, RankedRow)
        }
        before = self.entry if self.shown.at else None
        self.entries = entries
        self.cursor = places.get(self.shown.at, 1) if self.shown.at else 1
        if before is not None and before.answer is not None and before in entries:
            self.cursor = entries.index(before)
        self.paint()

    def _kept(self, lines: list[Line]) -> list[Line]:
        """Return the lines of the group and with the letters that are asked for, in their order."""
        shown = self.shown
        if shown.group:
            lines = [one for one in lines if one.comparison.group == shown.group]
        if not shown.search:
            return lines
        questions = {one.question.id: one.question for one in lines}
        found = {one.id for one in Finder(list(questions.values())).find(shown.search)}
        return [one for one in lines if one.question.id in found]

    def _rows(self, line: Line) -> Iterator[RankedRow]:
        yield RankedRow(line)
        layout = self.columns
        if layout is not None and key_of(line) in self.shown.unfolded:
            if said := layout.said_of_all(line):
                yield RankedRow(line, said=said)
            yield from (RankedRow(line, one) for one in line.in_order)

    def stand(self, position: int) -> None:
        """Put the cursor on a line: from then on it stays while more lines come in."""
        super().stand(position)
        self._remember()

    def _remember(self) -> None:
        if self.entry is not None:
            self.shown = replace(self.shown, at=self.entry.key)

    def unfold(self, keys: frozenset[LineKey], *, open_: bool) -> None:
        """Unfold lines, or fold them again; the cursor stays at its question."""
        self._remember()
        shown, entry = self.shown, self.entry
        unfolded = shown.unfolded | keys if open_ else shown.unfolded - keys
        if not open_ and entry is not None and entry.answer is not None:
            self.cursor = 0  # the answer under the cursor goes
        self.show_only(replace(shown, unfolded=unfolded))

    def line(self, entry: RankedRow, _: int) -> Text:
        """Return a question or an answer, grey unless it differs."""
        layout, width = self.columns, self.size.width
        if layout is None:
            return Text()
        if entry.answer is not None:
            text = layout.answer(entry.line, entry.answer)
            return text if entry.answer.is_marked else Text(padded(text.plain, width), DIM)
        if entry.said:
            return Text(entry.said, DIM)
        mark = _OPEN if entry.key in self.shown.unfolded else _FOLDED
        line = layout.line(entry.line, mark if entry.line.clearest else _NOTHING)
        return line if entry.line.holds else Text(padded(line.plain, width), DIM)
