"""Help has examples that run, the manual is current, and the log holds no answers."""

from __future__ import annotations

import logging
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from cxtui import __version__
from cxtui.analysis.view.view_options import view_of
from cxtui.cli import main
from cxtui.cli.command import VERBS
from cxtui.cli.debug_log import start_log
from cxtui.cli.help_text import EXAMPLES
from cxtui.cli.manual import described
from cxtui.cli.parser import meant_verb, parse, verb_first
from cxtui.errors import ExportError, SourceError
from cxtui.exit_status import Exit
from cxtui.options import Option
from cxtui.sources.open_survey import open_survey

TOP = Path(__file__).parents[2]
LINES = dict.fromkeys(line for lines in EXAMPLES.values() for line in lines)

_CODING = """\
respondent = "respondent"
[[question]]
id = "first_change"
kind = "text"
[[coding]]
id = "changes"
question = "first_change"
codes = [{ code = "2", label = "Mobile" }]
"""


@pytest.fixture(scope="module")
def surveys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example under the names that the help uses."""
    folder = tmp_path_factory.mktemp("surveys")
    example = TOP / "examples" / "cmo-benchmark-2016.parquet"
    shutil.copy(example, folder / "survey.parquet")
    frame = pl.read_parquet(example)
    frame.write_csv(folder / "survey.csv")
    frame.head(20).write_excel(folder / "survey.xlsx")
    (folder / "parts").mkdir()
    frame.write_csv(folder / "parts" / "1.csv")
    shutil.copy(example, folder / "parts" / "1.parquet")
    (folder / "targets.toml").write_text(
        '[[margin]]\nquestions = ["role"]\ntargets = { 1 = 60, 2 = 40 }\n'
    )
    plan = (TOP / "examples" / "cmo-benchmark-2016.plan.toml").read_text("utf-8")
    (folder / "book.plan.toml").write_text(plan, "utf-8")
    (folder / "mine.toml").write_text('role = "role"')
    return folder


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("cxtui ")])
def test_an_example_of_the_help_runs(
    line: str,
    surveys: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    """Each runs on the example survey, without a screen or a server."""
    for one in surveys.iterdir():
        (tmp_path / one.name).symlink_to(one)
    monkeypatch.chdir(tmp_path)
    words = verb_first(shlex.split(re.split(r"\s{2,}| [|>] ", line)[0])[1:])
    if words[0] == "explore":
        command = parse(words)
        if "sc://" not in line:
            survey = open_survey(command.survey.files, command.survey.codebook)
            assert view_of(survey, command.view).question
        return
    if words[0] == "convert":
        (tmp_path / "survey.parquet").unlink()
    if words[0] == "codes":
        (tmp_path / "survey.codebook.toml").write_text(_CODING)
        (tmp_path / "codes-of-ben.csv").write_text("respondent,text_hash,coder,code\n1,,ben,2\n")
    assert main(words) in ({0, Exit.ALERT} if "--alert" in words else {0})
    written = [one for one in tmp_path.iterdir() if not one.is_symlink()]
    assert capsysbinary.readouterr().out or written


def test_every_verb_has_examples_in_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    """The help fits 80 columns."""
    for verb, lines in EXAMPLES.items():
        assert main([verb, "--help"] if verb else ["--help"]) == 0
        shown = capsys.readouterr().out
        assert all(f"  {line}\n" in shown for line in lines)
        assert max(len(line) for line in lines) < 79
    assert set(VERBS) == set(EXAMPLES) - {""}


@pytest.mark.parametrize(
    ("word", "verb"),
    [("tabel", "table"), ("question", "questions"), ("table", ""), ("gap.csv", ""), ("x", "")],
)
def test_a_verb_that_is_mistyped_is_offered(word: str, verb: str) -> None:
    """A misspelt file gets other advice."""
    assert meant_verb(word) == verb


def test_the_manual_is_that_of_this_parser(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    """The installed page equals the printed one: `cxtui man > cxtui/cli/cxtui.1` renews it."""
    assert main(["man"]) == 0
    printed = capsysbinary.readouterr().out.decode()
    assert printed == (TOP / "cxtui" / "cli" / "cxtui.1").read_text("utf-8")
    assert f'"cxtui {__version__}"' in printed
    for name in (
        "table",
        "QUESTION",
        "\\-\\-where",
        "\\-\\-debug\\-log",
        "130",
        "last_view",
        "FILE…",
    ):
        assert name in printed


def test_no_help_text_becomes_a_macro_of_the_manual() -> None:
    """A line that would begin with a dot or a quote is shielded."""
    odd = Option("odd", ".de and 'so \\\\ x")
    assert list(described([odd]))[-1] == "\\&.de and \\(aqso \\e\\e x"


# The log


@pytest.fixture(autouse=True)
def no_log_left() -> Iterator[None]:
    """Close the log that a test has begun."""
    yield
    logger = logging.getLogger("cxtui")
    for handler in [one for one in logger.handlers if type(one) is logging.StreamHandler]:
        logger.removeHandler(handler)
        handler.stream.close()
    logger.propagate = True
    logger.setLevel(logging.NOTSET)


@pytest.mark.parametrize("place", [0, 1, 3])
def test_the_log_says_what_was_done_and_no_answer(
    place: int, example: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The option goes before or after the verb; the log is private and changes no output."""
    file = tmp_path / "log"
    words = ["table", str(example), "cx_goal", "--where", "role=Marketing"]
    assert main(words) == 0
    printed = capsysbinary.readouterr().out
    assert main([*words[:place], "--debug-log", str(file), *words[place:]]) == 0
    assert capsysbinary.readouterr().out == printed
    text = file.read_text("utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    assert "cxtui.cli: table" in text and "cxtui.engine: query: " in text
    assert "view: --question cx_goal" in text and "and 2 filters" in text
    assert "Improve business outcomes" not in text and "--where" not in text


def test_an_error_is_logged_with_its_code_locations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its message is logged only where it cannot quote an answer."""
    file = tmp_path / "log"

    def breaks(location: str, codebook: str, timeout: float, sheet: str) -> None:
        try:
            int("a very private answer")
        except ValueError:
            raise SourceError("a very private answer is no number") from None

    monkeypatch.setattr("cxtui.sources.open_survey.open_survey", breaks)
    assert main(["gaps", "x.csv", f"--debug-log={file}"]) == 1
    assert "a very private answer" in capsys.readouterr().err
    text = file.read_text("utf-8")
    assert "private" not in text
    assert f"{__file__}:" in text and "SourceError (its message may quote answers" in text
    logging.getLogger("cxtui.x").error("two\nlines \x1b[31m")
    assert "cxtui.x: two lines ␛[31m\n" in file.read_text("utf-8")


def test_the_log_replaces_no_file(example: Path, tmp_path: Path) -> None:
    """Neither the survey nor a folder, a device or a missing folder is written to."""
    before = example.read_bytes()
    for file in (example, tmp_path, tmp_path / "none" / "log", Path("/dev/null")):
        with pytest.raises(ExportError, match=re.escape(str(file))):
            start_log(file)
    assert example.read_bytes() == before


@pytest.mark.parametrize(("limit", "most", "unit"), [("v", 400_000, "MB"), ("n", 8, "open files")])
def test_a_limit_of_the_shell_that_leaves_too_little_is_one_line(
    limit: str, most: int, unit: str
) -> None:
    command = f'ulimit -{limit} {most}; exec "$0" -m cxtui questions missing.csv'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable], capture_output=True, text=True, cwd=TOP, check=False
    )
    assert done.returncode == Exit.FAILED
    assert re.fullmatch(
        rf"cxtui: it needs .* {unit} .*: allow more by `ulimit -{limit}`\n", done.stderr
    )
