"""Write a Document as tidy Parquet, with notes and view in the file's metadata."""

from __future__ import annotations

import io
import json

from cxtui.output.document import VIEW_COLUMN, Document
from cxtui.output.writers.registry import Shape


def write_parquet(document: Document, shape: Shape) -> bytes:
    """Return the typed rows: columns of text and of 64-bit floats.

    The metadata has `cxtui.view`, `cxtui.notes` (a JSON list) and, where known, `cxtui.replay`; for
    several tables `cxtui.tables` has the same of each under its name.
    """
    import polars as pl

    texts = document.columns.texts | {VIEW_COLUMN}
    schema = {name: pl.String if name in texts else pl.Float64 for name in document.names}
    frame = pl.DataFrame(list(document.rows()), schema=schema, orient="row")
    content = io.BytesIO()
    metadata = {f"cxtui.{name}": value for name, value in _metadata(document).items() if value}
    frame.write_parquet(content, metadata=metadata)
    return content.getvalue()


def _metadata(document: Document) -> dict[str, str]:
    """Return the metadata of the file by their keys; a value that is not known is empty."""
    made = [one for one in document.sections if not one.problem]
    if document.content.is_set:
        tables = {
            one.name: {"view": one.view, "notes": one.notes, "replay": one.replay} for one in made
        }
        return {"tables": json.dumps(tables, ensure_ascii=False)}
    (one,) = made
    notes = json.dumps(one.notes, ensure_ascii=False)
    return {"view": one.view, "notes": notes, "replay": one.replay}
