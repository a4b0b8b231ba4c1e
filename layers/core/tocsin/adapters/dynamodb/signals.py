"""Signals of the mentions that matter: one item a chunk and day, written with its mentions and never changed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.items import key_of
from tocsin.domain.counters import minute_of
from tocsin.domain.signal import SIZE, Signal, packed, unpacked
from tocsin.domain.signalled import newest_of

KEPT = timedelta(days=8)
FORM = {"N": str(SIZE)}
"""What another version wrote in another form is passed over: it is forgotten in days."""


def signal_puts(table: str, brand: str, found: Mapping[str, Signal]) -> list[dict[str, Any]]:
    """Each item is named after one of its mentions: a mention is written once, so no two items have one name."""
    days: dict[str, list[tuple[Signal, str]]] = {}
    for mention_id, signal in found.items():
        days.setdefault(keys.signals_day(brand, signal.at), []).append((signal, mention_id))
    puts = []
    for ones in days.values():
        ones.sort()
        latest, mention_id = ones[-1]
        name = blake2b(mention_id.encode(), digest_size=6).hexdigest()
        puts.append(_put(table, keys.signals(brand, latest.at, name), latest, [signal for signal, _ in ones]))
    return puts


def amended_puts(
    table: str, brand: str, struck: Sequence[Signal], added: Sequence[Signal], name: str
) -> list[dict[str, Any]]:
    """What a correction of one mention does to its signals, for the transaction that corrects it. ``name``: one that
    no other correction has."""
    if list(struck) == list(added):
        return []
    [at, *_] = [*struck, *added]
    return [_put(table, keys.signals(brand, at.at, name), at, added, struck)]


def _put(
    table: str, key: keys.Key, latest: Signal, added: Sequence[Signal], struck: Sequence[Signal] = ()
) -> dict[str, Any]:
    parts = {"signals": added, "struck": struck}
    item = {
        **key_of(key),
        **{part: {"B": packed(tuple(signals))} for part, signals in parts.items() if signals},
        "form": FORM,
        "expires_at": {"N": str(int((latest.at + KEPT).timestamp()))},
    }
    return {"Put": {"TableName": table, "Item": item}}


def newest(items: Iterable[Mapping[str, Any]], since: datetime, until: datetime, limit: int) -> tuple[Signal, ...]:
    """``items``: those that end last first, read only as far as is needed."""
    since = minute_of(since)
    found: list[Signal] = []
    struck: Counter[Signal] = Counter()
    for item in items:
        if len(found) >= limit:
            found = sorted(_without(found, struck))
            ends = datetime.fromisoformat(keys.parse_signals(item["pk"]["S"], item["sk"]["S"]))
            if not limit or (len(found) >= limit and ends < found[-limit].at):
                break
        if item.get("form") != FORM:
            continue
        struck.update(_signals(item, "struck"))
        found += (one for one in _signals(item, "signals") if since <= one.at < until)
    return tuple(newest_of(_without(found, struck), limit))


def _signals(item: Mapping[str, Any], part: str) -> tuple[Signal, ...]:
    return unpacked(item[part]["B"]) if part in item else ()


def _without(found: list[Signal], struck: Counter[Signal]) -> list[Signal]:
    """Each strike takes one away, and waits where it was read before what it strikes."""
    if not struck:
        return found
    left = []
    for one in found:
        if struck[one]:
            struck[one] -= 1
        else:
            left.append(one)
    return left


def days_back(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The days that [since, until) touches, the last first, each with its first minute that counts."""
    day = (until - timedelta(microseconds=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    while day + timedelta(days=1) > since:
        yield day, max(day, minute_of(since))
        day -= timedelta(days=1)
