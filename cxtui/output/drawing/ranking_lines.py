"""A ranking as lines: sections by verdict, a line a question, and the answers of a question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from cxtui.analysis.ranking.ranked_lines import Answer, Line, Ranking, Verdict
from cxtui.analysis.tables.notes import FEW_CASES_MARK
from cxtui.analysis.tables.table import FEW_CASES
from cxtui.messages import tr, tr_count
from cxtui.output.drawing.cell_text import dot_text
from cxtui.output.drawing.fit import TEXT_WIDTH, ellipsis, fitted, padded, shortened
from cxtui.output.drawing.number_text import interval_text, rounded, short_p, signed
from cxtui.output.drawing.rich_table import accent

_INDENT = 4
_NARROW, _WITH_DOT = 78, 118
"""Widths under which the clearest answer is not named, and from which its interval is drawn: those
of terminals of 80 and 120 columns without a border."""
_VALUE, _MOVED, _P, _GROUP = 11, 7, 7, 12
_DOT = 17
_OWN, _GAP, _ENDS, _P_WITHIN = 8, 8, 18, 7
"""The widths of an answer's values, gap, interval and p."""

_FARTHEST = 4.0
"""The end of the picture's axis on either side, in margins, where an interval goes so far."""


@dataclass(frozen=True, slots=True)
class RankingLayout:
    """The columns of a ranking in a width; `reach` is the end of the picture's axis in margins."""

    ranking: Ranking
    width: int
    reach: float

    @property
    def _has_answer(self) -> bool:
        return self.width >= _NARROW

    @property
    def _has_dot(self) -> bool:
        return self.width >= _WITH_DOT

    @property
    def _texts(self) -> tuple[int, int]:
        """The widths of the question and of its clearest answer."""
        values = 2 if self._has_answer else 1
        room = self.width - _INDENT - values * _VALUE - _MOVED - _P
        room -= _DOT + 1 if self._has_dot else 0
        first = (room - 1) * 5 // 8 if self._has_answer else room
        return max(first, 1), max(room - first - 1, 0) if self._has_answer else 0

    def heading(self) -> Text:
        """Return the headings over the columns."""
        first, second = self._texts
        (a, b), (of_a, of_b) = sides_of(self.ranking), self._accents
        texts: list[str | tuple[str, Style]] = [" " * _INDENT, fitted(tr("Question"), first)]
        if self._has_answer:
            texts += [" ", fitted(tr("the clearest answer"), second), (_right(a, _VALUE), of_a)]
        texts += [(_right(b, _VALUE), of_b), " " * (_DOT + 1 if self._has_dot else 0)]
        whole = Text.assemble(*texts, _right(tr("moved"), _MOVED), _right("p", _P))
        whole.rstrip()
        return whole

    @property
    def _accents(self) -> tuple[Style, Style]:
        """The colours of both sides, if all lines have the same."""
        places = {one.in_banner for one in self.ranking.comparisons}
        return colours_in(places.pop()) if len(places) == 1 else (Style(), Style())

    def line(self, line: Line, mark: str = " ") -> Text:
        """Return a question: its clearest answer, both values, what moved, and p."""
        first, second = self._texts
        answer, group = line.clearest, group_text(line)
        room = first - cell_len(group)
        texts: list[str | tuple[str, Style]] = [
            *(f"  {mark} ", group, padded(shortened(line.question, room), room))
        ]
        if line.verdict is Verdict.NOT_TESTED or answer is None:
            reason = "" if line.is_comparable else ellipsis(line.why_not, self.width - first - 5)
            return Text.assemble(*texts, " ", reason)
        a, b = colours_of(line)
        if self._has_answer:
            texts += [" ", fitted(answer.label, second)]
            texts.append((_right(value_text(answer, answer.a), _VALUE), a))
        texts.append((_right(value_text(answer, answer.b), _VALUE), b))
        if self._has_dot:
            texts.append((f" {self._dot(line, answer)}", a if (answer.gap or 0) > 0 else b))
        texts += [_right(rounded(line.moved, 0), _MOVED), _right(short_p(line.p_adjusted), _P)]
        return Text.assemble(*texts)

    def answer_heading(self) -> Text:
        """Return the headings over the columns of answers."""
        a, b = sides_of(self.ranking)
        of_a, of_b = self._accents
        level = tr("{:g}% interval", self.ranking.level)
        numbers = (_right(tr("gap"), _GAP), _right(level, _ENDS), _right("p", _P_WITHIN))
        label = fitted(tr("Answer"), self._answer_room)
        sides = ((_right(a, _OWN), of_a), (_right(b, _OWN), of_b))
        return Text.assemble(" " * (_INDENT + 4), label, *sides, *numbers)

    def answer(self, line: Line, one: Answer) -> Text:
        """Return an answer: whether it is marked, both values, gap, interval and p within."""
        a, b = colours_of(line)
        ends = "" if one.low is None else interval_text(one.low, one.high, digits_of(one))
        mark = "●" if one.is_marked else "·"
        return Text.assemble(
            *(f"{' ' * (_INDENT + 2)}{mark} ", fitted(one.label, self._answer_room)),
            (_right(value_text(one, one.a), _OWN), a),
            (_right(value_text(one, one.b), _OWN), b),
            *(_right(signed(one.gap, digits_of(one)), _GAP), _right(ends, _ENDS)),
            _right(short_p(one.p_within), _P_WITHIN),
        )

    @staticmethod
    def said_of_all(line: Line) -> str:
        """Return what is said above the answers of a question that differs without a mark."""
        if not line.holds or line.marked:
            return ""
        return " " * (_INDENT + 2) + tr("differs as a whole; no single answer carries it")

    @property
    def _answer_room(self) -> int:
        """The width of an answer's label."""
        return max(self.width - _INDENT - 4 - 2 * _OWN - _GAP - _ENDS - _P_WITHIN, 8)

    def answers(self, line: Line) -> Iterator[str]:
        """Yield the answers of a question, the clearest first, under what is said of all."""
        if said := self.said_of_all(line):
            yield said
        for one in line.in_order:
            yield self.answer(line, one).plain.rstrip()

    def _dot(self, line: Line, answer: Answer) -> str:
        """Return the interval of an answer on the axis of its line, in margins."""
        unit = answer.margin
        if not unit or answer.gap is None:
            return " " * _DOT
        low, high = (None if end is None else end / unit for end in (answer.low, answer.high))
        return dot_text(answer.gap / unit, low, high, _DOT, self.reach)


def layout_of(ranking: Ranking, width: int) -> RankingLayout:
    """Return the layout of a ranking in `width` terminal cells."""
    return RankingLayout(ranking, width, reach_of(ranking.lines))


def reach_of(lines: Iterable[Line]) -> float:
    """Return the end of the picture's axis on either side, in margins."""
    found = 1.0
    for one in lines:
        answer = one.clearest
        if answer is not None and answer.margin:
            ends = (answer.gap, answer.low, answer.high)
            found = max(found, *(abs(end) / answer.margin for end in ends if end is not None))
    return min(found, _FARTHEST)


def text_of_ranking(ranking: Ranking, *, unfolded: bool) -> Iterator[str]:
    """Yield a ranking in 100 columns, the answers of questions that differ if `unfolded`."""
    layout = layout_of(ranking, TEXT_WIDTH)
    yield ellipsis(title_of(ranking), TEXT_WIDTH)
    yield from wrap(ranking.state, TEXT_WIDTH)
    yield from ("", layout.heading().plain)
    for head, lines in sections_of(ranking):
        yield head
        for line in lines:
            yield layout.line(line).plain.rstrip()
            if unfolded and line.holds:
                yield from layout.answers(line)


def sections_of(ranking: Ranking) -> list[tuple[str, list[Line]]]:
    """Return the lines under their headings, which say the verdict and the number of lines."""

    def key(line: Line) -> tuple[bool, str, str]:
        verdict = "" if line.holds else line.verdict.value
        return line.holds, verdict, line.why_not if line.is_comparable else ""

    grouped = ((key, list(lines)) for key, lines in groupby(ranking.lines, key))
    return [(_heading(lines, ranking.options.margin), lines) for _, lines in grouped]


def _heading(lines: list[Line], margin: float) -> str:
    first, count = lines[0], len(lines)
    if first.holds:
        little = sum(one.verdict is Verdict.DIFFERS_A_LITTLE for one in lines)
        if not little:
            return tr("Differ: {:,}", count)
        said = "Differ: {:,}, {:,} of them a little: no answer by {:g} points"
        return tr(said, count, little, margin)
    match first.verdict:
        case Verdict.CANNOT_TELL:
            return tr("Cannot tell at this sample size: {:,}", count)
        case Verdict.ALIKE:
            return tr("Alike: no answer differs by {:g} points: {:,}", margin, count)
        case _ if not first.is_comparable:
            return tr("Not tested: not comparable between waves: {:,}", count)
        case _:
            return tr("Not tested: {}: {:,}", first.why_not, count)


def title_within(ranking: Ranking, width: int) -> str:
    """Return the title in `width` cells: what is compared stays longest."""
    parts = _title_parts(ranking)
    shorter = (parts, parts[1:], parts[1:-1])
    titles = [" · ".join(one) for one in shorter if one]
    return next((one for one in titles if cell_len(one) <= width), ellipsis(titles[-1], width))


def title_of(ranking: Ranking) -> str:
    """Return what is compared, with the sign of the gaps, and how many questions."""
    return " · ".join(_title_parts(ranking))


def _title_parts(ranking: Ranking) -> list[str]:
    comparisons, options = ranking.comparisons, ranking.options
    parts = [tr("What changed") if ranking.is_over_waves else tr("What stands out")]
    if comparisons:
        first = comparisons[0]
        if options.trend:
            parts.append(tr("change a wave, {} to {}", first.b, first.a))
        elif options.did:
            parts.append(tr("{}, minus {}", first.a, first.b))
        elif len({(one.a, one.b) for one in comparisons}) == 1:
            sides = zip((first.a, first.b), _bases(ranking), strict=True)
            named = (tr("{} ({:,.0f})", one, n) if n else one for one, n in sides)
            parts.append(tr("{} minus {}", *named))
        else:
            parts.append(tr(_MANY[options.compare.value]))
    if len(comparisons) > 1:
        parts.append(tr_count(len(comparisons), "{:,} comparison", "{:,} comparisons"))
    lines = tr_count(len(ranking.lines), "{:,} line", "{:,} lines")
    if len(comparisons) < 2:  # noqa: PLR2004 -- a line a question
        lines = tr_count(len(ranking.lines), "{:,} question", "{:,} questions")
    untested = ranking.tested < len(ranking.lines)
    parts.append(tr("{}, {:,} tested", lines, ranking.tested) if untested else lines)
    return parts


_MANY = {
    "pair": "a pair of columns",
    "rest": "each group minus the rest",
    "pairs": "all pairs of groups",
    "total": "each group minus the Total",
    "waves": "waves in each group",
}
"""What many comparisons are of, to be translated."""


def _bases(ranking: Ranking) -> tuple[float, float]:
    """Return the largest bases of one comparison, 0 of several."""
    if len(ranking.comparisons) != 1 or not ranking.lines:
        return 0.0, 0.0
    return max(one.a.n or 0.0 for one in ranking.lines), max(
        one.b.n or 0.0 for one in ranking.lines
    )


def sides_of(ranking: Ranking) -> tuple[str, str]:
    """Return the headings over both values; where they differ by line, "a" and "b"."""
    found = {(one.a, one.b) for one in ranking.comparisons}
    if ranking.options.did:
        return tr("change b"), tr("change a")
    if len(found) == 1:
        return next(iter(found))
    seconds = {b for _, b in found}
    return tr("group"), next(iter(seconds)) if len(seconds) == 1 else tr("other")


def group_text(line: Line) -> str:
    """Return the group of a line in a list of many, with a colon behind it."""
    group = line.comparison.group
    return f"{ellipsis(group, _GROUP)}: " if group else ""


def colours_of(line: Line) -> tuple[Style, Style]:
    """Return the colours of the two sides, as in a table."""
    return colours_in(line.comparison.in_banner)


def colours_in(places: tuple[int, int]) -> tuple[Style, Style]:
    """Return the colours of two places in a banner; the Total has none."""
    first, second = (accent(place) if place >= 0 else Style() for place in places)
    return first, second


def digits_of(answer: Answer) -> int:
    """Return the decimals of an answer's numbers."""
    return 2 if answer.is_mean else 1


def value_text(answer: Answer, value: float | None) -> str:
    """Return a percentage, or a mean in its own unit."""
    return rounded(value, digits_of(answer))


def mark_text(answer: Answer) -> str:
    """Return the flag of an answer as a mark."""
    return FEW_CASES_MARK if answer.flag == FEW_CASES else answer.flag


def _right(text: str, width: int) -> str:
    """Return a text at the right end of `width` cells, after a blank."""
    short = ellipsis(text, width - 1)
    return " " * (width - cell_len(short)) + short
