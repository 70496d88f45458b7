"""Detection of columns that belong to one question, and of multiple-response sets among them."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise

import narwhals.stable.v2 as nw

from cxtui.messages import tr
from cxtui.survey.inference.column_values import (
    Column,
    asks_for_text,
    is_named_id,
    merge_spellings,
)
from cxtui.survey.inference.sets.column_blocks import (
    BlockColumn,
    ColumnBlock,
    blocks_by_blanks,
    blocks_by_marks,
    marks_own_option,
)
from cxtui.survey.inference.sets.tick_columns import (
    is_marked,
    marks_of,
    meanings_beside,
    tick_text,
)
from cxtui.survey.inference.ticks import (
    Beside,
    is_chosen,
    is_plain_yes,
    is_unchosen,
)
from cxtui.survey.languages.word_search import find_words
from cxtui.survey.model import ColumnLabel
from cxtui.survey.question import Category, Kind, Question, code_of
from cxtui.text import clean

_NUMBERED = re.compile(r"^(\w{1,6})[.)]\s+(?=\S)")
_STRONG = re.compile(r"\s+(?:[-\u2013]|>+)\s+|:\s+|\s*\[")
_IN_BRACKETS = re.compile(r"^(.+[?\uff1f\u061f])\s*[(\uff08]([^()]+)[)\uff09]$")
_OPTION_FIRST = re.compile(r"^([^:]+):(?=[^\s/])([^:]+[?.:]?)$")
_ITEM_LAST = re.compile(r"^(.+[^.\s])\.(?=[^\W\d_])([^.?]+)$")
_WEAK = re.compile(r"[_.:\[-]|\s+")
_LAST_PATH = re.compile(r"^(.+)/([^/]+)$")
_ROW_AT_END = re.compile(r"^(.*[A-Za-z]?\d)(r\d{1,3})$", re.I)
_CELL = re.compile(r"^(.+\dr\d{1,3})(c\d{1,3})$", re.I)
_CHOSEN = re.compile(r"^(.+?) ?\(choice=(.+)\)$")
_PLACE_AT_END = re.compile(r"[_.]\d+(_TEXT)?$")
_MOST_SPLITS = 50
"""Places where a name is split; a text with more is no question and option, but a page."""

_ENOUGH_TICKS = 3
_FEWEST_SIGNS = 6
_MARK_OR_NOT = 2


def find_blocks(columns: Iterable[Column]) -> tuple[ColumnBlock, ...]:
    """Return blocks of columns: by the file's header, else by their marks or their names."""
    columns = list(columns)
    sizes = Counter(one.label.block for one in columns if one.label)
    by_file: dict[str, list[tuple[Column, ColumnLabel]]] = {}
    alone = []
    for column in columns:
        if column.label and sizes[column.label.block] > 1:
            by_file.setdefault(column.label.block, []).append((column, column.label))
        else:
            alone.append(column)
    blocks = [_labelled_block(block, members) for block, members in by_file.items()]
    runs = list(blocks_by_blanks(alone))
    named = {one.column.name for block in runs for one in block.members}
    runs += blocks_by_marks([one for one in alone if one.name not in named])
    in_runs = {one.column.name for block in runs for one in block.members}
    return (*blocks, *runs, *_blocks_by_name([one for one in alone if one.name not in in_runs]))


def _labelled_block(block: str, members: Sequence[tuple[Column, ColumnLabel]]) -> ColumnBlock:
    start = f"{block}_"
    options = []
    for column, label in members:
        suffix = column.name.removeprefix(start) if column.name.startswith(start) else ""
        code = clean(suffix) or clean(label.option)
        options.append(BlockColumn(column, clean(label.option), code, bool(label.option)))
    wording = members[0][0].wording
    return ColumnBlock(clean(block), wording, tuple(options), worded=True, by_file=True)


def _blocks_by_name(columns: Sequence[Column]) -> Iterator[ColumnBlock]:
    """Yield blocks of names with a common prefix: `q4_1`, `tools - CRM`, `Rank [x]`."""
    shared: Counter[str] = Counter()
    for column in columns:
        shared.update({prefix for prefix, _, _ in _name_splits(column.wording)})
        shared.update(cell[1] for cell in [_CELL.match(column.wording)] if cell)
    whole = {column.wording for column in columns}
    groups: dict[str, list[BlockColumn]] = {}
    worded: set[str] = set()
    for column in columns:
        text = column.wording
        splits = _name_splits(text)
        if is_marked(column) and (cell := _CELL.match(text)):
            splits = [(cell[1], cell[2], False), *splits]
        if (path := _LAST_PATH.match(text)) and path[1] in whole:
            splits = [(path[1], path[2], True), *splits]
        for prefix, suffix, strong in splits:
            if shared[prefix] > 1 or (strong and prefix in whole):
                member = BlockColumn(column, suffix, suffix, strong or not suffix.isdigit())
                groups.setdefault(prefix, []).append(member)
                worded |= {prefix} if strong else set()
                break
    for prefix, members in _join_longer(groups, worded, columns).items():
        bare = prefix.rstrip("_")
        identity = bare
        if members[0].column.label:
            identity = _common_name(members) or members[0].column.block
        yield ColumnBlock(
            bare if identity == prefix else identity, bare, tuple(members), prefix in worded
        )


def _join_longer(
    groups: dict[str, list[BlockColumn]], worded: set[str], columns: Sequence[Column]
) -> dict[str, list[BlockColumn]]:
    """Return the groups with ticks `use_social_x` beside `use_email` in the group `use`."""
    joined = dict(groups)
    places = {column.name: place for place, column in enumerate(columns)}
    for prefix in sorted(groups, key=len, reverse=True):
        shorter = [one for one in joined if one != prefix and _continues(prefix, one)]
        home = max(shorter, key=len, default="")
        if not home or prefix in worded or not _are_same_ticks(joined[home], joined[prefix]):
            continue
        moved = [
            replace(one, option=option, code=option)
            for one in joined.pop(prefix)
            for option in [one.column.wording[len(home) + 1 :]]
        ]
        joined[home] = sorted((*joined[home], *moved), key=lambda one: places[one.column.name])
    return joined


def _continues(longer: str, shorter: str) -> bool:
    return longer.startswith(shorter) and bool(_WEAK.match(longer, len(shorter)))


def _are_same_ticks(some: Sequence[BlockColumn], others: Sequence[BlockColumn]) -> bool:
    """Return whether columns are ticks with the same texts for chosen and not chosen."""
    columns = [one.column for one in (*some, *others)]
    return (
        min(len(some), len(others)) > 1
        and all(map(is_marked, columns))
        and len({frozenset(map(code_of, one.counts)) for one in columns}) == 1
    )


def _common_name(members: Sequence[BlockColumn]) -> str:
    """Return `Q3` for the columns `Q3_1`, `Q3_2`, …, empty where their names have no such stem."""
    names = [_PLACE_AT_END.sub("", one.column.name) for one in members]
    same = len(set(names)) == 1 and names[0] != members[0].column.name
    return clean(names[0]) if same else ""


def _name_splits(text: str) -> list[tuple[str, str, bool]]:
    """Return (question, option, strong separator) splits of a name, the most likely first."""
    found = [(match[1], text[match.end() :], True) for match in [_NUMBERED.match(text)] if match]
    for match in islice(_STRONG.finditer(text), _MOST_SPLITS):
        inside = text.count("(", 0, match.start()) > text.count(")", 0, match.start())
        if inside or ("[" in match[0] and not text.endswith("]")):
            continue
        found.append((text[: match.start()], text[match.end() :].removesuffix("]"), True))
    if text.endswith(")") and (choice := _CHOSEN.match(text)) is not None:
        found.insert(0, (choice[1].strip(), choice[2], True))
    # `Option:Question` as one platform heads its columns, `Question.Item` as another does
    if (first := _OPTION_FIRST.match(text)) and _is_question(first[2]):
        found.append((first[2], first[1], True))
    if (last := _ITEM_LAST.match(text)) and _is_question(last[1]):
        found.append((last[1], last[2], True))
    if (bracketed := _IN_BRACKETS.match(text)) is not None:
        found.append((bracketed[1], bracketed[2], True))
    if " " not in text:  # `group/question/option`, as ODK and Kobo export it
        paths = [place for place, sign in enumerate(text) if sign == "/"]
        last_paths = reversed(paths[-_MOST_SPLITS:])
        found += [(text[:place], text[place + 1 :], False) for place in last_paths]
    if row := _ROW_AT_END.match(text):
        found.append((row[1], row[2], False))
    weak = _WEAK.finditer(text) if text.count(" ") <= 1 else ()
    for match in reversed(deque(weak, maxlen=_MOST_SPLITS)):
        prefix = text[: match.start()]
        if " " not in prefix:
            found.append((prefix, text[match.end() :].removesuffix("]"), False))
    return [(prefix, suffix, strong) for prefix, suffix, strong in found if prefix and suffix]


def _is_question(text: str) -> bool:
    """Return whether a text has several words; scripts other than Latin write them with less."""
    return text.count(" ") > 1 or (len(text) >= _FEWEST_SIGNS and not text[0].isascii())


def find_response_set(block: ColumnBlock) -> Question | None:
    """Return the multiple-response question of a block, `None` if it has none.

    A column belongs to the set if its cells hold one mark, are empty, or say "not chosen", "not
    asked" or why there is no answer.
    """
    marked = [one for one in block.members if one.option and is_marked(one.column)]
    positions = _positions(block)
    items = positions or _set_members(block, marked)
    if not any(one.column.counts for one in items):
        return None
    answers = dict.fromkeys(code_of(value) for one in items for value in one.column.counts)
    beside = {
        code_of(value): what
        for one in items
        if not positions and not marks_own_option(one)
        for value, what in meanings_beside(one.column).items()
    }
    own = {text for one in items if (text := _lone_text(one))}
    unchosen = tuple(text for text in answers if is_unchosen(text) and text not in own)
    unasked = tuple(text for text, what in beside.items() if what is Beside.UNASKED)
    uses = Counter(one.code for one in items)
    codes = [one.code if uses[one.code] == 1 else clean(one.column.name) for one in items]
    categories = tuple(map(Category, codes, map(_option_label, items)))
    reasons = _reasons([text for text in beside if text not in unasked], codes)
    reason = tr("multiple response: {} columns asked together with one mark each", len(items))
    for message, texts in (
        (", {} for not chosen", unchosen),
        (", {} for not asked", unasked),
        (", {} for no answer", tuple(text for one in reasons for text in one.texts)),
    ):
        if listed := [text for text in texts if text in answers]:
            reason += tr(message, ", ".join(map(repr, listed)))
    columns = tuple(one.column.name for one in items)
    categories = (*categories, *reasons)
    question = Question(block.id, block.label, Kind.MULTI, columns, categories, guess=reason)
    coded = [text for text in beside if text.lstrip("-").isdigit()]
    if coded:
        message = "; undecided: what {} mean; `missing` and `unasked` in the codebook set it"
        question = replace(question, guess=reason + tr(message, ", ".join(map(repr, coded))))
    return replace(question, unchosen=unchosen, unasked=unasked, undecided=bool(coded))


def _lone_text(member: BlockColumn) -> str:
    """Return the only text of a column whose option it repeats: `No` below the option `No`."""
    column = member.column
    is_own = column.is_text and len(column.counts) == 1 and marks_own_option(member)
    return code_of(next(iter(column.counts))) if is_own else ""


def _reasons(texts: Sequence[str], taken: Sequence[str]) -> tuple[Category, ...]:
    """Return texts as missing categories, under codes that the options do not have."""
    found = []
    for one in merge_spellings(dict.fromkeys(texts, 1)).values():
        code = f"missing {one.code}" if one.code in taken else one.code
        spelled = tuple(dict.fromkeys(text for text in one.texts if text != code))
        found.append(Category(code, one.label, missing=True, spellings=spelled))
    return tuple(found)


def _set_members(block: ColumnBlock, marked: Sequence[BlockColumn]) -> list[BlockColumn]:
    """Return the columns that are the options of a set, in file order; empty if it is not a set."""
    own = {
        one.column.name
        for one in marked
        if one.worded and (marks_own_option(one) or marks_own_option(_without_words_before(one)))
    }
    ticks = {one.column.name for one in marked if tick_text(one.column)}
    empty = {
        one.column.name
        for one in block.members
        if one.option and not one.column.counts and not asks_for_text(one.option)
    }
    if own and len(own | empty) > 1:
        return [one for one in block.members if one.column.name in own | empty]
    marked = [one for one in marked if not is_named_id(one.column.name)]
    options = [one for one in block.members if not _is_comment(one)]
    answered = [one for one in options if one.column.counts]
    if len(marked) < len(answered) or not _has_unchosen(marked):
        return []
    in_ticks = [one.column for one in marked if one.column.name in ticks]
    tick_texts = set(map(tick_text, list(filter(marks_of, in_ticks)) or in_ticks))
    if len(ticks) == len(marked):
        plain = any(map(is_plain_yes, tick_texts))
        sure = not plain or all(one.column.dtype == nw.Boolean for one in marked)
        sure = sure or any(meanings_beside(one.column) for one in marked)
        sure = sure or block.by_file or all(one.column.wording.endswith("]") for one in marked)
        enough = 2 if sure else _ENOUGH_TICKS
        return options if len(tick_texts) == 1 and len(marked) >= enough else []
    texts = [code_of(value) for one in marked for value in marks_of(one.column)]
    has_own_text = all(one.column.is_text for one in marked) and len(set(texts)) == len(marked)
    return options if has_own_text and len(marked) > 1 and not block.worded else []


def _without_words_before(member: BlockColumn) -> BlockColumn:
    """Return a column whose option is without `Selected Choice - ` before it, in any language."""
    return replace(member, option=member.option.rpartition(" - ")[2])


def _is_comment(member: BlockColumn) -> bool:
    """Return whether a column holds the text of respondents who chose "other"."""
    asks = bool(find_words("other_box", member.option)) or asks_for_text(member.option)
    return asks and member.column.is_text and len(member.column.counts) > _MARK_OR_NOT


def _positions(block: ColumnBlock) -> list[BlockColumn]:
    """Return the columns of which each is marked by a number of its own: 1, 2, 3, …; else none.

    The numbers are the options' codes, or rise. A column of texts for "other" is left out.
    """
    options = [
        one
        for one in block.members
        if one.option and not (one.column.is_text and find_words("other_box", one.option))
    ]
    marks: list[list[str]] = []
    for one in options:
        texts = map(code_of, one.column.counts)
        found = list(islice((text for text in texts if not is_unchosen(text)), 2))
        if len(found) > 1:
            return []
        marks.append(found)
    given = [
        (int(found[0]), one.code.lstrip("0"))
        for one, found in zip(options, marks, strict=True)
        if found and found[0].isdecimal()
    ]
    numbers = [number for number, _ in given]
    rising = all(first < second for first, second in pairwise(numbers))
    coded = all(str(number) == code for number, code in given)
    single = len(given) == sum(map(bool, marks))
    is_set = single and len(given) >= _ENOUGH_TICKS and (rising or coded)
    return options if is_set and _has_unchosen(options) else []


def _has_unchosen(members: Sequence[BlockColumn]) -> bool:
    """Return whether any column has unmarked cells, as options of a choice do."""
    columns = [one.column for one in members]
    return any(one.rows > one.answered or len(one.counts) > 1 for one in columns) and (
        max(one.rows for one in columns) > 1
    )


def _option_label(member: BlockColumn) -> str:
    marks = marks_of(member.column)
    text = clean(code_of(marks[0])) if marks else ""
    return member.option if not text or is_chosen(text) or text.isdigit() else text
