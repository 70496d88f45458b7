"""What a brief says of the waves: what changed, in which groups, and whether the mix did."""

from __future__ import annotations

from collections.abc import Iterator

from cxtui.analysis.ranking.ranked_lines import Answer, Line, Ranking
from cxtui.analysis.tables.table import Table
from cxtui.messages import tr, tr_count, tr_some
from cxtui.output.brief.brief import Block, BriefSection, Claim, Paragraph, Rows
from cxtui.output.drawing.number_text import rounded, signed
from cxtui.output.replay import Opened
from cxtui.work.brief import sentences as say
from cxtui.work.brief.brief_facts import Facts
from cxtui.work.brief.brief_options import Part
from cxtui.work.brief.groups_told import MOST, claims_of, held_lines, named, told_answers
from cxtui.work.brief.number_words import ends_text, headed, percent_text, value_text

_MOST_GROUPS = 4
"""The largest number of groups that are told one by one."""


def what_changed(facts: Facts, opened: Opened) -> BriefSection:
    """Return the changes since the earlier wave, over all groups and within each."""
    ranking = facts.changes
    if ranking is None or facts.earlier is None or facts.latest is None:
        waved = facts.survey.codebook.wave and any(
            one.mentions(facts.survey.codebook.wave) for one in facts.view.filters
        )
        said = say.ONE_WAVE_ASKED if waved and facts.latest is None else say.NO_WAVES
        return BriefSection(Part.CHANGES, tr("What changed"), (Paragraph(tr(said)),))
    title = tr("What changed since {}", facts.earlier.label)
    held = held_lines(ranking)
    text = tr_count(ranking.tested, *(say.CHANGED if held else say.NOTHING_CHANGED), len(held))
    if facts.within is not None:
        text = tr("{} {}", text, tr(say.OVER_ALL))
    source = opened.ranking(ranking)
    blocks: list[Block] = [Paragraph(text, sources=(source,))]
    if held:
        blocks.append(_rows(ranking, held[:MOST], source))
    if more := held[MOST:]:
        blocks.append(Paragraph(tr_count(len(more), *say.MORE_CHANGED, named(more))))
    blocks += _within(facts, opened)
    blocks += _mix(facts, opened)
    claims = [claim for line in held for claim in claims_of(line)]
    claims += _claims_within(facts.within)
    return BriefSection(Part.CHANGES, title, tuple(blocks), tuple(claims))


def _rows(ranking: Ranking, lines: list[Line], source: str) -> Rows:
    a, b = lines[0].comparison.a, lines[0].comparison.b
    heads = (tr("Question: answer"), b, a, tr("Change, {:g}% interval", ranking.level))
    rows = [_row(line, one) for line in lines for one in told_answers(line)]
    rows += [
        (headed(one.question.label, tr("as a whole")), "", "", "")
        for one in lines
        if not told_answers(one)
    ]
    return Rows(heads, tuple(rows), (source,))


def _row(line: Line, answer: Answer) -> tuple[str, ...]:
    label = tr("mean") if answer.is_mean else answer.label
    digits = 2 if answer.is_mean else 0
    change = tr("{} ({})", signed(answer.gap, digits), ends_text(answer, is_change=True))
    values = value_text(answer, answer.b), value_text(answer, answer.a)
    return (headed(line.question.label, label), *values, change)


def _within(facts: Facts, opened: Opened) -> Iterator[Paragraph]:
    """Yield what held up within each group; nothing where a single wave has no groups."""
    ranking = facts.within
    if ranking is None:
        return
    by_group: dict[str, list[Line]] = {one.group: [] for one in ranking.comparisons if one.group}
    for line in ranking.lines:
        if line.comparison.group:
            by_group[line.comparison.group].append(line)
    sources = (opened.ranking(ranking),)
    if len(by_group) > _MOST_GROUPS:
        tested = rounded(ranking.tested, 0)
        said = tr(say.WITHIN_MANY, rounded(ranking.held, 0), tested)
        said = said if ranking.held else tr(say.WITHIN_NONE_OF_MANY, tested)
        yield Paragraph(said, sources=sources)
        return
    said = " ".join(_within_group(group, lines) for group, lines in by_group.items())
    if said:
        yield Paragraph(said, sources=sources)


def _within_group(group: str, lines: list[Line]) -> str:
    held = [one for one in lines if one.holds]
    if held:
        return tr(say.WITHIN, group, named(held))
    earlier = max(one.b.n or 0.0 for one in lines)
    latest = max(one.a.n or 0.0 for one in lines)
    return tr(say.WITHIN_NOTHING, group, rounded(earlier, 0), rounded(latest, 0))


def _claims_within(ranking: Ranking | None) -> Iterator[Claim]:
    if ranking is not None:
        for line in held_lines(ranking):
            yield from claims_of(line) if line.comparison.group else ()


def _mix(facts: Facts, opened: Opened) -> Iterator[Paragraph]:
    """Yield whether the groups are mixed alike in both waves."""
    table = facts.mix
    if table is None or facts.latest is None or facts.earlier is None:
        return
    moved = any(table.is_significant(pair) for row in table.rows for pair in row.pairs)
    shares = tr_some(list(_shares(table)), _MOST_GROUPS)
    if shares:
        alike = say.SAME_MIX if _is_same_mix(table) else say.MIX_NOT_FOUND
        said = tr(say.OTHER_MIX if moved else alike, shares)
        yield Paragraph(said, sources=(opened.table(table.view),))


def _is_same_mix(table: Table) -> bool:
    """Return whether no group's share differs by a point between the waves."""
    gaps = (pair.gap for row in table.rows for pair in row.pairs if pair.gap is not None)
    return all(abs(one) < 1 for one in gaps)


def _shares(table: Table) -> Iterator[str]:
    """Yield each group with its share in the earlier and the later wave."""
    for row in table.rows:
        cells = [one for one in row.cells[1:] if one.percent is not None]
        if len(cells) == 2 and any(one.n for one in cells):  # noqa: PLR2004 -- both waves
            yield tr("{} {}", row.label, tr("{} and {}", *(percent_text(x.percent) for x in cells)))
