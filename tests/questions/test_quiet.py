"""Quiet hours as people word them."""

from datetime import time

import pytest

from bot.questions import Intent, QuietWish
from tests.questions.reading import read

EVENING = QuietWish("set", time(20), time(7))
NIGHT = QuietWish("set", time(21), time(7))
SHOW, OFF = QuietWish("show"), QuietWish("off")


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("don't disturb me between 20:00 and 7:00", EVENING),
        ("Please do not disturb me from 8 pm to 7 am", EVENING),
        ("no messages between 8pm and 7am please", EVENING),
        ("dont text me after 20h until 7h", EVENING),
        ("quiet hours 20:00-07:00", EVENING),
        ("set my quiet hours to 8 in the evening to 7 in the morning", EVENING),
        ("change quiet hours to 10 to 6", QuietWish("set", time(22), time(6))),
        ("mute alerts from 22:30 to midnight", QuietWish("set", time(22, 30), time(0))),
        ("between 20:00 and 7:00 don’t bother me", EVENING),
        ("do not disturb me at night", NIGHT),
        ("what are my quiet hours?", SHOW),
        ("turn off quiet hours", OFF),
        ("you can message me at any time", OFF),
        ("não me incomode entre 20h e 7h", EVENING),
        ("não me mande mensagens das 20:00 às 7:00", EVENING),
        ("sem avisos das 8 da noite às 7 da manhã", EVENING),
        ("mude o horário de silêncio para 20h às 7h", EVENING),
        ("não me incomode à noite", NIGHT),
        ("à noite não me avise", NIGHT),
        ("qual é o meu horário de silêncio?", SHOW),
        ("desligue o horário de silêncio", OFF),
        ("pode me avisar a qualquer hora", OFF),
        ("no me molestes entre las 20:00 y las 7:00", EVENING),
        ("no molestar de 20:00 a 7:00", EVENING),
        ("no me envíes mensajes desde las 8 de la noche hasta las 7 de la mañana", EVENING),
        ("cambia mis horas de silencio a 20:00-7:00", EVENING),
        ("no me molestes por la noche", NIGHT),
        ("¿cuáles son mis horas de silencio?", SHOW),
        ("quita las horas de silencio", OFF),
        ("puedes avisarme a cualquier hora", OFF),
    ],
)
def test_quiet_hours_are_read_in_the_words_people_have_for_them(text: str, wish: QuietWish) -> None:
    question = read(text)
    assert (question.intent, question.quiet) == (Intent.QUIET, wish)


@pytest.mark.parametrize(
    "text",
    [
        "no messages about 4711 please",
        "no more alerts please",
        "não me avise mais do 4711",
        "no me avises más",
        "orders between 20 and 27 July",
        "don't disturb me between 7 and 7",
        "deliveries from 8 to 10",
    ],
)
def test_what_only_sounds_like_it_is_left_alone(text: str) -> None:
    assert read(text).intent is not Intent.QUIET
