"""Codings in a codebook, and the lines of a file of codes."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.errors import CodebookError
from cxtui.survey.codebook.amend import amend_codebook
from cxtui.survey.codebook.toml_format import read_codebook, write_codebook
from cxtui.survey.derive.codes_lines import (
    CUT,
    Assignment,
    counted_codes,
    hash_of,
    header,
    latest,
    line_of,
    read_codes,
)
from cxtui.survey.derive.coding_text import with_code
from cxtui.survey.derive.derivation import Code

CODING = """\
respondent = "id"

# what they want
[[coding]]
id = "why_coded"
question = "why"  # asked last
codes = [
  { code = "1", label = "Fewer systems", key = "s" },  # and tools
]
coders = ["ana", "ben"]
"""
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=9)
CODES = st.from_regex(r"[\w.][\w.\-]{0,4}", fullmatch=True)
LINES = st.lists(
    st.builds(
        Assignment,
        NAMES,
        NAMES.map(hash_of),
        st.sampled_from(["ana", "Ben O'Hara", "ç+1"]),
        st.lists(CODES, max_size=3, unique=True).map(tuple),
    ),
    max_size=6,
)


def test_a_coding_is_read_and_written_back_with_its_comments() -> None:
    """A new code is a line more; the whole codebook has it, too."""
    before = read_codebook(CODING, "x")
    (one,) = before.derived
    assert (one.sources, one.coders, one.codes[0].key) == (("why",), ("ana", "ben"), "s")
    assert read_codebook(write_codebook(before), "x") == before
    after = replace(before, derived=(with_code(one, Code("2", "Data", "d")),))
    text = amend_codebook(CODING, before, after, "x")
    assert read_codebook(text, "x") == after
    assert [line for line in CODING.splitlines() if line not in text.splitlines()] == []
    assert len(text.splitlines()) == len(CODING.splitlines()) + 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('key = "s"', 'key = "ss"', "code '1' has the key 'ss'; take one letter or digit"),
        ('code = "1"', 'code = "1;2"', "'1;2' is no code"),
        ('code = "1"', 'code = "-"', "'-' is no code"),
        ('"ben"', '"ana"', "coder 'ana' stands twice"),
        ('"ben"', '"b;n"', "'b;n' is no name of a coder"),
        ('question = "why"', "", "coding 'why_coded' lacks 'question'"),
        ('question = "why"', 'from = "why"', "has the unknown key 'from'"),
        ('label = "Fewer', 'name = "Fewer', "has the unknown key 'name'"),
        (
            "  # and tools",
            '\n  { code = "2", label = "Data", key = "s" },',
            "two codes have the key 's'",
        ),
        ("  # and tools", '\n  { code = "1", label = "Data" },', "code '1' stands twice"),
    ],
)
def test_what_is_wrong_with_a_coding_is_one_line(old: str, new: str, said: str) -> None:
    """It names the coding."""
    assert old in CODING
    with pytest.raises(CodebookError, match=r"x: .*'why_coded'") as refused:
        read_codebook(CODING.replace(old, new), "x")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_question_has_one_coding_and_a_coding_codes() -> None:
    """Two would share a file."""
    again = CODING.partition("\n\n")[2].replace("why_coded", "other")
    with pytest.raises(CodebookError, match="'why' has two codings"):
        read_codebook(f"{CODING}\n{again}", "x")
    with pytest.raises(CodebookError, match="codes takes a list"):
        read_codebook(CODING.partition("codes = [")[0], "x")
    with pytest.raises(CodebookError, match="'why_coded' stands twice"):
        read_codebook(f'{CODING}\n[[derive]]\nid = "why_coded"\ncount = ["x"]\n', "x")


@given(LINES)
def test_lines_are_read_as_they_were_written(lines: list[Assignment]) -> None:
    """By this program, and as any CSV."""
    text = header() + "".join(map(line_of, lines))
    found = read_codes(text.encode())
    assert (list(found.lines), found.cut) == (lines, ())
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in rows[1:]] == [one.respondent for one in lines]


@given(LINES, LINES, st.data())
def test_a_cut_anywhere_loses_the_last_line_alone(
    lines: list[Assignment], more: list[Assignment], data: st.DataObject
) -> None:
    """Also after others went on below it, as `append_lines` does; no cut line is misread."""
    whole = [line_of(one).encode() for one in lines]
    last = line_of(Assignment("17", hash_of("x"), "ana", ("s", "dd"))).encode()
    kept = last[: data.draw(st.integers(1, len(last) - 2))]
    content = header().encode() + b"".join(whole) + kept
    found = read_codes(content)
    assert (list(found.lines), len(found.cut)) == (lines, 1)
    ended = content + (b"" if kept.endswith(b'"') else CUT) + b"\n"
    found = read_codes(ended + b"".join(line_of(one).encode() for one in more))
    assert list(found.lines) == [*lines, *more]
    assert [one.number for one in found.cut] == [len(lines) + 2]


@given(LINES, LINES)
def test_files_merge_by_concatenation(lines: list[Assignment], more: list[Assignment]) -> None:
    """The later line of a coder on an answer counts, one without codes takes them back."""
    files = [header() + "".join(map(line_of, each)) for each in (lines, more)]
    found = latest(read_codes("".join(files).encode()).lines)
    plain: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
    for one in (*lines, *more):
        plain.setdefault((one.respondent, one.text_hash), {})[one.coder] = one.codes
    for answer, coders in plain.items():
        kept = {coder: codes for coder, codes in coders.items() if codes}
        assert found.get(answer, {}) == kept
        counts = [kept[one] for one in ("ç+1", "ana", "Ben O'Hara") if one in kept]
        assert counted_codes(kept, ["ç+1"]) in {*counts[:2], ()}
        assert not counts or counted_codes(kept, ["ç+1", "ana"]) == counts[0]


def test_lines_of_other_programs_are_read_too() -> None:
    """Without quotes, with carriage returns; a line that is none is passed over, with its place."""
    content = (
        b"\xef\xbb\xbfrespondent,text_hash,coder,code\r\n"
        b"1,aa,ana,s\r\n2,bb,ana,s;d\r\n3,cc,,\r\n4,dd,ana\r\n5,ee,ana,\r\n,ff,ana,s\r\n"
        b"\xff,gg,ana,s\r\n6,hh,ana,s"
    )
    found = read_codes(content)
    assert [(one.respondent, one.codes) for one in found.lines] == [
        ("1", ("s",)),
        ("2", ("s", "d")),
    ]
    assert [one.number for one in found.cut] == [5, 6, 7, 8, 9]


def test_the_hash_is_of_what_is_read_not_of_how_it_is_stored() -> None:
    """Blanks and the encoding of accents do not matter; capitals do."""
    assert hash_of("  Zu\u0308gig,\n bitte ") == hash_of("Zügig, bitte")
    assert hash_of("zügig") != hash_of("Zügig")
