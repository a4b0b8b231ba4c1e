"""What a case has taught: its figures, what only people know, and what is to be done otherwise."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from tocsin.domain.model import Frozen, UtcDatetime


class ChangeKind(StrEnum):
    THRESHOLD = "threshold"
    TERM = "term"
    CONTACT = "contact"
    PLAYBOOK = "playbook"
    TEXT = "text"
    """Approved ahead, for its scenario and language."""


class ChangeState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class PlanChange(Frozen):
    """``place``: where it changes something, as ``thresholds.crisis``, ``brands[Aurora].exclude`` or
    ``playbook.rumour.tasks.proof.within``; ``before`` and ``after`` are JSON values, of a list the one entry that goes
    or comes; people read sentences made of them. ``why``: facts as ``name=value``. ``incident``: of one that is in
    force, whose review it is of."""

    id: str
    kind: ChangeKind
    place: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    before: str | None
    after: str | None
    why: tuple[str, ...] = ()
    state: ChangeState = ChangeState.PROPOSED
    decided_by: str | None = None
    decided_at: UtcDatetime | None = None
    applied_at: UtcDatetime | None = None
    """When the client's file, or its playbook, had it."""
    incident: str | None = None
    taken_back_by: str | None = None
    taken_back_at: UtcDatetime | None = None
    undone_at: UtcDatetime | None = None
    """When the file, or the playbook, was without it again."""

    @property
    def undone(self) -> "PlanChange":
        """What takes it back."""
        return self.model_copy(update={"before": self.after, "after": self.before})

    def undoes(self, other: "PlanChange") -> bool:
        return (self.place, self.before, self.after) == (other.place, other.after, other.before)

    @property
    def waits(self) -> bool:
        """Accepted, or taken back, and nothing is different yet."""
        if self.state is not ChangeState.ACCEPTED:
            return False
        return self.applied_at is None or self.goes

    @property
    def goes(self) -> bool:
        """Taken back, and still in force."""
        return self.taken_back_at is not None and self.undone_at is None

    @property
    def waits_since(self) -> UtcDatetime | None:
        if not self.waits:
            return None
        return self.taken_back_at if self.goes else self.decided_at


class Answer(Frozen):
    """What a person answered to one of the review's few questions."""

    question: str
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
    by: str
    at: UtcDatetime


class Review(Frozen):
    """``told``: how often its owner was reminded that it is due; ``again_at``: since when a person wants another look
    for what to change."""

    begun_at: UtcDatetime
    told: int = 0
    told_at: UtcDatetime | None = None
    again_at: UtcDatetime | None = None
    answers: Annotated[tuple[Answer, ...], Field(max_length=20)] = ()
    changes: Annotated[tuple[PlanChange, ...], Field(max_length=30)] = ()
    finished_at: UtcDatetime | None = None
    finished_by: str | None = None

    def begun_anew(self) -> "Review":
        """To be finished, and reminded of, once more; what was answered and decided stays."""
        return self.model_copy(update={"finished_at": None, "finished_by": None, "told": 0, "told_at": None})
