"""Write a Document as one HTML page without scripts and files, accessible and fit to print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from cxtui.messages import tr
from cxtui.output.document import Document, Section
from cxtui.output.grid import Entry, Grid, Head, Line
from cxtui.output.writers.markup import ACCENTS, FAINT, INK, PAPER, TINTS, safe
from cxtui.output.writers.registry import Shape
from cxtui.output.writers.svg_writer import HIGH, WIDE, dot

_PAGE_STYLE = f"""\
:root {{ color-scheme: only light; }}
body {{ margin: 2rem auto; padding: 0 1.5rem; max-width: 75rem; color: {INK}; background: {PAPER};
  font: 15px/1.45 "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; }}
h1 {{ font-size: 1.5rem; margin: 0 0 1rem; }}
nav ol {{ padding-left: 1.5rem; }}
nav a {{ color: {ACCENTS[4]}; }}
section {{ margin: 0 0 3rem; }}
"""
_TABLE_STYLE = f"""\
.scroll {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
caption {{ text-align: left; font-weight: 700; font-size: 1.15rem; padding: 0 0 .6rem; }}
caption small {{ display: block; font-weight: 400; font-size: .8rem; color: {FAINT}; }}
th, td {{ padding: .28rem .7rem; vertical-align: baseline; text-align: right;
  white-space: nowrap; }}
/* a spreadsheet that opens the page takes labels for text, not for formulas */
th, td.t {{ mso-number-format: "\\@"; }}
th.t, td.t {{ text-align: left; white-space: normal; max-width: 26rem; }}
tbody th, tfoot th {{ text-align: left; font-weight: 400; white-space: normal; min-width: 9rem;
  max-width: 26rem; padding-left: 0; }}
thead th {{ vertical-align: bottom; white-space: normal; max-width: 10rem; }}
thead th:first-child {{ padding-left: 0; }}
td svg {{ vertical-align: middle; }}
thead tr:last-child > * {{ border-bottom: 1.5px solid {INK}; }}
thead tr.variables th {{ font-weight: 400; color: {FAINT}; padding-bottom: 0;
  text-align: left; }}
tbody tr + tr > * {{ border-top: 1px solid #eceff2; }}
tbody tr.quiet > *, tfoot > tr > * {{ color: {FAINT}; }}
tfoot tr:first-child > * {{ border-top: 1.5px solid {INK}; }}
.faint {{ color: {FAINT}; }}
.strong {{ font-weight: 700; }}
.marks {{ display: inline-block; min-width: 1.6em; padding-left: .3em; text-align: left;
  font-weight: 700; font-size: .8em; }}
th.barred {{ min-width: 8.5rem; }}
.bar {{ float: left; height: .8rem; margin: .2rem .6rem 0 0; }}
.notes {{ margin: .8rem 0 0; padding: 0; list-style: none; color: {FAINT}; font-size: .82rem;
  max-width: 60rem; }}
.replay {{ margin: .5rem 0 0; font-size: .78rem; color: {FAINT}; overflow-wrap: anywhere; }}
"""
_PRINT_STYLE = """\
@page { margin: 1.5cm; }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 10pt; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .scroll { overflow: visible; }
  thead { display: table-header-group; }
  tfoot { display: table-row-group; }
  tr, table, .notes { break-inside: avoid; }
  caption, .scroll { break-after: avoid; }
}
"""
_WIDE_STYLE = """\
@page { size: landscape; }
@media print {
  body { font-size: 8pt; }
  th, td { padding: .2rem .35rem; }
  th.barred { min-width: 6rem; }
}
"""
_PART_STYLE = f"""\
color-scheme: only light; color: {INK}; background: {PAPER}; padding: .5rem;
font: 13px/1.45 "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif;
"""
_MOST_UPRIGHT = 6
"""The columns that an upright page has room for."""

_BAR = 4.0
"""The length of the longest bar, in rem."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write_html(document: Document, shape: Shape) -> bytes:
    """Return the document as one page in UTF-8; several results under a list of links."""
    sections, title = document.sections, document.title
    grids = [document.grid(one, shape, is_rounded=False) for one in sections]
    columns = max((len(one.heads) for one in grids), default=0)
    lines = list(_contents(sections, title)) if len(sections) > 1 else []
    for position, (section, grid) in enumerate(zip(sections, grids, strict=True), 1):
        lines += _section(section, grid, f"t{position}")
    style = "".join(_colours(columns)) + (_WIDE_STYLE if columns > _MOST_UPRIGHT else "")
    return page(title, lines, style)


def page(title: str, body: Sequence[str], style: str) -> bytes:
    """Return a page in UTF-8 with the lines of its body, `style` in addition to that of all."""
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="generator" content="cxtui">',
        f"<title>{safe(title)}</title>",
        f"<style>\n{_PAGE_STYLE}{_TABLE_STYLE}{_PRINT_STYLE}{style}</style>",
        "</head>",
        "<body>",
        "<main>",
        *body,
        *("</main>", "</body>", "</html>", ""),
    ]
    return "\n".join(lines).encode()


def part(document: Document) -> str:
    """Return a document as a part of any page; its styles apply to nothing else."""
    grids = [one.grid() for one in document.sections]
    columns = max((len(one.heads) for one in grids), default=0)
    style = _PART_STYLE + _TABLE_STYLE + "".join(_colours(columns))
    lines = ['<div class="cxtui">', f"<style>\n.cxtui {{\n{style}}}\n</style>"]
    for section, grid in zip(document.sections, grids, strict=True):
        lines += _section(section, grid)
    return "\n".join([*lines, "</div>"])


def _colours(columns: int) -> Iterator[str]:
    for position in range(min(columns, len(ACCENTS))):
        yield f".a{position} {{ color: {ACCENTS[position]}; }}\n"
        yield f".b{position} {{ background: {TINTS[position]}; }}\n"


def _contents(sections: Sequence[Section], title: str) -> Iterator[str]:
    yield f"<h1>{safe(title)}</h1>"
    yield f'<nav aria-label="{safe(tr("Contents"))}"><ol>'
    for position, section in enumerate(sections, 1):
        name = f" <small>{safe(section.name)}</small>" if section.name != section.title else ""
        why = f' <span class="faint">({safe(section.problem)})</span>' if section.problem else ""
        yield f'<li><a href="#t{position}">{safe(section.title)}</a>{name}{why}</li>'
    yield "</ol></nav>"


def _section(section: Section, grid: Grid, name: str = "") -> Iterator[str]:
    yield f'<section id="{name}">' if name else "<section>"
    if section.problem:
        yield f"<h2>{safe(section.title)}</h2>"
        yield f"<p>{safe(section.problem)}</p>"
    else:
        # A region that scrolls has to be reachable without a mouse.
        label = safe(section.title)
        yield f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">'
        yield from _table(section, grid)
        yield "</div>"
    if grid.notes:
        yield '<ul class="notes">'
        yield from (f"<li>{safe(note)}</li>" for note in grid.notes)
        yield "</ul>"
    if section.replay:
        again = section.again(lambda replay: f"<code>{safe(replay)}</code>")
        yield f'<p class="replay">{again}</p>'
    yield "</section>"


def _table(section: Section, grid: Grid) -> Iterator[str]:
    yield "<table>"
    small = f"<small>{safe(grid.subtitle)}</small>" if grid.subtitle else ""
    yield f"<caption>{safe(section.title)}{small}</caption>"
    yield "<thead>"
    yield from _head(grid)
    yield "</thead>"
    for is_base, lines in groupby(grid.lines, key=lambda line: line.is_base):
        part = "tfoot" if is_base else "tbody"
        yield f"<{part}>"
        yield from (_line(grid, line) for line in lines)
        yield f"</{part}>"
    yield "</table>"


def _head(grid: Grid) -> Iterator[str]:
    if grid.has_variables:
        groups = [
            (one, len(list(heads))) for one, heads in groupby(grid.heads, attrgetter("variable"))
        ]
        cells = "".join(
            f'<th scope="colgroup" colspan="{count}">{safe(name)}</th>'
            if name
            else f'<td colspan="{count}"></td>'
            for name, count in groups
        )
        yield f'<tr class="variables">{cells}</tr>'
    cells = "".join(
        _heading(head, barred=any(line.entries[at].bar is not None for line in grid.lines))
        for at, head in enumerate(grid.heads)
    )
    yield f"<tr>{cells}</tr>"


def _heading(head: Head, *, barred: bool) -> str:
    if not head.text:
        return '<td class="t"></td>'
    named = _classes(_colour(head, "a"), "t" * head.is_text, "barred" * barred)
    # A letter stays with the last word of its title.
    letter = f"&#160;{safe(head.letter)}" if head.letter else ""
    return f'<th scope="col"{named}>{safe(head.text)}{letter}</th>'


def _classes(*names: str) -> str:
    """Return the class attribute of an element, nothing where all names are empty."""
    named = " ".join(filter(None, names))
    return f' class="{named}"' if named else ""


def _colour(head: Head, kind: str) -> str:
    """Return the class of a column's colour: kind `a` of text, `b` of bars."""
    return f"{kind}{head.accent % len(ACCENTS)}" if head.accent >= 0 else ""


def _line(grid: Grid, line: Line) -> str:
    cells = map(_cell, grid.heads[1:], line.entries[1:])
    label = f'<th scope="row">{safe(line.entries[0].text)}</th>'
    return f"<tr{_classes('quiet' * line.is_quiet)}>{label}{''.join(cells)}</tr>"


def _cell(head: Head, entry: Entry) -> str:
    if entry.dot is not None:
        drawn = "".join(dot(0.0, HIGH / 2, entry.dot))
        return f'<td><svg width="{WIDE:g}" height="{HIGH:g}" aria-hidden="true">{drawn}</svg></td>'
    is_faint = entry.faint or head.is_interval or (entry.is_blank and not head.is_text)
    named = _classes("t" * head.is_text, "faint" * is_faint, "strong" * entry.strong)
    bar = marks = ""
    if entry.bar is not None:
        width = f'style="width: {_BAR * entry.bar:.2f}rem"'
        bar = f'<span{_classes("bar", _colour(head, "b"))} {width} aria-hidden="true"></span>'
    if head.is_marked:
        marks = f"<span{_classes('marks', _colour(head, 'a'))}>{safe(entry.marks)}</span>"
    return f"<td{named}>{bar}{safe(entry.text)}{marks}</td>"
