"""The command line: data on standard output, messages on standard error, exit codes."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import runpy
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cxtui import __version__
from cxtui.analysis.tables.many_tables import Tabled
from cxtui.analysis.view.view import View
from cxtui.cli import main
from cxtui.cli.delivery import counted_aloud
from cxtui.errors import CxtuiError
from cxtui.output import question_document as questions
from cxtui.output import ranking_document as gaps
from cxtui.output import trend_document as trends
from cxtui.output.table_document import TIDY_COLUMNS

TABLE = ("table", "FILE", "cx_goal")


@dataclass(frozen=True)
class Ran:
    """The result of a call: its exit code, output and messages."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.out)))


class Runner:
    """Calls the program in this process, in an empty folder."""

    def __init__(self, example: Path, folder: Path, capture: pytest.CaptureFixture[bytes]) -> None:
        self.example, self.folder, self.capture = example, folder, capture

    def __call__(self, *words: object) -> Ran:
        """Run `cxtui`; FILE stands for the example."""
        named = [str(self.example) if word == "FILE" else str(word) for word in words]
        try:
            code = main(named)
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = self.capture.readouterr()
        return Ran(int(code), captured.out.decode(), captured.err.decode())

    def binary(self, *words: object) -> bytes:
        """Run `cxtui` and return the bytes on standard output."""
        assert main([str(self.example) if word == "FILE" else str(word) for word in words]) == 0
        return self.capture.readouterr().out

    def files(self) -> list[str]:
        return sorted(one.name for one in self.folder.iterdir())


@pytest.fixture
def run(
    example: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> Runner:
    monkeypatch.chdir(tmp_path)
    return Runner(example, tmp_path, capsysbinary)


def test_standard_output_holds_the_table_alone(run: Runner) -> None:
    ran = run(*TABLE, "--format", "csv", "--shape", "tidy")
    assert (ran.code, ran.err) == (0, "")
    assert tuple(ran.rows[0]) == TIDY_COLUMNS
    shares = {
        row["column"]: round(float(row["percent"]), 1)
        for row in ran.rows
        if row["row"] == "Improve business outcomes"
    }
    assert shares == {"Total": 40.4, "Marketing": 55.9, "Technology": 12.7}
    assert run.files() == []


def test_the_ending_of_the_file_says_the_format(run: Runner) -> None:
    for name in ("goal.csv", "goal.tsv", "goal.json", "goal.md", "goal.txt"):
        ran = run(*TABLE, "-o", name)
        assert (ran.code, ran.out) == (0, "")
        assert ran.err == f"wrote {run.folder / name}\n"
    assert json.loads((run.folder / "goal.json").read_text("utf-8"))["rows"]
    assert (run.folder / "goal.md").read_text("utf-8").startswith("cx\\_goal · Column %")
    assert run(*TABLE, "--format", "json").out == (run.folder / "goal.json").read_text("utf-8")


def test_all_questions_are_printed_in_one_go(run: Runner) -> None:
    """Tidy rows under one header, each question's as it prints alone."""
    ran = run("table", "FILE", "--all", "--format", "csv")
    assert (ran.code, ran.err) == (0, "")
    alone = run("table", "FILE", "cx_map", "--format", "csv", "--shape", "tidy")
    assert [row for row in ran.rows if row["question"] == "cx_map"] == alone.rows
    assert len({row["question"] for row in ran.rows}) == 33


@pytest.mark.parametrize("format_", ["xlsx", "parquet"])
def test_a_terminal_gets_no_binary_file(
    run: Runner, format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe does; a terminal is told how to name a file."""
    assert run.binary(*TABLE, "--format", format_)[:2] in {b"PK", b"PA"}
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = run(*TABLE, "--format", format_)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"cxtui: {format_} is nothing for a terminal: name a file with -o\n"


def test_a_file_is_replaced_only_by_force(run: Runner) -> None:
    file = run.folder / "goal.csv"
    file.write_text("mine")
    ran = run(*TABLE, "-o", file)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"cxtui: {file} exists; nothing was replaced\n"
    assert file.read_text() == "mine"
    assert run(*TABLE, "-o", file, "--force").code == 0
    assert file.read_text("utf-8").startswith("Main goal")
    assert run.files() == ["goal.csv"]


def test_an_unwritable_output_is_refused_before_the_survey_is_read(run: Runner) -> None:
    """The error comes first even where the survey cannot be read either."""
    broken, taken = run.folder / "survey.parquet", run.folder / "goal.csv"
    broken.write_text("no Parquet")
    taken.write_text("mine")
    ran = run("table", broken, "q", "-o", taken)
    assert (ran.code, ran.err) == (1, f"cxtui: {taken} exists; nothing was replaced\n")


def test_a_dash_is_standard_output_and_no_name_is_no_file(run: Runner) -> None:
    """An empty name, as of an unset variable, is refused; it does not print."""
    assert run(*TABLE, "--format", "csv", "-o", "-").out == run(*TABLE, "--format", "csv").out
    ran = run(*TABLE, "-o", "")
    assert (ran.code, ran.out) == (2, "")
    assert "-o takes the name of a file, not ''" in ran.err
    assert run.files() == []


def test_the_replay_of_standard_input_reads_standard_input(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not name the spooled file, which is gone."""
    with run.example.open("rb") as survey:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=survey))
        ran = run("table", "-", "cx_goal", "--format", "json")
    assert json.loads(ran.out)["replay"] == (
        "cxtui table - cx_goal --by role --where wave=2016 --no-weight"
    )


def test_progress_is_shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress takes one line, which is cleared before any other message."""

    def tables() -> Iterator[Tabled]:
        yield Tabled("q", "Q", View("q"), None)
        raise CxtuiError("the file has gone")

    class Watched(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", told := Watched())
    with pytest.raises(CxtuiError):
        list(counted_aloud(tables(), 3))
    assert told.getvalue() == "\r1 of 3 questions\r\x1b[K"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_verb_that_is_ended_leaves_nothing_half_written(
    sent: signal.Signals, example: Path, tmp_path: Path
) -> None:
    """It ends by ctrl+c, SIGTERM or SIGHUP, and removes its temporary file."""
    slow = (
        # as from a shell, whoever runs the tests; and however long the machine takes
        "import signal, time\n"
        "import cxtui.cli, cxtui.exit_status, pathlib\n"
        "assert cxtui.exit_status.GRACE_SECONDS; cxtui.exit_status.GRACE_SECONDS = 60\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "for one in (signal.SIGTERM, signal.SIGHUP): signal.signal(one, signal.SIG_DFL)\n"
        "def fill(draft, content):\n"
        "    with draft.open('wb') as half: half.write(content[:9])\n"
        "    print('half', flush=True); time.sleep(60)\n"
        "pathlib.Path.write_bytes = fill\n"
        "cxtui.cli.run()"
    )
    words = ["codebook", str(example), "-o", str(tmp_path / "book.toml")]
    with subprocess.Popen(
        [sys.executable, "-c", slow, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == b"half\n"
        assert len(list(tmp_path.iterdir())) == 1
        process.send_signal(sent)
        assert process.wait(30) == 128 + sent
        assert process.stderr.read() == b""
    assert list(tmp_path.iterdir()) == []


def test_a_file_name_sends_nothing_to_the_terminal(run: Runner) -> None:
    ran = run(*TABLE, "-o", "goal\n\x1b[31m.csv")
    assert ran.err == f"wrote {run.folder}/goal ␛[31m.csv\n"


def test_partial_writes_to_standard_output_are_continued(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unbuffered output takes parts; a full one is an error in one line."""
    whole = run.binary(*TABLE, "--format", "html")
    taken = bytearray()

    class Parts(io.RawIOBase):
        room = len(whole)

        def writable(self) -> bool:
            return True

        def write(self, part: Any) -> int:
            kept = bytes(part[: min(1000, self.room - len(taken))])
            if not kept:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            taken.extend(kept)
            return len(kept)

    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=Parts(), isatty=lambda: False))
    assert run(*TABLE, "--format", "html").code == 0
    assert bytes(taken) == whole
    taken.clear()
    monkeypatch.setattr(Parts, "room", 5000)
    ran = run(*TABLE, "--format", "html")
    assert (ran.code, len(taken)) == (1, 5000)
    assert ran.err == "cxtui: standard output could not be written: No space left on device\n"


FAILURES: dict[str, tuple[tuple[str, ...], str]] = {
    "no question": (("table", "FILE", "cx_gaol"), "no question 'cx_gaol'; `cxtui questions` lists"),
    "no banner": ((*TABLE, "--by", "rolle"), "no banner variable 'rolle'"),
    "no category": (
        (*TABLE, "--where", "role=Sales"),
        "role has no answer 'Sales'; it has 1 (Marketing), 2 (Technology)",
    ),
    "no filter column": ((*TABLE, "--where", "rolle=1"), "no question 'rolle'"),
    "no operator": ((*TABLE, "--where", "role"), "lacks an operator, as in role=Marketing"),
    "no wave": ((*TABLE, "--wave", "1999"), "wave has no answer '1999'; it has 2015, 2016"),
    "no weight": ((*TABLE, "--weight", "wt"), "'wt' cannot be a weight"),
    "no such measure": (("table", "FILE", "cx_owner", "--show", "mean"), "does not fit cx_owner"),
    "nobody": (
        (*TABLE, "--where", "role=1", "--where", "role=2"),
        "no respondents match role = Marketing and role = Technology",
    ),
    "no second column": (
        ("gaps", "FILE", "--by", "role", "--where", "role=1"),
        "the gaps need two columns to compare",
    ),
    "no file": (("table", "nothing.csv", "q"), "nothing.csv does not exist"),
    "nearly a file": (("table", "surve.csv", "q"), "did you mean survey.csv?"),
    "no folder": (("questions", "nowhere/survey.csv"), "neither does the folder nowhere"),
    "empty folder": (("questions", "empty"), "empty is a folder without survey files"),
    "no match": (("questions", "empty/*.csv"), "no file matches empty/*.csv"),
    "zero bytes": (("questions", "zero.parquet"), "zero.parquet is empty (0 bytes)"),
    "zero bytes of text": (("questions", "zero.csv"), "zero.csv"),
    "not Parquet": (("codebook", "text.parquet"), "text.parquet is not a Parquet file"),
    "unreadable ending": (("questions", "survey.docx"), "a .docx file cannot be read"),
    "no codebook": (("questions", "FILE", "--codebook", "no.toml"), "no.toml: No such file"),
    "wrong codebook": (("questions", "FILE", "--codebook", "bad.toml"), "unknown key 'rolle'"),
    "a picture of several": (
        ("table", "FILE", "--all", "-o", "a.svg"),
        "a picture holds one table",
    ),
    "wide rows of several": (
        ("table", "FILE", "--all", "--shape", "wide", "-o", "a.csv"),
        "wide csv holds one table: take --shape tidy",
    ),
    "a net of all": (("table", "FILE", "--all", "--net", "a=1"), "name it instead of --all"),
    "a chart in text": ((*TABLE, "--shape", "chart"), "a chart is a picture, and"),
    "unknown ending": ((*TABLE, "-o", "goal.exe"), "goal.exe: an ending says the format"),
    "no folder for it": ((*TABLE, "-o", "nowhere/goal.csv"), "goal.csv could not be written"),
    "no wave variable": (("trend", "survey.csv", "goal"), "survey.csv has no wave variable"),
    "no such wave variable": (("trend", "FILE", "cx_goal", "--over", "w"), "no wave variable 'w'"),
    "the wave itself": (("trend", "FILE", "wave"), "wave is the wave itself"),
    "a chart of a trend in text": (
        ("trend", "FILE", "cx_goal", "--shape", "chart"),
        "a chart is a picture, and text is none: take svg",
    ),
    "no explorer": (("nothing.parquet",), "nothing.parquet does not exist"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_one_line_and_leaves_nothing(run: Runner, name: str) -> None:
    """Exit code 1, nothing on standard output, no file, also where one was asked for."""
    words, says = FAILURES[name]
    (run.folder / "empty").mkdir()
    for empty in ("zero.parquet", "zero.csv"):
        (run.folder / empty).touch()
    (run.folder / "text.parquet").write_text("role,goal\n1,2\n")
    (run.folder / "survey.csv").write_text("role,goal\n1,2\n")
    (run.folder / "survey.docx").write_text("no survey")
    (run.folder / "bad.toml").write_text("rolle = 'role'\n")
    before = run.files()
    for output in ((), ("-o", "out.csv")):
        if output and ("-o" in words or words[0] not in {"table", "questions", "gaps", "changes"}):
            continue
        ran = run(*words, *output)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("cxtui: ")
        assert says in ran.err
        assert ran.err.count("\n") == 1
        assert run.files() == before


WRONG: list[tuple[tuple[str, ...], str]] = [
    ((*TABLE, "--show", "sum"), "--show takes column, row, total, count, mean, index, responses,"),
    ((*TABLE, "--format", "pdf"), "--format takes text, csv, tsv,"),
    (("questions", "FILE", "--format", "svg"), "xlsx, parquet, not 'svg'"),
    ((*TABLE, "--level", "5"), "--level takes per cent from 50 to 99.99, not '5'"),
    ((*TABLE, "--level", "high"), "--level takes per cent from 50 to 99.99, not 'high'"),
    ((*TABLE, "--level=nan"), "--level takes per cent from 50 to 99.99, not 'nan'"),
    ((*TABLE, "--timeout", "0"), "--timeout takes seconds up to 86,400, not '0'"),
    (("FILE", "--memory", "1"), "--memory takes megabytes from 8 to 1,000,000, not '1'"),
    (
        (*TABLE, "--correct", "bh"),
        "'--correct' is no option of cxtui table; did you mean --correction?",
    ),
    ((*TABLE, "--xyz"), "'--xyz' is no option of cxtui table; `cxtui table --help` lists"),
    ((*TABLE, "-x"), "'-x' is no option of cxtui table"),
    ((*TABLE, "--by"), "--by needs a value: --by ID[>ID]"),
    ((*TABLE, "--by", "--full"), "--by needs a value: --by ID[>ID]"),
    ((*TABLE, "--full=yes"), "--full takes no value"),
    ((*TABLE, "--weight", "w", "--no-weight"), "take --no-weight or --weight, not both"),
    ((*TABLE, "--no-weight", "--weight", "w"), "take --no-weight or --weight, not both"),
    (("FILE", "--resume", "--fresh"), "take --fresh or --resume, not both"),
    (("table", "my file.csv"), "QUESTION is missing: `cxtui questions 'my file.csv'` lists"),
    (("table", "FILE"), "lists the questions; --all takes all of them"),
    (("table",), "FILE is missing: type cxtui table FILE… [QUESTION]"),
    (("trend", "FILE"), "QUESTION is missing: `cxtui questions "),
    ((*TABLE, "--all"), "QUESTION and --all: take one of them"),
    ((*TABLE, "-o", ""), "-o takes the name of a file, not ''"),
    (("questions",), "FILE is missing: type cxtui questions FILE…"),
    (("convert", "FILE"), "OUT is missing: type cxtui convert FILE… OUT"),
    (("completion",), "bash|zsh|fish is missing: type cxtui completion bash|zsh|fish"),
    (("completion", "csh"), "bash|zsh|fish takes bash, zsh, fish, not 'csh'"),
    (("man", "table"), "TOPIC takes json, not 'table'"),
    (("--debug-log", "log"), "a file or a verb is missing: `cxtui --help` lists the verbs"),
    (("codebook", "FILE", "--by", "role"), "; it goes with explore, table, gaps, changes, trend"),
    (("gaps", "FILE", "--show", "row"), "--show does not go with a ranking"),
    (("gaps", "FILE", "--sort", "gap"), "--sort does not go with a ranking"),
    (("gaps", "FILE", "--correction", "holm"), "--correction does not go with a ranking"),
    (("gaps", "FILE", "--full"), "--full does not go with a ranking"),
    (("gaps", "FILE", "--against", "rest"), "take --compare rest, total or pairs of gaps"),
    (("gaps", "FILE", "--pair", "1,2", "--compare", "rest"), "--pair goes with --compare pair"),
    (("gaps", "FILE", "--group", "Retail"), "--group goes with many comparisons"),
    (("gaps", "FILE", "--margin", "0"), "--margin takes points over 0 and under 100"),
    (("gaps", "FILE", "--alert"), "it goes with changes"),
    (("changes", "FILE", "--wave", "2016"), "--wave does not go with changes"),
    (("changes", "FILE", "--compare", "rest"), "it goes with gaps"),
    (("changes", "FILE", "--window", "0"), "--window takes a number of waves"),
    (("changes", "FILE", "--overlapping"), "--overlapping goes with --window"),
    (("changes", "FILE", "--trend", "--since", "first"), "--trend takes all waves"),
    (("changes", "FILE", "--trend", "--did"), "take --trend or --did, not both"),
    (("changes", "FILE", "--at-least", "5"), "--at-least goes with --alert"),
    (("trend", "FILE", "q", "--wave", "2016"), "--wave does not go with trend: it takes all"),
    (("trend", "FILE", "cx_goal", "--where", "wave=2016"), "--where wave does not go with trend"),
    (("trend", "FILE", "q", "--full"), "--full does not go with trend"),
    (("trend", "FILE", "q", "--against", "rest"), "--against does not go with trend"),
    (("trend", "FILE", "q", "--show", "row"), "--show takes column, mean, not 'row'"),
    (("trend", "FILE", "q", "--by", "a", "--by", "b"), "--by goes with trend once"),
    (("trend", "FILE", "q", "--shape", "tidy"), "--shape takes wide, chart, not 'tidy'"),
]


@pytest.mark.parametrize(("words", "says"), WRONG)
def test_a_wrong_command_line_is_one_line_that_says_what_to_type(
    run: Runner, words: tuple[str, ...], says: str
) -> None:
    """Exit code 2; nothing is read or written."""
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("cxtui: ") and ran.err.count("\n") == 1
    assert says in ran.err
    assert run.files() == []


HOSTILE = "\x1b[31m\x9b2J\x07\n\r\u202e\u2028\udc9b.csv"
"""Colours, a cleared screen, a bell, new lines, text from right to left, a byte that is no text."""


@pytest.mark.parametrize(
    "words",
    [
        (HOSTILE,),
        ("table", HOSTILE),
        ("table", HOSTILE, "q"),
        (*TABLE, HOSTILE, "--all"),
        ("table", "FILE", HOSTILE),
        ("man", HOSTILE),
        ("completion", HOSTILE),
        ("convert", HOSTILE),
        ("weight", "FILE", "--targets", HOSTILE, "--check"),
        ("FILE", f"--{HOSTILE}"),
        (*TABLE, f"-{HOSTILE}"),
        ("--debug-log", f"{HOSTILE}/log", "questions", "FILE"),
        ("codebook", "FILE", "--codebook", HOSTILE),
        ("codebook", "FILE", "-o", f"{HOSTILE}/out"),
        *((*TABLE, f"--{name}", HOSTILE) for name in ("by", "where", "weight", "wave", "level")),
        *((*TABLE, f"--{name}={HOSTILE}") for name in ("show", "net", "full", "shape", "timeout")),
        ("trend", "FILE", "cx_goal", "--over", HOSTILE),
        ("gaps", "FILE", "--show", HOSTILE),
    ],
)
def test_no_argument_sends_anything_to_the_terminal(run: Runner, words: tuple[str, ...]) -> None:
    """An error quotes it in one printable line."""
    ran = run(*words)
    assert ran.code in {1, 2} and ran.out == ""
    assert ran.err.startswith("cxtui: ") and ran.err.endswith("\n")
    assert ran.err[:-1].isprintable()


def test_help_needs_nothing_else_on_the_line(run: Runner) -> None:
    """Whatever follows it is not read."""
    helped = run("table", "--help")
    assert run("table", "-h", "--xyz") == run("table", "FILE", "--by", "x", "--help") == helped
    assert run("table", "--by", "--help").code == 2


def test_help_and_version_go_to_standard_output(run: Runner) -> None:
    assert run("--version") == Ran(0, f"cxtui {__version__}\n", "")
    for words in ((), ("--help",), ("table", "--help")):
        ran = run(*words)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith("usage: cxtui")


def test_an_interruption_exits_with_130(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cxtui.sources.open_survey.open_survey", interrupted)
    assert run(*TABLE) == Ran(130, "", "")


def test_without_a_terminal_there_is_no_explorer(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the verbs that need no screen."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    ran = run("FILE")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("cxtui: ") and ran.err.count("\n") == 1


def test_questions_has_its_columns(run: Runner) -> None:
    ran = run("questions", "FILE", "--format", "csv")
    assert (ran.code, tuple(ran.rows[0])) == (0, questions.COLUMNS)
    head = "question,kind,label,columns,categories,answered,guessed,derived"
    assert ran.out.splitlines()[0] == head
    goal = next(row for row in ran.rows if row["question"] == "cx_goal")
    assert (goal["kind"], goal["columns"], goal["guessed"]) == ("single", "cx_goal", "")


def test_gaps_has_its_columns(run: Runner) -> None:
    ran = run("gaps", "FILE", "--by", "role", "--format", "csv")
    assert (ran.code, tuple(ran.rows[0])) == (0, gaps.ANSWERS)
    assert ran.out.splitlines()[0] == (
        "question,row_code,row,column_a,column_b,percent_a,percent_b,"
        "gap,low,high,p,p_adjusted,base_a,base_b,flag,"
        "unit,mean_a,mean_b,comparison,holds,p_within,effect,"
        "low_picked,high_picked,p_question,p_question_adjusted,moved,moved_net,verdict"
    )
    first = ran.rows[0]
    assert (first["question"], first["row"]) == ("cx_goal", "Improve business outcomes")
    difference = float(first["percent_a"]) - float(first["percent_b"])
    assert float(first["gap"]) == pytest.approx(difference, rel=1e-12)


def test_trend_has_its_columns_and_a_row_for_each_wave(run: Runner) -> None:
    ran = run("trend", "FILE", "cx_goal", "--by", "role", "--format", "csv")
    assert (ran.code, ran.err, tuple(ran.rows[0])) == (0, "", trends.COLUMNS)
    assert {row["wave"] for row in ran.rows} == {"2015", "2016"}
    assert {row["column"] for row in ran.rows} == {"Total", "Marketing", "Technology"}
    over = run("trend", "FILE", "cx_goal", "--over", "seniority", "--format", "csv")
    assert len({row["wave"] for row in over.rows}) > 2


def test_a_trend_is_written_in_every_format_with_its_command(run: Runner) -> None:
    """The command prints the same file; rows alone cannot carry it."""
    for ending in ("txt", "csv", "tsv", "json", "md", "html", "xlsx", "parquet", "svg"):
        assert run("trend", "FILE", "cx_goal", "-o", f"trend.{ending}").code == 0
    svg = ("trend", "FILE", "cx_goal", "--shape", "chart", "-o", "chart.svg")
    assert run(*svg).code == 0
    assert len(run.files()) == 10
    command = shlex.join(["cxtui", "trend", str(run.example), "cx_goal"])
    command += " --by role --no-weight --over wave"
    for name in ("trend.txt", "trend.md", "trend.html", "trend.svg", "chart.svg", "trend.json"):
        assert command in (run.folder / name).read_text("utf-8")
    assert run(*shlex.split(command)[1:], "--format", "json").out == (
        (run.folder / "trend.json").read_text("utf-8")
    )


def test_a_trend_is_printed_as_text(run: Runner) -> None:
    ran = run("trend", "FILE", "cx_goal")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Main goal of the customer-experience work, by Wave\n")
    assert "\nColumn % · base: answering · unweighted · 95% Holm\n" in ran.out
    assert "This table again" not in ran.out
    assert run("trend", "FILE", "cx_goal", "--wave", "all", "--by", "role") == ran


SURVEY = """\
respondent_id,role,satisfaction,tools_1,tools_2,weight,comment
{}
"""
ANSWERS = ("Very satisfied", "Satisfied", "Dissatisfied", "Don't know", "")


def csv_survey(folder: Path) -> Path:
    """Delimited text without a codebook: every question is auto-detected."""
    lines = [
        f"r{n},{('Marketing', 'Technology')[n % 2]},{ANSWERS[n * n % 5]},"
        f"{('Selected', 'Not selected')[n % 3 > 0]},{('Selected', 'Not selected')[n % 4 > 0]},"
        f"{0.5 + n % 3 / 2},said {n}"
        for n in range(90)
    ]
    file = folder / "survey.csv"
    file.write_text(SURVEY.format("\n".join(lines)))
    return file


@pytest.mark.parametrize("made", [False, True], ids=["example", "csv"])
def test_a_printed_codebook_gives_the_same_tables(run: Runner, example: Path, made: bool) -> None:
    """Beside the file it declares what was auto-detected; reasons become comments."""
    folder = run.folder / "kept"
    folder.mkdir()
    file = csv_survey(folder) if made else folder / "survey.parquet"
    if not made:
        file.write_bytes(example.read_bytes())
    ids = [row["question"] for row in run("questions", file, "--format", "csv").rows]
    before = {one: run("table", file, one, "--format", "json", "--wave", "all") for one in ids}
    printed = run("codebook", file)
    assert printed.code == 0
    sidecar = folder / "survey.codebook.toml"
    assert run("codebook", file, "-o", sidecar).code == 0
    assert sidecar.read_text("utf-8") == printed.out
    for row in run("questions", file, "--format", "csv").rows:
        assert row["guessed"] == ""
    assert run("codebook", file).out.count("[[question]]") == printed.out.count("[[question]]")
    for one, ran in before.items():
        after = run("table", file, one, "--format", "json", "--wave", "all")
        assert (after.code, ran.code) == (0, 0)
        tables = [json.loads(said.out) for said in (ran, after)]
        for part in ("view", "question", "columns", "rows"):
            assert tables[0][part] == tables[1][part]


def test_the_view_in_json_asks_for_the_same_table(run: Runner) -> None:
    options = ("--by", "role", "--where", "budget_share>=30", "--sort", "gap", "--level", "90")
    first = run(*TABLE, *options, "--format", "json")
    _, _, *words = shlex.split(json.loads(first.out)["view"])
    assert run(*TABLE, *words, "--format", "json") == first


def test_a_process_of_its_own_keeps_data_and_talk_apart(example: Path, tmp_path: Path) -> None:
    """Output is UTF-8 in an ASCII locale too; a reader may stop reading."""
    command = [sys.executable, "-c", "from cxtui.cli import run; run()"]
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    table = subprocess.run(
        [*command, "table", str(example), "cx_goal"], capture_output=True, env=plain, check=False
    )
    assert (table.returncode, table.stderr) == (0, b"")
    assert "A−B" in table.stdout.decode()
    missing = subprocess.run(
        [*command, "table", "Größe.csv", "cx_goal"], capture_output=True, env=plain, check=False
    )
    assert (missing.returncode, missing.stdout) == (1, b"")
    assert missing.stderr.startswith(b"cxtui: ") and missing.stderr.count(b"\n") == 1


def test_a_closed_pipe_is_no_failure(example: Path) -> None:
    script = "from cxtui.cli import run; run()"
    with subprocess.Popen(
        [sys.executable, "-c", script, "questions", str(example)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        assert (process.wait(), said) == (0, b"")


def test_the_module_is_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m cxtui`, where no script is on the path."""
    ran = []
    monkeypatch.setattr("cxtui.cli.run", lambda: ran.append(True))
    runpy.run_module("cxtui", run_name="__main__")
    assert ran == [True]


class _Full(io.RawIOBase):
    """A disk without room."""

    def writable(self) -> bool:
        return True

    def write(self, _: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("words", [TABLE, ("completion", "bash")])
def test_a_full_or_missing_standard_output_fails_in_one_line(
    run: Runner, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """A full disk and a closed output exit with 1 and say so."""
    full = SimpleNamespace(buffer=_Full())
    for stream, why in ((full, os.strerror(errno.ENOSPC)), (None, "closed")):
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", stream)
            ran = run(*words)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("cxtui: standard output ") and why in ran.err
        assert ran.err.count("\n") == 1
