"""What is claimed, and whether it is true: the cause card. Quotations are the words of others, never ours."""

from typing import Annotated

from pydantic import Field, StringConstraints

from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.posture import Outrage, Truth

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class Quotation(Frozen):
    """Somebody's very words, and where they stand."""

    words: Short
    mention_id: str | None = None
    url: str | None = None


class Cause(Frozen):
    """What people hold against the brand. ``conduct``: whose. ``truth`` is a person's finding alone, ``verified_by``
    their address; the scenario is a guess until ``confirmed_by``."""

    product: Short | None = None
    place: Short | None = None
    date: Short | None = None
    conduct: Short | None = None
    demanded: Short | None = None
    quotations: Annotated[tuple[Quotation, ...], Field(max_length=10)] = ()
    truth: Truth = Truth.UNKNOWN
    proof: Short | None = None
    verified_by: str | None = None
    verified_at: UtcDatetime | None = None
    scenario: str | None = None
    confirmed_by: str | None = None
    injuries: bool = False
    outrage: Outrage = Outrage.NONE
