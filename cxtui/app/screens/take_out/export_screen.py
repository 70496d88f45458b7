"""Exports tables to a file: which ones, the format, the shape and the name."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cxtui.app.panes.line_widget import BOLD, CURSOR, DIM
from cxtui.app.screens.base.drawn_lines import Paragraph
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import Prompt
from cxtui.app.screens.take_out.export_choices import Choice, free_name
from cxtui.app.terminal.fetching import fetch_command
from cxtui.cancellation import Request, working_for
from cxtui.errors import Cancelled, CxtuiError
from cxtui.messages import tr
from cxtui.output import Format, Shape, format_of
from cxtui.output.drawing.fit import ellipsis
from cxtui.output.files.write_file import try_target, write_whole
from cxtui.session.export_memory import last_export, remember_export
from cxtui.sources.locate import find_files
from cxtui.sources.wave_files import Location, list_locations
from cxtui.user_directories import expand_home

_NAME, _WHAT, _FORMAT, _SHAPE = range(4)
_KEYS = "{write} writes · {line_before}{next_line} line · {before}{next} change · {close} leaves"
_SHAPES = {
    Shape.WIDE: "the table as seen",
    Shape.TIDY: "one row a cell, with every number behind it",
    Shape.CHART: "bars and gaps, or the lines of a trend",
    Shape.QUESTIONS: "one row a question",
    Shape.ANSWERS: "the answers of each question, with every number behind them",
}


class Export(Overlay[str | None], named="export"):
    """Writes one of several choices to a file; answers a message about it, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close"),
        Binding("down,j", "line(1)", "Next line"),
        Binding("up,k", "line(-1)", "Line before"),
        Binding("right,l,space", "turn(1)", "Next"),
        Binding("left,h", "turn(-1)", "Before"),
        Binding("enter", "write", "Write"),
    ]

    def __init__(self, choices: Sequence[Choice], location: Location, *, first: int = 0) -> None:
        super().__init__()
        self._choices = choices
        self._location = location
        self._at = first
        self._shape = self.choice.shape
        self._line = _NAME
        self._proposal = first_name(self.choice)
        self._replaces = ""
        self._begun = ""
        """The letters of an ending typed behind the proposed name."""
        self._writing: Request | None = None
        self._message = ""

    @property
    def choice(self) -> Choice:
        """The choice to be written."""
        return self._choices[self._at]

    @property
    def _typed(self) -> str:
        return self.query_one(Prompt).value.strip()

    @property
    def _format(self) -> Format | None:
        """The format of the name's ending, `None` where there is none."""
        try:
            return format_of(Path(self._typed))
        except CxtuiError:
            return None

    @property
    def _shapes(self) -> tuple[Shape, ...]:
        """The shapes that the format offers; none where there is one."""
        return self.choice.shapes(self._format) if self._format else ()

    @property
    def shape(self) -> Shape:
        """The shape chosen, as far as there is a choice."""
        possible = self._shapes
        return self._shape if self._shape in possible or not possible else possible[0]

    def compose(self) -> ComposeResult:
        """Lay out the name, the choices, and the command line that prints the same."""
        with Box("export", tr("Export"), self.hint(_KEYS)):
            yield Prompt(tr("file name"), self._proposal)
            yield _Choices(self._choice_lines, id="export-choices")
            yield Paragraph(self._explanation_lines, id="export-explanation")

    # Keys

    def action_line(self, by: int) -> None:
        """Go to the next line; the first is the name."""
        if not self.query(_Choices):  # a key before the first paint
            return
        self._line = (self._line + by) % (_SHAPE + 1)
        self.query_one(Prompt if self._line == _NAME else _Choices).focus()
        self._explain()

    def action_turn(self, by: int) -> None:
        """Choose the next value of the cursor's line."""
        if self._line == _WHAT:
            self._at = (self._at + by) % len(self._choices)
            self._rename()
        elif self._line == _FORMAT:
            formats = self.choice.formats
            # An ending that is no format, or none of these, leads to the first.
            before = formats.index(self._format) if self._format in formats else -1
            is_proposed = self._typed == self._proposal
            format_ = formats[(before + by) % len(formats)]
            self._call(Path(self._typed).stem, format_, is_proposed=is_proposed)
        elif self._line == _SHAPE and (possible := self._shapes):
            self._shape = possible[(possible.index(self.shape) + by) % len(possible)]
        self._explain()

    def _rename(self) -> None:
        """Propose a name for another choice, unless one has been typed."""
        if self._typed == self._proposal:
            self._proposal = first_name(self.choice)
            self.query_one(Prompt).write(self._proposal)

    def _call(self, stem: str, format_: Format, *, is_proposed: bool) -> None:
        """Give the name another ending; a proposed name stays one."""
        folder = Path(self._proposal if is_proposed else self._typed).parent
        name = str(folder / f"{stem}{format_.ending}")
        if is_proposed:
            name = self._proposal = proposed_name(self.choice, format_, folder)
        self.query_one(Prompt).write(name)

    def on_input_changed(self) -> None:
        """Ask anew before another file is replaced; letters behind the proposal are an ending."""
        self._replaces = ""
        self._take_ending()
        self._explain()

    def _take_ending(self) -> None:
        """Propose the name with the format whose ending or name begins with the letters typed."""
        typed = self._typed
        if typed == self._proposal or not typed.startswith(self._proposal):
            self._begun = self._begun if typed == self._proposal else ""
            return
        self._begun += typed.removeprefix(self._proposal).casefold()
        for one in self.choice.formats:
            if one.ending[1:].startswith(self._begun) or one.value.startswith(self._begun):
                self._call(Path(self._proposal).stem, one, is_proposed=True)
                return
        self._begun = ""

    def action_leave(self) -> None:
        """Leave; while a file is being made, cancel that, unless the file is there already."""
        if self._writing is None:
            self.dismiss(None)
        elif self._writing.cancel():
            self._writing = None
            self._explain(tr("cancelled, nothing was written"))

    # The file

    @on(Prompt.Submitted)
    def action_write(self) -> None:
        """Write the file, or say why not; an existing file takes a second enter."""
        if self._writing is not None:
            return
        if not self._typed:
            self._explain(tr("type a file name"))
            return
        path = expand_home(self._typed)
        try:
            format_ = format_of(path)
            exists = path.is_file()
        except CxtuiError as error:
            self._explain(str(error))
            return
        except OSError as error:
            self._explain(f"{path}: {error.strerror}")
            return
        if exists and self._replaces != self._typed:
            self._replaces = self._typed
            self._explain(tr("{} exists: enter replaces it, another name keeps it", path))
            return
        self._explain(tr("writing …"))
        request = self._writing = Request()
        made = partial(self.choice.render, format_, self.shape, partial(self._progress, request))
        write = partial(self._write, request, path, made, replace=self._replaces == self._typed)
        self.run_worker(write, thread=True)

    def _progress(self, request: Request, done: int, of: int) -> bool:
        """Tell, from the thread that writes, how far it is; return whether to go on."""
        if not request.is_cancelled:
            self.call_later(self._told, done, of)
        return not request.is_cancelled

    def _write(
        self, request: Request, path: Path, made: Callable[[], bytes], *, replace: bool
    ) -> None:
        own = own_files(self._location)
        try:
            with working_for(request):
                try_target(path, replace=replace, never=own)
                written = write_whole(path, made(), replace=replace, never=own)
        except Cancelled:
            return
        except CxtuiError as error:
            self.call_later(self._written, request, "", str(error))
        else:
            self.call_later(self._written, request, str(written))

    def _told(self, done: int, of: int) -> None:
        if self._writing is not None:
            doing = tr("writing …") if done == of else tr("{} of {} tables", done, of)
            self._explain(f"{doing} · {self.hint('{close} cancels')}")

    def _written(self, request: Request, path: str, problem: str = "") -> None:
        """Close, or stay open for a better name."""
        if request is not self._writing:
            return
        self._writing = None
        if problem:
            self._explain(problem)
        else:
            remember_export(self.choice.content, Path(path))
            fetch = fetch_command(Path(path), os.environ)
            self.dismiss(tr("wrote it; to fetch: {}", fetch) if fetch else tr("wrote {}", path))

    # Lines

    def _explain(self, message: str = "") -> None:
        self._message = message
        for one in self.query(Paragraph):
            one.paint()

    def _choice_lines(self, width: int, _: int) -> list[Text]:
        """Return the choices, the format and the shape: each its value and what that means."""
        format_, choice = self._format, self.choice
        count = tr("{} of {}", self._at + 1, len(self._choices)) if len(self._choices) > 1 else ""
        shape = (self.shape.value, tr(_SHAPES[self.shape]))
        rows = (
            (tr("what"), choice.title, count),
            (tr("format"), format_.value, _about(format_)) if format_ else (tr("format"), "?", ""),
            (tr("shape"), *(shape if self._shapes else ("–", tr("the format has one shape")))),
        )
        lines = []
        for position, (what, chosen, means) in enumerate(rows, _WHAT):
            here = position == self._line
            line = Text("› " if here else "  ").append(what.ljust(8), DIM)
            line.append(f"‹ {chosen} ›", CURSOR if here else BOLD).append(f"  {means}", DIM)
            line.truncate(width, overflow="ellipsis")
            lines.append(line)
        return lines

    def _explanation_lines(self, width: int, height: int) -> list[Text]:
        """Return a message, or the command line that prints the same; a long one ends in …"""
        said = self._message or self._command() or tr("no command line prints this")
        style = BOLD if self._message else DIM
        lines = list(Text(said, style).wrap(self.app.console, width))
        if len(lines) > height > 0:
            last = ellipsis(f"{lines[height - 1].plain} …", width)
            lines = [*lines[: height - 1], Text(last, style)]
        return lines

    def _command(self) -> str:
        options = ["--shape", self.shape.value] if self._says_shape else []
        return self.choice.command([*options, "-o", self._typed or "OUT"])

    @property
    def _says_shape(self) -> bool:
        """Whether the command line names the shape: it is not the usual one of the format."""
        return bool(self._shapes) and self.shape is not self._shapes[0]


def _about(format_: Format) -> str:
    """Return what a format is good for, or how what writes it is installed."""
    from cxtui.output.writers.deck_writer import MISSING, can_write_decks

    is_missing = format_ is Format.PPTX and not can_write_decks()
    return tr(MISSING if is_missing else format_.writer.help)


class _Choices(Paragraph, can_focus=True):
    """The lines of choices."""


def own_files(location: Location) -> Sequence[Path]:
    """Return the files of the survey itself; where they have gone, there are none to protect."""
    try:
        return find_files(*list_locations(location))
    except CxtuiError:
        return ()


def first_name(choice: Choice) -> str:
    """Return the name that is proposed first: of the format and in the folder of the last time.

    A chart that is shown is proposed as a picture.
    """
    last = last_export(choice.content)
    format_ = last.format_ if last.format_ in choice.formats else None
    if choice.format_.writer.is_picture or format_ is None:
        format_ = choice.format_
    return proposed_name(choice, format_, last.folder)


def proposed_name(choice: Choice, format_: Format, folder: Path) -> str:
    """Return a file name that says what is in the file, and that is not taken yet."""
    return free_name(str(folder / choice.stem), format_.ending)
