"""Where an alert is posted for many at once: chat rooms and other systems, as a client's file names them."""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from tocsin.domain.fields import Slug, WebUrl
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen

Chat = Annotated[str, StringConstraints(pattern=r"^(-?\d{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31})$")]


URL_FIELD = "_url"
"""Behind a webhook's name: the secret field of its address, where that stands in no file. No name has an underscore."""


class RoomKind(StrEnum):
    SLACK = "slack"
    TEAMS = "teams"
    TELEGRAM = "telegram"
    WEBHOOK = "webhook"


class Room(Frozen):
    """``level``, in the file ``from``: the least level that is posted there. ``chat``: a Telegram chat's number or
    @name. ``url``: of a webhook, where that is no secret; every other address and key is a secret of the client,
    by ``name``."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    kind: RoomKind
    name: Slug
    level: Level = Field(default=Level.ISSUE, alias="from")
    chat: Chat | None = None
    url: WebUrl | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> "Room":
        if self.kind is RoomKind.TELEGRAM and self.chat is None:
            raise ValueError("chat is required: the number of the chat that the bot was added to, or @name")
        if self.kind is not RoomKind.TELEGRAM and self.chat is not None:
            raise ValueError("chat is for telegram only")
        if self.url is not None and self.kind is not RoomKind.WEBHOOK:
            raise ValueError(f"url: the address of a {self.kind} room is a secret and stands outside the file")
        return self
