"""The configuration changes keys and defaults; a mistake in it stops nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cxtui.analysis.view.view import Against, Correction
from cxtui.app.explorer import Explorer
from cxtui.cli.parser import parse
from cxtui.session.config import load_config, read_config
from cxtui.session.private_files import config_file, keep
from cxtui.session.start import Start
from tests.app.screen import painted, text_of

KNOWN = (
    "timeout, coder, memory, ascii, linear, theme, language, locale, [keys], [screens] and [view]"
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("key = 1", f"unknown 'key'; it takes {KNOWN}"),
        ("ascii = 'yes'", "ascii takes true or false, not 'yes'"),
        ("keys = 1", f"unknown 'keys'; it takes {KNOWN}"),
        ("keys.find = 1", "keys.find takes a key or a list of keys"),
        ("keys.find = []", "keys.find takes a key or a list of keys"),
        ("theme = 'pink'", "theme takes dark, light, not 'pink'"),
        ("memory = 1", "memory takes megabytes from 8 to 1,000,000, not '1'"),
        ("timeout = true", "timeout takes seconds up to 86,400, not 'True'"),
        ("memory = true", "memory takes megabytes from 8 to 1,000,000, not 'True'"),
        ("view.level = 20", "view.level takes per cent from 50 to 99.99, not '20'"),
        ("view.level = true", "view.level takes per cent from 50 to 99.99, not 'True'"),
        ("view.full = 1", "view.full takes true or false, not 1"),
        ("view.sort = 'up'", "view.sort takes questionnaire, percent, gap, label, not 'up'"),
        (
            'view."a\\nb" = 1',
            "unknown view.a b; "
            "[view] takes base, level, correction, family, sort, against, full, variance",
        ),
        (
            "view.level = 20\nx = 1",
            "view.level takes per cent from 50 to 99.99, not '20' (and 1 more)",
        ),
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
    assert parse(["table", str(example), "cx_goal"], load_config()).view.level == 95
    start = parse(["explore", str(example), "--correction", "none"], load_config()).survey
    assert isinstance(start, Start)
    assert start.memory == 64
    app = Explorer(start)
    async with app.run_test(size=(120, 30)) as pilot:
        await painted(pilot)
        assert app.session.view is not None
        assert (app.session.view.level, app.session.view.against) == (90, Against.TOTAL)
        assert app.session.view.correction is Correction.NONE
        assert "--level 90" in app.session.start.opened.table(app.session.view)
        file = os.path.join("cxtui", "config.toml")
        assert app.theme == "ansi-light" and app.looks.ascii_only
        assert f"{file}: unknown 'themes'" in text_of(pilot)
