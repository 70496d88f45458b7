"""The JSON of every verb and error, against the schema that `cxtui man json` prints."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cxtui.analysis.checks.check import CheckKind, Result
from cxtui.analysis.ranking.ranked_lines import Verdict
from cxtui.cli import main
from cxtui.cli.command import VERBS as ALL_VERBS
from cxtui.cli.error_line import is_json_asked
from cxtui.cli.verb_options import options_for
from cxtui.errors import Advice, CxtuiError, near_names
from cxtui.output.writers.json_writer import json_schema
from tests.output.json_checker import faults, undescribed
from tests.test_coding import coded_file

PLAN = Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.plan.toml"
FIXTURES = sorted((Path(__file__).parent / "json").glob("*.json"))
TARGETS = '[[margin]]\nquestions = ["role"]\ntargets = { 1 = 50, 2 = 50 }\n'
VERBS: Mapping[str, tuple[str, ...]] = {
    "questions": ("questions", "FILE"),
    "table": ("table", "FILE", "cx_goal", "--by", "role>seniority", "--show", "row"),
    "table of the rest": ("table", "FILE", "channels", "--against", "rest", "--wave", "all"),
    "table of a weighted number": ("table", "FILE", "budget_share", "--weight", "budget_share"),
    "table of several measures": ("table", "FILE", "cx_goal", "--show", "column,count,index"),
    "table of items by answers": ("table", "FILE", "channels", "--across", "total"),
    "tables": ("table", "FILE", "--all", "--by", "role"),
    "gaps": ("gaps", "FILE", "--by", "seniority", "--compare", "rest"),
    "changes": ("changes", "FILE", "--alert"),
    "trend": ("trend", "FILE", "cx_goal"),
    "trend of means": ("trend", "FILE", "channels", "--show", "mean"),
    "rows": ("rows", "FILE", "--where", "role=Technology"),
    "check": ("check", "FILE", "--duration", "budget_share"),
    "codes": ("codes", "CODED", "why"),
    "weight": ("weight", "FILE", "--targets", "TARGETS", "--check"),
    "brief": ("brief", "FILE", "--by", "role"),
    "plan": ("plan", str(PLAN), "FILE", "--tables", "1,5"),
    "plan of a table that is refused": ("plan", "REFUSED", "FILE"),
    "plan --check": ("plan", str(PLAN), "FILE", "--check", "--tables", "1-3"),
    "plan --check of a table that is refused": ("plan", "REFUSED", "FILE", "--check"),
}
"""A command of each verb that prints JSON, and of each other form of its JSON."""

KINDS = {"tables": "tables", "gaps": "ranking", "changes": "ranking", "rows": "respondents"}
KINDS |= {"check": "checks", "plan": "tables", "plan --check": "plan_check"}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json_schema())
    return found


@pytest.fixture
def named(example: Path, tmp_path: Path) -> dict[str, str]:
    """The files that the words of a command stand for."""
    (tmp_path / "targets.toml").write_text(TARGETS)
    refused = '[[table]]\nquestions = ["cx_gaol", "cx_goal"]\n'
    (tmp_path / "refused.toml").write_text(refused)
    files = {"TARGETS": "targets.toml", "REFUSED": "refused.toml"}
    made = {name: str(tmp_path / file) for name, file in files.items()}
    return {"FILE": str(example), "CODED": str(coded_file(tmp_path)), **made}


def kind_of(name: str) -> str:
    """Return the record that a command prints: the name without what is special about it."""
    base = name.partition(" of ")[0]
    return KINDS.get(base, base)


def test_the_schema_is_printed_by_a_verb(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["man", "json"]) == 0
    assert capfd.readouterr() == (json_schema(), "")
    assert main(["man", "jsn"]) == 2


REFUSED = {"rows", "codes", "weight"}
"""The verbs that show respondents one by one."""


@pytest.mark.parametrize("name", [one for one in VERBS if " of " not in one and one != "tables"])
def test_hidden_counts_are_as_the_schema_says(
    name: str,
    named: Mapping[str, str],
    schema: dict[str, Any],
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    """What shows respondents one by one is an error, of one line."""
    words = [named.get(word, word) for word in VERBS[name]]
    status = main([*words, "--format", "json", "--suppress", "10"])
    printed = capfdbinary.readouterr()
    if name in REFUSED:
        assert status == 1
        assert "one by one" in json.loads(printed.err)["error"]
        return
    found = json.loads(printed.out)
    assert list(faults(schema, schema["$defs"][kind_of(name)], found)) == []


def test_each_verb_with_json_has_a_command_here() -> None:
    takes = {
        verb
        for verb in ALL_VERBS
        if any(one.name == "format" and "json" in one.choices for one in options_for(verb))
    }
    assert {words[0] for words in VERBS.values()} == takes
    assert takes >= {"questions", "table", "gaps", "changes", "trend", "rows", "check", "codes"}
    assert takes >= {"weight", "plan", "brief"}


@pytest.mark.parametrize("name", VERBS)
def test_the_json_of_each_verb_is_as_the_schema_says(
    name: str,
    named: Mapping[str, str],
    schema: dict[str, Any],
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    """It is one kind of record, all of whose keys are described."""
    words = [named.get(word, word) for word in VERBS[name]]
    status = main([*words, "--format", "json"])
    found = json.loads(capfdbinary.readouterr().out)
    assert status in ({1} if "refused" in name else {0, 3})
    assert found["schema"] == 1
    assert list(faults(schema, schema, found)) == []
    assert list(faults(schema, schema["$defs"][kind_of(name)], found)) == []


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.stem)
def test_what_was_written_before_is_still_as_the_schema_says(
    file: Path, schema: dict[str, Any]
) -> None:
    found = json.loads(file.read_text("utf-8"))
    assert list(faults(schema, schema, found)) == []
    assert list(faults(schema, schema["$defs"][file.stem], found)) == []


def test_each_record_has_a_fixture_and_each_key_a_description(schema: dict[str, Any]) -> None:
    records = {one["$ref"].removeprefix("#/$defs/") for one in schema["oneOf"]}
    assert {file.stem for file in FIXTURES} == records
    assert list(undescribed(schema, schema)) == []
    of_question = schema["$defs"]["ranked_question"]["properties"]
    of_check = schema["$defs"]["check"]["properties"]
    assert of_question["verdict"]["enum"] == list(Verdict)
    assert of_check["check"]["enum"] == list(CheckKind)
    assert of_check["result"]["enum"] == list(Result)


def test_a_fault_of_json_is_found(schema: dict[str, Any]) -> None:
    """The checker itself: a key that is not described, one that is missing, another type."""
    (file,) = (one for one in FIXTURES if one.stem == "table")
    for key, value in (("rows", "none"), ("formula", {}), ("schema", 2), ("level", None)):
        found = json.loads(file.read_text("utf-8")) | {key: value}
        assert list(faults(schema, schema["$defs"]["table"], found)), key
        assert list(faults(schema, schema, found)), key
    found.pop("level")
    assert list(faults(schema, schema["$defs"]["table"], found)) == [" lacks level"]


ERRORS: tuple[tuple[tuple[str, ...], int, str, list[str]], ...] = (
    (("table", "FILE", "cx_gaol"), 1, "`cxtui questions` lists what", ["cx_goal", "cx_map"]),
    (("table", "FILE", "cx_goal", "--by", "rol"), 1, "`cxtui questions` lists", ["role"]),
    (("table", "FILE", "cx_goal", "--where", "role=Marketng"), 1, "it has 1", ["Marketing"]),
    (("table", "FILE", "cx_goal", "--wehre", "role=1"), 2, "did you mean --where?", ["--where"]),
    (("table", "FILE", "cx_goal", "--show", "colum"), 2, "", ["column", "count"]),
    (("rows", "FILE", "--columns", "senority"), 1, "`cxtui questions` lists", ["seniority"]),
    (("table", "FILE"), 2, "`cxtui questions ", []),
    (("plan", "PLAN?", "FILE"), 1, "did you mean 'questions'?", ["questions"]),
    (("gaps", "FILE?"), 1, "did you mean FILE?", ["FILE"]),
    (("gaps", "FILE", "--level", "much"), 2, "", []),
)
"""Words, exit status, the beginning of the hint, and the near names."""


@pytest.mark.parametrize(("words", "status", "hint", "near"), ERRORS)
def test_an_error_is_json_where_json_was_asked_for(
    words: tuple[str, ...],
    status: int,
    hint: str,
    near: list[str],
    named: Mapping[str, str],
    schema: dict[str, Any],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The error is the line that is printed without JSON; the status is the same."""
    plan = tmp_path / "wrong.toml"
    plan.write_text('[[table]]\nquestion = "cx_goal"\n')
    files = {**named, "PLAN?": str(plan), "FILE?": f"{named['FILE']}t"}
    called = [files.get(word, word) for word in words]
    assert main(called) == status
    line = capfd.readouterr().err
    for asked in (["--format", "json"], ["--format=json"], ["-o", "out.json"], ["-oout.JSON"]):
        assert main([*called, *asked]) == status
        printed = capfd.readouterr()
        found = json.loads(printed.err)
        assert (printed.out, printed.err.count("\n")) == ("", 1)
        assert list(faults(schema, schema, found)) == []
        assert list(faults(schema, schema["$defs"]["error"], found)) == []
        hinted = hint.replace("FILE", named["FILE"])
        assert found["hint"].startswith(hinted) and bool(found["hint"]) == bool(hint)
        assert found["near"] == [named.get(one, one) for one in near]
        if "is missing" not in line:  # which repeats the words
            assert line == f"cxtui: {found['error']}\n"


def test_an_unforeseen_error_is_json_too(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], example: Path
) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("cxtui.cli.verbs._open", broken)
    assert main(["questions", str(example), "--format", "json"]) == 1
    assert json.loads(capfd.readouterr().err)["error"] == "it takes more memory than there is"


_CRASH = """
import os, signal, sys
from cxtui.cli import command_line
sys.argv = ["cxtui", "questions", "x.csv", *sys.argv[1:]]
command_line.main = lambda: os.kill(os.getpid(), signal.SIGSEGV)
command_line.run_guarded(is_interruptible=False)
"""


def test_the_end_by_a_signal_is_told_as_json_too(schema: dict[str, Any]) -> None:
    asked = [sys.executable, "-c", _CRASH]
    told, found = (
        subprocess.run([*asked, *words], check=False, capture_output=True, text=True)
        for words in ([], ["--format", "json"])
    )
    assert told.returncode == found.returncode == 128 + signal.SIGSEGV
    error = json.loads(found.stderr)
    assert list(faults(schema, schema["$defs"]["error"], error)) == []
    assert told.stderr == f"cxtui: {error['error']}\n"
    assert error["hint"] == "`cxtui man` says where to report it"


@pytest.mark.parametrize(
    ("line", "is_asked"),
    [
        ("table a.csv q --format json", True),
        ("table a.csv q --format json --format text", False),
        ("table a.csv q -o a.json --format text", False),
        ("table a.csv q --output=a.json", True),
        ("table a.json q", False),
        ("table a.csv -- --format json", False),
        ("table a.csv q --format", False),
        ("", False),
    ],
)
def test_json_is_asked_for_by_name_or_ending(line: str, is_asked: bool) -> None:
    assert is_json_asked(line.split()) is is_asked


def test_the_advice_of_an_error_is_told_apart_from_hostile_values() -> None:
    """What a value holds is no advice; an error within an error hands its own on."""
    plain = CxtuiError("{} has no column {!r}", "a; b\x1b[2J", "c; d")
    assert (plain.hint, plain.near) == ("", ())
    advised = CxtuiError("{} is {}; take another", "a; b", "c; d")
    assert (str(advised), advised.hint) == ("a; b is c; d; take another", "take another")
    inner = CxtuiError("no {}{}", "x", Advice("; did you mean y?", ("y\x1b",)))
    outer = CxtuiError("{}: {}", "file", inner)
    assert str(outer) == "file: no x; did you mean y?"
    assert (outer.hint, outer.near) == ("did you mean y?", ("y␛",))
    assert near_names("cx_gol", ["cx_map", "cx_goal"])[0] == "cx_goal"
