"""Detection of the role, wave, banner and weight by names, labels and values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from cxtui.messages import tr
from cxtui.survey.inference.answer_order import is_graded
from cxtui.survey.inference.column_values import Column, name_words, split_words
from cxtui.survey.inference.lists.multiple_answers import OTHER_ANSWERS
from cxtui.survey.languages.language_choice import all_languages, english
from cxtui.survey.languages.lexicon import BannerWords, Lexicon
from cxtui.survey.languages.word_search import find_words, is_called, matcher, uses_name
from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Kind, Question, code_of, is_null
from cxtui.text import clean, fold

_NAME_WORDS = 3
_AROUND_ONE = (0.2, 5.0)
_WEIGHT = name_words("base n count counts percent pct total sum mean")
_FIRST_STAGE = re.compile(r"\b(design|base|household|sampling)\b")
_BODY = re.compile(
    r"\b(kg|kgs|kilos?|kilograms?|kilogrammes?|kilogramm|pounds?|lbs?|stones?|grams?|ounces?|body|birth"
    r"|weigh|height|bmi|korpergewicht|wiegen|pesa)\b|kilogram"
)
"""Words of a quantity that is weighed; a survey's weight has no unit."""

_BODIES, _BODY_RANGE = (30.0, 260.0), 8.0
_WAVES = range(2, 41)
_YEAR_DIGITS = 4
_WAVE_TEXT = re.compile(r"^\D{0,12}\d{1,4}([-/ ]?[QqHhWw]?\d{1,2}){0,2}$")

_NAME_ENDINGS = frozenset(["name", "type", "group", "category", "cat", "code", "s"])
"""Words at the end of a name that do not change what it names: `role_type`."""

_SHORT_NAME = 12
_ROLES = range(2, 16)
_GROUP, _SHARED, _MOSTLY = 5, 3, 0.8

_BANNER_CATEGORIES = range(2, 9)
_ANY_CATEGORIES = range(2, 7)
_SOLID = 30
_SHORT_LABEL = 60


def find_weights(columns: Iterable[Column]) -> list[tuple[str, str]]:
    """Return (column, reason) of possible weights, the most likely first.

    "household weight" is the wording of a weight, "your weight" and kilograms are not: a survey's
    weight has no unit.
    """
    found = []
    numbers = [one for one in columns if one.is_number]
    has_body = any(find_words("body", " ".join(split_words(one.name))) for one in numbers)
    for column in numbers:
        named = name_words(column.name)
        wording = fold(column.wording) if column.label else ""
        is_labelled = find_words("weight", wording)
        ends_so = find_words("may_be_weight", wording)
        spoken = " ".join((*split_words(column.name), wording))
        if find_words("body", spoken):
            continue
        by_name = len(named) <= _NAME_WORDS and _is_weight_name(named)
        if not (by_name or ((is_labelled or ends_so) and not column.whole_numbers)):
            continue
        mean = _mean(column)
        if not (by_name or is_labelled or _AROUND_ONE[0] <= mean <= _AROUND_ONE[1]):
            continue
        if not column.rows:
            found.append((0, column.name, tr("named like a weight; no answers yet")))
        elif len(column.counts) > 1 and mean > 0 and not _is_body_weight(column, mean, has_body):
            message = "{!r} ({}) is labelled as a weight and holds numbers around {:.3g}"
            if by_name:
                message = "{0!r} is named like a weight and holds numbers around {2:.3g}"
            reason = tr(message, column.name, wording, mean)
            # of several weights, the final one includes all adjustments
            is_first = find_words("first_weight", spoken)
            gaps = 2 * (column.rows - column.answered) + bool(is_first)
            found.append((gaps, column.name, reason))
    return [(name, reason) for _, name, reason in sorted(found, key=lambda one: one[0])]


def _mean(column: Column) -> float:
    total = sum(float(value) * n for value, n in column.counts.items())
    return total / column.answered if column.answered else 0.0


def _is_body_weight(column: Column, mean: float, has_body: bool) -> bool:
    """Return whether numbers are body weights: a mean of 30 to 260, none near 1, few decimals.

    Beside another measure of bodies, as their height (`has_body`), they can have many decimals.
    """
    low, high = min(column.counts), max(column.counts)
    short = all(round(float(value), 1) == float(value) for value in column.counts)
    return (
        (short or has_body)
        and _BODIES[0] <= mean <= _BODIES[1]
        and low > 1
        and high < _BODY_RANGE * low
    )


def _is_weight_name(named: frozenset[str]) -> bool:
    return is_called("weight", named) and not is_called("not_weight", named)


def is_wave_column(column: Column) -> bool:
    """Return whether a column holds the waves of a repeated survey."""
    if not is_named_wave(column.name) or _is_worded_otherwise(column):
        return False
    if column.is_number and not column.whole_numbers:
        return False
    texts = {value[:4] if column.is_date else code_of(value) for value in column.counts}
    return len(texts) in _WAVES and all(_WAVE_TEXT.match(text) for text in texts)


def _is_worded_otherwise(column: Column) -> bool:
    """Return whether the label asks for something else: a year of birth, the last job's."""
    words = name_words(column.wording)
    asks = column.label is not None and ("?" in column.wording or len(words) > _NAME_WORDS)
    return any(uses_name("not_wave", words, one) for one in all_languages(column.wording)) or (
        asks and not is_called("wave", words)
    )


def is_named_wave(name: str) -> bool:
    """Return whether a column's name means a wave, a round or a year."""
    named = name_words(name)
    if len(named) > _NAME_WORDS or not is_called("wave", named):
        return False
    return any(
        uses_name("wave", named, one)
        and not any(uses_name("not_wave", named, other) for other in (one, english()))
        for one in all_languages(name)
    )


def order_waves(categories: Iterable[Category]) -> tuple[Category, ...]:
    """Return the categories of a wave in order of time: by year, then by number."""
    return tuple(sorted(categories, key=lambda one: wave_sort_key(one.code)))


def add_missing_waves(codebook: Codebook, values: Iterable[object]) -> Codebook:
    """Return the codebook with all waves among `values`, which a sample may have missed.

    A survey opens on its latest wave, which must not depend on the sample.
    """
    question = codebook.find(codebook.wave)
    if question is None:
        return codebook
    known = {text for category in question.categories for text in category.texts}
    texts = sorted({code_of(value) for value in values if not is_null(value)} - known)
    missed = (
        Category(clean(text), clean(text), spellings=() if clean(text) == text else (text,))
        for text in texts
    )
    completed = replace(question, categories=order_waves([*question.categories, *missed]))
    questions = tuple(completed if one.id == question.id else one for one in codebook.questions)
    return replace(codebook, questions=questions) if texts else codebook


def wave_sort_key(text: str) -> tuple[tuple[int, ...], str]:
    """Return a sort key by which `Q4 2020` precedes `Q1 2021`, and `Wave 2` precedes `Wave 10`."""
    numbers = re.findall(r"\d+", text)
    years = [number for number in numbers if len(number) == _YEAR_DIGITS]
    rest = [number for number in numbers if number not in years]
    return tuple(map(int, years + rest)), text


def find_role(
    questions: Sequence[Question], bases: Mapping[str, Mapping[str, int]]
) -> tuple[str, str]:
    """Return the id of the question on the respondent's job and the reason, empty if none."""
    plausible = [
        one
        for one in questions
        if one.kind is Kind.SINGLE
        and _has_few_groups(bases.get(one.id, {}))
        and not is_graded([*bases.get(one.id, {})])
    ]
    for question in plausible:
        for name in filter(_is_role_name, (question.id, question.label)):
            if not _asks_otherwise(question.label):
                return question.id, tr("{!r} is named like a role", name)
    asked = [
        (sum(bases[question.id].values()), question.id, found)
        for question in plausible
        if (found := find_words("role_asked", question.label))
    ]
    if asked:
        # of several, the one with most answers: others are about a role in something specific
        _, identity, wording = max(asked, key=lambda one: one[0])
        return identity, tr("the wording asks for a role ({!r})", wording)
    named = (one for one in plausible if _are_occupations(list(bases[one.id])))
    identity = next((one.id for one in named), "")
    return identity, tr("{!r} has answers that are occupations", identity) if identity else ""


def find_overlapping_roles(questions: Iterable[Question]) -> tuple[str, str]:
    """Return the id of a multiple response on the respondent's jobs and the reason, empty if none.

    Used where no single-choice question is the role; without wording the answers decide.
    """
    for question in questions:
        labels = [one.label for one in question.categories if not one.missing]
        if question.kind is not Kind.MULTI or len(labels) not in _ROLES:
            continue
        identity = question.id
        if _is_role_name(identity):
            message = "{!r} is named like a role, and several of them can be given"
            return identity, tr(message, identity)
        if wording := find_words("role_asked", question.label):
            message = "{!r} asks for a role ({!r}), and several of them can be given"
            return identity, tr(message, identity, wording)
        if _are_occupations(labels):
            message = "{!r} has answers that are occupations, and several of them can be given"
            return identity, tr(message, identity)
    return "", ""


def _asks_otherwise(label: str) -> bool:
    """Return whether a long label speaks of no role: its wording counts more than its name."""
    words = split_words(label)
    if len(words) <= _NAME_WORDS or find_words("role_asked", label):
        return False
    return not any(one.role_names & {*words} for one in all_languages(label) if one.is_spaced)


def _are_occupations(labels: Sequence[str]) -> bool:
    """Return whether most labels name an occupation, not all of them the same one."""
    found = [words.rstrip("s") for one in labels if (words := find_words("occupations", one))]
    return len(found) >= _MOSTLY * len(labels) > 0 and len(set(found)) > 1


def _is_role_name(name: str) -> bool:
    """Return whether a short name ends in a role: `job_role`, but not `job_contract`."""
    words = [one for one in split_words(name) if not one.isdigit()]
    while len(words) > 1 and words[-1] in _NAME_ENDINGS:
        words.pop()
    if not 0 < len(words) <= _NAME_WORDS:
        return False
    whole = " ".join(words)
    return any(
        whole in one.role_names
        or (words[-1] in one.role_names if one.is_spaced else _contains_name(whole, one))
        for one in all_languages(whole)
    )


def _contains_name(name: str, lexicon: Lexicon) -> bool:
    return len(name) <= _SHORT_NAME and any(one in name for one in lexicon.role_names)


def _has_few_groups(counts: Mapping[str, int]) -> bool:
    """Return whether nearly all respondents are in few groups, besides rare open answers."""
    if len(counts) in _ROLES:
        return True
    groups = [n for n in counts.values() if n >= _GROUP]
    return len(groups) in _ROLES and sum(groups) >= _MOSTLY * sum(counts.values())


def merge_rare_answers(question: Question, bases: Mapping[str, int]) -> Question:
    """Return a role with its rare open answers merged into one category."""
    rare = [one for one in question.categories if bases.get(one.label, _GROUP) < _SHARED]
    if len(rare) < _SHARED or not _has_few_groups(
        {one: n for one, n in bases.items() if n >= _GROUP}
    ):
        return question
    if sum(n for n in bases.values() if n >= _SHARED) < _MOSTLY * sum(bases.values()):
        return question
    texts = tuple(dict.fromkeys(text for one in rare for text in one.texts))
    common = [one for one in question.categories if one not in rare]
    names = {"other", OTHER_ANSWERS.casefold()}
    own = next((one for one in common if one.label.casefold() in names), None)
    merged = own or Category(OTHER_ANSWERS, tr(OTHER_ANSWERS))
    merged = replace(merged, spellings=(*merged.spellings, *texts))
    categories = (*(one for one in common if one is not own), merged)
    message = "; {} answers that one or two gave count together as {!r}"
    guess = question.guess + tr(message, len(rare), merged.label)
    return replace(question, categories=categories, guess=guess)


def find_banner(
    questions: Sequence[Question], bases: Mapping[str, Mapping[str, int]]
) -> tuple[str, str]:
    """Return the id of the best banner where there is no role and the reason, empty if none."""
    singles = [one for one in questions if one.kind is Kind.SINGLE and bases.get(one.id)]
    smallest = {one.id: min(bases[one.id].values()) for one in singles}
    topics = {topic: place for place, topic in enumerate(english().banners)}
    named = [
        (one.id, topic)
        for one in singles
        if len(bases[one.id]) in _BANNER_CATEGORIES
        for topic in _topics_of(one, topics)
    ]
    named.sort(key=lambda pair: topics[pair[1]])
    solid = [(banner, topic) for banner, topic in named if smallest[banner] >= _SOLID]
    fullest = sorted(named, key=lambda pair: -smallest[pair[0]])
    for banner, topic in [*solid, *fullest][:1]:
        message = "no role was found; {!r} is about {} and its smallest group has {:,}"
        return banner, tr(message, banner, tr(topic), smallest[banner])
    rest = [one.id for one in singles if len(bases[one.id]) in _ANY_CATEGORIES]
    if not rest:
        return "", ""
    banner = max(rest, key=smallest.__getitem__)
    message = "no role was found; {!r} has few answers, the rarest of them given by {:,}"
    return banner, tr(message, banner, smallest[banner])


def _topics_of(question: Question, topics: Iterable[str]) -> Iterator[str]:
    """Yield the topics of `banners` that a question's name or short label is about."""
    own, label = name_words(question.id), fold(question.label)
    asked = label if len(question.label) <= _SHORT_LABEL else ""
    languages = tuple(all_languages(f"{question.id} {label}"))
    for topic in topics:
        banner, stems = _banner_of(languages, topic)
        is_named = len(own) <= _NAME_WORDS and not stems.isdisjoint(own)
        is_asked = asked and banner.asked and matcher(banner.asked).search(asked)
        if is_named or question.id in banner.names or is_asked:
            yield topic


@cache
def _banner_of(languages: tuple[Lexicon, ...], topic: str) -> tuple[BannerWords, frozenset[str]]:
    """Return the words of languages for a topic, and its names without digits at their ends."""
    found = [one.banners[topic] for one in languages if topic in one.banners]
    names = frozenset(name for one in found for name in one.names)
    asked = "|".join(one.asked for one in found if one.asked)
    return BannerWords(names, asked), names | {name.rstrip("0123456789") for name in names}
