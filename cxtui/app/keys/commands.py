"""The table of commands: bindings, footer, help, palette and the README's keys come from here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.keys import key_to_character


@dataclass(frozen=True, slots=True)
class Command:
    """Something a key does.

    `keys` are Textual's names, the first is shown; `action` is a method of the app. `short` is
    the word in the footer, empty where the footer leaves it out; `pane` is where it works, empty
    for everywhere.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    action: str
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
    "escape": "esc",
    "minus": "-",
    "plus": "+",
}


def signs(keys: Iterable[str]) -> str:
    """Return keys as a person reads them."""
    return " ".join(map(_sign, keys))


def _sign(key: str) -> str:
    """Return a key as a person reads it."""
    if key in _SIGNS or len(key) == 1:
        return _SIGNS.get(key, key)
    if key.startswith("ctrl+"):
        return f"^{key.removeprefix('ctrl+')}"
    sign = key_to_character(key) or ""
    return sign if sign.strip() and sign.isprintable() else key


QUESTIONS, ROLES, TABLE = "questions", "roles", "comparison"
PANES = {QUESTIONS: "questions", ROLES: "roles", TABLE: "table"}
"""The command that goes to a pane, which is what its help calls it."""

COMMANDS = (
    Command(
        "down",
        ("down", "j"),
        "Down",
        "move(1)",
        "the next line; the table follows; 5j goes five lines",
    ),
    Command("up", ("up", "k"), "Up", "move(-1)", "the line before"),
    Command("page_down", ("pagedown",), "Page down", "page(1)", "a page down"),
    Command("page_up", ("pageup",), "Page up", "page(-1)", "a page up"),
    Command("first", ("home",), "First", "edge(-1)", "the first line"),
    Command("last", ("end", "G"), "Last", "edge(1)", "the last line"),
    Command(
        "find",
        ("slash",),
        "Find a question",
        "find",
        "type letters of its id, wording or answers; enter keeps it, esc gives up",
        "find",
    ),
    Command(
        "switch", ("space",), "Switch a role", "switch", "a role off, or on again", "on/off", ROLES
    ),
    Command(
        "columns_right",
        ("right", "l"),
        "Right",
        "columns(1)",
        "the next cell; the columns further right",
        "",
        TABLE,
    ),
    Command(
        "columns_left",
        ("left", "h"),
        "Left",
        "columns(-1)",
        "the cell before; the columns further left",
        "",
        TABLE,
    ),
    Command(
        "banner",
        ("b",),
        "Banner",
        "banner",
        "choose whom to compare: one question, several side by side, or nested",
        "banner",
    ),
    Command(
        "filter",
        ("f",),
        "Filter",
        "filter",
        "choose who is kept: and, or, not, number ranges, missing",
        "filter",
    ),
    Command(
        "gaps",
        ("g",),
        "Gaps",
        "gaps",
        "rank all answers by how far the first two columns differ",
        "gaps",
    ),
    Command(
        "trend",
        ("t",),
        "Trend",
        "trend",
        "this question over the waves, with its lifts; W there picks the wave",
        "trend",
    ),
    Command(
        "measure",
        ("m",),
        "Measure",
        "step('measure')",
        "column %, row %, total %, count, index, mean, % of responses",
        "measure",
    ),
    Command(
        "chart",
        ("p",),
        "Chart",
        "chart",
        "bars and gaps as a picture, beside the table where there is room; or the table alone",
        "chart",
    ),
    Command("sort", ("s",), "Sort", "step('sort')", "questionnaire, percent, gap, label", "sort"),
    Command("weight", ("w",), "Weight", "step('weight')", "the next weight, or none", "weight"),
    Command(
        "inspect",
        ("i",),
        "Inspect",
        "inspect",
        "everything behind the cell under the cursor",
        "inspect",
        TABLE,
    ),
    Command(
        "open",
        ("enter",),
        "Open",
        "open",
        "open answers to read and search, and a list's own ones; a grid's item; a role; else as i",
    ),
    Command(
        "correction",
        ("c",),
        "Correction",
        "correction",
        "the correction for many tests, and the level",
        "level",
    ),
    Command(
        "full",
        ("n",),
        "Nets, missing",
        "step('full')",
        "nets, scores, and who is missing and why, shown or hidden",
        "nets",
    ),
    Command(
        "nets",
        ("N",),
        "Nets",
        "nets",
        "count answers together, or the difference of two such nets",
    ),
    Command(
        "against",
        ("a",),
        "Against",
        "step('against')",
        "test columns against each other, the Total, or the rest",
    ),
    Command(
        "base",
        ("B",),
        "Base",
        "step('base')",
        "percentages of who answered, who was asked, or all",
    ),
    Command(
        "codebook",
        ("d",),
        "Codebook",
        "codebook",
        "what was guessed and why, to be set; columns left aside",
        "codebook",
    ),
    Command(
        "describe",
        ("D",),
        "Describe",
        "describe",
        "this question's wording and kind, its answers and their order",
    ),
    Command("undo", ("u",), "Undo", "undo", "the view before", "undo"),
    Command("redo", ("r",), "Redo", "redo", "the view that was undone"),
    Command(
        "saved", ("v",), "Saved views", "saved", "views with names: open, save, rename, delete"
    ),
    Command(
        "last_view", ("V",), "Last view", "last", "the view at which the survey was left last time"
    ),
    Command("view_line", ("colon",), "View", "view_line", "the view as text, to edit"),
    Command(
        "copy",
        ("y",),
        "Copy",
        "copy",
        "the table as TSV or Markdown, a cell, or the command line that prints it",
        "copy",
    ),
    Command(
        "reload",
        ("R",),
        "Read again",
        "reload",
        "the file as it is now: who came in since it was opened; the view stays",
    ),
    Command("export", ("e",), "Export", "export", "write this table to a file", "export"),
    Command(
        "export_all",
        ("E",),
        "Export all",
        "export_all",
        "the tables of all questions in one file: a workbook, a page, tidy rows",
    ),
    Command("next_pane", ("tab",), "Next pane", "next_pane", "the next pane"),
    Command("questions", ("1",), "Questions", "pane('questions')", "the pane of questions"),
    Command("roles", ("2",), "Roles", "pane('roles')", "the pane of roles"),
    Command("table", ("3",), "Table", "pane('comparison')", "the table"),
    Command("palette", ("ctrl+p",), "Palette", "command_palette", "every command by its name"),
    Command("help", ("question_mark",), "Help", "help", "what works here, then all keys", "help"),
    Command("forget", ("escape",), "All questions", "forget", "all questions again", "", QUESTIONS),
    Command("redraw", ("ctrl+l",), "Redraw", "redraw", "draw the whole screen again"),
    Command(
        "suspend", ("ctrl+z",), "Suspend", "suspend_process", "back to the shell; fg comes back"
    ),
    Command("quit", ("q",), "Quit", "quit", "leave", "quit"),
)


def in_footer(pane: str, commands: Sequence[Command] = COMMANDS) -> list[Command]:
    """Return the commands whose keys the footer shows while `pane` has the focus."""
    here = [command for command in commands if command.short and command.pane == pane]
    return here + [command for command in commands if command.short and not command.pane]
