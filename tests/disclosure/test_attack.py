"""No small number of generated books can be worked out from their written files."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from cxtui.analysis.disclosure.find_hidden import find_hidden
from cxtui.analysis.disclosure.hidden_cells import HiddenCells
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.cli import main
from cxtui.errors import ViewError
from cxtui.work.open_derived import open_derived
from tests.disclosure.attack import Attack, Knowledge
from tests.disclosure.books import Book, make_book
from tests.disclosure.codebooks import Value, read_codebook

LEAST = 5
SEEDS = range(int(os.environ.get("CXTUI_BOOKS", "8")))
"""`CXTUI_BOOKS=1000 pytest tests/disclosure` is the full attack."""


def truth_of(book: Book) -> list[dict[str, Any]]:
    """Return each view as written without suppression."""
    found = []
    for number, view in enumerate(book.views):
        out = book.survey.with_name(f"truth{number}.json")
        if main(["table", str(book.survey), *view, "-o", str(out), "--force"]) == 0:
            found.append(json.loads(out.read_text("utf-8")))
    return found


def without(table: dict[str, Any], hidden: HiddenCells) -> dict[str, Any]:
    """Return a written table without the hidden numbers, and what is computed from them."""
    for row, one in enumerate(table["rows"]):
        for at, cell in enumerate(one["cells"]):
            if (row, at) in hidden.cells:
                one["cells"][at] = dict.fromkeys(cell) | {"hidden": "hidden"}
        one["pairs"] = []
        if (row, 0) in hidden.cells:
            one["cells"] = [{**cell, "index": None} for cell in one["cells"]]
    for line in (table["bases"][0], *table["lines"]):
        gone = hidden.bases if line in table["bases"] else set()
        for at in gone:
            line["lowest"][at] = line["highest"][at] = None
    for place, at in hidden.lines:
        table["lines"][place]["lowest"][at] = table["lines"][place]["highest"][at] = None
    return table | {"whole": []}


def respondents_in(knowledge: Knowledge, survey: pl.DataFrame) -> np.ndarray[Any, Any]:
    """Return how many respondents are in each of the worlds of an attack."""
    places = {tuple(one.values()): at for at, one in enumerate(knowledge.worlds)}
    counts = np.zeros(len(places))
    for respondent in survey.iter_rows(named=True):
        answers = tuple(_answer(one.name, respondent) for one in knowledge.questions)
        counts[places[answers]] += 1
    return counts


def _answer(name: str, respondent: Mapping[str, Any]) -> Value:
    if name == "use":
        return frozenset(str(one) for one in (1, 2, 3) if respondent[f"use_{one}"])
    answer = respondent[name.removeprefix("places.")]
    return "" if answer is None else str(answer)


def assert_unknown(tables: Sequence[Mapping[str, Any]], book: Book) -> int:
    """Assert that no hidden or implied number is known to be small; return how many there are."""
    attack = Attack(tables, read_codebook(book.codebook))
    assert not attack.leaks
    survey = pl.read_parquet(book.survey)
    checked = 0
    for name, knowledge in attack.about.items():
        truth = respondents_in(knowledge, survey)
        assert all(abs(row @ truth - n) < 1e-6 for row, n in knowledge.known), name
        for place, row in knowledge.hidden.items():
            if 0 < row @ truth < LEAST:
                low, high = knowledge.interval(row)
                assert high > LEAST - 1e-6 and high - low > 1 - 1e-6, (name, place, low, high)
                checked += 1
    return checked


@pytest.mark.parametrize("seed", SEEDS)
def test_tables_published_together_keep_their_small_counts(tmp_path: Path, seed: int) -> None:
    """All views of a book, hidden together, against everything that is left."""
    book = make_book(tmp_path, seed)
    truth = truth_of(book)
    survey = open_derived(str(book.survey))
    tables = [tabulate(survey, parse_view(survey, one["view"])) for one in truth]
    try:
        hidden = find_hidden(tables, LEAST)
    except ViewError:
        return
    written = [without(one, own) for one, own in zip(truth, hidden, strict=True)]
    assert_unknown(written, book)
