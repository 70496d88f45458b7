"""`cxtui codes`: the frame with its counts, export, import."""

from __future__ import annotations

import csv
import io
import json
import multiprocessing
import random
import time
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

import cxtui
from cxtui.cli import main
from cxtui.errors import CodebookError
from cxtui.survey.derive.codes_lines import latest, read_codes
from cxtui.work.coding.codes_exchange import read_import
from cxtui.work.coding.coding_desk import CodingDesk, open_desk
from cxtui.work.open_derived import open_derived
from tests.test_coding import CODEBOOK, coded_file


def run(words: list[str], capfd: pytest.CaptureFixture[str], status: int = 0) -> tuple[str, str]:
    assert main(words) == status
    printed = capfd.readouterr()
    return printed.out, printed.err


def test_the_codes_with_counts_and_coders(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """As text, and for a program; by the id of the question or of its coding."""
    file = str(coded_file(tmp_path))
    for name in ("why", "reasons"):
        out, _ = run(["codes", file, name], capfd)
        lines = [" ".join(line.split()) for line in out.splitlines()]
        assert lines[2:5] == ["s 1 Slow 3", "d 2 Data 2", "3 Never said 0"]
        assert lines[6:8] == [
            "4 of 6 answers coded: ana 2, ben 2, cy 1",
            "Kappa of ana and ben: none, 1 answer coded by both (30 are needed)",
        ]
    out, _ = run(["codes", file, "why", "--format", "json"], capfd)
    found = json.loads(out)
    assert (found["coded"], found["answers"]) == (4, 6)
    assert [one["answers"] for one in found["codes"]] == [3, 2, 0]
    out, _ = run(["codes", file, "why", "--format", "csv"], capfd)
    assert out.splitlines()[:2] == ["code,label,key,answers,kappa", "1,Slow,s,3,"]


def test_kappa_of_two_coders(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Three of four answers alike; each code given by each coder to half of them: 0.5."""
    people = pl.DataFrame({"id": range(40), "why": [f"no {at}" for at in range(40)]})
    file = coded_file(tmp_path, CODEBOOK, people)
    (tmp_path / "people.why.codes.csv").unlink()
    lines = ["respondent,text_hash,coder,code"]
    lines += [f"{at},,ana,{1 + at % 2}" for at in range(40)]
    lines += [f"{at},,ben,{1 + (at % 2 if at % 20 >= 5 else 1 - at % 2)}" for at in range(40)]
    (tmp_path / "both.csv").write_text("\n".join(lines))
    out, err = run(["codes", str(file), "why", "--import", str(tmp_path / "both.csv")], capfd)
    assert "80 answers coded" in err
    assert "Kappa of ana and ben: mean 0.50 of 2 codes, 40 answers coded by both" in out
    assert "1  Slow            20  kappa 0.50" in out


def test_what_is_exported_is_imported_elsewhere(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every answer has a line; the codes are the same after import, and again after a second."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    here, there = coded_file(tmp_path / "a"), coded_file(tmp_path / "b")
    codes = tmp_path / "b" / "people.why.codes.csv"
    codes.unlink()
    out = tmp_path / "out.csv"
    run(["codes", str(here), "why", "--export", str(out), "--text"], capfd)
    rows = list(csv.DictReader(io.StringIO(out.read_text())))
    assert [row["respondent"] for row in rows if not row["code"]] == ["107", "108"]
    assert {row["text"] for row in rows} >= {"too slow", "slow data", "gone"}
    _, err = run(["codes", str(there), "why", "--import", str(out)], capfd)
    assert "5 answers coded" in err
    tables = [cxtui.open(one).table("reasons", by="sex") for one in (here, there)]
    assert [row.cells for row in tables[0].rows] == [row.cells for row in tables[1].rows]
    before = codes.read_bytes()
    _, err = run(["codes", str(there), "why", "--import", str(out)], capfd)
    assert "0 answers coded" in err
    assert codes.read_bytes() == before
    assert 'coders = ["ana", "ben", "cy"]' in (tmp_path / "b" / "people.codebook.toml").read_text()
    _, err = run(["codes", str(here), "why", "--export", str(out)], capfd, status=1)
    assert "exists" in err


def test_cells_of_an_export_are_safe_in_a_spreadsheet(tmp_path: Path) -> None:
    """Answers and ids that are formulas; such an id is known again."""
    people = pl.DataFrame({"id": ["=1+2", "b"], "why": ["=cmd|x", "two\nlines"]})
    file = str(coded_file(tmp_path, CODEBOOK, people))
    out = tmp_path / "out.csv"
    assert main(["codes", file, "why", "--export", str(out), "--text"]) == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text())))
    assert [row["respondent"] for row in rows] == ["'=1+2", "b"]
    assert [row["text"] for row in rows] == ["'=cmd|x", "two lines"]
    out.write_text(out.read_text().replace('"",""', '"ana","1"'))
    desk = open_desk(open_derived(file), "why", (file,))
    assert [one.respondent for one in read_import(desk, out)] == ["=1+2", "b"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("999,,ana,1", "line 3: no respondent '999' answered why"),
        ("101,,ana,9", "line 3: reasons has no code '9'; it has 1, 2, 3"),
        ("101,,ana,", "line 3: there is no code; - takes back"),
        ("101,,a;b,1", "line 3: 'a;b' is no name of a coder"),
        (",,ana,1", "line 3: it names no respondent"),
    ],
)
def test_a_wrong_line_of_an_import_is_named(line: str, said: str, tmp_path: Path) -> None:
    """And nothing is imported."""
    file = str(coded_file(tmp_path))
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(f"respondent,text_hash,coder,code\n101,,ana,1;2\n{line}\n")
    desk = open_desk(open_derived(file), "why", (file,))
    with pytest.raises(CodebookError, match=r"wrong\.csv: line 3") as refused:
        read_import(desk, wrong)
    assert said in str(refused.value)


def test_columns_in_any_order_and_with_semicolons(tmp_path: Path) -> None:
    """As a spreadsheet of another country saves them."""
    file = str(coded_file(tmp_path))
    sheet = tmp_path / "sheet.csv"
    sheet.write_text('code;text;respondent;coder;text_hash\n"2;1";"so;so";102;ben;\n-;x;101;ana;\n')
    desk = open_desk(open_derived(file), "why", (file,))
    found = read_import(desk, sheet)
    assert [(one.respondent, one.coder, one.codes) for one in found] == [
        *(("102", "ben", ("2", "1")), ("101", "ana", ())),
    ]
    desk.add(found)
    assert cxtui.open(file).questions["reasons"].answered == 3
    sheet.write_text("respondent;code\n101;1\n")
    with pytest.raises(CodebookError, match="there is no column 'text_hash'"):
        read_import(desk, sheet)


def test_without_a_coding_it_is_said_what_makes_one(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """And `--text` goes with an export."""
    file = str(coded_file(tmp_path, CODEBOOK.partition("[[coding]]")[0]))
    _, err = run(["codes", file, "why"], capfd, status=1)
    assert "why has no codes yet" in err
    _, err = run(["codes", file, "sex"], capfd, status=1)
    assert "sex is single: only open answers can be coded" in err
    _, err = run(["codes", file, "why", "--text"], capfd, status=2)
    assert "--text goes with --export" in err


def test_the_desk_writes_each_answer_before_it_goes_on(tmp_path: Path) -> None:
    """A program that ends in between loses nothing that was said; another coder's codes stay."""
    file = str(coded_file(tmp_path, CODEBOOK.partition("[[coding]]")[0]))
    path = tmp_path / "people.why.codes.csv"
    path.unlink()
    survey = open_derived(file)
    question = survey.codebook.find("why")
    assert question is not None
    ana, ben = (CodingDesk(survey, question, one, (file,)) for one in ("ana", "ben"))
    slow = ana.add_code("Too slow")
    data = ben.add_code("Data too slow", "t")
    assert (slow.code, slow.key, data.code, data.key) == ("1", "t", "2", "d")
    assert ben.add_code("too SLOW") == slow
    rng = random.Random(5)
    said = {}
    for wording in ana.wordings:
        given = tuple(sorted(rng.sample(["1", "2"], rng.randint(1, 2))))
        ana.assign([wording], given)
        said[wording.text] = given
        lines = read_codes(path.read_bytes()).lines
        assert {one.text_hash for one in lines} == {w.text_hash for w in ana.wordings[: len(said)]}
    ben.assign(ben.wordings[:1], ("2",))
    for wording in (ana.wordings[2], ana.wordings[0]):
        ana.assign([wording], ())
        assert ana.codes_of(wording) == ()
        ana.assign([wording], said[wording.text])
    respondents = {one.text: one.respondents for one in ana.wordings}
    counted = Counter(
        code for text, codes in said.items() for code in codes for _ in respondents[text]
    )
    assert +ana.counts == counted
    again = CodingDesk(open_derived(file), question, "ana", (file,))
    assert {one.text: again.codes_of(one) for one in again.wordings} == said
    assert again.done == ana.done == again.of == 6
    assert +again.counts == counted
    assert again.coding.coders == ("ana", "ben")
    assert again.wordings[0].respondents == ("101", "106")


def _add_codes(file: str, coder: str, labels: list[str]) -> None:
    survey = open_derived(file)
    question = survey.codebook.find("why")
    assert question is not None
    desk = CodingDesk(survey, question, coder, (file,))
    for label in labels:
        desk.assign(desk.wordings[:1], (desk.add_code(label).code,))


def test_two_people_make_codes_at_once(tmp_path: Path) -> None:
    """No code is lost or made twice, and each has a code and a key of its own."""
    file = str(coded_file(tmp_path, CODEBOOK.partition("[[coding]]")[0]))
    context = multiprocessing.get_context("spawn")
    own = {one: [f"{one} says {at}" for at in range(6)] + ["both say so"] for one in ("ana", "ben")}
    people = [context.Process(target=_add_codes, args=(file, *one)) for one in own.items()]
    for one in people:
        one.start()
    for one in people:
        one.join()
        assert one.exitcode == 0
    (coding,) = open_derived(file).codebook.derived
    assert {one.label for one in coding.codes} == {*own["ana"], *own["ben"]}
    assert len({one.code for one in coding.codes}) == len({one.key for one in coding.codes}) == 13
    assert sorted(coding.coders) == ["ana", "ben"]
    assert read_codes((tmp_path / "people.why.codes.csv").read_bytes()).cut == ()


def _code_all(file: str, done: str) -> None:
    survey = open_derived(file)
    question = survey.codebook.find("why")
    assert question is not None
    desk = CodingDesk(survey, question, "ana", (file,))
    with Path(done).open("ab", buffering=0) as told:
        for wording in desk.wordings:
            desk.assign([wording], ("1",))
            told.write(b".")


def test_a_killed_coder_loses_one_answer_at_most(tmp_path: Path) -> None:
    """Whatever was coded before the kill is read; no line is torn where others go on."""
    people = pl.DataFrame({"id": range(3000), "why": [f"no {at}" for at in range(3000)]})
    file, done = coded_file(tmp_path, CODEBOOK, people), tmp_path / "done"
    path = tmp_path / "people.why.codes.csv"
    path.unlink()
    context = multiprocessing.get_context("spawn")
    for kills, limit in enumerate((1, 200, 900), 1):
        coder = context.Process(target=_code_all, args=(str(file), str(done)))
        done.write_bytes(b"")
        coder.start()
        while coder.is_alive() and done.stat().st_size < limit:
            time.sleep(0.001)
        coder.kill()
        coder.join()
        told, found = done.stat().st_size, read_codes(path.read_bytes())
        assert told >= limit
        kept = len(latest(found.lines))
        assert kept >= told
        assert len(found.cut) <= kills
    assert cxtui.open(file).questions["reasons"].answered == kept


def test_codes_in_python_are_those_of_the_verb(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Counts, export and import; not of a part of the respondents."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    here, there = coded_file(tmp_path / "a"), coded_file(tmp_path / "b")
    (tmp_path / "b" / "people.why.codes.csv").unlink()
    coded = cxtui.open(here).codes("why")
    assert coded.to_json() == run(["codes", str(here), "why", "--format", "json"], capfd)[0]
    assert (coded.report.coded, coded.report.answers["1"]) == (4, 3)
    out = coded.export(tmp_path / "out.csv", text=True)
    run(["codes", str(here), "why", "--export", str(tmp_path / "verb.csv"), "--text"], capfd)
    assert out.read_bytes() == (tmp_path / "verb.csv").read_bytes()
    with pytest.raises(cxtui.ExportError):
        coded.export(out)
    taken = cxtui.open(there).codes("reasons").read(out)
    assert taken.added == 5
    assert taken.report == cxtui.open(there).codes("why").report
    assert taken.report.answers == coded.report.answers
    assert taken.read(out).added == 0
    with pytest.raises(cxtui.UsageError):
        cxtui.open(there).where("sex=F").codes("why")
