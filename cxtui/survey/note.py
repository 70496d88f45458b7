"""Note: one sentence about a file, a table or a ranking, and what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cxtui.text import clean


class NoteKind(StrEnum):
    """What a note is about."""

    FILE = "file"
    """How the file was read, and what is odd about it."""
    CUT_OFF = "cut off"
    """The file is likely to have had more respondents: every number is in doubt."""
    CODEBOOK = "codebook"
    """The codebook's own note."""
    STATE = "state"
    """What the line of measure, base, weight and filters says, in a sentence."""
    MEASURE = "measure"
    ROWS = "rows"
    TESTS = "tests"
    GAP = "gap"
    """Which columns are subtracted, and in what unit."""
    HIDDEN = "hidden"
    """Rows and columns that are not shown."""
    SUPPRESSED = "suppressed"
    """Cells that are hidden for the protection of respondents."""
    BASES = "bases"
    """Which bases are small."""
    FEW_CASES = "few cases"
    WAVES = "waves"
    WEIGHT = "weight"
    DESIGN = "design"
    OVERALL_TEST = "overall test"
    DERIVED = "derived"
    """How a question was made of others."""
    TREND = "trend"
    DETECTED = "detected"
    """What was auto-detected."""


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence with its kind; `str(note)` is the sentence, safe to print on a terminal.

    `brief` are the few words that are under a table on the screen, empty if none.
    """

    kind: NoteKind
    text: str
    brief: str = ""

    def __post_init__(self) -> None:
        # it quotes names of files and columns
        object.__setattr__(self, "text", clean(self.text))
        object.__setattr__(self, "brief", clean(self.brief))

    def __str__(self) -> str:
        return self.text


def notes_about(kind: NoteKind, texts: Iterable[str]) -> tuple[Note, ...]:
    """Return notes of one kind."""
    return tuple(Note(kind, text) for text in texts)


def sentences_of(noted: Iterable[Note]) -> tuple[str, ...]:
    """Return the sentences of notes, in order."""
    return tuple(note.text for note in noted)
