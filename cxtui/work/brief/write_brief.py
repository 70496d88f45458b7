"""Write a brief: what it says in short, and its sections in the order of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cxtui.analysis.ranking.ranked_lines import Line, Ranking, Verdict
from cxtui.messages import tr, tr_count
from cxtui.output.brief.brief import Brief, BriefSection, Paragraph
from cxtui.output.drawing.number_text import rounded
from cxtui.output.replay import Opened
from cxtui.work.brief import sentences as say
from cxtui.work.brief.brief_facts import Facts
from cxtui.work.brief.brief_options import Part
from cxtui.work.brief.changes_told import what_changed
from cxtui.work.brief.groups_told import (
    Earlier,
    earlier_of,
    held_lines,
    named,
    told_answers,
    what_cannot_be_told,
    what_differs,
    what_is_alike,
)
from cxtui.work.brief.number_words import value_text
from cxtui.work.brief.sample_told import warnings_about, what_is_left_out, who_was_asked

_IN_SHORT = 3
"""The largest number of findings that are told in short."""


def write_brief(facts: Facts, parts: Sequence[Part], opened: Opened) -> Brief:
    """Return the brief on facts with the parts that are asked for, all without one.

    A part that is about groups is left out where none are compared.
    """
    makers: dict[Part, Callable[[], BriefSection]] = {
        Part.SHORT: lambda: _in_short(facts, opened),
        Part.ASKED: lambda: who_was_asked(facts, opened),
    }
    if (now := facts.now) is not None:
        makers[Part.DIFFERS] = lambda: what_differs(facts, now, opened)
        makers[Part.CANNOT_TELL] = lambda: what_cannot_be_told(facts, now, opened)
        makers[Part.ALIKE] = lambda: what_is_alike(now, opened)
    makers[Part.CHANGES] = lambda: what_changed(facts, opened)
    makers[Part.LEFT_OUT] = lambda: what_is_left_out(facts)
    sections = [made() for part, made in makers.items() if part in (parts or tuple(Part))]
    subtitle = tr(say.SUBTITLE, facts.survey.title)
    of_waves = parts and not set(parts) - {Part.CHANGES, Part.LEFT_OUT}
    title = _title_of_changes(facts) if of_waves else _title(facts)
    return Brief(title, subtitle, tuple(sections))


def _title(facts: Facts) -> str:
    now = facts.now
    if now is None:
        return _title_of_changes(facts)
    if len(now.comparisons) == 1:
        return tr(say.TITLE_PAIR, now.comparisons[0].a, now.comparisons[0].b)
    names = (facts.survey.codebook.find(one) for one in now.view.banner[0])
    return tr(say.TITLE_MANY, " > ".join(one.label for one in names if one))


def _title_of_changes(facts: Facts) -> str:
    return tr(say.TITLE_CHANGES, facts.earlier.label) if facts.earlier else tr("What changed")


def _in_short(facts: Facts, opened: Opened) -> BriefSection:
    paragraphs = []
    if facts.now is not None:
        said = " ".join(_about_groups(facts, facts.now))
        compared = [one for one in (facts.now, facts.before) if one is not None]
        paragraphs.append(Paragraph(said, sources=tuple(map(opened.ranking, compared))))
    if facts.changes is not None and facts.earlier is not None:
        said = _about_changes(facts.changes, facts.earlier.label)
        paragraphs.append(Paragraph(said, sources=(opened.ranking(facts.changes),)))
    return BriefSection(Part.SHORT, tr("In short"), (*paragraphs, *warnings_about(facts)))


def _about_groups(facts: Facts, ranking: Ranking) -> Iterator[str]:
    if not ranking.tested:
        yield tr(say.NOTHING_COMPARED)
        return
    held = held_lines(ranking)
    compared = tr_count(ranking.tested, *say.OF_MANY)
    if len(ranking.comparisons) == 1:
        sides = tr("{} and {}", ranking.comparisons[0].a, ranking.comparisons[0].b)
        compared = tr_count(ranking.tested, *say.OF_TWO, sides)
    said = tr_count(len(held), *say.COMPARED, compared)
    yield said if held else tr(say.NONE_DIFFERS, compared)
    yield from (_in_a_sentence(one, place) for place, one in enumerate(held[:_IN_SHORT]))
    yield from _held_before(facts, held)
    cannot_tell = len(ranking.by_verdict(Verdict.CANNOT_TELL))
    if cannot_tell:
        yield tr_count(cannot_tell, *say.OTHERS_CANNOT_TELL)
    if alike := len(ranking.by_verdict(Verdict.ALIKE)):
        yield tr_count(alike, *say.OTHERS_ALIKE)
    if not held:
        yield tr(say.NOT_EQUAL)


def _in_a_sentence(line: Line, place: int) -> str:
    """Return a finding: both values of its clearest marked answer."""
    sides = {"question": line.question.label, "a": line.comparison.a, "b": line.comparison.b}
    answer = next(iter(told_answers(line)), None)
    if answer is None:
        return tr(say.SHORT_WHOLE, **sides)
    values = {
        "value_a": value_text(answer, answer.a, in_words=True),
        "value_b": value_text(answer, answer.b, in_words=True),
    }
    said = (say.SHORT_MEAN if answer.is_mean else say.SHORT_FINDING)[place % 2]
    return tr(said, **sides, **values, answer=answer.label)


def _held_before(facts: Facts, held: Sequence[Line]) -> Iterator[str]:
    """Yield which findings held up in the earlier wave too: the strongest evidence there is."""
    if facts.before is None or facts.earlier is None or not held:
        return
    was_asked = [one for one in held if any(_earlier_of_first(facts, one))]
    again = [one for one in was_asked if any(x.held for x in _earlier_of_first(facts, one))]
    wave = facts.earlier.label
    if not was_asked:
        return
    if len(again) == len(held):
        yield tr(say.ALL_HELD_BEFORE[len(held) > 1], wave)
    elif again:
        yield tr(say.SOME_HELD_BEFORE, named(again), wave)
    else:
        yield tr(say.NONE_HELD_BEFORE, named(was_asked), wave)


def _earlier_of_first(facts: Facts, line: Line) -> list[Earlier]:
    """Return the first answer that is told of a line in the earlier wave, where it is there."""
    found = (earlier_of(facts, line, one) for one in told_answers(line)[:1])
    return [one for one in found if one is not None]


def _about_changes(ranking: Ranking, since: str) -> str:
    held = held_lines(ranking)
    questions = tr_count(ranking.tested, "{:,} question", "{:,} questions")
    if not held:
        return tr(say.SHORT_NO_CHANGES, since, questions)
    said = say.SHORT_CHANGES[ranking.tested != 1]
    return tr(said, since, rounded(len(held), 0), rounded(ranking.tested, 0), named(held, 4))
