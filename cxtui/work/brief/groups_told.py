"""What a brief says of the groups: what differs, what cannot be told, what is much the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cxtui.analysis.ranking.ranked_lines import Answer, Line, Ranking, Verdict
from cxtui.messages import tr, tr_count, tr_some
from cxtui.output.brief.brief import Bar, Bars, Block, BriefSection, Claim, Paragraph, Rows
from cxtui.output.drawing.number_text import rounded, short_p
from cxtui.output.replay import Opened
from cxtui.survey.question import Kind
from cxtui.work.brief import sentences as say
from cxtui.work.brief.brief_facts import Facts
from cxtui.work.brief.brief_options import Part
from cxtui.work.brief.number_words import (
    apart_text,
    ended,
    ends_text,
    gap_text,
    headed,
    percent_text,
    value_text,
)

MOST = 5
"""The largest number of findings in a section; the others are counted."""

_ANSWERS = 3
"""The largest number of answers of a question that are told."""

_TWO = 2


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same answer of the same groups in the earlier wave, and whether it held up there."""

    answer: Answer
    held: bool


def told_answers(line: Line) -> tuple[Answer, ...]:
    """Return the marked answers of a line that a brief tells, the clearest first.

    A question of two answers is told once, not both ways; of a scale the clearest of its mean and
    its answers is.
    """
    marked = [one for one in line.in_order if one.is_marked]
    is_one = len(line.answers) == _TWO and line.question.kind is not Kind.MULTI
    return tuple(marked[: 1 if is_one or line.question.kind is Kind.SCALE else _ANSWERS])


def claims_of(line: Line) -> Iterator[Claim]:
    """Yield what a brief states of a line that holds."""
    sides = line.comparison.a, line.comparison.b
    for one in told_answers(line) or (None,):
        code = one.code if one else ""
        yield Claim(line.question.id, code, *sides, line.comparison.group)


def held_lines(ranking: Ranking) -> list[Line]:
    """Return the lines that hold, the widest first."""
    return [one for one in ranking.lines if one.holds]


def named(lines: Sequence[Line], most: int = 3) -> str:
    """Return the questions of lines in quotes, each once, and the number of the others."""
    return tr_some(list(dict.fromkeys(tr("“{}”", one.question.label) for one in lines)), most)


def earlier_of(facts: Facts, line: Line, answer: Answer) -> Earlier | None:
    """Return an answer in the earlier wave, `None` where it was not compared there."""
    ranking = facts.before
    if ranking is None or line.question.id in facts.not_comparable:
        return None
    place = line.question.id, line.comparison.a, line.comparison.b, line.comparison.group
    for one in ranking.lines:
        sides = one.comparison.a, one.comparison.b, one.comparison.group
        if (one.question.id, *sides) == place:
            found = next((each for each in one.answers if each.code == answer.code), None)
            if found is None or found.gap is None or found.is_mean is not answer.is_mean:
                return None
            same_way = (found.gap > 0) == ((answer.gap or 0.0) > 0)
            return Earlier(found, found.is_marked and same_way)
    return None


def what_differs(facts: Facts, ranking: Ranking, opened: Opened) -> BriefSection:
    """Return the questions that differ, with their answers, intervals and the earlier wave."""
    held = held_lines(ranking)
    blocks: list[Block] = []
    for place, line in enumerate(held[:MOST]):
        blocks += _finding(facts, ranking, line, opened, place)
    if not held:
        blocks.append(Paragraph(tr(say.NOTHING_DIFFERS), sources=(opened.ranking(ranking),)))
    if more := held[MOST:]:
        said = tr_count(len(more), *say.MORE_FINDINGS, named(more))
        blocks.append(Paragraph(said, sources=(opened.ranking(ranking),)))
    claims = (claim for line in held for claim in claims_of(line))
    return BriefSection(Part.DIFFERS, tr("What differs"), tuple(blocks), tuple(claims))


def _finding(
    facts: Facts, ranking: Ranking, line: Line, opened: Opened, place: int
) -> Iterator[Block]:
    view = ranking.view.with_question(line.question.id)
    sources = (opened.table(view), opened.ranking(ranking))
    a, b, label = line.comparison.a, line.comparison.b, line.question.label
    little = ""
    if line.verdict is Verdict.DIFFERS_A_LITTLE:
        little = " " + tr(say.A_LITTLE, ranking.options.margin)
    answers = told_answers(line)
    for one in answers:
        said = tr(
            say.FINDING[place % 2],
            a=a,
            b=b,
            value_a=value_text(one, one.a),
            value_b=value_text(one, one.b),
            gap=gap_text(one),
            level=ranking.level,
            ends=ends_text(one),
            p=short_p(one.p_adjusted),
        )
        lead = ended(headed(label, tr("the mean") if one.is_mean else one.label))
        past = _before(facts, line, one)
        cited = (*sources, *before_sources(facts, line, opened)) if past else sources
        yield Paragraph(said + little + past, lead, sources=cited)
    if not answers:
        moved = rounded(line.moved, 0)
        whole = tr(say.FINDING_WHOLE, a=a, b=b, p=short_p(line.p_adjusted), moved=moved)
        yield Paragraph(whole + little, ended(label), sources=sources)
    if bars := [bar for one in answers if not one.is_mean for bar in _bars(line, one)]:
        yield Bars(tuple(bars))


def _bars(line: Line, answer: Answer) -> Iterator[Bar]:
    sides = zip(
        (line.comparison.a, line.comparison.b),
        (answer.a, answer.b),
        line.comparison.in_banner,
        strict=True,
    )
    for side, value, accent in sides:
        yield Bar(answer.label, side, value or 0.0, percent_text(value), accent)


def before_sources(facts: Facts, line: Line, opened: Opened) -> tuple[str, ...]:
    """Return the command of a question's table in the earlier wave."""
    past = facts.before
    return (opened.table(past.view.with_question(line.question.id)),) if past else ()


def _before(facts: Facts, line: Line, answer: Answer) -> str:
    found = earlier_of(facts, line, answer)
    if found is None or facts.earlier is None:
        return ""
    values = (value_text(found.answer, one) for one in (found.answer.a, found.answer.b))
    said = say.HELD_BEFORE if found.held else say.SEEN_BEFORE
    return " " + tr(said, facts.earlier.label, *values)


def what_cannot_be_told(facts: Facts, ranking: Ranking, opened: Opened) -> BriefSection:
    """Return what looks like a difference and does not hold up, with the nearest."""
    title = tr("What looks like a difference and does not hold up")
    lines = ranking.by_verdict(Verdict.CANNOT_TELL)
    if not lines:
        return BriefSection(Part.CANNOT_TELL, title, (Paragraph(tr(say.ALL_TOLD)),))
    alpha = 1 - ranking.level / 100
    alone = sum(one.p is not None and one.p <= alpha for one in ranking.lines)
    by_chance = rounded(alpha * ranking.tested, 0 if alpha * ranking.tested >= 1 else 1)
    said = [tr_count(alone, *say.ALONE, 100 * alpha, by_chance, ranking.tested)]
    remain = tr_count(ranking.held, *say.AFTER_ALLOWANCE)
    said += [remain if ranking.held else tr(say.NONE_REMAINS), tr(say.NEAREST)]
    shown = [one for one in lines if one.clearest is not None][:MOST]
    rows = [_nearest(ranking, one, one.clearest) for one in shown if one.clearest]
    heads = (
        tr("Question: its clearest answer"),
        *_side_heads(shown),
        tr("Gap, {:g}% interval", ranking.level),
        tr("p alone"),
        tr("p of {}", ranking.tested),
    )
    blocks: list[Block] = [Paragraph(" ".join(said))]
    blocks.append(Rows(heads, tuple(rows), (opened.ranking(ranking),)))
    same = [one for one in shown if _pointed_same(facts, one, alpha)]
    if same and facts.earlier is not None:
        said_of = say.POINTED_SAME[len(same) > 1]
        said_so = tr(said_of, facts.earlier.label, named(same))
        sources = [one for line in same for one in before_sources(facts, line, opened)]
        blocks.append(Paragraph(said_so, sources=tuple(sources)))
    return BriefSection(Part.CANNOT_TELL, title, tuple(blocks))


def _side_heads(lines: Sequence[Line]) -> tuple[str, str]:
    """Return the heads over both values: the two sides, where all lines have the same."""
    sides = {(one.comparison.a, one.comparison.b) for one in lines}
    others = {one.comparison.b for one in lines}
    other = next(iter(others)) if len(others) == 1 else tr("Others")
    return next(iter(sides)) if len(sides) == 1 else (tr("Group"), other)


def _nearest(ranking: Ranking, line: Line, answer: Answer) -> tuple[str, ...]:
    group = tr("{}: ", line.comparison.group) if line.comparison.group else ""
    label = tr("mean") if answer.is_mean else answer.label
    gap = tr("{} ({})", gap_text(answer), ends_text(answer))
    values = (value_text(answer, one) for one in (answer.a, answer.b))
    p = short_p(line.p), short_p(line.p_adjusted)
    return (group + headed(line.question.label, label), *values, gap, *p)


def _pointed_same(facts: Facts, line: Line, alpha: float) -> bool:
    """Return whether the clearest gap of a line would pass alone now, and did the same way then."""
    answer = line.clearest
    found = earlier_of(facts, line, answer) if answer else None
    if answer is None or found is None or found.held or line.p is None:
        return False
    p = found.answer.p_used
    same_way = ((found.answer.gap or 0.0) > 0) == ((answer.gap or 0.0) > 0)
    return same_way and p is not None and max(p, line.p) <= alpha


def what_is_alike(ranking: Ranking, opened: Opened) -> BriefSection:
    """Return the questions that are much the same, and how far apart they can be at most."""
    lines = ranking.by_verdict(Verdict.ALIKE)
    blocks: list[Block] = []
    for line in lines[:MOST]:
        answer, widest = line.clearest, line.widest
        if answer is None or widest is None:
            continue
        source = opened.table(ranking.view.with_question(line.question.id))
        said = tr(
            say.ALIKE_MEAN if answer.is_mean else say.ALIKE,
            a=line.comparison.a,
            b=line.comparison.b,
            value_a=value_text(answer, answer.a),
            value_b=value_text(answer, answer.b),
            answer=answer.label,
            most=_at_most(ranking, answer, widest),
        )
        blocks.append(Paragraph(said, ended(line.question.label), sources=(source,)))
    more = lines[MOST:]
    rest = [tr_count(len(more), *say.MORE_ALIKE, named(more))] if more else []
    if not lines:
        rest.append(tr(say.NOTHING_ALIKE))
    rest.append(tr(say.OTHERWISE_NOT_FOUND))
    blocks.append(Paragraph(" ".join(rest), sources=(opened.ranking(ranking),)))
    return BriefSection(Part.ALIKE, tr("What is much the same"), tuple(blocks))


def _at_most(ranking: Ranking, answer: Answer, widest: float) -> str:
    """Return the farther end of the widest interval of a question, which is in margins.

    It is that of any answer, so in points; of a number in its own unit.
    """
    if answer.is_mean and answer.margin:
        return apart_text(widest * answer.margin, is_mean=True)
    return apart_text(widest * ranking.options.margin, is_mean=False)
