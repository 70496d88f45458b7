"""A question made of another: bands, merged answers, groups by conditions, counts, means, pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from cxtui.analysis.derive.derive_draft import SCORES, DeriveDraft
from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.screens.base.ask_line import AskLine
from cxtui.app.screens.base.drawn_lines import DrawnList, Paragraph
from cxtui.app.screens.base.key_hints import Box, hint_lines
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import Prompt
from cxtui.app.screens.select.choose_answers import Choose
from cxtui.app.screens.select.filter_draft import Draft
from cxtui.app.screens.select.filter_screen import Filters
from cxtui.errors import CxtuiError
from cxtui.messages import tr
from cxtui.output.drawing.fit import between, ellipsis, folded, padded, question_between, titled
from cxtui.survey.conditions import Condition
from cxtui.survey.derive.derivation import Derivation, MadeAnswer, Verb
from cxtui.survey.derive.derivation_text import derivation_line
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind, Question
from cxtui.text import SEPARATOR, clean

_WITH_LEAST = (*SCORES, Verb.STRAIGHT, Verb.REPEATS)
_ASKED = {
    Verb.BANDS: "bands from",
    Verb.MERGE: "merged as",
    **dict.fromkeys(_WITH_LEAST, "answered"),
}
"""What the third line asks for."""
_PROPOSED = {
    Verb.BANDS: "35 55",
    **dict.fromkeys(_WITH_LEAST, "all of them, or how many at least"),
}
_PURPOSES = {
    Verb.BANDS: "a number as answers: under 35, 35 to under 55 …",
    Verb.MERGE: "several answers as one",
    Verb.CASES: "groups by conditions; the first that holds",
    Verb.COUNT: "how many of the ticked answers each respondent gave; of all if none is ticked",
    Verb.MEAN: "the mean of this and the ticked questions",
    Verb.SUM: "the sum of this and the ticked questions",
    Verb.MIN: "the least of this and the ticked questions",
    Verb.MAX: "the largest of this and the ticked questions",
    Verb.FIRST: "the first mention",
    Verb.CROSS: "every pair of answers to this and the ticked question",
    Verb.STRAIGHT: "flags who gave one and the same answer to all items",
    Verb.REPEATS: "flags who is like an earlier respondent in this and the ticked questions",
}
_KEYS = {
    Verb.MERGE: "{tick} ticks · {next_group} next group · {others} others",
    Verb.CASES: "{add} adds a case · {remove} removes · {others} others",
}
_MAKING = "enter makes it · {verb} another kind · {close} leaves"
_MOST = 12
_AROUND = 4
"""The lines of the box for its border, the verbs and what the one chosen makes."""

Entry = Category | Question | MadeAnswer
"""A line to tick or remove: an answer, another question, a case."""


class NewQuestion(Overlay[Derivation | None], named="derive"):
    """Makes a question of another, or edits one; answers how it is derived, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("tab", "verb(1)", "Verb", priority=True),
        Binding("shift+tab", "verb(-1)", "Verb before", priority=True),
        Binding("down", "move(1)", "Down"),
        Binding("up", "move(-1)", "Up"),
        Binding("pagedown", "page(1)", "Page down"),
        Binding("pageup", "page(-1)", "Page up"),
        Binding("home", "edge(-1)", "First"),
        Binding("end", "edge(1)", "Last"),
        Binding("space", "tick", "Tick"),
        Binding("n", "next_group", "Next group"),
        Binding("a", "add", "Add"),
        Binding("x,delete", "remove", "Remove"),
        Binding("r", "others", "Others"),
        Binding("enter", "make", "Make"),
    ]

    def __init__(self, survey: Survey, draft: DeriveDraft, filters: Sequence[Condition]) -> None:
        super().__init__()
        self._survey = survey
        self._draft = draft
        self._filters = tuple(filters)
        self._counts = ""
        self._counted_line = ""

    def compose(self) -> ComposeResult:
        """Lay out the verbs, the lines to type, what can be ticked, the answers and the keys."""
        source, base = self._draft.source, self._draft.base
        title = tr("New question from {}", clean(titled(source)))
        with Box("derive", tr("How {} is derived", base.id) if base else title):
            yield Paragraph(self._verbs, id="derive-verbs")
            for name, asked in (("id", tr("id")), ("label", tr("label")), ("typed", "")):
                with Horizontal(id=f"derive-{name}-line", classes="field"):
                    yield Static(asked, markup=False, id=f"derive-{name}-asked")
                    yield Prompt("", id=f"derive-{name}")
            yield DrawnList(self._line, id="derive-lines")
            yield Paragraph(self._foot, id="derive-foot")

    def on_mount(self) -> None:
        """Show what can be made first, or how the question is made; an edited one keeps its id."""
        if base := self._draft.base:
            self.query_one("#derive-id-line").display = False
            self._field("id").display = False
            label = self._field("label")
            with label.prevent(Input.Changed):
                label.write(base.label)
        self._load()

    # What is shown

    @property
    def _list(self) -> DrawnList[Entry]:
        return self.query_one(DrawnList)

    def _field(self, name: str) -> Prompt:
        return self.query_one(f"#derive-{name}", Prompt)

    @property
    def _entries(self) -> Sequence[Entry]:
        draft = self._draft
        return draft.cases if draft.verb is Verb.CASES else (*draft.answers, *draft.questions)

    @property
    def _fields(self) -> list[Widget]:
        """What can have the focus, from above."""
        named = [self._field(name) for name in ("id", "label", "typed")]
        return [one for one in (*named, self._list) if one.display]

    def _load(self) -> None:
        """Show the lines of the verb, and focus the one that it begins with."""
        verb = self._draft.verb
        self.query_one("#derive-typed-line").display = verb in _ASKED
        self._field("typed").display = verb in _ASKED
        self.query_one("#derive-typed-asked", Static).update(tr(_ASKED.get(verb, "id")))
        self._list.display = verb not in {Verb.BANDS, Verb.FIRST}
        self._list.cursor = 0
        self._list.if_empty = self.hint("{add} adds a case: a condition, then its name")
        self._write_text()
        self._change(self._draft)
        self._fields[-1].focus()

    def _write_text(self) -> None:
        typed = self._field("typed")
        with typed.prevent(Input.Changed):
            typed.write(self._draft.text)

    def _change(self, draft: DeriveDraft, problem: str = "") -> None:
        """Show a draft, and count its answers."""
        self._draft = draft
        self._list.fill(self._entries)
        self._take_height()
        self._propose()
        self._say(problem or draft.lacks)
        if problem or draft.lacks:
            return
        try:
            one = draft.derivation
        except CxtuiError as error:
            self._say(str(error))
            return
        if (line := derivation_line(one)) != self._counted_line:
            from cxtui.analysis.derive.answer_counts import count_derived

            self._say(tr("counting …"))
            self._counted_line = line
            job = partial(count_derived, self._survey, one, self._filters)
            self.work_in_thread(job, partial(self._say_counts, line))

    def _take_height(self) -> None:
        """Take the height of all lines; on a lower screen the list is shorter."""
        lines = min(max(len(self._entries), 1), _MOST) if self._list.display else 0
        fields = sum(isinstance(one, Prompt) for one in self._fields)
        foot = self.query_one("#derive-foot").styles.height
        around = _AROUND + int(foot.value if foot else 0)
        self.query_one(Box).styles.height = lines + fields + around

    def _propose(self) -> None:
        """Show in the empty lines what is taken where nothing is typed."""
        draft = self._draft
        try:
            one = draft.proposed
        except CxtuiError:
            return
        self._field("id").placeholder, self._field("label").placeholder = one.id, one.label
        asks = draft.label_of(draft.group) if draft.verb is Verb.MERGE else ""
        self._field("typed").placeholder = clean(asks) or tr(_PROPOSED.get(draft.verb, "a name"))

    def _say(self, text: str) -> None:
        """Show a text in place of the counts."""
        self._counts, self._counted_line = text, ""
        for one in self.query(Paragraph):
            one.paint()

    def _say_counts(self, line: str, counts: str | CxtuiError) -> None:
        """Show the counts, unless something else is shown by now."""
        if line == self._counted_line:
            self._say(str(counts))
            self._counted_line = line

    def _verbs(self, width: int, _: int) -> list[Text]:
        """Return the verbs, the one chosen in brackets, above what it makes."""
        words = [f"[{tr(one)}]" for one in self._draft.verbs]
        place = self._draft.verbs.index(self._draft.verb)
        first = 0  # those before the chosen one go where there is no room for it
        while first < place and cell_len("  ".join(words[first : place + 1])) > width:
            first += 1
        line = Text()
        for at, word in enumerate(words[first:], first):
            shown = word if at == place else f" {word[1:-1]} "
            line.append(f"{shown} ", BOLD if at == place else DIM)
        line.rstrip()
        line.truncate(width, overflow="ellipsis")
        return [line, Text(ellipsis(tr(_PURPOSES[self._draft.verb]), width), DIM)]

    def _foot(self, width: int, height: int) -> list[Text]:
        """Return the counts, or what is missing or wrong; at the bottom the others and the keys."""
        verb = self._draft.verb
        own = self.hint(_KEYS[verb]) if verb in _KEYS else self.hint("{tick} ticks")
        keys = SEPARATOR.join((*([own] if self._list.display else []), self.hint(_MAKING)))
        more = [self._draft.rest_in_words] if verb in {Verb.MERGE, Verb.CASES} else []
        key_lines = max(min(height - len(more) - 1, 2), 1)  # the counts have one line at least
        below = [*more, *hint_lines(keys, width, key_lines)]
        said = [Text(line, BOLD) for line in folded(self._counts, width, height - len(below))]
        blank = [Text()] * (height - len(said) - len(below))
        return [*said, *blank, *(Text(ellipsis(one, width), DIM) for one in below)]

    def _line(self, entry: Entry, _: int, width: int) -> Text:
        """Return a case, or the tick of an answer or a question."""
        if isinstance(entry, MadeAnswer):
            whole = tr("{} if {}", entry.label, tr(" and ").join(entry.when))
            return Text(padded(ellipsis(whole, width), width))
        if isinstance(entry, Question):
            is_ticked = entry.id in self._draft.ticked
            text = question_between("[x] " if is_ticked else "[ ] ", entry, entry.id, width)
            return Text(text, BOLD if is_ticked else "")
        at = self._draft.group_of(entry.code)
        is_ticked = entry.code in self._draft.ticked
        tick = f"[{at + 1}] " if at is not None else "[x] " if is_ticked else "[ ] "
        is_own = is_ticked or at == self._draft.place
        return Text(between(tick, entry.label, "", width), BOLD if is_own else "")

    # Keys

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        name = (event.input.id or "").removeprefix("derive-")
        self._change(self._draft.with_text(name, clean(event.value)))

    def action_verb(self, by: int) -> None:
        """Make something else of the question."""
        self._draft = self._draft.with_verb(by)
        self._load()

    def action_move(self, by: int) -> None:
        """Move the cursor, or at the edge of the list to another line."""
        entries, here = self._list, self.focused
        if here is entries and entries.stands(entries.cursor + by):
            entries.move(by)
        elif here in self._fields:
            at = self._fields.index(here) + by
            self._fields[max(0, min(at, len(self._fields) - 1))].focus()

    def action_tick(self) -> None:
        """Tick the answer or question under the cursor, or remove its tick."""
        entry = self._list.entry
        if isinstance(entry, Question | Category):
            key = entry.id if isinstance(entry, Question) else entry.code
            self._change(self._draft.toggled(key))

    def action_next_group(self) -> None:
        """Tick the answers of the next merged answer."""
        if self._draft.verb is Verb.MERGE:
            self._change(self._draft.next_group())
            self._write_text()

    def action_others(self) -> None:
        """Keep other answers, make them one, or make them no answer."""
        if self._draft.verb in {Verb.MERGE, Verb.CASES}:
            self._change(self._draft.next_rest())

    def action_add(self) -> None:
        """Add a case: pick answers, then more conditions, then type its label."""
        if self._draft.verb is not Verb.CASES:
            return
        source = self._draft.source
        if source.kind is Kind.GRID:
            self._ask_conditions(Draft())
        else:
            self.app.push_screen(Choose(self._survey, source, Draft(), 0), self._ask_conditions)

    def _ask_conditions(self, picked: Draft | None) -> None:
        if picked is not None:
            self.app.push_screen(Filters(self._survey, picked.conditions), self._ask_label)

    def _ask_label(self, conditions: tuple[Condition, ...] | None) -> None:
        if not conditions:
            return
        when = tuple(map(str, conditions))

        def take(label: str | None) -> None:
            if label:
                cases = (*self._draft.cases, MadeAnswer(clean(label), when=when))
                self._change(replace(self._draft, cases=cases))

        title = tr("Name of the case with {}", tr(" and ").join(when))
        self.app.push_screen(AskLine(title, tr("Case {}", len(self._draft.cases) + 1)), take)

    def action_remove(self) -> None:
        """Remove the case under the cursor."""
        if isinstance(entry := self._list.entry, MadeAnswer):
            left = tuple(one for one in self._draft.cases if one != entry)
            self._change(replace(self._draft, cases=left))

    @on(Input.Submitted)
    def action_make(self) -> None:
        """Answer the question, or say what is wrong with it."""
        if self._draft.lacks:
            self._say(self._draft.lacks)
            return
        from cxtui.analysis.derive.derive_questions import derive_questions

        try:
            one = self._draft.derivation
            if one.verb is not Verb.CROSS:  # which asks the engine for the pairs that exist
                derive_questions(self._survey, [one])
        except CxtuiError as error:
            self._say(str(error))
        else:
            self.dismiss(one)
