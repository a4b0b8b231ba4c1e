"""What a case's timeline gives for its review: how long things took, what fired, what was missed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.promises import PromiseState
from tocsin.domain.case.spoke import Loud, Spoke, loudest_of, spoke_of
from tocsin.domain.case.tasks import CaseTask, TaskState
from tocsin.domain.case.texts import TextState
from tocsin.domain.client import Client
from tocsin.domain.counters import Counts
from tocsin.domain.incident import Incident, Step
from tocsin.domain.levels import Level
from tocsin.domain.linter import Kind
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.outbox import AlertKind, Channel, DeliveryStatus, OutboxItem
from tocsin.domain.reading import ScoredMention

BEFORE = timedelta(hours=24)
"""What was said so long before the alarm belongs to its case."""
DETECT_WITHIN = 15
"""Minutes from the first criticism to the alert: what trainers ask of the first response alone."""
STATEMENT_WITHIN = 60
PERSONAL = frozenset({Channel.EMAIL, Channel.SMS, Channel.CALL})
STATEMENTS = frozenset({Kind.HOLDING, Kind.NOTICE, Kind.CORRECTION})
_RISES = frozenset({Step.RAISE, Step.REOPEN})
_MINUTE = timedelta(minutes=1)


class Took(Frozen):
    """``name``: detect, acknowledge, respond or statement. ``minutes``: None where it did not happen, or cannot be
    known; ``goal``: minutes that the client's clocks allow; ``waived``: a person decided that it was not to happen."""

    name: str
    minutes: int | None
    goal: int
    waived: bool = False

    @property
    def late(self) -> bool:
        return self.minutes is not None and self.minutes > self.goal


class Missed(Frozen):
    """``name``: grave_before, heard_late, page_unanswered, page_lost, task_late, task_undone, promise_broken,
    source_silent or no_plan; ``of``: whose or which; ``count``: how many, or minutes late."""

    name: str
    of: str | None = None
    count: int = 0


class Figures(Frozen):
    """``fired``: each rise, when and to which level. ``voices``: likely classes by how many mentions; ``outcomes``: of
    the answers. Both the most frequent first. ``spoke``: what ``voices`` counts, with who and how far; ``loudest``: who
    was heard by most; ``days``: (mentions, negative ones) of each day of the storm. Voices are of ``looked_at``
    mentions, the earliest and the gravest."""

    took: tuple[Took, ...]
    fired: tuple[tuple[UtcDatetime, Level], ...] = ()
    missed: tuple[Missed, ...] = ()
    voices: tuple[tuple[str, int], ...] = ()
    outcomes: tuple[tuple[str, int], ...] = ()
    spoke: tuple[Spoke, ...] = ()
    loudest: tuple[Loud, ...] = ()
    days: tuple[tuple[int, int], ...] = ()
    looked_at: int = 0

    def of(self, name: str) -> Took | None:
        return next((took for took in self.took if took.name == name), None)


class ReviewView(NamedTuple):
    """``questions``: ids of all that a review asks."""

    figures: Figures
    questions: tuple[str, ...]


def figures(
    client: Client,
    incident: Incident,
    file: CaseFile,
    outbox: Sequence[OutboxItem],
    mentions: Sequence[ScoredMention] = (),
    days: Sequence[Counts] = (),
) -> Figures:
    """``incident``: with all of its steps (`whole`); ``mentions``: the earliest and the gravest against the brand, in
    any order; ``days``: of the storm, in order."""
    alerted = alerted_at(incident, outbox)
    heard = [one for one in mentions if incident.opened_at - BEFORE <= one.mention.published_at]
    spoke = spoke_of(heard)
    results = Counter(text.result.kind.value for text in file.texts if text.result is not None)
    return Figures(
        took=tuple(_took(client, incident, file, heard, alerted)),
        fired=tuple((entry.at, entry.level) for entry in incident.timeline if entry.step in _RISES),
        missed=tuple(_missed(incident, file, outbox, heard, alerted)),
        voices=tuple((one.name, one.mentions) for one in spoke),
        outcomes=tuple(results.most_common()),
        spoke=spoke,
        loudest=loudest_of(heard),
        days=tuple((one.mentions, one.negative) for one in days),
        looked_at=len(heard),
    )


def alerted_at(incident: Incident, outbox: Sequence[OutboxItem]) -> datetime:
    """When the first person was told; where nobody was, when it began."""
    sent = [
        item.sent_at
        for item in outbox
        if item.kind is AlertKind.RAISED and item.channel in PERSONAL and item.sent_at is not None
    ]
    return min(sent, default=incident.opened_at)


def _took(
    client: Client, incident: Incident, file: CaseFile, heard: Sequence[ScoredMention], alerted: datetime
) -> Iterator[Took]:
    clocks = client.escalation.of(incident.peak)
    first = min((one.mention.published_at for one in heard), default=None)
    yield Took(name="detect", minutes=_between(first, alerted) if first else None, goal=DETECT_WITHIN)
    if incident.peak < Level.ISSUE:
        return
    steps = {entry.step: entry.at for entry in reversed(incident.timeline) if entry.by is not None}
    taken = min((steps[one] for one in (Step.ACKNOWLEDGE, Step.RESPOND, Step.DECIDE) if one in steps), default=None)
    yield Took(name="acknowledge", minutes=_between(alerted, taken), goal=clocks.acknowledge)
    sent = [text for text in file.texts if text.state is TextState.SENT and text.sent_at is not None]
    public = [text.sent_at for text in sent if text.kind in STATEMENTS or text.kind is Kind.REPLY]
    answered = min((at for at in (steps.get(Step.RESPOND), *public) if at is not None), default=None)
    waived = answered is None and Step.DECIDE in steps
    yield Took(name="respond", minutes=_between(alerted, answered), goal=clocks.respond, waived=waived)
    if incident.peak >= Level.CRISIS:
        said = min((text.sent_at for text in sent if text.kind in STATEMENTS and text.sent_at), default=None)
        minutes = _between(alerted, said)
        yield Took(name="statement", minutes=minutes, goal=STATEMENT_WITHIN, waived=said is None and waived)


def _missed(
    incident: Incident,
    file: CaseFile,
    outbox: Sequence[OutboxItem],
    heard: Sequence[ScoredMention],
    alerted: datetime,
) -> Iterator[Missed]:
    allowed = alerted - timedelta(minutes=DETECT_WITHIN)
    if grave := sum(one.reading.grave and one.mention.published_at < allowed for one in heard):
        yield Missed(name="grave_before", count=grave)
    yield from _heard_late(heard, alerted)
    for page in incident.paging.people if incident.paging else ():
        if page.rounds and page.acknowledged_at is None and page.declined_at is None and page.acted_at is None:
            yield Missed(name="page_unanswered", of=page.person, count=page.rounds)
    lost = Counter(item.recipient for item in outbox if item.channel in PERSONAL and _lost(item))
    yield from (Missed(name="page_lost", of=person, count=count) for person, count in sorted(lost.items()))
    end = incident.updated_at
    for task in file.tasks:
        late = late_by(task, end)
        if late > 0 and task.state is TaskState.DONE:
            yield Missed(name="task_late", of=task.id, count=late)
        elif late > 0:
            yield Missed(name="task_undone", of=task.id)
    for promise in file.promises:
        done = promise.ended_at or end
        if promise.state is not PromiseState.RELEASED and done > promise.due_at:
            yield Missed(name="promise_broken", of=promise.id, count=_between(promise.due_at, done) or 0)
    yield from (Missed(name="source_silent", of=name) for name in (file.hearing.silent if file.hearing else ()))
    if file.plan is None or (file.plan.known and file.plan.playbook is None):
        yield Missed(name="no_plan", of=file.cause.scenario)


def late_by(task: CaseTask, end: datetime) -> int:
    """Minutes; of one that nobody has done up to ``end``. Nothing of what was dropped with a reason."""
    if task.state is TaskState.DROPPED:
        return 0
    done = task.done_at if task.state is TaskState.DONE and task.done_at is not None else end
    return max(_between(task.due_at, done) or 0, 0)


def _heard_late(heard: Sequence[ScoredMention], alerted: datetime) -> Iterator[Missed]:
    """What was published in time and fetched too late to ring in time: a matter of sources, not of thresholds."""
    slow: dict[str, int] = {}
    for one in heard:
        mention = one.mention
        wait = int((mention.fetched_at - mention.published_at) / _MINUTE)
        if mention.fetched_at <= alerted and wait > DETECT_WITHIN:
            slow[mention.source] = max(slow.get(mention.source, 0), wait)
    yield from (Missed(name="heard_late", of=source, count=wait) for source, wait in sorted(slow.items()))


def _lost(item: OutboxItem) -> bool:
    gone = item.delivery is not None and item.delivery.state.lost
    return gone or item.status is DeliveryStatus.FAILED


def _between(since: datetime | None, until: datetime | None) -> int | None:
    return round((until - since) / _MINUTE) if since is not None and until is not None else None
