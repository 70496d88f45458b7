"""What can stand where the cursor is on a command line: verbs, options, files, questions, codes."""

from __future__ import annotations

import argparse
import os
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files as resources

from cxtui.session.completion_cache import Peek, peek
from cxtui.sources.locate import ENDINGS
from cxtui.survey.quoting import quoted_name, quoted_side, quoted_value
from cxtui.user_directories import expand_home

SHELLS = {"bash": "cxtui.bash", "zsh": "_cxtui", "fish": "cxtui.fish"}
"""The shells, and the file of each that teaches it."""

_ACTIVE = re.compile(r"([\\\"$`])")
"""What a shell acts on within double quotes."""

_COMPARED = re.compile(r"(.*?(?:!=|<=|>=|=|<|>))(.*)", re.DOTALL)
_OPEN_ENDED = ("/", "=")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that fits, and what it means."""

    word: str
    meaning: str = ""


def script_for(shell: str) -> str:
    """Return what a shell reads to complete our command lines."""
    return resources("cxtui.cli").joinpath("completions", SHELLS[shell]).read_text("utf-8")


def completed(parser: argparse.ArgumentParser, shell: str, words: Sequence[str]) -> str:
    """Return the lines that a shell's script expects for the words typed so far.

    The last of `words` is the one to complete; bash sends its whole line as one word.
    """
    quote = ""
    if shell == "bash":
        words, quote = split(words[0] if words else "")
        words = words[1:] or [""]
    found = candidates(parser, words)
    if shell == "bash":
        return "".join(f"{_for_bash(one.word, words[-1], quote)}\n" for one in found)
    # nobody needs to read a name twice
    told = ("" if one.meaning == one.word else one.meaning for one in found)
    return "".join(f"{one.word}\t{meaning}\n" for one, meaning in zip(found, told, strict=True))


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
    """Return a word as bash puts it on its line.

    Bash replaces what stands behind the last sign at which it breaks words.
    """
    if quote == "'":
        return word.replace("'", "'\\''")
    if quote:
        # No backslash keeps a ! from the history: it stands outside the quotes. A quote at the end
        # is taken for the closing one, which is then not added.
        inside = _ACTIVE.sub(r"\\\1", word).replace("!", "\"'!'\"")
        return f'{inside}"' if word.endswith('"') else inside
    kept = max(typed.rfind(sign) for sign in "=:<>") + 1
    rest = word[kept:]
    end = rest[-1:] if rest.endswith(_OPEN_ENDED) else ""
    return (shlex.quote(rest.removesuffix(end)) if rest.removesuffix(end) else "") + end


def candidates(parser: argparse.ArgumentParser, words: Sequence[str]) -> list[Candidate]:
    """Return what fits as the last of `words`, which follow the name of the program."""
    *before, current = words
    verbs = _verbs(parser)
    if not before:
        listed = [Candidate(name, help_) for name, help_ in _helps(parser)]
        found = [*listed, *_options(parser), *_files(current, ENDINGS)]
        return [one for one in found if one.word.startswith(current) and _is_meant(one, current)]
    if before[0] in verbs:
        before, verb = before[1:], verbs[before[0]]
    else:
        verb = verbs["explore"]
    found = list(_Line(verb, before).fitting(current))
    return [one for one in found if one.word.startswith(current) and _is_meant(one, current)]


def _is_meant(one: Candidate, current: str) -> bool:
    """Whether an option is offered: only to who began one."""
    return not one.word.startswith("-") or current.startswith("-")


def _subparsers(
    parser: argparse.ArgumentParser,
) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    return next(one for one in parser._actions if isinstance(one, argparse._SubParsersAction))


def _verbs(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    return dict(_subparsers(parser).choices)


def _helps(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    for one in _subparsers(parser)._choices_actions:
        yield one.dest, one.help or ""


def _options(parser: argparse.ArgumentParser) -> Iterator[Candidate]:
    for action in parser._actions:
        longest = max(action.option_strings, key=len, default="")
        if longest and action.help != argparse.SUPPRESS:
            yield Candidate(longest, action.help or "")


class _Line:
    """The words behind a verb: what they have named, and what is asked for next."""

    def __init__(self, verb: argparse.ArgumentParser, words: Iterable[str]) -> None:
        self._verb = verb
        self._by_name = {name: one for one in verb._actions for name in one.option_strings}
        self._places = [one for one in verb._actions if not one.option_strings]
        self._named: dict[str, str] = {}
        self._files: list[str] = []
        self._waiting: argparse.Action | None = None
        for word in words:
            self._read(word)

    def _read(self, word: str) -> None:
        if self._waiting is not None:
            self._named[self._waiting.dest] = word
            self._waiting = None
        elif word.startswith("-") and word != "-":
            name, equals, value = word.partition("=")
            action = self._by_name.get(name)
            if action is not None and action.nargs != 0:
                if equals:
                    self._named[action.dest] = value
                else:
                    self._waiting = action
        else:
            self._files.append(word)

    def fitting(self, current: str) -> Iterator[Candidate]:
        """Yield what may stand here; not all of it begins as the word that is typed."""
        if self._waiting is not None:
            yield from self._values(self._waiting, current)
            return
        name, equals, value = current.partition("=")
        if equals and name in self._by_name:
            for one in self._values(self._by_name[name], value):
                yield Candidate(f"{name}={one.word}", one.meaning)
            return
        if current.startswith("-"):
            yield from _options(self._verb)
            return
        yield from self._at_a_place(current)

    def _at_a_place(self, current: str) -> Iterator[Candidate]:
        """Yield a file more, and what stands behind the files: a question, say."""
        first, *rest = self._places
        if first.dest != "files":
            yield from () if self._files else self._values(first, current)
        elif all(os.path.exists(expand_home(name)) for name in self._files):
            for place in [*(rest if self._files else ()), first]:
                yield from self._values(place, current)

    def _values(self, action: argparse.Action, current: str) -> Iterator[Candidate]:
        """Yield the values that an option or an argument takes."""
        if action.choices is not None:
            yield from (Candidate(str(one)) for one in action.choices)
        elif action.dest in _FILES:
            yield from _files(current, _FILES[action.dest])
        elif action.dest in _ASKED:
            peeked = peek(self._files, self._named.get("codebook", ""))
            yield from _ASKED[action.dest](peeked, current)


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
            yield Candidate(f"{head}{listed}missing", "no answer that counts")


def _weight(peeked: Peek, current: str) -> Iterator[Candidate]:
    yield from (Candidate(one, "a weight of the codebook") for one in peeked.weights)
    yield from (Candidate(one.id, one.label) for one in peeked.questions if one.is_number)


def _wave(peeked: Peek, current: str) -> Iterator[Candidate]:
    yield Candidate("all", "all waves")
    for one in peeked.questions:
        if one.id == peeked.wave:
            yield from (Candidate(code, label) for code, label in one.answers)


_ASKED: dict[str, Callable[[Peek, str], Iterator[Candidate]]] = {
    "question": _question,
    "by": _banner,
    "where": _condition,
    "weight": _weight,
    "wave": _wave,
}
"""What a survey is peeked into for, by the name of an option or argument."""

_FILES: dict[str, frozenset[str] | None] = {
    "files": ENDINGS,
    "codebook": frozenset({".toml"}),
    "output": None,
    "debug_log": None,
}
"""The endings of the files that an option or argument takes, `None` for any."""


def _files(current: str, endings: frozenset[str] | None) -> Iterator[Candidate]:
    """Yield the files and folders that begin as the word does."""
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
