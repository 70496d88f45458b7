"""A list of named columns – a ranking, questions, a trend – in every format that takes any list."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cxtui.errors import ExportError
from cxtui.output import Format
from cxtui.output.document import Sheet, listed
from cxtui.output.writers.csv_writer import as_text, written
from cxtui.output.writers.markdown_writer import document, footer

Values = tuple[str | float | None, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of values under named columns, those in `texts` being no numbers.

    `digits` are the decimals of a number where it is shown rounded, else one. `seen` is what a
    person looks at, `pictured` what fits a picture; the list itself where there is no such view.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    texts: frozenset[str]
    rows: tuple[Values, ...]
    digits: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    replay: str = ""
    seen: Sheet | None = None
    pictured: Sheet | None = None

    @property
    def sheet(self) -> Sheet:
        """The list itself, its numbers read rounded."""
        return listed(
            self.name,
            self.title,
            self.columns,
            self.rows,
            self.texts,
            digits=self.digits,
            notes=self.notes,
            replay=self.replay,
        )


def render_list(listing: Listing, format_: Format) -> bytes:
    """Return a list in a format; raises `ExportError` where it has none of that."""
    if format_ not in _WRITERS:
        raise ExportError(f"{listing.title}: there is no {format_} of that")
    return _WRITERS[format_](listing)


def _csv(listing: Listing) -> bytes:
    return written([listing.columns, *map(as_text, listing.rows)])


def _tsv(listing: Listing) -> bytes:
    return written([listing.columns, *map(as_text, listing.rows)], "\t")


def _markdown(listing: Listing) -> bytes:
    texts = [column in listing.texts for column in listing.columns]
    rows: Sequence[Sequence[str]] = [listing.columns, *map(as_text, listing.rows)]
    return document(rows, texts) + footer(listing.notes, listing.replay)


def _html(listing: Listing) -> bytes:
    from cxtui.output.writers.html_writer import page

    return page([listing.seen or listing.sheet], listing.title)


def _xlsx(listing: Listing) -> bytes:
    from cxtui.output.writers.xlsx_writer import workbook

    return workbook([listing.sheet], listing.title)


def _parquet(listing: Listing) -> bytes:
    from cxtui.output.writers.parquet_writer import columns_of

    notes = json.dumps(listing.notes, ensure_ascii=False)
    says = {"notes": notes, "replay": listing.replay}
    return columns_of(listing.columns, listing.rows, listing.texts, says)


def _svg(listing: Listing) -> bytes:
    from cxtui.output.writers.svg_writer import picture

    if listing.pictured is None:
        raise ExportError(f"{listing.title}: a list has no picture, take html or xlsx")
    return picture(listing.pictured)


_WRITERS: Mapping[Format, Callable[[Listing], bytes]] = {
    Format.CSV: _csv,
    Format.TSV: _tsv,
    Format.MARKDOWN: _markdown,
    Format.HTML: _html,
    Format.XLSX: _xlsx,
    Format.PARQUET: _parquet,
    Format.SVG: _svg,
}
