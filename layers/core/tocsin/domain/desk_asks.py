"""What somebody asks for on the client's own page, and a function with the rights for it does within the minute."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tocsin.domain.model import Frozen, UtcDatetime

SHORTEST, USUAL, LONGEST = 10, 60, 120
"""Minutes that people have in a drill that a page begins."""


class AskKind(StrEnum):
    LOOK = "look"
    """Whether the client is ready."""
    DRILL = "drill"


class Ask(Frozen):
    """``brand``, ``scenario`` and ``minutes``: of a drill."""

    kind: AskKind
    at: UtcDatetime
    brand: str = ""
    scenario: str = ""
    minutes: Annotated[int, Field(ge=SHORTEST, le=LONGEST)] = USUAL
