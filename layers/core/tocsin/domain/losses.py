"""What a source said and no look will ever bring: a list that does not reach back to the last look, a sample that a
budget bought, an end of what the source shows.

How much was heard is held against what usually is of this source. A lasting sample is no loss for the alarm: what is
usual for the brand was learned from it. What is missed is forgotten as fast as the brand's rate forgets, so that what
is expected is right all the way from a full hearing to a lasting sample.
"""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from tocsin.domain.gaps import Gap
from tocsin.domain.model import Frozen, UtcDatetime

HALF_LIFE = timedelta(days=7)
"""As the baseline's rate."""
KEPT = timedelta(days=1)
"""The longest window of the alarm."""
MOST = 12
WHOLE = 0.95
"""Of its usual, from which nothing is noted."""


class Losses(Frozen):
    """``cuts``: times of the last day, oldest first, of which only so much of this source's usual was heard.
    ``missed``: what part of all that is said there is lost, a mean that fades, up to ``missed_at``."""

    cuts: tuple[Gap, ...] = ()
    missed: Annotated[float, Field(ge=0, le=1)] = 0.0
    missed_at: UtcDatetime | None = None

    def missed_by(self, at: datetime) -> float:
        if self.missed_at is None:
            return 0.0
        return float(self.missed * _fading(at - self.missed_at))

    def after(self, lost: Gap, *, lasting: bool = False) -> "Losses":
        """``lost``: what part of all that was said there was heard. ``lasting``: it was never heard otherwise."""
        if lost.until <= lost.since:
            return self
        before = 1 - lost.heard if lasting else self.missed_by(lost.since)
        fading = _fading(lost.until - lost.since)
        usual = 1 - before
        relative = min(1.0, lost.heard / usual) if usual > 0 else 1.0
        cut = lost.model_copy(update={"heard": round(relative, 3)})
        return Losses(
            cuts=_kept((*self.cuts, cut) if relative < WHOLE else self.cuts, lost.until),
            missed=round(min(1.0, before * fading + (1 - lost.heard) * (1 - fading)), 6),
            missed_at=lost.until,
        )

    def recent(self, now: datetime) -> tuple[Gap, ...]:
        return tuple(cut for cut in self.cuts if cut.until > now - KEPT)


def _fading(time: timedelta) -> float:
    return float(0.5 ** (max(time, timedelta()) / HALF_LIFE))


def _kept(cuts: tuple[Gap, ...], now: datetime) -> tuple[Gap, ...]:
    """At most so many: of more, the two that lie closest become one, with what both lost."""
    found = sorted((cut for cut in cuts if cut.until > now - KEPT), key=lambda cut: (cut.since, cut.until))
    while len(found) > MOST:
        place = min(range(1, len(found)), key=lambda at: (found[at].since - found[at - 1].until, at))
        found[place - 1 : place + 1] = [_joined(found[place - 1], found[place])]
    return tuple(found)


def _joined(one: Gap, other: Gap) -> Gap:
    since, until = one.since, max(one.until, other.until)
    lost = sum(((1 - cut.heard) * ((cut.until - cut.since) / (until - since)) for cut in (one, other)), 0.0)
    return Gap(since=since, until=until, heard=round(max(0.0, 1 - lost), 3))
