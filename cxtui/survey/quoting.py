"""Double quotes around what could be misread in the text of an option, and out of them again.

Ids, codes and labels stand as they are; one that could be misread stands in double quotes, with
a backslash before a quote or a backslash in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
"""A text in double quotes; its group is what stands between them."""

MINUS = " minus "
"""Stands between the two nets of a difference."""

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
    """Return what was meant by the text between two double quotes."""
    return _ESCAPED.sub(r"\1", text)


def cuts_outside(sign: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Return where `sign` begins and ends in `text`, but for what stands in quotes."""
    spans = [one.span() for one in QUOTED.finditer(text)]
    cuts = [one.span() for one in sign.finditer(text)]
    return [(a, b) for a, b in cuts if not any(begin < a < end for begin, end in spans)]


def list_text(texts: Iterable[str]) -> str:
    """Return texts as a list with commas, to be edited and read by `read_list`."""
    return ", ".join(map(quoted_value, texts))


def read_list(text: str) -> list[str]:
    """Return the texts of a list with commas; a comma in double quotes belongs to its text."""
    cuts = cuts_outside(_COMMA, text)
    begins, ends = [0, *(end for _, end in cuts)], [*(begin for begin, _ in cuts), len(text)]
    pieces = [text[begin:end].strip() for begin, end in zip(begins, ends, strict=True)]
    return [unquoted(found[1]) if (found := QUOTED.fullmatch(one)) else one for one in pieces]
