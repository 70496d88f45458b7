"""Every text for a user passes through the catalogue."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from gettext import NullTranslations
from pathlib import Path

import pytest

from cxtui import errors, messages
from cxtui.errors import ViewError
from cxtui.messages import tr, tr_count

TOP = Path(__file__).parents[1]
FILE = "ΑΒΓ.csv"
ROWS = ("ΡΟΛΟΣ,ΚΥΜΑ,ΣΤΟΧΟΣ,Α_1,Α_2,ΗΛΙΚΙΑ,ΓΝΩΜΗ,w",)
CODEBOOK = """
role = "ΡΟΛΟΣ"
wave = "ΚΥΜΑ"
weight = "w"
[[question]]
id = "ΡΟΛΟΣ"
label = "ΡΟΛΟΣ"
[[question]]
id = "ΚΥΜΑ"
label = "ΚΥΜΑ"
[[question]]
id = "ΣΤΟΧΟΣ"
label = "ΠΟΙΟΣ ΕΙΝΑΙ Ο ΣΤΟΧΟΣ"
kind = "scale"
categories = [
  { code = "1", label = "ΕΝΑ", score = 1.0 }, { code = "2", label = "ΔΥΟ", score = 2.0 },
  { code = "3", label = "ΤΡΙΑ", score = 3.0 }, { code = "4", label = "ΤΕΣΣΕΡΑ", score = 4.0 },
  { code = "9", label = "ΔΕΝ ΞΕΡΩ", missing = true },
]
[[question]]
id = "ΑΛΦΑ"
label = "ΤΙ ΑΠΟ ΑΥΤΑ"
kind = "multi"
columns = ["Α_1", "Α_2"]
categories = [{ code = "1", label = "ΠΡΩΤΟ" }, { code = "2", label = "ΔΕΥΤΕΡΟ" }]
nets = [{ code = "Ν", label = "ΚΑΠΟΙΟ", members = ["1", "2"] }]
[[question]]
id = "ΗΛΙΚΙΑ"
label = "ΗΛΙΚΙΑ"
kind = "numeric"
[[question]]
id = "ΓΝΩΜΗ"
label = "ΓΝΩΜΗ"
kind = "text"
"""
"""A survey without a Latin letter, but for the weight."""

COMMAND_WORDS = (
    "cxtui brief changes check codebook codes completion convert explore gaps man plan questions "
    "rows table trend weight column row total count mean index responses answered asked all none "
    "holm questionnaire percent gap label columns rest minus wide tidy chart linearized kish "
    "pair pairs waves previous first questions answers "
    "csv tsv json markdown html xlsx parquet svg single multi scale grid numeric date text "
)
"""The program, its verbs, the values of its options, formats, and kinds of questions."""

PARSER_WORDS = "usage positional arguments options "
"""What the parser of the standard library says, from a catalogue of its own."""

KEY_NAMES = "esc enter tab space home end shift ctrl backspace"
NOT_TEXTS = frozenset((COMMAND_WORDS + PARSER_WORDS + KEY_NAMES).split())
"""Words of a command line and names of keys, which no catalogue of cxtui translates."""

VERBS = {
    "table": ("table", FILE, "ΣΤΟΧΟΣ", "--full"),
    "table of a multiple response": ("table", FILE, "ΑΛΦΑ", "--against", "rest"),
    "table of a number": ("table", FILE, "ΗΛΙΚΙΑ"),
    "table as HTML": ("table", FILE, "ΣΤΟΧΟΣ", "--format", "markdown"),
    "questions": ("questions", FILE),
    "gaps": ("gaps", FILE, "--shape", "answers"),
    "changes": ("changes", FILE),
    "trend": ("trend", FILE, "ΣΤΟΧΟΣ"),
    "brief": ("brief", FILE),
    "rows": ("rows", FILE, "--columns", "ΑΛΦΑ"),
    "check": ("check", FILE),
    "codes": ("codes", FILE, "ΓΝΩΜΗ"),
    "unknown question": ("table", FILE, "ΩΜΕΓΑ"),
    "unknown option": ("table", FILE, "ΣΤΟΧΟΣ", "--Ω"),
    "no file": ("table", "ΩΩΩ.csv", "ΣΤΟΧΟΣ"),
    "no question": ("table", FILE),
    "measure that does not fit": ("table", FILE, "ΡΟΛΟΣ", "--show", "mean"),
    "filter": ("table", FILE, "ΣΤΟΧΟΣ", "--where", "ΡΟΛΟΣ=Ψ"),
    "empty base": ("table", FILE, "ΣΤΟΧΟΣ", "--where", "ΗΛΙΚΙΑ>99"),
    "level": ("table", FILE, "ΣΤΟΧΟΣ", "--level", "7"),
    "help": ("--help",),
    "help of a verb": ("table", "--help"),
}
_BACK = "escape"
KEYS = (
    *("K", "j", "space", _BACK),
    *("W", "plus", "enter", "5+0", "equals_sign", "m", "b", _BACK, "t", _BACK, "s", _BACK),
    *("T", _BACK, "c", _BACK, _BACK),
    *("m", "m", "a", "i", _BACK, "g", _BACK, "t", _BACK, "b", _BACK, "f", _BACK, "e", _BACK, "v"),
    *(_BACK, "?", _BACK, "d", _BACK, "D", _BACK, "n", _BACK, "/", _BACK, "c", "p", "p", ":", _BACK),
    *("ctrl+p", _BACK, "F", _BACK, "y", _BACK),
)


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A survey whose ids, labels and answers are Greek capitals."""
    rows = [
        f"{'ΑΒ'[n % 2]},{2015 + n % 3},{1 + n * 7 % 4 if n % 11 else 9},{n % 3 // 2},{n % 5 // 4},"
        f"{20 + n * 13 % 50},{'ΚΑΛΟ' if n % 4 else ''},{0.5 + n % 3}"
        for n in range(300)
    ]
    file = tmp_path_factory.mktemp("survey") / FILE
    file.write_text("\n".join([*ROWS, *rows]), encoding="utf-8")
    file.with_suffix(".codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    return file


def printed(survey: Path, *arguments: str) -> tuple[str, str]:
    """Return what cxtui prints in another language on standard output and error, in the folder of
    the survey.
    """
    ended = subprocess.run(
        [sys.executable, "-m", "tests.translated", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=survey.parent,
        env={**os.environ, "PYTHONPATH": str(TOP), "HOME": str(survey.parent)},
    )
    return ended.stdout, ended.stderr


@pytest.fixture(scope="module")
def said(survey: Path) -> dict[str, str]:
    """What each verb prints, one after the other in one process."""
    streams = (one.split("\f") for one in printed(survey, "verbs", json.dumps([*VERBS.values()])))
    both = ["".join(parts) for parts in zip(*streams, strict=True)]
    return dict(zip((*VERBS, ""), both, strict=True))


def english(text: str) -> set[str]:
    """Return the words of small Latin letters in a text."""
    return set(re.findall(r"(?<![\w.-])[a-z]{3,}(?![\w])", text)) - NOT_TEXTS


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_says_nothing_in_english(said: dict[str, str], verb: str) -> None:
    """In another language no English word is left on standard output or error."""
    assert said[verb].strip()
    assert not english(said[verb]), said[verb]


def test_the_program_itself_says_nothing_in_english(survey: Path) -> None:
    """As a shell starts it: nor does its guardian."""
    told = "".join(printed(survey, "verb", *VERBS["unknown question"]))
    assert told.strip()
    assert not english(told), told


def test_the_app_shows_nothing_in_english(survey: Path) -> None:
    """No English word is left on any screen."""
    screens = "".join(printed(survey, "app", survey.name, *KEYS)).split("\f")
    assert len(screens) == len(KEYS) + 1, screens[-1]
    left = {screen.split("\n")[0]: english(screen.partition("\n")[2]) for screen in screens}
    assert not {key: words for key, words in left.items() if words}


def calls_in(folder: Path) -> list[tuple[str, ast.Call]]:
    """Return all calls below a folder, with the place of each."""
    return [
        (f"{file.relative_to(TOP)}:{node.lineno}", node)
        for file in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]


def test_messages_are_whole_texts_with_places_for_values() -> None:
    """A catalogue finds a message by its text, so no value is formatted into it before."""
    takes = {"tr", "tr_count", *(name for name in vars(errors) if name.endswith("Error"))}
    takes |= {"Cancelled", "EmptyBase"}
    wrong = [
        place
        for place, call in calls_in(TOP / "cxtui")
        if isinstance(call.func, ast.Name) and call.func.id in takes
        for first in call.args[:3]
        if call.func.id == "tr_count" or first is call.args[0]
        if isinstance(first, ast.JoinedStr)
    ]
    assert not wrong


def test_a_catalogue_may_use_the_values_in_another_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also the plural is the catalogue's choice."""

    class Swapped(NullTranslations):
        def gettext(self, message: str, /) -> str:
            return {"{} of {}": "of {1}, {0}"}[message]

        def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
            return "{} Befragte" if n != 1 else "{} Befragter"

    monkeypatch.setattr(messages, "_catalogue", Swapped())
    assert tr("{} of {}", 3, 7) == "of 7, 3"
    assert tr_count(1, "{} respondent", "{} respondents") == "1 Befragter"
    assert str(ViewError("{} of {}", 3, 7)) == "of 7, 3"


def test_values_are_not_read_as_messages() -> None:
    """Braces of a file's text stay as they are."""
    assert tr("{} has no answer {!r}", "{0}", "{x}") == "{0} has no answer '{x}'"
    assert tr("{") == "{"
    assert str(ViewError("no {} in {}", "{}", "q{1}")) == "no {} in q{1}"
