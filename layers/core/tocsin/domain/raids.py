"""Regions under an air-raid alert: who lives there may be in a shelter, without light or network."""

from datetime import datetime, timedelta

from tocsin.domain.fields import Name
from tocsin.domain.model import Frozen, UtcDatetime

LASTS = timedelta(hours=6)
"""An alert whose end nobody told of."""


class Raid(Frozen):
    region: Name
    since: UtcDatetime


class Raids(Frozen):
    """One small item, written on its version."""

    version: int = 0
    raids: tuple[Raid, ...] = ()

    def active(self, now: datetime) -> frozenset[str]:
        return frozenset(raid.region.casefold() for raid in self.raids if raid.since <= now < raid.since + LASTS)

    def told(self, region: str, now: datetime, *, on: bool) -> "Raids":
        others = [one for one in self.raids if one.region.casefold() != region.casefold() and now < one.since + LASTS]
        return Raids(version=self.version + 1, raids=(*others, Raid(region=region, since=now)) if on else tuple(others))
