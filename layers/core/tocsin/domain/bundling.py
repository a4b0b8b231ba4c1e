"""SMS to one number: the first at once, what follows within two minutes together after them."""

from datetime import datetime, timedelta

from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen, UtcDatetime

WAIT = timedelta(minutes=2)


class Rung(Frozen):
    """The last SMS to a number: ``by`` is its outbox item, which may try again. One small item, on its version."""

    version: int = 0
    at: UtcDatetime = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    level: Level = Level.CALM
    by: str = ""

    def free_at(self, item_id: str, level: Level, now: datetime) -> datetime:
        """From when this one may go. What turns into a crisis waits for nothing."""
        graver = level >= Level.CRISIS > self.level
        if item_id == self.by or graver:
            return now
        return max(now, self.at + WAIT)

    def again(self, item_id: str, level: Level, now: datetime) -> "Rung":
        return Rung(version=self.version + 1, at=now, level=level, by=item_id)
