"""Answers of a table to be merged: which they are, and the view that has them as one answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cxtui.analysis.derive.typed_derivations import joined_label, merge_of
from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.table import Table, TableRow
from cxtui.analysis.view.scale_nets import nets_of_scale
from cxtui.analysis.view.view import View
from cxtui.messages import tr
from cxtui.survey.derive.derivation_text import derivation_line
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Kind, Question

_REFUSALS = {
    Kind.NUMERIC: "{} is a number: {}",
    Kind.GRID: "{} is a grid: open one of its items, and merge its answers",
    Kind.TEXT: "{} is text: it has no answers to merge",
}
_BANDS = "type its id and bounds into the banner, as in age 35,55"
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class MergeDraft:
    """Answers of a question to be merged, by code; `labels` are those of the rows chosen."""

    codebook: Codebook
    question: Question
    codes: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def label(self) -> str:
        """The proposed label of the merged answer."""
        return joined_label(self.labels)

    def view_of(self, view: View, label: str) -> View:
        """Return `view` of the question that has the answers merged under a label."""
        made = merge_of(self.codebook, self.question, [self.codes], label or self.label)
        line = derivation_line(made)
        return replace(view.with_question(made.id), derive=(*view.derive, line))


def merge_draft(survey: Survey, table: Table, rows: Sequence[TableRow]) -> MergeDraft | str:
    """Return the merge of the answers and nets in some rows, or why there is none.

    The reason is empty where there are too few.
    """
    question = survey.codebook.find(table.question.id)
    if question is None or question.kind in _REFUSALS:
        kind = table.question.kind
        return tr(_REFUSALS.get(kind, "{} is not there"), table.question.id, tr(_BANDS))
    nets = (*question.nets, *table.view.nets, *nets_of_scale(question))
    whole = replace(question, nets=nets)
    listed = {one.code for one in question.categories}
    codes: dict[str, None] = {}
    for row in rows:
        found = whole.category_codes([row.code])
        if row.status is Status.SCORE or not listed.issuperset(found):
            return tr("{!r} is no answer that can be merged", row.label)
        codes |= dict.fromkeys(found)
    if len(codes) < _FEWEST:
        return ""
    return MergeDraft(survey.codebook, question, tuple(codes), tuple(one.label for one in rows))
