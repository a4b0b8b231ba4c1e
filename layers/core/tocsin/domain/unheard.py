"""What ill sources leave unheard, so that few mentions are not read as calm."""

from datetime import datetime

from tocsin.domain.brand_baseline import Gap
from tocsin.domain.health_news import HealthBook
from tocsin.domain.source_health import Ailment

DEAF = frozenset({Ailment.FAILING, Ailment.REFUSED, Ailment.STUCK, Ailment.CHANGED})
"""Ailments that keep from us what is said; a source that is only silent may have nothing to say."""
MOST_MISSED = 0.5
"""For the alarm. A source that is well again brings its backlog at once, a minute before the book knows: with more
taken off from what is usual, that would ring."""


def gaps_of(book: HealthBook, now: datetime, most: float = MOST_MISSED) -> tuple[Gap, ...]:
    """One a source that is ill now, each of the same weight, from when it was last well; together they miss ``most`` at
    most. A source that is well again leaves none: it has brought what it kept."""
    seen = book.coverage
    deaf = [ill for ill in seen.ill if ill.ailment in DEAF and ill.since is not None and ill.since < now]
    if not deaf:
        return ()
    share = min(1 / max(seen.total, 1), most / len(deaf))
    return tuple(Gap(since=ill.since, until=now, heard=1 - share) for ill in deaf)
