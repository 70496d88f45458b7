"""The checks of a survey: what each found, its respondents, and the flags to be taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cxtui.analysis.checks.check import Check, Checks, Result
from cxtui.analysis.checks.check_survey import check_survey
from cxtui.analysis.derive.derived_lines import survey_with
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import View
from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.app.screens.base.drawn_lines import DrawnList, Paragraph
from cxtui.app.screens.base.key_hints import Box, hint_lines
from cxtui.app.screens.base.overlay import Overlay, moving
from cxtui.app.screens.base.pick_one import Pick
from cxtui.app.screens.results.respondents_screen import CellRespondents
from cxtui.errors import CxtuiError
from cxtui.messages import tr, tr_count
from cxtui.output.drawing.fit import ellipsis, folded, padded
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question
from cxtui.text import clean

_KEYS = (
    "{respondents} its respondents · {take_flag} makes the flag a question · "
    "{take_all} all flags · {duration} another duration · {close} leaves"
)
_KIND_WIDTH, _COUNTS_WIDTH, _MARK_WIDTH = 15, 16, 2
_DERIVED, _ERROR = "ƒ", "!"


@dataclass(frozen=True, slots=True)
class KeptAlone:
    """The filters that keep the respondents of a check alone, and what derives its flag."""

    filters: tuple[Filter, ...]
    lines: tuple[str, ...]


class CheckSurvey(Overlay[KeptAlone | None], named="checks"):
    """Lists the checks; flags are taken at once, answers the respondents to be kept alone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,K", "leave", "Close"),
        Binding("enter", "respondents", "Respondents"),
        Binding("space", "take", "Take flag"),
        Binding("A", "take_all", "Take all"),
        Binding("d", "duration", "Duration"),
        *moving(),
    ]

    def __init__(
        self,
        survey: Survey,
        take: Callable[[tuple[str, ...]], object],
        code: Callable[[str], object],
    ) -> None:
        """List the checks; `take` derives flags, `code` opens the screen that codes answers."""
        super().__init__()
        self._code = code
        self._survey = survey
        self._take = take
        self._taken: set[str] = set()
        self._checks = Checks(())
        self._said = ""

    def compose(self) -> ComposeResult:
        """Lay out the checks, and below them what the one under the cursor looked at."""
        n = self._survey.respondents
        title = tr_count(
            n, "Checks of {:,} respondent, unweighted", "Checks of {:,} respondents, unweighted"
        )
        with Box("checks", title):
            yield DrawnList(self._line, id="check-list")
            yield Paragraph(self._foot, id="check-foot")

    def on_mount(self) -> None:
        """Begin to check."""
        self.listing.focus()
        self._check("")

    @property
    def listing(self) -> DrawnList[Check]:
        """The checks."""
        return self.query_one(DrawnList)

    @property
    def _here(self) -> Check | None:
        return self.listing.entry

    def _check(self, duration: str) -> None:
        self._say(tr("checking …"))
        check = partial(check_survey, self._survey, duration)
        self.work_in_thread(check, self._show, keys_wait=True)

    def _show(self, found: Checks | CxtuiError) -> None:
        if isinstance(found, CxtuiError):
            self._say(str(found))
            return
        self._checks = found
        self.listing.fill(found.checks)
        self._say("")

    def _say(self, text: str) -> None:
        """Show a text above the keys, in place of what the check looked at."""
        self._said = text
        self.query_one(Paragraph).paint()

    @on(Listing.Chosen)
    def _chosen(self) -> None:
        """Tell of the check under the cursor."""
        self._say("")

    # What is shown

    def _line(self, one: Check, position: int, width: int) -> Text:
        """Return what was looked at, the number found, and whether the flag is derived."""
        before = self._checks.checks[position - 1] if position else None
        kind = "" if before is not None and before.kind is one.kind else tr(one.kind)
        is_run = one.result is not Result.NOT_RUN
        counts = one.counts if is_run else tr("not run")
        mark = _ERROR if one.result is Result.ERROR else " "
        mark += _DERIVED if self._is_derived(one) else " "
        counted = _COUNTS_WIDTH if counts else 0
        room = max(width - _KIND_WIDTH - counted - _MARK_WIDTH - 1, 0)
        about = self._about(one)
        line = Text().append(padded(kind, _KIND_WIDTH), DIM)
        is_found = one.result in {Result.FLAG, Result.ERROR}
        line.append(padded(ellipsis(about, room), room), BOLD if is_found else "")
        line.append(f"{counts:>{counted}}", "" if is_run else DIM)
        return line.append(f" {mark}")

    def _about(self, one: Check) -> str:
        """Return what was looked at, with the wording of a question, or what a test found."""
        about = clean(one.about)
        if one.result in {Result.TEST, Result.CLEAR} and not one.counts:
            return f"{about}: {clean(one.note)}"
        question = self._survey.codebook.find(one.about)
        worded = question is not None and question.label != question.id
        return f"{about}  {clean(question.label)}" if question and worded else about

    def _is_derived(self, one: Check) -> bool:
        known = self._survey.codebook.derived_ids
        return bool(one.flag) and (one.flag in self._taken or one.flag in known)

    def _foot(self, width: int, height: int) -> list[Text]:
        """Return what the check under the cursor looked at, its flag, and the keys."""
        keys = [Text(line, DIM) for line in hint_lines(self.hint(_KEYS), width, 2)]
        here = self._here
        told: list[str] = []
        if self._said or here is None:
            told = folded(self._said, width, height - len(keys))
        else:
            said = [one for one in (here.threshold, clean(here.note)) if one]
            told = folded("; ".join(said), width, 2)
            told += [ellipsis(clean(line), width) for line in here.lines]
        room = max(height - len(keys), 0)
        shown = [Text(line) for line in told[:room]]
        return [*shown, *[Text()] * (room - len(shown)), *keys]

    # Keys

    def action_leave(self) -> None:
        """Leave; flags that were taken stay."""
        self.dismiss(None)

    def action_take(self) -> None:
        """Derive the flag of the check under the cursor."""
        here = self._here
        if here is None or not here.lines:
            self._say(self._why_no_flag(here))
        else:
            self._take_lines(self._checks.lines_for(here))

    def action_take_all(self) -> None:
        """Derive all flags."""
        if self._checks.lines:
            self._take_lines(self._checks.lines)
        else:
            self._say(self._why_no_flag(None))

    def _why_no_flag(self, here: Check | None) -> str:
        if here is not None and self._is_derived(here):
            return tr("{} is a question already", clean(here.flag))
        return tr("no flag is proposed here")

    def _take_lines(self, lines: tuple[str, ...]) -> None:
        self._take(lines)
        for one in self._checks.checks:
            if one.lines and {*one.lines} <= {*lines}:
                self._taken.add(one.flag)
        self.listing.paint()
        taken = sum(one.flag in self._taken for one in self._checks.checks)
        message = "{:,} flag is a question now: it filters and compares"
        more = "{:,} flags are questions now: they filter and compare"
        self._say(tr_count(taken, message, more))

    def action_duration(self) -> None:
        """Pick the question with the duration of the interview."""
        numbers = [one for one in self._survey.codebook.questions if one.kind is Kind.NUMERIC]
        if not numbers:
            self._say(tr("no question is a number"))
            return

        def take(name: str | None) -> None:
            if name:
                self._check(name)

        self.app.push_screen(
            Pick(tr("Duration of the interview"), numbers, self._checks.duration), take
        )

    def action_respondents(self) -> None:
        """List the respondents that the check under the cursor found."""
        here = self._here
        if here is None or not here.found or not here.flag:
            self._say(tr("no respondents were found here"))
        elif self._survey.is_remote:
            self._say(tr("only counts come from a server, no respondents"))
        else:
            found = partial(_table_of, self._survey, here, self._checks)
            self.work_in_thread(found, partial(self._list, here))

    def _list(self, check: Check, found: tuple[Survey, Table] | CxtuiError) -> None:
        if isinstance(found, CxtuiError):
            self._say(str(found))
            return
        survey, table = found
        row = next(at for at, each in enumerate(table.rows) if each.code == check.code)

        def take(filters: tuple[Filter, ...] | None) -> None:
            if filters:
                self.dismiss(KeptAlone(filters, self._checks.lines_for(check)))

        shown = [one.id for one in _items(survey, check)]
        self.app.push_screen(CellRespondents(survey, table, row, 0, self._code, shown), take)


def _items(survey: Survey, check: Check) -> list[Question]:
    """Return the question that a check looked at, of a grid its items; none of several."""
    codebook = survey.codebook
    question = codebook.find(check.about)
    if question is None or question.kind is not Kind.GRID:
        return [question] if question else []
    return [one for each in question.items if (one := codebook.find_item(question.id, each.code))]


def _table_of(survey: Survey, check: Check, checks: Checks) -> tuple[Survey, Table]:
    """Return the table of the flag of a check, all respondents unweighted, and its survey."""
    derived = survey_with(survey, checks.lines_for(check))
    return derived, tabulate(derived, View(check.flag, all_waves=True))
