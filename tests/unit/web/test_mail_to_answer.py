"""Whoever is asked by mail sees why it is them, and one button; a client's contact sees approved words alone."""

import pytest

from tests.unit.web.samples import LANGUAGES, alert
from tests.unit.web.test_mail import Page
from tocsin.domain.client import Language
from tocsin.domain.outbox import AlertKind
from tocsin.web.approved import approved, draft, tidy
from tocsin.web.i18n import Reader
from tocsin.web.mail import render_email

ANSWER = "https://t.agency.example/a/AbCdE0123456"
ASKED = (AlertKind.RAISED, AlertKind.REMINDED, AlertKind.ESCALATED, AlertKind.EXPIRED)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ASKED)
def test_one_button_leads_to_the_answer_and_the_mention_is_a_link_beside_it(
    kind: AlertKind, language: Language
) -> None:
    mail = render_email(alert(kind=kind, language=language, answer=ANSWER))
    page = Page(mail.html)
    assert page.links().count(ANSWER) == 1
    assert mail.html.index(ANSWER) < mail.html.index("https://t.me/podil/8841")
    assert ANSWER in mail.text
    assert {"en": "I take it", "uk": "Беру на себе", "es": "Me encargo"}[language] in page.text


def test_where_nothing_is_to_be_answered_no_button_stands() -> None:
    assert ANSWER not in render_email(alert(kind=AlertKind.RESOLVED, answer=ANSWER)).html


def test_a_test_message_asks_only_whether_it_came() -> None:
    page = Page(render_email(alert(kind=AlertKind.TEST, language="en", answer=ANSWER)).html)
    assert page.links().count(ANSWER) == 1
    assert "I take it" not in page.text


@pytest.mark.parametrize(
    ("kind", "changes", "subject", "notice"),
    [
        (AlertKind.REMINDED, {}, "CRISIS · Аврора: still not answered", "Nobody has answered yet."),
        (AlertKind.REMINDED, {"yours": True}, "CRISIS · Аврора: time to look at it again", "You have this case"),
        (AlertKind.ESCALATED, {"missed": ("Olena",)}, "CRISIS · Аврора: it is your turn", "No answer from Olena."),
        (AlertKind.EXPIRED, {}, "CRISIS · Аврора: taken, but nothing was done", "Somebody took this case"),
        (AlertKind.EXPIRED, {"yours": True}, "CRISIS · Аврора: taken, but nothing was done", "You took this case"),
    ],
)
def test_it_says_why_just_this_person_is_asked(
    kind: AlertKind, changes: dict[str, object], subject: str, notice: str
) -> None:
    mail = render_email(alert(kind=kind, language="en", **changes))
    assert mail.subject == subject
    assert notice in Page(mail.html).text
    assert notice in mail.text


def test_who_has_taken_it_is_not_told_to_take_it() -> None:
    mine = Page(render_email(alert(kind=AlertKind.REMINDED, language="en", yours=True, answer=ANSWER)).html).text
    others = Page(render_email(alert(kind=AlertKind.REMINDED, language="en", answer=ANSWER)).html).text
    assert "Take the case" not in mine
    assert "Open the case" in mine
    assert "Take the case" in others


def test_no_header_can_be_smuggled_through_a_persons_name() -> None:
    mail = render_email(alert(kind=AlertKind.ESCALATED, missed=("Eve\r\nBcc: all@example.com",), holders=("A\r\nB",)))
    assert "\r" not in mail.subject + mail.text
    assert "No answer" not in mail.subject
    assert "Eve Bcc: all@example.com" in mail.text


def test_a_clients_contact_gets_the_approved_words_and_nothing_else() -> None:
    # GIVEN approved words, hostile ones too WHEN the mail is made
    words = "Вітаємо!\n\n<b>Ми</b> на зв’язку & працюємо."
    mail = render_email(alert(kind=AlertKind.CLIENT, text=words, answer=ANSWER))
    # THEN they are all there is: no index, no mention, no link, no people
    assert mail.text == words + "\n"
    page = Page(mail.html)
    assert page.text.removeprefix(mail.subject).strip() == " ".join(words.split())
    assert page.links() == []
    assert mail.subject == "«Аврора»: прочитайте, будь ласка"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_draft_is_tidy_and_promises_the_next_word(language: Language) -> None:
    one = alert(language=language)
    said = draft(Reader(language, one.timezone), one.brand, one.level, one.opened_at, one.at)
    assert said == tidy(said)
    assert "05:14" in said  # two hours on at a crisis
    assert "78" not in said


def test_what_is_shown_is_what_is_kept() -> None:
    assert tidy(" a\u202e \r\n\r\n\r\n\x00b\r\n") == "a\n\nb"
    subject, html, text = approved(Reader("en", "UTC"), "A\r\nBcc: x", "a\n\nb")
    assert subject == "A Bcc: x: please read this"
    assert text == "a\n\nb\n"
    assert "a<br><br>b<br>" in html
