"""What the clocks of an incident ask for by now, and when they are to be looked at again."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tocsin.domain.client import Responder
from tocsin.domain.escalation_step import EscalationStep
from tocsin.domain.incident import IncidentState, Step
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.domain.paging import Page
from tocsin.domain.ringing import LONGEST_GAP, again_at, asked_out, awake
from tocsin.domain.roster import at_once, in_turn

LOOK_AGAIN = timedelta(minutes=15)


def run_clocks(step: EscalationStep, raids: frozenset[str]) -> None:
    """Everything that is due by now."""
    if step.paging.level >= Level.ISSUE:
        _back_after_raids(step, raids)
        if step.state is IncidentState.ACKNOWLEDGED and not step.holders():
            ask_anew(step, (), AlertKind.ESCALATED)  # who had it has left the file
        _expire(step)
        _overdue(step)
        if not step.held():
            _ask(step, raids)
    _remind(step)


def set_next(step: EscalationStep, raids: frozenset[str] = frozenset()) -> None:
    """Never later than it was planned, nor than LOOK_AGAIN where somebody may be asked: the file may lose who has it.
    Below an issue there may be nothing to wait for."""
    moments = list(_moments(step, raids))
    if step.paging.level >= Level.ISSUE:
        planned = step.before.live_paging.next_at if step.before.live_paging else None
        moments.append(planned if planned and planned > step.now else step.now + LOOK_AGAIN)
    step.set(next_at=min(moments, default=None))


def ask_next(step: EscalationStep, missed: tuple[str, ...], *, but: frozenset[str] = frozenset()) -> Responder | None:
    """The next one now: somebody who was not asked yet, else who was asked longest ago."""
    fresh = [one for one in unasked(step) if one.email not in but and _is_awake(step, one)]
    late = sorted(
        (
            (page.last_at, place, one)
            for place, (one, page) in enumerate(step.waiting())
            if one.email not in but and _in_turn_again(step, page) and _is_awake(step, one)
        ),
        key=lambda each: each[:2],
    )
    who = fresh[0] if fresh else late[0][2] if late else None
    if who is not None:
        step.ring(who, AlertKind.ESCALATED, missed)
    return who


def _in_turn_again(step: EscalationStep, page: Page) -> bool:
    """Not those who cannot, nor who was rung this minute."""
    gap = step.clocks.after("again")
    return page.declined_at is None and page.skipped_at is None and page.last_at + gap <= step.now


def unasked(step: EscalationStep) -> Iterator[Responder]:
    """Whom the escalation has not come to yet, in order."""
    for one in in_turn(step.client, step.now):
        page = step.pages.get(one.email)
        if page is None or (page.rounds == 0 and page.declined_at is None and not page.has_taken(step.paging.level)):
            yield one


def _is_awake(step: EscalationStep, one: Responder) -> bool:
    return awake(step.client, one, step.paging.urgency, step.now) <= step.now


def _in_raid(one: Responder, raids: frozenset[str]) -> bool:
    return one.region is not None and one.region.casefold() in {region.casefold() for region in raids}


def _back_after_raids(step: EscalationStep, raids: frozenset[str]) -> None:
    for who, page in tuple(step.pages.items()):
        here = step.people.get(who)
        if page.skipped_at is not None and (here is None or not _in_raid(here, raids)):
            step.page(who, skipped_at=None)


# an acknowledgement that came to nothing


def _expires_at(step: EscalationStep, page: Page) -> datetime | None:
    if page.acknowledged_at is None or page.acted:
        return None
    return page.acknowledged_at + step.client.escalation.of(step.paging.level).after("act")


def _expire(step: EscalationStep) -> None:
    lapsed = [page for page in step.holders() if (at := _expires_at(step, page)) is not None and at <= step.now]
    for page in lapsed:
        step.page(page.person, acknowledged_at=None, taken=None, expired=page.expired + 1, rounds=0)
        step.note(Step.EXPIRE, who=page.person)
    if not lapsed or step.held():
        return
    people = [step.people[page.person] for page in lapsed]
    for one in people:
        step.ring(one, AlertKind.EXPIRED)
    ask_anew(step, tuple(one.name for one in people), AlertKind.EXPIRED)


def ask_anew(
    step: EscalationStep, missed: tuple[str, ...], kind: AlertKind, *, but: frozenset[str] = frozenset()
) -> None:
    """It was held and is not any more: the next one is told, and the others' clocks begin anew."""
    ask_next(step, missed, but=but)
    step.tell_rooms(kind, missed)
    for one, page in step.waiting():
        step.page(one.email, last_at=max(page.last_at, step.now))
    step.set(asked_at=max(step.now, min((page.since for _, page in step.waiting()), default=step.now)))


# the first response


def _respond_at(step: EscalationStep) -> datetime | None:
    paging = step.paging
    if paging.overdue or paging.responded_at is not None:
        return None
    since = max(paging.since, paging.decision.look_at) if paging.decision else paging.since
    return since + step.client.escalation.of(paging.level).after("respond")


def _overdue(step: EscalationStep) -> None:
    due = _respond_at(step)
    if due is None or due > step.now:
        return
    step.set(overdue=True)
    step.note(Step.OVERDUE)
    if not step.held():
        _urge(step)
        return
    owner = step.people[step.holders()[0].person]
    if _may_rise(step):
        step.set(urgency=_above(step.paging.urgency))
    step.remind(owner)
    step.set(more=step.paging.more + 1)
    if not step.held():
        ask_anew(step, (), AlertKind.ESCALATED)


# nobody has it


def _may_rise(step: EscalationStep) -> bool:
    """Once above the level, and never above severe."""
    return step.paging.urgency <= step.paging.level < Level.SEVERE


def _above(level: Level) -> Level:
    return list(Level)[level.rank + 1]


def _urge(step: EscalationStep) -> None:
    """Asked as for one level more: its people at once, and everybody who has not answered."""
    if not _may_rise(step):
        return
    missed = step.missed()
    step.set(urgency=_above(step.paging.urgency), asked_at=step.now)
    step.note(Step.URGE)
    for one, page in tuple(step.waiting()):
        if page.declined_at is None and page.skipped_at is None and _is_awake(step, one):
            step.ring(one, AlertKind.REMINDED, missed)
    new = {one.email for one in unasked(step)}
    for one in at_once(step.client, step.paging.urgency, step.now):
        if one.email in new and _is_awake(step, one):
            step.ring(one, AlertKind.ESCALATED, missed)
    step.tell_rooms(AlertKind.ESCALATED, missed)


def _ask(step: EscalationStep, raids: frozenset[str]) -> None:
    asked_at = step.paging.asked_at
    if asked_at is not None and _may_rise(step) and asked_at + step.clocks.after("acknowledge") <= step.now:
        _urge(step)
    missed = step.missed()
    skipped = _skip(step, raids)
    for one, page in tuple(step.waiting()):
        if (due := _again_due(step, one, page)) is not None and due <= step.now:
            step.ring(one, AlertKind.REMINDED, missed)
    if skipped or _next_due(step) <= step.now:
        first = next((one for one in unasked(step) if _is_awake(step, one)), None)
        if first is not None:
            step.ring(first, AlertKind.ESCALATED, missed)
    if step.paging.asked_at is None:
        step.set(asked_at=min((page.since for _, page in step.waiting()), default=None))


def _skip(step: EscalationStep, raids: frozenset[str]) -> bool:
    """Who is under an alert and has not answered within one clock is passed over, as long as there is somebody else."""
    any_skipped = False
    for one, page in tuple(step.waiting()):
        due = page.since + step.clocks.after("next")
        if page.skipped_at is None and _in_raid(one, raids) and due <= step.now:
            step.page(one.email, skipped_at=step.now)
            step.note(Step.SKIP, who=one.email, note=one.region)
            any_skipped = True
    return any_skipped


def _again_due(step: EscalationStep, one: Responder, page: Page) -> datetime | None:
    """None for who is not asked again: asked often enough, gone in an issue, passed over while others are there."""
    if asked_out(page, step.paging.urgency) or (page.declined_at and step.paging.urgency < Level.CRISIS):
        return None
    due = again_at(page, one, step.clocks)
    if page.skipped_at is not None:
        if not _alone(step):
            return None
        due = max(due, page.last_at + LONGEST_GAP)
    return awake(step.client, one, step.paging.urgency, max(due, page.since))


def _alone(step: EscalationStep) -> bool:
    """Is everybody who could be asked passed over, or unable to come?"""
    if any(True for _ in unasked(step)):
        return False
    return all(page.skipped_at is not None or page.declined_at is not None for _, page in step.waiting())


def _next_due(step: EscalationStep) -> datetime:
    """One clock after somebody was asked for the first time, or could first be rung."""
    sinces = [page.since for page in step.pages.values() if page.rounds]
    begun = [since for since in sinces if since <= step.now]
    start = max(begun, default=min(sinces, default=step.paging.since))
    return start + step.clocks.after("next")


# who has it


def _remind(step: EscalationStep) -> None:
    """The owner only: of their own decision's next look, and of the next update."""
    holders = step.holders()
    if not holders:
        return
    decision, reminded = step.paging.decision, step.paging.reminded_at
    owner = step.people[holders[0].person]
    if decision is not None and decision.look_at <= step.now and (reminded is None or reminded < decision.look_at):
        has_it = decision.by in {page.person for page in holders}
        step.remind(step.people[decision.by] if has_it else owner)
        return
    due = _update_at(step)
    if due is not None and due <= step.now and step.held():
        step.remind(owner)


def _update_at(step: EscalationStep) -> datetime | None:
    paging = step.paging
    if paging.level < Level.ISSUE:
        return None
    marks = [paging.reminded_at, paging.responded_at, paging.decision.look_at if paging.decision else None]
    for page in step.holders():
        marks += [page.acknowledged_at, page.acted_at]
    known = [mark for mark in marks if mark is not None]
    return max(known) + step.client.escalation.of(paging.level).after("update") if known else None


# when again


def _moments(step: EscalationStep, raids: frozenset[str]) -> Iterator[datetime]:
    paging, holders = step.paging, step.holders()
    if holders and paging.decision is not None and (paging.reminded_at or paging.since) < paging.decision.look_at:
        yield paging.decision.look_at
    if paging.level < Level.ISSUE:
        return
    yield from (at for page in holders if (at := _expires_at(step, page)) is not None)
    if (respond := _respond_at(step)) is not None:
        yield respond
    if step.held():
        if (update := _update_at(step)) is not None:
            yield update
        return
    if paging.asked_at is not None and _may_rise(step):
        yield paging.asked_at + step.clocks.after("acknowledge")
    for one, page in step.waiting():
        if (due := _again_due(step, one, page)) is not None:
            yield due
        if page.skipped_at is not None:
            yield step.now + step.clocks.after("next")
        elif _in_raid(one, raids):
            yield page.since + step.clocks.after("next")
    start = max(_next_due(step), step.now)
    yield from (awake(step.client, one, paging.urgency, start) for one in unasked(step))
