"""The report: as JSON, and as a page that says how each figure was made and what was missed."""

from __future__ import annotations

import datetime
import importlib.metadata
import importlib.util
import json
import math
import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure, Found, Gap, Point, tried
from tests.bench.surveys import short

_PEERS = ("polars", "textual", "narwhals", "numpy", "scipy", "duckdb", "pandas", "visidata")
_KINDS: dict[str, type[Found]] = {"figure": Figure, "point": Point, "gap": Gap}
PICTURE = "growth.svg"


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found, by which measurement and of which size: the command that finds it again."""

    measure: str
    size: str
    found: Found

    @property
    def command(self) -> str:
        """The command that makes this figure."""
        sizes = f" --sizes {self.size}" if self.size else ""
        return f"python -m tests.bench --only {self.measure}{sizes}"


@dataclass(slots=True)
class Report:
    """Everything measured so far, and on what."""

    about: dict[str, str] = field(default_factory=dict)
    measured: list[Measured] = field(default_factory=list)

    def forget(self, measure: str, size: str) -> None:
        """Forget what was measured before, to measure it again."""
        self.measured = [one for one in self.measured if (one.measure, one.size) != (measure, size)]

    def figures(self) -> list[Measured]:
        """Return the figures, as they were measured."""
        return [one for one in self.measured if isinstance(one.found, Figure)]

    def points(self) -> list[Point]:
        """Return the points of all curves."""
        return [one.found for one in self.measured if isinstance(one.found, Point)]

    def figure(self, what: str, survey: str, peer: str = "") -> Figure | None:
        """Return one figure; without a `peer` the one that has a bound, or else the first."""
        found = [
            one.found
            for one in self.measured
            if isinstance(one.found, Figure)
            and (one.found.what, one.found.survey) == (what, survey)
            and peer in {"", one.found.peer}
        ]
        return next((one for one in found if one.bound), found[0] if found else None)

    def write(self, folder: Path) -> None:
        """Write `report.json` and `report.md`."""
        measured = [
            {
                "kind": next(name for name, kind in _KINDS.items() if isinstance(one.found, kind)),
                "measure": one.measure,
                "size": one.size,
                "command": one.command,
                "found": asdict(one.found),
                **_verdict(one.found),
            }
            for one in self.measured
        ]
        whole = {"about": self.about, "measured": measured}
        (folder / "report.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
        (folder / "report.md").write_text("\n".join(_page(self)) + "\n", encoding="utf-8")


def _verdict(found: Found) -> dict[str, Any]:
    if not isinstance(found, Figure):
        return {}
    noted = tried(found) if found.holds is False else ""
    return {"ratio": found.ratio, "holds": found.holds, **({"tried": noted} if noted else {})}


def read_report(file: Path) -> Report:
    """Return the report that a `report.json` holds."""
    whole = json.loads(file.read_text("utf-8"))
    measured = []
    for one in whole["measured"]:
        found = _KINDS[one["kind"]](**one["found"])
        measured.append(Measured(one["measure"], one["size"], found))
    return Report(whole["about"], measured)


def machine() -> dict[str, str]:
    """Return what the figures depend on, beside the program."""
    versions = (
        f"{name} {importlib.metadata.version(name)}"
        for name in _PEERS
        if importlib.util.find_spec(name)
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "when": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} cores {platform.machine()}, {memory:.0f} GB",
        "versions": ", ".join([f"Python {platform.python_version()}", *versions]),
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def line_of(found: Found) -> str:
    """Return one line for whoever watches."""
    match found:
        case Figure():
            return "| " + " | ".join(_cells(found)) + " |"
        case Point():
            return f"| {found.axis} {short(found.size)} | " + " | ".join(_curve(found)) + " |"
        case _:
            return f"{found.what}, {found.survey}: not measured: {found.why}"


def _page(report: Report) -> Iterator[str]:
    about = report.about
    yield "# What the benchmark measured"
    yield ""
    yield f"{about.get('when', '')}, {about.get('machine', '')}, {about.get('versions', '')}."
    yield f"The load of the machine before was {about.get('load before', 'not noted')}."
    yield "Each section names the command that makes its figures again; all of them, the plots and"
    yield "this page come from `python -m tests.bench --publish`. A ratio is ours over the peer's."
    yield from _missed(report)
    sections = dict.fromkeys(one.measure for one in report.figures())
    for measure in sections:
        yield from _section(measure, [one for one in report.figures() if one.measure == measure])
    yield from _curves(report)
    gaps = [one for one in report.measured if isinstance(one.found, Gap)]
    if gaps:
        yield from ("", "## Not measured", "")
        yield from (f"- `{one.command}`: {line_of(one.found)}" for one in gaps)


def _missed(report: Report) -> Iterator[str]:
    bounded = [one for one in report.figures() if isinstance(one.found, Figure) and one.found.bound]
    missed = [one.found for one in bounded if isinstance(one.found, Figure) and not one.found.holds]
    yield from ("", f"{len(bounded) - len(missed)} of {len(bounded)} bounds are held.", "")
    if missed:
        yield from ("## Missed", "")
    for one in missed:
        noted = tried(one) or "Nothing is noted yet."
        yield f"- **{one.what}, {one.survey}**: {one.ratio:.2f}, bound {one.bound:g}. {noted}"


def _section(measure: str, figures: Sequence[Measured]) -> Iterator[str]:
    sizes = " ".join(dict.fromkeys(one.size for one in figures))
    yield from (
        "",
        f"## {measure}",
        "",
        f"`python -m tests.bench --only {measure} --sizes {sizes}`",
    )
    yield from ("", "| what | survey | ours | peer | theirs | ratio | bound |")
    yield "|---|---|--:|---|--:|--:|---|"
    yield from (line_of(one.found) for one in figures)


def _cells(one: Figure) -> list[str]:
    bound = "" if one.bound is None else f"≤ {one.bound:g} {'held' if one.holds else '**missed**'}"
    return [
        one.what,
        one.survey,
        f"{number(one.ours)} {one.unit}",
        one.peer,
        f"{number(one.theirs)} {one.unit}",
        f"{one.ratio:.2f}",
        bound,
    ]


def number(value: float) -> str:
    """Return a figure as it can be read: decimals only where they say something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def _curves(report: Report) -> Iterator[str]:
    points = report.points()
    if not points:
        return
    commands = dict.fromkeys(
        f"`{one.command}`" for one in report.measured if isinstance(one.found, Point)
    )
    yield from ("", "## growth", "", ", ".join(commands), "")
    yield f"![Key, query and raw query as surveys grow]({PICTURE})"
    for axis in dict.fromkeys(one.axis for one in points):
        some = [one for one in points if one.axis == axis]
        yield from (
            "",
            f"| {axis} | survey | key | query | raw Polars | columns concerned | per MB |",
        )
        yield "|--:|---|--:|--:|--:|--:|--:|"
        yield from (f"| {one.size:,} | " + " | ".join(_curve(one)) + " |" for one in some)
        yield from ("", *_slope(axis, some))


def _curve(one: Point) -> list[str]:
    return [
        one.survey,
        f"{number(one.key)} ms",
        f"{number(one.query)} ms",
        f"{number(one.raw)} ms",
        f"{number(one.megabytes)} MB",
        f"{number(one.query / one.megabytes)} ms" if one.megabytes else "",
    ]


def _slope(axis: str, points: Sequence[Point]) -> Iterable[str]:
    """Return in words how the query grows: with the bytes concerned, or not at all."""
    first, last = points[0], points[-1]
    if axis != "respondents":
        return [
            f"From {first.size:,} to {last.size:,} {axis} the query takes "
            f"{last.query / first.query:.2f} times as long, the same in raw Polars "
            f"{last.raw / first.raw:.2f} times."
        ]
    large = [one for one in points if one.size >= 1_000_000]
    if len(large) < 2:
        return []
    least, most = large[0], large[-1]
    grown = math.log(most.megabytes / least.megabytes)
    ours, raw = (
        math.log(b / a) / grown for a, b in ((least.query, most.query), (least.raw, most.raw))
    )
    return [
        f"From {short(least.size)} on the query grows with the bytes concerned to the power of "
        f"{ours:.2f} (1 is in proportion), raw Polars to that of {raw:.2f}."
    ]
