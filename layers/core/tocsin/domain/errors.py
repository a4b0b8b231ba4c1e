"""What can go wrong, in the domain's words. Adapters translate their own errors into these."""

from decimal import Decimal
from enum import StrEnum

from tocsin.domain.refusals import Refused


class TocsinError(Exception):
    """Base of all errors that Tocsin raises on purpose."""


class ClientFileError(TocsinError):
    """A client's file is wrong. The message names the place and the way out."""


class StepError(TocsinError):
    """A person's step is refused. The message says why, in English; ``refused`` for whoever has other words."""

    def __init__(self, message: str = "", refused: Refused | None = None) -> None:
        super().__init__(message)
        self.refused = refused


class TransitionError(StepError):
    """An incident cannot take this step from its present state."""


class ConflictError(TocsinError):
    """Somebody else wrote the same thing first: read again and decide again."""


class ThrottledError(TocsinError):
    """The store asks us to slow down; the same request may be sent again."""


class RejectedItemError(TocsinError):
    """The store will never take this item (too large, malformed): quarantine it, keep the rest."""


class LeaseLostError(TocsinError):
    """Another run took the source over; what this run found must not move its cursor."""


class Trouble(StrEnum):
    """Why a source gave nothing: one table for all of them. The value is shown to people."""

    AUTH = "the key or login is not accepted"
    POLICY = "it refuses this kind of use"
    THROTTLED = "it asks us to slow down"
    QUOTA = "its quota is used up"
    BUDGET = "our budget for it is used up"
    GONE = "it is gone"
    FORMAT = "it answers in another form than it promised"
    EMPTY = "it answers with nothing"
    DOWN = "it is out of order"
    NETWORK = "it cannot be reached"
    INTERNAL = "we failed on it ourselves"


class FetchError(TocsinError):
    """A source could not be read. ``retry_after`` is in seconds when the source named it."""

    def __init__(self, reason: str, *, retry_after: float | None = None, trouble: Trouble = Trouble.NETWORK) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.trouble = trouble


class RefusedAddressError(FetchError):
    """The address is private, link-local or otherwise not ours to call."""


class ParseError(TocsinError):
    """What the source sent is not what it promised (HTML where a feed is due, an empty body).

    ``body``: the bytes, where a connector is sure that they hold no secret; they are kept as evidence."""

    def __init__(self, reason: str, *, trouble: Trouble = Trouble.FORMAT) -> None:
        super().__init__(reason)
        self.reason = reason
        self.trouble = trouble
        self.body: bytes | None = None


class SecretError(TocsinError):
    """A secret that a source needs is not there or not readable. The message names it, never its value."""


class DeliveryError(TocsinError):
    """A channel did not take an alert. ``permanent``: trying again cannot help. ``absent``: nothing of the kind is set
    up here, which is no fault."""

    def __init__(self, reason: str, *, permanent: bool = False, absent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.absent = absent


class MailboxError(TocsinError):
    """A forwarded e-mail cannot be read. The message says why, never what stood in it."""


class CloudReaderError(TocsinError):
    """A reader in the cloud gave no answer. ``usd``: what that costs all the same; None: nobody knows. ``away``: the
    next call will hardly fare better."""

    def __init__(self, reason: str, *, usd: Decimal | None, away: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.usd = usd
        self.away = away
