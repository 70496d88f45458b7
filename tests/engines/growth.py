"""What a count costs by rows and by questions, on each engine here.

    python -m tests.engines.growth [--rows 1000000 5000000 20000000] [--spark sc://localhost:15002]

Surveys are made once into `--folder`. A question by role, weighted, of the latest wave; the same
for a multiple response of 12 items; and a cube of every question by wave and role: what a table
made beforehand holds. Each is counted three times; the quickest is printed, in milliseconds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.ranking.rank_questions import compared_questions
from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.view.view_options import default_view
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.toml_format import write_codebook
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind
from tests.bench.surveys import Plan, make_survey
from tests.engines.places import plain

QUESTIONS = 40
TIMES = 3


def quickest(run: Callable[[], object], times: int = TIMES) -> float:
    """Return the milliseconds of the quickest of a few runs."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        run()
        took.append(time.perf_counter() - begun)
    return 1000 * min(took)


def made(rows: int, folder: Path) -> tuple[Path, Survey]:
    """Return a survey in types that every engine has, and where it lies; made once."""
    coded = make_survey(folder, Plan(rows, QUESTIONS))
    path = folder / f"plain-{rows}{coded.suffix}"
    codebook = folder / f"{path.stem}.codebook.toml"
    if not path.exists():
        codebook.write_text(write_codebook(open_survey(str(coded)).codebook), encoding="utf-8")
        for file in sorted(coded.rglob("*.parquet")) if coded.is_dir() else [coded]:
            copy = path / file.relative_to(coded) if coded.is_dir() else path
            copy.parent.mkdir(parents=True, exist_ok=True)
            plain(pl.read_parquet(file, hive_partitioning=False)).write_parquet(copy)
    return path, open_survey(str(path), str(codebook))


def engines(path: Path, here: Survey, spark: str) -> Iterator[tuple[str, Survey]]:
    """Yield the survey on each engine that is installed."""
    pattern = f"{path}/**/*.parquet" if path.is_dir() else str(path)
    yield "Polars, from Parquet", here
    import duckdb

    relation = duckdb.read_parquet(pattern, hive_partitioning=True)
    frame: nw.LazyFrame[Any] = nw.from_native(relation)
    yield "DuckDB", replace(here, frame=frame, schema=dict(frame.collect_schema()), files=())
    codebook = str(path.parent / f"{path.stem}.codebook.toml")
    from tests.engines.places import spark_address

    for name, address in (("Sail", spark_address()), ("Spark", spark)):
        if address:
            yield name, open_survey(f"{address}/parquet:{path}", codebook, 3600)


def measure(rows: int, folder: Path, spark: str, most: int) -> None:
    """Print a line an engine."""
    path, here = made(rows, folder)
    view = default_view(here)
    single, multi = (
        next(one for one in here.codebook.questions if one.kind is kind and one.id not in str(view))
        for kind in (Kind.SCALE, Kind.MULTI)
    )
    for name, survey in engines(path, here, spark):
        one, several = (
            quickest(partial(compute_cube, survey, view.with_question(question.id)))
            for question in (single, multi)
        )

        def ahead(survey: Survey = survey) -> None:
            by = replace(
                view, banner=((here.codebook.wave, here.codebook.default_banner),), filters=()
            )
            views = [
                by.with_question(q.id) for q in compared_questions(survey, by, RankingOptions())
            ]
            cache = CubeCache(survey)
            while views:
                views = views[max(cache.foresee(views), 1) :]

        together = f"{quickest(ahead, 1):12,.0f}" if rows <= most else ""
        print(f"{rows:>12,} {name:22} {one:10,.0f} {several:10,.0f} {together}", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 5_000_000, 20_000_000])
    parser.add_argument("--folder", type=Path, default=Path.home() / ".cache" / "cxtui-growth")
    parser.add_argument("--spark", default="", help="a Spark Connect server on this machine")
    parser.add_argument(
        "--ahead", type=int, default=5_000_000, help="all by wave and role up to so many rows"
    )
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    heads = f"{'rows':>12} {'engine':22} {'question':>10} {'set':>10} {'all by wave':>12}"
    print(heads, flush=True)
    for rows in options.rows:
        measure(rows, options.folder, options.spark, options.ahead)


if __name__ == "__main__":
    main()
