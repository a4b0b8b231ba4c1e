"""Plays a story through a stack, minute by minute, as fast as it goes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, OutboxItem
from tocsin.domain.playbook import Library
from tocsin_local.errors import LocalError
from tocsin_local.observe import News, Observer
from tocsin_local.platforms.server import Platforms
from tocsin_local.platforms.story import load_story, moved_to
from tocsin_local.stack import LocalStack

TO_PEOPLE = (Channel.EMAIL, Channel.SMS)


@dataclass
class Result:
    """Where the story has come to. ``alerts``: those that people got, in the order in which they were sent."""

    mentions: int = 0
    level: Level = Level.CALM
    alerts: list[OutboxItem] = field(default_factory=list)

    def first_alarm(self, since: datetime) -> OutboxItem | None:
        """The first since then that says 'issue' or worse: a watch is no alarm yet."""
        raised = (
            alert
            for alert in self.alerts
            if alert.kind is AlertKind.RAISED and alert.level >= Level.ISSUE and alert.created_at >= since
        )
        return min(raised, key=lambda alert: alert.sent_at or alert.created_at, default=None)


class Play:
    """A story with its platforms and a client's stack that listens to them. A context manager."""

    def __init__(self, say: Callable[[str], None] = lambda _: None, library: Library | None = None) -> None:
        client, self.story = load_story()
        self._moment = self.story.looks()[0]
        self._platforms = Platforms(self.story, lambda: self._moment)
        try:
            self.client = moved_to(client, self._platforms.base)
            self.stack = LocalStack(
                self.client, now=self._moment, allow_hosts=[self._platforms.host], library=library, say=say
            )
        except BaseException:
            self._platforms.close()
            raise
        self.result = Result()

    def minutes(self) -> Iterator[tuple[datetime, News]]:
        """Each look: the story's moment and what came of it. ``result`` is kept up to date."""
        observer = Observer(self.stack)
        for moment in self.story.looks():
            self._moment = moment
            for look in self.stack.look(moment)["looks"]:
                if look["reason"]:
                    raise LocalError(f"the simulated {look['url']} could not be read: {look['reason']}")
            news = observer.news()
            self.result.mentions = observer.mentions
            self.result.level = observer.worst
            self.result.alerts += [alert for alert in news.sent if alert.channel in TO_PEOPLE]
            yield moment, news

    def alarm(self) -> OutboxItem | None:
        """The first alarm of the crisis; one that rang before it was a false one."""
        return self.result.first_alarm(self.story.crisis_at)

    def minutes_to_alert(self) -> float | None:
        """Story minutes from the first post of the crisis to the first alarm in somebody's hand; None without one."""
        alarm = self.alarm()
        if alarm is None or alarm.sent_at is None:
            return None
        return round((alarm.sent_at - self.story.crisis_at).total_seconds() / 60, 1)

    def close(self) -> None:
        self.stack.close()
        self._platforms.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
