"""Parts of a deck whose names collide: each is written once, and no slide takes another's place."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("pptx")

from tests.work.deck_reading import charts_in, members, opened, written

PLAN = '[[table]]\nquestions = ["cx_goal", "delivery"]\nby = "role"'
RELATIONSHIP = (
    b'<Relationship Id="rId99" Target="%s" Type="http://schemas.openxmlformats.org'
    b'/officeDocument/2006/relationships/customXml"/></Relationships>'
)


def names_in(content: bytes, path: Path) -> Counter[str]:
    """Return how often a file has each name."""
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        return Counter(archive.namelist())


@pytest.mark.parametrize("option", ["--into", "--template"])
def test_a_slide_off_the_list_keeps_its_part(option: str, tmp_path: Path) -> None:
    """As scripts delete a slide: its part is still in the file, under the next slide's name."""
    presentation = opened(written(tmp_path, PLAN))
    listed = presentation.slides._sldIdLst
    listed.remove(listed[1])
    path = tmp_path / "deleted.pptx"
    presentation.save(path)
    before = members(path.read_bytes())
    assert "ppt/slides/slide2.xml" in before
    content = written(tmp_path, PLAN, option, str(path))
    assert max(names_in(content, tmp_path / "named.pptx").values()) == 1
    assert members(content)["ppt/slides/slide2.xml"] == before["ppt/slides/slide2.xml"]
    slides = 2 if option == "--into" else 3
    assert (len(opened(content).slides), len(charts_in(content))) == (slides, slides)


@pytest.mark.parametrize("target", ["/[Content_Types].xml", "/_rels/.rels"])
def test_what_is_written_anew_is_no_part(target: str, tmp_path: Path) -> None:
    """A relationship that leads to the types or to relationships leads nowhere."""
    parts = members(written(tmp_path, PLAN))
    name = "ppt/_rels/presentation.xml.rels"
    parts[name] = parts[name].replace(b"</Relationships>", RELATIONSHIP % target.encode())
    path = tmp_path / "damaged.pptx"
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in parts.items():
            archive.writestr(member, data)
    content = written(tmp_path, PLAN, "--into", str(path))
    assert max(names_in(content, tmp_path / "named.pptx").values()) == 1
    assert len(charts_in(content)) == 2


def test_properties_of_an_unknown_kind_stay_beside_new_ones(tmp_path: Path) -> None:
    parts = members(written(tmp_path, PLAN))
    kind = b"relationships/metadata/core-properties"
    assert kind in parts["_rels/.rels"]
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(kind, b"relationships/properties")
    path = tmp_path / "unknown.pptx"
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in parts.items():
            archive.writestr(member, data)
    content = written(tmp_path, PLAN, "--template", str(path))
    names = names_in(content, tmp_path / "named.pptx")
    assert names["docProps/core.xml"] == names["docProps/core2.xml"] == 1
    assert opened(content).core_properties.last_modified_by == "cxtui"
    assert members(content)["docProps/core.xml"] == parts["docProps/core.xml"]


def test_a_name_that_stands_twice_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "twice.pptx"
    whole = written(tmp_path, PLAN)
    path.write_bytes(whole)
    slide = "ppt/slides/slide1.xml"
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(slide, members(whole)[slide])
    content = written(tmp_path, PLAN, "--into", str(path))
    assert names_in(content, tmp_path / "named.pptx")[slide] == 1
    assert charts_in(content) == charts_in(whole)
