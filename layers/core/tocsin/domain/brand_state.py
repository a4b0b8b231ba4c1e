"""What the alarm remembers of a brand: one small item, whatever the volume."""

from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen, UtcDatetime


class BaselineState(Frozen):
    """Exponentially weighted negatives and minutes, folded over settled minutes up to ``folded_to``."""

    folded_to: UtcDatetime | None = None
    negatives: float = 0.0
    minutes: float = 0.0


class BrandState(Frozen):
    """``assessed_seq`` is the dirty_seq that the last assessment had read before the counters."""

    brand: str
    version: int = 0
    assessed_seq: int = 0
    assessed_at: UtcDatetime | None = None
    first_assessed_at: UtcDatetime | None = None
    baseline: BaselineState = BaselineState()
    level: Level = Level.CALM
    told: Level = Level.CALM
    """The gravest level that people were told of in this storm; in shadow nobody is."""
    noted: Level = Level.CALM
    """The gravest level that the desk was told of by mail only, since it burned before we listened."""
    index: float = 0.0
    below_since: UtcDatetime | None = None
    """Since when the index asks for a lower level than the present one."""
    incident_no: int = 0
    incident_id: str | None = None
    """The latest incident, open or not; a relapse soon after its end reopens it."""
