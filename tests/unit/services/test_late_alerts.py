"""Protects: what waited (for a provider, the morning, the end of shadow) tells the truth to whom it concerns."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.samples import client, mention
from tests.unit.services.support import House
from tocsin.domain.errors import DeliveryError, ThrottledError
from tocsin.domain.levels import Level
from tocsin.domain.outbox import Channel, DeliveryStatus
from tocsin.services.watch import WatchError

NO_CRISIS = {"issue": 40, "crisis": 98, "severe": 99}
DUTY = {"name": "Duty desk", "email": "duty@agency.example", "phone": "+380441234567"}


def issue(at: House, first: int = 0) -> None:
    at.hear(
        *(mention(first + n, at=at.clock.at, fetched_at=at.clock.at, text="Аврора — жах і обман") for n in range(7))
    )


def storm(at: House, first: int = 100) -> None:
    at.hear(*(mention(first + n, at=at.clock.at, fetched_at=at.clock.at) for n in range(12)))


def minutes(at: House, count: int, step: int = 1) -> None:
    for _ in range(count):
        at.clock.forward(minutes=step)
        at.watch.run()


def level(at: House) -> Level:
    return at.cases.brand_state("Аврора").level


def test_an_outage_that_ends_at_night_rings_nobody_before_the_morning() -> None:
    at = House(client(responders=[DUTY], thresholds=NO_CRISIS), ticking=False)
    at.clock.at = datetime(2026, 3, 2, 19, 50, tzinfo=UTC)  # 21:50 in Kyiv
    issue(at)
    at.channels[Channel.SMS].refuse = [DeliveryError("SNS is down")] * 5
    minutes(at, 60)
    assert at.channels[Channel.SMS].sent == []

    minutes(at, 5 * 60, 1)
    assert at.channels[Channel.SMS].sent == []
    [sms] = [item for item in at.cases._outbox.values() if item.channel is Channel.SMS]
    assert (sms.status, sms.due_at) == (DeliveryStatus.PENDING, datetime(2026, 3, 3, 5, 0, tzinfo=UTC))


def test_after_an_outage_the_level_of_now_is_told_to_whom_it_concerns() -> None:
    people = [DUTY | {"quiet_hours": None, "sms_from": "watch"}]
    people.append({"name": "Boss", "email": "boss@agency.example", "email_from": "issue", "quiet_hours": None})
    at = House(client(responders=people, thresholds=NO_CRISIS), ticking=False)
    issue(at)
    for channel in Channel:
        at.channels[channel].refuse = [DeliveryError("AWS is down")] * 9_999
    minutes(at, 8 * 60)
    for channel in Channel:
        at.channels[channel].refuse = []
    minutes(at, 20)
    assert level(at) is Level.WATCH

    assert [alert.level for _, alert in at.channels[Channel.SMS].sent] == [Level.WATCH]
    assert [alert.level for _, alert in at.channels[Channel.TOPIC].sent] == [Level.WATCH]
    assert "boss@agency.example" not in [address for address, _ in at.channels[Channel.EMAIL].sent]


def test_shadow_switched_off_in_a_storm_tells_people_at_once() -> None:
    awake = [DUTY | {"quiet_hours": None}]
    at = House(client(responders=awake, shadow=True))
    storm(at)
    minutes(at, 3)
    assert not any(channel.sent for channel in at.channels.values())

    at.clients.save(client(responders=awake))
    at.notify.__dict__.pop("_client", None)
    minutes(at, 3)

    assert [alert.level for _, alert in at.channels[Channel.SMS].sent] == [level(at)]


def test_a_storm_that_only_shadow_saw_ends_in_silence() -> None:
    at = House(client(shadow=True))
    storm(at)
    minutes(at, 70, 60)
    assert level(at) is Level.CALM
    assert at.cases._outbox == {}


def test_shadow_switched_on_silences_what_still_waits() -> None:
    at = House(client(responders=[DUTY], thresholds=NO_CRISIS))
    at.clock.at = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
    issue(at)
    at.clients.save(client(responders=[DUTY], thresholds=NO_CRISIS, shadow=True))
    minutes(at, 10 * 60)
    assert at.channels[Channel.SMS].sent == []


def test_whom_the_relapse_does_not_concern_still_hears_of_the_end() -> None:
    people = [DUTY | {"quiet_hours": None}]
    people.append({"name": "Boss", "email": "boss@agency.example", "email_from": "crisis"})
    at = House(client(responders=people), ticking=False)
    storm(at)
    minutes(at, 3)
    # GIVEN the end, held up by an outage of mail
    while level(at) > Level.CALM:
        minutes(at, 1, 10)
    at.channels[Channel.EMAIL].refuse = [DeliveryError("SES is down")] * 6
    minutes(at, 1)
    # WHEN a smaller relapse comes before it went out
    at.hear(*(mention(900 + n, at=at.clock.at, fetched_at=at.clock.at, text="Аврора — погано") for n in range(3)))
    minutes(at, 60)
    assert level(at) is Level.WATCH

    boss = [alert.kind.value for address, alert in at.channels[Channel.EMAIL].sent if address.startswith("boss")]
    assert boss == ["raised", "resolved"]


def test_evidence_that_cannot_be_read_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    at = House(client(responders=[DUTY | {"quiet_hours": None}]))
    storm(at)
    asked = []

    def throttled(*_: object) -> None:
        asked.append(1)
        raise ThrottledError("storm")

    monkeypatch.setattr(at.mentions, "gravest", throttled)
    for item in list(at.cases._outbox):
        at.notify.deliver(item)
    assert len(asked) == 1


def test_a_listing_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    at = House(client(responders=[DUTY | {"quiet_hours": None}]))
    storm(at)

    def throttled(*_: object) -> tuple[str, ...]:
        raise ThrottledError("busy")

    monkeypatch.setattr(at.cases, "failed", throttled)
    at.clock.forward(seconds=61)
    with pytest.raises(WatchError):
        at.watch.run()
    assert len(at.channels[Channel.SMS].sent) == 1


def test_a_mentions_table_that_was_made_anew_does_not_silence_the_bell() -> None:
    """Protects: dirty_seq begins again at one while the brand's state remembers a larger one."""
    at = House(client(responders=[DUTY | {"quiet_hours": None}]))
    for n in range(30):
        at.hear(mention(5_000 + n, text="Аврора відкрилася"))
        at.clock.forward(seconds=5)
    at.mentions._dirty.clear()
    at.mentions._counts.clear()
    storm(at)
    at.clock.forward(seconds=30)
    at.watch.run()
    assert level(at) >= Level.CRISIS


def test_a_week_of_silence_does_not_eat_the_day_before_it() -> None:
    at = House(client(responders=[DUTY]))
    at.hear(mention(1, at=at.clock.at, text="Аврора відкрилася"))
    at.clock.forward(days=3)
    for n in range(200):
        old = at.clock.at - timedelta(hours=3, minutes=n)
        at.hear(mention(100 + n, at=old, fetched_at=at.clock.at, text="Аврора: погано"))
    at.clock.forward(minutes=1)
    at.watch.run()

    at.clock.forward(days=7, hours=12)
    at.hear(mention(2, at=at.clock.at, fetched_at=at.clock.at, text="Аврора відкрилася"))
    assert at.cases.brand_state("Аврора").baseline.negatives > 5
