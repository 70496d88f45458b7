"""The codes of a question: found in a codebook, begun, and added to."""

from __future__ import annotations

import getpass
import re
from collections.abc import Iterator
from dataclasses import replace

from cxtui.analysis.derive.typed_derivations import free_id
from cxtui.messages import tr
from cxtui.survey.derive.derivation import Code, Derivation, Verb
from cxtui.survey.model import Codebook
from cxtui.survey.question import Question
from cxtui.text import clean, fold

_NO_WORD = re.compile(r"[\W_]+")


def words_alike(text: str) -> str:
    """Return the words of a text without capitals, accents and signs."""
    return " ".join(word for word in _NO_WORD.split(fold(text)) if word)


def coding_of(codebook: Codebook, name: str) -> Derivation | None:
    """Return the coding of this id or of the question of this id, `None` if there is none."""
    codings = [one for one in codebook.derived if one.verb is Verb.CODING]
    return next((one for one in codings if name in {one.id, one.sources[0]}), None)


def new_coding(codebook: Codebook, question: Question) -> Derivation:
    """Return the coding of a question that has none yet; it has no codes."""
    name = free_id(codebook, f"{question.id}_coded")
    label = tr("{} (coded)", question.label)
    return Derivation(name, Verb.CODING, label, question.section, (question.id,))


def coder_name(wished: str = "") -> str:
    """Return the name under which a person's codes are kept: as wished, else the login name."""
    try:
        name = wished or getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may have no name for its user
        name = ""
    kept = re.sub(r"[^\w .@'+\-]+", "_", clean(name)).strip(" @-'+.")
    return kept or "me"


def with_coder(coding: Derivation, coder: str) -> Derivation:
    """Return a coding with one coder more, the last; one that is there stays."""
    return coding if coder in coding.coders else replace(coding, coders=(*coding.coders, coder))


def with_label(coding: Derivation, label: str, key: str = "") -> Derivation:
    """Return a coding with a code of this label; one that is there stays.

    Its code is the next number; without a free `key` it gets the first letter that is free.
    """
    if any(fold(one.label) == fold(label) for one in coding.codes):
        return coding
    numbers = [int(one.code) for one in coding.codes if one.code.isdecimal()]
    code = str(max(numbers, default=0) + 1)
    taken = {one.key for one in coding.codes}
    letters = [key, *_letters(label), *"abcdefghijklmnopqrstuvwxyz0123456789"]
    free = next((one for one in letters if one and one not in taken), "")
    return replace(coding, codes=(*coding.codes, Code(code, label, free)))


def _letters(label: str) -> Iterator[str]:
    """Yield the letters that may be the key of a label: of its words' beginnings first."""
    words = words_alike(label).split()
    yield from (word[0] for word in words)
    yield from (letter for word in words for letter in word[1:])
