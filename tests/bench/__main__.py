"""`python -m tests.bench`: make the surveys, measure ours beside its peers, write the report."""

from __future__ import annotations

import argparse
import compileall
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import platformdirs

import cxtui
from tests.bench.figures import Found, Gap
from tests.bench.growth import axes, growth
from tests.bench.holding import held
from tests.bench.keys import keys
from tests.bench.opening_growth import opening_growth
from tests.bench.openings import openings
from tests.bench.others import visidata
from tests.bench.plots import draw
from tests.bench.publish import publish
from tests.bench.queries import queries
from tests.bench.ranking import gaps
from tests.bench.report import PICTURE, Measured, Report, line_of, machine, read_report
from tests.bench.slow_line import slow_line
from tests.bench.stalls import stalls
from tests.bench.start import start
from tests.bench.surveys import SIZES, Plan
from tests.bench.tables import tables

Measure = Callable[[Path, Plan, int], Iterator[Found]]

MEASURES: dict[str, tuple[Measure, tuple[str, ...]]] = {
    "start": (start, ("198",)),
    "openings": (openings, ("65k",)),
    "opening-growth": (opening_growth, ("65k",)),
    "queries": (queries, ("198", "1M", "20M", "100M")),
    "keys": (keys, ("198", "1M")),
    "slow-line": (slow_line, ("198",)),
    "gaps": (gaps, ("198", "1M")),
    "tables": (tables, ("198",)),
    "memory": (held, ("198", "1M", "20M", "100M")),
    "stalls": (stalls, ("198", "1M", "20M")),
    "visidata": (visidata, ("198",)),
}
"""What is measured, by name, and of which surveys."""


def main() -> None:
    """Measure what was asked for; what else the report in the folder holds is kept.

    It is written after each measurement.
    """
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    report = _before(options.folder / "report.json")
    if not options.draw:
        compileall.compile_dir(Path(cxtui.__file__).parent, quiet=1)  # as an installation does
        report.about = machine()
        _measure(report, options)
    report.write(options.folder)
    _draw(report, options.folder)
    if options.publish:
        publish(report, options.folder)
    if options.clean:
        shutil.rmtree(options.folder / "surveys")
    print(f"the report is {options.folder / 'report.md'}")


def _before(file: Path) -> Report:
    """Return what was measured before, if another version has not written it."""
    if not file.exists():
        return Report()
    try:
        return read_report(file)
    except (ValueError, KeyError, TypeError) as error:
        print(f"{file} cannot be read ({error!r}): a new report is begun")
        return Report()


def _measure(report: Report, options: argparse.Namespace) -> None:
    surveys = options.folder / "surveys"
    surveys.mkdir(exist_ok=True)
    for name, size, run in _runs(surveys, options):
        begun = time.perf_counter()
        report.forget(name, size)
        try:
            for found in run():
                report.measured.append(Measured(name, size, found))
                print(line_of(found), flush=True)
        except KeyboardInterrupt:
            report.measured.append(Measured(name, size, Gap(name, size, "interrupted")))
            return
        except Exception as error:  # one that fails must not take the others with it
            why = f"{type(error).__name__}: {str(error)[:300]}"
            report.measured.append(Measured(name, size, Gap(name, size, why)))
            print(f"{name} {size}: {why}", flush=True)
        report.write(options.folder)
        print(f"  {name} {size} took {time.perf_counter() - begun:.0f} s", file=sys.stderr)


def _runs(
    surveys: Path, options: argparse.Namespace
) -> Iterator[tuple[str, str, Callable[[], Iterator[Found]]]]:
    """Yield what is to be measured, with its size."""
    for name, (measure, sizes) in MEASURES.items():
        for size in sizes:
            if name in options.only and size in options.sizes:
                yield name, size, partial(measure, surveys, SIZES[size], options.moves)
    for axis in axes(max(SIZES[size].rows for size in options.sizes)):
        if axis.measure in options.only:
            yield axis.measure, "", partial(growth, surveys, axis)


def _draw(report: Report, folder: Path) -> None:
    points = report.points()
    try:
        if points:
            draw(points, folder / PICTURE)
    except ImportError:
        print("no plots: matplotlib is not installed (tests/bench/requirements.txt)")


def _options() -> argparse.Namespace:
    every = [*MEASURES, *(axis.measure for axis in axes(0))]
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=every, default=every, metavar="MEASURE")
    parser.add_argument("--sizes", nargs="+", choices=[*SIZES], default=[*SIZES], metavar="SIZE")
    parser.add_argument("--moves", type=int, default=200, help="keys pressed; fewer to try it out")
    default = Path(platformdirs.user_cache_dir("cxtui")) / "bench"
    parser.add_argument("--folder", type=Path, default=default, help="surveys and report go there")
    parser.add_argument("--draw", action="store_true", help="measure nothing, write it all anew")
    parser.add_argument(
        "--publish", action="store_true", help="keep the report in tests/bench and the README"
    )
    parser.add_argument("--clean", action="store_true", help="delete the surveys at the end")
    return parser.parse_args()


if __name__ == "__main__":
    main()
