"""The respondents of a cell: who they are, and what they wrote; nothing of it is kept anywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cxtui.analysis.query.side_queries.respondent_rows import RespondentRows, open_questions
from cxtui.analysis.query.side_queries.written_answers import is_written
from cxtui.analysis.tables.cell_filters import filters_of_cell
from cxtui.analysis.tables.cell_respondents import cell_in_words, read_cell
from cxtui.analysis.tables.table import Table
from cxtui.app.panes.line_widget import DIM
from cxtui.app.screens.base.drawn_lines import DrawnList, Paragraph
from cxtui.app.screens.base.key_hints import Box, hint_lines
from cxtui.app.screens.base.overlay import moving
from cxtui.app.screens.base.pick_one import Pick
from cxtui.app.screens.base.prompt import Prompt
from cxtui.app.screens.base.search_overlay import SearchOverlay
from cxtui.app.screens.results.inspect_screen import Inspect
from cxtui.app.terminal.copying import copy_from
from cxtui.errors import CxtuiError
from cxtui.messages import tr, tr_count
from cxtui.output import Format, render
from cxtui.output.drawing.cell_details import Details
from cxtui.output.drawing.fit import ellipsis, padded, titled
from cxtui.output.respondents_document import document_of_respondents
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey
from cxtui.survey.question import Question

_KEYS = (
    "{whole} all answers of one · {columns} another question · {find} find · "
    "{as_filter} keeps them alone · {copy} copies · {code_answers} codes their answers · "
    "{close} leaves"
)
_WIDEST_ID = 20
_BETWEEN = " · "


class CellRespondents(SearchOverlay[tuple[Filter, ...] | None], named="respondents"):
    """Lists the respondents of a cell; answers the filters that keep them alone, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,x", "leave", "Close"),
        Binding("enter", "whole", "Whole"),
        Binding("c", "columns", "Columns"),
        Binding("slash", "search", "Find"),
        Binding("f", "filter", "As filter"),
        Binding("y", "copy", "Copy"),
        Binding("C", "code", "Code answers"),
        *moving("pagedown,space"),
    ]

    def __init__(
        self,
        survey: Survey,
        table: Table,
        row: int,
        column: int,
        code: Callable[[str], object],
        shown: Sequence[str] = (),
    ) -> None:
        """Read the respondents of a cell; `code` opens the screen that codes open answers.

        Their answers to the questions `shown` come first, then the open ones.
        """
        super().__init__()
        self._code = code
        self._survey = survey
        self._table = table
        self._place = row, column
        self._names = tuple(dict.fromkeys((*shown, *open_questions(survey))))
        self._found: RespondentRows | None = None
        self._said = tr("reading …")

    def compose(self) -> ComposeResult:
        """Lay out the letters searched, the respondents, and how many they are."""
        with Box("respondents", cell_in_words(self._table, *self._place)):
            yield Prompt(tr("search in the answers"), id="respondents-search")
            yield DrawnList(self._line, id="people")
            yield Paragraph(self._foot, id="respondents-foot")

    def on_mount(self) -> None:
        """Begin to read."""
        self.listing.focus()
        self._read()

    @property
    def listing(self) -> DrawnList[int]:
        """The respondents, by their places among those read."""
        return self.query_one(DrawnList)

    def _read(self) -> None:
        read = partial(read_cell, self._survey, self._table, *self._place, self._names)
        self.work_in_thread(read, self._show, keys_wait=True)

    def _show(self, found: RespondentRows | CxtuiError) -> None:
        if isinstance(found, CxtuiError):
            self._say(str(found))
        else:
            self._found = found
            self._list()

    def _list(self) -> None:
        """List the respondents whose answers contain what is searched."""
        rows = self._found.rows if self._found else ()
        words = self.query_one(Input).value.casefold().split()
        kept = [
            place
            for place, row in enumerate(rows)
            if all(any(word in one.casefold() for one in row) for word in words)
        ]
        self.listing.cursor = min(self.listing.cursor, max(len(kept) - 1, 0))
        self.listing.fill(kept)
        said = tr_count(len(rows), "{:,} respondent", "{:,} respondents")
        if words:
            said = tr("{}, {:,} of them with “{}”", said, len(kept), " ".join(words))
        elif not self._names:
            key = self.hint("{columns}")
            said = tr("{} · no open answers: {} shows another question", said, key)
        self._say(said)

    def _say(self, text: str) -> None:
        self._said = text
        self.query_one(Paragraph).paint()

    def _line(self, place: int, _: int, width: int) -> Text:
        """Return who a respondent is, and the answers there are."""
        if self._found is None:
            return Text()
        rows = self._found.rows
        first, *answers = rows[place]
        room = min(max(cell_len(row[0]) for row in rows), _WIDEST_ID)
        line = Text().append(f"{padded(ellipsis(first, room), room)}  ", DIM)
        shown = _BETWEEN.join(filter(None, answers))
        return line.append(ellipsis(shown, max(width - line.cell_len, 0)))

    def _foot(self, width: int, _: int) -> list[Text]:
        keys = hint_lines(self.hint(_KEYS), width, 2)
        return [Text(ellipsis(self._said, width)), *(Text(line, DIM) for line in keys)]

    # Keys

    @property
    def searched(self) -> DrawnList[int]:
        """The respondents."""
        return self.listing

    def action_leave(self) -> None:
        """Give up the search that is being typed, else leave."""
        if self.query_one(Prompt).has_focus:
            self.drop_search()
        else:
            self.dismiss(None)

    @on(Input.Changed)
    def _typed(self) -> None:
        self._list()

    def action_columns(self) -> None:
        """Pick a question to be shown, too; one that is shown goes."""
        questions = [one for one in self._survey.codebook.table_questions if not one.items]

        def take(name: str | None) -> None:
            if name is not None:
                left = tuple(one for one in self._names if one != name)
                self._names = left if name in self._names else (*left, name)
                self._read()

        self.app.push_screen(Pick(tr("Show an answer to"), questions, ""), take)

    def action_code(self) -> None:
        """Give codes to the open answers shown; of several questions, pick one."""
        shown = [self._survey.codebook.find(name) for name in self._names]
        able = [one for one in shown if one and is_written(one)]

        def take(name: str | None) -> None:
            if name is not None:
                self._code(name)

        if len(able) > 1:
            self.app.push_screen(Pick(tr("Code the answers to"), able, ""), take)
        elif able:
            take(able[0].id)
        else:
            self._say(tr("no open answers are shown"))

    def action_filter(self) -> None:
        """Answer with the filters that keep these respondents alone."""
        self.dismiss(filters_of_cell(self._survey, self._table, *self._place))

    def action_copy(self) -> None:
        """Copy the respondents that are listed, as TSV, and say how many people they are."""
        if self._found is None:
            return
        shown = {place for place in self.listing.entries if isinstance(place, int)}
        rows = tuple(row for place, row in enumerate(self._found.rows) if place in shown)
        found = replace(self._found, rows=rows)
        document = document_of_respondents(found, "")
        text = render(document, Format.TSV).decode()
        said = tr_count(len(found.rows), "{:,} respondent", "{:,} respondents")
        job = partial(copy_from, self.app, text, Format.TSV.ending)
        self.work_in_thread(job, partial(self._copied, said))

    def _copied(self, said: str, way: str | CxtuiError) -> None:
        self._say(tr("copied {}: {}", way, said) if isinstance(way, str) else str(way))

    def action_whole(self) -> None:
        """Show every answer of the respondent under the cursor."""
        place = self.listing.entry
        if place is None:
            return
        questions = [one for one in self._survey.codebook.table_questions if not one.items]
        names = [one.id for one in questions]
        read = partial(read_cell, self._survey, self._table, *self._place, names, place)
        self.work_in_thread(read, partial(self._show_whole, questions))

    def _show_whole(self, questions: list[Question], found: RespondentRows | CxtuiError) -> None:
        if isinstance(found, CxtuiError):
            self._say(str(found))
            return
        ((first, *answers),) = found.rows
        given = tuple(
            (titled(one), answer) for one, answer in zip(questions, answers, strict=True) if answer
        )
        sections = [Details(label, (("", answer),)) for label, answer in given]
        title = tr("{} {}", found.id_name, first)
        self.app.push_screen(Inspect(title, sections or [Details(tr("no answers"), ())]))
