"""Protects: every alert is delivered at least once or its failure is known; nobody is told what is no longer true."""

from datetime import timedelta

import pytest

from tests.support.samples import NOON, client, mention
from tests.unit.services.support import House, texts
from tocsin.domain.errors import ConflictError, DeliveryError, ThrottledError
from tocsin.domain.levels import Level
from tocsin.domain.mention import Mention
from tocsin.domain.outbox import MAX_ATTEMPTS, Channel, DeliveryStatus, OutboxItem
from tocsin.services.watch import OLDEST_PENDING, WatchError

ALWAYS_AWAKE = [
    {"name": "Duty desk", "email": "duty@agency.example", "phone": "+380441234567", "quiet_hours": None},
    {"name": "Deputy", "email": "deputy@agency.example", "language": "es"},
]


def burning(**settings: object) -> House:
    at = House(client(**({"responders": ALWAYS_AWAKE} | settings)))
    at.clock.forward(minutes=1)
    at.hear(*storm())
    return at


def storm() -> list[Mention]:
    return [mention(n, at=NOON + timedelta(seconds=n)) for n in range(12)]


def outbox(at: House) -> list[OutboxItem]:
    return list(at.cases._outbox.values())


def deliver_all(at: House) -> list[DeliveryStatus | None]:
    return [at.notify.deliver(item.id) for item in outbox(at)]


def test_the_stream_delivers_at_once_and_only_once() -> None:
    at = burning()
    assert set(deliver_all(at)) == {DeliveryStatus.SENT}
    assert set(deliver_all(at)) == {None}

    assert sorted(texts(at.channels[Channel.EMAIL].sent)) == ["deputy@agency.example", "duty@agency.example"]
    assert texts(at.channels[Channel.SMS].sent) == ["+380441234567"]
    assert len(at.channels[Channel.TOPIC].sent) == 1


def test_the_alert_says_what_why_and_who_else() -> None:
    at = burning()
    deliver_all(at)

    address, alert = at.channels[Channel.EMAIL].sent[0]
    assert (alert.negative, alert.total, alert.window_minutes) == (12, 12, 60)
    assert len(alert.mentions) == 3
    assert alert.reasons
    assert alert.link == alert.mentions[0].url
    told = {other.name: set(other.channels) for other in alert.others}
    assert told == (
        {"Deputy": {Channel.EMAIL}} if address.startswith("duty") else {"Duty desk": {Channel.EMAIL, Channel.SMS}}
    )


def test_without_the_stream_watch_delivers_after_a_minute() -> None:
    at = burning()
    at.watch.run()
    assert not at.channels[Channel.EMAIL].sent

    at.clock.forward(seconds=61)
    at.watch.run()
    assert len(at.channels[Channel.EMAIL].sent) == 2
    assert {item.status for item in outbox(at)} == {DeliveryStatus.SENT}


def test_an_outage_is_survived_and_shown(caplog: pytest.LogCaptureFixture) -> None:
    at = burning()
    at.channels[Channel.SMS].refuse = [DeliveryError("SNS is down")] * 3
    deliver_all(at)

    for _ in range(10):
        at.clock.forward(minutes=1)
        at.watch.run()

    assert texts(at.channels[Channel.SMS].sent) == ["+380441234567"]
    assert at.gauges.values[OLDEST_PENDING] > 60


def test_a_refusal_for_good_is_not_repeated_and_its_reason_is_kept() -> None:
    at = burning()
    at.channels[Channel.SMS].refuse = [DeliveryError("the number has opted out", permanent=True)] * 99
    deliver_all(at)
    for _ in range(60):
        at.clock.forward(minutes=1)
        at.watch.run()

    [failed] = [item for item in outbox(at) if item.status is DeliveryStatus.FAILED]
    assert (failed.attempts, failed.last_error) == (1, "the number has opted out")


def test_attempts_are_capped() -> None:
    at = burning()
    at.channels[Channel.EMAIL].refuse = [DeliveryError("busy")] * 999
    for _ in range(300):
        at.clock.forward(minutes=1)
        at.watch.run()
    assert {item.attempts for item in outbox(at) if item.channel is Channel.EMAIL} == {MAX_ATTEMPTS}


def test_two_runs_at_once_send_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    at = burning()
    item = next(item for item in outbox(at) if item.channel is Channel.SMS)
    stale = at.cases.outbox_item(item.id)
    at.notify.deliver(item.id)

    # WHEN a second run still sees the item as it was before
    monkeypatch.setattr(at.cases, "outbox_item", lambda _: stale)
    assert at.notify.deliver(item.id) is None
    assert len(at.channels[Channel.SMS].sent) == 1


def test_a_crash_after_claiming_is_repaired_when_the_lease_ends() -> None:
    at = burning()
    item = next(item for item in outbox(at) if item.channel is Channel.SMS)
    at.notify._claim(item)

    assert at.notify.deliver(item.id) is None
    at.clock.forward(seconds=91)
    at.watch.run()
    assert len(at.channels[Channel.SMS].sent) == 1


def test_a_message_held_over_the_night_is_not_sent_when_the_fire_is_out() -> None:
    # GIVEN an issue at night, its SMS held until seven
    sleeper = [{"name": "Duty desk", "email": "duty@agency.example", "phone": "+380441234567"}]
    at = House(client(responders=sleeper, thresholds={"issue": 40, "crisis": 98, "severe": 99}))
    at.clock.forward(hours=8, minutes=1)  # 22:01 in Kyiv
    at.hear(*(mention(n, at=at.clock.at, fetched_at=at.clock.at, text="Аврора — жах і обман") for n in range(7)))
    assert at.cases.brand_state("Аврора").level is Level.ISSUE

    # WHEN it has cooled down before the morning
    for _ in range(13 * 60):
        at.clock.forward(minutes=1)
        at.watch.run()
    assert at.cases.brand_state("Аврора").level is Level.CALM

    # THEN either the SMS went out at seven while it still burnt, or not at all
    [sms] = [item for item in outbox(at) if item.channel is Channel.SMS]
    assert sms.status is DeliveryStatus.SENT
    assert sms.sent_at is not None
    assert (sms.sent_at.hour, sms.sent_at.minute) == (5, 1)


def test_a_fire_that_is_out_before_the_message_is_due_cancels_it() -> None:
    at = burning()
    held = [item for item in outbox(at) if item.channel is Channel.SMS]
    for item in held:
        later = item.model_copy(update={"due_at": item.due_at + timedelta(hours=80), "version": item.version + 1})
        at.cases.update_outbox(later)
    for _ in range(82 * 6):
        at.clock.forward(minutes=10)
        at.watch.run()

    [sms] = [item for item in outbox(at) if item.channel is Channel.SMS]
    assert sms.status is DeliveryStatus.CANCELLED
    assert not at.channels[Channel.SMS].sent


def test_a_sick_part_of_watch_stops_no_other_and_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    at = burning()
    at.clock.forward(seconds=61)
    deliver = at.notify.deliver

    def sick(item_id: str) -> DeliveryStatus | None:
        if "/sms/" in item_id:
            raise ThrottledError("busy")
        return deliver(item_id)

    monkeypatch.setattr(at.notify, "deliver", sick)
    with pytest.raises(WatchError):
        at.watch.run()

    assert len(at.channels[Channel.EMAIL].sent) == 2


def test_watch_assesses_what_is_dirty_and_nothing_else() -> None:
    at = House()
    assert at.watch.run().assessed == 0
    at.mentions._dirty["Аврора"] = 1
    assert at.watch.run().assessed == 1
    assert at.watch.run().assessed == 0


def test_whoever_loses_every_race_leaves_it_to_the_next_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    at = House()
    at.mentions._dirty["Аврора"] = 1

    def lost(*_: object, **__: object) -> None:
        raise ConflictError("lost")

    with monkeypatch.context() as patched:
        patched.setattr(at.cases, "save_assessment", lost)
        assert at.watch.run().assessed == 0
    assert at.watch.run().assessed == 1
