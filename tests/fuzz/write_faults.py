"""Every call to the system of every write fails once: the old file stays whole, one line says why.

    python -m tests.fuzz.write_faults                  all writes, all errors
    python -m tests.fuzz.write_faults --only views

The calls are counted by a library that stands before libc, so that those of native code count too;
it takes Linux and a C compiler.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path

from cxtui.errors import CxtuiError
from tests.fuzz.writes import WRITES, Write

_SOURCE = Path(__file__).with_name("faulty_io.c")
_SHORT = -1
"""Half of what is written is taken, as the system may."""
ERRORS = {
    **{name: getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EROFS", "EACCES", "EIO")},
    **{name: getattr(errno, name) for name in ("ENOMEM", "EMFILE", "ENOLCK", "EINTR")},
    "short": _SHORT,
}
_UNSEEN = frozenset({"EINTR", "ENOLCK", "short"})
"""Errors after which a write has to succeed."""
Tree = Mapping[str, bytes]


def compiled(source: Path, folder: Path) -> Path:
    """Return a library that lets calls fail, compiled into a folder."""
    library = folder / f"{source.stem}.so"
    command = ["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"]
    subprocess.run(command, check=True)
    return library


@dataclass(frozen=True, slots=True)
class Faults:
    """The library that stands before libc, and the folder whose files it looks at."""

    library: ctypes.CDLL
    folder: Path

    def during(self, do: Callable[[], None], at: int, number: int) -> tuple[int, str]:
        """Let call `at` fail while `do` runs; return the number of calls, and the line said."""
        said = ""
        self.library.arm(os.fsencode(self.folder), at, number)
        try:
            do()
        except CxtuiError as error:
            said = str(error)
            assert said.strip() and "\n" not in said, f"no line: {said!r}"
        finally:
            calls = int(self.library.disarm())
        return calls, said


def tried(write: Write, error: str, faults: Faults) -> Counter[str]:
    """Let each call of a write fail; return how often it was refused, and done all the same.

    Raises `AssertionError` for a file of two states, a write that is lost without a word, and a
    draft that the next write leaves.
    """
    found: Counter[str] = Counter()
    before = begun(write, faults.folder)
    write.do(faults.folder)
    after = tree(faults.folder)
    assert after != before, f"{write.name} writes nothing"
    begun(write, faults.folder)
    recorded, _ = faults.during(lambda: write.do(faults.folder), 0, ERRORS[error])
    for at in range(1, recorded + 1):
        begun(write, faults.folder)
        calls, said = faults.during(lambda: write.do(faults.folder), at, ERRORS[error])
        place = f"{write.name}: {error} at call {at}"
        require_whole(write, before, after, faults.folder, place)
        if not said and not write.is_optional:
            assert write.is_done(faults.folder), f"{place}: lost without a word"
        assert not (said and error in _UNSEEN), f"{place}: {said}"
        found["refused" if said else "done"] += calls >= at
        with suppress(CxtuiError):  # done already
            write.do(faults.folder)
        assert write.is_done(faults.folder), f"{place}: the next write does nothing"
        left = [name for name in tree(faults.folder) if is_draft(name)]
        assert not left, f"{place}: the next write leaves {left}"
    return found


def begun(write: Write, folder: Path) -> Tree:
    """Empty a folder, and prepare a write there."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("work", "home", "spool"):
        (folder / name).mkdir(parents=True)
    write.prepare(folder / "work")
    return tree(folder)


def tree(folder: Path) -> Tree:
    """Return the content of every file in a folder, by its path."""
    files = (one for one in sorted(folder.rglob("*")) if one.is_file())
    return {str(one.relative_to(folder)): one.read_bytes() for one in files}


def is_draft(name: str) -> bool:
    """Return whether a file is one that is being written, by its name."""
    return ".cxtui" in name or name.endswith(".draft")


def require_whole(write: Write, before: Tree, after: Tree, folder: Path, place: str) -> None:
    """Raise `AssertionError` unless each file is as before, or as after the write."""
    now = tree(folder)
    for name, old in before.items():
        is_new = name in after and write.is_like(now.get(name, b""), after[name])
        assert now.get(name) == old or is_new, f"{place}: {name} is neither old nor new"
    for name in now.keys() - before.keys():
        if not (is_draft(name) or name.startswith("spool")):
            like = after.get(name, now[name] if write.has_new_names else b"")
            assert write.is_like(now[name], like), f"{place}: a part of {name} is there"


def main() -> int:
    """Let every write fail everywhere; return 1 after a defect."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default=",".join(WRITES))
    parser.add_argument("--errors", default=",".join(ERRORS))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if "FAULTY_IO" not in os.environ:
            library = compiled(_SOURCE, Path(folder))
            environment = {**os.environ, "LD_PRELOAD": str(library), "FAULTY_IO": str(library)}
            words = [sys.executable, "-m", "tests.fuzz.write_faults", *sys.argv[1:]]
            return subprocess.run(words, env=environment, check=False).returncode
        top = at_home(Path(folder))
        faults = Faults(ctypes.CDLL(os.environ["FAULTY_IO"]), top)
        defects = sum(
            _is_defect(WRITES[name], error, faults)
            for name in asked.only.split(",")
            for error in asked.errors.split(",")
        )
    print(f"{defects} defects")
    return min(defects, 1)


def at_home(folder: Path) -> Path:
    """Keep all that this program and its children write in a folder; return its full path."""
    top = folder.resolve()
    os.environ.pop("LD_PRELOAD")
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        os.environ[f"XDG_{name}_HOME"] = str(top / "home")
    os.environ["TMPDIR"] = tempfile.tempdir = str(top / "spool")
    return top


def _is_defect(write: Write, error: str, faults: Faults) -> bool:
    heard = io.StringIO()
    try:
        with redirect_stdout(heard), redirect_stderr(heard):
            found = tried(write, error, faults)
        assert "Traceback" not in heard.getvalue(), heard.getvalue()[-200:]
    except Exception as defect:
        reason = f"{type(defect).__name__} {defect!s:.200}"
        print(f"DEFECT {write.name} {error}: {reason}", flush=True)
        return True
    print(f"{write.name}, {error}: {found.total()} calls failed, {dict(found)}", flush=True)
    return False


if __name__ == "__main__":
    sys.exit(main())
