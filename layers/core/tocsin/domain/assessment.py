"""From a judgement to a change of level: hysteresis, cool-down, relapse, and the incident's step."""

import hashlib
import re
from datetime import datetime, timedelta

from tocsin.domain.brand_state import BrandState
from tocsin.domain.client import Client
from tocsin.domain.controls import Controls, Mute, muted
from tocsin.domain.drills import is_drill
from tocsin.domain.escalation import Moved, alarm, lowered
from tocsin.domain.incident import Incident, IncidentState, Step
from tocsin.domain.judgement import Judgement
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen
from tocsin.domain.outbox import AlertKind, Channel, OutboxItem, plan_alerts
from tocsin.domain.silent import Silent

NOTHING_SET = Controls()
COOL_DOWN = {
    Level.WATCH: timedelta(hours=6),
    Level.ISSUE: timedelta(hours=6),
    Level.CRISIS: timedelta(hours=24),
    Level.SEVERE: timedelta(hours=24),
}
RELAPSE = timedelta(hours=24)
"""A storm that returns this soon is the same storm."""
ALWAYS_AGAIN = timedelta(minutes=30)
STORM = timedelta(hours=72)
"""After so long below an issue the next one is another storm."""
LONGEST_COOL_DOWN = timedelta(hours=48)
"""A storm that rose again after it fell is believed less when it falls: each rise doubles its cool-down."""


class Outcome(Frozen):
    """Everything that one assessment writes, in one transaction."""

    state: BrandState
    incident: Incident | None = None
    outbox: tuple[OutboxItem, ...] = ()
    silent: Silent | None = None
    """What would have been told, were the client not in shadow or paused."""
    changed: bool = False


def settle(state: BrandState, asked: Level, now: datetime) -> tuple[Level, datetime | None]:
    """Rise at once; fall one level at a time, and only after the present level's cool-down below it."""
    if asked >= state.level:
        return asked, None
    since = state.below_since or now
    if now - since < _cool_down(state):
        return state.level, since
    lower = list(Level)[state.level.rank - 1]
    return max(lower, asked), now if lower > asked else None


def _cool_down(state: BrandState) -> timedelta:
    usual = COOL_DOWN[state.level]
    if state.level < Level.ISSUE:
        return usual
    doublings = min(max(state.rises - 1, 0), 6)
    return max(usual, min(usual * (1 << doublings), LONGEST_COOL_DOWN))


def _storm(state: BrandState, level: Level, now: datetime) -> dict[str, object]:
    """The storm's rises so far: a new storm counts anew."""
    burns, burnt = level >= Level.ISSUE, state.level >= Level.ISSUE
    over = not burnt and state.burnt_at is not None and now - state.burnt_at >= STORM
    rises = 0 if over else state.rises
    return {"rises": rises + int(burns and not burnt), "burnt_at": now if burns else state.burnt_at}


def decide(
    client: Client,
    state: BrandState,
    incident: Incident | None,
    judgement: Judgement,
    *,
    seq: int,
    now: datetime,
    live: Level | None = None,
    controls: Controls = NOTHING_SET,
) -> Outcome:
    """``state`` and ``incident`` as read, ``seq`` as read before the counts. In shadow and in a pause nobody is paged;
    in shadow but for what the client always wants to hear of.

    ``live``: what is asked for without the history of sources that were just heard for the first time, where there is
    any. What burned before we listened pages nobody: the desk hears of it once, by mail.
    """
    if is_drill(state.brand):  # who drills in shadow wants to know whether it would ring
        judgement = judgement.model_copy(update={"always": True})
    level, below_since = settle(state, judgement.level, now)
    updated = state.model_copy(
        update={
            "version": state.version + 1,
            "assessed_seq": seq,
            "assessed_at": now,
            "level": level,
            "index": judgement.index,
            "below_since": below_since,
            "held": None,
            **_storm(state, level, now),
        }
    )
    mute = _mute(client, controls, judgement, now)
    if incident is not None and incident.held is not None and not incident.closed:
        return _held(client, updated, incident, level, judgement, now, mute)
    astray = incident is not None and not incident.closed and incident.level != level
    if level == state.level and not astray:
        return _tell_late(
            client, updated, incident, judgement, now, judgement.level if live is None else live, mute=mute
        )
    storm = _step(client, state, incident, level, judgement, now)
    if storm is None:
        return Outcome(state=updated, changed=True)
    updated = updated.model_copy(
        update={"incident_id": storm.id, "incident_no": state.incident_no + int(storm.id != state.incident_id)}
    )
    burning = incident is not None and incident.id == storm.id and not incident.closed
    kind = _kind(incident.level if incident is not None and burning else state.level, level)
    if kind is AlertKind.RESOLVED:
        updated = updated.model_copy(update={"told": Level.CALM, "noted": Level.CALM})
    if kind is None:
        return Outcome(state=updated, incident=lowered(client, storm, now), changed=True)
    if kind is AlertKind.RESOLVED and (mute or max(state.told, state.noted) is Level.CALM):
        over = alarm(client, storm, kind, now, always=mute is Mute.SHADOW, paged_only=True)
        return Outcome(state=updated, incident=over.incident, outbox=over.outbox, changed=True)
    late = live is not None and live < level and kind is not AlertKind.RESOLVED
    told = _by_mail(client, storm, judgement, now) if late else alarm(client, storm, kind, now, always=judgement.always)
    if mute is not None:
        silent = Silent.of(storm, told.outbox, mute, now)
        # What was told of an earlier rise is not told of this one, and what waits from then is not out of date.
        unheard = {"told": min(state.told, state.level), "noted": min(state.noted, state.level)}
        held = storm.model_copy(update={"alert_no": incident.alert_no if incident and incident.id == storm.id else 0})
        return Outcome(state=updated.model_copy(update=unheard), incident=held, silent=silent, changed=True)
    if late:
        updated = updated.model_copy(update={"noted": max(state.noted, level)})
    elif kind is AlertKind.RAISED:
        always_told = judgement.always_at or state.always_told
        updated = updated.model_copy(update={"told": max(state.told, level), "always_told": always_told})
    return Outcome(state=updated, incident=told.incident, outbox=told.outbox, changed=True)


def unmoved(
    client: Client,
    state: BrandState,
    incident: Incident | None,
    asked: Level,
    always_at: datetime | None,
    now: datetime,
) -> BrandState | None:
    """What a judgement that asks for this level leaves behind where it neither moves the level nor tells anybody
    anything: only what later ones depend on. None where `decide` must say."""
    if always_at is not None or is_drill(state.brand) or client.shadow is not False:
        return None
    level, below_since = settle(state, asked, now)
    if level != state.level:
        return None
    if incident is not None and not incident.closed:
        if incident.held is not None or incident.level != level:
            return None
        if not _heard(state, incident, asked):
            return None
    changes = {"below_since": below_since, **_storm(state, level, now)}
    if all(getattr(state, name) == value for name, value in changes.items()):
        return state
    return state.model_copy(update=changes)


def _held(
    client: Client,
    state: BrandState,
    incident: Incident,
    level: Level,
    judgement: Judgement,
    now: datetime,
    mute: Mute | None,
) -> Outcome:
    """A person's level wins. People know of it, and so of what is no more than it."""
    from tocsin.domain.case.following import asked_of  # noqa: PLC0415 - few levels are held by a person

    moved = asked_of(client, incident, level, judgement, now, mute)
    known = min(level, incident.level)
    told = max(state.told, known) if level > Level.CALM else Level.CALM
    noted = state.noted if level > Level.CALM else Level.CALM
    state = state.model_copy(update={"told": told, "noted": noted, "held": incident.level})
    changed = moved.incident.asked != incident.asked
    after = None if moved.incident is incident else moved.incident
    return Outcome(state=state, incident=after, outbox=moved.outbox, changed=changed)


def _tell_late(
    client: Client,
    state: BrandState,
    incident: Incident | None,
    judgement: Judgement,
    now: datetime,
    live: Level,
    *,
    mute: Mute | None,
) -> Outcome:
    """A shadow or a pause ended while it burns, what burned before we listened goes on before our ears, or something
    came that is told of in any case: people hear of it now, not at the next change of level."""
    if mute is not None or incident is None or incident.closed:
        return Outcome(state=state)
    if _heard(state, incident, live) and not _always_again(state, judgement):
        return Outcome(state=state)
    storm = incident.take(Step.RAISE, at=now, index=judgement.index, reasons=judgement.reasons)
    told = alarm(client, storm, AlertKind.RAISED, now, always=judgement.always)
    return Outcome(
        state=state.model_copy(update={"told": state.level, "always_told": judgement.always_at or state.always_told}),
        incident=told.incident,
        outbox=told.outbox,
    )


def _heard(state: BrandState, incident: Incident, live: Level) -> bool:
    """Do people know of this level?"""
    return state.level <= state.told or (state.level <= state.noted and live <= state.told) or _rang(incident)


def _rang(incident: Incident) -> bool:
    """Was this level told of by a person's word, when it was held or released?"""
    paging = incident.live_paging
    return paging is not None and paging.level >= incident.level and incident.level >= Level.ISSUE


def _always_again(state: BrandState, judgement: Judgement) -> bool:
    """Each time, but not more often than somebody can look at it."""
    if judgement.always_at is None:
        return False
    return state.always_told is None or judgement.always_at >= state.always_told + ALWAYS_AGAIN


def _mute(client: Client, controls: Controls, judgement: Judgement, now: datetime) -> Mute | None:
    mute = muted(client, controls, now)
    return None if mute is Mute.SHADOW and judgement.always else mute


def _by_mail(client: Client, storm: Incident, judgement: Judgement, now: datetime) -> Moved:
    """What burned before we listened pages nobody, and no client of ours."""
    alerts = plan_alerts(client, storm, AlertKind.RAISED, now)
    written = [item for item in alerts if item.channel is not Channel.SMS and item.kind is AlertKind.RAISED]
    return Moved(storm, tuple(item.model_copy(update={"always": judgement.always}) for item in written))


def _step(
    client: Client, state: BrandState, incident: Incident | None, level: Level, judgement: Judgement, now: datetime
) -> Incident | None:
    index, reasons = judgement.index, judgement.reasons
    if incident is not None and incident.state is not IncidentState.REVIEWED:
        if not incident.closed:
            return None if incident.level == level else incident.releveled(level, index=index, reasons=reasons, at=now)
        if level < state.level:
            return None
        if now - incident.updated_at < RELAPSE:
            return incident.releveled(level, index=index, reasons=reasons, at=now)
    if level is Level.CALM:
        return None
    return Incident.opened(
        id=incident_id(client, state.brand, state.incident_no + 1),
        client=client.client,
        brand=state.brand,
        level=level,
        index=index,
        reasons=reasons,
        at=now,
    )


def _kind(before: Level, after: Level) -> AlertKind | None:
    if after > before:
        return AlertKind.RAISED
    return AlertKind.RESOLVED if after is Level.CALM else None


def incident_id(client: Client, brand: str, number: int) -> str:
    """``number``: of the brand's incidents, from 1."""
    return f"{client.client}-{_slug(brand)}-{number}"


def _slug(brand: str) -> str:
    """Incident ids stand in links and subjects: ASCII only; brands that fold to the same letters stay apart."""
    plain = re.sub(r"[^a-z0-9]+", "-", brand.casefold()).strip("-")
    return (
        plain if plain == brand.casefold() else f"{plain}-{hashlib.sha256(brand.encode()).hexdigest()[:6]}".strip("-")
    )
