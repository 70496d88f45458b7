"""Checks of a question of a codebook: its columns, categories, items and nets fit each other."""

from __future__ import annotations

from cxtui.survey.codebook.toml_table import TomlTable
from cxtui.survey.question import Holds, Kind, Question


def check_columns(table: TomlTable, question: Question) -> None:
    """Raise an error where the numbers of columns, categories and items do not agree."""
    columns = len(question.columns)
    categories = len(question.categories) - len(table.tables("missing"))
    if question.kind is Kind.GRID:
        if columns != len(question.items):
            message = "{} has {} columns for {} items"
            raise table.error(message, columns, len(question.items))
        if all(one.missing for one in question.categories):
            raise table.error("{} is a grid: give it categories that count")
        table.check_unique((one.code for one in question.items), "{}, item {!r} stands twice")
    elif question.counts_each_answer and (
        columns in {1, categories} or question.holds is Holds.MENTIONS
    ):
        return
    elif question.kind is Kind.MULTI:
        raise table.error("{} has {} columns for {} categories", columns, categories)
    elif question.kind is Kind.SINGLE and columns > 1:
        message = "{} is {} and takes one column, or one for each of its {} categories, not {}"
        raise table.error(message, question.kind, categories, columns)
    elif columns != 1:
        raise table.error("{} is {} and takes one column, not {}", question.kind, columns)


def check_range(table: TomlTable, question: Question) -> None:
    """Raise an error for a range of answers that are no numbers."""
    if question.range and question.kind is not Kind.NUMERIC:
        raise table.error("{} is {}: a range is for a numeric question", question.kind)


def check_delimiter(table: TomlTable, question: Question) -> None:
    """Raise an error for a delimiter outside a multiple response in one column."""
    alone = question.kind is Kind.MULTI and len(question.columns) == 1
    if question.delimiter and not alone:
        raise table.error("{}: a delimiter is for a multi question in one column")
    codes = [category.code for category in question.categories]
    can_have = question.delimiter or (question.pooled and len(question.columns) == 1)
    if question.others and not (can_have and question.others in codes):
        message = "{}: others takes the code of a category of a choice in one column"
        raise table.error(message)


def check_nets(table: TomlTable, question: Question) -> None:
    """Raise an error for a net with unknown members; members may be nets declared before it.

    Members are not checked here where the answers come from the data.
    """
    if question.nets and question.kind in {Kind.GRID, Kind.NUMERIC, Kind.TEXT}:
        raise table.error("{} is {} and takes no nets", question.kind)
    known = {category.code for category in question.categories}
    for net in question.nets:
        if net.code in known:
            raise table.error("{}, code {!r} stands twice", net.code)
        for code in (*net.members, *net.minus):
            if code not in known and not question.takes_answers_from_data:
                raise table.error("{}: net {!r} has the unknown member {!r}", net.code, code)
        if not net.minus:
            known.add(net.code)
