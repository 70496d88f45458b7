"""Headers of delimited exports: one row, or the two or three rows of a survey platform."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from cxtui.messages import tr
from cxtui.sources.readers.delimited.limesurvey_header import are_limesurvey, limesurvey_labels
from cxtui.survey.blank_headers import BLANK_HEADER
from cxtui.survey.languages.language_choice import exports_of
from cxtui.survey.model import ColumnLabel
from cxtui.text import clean, fold

_COPY = re.compile(r"\d{1,3}$")
_REPEATED = re.compile(
    r"(?P<text>.+?)(?:\.\.\.(?P<place>\d+)|(?:\.|_duplicated_|_)(?P<number>\d+)| \(\d+\))"
)
"""What they make of a header that stands over several columns."""

_IMPORT_ID = re.compile(r"^\{\s*[\"']ImportId[\"']\s*:")
_NUMBER_AT_END = re.compile(r"(?<=[^\d\W]|\))\d{1,3}$")
_CHOICE = " - Selected Choice"
_ROW_NAMES = "row_names"
_LONG_NAME = 24
_NUMBERED = re.compile(r"^[Qq]?(\d{1,3}[a-z]?\d{0,2})[.)]\s+(?=\S)")
_NUMBER = re.compile(r"^[-+]?[\d.,:/ -]*\d[\d.,:/ -]*$|^\d{4}-\d\d-\d\d[ T][\d:.]+Z?$")
_FEWEST_BELOW, _FEW_NUMERIC, _FEW_WORDED = 5, 0.2, 0.4
_MOST = 0.8
_FEW = 0.6
_LONGER, _FEWEST_SIGNS = 2.0, 4


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
    wording, ids), before 2017 two (`V1`, `ResponseID`); and two rows (names, wording).
    """
    title = 1 if len(rows) > 1 and len(rows[0]) == 1 < len(rows[1]) else 0
    # more cells in a later row than in the header are damage
    width = len(rows[title]) if rows else 0
    first, second, third = (
        [clean(cell) for cell, _ in zip_longest(row[:width], range(width), fillvalue="")]
        for row in (*rows[title : title + 3], (), (), ())[:3]
    )
    below = rows[title + 2 :]
    if any(map(_IMPORT_ID.match, third)):
        return _worded_header(first, second, title + 3)
    if [fold(one) for one in (*first[:1], *second[:1])] == ["v1", "responseid"]:
        return _worded_header(first, second, title + 2)
    restored = _restore(first)
    if _is_second_row(restored, second, below):
        return _block_header(restored, second, title + 2)
    if _is_wording(first, second, below):
        return _worded_header(first, second, title + 2)
    return _single_row_header(first, title + 1)


def with_row_names(rows: Sequence[list[str]]) -> tuple[list[str], ...]:
    """Return rows whose header has a name for each cell, as R's `write.table` leaves one out.

    Where all rows have one cell more than the header, the first ones are names of the rows if they
    are all different; if the last ones are empty, rows end with a delimiter.
    """
    first, below = (rows[0], [row for row in rows[1:] if row]) if rows else ([], [])
    is_title = len(first) == 1
    if is_title or not below or any(len(row) != len(first) + 1 for row in below):
        return tuple(rows)
    if not any(row[-1].strip() for row in below):
        return ([*first, ""], *rows[1:])
    names = [row[0] for row in below]
    if len(set(names)) < len(names) or not all(names):
        return tuple(rows)
    return ([_ROW_NAMES, *first], *rows[1:])


def _restore(first: Sequence[str]) -> list[str]:
    """Return the header as a platform wrote it: blank and repeated where a program renamed it."""
    restored: list[str] = []
    last = ""
    blanks = sum(bool(BLANK_HEADER.fullmatch(one)) for one in first)
    for place, text in enumerate(first):
        found = BLANK_HEADER.fullmatch(text)
        if found and place and _is_renamed(found, place, restored, first, blanks):
            restored.append("")
            continue
        repeated = _REPEATED.fullmatch(text)
        if repeated and repeated["place"]:
            is_own = int(repeated["place"]) == place + 1
            restored.append(repeated["text"] if is_own else text)
        else:
            restored.append(last if repeated and repeated["text"] == last else text)
        last = restored[-1] or last
    return restored


def _is_renamed(
    found: re.Match[str],
    place: int,
    restored: Sequence[str],
    first: Sequence[str],
    blanks: int,
) -> bool:
    """Return whether a name is that of a blank header: numbered by its place, or in a row.

    `blanks` is how many names of `first` may be those of blank headers.
    """
    if found["number"]:
        number = int(found["number"])
        return number in {place, place + 1} or (not restored[-1] and first[place - 1] != "")
    return blanks > 1


def _is_second_row(
    first: Sequence[str], second: Sequence[str], below: Sequence[Sequence[str]]
) -> bool:
    """Return whether the second row belongs to the header: it holds options, not answers."""
    if any(
        _is_whole(text) and all(row[place].strip() != text for row in below if len(row) > place)
        for place, text in enumerate(second)
    ):
        return True
    blank = [below for above, below in zip(first, second, strict=True) if not above]
    filled = sum(map(bool, blank))
    if _has_options_only(first, second) or _names_all_columns(first, second, below):
        return True
    if len(blank) < len(first) / 2 and all(_NUMBER.match(text) for text in second if text):
        return False  # the first respondent, and some columns have no name
    return len(blank) > len(first) / 4 and filled > _FEW * len(blank) and bool(first[0])


def _names_all_columns(
    first: Sequence[str], second: Sequence[str], below: Sequence[Sequence[str]]
) -> bool:
    """Return whether the second row names each column, below codes that stand over several."""
    sizes = Counter(first)
    shared = sum(sizes[text] > 1 for text in first)
    names = {*second} - {""}
    if not (
        shared > len(first) / 2
        and len(names) == sum(map(bool, second)) >= _MOST * len(first)
        and not any(map(_NUMBER.match, names))
    ):
        return False
    elsewhere = {  # a tick repeats the name of its own column
        cell.strip()
        for row in below
        for cell, name in zip(row, second, strict=False)
        if cell.strip() != name
    }
    return names.isdisjoint(elsewhere)


def _has_options_only(first: Sequence[str], second: Sequence[str]) -> bool:
    """Return whether the second row is filled under blank and repeated headers, and only there."""
    inside = [
        not text or text == before or after in {"", text}
        for before, text, after in zip(["\0", *first], first, [*first[1:], "\0"], strict=False)
    ]
    options = [below for below, is_in in zip(second, inside, strict=True) if is_in]
    others = [below for below, is_in in zip(second, inside, strict=True) if not is_in]
    filled = [below for below in options if below]
    return (
        len(options) > 1
        and len(others) > 0
        and not any(others)
        and len(filled) >= _FEW * len(options)
        and not any(map(_NUMBER.match, filled))
    )


def _is_whole(text: str) -> bool:
    """Return whether a second row says that a column is a whole question: `Response`, `Antwort`."""
    plain = fold(_COPY.sub("", text))
    return any(plain in one["response"] for one in exports_of(plain))


def _is_wording(
    first: Sequence[str], second: Sequence[str], below: Sequence[Sequence[str]]
) -> bool:
    """Return whether the second row holds the wordings of short names.

    It must fill most columns, contain words over number columns, and repeat no answer below it.
    """
    while first and not (first[-1] or second[-1]):  # rows may end with a delimiter
        first, second = first[:-1], second[:-1]
    if len(below) < _FEWEST_BELOW or not all(first) or not all(map(_is_short, first[:1])):
        return False
    short = sum(len(text) <= _LONG_NAME for text in first)
    filled, worded = sum(map(bool, second)), sum(map(_is_worded, second))
    if min(short, filled) < _MOST * len(first) or worded < _FEW_WORDED * len(first):
        return False
    numeric = repeated = 0
    for place, text in enumerate(second):
        cells = [row[place].strip() for row in below if len(row) > place and row[place].strip()]
        if text in cells or (text and _NUMBER.match(text)):
            return False
        is_numeric = bool(cells) and all(map(_NUMBER.match, cells))
        numeric += is_numeric
        repeated += is_numeric or len({*cells}) < len(cells)
    longer = sum(map(len, second)) >= _LONGER * sum(map(len, first))
    are_other = longer and len({*second} - {""}) == filled and repeated >= _MOST * len(first)
    return numeric >= max(2, _FEW_NUMERIC * len(first)) or are_other


def _is_worded(text: str) -> bool:
    """Return whether a text has several words, or is of a script without blanks."""
    return " " in text or (len(text) >= _FEWEST_SIGNS and not text.isascii())


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
            is_whole = _is_whole(below) or below in {"", question}
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
    taken = set(names)
    for place, name in enumerate(names):
        label = labels.get(name)
        is_id = label and sizes[label.block] == 1 and _is_short(label.label)
        if label and is_id and label.label not in taken:
            names[place] = label.label
            taken.add(label.label)
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
    if are_limesurvey(first):
        return Header(names, rows, limesurvey_labels(names, first))
    long = [not _is_short(text) for text in first]
    numbers = [found[1] if (found := _NUMBERED.match(text)) else "" for text in first]
    by_number = sum(map(bool, numbers)) > _MOST * max(1, sum(long))
    restored = [
        whole if " " in whole else text for text, whole in zip(first, _restore(first), strict=True)
    ]
    sizes, repeats = Counter(numbers), Counter(first)
    renamed = {whole for text, whole in zip(first, restored, strict=True) if whole != text}
    labels = {}
    for place, (name, text) in enumerate(zip(names, first, strict=True)):
        number = numbers[place] if by_number else ""
        wording = _NUMBERED.sub("", text) if number else text
        if number and sizes[number] > 1:
            labels[name] = ColumnLabel(f"q{number}", tr("Question {}", number), wording)
        elif number:
            labels[name] = ColumnLabel(f"q{number}", wording)
        elif restored[place] in renamed:
            labels[name] = ColumnLabel(restored[place], restored[place])
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
    used, taken, last = set[str](), set(texts), dict[str, int]()
    for place, text in enumerate(texts, start=1):
        name = wanted = text or f"column_{place}"
        if wanted in used:
            number = last.get(wanted, 1)
            while name in taken or name in used:
                number += 1
                name = f"{wanted}_{number}"
            last[wanted] = number
        used.add(name)
        names.append(name)
    return tuple(names)
