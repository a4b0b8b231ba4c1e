"""What a client's file says of private complaints and of what other tools send in."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from tocsin.domain.fields import Email, Name, Slug, WebUrl
from tocsin.domain.mention import Medium
from tocsin.domain.model import Frozen


def _origin(value: str) -> str:
    scheme, _, rest = value.partition("://")
    if scheme not in {"https", "http"} or not rest or any(char in rest for char in "/?#@ ;,'\"\\"):
        raise ValueError(f"{value!r} is no site: write it like https://shop.example, without a path")
    return value


def _pointer(value: str) -> str:
    if value and not value.startswith("/"):
        raise ValueError(f"{value!r} is no JSON pointer; write it like /data/text")
    return value


Origin = Annotated[str, StringConstraints(max_length=300, pattern=r"^[\x21-\x7e]+$"), AfterValidator(_origin)]
Pointer = Annotated[str, StringConstraints(max_length=300), AfterValidator(_pointer)]


class Intake(Frozen):
    """The page for private complaints. ``responsible``: a responder's address, the first one's without it.

    ``keep_days`` is at least what a mention is kept, since a complaint is one. ``embed_on``: the sites that may show
    the form in a frame, any without it. ``desk_senders``: whose forwarded e-mails become mentions.
    """

    brand: Name | None = None
    answer_hours: Annotated[int, Field(ge=1, le=720)] = 24
    responsible: Email | None = None
    privacy_url: WebUrl | None = None
    privacy_text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)] = ""
    keep_days: Annotated[int, Field(ge=90, le=1_095)] = 180
    link_days: Annotated[int, Field(ge=7, le=1_095)] = 90
    embed_on: Annotated[tuple[Origin, ...], Field(max_length=20)] = ()
    desk_senders: Annotated[tuple[Email, ...], Field(max_length=40)] = ()

    @model_validator(mode="after")
    def _link_ends_first(self) -> "Intake":
        if self.link_days > self.keep_days:
            raise ValueError("link_days is longer than keep_days: a link would open what is deleted")
        return self


class HookMap(Frozen):
    """JSON pointers (RFC 6901) into an item; what is left out is looked for under its common names."""

    text: Pointer | None = None
    title: Pointer | None = None
    url: Pointer | None = None
    id: Pointer | None = None
    author: Pointer | None = None
    published_at: Pointer | None = None
    language: Pointer | None = None
    rating: Pointer | None = None


class Webhook(Frozen):
    """A tool that may send mentions in, to /hooks/<name>. ``items``: where in a message its list stands.

    With ``brand`` all that comes is of that brand; without it the brands' terms decide.
    """

    name: Slug
    brand: Name | None = None
    medium: Medium | None = None
    items: Pointer | None = None
    map: HookMap = HookMap()
