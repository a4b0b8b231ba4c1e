"""Protects: whoever is responsible hears of each complaint, by number and clock alone, even after an outage."""

from datetime import timedelta
from traceback import format_exception

import boto3
import pytest
from moto import mock_aws
from moto.ses.models import ses_backends

from tests.support.intake import WORDS, World
from tocsin.adapters.channels.notice_ses import SesNoticeChannel
from tocsin.domain.complaint import Notice, NoticeKind
from tocsin.domain.errors import DeliveryError
from tocsin.services.logged import LeftUndoneError
from tocsin.services.remind import AT_ONCE
from tocsin.web.i18n import LANGUAGES
from tocsin.web.intake_mail import render_notice


@pytest.fixture
def world() -> World:
    return World()


def minutes(world: World, count: int) -> list[NoticeKind]:
    before = len(world.channel.sent)
    for _ in range(count):
        world.remind.run()
        world.clock.wait(minutes=1)
    return [notice.kind for _, notice in world.channel.sent[before:]]


def test_the_responsible_person_hears_within_the_minute_and_once(world: World) -> None:
    complaint, _, desk = world.complain()
    assert minutes(world, 30) == [NoticeKind.NEW]
    ((address, notice),) = world.channel.sent
    assert address == "duty@agency.example"
    assert (notice.link, notice.spoken, notice.language) == (desk, complaint.spoken, "uk")


def test_half_time_and_lateness_are_told(world: World) -> None:
    complaint, _, _ = world.complain()
    world.remind.run()
    world.clock.at = complaint.created_at + timedelta(hours=12)
    assert minutes(world, 5) == [NoticeKind.HALF]
    world.clock.at = complaint.answer_due_at
    assert minutes(world, 600) == [NoticeKind.OVERDUE]


def test_an_answer_ends_the_reminders(world: World) -> None:
    complaint, _, desk = world.complain()
    world.remind.run()
    world.post(desk, {"do": "write", "text": "Ми тут", "seen": "0"})
    world.clock.at = complaint.answer_due_at
    assert minutes(world, 5) == []


def test_a_mail_server_that_is_out_of_order_is_outlived(world: World) -> None:
    # GIVEN an outage of three hours
    world.complain()
    world.channel.trouble[""] = DeliveryError("SES is out of order")
    assert minutes(world, 180) == []
    # WHEN it ends THEN the notice goes out within the longest pause
    world.channel.trouble.clear()
    assert minutes(world, 16) == [NoticeKind.NEW]


def test_an_address_that_does_not_exist_is_passed_over(world: World) -> None:
    world.channel.trouble["duty@agency.example"] = DeliveryError("no such box", permanent=True)
    world.complain()
    world.remind.run()
    assert [address for address, _ in world.channel.sent] == ["deputy@agency.example"]


def test_what_nobody_can_be_told_is_given_up_after_a_day_and_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.complain()
    world.channel.trouble[""] = DeliveryError("no such box", permanent=True)
    minutes(world, 24 * 60 + 30)
    assert "given up" in caplog.text
    assert WORDS not in caplog.text


def test_one_that_fails_keeps_none_of_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _, _ = world.complain()
    world.complain()
    load = world.complaints.complaint
    monkeypatch.setattr(world.complaints, "complaint", lambda number: 1 / 0 if number == first.number else load(number))
    with pytest.raises(LeftUndoneError):
        world.remind.run()
    assert len(world.channel.sent) == 1


def test_two_runs_at_once_tell_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.complain()
    send = world.channel.send

    def meanwhile(notice: Notice, address: str) -> str:
        monkeypatch.setattr(world.channel, "send", send)
        world.remind.run()
        return send(notice, address)

    monkeypatch.setattr(world.channel, "send", meanwhile)
    world.remind.run()
    assert len(world.channel.sent) == 1


def test_a_crowd_is_told_in_turns(world: World) -> None:
    for number in range(AT_ONCE + 5):
        assert world.post("/c", world.form(happened=str(number)), ip=f"198.51.100.{number}").status == 303
    assert len(minutes(world, 1)) == AT_ONCE
    assert len(minutes(world, 1)) == 5


def test_without_a_file_there_is_nobody_to_tell(world: World) -> None:
    world.clients._client = None
    assert world.remind.run() == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", NoticeKind)
def test_a_notice_has_the_number_the_clock_and_the_link_and_no_words(
    world: World, kind: NoticeKind, language: str
) -> None:
    _, _, desk = world.complain()
    world.remind.run()
    notice = world.channel.sent[0][1].model_copy(
        update={"kind": kind, "language": language, "brand": "A\r\nBcc: x@evil.example<b>"}
    )
    mail = render_notice(notice)
    assert "482-914" in mail.subject
    assert "\n" not in mail.subject
    for body in (mail.html, mail.text):
        assert "14:00" in body
        assert desk in body
        assert WORDS[:10] not in body
        assert "<b>" not in mail.html.partition("<body")[2].partition("<b>24")[0] or "&lt;b&gt;" in mail.html


def test_the_notice_is_a_whole_mail(world: World) -> None:
    world.complain()
    world.remind.run()
    notice = world.channel.sent[0][1]
    with mock_aws():
        ses = boto3.client("sesv2")
        ses.create_email_identity(EmailIdentity="alerts@agency.example")
        SesNoticeChannel(ses, "alerts@agency.example").send(
            notice.model_copy(update={"kind": NoticeKind.OVERDUE}), "duty@agency.example"
        )
        (sent,) = ses_backends["123456789012"]["eu-central-1"].sent_messages
        assert "Importance: high" in sent.raw_data
        with pytest.raises(DeliveryError):
            SesNoticeChannel(ses, "alerts@agency.example").send(notice, "no address\r\nBcc: x@evil.example")


def test_an_error_that_quotes_words_is_neither_logged_nor_raised_with_them(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world.complain()

    def fail(*given: object) -> None:
        raise RuntimeError(f"{given} {WORDS}")

    monkeypatch.setattr(world.complaints, "save", fail)
    with pytest.raises(LeftUndoneError) as caught:
        world.remind.run()
    (record,) = caplog.records
    assert vars(record)["kind"] == "RuntimeError"
    assert "services/test_remind.py:" in vars(record)["at"]
    assert WORDS not in str(vars(record))
    assert WORDS not in "".join(format_exception(caught.value))
