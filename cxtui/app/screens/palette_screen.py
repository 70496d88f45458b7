"""The palette: every command and every question, found by its words or by what others call it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.text import Text

from cxtui.app.keys.commands import Command
from cxtui.app.keys.synonyms import synonyms_of
from cxtui.app.screens.base.find_line import has_all
from cxtui.app.screens.base.pick_line import PickLine
from cxtui.messages import tr
from cxtui.output.drawing.fit import ellipsis, question_between
from cxtui.survey.question import Question
from cxtui.text import clean

Choice = Command | Question


class Palette(PickLine, named="palette"):
    """Picks a command or a question; answers its place among both."""

    def __init__(self, commands: Sequence[Command], questions: Sequence[Question]) -> None:
        self.choices: tuple[Choice, ...] = (*commands, *questions)
        super().__init__(tr("Commands and questions"), list(map(_line, self.choices)))
        self._ranked = [
            (place, rank, text.casefold())
            for place, one in enumerate(self.choices)
            for rank, text in enumerate(_texts(one))
        ]

    def drawn(self, line: int, _: int, width: int) -> Text:
        """Return a command, or a question with its id: the wordings of several may be alike."""
        one = self.choices[line]
        if isinstance(one, Question):
            return Text(question_between("", one, ellipsis(clean(one.id), width // 2), width))
        return super().drawn(line, _, width)

    def find(self, words: Sequence[str | re.Pattern[str]]) -> list[int]:
        """Return the places of what has all of these words: in its title before its help."""
        best: dict[int, int] = {}
        for place, rank, text in self._ranked:
            if place not in best and has_all(text, words):
                best[place] = rank
        return sorted(best, key=lambda place: (best[place], place))


def _line(one: Choice) -> str:
    if isinstance(one, Question):
        return clean(f"{one.label} ({one.id})")
    return f"{tr(one.title)} ({one.shown_keys}): {tr(one.help)}"


def _texts(one: Choice) -> tuple[str, ...]:
    """Return the texts in which words are sought, the most telling first."""
    if isinstance(one, Question):
        return ("", f"{one.id} {one.label}")
    title, synonyms = tr(one.title), synonyms_of(one.id)
    return (title, f"{title} {synonyms}", f"{title} {synonyms} {tr(one.help)}")
