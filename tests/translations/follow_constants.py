"""Follows an expression to the constants that it may be."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from tests.translations.code_modules import Module, defaults_of, names_in, parameters

_DEPTH = 10
_NEAR = 4
"""Lines between the two alternatives of a plural."""
_METHODS = frozenset({"get", "fromkeys", "items", "values", "split"})
"""Methods of what holds constants."""


class Unknown(Exception):
    """An expression cannot be followed."""


class Follower:
    """Follows expressions to the constants that they may be."""

    def __init__(self, modules: Mapping[str, Module]) -> None:
        self.modules = modules
        self.calls: dict[str, list[tuple[Module, ast.Call]]] = defaultdict(list)
        for module in modules.values():
            for node in module.of(ast.Call):
                if isinstance(node.func, ast.Name):
                    self.calls[node.func.id].append((module, node))
                elif isinstance(node.func, ast.Attribute):
                    self.calls[node.func.attr].append((module, node))

    def texts(self, module: Module, node: ast.expr, depth: int = 0) -> list[str]:
        """Return the constants that an expression may be; raises `Unknown`."""
        if depth > _DEPTH:
            raise Unknown
        follow = _FOLLOWED.get(type(node))
        if follow is None:
            raise Unknown
        return follow(self, module, node, depth + 1)

    def _constant(self, module: Module, node: ast.Constant, depth: int) -> list[str]:
        return [node.value] if isinstance(node.value, str) and node.value else []

    def _either(self, module: Module, node: ast.IfExp, depth: int) -> list[str]:
        return self._all(module, (node.body, node.orelse), depth)

    def _each(self, module: Module, node: ast.Tuple | ast.List, depth: int) -> list[str]:
        return self._all(module, node.elts, depth)

    def _each_value(self, module: Module, node: ast.Dict | ast.BoolOp, depth: int) -> list[str]:
        return self._all(module, node.values, depth)

    def _inner(self, module: Module, node: ast.Subscript | ast.Starred, depth: int) -> list[str]:
        return self.texts(module, node.value, depth)

    def _element(self, module: Module, node: ast.GeneratorExp, depth: int) -> list[str]:
        return self.texts(module, node.elt, depth)

    def _sum(self, module: Module, node: ast.BinOp, depth: int) -> list[str]:
        left, right = (self.texts(module, one, depth) for one in (node.left, node.right))
        return [one + other for one in left or [""] for other in right or [""]]

    def _joined(self, module: Module, node: ast.JoinedStr, depth: int) -> list[str]:
        """Return a text that is joined of constants with a name."""
        found = ""
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            texts = self.texts(module, inner, depth)
            if len(texts) != 1:
                raise Unknown
            found += texts[0]
        return [found]

    def latest(self, module: Module, node: ast.expr, line: int) -> list[str]:
        """Return what an expression may be, a name only what it was bound to last and `if` so."""
        function = module.function_of(node)
        if isinstance(node, ast.Name) and function:
            bound = names_in(function).get(node.id, [])
            before = [one for one in bound if one.lineno <= line]
            if before:
                close = [one for one in before if before[-1].lineno - one.lineno < _NEAR]
                return self._all(module, close, 0)
        return self.texts(module, node)

    def _all(self, module: Module, nodes: Sequence[ast.expr], depth: int) -> list[str]:
        return [text for node in nodes for text in self.texts(module, node, depth)]

    def _call(self, module: Module, node: ast.Call, depth: int) -> list[str]:
        function = node.func
        if isinstance(function, ast.Name) and function.id in {"tr", "str"}:
            return []
        if isinstance(function, ast.Name) and function.id in {"zip", "enumerate", "reversed"}:
            return self._all(module, node.args, depth)
        if not isinstance(function, ast.Attribute) or function.attr not in _METHODS:
            raise Unknown
        inner = (function.value, *node.args[1:]) if function.attr == "get" else (function.value,)
        if function.attr == "fromkeys":
            inner = (node.args[1],)
        found = self._all(module, inner, depth)
        is_split = function.attr == "split"
        return [word for text in found for word in text.split()] if is_split else found

    def _name(self, module: Module, node: ast.Name, depth: int) -> list[str]:
        function = module.function_of(node)
        if function:
            local = names_in(function)
            found = [
                text for one in local.get(node.id, ()) for text in self.texts(module, one, depth)
            ]
            if node.id in local:
                return found
            if node.id in (places := parameters(function)):
                return self._parameter(function, places.index(node.id), node.id, depth)
        return self._of_module(module, node.id, depth)

    def _of_module(self, module: Module, name: str, depth: int) -> list[str]:
        if name in module.values:
            return self._all(module, module.values[name], depth)
        if name in module.imported:
            owner, own = module.imported[name]
            if owner in self.modules:
                return self._of_module(self.modules[owner], own, depth)
        raise Unknown

    def _parameter(self, function: ast.FunctionDef, place: int, name: str, depth: int) -> list[str]:
        """Return what callers give for a parameter."""
        found, calls = [], self.calls.get(function.name, [])
        if function.name.startswith("__") or not calls:
            raise Unknown
        for module, call in calls:
            is_method = bool(parameters(function)[:1] in (["self"], ["cls"]))
            at = place - is_method
            named = [one.value for one in call.keywords if one.arg == name]
            if named:
                found += self.texts(module, named[0], depth)
            elif at < len(call.args):
                found += self.texts(module, call.args[at], depth)
        defaults = defaults_of(function)
        if name in defaults and isinstance(defaults[name], ast.Constant):
            value = defaults[name].value  # type: ignore[attr-defined]
            found += [value] if isinstance(value, str) and value else []
        return found

    def _attribute(self, module: Module, node: ast.Attribute, depth: int) -> list[str]:
        if isinstance(node.value, ast.Name) and node.value.id in module.imported:
            owner, own = module.imported[node.value.id]
            if f"{owner}.{own}" in self.modules:
                return self._of_module(self.modules[f"{owner}.{own}"], node.attr, depth)
        raise Unknown


_FOLLOWED: dict[type[ast.expr], Callable[..., list[str]]] = {
    ast.Constant: Follower._constant,
    ast.JoinedStr: Follower._joined,
    ast.IfExp: Follower._either,
    **dict.fromkeys((ast.Tuple, ast.List, ast.Set), Follower._each),
    **dict.fromkeys((ast.Dict, ast.BoolOp), Follower._each_value),
    **dict.fromkeys((ast.Subscript, ast.Starred, ast.NamedExpr, ast.DictComp), Follower._inner),
    **dict.fromkeys((ast.GeneratorExp, ast.ListComp), Follower._element),
    ast.BinOp: Follower._sum,
    ast.Name: Follower._name,
    ast.Call: Follower._call,
    ast.Attribute: Follower._attribute,
}
"""How each kind of expression is followed; every other is unknown."""
