"""Other keys for commands: what the user wrote, as the terminal sends them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from textual.keys import Keys, _character_to_key

from cxtui.app.commands import COMMANDS, Command

_NAMED = {key.value for key in Keys} | {"space"}
_SPELLINGS = {"esc": "escape", "PgUp": "pageup", "PgDn": "pagedown", "return": "enter"}
_PLAIN = re.compile(r"(ctrl\+[a-z]|f[0-9]{1,2}|[a-z]{2,})\Z")
_TAKEN = {"ctrl+c": "says how to quit", "ctrl+i": "is tab", "ctrl+m": "is enter"}


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


def keymap(wished: Mapping[str, tuple[str, ...]], origin: str) -> Keymap:
    """Return the commands with the keys that were wished for.

    A key does one thing: a wish for one that another command has is not met, unless that command
    gives it away. `origin` names the file in the problems.
    """
    problems = []
    keys = {one.id: one.keys for one in COMMANDS}
    wishes: dict[str, tuple[str, ...]] = {}
    for command_id, texts in wished.items():
        if command_id not in keys:
            problems.append(f"keys.{command_id}: there is no such command")
            continue
        read = [(text, key_of(text)) for text in texts]
        if unknown := [text for text, key in read if key is None]:
            problems.append(f"keys.{command_id}: {unknown[0]!r} is no key that terminals send")
        else:
            wishes[command_id] = tuple(dict.fromkeys(key for _, key in read if key))
    while clash := _clash(keys | wishes, wishes):
        command_id, key, other = clash
        del wishes[command_id]
        problems.append(f"keys.{command_id}: {key} is the key of {other} already")
    commands = tuple(replace(one, keys=wishes.get(one.id, one.keys)) for one in COMMANDS)
    return Keymap(commands, tuple(f"{origin}: {one}" for one in problems))


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
