"""One survey under any names: the same respondents with plain and with hostile names."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import cycle

import hypothesis.strategies as st
import polars as pl

from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Category, Item, Kind, Net, Question
from cxtui.text import clean
from tests.making import survey_of

FRAGMENTS = (
    *(">", " > ", "a>b", ":", ": ", ".", "1.1", ",", ", ", "=", "!=", "<", ">=", " or ", " minus "),
    *('"', "'", "\\", "-", "--by", "–", "|", "`", "*", "^x$", "$", "%", "{}", "(", "[red]", "[/]"),
    *("<b>", "&amp;", "#", "_", "__n", "__row", "__b0", "__0", "__w", "__q_0", "__everyone"),
    *("0", "7", "07", "1e3", "nan", "null", "true", "missing", "all", "Total", "Base (n)", "rest"),
    *("שלום", "مرحبا", "日本", "é", "e\u0301", "👩‍👩‍👧", "ß", "İ", "+", ";", "/", "~", "@", "?"),
)
NAMES = st.builds(
    "".join,
    st.lists(
        st.sampled_from([*FRAGMENTS, "x", "y", " "])
        | st.characters(codec="utf-8", exclude_categories=("Cn", "Co", "Cs")),
        max_size=4,
    ),
)
"""Texts that mean something to a parser, a markup or an engine, and any others."""

PLAIN = re.compile(r"Zq\d{3}z")
"""How the plain names look: nothing else in an output does."""


@dataclass
class Names:
    """The plain names, and the other name of each."""

    others: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, number: int) -> str:
        plain = f"Zq{number:03}z"
        return self.others.get(plain, plain)

    def translated(self, text: str) -> str:
        """A text with plain names, with the other names in it instead."""
        return PLAIN.sub(lambda found: self.others.get(found[0], found[0]), text)


PARTED = range(217, 220)
IDS, CODES, LABELS, COLUMNS = range(100, 120), range(200, 260), range(300, 390), range(400, 430)


def named_by(pool: list[str]) -> Names:
    """Names from a few texts for everything in the survey, none twice where they have to differ."""
    others: dict[str, str] = {}
    for numbers in (IDS, CODES, LABELS, COLUMNS):
        taken = {"", "w"}
        more = cycle(FRAGMENTS)
        for place, number in enumerate(numbers):
            name = ""
            longer = pool[place % len(pool)]
            while name in taken:
                name = clean(longer.replace(";", ",") if number in PARTED else longer)
                longer += next(more)
            taken.add(name)
            others[f"Zq{number:03}z"] = name
    return Names(others)


HOSTILE_NAMES = st.builds(named_by, st.lists(NAMES, min_size=1, max_size=10))
"""Other names for everything in the survey."""


RESPONDENTS = 240


@dataclass
class Renamed:
    """The survey of these tests under some names, and the views that are asked of it."""

    names: Names

    @property
    def questions(self) -> tuple[Question, ...]:
        """One of each kind, with every way in which its answers can stand in the file."""
        n = self.names

        def categories(
            code: int, *scores: float | None, missing: bool = False
        ) -> tuple[Category, ...]:
            return tuple(
                Category(n(code + at), n(code + at + 100), missing and at == len(scores) - 1, score)
                for at, score in enumerate(scores)
            )

        def ask(number: int, kind: Kind, *columns: int, **more: object) -> Question:
            names = tuple(n(column) for column in columns)
            return Question(n(number), n(number + 280), kind, names, **more)  # type: ignore[arg-type]

        periods = tuple(Category(one, one) for one in ("2015-01", "2016-01", "2017-01"))
        goal = categories(208, 1.0, 2.0, 3.0, 4.0, None, missing=True)
        tools = categories(213, None, None, None, None)
        apps = tuple(Category(n(217 + at), n(317 + at)) for at in range(3))
        return (
            ask(100, Kind.SINGLE, 400, categories=categories(200, None, None, None)),
            ask(101, Kind.SINGLE, 401, categories=categories(203, None, None, None)),
            ask(102, Kind.SINGLE, 402, categories=categories(206, None, None)),
            ask(
                103,
                Kind.SCALE,
                403,
                categories=goal,
                nets=(Net(n(240), n(340), (n(208), n(209))),),
            ),
            ask(
                104,
                Kind.MULTI,
                *(404, 405, 406, 407),
                categories=tools,
                unchosen=("0",),
                nets=(
                    Net(n(241), n(341), (n(213), n(214))),
                    Net(n(242), n(342), (n(213),), (n(215), n(216))),
                ),
            ),
            ask(105, Kind.MULTI, 408, categories=apps, delimiter=";"),
            ask(106, Kind.SINGLE, *(409, 410, 411), categories=categories(220, None, None, None)),
            ask(
                107,
                Kind.GRID,
                *(412, 413),
                categories=categories(225, 1.0, 2.0, 3.0, None, missing=True),
                items=(Item(n(223), n(323)), Item(n(224), n(324))),
            ),
            ask(108, Kind.NUMERIC, 414, categories=(Category("998", n(345), missing=True),)),
            ask(109, Kind.DATE, 415, categories=periods),
            ask(110, Kind.TEXT, 416),
        )

    @cached_property
    def survey(self) -> Survey:
        """The respondents, answer for answer the same under all names."""
        n, draw = self.names, random.Random(7)
        rows = []
        for _ in range(RESPONDENTS):
            wave = draw.randrange(3)
            goal = draw.choice([0, 1, 2, 3, 4, None])
            role = draw.randrange(3)
            several = [draw.choice([0, 1, None]) for _ in range(4)]
            apps = draw.sample(range(3), draw.randrange(3))
            one = draw.choice([0, 1, 2, None])
            rows.append(
                {
                    n(400): n(200 + wave),
                    n(401): n(203 + role),
                    n(402): n(206 + draw.randrange(2)),
                    n(403): None if goal is None or (wave == 0 and goal == 2) else n(208 + goal),
                    **{n(404 + at): tick for at, tick in enumerate(several)},
                    n(408): ";".join(n(217 + app) for app in apps) or None,
                    **{n(409 + at): int(at == one) or None for at in range(3)},
                    n(412): n(225 + draw.randrange(4)),
                    n(413): draw.choice([n(225), n(226), None]),
                    n(414): draw.choice([1.5, 20.0, 37.0, 998.0, None]),
                    n(415): datetime.date(2015 + wave, 1, 3),
                    n(416): draw.choice(["words", "more words", None]),
                    n(420): draw.choice([0.5, 1.0, 1.75]),
                    n(421): draw.choice(["north", "south"]),
                }
            )
        kinds: dict[str, type[pl.DataType]] = dict.fromkeys(
            (n(number) for number in (*range(400, 404), 408, *range(412, 414), 416, 421)), pl.String
        )
        kinds |= dict.fromkeys(
            (n(number) for number in (404, 405, 406, 407, 409, 410, 411)), pl.Int8
        )
        kinds |= {n(414): pl.Float64, n(415): pl.Date, n(420): pl.Float64}
        codebook = Codebook(role=n(101), wave=n(100), strata=(n(421),))
        return survey_of(rows, self.questions, kinds, codebook)
