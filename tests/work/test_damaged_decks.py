"""A damaged deck or template is refused in one line, or taken; nothing else comes of it."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

pytest.importorskip("pptx")

from lxml import etree

from cxtui.errors import ExportError
from cxtui.output.book.book_table import Book, BookTable
from cxtui.output.deck.deck_file import packed
from cxtui.output.replay import Opened
from cxtui.output.writers.deck_writer import DeckFile, deck_of
from cxtui.sources.open_survey import open_survey
from cxtui.work.plan.plan_text import read_plan
from cxtui.work.plan.planned_tables import book_of, bound, planned_tables
from tests.work.deck_reading import members, written
from tests.work.test_plan import STUDY

PLAN = '[[table]]\nquestions = "cx_goal"\n[[table]]\nquestions = "channels"\nby = "role"\n'
DECKS = int(os.environ.get("CXTUI_TEST_EXAMPLES", "10")) * 3

Damage = Callable[[bytes, random.Random], bytes]


def flip_bytes(whole: bytes, chance: random.Random) -> bytes:
    """Return a file with a few bytes changed anywhere, as a bad disk or line leaves it."""
    content = bytearray(whole)
    for _ in range(chance.choice((1, 3, 20))):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


def cut_off(whole: bytes, chance: random.Random) -> bytes:
    """Return the beginning of a file."""
    return whole[: chance.randrange(len(whole))]


def lose_parts(whole: bytes, chance: random.Random) -> bytes:
    """Return a file without some of its parts."""
    parts = members(whole)
    for name in chance.sample(sorted(parts), chance.randint(1, 3)):
        del parts[name]
    return packed(parts).getvalue()


def rewrite_parts(whole: bytes, chance: random.Random) -> bytes:
    """Return a file in whose XML elements, attributes and texts are lost, moved or strange."""
    parts = members(whole)
    for name in chance.sample(sorted(one for one in parts if one.endswith((".xml", ".rels"))), 3):
        parts[name] = _rewritten(parts[name], chance)
    return packed(parts).getvalue()


def _rewritten(content: bytes, chance: random.Random) -> bytes:
    root = etree.fromstring(content)
    for _ in range(chance.choice((1, 2, 8))):
        one = chance.choice(list(root.iter(etree.Element)))
        match chance.randrange(4):
            case 0 if one.getparent() is not None:
                one.getparent().remove(one)
            case 1 if one.attrib:
                one.set(chance.choice(list(one.attrib)), chance.choice(("", "-1", "x", "9" * 30)))
            case 2:
                one.text = chance.choice(("", "NaN", "x", "9" * 400))
            case _:
                one.tag = chance.choice(list(root.iter(etree.Element))).tag
    changed: bytes = etree.tostring(root, encoding="UTF-8", standalone=True)
    return changed


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return written(tmp_path_factory.mktemp("decks"), PLAN)


@pytest.fixture(scope="module")
def book() -> Book:
    survey, plan = open_survey(str(STUDY)), read_plan(PLAN, "plan.toml")
    return bound(survey, plan, book_of(survey, planned_tables(survey, plan), Opened()))


@pytest.mark.parametrize("damage", [flip_bytes, cut_off, lose_parts, rewrite_parts])
def test_a_damaged_deck_is_refused_in_one_line_or_taken(
    damage: Damage, deck: bytes, book: Book, tmp_path: Path, seed: int
) -> None:
    """As what is updated, and as a template."""
    chance, path = random.Random(seed), tmp_path / "damaged.pptx"
    for _ in range(DECKS):
        path.write_bytes(damage(deck, chance))
        said = refusal_of(lambda: DeckFile(path), book.tables)
        assert not said or (str(path) in said and "\n" not in said)
        said = refusal_of(lambda: deck_of(book, path.read_bytes(), str(path)))
        assert not said or (str(path) in said and "\n" not in said)


def refusal_of(make: Callable[[], object], update: Sequence[BookTable] = ()) -> str:
    """Make a deck, and update it; return why it is refused, empty where it is taken."""
    try:
        made = make()
        if isinstance(made, DeckFile):
            made.updated(dict(zip(made.names, update, strict=False)), ())
    except ExportError as error:
        return str(error)
    return ""


def test_a_slide_number_out_of_range_is_refused(deck: bytes, book: Book, tmp_path: Path) -> None:
    """python-pptx finds no number for a further slide."""
    parts, name = members(deck), "ppt/presentation.xml"
    root = etree.fromstring(parts[name])
    *_, last = root.iter("{*}sldId")
    last.set("id", "9" * 30)
    parts[name] = etree.tostring(root, encoding="UTF-8", standalone=True)
    path = tmp_path / "numbers.pptx"
    said = refusal_of(lambda: deck_of(book, packed(parts).getvalue(), str(path)))
    assert said == f"{path} cannot be read as a PowerPoint file: save it again as .pptx"
