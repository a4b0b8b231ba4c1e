"""How SMS and calls reach a client's people, as its file says it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from tocsin.domain.model import Frozen

Identity = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+][A-Za-z0-9_+:/-]{0,255}$")]
"""A number, a sender's name, a pool: its id or ARN (service model of pinpoint-sms-voice-v2)."""


class SmsProvider(StrEnum):
    SNS = "sns"
    EUM = "eum"
    """AWS End User Messaging: it tells of each message what became of it, and can call."""


class SmsSettings(Frozen):
    """``origination``: what SMS come from; None lets AWS choose among the account's. ``voice``: the number that calls
    come from; None: nobody is called. ``monthly_usd``: what SMS and calls may cost in a month, before the guard steps
    in; None: the account's own limit as it was when the stack was deployed, which AWS sets to 1 at first."""

    provider: SmsProvider = SmsProvider.SNS
    origination: Identity | None = None
    voice: Identity | None = None
    monthly_usd: Annotated[int, Field(ge=1, le=999_999)] | None = None

    @model_validator(mode="after")
    def _only_eum_has_identities(self) -> "SmsSettings":
        if self.provider is not SmsProvider.EUM and (self.origination or self.voice):
            raise ValueError("origination and voice are of AWS End User Messaging: add provider: eum, or drop them")
        return self

    @property
    def calls(self) -> bool:
        return self.voice is not None
