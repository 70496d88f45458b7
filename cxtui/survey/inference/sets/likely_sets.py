"""Columns of yes and no beside each other that may be the options of one question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from cxtui.messages import tr
from cxtui.survey.inference.column_sets import find_response_set
from cxtui.survey.inference.column_values import Column, name_words
from cxtui.survey.inference.sets.column_blocks import BlockColumn, ColumnBlock
from cxtui.survey.inference.ticks import is_plain_yes, is_unchosen
from cxtui.survey.languages.word_search import is_called
from cxtui.survey.question import Question

_FEWEST, _OPTION_WORDS, _YES_AND_NO, _SHOWN = 3, 2, 2, 3
_ASKS = frozenset("?\uff1f\u061f\u037e")


def find_likely_sets(columns: Iterable[Column]) -> Iterator[Question]:
    """Yield undecided multiple responses of three or more short names, all answered by yes or no.

    `R`, `Python` and `Stata` are options that the same respondents were shown; `Member` and
    `Married` are facts, which are questions of their own. Only a person can be sure.
    """
    for (answers, _), group in groupby(columns, _yes_and_no):
        run = tuple(BlockColumn(one, one.wording, one.wording, worded=True) for one in group)
        if not answers or len(run) < _FEWEST:
            continue
        shown = " / ".join(one.option for one in run[:_SHOWN])
        label = f"{shown} …" if len(run) > _SHOWN else shown
        question = find_response_set(ColumnBlock(run[0].column.block, label, run, worded=True))
        if question is not None:
            doubt = tr("; undecided: may be questions of their own; `D`, then O separates them")
            yield replace(question, guess=question.guess + doubt, undecided=True)


def _yes_and_no(column: Column) -> tuple[frozenset[str], int]:
    """Return the two answers of a possible option and how many gave one; none of another column."""
    words = column.wording.split()
    if not column.is_text or len(column.counts) != _YES_AND_NO:
        return frozenset(), 0
    texts = frozenset(column.counts)
    is_option = (
        len(words) <= _OPTION_WORDS
        and _ASKS.isdisjoint(column.wording)
        and sum(map(is_unchosen, texts)) == 1
        and any(map(is_plain_yes, texts))
        and not is_called("facts", name_words(column.wording))
    )
    return (texts, column.answered) if is_option else (frozenset(), 0)
