"""Other keys for the screens over the panes, from the configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

from cxtui.app import screens
from cxtui.app.keys.commands import COMMANDS
from cxtui.app.keys.keymap import Keymap, Wishes, granted
from cxtui.app.screens.base.overlay import Overlay, id_of, name_of
from cxtui.messages import tr


def overlays() -> dict[str, type[Overlay[Any]]]:
    """Return every screen whose keys can be changed, by its name in the configuration."""
    for module in walk_packages(screens.__path__, f"{screens.__name__}."):
        import_module(module.name)
    return {one.own_name: one for one in _subclasses(Overlay) if one.own_name}


def _subclasses(screen: type[Overlay[Any]]) -> Iterator[type[Overlay[Any]]]:
    for one in screen.__subclasses__():
        yield one
        yield from _subclasses(one)


def keys_of_overlays(
    main: Keymap, wished: Mapping[str, Wishes], origin: str
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the changed keys of the screens, in the form of Textual, and the problems.

    A key of the panes that was changed is changed in a screen that has the same one, unless it
    does something else there.
    """
    known = overlays()
    changed: dict[str, str] = {}
    unknown = [name for name in wished if name not in known]
    problems = [tr("screens.{}: there is no such screen", name) for name in unknown]
    for name, screen in known.items():
        own = screen.own_keys
        taken, refused = granted(own, wished.get(name, {}), f"screens.{name}")
        for key in screen.sooner_than_letters & taken.keys():
            if any(len(one) == 1 for one in wished[name][key]):
                del taken[key]
                refused.append(tr("screens.{}.{}: letters are typed there", name, key))
        problems += refused
        # Esc always leaves, since other keys may be letters of a text.
        taken |= {key: _with_escape(keys, own[key]) for key, keys in taken.items()}
        for key, carried in _carried(main, screen).items():
            others = [one for other in own if other != key for one in taken.get(other, own[other])]
            if key not in taken and not set(carried) & set(others):
                taken[key] = carried
        changed |= {id_of(name, key): ",".join(keys) for key, keys in taken.items()}
    return changed, tuple(f"{origin}: {one}" for one in problems)


def _carried(main: Keymap, screen: type[Overlay[Any]]) -> dict[str, tuple[str, ...]]:
    """Return the changed keys of the panes for the commands that a screen has too."""
    found = {}
    for command in COMMANDS:
        name, keys = name_of(command.title), main[command.id].keys
        is_same = screen.own_keys.get(name) == command.keys != keys
        if is_same and name not in screen.sooner_than_letters:
            found[name] = keys
    return found


def _with_escape(keys: tuple[str, ...], before: tuple[str, ...]) -> tuple[str, ...]:
    return (*keys, "escape") if "escape" in before and "escape" not in keys else keys
