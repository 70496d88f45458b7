"""Values as TOML writes them."""

from __future__ import annotations

import json


def toml_value(value: object) -> str:
    """Return a text, number, boolean or list; JSON's are TOML's, but for the delete sign."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
