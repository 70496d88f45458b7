"""Several programs write in one folder: nothing is lost, and nothing is left of those ended."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import struct
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from cxtui import file_locks
from cxtui.analysis.view.view import View
from cxtui.errors import ExportError
from cxtui.file_locks import folder_lock
from cxtui.output.files.append_lines import append_lines
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
    monkeypatch.setattr(file_locks, "LOCK_SECONDS", 0.05)
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


def test_two_people_who_save_the_first_codebook_at_once_keep_both(tmp_path: Path) -> None:
    """Neither had found one when they began."""
    file = tmp_path / "a.codebook.toml"
    before = read_codebook(_CODEBOOK, "it")
    role, goal = before.questions
    for changed in (
        (replace(role, label="Department"), goal),
        (role, replace(goal, label="Main goal")),
    ):
        save_codebook(before, replace(before, questions=changed), file, is_copy=False)
    after = read_codebook(file.read_text(), "it")
    assert [one.label for one in after.questions] == ["Department", "Main goal"]


# File systems without locks, as NFS has none of folders


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)


@pytest.mark.usefixtures("no_locks")
def test_views_saved_at_once_are_all_kept_without_locks(tmp_path: Path) -> None:
    test_views_saved_at_once_are_all_kept(tmp_path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.csv", "a.views.toml"]


@pytest.mark.usefixtures("no_locks")
def test_codes_appended_at_once_are_all_kept_without_locks(tmp_path: Path) -> None:
    """Appending is not one step there."""
    file = tmp_path / "a.why.codes.csv"

    def code() -> None:
        for _ in range(50):
            append_lines(file, "a line\n", "head\n", b"")

    people = [threading.Thread(target=code) for _ in range(3)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert file.read_text() == "head\n" + "a line\n" * 150


@pytest.mark.usefixtures("no_locks")
def test_a_lock_that_an_ended_program_left_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_locks, "LOCK_SECONDS", 0.05)
    (tmp_path / file_locks.NAMED_LOCK).touch()
    with (
        pytest.raises(ExportError, match=r"if none is, remove \.cxtui\.lock"),
        folder_lock(tmp_path),
    ):
        pass


@pytest.mark.usefixtures("no_locks")
def test_a_draft_of_today_may_be_being_written_where_no_lock_says_so(tmp_path: Path) -> None:
    left, written = tmp_path / ".cxtui-left", tmp_path / ".cxtui-written"
    for one in (left, written):
        one.write_text("half a file")
    os.utime(left, (1, 1))
    write_whole(tmp_path / "a.csv", b"whole")
    assert sorted(one.name for one in tmp_path.iterdir()) == [".cxtui-written", "a.csv"]


# What a replaced file keeps


def test_a_replaced_file_keeps_its_other_names(tmp_path: Path) -> None:
    """Links of both kinds; where that fails, its content too."""
    file, other, link = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv"
    file.write_bytes(b"old content")
    os.link(file, other)
    link.symlink_to(file)
    write_whole(link, b"new", replace=True)
    assert other.read_bytes() == b"new" and other.samefile(file) and link.is_symlink()


def test_a_file_of_several_names_is_whole_where_it_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, other = tmp_path / "a.csv", tmp_path / "b.csv"
    file.write_bytes(b"old content")
    os.link(file, other)
    synced = os.fsync
    calls: list[int] = []

    def fsync(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.EIO, "Input/output error")
        synced(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(ExportError, match="Input/output error"):
        write_whole(file, b"new", replace=True)
    assert other.read_bytes() == b"old content"


_ACL = "system.posix_acl_access"
_DEFAULT_ACL = "system.posix_acl_default"


def acl(user: int) -> bytes:
    """The list of users by which one more user may read and write (acl(5))."""
    none = 0xFFFFFFFF
    entries = [(1, 6, none), (2, 6, user), (4, 4, none), (16, 6, none), (32, 4, none)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *one) for one in entries)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no attributes of files")
def test_a_replaced_file_keeps_its_attributes_and_lists_of_users(tmp_path: Path) -> None:
    """And gets none of those that its folder gives to new files."""
    file, plain = tmp_path / "a.csv", tmp_path / "b.csv"
    for one in (file, plain):
        one.write_bytes(b"old")
        one.chmod(0o664)
    try:
        os.setxattr(file, "user.origin", b"field")
        os.setxattr(file, _ACL, acl(1234))
        os.setxattr(tmp_path, _DEFAULT_ACL, acl(4321))
    except OSError:
        pytest.skip("a file system without lists of users")
    for one in (file, plain):
        write_whole(one, b"new", replace=True)
    assert os.getxattr(file, "user.origin") == b"field"
    assert os.getxattr(file, _ACL) == acl(1234)
    assert os.listxattr(plain) == [] and stat.S_IMODE(plain.stat().st_mode) == 0o664


def test_a_full_disk_does_not_move_the_views_of_a_team(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's own file would hide theirs from then on; that is for folders of others."""
    survey = tmp_path / "a.csv"
    survey.write_text("role,goal\nA,x\n")
    add = partial(with_view, name="mine", view=View("goal"))
    synced, errors = os.fsync, iter([errno.EACCES])
    monkeypatch.setattr(os, "fsync", lambda _: fail(errno.ENOSPC))
    with pytest.raises(ExportError, match="No space left"):
        Store([str(survey)]).change(add)
    assert Store([str(survey)]).load() == ()
    monkeypatch.setattr(os, "fsync", lambda one: fail(next(errors, 0)) or synced(one))
    assert Store([str(survey)]).change(add).parent != tmp_path
    assert len(Store([str(survey)]).load()) == 1


def fail(number: int) -> bool:
    """Fail with an error of the system, unless it is none."""
    if number:
        raise OSError(number, os.strerror(number))
    return False
