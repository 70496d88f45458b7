"""The modules of the program as syntax trees, with what their names are bound to."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

TOP = Path(__file__).parents[2]
PACKAGE = TOP / "cxtui"

Node = TypeVar("Node", bound=ast.AST)


class Module:
    """The code of a module: its tree, what encloses each node, and its names."""

    def __init__(self, file: Path) -> None:
        self.place = str(file.relative_to(TOP))
        self.name = ".".join(file.relative_to(TOP).with_suffix("").parts)
        self.tree = ast.parse(file.read_text(encoding="utf-8"))
        self.nodes: list[ast.AST] = [self.tree]
        self.parents: dict[ast.AST, ast.AST] = {}
        for node in self.nodes:  # which grows meanwhile
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
                self.nodes.append(child)
        self.imported = {
            alias.asname or alias.name: (node.module or "", alias.name)
            for node in self.of(ast.ImportFrom)
            for alias in node.names
        }
        self.values = names_in(self.tree)

    def of(self, kind: type[Node]) -> list[Node]:
        """Return the nodes of a kind."""
        return [node for node in self.nodes if isinstance(node, kind)]

    def function_of(self, node: ast.AST) -> ast.FunctionDef | None:
        """Return the innermost function around a node."""
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                return node  # type: ignore[return-value]
        return None


@cache
def names_in(node: ast.Module | ast.FunctionDef | ast.ClassDef) -> dict[str, list[ast.expr]]:
    """Return every name that the statements of a body bind, with what it is bound to."""
    return dict(_assigned(node.body))


def _assigned(body: Sequence[ast.AST]) -> Iterator[tuple[str, list[ast.expr]]]:
    """Yield every name that statements bind, with the expressions bound to it."""
    found: dict[str, list[ast.expr]] = defaultdict(list)
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    _bind(found, target, node.value)
            elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value:
                _bind(found, node.target, node.value)
            elif isinstance(node, ast.For | ast.comprehension):
                _bind_each(found, node.target, node.iter)
    yield from found.items()


def _bind(found: dict[str, list[ast.expr]], target: ast.expr, value: ast.expr) -> None:
    if isinstance(target, ast.Name):
        found[target.id].append(value)
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, each in zip(target.elts, value.elts, strict=False):
            _bind(found, one, each)
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.IfExp):
        _bind(found, target, value.body)
        _bind(found, target, value.orelse)
    elif isinstance(target, ast.Tuple):
        for one in target.elts:
            _bind(found, one, value)


def _bind_each(found: dict[str, list[ast.expr]], target: ast.expr, value: ast.expr) -> None:
    """Bind the target of a loop to what it runs over, its parts each to its own where known."""
    if isinstance(value, ast.Tuple | ast.List):
        for one in value.elts:
            _bind(found, target, one)
    else:
        _bind(found, target, value)


def package_modules() -> dict[str, Module]:
    """Return the modules of the program by their names."""
    files = sorted(PACKAGE.rglob("*.py"))
    return {module.name.removesuffix(".__init__"): module for module in map(Module, files)}


def parameters(function: ast.FunctionDef) -> list[str]:
    given = function.args
    return [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def defaults_of(function: ast.FunctionDef) -> dict[str, ast.expr]:
    given = function.args
    last = [*given.posonlyargs, *given.args][-len(given.defaults) :] if given.defaults else []
    pairs = [*zip(last, given.defaults, strict=True)]
    pairs += [(a, d) for a, d in zip(given.kwonlyargs, given.kw_defaults, strict=True) if d]
    return {one.arg: value for one, value in pairs}
