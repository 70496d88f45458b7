"""Options declared once, as fields of frozen values; read from words or from keywords.

A class of options is a frozen dataclass whose fields are made by `option`. The command line, its
help, the completion, the manual page, the view line and the library read these declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from cxtui.errors import Advice, UsageError, near_among, near_names
from cxtui.messages import tr

Default = TypeVar("Default")
Values = TypeVar("Values")


@dataclass(frozen=True, slots=True)
class Option:
    """One option, or one argument of a verb: its name as a keyword, and what it takes and does.

    `help` is English; its `{}` is the default. `read` turns a word into the value; its `ValueError`
    says what is taken instead. `place` is empty for an option; for an argument it says how many:
    `1`, `?` (or none) or `+` (or more). The value of an `is_list` option is a tuple, typed with
    commas. `refused` says why a verb does not take the option, unless its value is `allowed`.
    """

    name: str
    help: str
    default: object = None
    metavar: str = ""
    choices: tuple[str, ...] = ()
    read: Callable[[str], object] = str
    short: str = ""
    group: str = ""
    place: str = ""
    rival: str = ""
    is_negatable: bool = False
    is_of_table: bool = False
    is_configurable: bool = False
    is_last: bool = False
    is_list: bool = False
    refused: str = ""
    allowed: str | None = None

    @property
    def description(self) -> str:
        """What it does, in the user's language."""
        return tr(self.help, self.default) if self.help else ""

    @property
    def flag(self) -> str:
        """The option as it is typed; a name that Python keeps for itself ends in a `_`."""
        return "--" + self.name.rstrip("_").replace("_", "-")

    @property
    def flags(self) -> tuple[str, ...]:
        """Every spelling of the option, none of an argument."""
        if self.place:
            return ()
        spelt = (f"-{self.short}", self.flag) if self.short else (self.flag,)
        return (*spelt, f"--no-{self.name}") if self.is_negatable else spelt

    @property
    def is_flag(self) -> bool:
        """Whether it takes no value."""
        return isinstance(self.default, bool) or self.is_negatable

    @property
    def is_repeatable(self) -> bool:
        """Whether each further value is kept beside those before."""
        return isinstance(self.default, tuple) and not self.is_list

    @property
    def takes(self) -> str:
        """What it takes, as a usage line shows it; empty for a flag."""
        if self.metavar or self.is_flag:
            return self.metavar
        takes = f"{{{','.join(self.choices)}}}" if self.choices else self.name.upper()
        return f"{takes}[,…]" if self.is_list else takes

    def value_of(self, text: str, typed: str) -> object:
        """Return the value that a text gives; `typed` names the option in the error.

        Raises `UsageError` where the option does not take the text.
        """
        if self.is_list:
            one = replace(self, is_list=False)
            parts = [one.value_of(part.strip(), typed) for part in text.split(",")]
            return tuple(dict.fromkeys(parts))
        if self.choices and text not in self.choices:
            listed, near = ", ".join(self.choices), near_among(text, self.choices)
            raise UsageError("{} takes {}, not {!r}", typed, listed, text, near)
        try:
            return self.read(text)
        except ValueError as error:
            raise UsageError("{} {}", typed, error) from None


def option(
    default: Default,
    help: str,  # noqa: A002 -- the word of every parser
    metavar: str = "",
    choices: type[StrEnum] | tuple[str, ...] = (),
    read: Callable[[str], object] = str,
    **more: Any,
) -> Default:
    """Return a dataclass field that declares an option; `more` are further fields of `Option`."""
    if not isinstance(choices, tuple):
        read, choices = choices, tuple(one.value for one in choices)
    declared = Option("", help, default, metavar, choices, read, **more)
    return field(default=default, metadata={"option": declared})


def as_file(text: str) -> str:
    """Return the name of a file; raises `ValueError` where it is empty."""
    if not text:
        raise ValueError(tr("takes the name of a file, not ''"))
    return text


def options_of(values: type) -> tuple[Option, ...]:
    """Return the options that a class of frozen values declares, in the order of its fields."""
    return _declared_by(values)  # a cache takes no generic type, for a type checker


@cache
def _declared_by(values: type) -> tuple[Option, ...]:
    declared = (one for one in fields(values) if "option" in one.metadata)
    return tuple(replace(one.metadata["option"], name=one.name) for one in declared)


def values_from(values: type[Values], found: Mapping[str, object]) -> Values:
    """Return frozen values with what was found of their options; the rest has its defaults."""
    named = {one.name for one in options_of(values)}
    return values(**{name: value for name, value in found.items() if name in named})


def read_options(
    options: Sequence[Option],
    words: Sequence[str],
    of: str,
    advice: Callable[[str], Advice] = lambda _: Advice(),
) -> tuple[dict[str, object], list[str]]:
    """Return the values of the options among the words, and the words that are arguments.

    `of` says whose options they are, `advice` what to do about an unknown one. Raises `UsageError`
    where a word is no option, a value is missing or wrong, or two options exclude each other.
    """
    by_flag = {flag: one for one in options for flag in one.flags}
    values: dict[str, object] = {}
    arguments: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            arguments += rest
            break
        if not _is_option(word, by_flag):
            arguments.append(word)
            continue
        flag, equals, text = word.partition("=")
        if flag not in by_flag and word[:2] in by_flag:  # -oFILE
            flag, equals, text = word[:2], "=", word[2:]
        if flag not in by_flag:
            near = _nearly(flag, by_flag) or advice(flag)
            raise UsageError("{!r} is no option of {}{}", flag, of, near)
        found = by_flag[flag]
        if found.is_flag:
            text = ""
            if equals:
                raise UsageError("{} takes no value", flag)
        elif not equals:
            text = next(rest, "--")
            if text == "--" or _is_option(text, by_flag):
                raise UsageError("{0} needs a value: {0} {1}", flag, found.takes)
        _keep(found, flag, text, values)
        if found.is_last:
            break
    _refuse_rivals({one.name: one.flag for one in options}, options, values)
    return values, arguments


def _refuse_rivals(
    names: Mapping[str, str], options: Iterable[Option], values: Mapping[str, object]
) -> None:
    """Raise `UsageError` where two options exclude each other; `names` is how they are typed."""
    for one in options:
        if values.get(one.name) and values.get(one.rival):
            raise UsageError("take {} or {}, not both", names[one.name], names[one.rival])


def _is_option(word: str, by_flag: Mapping[str, Option]) -> bool:
    """Whether a word names an option: a negative number or a text with blanks does not."""
    if len(word) < 2 or not word.startswith("-"):  # noqa: PLR2004 -- a dash and a letter
        return False
    is_number = word[1:].replace(".", "", 1).isdecimal()
    return word.partition("=")[0] in by_flag or not (is_number or " " in word)


def _nearly(flag: str, by_flag: Mapping[str, Option]) -> Advice:
    heeded = (spelt for spelt, one in by_flag.items() if not one.refused)
    near = near_names(flag, heeded, cutoff=0.75)
    return Advice(tr("; did you mean {}?", near[0]), near) if near else Advice()


def _keep(found: Option, flag: str, text: str, values: dict[str, object]) -> None:
    if found.refused:
        if text != found.allowed:
            raise UsageError("{} {}", flag, tr(found.refused))
        return
    if found.is_flag:
        values[found.name] = not flag.startswith("--no-") or flag == found.flag
        return
    value = found.value_of(text, flag)
    before = values.get(found.name, ())
    values[found.name] = (
        (*before, value) if found.is_repeatable and isinstance(before, tuple) else value
    )


def keywords_of(values: object) -> dict[str, Any]:
    """Return the options that have not their default, by name."""
    named = ((one, getattr(values, one.name)) for one in options_of(type(values)))
    return {one.name: value for one, value in named if value != one.default}


def words_of(values: object) -> list[str]:
    """Return the words that ask for frozen values: every option that has not its default."""
    return [
        word
        for one in options_of(type(values))
        if (value := getattr(values, one.name)) != one.default
        for word in _words(one, value)
    ]


def _words(one: Option, value: object) -> Iterator[str]:
    if one.is_flag:
        yield one.flag if value else f"--no-{one.name}"
        return
    if one.is_list and isinstance(value, tuple):
        value = ",".join(map(str, value))
    for each in value if isinstance(value, tuple) else (value,):
        yield from typed(one.flag, each if isinstance(each, str) else _number_text(each))


def typed(flag: str, text: str) -> tuple[str, ...]:
    """Return an option and its value as words; a value with a dash must not look like an option."""
    return (f"{flag}={text}",) if text.startswith("-") else (flag, text)


def _number_text(number: float) -> str:
    """Return a number in as few digits as say it."""
    short = f"{number:g}"
    return short if float(short) == number else repr(number)


def usage_of(options: Sequence[Option]) -> str:
    """Return the options in one line, as a usage line shows them; rivals share their brackets."""
    shown: dict[str, str] = {}
    for one in options:
        said = " ".join(f"{one.flag} {one.takes}".split())
        if one.rival in shown:
            shown[one.rival] += f" | {said}"
        else:
            shown[one.name] = said
    return " ".join(f"[{one}]" for one in shown.values())


def from_keywords(values: type[Values], keywords: Mapping[str, object]) -> Values:
    """Return frozen values made of keyword arguments, as a caller in Python gives them.

    `None` is the default, a repeatable option takes one value or several. Raises `UsageError`
    where a keyword is unknown or its value is not one that the option takes.
    """
    declared = {one.name: one for one in options_of(values)}
    found: dict[str, object] = {}
    for name, value in keywords.items():
        if name not in declared:
            message = "there is no option {!r}; there are {}"
            raise UsageError(message, name, ", ".join(declared), near_among(name, declared))
        if value is not None:
            found[name] = value_given(declared[name], value, name)
    _refuse_rivals({name: name for name in declared}, declared.values(), found)
    return values_from(values, found)


def value_given(one: Option, value: object, typed: str) -> object:
    """Return the value of an option that Python or TOML gives; `typed` names it in the error.

    Raises `UsageError` where the option does not take it.
    """
    if one.is_flag:
        if not isinstance(value, bool):
            raise UsageError("{} takes true or false, not {!r}", typed, value)
        return value
    if one.is_list and isinstance(value, list | tuple):
        if not value:
            return ()
        value = ",".join(map(str, value))
    if one.is_repeatable and isinstance(value, list | tuple):
        return tuple(one.value_of(str(each), typed) for each in value)
    found = one.value_of(str(value), typed)
    return (found,) if one.is_repeatable else found
