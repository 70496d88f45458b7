"""The report beside the benchmark, and its short form in the README."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.report import PICTURE, Report, number

_ROOT = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
_SHOWN = (
    ("First text on the screen", "start, first text", "198x300", ""),
    ("First numbers", "start, first numbers", "198x300", ""),
    ("CSV, first opening", "first opening, first table in the app", "65437x85.csv", ""),
    ("CSV, second opening", "second opening, first table in the app", "65437x85.csv", ""),
    ("Key to table, first visit, p95", "key to table, first visit, p95", "1Mx300", ""),
    ("Key to table, neighbour, p95", "key to table, neighbour, p95", "1Mx300", ""),
    ("Question by role", "question by role, columns kept", "1Mx300", "Polars in memory"),
    ("Question by role", "question by role, columns kept", "1Mx300", "pandas.crosstab"),
    ("Question by role", "question by role, first visit", "1Mx300", "DuckDB from the file"),
    ("Question by role", "question by role, first visit", "100Mx12", "Polars from the file"),
    ("Table with intervals", "table with intervals, letters, Rao–Scott", "1Mx300", ""),
    ("Gaps over all questions", "gaps over all questions", "1Mx300", ""),
    ("Memory of a walk", "memory of a walk", "1Mx300", ""),
    ("Memory of a walk", "memory of a walk", "100Mx12", ""),
    ("Bytes a key", "bytes a key", "198x300", "VisiData, a frequency table"),
)
"""What the README shows: its words, and the figure they stand for."""


def publish(report: Report, folder: Path, root: Path = _ROOT) -> None:
    """Copy the report from `folder` to where it is kept, and write the README's short form."""
    kept = root / "tests" / "bench"
    for name in ("report.json", "report.md", PICTURE):
        if (folder / name).exists():
            shutil.copyfile(folder / name, kept / name)
    readme = root / "README.md"
    text = readme.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    readme.write_text(f"{before}{BEGIN}\n{short_form(report)}\n{END}{after}", encoding="utf-8")


def short_form(report: Report) -> str:
    """Return the README's table and picture."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield f"On {report.about.get('machine', '')}, {report.about.get('when', '')}:"
    yield ""
    yield "| what | respondents × columns | cxtui | beside it | | ratio |"
    yield "|---|---|--:|---|--:|--:|"
    for words, what, survey, peer in _SHOWN:
        one = report.figure(what, survey, peer)
        if one is not None:
            yield _line(words, one)
    yield ""
    yield "[All figures](tests/bench/report.md) stand with the command that makes each, and with"
    yield "what was tried where a bound is missed."
    if report.points():
        yield ""
        yield f"![A key, its query and raw Polars as surveys grow](tests/bench/{PICTURE})"


def _line(words: str, one: Figure) -> str:
    ours, theirs = (f"{number(value)} {one.unit}" for value in (one.ours, one.theirs))
    size = one.survey.replace("x", " × ")
    return f"| {words} | {size} | {ours} | {one.peer} | {theirs} | {one.ratio:.2f} |"
