"""Constants by the names of their sources, for what cannot be followed: see `elsewhere.py`."""

from __future__ import annotations

import ast
import tomllib
from functools import cached_property

from tests.translations.code_modules import PACKAGE, Module, names_in
from tests.translations.follow_constants import Follower, Unknown


class Sources(Follower):
    """Finds the constants that a source names."""

    def elsewhere(self, source: str) -> list[str]:
        """Return the constants that a source of `ELSEWHERE` names."""
        kind, _, name = source.partition(" ")
        return getattr(self, f"_{kind}")(name)  # type: ignore[no-any-return]

    def _texts(self, name: str) -> list[str]:
        return name.split("|")

    def _value(self, name: str) -> list[str]:
        """Return the texts of a name of a module."""
        module, _, own = name.rpartition(".")
        return self._of_module(self.modules[module], own, 0)

    def _values(self, name: str) -> list[str]:
        """Return all texts of the classes with this name: the members of an enumeration."""
        return [
            text
            for node in self._classes(name)
            for own in names_in(node).values()
            for one in own
            for text in _constants(one)
        ]

    def _classes(self, name: str) -> list[ast.ClassDef]:
        return [one for one in self._every_class if one.name == name]

    @cached_property
    def _every_class(self) -> list[ast.ClassDef]:
        return [one for module in self.modules.values() for one in module.of(ast.ClassDef)]

    @cached_property
    def _every_function(self) -> list[tuple[Module, ast.FunctionDef]]:
        return [(one, node) for one in self.modules.values() for node in one.of(ast.FunctionDef)]

    def _field(self, name: str) -> list[str]:
        """Return what is given for a field wherever its class is called."""
        owner, _, own = name.partition(".")
        places = [
            names.index(own) for one in self._classes(owner) if own in (names := _fields_of(one))
        ]
        return [text for at in places for text in self._argument(f"{owner} {at} {own}")]

    def _argument(self, name: str) -> list[str]:
        """Return what all calls of a name give in a place, or by a keyword."""
        function, place, *keyword = name.split()
        found: list[str] = []
        for module, call in self.calls[function]:
            given = [one.value for one in call.keywords if [one.arg] == keyword]
            given += call.args[int(place) : int(place) + 1]
            found += self._or_none(module, given[0]) if given else []
        return found

    def _sentence(self, name: str) -> list[str]:
        """Return what all calls give in a place, if it has blanks."""
        return [one for one in self._argument(name) if " " in one]

    def _keyword(self, name: str) -> list[str]:
        """Return what all calls give for a keyword."""
        return [
            text
            for calls in self.calls.values()
            for module, call in calls
            for one in call.keywords
            if one.arg == name
            for text in self._or_none(module, one.value)
        ]

    def _keys(self, name: str) -> list[str]:
        """Return the keys of a dictionary of a module."""
        module, _, own = name.rpartition(".")
        return [
            text
            for one in self.modules[module].values[own]
            if isinstance(one, ast.Dict)
            for key in one.keys
            if key
            for text in self._or_none(self.modules[module], key)
        ]

    def _entries(self, name: str) -> list[str]:
        """Return the second parts of all pairs below a name of a module."""
        module, _, own = name.rpartition(".")
        return [
            text
            for one in self.modules[module].values[own]
            for pair in ast.walk(one)
            if isinstance(pair, ast.Tuple) and len(pair.elts) == 2
            for text in self._or_none(self.modules[module], pair.elts[1])
            if isinstance(pair.elts[1], ast.Constant)
        ]

    def _column(self, name: str) -> list[str]:
        """Return what the tuples of a table of a module have in a place."""
        table, place = name.split()
        module, _, own = table.rpartition(".")
        return [
            text
            for rows in self.modules[module].values[own]
            if isinstance(rows, ast.Tuple)
            for row in rows.elts
            if isinstance(row, ast.Tuple)
            for one in row.elts[int(place) : int(place) + 1]
            for text in self.texts(self.modules[module], one)
        ]

    def _sentences(self, name: str) -> list[str]:
        """Return all texts with blanks of a module or a function, but docstrings."""
        module = self.modules[name.partition(":")[0]]
        named = name.partition(":")[2]
        tops = (
            [one for one in ast.walk(module.tree) if getattr(one, "name", "") == named]
            if named
            else [module.tree]
        )
        docs = {id(one.value) for one in ast.walk(module.tree) if isinstance(one, ast.Expr)}
        inner = {
            id(part)
            for one in ast.walk(module.tree)
            if isinstance(one, ast.JoinedStr)
            for part in ast.walk(one)
            if part is not one
        }
        return [
            text
            for top in tops
            for one in ast.walk(top)
            if isinstance(one, ast.Constant | ast.JoinedStr) and id(one) not in docs | inner
            for text in self._or_none(module, one)
            if " " in text
        ]

    def _lexicon(self, name: str) -> list[str]:
        """Return the names in a table of the English words that surveys are recognized by."""
        file = next(PACKAGE.rglob("en.toml"))
        return list(tomllib.loads(file.read_text(encoding="utf-8"))[name])

    def _returned(self, name: str) -> list[str]:
        """Return the constants that functions of this name return."""
        return [
            text
            for module, node in self._every_function
            if node.name == name
            for one in ast.walk(node)
            if isinstance(one, ast.Return) and one.value
            for text in self.texts(module, one.value)
        ]

    def _yielded(self, name: str) -> list[str]:
        """Return the first parts of all pairs that functions of a package yield."""
        return [
            text
            for module in self.modules.values()
            if module.name.startswith(name)
            for node in module.of(ast.Yield)
            if isinstance(node.value, ast.Tuple)
            for text in self._or_none(module, node.value.elts[0])
        ]

    def _or_none(self, module: Module, node: ast.expr) -> list[str]:
        try:
            return self.texts(module, node)
        except Unknown:
            return []


def _fields_of(node: ast.ClassDef) -> list[str]:
    return [
        one.target.id
        for one in node.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    ]


def _constants(node: ast.AST) -> list[str]:
    return [
        one.value
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value
    ]
