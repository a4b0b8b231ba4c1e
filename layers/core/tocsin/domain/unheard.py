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
    """One a source that is ill now, weighed by what it usually brings, from when it was last well; together they miss
    ``most`` at most. A source that is well again leaves none: it has brought what it kept. What is always sampled is
    none either: the baseline was learned from the same sample."""
    seen = book.coverage
    deaf = [ill for ill in seen.ill if ill.ailment in DEAF and ill.since is not None and ill.since < now]
    if not deaf:
        return ()
    shares = [1 / max(seen.total, 1) if ill.share is None else ill.share for ill in deaf]
    scale = min(1.0, most / sum(shares)) if sum(shares) else 0.0
    return tuple(
        Gap(since=ill.since, until=now, heard=max(0.0, 1 - scale * share))
        for ill, share in zip(deaf, shares, strict=True)
    )
