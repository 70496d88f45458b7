"""The command line that prints a result again, which every export with notes carries."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cxtui.analysis.view.view import View, measures_of
from cxtui.analysis.view.view_options import options_of_view
from cxtui.options import typed, words_of

if TYPE_CHECKING:
    from cxtui.analysis.ranking.ranked_lines import Ranking
    from cxtui.analysis.ranking.ranking_options import RankingOptions
    from cxtui.analysis.tables.trend import Trend

_STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Opened:
    """How a survey was opened: the words for FILE, the codebook and the sheet that were named.

    `derive` has a line for each derived question that is not in the codebook; `suppress` is that of
    `--suppress`.
    Without files, as for a data frame, every command is empty.
    """

    files: tuple[str, ...] = ()
    codebook: str = ""
    sheet: str = ""
    derive: tuple[str, ...] = ()
    suppress: int = 0

    def table(self, view: View, *options: str) -> str:
        """Return the command that prints the table of `view`."""
        return self._of_one("table", view, options)

    def tables(self, view: View, *options: str) -> str:
        """Return the command that prints the tables of all questions with the options of `view`."""
        every = replace(view, nets=(), derive=tuple(self._derived(view)))
        words = self._words(every, options, needed=every.derive)
        return self._line(["table", *map(_named, self.files), "--all", *words])

    def respondents(self, view: View, *options: str) -> str:
        """Return the command that prints the respondents of `view`."""
        asked = View(view.question, filters=view.filters, weight=view.weight, derive=view.derive)
        words = self._words(replace(asked, all_waves=view.all_waves), options)
        return self._line(["rows", *map(_named, self.files), *words])

    def checks(self, *options: str) -> str:
        """Return the command that checks the survey again."""
        words = self._words(View(""), options, needed=self.derive)
        return self._line(["check", *map(_named, self.files), *words])

    def ranking(self, ranking: Ranking, *options: str) -> str:
        """Return the command that prints a ranking again: `changes` where waves are compared."""
        from cxtui.analysis.ranking.ranking_options import Compare

        view, asked = ranking.view, words_of(ranking.options)
        ranked = View(view.question, view.banner, view.filters, view.weight)
        ranked = replace(ranked, base=view.base, level=view.level, variance=view.variance)
        ranked = replace(ranked, derive=view.derive)
        verb = "gaps"
        if ranking.options.compare is Compare.WAVES:
            verb, asked = "changes", asked[2:]  # which compares waves always
        else:
            ranked = replace(ranked, all_waves=view.all_waves)
        words = self._words(ranked, (*asked, *options))
        return self._line([verb, *map(_named, self.files), *words])

    def brief(self, view: View, ranked: RankingOptions, *options: str) -> str:
        """Return the command that writes a brief on a view again."""
        asked = View(view.question, view.banner, view.filters, view.weight, view.all_waves)
        asked = replace(asked, base=view.base, level=view.level, variance=view.variance)
        words = self._words(replace(asked, derive=view.derive), (*words_of(ranked), *options))
        return self._line(["brief", *map(_named, self.files), *words])

    def trend(self, trend: Trend, *options: str) -> str:
        """Return the command that prints a trend again."""
        axis, default = trend.axis.id, View(trend.question.id)
        groups = tuple(one for one in trend.view.banner[-1] if one != axis)
        is_usual = trend.view.show is measures_of(trend.question)[0]
        view = replace(
            trend.view,
            banner=(groups or (axis,),),
            all_waves=False,
            show=None if is_usual else trend.view.show,
            family=default.family,
            sort=trend.sort,
        )
        return self._of_one("trend", view, (*typed("--over", axis), *options))

    def _of_one(self, verb: str, view: View, options: Sequence[str]) -> str:
        """Return a command that names the question of `view`."""
        words = self._words(view, options)
        named = [*map(_named, self.files), view.question]
        if view.question.startswith("-"):  # behind -- nothing is an option
            return self._line([verb, *words, "--", *named])
        return self._line([verb, *named, *words])

    def _line(self, words: Iterable[str]) -> str:
        return shell_line(["cxtui", *words]) if self.files else ""

    def _words(
        self, view: View, options: Sequence[str], needed: Iterable[str] | None = None
    ) -> list[str]:
        """Return the options of a view; of its derived lines the `needed`, or those it may name."""
        words = [*words_of(replace(options_of_view(view), question=None)), *options]
        if needed is None:
            needed = self._needed(view, words)
        words += [word for line in needed for word in typed("--derive", line)]
        words += ["--sheet", self.sheet] if self.sheet else []
        words += ["--suppress", str(self.suppress)] if self.suppress else []
        return [*words, "--codebook", _named(self.codebook)] if self.codebook else words

    def _derived(self, view: View) -> list[str]:
        return list(dict.fromkeys((*self.derive, *view.derive)))

    def _needed(self, view: View, words: Sequence[str]) -> Sequence[str]:
        if not (lines := self._derived(view)):
            return ()
        from cxtui.analysis.derive.derived_lines import needed_lines

        return needed_lines(lines, [view.question, *words])


def opened_as(
    files: Sequence[str],
    codebook: str,
    piped: str,
    sheet: str = "",
    derive: tuple[str, ...] = (),
    suppress: int = 0,
) -> Opened:
    """Return how a survey was opened; the file `piped`, a copy of standard input, is `-`."""
    named = tuple(_STANDARD_INPUT if one == piped else one for one in files)
    return Opened(named, codebook, sheet, derive, suppress)


def _named(file: str) -> str:
    """Return a file's name so that it does not look like an option."""
    return f"./{file}" if file.startswith("-") and file != _STANDARD_INPUT else file


def shell_line(words: Iterable[str]) -> str:
    """Return the words as one command line for a POSIX shell, safe to show on a terminal."""
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    """Return one word; characters that cannot be printed are spelled as octal bytes."""
    if word.isprintable():
        return shlex.quote(word)
    spelled = (
        one
        if one.isprintable()
        else "".join(f"\\{byte:03o}" for byte in one.encode("utf-8", "surrogateescape"))
        for one in word.replace("\\", "\\\\").replace("'", "\\'")
    )
    return f"$'{''.join(spelled)}'"
