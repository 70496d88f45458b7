"""The user's configuration: keys, theme, and what a survey opens with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from cxtui.analysis.view.view_option_table import ViewOptions
from cxtui.errors import UsageError
from cxtui.languages import LanguageOptions
from cxtui.messages import tr
from cxtui.options import options_of, value_given
from cxtui.session.private_files import config_file, shown
from cxtui.session.start import Start
from cxtui.text import clean

_OPTIONS = (*options_of(Start), *options_of(LanguageOptions))
_SETTINGS = {one.name: one for one in _OPTIONS if one.is_configurable}
_VIEW = {one.name: one for one in options_of(ViewOptions) if one.is_configurable}


@dataclass(frozen=True, slots=True)
class Config:
    """The valid entries of a configuration, and a line for each problem of the others.

    `keys` has the keys of a command by its id, as they were written, `screens` those of each
    screen over the panes; `options` has defaults of the explorer's command line by their names.
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
        first, more = clean(self.problems[0]), len(self.problems) - 1
        return tr("{} (and {} more)", first, more) if more else first


def load_config() -> Config:
    """Return the user's configuration; what is wrong with it stops nothing."""
    file = config_file()
    try:
        return read_config(file.read_text(encoding="utf-8-sig"), shown(file))
    except (FileNotFoundError, NotADirectoryError):
        return Config()
    except UnicodeDecodeError:
        problem = tr("{} is not UTF-8 text", shown(file))
    except OSError as error:
        problem = f"{shown(file)}: {error.strerror or error}"
    return Config(problems=(problem,))


def read_config(text: str, origin: str) -> Config:
    """Return the configuration that a file's text holds; `origin` names it in the problems."""
    import tomllib

    from cxtui.survey.codebook.load_toml import load_toml

    try:
        whole = load_toml(text)
    except tomllib.TOMLDecodeError as error:
        reason = clean(str(error))[:80]
        return Config(problems=(tr("{} is not valid TOML: {}", origin, reason),))
    read = _Reader()
    read.each(whole, read.entry)
    problems = tuple(f"{origin}: {one}" for one in read.problems)
    return Config(read.keys, read.screens, read.options, problems, origin)


class _Reader:
    """Collects the valid entries, and a problem for each of the others."""

    def __init__(self) -> None:
        self.keys: dict[str, tuple[str, ...]] = {}
        self.screens: dict[str, dict[str, tuple[str, ...]]] = {}
        self.options: dict[str, object] = {}
        self.problems: list[str] = []

    def each(self, table: Mapping[str, object], read: Callable[[str, object], None]) -> None:
        """Read the entries of a table with a function that raises `UsageError` for a wrong one."""
        for name, value in table.items():
            try:
                read(name, value)
            except UsageError as error:
                self.problems.append(str(error))

    def entry(self, name: str, value: object) -> None:
        """Read one entry of the file."""
        if name in _SETTINGS:
            self.options[name] = value_given(_SETTINGS[name], value, name)
        elif name == "keys" and isinstance(value, dict):
            self.each(value, partial(_read_keys, self.keys, name))
        elif name == "screens" and isinstance(value, dict):
            self.each(value, self._screen)
        elif name == "view" and isinstance(value, dict):
            self.each(value, self._view_option)
        else:
            message = "unknown {!r}; it takes {}, [keys], [screens] and [view]"
            raise UsageError(message, name, ", ".join(_SETTINGS))

    def _screen(self, name: str, value: object) -> None:
        if not isinstance(value, dict):
            raise UsageError("screens.{} takes a table of keys", name)
        keys = self.screens[name] = {}
        self.each(value, partial(_read_keys, keys, f"screens.{name}"))

    def _view_option(self, name: str, value: object) -> None:
        if name not in _VIEW:
            raise UsageError("unknown view.{}; [view] takes {}", name, ", ".join(_VIEW))
        self.options[name] = value_given(_VIEW[name], value, f"view.{name}")


def _read_keys(found: dict[str, tuple[str, ...]], table: str, command: str, value: object) -> None:
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or not keys or not all(isinstance(k, str) and k for k in keys):
        raise UsageError("{}.{} takes a key or a list of keys", table, command)
    found[command] = tuple(keys)
