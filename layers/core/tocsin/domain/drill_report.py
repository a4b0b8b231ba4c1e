"""How a drill went: how soon people were told, took it and answered, and whether that was soon enough."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from tocsin.domain.client import Client
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.outbox import Channel, DeliveryStatus, OutboxItem

PERSONAL = frozenset({Channel.EMAIL, Channel.SMS, Channel.CALL})
ALERT_WITHIN = 5
"""Minutes from the first mention in the queue to the first message that left."""


class Reached(Frozen):
    """One person by one channel. ``why``: what went wrong."""

    person: str
    channel: Channel
    sent_at: UtcDatetime | None
    delivered: str | None = None
    why: str | None = None


class DrillReport(Frozen):
    """Moments are None where nothing of the kind happened. ``acknowledge_within`` and ``respond_within``: minutes that
    the client's clocks allow, from the alert on."""

    brand: str
    scenario: str
    incident_id: str | None
    level: Level | None
    began_at: UtcDatetime
    ended_at: UtcDatetime
    alerted_at: UtcDatetime | None = None
    acknowledged_at: UtcDatetime | None = None
    acknowledged_by: str | None = None
    responded_at: UtcDatetime | None = None
    acknowledge_within: int = 0
    respond_within: int = 0
    reached: tuple[Reached, ...] = ()
    unheard: tuple[str, ...] = ()
    """Sources that were ill while it lasted: a drill begins behind them, so that it would have rung all the same."""
    heard: tuple[str, ...] = ()
    """Sources that answered a real look while it lasted: fetched, parsed and matched as ever."""
    silent: tuple[str, ...] = ()
    """Sources of which no look fell into it, and which are not ill."""

    @property
    def minutes_to_alert(self) -> float | None:
        return _minutes(self.began_at, self.alerted_at)

    @property
    def minutes_to_acknowledge(self) -> float | None:
        return _minutes(self.alerted_at, self.acknowledged_at)

    @property
    def minutes_to_respond(self) -> float | None:
        return _minutes(self.alerted_at, self.responded_at)

    @property
    def wanting(self) -> tuple[str, ...]:
        """What is not as it should be, in English; nothing: it went well."""
        return tuple(self._wanting())

    def _wanting(self) -> Iterator[str]:
        if self.alerted_at is None:
            yield "nobody was alerted"
            yield from self._deaf()
            return
        for what, minutes, within in (
            ("alerted", self.minutes_to_alert, ALERT_WITHIN),
            ("acknowledged", self.minutes_to_acknowledge, self.acknowledge_within),
            ("answered in public", self.minutes_to_respond, self.respond_within),
        ):
            if minutes is None:
                yield f"not {what} while it lasted (allowed: {within} min)"
            elif minutes > within:
                yield f"{what} after {minutes:.1f} min (allowed: {within} min)"
        for one in self.reached:
            if one.why:
                yield f"{one.channel.value} to {one.person}: {one.why}"
        yield from self._deaf()

    def _deaf(self) -> Iterator[str]:
        for name in self.unheard:
            yield f"{name} is not heard: what is said there would have rung nobody"


def _minutes(since: datetime | None, until: datetime | None) -> float | None:
    return round((until - since).total_seconds() / 60, 2) if since is not None and until is not None else None


def report_of(
    client: Client,
    scenario: str,
    brand: str,
    incident: Incident | None,
    outbox: Sequence[OutboxItem],
    began_at: datetime,
    now: datetime,
    unheard: Sequence[str] = (),
    heard: Sequence[str] = (),
    silent: Sequence[str] = (),
) -> DrillReport:
    """``incident``: None where none began; ``unheard``, ``heard`` and ``silent``: names of sources."""
    sources = {"unheard": tuple(unheard), "heard": tuple(heard), "silent": tuple(silent)}
    if incident is None:
        return DrillReport(
            brand=brand, scenario=scenario, incident_id=None, level=None, began_at=began_at, ended_at=now, **sources
        )  # fmt: skip
    own = [item for item in outbox if item.channel in PERSONAL]
    paging = incident.paging
    taken = sorted(
        (page.acknowledged_at, page.person) for page in (paging.people if paging else ()) if page.acknowledged_at
    )
    clocks = client.escalation.of(incident.peak)
    return DrillReport(
        brand=brand,
        scenario=scenario,
        incident_id=incident.id,
        level=incident.peak,
        began_at=began_at,
        ended_at=now,
        alerted_at=min((item.sent_at for item in own if item.sent_at is not None), default=None),
        acknowledged_at=taken[0][0] if taken else None,
        acknowledged_by=taken[0][1] if taken else None,
        responded_at=paging.responded_at if paging else None,
        acknowledge_within=clocks.acknowledge,
        respond_within=clocks.respond,
        reached=tuple(_reached(own)),
        **sources,
    )


def _reached(items: Sequence[OutboxItem]) -> Iterator[Reached]:
    """The best that came of all messages to one address of a person."""
    places: dict[tuple[str, Channel, str], list[OutboxItem]] = {}
    for item in items:
        places.setdefault((item.recipient, item.channel, item.address), []).append(item)
    for (person, channel, _), told in sorted(places.items()):
        sent = [item for item in told if item.status is DeliveryStatus.SENT]
        arrived = [item.delivery for item in sent if item.delivery is not None]
        lost = next((each for each in arrived if each.state.lost), None)
        failed = next((item for item in told if item.status is DeliveryStatus.FAILED), None)
        why = f"{lost.state.value}{': ' + lost.reason if lost.reason else ''}" if lost is not None else None
        if why is None and not sent and failed is not None:
            why = failed.last_error or "given up"
        yield Reached(
            person=person,
            channel=channel,
            sent_at=min((item.sent_at for item in sent if item.sent_at is not None), default=None),
            delivered=arrived[0].state.value if arrived else None,
            why=why,
        )
