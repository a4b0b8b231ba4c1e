"""The values that a client's file is made of, each checked where it is read."""

import re
from datetime import time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, StringConstraints

Language = Literal["en", "uk", "es"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$", to_lower=True)]
Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise ValueError(f"{value!r} is no time zone; write one like Europe/Kyiv or Europe/Madrid") from None
    return value


def _phone(value: str) -> str:
    bare = re.sub(r"[ ().-]", "", value)
    if not re.fullmatch(r"\+[1-9][0-9]{7,14}", bare):
        raise ValueError(f"{value!r} is no phone number; write it with + and country code, like +380441234567")
    return bare


def _email(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value):
        raise ValueError(f"{value!r} is no e-mail address")
    return value


def _web_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/@]+(/\S*)?", value) and not re.fullmatch(r"https?://[^\s/@]+\?\S*", value):
        raise ValueError(f"{value!r} is no http(s) address without a user name in it")
    return value


def _time_of_day(value: object) -> object:
    """YAML 1.1 reads an unquoted 22:00 as the number of minutes 1320: what was written is still clear."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
        return time(value // 60, value % 60)
    if isinstance(value, str) and re.fullmatch(r"\d{1,2}:\d{2}(:00)?", value):
        return f"{value:0>5}"
    if isinstance(value, time) and value.tzinfo is None:
        return value
    raise ValueError(f"{value!r} is no time of day; write it like 22:00, without a zone")


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
TimeZone = Annotated[str, AfterValidator(_zone)]
Phone = Annotated[str, AfterValidator(_phone)]
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(_email)]
WebUrl = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_web_url)]
