"""Delimited text as real exports write it."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from cxtui.errors import SourceError
from cxtui.sources.readers.delimited.delimited_reader import read_delimited
from cxtui.sources.source import Source
from cxtui.survey.model import ColumnLabel

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(content: str | bytes, name: str = "survey.csv") -> Path:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return to_file


def rows(source: Source) -> pl.DataFrame:
    collected = source.frame.collect().to_native()
    assert isinstance(collected, pl.DataFrame)
    return collected


def test_a_frame_is_read_lazily_with_the_types_of_the_whole_file(write: Write) -> None:
    late = "\n".join(["id,score", *(f"{n},1" for n in range(300)), "300,2.5"])
    source = read_delimited((write(late),))
    assert isinstance(source.frame.to_native(), pl.LazyFrame)
    assert rows(source)["score"].dtype == pl.Float64


def test_only_empty_cells_are_null(write: Write) -> None:
    """Whether `NA` is an answer is for the codebook to say, by the other answers."""
    frame = rows(read_delimited((write('id,a\n1,NA\n2,\n3,N/A\n4,""\n5,None\n'),)))
    assert frame["a"].to_list() == ["NA", None, "N/A", None, "None"]


def test_a_byte_order_mark_and_quoted_line_ends_are_no_trouble(write: Write) -> None:
    text = '\ufeffid,"Why?\r\nTell us"\r\n1,"one\r\ntwo"\r\n2,"said ""no"""\r\n'
    frame = rows(read_delimited((write(text),)))
    assert frame.columns == ["id", "Why? Tell us"]
    assert frame.height == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252"])
def test_encodings_of_spreadsheets_are_read(write: Write, encoding: str) -> None:
    source = read_delimited((write("id;réponse\n1;Été\n2;Non\n".encode(encoding)),))
    assert rows(source)["réponse"].to_list() == ["Été", "Non"]


def test_the_no_break_space_of_a_macintosh_is_known(write: Write) -> None:
    source = read_delimited((write(b"id,level of\xcaknowledge\n1,some\xcathing\n"),))
    assert rows(source).columns == ["id", "level of knowledge"]


@pytest.mark.parametrize(("delimiter", "name"), [(";", "a.csv"), ("\t", "a.tsv"), ("|", "a.txt")])
def test_the_delimiter_is_found(write: Write, delimiter: str, name: str) -> None:
    text = f"id,x{delimiter}b\n1,5{delimiter}y, or so\n".replace(",x", "")
    assert rows(read_delimited((write(text, name),))).width == 2


def test_a_decimal_comma_is_read_with_and_without_thousands(write: Write) -> None:
    frame = rows(read_delimited((write("id;w\n1;1,25\n2;0,75\n3;1.000,5\n"),)))
    assert frame["w"].to_list() == [1.25, 0.75, 1000.5]


def test_dates_are_read_if_there_is_one_way_to_read_them(write: Write) -> None:
    text = "id,iso,american,unclear\n1,2024-05-01,05/31/2024 9:15 PM,05/06/2024\n"
    frame = rows(read_delimited((write(text),)))
    assert [dtype == pl.Date for dtype in frame.dtypes] == [False, True, True, False]


def test_months_in_letters_are_dates(write: Write) -> None:
    text = 'id,when\n1,"Mar 5, 2024 10:00:00 am"\n2,"Nov 24, 2023 1:15:00 pm"\n'
    frame = rows(read_delimited((write(text),)))
    assert [str(day) for day in frame["when"]] == ["2024-03-05", "2023-11-24"]


def test_years_of_two_digits_are_of_this_century(write: Write) -> None:
    text = (
        "id,american,unclear,version\n1,5/31/18 4:01,5/6/18,3.1.20\n2,12/1/17 14:30,6/5/18,3.2.21\n"
    )
    frame = rows(read_delimited((write(text),)))
    assert [dtype == pl.Date for dtype in frame.dtypes] == [False, True, False, False]
    assert [str(day) for day in frame["american"]] == ["2018-05-31", "2017-12-01"]


def test_a_lone_carriage_return_does_not_fuse_rows(write: Write) -> None:
    frame = rows(read_delimited((write("id,a\r\n1,x\n2,y\r3,z\r\n"),)))
    assert frame["id"].to_list() == [1, 2, 3]


def test_a_carriage_return_inside_quotes_stays(write: Write) -> None:
    assert rows(read_delimited((write('id,a\n1,"x\ry"\n'),)))["a"].to_list() == ["x\ry"]


def test_empty_rows_are_dropped_and_counted(write: Write) -> None:
    source = read_delimited((write("id,a\n1,x\n,\n\n2,y\n,\n"),))
    assert rows(source)["id"].to_list() == [1, 2]
    assert source.notes == ("left out 3 rows without any answer",)


def test_blank_rows_at_the_end_are_dropped(write: Write) -> None:
    assert rows(read_delimited((write("id,a\n1,x\n2,y\n,\n,\n"),)))["id"].to_list() == [1, 2]


def test_a_short_row_is_filled_up(write: Write) -> None:
    assert rows(read_delimited((write("id,a,b\n1,x,y\n2,x\n"),)))["b"].to_list() == ["y", None]


def test_rows_that_are_all_short_are_filled_up(write: Write) -> None:
    """A program may leave out the cells at the end of which none is filled."""
    frame = rows(read_delimited((write("role,goal,why\nM,a\nT,b\n"),)))
    assert frame.rows() == [("M", "a", None), ("T", "b", None)]


def test_a_row_with_too_many_cells_is_named_and_never_cut(write: Write) -> None:
    with pytest.raises(SourceError, match=r"line 3: 3 cells where the header has 2"):
        read_delimited((write("id,a\n1,x\n2,y,lost\n"),))


def test_a_row_with_too_many_cells_far_down_is_found_too(write: Write) -> None:
    text = "id,a\n" + "1,x\n" * 30_000 + "2,y,lost\n"
    with pytest.raises(SourceError, match=r"line 30002"):
        read_delimited((write(text),))


def test_blank_and_repeated_headers_get_names_of_their_own(write: Write) -> None:
    frame = rows(read_delimited((write("id,Q1,Q1,,role\n1,a,b,c,M\n"),)))
    assert frame.columns == ["id", "Q1", "Q1_2", "column_4", "role"]
    frame = rows(read_delimited((write("id,,role\n1,7,2\n2,8,1\n"),)))
    assert frame.rows() == [(1, 7, 2), (2, 8, 1)]  # a row of numbers names no options


def test_a_long_header_is_a_label_over_a_short_id(write: Write) -> None:
    source = read_delimited((write("id,How often do you travel?\n1,Often\n"),))
    name = "How often do you travel?"
    assert source.labels == {name: ColumnLabel("q2", name)}


def test_a_header_without_rows_has_no_respondents(write: Write) -> None:
    frame = rows(read_delimited((write("id,role\n"),)))
    assert (frame.height, frame.columns) == (0, ["id", "role"])


def test_surveymonkeys_second_row_is_no_respondent(write: Write) -> None:
    text = (
        "Respondent ID,What is your role?,,Which tools?,,Anything else?\n"
        ",Response,Other (please specify),CRM,CDP,Open-Ended Response\n"
        "11,Marketing,,CRM,,no\n12,,guide,,CDP,\n"
    )
    source = read_delimited((write(text),))
    assert rows(source).columns == ["q1", "q2_1", "q2_2", "q3_1", "q3_2", "q4"]
    assert rows(source).height == 2
    assert source.labels["q2_1"] == ColumnLabel("q2", "What is your role?")
    assert source.labels["q2_2"].option == "Other (please specify)"
    assert source.labels["q3_2"] == ColumnLabel("q3", "Which tools?", "CDP")


OPTIONS = "CRM,CDP,Mail"
RESPONDENTS = "1,Yes,CRM,,Mail,Low\n2,No,,CDP,,High\n3,Yes,,,Mail,Low\n"


@pytest.mark.parametrize(
    "renamed",
    [
        ",,",
        "Which tools?,Which tools?,",
        "Unnamed: 3,Unnamed: 4,",
        "Which tools?.1,Which tools?.2,",
        "X,X.1,",
        "...4,...5,",
        "__EMPTY,__EMPTY_1,",
        "Which tools?_duplicated_0,Which tools?_duplicated_1,",
    ],
)
@pytest.mark.parametrize(
    "second",
    ["Response,Response", "Antwort,Antwort", "Réponse,Réponse", "Ответ,Ответ", "回答,回答", ","],
)
def test_blank_headers_that_a_program_renamed_stand_over_options(
    write: Write, renamed: str, second: str
) -> None:
    end = second.partition(",")[2]
    text = f"id,Member?,Which tools?,{renamed}How much?\n{second},{OPTIONS},{end}\n{RESPONDENTS}"
    source = read_delimited((write(text),))
    assert rows(source).height == 3
    tools = [one for one in source.labels.values() if one.label == "Which tools?"]
    assert [one.option for one in tools] == OPTIONS.split(",")
    assert len({one.block for one in tools}) == 1


def test_repeated_headers_are_one_question_where_a_program_numbered_them(write: Write) -> None:
    text = "id,Which tools?...2,Which tools?...3\n1,CRM,Mail\n2,CRM,\n"
    labels = read_delimited((write(text),)).labels.values()
    assert {one.label for one in labels} == {"Which tools?"}


def test_a_first_respondent_with_few_answers_is_no_header(write: Write) -> None:
    text = "id,Which tools?,,,Role\n1,CRM,,Mail,CMO\n2,,CDP,,CTO\n3,CRM,,,CMO\n"
    assert rows(read_delimited((write(text),))).height == 3


@pytest.mark.parametrize("columns", [30, 1_500])
def test_three_header_rows_are_no_respondents_however_long_they_are(
    write: Write, columns: int
) -> None:
    places = range(columns)
    header = "\n".join(
        (
            ",".join(f"Q{place}" for place in places),
            ",".join(f"How satisfied are you with matter {place} as a whole?" for place in places),
            ",".join(f'"{{""ImportId"":""QID{place}""}}"' for place in places),
        )
    )
    text = header + "\n" + ("Yes," * (columns - 1) + "No\n") * 60
    source = read_delimited((write(text),))
    assert rows(source).shape == (60, columns)
    assert source.labels["Q7"].label == "How satisfied are you with matter 7 as a whole?"


def test_a_row_of_wordings_is_known_above_texts_and_without_blanks(write: Write) -> None:
    answers = "".join(f"男性,{'満足' if n % 3 else '不満'},{n}\n" for n in range(12))
    text = (
        "Q1,Q2,Q3\nあなたの性別をお答えください,現在の仕事に満足していますか,何年働いていますか\n"
        + answers
    )
    source = read_delimited((write(text),))
    assert rows(source).height == 12
    assert source.labels["Q1"].label == "あなたの性別をお答えください"


@pytest.mark.parametrize("cell", ['["CRM", "Mail"]', "['CRM', 'Mail']", '{CRM,"Mail"}'])
def test_lists_in_the_notation_of_a_program_are_lists(write: Write, cell: str) -> None:
    quoted = cell.replace('"', '""')
    frame = rows(read_delimited((write(f'id,tools\n1,"{quoted}"\n2,{cell[0]}{cell[-1]}\n3,\n'),)))
    assert frame["tools"].to_list() == [["CRM", "Mail"], [], None]


def test_qualtrics_second_row_is_the_wording_and_the_third_is_dropped(write: Write) -> None:
    ids = '"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"'
    source = read_delimited((write(f"Q1,Q2\nWhat is your role?,And why?\n{ids}\nCMO,money\n"),))
    assert rows(source).to_dicts() == [{"Q1": "CMO", "Q2": "money"}]
    assert source.labels["Q1"].label == "What is your role?"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", " "])
@pytest.mark.parametrize("names", [["1", "2", "5"], ["anna", "bo", "cy"]])
def test_row_names_have_no_header_in_tables_of_r(
    write: Write, delimiter: str, names: list[str]
) -> None:
    lines = [f'"{name}" "M" {place}' for place, name in enumerate(names)]
    text = "\n".join(['"role" "n"', *lines, ""]).replace(" ", delimiter)
    frame = rows(read_delimited((write(text),)))
    assert frame.columns == ["row_names", "role", "n"]
    assert frame["role"].to_list() == ["M"] * 3


def test_rows_may_end_with_a_delimiter(write: Write) -> None:
    frame = rows(read_delimited((write("role,n\nM,1,\nT,2,\n"),)))
    assert frame["role"].to_list() == ["M", "T"]


@pytest.mark.parametrize(
    ("below", "said"),
    [
        ("Total,,820\n", "Total"),
        ("Mean,,20.5\n", "Mean"),
        ("\nSource: our survey\n", "Source: our survey"),
        (",,\n*,,\nGesamt,,820\nQuelle: wir,,\n", "*, Gesamt, Quelle: wir"),
    ],
)
def test_rows_below_the_data_are_left_out(write: Write, below: str, said: str) -> None:
    data = "".join(f'"{one}\n,",{one % 2},{one}\n' for one in range(1, 41))
    source = read_delimited((write(f"id,role,n\n{data}{below}"),))
    assert rows(source)["n"].to_list() == list(range(1, 41))
    assert source.notes[0].endswith(f"below the data: {said}")


@pytest.mark.parametrize(
    "last", ["41,Total,820", ",Total,", "Median,M,1", "one long answer of mine to the first,,"]
)
def test_answers_in_the_last_row_are_no_total(write: Write, last: str) -> None:
    data = "".join(f"why {one},{'MF'[one % 2]},{one}\n" for one in range(40))
    assert len(rows(read_delimited((write(f"why,role,n\n{data}{last}\n"),)))) == 41


def test_codes_before_the_texts_of_a_header_name_the_questions(write: Write) -> None:
    heads = ["id. Response ID", "role. Your role?", "sat[a]. Rate these [Price]"]
    heads += ["sat[b]. Rate these [Speed]", "why. Why [if at all]?"]
    labels = read_delimited((write(f"{','.join(heads)}\n1,M,2,3,x\n"),)).labels
    assert [(one.block, one.label, one.option) for one in labels.values()] == [
        ("id", "Response ID", ""),
        ("role", "Your role?", ""),
        ("sat", "Rate these", "Price"),
        ("sat", "Rate these", "Speed"),
        ("why", "Why [if at all]?", ""),
    ]


def test_a_cell_too_many_is_no_row_name(write: Write) -> None:
    with pytest.raises(SourceError, match="line 2: 3 cells where the header has 2"):
        read_delimited((write("role,n\nM,1,x\nM,2,y\nT,2,x\n"),))


def test_a_title_line_is_skipped(write: Write) -> None:
    assert rows(read_delimited((write("Survey 2019\nid,a\n1,x\n"),))).columns == ["id", "a"]


def test_an_empty_file_is_refused(write: Write) -> None:
    with pytest.raises(SourceError, match=r"is empty \(0 bytes\)"):
        read_delimited((write(b""),))


def test_binary_content_is_no_delimited_text(write: Write) -> None:
    with pytest.raises(SourceError, match="is not delimited text"):
        read_delimited((write(b"PK\x03\x04\0\0\0"),))


def test_dates_that_a_spreadsheet_wrote_as_numbers_are_dates(write: Write) -> None:
    frame = rows(
        read_delimited(
            (write("Start Date,visits,end_date\n43290.5349,43290,5\n43278.1,43278,43279\n"),)
        )
    )
    assert frame["Start Date"].cast(pl.String).to_list() == ["2018-07-09", "2018-06-27"]
    assert [dtype == pl.Date for dtype in frame.dtypes] == [True, False, False]


def test_a_time_with_its_zone_is_a_date(write: Write) -> None:
    frame = rows(read_delimited((write("id,at\n1,2024-05-13T10:11:12.000+03:00\n2,2024-05-14\n"),)))
    assert frame["at"].dtype == pl.Date


@pytest.mark.parametrize("lines", [2_000, 40_000])
def test_a_quote_that_is_not_closed_is_named_by_its_line(tmp_path: Path, lines: int) -> None:
    """Whether it swallows the rest of the file, or more than a cell may hold."""
    rows = [f"{number},yes it is,x" for number in range(lines)]
    rows[1] = '1,"no,x'
    file = tmp_path / "open.csv"
    file.write_text("\n".join(["id,why,role", *rows, ""]))
    with pytest.raises(SourceError, match=r"open\.csv, line 3: a quotation mark is not closed"):
        read_delimited((file,))
