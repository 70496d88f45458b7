"""Dates in the forms that programs and people of many countries write are dates."""

from __future__ import annotations

import datetime
import random
from pathlib import Path

import polars as pl
import pytest

from cxtui.sources.readers import date_texts, few_texts
from cxtui.sources.readers.delimited.delimited_reader import read_delimited
from cxtui.sources.readers.parquet_reader import read_parquet
from cxtui.sources.source import Source

DAYS = [datetime.date(2026, 3, 1) + datetime.timedelta(days=3 * n) for n in range(20)]


TIMES = ("", " ", " 9:00 am", "t09:00:05z", ", 09:00", " 1", "9", " 9.00 uhr", ". 9:00")
"""What may stand behind a day, and what may not."""


@pytest.mark.parametrize("form", sorted(date_texts._IN_DIGITS))
def test_a_day_that_recurs_is_read_once_and_is_the_same(form: str, seed: int) -> None:
    """Whatever stands beside it, in a column of dates or of dates and other texts."""
    draw = random.Random(seed)
    year, width = ("{y:02}", 2) if "short" in form or "padded" in form else ("{y}", 4)
    order = {"y": year, "m": "{m:02}", "d": "{d:02}"}
    for _ in range(20):
        sign = draw.choice("-/.")
        written = sign.join(order[one] for one in form[:3])
        texts, last = [], draw.choice((28, 28, 31))
        for _ in range(200):
            day, month = draw.choice((1, 12, last)), draw.randint(1, 2)
            text = written.format(y=draw.choice((2024, 2567)) % 10**width, m=month, d=day)
            texts.append(text + draw.choice(TIMES[:5] if draw.random() < 0.99 else TIMES))
        texts[draw.randrange(200)] = draw.choice(("", "na", "spring", " 2024-01-01", "1/2/24"))
        column = pl.Series("when", [*texts, None])
        whole = column.to_frame().select(date_texts._days(pl.col("when"), form, [])).to_series()
        assert date_texts.days_of_texts(column, form, []).to_list() == whole.to_list()


def source(tmp_path: Path, cells: list[str], name: str = "Timestamp") -> Source:
    file = tmp_path / "made.csv"
    file.write_text(f"id,{name}\n" + "".join(f'{n},"{one}"\n' for n, one in enumerate(cells)))
    return read_delimited((file,))


def days(found: Source) -> list[datetime.date]:
    frame: pl.DataFrame = found.frame.collect().to_native()
    return frame.to_series(1).to_list()


@pytest.mark.parametrize(
    "form",
    [
        "{y}-{m:02}-{d:02}T09:00:05.123Z",
        "{y}-{m:02}-{d:02} 09.00.05",
        "{y}/{m:02}/{d:02} 9:00:05 AM MEZ",
        "{y}/{m:02}/{d:02} 9:00:05 a. m. CET",
        "{y}/{m:02}/{d:02} 9:00:05 午前 GMT+9",
        "{thai}/{m:02}/{d:02} 9:00:05 ก่อนเที่ยง GMT+7",
        "{y}. {m}. {d} 오전 9:00:05",
        "{y}년 {m}월 {d}일",
        "{y}年{m}月{d}日 9:05",
        "{d}.{m}.{y} 09:00",
        "{d}-{m}-{y} 09:00:05",
        "{d:02}/{m:02}/{short:02} 09:00",
        "{d:02}.{m:02}.{short:02}",
        "{m}/{d}/{y} 9:00 AM",
        "{d:02}-{en}-{y} 09:00",
        "{en} {d}, {y} 9:00 AM",
        "{d} {fr} {y} à 09:00",
        "{d}. {de} {y}",
        "{d} de {es} de {y}",
        "{d} {ru} {y} г., 09:00",
        "{d} {ru} {y} г.",
        "{d} {ar} {y}",
        "{d} {hi} {y} 09:00",
        "{d} {tr} {y}",
        "{short:02}/{m:02}/{d:02}",
    ],
)
def test_days_are_read_in_every_local_form(tmp_path: Path, form: str) -> None:
    names = {
        "en": ("Mar", "Apr"),
        "fr": ("mars", "avr."),
        "de": ("März", "April"),
        "es": ("marzo", "abril"),
        "ru": ("марта", "апреля"),
        "ar": ("مارس", "أبريل"),
        "hi": ("मार्च", "अप्रैल"),
        "tr": ("Mart", "Nisan"),
    }
    cells = [
        form.format(
            **{code: pair[day.month - 3] for code, pair in names.items()},
            y=day.year,
            m=day.month,
            d=day.day,
            short=day.year % 100,
            thai=day.year + 543,
        )
        for day in DAYS
    ]
    assert days(source(tmp_path, cells)) == DAYS


@pytest.mark.parametrize("zero", ["\u0660", "\u06f0", "\u0966"])
def test_digits_of_other_scripts_are_digits(tmp_path: Path, zero: str) -> None:
    digits = {ord(str(one)): ord(zero) + one for one in range(10)}
    cells = [f"{day:%Y/%m/%d} 9:05".translate(digits) for day in DAYS]
    assert days(source(tmp_path, cells)) == DAYS


def test_a_year_of_two_digits_in_front_is_said(tmp_path: Path) -> None:
    found = source(tmp_path, [f"{day:%y/%m/%d}" for day in DAYS])
    assert days(found) == DAYS
    assert "'26/03/01' is ambiguous; read as year/month/day" in found.notes[0]


@pytest.mark.parametrize(("a_day", "since"), [(86_400, 0), (86_400_000, 0), (1, 25_569)])
def test_counted_times_are_dates_where_the_header_says_so(
    tmp_path: Path, a_day: int, since: int
) -> None:
    epoch = datetime.date(1970, 1, 1)
    cells = [str(((day - epoch).days + since) * a_day + a_day * 3 // 8) for day in DAYS]
    assert days(source(tmp_path, cells)) == DAYS
    assert days(source(tmp_path, cells, "Zeitstempel")) == DAYS
    assert days(source(tmp_path, cells, "visits")) != DAYS


def test_an_ambiguous_day_is_read_as_the_column_rises_and_said(tmp_path: Path) -> None:
    rising = [f"{1 + n // 12}/{1 + n % 12}/2026" for n in range(60)]
    found = source(tmp_path, rising)
    assert days(found)[13] == datetime.date(2026, 2, 2)
    assert days(found)[:3] == [datetime.date(2026, 1, n) for n in (1, 2, 3)]
    assert "is ambiguous; read as month/day/year" in found.notes[0]


def test_an_ambiguous_day_without_an_order_stays_text_and_is_said(tmp_path: Path) -> None:
    found = source(tmp_path, ["3/1/2026", "3/1/2026", "1/3/2026"])
    assert days(found) == ["3/1/2026", "3/1/2026", "1/3/2026"]
    assert "may be day/month or month/day" in found.notes[0]


def test_texts_with_a_number_are_no_dates(tmp_path: Path) -> None:
    for cells in (["10-20-30", "1-2-30"], ["may 5 people 2026", "x"], ["1.2.3", "2.0.1"]):
        assert days(source(tmp_path, cells)) == cells


def test_days_in_eight_digits_are_dates_where_the_header_says_so(tmp_path: Path) -> None:
    cells = [f"{day:%Y%m%d}" for day in DAYS]
    assert days(source(tmp_path, cells, "interview_date")) == DAYS
    assert days(source(tmp_path, cells, "code")) == [int(one) for one in cells]
    assert days(source(tmp_path, [*cells, "20261301"], "interview_date"))[0] == int(cells[0])


def test_a_few_words_beside_dates_are_missing_with_their_count(tmp_path: Path) -> None:
    cells = [*(f"{day:%d.%m.%Y}" for day in DAYS), "unknown", "-"]
    found = source(tmp_path, cells)
    assert days(found) == [*DAYS, None, None]
    assert found.words == {"Timestamp": {"unknown": 1, "-": 1}}
    assert days(source(tmp_path, [*cells, *["unknown"] * 9]))[0] == cells[0]


@pytest.mark.parametrize("cells", [["3/14/2026", "12/1/2026"], ["14 mars 2026", "1 mai 2026"]])
def test_texts_that_many_respondents_share_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: list[str]
) -> None:
    """As by the pattern for each respondent, which no query of the file has then."""
    file = tmp_path / "dates.parquet"
    pl.DataFrame({"when": [*cells, None, "-"] * 20}).write_parquet(file)
    plans, found = [], []
    for most, shared in ((5_000, 10), (0, 10**9)):
        monkeypatch.setattr(few_texts, "_MOST_TEXTS", most)
        monkeypatch.setattr(few_texts, "_SHARED", shared)
        frame = read_parquet((file,)).frame.to_native()
        assert isinstance(frame, pl.LazyFrame)
        plans.append(frame.explain())
        found.append(frame.collect()["when"])
    assert found[0].to_list() == found[1].to_list()
    assert found[0].dtype == pl.Date
    assert found[0].null_count() == 40
    assert ["extract_groups" in one for one in plans] == [False, True]


def test_dates_with_the_day_first_and_second_stay_text_and_it_is_said(tmp_path: Path) -> None:
    cells = [f"{day:%d/%m/%Y}" if day.day > 15 else f"{day:%m/%d/%Y}" for day in DAYS]
    found = source(tmp_path, [*cells, "03/25/2026"])
    assert days(found)[0] == cells[0]
    assert any("before the month in some dates" in note for note in found.notes)


def test_many_columns_of_dates_are_read_some_at_a_time_and_the_last_stay_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes milliseconds, and the patterns of all of them together would fill the memory."""
    monkeypatch.setattr(date_texts, "_TOGETHER", 3)
    monkeypatch.setattr(date_texts, "_MOST_COLUMNS", 7)
    names = [f"day {number}" for number in range(9)]
    rows = [names, *([f"{day:%d.%m.%Y}"] * 9 for day in DAYS)]
    (tmp_path / "wide.csv").write_text("".join(",".join(row) + "\n" for row in rows))
    found = read_delimited((tmp_path / "wide.csv",))
    frame: pl.DataFrame = found.frame.collect().to_native()
    assert frame.dtypes == [pl.Date] * 7 + [pl.String] * 2
    assert all(frame[name].to_list() == DAYS for name in names[:7])
    assert any("9 columns of text look like dates; the first 7" in one for one in found.notes)
