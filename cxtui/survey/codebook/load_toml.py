"""Parsing of TOML from others: what it may nest is bounded."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from cxtui.messages import tr

_DEEPEST = 32
"""Parts of a dotted key, of which the parser remembers every beginning."""
_PART = r"(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')"
_DEEP_KEY = re.compile(
    rf"(?m)(?:^\s*\[{{0,2}}|[{{,])\s*{_PART}(?:[ \t]*\.[ \t]*{_PART}){{{_DEEPEST}}}"
)


def load_toml(text: str) -> dict[str, Any]:
    """Return what a text declares; raises `tomllib.TOMLDecodeError` if it is wrong.

    A key of thousands of parts would take the square of them in memory.
    """
    if _DEEP_KEY.search(text):
        raise tomllib.TOMLDecodeError(tr("it is nested too deep"))
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise tomllib.TOMLDecodeError(tr("it is nested too deep")) from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:  # the parser's own, for thousands of digits
        raise tomllib.TOMLDecodeError(tr("a number in it is too long")) from None
