"""Real surveys, where they are at hand: each opens to what its publishers say of it."""

from collections.abc import Iterator

import pytest

from cxtui.analysis.query.expressions.answered import count_answered
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import default_view, parse_view
from cxtui.errors import SourceError
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of
from tests.shared import FOLDER, opened

_DATA = FOLDER / "data"
_ENDINGS = ".csv .dta .parquet .por .sas7bcat .sas7bdat .sav .xlsx .xpt .xpt5 .xpt8 .zsav"
_REFUSED = {
    "csv_named.parquet": "is not a Parquet file",
    "ragged_rows.csv": "line 4: 4 cells where the header has 3",
    "zero_bytes.csv": "is empty (0 bytes)",
    "zero_bytes.parquet": "is empty (0 bytes)",
    "missing_formats.sas7bcat": "holds the labels of a .sas7bdat",
    "test_formats_linux.sas7bcat": "holds the labels of a .sas7bdat",
    "test_formats_win.sas7bcat": "holds the labels of a .sas7bdat",
}
_CNCF = "cncf_marketing_2020/CNCF Marketing and Member Survey 1H 2020.csv"

# the survey; then of some questions: id, kind, columns, categories (missing ones, too, such as a
# cell that says `NA`), who answered
_SURVEYS_KNOWN = {
    _CNCF: (
        "150 by q5, weight -, wave -; "
        "q5 single 1 6 150; q5_2 text 1 0 23; q6 multi 13 13 119; q6_14 text 1 0 11; "
        "q7 scale 1 5 119; q15 scale 1 6 108; q20 multi 7 7 98"
    ),
    "fivethirtyeight_misc/StarWars.csv": (
        "1186 by Age, weight -, wave -; "
        "q4 multi 6 6 835; q5 grid 6 6 836; q6 grid 14 6 834; q7 single 1 3 828"
    ),
    "fivethirtyeight_misc/comma-survey.csv": (
        "1129 by Age, weight -, wave -; q4 scale 1 4 1099; q8 scale 1 5 1059"
    ),
    "fivethirtyeight_misc/flying-etiquette.csv": (
        "1040 by Age, weight -, wave -; q4 single 1 20 858; q3 scale 1 5 858; q9 scale 1 3 855"
    ),
    "fivethirtyeight_misc/food-world-cup-data.csv": (
        "1373 by Age, weight -, wave -; q2 scale 1 4 1373; q4 grid 40 6 1290; q4.1 scale 1 6 1264"
    ),
    "fivethirtyeight_misc/thanksgiving-2015-poll-data.csv": (
        "1058 by Age, weight -, wave -; "
        "q12 multi 14 14 964; q27 multi 12 12 964; q40 multi 11 11 964; "
        "q55 single 1 12 951; q4 text 1 0 35"
    ),
    "jupyter_2020/all_responses.csv": (
        "1135 by q4, weight -, wave -; "
        "q3 multi 19 19 1134; q4 multi 14 14 1108; q7a1 grid 11 5 1135; q10 grid 6 6 1135; "
        "q13 grid 5 6 1135; q16 single 1 6 1135; q17 multi 11 11 1130; "
        "q18b scale 1 6 1135"
    ),
    "masculinity_538/raw-responses.csv": (
        "1615 by age3, weight weight, wave -; "
        "q0001 scale 1 5 1615; q0004 multi 6 6 1615; q0007 grid 11 6 1615; "
        "q0010 multi 8 8 880; q0012 multi 7 7 880; q0013 single 1 7 49; "
        "q0025 multi 3 3 1615"
    ),
    "masculinity_538/masculinity.sav": (
        "1615 by age3, weight weight, wave -; "
        "q0001 scale 1 5 1601; q0004 multi 6 6 1615; q0007 grid 11 6 1611; "
        "q0010 multi 8 8 880; q0012 multi 7 7 880; q0013 single 1 6 48"
    ),
    "masculinity_538/masculinity-wide.parquet": (
        "1615 by age3, weight weight, wave -; q0010 multi 8 8 880; q0013 single 1 6 49"
    ),
    "masculinity_538/masculinity-lists.parquet": (
        "1615 by age3, weight weight, wave -; q0010 multi 1 8 880; q0012 multi 1 7 880"
    ),
    "ospo_2018_2020/2018-results.csv": (
        "748 by q36, weight -, wave -; "
        "q2 date 1 2 748; q5 multi 6 6 748; q6 single 1 7 748; q7 grid 7 5 744; "
        "q8 grid 5 3 741; q19 scale 1 5 161"
    ),
    "ospo_2018_2020/2019-results.csv": (
        "2681 by q46, weight -, wave -; "
        "q6 grid 7 5 2667; q7 grid 5 3 2658; q32 grid 11 6 1726; q36 scale 1 6 402"
    ),
    "ospo_2018_2020/2020-results_2020.csv": (
        "1026 by q50, weight -, wave -; "
        "q2 date 1 2 1026; q8 grid 5 3 1015; q35 grid 11 6 694; q36 scale 1 6 693; "
        "q40 scale 1 6 199"
    ),
    "quantipy_example_a/Example Data (A).csv": (
        "8255 by gender, weight weight_a, wave Wave; "
        "q2 multi 1 8 2999; q3 multi 1 9 8255; q5 grid 6 7 8255; q6 grid 3 10 8255; "
        "q7_1 single 1 9 1195; q8 multi 1 7 2367; q9 multi 1 7 8255; "
        "q14c01 grid 10 4 8255; duration text 1 0 8255"
    ),
    "quantipy_example_a/example_a-labelled.parquet": (
        "8255 by gender, weight weight_a, wave Wave; "
        "q2 multi 1 8 2999; q3 multi 1 9 8255; q5 grid 6 7 8255; q6 grid 3 10 8255; "
        "q7 grid 6 9 4080; q8 multi 1 7 2367; q9 multi 1 7 8255; q14c01 grid 10 5 8255"
    ),
    "spack_waves/2020.csv": (
        "170 by q2, weight -, wave -; "
        "q2 single 1 6 170; q8 numeric 1 0 170; q13 multi 1 6 170; q16 multi 1 10 168"
    ),
    "spack_waves/2020.xlsx": "170 by q2, weight -, wave -",
    "spack_waves/2021.csv": "179 by q2, weight -, wave -",
    "spack_waves/2021.xlsx": "179 by q2, weight -, wave -",
    "spack_waves/2022.csv": (
        "182 by q2, weight -, wave -; q16 multi 1 9 182; q25 grid 16 5 182; q48 grid 4 5 182"
    ),
    "spack_waves/2022.xlsx": "182 by q2, weight -, wave -",
    "spack_waves/2025.csv": "245 by q2, weight -, wave -",
    "spack_waves/2025.xlsx": ("245 by q2, weight -, wave -; q2 single 1 11 245"),
}

# of some answers: question, who gave it, of how many, the answer
_COUNTED = {
    _CNCF: [
        "q5 61 of 150 Sales and Marketing",
        "q5 43 of 150 Technical, engineering, developer",
        "q7 39 of 119 Very well",
    ],
    "fivethirtyeight_misc/food-world-cup-data.csv": [
        "q4.3 781 of 1264 N/A",
    ],
    "fivethirtyeight_misc/thanksgiving-2015-poll-data.csv": [
        "q12 242 of 964 Carrots",
    ],
    "jupyter_2020/all_responses.csv": [
        "q16 577 of 1135 10",
        "q17 181 of 1130 Peer programming.",
    ],
    "masculinity_538/raw-responses.csv": [
        "q0001 14 of 1615 No answer",
        "q0013 1 of 49 No answer",
    ],
    "ospo_2018_2020/2018-results.csv": [
        "q8.1 384 of 739 Yes",
    ],
    "quantipy_example_a/Example Data (A).csv": [
        "q2 492 of 2999 97",
    ],
    "quantipy_example_a/example_a-labelled.parquet": [
        "q2 492 of 2999 Other",
    ],
}

_NOTES = {
    "fivethirtyeight_misc/StarWars.csv": "mac_roman",
    "fivethirtyeight_misc/food-world-cup-data.csv": "mac_roman",
    "ospo_2018_2020/2020-results_2020.csv": "left out 378 rows",
}

pytestmark = pytest.mark.skipif(not _DATA.is_dir(), reason="the example surveys are not here")


@pytest.mark.parametrize("name", _SURVEYS_KNOWN)
def test_every_survey_opens_with_its_known_facts(name: str) -> None:
    """What was asked together is one question; who was not asked has left its base."""
    survey = opened(f"data/{name}")
    whole, *facts = _SURVEYS_KNOWN[name].split("; ")
    codebook = survey.codebook
    by = f"{survey.respondents} by {codebook.default_banner}"
    assert f"{by}, weight {codebook.weight or '-'}, wave {codebook.wave or '-'}" == whole
    assert _NOTES.get(name, "") in " ".join(sentences_of(survey.notes))
    found = list(_described(survey, [fact.split()[0] for fact in facts]))
    assert found == facts
    counted = _COUNTED.get(name, [])
    assert [_counted(survey, *fact.split(" ", 4)[::4]) for fact in counted] == counted


def _described(survey: Survey, question_ids: list[str]) -> Iterator[str]:
    answered = count_answered(survey) if question_ids else {}
    for question_id in question_ids:
        question = survey.codebook.find(question_id)
        assert question is not None, question_id
        sizes = len(question.columns), len(question.categories), answered[question_id]
        yield " ".join(map(str, (question_id, question.kind, *sizes)))


def _counted(survey: Survey, question_id: str, answer: str) -> str:
    view = parse_view(survey, f"--question {question_id} --no-weight --wave all")
    cell = next(row.cells[0] for row in tabulate(survey, view).rows if row.label == answer)
    return f"{question_id} {cell.n:.0f} of {cell.base:.0f} {answer}"


def test_every_other_file_opens_on_a_table_or_says_in_a_line_what_is_wrong() -> None:
    files = [one for one in sorted(_DATA.rglob("*")) if one.suffix in _ENDINGS.split()]
    others = [one for one in files if str(one.relative_to(_DATA)) not in _SURVEYS_KNOWN]
    refused = {}
    for file in others:
        try:
            survey = opened(str(file.relative_to(FOLDER)))
        except SourceError as error:
            refused[file.name] = str(error)
            continue
        assert survey.codebook.questions, file
        if survey.respondents:
            assert tabulate(survey, default_view(survey)).rows, file
    assert refused.keys() == _REFUSED.keys()
    assert all(why in refused[name] for name, why in _REFUSED.items())
