"""Notes on the derived questions of a view: how each was made, and how many gave each answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cxtui.analysis.query.cube import Cube, Status
from cxtui.analysis.view.view import Base, View
from cxtui.messages import tr
from cxtui.survey.conditions import AnyOf
from cxtui.survey.question import Kind, Question

if TYPE_CHECKING:
    from cxtui.survey.model import Survey


def about_derived(survey: Survey, view: View, cube: Cube | None = None) -> Iterator[str]:
    """Yield a note for each derived question of a view, with unweighted counts of its `cube`."""
    for name in _named_in(view):
        question = survey.codebook.find(name)
        if question is None or not question.made:
            continue
        from cxtui.survey.derive.derivation_text import made_in_words

        if made := made_in_words(question):
            if coded := _coded(survey, view, question):
                made = tr("{}; {}", made, coded)
            counts = _counts(view, question, cube) if cube and not survey.least else ""
            yield tr("{}: {}; {}.", name, made, counts) if counts else tr("{}: {}.", name, made)


def _coded(survey: Survey, view: View, question: Question) -> str:
    """Return how many open answers of a view are coded, empty where none are behind a question."""
    from cxtui.analysis.query.side_queries.written_answers import count_coded, is_written
    from cxtui.survey.derive.derivation import Verb
    from cxtui.survey.derive.derivation_text import derivation_of

    made = derivation_of(question)
    source = survey.codebook.find(made.sources[0]) if made and made.verb is Verb.CODING else None
    if source is None or survey.is_remote or survey.least or not is_written(source):
        return ""
    n, of = count_coded(survey, source, question, view.filters)
    return tr("{:,} of {:,} answers coded, {:,} not", n, of, of - n)


def _named_in(view: View) -> tuple[str, ...]:
    """Return the ids of the questions of a view: in its rows, banner and filters."""
    names = [view.question, *(name for names in view.banner for name in names)]
    for one in view.filters:
        filters = one.alternatives if isinstance(one, AnyOf) else (one,)
        names += [each.question for each in filters]
    return tuple(dict.fromkeys(names))


def _counts(view: View, question: Question, cube: Cube) -> str:
    """Return how many gave each answer, in the order of the answers, and how many gave none."""
    everyone, answered = (int(cube.bases[base].n[0, 0]) for base in (Base.ALL, Base.ANSWERED))
    if question.id == view.question:
        answers = [at for at, row in enumerate(cube.rows) if row.status is Status.ANSWER]
        found = [int(n) for n in cube.cells.n[0, answers, 0]]
        if question.kind is Kind.NUMERIC:
            found = [answered]
        return tr("{}, {} without", "/".join(map(str, found)), everyone - answered)
    of_all = cube.bases[Base.ALL].n[0]
    columns = [at for at, one in enumerate(cube.columns) if one.variables == (question.id,)]
    if not columns:
        return ""
    found = [int(of_all[at]) for at in columns]
    counts = "/".join(map(str, found))
    if question.kind is Kind.MULTI:
        return counts
    return tr("{}, {} without", counts, everyone - sum(found))
