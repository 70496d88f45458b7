"""Tables as tidy Parquet: numbers unrounded, footer and view in the file's metadata."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence

from cxtui.analysis.tables.table import Table
from cxtui.output.writers.tidy_rows import TEXTS, TIDY_COLUMNS, tidy_values
from cxtui.survey.note import sentences_of

PREFIX = "cxtui."
"""Before the keys of the metadata: `cxtui.view`, `cxtui.notes`, `cxtui.replay`."""


def to_parquet(table: Table, *, tidy: bool = True, replay: str = "") -> bytes:
    """Return one row a cell; there is one shape, `tidy` changes nothing.

    The metadata has `cxtui.view`, `cxtui.notes` (a JSON list) and, where known, `cxtui.replay`.
    """
    says = {
        "view": str(table.view),
        "notes": json.dumps(sentences_of(table.notes), ensure_ascii=False),
    }
    return columns_of(TIDY_COLUMNS, list(tidy_values(table)), TEXTS, {**says, "replay": replay})


def columns_of(
    columns: Sequence[str],
    rows: Sequence[Sequence[str | float | None]],
    texts: frozenset[str],
    says: Mapping[str, str],
) -> bytes:
    """Return named columns as Parquet: text where they are in `texts`, else 64-bit floats.

    What `says` is empty is left out of the metadata.
    """
    import polars as pl

    schema = {name: pl.String if name in texts else pl.Float64 for name in columns}
    frame = pl.DataFrame(list(rows), schema=schema, orient="row")
    content = io.BytesIO()
    metadata = {f"{PREFIX}{name}": value for name, value in says.items() if value}
    frame.write_parquet(content, metadata=metadata)
    return content.getvalue()
