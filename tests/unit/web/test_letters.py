"""Protects: a reminder says what is due and by when, with one link; whoever is none of ours reads nothing of ours."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.web.samples import ALERTS, ANSWERS, AT, LANGUAGES, alert
from tests.unit.web.test_mail import Page
from tocsin.domain.alert import Alert, Due, DueKind
from tocsin.domain.client import Language
from tocsin.domain.outbox import LETTERS, AlertKind
from tocsin.web.call import render_call
from tocsin.web.chat import render_chat
from tocsin.web.mail import render_email
from tocsin.web.sms import render_sms, sms_segments

LINK = "https://t.ua/a/AbCdE0123456"
REFUND = Due(kind=DueKind.PROMISE, words="Refund the eclairs (Kate)", at=AT + timedelta(hours=2))
LATE = Due(kind=DueKind.TASK, words="Verify it at the source", at=AT - timedelta(minutes=20))


def due(*things: Due, language: Language = "en", **changes: object) -> Alert:
    facts: dict[str, object] = {"kind": AlertKind.DUE, "brand": "Aurora", "timezone": "UTC", "answer": LINK, **changes}
    return alert(language=language, due=things, **facts)


def test_a_mail_says_what_is_due_by_when_and_leads_to_its_part() -> None:
    mail = render_email(due(REFUND))
    assert mail.subject == "DUE · Aurora: Promise: Refund the eclairs (Kate), by 03:14"
    page = Page(mail.html)
    assert page.links() == [f"{LINK}?part=promises"]
    for part in (page.text, mail.text):
        assert "Promise: Refund the eclairs (Kate)" in part
        assert "by 03:14" in part


def test_what_is_late_is_said_first_and_several_things_have_one_link() -> None:
    mail = render_email(due(LATE, REFUND))
    assert mail.subject == "OVERDUE · Aurora: 2 things wait for you"
    assert "was due at 00:54" in mail.text
    assert Page(mail.html).links() == [LINK]


@pytest.mark.parametrize(
    ("things", "text"),
    [
        ((REFUND,), f"DUE Aurora: Promise: Refund the eclairs (Kate), by 03:14. {LINK}"),
        ((LATE, REFUND), f"OVERDUE Aurora: Task: Verify it at the source, was due at 00:54 (+1). {LINK}"),
        ((), f"DUE Aurora. {LINK}"),
    ],
)
def test_an_sms_says_the_first_and_has_the_whole_link(things: tuple[Due, ...], text: str) -> None:
    assert render_sms(due(*things)) == text


@settings(deadline=None, max_examples=200)
@given(ALERTS, ANSWERS, st.sampled_from(sorted(LETTERS)))
def test_the_link_of_a_letter_is_never_cut(any_alert: Alert, answer: str, kind: AlertKind) -> None:
    text = render_sms(any_alert.model_copy(update={"answer": answer, "kind": kind}))
    assert text.endswith(answer)
    assert sms_segments(text).segments <= 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [AlertKind.BRIEF, AlertKind.APPROVE])
def test_whoever_is_none_of_the_agencys_reads_nothing_of_its_own(kind: AlertKind, language: Language) -> None:
    # GIVEN a letter to somebody on the client's side WHEN it goes by any way THEN no level, index, mention or colleague
    told = due(REFUND, kind=kind, language=language, text="Ми перевіряємо.", brand="Аврора")
    mail = render_email(told)
    for said in (mail.subject, mail.text, mail.html, render_sms(told)):
        for word in ("КРИЗА", "CRISIS", "78", "aurora-1", "Олена", "Refund", "t.me", "Tocsin"):
            assert word not in said
    # AND what they read stands under the link, not in the mail
    assert "Ми перевіряємо." not in mail.text
    assert LINK in mail.text


@pytest.mark.parametrize("kind", [AlertKind.BRIEF, AlertKind.APPROVE])
def test_without_a_link_the_very_words_stand_in_the_mail(kind: AlertKind) -> None:
    mail = render_email(due(kind=kind, answer=None, text="We took it off sale.\n\nMore at noon."))
    assert "We took it off sale." in mail.text
    assert "More at noon." in Page(mail.html).text
    assert not Page(mail.html).links()


def test_a_room_reads_what_is_due_and_no_ones_link() -> None:
    post = render_chat(due(LATE))
    assert post.lines == ("Task: Verify it at the source (was due at 00:54)",)
    assert post.link is None
    assert render_chat(due(LATE), brief=True).lines == ()


def test_a_voice_says_that_something_is_due() -> None:
    assert render_call(due(LATE)).startswith("Tocsin. Something is due for Aurora.")


def test_what_a_person_declared_is_told_by_their_word_and_not_by_counts() -> None:
    told = alert(
        language="en", brand="Aurora", reasons=(), negative=0, total=0, mentions=(), index=0,
        declared=("Olena Koval", "A call from the hospital"),
    )  # fmt: skip
    mail = render_email(told)
    assert mail.subject == "CRISIS · Aurora: declared by Olena Koval"
    assert "Declared by Olena Koval: A call from the hospital" in mail.text
    assert "0 negative" not in mail.text
    assert "declared by Olena Koval" in render_sms(told)
