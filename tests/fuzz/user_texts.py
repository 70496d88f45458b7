"""Fuzz cases of the files that users write beside a survey, and of what the program keeps itself.

Each function gets a source of chance and a folder of its own, and returns `read`.
"""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view import View
from cxtui.errors import CodebookError
from cxtui.session.config import read_config
from cxtui.sources.cache.cache_entries import store_entry
from cxtui.sources.cache.survey_cache import CachePlace, SurveyFacts
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.codebook_json import to_json
from cxtui.survey.derive.codes_lines import Assignment, line_of, read_codes
from cxtui.survey.model import Survey
from cxtui.text import clean
from cxtui.work.open_derived import open_derived
from cxtui.work.plan.plan_text import read_plan
from cxtui.work.plan.planned_tables import planned_tables
from cxtui.work.weighting.targets import read_targets
from tests.fuzz.mutations import damaged
from tests.fuzz.seeds import respondents
from tests.fuzz.structures import restructured
from tests.fuzz.toml_texts import changed_toml

_DERIVE = """\
respondent = "person"
[[question]]
id = "why"
kind = "text"
[[derive]]
id = "camp"
cases = [
  { label = "Ready", when = ["spent>=1.5", "goal=1 or role=Marketing"] },
  { label = "Stuck", when = "spent<1" },
]
rest = "Between"
[[derive]]
id = "aims"
from = "goal"
merge = [{ label = "Low", of = ["1", "2"], score = 1 }]
nets = [{ code = "low", label = "Low", members = ["1"] }]
[[derive]]
id = "bands"
from = "spent"
bands = [1, 2.5]
labels = ["Few", "Some", "Many"]
[[derive]]
id = "pairs"
cross = ["role", "goal"]
[[derive]]
id = "mean"
mean = ["spent", "w"]
least = 1
[[coding]]
id = "why_coded"
question = "why"
codes = [{ code = "1", label = "A reason", key = "a" }, { code = "2", label = "None" }]
coders = ["Ada", "Bo"]
"""
_PLAN = """\
title = "Made"
layout = "stacked"
[banners]
main = ["role", "role>goal"]
[defaults]
banner = "main"
show = ["column", "count"]
level = [95, 90]
hide_under = 30
[[table]]
questions = ["goal", "spent"]
top = 2
hide = ["9"]
low = "blank"
[[table]]
questions = ["*"]
filters = [["role=Marketing"], ["w>=1.5", "goal!=9"]]
weights = ["", "w"]
drop_empty = true
"""
_TARGETS = """\
base = "role"
total = 1000
bounds = [0.3, 3]
[[margin]]
questions = ["role"]
targets = { Marketing = 40, Technology = 60 }
[[margin]]
questions = ["role", "goal"]
targets = { "Marketing, 1" = 10.5, "Technology, 2" = 20 }
"""
_CONFIG = """\
theme = "dark"
[keys]
sort = ["s", "ctrl+s"]
[screens.ranking]
unfold = "u"
[view]
level = 90
correction = "bh"
full = true
"""
_LINES = b"respondent,text_hash,coder,code\n" + b"".join(
    line_of(Assignment(f"r{one}", "0123456789abcdef", coder, codes)).encode()
    for one, coder in enumerate(("Ada", "Bo", "Ada Mc-D"))
    for codes in (("1", "2.5"), ())
)


@cache
def made_survey(folder: Path) -> Survey:
    """Return the survey of the seeds' respondents, without a codebook of its own."""
    respondents().write_parquet(folder / "view.parquet")
    return open_survey(str(folder / "view.parquet"))


def derived(_: str, chance: random.Random, folder: Path) -> str:
    """Open a survey whose codebook derives questions, and count one of them."""
    file = folder / "derived.parquet"
    if not file.exists():
        respondents().with_row_index("person").write_parquet(file)
    text = changed_toml(_DERIVE, chance)
    (folder / "derived.codebook.toml").write_bytes(text.encode(errors="surrogatepass"))
    codes = damaged(_LINES, [_LINES], chance) if chance.random() < 0.5 else _LINES
    (folder / "derived.why.codes.csv").write_bytes(codes)
    survey = open_derived(str(file))
    made = [one.id for one in survey.codebook.derived if survey.codebook.find(one.id)]
    if made:
        tabulate(survey, View(chance.choice(made)))
    return "read"


def codes(_: str, chance: random.Random, __: Path) -> str:
    """Read damaged lines of codes; what is read is read again from what is written of it."""
    found = read_codes(damaged(_LINES, [_LINES], chance))
    again = read_codes("".join(map(line_of, found.lines)).encode())
    assert again.lines == found.lines, "other lines when read again"
    assert all(clean(one.why) == one.why for one in found.cut), found.cut
    return "read"


def plan(_: str, chance: random.Random, folder: Path) -> str:
    """Read a tab plan and find its tables."""
    tables = planned_tables(made_survey(folder), read_plan(changed_toml(_PLAN, chance), "it"))
    assert all((one.view is None) == bool(one.problem) for one in tables)
    return "read"


def targets(_: str, chance: random.Random, __: Path) -> str:
    """Read the targets of a weight."""
    read_targets(changed_toml(_TARGETS, chance), "it")
    return "read"


def config(_: str, chance: random.Random, __: Path) -> str:
    """Read a configuration, whose problems are lines."""
    found = read_config(changed_toml(_CONFIG, chance), "it")
    assert clean(found.problem) == found.problem, found.problem
    return "read"


def cache_entry(_: str, chance: random.Random, folder: Path) -> str:
    """Load a damaged entry of the cache: there is none, as it is removed."""
    survey = made_survey(folder)
    place = CachePlace(folder / "cache", "entry", survey.files, ())
    place.folder.mkdir(exist_ok=True)
    facts = SurveyFacts(survey.codebook, survey.notes, survey.sheets, survey.respondents)
    store_entry(place.folder, place.name, survey.frame.to_native(), to_json(facts))
    (entry,) = place.folder.glob("entry-*.parquet")
    content = entry.read_bytes()
    assert place.survey(survey.location) is not None, "no survey in a whole entry"
    way = restructured("parquet", content, chance) if chance.random() < 0.5 else None
    changed = damaged(content, [content], chance) if way is None else way
    entry.write_bytes(changed)
    found = place.survey(survey.location)
    assert (found is None) == (changed != content), "a damaged entry was believed"
    assert entry.exists() == (found is not None), "a damaged entry was kept"
    entry.unlink(missing_ok=True)
    if found is None:
        raise CodebookError("it is damaged")
    return "read"
