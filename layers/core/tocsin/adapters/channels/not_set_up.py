"""The place of a channel that this stack does not have: what was planned for it takes another way at once."""

from tocsin.domain.alert import Alert
from tocsin.domain.errors import DeliveryError


class NotSetUpChannel:
    """``what``: in the plural, as the timeline says it."""

    def __init__(self, what: str) -> None:
        self._what = what

    def send(self, alert: Alert, address: str) -> str:  # noqa: ARG002 - the port's
        reason = f"{self._what} are not set up for this client: docs/channels.md"
        raise DeliveryError(reason, permanent=True, absent=True)
