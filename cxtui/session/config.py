"""The user's configuration: keys, theme, and what a survey opens with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cxtui.analysis.view.view_options import ViewOptions
from cxtui.errors import UsageError
from cxtui.options import Option, options_of, value_given
from cxtui.session.private_files import config_file, shown
from cxtui.session.start import Start
from cxtui.text import clean

_SETTINGS = {one.name: one for one in options_of(Start) if one.is_configurable}
_VIEW = {one.name: one for one in options_of(ViewOptions) if one.is_configurable}


@dataclass(frozen=True, slots=True)
class Config:
    """What was asked for, and in one line each what of it could not be read.

    `keys` are those of a command by its id, as they were written, `screens` those of each screen
    over the panes; `options` are defaults of the explorer's command line by the names that its
    parser gives them.
    """

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    screens: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    origin: str = "config.toml"

    @property
    def problem(self) -> str:
        """The first problem, and how many more there are; empty where all is well."""
        if not self.problems:
            return ""
        more = len(self.problems) - 1
        return clean(self.problems[0]) + (f" (and {more} more)" if more else "")


def load_config() -> Config:
    """Return the user's configuration; what is wrong with it stops nothing."""
    file = config_file()
    try:
        return read_config(file.read_text(encoding="utf-8-sig"), shown(file))
    except (FileNotFoundError, NotADirectoryError):
        return Config()
    except UnicodeDecodeError:
        return Config(problems=(f"{shown(file)} is not UTF-8 text",))
    except OSError as error:
        return Config(problems=(f"{shown(file)}: {error.strerror or error}",))


def read_config(text: str, origin: str) -> Config:
    """Return the configuration that a file's text holds; `origin` names it in the problems."""
    import tomllib

    try:
        whole = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return Config(problems=(f"{origin} is not valid TOML: {clean(str(error))[:80]}",))
    read = _Reader()
    for name, value in whole.items():
        read.entry(name, value)
    problems = tuple(f"{origin}: {one}" for one in read.problems)
    return Config(read.keys, read.screens, read.options, problems, origin)


class _Reader:
    """Collects what is understood, and what is not."""

    def __init__(self) -> None:
        self.keys: dict[str, tuple[str, ...]] = {}
        self.screens: dict[str, dict[str, tuple[str, ...]]] = {}
        self.options: dict[str, object] = {}
        self.problems: list[str] = []

    def entry(self, name: str, value: object) -> None:
        """Read one entry of the file."""
        if name == "keys" and isinstance(value, dict):
            self.keys = self._keys_in(value, "keys")
        elif name == "screens" and isinstance(value, dict):
            self._read_screens(value)
        elif name == "view" and isinstance(value, dict):
            self._read_view(value)
        elif name in _SETTINGS:
            self._read_option(_SETTINGS[name], value, name)
        else:
            known = f"{', '.join(_SETTINGS)}, [keys], [screens] and [view]"
            self.problems.append(f"unknown {name!r}; it takes {known}")

    def _read_option(self, option: Option, value: object, typed: str) -> None:
        try:
            self.options[option.name] = value_given(option, value, typed)
        except UsageError as error:
            self.problems.append(str(error))

    def _read_screens(self, screens: Mapping[str, object]) -> None:
        for name, value in screens.items():
            if isinstance(value, dict):
                self.screens[name] = self._keys_in(value, f"screens.{name}")
            else:
                self.problems.append(f"screens.{name} takes a table of keys")

    def _keys_in(self, table: Mapping[str, object], name: str) -> dict[str, tuple[str, ...]]:
        """Return the keys that a table gives."""
        found = {}
        for command, value in table.items():
            if (keys := _keys(value)) is not None:
                found[command] = keys
            else:
                self.problems.append(f"{name}.{command} takes a key or a list of keys")
        return found

    def _read_view(self, table: Mapping[str, object]) -> None:
        for name, value in table.items():
            if name in _VIEW:
                self._read_option(_VIEW[name], value, f"view.{name}")
            else:
                self.problems.append(f"unknown view.{name}; [view] takes {', '.join(_VIEW)}")


def _keys(value: object) -> tuple[str, ...] | None:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not listed:
        return None
    return tuple(listed) if all(isinstance(one, str) and one for one in listed) else None
