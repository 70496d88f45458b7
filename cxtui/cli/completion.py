"""Completion of a command line: verbs, options, files, questions and codes."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.resources import files as resources
from typing import NamedTuple

from cxtui.cli.command import SHELLS, VERBS
from cxtui.cli.verb_options import options_for
from cxtui.languages import languages
from cxtui.messages import tr
from cxtui.options import Option
from cxtui.session.completion_cache import Peek, peek
from cxtui.sources.locate import ENDINGS
from cxtui.survey.quoting import quoted_name, quoted_side, quoted_value
from cxtui.user_directories import expand_home

_ACTIVE = re.compile(r"([\\\"$`])")
"""Signs that have a meaning within double quotes of a shell."""

_COMPARED = re.compile(r"(.*?(?:!=|<=|>=|=|<|>))(.*)", re.DOTALL)
_OPEN_ENDED = ("/", "=")


class Candidate(NamedTuple):
    """A word that completes the line, and its meaning."""

    word: str
    meaning: str = ""


def script_for(shell: str) -> str:
    """Return the script by which a shell completes our command lines."""
    return resources("cxtui.cli").joinpath("completions", SHELLS[shell]).read_text("utf-8")


def completed(shell: str, words: Sequence[str]) -> str:
    """Return the lines that a shell's script expects for the words typed so far.

    The last of `words` is the one to complete; bash sends its whole line as one word.
    """
    quote = ""
    if shell == "bash":
        words, quote = split(words[0] if words else "")
        words = words[1:] or [""]
    found = candidates(words)
    if shell == "bash":
        return "".join(f"{_for_bash(one.word, words[-1], quote)}\n" for one in found)
    lines = ((word, "" if meaning == word else meaning) for word, meaning in found)
    return "".join(f"{word}\t{meaning}\n" for word, meaning in lines)


def split(line: str) -> tuple[list[str], str]:
    """Return the words of a line, the last as far as it is typed, and the quote that is open."""
    typed = line[:-1] if line.endswith("\\") and not line.endswith("\\\\") else line
    for quote in ("", "'", '"'):
        try:
            words = shlex.split(typed + quote)
        except ValueError:
            continue
        if not quote and (not typed or typed[-1].isspace()):
            words.append("")
        return words, quote
    return [""], ""


def _for_bash(word: str, typed: str, quote: str) -> str:
    """Return the text by which bash replaces the part after its last word break."""
    if quote == "'":
        return word.replace("'", "'\\''")
    if quote:
        # No backslash hides a ! from the history, so that it goes outside the quotes. Bash takes
        # a quote at the end for the closing one, and adds none.
        inside = _ACTIVE.sub(r"\\\1", word).replace("!", "\"'!'\"")
        return f'{inside}"' if word.endswith('"') else inside
    kept = max(typed.rfind(sign) for sign in "=:<>") + 1
    rest = word[kept:]
    end = rest[-1:] if rest.endswith(_OPEN_ENDED) else ""
    return (shlex.quote(rest.removesuffix(end)) if rest.removesuffix(end) else "") + end


def candidates(words: Sequence[str]) -> list[Candidate]:
    """Return what fits as the last of `words`, which follow the name of the program."""
    *before, current = words
    if not before:
        listed = [Candidate(name, tr(does)) for name, does in VERBS.items()]
        found = [*listed, *_options(options_for("")), *_files(current, ENDINGS)]
    else:
        verb = before.pop(0) if before[0] in VERBS else "explore"
        found = list(_Line(options_for(verb), before).fitting(current))
    if not current:  # options are offered once their dash has been typed
        return [one for one in found if not one.word.startswith("-")]
    return [one for one in found if one.word.startswith(current)]


def _options(options: Iterable[Option]) -> Iterator[Candidate]:
    for one in options:
        if not one.place and not one.refused:
            yield Candidate(one.flags[-1], one.description)


class _Line:
    """The words after a verb: the values and files among them, and what may follow."""

    def __init__(self, options: Sequence[Option], words: Iterable[str]) -> None:
        self._options = options
        self._by_name = {flag: one for one in options for flag in one.flags}
        self._places = [one for one in options if one.place]
        self._named: dict[str, str] = {}
        self._files: list[str] = []
        self._waiting: Option | None = None
        for word in words:
            name, equals, value = word.partition("=")
            if self._waiting is not None:
                self._named[self._waiting.name] = word
                self._waiting = None
            elif not word.startswith("-") or word == "-":
                self._files.append(word)
            elif (found := self._by_name.get(name)) is not None and not found.is_flag:
                if equals:
                    self._named[found.name] = value
                else:
                    self._waiting = found

    def fitting(self, current: str) -> Iterator[Candidate]:
        """Yield the candidates for the next word, whether or not they begin with `current`."""
        name, equals, value = current.partition("=")
        if self._waiting is not None:
            yield from self._values(self._waiting, current)
        elif equals and name in self._by_name:
            for one in self._values(self._by_name[name], value):
                yield Candidate(f"{name}={one.word}", one.meaning)
        elif current.startswith("-"):
            yield from _options(self._options)
        elif self._places:
            yield from self._at_a_place(current)

    def _at_a_place(self, current: str) -> Iterator[Candidate]:
        """Yield the arguments that may follow: another file, or a question after the files."""
        first, *rest = self._places
        if first.name != "files":
            yield from () if self._files else self._values(first, current)
        elif all(os.path.exists(expand_home(name)) for name in self._files):
            for place in [*(rest if self._files else ()), first]:
                yield from self._values(place, current)

    def _values(self, option: Option, current: str) -> Iterator[Candidate]:
        if option.choices:
            before = current[: current.rfind(",") + 1] if option.is_list else ""
            yield from (Candidate(before + one) for one in option.choices)
        elif option.name == "language":
            yield from map(Candidate, languages())
        elif option.name in _FILES:
            yield from _files(current, _FILES[option.name])
        elif option.name in _ASKED:
            *first, last = self._files or [""]
            # The last word may be a question.
            files = first if first and not os.path.exists(expand_home(last)) else self._files
            peeked = peek(files, self._named.get("codebook", ""))
            yield from _ASKED[option.name](peeked, current)


def _question(peeked: Peek, current: str) -> Iterator[Candidate]:
    yield from (Candidate(one.id, one.label) for one in peeked.questions)


def _banner(peeked: Peek, current: str) -> Iterator[Candidate]:
    outer = current[: current.rfind(">") + 1]
    yield from (Candidate(outer + quoted_side(one.id), one.label) for one in peeked.questions)


def _condition(peeked: Peek, current: str) -> Iterator[Candidate]:
    compared = _COMPARED.match(current)
    if compared is None:
        yield from (Candidate(f"{quoted_name(one.id)}=", one.label) for one in peeked.questions)
        return
    head, values = compared.groups()
    listed = values[: values.rfind(",") + 1]
    name = head.rstrip("!<>=")
    for one in peeked.questions:
        if quoted_name(one.id) == name:
            for code, label in one.answers:
                yield Candidate(f"{head}{listed}{quoted_value(code)}", label)
            yield Candidate(f"{head}{listed}missing", tr("no answer that counts"))


def _number(peeked: Peek, current: str) -> Iterator[Candidate]:
    yield from (Candidate(one.id, one.label) for one in peeked.questions if one.is_number)


def _weight(peeked: Peek, current: str) -> Iterator[Candidate]:
    yield from (Candidate(one, tr("a weight of the codebook")) for one in peeked.weights)
    yield from _number(peeked, current)


def _wave(peeked: Peek, current: str) -> Iterator[Candidate]:
    yield Candidate("all", tr("all waves"))
    for one in peeked.questions:
        if one.id == peeked.wave:
            yield from (Candidate(code, label) for code, label in one.answers)


_ASKED: dict[str, Callable[[Peek, str], Iterator[Candidate]]] = {
    "question": _question,
    "over": _question,
    "duration": _number,
    "by": _banner,
    "where": _condition,
    "weight": _weight,
    "wave": _wave,
}
"""The candidates that come from the survey, by the name of an option or argument."""

_FILES: dict[str, frozenset[str] | None] = {
    "files": ENDINGS,
    "codebook": frozenset({".toml"}),
    "targets": frozenset({".toml"}),
    "export": None,
    "import_": frozenset({".csv"}),
    "output": None,
    "debug_log": None,
}
"""The endings of the files that an option or argument takes, `None` for any."""


def _files(current: str, endings: frozenset[str] | None) -> Iterator[Candidate]:
    folder, name = os.path.split(current)
    try:
        entries = sorted(os.scandir(expand_home(folder)), key=lambda one: one.name)
    except OSError:
        return
    for entry in entries:
        if not entry.name.startswith(name) or (entry.name.startswith(".") and not name):
            continue
        path = os.path.join(folder, entry.name)
        if not path.isprintable():
            continue  # a line could not carry it
        if entry.is_dir():
            yield Candidate(f"{path}/")
        elif endings is None or os.path.splitext(entry.name)[1].lower() in endings:
            yield Candidate(path)
