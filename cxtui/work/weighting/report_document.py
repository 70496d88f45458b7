"""The report on a weight as a document: text, JSON, and whatever else a list is written as."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from typing import Any

from rich.cells import cell_len

from cxtui.messages import tr, tr_count
from cxtui.number_signs import count_text, listed_numbers
from cxtui.output.document import Document, Section, Values
from cxtui.output.drawing.fit import TEXT_WIDTH, fitted, padded
from cxtui.output.drawing.number_text import rounded
from cxtui.output.grid import Columns, list_grid
from cxtui.output.writers.registry import Content
from cxtui.work.weighting.weighting_report import (
    MarginReport,
    Method,
    Spread,
    TargetCell,
    WeightingReport,
)

COLUMNS = (
    *("questions", "code", "label", "n", "unweighted_percent", "base_percent", "target_percent"),
    *("percent", "factor"),
)
"""The columns of the exported list, in their order; others rely on them."""

_LISTED = Columns(
    COLUMNS, texts=frozenset({"questions", "code", "label"}), digits={"n": 0, "factor": 3}
)
_SMALLEST_DEVIATION = 1e-4
_WIDEST_LABEL = 38
_FIGURES = (10, 14, 8, 10, 12, 8)


def document_of_weighting(report: WeightingReport, title: str) -> Document:
    """Return the report on a weight."""
    rows = [_row(margin, one) for margin in report.margins for one in margin.cells]
    notes = (*(tr("Warning: {}", one) for one in report.warnings), *report.notes)
    section = Section(
        id="weight",
        name="weight",
        title=title,
        notes=notes,
        rows=lambda: rows,
        grid=partial(list_grid, _LISTED, rows, notes),
        text=partial(_text, report),
        record=partial(_record, report),
    )
    return Document(title, Content.LIST, _LISTED, (section,))


def _row(margin: MarginReport, cell: TargetCell) -> Values:
    figures = (cell.unweighted, cell.base, cell.target, cell.weighted, cell.factor)
    return (margin.name, cell.code, cell.label, float(cell.n), *figures)


def _record(report: WeightingReport) -> dict[str, Any]:
    """Return everything that the report knows, for JSON."""
    return {
        "method": report.method.value,
        "n": report.n,
        "left_out": report.left_out,
        "steps": report.steps,
        "deviation_points": report.deviation,
        "sum": report.total,
        "weight": asdict(report.weight),
        "ratio": asdict(report.ratio),
        "scaled_ratio": asdict(report.scaled_ratio),
        "max_over_min": report.max_over_min,
        "design_effect": report.design_effect,
        "effective_n": report.effective_n,
        "efficiency_percent": report.efficiency,
        "heaviest_5_percent_hold": report.heaviest_share,
        "at_lower": report.at_low,
        "at_upper": report.at_high,
        "trimmed": report.trimmed,
        "raked_design_effect": report.raked_design_effect,
        "margins": [
            {"questions": one.questions, "cells": list(map(_cell_record, one.cells))}
            for one in report.margins
        ],
        "warnings": report.warnings,
        "notes": report.notes,
    }


def _cell_record(cell: TargetCell) -> dict[str, Any]:
    figures = ("n", "unweighted_percent", "base_percent", "target_percent", "percent", "factor")
    values = (cell.n, cell.unweighted, cell.base, cell.target, cell.weighted, cell.factor)
    path = [
        {"code": code, "label": label} for code, label in zip(cell.codes, cell.labels, strict=True)
    ]
    return {"code": cell.code, "path": path, **dict(zip(figures, values, strict=True))}


def _text(report: WeightingReport) -> Iterator[str]:
    yield from textwrap.wrap(_headline(report), TEXT_WIDTH)
    yield ""
    shares = (tr("Unweighted %"), tr("Base %"), tr("Target %"), tr("Weighted %"))
    heads = (tr("n"), *shares, tr("Factor"))
    labels = [one.shown for margin in report.margins for one in margin.cells]
    names = [margin.name for margin in report.margins]
    width = min(_WIDEST_LABEL, max(map(cell_len, (*names, *(f"  {one}" for one in labels)))))
    for margin in report.margins:
        yield _aligned(margin.name, heads, width)
        for one in margin.cells:
            percents = map(rounded, (one.unweighted, one.base, one.target, one.weighted))
            figures = (count_text(one.n), *percents, rounded(one.factor, 3))
            yield _aligned(f"  {one.shown}", figures, width)
    yield ""
    yield from _summary(report)


def _aligned(label: str, figures: tuple[str, ...], width: int) -> str:
    cells = (text.rjust(room) for text, room in zip(figures, _FIGURES, strict=True))
    return fitted(label, width) + "".join(cells)


def _headline(report: WeightingReport) -> str:
    """Return how the weights were computed, and how closely they meet the targets."""
    method = {
        Method.RAKED: tr("Raked"),
        Method.BOUNDED: tr("Raked within bounds"),
        Method.TRIMMED: tr("Raked, then trimmed"),
    }[report.method]
    used = tr_count(report.n, "{:,} respondent used", "{:,} respondents used")
    steps = tr_count(report.steps, "{:,} step", "{:,} steps")
    deviation = max(report.deviation, _SMALLEST_DEVIATION)
    return tr(
        "{}: {}, {:,} left out · {} · no target missed by more than {:.2g} points",
        *(method, used, report.left_out, steps, deviation),
    )


def head_lines(report: WeightingReport) -> list[str]:
    """Return the cost and the range of the weights in two lines."""
    used = tr_count(report.n, "{:,} respondent used", "{:,} respondents used")
    first = tr(
        "{}, {:,} left out · design effect {} · effective n {} · efficiency {}%",
        *(used, report.left_out, rounded(report.design_effect, 3), rounded(report.effective_n, 0)),
        rounded(report.efficiency),
    )
    low, high = report.scaled_ratio.low, report.scaled_ratio.high
    second = tr("weight / base weight {} to {}", rounded(low, 3), rounded(high, 3))
    if report.method is Method.BOUNDED:
        second += tr(" · {:,} at the lower, {:,} at the upper bound", report.at_low, report.at_high)
    if report.method is Method.TRIMMED:
        second += tr(
            " · {:,} trimmed · off by up to {} points", report.trimmed, rounded(report.deviation, 2)
        )
    return [first, second]


def _summary(report: WeightingReport) -> Iterator[str]:
    """Yield the spread of the weights, and what they cost."""
    width = 38
    figures = [
        (tr("Sum of weights"), rounded(report.total)),
        (tr("Weight: min, median, max"), _spread(report.weight)),
        (tr("Weight / base weight"), _spread(report.ratio)),
        (tr("Weight / base weight scaled to the sum"), _spread(report.scaled_ratio)),
        (tr("Largest / smallest weight"), rounded(report.max_over_min, 2)),
        (tr("Design effect"), rounded(report.design_effect, 3)),
        (
            tr("Effective n"),
            tr("{} (efficiency {}%)", rounded(report.effective_n), rounded(report.efficiency)),
        ),
        (tr("Weight held by the heaviest 5%"), f"{rounded(report.heaviest_share)}%"),
    ]
    if math.isclose(report.scaled_ratio.high, report.ratio.high):
        del figures[3]
    if report.method is Method.BOUNDED:
        ends = listed_numbers(count_text(report.at_low), count_text(report.at_high))
        figures.append((tr("At the lower, upper bound"), ends))
    if report.raked_design_effect is not None:
        figures.append((tr("Outside the limits before trimming"), count_text(report.trimmed)))
        effect = rounded(report.raked_design_effect, 3)
        figures.append((tr("Design effect before trimming"), effect))
    yield from (f"{padded(label, width)}  {figure}" for label, figure in figures)


def _spread(spread: Spread) -> str:
    return listed_numbers(*(rounded(one, 3) for one in (spread.low, spread.median, spread.high)))
