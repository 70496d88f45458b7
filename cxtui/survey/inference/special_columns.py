"""Detection of the role, wave, banner and weight by names, labels and values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cxtui.messages import tr
from cxtui.survey.inference.answer_order import is_graded, plain
from cxtui.survey.inference.column_values import Column, name_words
from cxtui.survey.inference.multiple_answers import OTHER_ANSWERS
from cxtui.survey.question import Category, Kind, Question, code_of

_WEIGHT = name_words(
    "weight weights weighting wgt wgts wt wts pond ponderation poids gewicht weging peso "
    "pweight dweight anweight finalwt perwt hhwt wtssall wtssps"
)
_NAME_WORDS = 3
_WEIGHT_LABEL = re.compile(
    r"^(the )?(survey|sampl(e|ing)|design|household|person|individual|respondent|population"
    r"|post-?stratification|cross-?sectional|longitudinal|calibrat\w+|raking|analysis|probability"
    r"|non-?response) (adjusted |adjustment )?weights?\b"
    r"|^weight(ing)? (variable|factor|result|coefficient)s?\b"
)
_ANY_WEIGHT = re.compile(r"^(?!.*\b(your|body|birth)\b).*\bweight(ing factor)?$")
_AROUND_ONE = (0.2, 5.0)
_NO_WEIGHT = name_words("base n count counts percent pct total sum mean")
_FIRST_STAGE = re.compile(r"\b(design|base|household|sampling)\b")
_BODIES, _BODY_RANGE = (30.0, 260.0), 8.0
_WAVE = name_words("wave waves year round edition vague welle jahr annee jaar")
_NO_WAVE = name_words("birth born since start end of")
_WAVES = range(2, 41)
_YEAR_DIGITS = 4
_WAVE_TEXT = re.compile(r"^\D{0,12}\d{1,4}([-/ ]?[QqHhWw]?\d{1,2}){0,2}$")

_ROLE_NAMES = name_words(
    "role roles job function department position title profession occupation fonction beruf"
)
_ROLE_LABEL = re.compile(
    r"\b(your|job|current|primary|main) (\w+ )?"
    r"(role|function|title|position|occupation|profession)\b"
    r"|\b(defines|describes) your (\w+ )?(role|job|work)\b|\bkind of user\b|\btype of user\b"
    r"|\bwhich department\b|\byour department\b|\bdescribes you\b"
)
_OCCUPATION = re.compile(
    r"\b(engineers?|developers?|development|scientists?|analysts?|managers?|designers?|architects?"
    r"|teachers?|students?|researchers?|officers?|directors?|consultants?|assistants?|marketers?"
    r"|lecturers?|devops|sysadmins?|admins?|administrators?|accountants?|executives?|nurses?)\b"
)
_ROLES = range(2, 16)
_GROUP, _SHARED, _MOSTLY = 5, 3, 0.8

_BANNERS: tuple[tuple[str, str], ...] = (
    ("segment segmentation persona customer_type", r"\bsegment"),
    ("age age3 age4 agegroup ageband agecat", r"\byour age\b|\bhow old\b|^age\b"),
    ("gender sex geschlecht sexe genre", r"\byour (gender|sex)\b|^gender\b"),
    ("region country area census locality", r"\bregion\b|\bwhich country\b|\bwhat country\b"),
    ("education educ educ3 educ4 degree", r"\beducation\b"),
    ("income hhincome", r"\bincome\b"),
    ("ethnicity race race2 racethn4", r"\bethnic|\brace\b"),
    ("kids children", r"\bchildren\b"),
    ("orientation", r"\bsexual orientation\b"),
    ("size employees headcount company_size", r"\bhow many (employees|people work)\b"),
    ("membership member tier", r"\bmembership level\b"),
    ("industry sector", r"\bindustry\b|\bsector\b"),
)
_BANNER_CATEGORIES = range(2, 9)
_ANY_CATEGORIES = range(2, 7)
_SOLID = 30
_SHORT_LABEL = 60


def find_weights(columns: Iterable[Column]) -> list[tuple[str, str]]:
    """Return (column, reason) of possible weights, the most likely first.

    "household weight" is the wording of a weight, "your weight" is not.
    """
    found = []
    for column in filter(lambda one: one.is_number, columns):
        named = name_words(column.name)
        wording = plain(column.wording) if column.label else ""
        is_labelled, ends_so = _WEIGHT_LABEL.search(wording), _ANY_WEIGHT.match(wording)
        by_name = len(named) <= _NAME_WORDS and _is_weight_name(named)
        if not (by_name or ((is_labelled or ends_so) and not column.whole_numbers)):
            continue
        mean = _mean(column)
        if not (by_name or is_labelled or _AROUND_ONE[0] <= mean <= _AROUND_ONE[1]):
            continue
        if not column.rows:
            found.append((0, column.name, tr("named like a weight; nobody has answered yet")))
        elif len(column.counts) > 1 and mean > 0 and not _is_body_weight(column, mean):
            message = "{!r} ({}) is labelled as a weight and holds numbers around {:.3g}"
            if by_name:
                message = "{0!r} is named like a weight and holds numbers around {2:.3g}"
            reason = tr(message, column.name, wording, mean)
            # of several weights, the final one includes all adjustments
            is_first = _FIRST_STAGE.search(wording) or "dweight" in named
            gaps = 2 * (column.rows - column.answered) + bool(is_first)
            found.append((gaps, column.name, reason))
    return [(name, reason) for _, name, reason in sorted(found, key=lambda one: one[0])]


def _mean(column: Column) -> float:
    total = sum(float(value) * n for value, n in column.counts.items())
    return total / column.answered if column.answered else 0.0


def _is_body_weight(column: Column, mean: float) -> bool:
    """Return whether numbers are body weights: few decimals, a mean of 30 to 260, none near 1."""
    low, high = min(column.counts), max(column.counts)
    short = all(round(float(value), 1) == float(value) for value in column.counts)
    return short and _BODIES[0] <= mean <= _BODIES[1] and low > 1 and high < _BODY_RANGE * low


def _is_weight_name(named: frozenset[str]) -> bool:
    is_weight = named & _WEIGHT or any(
        word.startswith(("weight", "gewicht")) or word.endswith(("wght", "wgt")) for word in named
    )
    return bool(is_weight) and not named & _NO_WEIGHT


def is_wave_column(column: Column) -> bool:
    """Return whether a column holds the waves of a repeated survey."""
    if not is_named_wave(column.name):
        return False
    if column.is_number and not column.whole_numbers:
        return False
    texts = {value[:4] if column.is_date else code_of(value) for value in column.counts}
    return len(texts) in _WAVES and all(_WAVE_TEXT.match(text) for text in texts)


def is_named_wave(name: str) -> bool:
    """Return whether a column's name means a wave, a round or a year."""
    named = name_words(name)
    return len(named) <= _NAME_WORDS and bool(named & _WAVE) and not named & _NO_WAVE


def order_waves(categories: Iterable[Category]) -> tuple[Category, ...]:
    """Return the categories of a wave in order of time: by year, then by number."""
    return tuple(sorted(categories, key=lambda one: wave_sort_key(one.code)))


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
            return question.id, tr("{!r} is named like a role", name)
    asked = [
        (sum(bases[question.id].values()), question.id, found[0])
        for question in plausible
        if (found := _ROLE_LABEL.search(plain(question.label)))
    ]
    if not asked:
        return "", ""
    # of several, the one with most answers: others are about a role in something specific
    _, identity, wording = max(asked, key=lambda one: one[0])
    return identity, tr("the wording asks for a role ({!r})", wording)


def find_overlapping_roles(questions: Iterable[Question]) -> tuple[str, str]:
    """Return the id of a multiple response on the respondent's jobs and the reason, empty if none.

    Used where no single-choice question is the role; without wording the answers decide.
    """
    for question in questions:
        labels = [plain(one.label) for one in question.categories if not one.missing]
        if question.kind is not Kind.MULTI or len(labels) not in _ROLES:
            continue
        identity, wording = question.id, _ROLE_LABEL.search(plain(question.label))
        if _is_role_name(identity):
            message = "{!r} is named like a role, and several of them can be given"
            return identity, tr(message, identity)
        if wording:
            message = "{!r} asks for a role ({!r}), and several of them can be given"
            return identity, tr(message, identity, wording[0])
        if sum(bool(_OCCUPATION.search(label)) for label in labels) >= _MOSTLY * len(labels):
            message = "{!r} has answers that are occupations, and several of them can be given"
            return identity, tr(message, identity)
    return "", ""


def _is_role_name(name: str) -> bool:
    return len(name_words(name)) <= _NAME_WORDS and bool(name_words(name) & _ROLE_NAMES)


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
    named = [
        (one.id, names.split()[0])
        for names, label in _BANNERS
        for one in singles
        if len(bases[one.id]) in _BANNER_CATEGORIES and _is_named(one, names, label)
    ]
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


def _is_named(question: Question, names: str, label: str) -> bool:
    wanted = {*names.split(), *(word.rstrip("0123456789") for word in names.split())}
    own = name_words(question.id)
    by_name = len(own) <= _NAME_WORDS and own & wanted
    is_short = len(question.label) <= _SHORT_LABEL
    return bool(by_name or (is_short and re.search(label, plain(question.label))))
