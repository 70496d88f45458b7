"""The ranking: questions that differ first; its first rows come early, enter opens a question."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.ranking.comparison import Comparison
from cxtui.analysis.ranking.rank_questions import pair_options
from cxtui.analysis.ranking.ranked_lines import Ranking
from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.view.view import View
from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.app.screens.base.drawn_lines import Paragraph
from cxtui.app.screens.base.overlay import MovingScreen
from cxtui.app.screens.base.prompt import Prompt
from cxtui.app.screens.results.growing_ranking import GrowingRanking, grow_ranking
from cxtui.app.screens.results.ranking_choices import LATEST, Asked, comparisons_offered
from cxtui.app.screens.results.ranking_list import RankingList, Unfolding, key_of
from cxtui.errors import Cancelled, CxtuiError
from cxtui.messages import tr
from cxtui.output.drawing.fit import ellipsis
from cxtui.output.drawing.ranking_lines import title_within
from cxtui.output.replay import Opened
from cxtui.survey.model import Survey

_BESIDE_TITLE = 6
"""The cells of the frame's line that are no title."""
_KEYS = (
    "{open} table · {unfold} answers · {comparison} compare · {pair_of_columns} pair · "
    "{latest_wave} waves · {search} find · {close} back"
)


@dataclass(frozen=True, slots=True)
class RankingPlace:
    """Where a ranking was left: what was compared, and what was shown of it."""

    asked: Asked = field(default_factory=Asked)
    shown: Unfolding = field(default_factory=Unfolding)


@dataclass(frozen=True, slots=True)
class RankingLeft:
    """How a ranking was left: for the table of a question, or for none."""

    question: str
    place: RankingPlace


class Gaps(MovingScreen[RankingLeft], named="gaps"):
    """Ranks the questions by how far groups or waves differ."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,g", "leave", "Close"),
        Binding("enter", "open", "Open"),
        Binding("right,space,l", "unfold(True)", "Unfold"),
        Binding("left,h", "unfold(False)", "Fold"),
        Binding("A", "unfold_all", "Unfold all that differ"),
        Binding("a", "comparison", "Comparison"),
        Binding("p", "pair", "Pair of columns"),
        Binding("t", "latest", "Latest wave"),
        Binding("f", "group", "Only this group"),
        Binding("slash", "search", "Search"),
        Binding("i", "inspect", "Inspect"),
        Binding("e", "export", "Export"),
    ]

    def __init__(
        self,
        survey: Survey,
        cache: CubeCache,
        view: View,
        opened: Opened,
        place: RankingPlace | None = None,
    ) -> None:
        super().__init__()
        place = place or RankingPlace()
        self._survey = survey
        self._cache = cache
        self._view = view
        self._opened = opened
        self._asked = place.asked
        self._list = RankingList(place.shown)
        self._whole: Ranking | None = None
        self._growing: Ranking | None = None
        self._notes: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the headings, the ranking and its notes."""
        yield Prompt(tr("search in the questions"), self._list.shown.search, id="gaps-search")
        yield Paragraph(self._heading_lines, id="gaps-heading", grows=True)
        yield self._list
        yield Paragraph(self._note_lines, id="gaps-notes", grows=True)

    def on_mount(self) -> None:
        """Begin to compare."""
        super().on_mount()
        self.query_one(Prompt).set_class(bool(self._list.shown.search), "open")
        self._compare()

    # Counting

    def _ask(self, asked: Asked) -> None:
        """Rank another comparison, from its first line."""
        if asked != self._asked:
            self._list.shown = Unfolding(search=self._list.shown.search)
        self._asked = asked
        self._compare()

    def _compare(self) -> None:
        self._whole = self._growing = None
        self._notes = ()
        self._list.load(None)
        self._say(tr("comparing …"))
        self.work_in_thread(partial(self._rank, self._asked), self._ended)

    def _rank(self, asked: Asked) -> None:
        """Rank the questions, in a thread; show the ranking while it grows."""
        view = asked.view(self._view, self._survey)
        for so_far in grow_ranking(self._survey, view, asked.options, self._cache):
            self.call_later(self._grown, asked, so_far)

    def _grown(self, asked: Asked, found: GrowingRanking) -> None:
        """Show the ranking so far; the cursor keeps its place in it."""
        if asked != self._asked:
            return
        self._growing = found.ranking
        if not found.is_whole:
            compared = tr("{} of {} questions compared", found.count, found.of)
            self._say(f"{compared} · {self.hint('{close} cancels')}")
        else:
            self._whole, self._notes = found.ranking, found.notes
            self._say(self.hint(_KEYS))
        self._list.load(found.ranking)
        self._tell()

    def _ended(self, error: CxtuiError | None) -> None:
        """Show an error in place of the notes."""
        if error is not None and not isinstance(error, Cancelled):
            self._notes = (str(error),)
            self._tell()
            self._say(self.hint("{comparison} compares others · {close} leaves"))

    # Lines

    @on(Listing.Chosen)
    def _tell(self) -> None:
        for one in self.query(Paragraph):
            one.paint()

    def on_resize(self) -> None:
        """Draw the headings for the new width."""
        self.call_after_refresh(self._tell)

    def _heading_lines(self, width: int, _: int) -> list[Text]:
        """Return the state, and headings over the columns where the cursor is.

        The list has a border.
        """
        columns, entry, ranking = self._list.columns, self._list.entry, self._growing
        if columns is None or ranking is None:
            return []
        is_answer = entry is not None and entry.answer is not None
        heading = columns.answer_heading() if is_answer else columns.heading()
        heading.stylize(BOLD)
        state = Text(ellipsis(f" {ranking.state}", width), DIM)
        return [state, Text(" ").append_text(heading)]

    def _note_lines(self, width: int, _: int) -> list[Text]:
        """Return the question under the cursor in full, in one line, then the notes."""
        entry = self._list.entry
        lines = []
        if entry is not None:
            answer = entry.answer or entry.line.clearest
            said = f": {answer.label}" if answer else ""
            lines.append(Text(ellipsis(f"{entry.line.question.label}{said}", width), BOLD))
        for note in self._notes:
            lines += Text(note, DIM).wrap(self.app.console, width)
        return lines

    def _say(self, text: str) -> None:
        ranking, shown = self._growing, self._list.shown
        only = tr("{} · only {}", "", shown.group) if shown.group else ""
        room = self.app.size.width - _BESIDE_TITLE - cell_len(only)
        title = (title_within(ranking, room) if ranking else tr("What stands out")) + only
        self._list.border_title, self._list.border_subtitle = Content(title), Content(text)

    def _show(self, shown: Unfolding) -> None:
        """Show other parts of the ranking."""
        self._list.show_only(shown)
        if self._whole:
            self._say(self.hint(_KEYS))
        self._tell()

    # Keys

    def action_leave(self) -> None:
        """Give up the search that is typed, else leave."""
        if self.query_one(Prompt).is_open:
            self.query_one(Prompt).value = ""
            self._back_to_list()
        else:
            self.dismiss(RankingLeft("", RankingPlace(self._asked, self._list.shown)))

    def action_open(self) -> None:
        """Open the question under the cursor."""
        entry = self._list.entry
        if entry is not None:
            shown = replace(self._list.shown, at=entry.key)
            self.dismiss(RankingLeft(entry.line.question.id, RankingPlace(self._asked, shown)))

    def action_unfold(self, open_: bool) -> None:
        """Show the answers of the question under the cursor, or fold them."""
        entry = self._list.entry
        if entry is not None:
            self._list.unfold(frozenset({entry.key}), open_=open_)
            self._tell()

    def action_unfold_all(self) -> None:
        """Unfold all questions that differ, or fold all."""
        lines = self._growing.lines if self._growing else ()
        held = frozenset(key_of(one) for one in lines if one.holds)
        unfolded = self._list.shown.unfolded
        if held <= unfolded:
            self._list.unfold(unfolded, open_=False)
        else:
            self._list.unfold(held, open_=True)
        self._tell()

    def action_comparison(self) -> None:
        """Choose what is compared with what."""
        from cxtui.app.screens.base.pick_line import PickLine

        offered = comparisons_offered(self._survey, self._asked)
        asked = [one for _, one in offered]
        chosen = asked.index(self._asked) if self._asked in asked else 0

        def take(place: int | None) -> None:
            if place is not None:
                self._ask(asked[place])

        lines = [name for name, _ in offered]
        self.app.push_screen(PickLine(tr("Compare"), lines, chosen), take)

    def action_pair(self) -> None:
        """Choose the two columns."""
        self._say(tr("listing the columns …"))
        find = partial(pair_options, self._survey, self._view, self._cache)
        self.work_in_thread(find, self._offer_pairs)

    def _offer_pairs(self, found: list[tuple[Comparison, RankingOptions]] | CxtuiError) -> None:
        from cxtui.app.screens.base.pick_line import PickLine

        if isinstance(found, CxtuiError):
            self._ended(found)
            return
        asked = [Asked(options) for _, options in found]
        lines = [tr("{} minus {}", one.a, one.b) for one, _ in found]

        def take(place: int | None) -> None:
            if place is not None:
                self._ask(asked[place])
            elif self._whole:
                self._say(self.hint(_KEYS))
            else:  # listing the columns has ended the comparing
                self._compare()

        chosen = asked.index(self._asked) if self._asked in asked else 0
        self.app.push_screen(PickLine(tr("Two columns"), lines, chosen), take)

    def action_latest(self) -> None:
        """Compare the latest wave with the one before."""
        if self._survey.codebook.wave:
            self._ask(LATEST)
        else:
            self._say(tr("the survey has no wave variable: name one in the codebook"))

    def action_group(self) -> None:
        """Show only the lines of the group under the cursor, or all again."""
        entry, shown = self._list.entry, self._list.shown
        group = "" if shown.group or entry is None else entry.line.comparison.group
        if group or shown.group:
            self._show(replace(shown, group=group))
        else:
            self._say(
                tr("this list has one comparison: {} chooses many", self.hint("{comparison}"))
            )

    def action_search(self) -> None:
        """Open the line to search in."""
        self.query_one(Prompt).open()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.value != self._list.shown.search:
            self._show(replace(self._list.shown, search=event.value))

    @on(Input.Submitted)
    def _back_to_list(self) -> None:
        line = self.query_one(Prompt)
        line.set_class(bool(line.value), "open")
        self._list.focus()

    def action_inspect(self) -> None:
        """Show everything behind the line or answer under the cursor."""
        from cxtui.app.screens.results.inspect_screen import Inspect
        from cxtui.output.drawing.ranking_details import sections_of_line

        entry = self._list.entry
        if self._growing is not None and entry is not None:
            sections = sections_of_line(self._growing, entry.line, entry.answer)
            title = tr("Behind this answer") if entry.answer else tr("Behind this line")
            self.app.push_screen(Inspect(title, sections))

    def action_export(self) -> None:
        """Write the ranking to a file, once it is whole."""
        from cxtui.app.screens.take_out.export_choices import of_brief, of_ranking
        from cxtui.app.screens.take_out.export_screen import Export

        if self._whole is None:
            self._say(tr("there is no whole ranking to export yet"))
            return
        opened, whole = self._opened, self._whole
        brief = of_brief(self._survey, self._view, whole, opened)
        choices = [of_ranking(whole, self._notes, opened), brief]
        self.app.push_screen(Export(choices, self._survey.location), self._exported)

    def _exported(self, said: str | None) -> None:
        if said:
            self._say(said)
