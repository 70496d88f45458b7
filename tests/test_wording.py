"""Texts for a user use the words of survey research, one word for one thing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cxtui.cli.command_line import main

TOP = Path(__file__).parents[1]
FORBIDDEN = {
    "respondent": r"whoever|somebody|nobody(?! in the base| answered \{\})"
    r"|who is (let in|compared|kept)",
    "exclude": r"leav(e|es|ing) aside|left aside",
    "auto-detected": r"\b(a|is|was) guess(ed)?\b|told apart",
    "change": r"(?<!strong )\blifts?\b|\{\} on \{\}:",
    "weighted": r"\bweighed\b",
    "significant": r"not distinguishable",
    "missing": r"(is|are) gone|^gone\b",
    "cached": r"\bremembered\b",
    "overall test": r"whole table test",
    "linearized": r"linearisation",
    "95%": r"\d %(?! of)",
    "enter applies": r"enter (takes|goes there)",
    "verb of action": r"stands? for|is taken for|no view was left",
}
"""Words that no text may have, by the word that is said instead."""

_PATTERN = re.compile("|".join(f"(?:{one})" for one in FORBIDDEN.values()), re.IGNORECASE)
_WORDS_OF_SURVEYS = (
    "cxtui/survey/languages",
    "cxtui/survey/inference/missing_words.py",
    "cxtui/sources/null_words.py",
)
"""Words that are recognized in surveys, not said by cxtui."""


_ON_TESTS = re.compile(r"\bholds? up\b", re.IGNORECASE)
"""Not significant, in the words of a brief, which is for people who read no statistics."""
_OF_BRIEFS = "cxtui/work/brief"


def texts_of(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module with their lines, without docstrings."""
    tree = ast.parse(file.read_text("utf-8"))
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node.lineno, str(node.value)  # type: ignore[attr-defined]


def _is_forbidden(text: str, place: str) -> bool:
    is_of_brief = place.startswith(_OF_BRIEFS)
    return bool(_PATTERN.search(text) or (not is_of_brief and _ON_TESTS.search(text)))


def test_no_text_of_the_program_has_a_forbidden_word() -> None:
    """Screens, help, options and errors."""
    found = [
        f"{file.relative_to(TOP)}:{line}: {text!r}"
        for file in sorted((TOP / "cxtui").rglob("*.py"))
        if not str(file.relative_to(TOP)).startswith(_WORDS_OF_SURVEYS)
        for line, text in texts_of(file)
        if " " in text.strip() and _is_forbidden(text, str(file.relative_to(TOP)))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "word", ["lift", "Nobody answered", "told apart by", "95 % sure", "whoever"]
)
def test_a_forbidden_word_is_found(word: str) -> None:
    """In any case, within a text."""
    assert _PATTERN.search(f"The {word}.")


def test_the_readme_and_the_manual_have_no_forbidden_word(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    """Line by line, outside of code of the README."""
    assert main(["man"]) == 0
    manual = capsysbinary.readouterr().out.decode()
    readme = re.sub(r"```.*?```", "", (TOP / "README.md").read_text("utf-8"), flags=re.DOTALL)
    found = [line for line in (*manual.splitlines(), *readme.splitlines()) if _PATTERN.search(line)]
    assert not found, "\n".join(found)
