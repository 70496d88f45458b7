"""Tables as one HTML page for a report: no scripts, nothing loaded, readable aloud, printable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from cxtui.analysis.tables.table import Table
from cxtui.output.document import Entry, Head, Line, Sheet, is_blank, sheet_of
from cxtui.output.writers.markup import ACCENTS, FAINT, INK, PAPER, TINTS, safe
from cxtui.output.writers.svg_writer import HIGH, WIDE, dot
from cxtui.output.writers.tidy_rows import tidy_sheet

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
"""Columns that an upright page has room for."""

_BAR = 4.0
"""Rems of the longest bar."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def to_html(table: Table, *, tidy: bool, replay: str = "") -> bytes:
    """Return the table as a page of its own in UTF-8."""
    sheet = tidy_sheet(table, replay=replay) if tidy else sheet_of(table, replay=replay)
    return page([sheet], sheet.title)


def page(sheets: Sequence[Sheet], title: str) -> bytes:
    """Return sheets as one page; several of them under a list of links."""
    columns = max((len(one.heads) for one in sheets), default=0)
    style = _PAGE_STYLE + _TABLE_STYLE + _PRINT_STYLE + "".join(_colours(columns))
    style += _WIDE_STYLE if columns > _MOST_UPRIGHT else ""
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="generator" content="cxtui">',
        f"<title>{safe(title)}</title>",
        f"<style>\n{style}</style>",
        "</head>",
        "<body>",
        "<main>",
    ]
    if len(sheets) > 1:
        lines += _contents(sheets, title)
    for position, sheet in enumerate(sheets, 1):
        lines += _section(sheet, f"t{position}")
    lines += ["</main>", "</body>", "</html>", ""]
    return "\n".join(lines).encode()


def part(sheet: Sheet) -> str:
    """Return a sheet as a part of any page; its styles are nested, and apply to nothing else."""
    style = _PART_STYLE + _TABLE_STYLE + "".join(_colours(len(sheet.heads)))
    lines = [f"<style>\n.cxtui {{\n{style}}}\n</style>", *_section(sheet)]
    return "\n".join(['<div class="cxtui">', *lines, "</div>"])


def _colours(columns: int) -> Iterator[str]:
    for position in range(min(columns, len(ACCENTS))):
        yield f".a{position} {{ color: {ACCENTS[position]}; }}\n"
        yield f".b{position} {{ background: {TINTS[position]}; }}\n"


def _contents(sheets: Sequence[Sheet], title: str) -> Iterator[str]:
    yield f"<h1>{safe(title)}</h1>"
    yield '<nav aria-label="Contents"><ol>'
    for position, sheet in enumerate(sheets, 1):
        name = f" <small>{safe(sheet.name)}</small>" if sheet.name != sheet.title else ""
        why = f' <span class="faint">({safe(sheet.problem)})</span>' if sheet.problem else ""
        yield f'<li><a href="#t{position}">{safe(sheet.title)}</a>{name}{why}</li>'
    yield "</ol></nav>"


def _section(sheet: Sheet, name: str = "") -> Iterator[str]:
    yield f'<section id="{name}">' if name else "<section>"
    if sheet.problem:
        yield f"<h2>{safe(sheet.title)}</h2>"
        yield f"<p>{safe(sheet.problem)}</p>"
    else:
        # What scrolls has to be reachable without a mouse.
        label = safe(sheet.title)
        yield f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">'
        yield from _table(sheet)
        yield "</div>"
    if sheet.notes:
        yield '<ul class="notes">'
        yield from (f"<li>{safe(note)}</li>" for note in sheet.notes)
        yield "</ul>"
    if sheet.replay:
        yield f'<p class="replay">This table again: <code>{safe(sheet.replay)}</code></p>'
    yield "</section>"


def _table(sheet: Sheet) -> Iterator[str]:
    yield "<table>"
    small = f"<small>{safe(sheet.subtitle)}</small>" if sheet.subtitle else ""
    yield f"<caption>{safe(sheet.title)}{small}</caption>"
    yield "<thead>"
    yield from _head(sheet)
    yield "</thead>"
    for is_base, lines in groupby(sheet.lines, key=lambda line: line.is_base):
        part = "tfoot" if is_base else "tbody"
        yield f"<{part}>"
        yield from (_line(sheet, line) for line in lines)
        yield f"</{part}>"
    yield "</table>"


def _head(sheet: Sheet) -> Iterator[str]:
    if sheet.has_variables:
        groups = [(one, len(list(heads))) for one, heads in groupby(sheet.heads, _variable)]
        cells = "".join(
            f'<th scope="colgroup" colspan="{count}">{safe(name)}</th>'
            if name
            else f'<td colspan="{count}"></td>'
            for name, count in groups
        )
        yield f'<tr class="variables">{cells}</tr>'
    cells = "".join(
        _heading(head, barred=any(line.entries[at].bar is not None for line in sheet.lines))
        for at, head in enumerate(sheet.heads)
    )
    yield f"<tr>{cells}</tr>"


def _variable(head: Head) -> str:
    return head.variable


def _heading(head: Head, *, barred: bool) -> str:
    if not head.text:
        return '<td class="t"></td>'
    classes = [f"a{head.accent % len(ACCENTS)}"] if head.accent >= 0 else []
    classes += ["t"] if head.is_text else []
    classes += ["barred"] if barred else []
    named = f' class="{" ".join(classes)}"' if classes else ""
    # A letter stays with the last word of its title.
    letter = f"&#160;{safe(head.letter)}" if head.letter else ""
    return f'<th scope="col"{named}>{safe(head.text)}{letter}</th>'


def _line(sheet: Sheet, line: Line) -> str:
    first, *rest = line.entries
    cells = [f'<th scope="row">{safe(first.text)}</th>']
    cells += [_cell(head, entry) for head, entry in zip(sheet.heads[1:], rest, strict=True)]
    quiet = ' class="quiet"' if line.is_quiet else ""
    return f"<tr{quiet}>{''.join(cells)}</tr>"


def _cell(head: Head, entry: Entry) -> str:
    if entry.dot is not None:
        drawn = "".join(dot(0.0, HIGH / 2, entry.dot))
        return f'<td><svg width="{WIDE:g}" height="{HIGH:g}" aria-hidden="true">{drawn}</svg></td>'
    accent = f" a{head.accent % len(ACCENTS)}" if head.accent >= 0 else ""
    classes = ["t"] if head.is_text else []
    classes += ["faint"] if entry.faint or head.is_interval or is_blank(entry) else []
    classes += ["strong"] if entry.strong else []
    named = f' class="{" ".join(classes)}"' if classes else ""
    marks = ""
    if head.is_marked:
        marks = f'<span class="marks{accent}">{safe(entry.marks)}</span>'
    bar = ""
    if entry.bar is not None:
        width = f"{_BAR * entry.bar:.2f}rem"
        colour = f"bar b{head.accent % len(ACCENTS)}"
        bar = f'<span class="{colour}" style="width: {width}" aria-hidden="true"></span>'
    return f"<td{named}>{bar}{safe(entry.text)}{marks}</td>"
