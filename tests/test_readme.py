"""Commands, tables and links of the README are correct."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import cxtui
from cxtui.analysis.query.cache.memory_budget import MEMORY
from cxtui.analysis.ranking.ranked_lines import Verdict
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Pair, TableRow
from cxtui.analysis.view.view_options import parse_view
from cxtui.app.keys.commands import COMMANDS
from cxtui.app.keys.keymap import keymap
from cxtui.cli import main
from cxtui.cli.parser import parse
from cxtui.output.drawing.number_text import rounded, signed
from cxtui.output.table_document import TIDY_COLUMNS
from cxtui.session.config import read_config
from cxtui.sources.open_survey import open_survey
from cxtui.sources.readers.spark.spark_address import parse_address
from cxtui.survey.codebook.toml_format import read_codebook

TOP = Path(__file__).parents[1]
README = (TOP / "README.md").read_text("utf-8")
COMMAND_LINES = [
    line
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]
TOML_BLOCKS = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
GAPS = {
    "Goal: improve business outcomes": ("cx_goal", "1"),
    "Goal: a better data infrastructure": ("cx_goal", "4"),
    "Owner: a dedicated group": ("cx_owner", "1"),
    "Mapping: significant progress": ("cx_map", "4"),
    "Shared incentives: a strong lift": ("shared_incentives", "1"),
}


def test_ci_runs_the_test_command_of_the_readme() -> None:
    """The command that runs the tests stands in `.ci/run` to the letter, after lint and types."""
    command = next(line for line in COMMAND_LINES if line.endswith("pytest"))
    steps = (TOP / ".ci" / "run").read_text("utf-8").splitlines()
    assert steps[-1] == command
    for check in ("ruff check", "ruff format --check", "mypy"):
        assert f".venv/bin/{check}" in steps


def test_the_links_at_the_top_lead_to_the_sections() -> None:
    """Each leads to a section, in the order of the sections."""
    sections = re.findall(r"^## (.*)$", README, re.MULTILINE)
    anchors = [re.sub(r"[^a-z -]", "", one.lower()).replace(" ", "-") for one in sections]
    links = re.findall(r"\[[^]]*\]\(#([^)]*)\)", README.partition("\n## ")[0])
    assert links == [one for one in anchors if one != "licence"]


def test_the_first_command_opens_the_example() -> None:
    """The file that it names is in the repository."""
    command = next(line for line in COMMAND_LINES if "pytest" not in line)
    assert (TOP / command.split()[-1]).is_file()


def test_the_keys_it_names_are_keys_of_commands() -> None:
    """Each key of its short table runs a command in the explorer."""
    table = README.partition("| key | what it does |")[2].partition("\n\n")[0]
    named = re.findall(r"`([^`]+)`", "".join(line.split("|")[1] for line in table.splitlines()[2:]))
    known = {key for one in COMMANDS for key in one.shown_keys.split()}
    assert len(named) > 20
    assert [key for key in named if key not in known] == []


def example_row(example: Path, question: str, code: str) -> tuple[TableRow, Pair]:
    survey = open_survey(str(example))
    rows = tabulate(survey, parse_view(survey, f"--question {question}")).rows
    row = next(row for row in rows if row.code == code)
    return row, row.pairs[0]


@pytest.mark.parametrize("published", GAPS)
def test_the_table_of_gaps_is_what_the_engine_says(example: Path, published: str) -> None:
    """Shares, gap, interval, p and verdict."""
    line = next(line for line in README.splitlines() if line.startswith(f"| {published} |"))
    row, pair = example_row(example, *GAPS[published])
    shares = [f"{rounded(cell.percent, 0)}%" for cell in row.cells[1:]]
    assert pair.p is not None
    p = "< .001" if pair.p < 0.001 else rounded(pair.p, 3).lstrip("0")
    verdict = "significant" if pair.p < 0.05 else "not significant"
    interval = f"{signed(pair.low)} to {signed(pair.high)}"
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells == [published, *shares, signed(pair.gap), interval, p, verdict]


def test_the_sentences_on_the_ranking_are_what_the_engine_says(example: Path) -> None:
    """How many questions differ, how many would have to move, and which answers are marked."""
    ranking = cxtui.open(example).gaps(by="role")
    goal, owner = (one for one in ranking.lines if one.holds)
    alike = sum(one.verdict is Verdict.ALIKE for one in ranking.lines)
    said = " ".join(README.split())
    assert f"{ranking.held} of {ranking.tested} questions differ by more than chance" in said
    assert f"the main goal, where {goal.moved:.0f} of 100 people" in said
    assert f"the owner of the customer experience, where {owner.moved:.0f} would" in said
    assert f"for the other {ranking.tested - ranking.held - alike} the sample" in said
    assert alike == 1
    marks = {(one.label, (one.gap or 0) > 0) for line in (goal, owner) for one in line.marked}
    assert marks == {
        ("Improve business outcomes", True),
        ("Lower the cost to serve", False),
        ("Build a better data infrastructure", False),
        ("Marketing", True),
        ("Technology", False),
        ("A dedicated group", False),
    }


def test_the_tidy_columns_are_the_ones_written() -> None:
    """Their order is the same too."""
    assert ", ".join(TIDY_COLUMNS) in " ".join(README.split())


@pytest.mark.parametrize(
    "line",
    [line for line in COMMAND_LINES if line.startswith("cxtui") and "sc://" not in line],
    ids=lambda line: line[:40],
)
def test_a_command_of_the_readme_runs(
    line: str,
    example: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    """On the example under the name that the README uses."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "survey.parquet").symlink_to(example)
    targets = next(one for one in TOML_BLOCKS if "[[margin]]" in one)
    (tmp_path / "targets.toml").write_text(targets)
    plan = next(one for one in TOML_BLOCKS if "[banners]" in one)
    (tmp_path / "book.plan.toml").write_text(plan, "utf-8")
    for name in ("survey", "2018", "2019"):
        (tmp_path / f"{name}.csv").write_text("role,goal\nMarketing,Yes\nTechnology,No\n")
    words = shlex.split(line, comments=True)[1:]
    if any(one.endswith(".pptx") for one in words):
        pytest.importorskip("pptx")
    if "--into" in words:
        assert main([*words[:3], "-o", words[words.index("--into") + 1]]) == 0
        capsysbinary.readouterr()
    shell = words.index(">") if ">" in words else len(words)
    assert main(words[:shell]) == 0
    written = (
        "brief.html",
        "goal.csv",
        "tables.xlsx",
        "book.xlsx",
        "deck.pptx",
        "november.pptx",
        "survey-2016.parquet",
        "survey.sav",
    )
    assert capsysbinary.readouterr().out or any((tmp_path / one).is_file() for one in written)


@pytest.mark.parametrize("line", [line for line in COMMAND_LINES if "sc://" in line])
def test_an_address_of_the_readme_is_one(line: str) -> None:
    """The address is parsed; no server is called."""
    words = shlex.split(line, comments=True)
    assert parse_address(parse(words[1:]).survey.files[0]).name


def test_the_codebook_of_the_readme_is_one() -> None:
    """Every key of the codebook that it shows is valid."""
    text = next(one for one in TOML_BLOCKS if "[[question]]" in one)
    codebook = read_codebook(text, "README")
    obstacles, tools, age = codebook.questions
    assert (codebook.strata, codebook.cluster) == (("wave", "region"), "school")
    assert codebook.replicates is not None and codebook.replicates.columns == ("rep*",)
    assert codebook.calibrated is not None
    assert codebook.calibrated.margins == (("sex",), ("age", "region"))
    assert [net.code for net in obstacles.nets] == ["any"]
    assert (tools.delimiter, tools.others) == (", ", "other")
    assert age.classes == (30, 50)


def test_the_configuration_of_the_readme_is_one() -> None:
    """Every entry is valid, and every key is free."""
    config = read_config(next(one for one in TOML_BLOCKS if "[keys]" in one), "README")
    assert config.problems == keymap(config.keys, "README").problems == ()
    looks = {"theme": "light", "language": "de", "ascii": True, "memory": MEMORY, "timeout": 60}
    assert config.options == {**looks, "level": 90, "correction": "bh"}
