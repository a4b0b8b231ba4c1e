"""The case file: one object beside the incident, from the first mention to the changed plan, and its steps.

The incident has the level and who is paged of it; everything else that people know and do stands here. Each step leaves
an event, written once and never changed: who did what, when.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field, StringConstraints

from tocsin.domain.case.cause import Cause, Short
from tocsin.domain.case.desk import Briefs, Elsewhere, Enquiries
from tocsin.domain.case.promises import Promise, Promises, PromiseState
from tocsin.domain.case.review import PlanChange, Review
from tocsin.domain.case.tasks import Clock, Plan, Tasks
from tocsin.domain.case.texts import Texts
from tocsin.domain.client import Client
from tocsin.domain.controls import Mute
from tocsin.domain.incident import Incident, TimelineEntry
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.outbox import OutboxItem

MOST_LINKS = 60
MOST_KEPT = 20


class CaseStatus(StrEnum):
    OPEN = "open"
    """Also long after the storm: until it is reviewed and every promise kept."""
    DISMISSED = "dismissed"
    """It was no crisis."""
    MERGED = "merged"
    """It goes on in another case."""
    CLOSED = "closed"


class What(StrEnum):
    """What an event tells."""

    OPENED = "opened"
    DECLARED = "declared"
    ASSIGNED = "assigned"
    HANDED_OVER = "handed over"
    NOTED = "noted"
    LINKED = "linked"
    APART = "apart"
    MERGED = "merged"
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    CLOSED = "closed"
    LEVEL_HELD = "level held"
    LEVEL_RELEASED = "level released"
    LEVEL_ASKED = "more was asked"
    """The assessment asks for more than the level that a person holds."""
    CAUSE = "cause"
    VERIFIED = "verified"
    PLANNED = "planned"
    TASK_ADDED = "task added"
    TASK_BEGUN = "task begun"
    TASK_DONE = "task done"
    TASK_DROPPED = "task dropped"
    TASK_GIVEN = "task given"
    SIGNED = "signed"
    POSTURE = "posture"
    CLOCK = "clock"
    DRAFTED = "drafted"
    CHANGED = "changed"
    APPROVED = "approved"
    CLIENT_ASKED = "client asked"
    CLIENT_APPROVED = "client approved"
    CLIENT_REFUSED = "client refused"
    SENT = "sent"
    KEPT_AHEAD = "kept ahead"
    """Approved ahead, for the next case of its scenario."""
    WITHDRAWN = "withdrawn"
    MEASURED = "measured"
    PROMISED = "promised"
    KEPT = "kept"
    RELEASED = "released"
    ENQUIRY = "enquiry"
    ANSWERED = "answered"
    BRIEFED = "briefed"
    OPENED_BRIEF = "brief opened"
    READ_BRIEF = "brief read"
    ASKED = "asked"
    FREEZE = "freeze"
    REMINDED = "reminded"
    TAIL = "tail"
    STEPS = "steps"
    """Of the alarm, which its timeline has no room for any more."""
    REVIEW = "review"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN_BACK = "taken back"
    REVIEWED = "reviewed"


class CaseEvent(Frozen):
    """One line of the case's history. ``of``: the id of the thing it concerns, or another case's; ``whom``: a person or
    a place concerned; ``words``: what somebody wrote, as plain text."""

    at: UtcDatetime
    what: What
    by: str | None = None
    """Who did it; None when Tocsin did."""
    of: str | None = None
    whom: str | None = None
    words: Annotated[str, StringConstraints(max_length=600)] | None = None
    steps: tuple[TimelineEntry, ...] = ()

    @classmethod
    def of_steps(cls, incident: Incident) -> Self:
        """Of what has left an incident's timeline by its last step."""
        return cls(at=incident.updated_at, what=What.STEPS, steps=incident.left)


def whole(incident: Incident, steps: tuple[TimelineEntry, ...]) -> Incident:
    """To be looked at, never to be written: with ``steps`` in place of those that its timeline has room for."""
    return incident.model_copy(update={"timeline": steps})


def timeline_of(incident: Incident, events: Iterable[CaseEvent]) -> tuple[TimelineEntry, ...]:
    """All steps of the alarm, from the first one on."""
    earlier = (entry for event in events for entry in event.steps)
    return tuple(sorted((*earlier, *incident.left, *incident.timeline), key=lambda entry: entry.at))


class Tail(Frozen):
    """Watched on after the storm: until ``until`` a return of its matter is told; then one look back is written."""

    since: UtcDatetime
    until: UtcDatetime
    looked_at: UtcDatetime | None = None
    facts: tuple[str, ...] = ()


class Hearing(Frozen):
    """Names of the sources that were not heard at a look while it burned."""

    looked_at: UtcDatetime
    silent: Annotated[tuple[str, ...], Field(max_length=60)] = ()


class CaseFile(Frozen):
    """``version`` 0: nothing was written yet. ``owner``: the responder who leads it. ``former``: the earlier case of
    the same matter. ``into``: the case that this one was merged into; ``links``: cases that have to do with it.
    ``next_at``: when one of its clocks wants to be looked at; None while none runs."""

    incident_id: str
    client: str
    brand: str
    version: int = 0
    status: CaseStatus = CaseStatus.OPEN
    opened_at: UtcDatetime
    declared_by: str | None = None
    drill: str | None = None
    """Of a drill: its name. It stands in everybody's texts and in no metric."""
    owner: str | None = None
    former: str | None = None
    compared: str | None = None
    """What people had said of it when it was last compared with earlier cases."""
    apart: Annotated[tuple[str, ...], Field(max_length=MOST_LINKS)] = ()
    """Cases that a person has said are another matter."""
    into: str | None = None
    links: Annotated[tuple[str, ...], Field(max_length=MOST_LINKS)] = ()
    cause: Cause = Cause()
    plan: Plan | None = None
    tasks: Tasks = ()
    clocks: Annotated[tuple[Clock, ...], Field(max_length=10)] = ()
    texts: Texts = ()
    kept: Annotated[tuple[PlanChange, ...], Field(max_length=MOST_KEPT)] = ()
    """Texts of it that are approved ahead, each by its id."""
    promises: Promises = ()
    enquiries: Enquiries = ()
    briefs: Briefs = ()
    elsewhere: Elsewhere | None = None
    hearing: Hearing | None = None
    tail: Tail | None = None
    review: Review | None = None
    why: Short | None = None
    """Of the last change of status."""
    moved: tuple[tuple[str, str], ...] = ()
    """Of a merged case: the id of each thing, and the one that it has in the other case."""
    judged: bool = False
    """That it was no crisis weighs in the brand's index by now."""
    numbers: int = 0
    """How many ids were given; ``numbered`` gives the next one."""
    next_at: UtcDatetime | None = None

    @classmethod
    def opened(cls, incident: Incident, **facts: Any) -> Self:
        """Of an incident that has just begun; its clocks want to be looked at at once."""
        return cls(
            incident_id=incident.id,
            client=incident.client,
            brand=incident.brand,
            opened_at=incident.opened_at,
            next_at=incident.opened_at,
            **facts,
        )

    @property
    def live(self) -> bool:
        return self.status is CaseStatus.OPEN

    @property
    def owed(self) -> tuple[Promise, ...]:
        """Promises that are open."""
        return tuple(one for one in self.promises if one.state is PromiseState.OPEN)

    @property
    def waiting(self) -> tuple[PlanChange, ...]:
        """What people have decided of the client's file and its plans, and what is not so yet."""
        reviewed = self.review.changes if self.review is not None else ()
        return tuple(one for one in (*reviewed, *self.kept) if one.waits)

    @property
    def scenario(self) -> str | None:
        """As a person confirmed it, else as the plan guessed it."""
        if self.cause.scenario is not None:
            return self.cause.scenario
        return self.plan.scenario if self.plan is not None and self.plan.known else None

    def linked(self, *others: str) -> Self:
        """With links to these, the latest of more than there is room for; to itself none."""
        links = dict.fromkeys(one for one in (*self.links, *others) if one != self.incident_id)
        return self.with_(links=tuple(links)[-MOST_LINKS:])

    def numbered(self, kind: str) -> tuple[Self, str]:
        """Itself with one more id given, and that id, as ``promise-3``."""
        number = self.numbers + 1
        return self.model_copy(update={"numbers": number}), f"{kind}-{number}"

    def with_(self, **facts: Any) -> Self:
        return self.model_copy(update=facts)


class Work(NamedTuple):
    """What a step sees. ``by``: a responder's address, another person's name, or None for Tocsin. ``mute``: why nobody
    may be reminded now."""

    client: Client
    incident: Incident
    file: CaseFile
    now: UtcDatetime
    by: str | None = None
    mute: Mute | None = None

    def did(self, what: What, *, of: str | None = None, whom: str | None = None, words: str | None = None) -> CaseEvent:
        said = words[:600].encode("utf-8", "replace").decode() if words else None
        return CaseEvent(at=self.now, what=what, by=self.by, of=of, whom=whom, words=said)


class Worked(NamedTuple):
    """What a step writes in one transaction; the very incident and file that came in are not written. Versions are
    raised by whoever writes, except the incident's, which its own steps raise."""

    incident: Incident
    file: CaseFile
    events: tuple[CaseEvent, ...] = ()
    outbox: tuple[OutboxItem, ...] = ()

    def then(self, done: "Worked") -> "Worked":
        """Both in one transaction: ``done`` is what a further step made of this one's incident and file."""
        return Worked(done.incident, done.file, (*self.events, *done.events), (*self.outbox, *done.outbox))
