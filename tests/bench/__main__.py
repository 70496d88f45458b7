"""`python -m tests.bench`: make the surveys, measure, and write the report."""

from __future__ import annotations

import argparse
import json
import os
import platform
from dataclasses import asdict
from pathlib import Path

import platformdirs
import polars as pl

from tests.bench.measures import MEASURES, Row


def main() -> None:
    """Measure what was asked for and write `report.json` and `report.md`."""
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    for name in options.only or MEASURES:
        for row in MEASURES[name](options.folder, options.largest):
            rows.append(row)
            print(_line(row), flush=True)  # noqa: T201 -- a report is talk
    about = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "polars": pl.__version__,
        "rows": [{**asdict(row), "ratio": row.ratio, "holds": row.holds} for row in rows],
    }
    (options.folder / "report.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
    table = "\n".join(
        [
            "| what | survey | ours | peer | theirs | ratio | bound |",
            "|---|---|--:|---|--:|--:|--:|",
        ]
    )
    table += "".join(f"\n{_line(row)}" for row in rows) + "\n"
    (options.folder / "report.md").write_text(table, encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=[*MEASURES], help="default: everything")
    parser.add_argument("--largest", type=int, default=1_000_000, help="most respondents")
    default = Path(platformdirs.user_cache_dir("cxtui")) / "bench"
    parser.add_argument("--folder", type=Path, default=default, help="surveys and report go there")
    return parser.parse_args()


def _line(row: Row) -> str:
    bound = "" if row.bound is None else f"≤ {row.bound:g} {'held' if row.holds else 'MISSED'}"
    numbers = f"{row.ours:,.1f} {row.unit} | {row.peer} | {row.theirs:,.1f} {row.unit}"
    return f"| {row.what} | {row.survey} | {numbers} | {row.ratio:.2f} | {bound} |"


if __name__ == "__main__":
    main()
