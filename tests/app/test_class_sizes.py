"""The classes of the app stay small, and none is put together of others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "cxtui" / "app"
FILES = [str(file.relative_to(APP)) for file in sorted(APP.rglob("*.py"))]
MOST = 40


def members_of(node: ast.ClassDef) -> Iterator[str]:
    """Yield what a class defines: its methods, its class attributes, and the fields of `self`."""
    for one in node.body:
        match one:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield one.name
            case ast.AnnAssign():
                yield ast.unparse(one.target)
            case ast.Assign():
                yield from map(ast.unparse, one.targets)
    for each in ast.walk(node):
        match each:
            case ast.Attribute(value=ast.Name(id="self"), ctx=ast.Store()):
                yield each.attr


@pytest.mark.parametrize("file", FILES)
def test_a_class_has_one_base_and_few_members(file: str) -> None:
    """What several classes need is an object that each of them has."""
    for node in ast.walk(ast.parse((APP / file).read_text("utf-8"))):
        if not isinstance(node, ast.ClassDef):
            continue
        own = set(members_of(node))
        assert len(own) <= MOST, f"{node.name} defines {len(own)} members"
        bases = [one for one in map(ast.unparse, node.bases) if not one.startswith("Generic[")]
        assert len(bases) <= 1, f"{node.name} is put together of {', '.join(bases)}"
