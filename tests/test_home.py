"""The user's own directories, and a user who has none."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
import pytest

from cxtui.cli import main
from cxtui.errors import ExportError
from cxtui.session.config import load_config
from cxtui.session.private_files import copied_file, keep
from cxtui.user_directories import expand_home, user_directory


def test_the_platforms_own_directories_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG variables are used where they are set to absolute paths, as their specification says."""
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/etc/ada")
    monkeypatch.setenv("XDG_STATE_HOME", "state")
    monkeypatch.delenv("XDG_DATA_HOME")
    assert user_directory("config") == Path("/etc/ada/cxtui")
    assert user_directory("state") == Path("/home/ada/.local/state/cxtui")
    assert user_directory("data") == Path("/home/ada/.local/share/cxtui")


def test_a_user_without_a_home_gets_tables_all_the_same(
    example: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in a container: nothing is read from or written to a home, and a note says so."""

    def homeless(_: object) -> Path:
        raise RuntimeError("could not determine the home directory")

    for kind in ("cache", "config", "data", "state"):
        monkeypatch.setattr(platformdirs.PlatformDirs, f"user_{kind}_path", property(homeless))
    assert main(["table", str(example), "cx_goal", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("Main goal")
    assert main(["__complete", "fish", "table", str(example), "cx_g"]) == 0
    assert capsys.readouterr().out == "cx_goal\tMain goal of the customer-experience work\n"
    assert load_config().problem == ""
    with pytest.raises(ExportError, match="there is no home directory to keep it in: set HOME"):
        keep(copied_file(".tsv"), b"a\tb\n")
    assert Path(os.devnull).is_char_device()


def test_a_tilde_is_expanded_for_known_users_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert expand_home("~/goal.csv") == Path("/home/ada/goal.csv")
    assert expand_home("~nobody-at-all/goal.csv") == Path("~nobody-at-all/goal.csv")
    assert expand_home("goal~.csv") == Path("goal~.csv")
