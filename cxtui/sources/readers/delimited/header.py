"""Headers of delimited exports: one row, or the two or three rows of a survey platform."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from cxtui.messages import tr
from cxtui.survey.model import ColumnLabel
from cxtui.text import clean, numbered

_WHOLE = re.compile(r"(open-ended )?response\d{0,3}", re.I)
_NUMBER_AT_END = re.compile(r"(?<=[^\d\W]|\))\d{1,3}$")
_CHOICE = " - Selected Choice"
_LONG_NAME = 24
_NUMBERED = re.compile(r"^[Qq]?(\d{1,3}[a-z]?\d{0,2})[.)]\s+(?=\S)")
_NUMBER = re.compile(r"^[-+]?[\d.,:/ -]*\d[\d.,:/ -]*$|^\d{4}-\d\d-\d\d[ T][\d:.]+Z?$")
_FEWEST_BELOW, _FEW_NUMERIC, _FEW_WORDED = 5, 0.2, 0.4
_MOST = 0.8
_FEW = 0.6


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns, the number of header rows, and labels by column."""

    columns: tuple[str, ...]
    rows: int
    labels: dict[str, ColumnLabel]


def read_header(rows: Sequence[Sequence[str]]) -> Header:
    """Return the header at the beginning of `rows`.

    The known layouts are one row of names; a title line above it; SurveyMonkey's two rows (a
    question over the first column of its block, the options below); Qualtrics' three rows (names,
    wording, ids); and two rows (names, wording).
    """
    title = 1 if len(rows) > 1 and len(rows[0]) == 1 < len(rows[1]) else 0
    # more cells in a later row than in the header are damage
    width = len(rows[title]) if rows else 0
    first, second, third = (
        [clean(cell) for cell, _ in zip_longest(row[:width], range(width), fillvalue="")]
        for row in (*rows[title : title + 3], (), (), ())[:3]
    )
    if any(_is_import_id(cell) for cell in third):
        return _worded_header(first, second, title + 3)
    if _is_second_row(first, second):
        return _block_header(first, second, title + 2)
    if _is_wording(first, second, rows[title + 2 :]):
        return _worded_header(first, second, title + 2)
    return _single_row_header(first, title + 1)


def _is_import_id(cell: str) -> bool:
    try:
        return isinstance(found := json.loads(cell), dict) and "ImportId" in found
    except ValueError:
        return False


def _is_second_row(first: Sequence[str], second: Sequence[str]) -> bool:
    """Return whether the second row belongs to the header: it holds options, not answers."""
    if any(map(_WHOLE.fullmatch, second)):
        return True
    blank = [below for above, below in zip(first, second, strict=True) if not above]
    filled = sum(map(bool, blank))
    if len(blank) < len(first) / 2 and all(_NUMBER.match(text) for text in second if text):
        return False  # the first respondent, and some columns have no name
    return len(blank) > len(first) / 4 and filled > _FEW * len(blank) and bool(first[0])


def _is_wording(
    first: Sequence[str], second: Sequence[str], below: Sequence[Sequence[str]]
) -> bool:
    """Return whether the second row holds the wordings of short names.

    It must fill most columns, contain words over number columns, and repeat no answer below it.
    """
    if len(below) < _FEWEST_BELOW or not all(first) or not all(map(_is_short, first[:1])):
        return False
    short = sum(len(text) <= _LONG_NAME for text in first)
    filled, worded = sum(map(bool, second)), sum(" " in text for text in second)
    if min(short, filled) < _MOST * len(first) or worded < _FEW_WORDED * len(first):
        return False
    numeric = 0
    for place, text in enumerate(second):
        cells = {row[place].strip() for row in below if len(row) > place and row[place].strip()}
        if text in cells or (text and _NUMBER.match(text)):
            return False
        numeric += bool(cells) and all(map(_NUMBER.match, cells))
    return numeric >= max(2, _FEW_NUMERIC * len(first))


def _block_header(first: Sequence[str], second: Sequence[str], rows: int) -> Header:
    """Return a header with blocks `q1` … `qN` a question, and columns `q7_1`, `q7_2`, …"""
    second = _strip_copy_numbers(second)
    blocks: list[list[int]] = []
    for place, text in enumerate(first):
        repeated = bool(blocks) and text and text == first[blocks[-1][0]]
        if not blocks or (text and not repeated) or not (text or second[place]):
            blocks.append([place])
        else:
            blocks[-1].append(place)
    names, labels = [""] * len(first), {}
    for number, block in enumerate(blocks, start=1):
        for position, place in enumerate(block, start=1):
            question, below = first[block[0]], second[place]
            if not question and not below:
                names[place] = f"column_{place + 1}"
                continue
            is_whole = bool(_WHOLE.fullmatch(below)) or below in {"", question}
            name = f"q{number}" if len(block) == 1 else f"q{number}_{position}"
            names[place] = name
            labels[name] = ColumnLabel(f"q{number}", question or below, "" if is_whole else below)
    _keep_id_names(names, labels)
    return Header(tuple(names), rows, labels)


def _strip_copy_numbers(cells: Sequence[str]) -> list[str]:
    """Return the cells without the numbers that programs add to repeated ones: `Response5`."""
    bare = [_NUMBER_AT_END.sub("", cell) for cell in cells]
    sizes = Counter(bare)
    return [
        short if short != cell and sizes[short] > 1 else cell
        for cell, short in zip(cells, bare, strict=True)
    ]


def _keep_id_names(names: list[str], labels: dict[str, ColumnLabel]) -> None:
    """Make short labels of single columns their names, so that ids are detected."""
    sizes = Counter(one.block for one in labels.values())
    for place, name in enumerate(names):
        label = labels.get(name)
        is_id = label and sizes[label.block] == 1 and _is_short(label.label)
        if label and is_id and label.label not in names:
            names[place] = label.label
            labels[label.label] = ColumnLabel(label.label, label.label, label.option)
            del labels[name]


def _worded_header(first: Sequence[str], second: Sequence[str], rows: int) -> Header:
    names = _unique_names(first)
    labels = {
        name: ColumnLabel(name, wording.replace(_CHOICE, ""))
        for name, wording in zip(names, second, strict=True)
        if wording
    }
    return Header(names, rows, labels)


def _single_row_header(first: Sequence[str], rows: int) -> Header:
    """Return a header of one row; long texts get a short id, their number or position."""
    names = _unique_names(first)
    long = [not _is_short(text) for text in first]
    numbers = [found[1] if (found := _NUMBERED.match(text)) else "" for text in first]
    by_number = sum(map(bool, numbers)) > _MOST * max(1, sum(long))
    sizes, repeats = Counter(numbers), Counter(first)
    labels = {}
    for place, (name, text) in enumerate(zip(names, first, strict=True)):
        number = numbers[place] if by_number else ""
        wording = _NUMBERED.sub("", text) if number else text
        if number and sizes[number] > 1:
            labels[name] = ColumnLabel(f"q{number}", tr("Question {}", number), wording)
        elif number:
            labels[name] = ColumnLabel(f"q{number}", wording)
        elif long[place] and text:
            # beside questions with numbers, `q5` would look like question 5
            identity = f"column_{place + 1}" if by_number else f"q{place + 1}"
            labels[name] = ColumnLabel(identity, text)
        elif text and repeats[text] > 1:
            labels[name] = ColumnLabel(text, text)
    return Header(names, rows, labels)


def _is_short(text: str) -> bool:
    return len(text) <= _LONG_NAME and " " not in text


def _unique_names(texts: Sequence[str]) -> tuple[str, ...]:
    """Return unique, non-empty names: `column_5` for an empty text, `Q1_2` for a repeated one."""
    names: list[str] = []
    for place, text in enumerate(texts, start=1):
        wanted = text or f"column_{place}"
        names.append(numbered(wanted, {*names, *texts}) if wanted in names else wanted)
    return tuple(names)
