"""TOML notation of single values."""

from __future__ import annotations

import json


def toml_value(value: object) -> str:
    """Return a text, number, boolean or list in TOML: JSON's notation, but for the delete sign."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
