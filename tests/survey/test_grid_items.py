"""Items of a grid: their ids and labels as questions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cxtui.errors import ViewError
from cxtui.survey.model import Codebook, required
from cxtui.survey.question import Item, Kind, Question
from tests.making import made

SHARED = ("Star Wars: Episode I", "Star Wars: Episode II", "Star Wars: Episode V")


def grid_of(*labels: str) -> Question:
    items = tuple(Item(str(place), label) for place, label in enumerate(labels, 1))
    return Question("g", "Rank", Kind.GRID, tuple(f"c{one.code}" for one in items), items=items)


def own_labels(*labels: str) -> list[str]:
    asked = Codebook(questions=(grid_of(*labels),)).table_questions
    return [one.grid_item.own_label for one in asked if one.grid_item]


def test_a_shared_beginning_of_labels_is_removed_up_to_its_colon() -> None:
    """Shared words without a colon stay, and so does the whole label of a single item."""
    assert own_labels(*SHARED) == ["Episode I", "Episode II", "Episode V"]
    assert own_labels("Our site", "Our app") == ["Our site", "Our app"]
    assert own_labels("Web: now") == ["Web: now"]
    assert own_labels("Web: now", "Shop: now") == ["Web: now", "Shop: now"]


def test_an_item_is_found_by_its_grid_and_code() -> None:
    """Its id has a number if another question has its id already."""
    other = Question("g.1", "Another question", Kind.SINGLE, ("d",))
    codebook = Codebook(questions=(other, grid_of("Web", "Shop")))
    first, second = codebook.find_item("g", "1"), codebook.find_item("g", "2")
    assert first is not None and second is not None
    assert (first.id, first.label, second.id) == ("g.1 (2)", "Rank: Web", "g.2")
    assert codebook.find("g.1") == other
    assert codebook.find_item("g", "3") is codebook.find_item("g.1", "1") is None


def test_an_item_is_named_by_its_column_too() -> None:
    """By what the file calls it, unless a question has that id."""
    codebook = Codebook(questions=(grid_of("Web", "Shop"),))
    survey = replace(made([]), codebook=codebook)
    assert required(survey, "c2", "question") == codebook.find("g.2")
    with pytest.raises(ViewError, match="no question 'c9'"):
        required(survey, "c9", "question")
