"""Where a table goes: what, as what, and under which name; nothing is replaced unasked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import prompt
from cxtui.app.screens.take_out.export_choices import Choice
from cxtui.app.screens.take_out.export_lines import Choices, Explanation
from cxtui.cancellation import Request, working_for
from cxtui.errors import Cancelled, CxtuiError
from cxtui.output import Format, Shape, format_of
from cxtui.output.files.write_file import try_target, write_whole
from cxtui.sources.locate import find_files
from cxtui.sources.wave_files import Location, list_locations
from cxtui.user_directories import expand_home

_NAME, _WHAT, _FORMAT, _SHAPE = range(4)
_KEYS = "{write} writes · {line_before}{next_line} line · {before}{next} change · {close} leaves"
_SHAPES = {
    Shape.WIDE: "the table as seen",
    Shape.TIDY: "one row a cell, with every number behind it",
    Shape.CHART: "bars and gaps, or the lines of a trend",
}


class Export(Overlay[str | None], named="export"):
    """Writes one of several choices to a file; answers what to say, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close"),
        Binding("down,j", "line(1)", "Next line"),
        Binding("up,k", "line(-1)", "Line before"),
        Binding("right,l,space", "turn(1)", "Next"),
        Binding("left,h", "turn(-1)", "Before"),
        Binding("enter", "write", "Write"),
    ]

    class Told(Message):
        """So many of so many tables have been made."""

        def __init__(self, done: int, of: int) -> None:
            super().__init__()
            self.done = done
            self.of = of

    class Written(Message):
        """The file is there, or `problem` says why not."""

        def __init__(self, request: Request, path: str, problem: str = "") -> None:
            super().__init__()
            self.request = request
            self.path = path
            self.problem = problem

    def __init__(self, choices: Sequence[Choice], location: Location, *, first: int = 0) -> None:
        super().__init__()
        self._choices = choices
        self._location = location
        self._at = first
        self._shape = self.choice.shape
        self._line = _NAME
        self._proposal = proposed_name(self.choice)
        self._replaces = ""
        self._writing: Request | None = None

    @property
    def choice(self) -> Choice:
        """What is written."""
        return self._choices[self._at]

    @property
    def _typed(self) -> str:
        return self.query_one(Input).value.strip()

    @property
    def _format(self) -> Format | None:
        """The format that the name's ending asks for, `None` where it asks for none."""
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
        with Vertical(id="export") as box:
            box.border_title = "Export"
            box.border_subtitle = self.hint(_KEYS)
            yield prompt("file name", self._proposal)
            yield Choices()
            yield Explanation()

    def on_mount(self) -> None:
        """Say what will be written."""
        self.query_one(Input).cursor_position = len(self._proposal)
        self._explain()

    # Keys

    def action_line(self, by: int) -> None:
        """Go to the next line; the first is the name."""
        if not self.query(Choices):  # typed before there was anything to see
            return
        self._line = (self._line + by) % (_SHAPE + 1)
        if self._line == _NAME:
            self.query_one(Input).focus()
        else:
            self.query_one(Choices).focus()
        self._explain()

    def action_turn(self, by: int) -> None:
        """Take the next of what the cursor's line offers."""
        if self._line == _WHAT:
            self._at = (self._at + by) % len(self._choices)
            self._rename()
        elif self._line == _FORMAT:
            formats = self.choice.formats
            # An ending that is no format, or none of these, leads to the first.
            before = formats.index(self._format) if self._format in formats else -1
            self._call(Path(self._typed).stem, formats[(before + by) % len(formats)])
        elif self._line == _SHAPE and (possible := self._shapes):
            self._shape = possible[(possible.index(self.shape) + by) % len(possible)]
        self._explain()

    def _rename(self) -> None:
        """Propose a name for another choice, unless somebody has typed one."""
        if self._typed != self._proposal:
            return
        self._proposal = proposed_name(self.choice)
        self._write_name(self._proposal)

    def _write_name(self, name: str) -> None:
        """Put a name on its line, to be typed on at its end."""
        line = self.query_one(Input)
        line.value = name
        line.cursor_position = len(name)

    def _call(self, stem: str, format_: Format) -> None:
        """Give the name another ending; a proposed name stays one."""
        is_proposed = self._typed == self._proposal
        folder = Path(self._typed).parent
        name = str(folder / f"{stem}{format_.ending}")
        if is_proposed:
            name = self._proposal = proposed_name(self.choice, format_)
        self._write_name(name)

    def on_input_changed(self) -> None:
        """Forget what another name would have replaced."""
        self._replaces = ""
        self._explain()

    def on_input_submitted(self) -> None:
        """Write the file."""
        self.action_write()

    def action_leave(self) -> None:
        """Leave; while a file is being made, cancel that, unless the file is there already."""
        if self._writing is None:
            self.dismiss(None)
        elif self._writing.cancel():
            self._writing = None
            self._explain("cancelled, nothing was written")

    # The file

    def action_write(self) -> None:
        """Write the file, or say why not; an existing one takes a second enter."""
        if self._writing is not None:
            return
        if not self._typed:
            self._explain("type a file name")
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
            self._explain(f"{path} exists: enter replaces it, another name keeps it")
            return
        self._explain("writing …")
        replace = self._replaces == self._typed
        self._writing = Request()
        self._write(self._writing, self.choice, path, format_, self.shape, replace=replace)

    @work(thread=True)
    def _write(
        self,
        request: Request,
        choice: Choice,
        path: Path,
        format_: Format,
        shape: Shape,
        *,
        replace: bool,
    ) -> None:
        def progress(done: int, of: int) -> bool:
            if not request.is_cancelled:
                self.post_message(self.Told(done, of))
            return not request.is_cancelled

        own = _own(self._location)
        try:
            with working_for(request):
                try_target(path, replace=replace, never=own)
                content = choice.render(format_, shape, progress)
                written = write_whole(path, content, replace=replace, never=own)
        except Cancelled:
            return
        except CxtuiError as error:
            self.post_message(self.Written(request, "", str(error)))
        else:
            self.post_message(self.Written(request, str(written)))

    def on_export_told(self, event: Told) -> None:
        """Show how far it is."""
        if self._writing is not None:
            done = f"{event.done} of {event.of} tables"
            doing = "writing …" if event.done == event.of else done
            self._explain(f"{doing} · {self.hint('{close} cancels')}")

    def on_export_written(self, event: Written) -> None:
        """Close, or stay open for a better name."""
        if event.request is not self._writing:
            return
        self._writing = None
        if event.problem:
            self._explain(event.problem)
        else:
            self.dismiss(f"wrote {event.path}")

    # What is shown

    def _explain(self, problem: str = "") -> None:
        self.query_one(Choices).load(self._rows(), self._line - 1)
        self.query_one(Explanation).explain(self._command(), problem)

    def _rows(self) -> list[tuple[str, str, str]]:
        """Return the lines of choices: what it is, the one chosen, and what that means."""
        format_, choice = self._format, self.choice
        count = f"{self._at + 1} of {len(self._choices)}" if len(self._choices) > 1 else ""
        shape = (self.shape.value, _SHAPES[self.shape]) if self._shapes else ("–", "there is one")
        return [
            ("what", choice.title, count),
            ("format", format_.value if format_ else "?", format_.writer.help if format_ else ""),
            ("shape", *shape),
        ]

    def _command(self) -> str:
        options = ["--shape", self.shape.value] if self._says_shape else []
        return self.choice.command([*options, "-o", self._typed or "OUT"])

    @property
    def _says_shape(self) -> bool:
        """Whether the command line has to say the shape, which is wide by itself."""
        return Shape.WIDE in self._shapes and self.shape is not Shape.WIDE


def _own(location: Location) -> Sequence[Path]:
    """Return the files of the survey itself; where they have gone, there are none to protect."""
    try:
        return find_files(*list_locations(location))
    except CxtuiError:
        return ()


def proposed_name(choice: Choice, format_: Format | None = None) -> str:
    """Return a name that says what is in the file and that nothing has yet."""
    stem, ending = choice.stem, (format_ or choice.format_).ending
    name, number = f"{stem}{ending}", 2
    while Path(name).exists():
        name, number = f"{stem}-{number}{ending}", number + 1
    return name
