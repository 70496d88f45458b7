"""Write results as text, tables, pages and pictures: one Document, one registry of writers.

A new export: see `cxtui.output.writers.registry`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.output.writers.registry import (
    Content,
    Format,
    Shape,
    format_of,
    formats_of,
    load_writer,
    shape_for,
    shapes_of,
)

if TYPE_CHECKING:
    from cxtui.output.document import Document

__all__ = ["Content", "Format", "Shape", "format_of", "formats_of", "render"]
__all__ += ["shape_for", "shapes_of"]


def render(document: Document, format_: Format, shape: Shape | None = None) -> bytes:
    """Return a document in a format; only that format's writer is loaded.

    Raises `ExportError` where the format has no such shape, or cannot hold the document.
    """
    shape = shape_for(format_, shape, document.content)
    return load_writer(format_)(document, shape)
