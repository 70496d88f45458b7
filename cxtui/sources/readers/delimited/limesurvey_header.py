"""Headers of LimeSurvey: codes with their texts, `tools[1]. Which tools? [CRM]`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cxtui.survey.model import ColumnLabel

_HEADER = re.compile(
    r"(?P<code>[A-Za-z]\w*)(?P<part>(?:\[\w+\])*)(?:\.\s+|\._\.\s*)(?P<text>\S.*)$"
)
_OPTION = re.compile(r"\s*\[([^\[\]]*)\]$")
_MOST = 0.8


def are_limesurvey(headers: Sequence[str]) -> bool:
    """Return whether most headers, or most of several words, are codes with their texts."""
    found = [one for one in map(_HEADER.match, headers) if one]
    has_parts = any(one["part"] for one in found)
    worded = sum(" " in one for one in headers) if has_parts else len(headers)
    return len(found) > _MOST * worded


def limesurvey_labels(names: Sequence[str], headers: Sequence[str]) -> dict[str, ColumnLabel]:
    """Return the labels of the columns `names` in headers of codes with their texts."""
    labels = {}
    for name, text in zip(names, headers, strict=True):
        if found := _HEADER.match(text):
            option = _OPTION.search(found["text"]) if found["part"] else None
            wording = found["text"][: option.start()] if option else found["text"]
            block = found["code"] if option or not found["part"] else name
            labels[name] = ColumnLabel(block, wording or found["text"], option[1] if option else "")
    return labels
