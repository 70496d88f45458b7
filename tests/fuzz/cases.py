"""One fuzz case: bytes or text made from a seed, then read and counted by the program."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import CxtuiError
from cxtui.native_libraries import silence_native_stderr
from cxtui.output import Format, Shape
from cxtui.output.files.saved_views import SavedView, read_saved, write_saved
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.toml_format import read_codebook, write_codebook
from cxtui.survey.model import Survey
from cxtui.text import clean
from tests.fuzz.delimited import check_header, check_text
from tests.fuzz.mutations import damaged, damaged_below, damaged_inside, misspelt
from tests.fuzz.seeds import CODEBOOK, HEBREW, respondents, seeds
from tests.fuzz.structures import LAYOUTS, restructured, restructured_inside
from tests.fuzz.toml_texts import changed_toml
from tests.fuzz.user_texts import (
    cache_entry,
    codes,
    config,
    derived,
    made_survey,
    plan,
    targets,
)
from tests.rendering import render

_WRITTEN = ((Format.TEXT, Shape.WIDE), (Format.CSV, Shape.TIDY))
_VIEWS = (
    *("--question goal --by role", "--question why --where role=Marketing --where w>=1.5"),
    *("--net 'top=1,2 minus 9'", "--by role>goal --by role", f"--where 'why={HEBREW}'"),
    *("--question 'goal' --where goal!=9 --level 95 --wave all", "--show mean --sort percent"),
    *("--base asked --correction holm --against total --weight w", "--base all --no-weight"),
)
_WORKBOOKS = ("xlsx", "ods")
_SAVED = tuple(SavedView(f'View {place} "a"', text) for place, text in enumerate(_VIEWS))


def run_case(target: str, number: int, seed: int, folder: Path) -> str:
    """Run one case; return `read`, or what the program said of it in one line.

    Raises whatever is not a `CxtuiError`: that is a defect.
    """
    chance = random.Random(f"{seed}/{target}/{number}")
    try:
        with silence_native_stderr():
            return TARGETS[target](target, chance, folder)
    except CxtuiError as error:
        return _check_line(str(error))


def _check_line(said: str) -> str:
    assert said.strip(), "an error that says nothing"
    assert clean(said) == said, f"an error that is not one clean line: {said!r}"
    return said


def made(target: str, chance: random.Random) -> bytes:
    """Return the bytes of a damaged file, by the ending of its name."""
    files = seeds()[target]
    content = chance.choice(files)
    if chance.random() < 0.5:
        if target in _WORKBOOKS:
            return restructured_inside(content, chance)
        if target in LAYOUTS:
            return restructured(target, content, chance)
    if target in _WORKBOOKS and chance.random() < 0.7:
        return damaged_inside(content, chance)
    if target == "csv.gz" and chance.random() < 0.5:
        return damaged_below(content, chance)
    return damaged(content, files, chance)


def _file(target: str, chance: random.Random, folder: Path) -> str:
    file = folder / f"case.{target}"
    file.write_bytes(made(target, chance))
    return _walk(open_survey(str(file)), chance)


def _walk(survey: Survey, chance: random.Random) -> str:
    """Count a question, so that what is read lazily is read."""
    questions = survey.codebook.table_questions
    if questions:
        question = chance.choice(questions)
        written, shape = chance.choice(_WRITTEN)
        try:
            table = tabulate(survey, parse_view(survey, f"--question {_quoted(question.id)}"))
            render(table, written, shape)
        except CxtuiError as error:
            _check_line(str(error))
    return "read"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _codebook(_: str, chance: random.Random, folder: Path) -> str:
    text = changed_toml(CODEBOOK, chance)
    file = folder / "made.parquet"
    if not file.exists():
        respondents().write_parquet(file)
    (folder / "made.codebook.toml").write_bytes(text.encode(errors="surrogatepass"))
    survey = open_survey(str(file))
    written = write_codebook(survey.codebook, keep_guesses=True)
    assert read_codebook(written, "again") == survey.codebook, "another codebook when read again"
    return _walk(survey, chance)


def _view(_: str, chance: random.Random, folder: Path) -> str:
    survey = made_survey(folder)
    words = " ".join(chance.sample(_VIEWS, chance.choice((1, 2))))
    view = parse_view(survey, misspelt(words, chance))
    assert parse_view(survey, str(view)) == view, f"another view when read again: {view}"
    if view.question:
        tabulate(survey, view)
    return "read"


def _saved_views(_: str, chance: random.Random, __: Path) -> str:
    text = changed_toml(write_saved(_SAVED, "it"), chance)
    saved = read_saved(text, "it")
    assert read_saved(write_saved(saved, "it"), "again") == saved, "others when read again"
    return "read"


def _text(_: str, chance: random.Random, folder: Path) -> str:
    check_text(chance, folder / "made.csv")
    return "read"


def _header(_: str, chance: random.Random, __: Path) -> str:
    check_header(chance)
    return "read"


TARGETS: Mapping[str, Callable[[str, random.Random, Path], str]] = {
    **dict.fromkeys(("parquet", "arrow", "feather", "csv", "tsv", "csv.gz", *_WORKBOOKS), _file),
    **dict.fromkeys(("sav", "zsav", "por", "dta", "sas7bdat", "xpt"), _file),
    **{"codebook": _codebook, "view": _view, "text": _text, "header": _header},
    "saved views": _saved_views,
    **{"derived": derived, "codes": codes, "plan": plan, "targets": targets, "config": config},
    "cache": cache_entry,
}
"""The fuzz targets: endings of files, and the texts that a user writes."""
