"""The line of an error: for people, or as JSON where the result was asked for as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path

from cxtui.cli.delivery import say
from cxtui.errors import CxtuiError
from cxtui.languages import LanguageOptions
from cxtui.options import options_of, values_from


def say_error(error: CxtuiError | str, words: Sequence[str]) -> None:
    """Print an error as one line on standard error; `words` are those of the command line."""
    say(line_of(error, words))


def line_of(error: CxtuiError | str, words: Sequence[str]) -> str:
    """Return an error as one line."""
    if not is_json_asked(words):
        return f"cxtui: {error}"
    from cxtui.output.writers.json_writer import error_line

    told = (error.hint, error.near) if isinstance(error, CxtuiError) else ("", ())
    return error_line(str(error), *told)


def is_json_asked(words: Sequence[str]) -> bool:
    """Return whether the result is to be JSON, by name or by the ending of its file.

    The words may be wrong: what is wrong with them is told in the same form.
    """
    if not any("json" in word.lower() for word in words):
        return False
    from cxtui.output import Format, ResultOptions

    flags = {one.name: one.flags for one in options_of(ResultOptions)}
    if formats := list(_given(words, flags["format"])):
        return formats[-1] == Format.JSON
    outputs = list(_given(words, flags["output"]))
    return bool(outputs) and Path(outputs[-1]).suffix.lower() in Format.JSON.writer.endings


def language_options(words: Sequence[str]) -> LanguageOptions:
    """Return the language and locale that the words name; what is wrong with one is not used."""
    found: dict[str, object] = {}
    for one in options_of(LanguageOptions):
        for text in _given(words, one.flags):
            with suppress(ValueError):
                found[one.name] = one.read(text)
    return values_from(LanguageOptions, found)


def _given(words: Sequence[str], flags: Sequence[str]) -> Iterator[str]:
    """Yield the values that an option has among the words, in any of its spellings."""
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        if word == "--":
            return
        name, equals, value = word.partition("=")
        if name in flags:
            yield value if equals else following
        elif word[:2] in flags:  # -oFILE
            yield word[2:]
