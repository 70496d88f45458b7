"""The palette: every command and every question, found by its words or by what others call it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cxtui.app.keys.commands import Command
from cxtui.app.screens.base.pick_line import PickLine, has_all
from cxtui.messages import tr
from cxtui.survey.question import Question
from cxtui.text import clean

_SYNONYMS: Mapping[str, str] = {
    "find": "search",
    "banner": "crosstab columns break compare groups segments breakdown",
    "filter": "subset select cases where respondents range dates",
    "keep": "subset select filter",
    "exclude": "remove drop filter without",
    "gaps": "ranking differences biggest significant stands out significance compare groups",
    "trend": "waves time change tracker years months",
    "measure": "percent column row total counts mean average index",
    "chart": "bars picture graph plot",
    "sort": "order rank",
    "weight": "weighted unweighted",
    "weighting": "rake raking targets calibrate post-stratification",
    "inspect": "details p-value confidence interval standard error test formula",
    "correction": "significance level confidence holm bonferroni benjamini hochberg stat test",
    "full": "top 2 box top2 bottom 2 nets means missing don't know nps promoter score",
    "nets": "net combine group answers top 2 box top2",
    "against": "compare total rest significance letters",
    "base": "answering asked all respondents percentages",
    "codebook": "labels metadata variables types settings",
    "describe": "labels recode scale order missing question type",
    "undo": "back previous",
    "saved": "bookmarks views favourites",
    "view_line": "command text syntax",
    "copy": "clipboard e-mail email paste tsv markdown",
    "reload": "refresh update",
    "sheet": "tab",
    "export": "excel xlsx csv save write file html pdf powerpoint",
    "export_all": "excel xlsx workbook book of tables all questions report",
    "help": "keys shortcuts",
    "quit": "exit close leave",
}
"""What a command is also called, by its id; to be translated."""

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
    title, synonyms = tr(one.title), tr(_SYNONYMS.get(one.id, ""))
    return (title, f"{title} {synonyms}", f"{title} {synonyms} {tr(one.help)}")
