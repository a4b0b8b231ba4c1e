"""What truly happened: invented posts with the moments at which they were written, shown, edited and deleted."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from threading import RLock
from typing import Any, ClassVar

from tests.support.loopback import Answer, Call, Fault, answer

BRAND = "Aurora"
_MARK = re.compile(r"story\d{5}")


@dataclass(frozen=True)
class Item:
    """``number``: in the order of appearance. ``at``: as the platform dates it; ``shown`` may be later."""

    number: int
    at: datetime
    shown: datetime
    named: bool = True
    gone: datetime | None = None
    edited: datetime | None = None

    @property
    def mark(self) -> str:
        """Stands in the text, whatever is edited: by it a post is known again in the queue."""
        return f"story{self.number:05}"

    def words(self, now: datetime) -> str:
        whom = BRAND if self.named else "Nobody"
        return f"{whom} {self.mark} burns" + (" (edited)" if self.edited and self.edited <= now else "")

    def live(self, now: datetime) -> bool:
        return self.shown <= now and (self.gone is None or now < self.gone)


def marks_in(texts: Iterable[str]) -> list[str]:
    return [found[0] for text in texts if (found := _MARK.search(text))]


class World:
    """``now`` is moved by the test. ``late``: at most so long after it was written a post is shown. ``skew``: how far
    the platform's clock is ahead of ours."""

    def __init__(self, now: Callable[[], datetime], *, seed: int = 0, late: timedelta, skew: timedelta) -> None:
        self.now, self._late, self._skew = now, late, skew
        self._random = Random(seed)
        self._items: list[Item] = []
        self._lock = RLock()
        self.deleted: set[str] = set()

    def add(self, *, named: bool = True, at: datetime | None = None, **facts: Any) -> Item:
        with self._lock:
            item = Item(len(self._items) + 1, (at or self.now()) + self._skew, self.now(), named, **facts)
            self._items.append(item)
            return item

    def tick(self, rate: float) -> None:
        """A minute passes: ``rate`` posts on average; some late, some noise, some to be deleted or edited."""
        odds = self._random.random
        for _ in range(int(rate) + (odds() < rate % 1)):
            now = self.now()
            late = odds() * self._late if odds() < 0.3 else timedelta()
            self.add(
                named=odds() < 0.8,
                at=now - late,
                gone=now + timedelta(minutes=odds() * 40) if odds() < 0.15 else None,
                edited=now + timedelta(minutes=odds() * 20) if odds() < 0.15 else None,
            )

    def delete(self, item: Item) -> None:
        with self._lock:
            self._items[item.number - 1] = replace(self._items[item.number - 1], gone=self.now())

    def live(self) -> list[Item]:
        """Newest first, by the platform's dates."""
        now = self.now()
        with self._lock:
            found = [item for item in self._items if item.live(now)]
        return sorted(found, key=lambda item: (item.at, item.number), reverse=True)

    def shows(self, number: int) -> bool:
        """Whether this one, asked for by itself, is there."""
        found = self.everything()
        return 0 < number <= len(found) and found[number - 1].live(self.now())

    def everything(self) -> list[Item]:
        return list(self._items)


class Family:
    """A platform. ``source``: its entry in the client's file; ``secret``: what its connector is given; ``whole``: all
    that it shows concerns the brand; ``official``: the brand's own accounts there; ``late``: how late it may show a
    post without loss; ``size``: items a page; ``hosts``: all that may be asked; ``burst``: enough for several pages."""

    kind: ClassVar[str]
    source: ClassVar[dict[str, Any]]
    hosts: ClassVar[frozenset[str]]
    secret: ClassVar[Mapping[str, str]] = {}
    whole: ClassVar[bool] = False
    official: ClassVar[tuple[str, ...]] = ()
    late: ClassVar[timedelta] = timedelta(minutes=4)
    size: ClassVar[int] = 6
    burst: ClassVar[int] = 15
    rate: ClassVar[float] = 0.15

    def __init__(self, world: World) -> None:
        self.world = world
        self.wrong: list[str] = []
        """What a connector asked that the platform would not have understood."""

    def answer(self, call: Call) -> Answer:
        raise NotImplementedError

    def expired(self, call: Call) -> Answer:
        return answer({"error": "invalid_token", "message": "the token expired"}, 401)

    def items(self, call: Call) -> list[Item]:
        return [] if call.fault is Fault.NOTHING else self.world.live()

    def cut(self, call: Call, found: Sequence[Item], size: int, start: int = 0) -> tuple[list[Item], bool]:
        """A page of these, and whether there are more. Under ANCHOR its last one is deleted right after."""
        page = list(found[start : start + size])
        more = len(found) > start + size
        if call.fault is Fault.ANCHOR and more and page:
            self.world.delete(page[-1])
        return page, more

    def words(self, item: Item) -> str:
        return item.words(self.world.now())

    def concerns(self, item: Item) -> bool:
        return item.named or self.whole

    def unknown(self, call: Call) -> Answer:
        self.wrong.append(f"{call.method} {call.host}{call.path}")
        return answer({"error": "no such thing"}, 404)


def iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())
