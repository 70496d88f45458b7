"""Two people save views, and change a codebook, a hundred times each at once: nothing is lost.

python -m tests.fuzz.saves               2 × 100 saves of views, and 2 × 100 of a codebook
python -m tests.fuzz.saves --saves 10
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from cxtui.analysis.view.view import View
from cxtui.errors import ExportError
from cxtui.output.files.saved_views import with_view
from cxtui.output.files.survey_files import save_codebook
from cxtui.session.saved_view_store import Store
from cxtui.survey.codebook.toml_format import read_codebook

_PEOPLE = ("Ada", "Bo")


def kept_views(saves: int, folder: Path) -> int:
    """Return how many views are there after each person has saved so many."""
    (folder / "a.csv").write_text("role\nA\nB\n")
    _at_once(_save_views, saves, folder)
    return len(Store([str(folder / "a.csv")]).load())


def kept_changes(saves: int, folder: Path) -> int:
    """Return how many questions have a new wording after each person has changed so many."""
    text = "".join(
        f'[[question]]\nid = "{one}{number}"\nlabel = "old"\n'
        for one in _PEOPLE
        for number in range(saves)
    )
    (folder / "a.codebook.toml").write_text(text)
    _at_once(_save_codebooks, saves, folder)
    after = read_codebook((folder / "a.codebook.toml").read_text(), "it")
    return sum(one.label == "new" for one in after.questions)


def _at_once(save: Callable[[str, int, Path], None], saves: int, folder: Path) -> None:
    context = get_context("spawn")
    people = [context.Process(target=save, args=(one, saves, folder)) for one in _PEOPLE]
    for one in people:
        one.start()
    for one in people:
        one.join()
        assert one.exitcode == 0, f"ended with {one.exitcode}"


def _patiently(save: Callable[[], object]) -> None:
    """Save again where it is said that another program was saving for long."""
    for _ in range(100):
        try:
            save()
        except ExportError as error:
            print(error, flush=True)
        else:
            return
    raise AssertionError("it was never saved")


def _save_views(person: str, saves: int, folder: Path) -> None:
    for number in range(saves):
        view = partial(with_view, name=f"{person} {number}", view=View("role"))
        _patiently(partial(Store([str(folder / "a.csv")]).change, view))


def _save_codebooks(person: str, saves: int, folder: Path) -> None:
    file = folder / "a.codebook.toml"
    before = read_codebook(file.read_text(), "it")
    for number in range(saves):
        questions = tuple(
            replace(one, label="new") if one.id == f"{person}{number}" else one
            for one in before.questions
        )
        after = replace(before, questions=questions)
        _patiently(partial(save_codebook, before, after, file, written=file))
        before = after


def main() -> int:
    """Save as the command line says; return 1 where a save was lost."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--saves", type=int, default=100)
    saves = parser.parse_args().saves
    with tempfile.TemporaryDirectory() as folder:
        views, changes = kept_views(saves, Path(folder)), kept_changes(saves, Path(folder))
    whole = len(_PEOPLE) * saves
    print(f"{views} of {whole} views kept, {changes} of {whole} changes of a codebook kept")
    return 0 if views == changes == whole else 1


if __name__ == "__main__":
    sys.exit(main())
