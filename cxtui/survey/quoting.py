"""Double quotes around texts of an option that could be misread: written and read.

Other ids, codes and labels are not changed. In double quotes, there is a backslash before a quote
or a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
"""A text in double quotes; its group is the text between them."""

MINUS = " minus "
"""Separates the two nets of a difference."""

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PLAIN_NAME = re.compile(r'[^\s"=<>!-](?:[^"=<>!]*[^\s"=<>!])?')
_PLAIN_VALUE = re.compile(r'[^\s",](?:[^",]*[^\s",])?')
_PLAIN_LABEL = re.compile(r'[^\s"=-](?:[^"=]*[^\s"=])?')
_PLAIN_SIDE = re.compile(r'[^\s">-](?:[^">]*[^\s">])?')
_COMMA = re.compile(",")
_OR = re.compile(r"(?:^|\s)or(?:\s|$)", re.IGNORECASE)
_MINUS = re.compile(r"(?:^|\s)minus(?:\s|$)")


def quoted_name(text: str) -> str:
    """Return a question's id for a `--where`, in double quotes where it could be misread."""
    return text if _PLAIN_NAME.fullmatch(text) and not _OR.search(text) else quoted(text)


def quoted_value(text: str) -> str:
    """Return a code for a list of codes, in double quotes where it could be misread."""
    if _PLAIN_VALUE.fullmatch(text) and not _OR.search(text) and not _MINUS.search(text):
        return text
    return quoted(text)


def quoted_label(text: str) -> str:
    """Return the label of a `--net`, in double quotes where it could be misread."""
    return text if _PLAIN_LABEL.fullmatch(text) else quoted(text)


def quoted_side(text: str) -> str:
    """Return a question's id for a `--by`, in double quotes where it could be misread."""
    return text if _PLAIN_SIDE.fullmatch(text) else quoted(text)


def quoted(text: str) -> str:
    """Return `text` in double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def unquoted(text: str) -> str:
    """Return the text that is written as `text` between two double quotes."""
    return _ESCAPED.sub(r"\1", text)


def without_quotes(text: str) -> str:
    """Return a text that may be in double quotes as it is meant."""
    found = QUOTED.fullmatch(text)
    return unquoted(found[1]) if found else text


def cuts_outside(sign: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Return where `sign` begins and ends in `text`, outside of quotes."""
    spans = [one.span() for one in QUOTED.finditer(text)]
    cuts = [one.span() for one in sign.finditer(text)]
    return [(a, b) for a, b in cuts if not any(begin < a < end for begin, end in spans)]


def spans_between(cuts: Sequence[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Return the begins and ends of the parts of `text` between its cuts."""
    begins, ends = [0, *(end for _, end in cuts)], [*(begin for begin, _ in cuts), len(text)]
    return list(zip(begins, ends, strict=True))


def list_text(texts: Iterable[str]) -> str:
    """Return texts as a list with commas, to be edited and read by `read_list`."""
    return ", ".join(map(quoted_value, texts))


def read_list(text: str) -> list[str]:
    """Return the texts of a list with commas; a comma in double quotes belongs to its text."""
    spans = spans_between(cuts_outside(_COMMA, text), text)
    return [without_quotes(text[begin:end].strip()) for begin, end in spans]
