"""One pass over all sources of a client, told in one value."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from tocsin.domain.mention import Mention
from tocsin.domain.outbox import DeliveryStatus
from tocsin.domain.source_state import SourceState
from tocsin.domain.sources import SourceUnit, units_of
from tocsin_local.stack import LocalStack

REFUSED = "only public ones are called"
"""What the fetch guard says of an address that is not out there."""


@dataclass(frozen=True)
class SourceLine:
    """``state``: read, unchanged, failed or not due. ``items``: what it showed; ``mentions``: what named a brand; of a
    source that another function reads the items are not told, and are None."""

    url: str
    kind: str
    state: str
    reason: str | None = None
    items: int | None = 0
    mentions: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Summary:
    """``items`` and ``mentions`` are this pass's, ``mentions_total`` the stack's; ``alerts`` all that was written."""

    client: str
    sources: tuple[SourceLine, ...]
    items: int
    mentions: int
    mentions_total: int
    levels: dict[str, dict[str, Any]]
    alerts: tuple[dict[str, Any], ...]
    dead_letters: int

    @property
    def deaf(self) -> bool:
        """Not one source could be heard."""
        return bool(self.sources) and all(source.state == "failed" for source in self.sources)

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def one_pass(stack: LocalStack, now: datetime | None = None) -> Summary:
    """Look at everything that is due once and wait for all that follows; ``now`` moves the functions' clock first."""
    before = {(one.mention.brand, one.mention.id) for one in stack.tables.mentions()}
    known = stack.tables.sources()
    report = stack.look(now)
    looks = {look["source_id"]: look for look in report["looks"]}
    states, after = stack.tables.sources(), stack.tables.mentions()
    fresh = [one.mention for one in after if (one.mention.brand, one.mention.id) not in before]
    sources = tuple(
        _line(unit, looks.get(unit.id)) or _elsewhere(unit, known.get(unit.id), states.get(unit.id), fresh)
        for unit in units_of(stack.client)
    )
    return Summary(
        client=stack.client.client,
        sources=sources,
        items=sum(source.items or 0 for source in sources),
        mentions=len(fresh),
        mentions_total=len(after),
        levels={
            state.brand: {"level": state.level.value, "index": state.index}
            for state in (stack.tables.brand(brand.name) for brand in stack.client.brands)
        },
        alerts=tuple(
            {
                "channel": alert.channel.value,
                "recipient": alert.address,
                "at": (alert.sent_at or alert.created_at).isoformat(),
                "level": alert.level.value,
                "status": alert.status.value,
                **({"error": alert.last_error} if alert.status is not DeliveryStatus.SENT else {}),
            }
            for alert in stack.tables.alerts()
        ),
        dead_letters=len(stack.dead_letters()),
    )


def _elsewhere(
    unit: SourceUnit, before: SourceState | None, after: SourceState | None, fresh: Sequence[Mention]
) -> SourceLine:
    """What the function of a keyed kind left in the tables; its report goes to its log alone. A mention points to the
    bytes that it was read from, and they lie under its source."""
    if after is None or (before is not None and before.version == after.version):
        return SourceLine(url=unit.shown, kind=unit.kind, state="not due")
    state = "failed" if after.reason else "read"
    heard = sum(mention.raw is not None and mention.raw.startswith(f"sources/{unit.id}/") for mention in fresh)
    return SourceLine(url=unit.shown, kind=unit.kind, state=state, reason=after.reason, items=None, mentions=heard)


def _line(unit: SourceUnit, look: dict[str, Any] | None) -> SourceLine | None:
    if look is None:
        return None
    reason = look["reason"]
    state = "failed" if reason else "unchanged" if look["unchanged"] else "read"
    return SourceLine(
        url=unit.shown,
        kind=unit.kind,
        state=state,
        reason=f"{reason}{_hint(unit.url) if REFUSED in reason else ''}" if reason else None,
        items=look["posts"],
        mentions=look["mentions"],
        warnings=tuple(look["warnings"]),
    )


def _hint(url: str) -> str:
    """The guard refuses this machine's own addresses; here is the one place where a person may want one."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        ours = host == "localhost" or ip_address(host).is_loopback
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return ""
    return f" (to let it pass on this machine: --allow-host {host}:{port})" if ours else ""
