"""The configuration changes keys and defaults; a mistake in it stops nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cxtui.analysis.view.view import Against, Correction
from cxtui.app.explorer import Explorer
from cxtui.cli.command_line import configured_defaults, start_of
from cxtui.cli.parser import build_parser
from cxtui.session.config import load_config, read_config
from cxtui.session.private_files import config_file, keep
from tests.app.screen import painted, text_of

KNOWN = "theme, ascii, memory, timeout, [keys], [screens] and [view]"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("key = 1", f"unknown 'key'; it takes {KNOWN}"),
        ("ascii = 'yes'", "ascii takes true or false"),
        ("keys = 1", f"unknown 'keys'; it takes {KNOWN}"),
        ("keys.find = 1", "keys.find takes a key or a list of keys"),
        ("keys.find = []", "keys.find takes a key or a list of keys"),
        ("theme = 'pink'", "theme takes dark or light"),
        ("memory = 1", "memory takes megabytes, from 8 to 1,000,000"),
        ("memory = true", "memory takes megabytes, from 8 to 1,000,000"),
        ("view.level = 20", "view.level takes a number from 50 to 99.99"),
        ("view.level = true", "view.level takes a number from 50 to 99.99"),
        ("view.full = 1", "view.full takes true or false"),
        ("view.sort = 'up'", "view.sort takes questionnaire, percent, gap, label"),
        (
            'view."a\\nb" = 1',
            "unknown view.a b; [view] takes level, base, correction, family, sort, against, full",
        ),
        ("view.level = 20\nx = 1", "view.level takes a number from 50 to 99.99 (and 1 more)"),
    ],
)
def test_a_mistake_is_reported_in_one_line(text: str, problem: str) -> None:
    """With the file's name."""
    assert read_config(text, "config.toml").problem == f"config.toml: {problem}"


@pytest.mark.parametrize("content", [b"keys = ", b"\xff", b"x = " + b"[" * 100_000])
def test_a_file_that_is_no_toml_is_no_configuration(content: bytes) -> None:
    """The rest goes on as without one."""
    keep(config_file(), content)
    config = load_config()
    assert (config.keys, config.options) == ({}, {})
    (problem,) = config.problems
    assert "config.toml is not" in problem and "\n" not in problem


async def test_the_explorer_opens_with_the_valid_entries(example: Path) -> None:
    """Its defaults are options like any other: those of the command line come first."""
    keep(
        config_file(),
        b"theme = 'light'\nascii = true\nthemes = 1\nmemory = 64\n"
        b"[view]\nlevel = 90\ncorrection = 'bh'\nagainst = 'total'\n",
    )
    assert build_parser({}).parse_args(["table", str(example), "cx_goal"]).level == 95
    options = build_parser(configured_defaults()).parse_args(
        ["explore", str(example), "--correction", "none"]
    )
    assert options.memory == 64
    app = Explorer(start_of(options))
    async with app.run_test(size=(120, 30)) as pilot:
        await painted(pilot)
        assert app.view is not None
        assert (app.view.level, app.view.against) == (90, Against.TOTAL)
        assert app.view.correction is Correction.NONE
        assert "--level 90" in app.command_line(app.view)
        file = os.path.join("cxtui", "config.toml")
        assert app.theme == "ansi-light" and app.looks.ascii_only
        assert f"{file}: unknown 'themes'" in text_of(pilot)
