"""What rooms and phones are told: plain words, nothing that a markup or a voice would obey."""

import re

import pytest
from hypothesis import given, settings

from tests.unit.web.samples import ALERTS, LANGUAGES, alert, mention
from tocsin.domain.alert import Alert
from tocsin.domain.client import Language
from tocsin.domain.outbox import AlertKind
from tocsin.web.call import render_call, spoken, spoken_language
from tocsin.web.chat import render_chat


@settings(deadline=None, max_examples=150)
@given(ALERTS)
def test_any_post_is_plain_lines(any_alert: Alert) -> None:
    post = render_chat(any_alert)
    for line in (post.title, *post.lines):
        assert line.splitlines() == [line]
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x1f]", line)
    brief = render_chat(any_alert, brief=True)
    assert brief.lines == ()
    assert brief.link == post.link


@settings(deadline=None, max_examples=150)
@given(ALERTS)
def test_any_call_is_said_twice_and_holds_no_markup(any_alert: Alert) -> None:
    said = render_call(any_alert)
    assert not re.search(r"[<>&{}\[\]\x00-\x1f]", said)
    assert len(said) < 1_000
    first, second = re.split(r" (?:I repeat|Repito)\. ", said, maxsplit=1)
    assert first == second


def test_a_room_reads_who_has_it_and_nothing_personal() -> None:
    post = render_chat(alert(holders=("Олена Коваль",), answer="https://t.ua/a/AbCdE0123456"))
    assert "Узяли на себе: Олена Коваль." in post.lines
    assert post.link is not None
    assert post.link.host == "t.me"
    assert "AbCdE0123456" not in str(post)


def test_a_room_whose_keeper_may_not_read_more_gets_level_brand_and_link() -> None:
    post = render_chat(alert(mentions=(mention(url="https://t.me/podil/8841"),)), brief=True)
    assert (post.title, post.link.href if post.link else None) == ("КРИЗА · Аврора", "https://t.me/podil/8841")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Tocsin alarm. Crisis: Avrora. Please look at your messages now."),
        ("uk", "Tocsin alarm. Crisis: Avrora. Please look at your messages now."),
        ("es", "Alarma de Tocsin. Crisis: Avrora. Mire sus mensajes ahora, por favor."),
    ],
)
def test_what_a_voice_says(language: Language, said: str) -> None:
    assert render_call(alert(language=language)).startswith(said)


def test_there_is_no_voice_in_ukrainian() -> None:
    assert [spoken_language(one) for one in LANGUAGES] == ["en", "en", "es"]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Щирий Їжак", "Shchyryi Izhak"), ("Пекарні «Аврора»", "Pekarni Avrora"), ("Núñez", "Núñez"),
        ("A<break time='9s'/>B", "A break time '9s' B"), ("\u202e\n", "?"),
    ],
)  # fmt: skip
def test_a_brand_in_letters_that_a_voice_can_say(name: str, letters: str) -> None:
    assert spoken(name) == letters


@pytest.mark.parametrize("kind", [AlertKind.TEST, AlertKind.RESOLVED])
def test_a_call_that_is_no_alarm_says_so(kind: AlertKind) -> None:
    said = render_call(alert(kind=kind, language="en"))
    assert "alarm" not in said
    assert ("only a drill" if kind is AlertKind.TEST else "Resolved") in said
