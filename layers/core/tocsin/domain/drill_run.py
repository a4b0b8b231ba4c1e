"""One drill from its first word to its report, as a value: whoever goes on with it may be another than who began it."""

from datetime import datetime, timedelta
from enum import StrEnum

from tocsin.domain.drill_report import DrillReport
from tocsin.domain.model import Frozen, UtcDatetime

KEPT = 5
"""Reports that are kept."""
AGAIN_AFTER = timedelta(seconds=45)
"""Without an incident by then it is said once more: another assessment may have been just before."""
MOST_WAVES = 3
LAST_WAIT = timedelta(seconds=30)
"""What was said last has so long to be heard, at the end of a drill."""
LEFT_AFTER = timedelta(minutes=15)
"""Not at its end so long after its time was over, it is gone on with by nobody any more."""


class NoDrill(StrEnum):
    """Why none can be held now."""

    NO_CLIENT = "no_client"
    NO_BRAND = "no_brand"
    NO_TEXTS = "no_texts"
    PAUSED = "paused"
    BURNS = "burns"
    """People have a real case in hand."""
    GOES_ON = "goes_on"
    """Another drill does."""
    TOO_LATE = "too_late"
    """What was asked for could not be begun in time."""


class DrillRun(Frozen):
    """``said``: when each wave of the storm was put into the queue; ``closing_at``: since when it is over and waits for
    what is still on its way; ``ended_at``: when its people heard that it is over and its traces were swept."""

    name: str
    brand: str
    scenario: str
    texts: tuple[str, ...]
    by: str | None
    began_at: UtcDatetime
    until: UtcDatetime
    said: tuple[UtcDatetime, ...] = ()
    closing_at: UtcDatetime | None = None
    ended_at: UtcDatetime | None = None
    incident_id: str | None = None

    def with_(self, **facts: object) -> "DrillRun":
        return self.model_copy(update=facts)


class Refusal(Frozen):
    """A drill that was asked for and not held."""

    at: UtcDatetime
    by: str | None
    scenario: str
    why: NoDrill


class HeldDrill(Frozen):
    by: str | None
    report: DrillReport


class DrillBook(Frozen):
    """``code``: of the link by which the one that goes on was asked for. ``held``: the latest first."""

    version: int = 0
    going: DrillRun | None = None
    code: str | None = None
    refused: Refusal | None = None
    held: tuple[HeldDrill, ...] = ()

    def goes_on(self, now: datetime) -> bool:
        return self.going is not None and now < self.going.until + LEFT_AFTER

    def begun(self, run: DrillRun, code: str) -> "DrillBook":
        return self._next(going=run, code=code, refused=None)

    def went_on(self, run: DrillRun) -> "DrillBook":
        return self._next(going=run)

    def broken_off(self, name: str) -> "DrillBook":
        """Of one by a command that ended without a report."""
        ours = self.going is not None and self.going.name == name
        return self._next(going=None, code=None) if ours else self

    def reported(self, by: str | None, report: DrillReport) -> "DrillBook":
        """Of the drill that went on, or of a command's own."""
        ours = self.going is not None and (self.going.began_at, self.going.brand) == (report.began_at, report.brand)
        done: dict[str, object] = {"going": None, "code": None} if ours else {}
        return self._next(held=(HeldDrill(by=by, report=report), *self.held)[:KEPT], **done)

    def refuses(self, refusal: Refusal) -> "DrillBook":
        return self._next(refused=refusal)

    def _next(self, **facts: object) -> "DrillBook":
        return self.model_copy(update={**facts, "version": self.version + 1})
