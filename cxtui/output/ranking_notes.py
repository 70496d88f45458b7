"""Notes under a ranking: its family, what moved means, its margin, test, base and sample."""

from __future__ import annotations

from collections.abc import Iterator

from cxtui.analysis.ranking.ranked_lines import Ranking, Verdict
from cxtui.analysis.stats.cell_statistics import is_classical
from cxtui.analysis.tables.error_notes import about_design, test_name
from cxtui.analysis.tables.notes import OVER, notes_on_sample
from cxtui.messages import tr, tr_count
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of


def notes_on(ranking: Ranking, survey: Survey) -> tuple[str, ...]:
    """Return the notes of a ranking."""
    return (*_about_rule(ranking), *_about_data(ranking, survey))


def _about_rule(ranking: Ranking) -> Iterator[str]:
    lines = tr_count(ranking.tested, "{:,} line", "{:,} lines")
    if len(ranking.comparisons) < 2:  # noqa: PLR2004 -- a line a question
        lines = tr_count(ranking.tested, "{:,} question", "{:,} questions")
    yield tr(
        "Differ: Benjamini–Hochberg over {}, {:g}%; then Holm over the answers of each.",
        *(lines, ranking.level),
    )
    yield tr("moved: of 100 people in one group, how many would have to answer otherwise.")
    if ranking.by_verdict(Verdict.CANNOT_TELL):
        yield tr(
            "Cannot tell: a gap of {:g} points may be there or not (--margin).",
            ranking.options.margin,
        )


def _about_data(ranking: Ranking, survey: Survey) -> Iterator[str]:
    sample = ranking.sample
    test = tr("pooled t-test (means: linearized)")
    if sample is not None and not (is_classical(sample) and ranking.compares_pairs):
        test = test_name(sample.rule) if not is_classical(sample) else tr("linearized t-test")
    yield tr("Answers: {}; base: {}.", test, tr(OVER[ranking.view.base]))
    about = sentences_of(notes_on_sample(survey, ranking.view, ranking.left_out))
    errors = about_design(survey.codebook, sample) if sample is not None else ()
    yield " ".join([*about, *errors])
