"""What was promised in a case, to whom, and who keeps it by when."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tocsin.domain.case.cause import Short
from tocsin.domain.fields import Email
from tocsin.domain.model import Frozen, UtcDatetime


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    RELEASED = "released"
    """By those to whom it was made, as a person noted: a promise is never dropped."""


class Promise(Frozen):
    """``owner``: the responder's address who keeps it. ``text_id``: of the text that made it. ``told``: how often
    somebody was reminded of it."""

    id: str
    what: Short
    to: Short
    owner: Email
    due_at: UtcDatetime
    made_at: UtcDatetime
    made_by: str
    text_id: str | None = None
    state: PromiseState = PromiseState.OPEN
    ended_at: UtcDatetime | None = None
    ended_by: str | None = None
    note: Short | None = None
    told_at: UtcDatetime | None = None
    told: int = 0


Promises = Annotated[tuple[Promise, ...], Field(max_length=60)]
