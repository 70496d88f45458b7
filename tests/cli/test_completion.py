"""A shell completes verbs, options, their choices, files, questions and answers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from cxtui.cli import main
from cxtui.cli.command import SHELLS, VERBS
from cxtui.cli.completion import (
    Candidate,
    candidates,
    completed,
    script_for,
    split,
)
from cxtui.session.completion_cache import peek, remember
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Kind, Question
from tests.app.pty import MAIN, TAKE_THE_TERMINAL, Terminal, in_terminal


@pytest.fixture
def folder(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a survey, whose questions are known, and other things."""
    shutil.copy(example, tmp_path / "survey.parquet")
    (tmp_path / "surveys").mkdir()
    for name in ("notes.md", "other.codebook.toml", ".hidden.csv", "bad\x1b.csv"):
        (tmp_path / name).write_text("")
    monkeypatch.chdir(tmp_path)
    remember(["survey.parquet"], "", open_survey("survey.parquet").codebook)
    return tmp_path


def words_for(*words: str) -> list[str]:
    return [one.word for one in candidates(words)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("",), [*VERBS, "survey.parquet", "surveys/"]),
        (("ta",), ["table"]),
        (("--v",), ["--version"]),
        (("table", "s"), ["survey.parquet", "surveys/"]),
        (("table", "survey.parquet", "cx_"), ["cx_goal", "cx_map", "cx_owner"]),
        (("table", "--by", "role", "survey.parquet", "cx_o"), ["cx_owner"]),
        (("table", "survey.parquet", "cx_goal", ""), []),
        (("table", "survey.parquet", "cx_goal", "--by", "ro"), ["role"]),
        (("trend", "survey.parquet", "cx_o"), ["cx_owner"]),
        (("trend", "survey.parquet", "cx_goal", "--over", "wa"), ["wave"]),
        (("check", "survey.parquet", "--duration", ""), ["budget_share"]),
        (("trend", "survey.parquet", "cx_goal", "--show", ""), ["column", "mean"]),
        (("trend", "survey.parquet", "cx_goal", "--fa"), []),
        (("questions", "survey.parquet", "--format", "s"), []),
        (("table", "survey.parquet", "--co"), ["--codebook", "--correction"]),
        (("table", "survey.parquet", "--correction", ""), ["none", "holm", "bh"]),
        (("table", "survey.parquet", "--correction=b"), ["--correction=bh"]),
        (("survey.parquet", "--question", "cx_m"), ["cx_map"]),
        (("survey.parquet", "--by", "wave>ro"), ["wave>role"]),
        (("survey.parquet", "--where", "ro"), ["role="]),
        (("survey.parquet", "--where", "role!="), ["role!=1", "role!=2", "role!=missing"]),
        (("survey.parquet", "--where", "role=1,"), ["role=1,1", "role=1,2", "role=1,missing"]),
        (("survey.parquet", "--wave", ""), ["all", "2015", "2016"]),
        (("survey.parquet", "--weight", "bud"), ["budget_share"]),
        (("survey.parquet", "--codebook", "o"), ["other.codebook.toml"]),
        (("codebook", "survey.parquet", "-o", "n"), ["notes.md"]),
        (("table", "nowhere.parquet", ""), []),
        (("completion", ""), ["bash", "zsh", "fish"]),
        (("man", ""), ["json"]),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_only_words_that_fit_are_offered(
    words: tuple[str, ...], expected: list[str], folder: Path
) -> None:
    """Options are offered after a dash, files by the endings that can be read."""
    assert words_for(*words) == expected


def test_fish_and_zsh_show_the_meaning_of_a_word(folder: Path) -> None:
    """Codes and questions are explained by their labels."""
    words = ["survey.parquet", "--where", "role="]
    assert candidates(words)[0] == Candidate("role=1", "Marketing")
    assert completed("fish", words).splitlines()[0] == "role=1\tMarketing"
    (folder / "plain.csv").write_text("role,goal\n" + "a,Yes\nb,No\n" * 20)
    assert completed("fish", ["table", "plain.csv", "g"]) == "goal\t\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("cxtui survey.parquet --where role=", "1\n2\nmissing\n"),
        ("cxtui survey.parquet --where 'role=", "role=1\nrole=2\nrole=missing\n"),
        ("cxtui gaps  sur", "survey.parquet\nsurveys/\n"),
    ],
)
def test_bash_gets_the_rest_of_the_word_it_replaces(line: str, expected: str, folder: Path) -> None:
    """Bash breaks words at =, : and >, which are part of our words."""
    assert completed("bash", [line]) == expected


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_a_name_comes_back_from_bash_whatever_quote_was_open(quote: str, folder: Path) -> None:
    """What bash puts on its line is that name again when the line is run."""
    names = ["a b: why?", "it's", 'so "x"', "$HOME", "`id`", "back\\slash", "n<z>", "what!?", "é"]
    (folder / "odd.csv").write_text("")
    questions = tuple(Question(name, name, Kind.SINGLE, (name,)) for name in names)
    remember(["odd.csv"], "", Codebook(questions))
    put = completed("bash", [f"cxtui table odd.csv {quote}"]).splitlines()[: len(names)]
    # a quote at the end is not closed once more
    closed = [quote if not (quote == '"' and one.endswith('"')) else "" for one in put]
    line = " ".join(f"{quote}{one}{end}" for one, end in zip(put, closed, strict=True))
    ask = ["bash", "-c", f"printf '%s\\n' {line}"]
    ran = subprocess.run(ask, capture_output=True, text=True, check=True, timeout=20)
    assert ran.stdout.splitlines() == names
    if quote == '"':  # where bash would look into its history
        assert "what\"'!'\"?" in put


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
@pytest.mark.parametrize("typed", ["cx_g", "'cx_g", '"cx_g', "cx\\_g"])
def test_fish_completes_a_real_line(typed: str, folder: Path) -> None:
    """Script and program complete it together, also after an open quote."""
    program = folder / "cxtui"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{MAIN}" "$@"\n')
    program.chmod(0o755)
    (folder / "script").write_text(script_for("fish"))
    line = f"./cxtui table survey.parquet {typed}".replace("\\", "\\\\").replace("'", "\\'")
    ask = f"source ./script; complete -c ./cxtui -f -a '(__cxtui_complete)'; complete -C '{line}'"
    ended = subprocess.run(
        ["fish", "-c", ask], capture_output=True, text=True, check=True, timeout=20
    )
    assert ended.stdout == "cx_goal\tMain goal of the customer-experience work\n"


_PROMPTS = {
    "zsh": (
        ["zsh", "-d", "-i"],
        ".zshrc",
        "autoload -Uz compinit; compinit -u -D; source ./script; setopt promptsubst\n"
        "ran=0; preexec() { ran=$((ran + 1)) }; PS1='ready $ran> '\n",
    ),
    "fish": (
        ["fish", "--no-config", "-i", "-C", "source ./begun"],
        "begun",
        "source ./script; function fish_greeting; end; set -g ran 0\n"
        "function count_runs --on-event fish_preexec; set ran (math $ran + 1); end\n"
        'function fish_prompt; echo -n "ready $ran> "; end\n',
    ),
}
"""How a shell is started, and the file that makes it say at which prompt it waits."""
_ODD = {
    "a b: 'why'?": ("a", "why"),
    "$(touch made)`id`": ("\\$", "touch"),
    "{b,c};* say!\\": ("\\{", "say"),
}
"""By the name of a question, what is typed of it, and what is seen of the rest."""


@pytest.mark.parametrize("shell", _PROMPTS)
def test_a_hostile_name_comes_back_whole_from_a_shell(shell: str, folder: Path) -> None:
    """Completed at a prompt, it is one word of the command, and nothing in it is run."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    (folder / "odd.csv").write_text("")
    names = tuple(Question(one, one, Kind.SINGLE, (one,)) for one in _ODD)
    remember(["odd.csv"], "", Codebook(names))
    program, heard = folder / "cxtui", folder / "heard"
    program.write_text(
        "#!/bin/sh\n"
        f'[ "$1" = __complete ] && exec {sys.executable} -c "{MAIN}" "$@"\n'
        'printf "%s\\n" "$@" >> heard\n'
    )
    program.chmod(0o755)
    (folder / "script").write_text(script_for(shell))
    with _at_prompt(shell, folder) as terminal:
        for count, (typed, rest) in enumerate(_ODD.values()):
            terminal.shows(f"ready {count}>")
            terminal.send(f"cxtui table odd.csv {typed}\t".encode())
            terminal.shows(rest)
            terminal.send(b"\r")
        terminal.shows(f"ready {len(_ODD)}>")
    assert heard.read_text() == "".join(f"table\nodd.csv\n{one}\n" for one in _ODD)
    assert not (folder / "made").exists()


def _at_prompt(shell: str, folder: Path) -> AbstractContextManager[Terminal]:
    """Run a shell in a terminal, which finds `cxtui` in the folder."""
    words, name, begun = _PROMPTS[shell]
    (folder / name).write_text(begun)
    command = f"{TAKE_THE_TERMINAL}; import os; os.execvp({shell!r}, {words!r})"
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "ZDOTDIR": str(folder)}
    started = [sys.executable, "-c", command]
    return in_terminal(started, folder, environment=environment, answers=True)


def test_an_unfinished_line_is_split_into_words() -> None:
    """A quote may still be open."""
    assert split("a b") == (["a", "b"], "")
    assert split("a ") == (["a", ""], "")
    assert split("a 'b c") == (["a", "b c"], "'")
    assert split('a "b c') == (["a", "b c"], '"')
    assert split("a b\\") == (["a", "b"], "")


def test_a_survey_is_opened_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found is cached until the file or the codebook beside it changes."""
    opened: list[str] = []

    def count(file: str, codebook: str, *more: object) -> Survey:
        opened.append(file)
        return open_survey(file, codebook)

    monkeypatch.setattr("cxtui.sources.open_survey.open_survey", count)
    assert (
        peek(["survey.parquet"], "").questions[0].label
        == "Main goal of the customer-experience work"
    )
    assert opened == []
    (folder / "survey.codebook.toml").write_text("")
    for _ in range(2):
        assert peek(["survey.parquet"], "").questions[0].label == "cx_goal"
        assert opened == ["survey.parquet"]


def test_the_completion_cache_is_readable_by_its_user_alone(folder: Path) -> None:
    """It holds the wording of the questionnaire; a damaged cache is made anew."""
    (file,) = Path(os.environ["XDG_CACHE_HOME"]).rglob("completion/*.json")
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text('{"stamp": [], "peek": 3}')
    assert peek(["survey.parquet"], "").wave == "wave"  # what is broken is found anew


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_a_shell_is_printed(
    shell: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The script calls the program back, and the shell accepts its syntax."""
    assert main(["completion", shell]) == 0
    script = capsysbinary.readouterr().out.decode()
    assert script == script_for(shell)
    assert f"__complete {shell}" in script
    if shutil.which(shell):
        check = [shell, "--no-execute" if shell == "fish" else "-n"]
        subprocess.run(check, input=script, text=True, check=True, timeout=20)


def test_bash_completes_a_real_line(folder: Path) -> None:
    """Script and program complete it together, without loading an engine."""
    program = folder / "cxtui"
    never = "import sys; sys.modules['polars'] = sys.modules['narwhals'] = None"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{never}; {MAIN}" "$@"\n')
    program.chmod(0o755)
    (folder / "script").write_text(script_for("bash"))
    line = "./cxtui table survey.parquet cx_g"
    ask = f'. ./script; COMP_LINE="{line}"; COMP_POINT={len(line)}; _cxtui ./cxtui'
    ended = subprocess.run(
        ["bash", "-c", f'{ask}; printf "%s," "${{COMPREPLY[@]}}"'],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert (ended.stdout, ended.stderr) == ("cx_goal,", "")
