"""The command line that prints a table again: it travels with every export that can carry it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from cxtui.analysis.view import View
from cxtui.survey.clean import clean


@dataclass(frozen=True, slots=True)
class Opened:
    """How a survey was opened: the words for FILE, and the codebook that was named, if any."""

    file: str
    codebook: str = ""

    def table(self, view: View, *options: str) -> str:
        """Return the command that prints the table of `view`."""
        return self._line("table", view.question, *view.options()[2:], *options)

    def tables(self, view: View, *options: str) -> str:
        """Return the command that prints the tables of all questions, asked as `view` asks."""
        return self._line("table", "--all", *view.with_question("").options()[2:], *options)

    def gaps(self, view: View, *options: str) -> str:
        """Return the command that ranks the gaps of `view`."""
        return self._line("gaps", *view.with_question("").options()[2:], *options)

    def _line(self, verb: str, *words: str) -> str:
        named = ("--codebook", self.codebook) if self.codebook else ()
        line = shlex.join(["cxtui", verb, self.file, *words, *named])
        return line if line.isprintable() else clean(line)
