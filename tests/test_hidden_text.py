"""Text that a reader does not see is shown or removed, and no secret is taken."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.cli import main
from cxtui.output.drawing.fit import broken, ellipsis, fitted, folded, middle_cut
from cxtui.sources.locate import SECRET
from cxtui.text import clean


@given(st.text(st.characters(codec=None), min_size=1))
def test_a_cleaned_text_is_one_line_without_hidden_signs(text: str) -> None:
    """Of all of Unicode; cleaned again it stays as it is."""
    found = clean(text)
    assert clean(found) == found
    assert "\n" not in found
    kinds = {unicodedata.category(one) for one in found if one not in "\u200c\u200d"}
    assert not kinds & {"Cc", "Cs", "Zl", "Zp"}


def test_tags_and_fillers_are_shown() -> None:
    """They would carry a text of their own through a label."""
    hidden = "".join(chr(0xE0000 + ord(one)) for one in "hi")
    assert clean(f"Yes{hidden}") == "Yes\ufffd\ufffd"
    for one in "\u3164\u115f\uffa0\U000e0101\u2063\u180e\u206a\ufff9":
        assert clean(f"a{one}b") == "a\ufffdb"


def test_marks_of_line_breaks_are_removed_and_joiners_stay() -> None:
    assert clean("Zufrieden\u00adheit\u2060") == "Zufriedenheit"
    for text in ("می\u200cخواهم", "👩\u200d🔬", "Größe ❤\ufe0f"):
        assert clean(text) == unicodedata.normalize("NFC", text)


MARKS = st.text(
    st.sampled_from("a \u0301\u200d\u200c\ufe0f\u754c\u2764\U0001f469\u00ad\u200b"), max_size=12
)
"""Letters, wide ones, and marks that join, change or accent the one before them."""


@given(MARKS)
def test_joiners_that_join_nothing_are_dropped(text: str) -> None:
    found = clean(text)
    assert clean(found) == found
    assert "\u200d\u200d" not in found and " \u200d" not in found and "\u200d " not in found
    assert found.strip("\u200d ") == found


@given(MARKS, st.integers(1, 12))
def test_any_cleaned_text_can_be_cut_and_broken(text: str, width: int) -> None:
    """Also one that begins with a mark of the letter before."""
    found = clean(text)
    for cut in (ellipsis(found, width), middle_cut(found, width), fitted(found, width)):
        assert len(cut) <= len(found) + width
    assert len(folded(found, width, 3)) <= 3
    assert "".join("".join(broken(found, width)).split()) == "".join(found.split())


@pytest.mark.parametrize(
    "address",
    [
        *("https://h/a.parquet?auth=x", "https://h/a.parquet?a=1&X-Amz-Signature=x"),
        *("https://h/a.parquet?access_token=x", "https://h/a.parquet?my_api_key=x"),
        *("https://user@h/a.parquet", "https://u:p@h/a.parquet", "s3://k:s@b/a.parquet"),
        *("https://h/a.parquet?sv=1&sig=x", "https://h/a?credential=x", "https://h/a#session=x"),
    ],
)
def test_a_secret_in_an_address_is_one(address: str) -> None:
    assert SECRET.search(address)


@pytest.mark.parametrize(
    "address",
    [
        *("HTTPS://u:word@h/a.parquet", "ftp://u:word@h/a.csv", "https:/h/a.parquet?auth=word"),
        *("http://h/a.parquet?%61uth=word", "https://h/a.parquet?x=1&my_token=word#sig=word"),
    ],
)
@pytest.mark.parametrize("verb", ["questions", "gaps"])
def test_no_error_repeats_a_secret_of_an_address(
    verb: str, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not of one that is mistyped either, or of a kind that is not read."""
    assert main([verb, address]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "word" not in said


@pytest.mark.parametrize(
    "address",
    [
        *("https://h/passage/a.parquet", "s3://bucket/key/a.parquet", "https://h/a?page=2"),
        "abfss://container@account.dfs.core.windows.net/a.parquet",
    ],
)
def test_an_address_without_a_secret_is_none(address: str) -> None:
    assert not SECRET.search(address)


HIDDEN_TEXT = "\x7f\u202e\U000e0041\u200b\x1b]0;x\x07\x9b31m\u2066"


@pytest.mark.parametrize("words", [[], ["--format", "json"], ["--format", "markdown"]])
@pytest.mark.parametrize("verb", ["questions", "codebook"])
def test_nothing_hidden_is_printed_of_names_columns_and_spellings(
    verb: str,
    words: list[str],
    tmp_path: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A terminal would obey it; JSON and TOML hold the same texts, escaped."""
    monkeypatch.chdir(tmp_path)
    name = f"s{HIDDEN_TEXT}"
    answers = [f"A{HIDDEN_TEXT}", "B"] * 10
    pl.DataFrame({"id": range(20), f"r{HIDDEN_TEXT}": answers}).write_csv(f"{name}.csv")
    coding = '[[coding]]\nid = "c"\nquestion = "why"\ncodes = [{ code = "1", label = "x" }]\n'
    Path(f"{name}.codebook.toml").write_text(
        f'respondent = "id"\n[[question]]\nid = "why"\nkind = "text"\n{coding}'
    )
    pl.read_csv(f"{name}.csv").with_columns(why=pl.lit("too slow")).write_csv(f"{name}.csv")
    Path(f"{name}.why.codes.csv").write_text(
        f"respondent,text_hash,coder,code\n1,,ben{HIDDEN_TEXT},1\n"
    )
    assert main([verb, f"{name}.csv", *(words if verb == "questions" else [])]) == 0
    printed = capsysbinary.readouterr()
    text = (printed.out + printed.err).decode().replace("\n", "")
    assert not {unicodedata.category(one) for one in text} & {"Cc", "Cf", "Cs", "Co"}
