"""The draft of a derived question that is declared already."""

from __future__ import annotations

from dataclasses import replace

from cxtui.analysis.derive.derive_draft import OF_QUESTIONS, DeriveDraft, verbs_of
from cxtui.analysis.derive.named_sources import codes_named, question_ids_of
from cxtui.messages import tr
from cxtui.survey.derive.derivation import KEEP, Derivation, MadeAnswer, Verb
from cxtui.survey.model import Survey


def draft_of_declared(survey: Survey, one: Derivation) -> DeriveDraft | str:
    """Return the draft of a declared derived question, to be edited, or why there can be none.

    Its sources are questions of the survey. Raises `CodebookError` where they do not fit it.
    """
    if one.verb is Verb.CODING:
        return tr("{} is coded: C changes its codes", one.id)
    names = question_ids_of(survey, one)
    source = survey.codebook.find(names[0])
    if source is None:
        return tr("{} is made of columns: change it in the codebook", one.id)
    ticked = one.sources[1:] if one.verb in OF_QUESTIONS else one.of
    if one.of and len(one.sources) == 1:
        ticked = codes_named(one, source, one.of)
    bounds = " ".join(f"{bound:.12g}" for bound in one.bounds)
    groups = tuple(
        replace(each, of=codes_named(one, source, each.of)) for each in one.answers if each.of
    )
    return DeriveDraft(
        survey.codebook,
        source,
        one.verb,
        id=one.id,
        label=one.label,
        typed=bounds or ("" if one.least is None else str(one.least)),
        groups=groups or (MadeAnswer(""),),
        ticked=ticked,
        cases=one.answers if one.verb is Verb.CASES else (),
        rest="" if one.rest == KEEP else one.rest,
        verbs=tuple(dict.fromkeys((*verbs_of(source), one.verb))),
        base=one,
    )
