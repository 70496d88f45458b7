"""Delimited text made from known cells, so that wrong cells are found, not only crashes."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from pathlib import Path

import polars as pl

from cxtui.errors import SourceError
from cxtui.sources.readers.delimited.delimited_reader import read_delimited
from cxtui.sources.readers.delimited.header import read_header
from cxtui.survey.question import code_of

_NAMES = ("role", "Q1", "goal_2", "naïve", "x1", "Zufriedenheit", "q7", "город")
_TEXTS = (
    *("Yes", "No", "Don't know", "a, b; c", 'said "so"', "tab\there", "two\nlines", "x|y", "a:b"),
    *("[/b]", "\x1b[31mred", "é", "日本語", "שלום", "🙂", " padded ", "None", "null", "-", "=1+1"),
    *("01", "1e5", "1.000", "TRUE", "2024-13-01", "12:30", "€", "N/A"),
)
_ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16")


def check_text(chance: random.Random, file: Path) -> None:
    """Write some cells as text in one of the usual ways, and compare what is read with them."""
    names, columns = _columns(chance)
    rows = list(zip(*columns, strict=True))
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=chance.choice(",;\t|"),
        quoting=chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)),
        lineterminator=chance.choice(("\n", "\r\n")),
    )
    writer.writerow(names)
    writer.writerows(rows)
    content = text.getvalue()
    if chance.random() < 0.3:
        content = content.rstrip("\r\n")
    file.write_bytes(content.encode(chance.choice(_ENCODINGS)))
    frame = read_delimited((file,)).frame.collect().to_native()
    assert isinstance(frame, pl.DataFrame)
    expected = [row for row in rows if any(row)]
    assert frame.columns == names, (frame.columns, names)
    assert frame.height == len(expected), (frame.height, len(expected), content)
    for place, name in enumerate(names):
        found = ["" if cell is None else code_of(cell) for cell in frame[name]]
        wanted = [row[place] for row in expected]
        same = all(map(_alike, found, wanted))
        assert same, (name, frame[name].dtype, wanted, found, content)


def _columns(chance: random.Random) -> tuple[list[str], list[list[str]]]:
    names = chance.sample(_NAMES, chance.randrange(2, 6))
    height = chance.choice((1, 2, 5, 20, 120))
    makers: tuple[Callable[[], str], ...] = (
        lambda: str(chance.randrange(1, 6)),
        lambda: f"{chance.uniform(0, 5):.2f}",
        lambda: chance.choice(("Marketing", "Technology", "")),
        lambda: chance.choice(_TEXTS),
        lambda: chance.choice(("", *_TEXTS[:4])),
    )
    kinds = [chance.choice(makers) for _ in names]
    # the first column always says something, and is never a second row of names
    first = [f"r{number}" for number in range(height)]
    return names, [first, *([make() for _ in range(height)] for make in kinds[1:])]


def _alike(found: str, wanted: str) -> bool:
    if found == wanted or (found in {"true", "false"} and found == wanted.casefold()):
        return True
    try:
        return float(found) == float(wanted)
    except ValueError:
        return False


def check_header(chance: random.Random) -> None:
    """Check that a header gives a unique, non-blank name to each of its cells."""
    texts = (*_TEXTS, "", "", "Response", "Open-Ended Response", '{"ImportId": "QID1"}', "1. Why?")
    width = chance.randrange(0, 8)
    rows = [
        [chance.choice(texts) for _ in range(chance.choice((width, width, width + 1, 1)))]
        for _ in range(chance.randrange(0, 6))
    ]
    try:
        header = read_header(rows)
    except SourceError:
        return
    assert len(set(header.columns)) == len(header.columns), header.columns
    assert all(header.columns), header.columns
    assert 0 <= header.rows <= max(1, len(rows)), (header.rows, rows)
    assert set(header.labels) <= set(header.columns), header.labels
