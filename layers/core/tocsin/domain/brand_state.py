"""What the alarm remembers of a brand: one small item, whatever the volume."""

from tocsin.domain.brand_baseline import BaselineState
from tocsin.domain.judgement import Shift
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen, UtcDatetime


class BrandState(Frozen):
    """``assessed_seq`` is the dirty_seq that the last assessment had read before the counters."""

    brand: str
    version: int = 0
    assessed_seq: int = 0
    assessed_at: UtcDatetime | None = None
    first_assessed_at: UtcDatetime | None = None
    baseline: BaselineState = BaselineState()
    level: Level = Level.CALM
    held: Level | None = None
    """A person's level of the latest incident, while one is held: ``level`` goes on beside it."""
    told: Level = Level.CALM
    """The gravest level that people were told of in this storm; in shadow nobody is."""
    noted: Level = Level.CALM
    """The gravest level that the desk was told of by mail only, since it burned before we listened."""
    always_told: UtcDatetime | None = None
    """The newest of what is always told of, as people were told."""
    index: float = 0.0
    below_since: UtcDatetime | None = None
    """Since when the index asks for a lower level than the present one."""
    rises: int = 0
    """How often this storm has risen to an issue or above; each time it must be quiet for longer before it falls."""
    burnt_at: UtcDatetime | None = None
    """When it was last at an issue or above."""
    shift: Shift | None = None
    """What people's feedback adds to the index for a time."""
    incident_no: int = 0
    incident_id: str | None = None
    """The latest incident, open or not; a relapse soon after its end reopens it."""

    @property
    def stands(self) -> Level:
        """How badly it burns, by the measure or by a person's word."""
        return self.held if self.held is not None else self.level

    def holding(self, incident_id: str, held: Level | None) -> "BrandState | None":
        """The next version, where ``held`` is news of its latest incident; else None."""
        if self.incident_id != incident_id or self.held is held:
            return None
        return self.model_copy(update={"version": self.version + 1, "held": held})
