"""Types of cells that were read as texts are those that the engine infers from all rows."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cxtui.sources.readers.delimited import cell_types
from cxtui.sources.readers.delimited.cell_types import typed_columns
from cxtui.survey.inference import missing_words
from cxtui.survey.inference.missing_words import split_missing_words

_CELLS = (
    "1",
    "-2",
    "007",
    "+3",
    "1.5",
    "-.5",
    "2.",
    "1e3",
    "+1.5",
    "inf",
    "NaN",
    "nan",
    " 4",
    "5 ",
)
_FRACTIONS = ("1.5", "-.5", "2.", "1e3", "+1.5", "inf", "NaN")
_LONG = "9" * 25
_OTHERS = ("true", "FALSE", "tRUE", "NA", "x", "9" * 12, _LONG, "-", ".", "1_0", "1,5", "", "")


@given(st.lists(st.lists(st.sampled_from((*_CELLS, *_OTHERS)), min_size=1, max_size=3), max_size=6))
def test_types_are_those_that_the_engine_infers(blocks: list[list[str]]) -> None:
    """Also where a later cell is of another type than all of the first ones.

    Short and long whole numbers with fractions among them are texts to the engine, any two of the
    three are numbers: to us all of them are.
    """
    cells = [cell for block in blocks for cell in block for _ in range(2)] or ["5"]
    assume(_LONG not in cells or not {*cells} & {*_FRACTIONS})
    text = "".join(f'"{cell}"\n' if "," in cell else f"{cell}\n" for cell in cells).encode()
    theirs = pl.read_csv(text, has_header=False, null_values=[""], infer_schema_length=None)
    texts = pl.read_csv(text, has_header=False, null_values=[""], infer_schema=False).lazy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cell_types, "_FIRST_ROWS", 2)
        ours = texts.with_columns(typed_columns(texts)).collect()
    assert ours.dtypes == theirs.dtypes
    assert list(map(repr, ours.rows())) == list(map(repr, theirs.rows()))


_WORDS = (
    "NA",
    "n/a",
    "null",
    "NULL",
    "None",
    "-",
    "Yes",
    "no",
    "US",
    "DE2",
    "A;B",
    " NA",
    "N/A ",
    "é",
)


@given(st.dictionaries(st.sampled_from(_WORDS), st.integers(1, 9), max_size=8), st.booleans())
def test_words_for_no_answer_are_found_as_among_all_spellings(
    counts: dict[str, int], has_blanks: bool
) -> None:
    """Among texts that cleaning leaves alone, only the words are looked at."""
    quick = split_missing_words(counts, has_blanks=has_blanks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(missing_words, "_are_plain", lambda _: False)
        assert quick == split_missing_words(counts, has_blanks=has_blanks)
