"""A Document as tidy Parquet: numbers unrounded, notes and view in the file's metadata."""

from __future__ import annotations

import io
import json
from typing import Any

from cxtui.output.document import VIEW_COLUMN, Document
from cxtui.output.writers.registry import Shape

PREFIX = "cxtui."
"""Before the keys of the metadata: `cxtui.view`, `cxtui.notes`, `cxtui.replay`."""


def write_parquet(document: Document, _: Shape) -> bytes:
    """Return the typed rows: text columns, and 64-bit floats.

    The metadata has `cxtui.view`, `cxtui.notes` (a JSON list) and, where known, `cxtui.replay`; of
    several tables `cxtui.tables`, which has the same of each under its name.
    """
    import polars as pl

    texts = document.columns.texts | {VIEW_COLUMN}
    schema = {name: pl.String if name in texts else pl.Float64 for name in document.names}
    frame = pl.DataFrame(list(document.rows()), schema=schema, orient="row")
    content = io.BytesIO()
    metadata = {f"{PREFIX}{name}": value for name, value in _told(document).items() if value}
    frame.write_parquet(content, metadata=metadata)
    return content.getvalue()


def _told(document: Document) -> dict[str, str]:
    """Return what is said of the rows; what is not known is empty."""
    made = [one for one in document.sections if not one.problem]
    if document.content.is_set:
        told = {
            one.name: {"view": one.view, "notes": one.notes, "replay": one.replay} for one in made
        }
        return {"tables": _json(told)}
    (one,) = made
    return {"view": one.view, "notes": _json(one.notes), "replay": one.replay}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
