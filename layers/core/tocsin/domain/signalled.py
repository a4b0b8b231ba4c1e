"""Which mentions leave a signal, and which of many are read."""

from collections.abc import Iterable
from datetime import timedelta

from tocsin.domain.reading import ScoredMention
from tocsin.domain.signal import Signal

HEARD_WITHIN = timedelta(hours=48)
"""Of what was older when it was fetched nothing is signalled: it pages nobody, and counters know it."""


def signals_of(mentions: Iterable[ScoredMention]) -> dict[str, Signal]:
    """By the id of the mention, of those that leave one."""
    return {
        scored.mention.id: Signal.of(scored)
        for scored in mentions
        if scored.matters and scored.mention.fetched_at - scored.mention.published_at <= HEARD_WITHIN
    }


def newest_of(signals: Iterable[Signal], limit: int) -> list[Signal]:
    """Oldest first. Those of one minute are ordered by what they are, so that it is the same whoever reads."""
    return sorted(signals)[-limit:] if limit > 0 else []
