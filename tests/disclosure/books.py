"""Random small surveys with a codebook, and random views of them that are published together."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

_SCALE = """categories = [
  { code = "1", label = "Bad", score = 1.0 }, { code = "2", label = "Fair", score = 2.0 },
  { code = "3", label = "Good", score = 3.0 }, { code = "4", label = "Best", score = 4.0 },
  { code = "9", label = "Refused", missing = true },
]"""


@dataclass(frozen=True)
class Book:
    """A survey, its codebook, and the options of its views."""

    survey: Path
    codebook: Path
    views: tuple[tuple[str, ...], ...]

    @property
    def plan(self) -> Path:
        """The plan beside the survey."""
        return self.survey.with_name("made.plan.toml")


def make_book(folder: Path, seed: int) -> Book:
    """Write a survey and a plan into a folder."""
    chance = random.Random(seed)
    survey, codebook = folder / "made.parquet", folder / "made.codebook.toml"
    pl.DataFrame(_respondents(chance)).write_parquet(survey)
    codebook.write_text(_codebook(), "utf-8")
    book = Book(survey, codebook, tuple(dict.fromkeys(_views(chance))))
    book.plan.write_text(_plan(book.views), "utf-8")
    return book


def _respondents(chance: random.Random) -> dict[str, list[int | None]]:
    n = chance.randint(30, 220)
    roles, sizes = [6, chance.choice([0, 1, 3]), 3], [5, 2, chance.choice([0, 1])]
    none = chance.choice([0.0, 0.0, 0.05])
    columns: dict[str, list[int | None]] = {}

    def add(name: str, codes: Sequence[int], weights: Sequence[float]) -> None:
        drawn = chance.choices(codes, weights, k=n)
        columns[name] = [None if chance.random() < none else code for code in drawn]

    add("role", [1, 2, 3], roles)
    add("size", [1, 2, 3], sizes)
    add("wave", [2015, 2016], [1, chance.choice([0.1, 1, 2])])
    add("goal", [1, 2, 3, 4], [chance.random() ** 2 + 0.02 for _ in range(4)])
    add("rate", [1, 2, 3, 4, 9], [chance.random() ** 2 + 0.02 for _ in range(5)])
    add("web", [1, 2, 3, 4, 9], [chance.random() ** 2 + 0.02 for _ in range(5)])
    add("shop", [1, 2, 3, 4, 9], [chance.random() ** 2 + 0.02 for _ in range(5)])
    for option in (1, 2, 3):
        share = chance.choice([0.05, 0.4, 0.95])
        columns[f"use_{option}"] = [int(chance.random() < share) for _ in range(n)]
    columns["w"] = [chance.choice([1, 2, 3]) for _ in range(n)]
    return columns


def _codebook() -> str:
    single = [("role", 3, 1), ("size", 3, 1), ("wave", 2, 2015), ("goal", 4, 1)]
    parts = ['role = "role"\nwave = ""\nweight = ""']
    for name, answers, first in single:
        codes = ", ".join(
            f'{{ code = "{code}", label = "{name} {code}" }}'
            for code in range(first, first + answers)
        )
        parts.append(_question(name, "single", f"categories = [{codes}]"))
    parts.append(_question("rate", "scale", _SCALE))
    items = '{ code = "web", label = "Web" }, { code = "shop", label = "Shop" }'
    grid = f'columns = ["web", "shop"]\nitems = [{items}]\n{_SCALE}'
    parts.append(_question("places", "grid", grid))
    codes = ", ".join(f'{{ code = "{one}", label = "use {one}" }}' for one in (1, 2, 3))
    columns = ", ".join(f'"use_{one}"' for one in (1, 2, 3))
    use = f'columns = [{columns}]\nunchosen = ["0"]\ncategories = [{codes}]'
    parts.append(_question("use", "multi", use))
    return "\n\n".join(parts)


def _question(name: str, kind: str, rest: str) -> str:
    return f'[[question]]\nid = "{name}"\nlabel = "{name}"\nkind = "{kind}"\n{rest}'


def _views(chance: random.Random) -> Iterator[tuple[str, ...]]:
    """Yield options as `cxtui table` takes them, the question first."""
    filters = chance.choice(
        [[""], [""], ["", "wave=2016"], ["wave=2015", "wave=2016"], ["role!=2"]]
    )
    banners = chance.choice([["role"], ["role", "size"], ["role>size"], ["use"], ["size"]])
    questions = chance.sample(["goal", "rate", "use", "places", "wave"], chance.randint(1, 3))
    for name in questions:
        for one in filters:
            by = [word for banner in banners for word in ("--by", banner)]
            yield (name, *by, *(["--where", one] if one else []), *_options(chance, name))
            if name in {"rate", "places"} and chance.random() < 0.4:
                yield (name, *by, *(["--where", one] if one else []), "--show", "mean")


def _options(chance: random.Random, name: str) -> Iterator[str]:
    if name == "rate" and chance.random() < 0.5:
        yield "--full"
    if name in {"goal", "use"} and chance.random() < 0.5:
        yield from ("--net", "Any=1,2")
    if name != "places" and chance.random() < 0.3:
        yield from ("--show", chance.choice(["row", "total", "count", "index"]))
    if chance.random() < 0.2:
        yield from ("--base", chance.choice(["asked", "all"]))
    if chance.random() < 0.2:
        yield from ("--weight", "w")


def _plan(views: Sequence[Sequence[str]]) -> str:
    banner = [
        word for option, word in zip(views[0], views[0][1:], strict=False) if option == "--by"
    ]
    names = ", ".join(f'"{one}"' for one in banner)
    return "\n".join([f"[banners]\nmain = [{names}]", *map(_planned, views)])


def _planned(view: Sequence[str]) -> str:
    """Return the same view as a table of a plan."""
    pairs: dict[str, list[str]] = {}
    words = iter(view[1:])
    for word in words:
        pairs.setdefault(word, []).append("" if word == "--full" else next(words))
    lines = ["[[table]]", f'questions = ["{view[0]}"]', 'banner = "main"']
    if "--where" in pairs:
        lines.append(f'filters = [["{pairs["--where"][0]}"]]')
    if "--net" in pairs:
        lines.append(f'net = ["{pairs["--net"][0]}"]')
    lines += [
        f'{one} = "{pairs[f"--{one}"][0]}"' for one in ("show", "base") if f"--{one}" in pairs
    ]
    if "--weight" in pairs:
        lines.append(f'weights = ["{pairs["--weight"][0]}"]')
    return "\n".join([*lines, *(["full = true"] if "--full" in pairs else []), ""])
