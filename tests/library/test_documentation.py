"""The examples in docstrings and in the notebook run."""

from __future__ import annotations

import ast
import doctest
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import cxtui
from cxtui.cli import main

TOP = Path(__file__).parents[2]
NOTEBOOK = TOP / "examples" / "compare_groups.ipynb"


@pytest.mark.parametrize(
    "module", ["cxtui", "cxtui.library.opening", "cxtui.library.surveys", "cxtui.library.results"]
)
def test_the_examples_in_docstrings_run(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the folder that holds `examples`, after `import cxtui`."""
    monkeypatch.chdir(TOP)
    names = {"cxtui": cxtui}
    found = import_module(module)
    failed, tried = doctest.testmod(found, extraglobs=names, optionflags=doctest.ELLIPSIS)
    assert tried > 0
    assert failed == 0


def run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell among the names of those before it; return the value of its last expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, str(NOTEBOOK), "exec"), names)
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), str(NOTEBOOK), "eval"), names)
    return None


def test_the_notebook_runs(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Its cells in their order; its first three lines give the table of the command line."""
    monkeypatch.chdir(NOTEBOOK.parent)
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    sources = ["".join(one["source"]) for one in cells if one["cell_type"] == "code"]
    names: dict[str, Any] = {}
    shown = [run(source, names) for source in sources]
    assert len([line for line in sources[0].splitlines() if line]) == 3
    asked = "table cmo-benchmark-2016.parquet cx_goal --by role --where wave=2016 --format json"
    assert main(asked.split()) == 0
    assert shown[0].to_json() == capsysbinary.readouterr().out.decode()
    assert all(one is not None for one in shown)


def test_the_notebook_is_one_that_every_program_opens() -> None:
    """Format 4.5, its cells with ids of their own, without outputs that could be out of date."""
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [one["id"] for one in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    for one in notebook["cells"]:
        assert one["cell_type"] in {"code", "markdown"}
        assert one.get("outputs", []) == []


def test_the_example_of_the_readme_runs(example: Path, tmp_path: Path) -> None:
    """On a survey with the columns that it names; what it says of results is there."""
    section = (TOP / "README.md").read_text("utf-8").split("## From Python\n")[1].split("\n## ")[0]
    opened = cxtui.open(example)
    rows = opened.frame.with_columns(w=pl.lit(2.0))
    file = cxtui.from_frame(rows, opened.codebook).write(tmp_path / "survey.parquet")
    code = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    names: dict[str, Any] = {}
    table = run(code[0].replace("survey.sav", str(file)), names)
    assert (table.rows[0].cells[0].base, table.rows[0].cells[0].weighted_base) == (198, 396)
    assert {*re.findall(r"`survey\.(\w+)", section)} <= {*dir(names["survey"])}
    assert {*re.findall(r"`\.(\w+)", section)} <= {*dir(table)}
