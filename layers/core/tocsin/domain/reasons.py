"""Why the index moved: facts in numbers, put into words only at the edge, in the reader's language."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tocsin.domain.model import Frozen, UtcDatetime


class ReasonName(StrEnum):
    SURGE = "surge"
    """``count`` people wrote negatively in ``minutes``, where ``usual`` are usual."""
    MATTER = "matter"
    """The same, of those who complain of one matter; then there is no surge of all."""
    CONVERSATION = "conversation"
    """The same, of those who answer in one conversation."""
    NEGATIVITY = "negativity"
    """``share`` (0-1) of the ``count`` mentions in ``minutes`` are negative, where ``usual`` (0-1) is usual."""
    GRAVE = "grave"
    """``count`` people in ``minutes`` tell of harm, a leak, discrimination, fraud or alike; ``share`` (0-1): how
    grave the worst is."""
    REACH = "reach"
    """The largest voice against the brand in ``minutes`` is heard by about ``count``."""
    SPREAD = "spread"
    """One story in ``minutes`` on ``count`` platforms, told by ``usual`` people."""
    NEWS = "news"
    """``count`` news outlets in ``minutes`` carry it."""
    ACCELERATION = "acceleration"
    """The number of voices doubles every ``minutes``; ``count`` in the last twenty, ``usual`` in the twenty before."""
    VOICES = "voices"
    """``count`` independent authors in ``minutes``."""
    COORDINATION = "coordination"
    """``count`` accounts younger than a month in ``minutes``, ``share`` (0-1) of all who were negative."""
    FEW = "few"
    """No more than ``count`` people: the next level, whose index is reached, asks for ``usual``. No points."""
    WEIGHTLESS = "weightless"
    """The next level, whose index is reached, asks for one of what makes it by itself (a grave matter in a large voice
    or the news, three platforms, growth); ``count`` people are against the brand. No points."""
    BESIDE = "beside"
    """A crowd of ``count`` people, whose next level is reached by the index; but of those who came beyond the usual too
    few are against the brand, which stands in talk of something else. No points."""
    MILD = "mild"
    """The gravest level, whose index is reached, asks for more than any of the ``count`` tells. No points."""
    FEW_GRAVE = "few_grave"
    """The same asks for ``usual`` people who tell of a grave matter, or three outlets; ``count`` are there."""
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
