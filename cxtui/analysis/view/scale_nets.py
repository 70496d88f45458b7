"""Default nets and scores of a scale: boxes, their difference, the net promoter score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cxtui.analysis.query.cube import Status
from cxtui.messages import tr
from cxtui.survey.languages.word_search import find_words
from cxtui.survey.question import Category, Kind, Net, Question

_BOX = 2
_FEWEST_FOR_BOXES = 4
"""Minimum number of answers, so that the top-2 and bottom-2 boxes do not overlap."""

_PROMOTERS, _PASSIVES = (9.0, 10.0), (7.0, 8.0)
_ELEVEN = tuple(map(float, range(11)))
_POINTS = 100.0


@dataclass(frozen=True, slots=True)
class Score:
    """A score whose mean is shown.

    `points` are those of each counted row, by status and code, 0 for all others; `None` means the
    scores of the categories.
    """

    code: str
    label: str
    points: Mapping[tuple[Status, str], float] | None = None


def _ranked_answers(question: Question) -> list[Category]:
    """Return the answers with a score, the highest first; none if the question has no mean."""
    answers = [one for one in question.categories if one.score is not None and not one.missing]
    return sorted(answers, key=lambda one: -(one.score or 0.0)) if question.scores else []


def is_recommendation(question: Question) -> bool:
    """Return whether a question asks to recommend on a scale from 0 to 10: it has a promoter score.

    The wording says so, or the name where there is no other wording.
    """
    ranked = [category.score for category in _ranked_answers(question)]
    is_eleven = question.kind is Kind.SCALE and tuple(reversed(ranked)) == _ELEVEN
    return is_eleven and bool(find_words("recommend", question.label))


def nets_of_scale(question: Question) -> list[Net]:
    """Return the default nets of a scale: promoters, passives and detractors, or two boxes.

    The best net is first; a grid without scores has one of its first answer.
    """
    ranked = _ranked_answers(question)
    if is_recommendation(question):
        by_score = {one.score: one.code for one in ranked}
        rest = tuple(one.code for one in ranked if one.score not in {*_PROMOTERS, *_PASSIVES})
        return [
            Net("promoters", tr("Promoters (9–10)"), tuple(by_score[one] for one in _PROMOTERS)),
            Net("passives", tr("Passives (7–8)"), tuple(by_score[one] for one in _PASSIVES)),
            Net("detractors", tr("Detractors (0–6)"), rest),
        ]
    if question.kind is Kind.GRID:
        if not ranked:
            first = next(one for one in question.categories if not one.missing)
            return [Net("first", first.label, (first.code,))]
        size = min(_BOX, len(ranked) - 1) or 1
        codes = tuple(one.code for one in ranked[:size])
        return [Net(f"top{size}", tr("Top {}", size), codes)]
    top = tuple(one.code for one in ranked[:_BOX])
    if question.kind is not Kind.SCALE or len(ranked) < _FEWEST_FOR_BOXES:
        return []
    bottom = tuple(one.code for one in ranked[-_BOX:])
    return [
        Net("top2", tr("Top 2"), top),
        Net("bottom2", tr("Bottom 2"), bottom),
        Net("top2-bottom2", tr("Top 2 minus bottom 2"), top, minus=bottom),
    ]


def find_net(question: Question, code: str) -> Net:
    """Return the net of a question or of its scale by its code, which a row of a table has."""
    return next(one for one in (*question.nets, *nets_of_scale(question)) if one.code == code)


def scores_of_scale(question: Question) -> list[Score]:
    """Return the scores of a scale: the net promoter score, and the mean."""
    scores = []
    if is_recommendation(question):
        promoters, _, detractors = nets_of_scale(question)
        points = _points(promoters.members, detractors.members)
        scores.append(Score("nps", tr("Net promoter score"), points))
    if question.kind is Kind.SCALE and question.scores:
        scores.append(Score("mean", tr("Mean")))
    return scores


def difference_score(question: Question, net: Net) -> Score:
    """Return a difference of two nets as a score: 100, −100, or 0 for respondents in both or none.

    A multiple response has counted both parts separately.
    """
    if question.kind is Kind.MULTI:
        ends = {Status.IN_DIFFERENCE: _POINTS, Status.OUT_OF_DIFFERENCE: -_POINTS}
        points = {(status, net.code): number for status, number in ends.items()}
        return Score(net.code, net.label, points)
    members, minus = (set(question.category_codes(codes)) for codes in (net.members, net.minus))
    return Score(net.code, net.label, _points(members - minus, minus - members))


def _points(inside: Iterable[str], outside: Iterable[str]) -> dict[tuple[Status, str], float]:
    """Return the points of answers, by code: 100 for those inside, −100 for those outside."""
    points = dict.fromkeys(inside, _POINTS) | dict.fromkeys(outside, -_POINTS)
    return {(Status.ANSWER, code): number for code, number in points.items()}
