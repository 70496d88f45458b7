"""Text made to fit: widths are terminal cells, never characters."""

from __future__ import annotations

from string import digits

from rich.cells import cell_len, chop_cells, set_cell_size

from cxtui.survey.question import Question

TEXT_WIDTH = 100
"""Terminal cells of a text that goes to a file or a pipe."""

_TWO_PARTS = 9
"""The fewest cells in which the beginnings of two texts can be told apart."""


def padded(text: str, width: int) -> str:
    """Return `text` in exactly `width` terminal cells."""
    return set_cell_size(text, max(width, 0))


def ellipsis(text: str, width: int) -> str:
    """Return `text` in at most `width` terminal cells, ending in … where it was cut."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def numbered(text: str, width: int) -> str:
    """Return `text` in at most `width` terminal cells; the number that it ends in is kept.

    Questions are numbered by parts: `q0007_0001` and `q0007_0002` differ there alone.
    """
    number = text[len(text.rstrip(digits)) :]
    if cell_len(text) <= width or not 0 < len(number) < width - 1:
        return ellipsis(text, width)
    return ellipsis(text, width - len(number)) + number


def between(head: str, label: str, tail: str, width: int) -> str:
    """Return `head`, `label` cut or filled up, and `tail` at the right end of `width` cells."""
    room = width - cell_len(head) - cell_len(tail) - 1
    return f"{head}{padded(ellipsis(label, room), room)} {tail}"


def shortened(question: Question, width: int) -> str:
    """Return a question's label in at most `width` terminal cells; an item is cut last.

    The items of a grid share its wording: `Strength of e… Mobile`. Beside a long item the wording
    keeps a third: `How of… Contribute code…`.
    """
    label, part = question.label, question.grid_item
    if cell_len(label) <= width or part is None or width < _TWO_PARTS:
        return ellipsis(label, width)
    item = part.own_label
    room = max(width - cell_len(item) - 1, width // 3)
    return f"{ellipsis(label, room)} {ellipsis(item, width - room - 1)}"


def folded(text: str, width: int, most: int) -> list[str]:
    """Return `text` in up to `most` lines of `width` terminal cells, broken between words.

    A word wider than a line is cut; so is what the last line cannot hold. Scripts of wide
    characters, which know no blanks, are broken anywhere.
    """
    words, lines = [one for word in text.split() for one in _breakable(word, width)], [""]
    while words:
        longer = f"{lines[-1]} {words[0]}".strip()
        if cell_len(longer) <= width:
            lines[-1] = longer
        elif len(lines) == most:
            lines[-1] = ellipsis(" ".join([lines[-1], *words]).strip(), width)
            break
        elif not lines[-1]:
            lines[-1] = ellipsis(words[0], width)
        else:
            lines.append("")
            continue
        words.pop(0)
    return lines


def _breakable(word: str, width: int) -> list[str]:
    is_wide = cell_len(word) > len(word) and cell_len(word) > width > 1
    return chop_cells(word, width) if is_wide else [word]


def broken(text: str, width: int) -> list[str]:
    """Return all of `text` in lines of `width` terminal cells; a word wider than that is broken."""
    lines = [""]
    for word in text.split():
        for piece in [word] if cell_len(word) <= width else chop_cells(word, max(width, 2)):
            longer = f"{lines[-1]} {piece}" if lines[-1] else piece
            if cell_len(longer) <= width or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(piece)
    return lines
