"""Questions that are inferred from small exports of survey platforms."""

from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import pytest

from cxtui.analysis.query.expressions.answered import count_answered
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question

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


def test_answer_codes_of_a_limesurvey_grid_are_its_scores(export: Export) -> None:
    survey = export(
        "id,role,Q2[1],Q2[2],Q2[3]\n"
        + rows("1,A1,A1,A4,A1", "2,A2,A2,A3,A1", "3,A3,A3,A2,A3", "4,A4,A4,A1,A2", times=12)
    )
    grid = survey.codebook.find("Q2")
    assert grid is not None and grid.kind is Kind.GRID
    assert {one.code: one.score for one in grid.categories} == {"A1": 1, "A2": 2, "A3": 3, "A4": 4}
    assert only(survey, "role").kind is Kind.SINGLE


def test_two_options_of_limesurvey_are_a_set_under_their_texts(export: Export) -> None:
    survey = export(
        "id,Q0._.Bent u klant?,Q1[S1]._.Wat gebruikt u? [Alfa],Q1[S2]._.Wat gebruikt u? [Beta]\n"
        + rows("1,Ja,Ja,Nee", "2,Nee,Nee,Nee", "3,Ja,Nee,Ja", times=12)
    )
    used = survey.codebook.find("Q1")
    assert used is not None and (used.kind, labels(used)) == (Kind.MULTI, ["Alfa", "Beta"])
    assert used.label == "Wat gebruikt u?"


def test_words_between_question_and_option_are_of_any_language(export: Export) -> None:
    options = {"Q2_1": "이메일", "Q2_2": "웹", "Q2_3": "매장"}
    survey = export(
        "id,role,Q2_1,Q2_2,Q2_3\n"
        + "id,부서,"
        + ",".join(f"무엇을 씁니까? - 선택됨 - {one}" for one in options.values())
        + "\n"
        + ",".join(f'"{{""ImportId"":""{n}""}}"' for n in range(5))
        + "\n"
        + rows("1,영업,이메일,,매장", "2,개발,,웹,", "3,인사,이메일,웹,", "4,영업,,,", times=12)
    )
    used = only(survey, "무엇을 씁니까?")
    assert (used.kind, labels(used)) == (Kind.MULTI, [*options.values()])


def test_not_asked_beside_dont_know_leaves_the_base_of_yes_and_no(export: Export) -> None:
    survey = export(
        "q [Mail],q [Web],q [Shop]\n"
        + rows(
            "Ja,Nein,Ja", "weiß nicht,Ja,Nein", "nicht gefragt,nicht gefragt,nicht gefragt",
            times=12,
        )
    )  # fmt: skip
    grid = survey.codebook.questions[0]
    assert [one.label for one in grid.categories if one.missing] == ["nicht gefragt"]
    assert count_answered(survey)[grid.id] == 8


AGREED = ["매우 동의함", "동의함", "보통", "동의하지 않음"]
KOREAN = [",".join(["영업", *AGREED[n:], *AGREED[:n]][:4]) for n in range(4)]


@pytest.mark.parametrize(
    "header",
    [
        "시간을 절약한다,쉽다,신뢰한다",
        "얼마나 동의하십니까? >> 시간,얼마나 동의하십니까? >> 쉽다,얼마나 동의하십니까? >> 신뢰",
        "시간:얼마나 동의하십니까?,쉽다:얼마나 동의하십니까?,신뢰:얼마나 동의하십니까?",
        "얼마나 동의하십니까? (시간),얼마나 동의하십니까? (쉽다),얼마나 동의하십니까? (신뢰)",
    ],
)
def test_items_of_a_grid_are_found_in_words_without_many_blanks(
    export: Export, header: str
) -> None:
    survey = export(f"부서,{header}\n" + rows(*KOREAN, times=40))
    (grid,) = (one for one in survey.codebook.questions if one.kind is Kind.GRID)
    assert len(grid.columns) == 3 and grid.scores


def test_options_in_brackets_behind_a_question_are_a_set(export: Export) -> None:
    survey = export(
        "Role,Hangi araçlar? (CRM),Hangi araçlar? (CDP)\n"
        + rows("IT,true,false", "HR,false,false", "IT,true,true", times=30)
    )
    used = only(survey, "Hangi araçlar?")
    assert (used.kind, labels(used)) == (Kind.MULTI, ["CRM", "CDP"])


def test_open_data_kit_repeats_a_list_as_columns(export: Export) -> None:
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
    assert [one.column for one in survey.codebook.excluded] == ["farm/crops"]


def test_typeform_names_each_option_in_a_column_of_its_own(export: Export) -> None:
    survey = export(
        "#,Blogs,Events,Podcasts,Other\n"
        + rows("a1,Blogs,,,", "a2,,Events,Podcasts,", "a3,Blogs,,,the radio", times=9)
    )
    channels = next(one for one in survey.codebook.questions if one.kind is Kind.MULTI)
    assert labels(channels) == ["Blogs", "Events", "Podcasts"]


def test_the_position_of_an_option_can_be_its_mark(export: Export) -> None:
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


def test_old_qualtrics_exports_have_two_header_rows_and_lists_options_with_bare_commas(
    export: Export,
) -> None:
    names = "StartDate,ResponseId,Q1,Q2,Q3,Q4\n"
    wording = "Start Date,Response ID,Which tools?,How old are you?,Your role,Any comments?\n"
    lists = ("CRM", "CRM,CDP", "CDP", "CDP,Other", "CRM,Other", "Other", "CRM,CDP,Other")
    answers = rows(
        *(
            f'2024-05-{day + 1:02} 10:00:00,R_{day},"{one}",{20 + day},Sales,'
            for day, one in enumerate(lists)
        ),
        times=21,
    )
    survey = export(names + wording + answers)
    assert survey.respondents == 21
    tools = only(survey, "Which tools?")
    assert (tools.id, tools.kind, tools.delimiter) == ("Q1", Kind.MULTI, ",")
    assert labels(tools) == ["CRM", "CDP", "Other"]
    assert labels(only(survey, "How old are you?"))[0] == "20"
    plain = export(names + answers)
    assert (plain.respondents, plain.codebook.find("Q1") is not None) == (21, True)


def test_a_first_respondent_with_short_answers_is_no_header(export: Export) -> None:
    survey = export(
        "id,age,income,town\na1,unknown,n/a,Bern\n"
        + rows("a2,30,100,Ulm", "a3,41,200,Graz", "a4,52,300,Bern", times=9)
    )
    assert survey.respondents == 10


def test_redcap_names_the_choice_in_brackets_or_after_three_underscores(export: Export) -> None:
    worded = export(
        "Race (choice=White),Race (choice=Black),How often?\n"
        + rows(
            "Checked,Unchecked,Not at all",
            "Unchecked,Checked,Several days",
            "Unchecked,Unchecked,Nearly every day",
            times=12,
        )
    )
    race = only(worded, "Race")
    assert (race.kind, labels(race)) == (Kind.MULTI, ["White", "Black"])
    often = only(worded, "How often?")
    assert [one.score for one in often.categories] == [3, 2, 1]
    assert labels(often)[-1] == "Not at all"
    coded = export("race___1,race___2,race___99\n" + rows("1,0,0", "0,1,0", "1,1,0", times=9))
    assert [(one.id, one.kind) for one in coded.codebook.questions] == [("race", Kind.MULTI)]


def test_open_data_kit_may_have_labels_and_steps_with_underscores(export: Export) -> None:
    stem = "Which crops do you grow?"
    survey = export(
        f"{stem},{stem}/Maize,{stem}/Green beans,{stem}/Rice,rating\n"
        + rows("Maize Green beans,1,1,0,good", "Maize,1,0,0,very_good", "Rice,0,0,1,bad", times=12)
    )
    crops = only(survey, stem)
    assert (crops.kind, labels(crops)) == (Kind.MULTI, ["Maize", "Green beans", "Rice"])
    assert [one.column for one in survey.codebook.excluded] == [stem]
    assert only(survey, "rating").kind is Kind.SCALE
    coded = export(
        "assets,assets_1,assets_2,assets_-88\n"
        + rows("1 2,1,1,0", "2,0,1,0", "-88,0,0,1", "1,1,0,0", times=12)
    )
    (assets,) = coded.codebook.questions
    assert (assets.id, assets.kind, assets.columns) == (
        "assets",
        Kind.MULTI,
        ("assets_1", "assets_2", "assets_-88"),
    )


def test_panels_number_rows_with_an_r_and_answer_codes_are_in_order(
    export: Export,
) -> None:
    survey = export(
        "respid,Q1r1,Q1r2,Q1r99,Q2r1,Q2r2,Q3,w_wgt\n"
        + "".join(
            f"{n},{n % 2},{int(n % 3 > 0)},0,{1 + n % 5},{1 + (n + 2) % 5},AO{1 + n % 3:02},"
            f"{1 + n / 90}\n"
            for n in range(30)
        )
    )
    ticked, rated, code = survey.codebook.questions
    assert (ticked.id, ticked.kind, len(ticked.columns)) == ("Q1", Kind.MULTI, 3)
    assert (rated.id, rated.kind, len(rated.items)) == ("Q2", Kind.GRID, 2)
    assert labels(code) == ["AO01", "AO02", "AO03"]
    assert (survey.codebook.respondent, survey.codebook.weight) == ("respid", "w_wgt")


def test_a_time_may_have_a_zone(export: Export) -> None:
    survey = export(
        "Timestamp,Happy?\n"
        + rows("2024/05/14 10:11:12 AM GMT+2,Yes", "2024/06/01 1:02:03 PM GMT+2,No", times=6)
    )
    assert survey.codebook.questions[0].kind is Kind.DATE


def test_statements_beside_each_other_on_one_scale_are_a_grid(export: Export) -> None:
    """Many exports write only the items of a grid; questions of their own end in a mark."""
    survey = export(
        "Which tools?,It saves time,It is easy,I trust it,Is it good?,Is it fast?,Is it new?\n"
        + rows(
            "CRM,Agree,Disagree,Strongly agree,Agree,Disagree,Strongly agree",
            "CDP,Neutral,Agree,Disagree,Neutral,Agree,Disagree",
            "CRM,Strongly agree,Neutral,Agree,Strongly agree,Neutral,Agree",
            "CDP,Disagree,Strongly agree,Neutral,Disagree,Strongly agree,Neutral",
            times=40,
        )
    )
    grid = only(survey, "It saves time / It is easy …")
    assert (grid.kind, labels(grid)) == (
        Kind.GRID,
        ["Strongly agree", "Agree", "Neutral", "Disagree"],
    )
    assert {one.label: one.score for one in grid.categories}["Strongly agree"] == 4
    assert [item.label for item in grid.items] == ["It saves time", "It is easy", "I trust it"]
    assert [only(survey, f"Is it {one}?").kind for one in ("good", "fast", "new")] == [
        Kind.SCALE
    ] * 3
