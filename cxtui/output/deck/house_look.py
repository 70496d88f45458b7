"""The look of a deck without a template: our colours and typeface, in the theme and the layouts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches

from cxtui.output.writers.markup import ACCENTS, INK

_FONT = "Arial"
_NOT_OURS = {RELATIONSHIP_TYPE.THUMBNAIL, RELATIONSHIP_TYPE.PRINTER_SETTINGS}
"""What python-pptx's empty deck has of its own: a picture of it, and settings of a printer."""

TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}


def give_house_look(deck: Any) -> None:
    """Make python-pptx's empty deck wide, with our theme and titles."""
    before = deck.slide_width
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    for master in deck.slide_masters:
        _give_theme(master.part.part_related_by(RELATIONSHIP_TYPE.THEME))
        for one in (master, *master.slide_layouts):
            _widen(one.shapes, deck.slide_width / before)
        for layout in master.slide_layouts:
            _place_title(layout)
    for part in (deck.part, deck.part.package):
        rels = part._rels
        for key in [key for key, rel in rels.items() if rel.reltype in _NOT_OURS]:
            rels.pop(key)


def _give_theme(part: Any) -> None:
    """Write our colours and typeface into a theme."""
    colours = {f"accent{place}": one for place, one in enumerate(ACCENTS, 1)}
    xml: bytes = part.blob
    for name, colour in (("dk1", INK), *colours.items()):
        wanted = f'<a:{name}><a:srgbClr val="{colour[1:].upper()}"/></a:{name}>'
        xml = re.sub(rf"<a:{name}>.*?</a:{name}>".encode(), wanted.encode(), xml, count=1)
    xml = re.sub(rb'<a:latin typeface="[^"]*"', f'<a:latin typeface="{_FONT}"'.encode(), xml)
    part.blob = xml


def _widen(shapes: Iterable[Any], times: float) -> None:
    for one in shapes:
        if one._element.xfrm is not None:
            one.left, one.width = round(one.left * times), round(one.width * times)


def _place_title(layout: Any) -> None:
    """Put the title of the layout that has nothing else at the top left, bold."""
    placeholders = [one for one in layout.placeholders if one.placeholder_format.idx < 10]  # noqa: PLR2004 -- date, footer and number
    if [one.placeholder_format.type for one in placeholders] != [PP_PLACEHOLDER.TITLE]:
        return
    (title,) = placeholders
    title.left, title.top = Inches(0.6), Inches(0.35)
    title.width, title.height = Inches(12.1), Inches(0.9)
    body = title.text_frame._txBody
    body.bodyPr.set("anchor", "b")
    body.bodyPr.set("lIns", "0")
    style = body.find("{*}lstStyle")
    style.append(
        parse_xml(
            f'<a:lvl1pPr {nsdecls("a")} algn="l"><a:defRPr sz="2400" b="1">'
            '<a:solidFill><a:schemeClr val="tx1"/></a:solidFill></a:defRPr></a:lvl1pPr>'
        )
    )
