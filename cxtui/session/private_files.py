"""The files that cxtui keeps for a user, which no other user can read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cxtui.errors import ExportError
from cxtui.user_directories import NO_HOME, expand_home, user_directory

_OWN_FOLDER = 0o700


def config_file() -> Path:
    """Return where the user's configuration is."""
    return user_directory("config") / "config.toml"


def session_file(files: Sequence[str]) -> Path:
    """Return where the last view of a survey is kept."""
    return _sessions() / f"{_key(files)}.toml"


def _sessions() -> Path:
    return user_directory("state") / "sessions"


def is_first_visit() -> bool:
    """Return whether no visit has left a view yet."""
    return not _sessions().is_dir()


def exports_file() -> Path:
    """Return where the format and folder of the last exports are kept."""
    return user_directory("state") / "exports.toml"


def views_file(files: Sequence[str]) -> Path:
    """Return where the saved views of a survey are kept whose folder takes none."""
    return user_directory("data") / "views" / f"{_key(files)}.views.toml"


def peek_file(files: Sequence[str]) -> Path:
    """Return where the questions of a survey are cached for completion."""
    return user_directory("cache") / "completion" / f"{_key(files)}.json"


def copied_file(ending: str) -> Path:
    """Return where a copied text goes that no clipboard takes."""
    return user_directory("state") / f"copied{ending}"


def _key(files: Sequence[str]) -> str:
    """Return a name for a survey: the same for every way to name its path."""
    import hashlib

    from cxtui.sources.standard_input import stable_name

    paths = "\0".join(map(stable_name, files))
    return hashlib.sha256(paths.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def shown(file: Path) -> str:
    """Return a file's path, with `~` for the home."""
    home = expand_home("~")
    return f"~/{file.relative_to(home)}" if file.is_relative_to(home) else str(file)


def keep(file: Path, content: bytes) -> Path:
    """Write a file that only its owner can read, in folders that only they can enter.

    Raises `ExportError` where it cannot be written; a file that was there is unchanged then.
    """
    from cxtui.output.files.write_file import write_whole

    make_own_folder(file)
    write_whole(file, content, replace=True, private=True)
    return file


def make_own_folder(file: Path) -> None:
    """Make the folder of a file of the user's, which no other user can enter.

    Raises `ExportError` where it cannot be made.
    """
    if file.is_relative_to(NO_HOME):
        raise ExportError("there is no home directory to keep it in: set HOME")
    try:
        for folder in reversed([one for one in file.parents if not one.exists()]):
            folder.mkdir(mode=_OWN_FOLDER, exist_ok=True)
    except OSError as error:
        raise ExportError("{} could not be written: {}", file, error.strerror or error) from None
