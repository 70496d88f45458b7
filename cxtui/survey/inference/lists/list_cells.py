"""Cells with several answers, split at a delimiter; options that contain it are rejoined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import chain, pairwise
from typing import TypeVar

from cxtui.survey.delimiters import separator_pattern

ASIAN = ("\u250b", "\uff1b", "\u3001", "\uff0c", "\u061b", "\u060c")
"""`┋`, `；`, `、`, `，` between Chinese and Japanese answers, `؛` and `،` between Arabic ones."""

_BARE = frozenset({"|", ";", ",", *ASIAN})
"""Delimiters with blanks around them or not, at which texts without brackets are split quickly."""

ALWAYS = 0.9
_TOGETHER, _DEPENDENT, _CHANCE = 3, 5, 0.001
_BRACKETS = str.maketrans({"[": "(", "]": ")", "{": "(", "}": ")"})

Key = TypeVar("Key")
Cells = Mapping[tuple[str, ...], int]
"""The number of respondents by cell, each cell a tuple of its answers in order."""


def split_cells(counts: Mapping[str, int], delimiter: str) -> Cells:
    """Return the answers of every text; options that contain the delimiter are rejoined."""
    cells = _split_bare(counts, delimiter) if delimiter in _BARE else None
    if cells is None:
        cells = _split_each(counts, delimiter)
    joint = ", " if delimiter == ", " else delimiter
    return _rejoin_options(cells, joint) if delimiter.strip(" ") else cells


def _split_bare(counts: Mapping[str, int], delimiter: str) -> Cells | None:
    """Return the parts of every text; `None` for brackets, blanks around parts or empty ones.

    Different texts have different parts then.
    """
    joined = delimiter.join(counts)
    if any(map(joined.__contains__, "([{")):
        return None
    cells = [tuple(text.split(delimiter)) for text in counts]
    pieces = set(chain.from_iterable(cells))
    if any(not piece or piece != piece.strip() for piece in pieces):
        return None
    return dict(zip(cells, counts.values(), strict=True))


def _split_each(counts: Mapping[str, int], delimiter: str) -> Cells:
    pattern = re.compile(separator_pattern(delimiter))
    cells: Counter[tuple[str, ...]] = Counter()
    for text, n in counts.items():
        if delimiter in _BARE and "(" not in text and "[" not in text and "{" not in text:
            pieces = [piece for part in text.split(delimiter) if (piece := part.strip())]
        else:
            pieces = _split_cell(text.strip(), pattern)
        cells[tuple(pieces)] += n
    return cells


def _split_cell(text: str, pattern: re.Pattern[str]) -> list[str]:
    """Return the parts between delimiters outside brackets; unbalanced brackets are ignored."""
    pieces: list[str] = []
    start, place, depth = 0, 0, 0
    plain = text.translate(_BRACKETS) if "[" in text or "{" in text else text
    if "(" not in plain or plain.count("(") != plain.count(")"):
        return [piece for piece in pattern.split(text) if piece]
    for found in pattern.finditer(text):
        between = plain[place : found.start()]
        depth += between.count("(") - between.count(")")
        place = found.start()
        if depth > 0:
            continue
        pieces.append(text[start : found.start()])
        start = found.end()
    pieces.append(text[start:])
    return [piece for piece in pieces if piece]


def _rejoin_options(cells: Cells, joint: str) -> Cells:
    """Return cells with inseparable parts rejoined: `Build` and `test` of `Build, test`."""
    while pairs := _inseparable_pairs(cells):
        fused: Counter[tuple[str, ...]] = Counter()
        for cell, n in cells.items():
            fused[_rejoin_cell(cell, pairs, joint)] += n
        cells = fused
    return cells


def _inseparable_pairs(cells: Cells) -> dict[str, str]:
    """Return pairs of parts that always follow each other and never occur apart."""
    leading = {cell[0] for cell in cells if cell}
    never_first = set(chain.from_iterable(cells)) - leading
    if not never_first:
        return {}
    sizes = piece_counts(cells)
    following: dict[str, dict[str, int]] = {}
    for (first, second), n in weighted(cells, pairwise).items():
        nexts = following.setdefault(first, {})
        if second in never_first:
            nexts[second] = n
    capitals = sum(n for piece, n in sizes.items() if not piece[:1].islower())
    mostly_capitals = capitals > ALWAYS * sizes.total()
    total = sum(cells.values())
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for first, nexts in following.items():
        for second, n in nexts.items():
            if n < _TOGETHER or n < sizes[second] or {first, second} & taken or first == second:
                continue
            share = (sizes[first] - n) / max(1, total - n)
            continues = mostly_capitals and second[:1].islower() and n >= _DEPENDENT
            if n == sizes[first] or (continues and share**n < _CHANCE):
                pairs[first] = second
                taken |= {first, second}
    return pairs


def piece_counts(cells: Cells) -> Counter[str]:
    """Return in how many cells each answer is, as often as it is there."""
    return weighted(cells, iter)


def weighted(cells: Cells, keys_of: Callable[[tuple[str, ...]], Iterable[Key]]) -> Counter[Key]:
    """Return the sum of the counts of the cells with each key, in order of first appearance."""
    # nearly all cells occur once, and are counted without a loop
    sizes = Counter(chain.from_iterable(map(keys_of, cells)))
    for cell, n in cells.items():
        if n != 1:
            for key in keys_of(cell):
                sizes[key] += n - 1
    return sizes


def _rejoin_cell(cell: tuple[str, ...], pairs: Mapping[str, str], joint: str) -> tuple[str, ...]:
    pieces: list[str] = []
    for piece in cell:
        if pieces and pairs.get(pieces[-1]) == piece:
            pieces[-1] += joint + piece
        else:
            pieces.append(piece)
    return tuple(pieces)
