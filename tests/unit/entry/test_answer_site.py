"""Protects: whoever was told sees the case and answers by one tap; a page that is only looked at does nothing."""

import re
from collections.abc import Iterable
from datetime import timedelta
from html import unescape

import pytest

from tests.support.answering import BRAND, CONTACTS, LUCIA, OLENA, PETRO, World
from tests.support.samples import scored
from tocsin.domain.escalation import alarm
from tocsin.domain.incident import Incident, IncidentState, Step
from tocsin.domain.levels import Level
from tocsin.domain.links import Purpose
from tocsin.domain.outbox import AlertKind, Channel, DeliveryStatus, OutboxItem
from tocsin.domain.paging import Decision
from tocsin.domain.verdicts import CaseVerdict
from tocsin.services.fall_back import FallBack

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}\u202egnp"


@pytest.fixture
def world() -> World:
    return World()


def holder(world: World, person: str = OLENA) -> bool:
    paging = world.incident.paging
    page = paging.of(person) if paging else None
    return page is not None and page.acknowledged_at is not None


def decision_of(world: World) -> Decision | None:
    return world.incident.paging.decision if world.incident.paging else None


def text_of(html: str) -> str:
    bare = re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(bare).split())


def test_the_page_has_the_case_in_brief(world: World) -> None:
    # GIVEN a crisis with its worst mentions
    world.mentions.record(BRAND, [scored(n, severity=0.9 - n / 10, followers=84_300) for n in range(5)])
    # WHEN a person opens their link
    page = world.get(world.link())
    # THEN level, brand, since, why, three worst with host, who was told, clocks are there, in their language
    assert page.status == 200
    said = text_of(page.html)
    for words in (
        "КРИЗА", "Аврора", "Від 14:00.", "Поки ніхто не взяв.", "Беру на себе", "Хтось має взяти до 14:10", "47 людей",
        "Post 0", "Post 2", "Відкрити на news.example", "Олена Коваль запитано 1 раз", "Петро Сич",
        "Lucía Herrero повідомлено", "Перша публічна відповідь до 15:00",
    ):  # fmt: skip
        assert words in said, words
    assert "Post 3" not in said


@pytest.mark.parametrize("language", ["en", "uk", "es"])
def test_it_comes_in_each_language(world: World, language: str) -> None:
    page = world.get(f"{world.link()}?lang={language}")
    assert f'<html lang="{language}"' in page.html
    assert {"en": "I take it", "uk": "Беру на себе", "es": "Me encargo"}[language] in page.html


def test_without_being_asked_it_speaks_the_persons_language_and_clock(world: World) -> None:
    page = world.get(world.link(LUCIA), accept_language="uk")
    assert '<html lang="es"' in page.html
    assert "Europe/Kyiv" in page.html  # her file names no other


def test_one_tap_takes_the_case_and_a_second_changes_nothing(world: World) -> None:
    link = world.link()
    # WHEN she taps
    answer = world.post(link, {"do": "take"})
    # THEN she is led back to the page, and the case is hers
    assert (answer.status, answer.location) == (303, link)
    assert world.incident.state is IncidentState.ACKNOWLEDGED
    taken = world.incident
    assert "Цей інцидент у вас." in world.get(link).html
    # AND the same tap again writes nothing
    assert world.post(link, {"do": "take"}).status == 303
    assert world.incident == taken


def test_who_looks_later_sees_who_has_it(world: World) -> None:
    world.post(world.link(), {"do": "take"})
    said = text_of(world.get(world.link(PETRO)).html)
    assert "Узяли на себе: Олена Коваль." in said
    assert "Беру на себе" in said  # he may still join


def test_who_cannot_hands_on_and_the_next_is_asked_now(world: World) -> None:
    world.post(world.link(), {"do": "cannot"})
    page = world.incident.paging.of(OLENA) if world.incident.paging else None
    assert page is not None
    assert page.declined_at is not None
    asked = {item.recipient for item in world.outbox if item.kind is AlertKind.ESCALATED}
    assert asked
    assert OLENA not in asked
    assert "не може (14:00)" in text_of(world.get(world.link(PETRO)).html)


def test_what_was_done_stands_there_in_the_persons_own_words(world: World) -> None:
    link = world.link()
    world.post(link, {"do": "done", "note": HOSTILE})
    page = world.get(world.link(PETRO))
    assert "<script" not in page.html
    assert "<img" not in page.html
    assert "alert(1)</script>" in unescape(page.html)
    assert "\u202e" not in page.html
    assert holder(world)


def test_the_first_public_answer_stops_its_clock(world: World) -> None:
    world.post(world.link(), {"do": "done", "note": "Пост у каналі", "responded": "1"})
    assert world.incident.paging is not None
    assert world.incident.paging.responded_at is not None
    assert "Перша публічна відповідь до" not in text_of(world.get(world.link()).html)


def test_a_note_without_words_is_asked_for(world: World) -> None:
    before = world.incident
    page = world.post(world.link(), {"do": "done", "note": " \u200b "})
    assert page.status == 422
    assert "Напишіть" in page.html
    assert world.incident == before


def test_a_decision_not_to_answer_needs_a_reason_and_its_next_look(world: World) -> None:
    link = world.link()
    typed = {"do": "silence", "reason": "", "hours": "4"}
    assert world.post(link, typed).status == 422
    assert world.post(link, typed | {"reason": "Мало хто бачив", "hours": "999"}).status == 422
    assert decision_of(world) is None
    assert world.post(link, typed | {"reason": "Мало хто бачив"}).status == 303
    decision = decision_of(world)
    assert decision is not None
    assert (decision.by, decision.look_at) == (OLENA, world.clock.now() + timedelta(hours=4))
    assert "знову глянути 18:00" in text_of(world.get(link).html)


def test_what_was_typed_is_still_there_when_it_did_not_go_through(world: World) -> None:
    page = world.post(world.link(), {"do": "silence", "reason": "Мало хто бачив", "hours": "999"})
    assert "Мало хто бачив</textarea>" in page.html
    assert '<details class="card" open>' in page.html


# -- the client's own people


def test_the_client_is_told_only_the_very_words_that_were_seen_and_only_by_a_tap(world: World) -> None:
    link = world.link()
    # GIVEN nobody of the client's was told by the alarm itself
    emails = {contact["email"] for contact in CONTACTS}
    assert not emails & {item.recipient for item in world.outbox}
    # WHEN the words are looked at
    page = world.get(f"{link}?tell=0")
    assert "Ірина Власниця" in page.html
    assert "хвилею критики" in page.html
    # THEN nothing is sent yet
    assert not emails & {item.recipient for item in world.outbox}
    # AND by the tap just these words go out, in her name
    as_browsers_send = page.hidden("text").replace("\n", "\r\n")
    fields = {"do": "tell", "email": page.hidden("email"), "text": as_browsers_send, "by": "email"}
    assert world.post(link, fields).status == 303
    [item] = [item for item in world.outbox if item.recipient in emails]
    assert (item.kind, item.channel, item.approved_by) == (AlertKind.CLIENT, Channel.EMAIL, OLENA)
    assert item.text == page.hidden("text")
    assert item.text in page.html.replace("&#39;", "'")
    assert [entry.who for entry in world.incident.timeline if entry.step is Step.TELL_CLIENT] == [item.recipient]
    # AND a second tap sends nothing more
    world.post(link, fields)
    assert len([item for item in world.outbox if item.recipient in emails]) == 1
    assert "Уже надіслано" in world.get(f"{link}?tell=0").html


def test_what_did_not_reach_the_client_says_so_and_may_be_sent_again(world: World) -> None:
    # GIVEN words to the client that their mail server refused
    link, contact = world.link(), CONTACTS[0]["email"]
    fields = {"do": "tell", "email": contact, "text": "Please call me.", "by": "email"}
    world.post(link, fields)
    [item] = [item for item in world.outbox if item.recipient == contact]
    lost = item.model_copy(update={"status": DeliveryStatus.FAILED, "version": item.version + 1})
    FallBack(cases=world.cases, clock=world.clock).write(world.client, lost, "bounced")
    # WHEN the case is looked at THEN it does not say twice that the client was told
    said = text_of(world.get(f"{link}?lang=en").html)
    assert said.count("Told the client") == 1
    assert "The message to the client may not have arrived: Ірина" in said
    # AND the same words go out again
    world.post(link, fields)
    assert len([item for item in world.outbox if item.recipient == contact]) == 2


def test_the_same_words_go_by_mail_and_by_sms(world: World) -> None:
    fields = {"do": "tell", "email": CONTACTS[0]["email"], "text": "Please call me."}
    for by in ("email", "sms"):
        world.post(world.link(), {**fields, "by": by})
    channels = {item.channel for item in world.outbox if item.kind is AlertKind.CLIENT}
    assert channels == {Channel.EMAIL, Channel.SMS}


@pytest.mark.parametrize(
    "fields",
    [{"do": "take"}, {"do": "done", "note": "called the shop"}, {"do": "silence", "reason": "a joke", "hours": "2"}],
)
def test_nobody_takes_a_graver_case_than_they_have_seen(fields: dict[str, str]) -> None:
    # GIVEN a page that was opened at an issue, and has become severe since
    world = World(level=Level.ISSUE)
    link = world.link()
    seen = {**fields, "level": world.get(link).hidden("level")}
    risen = world.incident.releveled(Level.SEVERE, index=90, reasons=(), at=world.clock.now())
    moved = alarm(world.client, risen, AlertKind.RAISED, world.clock.now())
    world.cases.save_incident(moved.incident, moved.outbox)
    # WHEN its form comes THEN it takes nothing, shows how it stands, and keeps what was typed
    page = world.post(link, seen)
    assert page.status == 409
    assert not holder(world)
    assert page.hidden("level") == "severe"
    assert fields.get("note", "") in page.html
    # AND from the page of now it does
    world.post(link, {**fields, "level": "severe"})
    assert holder(world)


def test_a_rise_that_wins_the_race_is_not_taken_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a tap on an issue WHEN it becomes severe between reading and writing
    world = World(level=Level.ISSUE)
    save = world.cases.save_incident

    def raced(incident: Incident, outbox: Iterable[OutboxItem] = ()) -> None:
        monkeypatch.undo()
        risen = world.incident.releveled(Level.SEVERE, index=90, reasons=(), at=world.clock.now())
        moved = alarm(world.client, risen, AlertKind.RAISED, world.clock.now())
        save(moved.incident, moved.outbox)
        save(incident, tuple(outbox))

    monkeypatch.setattr(world.cases, "save_incident", raced)
    page = world.post(world.link(), {"do": "take", "level": "issue"})
    # THEN it is shown, and not taken
    assert (page.status, holder(world)) == (409, False)


def test_changed_words_are_shown_before_they_are_sent(world: World) -> None:
    link = world.link()
    email = world.get(f"{link}?tell=0").hidden("email")
    page = world.post(link, {"do": "words", "email": email, "text": "Наші слова.\r\nДругий рядок."})
    assert page.status == 200
    assert page.hidden("text") == "Наші слова.\nДругий рядок."
    assert not [item for item in world.outbox if item.kind is AlertKind.CLIENT]


@pytest.mark.parametrize("text", ["невидиме\u202e слово", "а\n\n\n\nб", "ж" * 1_001])
def test_words_that_would_be_shown_otherwise_are_not_sent_unseen(world: World, text: str) -> None:
    link = world.link()
    email = world.get(f"{link}?tell=0").hidden("email")
    page = world.post(link, {"do": "tell", "email": email, "text": text, "by": "email"})
    assert page.status == 422
    assert page.hidden("text") != text
    assert not [item for item in world.outbox if item.kind is AlertKind.CLIENT]


def test_by_sms_it_is_the_line_that_was_shown(world: World) -> None:
    link = world.link()
    page = world.get(f"{link}?tell=0")
    shown = page.hidden("text")
    world.post(link, {"do": "tell", "email": page.hidden("email"), "text": shown, "by": "sms"})
    [item] = [item for item in world.outbox if item.kind is AlertKind.CLIENT]
    assert (item.channel, item.address) == (Channel.SMS, "+380501234567")
    assert item.text == " ".join(shown.split())
    assert item.text in unescape(page.html)


def test_a_contact_without_a_phone_is_offered_no_sms(world: World) -> None:
    page = world.get(f"{world.link()}?tell=1")
    assert 'value="sms"' not in page.html
    assert "we have been watching" in page.html  # in the contact's language, not the reader's


@pytest.mark.parametrize("number", ["2", "-1", "x", "99999", "²"])
def test_a_contact_that_is_none_shows_the_case(world: World, number: str) -> None:
    assert "Беру на себе" in world.get(f"{world.link()}?tell={number}").html


def test_somebody_who_is_no_contact_cannot_be_told(world: World) -> None:
    page = world.post(world.link(), {"do": "tell", "email": "press@other.example", "text": "x", "by": "email"})
    assert page.status == 409
    assert not [item for item in world.outbox if item.kind is AlertKind.CLIENT]


def test_whom_to_inform_stands_in_the_files_order() -> None:
    world = World({"stakeholders": [
        {"name": "Родини", "circle": "victims"}, {"name": "Держпродспоживслужба", "circle": "regulator"},
    ]})  # fmt: skip
    said = text_of(world.get(world.link()).html)
    assert said.index("Родини") < said.index("Держпродспоживслужба")


# -- afterwards


def test_a_verdict_is_noted_and_changes_nothing_by_itself(world: World) -> None:
    link = world.link(OLENA, Purpose.VERDICT)
    assert "Чи була ця тривога слушною?" in world.get(link).html
    before = world.incident
    assert world.post(link, {"do": "verdict", "said": "not-a-crisis"}).status == 303
    kept = world.cases.link(link.rpartition("/")[2])
    assert kept is not None
    assert kept.said is CaseVerdict.NOT_A_CRISIS
    assert world.incident == before
    assert "Ви вже це сказали" in world.get(link).html


def test_a_verdict_may_be_said_of_a_case_that_is_over(world: World) -> None:
    world.resolve()
    assert world.post(world.link(OLENA, Purpose.VERDICT), {"do": "verdict", "said": "was-a-crisis"}).status == 303


# -- what fails


def test_without_its_mentions_or_its_count_of_visits_the_page_still_answers(world: World) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ConnectionError("away")

    link = world.link()
    world.mentions.gravest = broken  # type: ignore[method-assign,assignment]
    world.limits.take = broken  # type: ignore[method-assign,assignment]
    assert world.get(link).status == 200
    assert world.post(link, {"do": "take"}).status == 303


def test_a_table_that_is_away_is_said_plainly_and_nothing_of_it_is_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    link = world.link()

    def broken(*_: object) -> None:
        raise ConnectionError(f"no route to {link}")

    world.cases.outbox_of = broken  # type: ignore[method-assign,assignment]
    page = world.post(link, {"do": "done", "note": "таємниця"})
    assert page.status == 503
    assert link.rpartition("/")[2] not in caplog.text
    assert "таємниця" not in caplog.text


def test_a_lesser_level_has_its_page_too() -> None:
    world = World(level=Level.WATCH)
    assert world.get(world.link()).status == 200


def test_pages_let_nothing_in_and_nothing_out(world: World) -> None:
    page = world.get(world.link())
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert "set-cookie" not in page.headers
    assert not re.search(r"<script|<img|<iframe|<link|@import|url\(", page.html)
