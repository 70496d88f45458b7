"""The table of commands: bindings, footer, help, palette and the README's keys come from here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.keys import key_to_character


@dataclass(frozen=True, slots=True)
class Command:
    """Something a key does.

    `keys` are Textual's names, the first is shown; `short` is the word in the footer, empty where
    the footer leaves it out; `pane` is where it works, empty for everywhere.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    help: str
    short: str = ""
    pane: str = ""

    @property
    def shown_keys(self) -> str:
        """The keys as a person reads them."""
        return signs(self.keys)

    @property
    def sign(self) -> str:
        """The first of its keys as a person reads it."""
        return signs(self.keys[:1])


_SIGNS = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "slash": "/",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "delete": "Del",
    "escape": "esc",
    "minus": "-",
    "plus": "+",
}


def signs(keys: Iterable[str]) -> str:
    """Return keys as a person reads them."""
    return " ".join(map(_sign, keys))


def _sign(key: str) -> str:
    if key in _SIGNS or len(key) == 1:
        return _SIGNS.get(key, key)
    if key.startswith("ctrl+"):
        return f"^{key.removeprefix('ctrl+')}"
    sign = key_to_character(key) or ""
    return sign if sign.strip() and sign.isprintable() else key


QUESTIONS, ROLES, TABLE = "questions", "roles", "comparison"
PANES = {QUESTIONS: "questions", ROLES: "roles", TABLE: "table"}
"""The command that goes to a pane, which is what its help calls it."""

_TABLE: Sequence[tuple[str, ...]] = (
    ("down", "down j", "Down", "the next line; the table follows; 5j goes five lines"),
    ("up", "up k", "Up", "the line before"),
    ("page_down", "pagedown", "Page down", "a page down"),
    ("page_up", "pageup", "Page up", "a page up"),
    ("first", "home", "First", "the first line"),
    ("last", "end G", "Last", "the last line"),
    (
        "find",
        "slash",
        "Find a question",
        "type letters of its id, wording or answers; enter keeps it, esc gives up",
        "find",
    ),
    (
        "switch",
        "space",
        "Switch, mark",
        "a role off, or on again; in the table, mark an answer to be merged",
        "on/off",
        ROLES,
    ),
    ("columns_right", "right l", "Right", "the next cell; the columns further right", "", TABLE),
    ("columns_left", "left h", "Left", "the cell before; the columns further left", "", TABLE),
    ("last_column", "dollar_sign", "Last column", "the banner's last column", "", TABLE),
    ("first_column", "0", "First column", "the Total; the first columns again", "", TABLE),
    (
        "keep",
        "o",
        "Keep only",
        "the respondents with the answer or role under the cursor; u takes it back",
        "only",
        TABLE,
    ),
    ("exclude", "O", "Exclude", "the respondents with the answer under the cursor", "", TABLE),
    (
        "banner",
        "b",
        "Banner",
        "choose whom to compare: one question, several side by side, or nested",
        "banner",
    ),
    (
        "filter",
        "f",
        "Filter",
        "choose which respondents are kept: and, or, not, number ranges, missing",
        "filter",
    ),
    ("gaps", "g", "Gaps", "rank the questions by how far two columns differ", "gaps"),
    (
        "trend",
        "t",
        "Trend",
        "this question over the waves, with its changes; W there picks the wave",
        "trend",
    ),
    (
        "measure",
        "m",
        "Measure",
        "column %, row %, total %, count, index, mean, % of responses",
        "measure",
    ),
    (
        "measures",
        "percent_sign",
        "Cells",
        "choose what the cells show: several measures below each other, as column % and counts",
    ),
    (
        "across",
        "A",
        "By answers",
        "of a grid: its items by its answers, for the column under the cursor or the Total",
    ),
    (
        "chart",
        "p",
        "Chart",
        "bars and gaps as a picture, beside the table where there is room; or the table alone",
        "chart",
    ),
    ("sort", "s", "Sort", "questionnaire, percent, gap, label", "sort"),
    ("weight", "w", "Weight", "the next weight, or none", "weight"),
    (
        "weighting",
        "W",
        "Weighting",
        "weights that meet targets: type or read them, see the effect, write a weighted copy",
    ),
    ("inspect", "i", "Inspect", "everything behind the cell under the cursor", "inspect", TABLE),
    ("notes", "F", "Notes", "all notes on the table: measure, base, tests, weight, filters"),
    (
        "respondents",
        "x",
        "Respondents",
        "who is behind the cell under the cursor, with open answers; f there keeps them alone",
        "",
        TABLE,
    ),
    (
        "open",
        "enter",
        "Open",
        "open answers to read and search, and a list's own ones; a grid's item; a role; else as i",
    ),
    ("correction", "c", "Correction", "the correction for many tests, and the level", "level"),
    (
        "full",
        "n",
        "Nets, missing",
        "nets, scores, and who is missing and why, shown or hidden",
        "nets",
    ),
    (
        "hide",
        "z",
        "Hide",
        "the row or column under the cursor, empty ones, or all answers below it",
        "",
        TABLE,
    ),
    ("show_all", "Z", "Show all", "the hidden rows and columns again"),
    ("nets", "N", "Nets", "count answers together, or the difference of two such nets"),
    (
        "merge",
        "M",
        "Merge",
        "the marked answers and the one under the cursor as one answer: a new question",
        "",
        TABLE,
    ),
    (
        "derive",
        "plus",
        "New question",
        "made of this one: bands, merged answers, groups by conditions, counts, means, pairs",
    ),
    ("against", "a", "Against", "test columns against each other, the Total, or the rest"),
    ("base", "B", "Base", "percentages of who answered, who was asked, or all"),
    (
        "codebook",
        "d",
        "Codebook",
        "what was auto-detected and why, to be set; excluded columns",
        "codebook",
    ),
    (
        "checks",
        "K",
        "Checks",
        "speeders, straightliners, duplicates, impossible answers; their flags become questions",
    ),
    (
        "code",
        "C",
        "Code answers",
        "give codes to the open answers to this question; they become a question of their own",
    ),
    ("describe", "D", "Describe", "this question's wording and kind, its answers and their order"),
    ("save", "S", "Save", "write the derived questions (ƒ) into the codebook"),
    ("undo", "u", "Undo", "the view before", "undo"),
    ("redo", "r", "Redo", "the view that was undone"),
    ("saved", "v", "Saved views", "views with names: open, save, rename, delete"),
    ("compare", "equals_sign", "Compare views", "this view beside a saved one, with differences"),
    ("last_view", "V", "Last view", "the view at which the survey was left last time"),
    ("view_line", "colon", "View", "the view as text, to edit"),
    (
        "copy",
        "y",
        "Copy",
        "the table as plain text, TSV or Markdown, a cell, or the command line that prints it",
        "copy",
    ),
    (
        "reload",
        "R",
        "Read again",
        "the file as it is now: who came in since it was opened; the view stays",
    ),
    ("sheet", "H", "Sheet", "read another sheet of the workbook"),
    ("export", "e", "Export", "write this table to a file", "export"),
    (
        "export_all",
        "E",
        "Export all",
        "the tables of all questions in one file: a workbook, a page, tidy rows",
    ),
    (
        "plan",
        "P",
        "Plan",
        "this view into the tab plan beside the survey, or out of it; cxtui plan makes the book",
    ),
    ("next_pane", "tab", "Next pane", "the next pane"),
    ("questions", "1", "Questions", "the pane of questions"),
    ("roles", "2", "Roles", "the pane of roles"),
    ("table", "3", "Table", "the table"),
    ("palette", "ctrl+p", "Palette", "every command and question, found by its words"),
    ("help", "question_mark", "Help", "what works here, then all keys", "help"),
    (
        "forget",
        "escape",
        "All questions",
        "all questions again; back to the ranking that the question was opened from",
    ),
    ("redraw", "ctrl+l", "Redraw", "draw the whole screen again"),
    ("suspend", "ctrl+z", "Suspend", "back to the shell; fg comes back"),
    ("quit", "q", "Quit", "leave; ctrl+c twice does so from any line and screen", "quit"),
)
"""The commands: id, keys, title, help; then the word in the footer and the pane, if any."""

COMMANDS = tuple(Command(name, tuple(keys.split()), *more) for name, keys, *more in _TABLE)


TASKS = {
    "Look": (
        *("down", "up", "page_down", "page_up", "first", "last", "find"),
        *("columns_right", "columns_left", "last_column", "first_column"),
        *(
            "measure",
            "measures",
            "across",
            "sort",
            "chart",
            "hide",
            "show_all",
            "inspect",
            "notes",
            "respondents",
            "open",
        ),
    ),
    "Compare": ("banner", "gaps", "trend", "compare", "against", "correction", "base", "weight"),
    "Select": ("filter", "keep", "exclude", "switch"),
    "Recode": (
        *("derive", "merge", "nets", "full", "code"),
        *("describe", "codebook", "save", "weighting", "checks"),
    ),
    "Take out": ("copy", "export", "export_all", "plan", "saved", "view_line"),
    "Survey": (
        *("undo", "redo", "forget", "last_view", "reload", "sheet"),
        *("next_pane", "questions", "roles", "table", "palette", "help"),
        *("redraw", "suspend", "quit"),
    ),
}
"""The ids of the commands by what a person wants to do, in the order of the help."""

PURPOSES = {
    QUESTIONS: "The questions of the survey; the table follows the cursor.",
    ROLES: "Who is in the table: each role can be excluded and included.",
    TABLE: "How each group answered; a cell under the cursor can be inspected, kept or excluded.",
}
"""What each pane is for."""


def in_footer(pane: str, commands: Sequence[Command] = COMMANDS) -> list[Command]:
    """Return the commands whose keys the footer shows while `pane` has the focus."""
    named = [one for one in commands if one.short]
    return [one for where in (pane, "") for one in named if one.pane == where]
