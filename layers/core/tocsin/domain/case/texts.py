"""What is to be said: drafts, who approved them, where they went, and what came of it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from tocsin.domain.case.cause import Short
from tocsin.domain.fields import Language
from tocsin.domain.linter import Kind
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.posture import Strategy

Body = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=6_000)]


class TextState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"
    """By a person, who noted where: nothing is ever published by itself."""
    WITHDRAWN = "withdrawn"


class Source(StrEnum):
    TEMPLATE = "template"
    MODEL = "model"
    PERSON = "person"
    PREPARED = "prepared"
    """Approved ahead, in the client's file."""


class ResultKind(StrEnum):
    RECOVERED = "recovered"
    NEUTRAL = "neutral"
    WORSE = "worse"
    TOO_FEW = "too few"
    """Too little was said to tell."""


SAID_BY_PEOPLE = (ResultKind.RECOVERED, ResultKind.NEUTRAL, ResultKind.WORSE)


class Result(Frozen):
    """What followed an answer, as measured at ``at``. ``facts``: what was counted, as ``name=value``."""

    kind: ResultKind
    at: UtcDatetime
    facts: tuple[str, ...] = ()


class CaseText(Frozen):
    """``mention_id``: what a reply answers; ``audience``: a stakeholder circle or a contact's address, of the rest.
    ``verified``: facts that its author has confirmed. ``note``: why it was approved in spite of the linter. A changed
    text is a draft again, without its approvals."""

    id: str
    kind: Kind
    language: Language
    text: Body
    source: Source
    author: str
    at: UtcDatetime
    state: TextState = TextState.DRAFT
    strategies: tuple[Strategy, ...] = ()
    verified: Annotated[tuple[Short, ...], Field(max_length=12)] = ()
    mention_id: str | None = None
    audience: str | None = None
    signed_by: str | None = None
    approved_by: str | None = None
    approved_at: UtcDatetime | None = None
    note: Short | None = None
    client_asked_at: UtcDatetime | None = None
    client_asked: str | None = None
    client_approved_by: str | None = None
    client_approved_at: UtcDatetime | None = None
    client_words: Short | None = None
    """What the client answered instead of yes."""
    sent_by: str | None = None
    sent_at: UtcDatetime | None = None
    url: str | None = None
    measure_at: UtcDatetime | None = None
    result: Result | None = None


Texts = Annotated[tuple[CaseText, ...], Field(max_length=60)]
