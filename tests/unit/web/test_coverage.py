"""Protects: an alarm says how much of the world it hears, so that its silence is not taken for calm."""

import pytest

from tests.unit.web.samples import LANGUAGES, alert
from tocsin.domain.alert import Heard
from tocsin.domain.client import Language
from tocsin.web.coverage import coverage_lines
from tocsin.web.mail import render_email
from tocsin.web.words import reader_of

HEARD = Heard(healthy=7, total=8, ill=("Telegram: <b>podil</b>\nX",), sampled=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_says_what_is_heard_and_what_never(language: Language) -> None:
    mail = render_email(alert(language=language, heard=HEARD))
    for part in (mail.html, mail.text):
        assert "7" in part
        assert "TikTok" in part
        assert "Telegram: " in part
    assert "<b>podil" not in mail.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_source_that_gave_a_part_is_named(language: Language) -> None:
    mail = render_email(alert(language=language, heard=Heard(healthy=8, total=8, partly=("Forum <i>kavun</i>",))))
    assert "Forum" in mail.text
    assert "<i>kavun" not in mail.html
    assert "Forum" not in render_email(alert(language=language, heard=Heard(healthy=8, total=8))).text


def test_what_is_not_known_is_not_said() -> None:
    reader = reader_of(alert())
    assert coverage_lines(reader, None) == ()
    assert coverage_lines(reader, Heard(healthy=0, total=0)) == ()
    assert "TikTok" not in render_email(alert()).text


def test_many_ill_sources_are_counted_and_a_few_are_named() -> None:
    reader = reader_of(alert(language="en"))
    lines = coverage_lines(reader, Heard(healthy=1, total=9, ill=tuple(f"place {n}" for n in range(8))))
    assert lines[0] == "1 of 9 sources are heard."
    assert lines[1] == "Not heard right now: place 0, place 1, place 2 and 5 more."
    assert len(lines) == 3
