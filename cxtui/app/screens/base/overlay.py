"""A screen over the panes: its keys have names, so that the configuration can give them others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.screen import ModalScreen, Screen

from cxtui.app.keys.commands import signs
from cxtui.app.terminal.textual_internals import bindings_of, changed_keys

T = TypeVar("T")

_TEXTUALS = frozenset(one.action for one in Screen.BINDINGS if isinstance(one, Binding))


class Overlay(ModalScreen[T]):
    """Closes again with an answer.

    A class that is `named` has the table `[screens.NAME]` in the configuration; a key goes there
    by the words that `?` shows, as `name_of` spells them.
    """

    own_name: ClassVar[str] = ""
    own_keys: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """The keys that it has unless they are changed, by their names."""
    titles: ClassVar[Mapping[str, str]] = {}
    """What they do, by their names."""
    sooner_than_letters: ClassVar[frozenset[str]] = frozenset()
    """The names of those that work while a text is typed too: a letter could not be typed then."""

    def __init_subclass__(cls, *, named: str = "", **rest: Any) -> None:
        super().__init_subclass__(**rest)
        merged = bindings_of(cls)
        if not named or merged is None:
            return
        keys: dict[str, tuple[str, ...]] = {}
        titles, sooner = {}, set()
        for key, bindings in merged.key_to_bindings.items():
            for at, binding in enumerate(bindings):
                if binding.action in _TEXTUALS:
                    continue
                name = name_of(binding.description)
                keys[name] = (*keys.get(name, ()), key)
                titles[name] = binding.description
                bindings[at] = replace(binding, id=id_of(named, name))
                if binding.priority:
                    sooner.add(name)
        cls.own_name, cls.own_keys, cls.titles = named, keys, titles
        cls.sooner_than_letters = frozenset(sooner)

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close with an answer, unless another screen has opened over this one meanwhile.

        A key that came late asks for it; the answer can be given once.
        """
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()

    @property
    def keys(self) -> Mapping[str, Sequence[str]]:
        """The keys that it has, by their names."""
        wished = changed_keys(self.app)
        return {
            name: wished.get(id_of(self.own_name, name), ",".join(own)).split(",")
            for name, own in self.own_keys.items()
        }

    def hint(self, words: str) -> str:
        """Return words about keys; `{name}` stands for the first key of that name."""
        return words.format_map({name: signs(keys[:1]) for name, keys in self.keys.items()})


def name_of(title: str) -> str:
    """Return the name that the keys of a title have in the configuration."""
    return re.sub(r"\W+", "_", title.lower()).strip("_")


def id_of(screen: str, name: str) -> str:
    """Return the id by which Textual knows the keys of a name."""
    return f"{screen}.{name}"
