"""Protects: what a source said before we first listened to it pages nobody; the desk hears of it once, by mail."""

from datetime import timedelta

from tests.support.samples import NOON, client, mention
from tests.unit.services.support import House
from tocsin.domain.levels import Level
from tocsin.domain.mention import Mention
from tocsin.domain.outbox import Channel, OutboxItem
from tocsin.domain.reasons import ReasonName
from tocsin.services.score import QueuedMention

DUTY = {"name": "Duty desk", "email": "duty@agency.example", "phone": "+380441234567", "quiet_hours": None}


def house(**changes: object) -> House:
    return House(client(responders=[DUTY], **changes))


def backfill(at: House, *mentions: Mention) -> None:
    """As the queue brings the first look at a source."""
    bodies = [m.model_copy(update={"fetched_at": at.clock.at}).model_dump_json(exclude_none=True) for m in mentions]
    at.score.run(
        [QueuedMention(message_id=str(n), body=f'{body[:-1]},"history":true}}') for n, body in enumerate(bodies)]
    )


def burning(at: House, first: int, since: timedelta) -> list[Mention]:
    """Two dozen poisonings, one every other minute."""
    begin = at.clock.at - since
    return [mention(first + n, at=begin + timedelta(minutes=2 * n)) for n in range(24)]


def told(at: House) -> list[OutboxItem]:
    at.watch.run()
    return sorted(at.cases._outbox.values(), key=lambda item: item.created_at)


def test_calm_history_tells_nobody_anything() -> None:
    at = house()
    backfill(at, *(mention(n, at=NOON - timedelta(hours=n), text="Аврора: новий торт") for n in range(1, 30)))
    assert told(at) == []


def test_a_storm_of_yesterday_is_history() -> None:
    at = house()
    backfill(at, *burning(at, 0, timedelta(hours=20)))
    assert told(at) == []
    assert at.cases.brand_state("Аврора").level is Level.CALM


def test_a_brand_that_burns_already_is_told_once_by_mail_with_the_time() -> None:
    # GIVEN a source that has told of poisonings for 46 minutes when it is first heard
    at = house()
    backfill(at, *burning(at, 0, timedelta(minutes=46)))

    # THEN the desk has one mail, no SMS, and the mail says since when
    items = told(at)
    assert {item.channel for item in items} == {Channel.EMAIL, Channel.TOPIC}
    [mail] = [item for item in items if item.channel is Channel.EMAIL]
    assert mail.level >= Level.CRISIS
    [earlier] = [reason for reason in mail.reasons if reason.name is ReasonName.EARLIER]
    assert earlier.since is not None
    assert NOON - timedelta(minutes=46) <= earlier.since <= NOON - timedelta(minutes=36)

    # WHEN nothing new comes and time goes by
    for _ in range(90):
        at.clock.forward(minutes=1)
        at.watch.run()

    # THEN nobody is told anything more
    assert len(told(at)) == len(items)


def test_a_storm_that_goes_on_before_our_ears_rings() -> None:
    at = house()
    backfill(at, *burning(at, 0, timedelta(minutes=46)))
    told(at)

    # WHEN it goes on
    at.clock.forward(minutes=10)
    at.hear(*(mention(100 + n, at=at.clock.at, fetched_at=at.clock.at) for n in range(20)))

    # THEN people are woken, once
    assert [item.channel for item in told(at)].count(Channel.SMS) == 1


def test_the_end_of_it_is_told_to_who_had_the_mail() -> None:
    at = house()
    backfill(at, *burning(at, 0, timedelta(minutes=46)))
    told(at)
    for _ in range(24 * 4 * 4):
        at.clock.forward(minutes=15)
        at.watch.run()
    assert at.cases.brand_state("Аврора").level is Level.CALM
    assert told(at)[-1].kind.value == "resolved"
    assert Channel.SMS not in {item.channel for item in told(at)}


def test_in_shadow_nobody_is_told_of_history_either() -> None:
    at = house(shadow=True)
    backfill(at, *burning(at, 0, timedelta(minutes=46)))
    assert told(at) == []
