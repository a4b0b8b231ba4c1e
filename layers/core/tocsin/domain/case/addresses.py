"""Addresses that people fill in: where something stands on the web."""

from pydantic import TypeAdapter, ValidationError

from tocsin.domain.errors import TransitionError
from tocsin.domain.fields import WebUrl
from tocsin.domain.refusals import Refused

_URL: TypeAdapter[str] = TypeAdapter(WebUrl)


def web_address(url: str | None) -> str | None:
    """None where nothing was filled in. Raise TransitionError where it is none."""
    if url is None or not url.strip():
        return None
    try:
        return _URL.validate_python(url.strip())
    except ValidationError:
        raise TransitionError(f"{url.strip()[:100]!r} is no http(s) address", Refused.NO_ADDRESS) from None
