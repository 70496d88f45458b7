"""`cxtui weight` gives the weights of R's survey package, respondent for respondent."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from cxtui.cli import main
from cxtui.sources.open_survey import open_survey
from cxtui.survey.sampling import Calibration
from tests.shared import shared

GOLDEN = "golden/variance/weighting"
WEIGHTED = ("rake", "rake-base-total", "bounded", "bounded-base", "trim", "crossed", "api")
REFUSED = ("refuse-empty-cell", "refuse-missing", "refuse-infeasible", "refuse-extra-code")
CLOSE = 1e-9


def weigh(name: str, out: Path, *words: str) -> tuple[int, Path]:
    """Run the verb on a case; return its exit code and the folder of the case."""
    case = shared(f"{GOLDEN}/{name}")
    targets = str(case / "targets.toml")
    return main(
        ["weight", str(case / "survey.csv"), "--targets", targets, "-o", str(out), *words]
    ), case


@pytest.mark.parametrize("name", WEIGHTED)
def test_the_weights_are_those_of_r(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So is the report; the codebook of the copy declares the weight and its margins."""
    out = tmp_path / "out.parquet"
    code, case = weigh(name, out, "--format", "json")
    assert code == 0
    report = json.loads(capsys.readouterr().out)
    found = pl.read_parquet(out)
    wanted = pl.read_csv(case / "weights.csv")
    assert found["id"].to_list() == wanted["id"].to_list()
    assert found["w"].to_list() == pytest.approx(wanted["weight"].to_list(), rel=CLOSE)
    expected, targets = (
        json.loads((case / "expected.json").read_text()),
        tomllib.loads((case / "targets.toml").read_text()),
    )
    check_report(report, expected)
    margins = tuple(tuple(one["questions"]) for one in targets["margin"])
    codebook = open_survey(str(out)).codebook
    assert codebook.weight == "w"
    assert codebook.calibrated == Calibration(targets.get("base", ""), margins)


def check_report(report: dict[str, Any], expected: dict[str, Any]) -> None:
    weight, ratio = report["weight"], report["ratio"]
    flat = {
        **report,
        **{"min": weight["low"], "max": weight["high"]},
        **{"ratio_min": ratio["low"], "ratio_max": ratio["high"]},
    }
    for key, value in expected.items():
        if key not in {"margins", "note"}:
            assert flat[key] == pytest.approx(value, rel=CLOSE), key
    for margin, shares in zip(report["margins"], expected["margins"], strict=True):
        found = {one["code"]: one["percent"] / 100 for one in margin["cells"]}
        assert found == pytest.approx(shares, rel=CLOSE)


@pytest.mark.parametrize("name", REFUSED)
def test_targets_that_cannot_be_met_are_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line with the line of the file, exit code 1; nothing is written."""
    code, case = weigh(name, tmp_path / "out.parquet")
    captured = capsys.readouterr()
    assert (code, captured.out, captured.err.count("\n")) == (1, "", 1)
    assert json.loads((case / "expected.json").read_text())["refused"] in captured.err
    assert f"cxtui: {case / 'targets.toml'}, line " in captured.err
    assert list(tmp_path.iterdir()) == []
