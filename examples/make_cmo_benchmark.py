"""Make the example survey: `python examples/make_cmo_benchmark.py [OUT.parquet]`.

The respondents are synthetic. Their answers reproduce the published percentages of the CMO
Digital Benchmark Study 2016 (Leapfrog Marketing Institute; trade press, December 2016) exactly, to
the published rounding; the size of the 2015 wave and all that was not published are invented.
Run it twice and it makes the same respondents.
"""

from __future__ import annotations

import datetime
import random
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

HERE = Path(__file__).parent
CODEBOOK = HERE / "cmo-questionnaire.toml"
ANSWERS = HERE / "cmo-answers.toml"
SEED = 2016
NO_ANSWER, DONT_KNOW, WRITES = 0.03, 0.11, 0.42

Answer = int | str | datetime.date | None
Columns = dict[str, list[Answer]]


class Group:
    """The respondents of one role in one wave."""

    def __init__(self, name: str, role: int, wave: int, size: int, chance: random.Random) -> None:
        self.name = name
        self.role = role
        self.wave = wave
        self.size = size
        self.chance = chance
        # How far a company has come: what is asked of progress goes together.
        self.maturity = [chance.gauss(0, 1) for _ in range(size)]
        self.columns: Columns = {"role": [role] * size, "wave": [wave] * size}

    def deal(
        self, column: str, codes: Sequence[int], counts: Sequence[int], *, pull: float
    ) -> None:
        """Hand out exactly `counts` of each code; the more mature get the later codes.

        `pull` is how strongly maturity decides, 0 for not at all. Who gets none is not asked.
        """
        hand: list[Answer] = [
            code for code, count in zip(codes, counts, strict=True) for _ in range(count)
        ]
        silent = self.size - len(hand)
        if silent < 0:
            raise ValueError(f"{column}: {len(hand)} answers for {self.size} in {self.name}")
        draws = [pull * one + self.chance.gauss(0, 1) for one in self.maturity]
        order = sorted(range(self.size), key=draws.__getitem__)
        quiet = set(self.chance.sample(range(self.size), silent))
        answers: list[Answer] = [None] * self.size
        for place, answer in zip((one for one in order if one not in quiet), hand, strict=True):
            answers[place] = answer
        self.columns[column] = answers

    def tick(self, column: str, shares: Sequence[float], silent: int) -> None:
        """Tick each item of a multiple response for its share; the last excludes the others."""
        quiet = set(self.chance.sample(range(self.size), silent))
        asked = [one for one in range(self.size) if one not in quiet]
        nothing = set(self.chance.sample(asked, round(shares[-1] * len(asked))))
        open_to = [one for one in asked if one not in nothing]
        for item, share in enumerate(shares, 1):
            wanted = min(round(share * len(asked)), len(open_to))
            chosen = set(self.chance.sample(open_to, wanted))
            ticked = nothing if item == len(shares) else chosen
            self.columns[f"{column}_{item}"] = [
                None if one in quiet else int(one in ticked) for one in range(self.size)
            ]

    def budget(self, around: float) -> None:
        """Give a share of the budget in steps of five; some do not know, some do not say."""
        answers: list[Answer] = []
        for _ in range(self.size):
            drawn = self.chance.random()
            share = round(min(max(self.chance.gauss(around, 11), 0), 100) / 5) * 5
            answers.append(None if drawn < NO_ANSWER else 998 if drawn < DONT_KNOW else share)
        self.columns["budget_share"] = answers

    def follow_up(self, column: str, codes: Sequence[int], shares: Sequence[float]) -> None:
        """Ask only those who have begun to map the customer experience."""
        self.columns[column] = [
            self.chance.choices(codes, shares)[0] if progress != 1 else None
            for progress in self.columns["cx_map"]
        ]

    def write(self, wishes: Sequence[str], places: Sequence[str], reasons: Sequence[str]) -> None:
        """Let some answer the open question."""
        self.columns["first_change"] = [
            self._sentence(wishes, places, reasons) if self.chance.random() < WRITES else None
            for _ in range(self.size)
        ]

    def _sentence(self, *parts: Sequence[str]) -> str:
        wish, place, reason = (self.chance.choice(part) for part in parts)
        return " ".join(one for one in (wish, place, reason) if one) + "."

    def interview(self) -> None:
        """Date the interviews: six weeks from the middle of September."""
        first = datetime.date(self.wave, 9, 12)
        days = sorted(int(self.chance.triangular(0, 42, 14)) for _ in range(self.size))
        self.chance.shuffle(days)
        self.columns["interviewed"] = [first + datetime.timedelta(days=day) for day in days]


def groups(answers: Mapping[str, Any], chance: random.Random) -> Iterator[Group]:
    """Yield the roles of each wave with all their answers."""
    for name, about in answers["groups"].items():
        group = Group(name, about["role"], about["wave"], about["size"], chance)
        for column, dealt in answers["dealt"].items():
            group.deal(column, dealt["codes"], dealt[name], pull=dealt.get("pull", 0.0))
        for column, ticked in answers["ticked"].items():
            group.tick(column, ticked[about["as"]], ticked["silent"])
        group.follow_up("map_method", **answers["map_method"])
        group.budget(answers["budget_share"][about["as"]])
        group.write(**answers["first_change"])
        group.interview()
        yield group


def respondents() -> pl.DataFrame:
    """Return the respondents of both waves, the earlier wave first, in no other order."""
    chance = random.Random(SEED)
    answers = tomllib.loads(ANSWERS.read_text("utf-8"))
    waves: dict[int, list[dict[str, Answer]]] = {}
    for group in groups(answers, chance):
        rows = [
            dict(zip(group.columns, row, strict=True))
            for row in zip(*group.columns.values(), strict=True)
        ]
        waves.setdefault(group.wave, []).extend(rows)
    listed: list[dict[str, Answer]] = []
    for _, rows in sorted(waves.items()):
        chance.shuffle(rows)
        listed += rows
    numbered = pl.DataFrame(listed, infer_schema_length=None).with_row_index("respondent", 1)
    whole = pl.col(pl.Int64, pl.UInt32).cast(pl.Int16)
    return numbered.with_columns(whole).select("respondent", *_asked_columns())


def _asked_columns() -> list[str]:
    """Return the columns in the order of the questionnaire."""
    questions = tomllib.loads(CODEBOOK.read_text("utf-8"))["question"]
    return [column for one in questions for column in one["columns"]]


def make(out: Path) -> None:
    """Write the survey with its codebook inside."""
    metadata = {"cxtui.codebook": CODEBOOK.read_text("utf-8")}
    respondents().write_parquet(out, metadata=metadata, statistics=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "cmo-benchmark-2016.parquet")
