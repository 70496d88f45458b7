"""The command line that prints a table again: it travels with every export that can carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cxtui.analysis.view.view import View, measures_of
from cxtui.analysis.view.view_options import options_of_view
from cxtui.options import typed, words_of
from cxtui.output.shell_words import shell_line

if TYPE_CHECKING:
    from cxtui.analysis.tables.trend import Trend

_STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Opened:
    """How a survey was opened: the words for FILE, and the codebook that was named, if any."""

    files: tuple[str, ...]
    codebook: str = ""

    def table(self, view: View, *options: str) -> str:
        """Return the command that prints the table of `view`."""
        return self._of_one("table", view, options)

    def _of_one(self, verb: str, view: View, options: Sequence[str]) -> str:
        """Return a command that names the question of `view`."""
        words = self._words(view, options)
        asked = [*map(_named, self.files), view.question]
        if view.question.startswith("-"):  # behind -- nothing is an option
            return shell_line(["cxtui", verb, *words, "--", *asked])
        return shell_line(["cxtui", verb, *asked, *words])

    def tables(self, view: View, *options: str) -> str:
        """Return the command that prints the tables of all questions, asked as `view` asks."""
        return self._of_any(["table", *map(_named, self.files), "--all"], view, options)

    def gaps(self, view: View, *options: str) -> str:
        """Return the command that ranks the gaps of `view`, with what a ranking heeds of it."""
        heeded = View(
            view.question,
            view.banner,
            view.filters,
            weight=view.weight,
            all_waves=view.all_waves,
            base=view.base,
            level=view.level,
        )
        return self._of_any(["gaps", *map(_named, self.files)], heeded, options)

    def trend(self, trend: Trend, *options: str) -> str:
        """Return the command that prints a trend again."""
        axis, default = trend.axis.id, View(trend.question.id)
        roles = tuple(one for one in trend.view.banner[-1] if one != axis)
        is_usual = trend.view.show is measures_of(trend.question)[0]
        heeded = replace(
            trend.view,
            banner=(roles or (axis,),),
            all_waves=False,
            show=None if is_usual else trend.view.show,
            family=default.family,
            sort=trend.sort,
        )
        return self._of_one("trend", heeded, (*typed("--over", axis), *options))

    def _of_any(self, asked: Sequence[str], view: View, options: Sequence[str]) -> str:
        """Return a command that names no question; nets are of one, and left out."""
        words = self._words(replace(view, nets=()), options)
        return shell_line(["cxtui", *asked, *words])

    def _words(self, view: View, options: Sequence[str]) -> list[str]:
        words = [*words_of(replace(options_of_view(view), question=None)), *options]
        return [*words, "--codebook", _named(self.codebook)] if self.codebook else words


def opened_as(files: Sequence[str], codebook: str, piped: str) -> Opened:
    """Return how a survey was opened; `-` stands for `piped`, which keeps standard input."""
    return Opened(tuple(_STANDARD_INPUT if one == piped else one for one in files), codebook)


def _named(file: str) -> str:
    """Return a file's name so that it does not look like an option."""
    return f"./{file}" if file.startswith("-") and file != _STANDARD_INPUT else file
