"""A brief as a document: for a page, Markdown and JSON."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from cxtui.output.brief.brief import Bars, Block, Brief, Paragraph
from cxtui.output.document import Document, Section
from cxtui.output.grid import Columns
from cxtui.output.writers.registry import Content

_NO_COLUMNS = Columns((), frozenset())


def document_of_brief(brief: Brief, replay: str = "") -> Document:
    """Return a brief as a document; `replay` is the command that writes it again."""
    record = partial(_record, brief)
    section = Section("brief", brief.title, "brief", replay=replay, record=record)
    return Document(brief.title, Content.BRIEF, _NO_COLUMNS, (section,), brief=brief)


def _record(brief: Brief) -> dict[str, Any]:
    return {
        "title": brief.title,
        "subtitle": brief.subtitle,
        "sections": [
            {
                "id": section.id,
                "title": section.title,
                "blocks": [_block(brief, one) for one in section.blocks],
                "claims": [asdict(one) for one in section.claims],
            }
            for section in brief.sections
        ],
        "commands": list(brief.numbers),
    }


def _block(brief: Brief, block: Block) -> dict[str, Any]:
    """Return a block with its kind; `commands` are numbers of the list of commands, from 1."""
    if isinstance(block, Bars):
        return {"kind": "bars", "bars": [asdict(one) for one in block.bars]}
    commands = sorted({brief.numbers[one] for one in block.sources if one})
    if isinstance(block, Paragraph):
        framed = {"framed": True} if block.framed else {}
        said = {"lead": block.lead, "text": block.text, **framed}
        return {"kind": "paragraph", **said, "commands": commands}
    rows = [list(one) for one in block.rows]
    return {"kind": "rows", "heads": list(block.heads), "rows": rows, "commands": commands}
