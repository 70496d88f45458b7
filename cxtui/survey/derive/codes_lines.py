"""Which coder gave which codes to which answer: lines of a file beside the survey.

A line has a respondent, the hash of the answer's text, a coder and the codes, joined by `;`. Every
field is quoted, so that a line that was cut anywhere is no whole line. The last line of a coder on
an answer counts; `-` takes the codes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cxtui.messages import tr
from cxtui.text import clean

COLUMNS = ("respondent", "text_hash", "coder", "code")
"""The columns of a file of codes, in their order."""

NONE = "-"
"""What stands for no code: it takes back what the coder said before."""

CUT = b"#"
"""What the next writer puts behind a line that was cut, which is passed over then."""

_BETWEEN = ";"
_CODE = re.compile(r"[\w.][\w.\-]*")
_CODER = re.compile(r"\w(?:[\w .@'+\-]*[\w.'+\-])?")
_HASH_DIGITS = 16

Answer = tuple[str, str]
"""An answer: the respondent, and the hash of the text."""

Codes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a coder said of one answer; no `codes` take back what was said before."""

    respondent: str
    text_hash: str
    coder: str
    codes: Codes = ()

    @property
    def answer(self) -> Answer:
        """The answer that was coded."""
        return self.respondent, self.text_hash


@dataclass(frozen=True, slots=True)
class CutLine:
    """A line that cannot be read: its number from 1 on, and why."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class CodesFile:
    """The lines of a file of codes in their order, and those that were passed over."""

    lines: tuple[Assignment, ...] = ()
    cut: tuple[CutLine, ...] = ()


def is_code(text: str) -> bool:
    """Return whether a text can be a code in a file of codes."""
    return _CODE.fullmatch(text) is not None


def is_coder(text: str) -> bool:
    """Return whether a text can be the name of a coder."""
    return _CODER.fullmatch(text) is not None


def hash_of(text: str) -> str:
    """Return the hash of an answer's text; white space and its encoding do not matter."""
    import hashlib

    digest = hashlib.sha256(clean(text).encode("utf-8", "replace"))
    return digest.hexdigest()[:_HASH_DIGITS]


def line_of(one: Assignment) -> str:
    """Return a line of a file of codes, with its line end."""
    import csv
    import io

    text = io.StringIO()
    codes = _BETWEEN.join(one.codes) or NONE
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow((one.respondent, one.text_hash, one.coder, codes))
    return text.getvalue()


def header() -> str:
    """Return the first line of a file of codes."""
    return ",".join(COLUMNS) + "\n"


def read_codes(content: bytes) -> CodesFile:
    """Return the lines of a file of codes; a line that is not whole is passed over.

    Lines of several files may follow each other, with their headers between them.
    """
    lines: list[Assignment] = []
    cut: list[CutLine] = []
    *whole, last = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    for number, line in enumerate(whole, 1):
        _read_line(line.removesuffix(b"\r"), number, lines, cut)
    if last and not last.endswith(b'"'):
        cut.append(CutLine(len(whole) + 1, tr("it was cut before its end")))
    elif last:
        _read_line(last, len(whole) + 1, lines, cut)
    return CodesFile(tuple(lines), tuple(cut))


def _read_line(line: bytes, number: int, lines: list[Assignment], cut: list[CutLine]) -> None:
    fields = split_line(line)
    if tuple(fields) == COLUMNS or not line.strip():
        return
    is_cut = not fields or line.endswith(CUT)
    found = tr("it was cut before its end") if is_cut else assignment_of(fields)
    if isinstance(found, str):
        cut.append(CutLine(number, found))
    elif found.coder:
        lines.append(found)


def split_line(line: bytes) -> list[str]:
    """Return the fields of one line, none where its quotes do not close or it is not UTF-8."""
    import csv

    try:
        return next(csv.reader([line.decode("utf-8")], strict=True), [])
    except (csv.Error, UnicodeDecodeError):
        return []


def assignment_of(fields: list[str]) -> Assignment | str:
    """Return what a line says, without a coder where nothing is coded; else what is wrong."""
    if len(fields) != len(COLUMNS):
        names = ", ".join(COLUMNS)
        return tr("it has {} fields, not {}: {}", len(fields), len(COLUMNS), names)
    respondent, text_hash, coder, listed = fields
    if not (coder or listed):  # an export lists the answers that are not coded yet
        return Assignment(respondent, text_hash, "")
    codes = () if listed == NONE else tuple(dict.fromkeys(listed.split(_BETWEEN)))
    wrong = [one for one in codes if not is_code(one)]
    if respondent and is_coder(coder) and not wrong:
        return Assignment(respondent, text_hash, coder, codes)
    if not respondent:
        return tr("it names no respondent")
    return tr("{!r} is no code", wrong[0]) if wrong else tr("{!r} is no name of a coder", coder)


def latest(lines: Iterable[Assignment]) -> Mapping[Answer, Mapping[str, Codes]]:
    """Return the codes of each answer by its coders; what was taken back is not among them."""
    found: dict[Answer, dict[str, Codes]] = {}
    for one in lines:
        of_answer = found.setdefault(one.answer, {})
        of_answer.pop(one.coder, None)
        if one.codes:
            of_answer[one.coder] = one.codes
    return {answer: coders for answer, coders in found.items() if coders}


def counted_codes(of_coders: Mapping[str, Codes], coders: Iterable[str]) -> Codes:
    """Return the codes that count: those of the first of `coders`, else of the first name."""
    order = (*coders, *sorted(of_coders))
    return next((of_coders[one] for one in order if one in of_coders), ())
