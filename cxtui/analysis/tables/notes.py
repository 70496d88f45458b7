"""Notes under a table: measure, base, tests, weight, filters, and what was auto-detected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cxtui.analysis.query.cube import Column, Cube, Status
from cxtui.analysis.query.expressions.exact_sums import question_of_column
from cxtui.analysis.query.expressions.number_classes import DIGITS, MOST
from cxtui.analysis.stats.cell_statistics import is_classical
from cxtui.analysis.stats.overall_test import (
    OverallTest,
    untested_tables,
)
from cxtui.analysis.stats.significance import FEW_CASES, SMALL, TOO_SMALL, first_pair
from cxtui.analysis.tables.derived_notes import about_derived
from cxtui.analysis.tables.error_notes import (
    about_design,
    about_no_errors,
    about_overall_tests,
    about_replicates,
    test_name,
)
from cxtui.analysis.tables.state_line import describe_filter, measure_name
from cxtui.analysis.tables.table import FEW_CASES as FEW_CASES_FLAG
from cxtui.analysis.tables.table import TableRow, title_of_gap
from cxtui.analysis.view.scale_nets import nets_of_scale
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
from cxtui.messages import quoted, tr
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.note import Note, NoteKind, notes_about
from cxtui.survey.question import Kind

FEW_CASES_MARK = "~"
"""Mark after a number whose test expects few cases."""

OVER = {
    Base.ANSWERED: "all answering",
    Base.ASKED: "all asked, user-missing answers included",
    Base.ALL: "all respondents, also those not asked",
}
"""The base of a percentage, to be translated."""

_MEASURES = {
    Measure.COLUMN: "Column %. Base: {}.",
    Measure.ROW: "Row %: each row adds up to 100 over the columns.",
    Measure.TOTAL: "Total %. Base: {}, in all columns together.",
    Measure.INDEX: "Index: column % with the Total as 100. Base: {}.",
    Measure.MEAN: "Mean. Base: {}.",
    Measure.RESPONSES: "% of responses. Base: all answers given, not respondents.",
}
"""Description of a measure; it takes the base."""

_MARKS = {
    Against.COLUMNS: "Letter: significantly higher than that column ({}, {:g}%, {}).",
    Against.TOTAL: "▲▼ significantly higher or lower than the Total, of which the column is a part "
    "({}, {:g}%, {}).",
    Against.REST: "▲▼ significantly higher or lower than all other respondents ({}, {:g}%, {}).",
}
_BRIEF_MARKS = {
    Against.COLUMNS: "letter: significantly higher than that column",
    Against.TOTAL: "▲▼ significantly higher or lower than the Total",
    Against.REST: "▲▼ significantly higher or lower than the rest",
}
_BEST = {1: "the best rating", 2: "the two best ratings together"}
_CORRECTIONS = {
    Correction.HOLM: "Holm-adjusted within {}",
    Correction.BH: "Benjamini–Hochberg-adjusted within {}",
}
_FAMILIES = {
    Family.ROW: ("row", "row and banner variable"),
    Family.TABLE: ("table", "table and banner variable"),
}


def notes_of(
    survey: Survey,
    view: View,
    cube: Cube,
    measures: Sequence[Measure],
    rows: Sequence[TableRow],
    base_flags: tuple[str, ...],
    whole: tuple[OverallTest, ...],
) -> tuple[Note, ...]:
    """Return the notes of a table of one measure or several; `whole` are its overall tests."""
    codebook, measure = survey.codebook, measures[0]
    untested = untested_tables(cube) if measure is not Measure.MEAN else ()
    return (
        *notes_about(NoteKind.STATE, [_measure_in_words(view, cube, one) for one in measures]),
        *_about_cells(view, cube, measure),
        *notes_about(NoteKind.MEASURE, _about_measure(view, cube, measure)),
        *notes_about(NoteKind.ROWS, _about_rows(cube, measure, rows)),
        *_about_tests(view, cube, measure, rows),
        *_about_bases(view, cube, base_flags),
        *_about_few_cases(rows),
        *_about_waves(rows),
        *_about_weight(survey, view, cube.left_out),
        *notes_about(NoteKind.DESIGN, about_design(codebook, cube.sample)),
        *notes_about(NoteKind.DESIGN, about_replicates(cube, rows)),
        *notes_about(NoteKind.DESIGN, about_no_errors(cube, rows)),
        *notes_about(NoteKind.STATE, _about_filters(codebook, view)),
        *notes_about(NoteKind.DERIVED, about_derived(survey, view, cube)),
        *about_overall_tests(cube, whole, untested),
        *notes_about(
            NoteKind.DETECTED, _about_detected(codebook, view, cube, is_suppressed=survey.least > 0)
        ),
        *_about_file(survey),
        *notes_about(NoteKind.CODEBOOK, [codebook.note] if codebook.note else []),
    )


def notes_on_sample(survey: Survey, view: View, left_out: int) -> tuple[Note, ...]:
    """Return the notes on weight, respondents without a weight, filters, and the file."""
    return (
        *_about_weight(survey, view, left_out),
        *notes_about(NoteKind.STATE, _about_filters(survey.codebook, view)),
        *notes_about(NoteKind.DERIVED, about_derived(survey, view)),
        *_about_file(survey),
    )


def _about_file(survey: Survey) -> Iterator[Note]:
    for note in survey.notes:
        if note.kind is NoteKind.CUT_OFF:
            text = f"{note.text[0].upper()}{note.text[1:]}."
            yield replace(note, text=text, brief=tr("the file may be cut off"))


def _measure_in_words(view: View, cube: Cube, measure: Measure) -> str:
    if measure not in _MEASURES:
        return f"{measure_name(measure, view)}."
    base = OVER[Base.ANSWERED if measure is Measure.MEAN else view.base]
    if cube.question.kind is Kind.TEXT:
        base = "all respondents"
    return tr(_MEASURES[measure], tr(base))


def _about_cells(view: View, cube: Cube, measure: Measure) -> Iterator[Note]:
    question = cube.question
    if not cube.bases[view.base].n[:, 0].any():
        text = tr("No respondents in the base: of those that the filters keep, none answered.")
        yield Note(NoteKind.MEASURE, text, tr("no respondents in the base"))
    if question.kind is Kind.GRID and measure is Measure.COLUMN:
        best = nets_of_scale(question)[0]
        shown = tr(_BEST[len(best.members)]) if question.scores else f"“{best.label}”"
        text = tr("Shown of each item: {}.", shown)
        yield Note(NoteKind.MEASURE, text, tr("of each item: {}", shown))
    if question.kind is Kind.MULTI and measure is not Measure.ROW:
        brief = tr("several answers possible")
        yield Note(NoteKind.MEASURE, tr("Several answers possible."), brief)


def _about_measure(view: View, cube: Cube, measure: Measure) -> Iterator[str]:
    question = cube.question
    beside = [one.label for one in question.categories if one.score is None and not one.missing]
    if measure is Measure.MEAN and question.scores and beside:
        yield tr("In the base, but not in the mean (no score): {}.", ", ".join(beside))
    for one in (view.show, *view.also):
        if one and one not in measures_of(question):
            yield tr("{} does not apply to this question.", one.capitalize())
    if view.sort is not Sort.QUESTIONNAIRE:
        yield tr("Sorted by {}.", view.sort)
    if any(row.unlisted for row in cube.rows):
        yield tr("Answers that the codebook does not list come last.")


def _about_tests(
    view: View, cube: Cube, measure: Measure, rows: Sequence[TableRow]
) -> Iterator[Note]:
    compared = first_pair(cube.columns, view.against)
    if compared is None:
        return
    test = tr("t-test of means")
    if measure is not Measure.MEAN:
        test = test_name(cube.sample.rule)
        if measure is not Measure.COLUMN:
            test = tr("{} of column %", test)
    correction = tr("unadjusted for multiple tests")
    if view.correction in _CORRECTIONS:
        family = tr(_FAMILIES[view.family][len(view.banner) > 1])
        correction = tr(_CORRECTIONS[view.correction], family)
    text = tr(_MARKS[view.against], test, view.level, correction)
    yield Note(NoteKind.TESTS, text, _brief_marks(view, rows))
    if cube.overlaps and view.against is Against.COLUMNS:
        text = tr("Columns overlap (multiple answers); tests allow for it.")
        yield Note(NoteKind.TESTS, text)
    yield gap_note(compared, gap_unit(measure))


def gap_note(compared: tuple[Column, Column], unit: str) -> Note:
    """Return the note on which columns the gap subtracts, in a unit in words."""
    first, second = compared
    title = title_of_gap(compared)
    text = tr("{}: {} minus {}, {}.", title, first.label, second.label, unit)
    return Note(NoteKind.GAP, text)


def gap_unit(measure: Measure) -> str:
    """Return the unit of the gaps of a table in words."""
    if measure is Measure.MEAN:
        return tr("in the question's unit")
    unit = tr("in points")
    return unit if measure is Measure.COLUMN else tr("{} of column %", unit)


def _brief_marks(view: View, rows: Sequence[TableRow]) -> str:
    """Return what the marks say in a few words, or that there are none; empty if none is tested."""
    cells = [cell for row in rows for cell in row.cells]
    if any(cell.letters for cell in cells):
        return tr(_BRIEF_MARKS[view.against])
    return tr("no significant difference") if any(cell.min_p is not None for cell in cells) else ""


def _about_bases(view: View, cube: Cube, base_flags: tuple[str, ...]) -> Iterator[Note]:
    if first_pair(cube.columns, view.against) is None:
        return
    base = tr("effective base") if view.weight else "n"
    if not is_classical(cube.sample):
        base = tr("least of n, Kish's and effective base")
    if "*" in base_flags:
        text = tr("* Small base ({} < {}): read with caution.", base, SMALL)
        yield Note(NoteKind.BASES, text, tr("* small base ({} < {})", base, SMALL))
    flagged = zip(cube.columns, base_flags, strict=True)
    small = [column.label for column, flag in flagged if flag == "**" and column.banner >= 0]
    if small:
        message = "** Not tested ({} < {}): {}."
        if len(cube.items) > 1:
            message = "** Not tested ({} < {} in some rows): {}."
        text = tr(message, base, TOO_SMALL, ", ".join(small))
        yield Note(NoteKind.BASES, text, tr("** not tested ({} < {})", base, TOO_SMALL))


def _about_few_cases(rows: Sequence[TableRow]) -> Iterator[Note]:
    if any(cell.flag == FEW_CASES_FLAG for row in rows for cell in row.cells):
        text = tr("{} Expected count below {}: indicative only.", FEW_CASES_MARK, FEW_CASES)
        brief = tr("{} expected count < {}", FEW_CASES_MARK, FEW_CASES)
        yield Note(NoteKind.FEW_CASES, text, brief)


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
        yield tr("A net counts each respondent once.")
    if Status.SCORE in statuses:
        yield tr(
            "Differences of nets and the promoter score are in points; scores tested as means."
        )


def _about_waves(rows: Sequence[TableRow]) -> Iterator[Note]:
    """Yield the rows that are blank in some column, since its wave did not offer them."""
    blank = [row for row in rows if any(cell.gone for cell in row.cells)]
    if not blank:
        return
    message = "Blank where the wave did not offer the answer: {}."
    if any(not row.cells[0].gone for row in blank):
        message = "Blank where the wave did not offer the answer; the Total counts all waves: {}."
    text = tr(message, quoted([row.label for row in blank]))
    yield Note(NoteKind.WAVES, text, tr("blank: not offered in that wave"))


def _about_weight(survey: Survey, view: View, left_out: int) -> Iterator[Note]:
    codebook = survey.codebook
    if view.weight is None:
        yield Note(NoteKind.STATE, tr("Unweighted."))
        return
    guess = codebook.weight_guess if view.weight == codebook.weight else ""
    said = "Weighted by {}."
    if view.variance is Variance.KISH:
        said = "Weighted by {}; tests on effective bases."
    kind = NoteKind.WEIGHT if guess else NoteKind.STATE
    yield Note(kind, tr(said, guessed(view.weight, guess)))
    if question := question_of_column(survey, view.weight):
        message = "{} was read as the answers to {}: is it a weight?"
        yield Note(NoteKind.WEIGHT, tr(message, view.weight, question.id))
    if 0 < left_out < survey.least:
        text = tr(
            "Fewer than {:,} respondents excluded: weight missing or not usable.", survey.least
        )
        yield Note(NoteKind.WEIGHT, text)
    elif left_out:
        message = "{:,} respondents excluded: weight missing, zero, negative or not finite."
        brief = tr("{:,} respondents without a usable weight", left_out)
        yield Note(NoteKind.WEIGHT, tr(message, left_out), brief)


def _about_filters(codebook: Codebook, view: View) -> Iterator[str]:
    wave = codebook.find(codebook.wave) if codebook.wave else None
    latest = Filter(wave.id, "=", (wave.latest,)) if wave and wave.categories else None
    for one in view.filters:
        text = describe_filter(codebook, one)
        yield tr("Filter: {} (latest).", text) if one == latest else tr("Filter: {}.", text)


def _about_detected(
    codebook: Codebook, view: View, cube: Cube, *, is_suppressed: bool
) -> Iterator[str]:
    """Yield what was auto-detected; the reason for a banner tells how large its groups are."""
    banner = {name for names in view.banner for name in names}
    guess = codebook.role_guess or codebook.banner_guess
    if guess and codebook.default_banner in banner:
        guess = tr("counts are not shown") if is_suppressed else guess
        yield tr("Banner: {}.", guessed(codebook.default_banner, guess))
    if codebook.wave_guess and any(one.mentions(codebook.wave) for one in view.filters):
        yield tr("Wave: {}.", guessed(codebook.wave, codebook.wave_guess))
    if cube.question.guess:
        yield tr("Question type auto-detected: {}.", cube.question.guess)


def guessed(name: str, reason: str) -> str:
    """Return the name of a column, with the reason why it was auto-detected if it was."""
    return tr("{} (auto-detected: {})", name, reason) if reason else name
