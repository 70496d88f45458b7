"""A brief as a page of HTML with its own bars, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from rich.cells import cell_len

from cxtui.messages import tr
from cxtui.output.brief.brief import Bar, Bars, Block, Brief, Paragraph, Rows
from cxtui.output.drawing.fit import ellipsis, padded
from cxtui.output.writers.html_writer import page
from cxtui.output.writers.markdown_writer import code, escaped, paragraph, table_of
from cxtui.output.writers.markup import FAINT, INK, RULE, TINTS, safe
from cxtui.output.writers.registry import Format

_STYLE = f"""\
body {{ max-width: 46rem; }}
.by {{ color: {FAINT}; margin: -.6rem 0 1.6rem; }}
h2 {{ font-size: 1.15rem; margin: 2rem 0 .5rem; }}
section {{ margin: 0; }}
blockquote {{ margin: 1rem 0; padding: .5rem .9rem; border-left: 4px solid {RULE};
  background: #f6f8fa; }}
.cite {{ color: {FAINT}; font-size: .82rem; white-space: nowrap; }}
.again {{ font-size: .82rem; color: {FAINT}; overflow-wrap: anywhere; }}
figure {{ margin: .8rem 0 1.2rem; }}
p, table, figure, blockquote, li {{ break-inside: avoid; }}
h2 {{ break-after: avoid; }}
"""
_WIDTH, _LABEL, _LINE, _BAR, _ROOM = 640.0, 250.0, 17.0, 12.0, 40.0
"""Widths and heights of a picture of bars, in pixels; `_ROOM` is that of the number at the end."""

_MOST_LETTERS, _CELLS = 38, 50
"""The letters of a label in a picture, and the terminal cells of a bar of 100 percent."""


def render_brief(brief: Brief, format_: Format) -> bytes:
    """Return a brief in a format for people: a page of HTML, or Markdown."""
    return _html(brief) if format_ is Format.HTML else _markdown(brief)


def _html(brief: Brief) -> bytes:
    body = [f"<h1>{safe(brief.title)}</h1>", f'<p class="by">{safe(brief.subtitle)}</p>']
    for section in brief.sections:
        body += [f'<section id="{section.id}">', f"<h2>{safe(section.title)}</h2>"]
        for block in section.blocks:
            body += _html_block(brief, block)
        body.append("</section>")
    body += [f"<h2>{safe(tr('These numbers again'))}</h2>", '<ol class="again">']
    body += [f"<li><code>{safe(one)}</code></li>" for one in brief.numbers]
    return page(brief.title, [*body, "</ol>"], _STYLE)


def _html_block(brief: Brief, block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            lead = f"<strong>{safe(block.lead)}</strong> " if block.lead else ""
            cites = f' <span class="cite">{safe(brief.cites(block))}</span>' * any(block.sources)
            said = f"<p>{lead}{safe(block.text)}{cites}</p>"
            yield f"<blockquote>{said}</blockquote>" if block.framed else said
        case Rows():
            yield '<div class="scroll"><table><thead><tr>'
            yield '<td class="t"></td>' + "".join(
                f"<th>{safe(one)}</th>" for one in block.heads[1:]
            )
            yield "</tr></thead><tbody>"
            for first, *numbers in block.rows:
                cells = "".join(f"<td>{safe(one)}</td>" for one in numbers)
                yield f'<tr><th scope="row">{safe(first)}</th>{cells}</tr>'
            yield f'</tbody></table></div><p class="cite">{safe(brief.cites(block))}</p>'
        case Bars():
            yield f"<figure>{''.join(_svg(block))}</figure>"


def _svg(block: Bars) -> Iterator[str]:
    """Yield bars as a picture; a reader that cannot see it hears the numbers."""
    said = "; ".join(f"{one.label}, {one.side}: {one.text}" for one in block.bars)
    high = _LINE * len(block.bars) + 6.0 * len(_by_label(block))
    yield f'<svg viewBox="0 0 {_WIDTH:g} {high:g}" role="img" aria-label="{safe(said)}" '
    yield f'width="{_WIDTH:g}" style="max-width: 100%; font: 12px sans-serif">'
    top = 0.0
    for label, bars in _by_label(block):
        yield f'<text x="0" y="{top + _BAR:g}" fill="{INK}"><title>{safe(label)}</title>'
        yield f"{safe(ellipsis(label, _MOST_LETTERS))}</text>"
        for one in bars:
            yield from _svg_bar(one, top)
            top += _LINE
        top += 6.0
    yield "</svg>"


def _svg_bar(one: Bar, top: float) -> Iterator[str]:
    start = _LABEL + 100.0
    long = (_WIDTH - start - _ROOM) * one.percent / 100
    tint = TINTS[one.accent % len(TINTS)] if one.accent >= 0 else RULE
    yield f'<text x="{start - 6:g}" y="{top + _BAR:g}" text-anchor="end" fill="{FAINT}">'
    yield f"{safe(ellipsis(one.side, _MOST_LETTERS // 2))}</text>"
    yield f'<rect x="{start:g}" y="{top + 1:g}" width="{long:.1f}" height="{_BAR:g}" '
    yield f'fill="{tint}"/>'
    yield f'<text x="{start + long + 5:.1f}" y="{top + _BAR:g}" fill="{INK}">{safe(one.text)}'
    yield "</text>"


def _by_label(block: Bars) -> list[tuple[str, list[Bar]]]:
    return [(label, list(bars)) for label, bars in groupby(block.bars, attrgetter("label"))]


def _markdown(brief: Brief) -> bytes:
    lines = [f"# {escaped(brief.title)}", "", paragraph(brief.subtitle), ""]
    for section in brief.sections:
        lines += [f"## {escaped(section.title)}", ""]
        for block in section.blocks:
            lines += [*_markdown_block(brief, block), ""]
    lines += [f"## {escaped(tr('These numbers again'))}", ""]
    lines += [f"{number}. {code(one)}" for one, number in brief.numbers.items()]
    return "\n".join([*lines, ""]).encode()


def _markdown_block(brief: Brief, block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            lead = f"**{escaped(block.lead)}** " if block.lead else ""
            said = escaped(block.text) if lead else paragraph(block.text)
            cites = escaped(brief.cites(block))
            yield ("> " if block.framed else "") + f"{lead}{said} {cites}".rstrip()
        case Rows():
            texts = [True, *(False for _ in block.heads[1:])]
            yield table_of([block.heads, *block.rows], texts).decode().rstrip("\n")
            if cites := brief.cites(block):
                yield f"\n{escaped(cites)}"
        case Bars():
            yield from (f"    {line}".rstrip() for line in _bar_lines(block))


def _bar_lines(block: Bars) -> Iterator[str]:
    """Yield bars as lines of text, half a cell a percent."""
    labels = max(cell_len(one.label) for one in block.bars)
    sides = max(cell_len(one.side) for one in block.bars)
    for label, bars in _by_label(block):
        for place, one in enumerate(bars):
            head = padded("" if place else label, labels)
            bar = "█" * round(_CELLS * one.percent / 100)
            yield f"{head}  {padded(one.side, sides)}  {bar} {one.text}"
