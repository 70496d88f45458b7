"""The lines of the screen that codes open answers: the answer, its codes, and the list of codes."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.screens.base.key_hints import hint_lines
from cxtui.messages import tr, tr_count
from cxtui.number_signs import count_text
from cxtui.output.drawing.fit import broken, ellipsis, fitted, folded
from cxtui.survey.derive.derivation import Code
from cxtui.work.coding.coding_walk import CodingWalk

_BORDER = 4
"""Cells of a title in a border that are not its text."""
_WORDING_LINES = 3


def question_lines(label: str, width: int) -> list[Text]:
    """Return the wording of a question that is longer than the title, and a blank line."""
    if cell_len(label) <= width - _BORDER:
        return []
    return [*(Text(line, DIM) for line in folded(label, width, _WORDING_LINES)), Text()]


def answer_lines(walk: CodingWalk, width: int) -> list[Text]:
    """Return the answer under the cursor, and how many wrote it."""
    one = walk.wording
    if one is None:
        return [Text(tr("no answer contains these words"), DIM)]
    lines = [Text(line) for line in broken(one.text, width)]
    n = len(one.respondents)
    if n > 1:
        lines.append(Text(tr("{:,} respondents wrote this: they are coded at once", n), DIM))
    return lines


def state_lines(walk: CodingWalk, width: int, keys: str, said: str, key_lines: int) -> list[Text]:
    """Return the codes of the answer, the proposal, what was said last, and the keys."""
    lines = [*_codes(walk, width), *_hints(walk, width)]
    if said:
        lines.append(Text(ellipsis(said, width), BOLD))
    return [*lines, *(Text(line, DIM) for line in hint_lines(keys, width, key_lines))]


def _codes(walk: CodingWalk, width: int) -> Iterator[Text]:
    """Yield the codes of the answer, dim where they are from before the text changed."""
    named = {one.code: one for one in walk.desk.coding.codes}
    labels = [named[code].label if code in named else code for code in walk.draft]
    style = DIM if walk.is_to_confirm else BOLD
    for line in folded(" · ".join(labels), width, 2) if labels else ():
        yield Text(line, style)
    if walk.is_to_confirm:
        yield Text(ellipsis(tr("coded before the text changed: enter confirms"), width), DIM)


def _hints(walk: CodingWalk, width: int) -> Iterator[Text]:
    if (code := walk.proposal) is not None:
        named = tr("▸ proposed: {} {}", code.key, code.label)
        takes = tr("space takes it")
        room = width - cell_len(takes) - 1
        yield Text(f"{fitted(named, room)} ").append(takes, DIM)
    others = walk.desk.alike(walk.wording) if walk.wording else []
    if others:
        n = len(others)
        said = "{:,} answer is alike: tab codes it, too"
        yield Text(
            ellipsis(tr_count(n, said, "{:,} answers are alike: tab codes them, too"), width), DIM
        )
    if walk.wording and walk.desk.differs(walk.wording):
        yield Text(ellipsis(tr("coders disagree on this answer"), width), DIM)


def code_line(one: Code, walk: CodingWalk, width: int) -> Text:
    """Return a code: its key, its label and how many answers have it; bold where this one has."""
    counts = walk.desk.counts
    number = count_text(counts[one.code])
    number = number.rjust(len(count_text(max(counts.values(), default=0))))
    mark = "●" if one.code in walk.draft else " "
    head = f"{mark} {one.key or '·'}  "
    room = max(width - cell_len(head) - len(number) - 1, 1)
    is_on = one.code in walk.draft
    style = DIM if is_on and walk.is_to_confirm else BOLD if is_on else ""
    return Text(head, style).append(fitted(one.label, room), style).append(f" {number}", DIM)
