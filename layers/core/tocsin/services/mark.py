"""What a person says of one mention corrects the counters at once, and can be taken back."""

from datetime import datetime

from tocsin.domain.errors import TocsinError
from tocsin.domain.marks import Correction, Verdict, first, original
from tocsin.domain.model import Frozen
from tocsin.domain.reading import ScoredMention
from tocsin.ports import Clock, MarkStore

LOOKED_THROUGH = 500
"""Marks of a brand from which terms are proposed."""


class MarkError(TocsinError):
    """There is nothing to mark, or nothing to take back."""


class Marking(Frozen):
    """``changed``: False when it was marked so already. ``before``: what was said of it until now."""

    correction: Correction
    before: Verdict | None
    changed: bool


class Mark:
    def __init__(self, *, marks: MarkStore, clock: Clock) -> None:
        self._marks = marks
        self._clock = clock

    def mark(self, brand: str, mention_id: str, verdict: Verdict | None, *, by: str) -> Marking:
        """None takes the mark back. Raise MarkError; ConflictError when somebody marks it at the same time."""
        scored = self._marks.scored(brand, mention_id)
        if scored is None:
            raise MarkError(f"{mention_id!r}: {brand} has no such mention, or it is forgotten already")
        known = self._marks.correction(brand, mention_id)
        before = known.verdict if known else None
        if verdict is None and before is None:
            raise MarkError(f"{mention_id!r} has no mark to take back")
        if known is not None and verdict is before:
            return Marking(correction=known, before=before, changed=False)
        correction = self._next(scored, known, brand, verdict, by, self._clock.now())
        self._marks.save(correction, original(scored, correction) if known else scored, before)
        return Marking(correction=correction, before=before, changed=True)

    @staticmethod
    def _next(
        scored: ScoredMention, known: Correction | None, brand: str, verdict: Verdict | None, by: str, at: datetime
    ) -> Correction:
        if known is not None:
            return known.model_copy(update={"verdict": verdict, "by": by, "at": at, "version": known.version + 1})
        return first(scored, brand, verdict, by=by, at=at)

    def marked(self, brand: str, verdict: Verdict) -> tuple[ScoredMention, ...]:
        """Mentions that were marked so and are still kept."""
        found = (
            self._marks.scored(brand, each.mention_id)
            for each in self._marks.corrections(brand, LOOKED_THROUGH)
            if each.verdict is verdict
        )
        return tuple(scored for scored in found if scored is not None)
