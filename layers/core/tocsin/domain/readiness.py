"""Is a client ready for the night on which it burns? Each check says what it found, in English for the agency's desk.

What cannot be looked at is said to be unseen, and is no reassurance.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tocsin.domain.client import Client
from tocsin.domain.levels import Level
from tocsin.domain.linter import Kind
from tocsin.domain.model import Frozen
from tocsin.domain.outbox import Channel, DeliveryState, DeliveryStatus, OutboxItem
from tocsin.domain.people import Circle, Responder, Role
from tocsin.domain.playbook import Library
from tocsin.domain.replies import reply_language
from tocsin.domain.ringing import awake
from tocsin.domain.roster import at_once, in_turn, on_duty, roster
from tocsin.domain.sms_prices import call_usd, sms_usd
from tocsin.domain.source_health import Coverage

PROVEN_FOR = timedelta(days=90)
SOON = timedelta(days=14)
"""Before a text that was approved ahead expires."""
YEAR, STEP = timedelta(days=365), timedelta(hours=1)
SHOWN = 3
GRAVE_FROM = Level.CRISIS
"""Of a playbook's floor: from here up the first words cannot wait for approvals."""
NIGHT_SMS, NIGHT_CALLS, SEGMENTS = 6, 3, 2
"""What one person gets in a bad night."""
UKRAINE = frozenset({"Europe/Kyiv", "Europe/Kiev"})
RINGING = frozenset({Channel.SMS, Channel.CALL})


class State(StrEnum):
    OK = "ok"
    NOTE = "note"
    WANTING = "wanting"
    UNSEEN = "unseen"


class Finding(Frozen):
    """``check``: playbooks, texts, people, clocks, deputy, budgets, sources, policies, stakeholders, contacts or
    shadow."""

    check: str
    state: State
    text: str


class Proof(NamedTuple):
    """The best that is known of one way to a person: they answered, it arrived, it was sent, it was lost."""

    kind: str
    at: datetime

    @property
    def proves(self) -> bool:
        return self.kind in {"answered", "delivered"}


def playbooks(library: Library | None) -> Iterator[Finding]:
    if library is None:
        yield Finding(check="playbooks", state=State.UNSEEN, text="no playbooks could be looked at")
        return
    if library.missing:
        yield _wanting("playbooks", f"no playbook for {', '.join(library.missing)}: such a case gets the general plan")
    else:
        yield _ok("playbooks", f"a playbook for each of {len(library.playbooks)} scenarios")


def prepared_texts(client: Client, library: Library | None, now: datetime) -> Iterator[Finding]:
    """First words are looked for as a case looks for them: of its scenario, and in the language of the public."""
    today = now.astimezone(ZoneInfo(client.timezone)).date()
    known = {one.email for one in client.responders} | {one.email for one in client.client_contacts}
    good = [one for one in client.prepared_texts if one.good_on(today)]
    for one in client.prepared_texts:
        named = f"{one.scenario}, {one.kind.value}, {one.language}"
        if not one.good_on(today):
            yield _wanting("texts", f"the text approved ahead for {named} has expired on {one.expires}")
        elif one.expires - today <= SOON:
            yield _note("texts", f"the text approved ahead for {named} expires on {one.expires}")
        if one.approved_by not in known:
            yield _note("texts", f"{one.approved_by}, who approved the text for {named}, is in the file no more")
    spoken = reply_language(client, "und")
    having = {one.scenario for one in good if one.kind is Kind.HOLDING and one.language == spoken}
    if library is None:
        text = f"for which scenarios a first statement in {spoken} is wanting: there are no playbooks to look at"
        yield Finding(check="texts", state=State.UNSEEN, text=text)
        return
    lacking = [one for one in library.playbooks if one.scenario not in having]
    grave = [one.scenario for one in lacking if one.floor >= GRAVE_FROM]
    lighter = [one.scenario for one in lacking if one.floor < GRAVE_FROM]
    named = f"no first statement in {spoken} is approved ahead for"
    if grave:
        yield _wanting("texts", f"{named} {', '.join(grave)}: the first hour goes by on approvals")
    if lighter:
        yield _note("texts", f"{named} {', '.join(lighter)}")
    if not grave and len(good) == len(client.prepared_texts):
        yield _ok("texts", f"{len(good)} texts are approved ahead, none has expired")


def proofs(
    client: Client,
    messages: Iterable[OutboxItem],
    answered: Mapping[str, datetime],
    now: datetime,
) -> dict[tuple[str, Channel, str], Proof]:
    """``messages``: of tests, drills and cases; ``answered``: when people last took a case or a drill, by address."""
    found: dict[tuple[str, Channel, str], Proof] = {}
    for item in sorted(messages, key=lambda one: one.sent_at or one.created_at):
        if item.channel not in {Channel.EMAIL, *RINGING} or item.status is not DeliveryStatus.SENT:
            continue
        at = item.sent_at or item.created_at
        if now - at > PROVEN_FOR:
            continue
        kind = "sent"
        if item.delivery is not None:
            kind = "delivered" if item.delivery.state is DeliveryState.DELIVERED else "lost"
        place = (item.recipient, item.channel, item.address)
        known = found.get(place)
        if kind != "sent" or known is None or not known.proves:
            found[place] = Proof(kind, item.delivery.at if item.delivery is not None else at)
    for one in client.responders:
        took = answered.get(one.email)
        if took is None or now - took > PROVEN_FOR:
            continue
        for place, proof in found.items():  # an answer proves whatever rang before it
            if place[0] == one.email and proof.kind == "sent" and proof.at <= took:
                found[place] = Proof("answered", took)
    return found


def people(client: Client, proven: Mapping[tuple[str, Channel, str], Proof] | None) -> Iterator[Finding]:
    if proven is None:
        yield Finding(check="people", state=State.UNSEEN, text="whether people were reached lately is not known")
        return
    reached = 0
    for one in client.responders:
        ways = [(Channel.EMAIL, one.email), *((Channel.SMS, phone) for phone in (one.phone, one.second_phone) if phone)]
        if one.phone and client.sms.calls:
            ways.append((Channel.CALL, one.phone))
        known = [(channel, address, proven.get((one.email, channel, address))) for channel, address in ways]
        for channel, address, proof in known:
            if proof is not None and proof.kind == "lost":
                yield _wanting("people", f"{one.name}: {channel.value} to {address} was lost on {proof.at:%Y-%m-%d}")
        rings = [proof for channel, _, proof in known if channel in RINGING]
        if any(proof is not None and proof.proves for proof in (rings or [proof for *_, proof in known])):
            reached += 1
            continue
        sent = any(proof is not None for *_, proof in known)
        why = "was sent, and nothing tells that it arrived: drill, and let them answer" if sent else "was never tried"
        how = "phone" if rings else "e-mail"
        yield _wanting("people", f"{one.name}: the way by {how} {why} (in the last {PROVEN_FOR.days} days)")
    if reached == len(client.responders):
        yield _ok("people", f"all {reached} responders were reached in the last {PROVEN_FOR.days} days")


def clocks(client: Client, now: datetime) -> Iterator[Finding]:
    """A year of hours: does a crisis ring somebody at once, and is there a second one?"""
    start = now.replace(minute=0, second=0, microsecond=0)
    nobody, alone = [], []
    for number in range(int(YEAR / STEP)):
        at = start + number * STEP
        first = [one for one in _asked(client, at) if _rings(client, one, at)]
        if not first:
            nobody.append(at)
        elif len({one.email for one in (*first, *in_turn(client, at)) if _rings(client, one, at)}) < 2:
            alone.append(at)
    zone = ZoneInfo(client.timezone)
    if nobody:
        yield _wanting("clocks", f"a crisis rings nobody at once {_when(nobody, zone)}")
    if alone:
        yield _wanting("clocks", f"there is one person to ring and no other {_when(alone, zone)}")
    if not nobody and not alone:
        yield _ok("clocks", "at each hour of the coming year a crisis rings somebody, and there is another one")
    for rota in client.rota:
        if not any(cover.until > now for cover in rota.holidays):
            yield _note("clocks", f"rota {rota.name}: no holidays are planned, so whoever has the week has them")


def deputy(client: Client, now: datetime) -> Iterator[Finding]:
    """Whoever sits in the same raid, or the same power cut, is no deputy."""
    if not client.alarm_regions:
        if client.timezone in UKRAINE:
            yield _wanting("deputy", "alarm_regions: say which; nobody is skipped under an air-raid alert without")
        return
    alarmed = {region.casefold() for region in client.alarm_regions}
    asked = {Role.RESPONSIBLE, Role.DEPUTY, Role.DIRECTOR}
    tiers = [turn.person for turn in roster(client, now) if turn.off or turn.role in asked]
    away = [one for one in tiers if one.phone and one.region and one.region.casefold() not in alarmed]
    if away:
        yield _ok("deputy", f"{away[0].name} ({away[0].region}) is elsewhere")
    else:
        yield _wanting("deputy", f"nobody with a phone is known to live outside {', '.join(client.alarm_regions)}")
    for one in tiers:
        if one.region is None:
            yield _note("deputy", f"{one.name}: their region is not said")


def budgets(client: Client, limit: Decimal | None, used: Decimal | None) -> Iterator[Finding]:
    """``limit``: USD a month for SMS and calls, as deployed; ``used``: of it in this month."""
    phones = [one.phone for one in client.responders if one.phone]
    need = sum((sms_usd(phone, SEGMENTS) * NIGHT_SMS for phone in phones), Decimal(0))
    if client.sms.calls:
        need += sum((call_usd(phone) * NIGHT_CALLS for phone in phones), Decimal(0))
    if limit is None:
        yield Finding(check="budgets", state=State.UNSEEN, text=f"the month's limit for SMS; a bad night needs ${need}")
        return
    left = limit - (used or Decimal(0))
    if left < need:
        yield _wanting(
            "budgets", f"${left} of ${limit} are left for SMS and calls this month, and a bad night needs ${need}"
        )
    else:
        yield _ok("budgets", f"${left} of ${limit} are left for SMS and calls; a bad night needs ${need}")


def model_money(client: Client) -> Iterator[Finding]:
    """What the file allows a month for models; what is used up of it leaves templates, or our own reader, alone."""
    if client.words.monthly_usd is not None:
        yield _ok("budgets", f"drafts by a model may cost ${client.words.monthly_usd} a month, then templates stand")
    if client.reader.monthly_usd is not None:
        yield _ok("budgets", f"{client.reader.kind} may cost ${client.reader.monthly_usd} a month, then ours alone")


def sources(client: Client, coverage: Coverage | None) -> Iterator[Finding]:
    if not client.sources:
        yield _wanting("sources", "there are none, so nothing is heard")
        return
    if coverage is None or coverage.total == 0:
        yield Finding(check="sources", state=State.UNSEEN, text="whether sources are heard is not known")
        return
    for ill in coverage.ill:
        yield _wanting("sources", f"{ill.name} is not heard")
    for words in coverage.sampled:
        yield _wanting("sources", f"a budget leaves out a part: {words}")
    if coverage.waiting:
        yield _note("sources", f"{coverage.waiting} were not looked at yet")
    if not coverage.ill and not coverage.sampled:
        yield _ok("sources", f"{coverage.healthy} of {coverage.total} are heard")


def told(client: Client, circles: Collection[Circle] = ()) -> Iterator[Finding]:
    """Stakeholders and the client's own people. ``circles``: whom the playbooks want informed."""
    known = {one.circle for one in client.stakeholders}
    needed = [one for one in Circle if one in circles and one is not Circle.PUBLIC and one is not Circle.VICTIMS]
    missing = [one.value for one in needed if one not in known]
    if not client.stakeholders:
        yield _wanting("stakeholders", "there are none in the file: nobody knows whom to inform")
    elif missing:
        yield _wanting("stakeholders", f"the plans inform {', '.join(missing)}, and the file names nobody of them")
    else:
        yield _ok("stakeholders", f"{len(client.stakeholders)} are named")
    if not client.client_contacts:
        yield _wanting("contacts", "client_contacts: there is nobody of the client to tell or to ask")
    elif not any(one.phone for one in client.client_contacts):
        yield _note("contacts", "client_contacts: nobody of the client can be told by SMS")
    else:
        yield _ok("contacts", f"{len(client.client_contacts)} people of the client can be told")


def circles_of(library: Library | None) -> frozenset[Circle]:
    return frozenset(circle for one in (library.playbooks if library else ()) for circle in one.stakeholders)


def _asked(client: Client, at: datetime) -> Sequence[Responder]:
    duty = on_duty(client, at)
    return [*at_once(client, Level.CRISIS, at), *(one for one in client.responders if one.email in duty)]


def _rings(client: Client, one: Responder, at: datetime) -> bool:
    return bool(one.phone) and awake(client, one, Level.CRISIS, at) <= at


def _when(hours: Sequence[datetime], zone: ZoneInfo) -> str:
    """The first few stretches, and how many hours in all."""
    spans: list[list[datetime]] = []
    for at in hours:
        if spans and at - spans[-1][1] <= STEP:
            spans[-1][1] = at
        else:
            spans.append([at, at])
    first = "; ".join(
        f"{since.astimezone(zone):%Y-%m-%d %H:%M}–{(until + STEP).astimezone(zone):%H:%M}"
        for since, until in spans[:SHOWN]
    )
    more = f" and {len(spans) - SHOWN} times more" if len(spans) > SHOWN else ""
    return f"({first}{more}, {len(hours)} hours of the year)"


def _ok(check: str, text: str) -> Finding:
    return Finding(check=check, state=State.OK, text=text)


def _note(check: str, text: str) -> Finding:
    return Finding(check=check, state=State.NOTE, text=text)


def _wanting(check: str, text: str) -> Finding:
    return Finding(check=check, state=State.WANTING, text=text)
