"""Columns of types that few programs write: one of them never costs the file."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

import polars as pl
import pytest

from cxtui.analysis.query.expressions.answered import count_answered
from cxtui.sources.open_survey import open_survey
from cxtui.sources.readers.r_serialization import RValue, SerializationError, unserialize
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question

ROLES = ["CMO", "CTO"] * 10

ORDERED = (
    "eNqdVE9rE0EUf/snS2xjKMFZsxBrRLokkjZppaKhKc4mjSlNsRsollJwk03cimmTJq1JQUQ86gdQL/0EXjyIxUPxUI"
    "T2JOihF/0AngQxhxbEnZlNtE1Q8BF2dt77/XnvwWYO50aRiAJoMmsf4AM4/9QNJHjBvGMY1dYPS9Iv/ISja28eeO00"
    "AiSjyQgKoQEkISkAxxgFw/hgFIu3Xz/ph1cHj3b7CUNEcbSQRe4e8t/2opaU23kRjlzfv3g5Ieye3osCDD7bGDzHvA"
    "L/8iqc5TkJ5iNfxr3M6xKKZRF/0st4J36Ew+/LC4jp+lD877qfDBt3tPL5FFM9g672WFDRMDJF0TcN9daE3vef21GW"
    "xsEv1c3l0koeuQF5hni/WKuUS0OQJQI04bJq+WIn47Wn5P1cc6jP7qkYWSLPNpJbAzmkBJSsCgHkUcZBGlCYHhLlkL"
    "wu73BqQXWHI2QcxJOWB+xjQm4qkqJCyNb5k8mMKfU5Jx9w6ltefc91sx9zx+heh841KfWh/JJTvwrqltDFDPdy5dYo"
    "rSxvc+qWS90Xuw1DHT+5Jcgh1S0fukAJ+D04l7t5K8726d8WoiRiWMMY65jFDMYNrFk4jbGFkxbNaTZglrwkMZ6mid"
    "+nQ01RZImCGuQ5RStztj656jrVT3fwTpDXDIXWSSuLHbxJQZmeeNqXTi5J2leFVDZp3emXIu0h7PoNjE2conedNUV1"
    "5ufJkXOGavfLgpS0VXMlfW9RZ/vAdF6zvQ8Cb+9jlphqDbYPpk1AqWkyzxQVs0grGUdHd5ZGNNLUVGuc8CdDapuFsW"
    "a5fdeO1RMJ8Aer+draRml92KxWh/O1WqURvF+q1e9WVoNjV0ZiI6MK+Ro6P5gRAObs/7Nf/JICWg=="
)
"""By Arrow: an ordered factor with an unused level, a decimal of 50 digits, texts as bytes."""

ENUM = (
    "eNpVUj1vE0EQfbs+O3awzZ1hljvpilOETwcKVhwFYVAKHFyA5MgRoqDCsuOzOHG2xTkxIlUqShQhSn6BRUXJD+CnUF"
    "FTUTC7F4Sy2p15M/v27cfsUfd5myzyKeizA1DfK7B9cjgw7sWAQD1S2xTxdIlKwNZN0V2vNzEX4FSLdvucZ+6tl2xQ"
    "5DGYnsRzZqKbvhu9X7LChaDbWsLOJZ4GkmcjIbtTIYCfrAT6VaAPUpOQk34LN2fhkUDLgdhyBApOpcpJSxRrAsVamZ"
    "eXDN4wuGxwxeBNg68ZXDW4ZnDd4OsG2wY7BjdEsYO83bj09Nj3gX8DkBK2pbe3gXN9OFsGAHdUcMF06fXvw61NTo/f"
    "TMbD5fHreDbiq1C1CdfKFmnchA6ka02z+K0O6uSSdGWyat6Fijzf2w/hU9Ujy8tXkFSR+iJUFh6EZd8tcEXYHA4UlP"
    "U/chx427p+JPVTWuzUd4teAZdytpfvaeT+CPVZhD9EeOa7RVMst5SXyqheTTUaV6Rt0vfWqnWP4OmjG81Plvoqw4/y"
    "mU8wXECtN1QUltU3C57v+vmrtJL5SZytRulwnC4Ws+E0STl2a/NFNhulyVk8ubdqw416zO4dBKs4WyaLebDabe202k"
    "E0Pk3SSdCZPOi023vxw5073r6ujuk45790xP/5LxiYabg="
)
"""By DuckDB: an enumeration that is never `Never`, and intervals."""

FOREIGN = (
    "eNrVlM9Kw0AQxidtkm5D0CCtFCpCQVAEoaUgCoKGXrxIoBT0BXorVPo0Hn0cj30EH6FPYPxm8rUJQS+e7MBvZ3b238"
    "zuJOl0mj2PRHLIp4gkohLJgYQSiIMF8fydP0br039jNoaB+h1aHXOwOxwLQRqNo/yrmLcCDfDI8TXOxUhT9z+hTzhn"
    "+Sq2gwMhvQl21n7LTkwYlxfU16teLRfzwvZ3fs3zg/GJxX3MTGPbUZq+9DQ3jxOQaY95ac4L3tF2vUogv8uM+oX6jv"
    "qtNm/bf6/4GrVz5Ie+hcx7bvMdDsER6ALNpQ9OwQCcgXNwCa7AEIzBNbitxDd5yiaz7G9tGdnmnsbDf+vnVnfFW8a4"
    "1dAqIClqAK+t93BRqe8NF66py/oo62Sfvw2HAFL7F3wDPd5R7g=="
)
"""By Arrow: metadata that are not UTF-8."""

R_ATTRIBUTES = (
    "A\n3\n262658\n197888\n5\nUTF-8\n531\n1\n531\n1\n531\n1\n531\n3\n526\n3\n1\n2\n9\n1026\n1\n262153"
    "\n5\nnames\n16\n3\n262153\n5\nAgree\n262153\n8\nDisagree\n262153\n10\nDon't\\040know\n254\n16\n1\n"
    "262153\n10\nA\\040plan\\?\\303\\251\n14\n1\n9\n1026\n511\n16\n3\n262153\n6\nlabels\n262153\n5\n"
    "label\n262153\n9\nna_values\n254\n1026\n511\n16\n1\n262153\n10\nattributes\n254\n1026\n511\n16\n1\n"
    "262153\n2\nop\n254\n1026\n511\n16\n1\n262153\n7\ncolumns\n254\n"
)
"""What R's arrow package keeps of a labelled column `op`, with 9 as a missing value."""


def opened(folder: Path, name: str, packed: str) -> Survey:
    (folder / name).write_bytes(zlib.decompress(base64.b64decode(packed)))
    return open_survey(str(folder / name))


def question(survey: Survey, name: str) -> Question:
    found = survey.codebook.find(name)
    assert found is not None
    return found


def labels(survey: Survey, name: str) -> list[str]:
    return [one.label for one in question(survey, name).categories]


def test_an_unreadable_column_costs_that_column(tmp_path: Path) -> None:
    decimals = opened(tmp_path, "a.parquet", ORDERED)
    assert [one.id for one in decimals.codebook.questions] == ["role", "grade", "q"]
    assert "'x'" in str(decimals.notes[0])
    intervals = opened(tmp_path, "b.parquet", ENUM)
    assert [one.id for one in intervals.codebook.questions] == ["role", "freq"]
    assert "'iv'" in str(intervals.notes[0])
    assert count_answered(intervals) == {"role": 20, "freq": 20}


def test_a_declared_order_and_its_unused_answers_are_kept(tmp_path: Path) -> None:
    assert labels(opened(tmp_path, "a.parquet", ORDERED), "grade") == ["Low", "Mid", "High", "Top"]
    assert labels(opened(tmp_path, "b.parquet", ENUM), "freq") == ["Often", "Always"]


def test_bytes_are_texts(tmp_path: Path) -> None:
    assert labels(opened(tmp_path, "a.parquet", ORDERED), "q") == ["a", "b"]
    pl.DataFrame({"role": ROLES, "u": [b"\xff\xfe"] * 20}).write_parquet(tmp_path / "b.parquet")
    survey = open_survey(str(tmp_path / "b.parquet"))
    assert [one.column for one in survey.codebook.excluded] == ["u"]


def test_metadata_that_are_no_text_do_not_cost_the_file(tmp_path: Path) -> None:
    survey = opened(tmp_path, "a.arrow", FOREIGN)
    assert count_answered(survey) == {"role": 20, "op": 20}


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_lists_and_structures_of_marks_are_multiple_responses(tmp_path: Path, ending: str) -> None:
    rows = pl.DataFrame(
        {
            "role": ROLES,
            "codes": [[1, 2], [2], [], None] * 5,
            "floats": [[1.0, 2.0], [2.0], [], None] * 5,
            "pairs": pl.Series([[1, 2]] * 20, dtype=pl.Array(pl.Int8, 2)),
            "marks": [{"crm": True, "cdp": False}, {"crm": False, "cdp": False}] * 10,
        }
    )
    file = tmp_path / f"a.{ending}"
    rows.write_parquet(file) if ending == "parquet" else rows.write_ipc(file)
    survey = open_survey(str(file))
    found = {one.id: one for one in survey.codebook.questions}
    assert all(found[name].kind is Kind.MULTI for name in ("codes", "floats", "pairs", "marks"))
    assert labels(survey, "floats") == ["1", "2"]
    assert found["marks"].columns == ("marks.crm", "marks.cdp")
    assert labels(survey, "marks") == ["crm", "cdp"]
    assert count_answered(survey)["marks"] == 20


def test_a_column_without_a_name_is_a_question(tmp_path: Path) -> None:
    rows = pl.DataFrame({"role": ROLES, "": [1, 2] * 10, "*": ["y", "n"] * 10, "^q$": ROLES})
    rows.write_parquet(tmp_path / "a.parquet")
    survey = open_survey(str(tmp_path / "a.parquet"))
    assert [one.id for one in survey.codebook.questions] == ["role", "column_2", "*", "^q$"]
    assert set(count_answered(survey).values()) == {20}


def test_labels_inside_the_metadata_are_used(tmp_path: Path) -> None:
    rows = pl.DataFrame({"role": ROLES, "op": [1.0, 2.0, 9.0, 1.0] * 5})
    attrs = {
        "column_names_to_labels": {"op": "A plané?"},
        "variable_value_labels": {"op": {"1": "Agree", "2.0": "Disagree", "9": "Don't know"}},
        "missing_user_values": {"op": [9]},
    }
    for name, key, text in (
        ("a.parquet", "r", R_ATTRIBUTES),
        ("b.parquet", "PANDAS_ATTRS", json.dumps(attrs)),
    ):
        rows.write_parquet(tmp_path / name, metadata={key: text})
        survey = open_survey(str(tmp_path / name))
        assert question(survey, "op").label == "A plan?é" if key == "r" else "A plané?"
        assert labels(survey, "op") == ["Agree", "Disagree", "Don't know"]
        assert count_answered(survey)["op"] == 15


def test_damaged_metadata_are_ignored(tmp_path: Path) -> None:
    rows = pl.DataFrame({"role": ROLES})
    for end in range(0, len(R_ATTRIBUTES), 7):
        with pytest.raises(SerializationError):
            unserialize(R_ATTRIBUTES[:end].encode().rstrip(b"4\n") + b"\n77\n")
    rows.write_parquet(
        tmp_path / "a.parquet", metadata={"r": "A\n3\n", "PANDAS_ATTRS": "{", "pandas": "[]"}
    )
    assert open_survey(str(tmp_path / "a.parquet")).respondents == 20


def test_numbers_in_the_binary_layout_are_read() -> None:
    content = (
        b"X\n"
        + b"".join(one.to_bytes(4, "big") for one in (3, 262658, 197888, 5))
        + b"UTF-8"
        + (13).to_bytes(4, "big")
        + (2).to_bytes(4, "big")
        + b"\0\0\0\7\x80\0\0\0"
    )
    assert unserialize(content) == RValue((7, None))


@pytest.mark.parametrize("ending", [".parquet", ".arrow"])
@pytest.mark.parametrize(
    ("dtype", "far"),
    [(pl.Date, 2**31 - 1), (pl.Datetime("ms"), 2**62), (pl.Datetime("us", "UTC"), -(2**62))],
)
def test_a_date_that_no_calendar_has_costs_its_cell(
    tmp_path: Path, ending: str, dtype: pl.DataType, far: int
) -> None:
    file = tmp_path / f"far{ending}"
    when = pl.Series("when", [0, far, 1, None] * 10).cast(dtype)
    frame = pl.DataFrame([pl.Series("role", ["a", "b"] * 20), when])
    frame.write_parquet(file) if ending == ".parquet" else frame.write_ipc(file)
    survey = open_survey(str(file))
    assert survey.frame.collect()["when"].null_count() == 20
    assert any("'when': left out 10 dates" in note.text for note in survey.notes)
