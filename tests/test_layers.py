"""Which room loads what, and who may import whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
PACKAGE = TOP / "cxtui"
MODULES = {
    ".".join(file.relative_to(TOP).with_suffix("").parts).removesuffix(".__init__"): file
    for file in sorted(PACKAGE.rglob("*.py"))
}
GROUND = (
    *("errors", "messages", "text", "options", "cancellation", "fingerprint", "user_directories"),
    *("native_libraries", "exit_status", "terminal_rescue", "file_locks"),
    *("number_signs", "catalogues", "languages", "garbage"),
)
"""The modules below all rooms: they import each other and nothing else of ours."""

ROOMS = ("survey", "sources", "analysis", "output", "work")
"""The rooms below the session, each of which imports those before it."""

BELOW = {
    "": ("library",),
    **dict.fromkeys(GROUND, GROUND),
    "survey": GROUND,
    "sources": (*GROUND, "survey"),
    "analysis": (*GROUND, "survey"),
    "output": (*GROUND, "survey", "analysis"),
    "work": (*GROUND, *ROOMS[:-1]),
    "library": (*GROUND, *ROOMS),
    "session": (*GROUND, *ROOMS),
    "app": (*GROUND, *ROOMS, "session"),
    "__main__": ("cli",),
    "cli": ("", *GROUND, *ROOMS, "library", "session", "app"),
}
"""Whose names a room may import beside its own; `""` is the package itself."""

OF_AN_EXTRA = {
    "cxtui.sources.readers.spark.spark_client",
    *(f"cxtui.output.deck.{one}" for one in ("deck_file", "draw_chart", "draw_slide")),
    *(f"cxtui.output.deck.{one}" for one in ("house_look", "update_deck")),
}
"""Loaded only for what needs them: their libraries come with `cxtui[spark]` and `cxtui[pptx]`."""


def ended(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh process."""
    command = [sys.executable, "-c", program]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, cwd=TOP)


def loaded_with(*modules: str) -> set[str]:
    """Return what a fresh process has loaded after it imported these modules."""
    listing = f"import sys, {', '.join(modules)}; print('\\n'.join(sys.modules))"
    return set(ended(listing).stdout.split())


def modules_of(layer: str) -> list[str]:
    named = (name for name in MODULES if f"{name}.".startswith(f"cxtui.{layer}."))
    return [name for name in named if name not in OF_AN_EXTRA]


@pytest.mark.parametrize(
    ("layer", "never"),
    [
        *((one, ("polars", "narwhals", "numpy", "rich", "scipy", "textual")) for one in GROUND),
        ("survey", ("polars", "numpy", "rich", "scipy", "textual")),
        ("sources", ("numpy", "rich", "scipy", "textual")),
        ("analysis", ("polars", "rich", "scipy", "textual")),
        ("output", ("polars", "scipy", "textual", "xlsxwriter")),
        ("work", ("polars", "scipy", "textual", "xlsxwriter")),
        ("library", ("polars", "narwhals", "numpy", "rich", "scipy", "textual")),
        ("session", ("polars", "scipy", "textual")),
        ("cli", ("polars", "narwhals", "numpy", "rich", "scipy", "textual")),
        # The screen is painted before the engine and the distributions are loaded.
        ("app", ("polars", "scipy")),
    ],
)
def test_a_layer_loads_no_more_than_it_needs(layer: str, never: tuple[str, ...]) -> None:
    """All its modules are imported together in a fresh process."""
    loaded = loaded_with(*modules_of(layer))
    assert f"cxtui.{layer}" in loaded
    assert [name for name in never if name in loaded] == []
    assert ("textual" in loaded) == (layer == "app")


@pytest.mark.parametrize(
    "module",
    [
        "cxtui.output.writers.csv_writer",
        "cxtui.output.writers.json_writer",
        "cxtui.analysis.view.view",
    ],
)
def test_a_table_without_a_screen_loads_nothing_that_draws(module: str) -> None:
    """Neither Textual nor Rich is loaded."""
    assert loaded_with(module).isdisjoint({"textual", "rich", "polars", "scipy"})


def test_importing_cxtui_loads_no_library_that_counts_or_draws() -> None:
    """The command line imports the package for its version alone."""
    loaded = loaded_with("cxtui")
    assert "cxtui.library" not in loaded
    assert loaded.isdisjoint({"polars", "narwhals", "numpy", "rich", "scipy", "textual"})


def test_the_first_screen_waits_for_nothing_that_counts() -> None:
    """Readers, engine and tables load after the first screen."""
    loaded = loaded_with("cxtui.app.explorer")
    assert "textual" in loaded
    assert loaded.isdisjoint({"polars", "narwhals", "numpy", "scipy", "xlsxwriter", "tomlkit"})


def test_the_slow_statistics_are_never_loaded() -> None:
    """`scipy.stats` takes seconds to load, and is not needed."""
    names = {name for file in MODULES.values() for name in imports_of(file)}
    slow = {name for name in names if name.split(".")[0] == "scipy"} - {"scipy.special"}
    assert slow == {"scipy.optimize", "scipy.sparse"}


def test_linear_programs_are_loaded_only_for_disclosure_control() -> None:
    """`scipy.optimize` loads half as long again as all else that counts."""
    for module, file in MODULES.items():
        found = imports_of(file) & {"scipy.optimize", "scipy.sparse"}
        assert not found or module.startswith("cxtui.analysis.disclosure.")


@cache
def tree_of(file: Path) -> ast.Module:
    """Return the syntax tree of a file, parsed once for all tests."""
    return ast.parse(file.read_text("utf-8"))


@cache
def imports_of(file: Path) -> frozenset[str]:
    """Return every module that a file names in an import, at its top or inside a function."""
    names: set[str] = set()
    for node in ast.walk(tree_of(file)):
        match node:
            case ast.Import():
                names.update(one.name for one in node.names)
            case ast.ImportFrom():
                assert node.level == 0, f"{file}: a relative import"
                names.add(str(node.module))
    return frozenset(names)


def room_of(module: str) -> str:
    """Return the room of a module: `sources` of `cxtui.sources.readers.parquet_reader`."""
    return module.partition(".")[2].partition(".")[0]


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_one_way(module: str) -> None:
    """Imports inside functions and those for types count too."""
    room = room_of(module)
    ours = {name for name in imports_of(MODULES[module]) if name.split(".")[0] == "cxtui"}
    allowed = {*BELOW[room], room}
    assert {name for name in ours if room_of(name) not in allowed} == set()


def test_the_command_line_imports_the_explorer_only_inside_a_function() -> None:
    """The verbs without a screen start without it."""
    tree = tree_of(MODULES["cxtui.cli.command_line"])
    inside = {
        id(node)
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
    }
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("cxtui.app")
    ]
    assert found
    assert all(id(node) in inside for node in found)


def test_textual_is_imported_in_the_app_alone() -> None:
    """Printing a table must not need it."""
    users = {
        room_of(module)
        for module, file in MODULES.items()
        if any(name.split(".")[0] == "textual" for name in imports_of(file))
    }
    assert users == {"app"}


def test_argparse_is_used_only_to_print_help() -> None:
    """Every function takes frozen values, never the result of a parser."""
    users = [
        module
        for module, file in MODULES.items()
        if "argparse" in imports_of(file) or "Namespace" in file.read_text("utf-8")
    ]
    assert users == ["cxtui.cli.help_text"]
    assert "argparse" not in loaded_with("cxtui.cli")


def test_no_two_modules_import_each_other() -> None:
    """Imports at the top of modules form no cycle."""
    above = {module: top_imports(file) for module, file in MODULES.items()}
    for module in MODULES:
        seen: set[str] = set()
        waiting = list(above[module])
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += above[name]
        assert module not in seen


def top_imports(file: Path) -> set[str]:
    """Return our modules that a file imports when it is imported itself."""
    names: set[str] = set()
    for node in tree_of(file).body:
        if isinstance(node, ast.ImportFrom) and node.module in MODULES:
            members = {f"{node.module}.{one.name}" for one in node.names}
            names |= members & set(MODULES) or {node.module}
    return names


def test_no_module_name_stands_twice() -> None:
    """A file name says which job it does; two things of one name would be mistaken."""
    names = [file.stem for file in MODULES.values() if not file.stem.startswith("__")]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_a_folder_holds_few_modules() -> None:
    """One with more has rooms inside."""
    folders = {file.parent for file in MODULES.values()}
    held = {folder: len(list(folder.glob("*.py"))) - 1 for folder in folders}
    assert {str(folder): n for folder, n in held.items() if n > 17} == {}
