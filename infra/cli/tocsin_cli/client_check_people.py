"""What `tocsin client check` says of people: who is woken when, in which order, and what is odd about it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from tocsin.domain.client import Client, Responder
from tocsin.domain.levels import Level
from tocsin.domain.people import Circle, Role
from tocsin.domain.roster import Turn, roster
from tocsin.web.i18n import Reader
from tocsin_cli.output import short

AHEAD = timedelta(weeks=8)
"""How far the rota is looked at."""
STEP = timedelta(hours=1)


def wakes(client: Client, now: datetime) -> Iterator[str]:
    """Thresholds, people in the order in which they are asked, clocks, rooms, and the client's own people."""
    thresholds = client.thresholds
    yield f"issue from index {thresholds.issue}, crisis from {thresholds.crisis}, severe from {thresholds.severe}"
    for turn in roster(client, now):
        one = turn.person
        yield f"tells {short(one.name)} ({client.language_of(one)}{_as_what(turn)}): {_ways(client, one)}"
    yield from _duties(client, now)
    for level in (Level.ISSUE, Level.CRISIS, Level.SEVERE):
        clocks = client.escalation.of(level)
        many = f" by {clocks.needed}" if clocks.needed > 1 else ""
        yield (
            f"{level.value}: taken{many} within {clocks.acknowledge} min, again after {clocks.again},"
            f" the next one after {clocks.next}; action in {clocks.act}, response in {clocks.respond},"
            f" update every {clocks.update} min"
        )
    for room in client.channels:
        yield f"posts in {short(room.name)} ({room.kind.value}) from {room.level.value}"
    for contact in client.client_contacts:
        how = "by itself from crisis" if client.client_auto_page else "by one tap of a responder"
        yield f"tells the client's {short(contact.name)} {how}"
    for circle in Circle:
        named = [short(one.name) for one in client.stakeholders if one.circle is circle]
        if named:
            yield f"to inform, {circle.value}: {', '.join(named)}"


def _as_what(turn: Turn) -> str:
    role = f", {turn.role.value}" if turn.role else ""
    return f"{role}, off duty" if turn.off else role


def _ways(client: Client, responder: Responder) -> str:
    ways = [f"e-mail to {responder.email} from {responder.email_from.value}"]
    if responder.phone:
        ways.append(f"SMS to {responder.phone} from {responder.sms_from.value}")
        if client.sms.calls:
            ways.append(f"calls from {responder.call_from.value}")
        quiet = responder.quiet_hours
        if quiet:
            ways.append(
                f"no SMS from {quiet.start:%H:%M} to {quiet.end:%H:%M} {client.zone_of(responder).key}"
                f" below {quiet.unless.value}"
            )
    return "; ".join(ways)


def _duties(client: Client, now: datetime) -> Iterator[str]:
    zone = ZoneInfo(client.timezone)
    names = {one.email: one.name for one in client.responders}
    for rota in client.rota:
        reader = Reader("en", rota.timezone or client.timezone)
        turns = _turns(client, rota.name, now)
        until = turns[1][0] if len(turns) > 1 else None
        who = rota.on_duty(now, zone)
        on = short(names[who]) if who else "nobody yet"
        end = f" until {reader.date(until)}, {reader.clock(until)}" if until else ""
        after = f", then {short(names[turns[1][1]])}" if len(turns) > 1 and turns[1][1] else ""
        yield f"rota {short(rota.name)} ({rota.role.value}, {rota.handover}): {on}{end}{after}"


def _turns(client: Client, name: str, now: datetime) -> list[tuple[datetime, str | None]]:
    """Who is on duty from when, over the coming weeks; to the minute."""
    rota = next(one for one in client.rota if one.name == name)
    zone = ZoneInfo(client.timezone)
    turns = [(now, rota.on_duty(now, zone))]
    steps = [now + STEP * number for number in range(int(AHEAD / STEP) + 1)]
    for before, after in pairwise(steps):
        if rota.on_duty(after, zone) != turns[-1][1]:
            minutes = (before + timedelta(minutes=minute) for minute in range(1, 61))
            start = next(minute for minute in minutes if rota.on_duty(minute, zone) != turns[-1][1])
            turns.append((start.replace(second=0, microsecond=0), rota.on_duty(after, zone)))
    return turns


def odd_people(client: Client, now: datetime) -> Iterator[str]:
    """What is likely to fail in the night."""
    if len(client.responders) == 1:
        yield "responders: one person only; whoever sleeps deeply, flies or is ill has no deputy"
    phones = [one for one in client.responders if one.phone]
    if not phones:
        yield "responders: nobody has a phone, so nobody is woken by SMS"
    elif not any(one.quiet_hours is None or one.quiet_hours.unless <= Level.CRISIS for one in phones):
        yield "responders: at night nobody is rung for a crisis; set quiet_hours.unless: crisis for one of them"
    elif not any(one.sms_from <= Level.CRISIS for one in phones):
        yield "responders: nobody is rung for a crisis at once; set sms_from: crisis for one of them"
    yield from _odd_regions(client, now)
    yield from _odd_rota(client, now)
    if client.client_auto_page and client.client_contacts:
        yield "client_auto_page: the client's own people hear of a crisis from the machine, false alarms included"
    elif client.client_auto_page:
        yield "client_auto_page: there are no client_contacts to page"


def _odd_regions(client: Client, now: datetime) -> Iterator[str]:
    if not client.alarm_regions:
        return
    alarmed = {region.casefold() for region in client.alarm_regions}
    # Whose week it is not is asked in the end: what is odd does not change with the week.
    asked = {Role.RESPONSIBLE, Role.DEPUTY}
    tiers = [turn.person for turn in roster(client, now) if turn.off or turn.role in asked]
    unknown = [one for one in tiers if one.region is None]
    if not any(one.phone and one.region and one.region.casefold() not in alarmed for one in tiers):
        yield (
            f"alarm_regions: no deputy with a phone lives outside {', '.join(client.alarm_regions)};"
            " under an air-raid alert there is nobody to ask"
        )
    if unknown:
        yield f"responders: {', '.join(short(one.name) for one in unknown)}: say their region, for an air-raid alert"


def _odd_rota(client: Client, now: datetime) -> Iterator[str]:
    people = {one.email: one for one in client.responders}
    for rota in client.rota:
        turns = _turns(client, rota.name, now)
        if turns[0][1] is None:
            begins = f" before {turns[1][0]:%Y-%m-%d}" if len(turns) > 1 else ""
            yield f"rota {short(rota.name)}: nobody is on duty{begins}; it starts on {rota.starts}"
        mute = dict.fromkeys(people[who].name for _, who in turns if who and people[who].phone is None)
        if mute:
            yield f"rota {short(rota.name)}: {', '.join(short(name) for name in mute)} is on duty without a phone"
        if len(set(rota.people)) == 1:
            yield f"rota {short(rota.name)}: one person only, so every week is theirs"
        for cover in (*rota.overrides, *rota.holidays):
            if cover.until <= now:
                yield f"rota {short(rota.name)}: what {short(people[cover.who].name)} stood in for is over; drop it"
