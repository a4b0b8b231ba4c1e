"""Whom a bad night reaches: ways that were proven, chat rooms, and each hour of the coming year, holidays too."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tocsin.domain.client import Client
from tocsin.domain.holidays import Holidays
from tocsin.domain.law import Calendar, Law, calendars_of
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, DeliveryState, DeliveryStatus, OutboxItem
from tocsin.domain.people import Responder, Role
from tocsin.domain.readiness import found, named
from tocsin.domain.readiness_report import Check, Finding, Found, State
from tocsin.domain.ringing import awake
from tocsin.domain.roster import at_once, in_turn, on_duty, roster

PROVEN_FOR = timedelta(days=90)
YEAR, STEP = timedelta(days=365), timedelta(hours=1)
SHOWN = 3
UKRAINE = frozenset({"Europe/Kyiv", "Europe/Kiev"})
RINGING = frozenset({Channel.SMS, Channel.CALL})
PERSONAL = frozenset({Channel.EMAIL, *RINGING})

Place = tuple[str, Channel, str]
"""Whose it is (a person's e-mail, a room's name), by which channel, to which address."""


class Proof(NamedTuple):
    """The best that is known of one way: a person answered, it arrived, it was sent, it was lost. ``why``: what the
    provider said of a lost one."""

    kind: str
    at: datetime
    why: str = ""

    @property
    def proves(self) -> bool:
        return self.kind in {"answered", "delivered"}


def proofs(
    client: Client, messages: Iterable[OutboxItem], answered: Mapping[str, datetime], now: datetime
) -> dict[Place, Proof]:
    """``messages``: of tests, drills and cases; ``answered``: when people last took a case or a drill, by address. A
    room's own system says at once whether it took a post: to have been sent proves it."""
    known: dict[Place, Proof] = {}
    for item in sorted(messages, key=_moment):
        if now - _moment(item) > PROVEN_FOR:
            continue
        proof = _proof(item)
        if proof is None:
            continue
        place = (item.recipient, item.channel, item.address)
        before = known.get(place)
        if proof.kind != "sent" or before is None or not before.proves:
            known[place] = proof
    for one in client.responders:
        took = answered.get(one.email)
        if took is None or now - took > PROVEN_FOR:
            continue
        for place, proof in known.items():  # an answer proves whatever rang before it
            if place[0] == one.email and proof.kind == "sent" and proof.at <= took:
                known[place] = Proof("answered", took)
    return known


def _moment(item: OutboxItem) -> datetime:
    return item.sent_at or item.created_at


def _proof(item: OutboxItem) -> Proof | None:
    """None: it tells nothing of the way, as what waits, or was called off."""
    if item.status is DeliveryStatus.SENT:
        if item.channel not in PERSONAL:
            return Proof("delivered", _moment(item))
        if item.delivery is None:
            return Proof("sent", _moment(item))
        kind = "delivered" if item.delivery.state is DeliveryState.DELIVERED else "lost"
        return Proof(kind, item.delivery.at)
    refused = item.status is DeliveryStatus.FAILED or (
        item.kind is AlertKind.TEST and item.status is DeliveryStatus.CANCELLED
    )
    return Proof("lost", _moment(item), item.last_error) if refused and item.last_error else None


def people(client: Client, proven: Mapping[Place, Proof] | None) -> Iterator[Finding]:
    if proven is None:
        yield found(Check.PEOPLE, State.UNSEEN, Found.PEOPLE_UNSEEN)
        return
    reached = 0
    for one in client.responders:
        ways = [(Channel.EMAIL, one.email), *((Channel.SMS, phone) for phone in (one.phone, one.second_phone) if phone)]
        if one.phone and client.sms.calls:
            ways.append((Channel.CALL, one.phone))
        known = [(channel, address, proven.get((one.email, channel, address))) for channel, address in ways]
        for channel, address, proof in known:
            if proof is not None and proof.kind == "lost":
                day = proof.at.date()
                yield found(Check.PEOPLE, State.WANTING, Found.WAY_LOST, one.name, channel.value, address, day)
        rings = [proof for channel, _, proof in known if channel in RINGING]
        if any(proof is not None and proof.proves for proof in (rings or [proof for *_, proof in known])):
            reached += 1
            continue
        sent = any(proof is not None and proof.kind == "sent" for *_, proof in known)
        what = Found.WAY_UNPROVEN if sent else Found.WAY_UNTRIED
        yield found(Check.PEOPLE, State.WANTING, what, one.name, "phone" if rings else "email", PROVEN_FOR.days)
    if reached == len(client.responders):
        yield found(Check.PEOPLE, State.OK, Found.PEOPLE, reached, PROVEN_FOR.days)


def rooms(client: Client, proven: Mapping[Place, Proof] | None) -> Iterator[Finding]:
    """Chat rooms and other systems: a token that was taken back, or a bot that was put out, is found here."""
    if not client.channels:
        return
    if proven is None:
        yield found(Check.ROOMS, State.UNSEEN, Found.ROOMS_UNSEEN)
        return
    good = 0
    for room in client.channels:
        proof = proven.get((room.name, Channel(room.kind.value), room.name))
        if proof is None:
            yield found(Check.ROOMS, State.WANTING, Found.ROOM_UNTRIED, room.name, room.kind.value, PROVEN_FOR.days)
        elif proof.proves:
            good += 1
        else:
            of = (room.name, room.kind.value, proof.at.date(), proof.why)
            yield found(Check.ROOMS, State.WANTING, Found.ROOM_LOST, *of)
    if good == len(client.channels):
        yield found(Check.ROOMS, State.OK, Found.ROOMS, good, PROVEN_FOR.days)


def clocks(
    client: Client, now: datetime, laws: Sequence[Law] = (), calendars: Sequence[Calendar] = ()
) -> Iterator[Finding]:
    """A year of hours: does a crisis ring somebody at once, and is there a second one? ``laws`` and ``calendars``: for
    the public holidays of the client's countries; none where they could not be looked at."""
    start = now.replace(minute=0, second=0, microsecond=0)
    nobody: list[datetime] = []
    alone: list[datetime] = []
    for number in range(int(YEAR / STEP)):
        at = start + number * STEP
        first = [one for one in _asked(client, at) if _rings(client, one, at)]
        if not first:
            nobody.append(at)
        elif len({one.email for one in (*first, *in_turn(client, at)) if _rings(client, one, at)}) < 2:
            alone.append(at)
    if nobody:
        yield found(Check.CLOCKS, State.WANTING, Found.NOBODY_RINGS, len(nobody), *_spans(nobody))
    if alone:
        yield found(Check.CLOCKS, State.WANTING, Found.ONE_ALONE, len(alone), *_spans(alone))
    if not nobody and not alone:
        yield found(Check.CLOCKS, State.OK, Found.COVERED)
    yield from _on_holidays(
        client, now, calendars_of(laws, calendars, client.countries, client.timezone), [*nobody, *alone]
    )
    for rota in client.rota:
        if not any(cover.until > now for cover in rota.holidays):
            yield found(Check.CLOCKS, State.NOTE, Found.NO_LEAVE, rota.name)


def _on_holidays(
    client: Client, now: datetime, calendars: Mapping[str, Holidays], bare: Sequence[datetime]
) -> Iterator[Finding]:
    """By the calendars of the client's countries: a gap that lies on a public holiday is named as such."""
    zone = ZoneInfo(client.timezone)
    today = now.astimezone(zone).date()
    if not calendars:
        where = named(client.countries) or client.timezone
        yield found(Check.CLOCKS, State.UNSEEN, Found.HOLIDAYS_UNKNOWN, where)
        return
    if unknown := [one for one in client.countries if one not in calendars]:
        yield found(Check.CLOCKS, State.UNSEEN, Found.HOLIDAYS_UNKNOWN, named(unknown))
    for country, one in sorted(calendars.items()):
        doubtful = one.doubtful_from(today + YEAR)
        if doubtful is not None:
            yield found(Check.CLOCKS, State.UNSEEN, Found.HOLIDAYS_DOUBTFUL, country, doubtful, one.source)
    days = sorted({day for one in calendars.values() for day in one.between(today, today + YEAR)})
    gaps = {at.astimezone(zone).date() for at in bare}
    uncovered = [day for day in days if day in gaps]
    if uncovered:
        listed = named([day.isoformat() for day in uncovered])
        yield found(Check.CLOCKS, State.WANTING, Found.HOLIDAY_UNCOVERED, listed)
    elif days:
        noon = datetime(days[0].year, days[0].month, days[0].day, 12, tzinfo=zone)
        first = at_once(client, Level.CRISIS, noon)[0]
        yield found(Check.CLOCKS, State.OK, Found.HOLIDAYS_COVERED, len(days), days[0], first.name)
    else:
        yield found(Check.CLOCKS, State.OK, Found.NO_DAYS_OFF)


def deputy(client: Client, now: datetime) -> Iterator[Finding]:
    """Whoever sits in the same raid, or the same power cut, is no deputy."""
    if not client.alarm_regions:
        if client.timezone in UKRAINE:
            yield found(Check.DEPUTY, State.WANTING, Found.REGIONS_UNSAID)
        return
    alarmed = {region.casefold() for region in client.alarm_regions}
    asked = {Role.RESPONSIBLE, Role.DEPUTY, Role.DIRECTOR}
    tiers = [turn.person for turn in roster(client, now) if turn.off or turn.role in asked]
    away = [one for one in tiers if one.phone and one.region and one.region.casefold() not in alarmed]
    if away:
        yield found(Check.DEPUTY, State.OK, Found.ELSEWHERE, away[0].name, away[0].region)
    else:
        yield found(Check.DEPUTY, State.WANTING, Found.NOBODY_ELSEWHERE, named(client.alarm_regions))
    for one in tiers:
        if one.region is None:
            yield found(Check.DEPUTY, State.NOTE, Found.REGION_UNSAID, one.name)


def _asked(client: Client, at: datetime) -> Sequence[Responder]:
    duty = on_duty(client, at)
    return [*at_once(client, Level.CRISIS, at), *(one for one in client.responders if one.email in duty)]


def _rings(client: Client, one: Responder, at: datetime) -> bool:
    return bool(one.phone) and awake(client, one, Level.CRISIS, at) <= at


def _spans(hours: Sequence[datetime]) -> Iterator[str]:
    """The first few stretches: since and until, by turns."""
    spans: list[list[datetime]] = []
    for at in hours:
        if spans and at - spans[-1][1] <= STEP:
            spans[-1][1] = at
        else:
            spans.append([at, at])
    for since, until in spans[:SHOWN]:
        yield since.isoformat()
        yield (until + STEP).isoformat()
