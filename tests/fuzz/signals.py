"""Signals that end or stop a verb, at any step of it: no traceback, and each file old or new.

    python -m tests.fuzz.signals                   40 steps of each verb, all signals
    python -m tests.fuzz.signals --only convert --steps 200

A step is what Python audits: a module that is imported, a file that is opened, renamed, removed.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cxtui.cli.command import VERBS
from tests.fuzz.write_faults import Tree, is_draft, tree

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_OUT = ("-o", "out.csv", "--force")
WORDS: Mapping[str, tuple[str, ...]] = {
    "questions": ("a.csv", *_OUT),
    "table": ("a.csv", "goal", "--by", "role", *_OUT),
    "gaps": ("a.csv", "--by", "role", *_OUT),
    "changes": ("a.csv", *_OUT),
    "trend": ("a.csv", "goal", "--over", "wave", *_OUT),
    "rows": ("a.csv", *_OUT),
    "check": ("a.csv", "--save"),
    "codes": ("a.csv", "why", *_OUT),
    "brief": ("a.csv", "--by", "role", "-o", "out.md", "--force"),
    "plan": ("a.plan.toml", "a.csv", "-o", "out.md", "--force"),
    "codebook": ("a.csv", "-o", "out.toml", "--force"),
    "convert": ("a.csv", "out.parquet", "--force"),
    "weight": ("a.csv", "--targets", "targets.toml", "-o", "out.parquet", "--force"),
    "completion": ("bash",),
    "man": (),
}
"""Arguments of each verb but the explorer, which has a terminal to restore first."""
assert WORDS.keys() == VERBS.keys() - {"explore"}
_PATIENCE = 60
"""Seconds after which a verb hangs."""
_ROW = "{0},{1},20{2},{3},t{4}\n"
_FILES = {
    "a.csv": "id,role,wave,goal,why\n"
    + "".join(
        _ROW.format(max(one, 2), "AB"[one % 2], 15 + one // 30, "xyz"[one * 7 % 3], one % 9)
        for one in range(60)
    ),
    "a.codebook.toml": 'respondent = "id"\nwave = "wave"\nrole = "role"\n'
    '[[question]]\nid = "why"\nkind = "text"\n'
    '[[coding]]\nid = "reasons"\nquestion = "why"\ncodes = [{ code = "1", label = "Slow" }]\n',
    "a.why.codes.csv": "respondent,text_hash,coder,code\n",
    "a.plan.toml": '[[table]]\nquestions = ["goal"]\n',
    "targets.toml": '[[margin]]\nquestions = ["role"]\ntargets = { A = 60, B = 40 }\n',
    **dict.fromkeys(("out.csv", "out.md", "out.toml", "out.parquet"), "old"),
}
_PROGRAM = """
import os, sys
import _signal
from cxtui.cli import run
step, at, number, counted, first = 0, {at}, {number}, {counted!r}, os.getpid()
def hear(event, arguments):
    global step
    step += 1
    if step == at:
        os.kill(first, number)
    if counted:
        os.pwrite(report, b"%9d" % step, 0)
report = os.open(counted or os.devnull, os.O_WRONLY | os.O_CREAT)
sys.argv[0] = "cxtui"
sys.addaudithook(hear)
run()
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a verb ended: its status, as of `subprocess`, and what it said."""

    status: int
    said: str


def run(verb: str, folder: Path, at: int, number: int, *, counted: str = "") -> Ended:
    """Run a verb in a folder, with a signal at step `at`; go on where it was stopped by one.

    `counted` names a file that gets the number of steps.
    """
    program = _PROGRAM.format(at=at, number=int(number), counted=counted)
    with tempfile.TemporaryFile() as heard:
        process = subprocess.Popen(
            [sys.executable, "-c", program, verb, *WORDS[verb]],
            stdout=subprocess.DEVNULL,
            stderr=heard,
            cwd=folder,
            process_group=0,  # of this session: a group without a shell is not stopped
        )
        try:
            status = _waited(process)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        heard.seek(0)
        return Ended(status, heard.read().decode())


def _waited(process: subprocess.Popen[bytes]) -> int:
    """Wait as a shell does that brings a stopped program to the front at once."""
    watch = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(_PATIENCE)
    try:
        while True:
            _, status = os.waitpid(process.pid, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                process.returncode = os.waitstatus_to_exitcode(status)
                return process.returncode
            os.killpg(process.pid, signal.SIGCONT)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, watch)


def begun(folder: Path) -> Tree:
    """Write the files that the verbs read and replace; return them."""
    for one in folder.iterdir():
        one.unlink()
    for name, text in _FILES.items():
        (folder / name).write_text(text)
    return tree(folder)


def stopped_and_continued(verb: str, folder: Path, at: int) -> tuple[Tree, int]:
    """Stop a verb at a step and go on; return the files that it leaves, and its number of steps."""
    before = begun(folder)
    with tempfile.NamedTemporaryFile() as counted:
        ended = run(verb, folder, at, signal.SIGTSTP, counted=counted.name)
        steps = int(counted.read())
    place = f"{verb}: stopped at step {at}"
    assert ended.status == 0, f"{place}: {ended}"
    assert "Traceback" not in ended.said, f"{place}: {ended}"
    after = tree(folder)
    assert after != before or verb in {"completion", "man"}, f"{place}: writes nothing"
    assert not any(map(is_draft, after)), f"{place}: {list(after)}"
    return after, steps


def ended_at(verb: str, folder: Path, at: int, number: signal.Signals, after: Tree) -> str:
    """End a verb at a step; return how it ended.

    Raises `AssertionError` for a traceback, another status, and a file that is neither old nor new.
    """
    before = begun(folder)
    ended = run(verb, folder, at, number)
    place = f"{verb}: {number.name} at step {at}"
    by_signal = {-number, 128 + number}
    assert ended.status in {0, *by_signal}, f"{place}: {ended}"
    assert not (ended.said and ended.status), f"{place}: {ended}"
    assert "Traceback" not in ended.said, f"{place}: {ended}"
    left = tree(folder)
    for name, content in left.items():
        assert content in {before.get(name), after.get(name)}, f"{place}: a part of {name}"
    assert before.keys() <= left.keys(), f"{place}: files are lost"
    return "done" if not ended.status else "ended"


def main() -> int:
    """Send signals at drawn steps of every verb; return 1 after a defect."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default=",".join(WORDS))
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args()
    print(f"seed {asked.seed}")
    drawn, defects = random.Random(asked.seed), 0
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as folder:
        for name in ("CONFIG", "DATA", "STATE", "CACHE"):
            os.environ[f"XDG_{name}_HOME"] = home
        for verb in asked.only.split(","):
            found: Counter[str] = Counter()
            after, most = stopped_and_continued(verb, Path(folder), 1)
            for _ in range(asked.steps):
                try:
                    at = drawn.randint(1, most)
                    assert stopped_and_continued(verb, Path(folder), at)[0] == after
                    for number in ENDING:
                        at = drawn.randint(1, most)
                        found[ended_at(verb, Path(folder), at, number, after)] += 1
                except AssertionError as defect:
                    defects += 1
                    print(f"DEFECT {defect}", flush=True)
            print(f"{verb}: {most} steps, {dict(found)}", flush=True)
    print(f"{defects} defects")
    return min(defects, 1)


if __name__ == "__main__":
    sys.exit(main())
