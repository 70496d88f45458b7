"""Several programs write in one folder: nothing is lost, and nothing is left of those ended."""

from __future__ import annotations

import fcntl
import os
import stat
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from cxtui.analysis.view.view import View
from cxtui.errors import ExportError
from cxtui.output.files import write_file
from cxtui.output.files.saved_views import with_view
from cxtui.output.files.survey_files import save_codebook
from cxtui.output.files.write_file import write_whole
from cxtui.session.saved_view_store import Store
from cxtui.survey.codebook.toml_format import read_codebook, write_codebook

_CODEBOOK = """\
[[question]]
id = "role"
label = "Role"
[[question]]
id = "goal"
label = "Goal"
"""


def test_drafts_of_ended_programs_are_removed_and_those_being_written_stay(tmp_path: Path) -> None:
    left, written = tmp_path / ".cxtui-left", tmp_path / ".cxtui-written"
    for one in (left, written):
        one.write_text("half a file")
    with written.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        write_whole(tmp_path / "a.csv", b"whole")
    assert sorted(one.name for one in tmp_path.iterdir()) == [".cxtui-written", "a.csv"]


def test_the_mask_of_the_process_is_never_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread would create its files without it."""
    before = os.umask(0o027)
    try:
        monkeypatch.delattr(os, "umask")
        write_whole(tmp_path / "a.csv", b"new")
    finally:
        monkeypatch.undo()
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="gives a file to another user")
def test_a_replaced_file_stays_its_owners_and_its_groups(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"old")
    file.chmod(0o664)
    os.chown(file, 1, 2)
    write_whole(file, b"new", replace=True)
    status = file.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (1, 2, 0o664)


def test_a_group_that_cannot_be_kept_does_not_let_another_one_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"old")
    file.chmod(0o664)

    def denied(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "chown", denied)
    write_whole(file, b"new", replace=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o644


def test_views_saved_at_once_are_all_kept(tmp_path: Path) -> None:
    survey = tmp_path / "a.csv"
    survey.write_text("role,goal\nA,x\n")

    def save(person: str) -> None:
        for number in range(20):
            add = partial(with_view, name=f"{person} {number}", view=View("goal"))
            Store([str(survey)]).change(add)

    people = [threading.Thread(target=save, args=(person,)) for person in ("Ada", "Bo", "Cy")]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert len(Store([str(survey)]).load()) == 60


def test_a_folder_that_another_program_has_locked_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saving all the same would lose what the other one saves."""
    monkeypatch.setattr(write_file, "_LOCK_SECONDS", 0.05)
    survey, views = tmp_path / "a.csv", tmp_path / "a.views.toml"
    survey.write_text("role,goal\nA,x\n")
    held = os.open(tmp_path, os.O_RDONLY)
    add = partial(with_view, name="mine", view=View("goal"))
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ExportError, match="another program is saving there"):
            Store([str(survey)]).change(add)
        assert not views.exists()
    finally:
        os.close(held)
    Store([str(survey)]).change(add)
    assert "mine" in views.read_text()


def test_codebooks_saved_by_two_people_keep_the_changes_of_both(tmp_path: Path) -> None:
    """Each began with the same codebook, and changed another question."""
    file = tmp_path / "a.codebook.toml"
    file.write_text(_CODEBOOK)
    before = read_codebook(_CODEBOOK, "it")
    role, goal = before.questions
    for changed in (
        (replace(role, label="Department"), goal),
        (role, replace(goal, label="Main goal")),
    ):
        save_codebook(before, replace(before, questions=changed), file, written=file)
    after = read_codebook(file.read_text(), "it")
    assert [one.label for one in after.questions] == ["Department", "Main goal"]
    assert write_codebook(after).count("[[question]]") == 2
