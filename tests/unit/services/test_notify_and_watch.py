"""Protects: every alert is delivered at least once or its failure is known; nobody is told what is no longer true."""

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.support.samples import NOON, client, mention
from tests.unit.services.support import House, texts
from tocsin.domain.alert import Heard
from tocsin.domain.errors import ConflictError, DeliveryError, ThrottledError
from tocsin.domain.health_news import HealthBook
from tocsin.domain.levels import Level
from tocsin.domain.mention import Mention
from tocsin.domain.outbox import GIVE_UP_AFTER, MAX_OWN_ERRORS, Channel, DeliveryStatus, OutboxItem
from tocsin.domain.source_health import Ailment, Coverage, Ill
from tocsin.services.watch import OLDEST_UNDELIVERED, SHOW_FAILED, SWEEP_WITHIN, WatchError

ALWAYS_AWAKE = [
    {"name": "Duty desk", "email": "duty@agency.example", "phone": "+380441234567", "quiet_hours": None},
    {"name": "Deputy", "email": "deputy@agency.example", "language": "es"},
]


NO_CRISIS = {"issue": 40, "crisis": 98, "severe": 99}


def burning(**settings: object) -> House:
    """What was written once is delivered; who does not answer it is another story."""
    at = House(client(**({"responders": ALWAYS_AWAKE} | settings)), ticking=False)
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


def test_the_alert_says_what_is_heard_as_watch_last_saw_it() -> None:
    at = burning()
    ill = Ill(source_id="rss-1", name="news.example", ailment=Ailment.FAILING, reason="no answer")
    at.health.save(HealthBook(version=1, coverage=Coverage(healthy=7, total=8, ill=(ill,), sampled=("x: in part",))))
    deliver_all(at)

    _, alert = at.channels[Channel.EMAIL].sent[0]
    assert alert.heard == Heard(healthy=7, total=8, ill=("news.example",), sampled=1)


def test_an_alert_goes_out_even_when_nobody_knows_what_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    at = burning()

    def broken() -> HealthBook:
        raise ThrottledError("slow down")

    monkeypatch.setattr(at.health, "load", broken)
    assert set(deliver_all(at)) == {DeliveryStatus.SENT}


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
    assert at.gauges.values[OLDEST_UNDELIVERED] > 60


def test_a_refusal_for_good_is_not_repeated_and_its_reason_is_kept() -> None:
    at = burning()
    at.channels[Channel.SMS].refuse = [DeliveryError("the number has opted out", permanent=True)] * 99
    deliver_all(at)
    for _ in range(60):
        at.clock.forward(minutes=1)
        at.watch.run()

    [failed] = [item for item in outbox(at) if item.status is DeliveryStatus.FAILED]
    assert (failed.attempts, failed.last_error) == (1, "the number has opted out")


def test_an_outage_of_a_night_is_survived() -> None:
    """Protects: eight attempts within an hour, and then silence for ever."""
    at = burning()
    at.channels[Channel.EMAIL].refuse = [DeliveryError("SES is down")] * 60
    for _ in range(15 * 60):
        at.clock.forward(minutes=1)
        at.watch.run()
    assert len(at.channels[Channel.EMAIL].sent) == 2


def test_an_outage_of_days_ends_in_a_failure_that_is_shown() -> None:
    at = burning(responders=ALWAYS_AWAKE[:1])  # whoever has mail alone is not waited for: the next one is asked
    at.channels[Channel.EMAIL].refuse = [DeliveryError("SES is down")] * 9_999
    for _ in range(int((GIVE_UP_AFTER + SHOW_FAILED / 2) / timedelta(minutes=5))):
        at.clock.forward(minutes=5)
        at.gauges.values.clear()
        at.watch.run()
    failed = [item for item in outbox(at) if item.channel is Channel.EMAIL]
    assert {item.status for item in failed} == {DeliveryStatus.FAILED}
    assert max(item.attempts for item in failed) < 110
    assert at.gauges.values[OLDEST_UNDELIVERED] > GIVE_UP_AFTER.total_seconds()


def test_errors_of_our_own_are_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects: a message that goes out and cannot be marked, each 90 seconds without end."""
    at = burning(responders=ALWAYS_AWAKE[:1])  # with two, the loss of one's mail asks the other anew

    def bug(*_: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(at.channels[Channel.EMAIL], "send", bug)
    for _ in range(120):
        at.clock.forward(minutes=2)
        with suppress(WatchError):
            at.watch.run()
    failed = [item for item in outbox(at) if item.channel is Channel.EMAIL]
    assert {(item.status, item.attempts) for item in failed} == {(DeliveryStatus.FAILED, MAX_OWN_ERRORS + 1)}


def test_a_refusal_for_good_rings_the_operators_alarm_until_it_was_seen() -> None:
    at = burning()
    at.channels[Channel.EMAIL].refuse = [DeliveryError("MessageRejected", permanent=True)] * 9
    deliver_all(at)
    gauges = []
    for _ in range(60):
        at.clock.forward(minutes=1)
        at.gauges.values.clear()
        at.watch.run()
        gauges.append(at.gauges.values.get(OLDEST_UNDELIVERED, 0))
    assert gauges == sorted(gauges)
    assert gauges[6] > 300


def test_while_an_alert_waits_for_another_attempt_the_alarm_does_not_flicker() -> None:
    at = burning()
    at.channels[Channel.SMS].refuse = [DeliveryError("SNS is down")] * 99
    deliver_all(at)
    ages = []
    for _ in range(40):
        at.clock.forward(minutes=1)
        at.gauges.values.clear()
        at.watch.run()
        ages.append(at.gauges.values.get(OLDEST_UNDELIVERED, 0))
    assert all(later - earlier == 60 for earlier, later in pairwise(ages))


def test_an_alert_goes_out_without_its_evidence_rather_than_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects: a storm that throttles the mentions table is when the bell must ring."""
    at = burning()

    def throttled(*_: object) -> None:
        raise ThrottledError("storm")

    monkeypatch.setattr(at.mentions, "gravest", throttled)
    assert set(deliver_all(at)) == {DeliveryStatus.SENT}
    _, alert = at.channels[Channel.EMAIL].sent[0]
    assert alert.reasons
    assert alert.mentions == ()


def test_one_alert_that_cannot_be_read_stops_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    at = burning()
    read, broken = at.cases.outbox_item, outbox(at)[0].id

    def unreadable(item_id: str) -> OutboxItem | None:
        if item_id == broken:
            raise ValueError("unreadable")
        return read(item_id)

    monkeypatch.setattr(at.cases, "outbox_item", unreadable)
    at.mentions._dirty["Аврора"] += 1
    at.clock.forward(seconds=61)
    with pytest.raises(WatchError):
        at.watch.run()
    assert {item.status for item in outbox(at) if item.id != broken} == {DeliveryStatus.SENT}
    assert at.cases.brand_state("Аврора").assessed_seq == at.mentions.dirty_seq("Аврора")


def test_a_server_that_hangs_leaves_time_for_sms_and_assessments(monkeypatch: pytest.MonkeyPatch) -> None:
    at = burning()

    def hanging(*_: object) -> str:
        at.elapsed += SWEEP_WITHIN + 1
        raise DeliveryError("timeout")

    monkeypatch.setattr(at.channels[Channel.EMAIL], "send", hanging)
    at.clock.forward(seconds=61)
    report = at.watch.run()
    assert report.assessed == 1
    assert len(at.channels[Channel.SMS].sent) == 1
    assert len(at.channels[Channel.TOPIC].sent) == 1


def test_good_news_that_waited_is_not_told_during_the_next_crisis() -> None:
    # GIVEN a storm that ended while mail was down
    at = burning()
    deliver_all(at)
    at.channels[Channel.EMAIL].refuse = [DeliveryError("SES is down")] * 4
    while at.cases.brand_state("Аврора").level > Level.CALM:
        at.clock.forward(minutes=10)
        at.watch.run()
    # WHEN it comes back before the good news went out
    at.hear(*(mention(100 + n, at=at.clock.at, fetched_at=at.clock.at) for n in range(12)))
    for _ in range(60):
        at.clock.forward(minutes=2)
        at.watch.run()
    # THEN the last thing that people read is the crisis
    kinds = [alert.kind.value for _, alert in at.channels[Channel.EMAIL].sent]
    assert kinds[-1] == "raised"
    assert kinds.count("resolved") == 0
    assert DeliveryStatus.CANCELLED in {item.status for item in outbox(at)}


def test_after_quiet_hours_the_level_of_now_is_told_or_nothing() -> None:
    sleeper = {"name": "Duty desk", "email": "duty@agency.example", "phone": "+380441234567"}
    for from_level, sent in (("issue", 0), ("watch", 1)):
        at = House(
            client(
                responders=[sleeper | {"sms_from": from_level}], thresholds={"issue": 40, "crisis": 98, "severe": 99}
            ),
            ticking=False,
        )
        at.clock.forward(hours=8, minutes=1)  # 22:01 in Kyiv
        at.hear(*(mention(n, at=at.clock.at, fetched_at=at.clock.at, text="Аврора — жах і обман") for n in range(7)))
        assert at.cases.brand_state("Аврора").level is Level.ISSUE
        for _ in range(9 * 60 + 2):
            at.clock.forward(minutes=1)
            at.watch.run()
        assert at.cases.brand_state("Аврора").level is Level.WATCH
        messages = at.channels[Channel.SMS].sent
        assert [alert.level for _, alert in messages] == [Level.WATCH] * sent


def test_who_will_be_told_only_in_the_morning_is_not_among_those_who_were() -> None:
    people = [
        {"name": "Awake", "email": "awake@agency.example", "quiet_hours": None},
        {"name": "Asleep", "email": "asleep@agency.example", "phone": "+380441234567"},
    ]
    at = House(client(responders=people, thresholds=NO_CRISIS))
    at.clock.forward(hours=12)
    at.hear(*(mention(n, at=at.clock.at, fetched_at=at.clock.at, text="Аврора — жах і обман") for n in range(7)))
    deliver_all(at)
    alert = next(alert for address, alert in at.channels[Channel.EMAIL].sent if address.startswith("awake"))
    assert [(told.name, told.channels) for told in alert.others] == [("Asleep", (Channel.EMAIL,))]


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
