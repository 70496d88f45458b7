"""Other keys for the screens over the panes: their own, and those that the panes have too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

from cxtui.app import screens
from cxtui.app.keys.commands import COMMANDS
from cxtui.app.keys.keymap import Keymap, Wishes, granted
from cxtui.app.screens.base.overlay import Overlay, id_of, name_of


def overlays() -> dict[str, type[Overlay[Any]]]:
    """Return every screen whose keys can be changed, by its name in the configuration."""
    for module in walk_packages(screens.__path__, f"{screens.__name__}."):
        import_module(module.name)
    return {one.own_name: one for one in _below(Overlay) if one.own_name}


def _below(screen: type[Overlay[Any]]) -> Iterator[type[Overlay[Any]]]:
    for one in screen.__subclasses__():
        yield one
        yield from _below(one)


def keys_of_overlays(
    main: Keymap, wished: Mapping[str, Wishes], origin: str
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the keys that are not a screen's own, as Textual takes them, and the problems.

    A key of the panes that was changed is changed in a screen that has the same one, unless it
    does something else there.
    """
    known = overlays()
    changed: dict[str, str] = {}
    problems = [f"screens.{name}: there is no such screen" for name in wished if name not in known]
    for name, screen in known.items():
        own = screen.own_keys
        taken, refused = granted(own, wished.get(name, {}), f"screens.{name}")
        for key in screen.sooner_than_letters & taken.keys():
            if any(len(one) == 1 for one in wished[name][key]):
                del taken[key]
                refused.append(f"screens.{name}.{key}: letters are typed there")
        problems += refused
        # It always leaves: nobody is to be caught where letters are typed.
        taken |= {key: _with_escape(keys, own[key]) for key, keys in taken.items()}
        for key, carried in _carried(main, screen).items():
            others = [one for other in own if other != key for one in taken.get(other, own[other])]
            if key not in taken and not set(carried) & set(others):
                taken[key] = carried
        changed |= {id_of(name, key): ",".join(keys) for key, keys in taken.items()}
    return changed, tuple(f"{origin}: {one}" for one in problems)


def _carried(main: Keymap, screen: type[Overlay[Any]]) -> dict[str, tuple[str, ...]]:
    """Return the keys of the panes that were changed and that a screen has for the same."""
    found = {}
    for command in COMMANDS:
        name, keys = name_of(command.title), main[command.id].keys
        if keys != command.keys and screen.own_keys.get(name) == command.keys:
            found[name] = keys
    return {name: keys for name, keys in found.items() if name not in screen.sooner_than_letters}


def _with_escape(keys: tuple[str, ...], before: tuple[str, ...]) -> tuple[str, ...]:
    return (*keys, "escape") if "escape" in before and "escape" not in keys else keys
