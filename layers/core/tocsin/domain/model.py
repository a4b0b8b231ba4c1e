"""The base of every frozen value."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict


class Frozen(BaseModel):
    """Immutable, refuses unknown fields, compares by value. Its errors never quote what people wrote.

    Built when first used: a cold start loads many more shapes than it meets."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


def _to_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment outside the years 1 to 9999") from None


UtcDatetime = Annotated[AwareDatetime, AfterValidator(_to_utc)]
