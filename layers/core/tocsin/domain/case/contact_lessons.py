"""What a case has taught of the people in the client's file: who is asked first, how they are rung, who hears of it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tocsin.domain.case.changes import first_of
from tocsin.domain.case.figures import Figures
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.review import ChangeKind
from tocsin.domain.client import Client
from tocsin.domain.fallback import PAGES
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import Channel, DeliveryState, OutboxItem
from tocsin.domain.people import Circle, ClientContact, Responder
from tocsin.domain.roster import at_once

RINGS = frozenset({Channel.SMS, Channel.CALL})
LOST = 2
"""Messages to one number that did not arrive: one may be chance."""
MOST_OUTLETS, LONGEST_NAME = 3, 80
_MINUTE = timedelta(minutes=1)


class Lesson(NamedTuple):
    """What a change would be: see PlanChange."""

    kind: ChangeKind
    place: str
    before: str | None
    after: str | None
    why: tuple[str, ...]


def contacts(
    client: Client, incident: Incident, file: CaseFile, told: Figures, outbox: Sequence[OutboxItem]
) -> tuple[Lesson, ...]:
    """``outbox``: every message of the case."""
    return (
        *_first(client, incident, told),
        *_numbers(client, outbox),
        *_nights(client, told, outbox),
        *_outlets(client, file),
    )


def _lesson(place: str, before: object, after: object, *why: str) -> Lesson:
    was, becomes = (None if one is None else json.dumps(one, ensure_ascii=False) for one in (before, after))
    return Lesson(ChangeKind.CONTACT, place, was, becomes, why)


def _first(client: Client, incident: Incident, told: Figures) -> Iterator[Lesson]:
    """Whoever is asked first and was never heard changes places with who took it. Where a rota decides, they get the
    weeks of who has them now."""
    silent = {one.of: one.count for one in told.missed if one.name == "page_unanswered"}
    took = [page.person for page in incident.paging.people if page.acknowledged_at] if incident.paging else []
    known = {one.email for one in client.responders}
    kept = {person for one in client.rota for person in one.named()}
    first = first_of(client)
    instead = next((one for one in took if one != first and one in known), None)
    if first in silent and first not in kept and instead is not None and instead not in kept:
        yield _lesson("responders.first", first, instead, f"asked={silent[first]}", "answered=0")
    zone = ZoneInfo(client.timezone)
    for rota in client.rota:
        had = rota.on_duty(incident.opened_at, zone)
        other = next((one for one in took if one in known and one not in kept), None)
        if had in silent and had in rota.people and other is not None and not {"[", "]"} & {*rota.name}:
            yield _lesson(f"rota[{rota.name}].people", had, other, f"asked={silent[had]}", "answered=0")


def _numbers(client: Client, outbox: Iterable[OutboxItem]) -> Iterator[Lesson]:
    """A number that nothing reached goes, where there is another one, or somebody else to ring."""
    lost, reached = Counter[tuple[str, str]](), set[tuple[str, str]]()
    for item in outbox:
        place = item.recipient, item.address
        if item.channel not in RINGS or item.delivery is None:
            continue
        if item.delivery.state.lost:
            lost[place] += 1
        elif item.delivery.state is DeliveryState.DELIVERED:
            reached.add(place)
    dead = {place: count for place, count in lost.items() if count >= LOST and place not in reached}
    left = {one.email for one in client.responders if one.phone and (one.email, one.phone) not in dead}
    for one in client.responders:
        count = dead.get((one.email, one.phone or ""), 0)
        other = one.second_phone if (one.email, one.second_phone or "") not in dead else None
        if count and (other or left - {one.email}):
            yield _number("responders", one, other, count)
    for contact in client.client_contacts:
        if count := dead.get((contact.email, contact.phone or ""), 0):
            yield _number("client_contacts", contact, None, count)


def _number(inside: str, one: Responder | ClientContact, other: str | None, lost: int) -> Lesson:
    return _lesson(f"{inside}[{one.email}].phone", one.phone, other, f"lost={lost}")


def _nights(client: Client, told: Figures, outbox: Iterable[OutboxItem]) -> Iterator[Lesson]:
    """Who was to be asked first slept by their quiet hours, and it was taken late, or by nobody."""
    took = told.of("acknowledge")
    if took is None or (took.minutes is not None and not took.late):
        return
    waited: dict[str, tuple[int, Level]] = {}
    for item in outbox:
        if item.channel not in RINGS or item.kind not in PAGES or not item.held or item.level < Level.ISSUE:
            continue
        if any(one.email == item.recipient for one in at_once(client, item.level, item.created_at)):
            minutes = int((item.planned_at - item.created_at) / _MINUTE)
            waited[item.recipient] = max(waited.get(item.recipient, (0, item.level)), (minutes, item.level))
    for one in client.responders:
        minutes, level = waited.get(one.email, (0, Level.CALM))
        if one.quiet_hours is not None and minutes > took.goal and level < one.quiet_hours.unless:
            place = f"responders[{one.email}].quiet_hours.unless"
            yield _lesson(place, one.quiet_hours.unless.value, level.value, f"waited={minutes}")


def _outlets(client: Client, file: CaseFile) -> Iterator[Lesson]:
    """Who asked by themselves and was answered by hand is told by themselves next time."""
    known = {one.name.casefold() for one in client.stakeholders}
    asked = dict.fromkeys(one.outlet for one in file.enquiries if one.answered_at is not None)
    new = [one for one in asked if one.casefold() not in known and len(one) <= LONGEST_NAME]
    for name in new[:MOST_OUTLETS]:
        yield _lesson("stakeholders", None, {"name": name, "circle": Circle.MEDIA.value}, "asked=1")
