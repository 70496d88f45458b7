"""Each step of each write fails once: the old file stays whole, and the error is one line."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from cxtui.analysis.view.view import View
from cxtui.errors import CxtuiError
from cxtui.output.files.saved_views import with_view
from cxtui.output.files.survey_files import save_codebook, save_parquet
from cxtui.output.files.write_file import write_whole
from cxtui.session.saved_view_store import Store
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.toml_format import read_codebook

_EVENTS = frozenset(
    {
        *("open", "os.rename", "os.link", "os.remove", "os.chmod", "os.chown", "os.truncate"),
        *("os.mkdir", "os.listdir", "os.scandir", "fcntl.flock", "tempfile.mkstemp"),
    }
)
"""What the interpreter reports before it asks the system; an exception there stops it."""
_CODEBOOK = '# by hand\n[[question]]\nid = "role"\nlabel = "Role"\n'


@dataclass(slots=True)
class Faults:
    """Lets the step number `fails` of what runs in `folder` fail with an error, once."""

    folder: str = ""
    fails: int = 0
    error: BaseException | None = None
    reached: int = 0

    def step(self, *_: object) -> None:
        """Count a step, and fail at it."""
        self.reached += 1
        if self.reached == self.fails and self.error:
            raise self.error

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """Take an event of the interpreter for a step, if it is about a file of the folder."""
        if self.folder and event in _EVENTS and self._is_ours(event, arguments):
            self.step()

    def _is_ours(self, event: str, arguments: tuple[object, ...]) -> bool:
        if event == "fcntl.flock":
            return True
        given = arguments[0] if arguments else ""
        return isinstance(given, (str, os.PathLike)) and os.fspath(given).startswith(self.folder)


_FAULTS = Faults()
_HOOKED: list[bool] = []


@pytest.fixture
def faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    """Faults in the folder of a test; a hook cannot be removed, so that one is for all tests."""
    if not _HOOKED:
        sys.addaudithook(_FAULTS.hear)
        _HOOKED.append(True)
    fsync = os.fsync

    def synced(descriptor: int) -> None:
        if _FAULTS.folder:
            _FAULTS.step()
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", synced)
    home = tmp_path / "home"
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))
    yield _FAULTS
    _FAULTS.folder, _FAULTS.fails = "", 0


def _export(folder: Path) -> None:
    write_whole(folder / "a.csv", b"new", replace=True)


def _codebook(folder: Path) -> None:
    file = folder / "a.codebook.toml"
    before = read_codebook(_CODEBOOK, "it")
    changed = replace(before.questions[0], label="Department")
    save_codebook(before, replace(before, questions=(changed,)), file, written=file)


def _views(folder: Path) -> None:
    Store([str(folder / "a.csv")]).change(partial(with_view, name="mine", view=View("role")))


def _survey(folder: Path) -> None:
    save_parquet(open_survey(str(folder / "b.csv")), folder / "b.parquet", replace=True)


_OLD = {
    "a.csv": "role\nA\nB\n",
    "b.csv": "role\nA\nB\nA\nB\n",
    "b.parquet": "old",
    "a.codebook.toml": _CODEBOOK,
    "a.views.toml": '[[view]]\nname = "old"\nview = "--question role"\n',
}
_WRITES: dict[str, tuple[Callable[[Path], None], str]] = {
    "export": (_export, "a.csv"),
    "codebook": (_codebook, "a.codebook.toml"),
    "views": (_views, "a.views.toml"),
    "survey": (_survey, "b.parquet"),
}


def _again(folder: Path) -> None:
    shutil.rmtree(folder.parent / "home", ignore_errors=True)
    for name, text in _OLD.items():
        (folder / name).write_text(text)


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "No space left on device"), MemoryError()],
    ids=["disk", "memory"],
)
@pytest.mark.parametrize("kind", _WRITES)
def test_a_write_that_fails_at_any_step_leaves_the_old_file_whole(
    kind: str, error: BaseException, tmp_path: Path, faults: Faults
) -> None:
    write, name = _WRITES[kind]
    folder = tmp_path / "work"
    folder.mkdir()
    _again(folder)
    write(folder)
    new = (folder / name).read_bytes()
    assert new != _OLD[name].encode()
    failed = number = 0
    while not number or faults.reached >= number:
        number += 1
        _again(folder)
        failed += _fails(partial(write, folder), faults, number, error, tmp_path)
        found = (folder / name).read_bytes()
        assert found in {_OLD[name].encode(), new}, f"step {number} left a file of two states"
    assert failed
    assert number > 4, "too few steps were seen"
    _again(folder)
    write(folder)
    assert not list(tmp_path.rglob(".cxtui-*")), "a draft is left"


def _fails(
    write: Callable[[], None], faults: Faults, number: int, error: BaseException, folder: Path
) -> bool:
    """Return whether a write failed at a step, in one line or for lack of memory."""
    faults.folder, faults.fails, faults.error, faults.reached = str(folder), number, error, 0
    try:
        write()
    except CxtuiError as raised:
        said = str(raised)
        if "\n" in said or not said.strip():
            pytest.fail(f"no line: {said!r}")
        return True
    except MemoryError:
        return True
    finally:
        faults.folder = ""
    return False


@pytest.mark.parametrize("most", [0, 1, 17])
def test_a_disk_that_is_full_after_some_bytes_leaves_the_old_file_whole(
    most: int, tmp_path: Path
) -> None:
    """The limit of the size of files stands for the disk; it ends a program unless it is heard."""
    _again(tmp_path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        for kind in ("codebook", "views"):
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
            with pytest.raises(CxtuiError, match="could not be written: File too large"):
                _WRITES[kind][0](tmp_path)
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heard)
    assert {name: (tmp_path / name).read_text() for name in _OLD} == _OLD
    assert not list(tmp_path.rglob(".cxtui-*"))
