"""Why the index moved: facts in numbers, put into words only at the edge, in the reader's language."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tocsin.domain.model import Frozen, UtcDatetime


class ReasonName(StrEnum):
    SURGE = "surge"
    """``count`` negative mentions in ``minutes``, where ``usual`` are usual."""
    NEGATIVITY = "negativity"
    """``share`` (0-1) of the ``count`` mentions in ``minutes`` are negative."""
    GRAVE = "grave"
    """``count`` mentions in ``minutes`` tell of harm, a leak, discrimination, fraud or alike."""
    REACH = "reach"
    """Those who are negative are followed by ``count`` accounts."""
    EARLIER = "earlier"
    """It burned already when its source was first heard, ``since`` then; ``count`` negative mentions are that old."""


class Reason(Frozen):
    name: ReasonName
    points: Annotated[float, Field(ge=0, le=100)]
    count: Annotated[int, Field(ge=0)]
    minutes: Annotated[int, Field(ge=0)]
    usual: Annotated[float, Field(ge=0)] | None = None
    share: Annotated[float, Field(ge=0, le=1)] | None = None
    since: UtcDatetime | None = None
