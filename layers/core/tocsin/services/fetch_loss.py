"""What a look could not bring any more. Pure: the use-case writes it."""

from datetime import datetime, timedelta

from tocsin.domain.gaps import Gap
from tocsin.domain.losses import Losses
from tocsin.domain.mention import Post
from tocsin.domain.source_health import HEARTBEAT
from tocsin.domain.source_state import Pull, SourceState

FEWEST = 3
"""Of so few posts it cannot be said that a list is full."""
PINNED = 2
"""Old posts that may stand above a list of the newest."""
UNKNOWN = 0.5
"""Heard, where nobody says how much there was: something was lost, and more is not known."""
FROM_THE_START = timedelta(days=1)
"""A source that gives a part within its first day always did: the baseline knows nothing else of it."""


def last_look(state: SourceState) -> datetime | None:
    """When the last look that went well began. A look that changed nothing is not always noted (HEARTBEAT)."""
    good, looked = state.last_success_at, state.looked_at
    if good is None or state.failures or looked is None or looked - good > HEARTBEAT:
        return good
    return max(good, looked)


def lost_since(
    last: datetime | None, leased: SourceState, pull: Pull, fresh: tuple[Post, ...], now: datetime
) -> Gap | None:
    """The time of which something is lost for good, and how much of it was heard; None where nothing is known to be.

    ``last``: the last look; ``fresh``: what of ``pull.posts`` was never shown before. First contact loses nothing: it
    is history."""
    if last is None or last >= now or leased.first_success_at is None or leased.backfilling or not pull.posts:
        return None
    if pull.total is not None and pull.total > len(pull.posts):
        return Gap(since=last, until=now, heard=round(len(pull.posts) / pull.total, 3))
    if pull.lost:
        return Gap(since=last, until=now, heard=UNKNOWN)
    return _overrun(last, leased.newest_at, pull, fresh, now) if pull.cursor is None else None


def _overrun(last: datetime, newest: datetime | None, pull: Pull, fresh: tuple[Post, ...], now: datetime) -> Gap | None:
    """A list of the newest that does not reach back to what the last look saw: what lay between is gone."""
    new = {post.id for post in fresh}
    known = [post for post in pull.posts if post.id not in new]
    if len(fresh) < FEWEST or len(known) > PINNED:
        return None
    if newest is not None and any(post.published_at >= newest for post in known):
        return None  # the newest that we know still stands there
    dated = [post.published_at for post in fresh if post.published_at < post.fetched_at]
    if 2 * len(dated) < len(fresh):
        return None if known else Gap(since=last, until=now, heard=UNKNOWN)
    since = max(last, newest) if newest is not None else last
    oldest = min(dated)
    return Gap(since=since, until=min(oldest, now), heard=0.0) if oldest > since else None


def with_loss(state: SourceState, leased: SourceState, lost: Gap | None) -> SourceState:
    """``state`` after the look, with what it lost noted."""
    if lost is None:
        return state
    began = leased.first_success_at
    lasting = leased.losses == Losses() and began is not None and lost.until - began <= FROM_THE_START
    return state.model_copy(update={"losses": leased.losses.after(lost, lasting=lasting)})


def told(lost: Gap | None) -> tuple[str, ...]:
    """For the operator."""
    if lost is None:
        return ()
    minutes = max(1, round((lost.until - lost.since) / timedelta(minutes=1)))
    part = f"all but about {lost.heard:.0%}" if lost.heard else "all"
    said = f"more was said there than it shows: {part} of {minutes} min until {lost.until:%H:%M} UTC is lost"
    return (f"{said}; ask it more often («every», or a larger budget)",)
