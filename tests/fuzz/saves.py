"""Two people save the same files a hundred times each at once: nothing is lost.

python -m tests.fuzz.saves                2 × 100 saves of each kind
python -m tests.fuzz.saves --no-locks     as on a network file system without locks
python -m tests.fuzz.saves --saves 10 --only views,codes
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from cxtui.analysis.view.view import View
from cxtui.errors import ExportError
from cxtui.output.files.saved_views import with_view
from cxtui.output.files.survey_files import save_codebook
from cxtui.session.codebook_draft import save_lines
from cxtui.session.saved_view_store import Store
from cxtui.session.start import Start
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.toml_format import read_codebook
from cxtui.survey.derive.codes_lines import read_codes
from cxtui.survey.model import Survey
from cxtui.work.coding.coding_desk import CodingDesk
from cxtui.work.plan.plan_file import load_plan, toggle_view

_PEOPLE = ("Ada", "Bo")
_CODED = '[[coding]]\nid = "reasons"\nquestion = "why"\ncodes = [{ code = "1", label = "Slow" }]\n'

Save = Callable[[str, int], object]
"""Saves something of a person with a number."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is saved: `saver` returns the function that does it, `kept` counts what is there."""

    saver: Callable[[Path], Save]
    kept: Callable[[Path], int]
    coded: str = ""


def kept_saves(kind: str, saves: int, folder: Path, *, has_locks: bool = True) -> int:
    """Return how many saves of a kind are there after each person has saved so many."""
    _begin(saves, folder, KINDS[kind].coded)
    context = get_context("spawn")
    people = [
        context.Process(target=_save_all, args=(kind, one, saves, folder, has_locks))
        for one in _PEOPLE
    ]
    for one in people:
        one.start()
    for one in people:
        one.join()
        assert one.exitcode == 0, f"ended with {one.exitcode}"
    left = [one.name for one in folder.iterdir() if one.name.startswith(".cxtui")]
    assert not left, f"{left} are left"
    return KINDS[kind].kept(folder)


def _begin(saves: int, folder: Path, coded: str) -> None:
    """Write a survey that has a question for each save of each person, and its codebook."""
    named = [f"{one}{number}" for one in _PEOPLE for number in range(saves)]
    rows = [",".join(["id", "why", *named])]
    rows += [
        ",".join([f"{at}", f"too {at} slow", *"xy"[at % 2] * len(named)]) for at in range(saves)
    ]
    (folder / "a.csv").write_text("\n".join([*rows, ""]))
    text = 'respondent = "id"\n[[question]]\nid = "why"\nkind = "text"\n'
    text += "".join(f'[[question]]\nid = "{one}"\nlabel = "old"\n' for one in named)
    (folder / "a.codebook.toml").write_text(text + coded)


def _save_all(kind: str, person: str, saves: int, folder: Path, has_locks: bool) -> None:
    """Save again where it is said that another program was saving for long."""
    if not has_locks:
        fcntl.flock = _no_lock
    save = KINDS[kind].saver(folder)
    for number in range(saves):
        for _ in range(100):
            try:
                save(person, number)
                break
            except ExportError as error:
                print(error, flush=True)
        else:
            raise AssertionError("it was never saved")


def _no_lock(*_: object) -> None:
    raise OSError(errno.ENOLCK, "No locks available")


def _survey(folder: Path) -> Survey:
    return open_survey(str(folder / "a.csv"))


def _views(folder: Path) -> Save:
    def save(person: str, number: int) -> None:
        view = partial(with_view, name=f"{person} {number}", view=View("why"))
        Store([str(folder / "a.csv")]).change(view)

    return save


def _codebook(folder: Path) -> Save:
    file = folder / "a.codebook.toml"
    before = read_codebook(file.read_text(), "it")

    def save(person: str, number: int) -> None:
        nonlocal before
        questions = tuple(
            replace(one, label="new") if one.id == f"{person}{number}" else one
            for one in before.questions
        )
        after = replace(before, questions=questions)
        save_codebook(before, after, file, written=file)
        before = after

    return save


def _plan(folder: Path) -> Save:
    survey = _survey(folder)
    path = folder / "a.plan.toml"
    return lambda person, number: toggle_view(path, survey, View(f"{person}{number}"))


def _derived(folder: Path) -> Save:
    """Merges, new questions and the flags of the checks are all saved as such lines."""
    survey, start = _survey(folder), Start((str(folder / "a.csv"),))

    def save(person: str, number: int) -> None:
        name = f"{person}{number}"
        save_lines(
            survey,
            [f'id="of_{name}", from="{name}", merge=[{{ label="All", of=["x", "y"] }}]'],
            start,
        )

    return save


def _desk(folder: Path, person: str) -> CodingDesk:
    survey, files = _survey(folder), [str(folder / "a.csv")]
    question = next(one for one in survey.codebook.questions if one.id == "why")
    return CodingDesk(survey, question, person, files)


def _codes(folder: Path) -> Save:
    desks = {one: _desk(folder, one) for one in _PEOPLE}

    def save(person: str, number: int) -> None:
        desks[person].assign(desks[person].wordings[number : number + 1], ("1",))

    return save


def _new_codes(folder: Path) -> Save:
    desks = {one: _desk(folder, one) for one in _PEOPLE}
    return lambda person, number: desks[person].add_code(f"{person} {number}")


def _read(folder: Path) -> str:
    return (folder / "a.codebook.toml").read_text()


def _new_labels(folder: Path) -> int:
    (coding,) = read_codebook(_read(folder), "it").derived
    return len(coding.codes) - 1


def _tables(folder: Path) -> int:
    plan = load_plan(folder / "a.plan.toml")
    return len(plan.tables) if plan else 0


def _lines(folder: Path) -> int:
    lines = read_codes((folder / "a.why.codes.csv").read_bytes()).lines
    return len({(one.respondent, one.coder) for one in lines})


KINDS: Mapping[str, Kind] = {
    "views": Kind(_views, lambda folder: len(Store([str(folder / "a.csv")]).load())),
    "codebook": Kind(_codebook, lambda folder: _read(folder).count('label = "new"')),
    "plan": Kind(_plan, _tables),
    "derived": Kind(_derived, lambda folder: _read(folder).count('id = "of_')),
    "codes": Kind(_codes, _lines, _CODED),
    "new codes": Kind(_new_codes, _new_labels, _CODED),
}


def main() -> int:
    """Save as the command line says; return 1 where a save was lost."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--saves", type=int, default=100)
    parser.add_argument("--only", default=",".join(KINDS))
    parser.add_argument("--no-locks", action="store_true")
    asked = parser.parse_args()
    whole, is_lost = len(_PEOPLE) * asked.saves, False
    for kind in asked.only.split(","):
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            kept = kept_saves(kind, asked.saves, Path(folder), has_locks=not asked.no_locks)
        print(f"{kind}: {kept} of {whole} kept in {time.monotonic() - begun:.0f} s", flush=True)
        is_lost = is_lost or kept != whole
    return int(is_lost)


if __name__ == "__main__":
    sys.exit(main())
