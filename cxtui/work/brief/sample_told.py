"""What a brief says of the sample: who was asked, and what is not in the brief."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

from cxtui.analysis.ranking.ranked_lines import Line, Ranking, Verdict
from cxtui.analysis.tables.state_line import joined_filters
from cxtui.analysis.tables.table import BaseKind, Table
from cxtui.messages import tr, tr_count, tr_some
from cxtui.output.brief.brief import Block, BriefSection, Paragraph
from cxtui.output.drawing.number_text import rounded, short_p
from cxtui.output.replay import Opened
from cxtui.survey.conditions import Condition
from cxtui.survey.note import NoteKind
from cxtui.work.brief import sentences as say
from cxtui.work.brief.brief_facts import Facts
from cxtui.work.brief.brief_options import Part
from cxtui.work.brief.groups_told import named
from cxtui.work.brief.number_words import apart_text

_NOTICED = 2.80
"""z of the level and of a power of 80 percent, together: 1.96 + 0.84."""

_MOST = 6


def warnings_about(facts: Facts) -> Iterator[Paragraph]:
    """Yield what puts every number in doubt: the codebook's note, and a file that was cut off."""
    if facts.survey.codebook.note:
        yield Paragraph(facts.survey.codebook.note, framed=True)
    for note in facts.survey.notes:
        if note.kind is NoteKind.CUT_OFF:
            yield Paragraph(tr("{}.", note.text[:1].upper() + note.text[1:]), framed=True)


def who_was_asked(facts: Facts, opened: Opened) -> BriefSection:
    """Return the respondents by group, the weight, the groups' profile and what can be noticed."""
    blocks: list[Block] = []
    if facts.asked is not None:
        said = [_answered(facts, facts.asked), *_kept(facts), *_weighted(facts, facts.asked)]
        blocks.append(Paragraph(" ".join(said)))
    if facts.now is not None:
        blocks += _profile(facts, facts.now, opened)
        if facts.asked is not None:
            blocks += _noticeable(facts.now, facts.asked)
    return BriefSection(Part.ASKED, tr("Who was asked"), tuple(blocks))


def _answered(facts: Facts, table: Table) -> str:
    """Return how many answered, in all and in each column."""
    everybody = tr_count(int(table.respondents), "{:,} respondent", "{:,} respondents")
    sizes = zip(table.columns[1:], table.base.lowest[1:], strict=True)
    groups = [tr("{} in {}", rounded(n, 0), one.label) for one, n in sizes if n]
    wave = facts.latest.label if facts.is_latest and facts.latest else ""
    listed = tr_some(groups, _MOST)
    if wave:
        said = (say.ANSWERED_IN, everybody, wave, listed)
        return tr(*said) if groups else tr(say.ANSWERED_ALL_IN, everybody, wave)
    return tr(say.ANSWERED, everybody, listed) if groups else tr(say.ANSWERED_ALL, everybody)


def _kept(facts: Facts) -> Iterator[str]:
    """Yield the filters beside that on the latest wave, and respondents without a weight."""
    wave = facts.survey.codebook.wave
    is_default = facts.is_latest

    def is_told(one: Condition) -> bool:
        return not (is_default and one.mentions(wave))

    filters = [one for one in facts.view.filters if is_told(one)]
    if filters:
        yield tr(say.WHERE, joined_filters(facts.survey.codebook, filters))
    left_out = facts.now.left_out if facts.now else 0
    if left_out:
        yield tr_count(left_out, *say.WITHOUT_WEIGHT)


def _weighted(facts: Facts, table: Table) -> Iterator[str]:
    if facts.view.weight is None:
        yield tr(say.UNWEIGHTED)
        return
    effective = _bases(table, BaseKind.EFFECTIVE)[0]
    n = rounded(table.base.lowest[0], 0)
    yield tr(say.WEIGHTED, facts.view.weight, n, rounded(effective, 0))


def _bases(table: Table, kind: BaseKind) -> tuple[float | None, ...]:
    """Return the bases of a kind, else the unweighted ones."""
    return next((one.lowest for one in table.bases if one.kind is kind), table.base.lowest)


def _profile(facts: Facts, ranking: Ranking, opened: Opened) -> Iterator[Paragraph]:
    """Yield whether the groups differ in what stands in the banner's section: their profile."""
    banner = facts.survey.codebook.find(facts.view.banner[0][0])
    if banner is None or not banner.section:
        return
    own = [one for one in ranking.lines if one.question.section == banner.section]
    tested = [one for one in own if one.p is not None]
    for said, lines in (
        (say.PROFILE_DIFFERS, [one for one in tested if one.holds]),
        (say.PROFILE_SAME, [one for one in tested if not one.holds]),
    ):
        if lines:
            texts = [tr("{} (p {})", tr("“{}”", x.question.label), short_p(x.p)) for x in lines]
            sources = (opened.table(ranking.view.with_question(x.question.id)) for x in lines)
            yield Paragraph(tr(said, tr_some(texts, _MOST)), sources=tuple(sources))


def _noticeable(ranking: Ranking, table: Table) -> Iterator[Paragraph]:
    """Yield how wide a gap near 50% has to be to be noticed four times out of five.

    2.80·√(¼(1/e₁ + 1/e₂)), on effective bases: z of both errors times the standard error of a
    difference of two shares of one half.
    """
    if len(ranking.comparisons) != 1:
        return
    places = [one + 1 for one in ranking.comparisons[0].in_banner]
    bases = _bases(table, BaseKind.EFFECTIVE)
    sizes = [bases[place] for place in places]
    if any(not one for one in sizes):
        return
    first, second = (float(one or 0.0) for one in sizes)
    wide = 100 * _NOTICED * sqrt((1 / first + 1 / second) / 4)
    said = say.DETECTABLE if ranking.view.weight is None else say.DETECTABLE_WEIGHTED
    shown = rounded(first, 0), rounded(second, 0), apart_text(wide, is_mean=False)
    yield Paragraph(tr(said, *shown))


def what_is_left_out(facts: Facts) -> BriefSection:
    """Return what is not in the brief: open answers, what was not tested, guesses, causes."""
    blocks: list[Block] = []
    for question, n in facts.written:
        blocks.append(Paragraph(tr_count(n, *say.OPEN_ANSWERS, question.label)))
    since = facts.earlier.label if facts.earlier else ""
    for why, lines, some in _not_tested(facts.now):
        if lines:
            blocks.append(Paragraph(tr(say.NOT_TESTED, why, named(lines, _MOST))))
        if some:
            blocks.append(Paragraph(tr_count(some, *say.NOT_TESTED_SOME, why)))
    for why, lines, _ in _not_tested(facts.changes):
        blocks.append(Paragraph(tr(say.NOT_FOLLOWED, since, why, named(lines, _MOST))))
    said = [tr(say.NO_CAUSE)]
    codebook = facts.survey.codebook
    if not codebook.has_design and codebook.replicates is None:
        said.append(tr(say.NO_DESIGN))
    blocks.append(Paragraph(" ".join(said)))
    blocks += _guesses(facts)
    return BriefSection(Part.LEFT_OUT, tr("Not in this brief"), tuple(blocks))


def _not_tested(ranking: Ranking | None) -> Iterator[tuple[str, list[Line], int]]:
    """Yield each reason why lines were not tested: those of questions that have no other line.

    The number is that of the other lines, whose questions were tested in other groups.
    """
    lines = ranking.lines if ranking else ()
    tested = {one.question.id for one in lines if one.verdict is not Verdict.NOT_TESTED}
    by_reason: dict[str, list[Line]] = {}
    for line in ranking.by_verdict(Verdict.NOT_TESTED) if ranking else ():
        why = line.why_not if line.is_comparable else tr(say.NOT_COMPARABLE)
        by_reason.setdefault(why, []).append(line)
    for why, untested in by_reason.items():
        alone = [one for one in untested if one.question.id not in tested]
        yield why, alone, len(untested) - len(alone)


def _guesses(facts: Facts) -> Iterator[Paragraph]:
    """Yield which parts were auto-detected, and which questions are undecided."""
    codebook = facts.survey.codebook
    parts = (
        (tr("the role {} ({})"), codebook.role, codebook.role_guess),
        (tr("the wave {} ({})"), codebook.wave, codebook.wave_guess),
        (tr("the weight {} ({})"), codebook.weight, codebook.weight_guess),
        (tr("the banner {} ({})"), codebook.banner, codebook.banner_guess),
    )
    guessed = [text.format(name, why) for text, name, why in parts if name and why]
    if guessed:
        yield Paragraph(tr(say.GUESSED, "; ".join(guessed)))
    undecided = [one.label or one.id for one in codebook.questions if one.guess and one.undecided]
    if undecided:
        labels = tr_some([tr("“{}”", one) for one in undecided])
        yield Paragraph(tr_count(len(undecided), *say.UNDECIDED, labels))
