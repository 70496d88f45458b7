"""Brief: sections of paragraphs, rows and bars, each with the commands its numbers come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cxtui.messages import tr


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences; `lead` stands before them in bold; `framed` sets them apart.

    `sources` are the commands that print the numbers again.
    """

    text: str
    lead: str = ""
    framed: bool = False
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """A small table of texts: the first column names the rows, the others are numbers."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: the answer, whose it is, and how many percent; `accent` is the colour's position."""

    label: str
    side: str
    percent: float
    text: str
    accent: int


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars on one axis from 0 to 100, the two sides of an answer below each other."""

    bars: tuple[Bar, ...]


Block = Paragraph | Rows | Bars


@dataclass(frozen=True, slots=True)
class Claim:
    """A difference that a brief states: of which answer (empty for the question as a whole)."""

    question: str
    answer: str
    a: str
    b: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class BriefSection:
    """A part of a brief, under its heading; `id` is what `--section` calls it."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """The whole page: what it is about, who was asked when, and its sections."""

    title: str
    subtitle: str
    sections: tuple[BriefSection, ...]
    numbers: dict[str, int] = field(init=False, repr=False, compare=False)
    """The commands that the numbers come from, numbered as they are cited first."""

    def __post_init__(self) -> None:
        """Number the commands."""
        cited = dict.fromkeys(self._cited())
        object.__setattr__(self, "numbers", {one: at for at, one in enumerate(cited, 1)})

    def _cited(self) -> Iterator[str]:
        for section in self.sections:
            for block in section.blocks:
                if not isinstance(block, Bars):
                    yield from filter(None, block.sources)

    def cites(self, block: Paragraph | Rows) -> str:
        """Return the numbers of a block's commands in brackets, empty without one."""
        numbers = sorted({self.numbers[one] for one in block.sources if one})
        return tr("[{}]", ", ".join(map(str, numbers))) if numbers else ""
