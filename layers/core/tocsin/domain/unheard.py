"""What ill sources leave unheard, so that few mentions are not read as calm."""

from datetime import datetime, timedelta

from tocsin.domain.gaps import Gap
from tocsin.domain.health_news import HealthBook
from tocsin.domain.losses import KEPT
from tocsin.domain.source_health import Ailment, weightiest

DEAF = frozenset({Ailment.FAILING, Ailment.REFUSED, Ailment.STUCK, Ailment.CHANGED})
"""Ailments that keep from us what is said; a source that is only silent may have nothing to say."""
MOST_MISSED = 0.5
"""For the alarm. A source that is well again brings its backlog at once, a minute before the book knows: with more
taken off from what is usual, that would ring."""
PAST = timedelta(days=8)
"""As long as signals are kept: so far back a moment can be judged anew."""


def gaps_of(book: HealthBook, now: datetime, most: float = MOST_MISSED) -> tuple[Gap, ...]:
    """One a source that is ill now, weighed by what it usually brings, from when it was last well, and one a source
    that a budget has made slow, from its last look; together they miss ``most`` at most. A source that is well again
    leaves none: it has brought what it kept."""
    seen = book.coverage
    deaf = [ill for ill in seen.ill if ill.ailment in DEAF and ill.since is not None and ill.since < now]
    missed = [(ill.since, 1 / max(seen.total, 1) if ill.share is None else ill.share) for ill in deaf]
    missed += [(late.since, 1 - late.heard) for late in seen.late if late.since < now]
    shares = sum(share for _, share in missed)
    scale = min(1.0, most / shares) if shares else 0.0
    return tuple(
        Gap(since=since, until=now, heard=max(0.0, 1 - scale * share)) for since, share in missed if since is not None
    )


def cuts_of(book: HealthBook, now: datetime) -> tuple[Gap, ...]:
    """Times of the day before ``now`` of which sources gave less than they usually do, and will give no more. The
    baseline is not told of them: what it learns from a sample that lasts is what is usual then (see losses.py)."""
    return tuple(cut for cut in (*book.past, *book.coverage.cut) if cut.since < now < cut.until + KEPT)


def past(book: HealthBook, now: datetime) -> tuple[Gap, ...]:
    """What the book has to remember of cuts when this minute's coverage takes the place of the last one's."""
    gone = (cut for cut in book.coverage.cut if cut.until <= now - KEPT)
    return weightiest([cut for cut in (*book.past, *gone) if cut.until > now - PAST])
