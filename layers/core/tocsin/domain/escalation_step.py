"""One step of an escalation in the making: what it changes, whom it asks, what it leaves in the timeline."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from tocsin.domain.client import Client, Responder
from tocsin.domain.clocks import Clocks
from tocsin.domain.incident import Incident, IncidentState, Step, TimelineEntry
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, OutboxItem, Recipient, item_of, person, room
from tocsin.domain.paging import Page, Paging
from tocsin.domain.ringing import awake, ways

NOTE = 300


class Moved(NamedTuple):
    """What a step writes in one transaction. The very incident that came in, and no item: nothing is to be written."""

    incident: Incident
    outbox: tuple[OutboxItem, ...] = ()


class EscalationStep:
    """Mutable, and never seen outside the machine. ``counted``: the version and the number of the alert are those of
    ``incident``, since an assessment's step has counted them."""

    def __init__(self, client: Client, incident: Incident, now: datetime, *, counted: bool = False) -> None:
        self.client = client
        self.before = incident
        self.now = now
        self.counted = counted
        self.people = {one.email: one for one in client.responders}
        self.paging = incident.live_paging or Paging(level=incident.level, urgency=incident.level, since=now)
        self.pages = {page.person: page for page in self.paging.people}
        self.state = incident.state
        self.no = incident.alert_no + int(not counted)
        self._entries: list[TimelineEntry] = []
        self._items: dict[tuple[Channel, str], OutboxItem] = {}

    @property
    def clocks(self) -> Clocks:
        """At the pace of the urgency."""
        return self.client.escalation.of(self.paging.urgency)

    def set(self, **facts: Any) -> None:
        self.paging = self.paging.model_copy(update=facts)

    def page(self, who: str, **facts: Any) -> None:
        self.pages[who] = self.pages[who].model_copy(update=facts)

    def note(
        self,
        step: Step,
        *,
        by: str | None = None,
        who: str | None = None,
        note: str | None = None,
        channels: Iterable[Channel] = (),
    ) -> None:
        self._entries.append(
            TimelineEntry(
                at=self.now,
                step=step,
                level=self.paging.urgency,
                by=by,
                who=who,
                note=note[:NOTE] if note else None,
                channels=tuple(channel.value for channel in channels),
            )
        )

    # who has it

    def holders(self) -> tuple[Page, ...]:
        """The latest first. Whoever has left the file has nothing any more."""
        found = [one for one in self.pages.values() if one.person in self.people and one.has_taken(self.paging.level)]
        return tuple(sorted(found, key=lambda one: one.acknowledged_at or one.since, reverse=True))

    def held(self) -> bool:
        wanted = self.client.escalation.of(self.paging.level).needed + self.paging.more
        return len(self.holders()) >= min(wanted, len(self.people))

    def waiting(self) -> Iterator[tuple[Responder, Page]]:
        """Who was asked and has not taken it, in the order in which they were asked."""
        for page in tuple(self.pages.values()):
            if page.rounds and page.person in self.people and not page.has_taken(self.paging.level):
                yield self.people[page.person], page

    def missed(self) -> tuple[str, ...]:
        """Names of those who were rung and did not answer."""
        return tuple(responder.name for responder, page in self.waiting() if page.since < self.now)

    # what is sent

    def put(
        self, kind: AlertKind, channel: Channel, to: Recipient, due: datetime, missed: tuple[str, ...] = (), **more: Any
    ) -> None:
        """One message a person and channel in a step."""
        item = item_of(self.before, kind, self.now, channel, to, due, alert_no=self.no)
        facts = {"missed": missed, "always": self.paging.always, **more}
        self._items.setdefault((channel, to.id), item.model_copy(update=facts))

    def take(self, items: Iterable[OutboxItem]) -> None:
        for item in items:
            self._items.setdefault((item.channel, item.recipient), item)

    def planned(self, channel: Channel, who: str) -> OutboxItem | None:
        return self._items.get((channel, who))

    def ring(self, who: Responder, kind: AlertKind, missed: tuple[str, ...] = ()) -> None:
        """The next round of this person; what may not wake them is held until it may."""
        page = self.pages.get(who.email)
        may = awake(self.client, who, self.paging.urgency, self.now)
        waited = page is not None and page.since > self.now
        rounds = 1 if page is None or waited else page.rounds + 1
        used = ways(self.client, who, rounds, self.paging.urgency, self.clocks)
        others = tuple(name for name in missed if name != who.name)
        for channel, to in used:
            self.put(kind, channel, to, self.now if channel is Channel.EMAIL else may, others)
        self.paged(who, rounds=rounds, since=may if rounds == 1 else None, channels=[channel for channel, _ in used])

    def paged(self, who: Responder, *, rounds: int, since: datetime | None, channels: Iterable[Channel]) -> None:
        """They have been asked in this step. ``since``: the beginning of their clock, where it begins."""
        used = tuple(channels)
        kept = self.pages.get(who.email) or Page(
            person=who.email, since=self.now, level=self.paging.urgency, last_at=self.now, last_no=self.no
        )
        self.pages[who.email] = kept.model_copy(
            update={
                "level": self.paging.urgency,
                "rounds": rounds,
                "since": since or kept.since,
                "last_at": max(since or self.now, self.now),
                "last_no": self.no,
                "mailed": kept.mailed or Channel.EMAIL in used,
                "declined_at": None,
            }
        )
        self.note(Step.PAGE, who=who.email, channels=used)

    def remind(self, who: Responder) -> None:
        """Of what they have taken; it is no new round."""
        used = [(Channel.EMAIL, person(self.client, who), self.now)]
        if who.phone:
            may = awake(self.client, who, self.paging.urgency, self.now)
            used.append((Channel.SMS, person(self.client, who, who.phone), may))
        for channel, to, due in used:
            self.put(AlertKind.REMINDED, channel, to, due)
        if who.email in self.pages:
            self.page(who.email, last_no=self.no)
        self.set(reminded_at=self.now)
        self.note(Step.PAGE, who=who.email, channels=[channel for channel, _, _ in used])

    def tell_rooms(self, kind: AlertKind, missed: tuple[str, ...] = ()) -> None:
        for one in self.client.channels:
            if self.paging.urgency >= one.level:
                self.put(kind, Channel(one.kind.value), room(self.client, one), self.now, missed)

    # what is written

    def done(self) -> Moved:
        if self.state in {IncidentState.OPEN, IncidentState.ACKNOWLEDGED}:
            self.state = IncidentState.ACKNOWLEDGED if self._somebody_has_it() else IncidentState.OPEN
        paging = self.paging.model_copy(update={"people": tuple(self.pages.values())})
        same = paging == self.before.paging and self.state is self.before.state
        if same and not self._entries and not self._items:
            return Moved(self.before)
        counts = not self.counted
        incident = self.before.model_copy(
            update={
                "state": self.state,
                "updated_at": max(self.now, self.before.updated_at),
                "alert_no": self.no if self._items else self.before.alert_no,
                "version": self.before.version + int(counts),
                **self.before.recorded(*self._entries),
                "paging": paging,
            }
        )
        return Moved(incident, tuple(self._items.values()))

    def _somebody_has_it(self) -> bool:
        if self.paging.level < Level.ISSUE:
            return bool(self.holders())
        return self.held() or (self.state is IncidentState.ACKNOWLEDGED and bool(self.holders()))
