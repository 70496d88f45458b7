"""What survey platforms export, in small: the questions an analyst would see in it."""

from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import pytest

from cxtui.sources.opening import open_survey
from cxtui.survey.model import Kind, Question, Survey

Export = Callable[[str], Survey]


@pytest.fixture
def export(tmp_path: Path) -> Export:
    def opened(text: str) -> Survey:
        file = tmp_path / "export.csv"
        file.write_text(text, encoding="utf-8")
        return open_survey(str(file))

    return opened


def rows(*lines: str, times: int) -> str:
    return "".join(f"{line}\n" for line in islice(cycle(lines), times))


def only(survey: Survey, label: str) -> Question:
    found = [one for one in survey.codebook.questions if one.label == label]
    assert len(found) == 1, [(one.id, one.kind, one.label) for one in survey.codebook.questions]
    return found[0]


def labels(question: Question) -> list[str]:
    return [category.label for category in question.categories]


def test_surveymonkey_has_a_title_and_two_header_rows(export: Export) -> None:
    survey = export(
        "Customer Survey 2024\n"
        "Respondent ID,Which channels?,,,How satisfied are you with …,,What is your role?,\n"
        ",Blogs,Events,Other (please specify)7,Price,Support,Response,Other (please specify)9\n"
        + rows(
            "1001,Blogs,,,Very satisfied,Neutral,Marketing,",
            "1002,Blogs,Events,a podcast,Very dissatisfied,Satisfied,Technology,",
            "1003,,Events,word of mouth,Neutral,Very satisfied,Marketing,",
            "1004,,,a friend of mine,Satisfied,Dissatisfied,,a bit of both",
            "1005,Blogs,,,Dissatisfied,Very dissatisfied,Marketing,",
            times=5,
        )
    )
    assert survey.respondents == 5
    channels = only(survey, "Which channels?")
    assert (channels.kind, labels(channels)) == (Kind.MULTI, ["Blogs", "Events"])
    assert only(survey, "Which channels?: Other (please specify)").kind is Kind.TEXT
    grid = only(survey, "How satisfied are you with …")
    assert (grid.kind, [item.label for item in grid.items]) == (Kind.GRID, ["Price", "Support"])
    role = only(survey, "What is your role?")
    assert (role.kind, survey.codebook.role) == (Kind.SINGLE, role.id)
    assert only(survey, "What is your role?: Other (please specify)").kind is Kind.TEXT


def test_qualtrics_has_three_header_rows(export: Export) -> None:
    survey = export(
        "StartDate,Q1,Q2_1,Q2_2,Q3_1,Q3_2\n"
        "Start Date,How likely are you to recommend us?,Rate - Price,Rate - Support,"
        "Which tools? - Selected Choice - CRM,Which tools? - Selected Choice - CDP\n"
        '"{""ImportId"":""startDate""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2_1""}",'
        '"{""ImportId"":""QID2_2""}","{""ImportId"":""QID3_1""}","{""ImportId"":""QID3_2""}"\n'
        + rows(
            *(f"2024-05-{day:02} 10:00:00,{day},{'Good,Poor' if day % 2 else 'Fair,Excellent'},"
              f"{'CRM,' if day % 3 else 'CRM,CDP'}" for day in range(11) if day),
            "2024-05-11 10:00:00,0,Excellent,Good,,CDP",
            "2024-05-12 10:00:00,9,Poor,Fair,,",
            times=12,
        )
    )  # fmt: skip
    assert survey.respondents == 12
    likely = only(survey, "How likely are you to recommend us?")
    assert (likely.kind, likely.id) == (Kind.SCALE, "Q1")
    assert "net promoter score" in likely.guess
    grid = only(survey, "Rate")
    assert (grid.kind, [item.label for item in grid.items]) == (Kind.GRID, ["Price", "Support"])
    tools = next(one for one in survey.codebook.questions if one.kind is Kind.MULTI)
    assert labels(tools) == ["CRM", "CDP"]


def test_google_forms_lists_answers_in_one_cell_and_rates_items_in_brackets(
    export: Export,
) -> None:
    survey = export(
        "Timestamp,Which steps do you run?,How important are these? [Speed],"
        "How important are these? [Price]\n"
        + rows(
            '2024-05-01 10:00:00,"Lint, Build, test (CI), Deploy",Very important,Not important',
            '2024-05-01 10:00:00,"Lint, Deploy",Somewhat important,Very important',
            '2024-05-01 10:00:00,"Build, test (CI)",Not important,Somewhat important',
            '2024-05-01 10:00:00,"Deploy, my own scripts, and prayers",Important,Important',
            '2024-05-01 10:00:00,"Lint, Build, test (CI)",Very important,Important',
            "2024-05-01 10:00:00,Lint,Very important,Not important",
            times=30,
        )
    )
    steps = only(survey, "Which steps do you run?")
    assert (steps.kind, steps.delimiter) == (Kind.MULTI, ", ")
    assert labels(steps)[:3] == ["Lint", "Build, test (CI)", "Deploy"]
    assert "'Build, test (CI)'" in steps.guess
    grid = only(survey, "How important are these?")
    assert (grid.kind, len(grid.items)) == (Kind.GRID, 2)


def test_microsoft_forms_ends_every_list_with_its_delimiter(export: Export) -> None:
    survey = export(
        "ID,Which tools?\n" + rows("1,CRM;CDP;", "2,CDP;", "3,CRM;", "4,CDP;CRM;ESP;", times=20)
    )
    tools = only(survey, "Which tools?")
    assert (tools.kind, tools.delimiter) == (Kind.MULTI, ";")
    assert sorted(labels(tools)) == ["CDP", "CRM", "ESP"]


def test_limesurvey_has_codes_in_brackets_ticks_and_a_text_for_other(export: Export) -> None:
    survey = export(
        "id,Q1[SQ001],Q1[SQ002],Q1[SQ003],Q1[other],Q2[1],Q2[2]\n"
        + rows(
            "1,Y,,Y,,Always,Never", "2,,Y,,a wiki,Never,Often", "3,Y,Y,,chats,Often,Sometimes",
            "4,,,,the phone,Sometimes,Always", times=12,
        )
    )  # fmt: skip
    ticked = survey.codebook.find("Q1")
    assert ticked is not None and ticked.kind is Kind.MULTI
    assert [category.code for category in ticked.categories] == ["SQ001", "SQ002", "SQ003"]
    other = next(one for one in survey.codebook.questions if "other" in one.columns[0])
    assert other.kind in {Kind.TEXT, Kind.SINGLE}
    grid = survey.codebook.find("Q2")
    assert grid is not None and grid.kind is Kind.GRID


def test_forms_for_the_field_repeat_a_list_as_columns(export: Export) -> None:
    survey = export(
        "start,farm/crops,farm/crops/maize,farm/crops/beans,farm/crops/rice,farm/acres\n"
        + rows(
            "2024-05-01T10:00:00.000+03:00,maize beans,1,1,0,2.5",
            "2024-05-01T10:00:00.000+03:00,beans,0,1,0,3.5",
            "2024-05-01T10:00:00.000+03:00,rice maize,1,0,1,1.25", times=12,
        )
    )  # fmt: skip
    crops = survey.codebook.find("farm/crops")
    assert crops is not None and crops.kind is Kind.MULTI and len(crops.columns) == 3
    assert [one.column for one in survey.codebook.aside] == ["farm/crops"]


def test_typeform_names_each_option_in_a_column_of_its_own(export: Export) -> None:
    survey = export(
        "#,Blogs,Events,Podcasts,Other\n"
        + rows("a1,Blogs,,,", "a2,,Events,Podcasts,", "a3,Blogs,,,the radio", times=9)
    )
    channels = next(one for one in survey.codebook.questions if one.kind is Kind.MULTI)
    assert labels(channels) == ["Blogs", "Events", "Podcasts"]


def test_the_place_of_an_option_can_be_its_mark(export: Export) -> None:
    survey = export(
        "q4_1,q4_2,q4_3,gender\n" + rows("1,,3,M", ",2,,F", "1,2,,M", ",,3,F", times=12)
    )
    one = survey.codebook.find("q4")
    assert one is not None and one.kind is Kind.MULTI and labels(one) == ["1", "2", "3"]


def test_one_choice_spread_over_columns_is_a_single_choice(export: Export) -> None:
    survey = export(
        "Your plan? [Free],Your plan? [Team],Your plan? [Company]\n"
        + rows("Free,,", ",Team,", ",,Company", ",Team,", times=40)
    )
    plan = only(survey, "Your plan?")
    assert (plan.kind, len(plan.columns)) == (Kind.SINGLE, 3)
    assert "exactly one" in plan.guess
