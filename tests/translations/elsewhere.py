"""Where the messages are that a call of `tr` names by a field, an attribute or a member.

By the module and the text of the call. Each source is a kind and a name: `field` what is given for
the field of a class, `values` the members of an enumeration, `value` a name of a module,
`argument` what calls give in a place, `returned` and `yielded` what functions do, `texts` the
messages themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

_COMMANDS = "column cxtui.app.keys.commands._TABLE"
_TITLE, _HELP, _SHORT = (f"{_COMMANDS} 2",), (f"{_COMMANDS} 3",), (f"{_COMMANDS} 4",)
_VERBS = ("values Verb",)
_METHODS = ("returned method_name",)
_TRANSLATED: tuple[str, ...] = ()
"""A text that was made by `tr` before."""

ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "cxtui/analysis/derive/derive_draft.py: tr(draft.verb)": _VERBS,
    "cxtui/analysis/query/cube.py: tr(self.name)": ("texts Total|Rest",),
    "cxtui/analysis/tables/table_rows.py: tr(label)": (
        "value cxtui.analysis.query.cube.QUARTILES",
    ),
    "cxtui/analysis/view/typed_nets.py: ViewError(why)": _TRANSLATED,
    "cxtui/app/explorer.py: CxtuiError(problem)": _TRANSLATED,
    "cxtui/app/linear/linear_visit.py: tr(does)": ("entries cxtui.app.linear.linear_visit._HELP",),
    "cxtui/app/panes/decision_list.py: tr(state)": ("values DecisionState",),
    "cxtui/app/panes/decision_list.py: tr(decision.subject)": (
        "texts title|question|note|role|wave|weight|banner",
    ),
    "cxtui/app/panes/question_details.py: tr(entry.name)": ("field Field.name",),
    "cxtui/app/panes/status_lines.py: tr(command.short)": _SHORT,
    "cxtui/app/screens/base/overlay.py: tr(words)": ("argument hint 0",),
    "cxtui/app/screens/codebook/codebook_screen.py: tr(one.subject)": (
        "texts role|wave|weight|banner",
    ),
    "cxtui/app/screens/help_screen.py: tr(goes.id)": ("texts questions|roles|table",),
    "cxtui/app/screens/help_screen.py: tr(task)": ("keys cxtui.app.keys.commands.TASKS",),
    "cxtui/app/screens/help_screen.py: tr(command.title)": _TITLE,
    "cxtui/app/screens/help_screen.py: tr(command.help)": _HELP,
    "cxtui/app/screens/help_screen.py: tr(screen.titles[name])": ("argument Binding 2",),
    "cxtui/app/screens/palette_screen.py: tr(one.title)": _TITLE,
    "cxtui/app/screens/palette_screen.py: tr(one.help)": _HELP,
    "cxtui/app/screens/results/checks_screen.py: tr(one.kind)": ("values CheckKind",),
    "cxtui/app/screens/select/banner_screen.py: tr(place)": ("texts instead|beside",),
    "cxtui/app/screens/select/choose_answers.py: tr(entry.label)": ("argument Entry 0",),
    "cxtui/app/screens/select/derive_screen.py: tr(_ASKED.get(verb, 'id'))": (
        "value cxtui.app.screens.select.derive_screen._ASKED",
    ),
    "cxtui/app/screens/select/derive_screen.py: tr(_PROPOSED.get(draft.verb, 'a name'))": (
        "value cxtui.app.screens.select.derive_screen._PROPOSED",
        "texts a name",
    ),
    "cxtui/app/screens/select/derive_screen.py: tr(one)": _VERBS,
    "cxtui/app/screens/select/correction_screen.py: tr(self._family)": ("values Family",),
    "cxtui/app/screens/select/correction_screen.py: tr(family)": ("values Family",),
    "cxtui/app/screens/take_out/export_screen.py: "
    "tr(MISSING if is_missing else format_.writer.help)": (
        "value cxtui.output.writers.deck_writer.MISSING",
        "field Writer.help",
    ),
    "cxtui/app/screens/weighting/margin_list.py: tr(self.heads[width < _WIDE])": (
        "field Column.heads",
    ),
    "cxtui/app/screens/weighting/weight_screen.py: tr(SETTINGS[name].asks)": (
        "field Setting.asks",
    ),
    "cxtui/cli/help_text.py: tr(one.group)": ("keyword group",),
    "cxtui/cli/help_text.py: tr(title)": ("value cxtui.cli.help_text._GROUPS",),
    "cxtui/cli/manual.py: tr(does)": ("value cxtui.cli.parser.VERBS",),
    "cxtui/cli/manual.py: tr(title)": (
        "texts NAME|SYNOPSIS|DESCRIPTION|OPTIONS|KEYS|CONFIGURATION|EXAMPLES",
        "keys cxtui.cli.manual._SECTIONS",
    ),
    "cxtui/cli/manual.py: tr(meaning)": ("entries cxtui.cli.manual._SECTIONS",),
    "cxtui/cli/verbs.py: tr(one.title)": _TITLE,
    "cxtui/cli/verbs.py: tr(one.help)": _HELP,
    "cxtui/errors.py: tr(message)": _TRANSLATED,
    "cxtui/options.py: tr(self.help, self.default)": ("argument option 1", "keyword help"),
    "cxtui/options.py: tr(found.refused)": (
        "value cxtui.cli.ranked_options._NOT_RANKED",
        "value cxtui.cli.ranked_options._WAVES_CHOSEN",
        "value cxtui.cli.ranked_options._NOT_FOLLOWED",
    ),
    "cxtui/output/checks_document.py: tr(one.kind)": ("values CheckKind",),
    "cxtui/output/drawing/cell_details.py: tr(method_name(table))": _METHODS,
    "cxtui/output/drawing/cell_details.py: tr(key)": (
        "yielded cxtui.output.drawing",
        "texts effective base|interval|test|gap's interval|gap's SE|Fisher's p|design effect|df|"
        "guarded SE|count's interval|corrected p|gap's df|quartiles",
    ),
    "cxtui/output/drawing/formula_texts.py: tr(part, **values)": (
        "sentences cxtui.output.drawing.formula_texts",
    ),
    "cxtui/output/drawing/pair_details.py: tr(method_name(table))": _METHODS,
    "cxtui/output/drawing/pair_details.py: tr(view.family)": ("values Family",),
    "cxtui/output/drawing/ranking_details.py: tr(line.verdict.value)": ("values Verdict",),
    "cxtui/output/drawing/ranking_details.py: tr(_TESTS.get(line.test, line.test))": (
        "value cxtui.output.drawing.ranking_details._TESTS",
    ),
    "cxtui/output/drawing/trend_lines.py: tr(text, **marks)": (
        "sentences cxtui.output.drawing.trend_lines:mark_notes",
    ),
    "cxtui/output/writers/registry.py: tr(content.value)": ("values Content",),
    "cxtui/session/counting.py: Cancelled(counted.view)": _TRANSLATED,
    "cxtui/sources/readers/statistics/decoding.py: tr(_NAMES[ending])": (
        "value cxtui.sources.readers.statistics.decoding._NAMES",
    ),
    "cxtui/sources/reading_progress.py: tr(self._message, self._name, percent)": (
        "texts Reading {} … {} %",
        "argument ProgressMeter 2 message",
    ),
    "cxtui/survey/codebook/toml_table.py: CxtuiError(message, self.name, *values)": (
        "argument error 0",
    ),
    "cxtui/survey/derive/derivation.py: tr(one.verb)": _VERBS,
    "cxtui/survey/derive/derivation.py: CodebookError(message, named, *values)": (
        "argument error 0",
    ),
    "cxtui/survey/inference/lists/multiple_answers.py: tr(others)": (
        "value cxtui.survey.inference.lists.multiple_answers.OTHER_ANSWERS",
        "texts Other answers (not listed)",
    ),
    "cxtui/survey/inference/scales.py: tr(kind)": (
        "texts agreement, rating or degree|frequency|level",
    ),
    "cxtui/survey/inference/special_columns.py: tr(topic)": ("lexicon banners",),
    "cxtui/survey/waves/combine_waves.py: tr(decision)": ("values MatchDecision",),
    "cxtui/work/brief/sample_told.py: tr(*said)": ("value cxtui.work.brief.sentences.ANSWERED_IN",),
    "cxtui/work/weighting/targets.py: TargetsError(message, *values)": (
        "argument refusal 3 message",
        "sentence error 1",
    ),
}
