"""The manual page, made of the declared options, so that it cannot be out of date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cxtui import __version__
from cxtui.analysis.view.view_option_table import ViewOptions
from cxtui.cli.command import SUMMARY, VERBS
from cxtui.cli.help_text import EXAMPLES
from cxtui.cli.verb_options import options_for, synopsis
from cxtui.languages import LanguageOptions
from cxtui.messages import tr
from cxtui.options import Option, options_of
from cxtui.session.start import Start
from cxtui.text import clean

_DESCRIPTION = (
    "A file is opened with the questions on the left and a table beside them that compares groups "
    "of respondents: bases, weights, tests and all. ? shows the keys.",
    "Every table that the screen shows can be printed without it, by the verbs below. Standard "
    "output carries data only, talk goes to standard error. A file is written whole or not at "
    "all, and replaces nothing without --force.",
    "With --format json, or -o NAME.json, an error is the last line of standard error as JSON: "
    "what is wrong (error), what to do (hint), and the names most like a wrong one (near). cxtui "
    "man json prints the JSON Schema of the results of all verbs, and of errors.",
)
_SECTIONS: Mapping[str, Sequence[tuple[str, str]]] = {
    "FILES": (
        ("NAME.codebook.toml", "what the columns of the survey NAME mean; read where it is"),
        (
            "NAME.QUESTION.codes.csv",
            "who gave which codes to its open answers; without the answers",
        ),
        ("NAME.views.toml", "its saved views, written by the explorer"),
        ("~/.config/cxtui/config.toml", "keys, theme, and what the explorer opens with"),
        ("~/.config/cxtui/codebooks", "codebooks of surveys whose folder takes none"),
        ("~/.local/share/cxtui", "saved views of surveys whose folder takes none"),
        ("~/.local/state/cxtui", "the last view of each survey; what no clipboard took"),
        ("~/.cache/cxtui", "what was decoded of large files, and what completion knows of surveys"),
    ),
    "ENVIRONMENT": (
        ("NO_COLOR", "if it is not empty, no colours"),
        ("COLORFGBG", "says whether the background is light"),
        ("LANG, LC_ALL", "where they name another encoding than UTF-8, plain characters are drawn"),
        ("LANGUAGE, LC_MESSAGES", "the language of texts, where there is a catalogue of it"),
        (
            "LC_NUMERIC",
            "the signs of numbers for people, else LANG; programs get a point",
        ),
        ("CXTUI_CACHE", "off: nothing that was read of a file is kept"),
        ("SPARK_CONNECT_AUTHENTICATE_TOKEN", "the token for a Spark Connect server"),
        ("XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME, XDG_CACHE_HOME", "in place of the above"),
    ),
    "SECURITY": (
        (
            "Files",
            "SPSS, Stata, SAS and Excel files are decoded in a process of their own, limited in "
            "memory and processor time. A file that would take far more memory than one of its "
            "size should is refused. A table is of one state of its file, or refused.",
        ),
        (
            "Text",
            "Control, bidirectional and invisible characters in names, labels and answers are "
            "shown as signs. Cells that a spreadsheet would run are marked as text.",
        ),
        (
            "The terminal",
            "A guardian process gives it back whatever ends cxtui, and says why. An unforeseen "
            "error is one line, and a report in ~/.local/state/cxtui, without answers.",
        ),
        (
            "Not promised",
            "Anything against a person who controls the machine or the account; that a decoder "
            "taken over by a crafted file has fewer rights than you; silence on ctrl+c while "
            "Python itself starts.",
        ),
    ),
    "PLATFORMS": (
        ("Linux, macOS", "cxtui runs there, and on Windows inside WSL."),
        (
            "musl (Alpine)",
            "One of its libraries, pyreadstat, has no ready-made package: pip compiles it, which "
            "takes a C compiler and the headers of Python and zlib.",
        ),
    ),
    "EXIT STATUS": (
        ("0", "done"),
        ("1", "the survey, the view or the targets could not be read or computed"),
        ("2", "the command line is wrong"),
        ("3", "changes --alert found changes"),
        ("130", "interrupted"),
        ("128 + N", "ended by signal N"),
    ),
}
_KEYS = """\
In the configuration a command goes by the word before its keys. A screen over the panes
lists its own keys on ?, under the name of its table."""
_CONFIGURATION = (
    "~/.config/cxtui/config.toml is a TOML file. Its table [keys] gives commands other keys: "
    'find = ["/", "ctrl+f"]; [screens.NAME] does so for a screen over the panes. The other entries '
    "are defaults of the explorer, [view] those of its first view; printed tables ignore them:"
)

Key = tuple[str, str, str]
"""A command of the explorer: its id, its keys, and what it does."""


def manual(keys: Sequence[Key]) -> str:
    """Return the manual page of the verbs, their options and the keys, in the macros of man(7)."""
    return "\n".join(_lines(keys)) + "\n"


def _lines(keys: Sequence[Key]) -> Iterator[str]:
    yield f'.TH CXTUI 1 "" "cxtui {__version__}" "User Commands"'
    summary = tr(SUMMARY).rstrip(".")
    yield from (_heading("NAME"), f"cxtui \\- {_escaped(summary[:1].lower() + summary[1:])}")
    yield _heading("SYNOPSIS")
    yield "\n.br\n".join(map(_usage, VERBS))
    yield _heading("DESCRIPTION")
    for paragraph in _DESCRIPTION:
        yield from (".PP", _escaped(tr(paragraph)))
    yield _heading("OPTIONS")
    yield from described(options_for(""))
    for name, does in VERBS.items():
        text = tr(does)
        yield from (f'.SH "CXTUI {name.upper()}"', _escaped(f"{text[:1].upper()}{text[1:]}."))
        yield from described(options_for(name))
        yield from _examples(name)
    yield from (_heading("KEYS"), tr(_KEYS))
    for command, pressed, does in keys:
        yield from _entry(command, does, _escaped(pressed))
    yield from (_heading("CONFIGURATION"), _escaped(tr(_CONFIGURATION)))
    for table, kind in (("", LanguageOptions), ("", Start), ("view.", ViewOptions)):
        for one in options_of(kind):
            if one.is_configurable:
                yield from _entry(table + one.name, one.description)
    yield _heading("EXAMPLES")
    yield from _examples("")
    for title, entries in _SECTIONS.items():
        yield _heading(title)
        for term, meaning in entries:
            yield from _entry(term, tr(meaning))


def _heading(title: str) -> str:
    return f".SH {tr(title)}"


def _entry(term: str, text: str, takes: str = "") -> Iterator[str]:
    """Yield a term, what it takes and the text about it."""
    yield from (".TP", f"\\fB{_escaped(term)}\\fR {takes}".rstrip(), _escaped(text))


def _usage(verb: str) -> str:
    """Return how a verb is called; its name is bold."""
    words = "cxtui" if verb == "explore" else f"cxtui {verb}"
    places = synopsis(verb).removeprefix(words)
    return f"\\fB{_escaped(words)}\\fR {_escaped(f'{places} [OPTION…]'.strip())}"


def described(options: Iterable[Option]) -> Iterator[str]:
    """Yield every option and argument with what it takes and does."""
    for one in options:
        if one.refused:
            continue
        takes = "" if one.is_flag else one.metavar or "|".join(one.choices) or one.takes
        takes += "[,…]" if one.is_list else ""
        value = f" \\fI{_escaped(takes)}\\fR" if takes else ""
        names = ", ".join(f"\\fB{_escaped(name)}\\fR" for name in one.flags)
        yield from (".TP", f"{names}{value}".strip(), _escaped(one.description))


def _examples(verb: str) -> Iterator[str]:
    yield from (".PP", ".nf", *(_escaped(tr(line)) for line in EXAMPLES[verb]), ".fi")


def _escaped(text: str) -> str:
    """Return text as one line that has no macro or escape of the page.

    The blanks between a command and its explanation are kept.
    """
    head, gap, tail = text.partition("  ")
    line = f"{clean(head)}{gap}{tail.rstrip()}" if gap else clean(text)
    escaped = line.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return f"\\&{escaped}" if escaped.startswith((".", "\\(aq")) else escaped
