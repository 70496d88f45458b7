"""Derived questions equal what a reader computes of one respondent after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.analysis.derive.derive_questions import derive_questions
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import CodebookError
from cxtui.survey.codebook.toml_format import read_codebook, write_codebook
from cxtui.survey.derive.derivation_text import (
    derivation_line,
    inline_value,
    made_in_words,
    parse_derivation,
)
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Category, Holds, Kind, Net, Question, is_null
from tests.making import ROLE, Respondent, categories, survey_of

REGION = Question(
    "region",
    "Region",
    Kind.SINGLE,
    ("region",),
    (*(Category(str(n), f"Region, {n}") for n in range(1, 6)), Category("98", "Refused", True)),
    nets=(Net("coast", "Coast", ("1", "4")),),
)
TOOLS = Question(
    "tools",
    "Tools",
    Kind.MULTI,
    ("t1", "t2", "t3"),
    (*(Category(one, f"Tool {one}") for one in "abc"), Category("99", "Don't know", True)),
    unchosen=("0",),
)
AIDED = Question(
    "aided",
    "Brands",
    Kind.MULTI,
    ("m1", "m2", "m3"),
    (
        *(Category(one, f"Brand {one}", spellings=(f"{one} ",)) for one in "xyz"),
        Category("none", "None", True),
    ),
    holds=Holds.MENTIONS,
)
AGREE = tuple(
    Question(
        name,
        name,
        Kind.SCALE,
        (name,),
        (
            *categories("No", "Half", "Yes"),
            Category("9", "Unsure"),
            Category("-1", "Skipped", True),
        ),
    )
    for name in ("agree_a", "agree_b", "agree_c")
)
AGE = Question("age", "Age", Kind.NUMERIC, ("age",), (Category("999", "Refused", True),))
COMMENT = Question("comment", "Comment", Kind.TEXT, ("comment",))
QUESTIONS = (ROLE, REGION, TOOLS, AIDED, *AGREE, AGE, COMMENT)
SCHEMA: Mapping[str, type[pl.DataType]] = {
    "n": pl.Int64,
    "role": pl.Int8,
    "region": pl.Float64,
    **dict.fromkeys(("t1", "t2", "t3"), pl.Int16),
    **dict.fromkeys(("m1", "m2", "m3"), pl.String),
    **dict.fromkeys(("agree_a", "agree_b", "agree_c"), pl.Int8),
    "age": pl.Float64,
    "comment": pl.String,
    "w": pl.Float64,
}
RESPONDENTS = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from([None, 1, 2]),
            "region": st.sampled_from([None, float("nan"), 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 98.0]),
            **dict.fromkeys(("t1", "t2", "t3"), st.sampled_from([None, 0, 1, 99])),
            **dict.fromkeys(
                ("m1", "m2", "m3"), st.sampled_from([None, "x", "y ", "z", "none", "q"])
            ),
            **dict.fromkeys(
                ("agree_a", "agree_b", "agree_c"), st.sampled_from([None, 1, 2, 3, 9, -1])
            ),
            "age": st.one_of(
                st.none(), st.sampled_from([34.999, 35.0, 55.0, 999.0]), st.floats(0, 99)
            ),
            "w": st.integers(1, 640).map(lambda n: n / 64),  # any sum of which is exact
        }
    ),
    max_size=25,
)
TIDY = {"y ": "y"}


def surveyed(respondents: Sequence[Respondent], *lines: str) -> Survey:
    rows = [{**one, "n": n, "comment": None} for n, one in enumerate(respondents)]
    codebook = Codebook(weight="w")
    return derived(survey_of(rows, QUESTIONS, SCHEMA, codebook), *lines)


def derived(survey: Survey, *lines: str) -> Survey:
    return derive_questions(survey, [parse_derivation(one, "--derive") for one in lines])


def values_of(survey: Survey, name: str) -> list[object]:
    """What the derived question holds for each respondent; of several answers a set of codes."""
    question = survey.codebook.find(name)
    assert question
    found = survey.frame.select("n", *question.columns).collect(backend="polars").sort("n")
    rows = [row[1:] for row in found.rows()]
    if question.kind is not Kind.MULTI:
        return [row[0] for row in rows]
    codes = [one.code for one in question.categories]
    return [
        None if None in row else {code for code, tick in zip(codes, row, strict=True) if tick}
        for row in rows
    ]


def label_of(survey: Survey, name: str, code: object) -> str | None:
    question = survey.codebook.find(name)
    assert question
    labels = {one.code: one.label for one in question.categories}
    return None if code is None else labels.get(str(code), str(code))


def labels_of(survey: Survey, name: str) -> list[object]:
    return [
        {label_of(survey, name, code) for code in one}
        if isinstance(one, set)
        else label_of(survey, name, one)
        for one in values_of(survey, name)
    ]


# A respondent's answers, as a reader sees them


def region_of(one: Respondent) -> int | None:
    value = one["region"]
    return None if is_null(value) else int(str(value).partition(".")[0])


def tools_of(one: Respondent) -> set[str] | None:
    """The tools, `{99}` for Don't know alone, `None` if all columns are empty."""
    cells = [one[name] for name in ("t1", "t2", "t3")]
    if all(cell is None for cell in cells):
        return None
    chosen = {code for code, cell in zip("abc", cells, strict=True) if cell == 1}
    return chosen or ({"99"} if 99 in cells else set())


def mentions_of(one: Respondent) -> list[str]:
    cells = (one[name] for name in ("m1", "m2", "m3"))
    return [TIDY.get(str(cell), str(cell)) for cell in cells if cell is not None]


def age_of(one: Respondent) -> float | None:
    value = one["age"]
    return value if isinstance(value, float) and value != 999.0 else None


def score_of(value: object) -> float | None:
    return float(value) if isinstance(value, int) and value in {1, 2, 3} else None


PARTS = st.lists(st.sampled_from(["1", "2", "3", "4", "5"]), unique=True, min_size=2, max_size=5)


@given(RESPONDENTS, PARTS, st.sampled_from(["", "keep", "drop", "Elsewhere"]), st.booleans())
def test_a_merge(
    respondents: list[Respondent], codes: list[str], rest: str, names_missing: bool
) -> None:
    """Of codes and labels; a user-missing answer stays missing unless it is merged by name."""
    first, second = codes[:1], [*codes[1:], *(["Refused"] if names_missing else [])]
    second = [f"Region, {one}" if one.isdigit() else one for one in second]
    merge = [{"label": "One", "of": first}, {"label": "More", "of": second}]
    entries = f'from = "region", merge = {inline_value(merge)}, rest = "{rest}"'
    survey = surveyed(respondents, f'id = "merged", {entries}')

    def expected(one: Respondent) -> str | None:
        region = region_of(one)
        if region is None:
            return None
        if str(region) in first:
            return "One"
        if str(region) in codes or (region == 98 and names_missing):
            return "More"
        if region == 98:
            return "Refused"
        if rest == "drop":
            return None
        return rest if rest == "Elsewhere" else f"Region, {region}" if region < 7 else "7"

    assert labels_of(survey, "merged") == [expected(one) for one in respondents]
    question = survey.codebook.find("merged")
    assert question
    assert [one.missing for one in question.categories if one.label == "Refused"] == [True] * (
        not names_missing
    )


@given(RESPONDENTS, st.sampled_from(["", "Other"]))
def test_a_merge_of_several_answers(respondents: list[Respondent], rest: str) -> None:
    """It has several answers itself; Don't know alone stays missing."""
    line = 'from = "tools", merge = [{ label = "A or B", of = ["a", "Tool b"] }]'
    survey = surveyed(respondents, f'id = "merged", {line}, rest = "{rest}"')

    def expected(one: Respondent) -> set[str] | None:
        tools = tools_of(one)
        if tools is None or tools == {"99"}:
            return None if tools is None else {"Don't know"}
        cells = [one[name] for name in ("t1", "t2", "t3")]
        found = {"A or B"} if tools & {"a", "b"} else set()
        found |= {rest or "Tool c"} if "c" in tools else set()
        return found | ({"Don't know"} if 99 in cells else set())

    assert labels_of(survey, "merged") == [expected(one) for one in respondents]


@given(
    RESPONDENTS,
    st.lists(st.integers(1, 98), min_size=1, max_size=12, unique=True).map(sorted),
)
def test_bands(respondents: list[Respondent], bounds: list[int]) -> None:
    """The lower bound of a band is inside it; the code of a refusal stays missing."""
    survey = surveyed(respondents, f'id = "band", from = "age", bands = {bounds}')

    def expected(one: Respondent) -> str | None:
        age = age_of(one)
        if age is None:
            return "Refused" if one["age"] == 999 else None
        place = sum(age >= bound for bound in bounds)
        low, high = [None, *bounds][place], [*bounds, None][place]
        if low is None:
            return f"Under {high}"
        return f"{low} and over" if high is None else f"{low} to under {high}"

    assert labels_of(survey, "band") == [expected(one) for one in respondents]


Test = Callable[[Respondent], bool]
CONDITIONS: Mapping[str, Test] = {
    "region=1,2": lambda one: region_of(one) in {1, 2},
    "region!=1": lambda one: region_of(one) != 1,
    "region=98": lambda one: region_of(one) == 98,
    'region="Region, 3"': lambda one: region_of(one) == 3,
    "age>=40": lambda one: (age_of(one) or -1) >= 40,
    "age<40": lambda one: age_of(one) is not None and (age_of(one) or 0) < 40,
    "tools=a": lambda one: "a" in (tools_of(one) or set()),
    "tools!=a,b": lambda one: not {"a", "b"} & (tools_of(one) or set()),
    "age<40 or tools=a": lambda one: CONDITIONS["age<40"](one) or CONDITIONS["tools=a"](one),
}
CASES = st.lists(
    st.lists(st.sampled_from(sorted(CONDITIONS)), min_size=1, max_size=2, unique=True),
    min_size=1,
    max_size=11,
)


def has_answered(one: Respondent, cases: list[list[str]]) -> bool:
    """Whether a respondent has an answer to a question of the conditions, or the missing named."""
    text = " ".join(condition for case in cases for condition in case)
    region, tools = region_of(one), tools_of(one)
    return any(
        (
            "region" in text and region is not None and (region != 98 or "region=98" in text),
            "age" in text and age_of(one) is not None,
            "tools" in text and tools is not None and tools != {"99"},
        )
    )


@given(RESPONDENTS, CASES, st.sampled_from(["", "Between"]), st.booleans())
def test_cases(
    respondents: list[Respondent], cases: list[list[str]], rest: str, overlap: bool
) -> None:
    """The first that holds, or all that hold; the rest never has those who were not asked."""
    listed = [{"label": f"case {n}", "when": when} for n, when in enumerate(cases)]
    line = f'id = "camp", cases = {inline_value(listed)}, rest = "{rest}"'
    survey = surveyed(respondents, f"{line}, overlap = {str(overlap).lower()}")

    def expected(one: Respondent) -> object:
        if not has_answered(one, cases):
            return None
        held = [
            f"case {n}"
            for n, case in enumerate(cases)
            if all(CONDITIONS[each](one) for each in case)
        ]
        held = held or ([rest] if rest else [])
        return (set(held) if overlap else held[0]) if held else None

    assert labels_of(survey, "camp") == [expected(one) for one in respondents]


@given(RESPONDENTS)
def test_counts_and_scores(respondents: list[Respondent]) -> None:
    """Of all answers and of some, over several questions; of items that enough were answered."""
    survey = surveyed(
        respondents,
        'id = "tools_n", count = ["tools"]',
        'id = "some_n", count = ["tools", "region", "aided"], of = ["a", "Tool b", "Coast", "x"]',
        'id = "mean2", mean = ["agree_a", "agree_b", "agree_c"], least = 2',
        'id = "sum3", sum = ["agree_a", "agree_b", "agree_c"]',
        'id = "low", min = ["agree_a", "age"], least = 1',
        'id = "high", max = ["agree_a", "age"], least = 1',
        'id = "alone", max = ["agree_b"]',
    )

    def some(one: Respondent) -> int | None:
        tools, region, mentions = tools_of(one), region_of(one), {*mentions_of(one)}
        tools = None if tools == {"99"} else tools
        asked_region = region is not None and region != 98
        is_missing = "none" in mentions and not mentions & {*"xyzq"}  # q is not listed
        if tools is None and not asked_region and (is_missing or not mentions):
            return None
        return len((tools or set()) & {"a", "b"}) + (region in {1, 4}) + ("x" in mentions)

    for name, value in (("tools_n", lambda one: _size(tools_of(one))), ("some_n", some)):
        assert values_of(survey, name) == [value(one) for one in respondents], name
    scores = [
        [score_of(one[name]) for name in ("agree_a", "agree_b", "agree_c")] for one in respondents
    ]
    kept = [[one for one in row if one is not None] for row in scores]
    assert values_of(survey, "mean2") == [
        sum(row) / len(row) if len(row) > 1 else None for row in kept
    ]
    assert values_of(survey, "sum3") == [sum(row) if len(row) == 3 else None for row in kept]
    both = [
        [each for each in (row[0], age_of(one)) if each is not None]
        for row, one in zip(scores, respondents, strict=True)
    ]
    assert values_of(survey, "low") == [min(row, default=None) for row in both]
    assert values_of(survey, "high") == [max(row, default=None) for row in both]
    assert values_of(survey, "alone") == [row[1] for row in scores]


def _size(tools: set[str] | None) -> int | None:
    return None if tools is None or tools == {"99"} else len(tools)


@given(RESPONDENTS)
def test_the_first_mention(respondents: list[Respondent]) -> None:
    """The first that is valid, also one that no category has; none alone stays missing."""
    survey = surveyed(respondents, 'id = "top", first = "aided"')

    def expected(one: Respondent) -> str | None:
        mentions = mentions_of(one)
        valid = [each for each in mentions if each != "none"]
        return next(iter(valid or mentions), None)

    assert values_of(survey, "top") == [expected(one) for one in respondents]


@given(RESPONDENTS)
def test_a_cross(respondents: list[Respondent]) -> None:
    """Every pair that somebody gave, in the order of the questionnaire."""
    survey = surveyed(respondents, 'id = "pair", cross = ["role", "region"]')
    labels = {1: "Marketing", 2: "Technology"}

    def expected(one: Respondent) -> str | None:
        role, region = one["role"], region_of(one)
        if not isinstance(role, int) or region in {None, 98}:
            return None
        return f"{labels[role]} > {f'Region, {region}' if region != 7 else 7}"

    pairs = [expected(one) for one in respondents]
    assert labels_of(survey, "pair") == pairs
    question = survey.codebook.find("pair")
    assert question
    order = sorted({one for one in pairs if one}, key=lambda one: (one[0], one[-1]))
    assert [one.label for one in question.categories] == order


# Tables


def cells_of(table: Table, label: str) -> list[object]:
    """Counts, bases, percentages and intervals.

    The interval of 0 or 100 % rests on the column's effective base, which is of all the answers
    that a question has: it has no place here.
    """
    row = next(one for one in table.rows if one.label == label)
    return [
        (one.n, one.weighted_n, one.base, one.weighted_base, one.percent)
        + (() if one.percent in {0, 100} else (one.low, one.high))
        for one in row.cells
    ]


@given(RESPONDENTS)
def test_a_merged_answer_is_the_net_to_the_last_bit(respondents: list[Respondent]) -> None:
    """Counts, weights, percentages and intervals, of one answer and of several."""
    survey = surveyed(
        respondents,
        'id = "two", from = "region", merge = [{ label = "Net", of = ["2", "3"] }]',
        'id = "either", from = "tools", merge = [{ label = "Net", of = ["a", "c"] }]',
    )
    for merged, question, members in (("two", "region", "23"), ("either", "tools", "ac")):
        net = Net("net", "Net", tuple(members))
        ours = View(merged, (("role",),), weight="w")
        theirs = View(question, (("role",),), weight="w", nets=(net,))
        if any(label_of(survey, merged, one) for one in values_of(survey, merged) if one):
            mine = cells_of(tabulate(survey, ours), "Net")
            assert mine == cells_of(tabulate(survey, theirs), "Net")


@given(RESPONDENTS.filter(lambda them: sum(age_of(one) is not None for one in them) > 1))
def test_bands_are_the_classes_of_a_number(respondents: list[Respondent]) -> None:
    """In the rows and in the banner."""
    survey = surveyed(respondents, 'id = "band", from = "age", bands = [35, 55]')
    questions = tuple(
        Question(*(one.id, one.label, one.kind, one.columns, one.categories), classes=(35.0, 55.0))
        if one.id == "age"
        else one
        for one in survey.codebook.questions
    )
    from dataclasses import replace

    classed = replace(survey, codebook=replace(survey.codebook, questions=questions))
    for view in ("--question region --by {} --weight w", "--question {} --by role --show count"):
        banded = tabulate(classed, parse_view(classed, view.format("band")))
        table = tabulate(classed, parse_view(classed, view.format("age")))
        assert [one.label for one in banded.columns] == [one.label for one in table.columns]
        for mine, other in zip(banded.rows, table.rows, strict=False):
            assert (mine.label, mine.cells) == (other.label, other.cells)


def test_nets_and_merges_are_banner_columns() -> None:
    """Nets that overlap, as cases; each column is that of a filter on the net."""
    people: list[Respondent] = [
        {
            **dict.fromkeys(SCHEMA),
            "role": 1 + n % 2,
            "region": float(1 + n % 5),
            "w": 1.0 + n % 3,
        }
        for n in range(200)
    ]
    survey = surveyed(
        people,
        'id = "half", from = "region", merge = [{ label = "Near", of = ["coast", "2"] }]',
        'id = "nets", overlap = true, cases = [{ label = "Coast", when = "region=coast" }, '
        '{ label = "Low", when = "region=1,2" }]',
    )
    table = tabulate(survey, parse_view(survey, "--question role --by half --by nets --weight w"))
    assert [one.label for one in table.columns] == [
        *("Total", "Near", "Region, 3", "Region, 5", "Coast", "Low")
    ]
    for column, where in ((1, "region=1,2,4"), (4, "region=coast"), (5, "region=1,2")):
        alone = tabulate(survey, parse_view(survey, f"--question role --weight w --where {where}"))
        for mine, other in zip(table.rows, alone.rows, strict=True):
            assert mine.cells[column].n == other.cells[0].n
            assert mine.cells[column].percent == pytest.approx(other.cells[0].percent, rel=1e-12)
    assert [one.letter for one in table.columns] == ["", "A", "B", "C", "A", "B"]
    tested = {(one.column_a, one.column_b): one.tested for one in table.rows[0].pairs}
    assert tested["Near", "Region, 3"]
    assert tested["Coast", "Low"]


# Declarations, errors, provenance

SPEC = """
[[derive]]
id = "camp"
label = "Camps"
section = "Made"
cases = [
  { label = "Heavy, old", when = ["tools_n>=2", "age>=40 or region=1"] },
  { label = "Light", when = ["tools_n<2"] },
]
rest = "Between"
nets = [{ code = "any", label = "Any", members = ["Light", "1"] }]

[[derive]]
id = "tools_n"
count = ["tools"]
classes = [1, 2]
"""


def test_a_codebook_keeps_its_derivations() -> None:
    """Read, derived in the order that they need, written, and read again."""
    codebook = read_codebook(SPEC, "NAME.codebook.toml")
    people: list[Respondent] = [{**dict.fromkeys(SCHEMA), "t1": 1, "t2": 1, "age": 50.0}]
    from dataclasses import replace

    plain = surveyed(people)
    survey = derive_questions(
        replace(plain, codebook=replace(plain.codebook, derived=codebook.derived))
    )
    assert values_of(survey, "camp") == ["1"]
    camp = survey.codebook.find("camp")
    assert camp
    assert camp.nets[0].members == ("2", "1")
    assert (camp.label, camp.section) == ("Camps", "Made")
    again = read_codebook(write_codebook(survey.codebook), "again")
    assert again.derived == survey.codebook.derived
    assert again.find("camp") is None
    assert derive_questions(survey) is survey
    for one in again.derived:
        assert parse_derivation(derivation_line(one), "line") == one


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['id="x", from="age", bands=[35], count=["tools"]'], "exactly one of"),
        (['id="x", from="age"'], "exactly one of"),
        (['id="x", from="agee", bands=[35]'], "there is no question 'agee'; did you mean 'age'?"),
        (
            ['id="x", from="region", merge=[{label="A",of=["1","2"]},{label="B",of=["2"]}]'],
            "answer '2' of region is merged twice, in 'A' and 'B'",
        ),
        (['id="x", from="region", merge=[{label="A",of=["6"]}]'], "region has no answer '6'"),
        (
            ['id="x", from="region", merge=[{label="Region, 5",of=["1","2"]}]'],
            "is the label of an answer that stays, too",
        ),
        (['id="x", from="age", bands=[55,35]'], "rising numbers"),
        (['id="x", from="age", bands=[35,35]'], "rising numbers"),
        (['id="x", from="age", bands=[]'], "rising numbers"),
        (['id="x", from="age", bands=[nan]'], "numbers"),
        (['id="x", from="age", bands=[35], labels=["a"]'], "1 labels for 2 bands"),
        (['id="x", from="region", bands=[35]'], "region is single: merge its answers instead"),
        (['id="x", from="comment", bands=[35]'], "comment is text"),
        (['id="x", count=["comment"]'], "comment is text"),
        (['id="x", from="age", merge=[{label="A",of=["1"]}]'], "age is numeric"),
        (['id="region", from="age", bands=[35]'], "a question has this id already"),
        (['id="x", from="age", bands=[35]', 'id="x", from="age", bands=[36]'], "id already"),
        (
            [
                'id="a", count=["b"]',
                'id="b", cases=[{label="L",when=["c=1"]}]',
                'id="c", sum=["a"]',
            ],
            "is in a circle: a needs b needs c needs a",
        ),
        (['id="a", cases=[{label="L",when="a=1"}]'], "a needs a"),
        (
            ['id="x", cases=[{label="L",when="age>1"},{label="L",when="age>2"}]'],
            "the label 'L' stands twice",
        ),
        (['id="x", cases=[{label="L",when="age>1"}], rest="L"'], "the label 'L' stands twice"),
        (['id="x", cases=[{label="L",when="age>old"}]'], "case 'L': age> takes a number"),
        (['id="x", cases=[{label="L",when=[]}]'], "needs a label and 'when'"),
        (['id="x", cases=[]'], "takes a list of { label"),
        (['id="x", mean=["region"]'], "region (single) has none"),
        (['id="x", mean=["agree_a"], least=2'], "least is 2, and there are 1 items"),
        (['id="x", mean=["agree_a"], least=0'], "whole number from 1"),
        (['id="x", mean=["agree_a","agree_a"]'], "twice"),
        (['id="x", first="tools"'], 'tools has no holds = "mentions"'),
        (['id="x", cross=["region"]'], "two ids or more"),
        (['id="x", cross=["region","tools"]'], "tools is multi"),
        (['id="x", cross=["region","age"]'], "band it first"),
        (['id="x", from="age", bands=[35], least=1'], "least goes with mean, sum, min, max"),
        (['id="x", from="age", bans=[35]'], "unknown key 'bans'"),
        (['from="age", bands=[35]'], "lacks 'id'"),
        (['id="", from="age", bands=[35]'], "empty id"),
        (['id="x", count=["tools"], of=["z"]'], "tools has no answer 'z'"),
        (["age3"], "write it as id="),
        (['id="x"}\ny={a=1'], "more than one"),
        (["a." * 99 + "b=1"], "nested too deep"),
    ],
)
def test_what_cannot_be_derived_is_one_line(lines: list[str], said: str) -> None:
    """It names the option and the id, and what to do."""
    with pytest.raises(CodebookError) as caught:
        surveyed([], *lines)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("--derive: ")


def test_control_characters_of_a_codebook_reach_no_screen() -> None:
    """They stand in conditions and labels, which a footer shows."""
    hostile = (
        'id="x", cases=[{label="a\\u001b[2J", when="age>1"}, {label="b", when="region=\\u202e1"}]'
    )
    with pytest.raises(CodebookError) as caught:
        surveyed([], hostile)
    assert "\u202e" not in str(caught.value)
    survey = surveyed([], hostile.replace("\\u202e1", '\\"1\\"').replace("age>1", "age>1\\u0009"))
    question = survey.codebook.find("x")
    assert question
    for text in (question.made, question.categories[0].label, made_in_words(question)):
        assert text.isprintable()
    stored = read_codebook(write_codebook(Codebook((question,))), "again")
    assert stored.questions == (question,)


def test_an_answer_of_nobody_is_kept_and_said() -> None:
    """With how many gave each answer, in the footer."""
    people: list[Respondent] = [{**dict.fromkeys(SCHEMA), "age": 40.0, "role": 1}] * 3
    survey = surveyed(people, 'id = "band", from = "age", bands = [35, 55]')
    table = tabulate(survey, parse_view(survey, "--question band --no-weight"))
    assert [(row.label, row.cells[0].n) for row in table.rows] == [
        *(("Under 35", 0), ("35 to under 55", 3), ("55 and over", 0))
    ]
    assert "band: bands of age, from 35, 55; 0/3/0, 0 without." in sentences_of(table.notes)
