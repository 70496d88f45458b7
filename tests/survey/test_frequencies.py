"""Answers that say how often, in every language: a scale from the rarest to the most frequent."""

from __future__ import annotations

import random

import pytest

from cxtui.survey.inference.scales import find_scale

OFTEN = {
    "en": "Never | Less often | Once or twice a month | 2-3 times a month | Once a week "
    "| 3-4 times a week | Almost every day | Several times a day",
    "en twice": "Less than once a year | Every other month | Every two weeks | Twice a week",
    "de": "Nie | Seltener als einmal im Monat | Einmal im Monat | Ein paar Mal im Monat "
    "| Einmal pro Woche | Mehrmals pro Woche | Täglich | Mehrmals täglich",
    "fr": "Jamais | Moins d'une fois par mois | Une fois par mois | Plusieurs fois par mois "
    "| Une fois par semaine | Quelques fois par semaine | Tous les jours",
    "es": "Nunca | Menos de una vez al mes | Entre una vez al mes y una vez por semana "
    "| Algunas veces por semana | Una vez al día | Una vez al día o más",
    "it": "Mai | Meno di una volta al mese | Qualche volta al mese | Una volta alla settimana "
    "| Ogni giorno | Più volte al giorno",
    "pt": "Nunca | Uma vez por mês | Algumas vezes por mês | Uma vez por semana | Todos os dias",
    "nl": "Nooit | Minder dan één keer per maand | Enkele keren per maand | Eén keer per week "
    "| Elke dag | Meerdere keren per dag",
    "sv": "Aldrig | Mindre än en gång i månaden | Några gånger i månaden | En gång i veckan "
    "| Varje dag | Flera gånger om dagen",
    "pl": "Nigdy | Rzadziej niż raz w miesiącu | Kilka razy w miesiącu | Raz w tygodniu "
    "| Codziennie | Kilka razy dziennie",
    "ru": "Никогда | Реже одного раза в месяц | Несколько раз в месяц | Раз в неделю "
    "| Каждый день | Несколько раз в день",
    "tr": "Hiçbir zaman | Ayda birden az | Ayda birkaç kez | Haftada bir | Her gün",
    "ja": "まったくない | 月に1回未満 | 月に数回 | 週に1回 | 毎日 | 1日に数回",
    "zh": "从不 | 每月少于一次 | 每月几次 | 每周一次 | 每天 | 每天多次",
    "ko": "한 달에 한 번 미만 | 한 달에 몇 번 | 일주일에 한 번 | 매일 | 하루에 여러 번",
    "ar": "أبدا | أقل من مرة في الشهر | عدة مرات في الشهر | مرة في الأسبوع | يوميا",
    "hi": "कभी नहीं | महीने में एक बार से कम | महीने में कई बार | सप्ताह में एक बार | दिन में कई बार",
}


@pytest.mark.parametrize("language", OFTEN)
def test_frequencies_are_in_order(language: str, seed: int) -> None:
    texts = OFTEN[language].split(" | ")
    shuffled = random.Random(seed).sample(texts, len(texts))
    scale = find_scale(shuffled)
    assert scale is not None
    assert sorted(texts, key=scale.scores.__getitem__) == texts


@pytest.mark.parametrize(
    "texts",
    [
        ["A weekly newspaper", "A daily newspaper", "A monthly magazine of my own choice", "Radio"],
        ["2 hours a day", "Five days", "The year of my birth", "Once upon a time"],
        ["Each of my days at work is full", "A month ago", "Some weeks before the elections"],
    ],
)
def test_other_words_of_time_are_no_frequencies(texts: list[str]) -> None:
    assert find_scale(texts) is None
