"""What is loaded before the first screen, and for a first table: each module takes its time."""

from __future__ import annotations

from tests.test_layers import MODULES, ended, loaded_with

EXAMPLE = "examples/cmo-benchmark-2016.parquet"
OF_SOME_VERBS = frozenset(
    {
        "cxtui.analysis.ranking.ranking_options",
        "cxtui.work.brief.brief_options",
        "cxtui.work.coding.codes_options",
        "cxtui.work.plan.plan_options",
        "cxtui.work.weighting.weight_options",
    }
)
"""Options of a few verbs, loaded where those are called."""

BEHIND_THE_SCREEN = OF_SOME_VERBS | {
    "cxtui.analysis.view.view",
    "cxtui.output.replay",
    "cxtui.session.events",
    "cxtui.session.survey_session",
    "cxtui.survey.conditions",
    "cxtui.survey.model",
    "cxtui.survey.question",
}
"""What a survey and a view are, and the session: loaded while the first screen stands."""

OF_SOME_SURVEYS = frozenset(
    {
        "cxtui.analysis.derive.source_answers",
        "cxtui.analysis.query.cluster_queries",
        "cxtui.analysis.query.cluster_reduction",
        "cxtui.analysis.query.side_queries.wave_differences",
        "cxtui.analysis.query.side_queries.written_answers",
        "cxtui.analysis.query.stacks.stack_builder",
        "cxtui.survey.derive.derivation",
        "cxtui.survey.derive.derivation_text",
    }
)
"""Derived questions, waves, clusters and many tables at once: loaded where there are some."""

COMMAND_LINE, FIRST_SCREEN, FIRST_TABLE = 34, 84, 215
"""The most modules of ours that are loaded: each takes about half a millisecond."""


def test_few_modules_are_loaded_before_the_first_screen() -> None:
    """Options of other verbs, surveys and views wait until it stands."""
    command_line = loaded_with("cxtui.cli.command_line") & {*MODULES}
    assert len(command_line) <= COMMAND_LINE
    loaded = loaded_with("cxtui.cli.command_line", "cxtui.app.explorer") & {*MODULES}
    assert loaded & BEHIND_THE_SCREEN == set()
    assert len(loaded) <= FIRST_SCREEN


def test_few_modules_are_loaded_for_a_table() -> None:
    """What derives questions, compares waves, reduces clusters and counts many tables is not."""
    words = ["table", EXAMPLE, "cx_goal", "--format", "csv"]
    program = (
        "import sys; from cxtui.cli.command_line import main; "
        f"assert main({words!r}) == 0; print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    table = ended(program)
    assert table.stdout
    loaded = set(table.stderr.split()) & {*MODULES}
    assert loaded & (OF_SOME_SURVEYS | OF_SOME_VERBS) == set()
    assert len(loaded) <= FIRST_TABLE
