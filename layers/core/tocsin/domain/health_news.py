"""When the agency is told of ill sources: once for each, several in one message, at most one in ten minutes."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from tocsin.domain.gaps import Gap
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.source_health import Ailment, Coverage, Ill

BETWEEN = timedelta(minutes=10)
WELL_FOR = timedelta(minutes=15)
"""It is well when it has been for so long: the first time. Four times as long after each relapse, a day at most, so
that a source which comes and goes is told a few times and not each hour."""
RELAPSE = timedelta(days=1)
MANY = 3
"""From so many sources on, all ill at once is our own trouble."""
SHOWN = 25


class Told(Frozen):
    """``well_since``: it looks well, but has not for long enough to be said so. ``times``: how often it was told ill,
    with less than a day between two illnesses."""

    ill: Ill
    well_since: UtcDatetime | None = None
    times: int = 1


class Recovered(Frozen):
    """Told well a short time ago."""

    source_id: str
    at: UtcDatetime
    times: int


class HealthBook(Frozen):
    """One small item: what the agency knows of the sources, and what alerts say of them."""

    version: int = 0
    coverage: Coverage = Coverage()
    past: tuple[Gap, ...] = ()
    """Times before the last day at which sources gave a part (see unheard.py)."""
    told: tuple[Told, ...] = ()
    told_at: UtcDatetime | None = None
    recovered: tuple[Recovered, ...] = ()
    unlooked: tuple[tuple[str, UtcDatetime], ...] = ()
    """Sources that were never looked at, and since when that is known."""


class Message(Frozen):
    subject: str
    text: str


def news(
    book: HealthBook,
    now_seen: Coverage,
    *,
    asked: Collection[str],
    client: str,
    now: datetime,
    unchecked: Sequence[Ill] = (),
) -> tuple[HealthBook, Message | None]:
    """The book after this minute, and the message that has to go out before it is kept. ``asked``: the ids of all
    sources in the client's file; of one that was taken out nothing is said any more. ``unchecked``: told in the same
    way, though they are heard and no coverage misses them."""
    book = book.model_copy(update={"told": tuple(told for told in book.told if told.ill.source_id in asked)})
    known = {told.ill.source_id: told for told in book.told}
    ill = {one.source_id: one for one in (*now_seen.ill, *unchecked)}
    fresh = [one for one in ill.values() if one.source_id not in known]
    kept = [_seen(told, ill.get(told.ill.source_id), now) for told in book.told]
    well = [told for told in kept if told.well_since is not None and now - told.well_since >= _well_for(told.times)]
    quiet = book.told_at is None or now - book.told_at >= BETWEEN
    book = book.model_copy(update={"coverage": now_seen, "told": tuple(kept)})
    if not quiet or not (fresh or well):
        return book, None
    gone = {told.ill.source_id for told in well}
    still = [told.ill for told in kept if told.ill.source_id not in gone]
    before = {one.source_id: one for one in book.recovered if now - one.at < RELAPSE and one.source_id in asked}
    again = {one.source_id: before[one.source_id].times + 1 for one in fresh if one.source_id in before}
    new = (Told(ill=one, times=again.get(one.source_id, 1)) for one in fresh)
    told = (*(told for told in kept if told.ill.source_id not in gone), *new)
    recovered = (
        *(one for one in before.values() if one.source_id not in again),
        *(Recovered(source_id=told.ill.source_id, at=now, times=told.times) for told in well),
    )
    book = book.model_copy(update={"told": told, "told_at": now, "recovered": recovered})
    return book, _message(client, now_seen, fresh, [one.ill for one in well], still)


def _well_for(times: int) -> timedelta:
    longer: int = 4 ** min(times - 1, 5)
    return min(WELL_FOR * longer, RELAPSE)


def _seen(told: Told, ill: Ill | None, now: datetime) -> Told:
    if ill is not None:
        return told.model_copy(update={"ill": ill, "well_since": None})
    return told if told.well_since is not None else told.model_copy(update={"well_since": now})


def _message(client: str, seen: Coverage, fresh: Sequence[Ill], well: Sequence[Ill], still: Sequence[Ill]) -> Message:
    state = f"{seen.healthy} of {seen.total} sources healthy"
    lines = []
    deaf = [one for one in fresh if one.ailment is not Ailment.UNCHECKED]
    if deaf and len(seen.ill) == seen.total >= MANY:
        subject = f"Tocsin {client}: deaf, no source can be heard"
        lines.append("All sources are ill at once: rather our own network or AWS than each of them.")
    elif deaf:
        subject = f"Tocsin {client}: {_sources(len(deaf))} fell silent or ill, {state}"
    elif fresh:
        subject = f"Tocsin {client}: deletions are not learned from {_sources(len(fresh))}, {state}"
        lines.append("What people delete there stays in our store until it can be asked for, or expires by itself.")
    else:
        subject = f"Tocsin {client}: {_sources(len(well))} well again, {state}"
    for heading, ones in (("Ill", fresh), ("Well again", well), ("Still ill", still)):
        if ones:
            lines += ["", f"{heading}:", *(_line(one) for one in ones[:SHOWN])]
            lines += [f"  and {len(ones) - SHOWN} more"] if len(ones) > SHOWN else []
    lines += ["", f"{state}. tocsin sources CLIENT.yaml --deployed shows them all."]
    return Message(subject=subject, text="\n".join(lines).strip())


def _line(ill: Ill) -> str:
    since = f" (since {ill.since:%Y-%m-%d %H:%M} UTC)" if ill.since else ""
    return f"  {ill.name}: {ill.reason}{since}"


def _sources(number: int) -> str:
    return "1 source" if number == 1 else f"{number} sources"
