"""Other keys for commands, from the configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from textual.keys import Keys, _character_to_key

from cxtui.app.keys.commands import COMMANDS, Command
from cxtui.messages import tr

_NAMED = {key.value for key in Keys} | {"space"}
_SPELLINGS = {"esc": "escape", "PgUp": "pageup", "PgDn": "pagedown", "return": "enter"}
_PLAIN = re.compile(r"(ctrl\+[a-z]|f[0-9]{1,2}|[a-z]{2,})\Z")
_TAKEN = {"ctrl+c", "ctrl+i", "ctrl+m"}
"""The key that says how to quit, and those that terminals send as tab and enter."""

Wishes = Mapping[str, tuple[str, ...]]
"""Keys as they were written, by the name of a command."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """The commands with their keys, and the problems of the configured keys."""

    commands: tuple[Command, ...] = COMMANDS
    problems: tuple[str, ...] = ()

    def __getitem__(self, command_id: str) -> Command:
        return next(one for one in self.commands if one.id == command_id)

    def keys_of(self, commands: Iterable[str]) -> frozenset[str]:
        """Return the keys of several commands."""
        return frozenset(key for name in commands for key in self[name].keys)

    @property
    def changed(self) -> Mapping[str, str]:
        """The keys of the commands whose keys were changed, in the form of Textual."""
        own = {one.id: one.keys for one in COMMANDS}
        return {one.id: ",".join(one.keys) for one in self.commands if one.keys != own[one.id]}


def keymap(wished: Wishes, origin: str) -> Keymap:
    """Return the commands with the configured keys; `origin` names the file."""
    wishes, problems = granted({one.id: one.keys for one in COMMANDS}, wished, "keys")
    commands = tuple(replace(one, keys=wishes.get(one.id, one.keys)) for one in COMMANDS)
    return Keymap(commands, tuple(f"{origin}: {one}" for one in problems))


def granted(
    own: Mapping[str, tuple[str, ...]], wished: Wishes, table: str
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Return the valid keys by command, as Textual names them, and the problems of the others.

    A key has one command: it cannot be the key of a second one, unless the first gets another key.
    `table` is their place in the configuration.
    """
    problems = []
    wishes: dict[str, tuple[str, ...]] = {}
    for name, texts in wished.items():
        if name not in own:
            problems.append(tr("{}.{}: there is no such command", table, name))
            continue
        read = [(text, key_of(text)) for text in texts]
        if unknown := [text for text, key in read if key is None]:
            message = "{}.{}: {!r} is no key that terminals send"
            problems.append(tr(message, table, name, unknown[0]))
        else:
            wishes[name] = tuple(dict.fromkeys(key for _, key in read if key))
    while clash := _clash({**own, **wishes}, wishes):
        name, key, other = clash
        del wishes[name]
        problems.append(tr("{}.{}: {} is the key of {} already", table, name, key, other))
    return wishes, problems


def _clash(
    keys: Mapping[str, tuple[str, ...]], wishes: Iterable[str]
) -> tuple[str, str, str] | None:
    """Return the last command whose new key another command has, the key and the other command."""
    clashes = (
        (name, key, other)
        for name in reversed(list(wishes))
        for other, taken in keys.items()
        for key in keys[name]
        if other != name and key in taken
    )
    return next(clashes, None)


def key_of(text: str) -> str | None:
    """Return the name of a key as Textual knows it, `None` where no terminal sends it."""
    if len(text) == 1:
        return None if text.isspace() or not text.isprintable() else _character_to_key(text)
    name = _SPELLINGS.get(text, text)
    known = name in _NAMED and _PLAIN.match(name)
    return name if known and name not in _TAKEN else None
