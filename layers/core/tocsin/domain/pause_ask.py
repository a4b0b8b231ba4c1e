"""What goes from one client's stack to the agency's others when a pause of all posts is asked for: who asks, and when.

No client, brand or case is named in it: what burns at one client is none of another's business.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Literal

from pydantic import ConfigDict

from tocsin.domain.fields import Email
from tocsin.domain.model import Frozen, UtcDatetime

TAKEN_WITHIN = timedelta(minutes=30)
"""What comes later is an echo: nobody acts on it any more."""
ONCE_IN = timedelta(minutes=15)
"""A client is asked no more often: the pause that was asked for has not run out."""


class PauseAsk(Frozen):
    """``origin``: tells the stack that asked its own word from others'."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    ask: Literal["pause posts"] = "pause posts"
    by: Email
    at: UtcDatetime
    origin: str

    @classmethod
    def of(cls, client: str, by: str, at: datetime) -> "PauseAsk":
        return cls(by=by, at=at, origin=_origin(client, at))

    def is_of(self, client: str) -> bool:
        return self.origin == _origin(client, self.at)

    def fresh(self, now: datetime) -> bool:
        return abs(now - self.at) <= TAKEN_WITHIN


def _origin(client: str, at: datetime) -> str:
    return hashlib.sha256(f"tocsin/pause/v1\x00{client}\x00{at.isoformat()}".encode()).hexdigest()[:32]
