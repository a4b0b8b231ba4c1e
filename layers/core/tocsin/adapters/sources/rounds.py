"""Which of the brand's own posts to read the answers of: those with new ones first, then those not read for longest.

A count of answers tells of direct ones only; an answer to an answer is found by reading again after a while.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tocsin.domain.errors import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tocsin.domain.errors import FetchError, ParseError

MOST = 8
RECENT = timedelta(days=14)
AGAIN = timedelta(minutes=30)
_MAX_KEPT = 60


class Rounds:
    """``kept`` goes into the cursor: the posts read, each with the count of answers then and the minute. ``pause``:
    until when the source wants to be left alone, in seconds since 1970; for look.heed_pause."""

    def __init__(self, kept: Any, now: datetime) -> None:
        self._now = now
        self._before: dict[str, tuple[int, int]] = {}
        if isinstance(kept, dict):
            for key, said in kept.items():
                if isinstance(said, list) and len(said) == 2 and all(isinstance(part, int) for part in said):
                    self._before[key] = (said[0], said[1])
        self._read: dict[str, tuple[int, int]] = {}
        self._candidates: list[str] = []
        self.again = False
        self.pause: int | None = None

    @property
    def kept(self) -> dict[str, list[int]]:
        known = {key: self._before[key] for key in self._candidates if key in self._before} | self._read
        return {key: list(said) for key, said in list(known.items())[:_MAX_KEPT]}

    def due(self, posts: Iterable[tuple[str, int | None, datetime | None]]) -> list[tuple[str, int]]:
        """Of (key, answers, published): what to read now. An unknown count is looked into, a count of 0 is not."""
        minute = int(self._now.timestamp()) // 60
        changed, old = [], []
        for key, count, published in posts:
            if count == 0 or published is None or self._now - published > RECENT:
                continue
            self._candidates.append(key)
            answers, read_at = self._before.get(key, (-1, 0))
            if answers != (count if count is not None else -2) and count is not None:
                changed.append((key, count))
            elif minute - read_at >= AGAIN // timedelta(minutes=1):
                old.append((read_at, key, count if count is not None else -2))
        old.sort(key=lambda one: one[0])
        queue = [*changed, *((key, count) for _, key, count in old)]
        self.again = len(changed) > MOST
        return queue[:MOST]

    def was_read(self, key: str, count: int) -> None:
        self._read[key] = (count, int(self._now.timestamp()) // 60)

    def left_over(self) -> None:
        self.again = True

    def ended_by(self, error: FetchError | ParseError) -> bool:
        """Whether the source wants no more requests now. What is left waits as long as it asks."""
        wait = getattr(error, "retry_after", None)
        if not wait and error.trouble is not Trouble.THROTTLED:
            return False
        self.pause = int(self._now.timestamp() + wait) if wait else None
        self.again = not wait
        return True
