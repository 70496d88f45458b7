"""Write results as text, tables, pages and pictures; new formats: see `writers.registry`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxtui.options import as_file, option
from cxtui.output.writers.registry import (
    OF_RESULTS,
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

__all__ = [
    "OF_RESULTS",
    "Content",
    "Format",
    "ResultOptions",
    "Shape",
    "format_of",
    "formats_of",
]
__all__ += ["render", "shape_for", "shapes_of"]


def render(document: Document, format_: Format, shape: Shape | None = None) -> bytes:
    """Return a document in a format; only that format's writer is loaded.

    Raises `ExportError` where the format has no such shape, or cannot hold the document.
    """
    shape = shape_for(format_, shape, document.content)
    if document.brief and format_ is not Format.JSON:
        from cxtui.output.writers.brief_writer import render_brief

        return render_brief(document.brief, format_)
    if document.content is Content.RANKING:
        document = document.answers or document if shape is Shape.ANSWERS else document
        shape = format_.shape_of_ranking
    return load_writer(format_)(document, shape)


def _as_output(text: str) -> str:
    return "" if text == "-" else as_file(text)


@dataclass(frozen=True, slots=True)
class ResultOptions:
    """What is written, and where: to standard output where `output` is empty."""

    format: Format | None = option(
        None,
        "default: text, or by the ending of -o",
        choices=tuple(one.value for one in OF_RESULTS),
        read=Format,
    )
    shape: Shape | None = option(
        None,
        "wide: the table as seen (the default); tidy: a row a cell; chart: bars, as svg",
        choices=Shape,
    )
    output: str = option("", "write to this file; - prints", "OUT", read=_as_output, short="o")
    force: bool = option(False, "replace OUT if it exists")
