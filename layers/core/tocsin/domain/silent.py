"""An alarm of which nobody was told, since the client was in shadow or paused."""

from collections.abc import Iterable
from datetime import datetime

from tocsin.domain.controls import Mute
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.outbox import Channel, OutboxItem
from tocsin.domain.reasons import Reason


class Silent(Frozen):
    """``woken``: who would have been woken at once by SMS; ``written``: who would have got an e-mail. Names of
    responders' addresses, as in the client's file."""

    incident_id: str
    alert_no: int
    brand: str
    level: Level
    index: float
    reasons: tuple[Reason, ...]
    at: UtcDatetime
    mute: Mute
    woken: tuple[str, ...] = ()
    written: tuple[str, ...] = ()

    @classmethod
    def of(cls, incident: Incident, alerts: Iterable[OutboxItem], mute: Mute, at: datetime) -> "Silent":
        """``alerts``: what would have been sent."""
        planned = tuple(alerts)
        return cls(
            incident_id=incident.id,
            alert_no=incident.alert_no,
            brand=incident.brand,
            level=incident.level,
            index=incident.index,
            reasons=incident.reasons,
            at=at,
            mute=mute,
            woken=tuple(item.recipient for item in planned if item.channel is Channel.SMS and not item.held),
            written=tuple(item.recipient for item in planned if item.channel is Channel.EMAIL),
        )
