"""Everything that cxtui writes, as a test asks for it: what is there before, and how it is done."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from cxtui.analysis.view.view import View
from cxtui.cli import main
from cxtui.cli.debug_log import start_log
from cxtui.cli.problem_report import report_problem
from cxtui.errors import CxtuiError
from cxtui.output import Content
from cxtui.output.files.saved_views import with_view
from cxtui.output.files.survey_files import save_codebook
from cxtui.session.codebook_draft import save_lines
from cxtui.session.completion_cache import remember
from cxtui.session.export_memory import remember_export
from cxtui.session.private_files import copied_file, keep
from cxtui.session.saved_view_store import Store, keep_session
from cxtui.session.start import Start
from cxtui.sources import reading_progress
from cxtui.sources.cache.survey_cache import keep_openings
from cxtui.sources.open_survey import open_survey
from cxtui.sources.standard_input import SpooledInput
from cxtui.survey.codebook.toml_format import read_codebook
from cxtui.work.coding.coding_desk import CodingDesk, open_desk
from cxtui.work.open_derived import open_derived
from cxtui.work.plan.plan_file import toggle_view
from cxtui.work.weighting.targets_draft import DraftMargin, TargetsDraft
from cxtui.work.weighting.weigh_draft import save_targets

FORMATS = ("csv", "tsv", "json", "md", "html", "xlsx", "parquet", "svg", "txt")

_SURVEY = "id,role,goal,why\n1,A,x,too slow\n2,B,y,data\n3,A,x,costs\n4,B,x,data\n"
_CODEBOOK = """\
# by hand
respondent = "id"
[[question]]
id = "role"
label = "Role"

[[question]]
id = "why"
kind = "text"

[[coding]]
id = "reasons"
question = "why"
codes = [{ code = "1", label = "Slow" }]
"""
_OLD: Mapping[str, str] = {
    "a.csv": _SURVEY,
    "a.codebook.toml": _CODEBOOK,
    "a.views.toml": '[[view]]\nname = "old"\nview = "--question role"\n',
    "a.plan.toml": '# by hand\n[[table]]\nquestions = ["role"]\n',
    "a.why.codes.csv": "respondent,text_hash,coder,code\n",
    "targets.toml": '[[margin]]\nquestions = ["role"]\ntargets = { A = 60, B = 40 }\n',
}

Do = Callable[[Path], None]
_NEW = {"has_new_names": True}


@dataclass(frozen=True, slots=True)
class Write:
    """One kind of write: `do` gets the folder with `work` and `home`, `prepare` that of `work`.

    An optional one is not worth an error: what is kept for comfort. `is_done` says whether the
    last `do` has been written.
    """

    name: str
    do: Do
    is_done: Callable[[Path], bool]
    prepare: Do
    is_like: Callable[[bytes, bytes], bool] = bytes.__eq__
    is_optional: bool = False
    has_new_names: bool = False


def _prepared(folder: Path, replaced: str = "") -> None:
    for name, text in {**_OLD, **({replaced: "old"} if replaced else {})}.items():
        (folder / name).write_text(text)


def _file(folder: Path) -> str:
    return str(folder / "work" / "a.csv")


def _run(*words: str) -> None:
    """Run a verb; raise its line as an error where it fails."""
    heard = io.StringIO()
    with redirect_stderr(heard), redirect_stdout(io.TextIOWrapper(io.BytesIO())):
        status = main(words)
    if status:
        raise CxtuiError("{}", heard.getvalue().strip())


def _verb(ending: str, *words: str, name: str = "") -> Write:
    """Return a verb that replaces `work/out` with an ending."""
    out = f"out.{ending}"

    def do(folder: Path) -> None:
        work = folder / "work"
        given = [str(work / one) if one in _OLD else one for one in words]
        target = [str(work / out)] if words[0] == "convert" else ["-o", str(work / out)]
        _run(*given, *target, "--force")

    def is_done(folder: Path) -> bool:
        return (folder / "work" / out).read_bytes() != b"old"

    is_like = {"xlsx": _is_workbook, "sav": _is_sav}.get(ending, bytes.__eq__)
    prepare = partial(_prepared, replaced=out)
    return Write(name or f"{words[0]}.{ending}", do, is_done, prepare, is_like)


def _is_workbook(found: bytes, new: bytes) -> bool:
    """Whether a workbook is whole; it holds the time when it was made."""
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(found)) as opened:
        return opened.testzip() is None
    return False


def _is_sav(found: bytes, new: bytes) -> bool:
    """Whether a .sav is whole; its header of 176 bytes holds the time when it was made."""
    return len(found) == len(new) and found[176:] == new[176:]


def _repeated(folder: Path) -> None:
    """Prepare a respondent who is there twice, which the checks flag."""
    _prepared(folder)
    (folder / "a.csv").write_text(f"{_SURVEY}1,B,y,data\n")


def _kept(name: str, do: Do, file: str, sign: str, **more: Any) -> Write:
    """Return a write after which a file of some name, in any folder, contains a sign."""

    def is_done(folder: Path) -> bool:
        return any(sign.encode() in one.read_bytes() for one in folder.rglob(file))

    return Write(name, do, is_done, _prepared, **more)


def _views(folder: Path) -> None:
    Store([_file(folder)]).change(partial(with_view, name="mine", view=View("role")))


def _codebook(folder: Path) -> None:
    file = folder / "work" / "a.codebook.toml"
    before = read_codebook(_CODEBOOK, "it")
    first = replace(before.questions[0], label="Department")
    after = replace(before, questions=(first, *before.questions[1:]))
    save_codebook(before, after, file, written=file)


def _derived(folder: Path) -> None:
    survey = open_survey(_file(folder))
    save_lines(survey, ['id="half", cross=["role", "goal"]'], Start((_file(folder),)))


def _plan(folder: Path) -> None:
    survey = open_survey(_file(folder))
    path = folder / "work" / "a.plan.toml"
    if not toggle_view(path, survey, View("goal")).is_added:  # by the write before
        toggle_view(path, survey, View("goal"))


def _desk(folder: Path) -> CodingDesk:
    files = [_file(folder)]
    return open_desk(open_derived(files), "why", files)


def _codes(folder: Path) -> None:
    desk = _desk(folder)
    desk.assign(desk.wordings[:1], ("1",))


def _new_code(folder: Path) -> None:
    _desk(folder).add_code("Dear", "d")


def _session(folder: Path) -> None:
    keep_session([_file(folder)], View("goal"))


def _peek(folder: Path) -> None:
    file = _file(folder)
    remember([file], "", open_survey(file).codebook)


def _export_memory(folder: Path) -> None:
    remember_export(Content.TABLE, folder / "work" / "goal.csv")


def _conversion(folder: Path) -> None:
    large, reading_progress.LARGE = reading_progress.LARGE, 0
    try:
        open_survey(_file(folder))
        keep_openings()
    finally:
        reading_progress.LARGE = large


def _report(_: Path) -> None:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError as error:
        report_problem(error)


def _log(folder: Path) -> None:
    logger = logging.getLogger("cxtui")
    before = list(logger.handlers)
    try:
        start_log(folder / "work" / "a.log")
        logger.info("asked")
    finally:
        for one in [each for each in logger.handlers if each not in before]:
            logger.removeHandler(one)
            one.close()


def _copied(_: Path) -> None:
    keep(copied_file(".csv"), b"copied")


def _spool(_: Path) -> None:
    spooled = SpooledInput(io.BytesIO(_SURVEY.encode()))
    assert open_survey(str(spooled.file)).respondents == _SURVEY.count("\n") - 1


def _check(folder: Path) -> None:
    _run("check", _file(folder), "--save")


def _targets(folder: Path) -> None:
    survey, path = open_survey(_file(folder)), folder / "work" / "targets.toml"
    draft = TargetsDraft((DraftMargin(("role",), (("A", "50"), ("B", "50"))),))
    save_targets(survey, draft, path, replace=True, never=())


def _is_json(found: bytes, _: bytes) -> bool:
    """Whether a cache is whole; it holds the time of the survey."""
    try:
        return bool(json.loads(found))
    except ValueError:
        return False


def _is_any(*_: bytes) -> bool:
    return True


WRITES: Mapping[str, Write] = {
    one.name: one
    for one in (
        _kept("views", _views, "*.views.toml", "mine", **_NEW),
        _kept("codebook", _codebook, "a.codebook.toml", "Department"),
        _kept("derived", _derived, "*.codebook.toml", "half"),
        _kept("plan", _plan, "a.plan.toml", "goal"),
        _kept("codes", _codes, "*.codes.csv", ',"1"', **_NEW),
        _kept("new code", _new_code, "*.codebook.toml", "Dear", **_NEW),
        _kept("targets", _targets, "targets.toml", "50"),
        replace(_kept("check", _check, "*.codebook.toml", "[[derive]]", **_NEW), prepare=_repeated),
        _kept("session", _session, "*.toml", "--question goal", is_optional=True),
        _kept("peek", _peek, "*.json", "role", is_like=_is_json, is_optional=True),
        _kept("last export", _export_memory, "exports.toml", "goal.csv", is_optional=True),
        _kept("copied", _copied, "copied.csv", "copied"),
        _kept("standard input", _spool, "standard-input.csv", _SURVEY),
        _kept("conversion", _conversion, "*.parquet", "PAR1", is_optional=True, **_NEW),
        _kept("report", _report, "problem-*.txt", "ZeroDivisionError", is_optional=True, **_NEW),
        _kept("log", _log, "a.log", "asked", is_optional=True, is_like=_is_any),
        *(_verb(ending, "table", "a.csv", "goal", "--by", "role") for ending in FORMATS),
        _verb("md", "plan", "a.plan.toml", "a.csv"),
        _verb("xlsx", "plan", "a.plan.toml", "a.csv"),
        _verb("parquet", "convert", "a.csv"),
        _verb("sav", "convert", "a.csv"),
        _verb("parquet", "weight", "a.csv", "--targets", "targets.toml"),
        _verb("toml", "codebook", "a.csv"),
    )
}
