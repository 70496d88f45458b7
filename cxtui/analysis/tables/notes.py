"""The honest footer: base, weight, test, level, correction, and what was not tested and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from cxtui.analysis.query.cube import Cube, Status
from cxtui.analysis.query.expressions.exact_sums import question_of_column
from cxtui.analysis.query.side_queries.value_counts import DIGITS, MOST
from cxtui.analysis.query.side_queries.wave_differences import quoted
from cxtui.analysis.stats.overall_test import MOST_CELLS, OverallTest, untested_tables
from cxtui.analysis.stats.scale_nets import nets_of_scale
from cxtui.analysis.stats.significance import FEW_CASES, HIGHER, LOWER, SMALL, TOO_SMALL, first_pair
from cxtui.analysis.view.view import Against, Base, Correction, Measure, Sort, View, measures_of
from cxtui.survey.conditions import NO_ANSWER, AnyOf, Condition, Filter
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.note import Note, NoteKind, notes_about
from cxtui.survey.question import Kind

FEW_CASES_MARK = "~"
"""Stands behind a number whose test expects few cases."""

OVER = {
    Base.ANSWERED: "all who answered",
    Base.ASKED: "all who were asked, user-missing answers included",
    Base.ALL: "all respondents, also those not asked",
}
"""Whom a percentage is taken over, in words."""

_MEASURES = {
    Measure.COLUMN: "Column %",
    Measure.ROW: "Row %",
    Measure.TOTAL: "Total %",
    Measure.INDEX: "Index",
    Measure.MEAN: "Mean",
    Measure.RESPONSES: "% of responses",
}
_OF = {
    Measure.COLUMN: ", of {base}",
    Measure.ROW: ": how those who gave an answer divide over the columns",
    Measure.TOTAL: ", of {base} in all columns",
    Measure.INDEX: ": column % with the Total as 100, of {base}",
    Measure.MEAN: ", of {base}",
    Measure.RESPONSES: ": of all answers given, not of respondents",
}
_AGAINST = {
    Against.TOTAL: "higher or lower than the Total, of which the column is a part",
    Against.REST: "higher or lower than everyone else in the Total",
}
_BEST = {1: "the best rating", 2: "the two best ratings together"}
_SMALLEST = 0.001
_CORRECTIONS = {
    Correction.NONE: "not corrected for many tests",
    Correction.HOLM: "Holm within the {family}",
    Correction.BH: "Benjamini–Hochberg within the {family}",
}


def notes_of(
    survey: Survey,
    view: View,
    cube: Cube,
    measure: Measure,
    base_flags: tuple[str, ...],
    whole: tuple[OverallTest, ...],
    statuses: frozenset[Status],
    *,
    few_cases: bool,
    gone: Sequence[str] = (),
    in_total: bool = False,
) -> tuple[Note, ...]:
    """Return the lines under a table: what its numbers are and are not."""
    few = [f"{FEW_CASES_MARK} few cases: under {FEW_CASES} expected."] if few_cases else []
    untested = untested_tables(cube, view) if measure is not Measure.MEAN else ()
    codebook = survey.codebook
    return (
        *notes_about(NoteKind.MEASURE, _about_measure(view, cube, measure)),
        *notes_about(NoteKind.ROWS, _about_rows(cube, measure, statuses)),
        *notes_about(NoteKind.TESTS, _about_tests(view, cube, measure, base_flags)),
        *notes_about(NoteKind.FEW_CASES, few),
        *notes_about(NoteKind.WAVES, _about_waves(gone, in_total=in_total)),
        *notes_about(NoteKind.WEIGHT, _about_weight(survey, view, cube.left_out)),
        *notes_about(NoteKind.DESIGN, _about_design(codebook, cube)),
        *notes_about(NoteKind.FILTERS, _about_respondents(codebook, view)),
        *notes_about(NoteKind.OVERALL_TEST, _about_whole(whole, untested)),
        *notes_about(NoteKind.DETECTED, _about_guesses(codebook, view, cube)),
        *_about_file(survey),
        *notes_about(NoteKind.CODEBOOK, [codebook.note] if codebook.note else []),
    )


def notes_on_sample(survey: Survey, view: View, left_out: int) -> tuple[Note, ...]:
    """Return how respondents are weighted, how many without a weight, and who is kept."""
    return (
        *notes_about(NoteKind.WEIGHT, _about_weight(survey, view, left_out)),
        *notes_about(NoteKind.FILTERS, _about_respondents(survey.codebook, view)),
        *_about_file(survey),
    )


def _about_file(survey: Survey) -> Iterator[Note]:
    """Yield what puts every number in doubt."""
    for note in survey.notes:
        if note.kind is NoteKind.CUT_OFF:
            yield replace(note, text=f"{note.text[0].upper()}{note.text[1:]}.")


def measure_name(measure: Measure, view: View) -> str:
    """Return what the cells of a table hold, in two or three words."""
    if measure is Measure.COUNT:
        return "Weighted counts" if view.weight else "Counts of respondents"
    return _MEASURES[measure]


def _about_measure(view: View, cube: Cube, measure: Measure) -> Iterator[str]:
    question = cube.question
    base = "all respondents" if question.kind is Kind.TEXT else OVER[view.base]
    if measure is Measure.MEAN:
        base = OVER[Base.ANSWERED]
    line = measure_name(measure, view) + _OF.get(measure, "").format(base=base)
    if question.kind is Kind.GRID and measure is Measure.COLUMN:
        best = nets_of_scale(question)[0]
        line += f"; {_BEST[len(best.members)] if question.scores else f'“{best.label}”'}"
    if question.kind is Kind.MULTI and measure is not Measure.ROW:
        line += "; several answers possible"
    yield line + "."
    beside = [one.label for one in question.categories if one.score is None and not one.missing]
    if measure is Measure.MEAN and question.scores and beside:
        yield f"Without a score, so in the base but not in the mean: {', '.join(beside)}."
    if not cube.bases[view.base].n[:, 0].any():
        yield "Nobody is in the base: none of those whom the filters keep gave an answer."
    if view.show and view.show not in measures_of(question):
        yield f"{view.show.capitalize()} does not apply to this question."
    if view.sort is not Sort.QUESTIONNAIRE:
        yield f"Sorted by {view.sort}."
    if any(row.unlisted for row in cube.rows):
        yield "Answers that the codebook does not list stand last."


def _about_tests(
    view: View, cube: Cube, measure: Measure, base_flags: tuple[str, ...]
) -> Iterator[str]:
    compared = first_pair(cube.columns, view.against)
    if compared is None:
        return
    test = "pooled t-test"
    if measure is Measure.MEAN:
        test = "t-test of means"
    elif cube.design.declared:
        test = "t-test by linearisation"
    of = " of column %" if measure not in {Measure.COLUMN, Measure.MEAN} else ""
    family = ""
    if len(view.banner) > 1 and view.correction is not Correction.NONE:
        family = " of each banner variable"
    marks = (
        f"{HIGHER}{LOWER} {_AGAINST[view.against]}"
        if view.against in _AGAINST
        else ("Letters: higher than that column")
    )
    correction = _CORRECTIONS[view.correction].format(family=view.family)
    yield f"{marks}, {test}{of}, {view.level:g} %, {correction}{family}."
    if cube.overlaps and view.against is Against.COLUMNS:
        yield "Columns overlap: whoever gave several answers stands in each, and is taken out."
    first, second = compared
    unit = "in the question's unit" if measure is Measure.MEAN else f"in points{of}"
    title = "\u2212".join(column.letter or column.label for column in compared)
    yield f"{title}: {first.label} minus {second.label}, {unit}."
    flagged = list(zip(cube.columns, base_flags, strict=True))
    base = "effective base" if view.weight else "base"
    if any(flag == "*" for _, flag in flagged):
        yield f"* {base} under {SMALL}."
    small = [column.label for column, flag in flagged if flag == "**" and column.banner >= 0]
    if small:
        where = " in some rows" if len(cube.items) > 1 else ""
        yield f"** not tested, {base} under {TOO_SMALL}{where}: {', '.join(small)}."


def _about_rows(cube: Cube, measure: Measure, statuses: frozenset[Status]) -> Iterator[str]:
    if measure is Measure.MEAN:
        if cube.quantiles:
            yield (
                "Quartiles: the value that so much of the weights reaches, between two values "
                "their middle."
            )
        if cube.rounded:
            yield (
                f"Quartiles of numbers that the server rounded to {DIGITS} significant digits: "
                f"there are over {MOST:,} different ones."
            )
        return
    if Status.NET in statuses:
        yield "Nets count whoever gave any of their answers, once."
    if Status.SCORE in statuses:
        yield "Differences of nets and the promoter score are in points; scores tested as means."


def _about_waves(gone: Sequence[str], *, in_total: bool) -> Iterator[str]:
    """Yield which rows are blank in some column, since its wave did not offer them."""
    if gone:
        total = "; the Total is of every wave, also of those" if in_total else ""
        yield f"Blank where a wave did not offer it{total}: {quoted(gone)}."


def _about_whole(
    whole: tuple[OverallTest, ...], untested: Iterable[tuple[str, int, int]]
) -> Iterator[str]:
    for test in whole:
        p = f"p {test.p:.3f}".replace("0.", ".") if test.p >= _SMALLEST else "p < .001"
        freedom = f"{test.df:.0f}" if test.df2 is None else f"{test.df:.2f}, {test.df2:.1f}"
        kind = "X²" if test.df2 is None else "F"
        yield (
            f"Whole table by {test.variable}: {test.name} {kind} {test.statistic:.2f}, "
            f"df {freedom}, {p}."
        )
    for variable, rows, columns in untested:
        yield (
            f"Whole table by {variable} not tested: {rows:,} × {columns:,} cells, "
            f"over {MOST_CELLS:,}."
        )


def _about_design(codebook: Codebook, cube: Cube) -> Iterator[str]:
    design = cube.design
    if not design.declared:
        return
    parts = [f"{len(design.sizes)} strata of {codebook.strata}"] if codebook.strata else []
    if codebook.cluster:
        parts.append(f"{sum(design.sizes):,} clusters of {codebook.cluster}")
    over = f" over {' and '.join(parts)}" if parts else ""
    finite = f", of a finite population ({codebook.population})" if any(design.fractions) else ""
    yield f"Errors by linearisation{over}{finite}."
    lonely = sum(size == 1 for size in design.sizes)
    if lonely:
        have = "stratum has" if lonely == 1 else "strata have"
        yield f"{lonely} {have} one unit only and nothing to add to the errors."


def _about_weight(survey: Survey, view: View, left_out: int) -> Iterator[str]:
    codebook = survey.codebook
    if view.weight is None:
        yield "Unweighted."
        return
    guessed = codebook.weight_guess if view.weight == codebook.weight else ""
    yield f"Weighted by {view.weight}{_as_guess(guessed)}; tests on effective bases."
    if question := question_of_column(survey, view.weight):
        yield f"{view.weight} was read as the answers to {question.id}: is it a weight?"
    if left_out:
        yield f"{left_out:,} left out: their weight is missing, zero, negative or not finite."


def _about_respondents(codebook: Codebook, view: View) -> Iterator[str]:
    for one in view.filters:
        latest = " (the latest)" if _is_latest_wave(codebook, one) else ""
        yield f"Only {describe_filter(codebook, one)}{latest}."


def _is_latest_wave(codebook: Codebook, one: Condition) -> bool:
    question = codebook.find(codebook.wave) if codebook.wave else None
    if question is None or not question.categories:
        return False
    return one == Filter(question.id, "=", (question.latest,))


def describe_filter(codebook: Codebook, one: Condition) -> str:
    """Return a filter in words, with the labels of its categories."""
    if isinstance(one, AnyOf):
        return " or ".join(describe_filter(codebook, each) for each in one.alternatives)
    if one.values == (NO_ANSWER,):
        return f"{one.question} has {'no' if one.operator == '=' else 'an'} answer"
    operator = {"=": "is", "!=": "is not"}.get(one.operator, one.operator)
    return f"{one.question} {operator} {' or '.join(labels_of(codebook, one))}"


def labels_of(codebook: Codebook, one: Filter) -> list[str]:
    """Return the values of a filter as the questionnaire words them."""
    question = codebook.find(one.question)
    labels = {NO_ANSWER: "no answer"}
    labels |= {each.code: each.label for each in question.categories} if question else {}
    return [labels.get(code, code) for code in one.values]


def _about_guesses(codebook: Codebook, view: View, cube: Cube) -> Iterator[str]:
    banner = {name for names in view.banner for name in names}
    if codebook.default_banner in banner and (
        guess := codebook.role_guess or codebook.banner_guess
    ):
        yield f"Compared by {codebook.default_banner}{_as_guess(guess)}."
    if codebook.wave_guess and any(one.mentions(codebook.wave) for one in view.filters):
        yield f"Wave {codebook.wave}{_as_guess(codebook.wave_guess)}."
    if cube.question.guess:
        yield f"This question{_as_guess(cube.question.guess)}."


def _as_guess(guess: str) -> str:
    return f" (a guess: {guess})" if guess else ""
