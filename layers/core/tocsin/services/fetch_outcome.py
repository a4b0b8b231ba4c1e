"""What a look leaves in a source's state. Pure: the use-case writes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tocsin.domain.counters import minute_of
from tocsin.domain.errors import FetchError, ParseError, SecretError, Trouble
from tocsin.domain.mention import Post
from tocsin.domain.source_health import FILLED, HEARTBEAT
from tocsin.domain.source_memory import Memory
from tocsin.domain.source_state import MAX_CURSOR, Pull, SourceState

TICK = timedelta(minutes=1)
LONGEST_BACKOFF = timedelta(hours=1)
FIRST_CONTACT = timedelta(days=1)
"""A source that always has more to give is not for ever met for the first time: its undated posts would never ring."""
WARNINGS = 20
STEADY = 0.8
"""How much of the mean number of calls a look stays when one more is known."""


def next_turn(every: timedelta, now: datetime) -> datetime:
    """Counted from the whole minute: a run that begins a second late must not cost the next one its turn."""
    return minute_of(now) + every


def unchanged(leased: SourceState, every: timedelta, now: datetime) -> SourceState:
    """The source said so itself: its cursor stays."""
    return leased.model_copy(
        update={
            "first_success_at": leased.first_success_at or now,
            "last_success_at": now,
            "next_due_at": next_turn(every, now),
            "failures": 0,
            "reason": None,
            "trouble": None,
        }
    )


def succeeded(
    leased: SourceState, pull: Pull, *, every: timedelta, stretched: bool, sampling: str | None, now: datetime
) -> SourceState:
    newest = max((min(post.published_at, now) for post in pull.posts), default=None)
    first = leased.first_success_at is None or leased.backfilling
    state = unchanged(leased, TICK if pull.again and not stretched else every, now)
    return state.model_copy(
        update={
            "etag": pull.etag,
            "last_modified": pull.last_modified,
            "cursor": leased.cursor if _too_long(pull) else pull.cursor,
            "newest_at": max(filter(None, (newest, leased.newest_at)), default=None),
            "reading": pull.unfinished,
            "backfilling": first and pull.again and now - (leased.first_looked_at or now) < FIRST_CONTACT,
            "every": every if stretched else None,
            "sampling": sampling,
            "calls_a_look": round(STEADY * leased.calls_a_look + (1 - STEADY) * max(1, pull.calls), 3),
            **_filled(leased, pull, now),
        }
    )


def brought(state: SourceState, leased: SourceState, mentions: int, now: datetime) -> SourceState:
    """How much of what is said of the brands comes from here: what is missed when it falls ill."""
    if not mentions or leased.first_success_at is None or leased.backfilling:
        return state
    return state.model_copy(update={"brought": round(leased.brought_by(now) + mentions, 3), "brought_at": now})


def is_history(post: Post, leased: SourceState) -> bool:
    """Whether it was there before we began to listen. At first contact an item without a date was, as far as we know;
    a first look that failed or died does not make what was said since then any older."""
    if leased.first_success_at is not None and not leased.backfilling:
        return False
    undated = post.published_at >= post.fetched_at
    return undated or leased.first_looked_at is None or post.published_at <= leased.first_looked_at


def _filled(leased: SourceState, pull: Pull, now: datetime) -> dict[str, object]:
    """Only of sources that show their latest whatever their age: one that is asked for what is new since its cursor has
    nothing to say at night."""
    if pull.cursor is not None or not pull.calls:
        return {}
    if pull.posts:
        return {"filled_since": leased.filled_since or now, "empties": 0}
    if leased.filled_since is not None and now - leased.filled_since >= FILLED:
        return {"empties": leased.empties + 1}
    return {"filled_since": None, "empties": 0}


def learned(
    state: SourceState, leased: SourceState, memory: Memory, pull: Pull, fresh: Sequence[Post], now: datetime
) -> tuple[SourceState, Memory]:
    """What a look with something new tells of the source's rhythm and form. ``leased``: its state before the look."""
    if not fresh:
        return state, memory
    rhythm = memory.rhythm.heard(now, watched=_was_watched(state, leased, now))
    form = memory.form.after(pull.fields, len(fresh)) if pull.fields is not None else memory.form
    state = state.model_copy(
        update={
            "last_new_at": now,
            "silence_from": rhythm.silence_from(),
            "missing": form.missing(pull.fields) if pull.fields is not None else (),
        }
    )
    return state, memory.model_copy(update={"rhythm": rhythm, "form": form})


def _was_watched(state: SourceState, leased: SourceState, now: datetime) -> bool:
    """Whether the pause before this look was the source's and not ours."""
    if leased.failures or leased.last_success_at is None or state.next_due_at is None:
        return not leased.failures
    return now - leased.last_success_at <= HEARTBEAT + 2 * max(state.next_due_at - now, TICK)


def failed(
    leased: SourceState, error: Exception, *, every: timedelta, asleep_until: datetime, now: datetime
) -> SourceState:
    """Asked less and less, or when the source says; a budget that is used up waits for its turn."""
    reason, trouble, retry_after = told(error)
    failures = leased.failures + 1
    pause = min(every * 2 ** min(failures - 1, 10), LONGEST_BACKOFF)
    if retry_after is not None:
        pause = max(pause, timedelta(seconds=retry_after))
    due = asleep_until if trouble is Trouble.BUDGET else now + pause
    return leased.model_copy(
        update={"failures": failures, "reason": reason[:500], "trouble": trouble, "next_due_at": due}
    )


def told(error: Exception) -> tuple[str, Trouble, float | None]:
    """Reason, trouble and the seconds to wait, where the source named them."""
    if isinstance(error, FetchError):
        return error.reason, error.trouble, error.retry_after
    if isinstance(error, ParseError):
        return error.reason, error.trouble, None
    if isinstance(error, SecretError):
        return str(error), Trouble.AUTH, None
    return f"internal error: {type(error).__name__}", Trouble.INTERNAL, None


def is_stale(leased: SourceState, now: datetime) -> bool:
    """Whether the note of the last success is too old to be left."""
    return leased.last_success_at is None or now - leased.last_success_at >= HEARTBEAT


def complaints(pull: Pull) -> tuple[str, ...]:
    """What the operator should know of a look that went well. A report must stay within what a function may answer
    (6 MB), whatever a feed holds."""
    moved = f"moved for good to {pull.moved_to}: change it in the client's file" if pull.moved_to else ""
    long = "its cursor is too long and was not kept" if _too_long(pull) else ""
    said = (*filter(None, (moved, long)), *pull.warnings)
    left = len(said) - WARNINGS
    return said if left <= 0 else (*said[:WARNINGS], f"and {left} more")


def _too_long(pull: Pull) -> bool:
    return pull.cursor is not None and len(pull.cursor) > MAX_CURSOR
