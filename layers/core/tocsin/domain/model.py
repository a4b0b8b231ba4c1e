"""The base of every frozen value."""

from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict


class Frozen(BaseModel):
    """Immutable, refuses unknown fields, compares by value. Its errors never quote what people wrote.

    Built when first used: a cold start loads many more shapes than it meets."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    @classmethod
    def made_of(cls, values: dict[str, Any]) -> Self:
        """Of figures that are right as they are, every field in its order; ``values`` is kept. On the way of each
        mention a check of what we made ourselves takes longer than the making."""
        one = cls.__new__(cls)
        put = object.__setattr__
        put(one, "__pydantic_fields_set__", set(values))
        put(one, "__pydantic_extra__", None)
        put(one, "__pydantic_private__", None)
        put(one, "__dict__", values)
        return one


def _to_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment outside the years 1 to 9999") from None


UtcDatetime = Annotated[AwareDatetime, AfterValidator(_to_utc)]
