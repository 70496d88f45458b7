"""What `--help` and the manual teach by: command lines that work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

EXAMPLES: Mapping[str, Sequence[str]] = {
    "": (
        "cxtui survey.parquet                       explore it: ? shows the keys",
        "cxtui survey.parquet --by role --wave all  open it on a view",
        "cxtui questions survey.csv                 what it holds, and what was guessed",
        "cxtui table survey.parquet cx_goal --by role --where wave=2016",
        "cxtui table survey.parquet cx_goal --shape tidy -o goal.csv",
        "cxtui table survey.parquet --all -o tables.xlsx   a sheet for each question",
        "cxtui gaps survey.parquet --by role        where the two really differ",
        "cxtui trend survey.parquet cx_goal         what changed from wave to wave",
        "cxtui codebook survey.csv > survey.codebook.toml",
        "cxtui convert survey.xlsx survey.parquet   one file, with its codebook inside",
    ),
    "explore": (
        "cxtui survey.parquet                       on the latest wave, by role",
        "cxtui 'parts/*.parquet' --by seniority     parts of one survey, quoted",
        "cxtui survey.csv --codebook mine.toml      with a codebook from elsewhere",
        "cxtui survey.parquet --resume              where you left it",
        "cxtui sc://localhost/main.surveys.cx       a table at a Spark Connect server",
    ),
    "questions": (
        "cxtui questions survey.csv                 id, kind, wording, answered",
        "cxtui questions survey.csv --format json   for a program",
    ),
    "table": (
        "cxtui table survey.parquet cx_goal --by role --where wave=2016",
        "cxtui table survey.parquet cx_goal --by 'seniority>role' --wave all",
        "cxtui table survey.parquet cx_goal --by industry --where 'budget_share>=30'",
        "cxtui table survey.parquet delivery --net 'Top two=4,5' --correction bh",
        "cxtui table survey.parquet cx_goal --shape tidy -o goal.csv",
        "cxtui table survey.parquet cx_goal --format markdown",
    ),
    "gaps": (
        "cxtui gaps survey.parquet --by role        the widest that hold up come first",
        "cxtui gaps survey.parquet --by wave --wave all",
        "cxtui gaps survey.parquet --level 99 -o gaps.csv",
    ),
    "trend": (
        "cxtui trend survey.parquet cx_goal         each role over the waves",
        "cxtui trend survey.parquet cx_goal --by seniority -o goal-trend.csv",
        "cxtui trend survey.parquet cx_goal --shape chart -o goal-trend.svg",
    ),
    "codebook": (
        "cxtui codebook survey.csv                  what was guessed, and why",
        "cxtui codebook survey.csv > survey.codebook.toml",
    ),
    "convert": (
        "cxtui convert survey.xlsx survey.parquet",
        "cxtui convert 'parts/*.csv' survey.parquet --force",
    ),
    "completion": (
        "source <(cxtui completion bash)            in ~/.bashrc",
        "cxtui completion zsh > ~/.zfunc/_cxtui     where ~/.zfunc is in fpath",
        "cxtui completion fish > ~/.config/fish/completions/cxtui.fish",
    ),
    "man": ("cxtui man | man -l -                       read it here and now",),
}
"""By verb, those of the program itself under `""`; what a line does stands two blanks behind it."""


def epilog(verb: str) -> str:
    """Return the examples of a verb as its help shows them."""
    more = (
        [] if verb else ["", "`cxtui VERB --help` shows the options of each; `cxtui man` has all."]
    )
    return "\n".join(["examples:", *(f"  {line}" for line in EXAMPLES[verb]), *more])
