"""A person's level: it wins over the assessment until a person releases it."""

from tocsin.domain.case.file import What, Work, Worked
from tocsin.domain.case.status import check_live, checked_why, end
from tocsin.domain.errors import TransitionError
from tocsin.domain.escalation import acknowledge, alarm, holders, lowered
from tocsin.domain.incident import Held, Step
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.domain.refusals import Refused

RINGS = frozenset({Channel.SMS, Channel.CALL})


def hold(work: Work, level: Level, why: str) -> Worked:
    """Raise, lower or keep the level; what is raised rings, in shadow too, as the assessment's alarm does. A storm that
    is over begins again. Raise TransitionError."""
    check_live(work)
    said = checked_why(why)
    if level is Level.CALM:
        raise TransitionError("nobody holds a case at calm: release its level, or dismiss it", Refused.CALM)
    before = work.incident
    held = before.held
    if not before.closed and held is not None and (held.level, held.by, held.why) == (level, _name(work), said):
        return Worked(before, work.file)
    asked = before.asked if held is not None and not before.closed else Level.CALM if before.closed else before.level
    moved = moved_to(work, level)
    known = asked if asked is not None and asked > level else None
    mark = Held(level=level, by=_name(work), at=work.now, why=said, warned=known)
    incident = moved.incident.model_copy(
        update={"held": mark, "asked": asked, "version": before.version + 1, "updated_at": work.now}
    )
    event = work.did(What.LEVEL_HELD, of=level.value, words=said)
    return Worked(incident, work.file, (event,), moved.outbox)


def release(work: Work) -> Worked:
    """The level goes to what the assessment asks for by now; calm ends the storm. Raise TransitionError when nobody
    holds one."""
    check_live(work)
    held = work.incident.held
    if held is None or work.incident.closed:
        raise TransitionError("nobody holds its level", Refused.NOT_HELD)
    asked = work.incident.asked or Level.CALM
    free = work._replace(incident=work.incident.model_copy(update={"held": None, "asked": None}))
    moved = end(free) if asked is Level.CALM else moved_to(free, asked)
    incident = moved.incident.model_copy(update={"version": work.incident.version + 1})
    event = work.did(What.LEVEL_RELEASED, of=asked.value, whom=held.by)
    return Worked(incident, work.file, (event,), moved.outbox)


def moved_to(work: Work, level: Level) -> Worked:
    """At this level by a person's word, with the alarm that belongs to it, also where nobody was told of that level
    yet. Whoever has the case already is not rung for what they have just said themselves."""
    before = work.incident
    unheard = before.live_paging is None and level >= Level.ISSUE
    if not before.closed and level == before.level and not unheard:
        return Worked(before, work.file)
    if not before.closed and level < before.level:
        fallen = before.take(Step.LOWER, at=work.now, by=work.by, level=level)
        return Worked(lowered(work.client, fallen, work.now), work.file)
    had = work.by is not None and work.by in holders(work.client, before)
    risen = before.take(Step.REOPEN if before.closed else Step.RAISE, at=work.now, by=work.by, level=level)
    told = alarm(work.client, risen, AlertKind.RAISED, work.now, always=True)
    if not had or work.by is None:
        return Worked(told.incident, work.file, (), told.outbox)
    taken = acknowledge(work.client, told.incident, work.by, work.now).incident
    outbox = tuple(item for item in told.outbox if item.recipient != work.by or item.channel not in RINGS)
    return Worked(taken, work.file, (), outbox)


def _name(work: Work) -> str:
    return work.by or "somebody"
