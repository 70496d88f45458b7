"""Export and import of codes as CSV, whose lines name the answers by respondent and hash."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from cxtui.errors import CodebookError
from cxtui.output.drawing.number_text import neutral
from cxtui.survey.derive.codes_lines import (
    COLUMNS,
    NONE,
    Answer,
    Assignment,
    Codes,
    assignment_of,
)
from cxtui.text import clean
from cxtui.work.coding.coding_desk import CodingDesk

_TEXT = "text"
_DELIMITERS = (",", ";", "\t")


def exported(desk: CodingDesk, *, with_text: bool) -> bytes:
    """Return a line for each answer and coder as CSV; one without a coder is not coded yet.

    Every cell is safe in a spreadsheet.
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([*COLUMNS, *([_TEXT] if with_text else [])])
    codes = desk.codes
    for one in desk.written:
        answer = [clean(one.text)] if with_text else []
        for coder, given in (codes.get(one.answer) or {"": ()}).items():
            row = [one.respondent, one.text_hash, coder, ";".join(given), *answer]
            writer.writerow(map(neutral, row))
    return text.getvalue().encode()


def read_import(desk: CodingDesk, file: Path) -> list[Assignment]:
    """Return what a file of codes says that the survey does not have yet.

    Its lines need no hash where a respondent wrote one answer alone. Raises `CodebookError`, with
    the line, where a respondent, a code or a coder is not one.
    """
    try:
        content = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CodebookError("{}: {}", file, error.strerror or error) from None
    except UnicodeDecodeError:
        raise CodebookError("{} is not UTF-8 text", file) from None
    known = {neutral(one.respondent): one.respondent for one in desk.written}
    hashes: dict[str, list[str]] = {}
    for one in desk.written:
        hashes.setdefault(one.respondent, []).append(one.text_hash)
    codes = {one.code for one in desk.coding.codes}
    found = []
    for number, fields in _rows(content, file):
        line = _assignment(fields, file, number)
        respondent = known.get(line.respondent, line.respondent)
        if not line.coder:
            continue
        if respondent not in hashes:
            message = "{}: line {}: no respondent {!r} answered {}"
            raise CodebookError(message, file, number, respondent, desk.question.id)
        if unknown := [code for code in line.codes if code not in codes]:
            message = "{}: line {}: {} has no code {!r}; it has {}"
            listed = ", ".join(sorted(codes))
            raise CodebookError(message, file, number, desk.coding.id, unknown[0], listed)
        own = dict.fromkeys(hashes[respondent])
        if not line.text_hash and len(own) > 1:
            message = "{}: line {}: {!r} wrote several answers: say which one by its text_hash"
            raise CodebookError(message, file, number, respondent)
        text_hash = line.text_hash or next(iter(own))
        found.append(replace(line, respondent=respondent, text_hash=text_hash))
    return _news(found, desk.said)


def _rows(content: str, file: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each line and its fields in the order of `COLUMNS`."""
    head = content.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    try:
        names = [name.strip() for name in next(reader, [])]
        if missing := [one for one in COLUMNS if one not in names]:
            message = "{}: line 1: there is no column {!r}; it takes {}"
            raise CodebookError(message, file, missing[0], ", ".join(COLUMNS))
        places = [names.index(one) for one in COLUMNS]
        for fields in reader:
            if any(fields):
                padded = [*fields, *([""] * len(names))]
                yield reader.line_num, [padded[place].strip() for place in places]
    except csv.Error as error:
        raise CodebookError("{}: line {}: {}", file, reader.line_num, error) from None


def _assignment(fields: Sequence[str], file: Path, number: int) -> Assignment:
    respondent, text_hash, coder, codes = fields
    if coder and not codes:
        message = "{}: line {}: there is no code; {} takes back what the coder said before"
        raise CodebookError(message, file, number, NONE)
    found = assignment_of([respondent, text_hash, coder, codes])
    if isinstance(found, str):
        raise CodebookError("{}: line {}: {}", file, number, found)
    return found


def _news(
    lines: Iterable[Assignment], said: Mapping[Answer, Mapping[str, Codes]]
) -> list[Assignment]:
    """Return the last line of each coder on an answer where it says another thing than is known."""
    last = {(one.answer, one.coder): one for one in lines}
    return [
        one
        for (answer, coder), one in last.items()
        if set(said.get(answer, {}).get(coder, ())) != set(one.codes)
    ]
