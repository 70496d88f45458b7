"""Other keys for commands: what the user wrote, as the terminal sends them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from textual.keys import Keys, _character_to_key

from cxtui.app.keys.commands import COMMANDS, Command

_NAMED = {key.value for key in Keys} | {"space"}
_SPELLINGS = {"esc": "escape", "PgUp": "pageup", "PgDn": "pagedown", "return": "enter"}
_PLAIN = re.compile(r"(ctrl\+[a-z]|f[0-9]{1,2}|[a-z]{2,})\Z")
_TAKEN = {"ctrl+c": "says how to quit", "ctrl+i": "is tab", "ctrl+m": "is enter"}


Wishes = Mapping[str, tuple[str, ...]]
"""Keys as they were written, by the name of what they are to do."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """The commands with their keys, and in words which wishes could not be met."""

    commands: tuple[Command, ...] = COMMANDS
    problems: tuple[str, ...] = ()

    def __getitem__(self, command_id: str) -> Command:
        return next(one for one in self.commands if one.id == command_id)

    @property
    def changed(self) -> Mapping[str, str]:
        """The keys of the commands that have others than their own, as Textual takes them."""
        own = {one.id: one.keys for one in COMMANDS}
        return {one.id: ",".join(one.keys) for one in self.commands if one.keys != own[one.id]}


def keymap(wished: Wishes, origin: str) -> Keymap:
    """Return the commands with the keys that were wished for; `origin` names the file."""
    wishes, problems = granted({one.id: one.keys for one in COMMANDS}, wished, "keys")
    commands = tuple(replace(one, keys=wishes.get(one.id, one.keys)) for one in COMMANDS)
    return Keymap(commands, tuple(f"{origin}: {one}" for one in problems))


def granted(
    own: Mapping[str, tuple[str, ...]], wished: Wishes, table: str
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Return the wishes that can be met, as Textual names keys, and why the others cannot.

    A key does one thing: a wish for one that something else has is not met, unless that gives it
    away. `table` is where the wishes stand in the configuration.
    """
    problems = []
    wishes: dict[str, tuple[str, ...]] = {}
    for name, texts in wished.items():
        if name not in own:
            problems.append(f"{table}.{name}: there is no such command")
            continue
        read = [(text, key_of(text)) for text in texts]
        if unknown := [text for text, key in read if key is None]:
            problems.append(f"{table}.{name}: {unknown[0]!r} is no key that terminals send")
        else:
            wishes[name] = tuple(dict.fromkeys(key for _, key in read if key))
    while clash := _clash({**own, **wishes}, wishes):
        name, key, other = clash
        del wishes[name]
        problems.append(f"{table}.{name}: {key} is the key of {other} already")
    return wishes, problems


def _clash(
    keys: Mapping[str, tuple[str, ...]], wishes: Iterable[str]
) -> tuple[str, str, str] | None:
    """Return the last wish for a key that another command has, the key and that command."""
    for command_id in reversed(list(wishes)):
        for other, taken in keys.items():
            for key in keys[command_id]:
                if other != command_id and key in taken:
                    return command_id, key, other
    return None


def key_of(text: str) -> str | None:
    """Return the name of a key as Textual knows it, `None` where no terminal sends it."""
    if len(text) == 1:
        return None if text.isspace() or not text.isprintable() else _character_to_key(text)
    name = _SPELLINGS.get(text, text)
    known = name in _NAMED and _PLAIN.match(name)
    return name if known and name not in _TAKEN else None
