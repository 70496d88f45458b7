"""What is private to Textual is used in one module, and is what that module takes it for."""

from __future__ import annotations

import ast
import importlib
import inspect
import signal
import textwrap
from asyncio import AbstractEventLoop, Event
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import NoneType

import pytest
from textual.app import App
from textual.binding import BindingsMap
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen
from textual.widget import Widget

from cxtui.app.terminal import textual_internals

TOP = Path(__file__).parents[2]
ADAPTER = Path(textual_internals.__file__)
FILES = [one for one in sorted((TOP / "cxtui").rglob("*.py")) if one != ADAPTER]

IMPORTED = {
    "textual._ansi_sequences": ("SYNC_END", "SYNC_START"),
    "textual._compositor": ("ChopsUpdate", "LayoutUpdate"),
    "textual._context": ("active_message_pump",),
    "textual._parser": ("ParseError",),
    "textual._xterm_parser": ("XTermParser",),
}
METHODS: Mapping[tuple[type, str], str] = {
    (App, "_close_messages_no_wait"): "(self)",
    (App, "_display"): "(self, screen, renderable)",
    (App, "_fatal_error"): "(self)",
    (App, "_handle_exception"): "(self, error)",
    (App, "_refresh_truecolor_filter"): "(self, theme)",
    (LinuxDriver, "_enable_mouse_support"): "(self)",
    (LinuxDriver, "_get_terminal_size"): "(self)",
    (LinuxDriver, "_sigcont_application"): "(self, *_)",
}
"""The private methods that are called or overridden, with what they take."""
FIELDS: Mapping[tuple[type, str], type | tuple[type, ...]] = {
    (App, "_batch_count"): int,
    (App, "_closed"): bool,
    (App, "_driver"): NoneType,
    (App, "_exception"): NoneType,
    (App, "_exit"): bool,
    (App, "_keymap"): Mapping,
    (App, "_running"): bool,
    (App, "_screen_stack"): list,
    (App, "_sync_available"): bool,
    (LinuxDriver, "_app"): App,
    (LinuxDriver, "_debug"): bool,
    (LinuxDriver, "_key_thread"): NoneType,
    (LinuxDriver, "_loop"): AbstractEventLoop,
    (LinuxDriver, "_mouse"): bool,
    (Screen, "_merged_bindings"): BindingsMap,
    (Screen, "_mounted_event"): Event,
}
"""The private fields that are read, with what they are before the app runs."""


def moved(name: str, instead: str) -> str:
    """Say that a private name is not what it was, and where it is used."""
    used = "cxtui/app/terminal/textual_internals.py"
    return f"Textual has moved {name}: {instead}; mend its use in {used}"


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module, names in IMPORTED.items() for name in names]
)
def test_a_private_module_has_what_is_imported(module: str, name: str) -> None:
    """Each by its name."""
    found = vars(importlib.import_module(module))
    assert name in found, moved(f"{module}.{name}", f"there are {', '.join(sorted(found))}")


@pytest.mark.parametrize(("owner", "name"), METHODS)
def test_a_private_method_takes_what_it_is_given(owner: type, name: str) -> None:
    """Where it is overridden, Textual calls ours with the same."""
    method = inspect.getattr_static(owner, name, None)
    whole = f"{owner.__name__}.{name}"
    assert callable(method), moved(whole, "there is no such method")
    takes = ", ".join(map(_spelled, inspect.signature(method).parameters.values()))
    assert f"({takes})" == METHODS[owner, name], moved(whole, f"it takes ({takes})")


def _spelled(one: inspect.Parameter) -> str:
    return f"*{one.name}" if one.kind is inspect.Parameter.VAR_POSITIONAL else one.name


@pytest.fixture
def own_signals() -> Iterator[None]:
    """Take the signals back that a driver hears from when it is made."""
    heard = {one: signal.getsignal(one) for one in (signal.SIGTSTP, signal.SIGCONT)}
    yield
    for one, handler in heard.items():
        signal.signal(one, handler)


@pytest.mark.usefixtures("own_signals")
@pytest.mark.parametrize(("owner", "name"), FIELDS)
async def test_a_private_field_is_what_it_is_read_as(owner: type, name: str) -> None:
    """Of an object that was only made."""
    app: App[str] = App()
    made = {App: app, Screen: Screen(), LinuxDriver: LinuxDriver(app)}[owner]
    whole, expected = f"{owner.__name__}.{name}", FIELDS[owner, name]
    assert hasattr(made, name), moved(whole, "there is no such field")
    value = getattr(made, name)
    assert isinstance(value, expected), moved(whole, f"it is {value!r}, not {expected}")


def test_the_lines_of_a_widget_can_be_forgotten() -> None:
    """By the method of their cache that drops them all."""
    lines = vars(Widget()).get("_styles_cache")
    assert lines is not None, moved("Widget._styles_cache", "there is no such field")
    assert callable(lines.clear), moved("Widget._styles_cache.clear", "it cannot be called")
    textual_internals.forget_lines(Widget())


def test_these_tests_name_every_private_name_of_the_adapter() -> None:
    """One that is added there is added here."""
    named = {name for _, name in (*METHODS, *FIELDS)} | {"_styles_cache"}
    tree = ast.parse(ADAPTER.read_text("utf-8"))
    functions = (one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))
    overridden = {name for name in functions if name.startswith("_")}
    assert {one.attr for one in private_attributes(tree)} | overridden == named
    imports = [one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)]
    private = {str(one.module): one for one in imports if str(one.module).startswith("textual._")}
    found = {name: tuple(sorted(a.name for a in one.names)) for name, one in private.items()}
    assert found == IMPORTED


def private_attributes(tree: ast.AST) -> Iterator[ast.Attribute]:
    """Yield where a private name of an object is read or set."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr[0] == "_" and node.attr[:2] != "__":
            yield node


def private_names_of(cls: type) -> set[str]:
    """Return the private names that Textual gives a class and its objects."""
    bases = (base for base in cls.__mro__ if base.__module__.partition(".")[0] == "textual")
    return set().union(*map(_own_private_names, bases))


@cache
def _own_private_names(cls: type) -> frozenset[str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    sets = (one for one in private_attributes(tree) if isinstance(one.ctx, ast.Store))
    defined = {one for one in vars(cls) if one[0] == "_" and one[:2] != "__"}
    return frozenset(defined | {one.attr for one in sets if _of_self(one)})


def used_in(node: ast.ClassDef) -> Iterator[str]:
    """Yield the private names that a class of ours reads, sets or defines."""
    for one in ast.walk(node):
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            yield one.name
        elif isinstance(one, ast.Attribute):
            yield one.attr


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_other_module_uses_what_is_private_to_textual(file: Path) -> None:
    """Neither by an import, nor of another object, nor of a class that Textual's is the base of."""
    tree = ast.parse(file.read_text("utf-8"))
    nodes = list(ast.walk(tree))
    imports = [one for one in nodes if isinstance(one, ast.ImportFrom)]
    assert not [one.module for one in imports if str(one.module).startswith("textual._")]
    if "app" not in file.relative_to(TOP).parts:
        return
    of_fields = {name for _, name in (*METHODS, *FIELDS)}
    taken = {one.attr for one in nodes if isinstance(one, ast.Attribute) if not _of_self(one)}
    assert not taken & of_fields
    name = ".".join(file.relative_to(TOP).with_suffix("").parts).removesuffix(".__init__")
    classes = vars(importlib.import_module(name))
    for node in nodes:
        if isinstance(node, ast.ClassDef) and isinstance(cls := classes.get(node.name), type):
            assert not private_names_of(cls) & set(used_in(node)), node.name


def _of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}


async def test_a_screen_paints_240_times_a_second_at_most() -> None:
    """The module's constant is read when a screen first paints."""
    async with App[None]().run_test() as pilot:
        interval = pilot.app.screen._update_timer._interval
    assert interval == 1 / 240, moved("textual.screen.UPDATE_PERIOD", f"it paints each {interval}")
