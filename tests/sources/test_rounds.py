"""Files that are named together are waves, called after what differs in their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.errors import SourceError
from cxtui.sources.wave_files import codebook_path, describe_location, find_waves


def labels(folder: Path, *names: str) -> list[str]:
    """The waves of files that are named one by one, in their order."""
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x\n1\n")
    return [one.label for one in find_waves([str(folder / name) for name in names])]


@pytest.mark.parametrize(
    ("names", "waves"),
    [
        (("2018.csv", "2019.csv"), ["2018", "2019"]),
        (("2020.xlsx", "2018.csv"), ["2018", "2020"]),
        (
            ("2018-results.csv", "2019-results.csv", "2020-results_2020.csv"),
            ["2018", "2019", "2020"],
        ),
        (("cmo_2021_Q2.csv", "cmo_2021_Q1.csv"), ["Q1", "Q2"]),
        (("cmo_2021_Q2.csv", "cmo_2022_Q1.csv"), ["2021", "2022"]),
        (("wave10.sav", "wave9.sav"), ["wave9", "wave10"]),
        (("before.csv", "after.csv"), ["before", "after"]),
        (("2018/results.csv", "2019/results.csv"), ["2018", "2019"]),
        (("tracker.csv", "tracker-new.csv"), ["tracker", "tracker-new"]),
    ],
)
def test_a_wave_is_called_after_what_differs(
    tmp_path: Path, names: tuple[str, ...], waves: list[str]
) -> None:
    """A year where each name has another one; in the order of their numbers, else as named."""
    assert labels(tmp_path, *names) == waves


def test_one_file_or_one_table_is_no_wave(tmp_path: Path) -> None:
    """Nor are the parts in which an engine writes a table, named by a shell one by one."""
    assert labels(tmp_path, "survey.csv") == [""]
    parts = [f"t/part-{number:05}.parquet" for number in range(3)]
    assert labels(tmp_path, *parts) == [""]
    assert len(find_waves(str(tmp_path / "t"))) == 1
    labels(tmp_path, "h/wave=1/a.parquet", "h/wave=2/a.parquet")
    assert len(find_waves(str(tmp_path / "h"))) == 1
    labels(tmp_path, "y/2018.parquet", "y/2019.parquet")
    for location in ("y", "y/*.parquet"):
        assert [one.label for one in find_waves(str(tmp_path / location))] == ["2018", "2019"]


def test_files_that_cannot_be_waves_are_refused_with_a_reason(tmp_path: Path) -> None:
    """The same file twice, under whatever name; two files of one wave; kinds without order."""
    labels(tmp_path, "2020.csv", "2020.xlsx.csv", "a/x.csv", "a/y.parquet", "b/2020.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "2020.csv")
    (tmp_path / "2020.xlsx").write_text("")
    for names, says in {
        ("2020.csv", "2020.csv"): "2020.csv is named twice",
        ("2020.csv", "link.csv"): r"link.csv is .*2020.csv once more",
        ("b/2020.csv", "b"): "2020.csv is named twice",
        ("2020.csv", "2020.xlsx"): "would both be the wave '2020'",
        ("a",): "mixes .csv and .parquet",
    }.items():
        with pytest.raises(SourceError, match=says) as raised:
            find_waves([str(tmp_path / name) for name in names])
        assert "\n" not in str(raised.value)


def test_the_codebook_of_several_files_lies_beside_the_first() -> None:
    assert codebook_path("a/cmo.csv") == Path("a/cmo.codebook.toml")
    assert codebook_path(".") == Path.cwd().with_name(f"{Path.cwd().stem}.codebook.toml")
    assert codebook_path(["a/2018.csv", "a/2019.csv"]) == Path("a/waves.codebook.toml")
    assert codebook_path(["a/cmo-2018.csv", "b/cmo-2019.csv"]) == Path("a/cmo-waves.codebook.toml")
    assert describe_location(["a.csv", "b.csv"]) == "a.csv and 1 other"
