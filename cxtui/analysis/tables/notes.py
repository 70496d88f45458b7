"""Notes under a table: measure, base, tests, weight, filters, and what was auto-detected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cxtui.analysis.query.cube import Cube, Status
from cxtui.analysis.query.expressions.exact_sums import question_of_column
from cxtui.analysis.query.expressions.number_classes import DIGITS, MOST
from cxtui.analysis.query.side_queries.wave_differences import quoted
from cxtui.analysis.stats.cell_statistics import is_classical
from cxtui.analysis.stats.overall_test import (
    OverallTest,
    untested_tables,
)
from cxtui.analysis.stats.scale_nets import nets_of_scale
from cxtui.analysis.stats.significance import FEW_CASES, SMALL, TOO_SMALL, first_pair
from cxtui.analysis.tables.error_notes import (
    about_design,
    about_no_errors,
    about_overall_tests,
    about_replicates,
    test_name,
)
from cxtui.analysis.tables.table import FEW_CASES as FEW_CASES_FLAG
from cxtui.analysis.tables.table import TableRow, title_of_gap
from cxtui.analysis.view.view import (
    Against,
    Base,
    Correction,
    Family,
    Measure,
    Sort,
    Variance,
    View,
    measures_of,
)
from cxtui.messages import tr
from cxtui.survey.conditions import NO_ANSWER, AnyOf, Condition, Filter
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.note import Note, NoteKind, notes_about
from cxtui.survey.question import Kind, told_apart

FEW_CASES_MARK = "~"
"""Mark after a number whose test expects few cases."""

OVER = {
    Base.ANSWERED: "all who answered",
    Base.ASKED: "all who were asked, user-missing answers included",
    Base.ALL: "all respondents, also those not asked",
}
"""The base of a percentage, to be translated."""

_MEASURES = {
    Measure.COLUMN: ("Column %", "Column %, of {}"),
    Measure.ROW: ("Row %", "Row %: how those who gave an answer divide over the columns"),
    Measure.TOTAL: ("Total %", "Total %, of {} in all columns"),
    Measure.INDEX: ("Index", "Index: column % with the Total as 100, of {}"),
    Measure.MEAN: ("Mean", "Mean, of {}"),
    Measure.RESPONSES: (
        "% of responses",
        "% of responses: of all answers given, not of respondents",
    ),
}
"""Name and description of a measure; the latter takes the base."""

_MARKS = {
    Against.COLUMNS: "Letters: higher than that column",
    Against.TOTAL: "▲▼ higher or lower than the Total, of which the column is a part",
    Against.REST: "▲▼ higher or lower than everyone else in the Total",
}
_OPERATORS = {"=": "{} is {}", "!=": "{} is not {}"}
_BEST = {1: "the best rating", 2: "the two best ratings together"}
_CORRECTIONS = {
    Correction.HOLM: "Holm within the {}",
    Correction.BH: "Benjamini–Hochberg within the {}",
}
_FAMILIES = {Family.ROW: "row", Family.TABLE: "table"}


def notes_of(
    survey: Survey,
    view: View,
    cube: Cube,
    measure: Measure,
    rows: Sequence[TableRow],
    base_flags: tuple[str, ...],
    whole: tuple[OverallTest, ...],
) -> tuple[Note, ...]:
    """Return the notes of a table; `whole` are its overall tests."""
    codebook = survey.codebook
    untested = untested_tables(cube) if measure is not Measure.MEAN else ()
    return (
        *notes_about(NoteKind.MEASURE, _about_measure(view, cube, measure)),
        *notes_about(NoteKind.ROWS, _about_rows(cube, measure, rows)),
        *notes_about(NoteKind.TESTS, _about_tests(view, cube, measure, base_flags)),
        *notes_about(NoteKind.FEW_CASES, _about_few_cases(rows)),
        *notes_about(NoteKind.WAVES, _about_waves(rows)),
        *notes_about(NoteKind.WEIGHT, _about_weight(survey, view, cube.left_out)),
        *notes_about(NoteKind.DESIGN, about_design(codebook, cube.sample)),
        *notes_about(NoteKind.DESIGN, about_replicates(cube, rows)),
        *notes_about(NoteKind.DESIGN, about_no_errors(cube, rows)),
        *notes_about(NoteKind.FILTERS, _about_filters(codebook, view)),
        *notes_about(NoteKind.OVERALL_TEST, about_overall_tests(cube, whole, untested)),
        *notes_about(NoteKind.DETECTED, _about_detected(codebook, view, cube)),
        *_about_file(survey),
        *notes_about(NoteKind.CODEBOOK, [codebook.note] if codebook.note else []),
    )


def notes_on_sample(survey: Survey, view: View, left_out: int) -> tuple[Note, ...]:
    """Return the notes on weight, respondents without a weight, filters, and the file."""
    return (
        *notes_about(NoteKind.WEIGHT, _about_weight(survey, view, left_out)),
        *notes_about(NoteKind.FILTERS, _about_filters(survey.codebook, view)),
        *_about_file(survey),
    )


def _about_file(survey: Survey) -> Iterator[Note]:
    for note in survey.notes:
        if note.kind is NoteKind.CUT_OFF:
            yield replace(note, text=f"{note.text[0].upper()}{note.text[1:]}.")


def measure_name(measure: Measure, view: View) -> str:
    """Return the name of a measure, in two or three words."""
    if measure is Measure.COUNT:
        return tr("Weighted counts") if view.weight else tr("Counts of respondents")
    return tr(_MEASURES[measure][0])


def _about_measure(view: View, cube: Cube, measure: Measure) -> Iterator[str]:
    question = cube.question
    base = OVER[Base.ANSWERED if measure is Measure.MEAN else view.base]
    if question.kind is Kind.TEXT:
        base = "all respondents"
    parts = [measure_name(measure, view)]
    if measure in _MEASURES:
        parts = [tr(_MEASURES[measure][1], tr(base))]
    if question.kind is Kind.GRID and measure is Measure.COLUMN:
        best = nets_of_scale(question)[0]
        parts.append(tr(_BEST[len(best.members)]) if question.scores else f"“{best.label}”")
    if question.kind is Kind.MULTI and measure is not Measure.ROW:
        parts.append(tr("several answers possible"))
    yield f"{'; '.join(parts)}."
    beside = [one.label for one in question.categories if one.score is None and not one.missing]
    if measure is Measure.MEAN and question.scores and beside:
        yield tr("Without a score, so in the base but not in the mean: {}.", ", ".join(beside))
    if not cube.bases[view.base].n[:, 0].any():
        yield tr("Nobody is in the base: none of those whom the filters keep gave an answer.")
    if view.show and view.show not in measures_of(question):
        yield tr("{} does not apply to this question.", view.show.capitalize())
    if view.sort is not Sort.QUESTIONNAIRE:
        yield tr("Sorted by {}.", view.sort)
    if any(row.unlisted for row in cube.rows):
        yield tr("Answers that the codebook does not list stand last.")


def _about_tests(
    view: View, cube: Cube, measure: Measure, base_flags: tuple[str, ...]
) -> Iterator[str]:
    compared = first_pair(cube.columns, view.against)
    if compared is None:
        return
    test, unit = tr("t-test of means"), tr("in the question's unit")
    if measure is not Measure.MEAN:
        test, unit = test_name(cube.sample.rule), tr("in points")
        if measure is not Measure.COLUMN:
            test, unit = tr("{} of column %", test), tr("{} of column %", unit)
    correction = tr("not corrected for many tests")
    if view.correction in _CORRECTIONS:
        family = tr(_FAMILIES[view.family])
        if len(view.banner) > 1:
            family = tr("{} of each banner variable", family)
        correction = tr(_CORRECTIONS[view.correction], family)
    yield tr("{}, {}, {:g} %, {}.", tr(_MARKS[view.against]), test, view.level, correction)
    if cube.overlaps and view.against is Against.COLUMNS:
        yield tr("Columns overlap: whoever gave several answers stands in each, and is taken out.")
    first, second = compared
    yield tr("{}: {} minus {}, {}.", title_of_gap(compared), first.label, second.label, unit)
    base = tr("effective base") if view.weight else tr("base")
    if not is_classical(cube.sample):
        base = tr("least of n, Kish's and effective base")
    if "*" in base_flags:
        yield tr("* {} under {}.", base, SMALL)
    flagged = zip(cube.columns, base_flags, strict=True)
    small = [column.label for column, flag in flagged if flag == "**" and column.banner >= 0]
    if small and len(cube.items) > 1:
        yield tr("** not tested, {} under {} in some rows: {}.", base, TOO_SMALL, ", ".join(small))
    elif small:
        yield tr("** not tested, {} under {}: {}.", base, TOO_SMALL, ", ".join(small))


def _about_few_cases(rows: Sequence[TableRow]) -> Iterator[str]:
    if any(cell.flag == FEW_CASES_FLAG for row in rows for cell in row.cells):
        yield tr("{} few cases: under {} expected.", FEW_CASES_MARK, FEW_CASES)


def _about_rows(cube: Cube, measure: Measure, rows: Sequence[TableRow]) -> Iterator[str]:
    if measure is Measure.MEAN:
        if cube.quartiles:
            yield tr(
                "Quartiles: the value that so much of the weights reaches, between two values "
                "their middle."
            )
        if cube.quartiles and cube.quartiles.rounded:
            yield tr(
                "Quartiles of numbers that the server rounded to {} significant digits: "
                "there are over {:,} different ones.",
                DIGITS,
                MOST,
            )
        return
    statuses = {row.status for row in rows}
    if Status.NET in statuses:
        yield tr("Nets count whoever gave any of their answers, once.")
    if Status.SCORE in statuses:
        yield tr(
            "Differences of nets and the promoter score are in points; scores tested as means."
        )


def _about_waves(rows: Sequence[TableRow]) -> Iterator[str]:
    """Yield the rows that are blank in some column, since its wave did not offer them."""
    blank = [row for row in rows if any(cell.gone for cell in row.cells)]
    labels = quoted([row.label for row in blank])
    if any(not row.cells[0].gone for row in blank):
        yield tr(
            "Blank where a wave did not offer it; the Total is of every wave, also of those: {}.",
            labels,
        )
    elif blank:
        yield tr("Blank where a wave did not offer it: {}.", labels)


def _about_weight(survey: Survey, view: View, left_out: int) -> Iterator[str]:
    codebook = survey.codebook
    if view.weight is None:
        yield tr("Unweighted.")
        return
    guess = codebook.weight_guess if view.weight == codebook.weight else ""
    said = "Weighted by {}."
    if view.variance is Variance.KISH:
        said = "Weighted by {}; tests on effective bases."
    yield tr(said, guessed(view.weight, guess))
    if question := question_of_column(survey, view.weight):
        yield tr("{} was read as the answers to {}: is it a weight?", view.weight, question.id)
    if left_out:
        yield tr("{:,} left out: their weight is missing, zero, negative or not finite.", left_out)


def _about_filters(codebook: Codebook, view: View) -> Iterator[str]:
    wave = codebook.find(codebook.wave) if codebook.wave else None
    latest = Filter(wave.id, "=", (wave.latest,)) if wave and wave.categories else None
    for one in view.filters:
        text = describe_filter(codebook, one)
        yield tr("Only {} (the latest).", text) if one == latest else tr("Only {}.", text)


def describe_filter(codebook: Codebook, one: Condition) -> str:
    """Return a filter in words, with the labels of its categories."""
    if isinstance(one, AnyOf):
        return tr(" or ").join(describe_filter(codebook, each) for each in one.alternatives)
    if one.values == (NO_ANSWER,):
        return tr("{} has no answer" if one.operator == "=" else "{} has an answer", one.question)
    labels = tr(" or ").join(labels_of(codebook, one))
    if one.operator in _OPERATORS:
        return tr(_OPERATORS[one.operator], one.question, labels)
    return f"{one.question} {one.operator} {labels}"


def labels_of(codebook: Codebook, one: Filter) -> list[str]:
    """Return the values of a filter, with the labels of its categories."""
    question = codebook.find(one.question)
    categories = told_apart(question.categories) if question else ()
    labels = {each.code: each.label for each in categories} | {NO_ANSWER: tr("no answer")}
    return [labels.get(code, code) for code in one.values]


def _about_detected(codebook: Codebook, view: View, cube: Cube) -> Iterator[str]:
    banner = {name for names in view.banner for name in names}
    guess = codebook.role_guess or codebook.banner_guess
    if guess and codebook.default_banner in banner:
        yield tr("Compared by {}.", guessed(codebook.default_banner, guess))
    if codebook.wave_guess and any(one.mentions(codebook.wave) for one in view.filters):
        yield tr("Wave {}.", guessed(codebook.wave, codebook.wave_guess))
    if cube.question.guess:
        yield tr("This question (a guess: {}).", cube.question.guess)


def guessed(name: str, reason: str) -> str:
    """Return the name of a column, with the reason why it was auto-detected if it was."""
    return tr("{} (a guess: {})", name, reason) if reason else name
