"""The command-line options of a view: read against a survey, with its defaults filled in."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import NoReturn

from cxtui.analysis.view.view import (
    Against,
    Base,
    Correction,
    Family,
    Measure,
    Sort,
    View,
    measures_of,
)
from cxtui.errors import ViewError
from cxtui.survey.conditions import Condition, Filter
from cxtui.survey.model import Kind, Question, Survey, required
from cxtui.survey.quoting import QUOTED, cuts_outside, unquoted

_CANDIDATES = 12
_NESTS = re.compile(">")


def _words(names: type[StrEnum]) -> list[str]:
    """Return what an option takes, as it is listed where it gets something else."""
    return [one.value for one in names]


def add_question_option(parser: argparse.ArgumentParser) -> None:
    """Add `--question`, for where the question is not an argument of its own."""
    parser.add_argument("--question", metavar="ID", help="the question in the rows")


def add_view_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that ask for a view; they mean the same wherever they are taken."""
    group = parser.add_argument_group("view")
    _add_sample_options(group)
    _add_table_options(group)


def _add_sample_options(group: argparse._ArgumentGroup) -> None:
    """Add what says who is compared, who counts, and for how much."""
    add = group.add_argument
    add(
        "--by",
        action="append",
        default=[],
        metavar="ID[>ID]",
        help="the banner: whom to compare; repeat it for several side by side, a>b nests",
    )
    add(
        "--where",
        action="append",
        default=[],
        metavar="ID=VALUE[,VALUE]",
        help="keep only these respondents; also != and, for numbers, < <= > >=; ID=missing for no "
        "answer; 'ID=VALUE or ID=VALUE' for either; repeatable: all of them",
    )
    weights = group.add_mutually_exclusive_group()
    weights.add_argument("--weight", metavar="COLUMN", help="weight by this column")
    weights.add_argument("--no-weight", action="store_true", help="count every respondent once")
    add("--wave", metavar="WAVE", help="this wave; all for all of them (default: the latest)")
    add("--base", choices=_words(Base), default=Base.ANSWERED, help="whom a percentage is of")
    add(
        "--level",
        type=as_level,
        default=95.0,
        metavar="95",
        help="of tests and intervals, per cent",
    )


def _add_table_options(group: argparse._ArgumentGroup) -> None:
    """Add what says how one table shows and tests them."""
    add = group.add_argument
    add("--show", choices=_words(Measure), help="what stands in the cells")
    add("--correction", choices=_words(Correction), default=Correction.HOLM, help="for many tests")
    add("--family", choices=_words(Family), default=Family.ROW, help="what is corrected together")
    add("--sort", choices=_words(Sort), default=Sort.QUESTIONNAIRE, help="the order of the rows")
    add(
        "--against",
        choices=_words(Against),
        default=Against.COLUMNS,
        help="what a column is tested against: the others, the total, or the rest",
    )
    add(
        "--net",
        action="append",
        default=[],
        metavar="LABEL=VALUE,VALUE[ minus VALUE]",
        help="count these answers together too, or the difference of two nets; repeatable",
    )
    add("--full", action="store_true", help="also nets, scores, and who is missing and why")


_RANKED = {"--show": "column", "--correction": "bh", "--against": "columns"}
"""What a ranking of gaps does anyway, and so may be told to."""


def add_ranking_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that a ranking of gaps heeds; those it cannot are refused, not ignored.

    Those not given have the defaults of a view.
    """
    _add_sample_options(parser.add_argument_group("view"))
    for option in ("--show", "--correction", "--family", "--sort", "--against", "--net"):
        parser.add_argument(option, action=_Unranked, help=argparse.SUPPRESS)
    parser.add_argument("--full", action=_Unranked, nargs=0, help=argparse.SUPPRESS)
    whole = argparse.ArgumentParser(add_help=False)
    add_view_options(whole)
    parser.set_defaults(**vars(whole.parse_args([])))


class _Unranked(argparse.Action):
    """Refuses an option that asks for something else than a ranking gives."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        """Leave the view as it is, or end the program: the command line is wrong."""
        name = option_string or self.dest
        if values != _RANKED.get(name, ""):
            parser.error(
                f"{name} does not go with gaps: column % and means of all answers are ranked, the "
                "widest gap that holds up first, corrected by Benjamini–Hochberg over all of them"
            )


def as_level(text: str) -> float:
    """Return a level in per cent; raises `ArgumentTypeError` where it is none."""
    try:
        level = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 50 <= level < 100:  # noqa: PLR2004 -- per cent
        raise argparse.ArgumentTypeError(f"{text} is not between 50 and 99.99")
    return level


def view_of(survey: Survey, options: argparse.Namespace) -> View:
    """Return the view that parsed options ask of `survey`, its own defaults where they are silent.

    Raises `ViewError` where an option names what the survey does not have.
    """
    from cxtui.analysis.query.expressions.exact_sums import require_weight
    from cxtui.analysis.view.typed_nets import (
        parse_nets,  # not before --help and completion are printed
    )
    from cxtui.survey.where_text import parse_condition

    if options.weight:
        require_weight(survey, options.weight)
    filters = tuple(parse_condition(survey, text) for text in options.where)
    filters += _wave_filter(survey, options.wave, filters)
    question = _question(survey, getattr(options, "question", None), filters)
    show = Measure(options.show) if options.show else None
    if show and show not in measures_of(question):
        raise ViewError(
            f"--show {show} does not fit {question.id}, which is {question.kind}; "
            f"it takes {', '.join(measures_of(question))}"
        )
    return View(
        question=question.id,
        banner=_banner(survey, options.by),
        filters=filters,
        weight=None if options.no_weight else options.weight or survey.codebook.weight or None,
        all_waves=options.wave == "all",
        show=show,
        base=Base(options.base),
        level=options.level,
        correction=Correction(options.correction),
        family=Family(options.family),
        sort=Sort(options.sort),
        against=Against(options.against),
        nets=parse_nets(question, options.net),
        full=options.full,
    )


def view_of_any(survey: Survey, options: argparse.Namespace) -> View:
    """Return what parsed options ask of every question alike.

    A measure that does not fit one of them is left out there, and its footer says so. Raises
    `ViewError` where an option is about the answers of one question.
    """
    if options.net:
        raise ViewError("--net counts the answers of one question: name it instead of --all")
    show = Measure(options.show) if options.show else None
    silent = argparse.Namespace(**{**vars(options), "show": None, "question": None})
    return replace(view_of(survey, silent), show=show)


def parse_view(survey: Survey, text: str) -> View:
    """Return the view of a text form, as `str(view)` gives it.

    Raises `ViewError` where the text is no such form or does not fit the survey.
    """
    try:
        return view_of(survey, _view_parser().parse_args(shlex.split(text)))
    except ValueError as error:
        raise ViewError(f"the view is not closed properly: {error}") from None


def view_usage() -> str:
    """Return the options that a text form takes, as a usage line shows them."""
    return " ".join(_view_parser().format_usage().split()[2:])


def _view_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="view", add_help=False, allow_abbrev=False)
    add_question_option(parser)
    add_view_options(parser)
    return parser


class _Parser(argparse.ArgumentParser):
    """Raises instead of ending the program."""

    def error(self, message: str) -> NoReturn:
        raise ViewError(message)


def default_view(survey: Survey) -> View:
    """Return the view that a survey opens on."""
    return parse_view(survey, "")


def _question(survey: Survey, question_id: str | None, filters: tuple[Condition, ...]) -> Question:
    """Return the question that is named, else the first one that a filter leaves answers to."""
    if question_id is not None:
        return required(survey, question_id, "question")
    if not survey.codebook.questions:
        raise ViewError(f"{survey.location} has no questions: only columns that were left aside")
    told = {survey.codebook.side, survey.codebook.wave}
    asked = [one for one in survey.codebook.questions if one.id not in told]
    closed = [one for one in asked if one.kind not in {Kind.DATE, Kind.TEXT, Kind.NUMERIC}]
    telling = [one for one in closed if len(one.categories) > 1]
    candidates = (telling or closed or asked or list(survey.codebook.questions))[:_CANDIDATES]
    if not filters or len(candidates) == 1:
        return candidates[0]
    answered = _answered(survey, candidates, filters)
    return next((one for one in candidates if answered[one.id]), candidates[0])


def _answered(
    survey: Survey, questions: Sequence[Question], filters: tuple[Condition, ...]
) -> dict[str, int]:
    """Return how many of those whom the filters keep answered each question: a wave may not ask."""
    from cxtui.analysis.query.expressions.filters import kept
    from cxtui.analysis.query.side_queries.answered import count_answered

    codebook = replace(survey.codebook, questions=tuple(questions))
    return count_answered(replace(survey, frame=kept(survey, filters), codebook=codebook))


def _banner(survey: Survey, texts: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    banner: list[tuple[str, ...]] = []
    for text in texts:
        names = _nested(survey, text)
        banner.append(tuple(required(survey, name, "banner variable").id for name in names))
    side = survey.codebook.side
    return tuple(banner) or (((side,),) if side else ())


def _nested(survey: Survey, text: str) -> tuple[str, ...]:
    """Return the ids that `a>b` nests; a question of a file may have a > in its own id."""
    cuts = cuts_outside(_NESTS, text)
    begins, ends = [0, *(end for _, end in cuts)], [*(begin for begin, _ in cuts), len(text)]
    names = tuple(_unquoted(text[a:b]) for a, b in zip(begins, ends, strict=True))
    if all(map(survey.codebook.find, names)) or not survey.codebook.find(text):
        return names
    return (text,)


def _unquoted(text: str) -> str:
    quoted = QUOTED.fullmatch(text)
    return unquoted(quoted[1]) if quoted else text


def _wave_filter(
    survey: Survey, wave: str | None, filters: Sequence[Condition]
) -> tuple[Filter, ...]:
    """Return the filter on the wave: what was asked for, else the latest unless one is chosen."""
    variable = survey.codebook.wave
    if wave == "all":
        return ()
    if not variable:
        if wave is not None:
            raise ViewError(f"{survey.location} has no wave variable: take --where instead")
        return ()
    question = required(survey, variable, "wave variable")
    if wave is not None:
        from cxtui.survey.where_text import codes_of

        return (Filter(variable, "=", codes_of(question, wave)),)
    if any(one.mentions(variable) for one in filters) or not question.categories:
        return ()
    return (Filter(variable, "=", (question.latest,)),)
