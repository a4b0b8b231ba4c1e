"""DynamoDB's errors in the domain's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from tocsin.domain.errors import ConflictError, RejectedItemError, ThrottledError

THROTTLED = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "InternalServerError",
    "TransactionInProgressException",
}
CONFLICTED = {"ConditionalCheckFailedException", "TransactionConflictException", "ReplicatedWriteConflictException"}
CANCELLED = "TransactionCanceledException"


class TransactionCancelledError(Exception):
    """A transaction did nothing. ``reasons`` has a code per action, in the order of the actions."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


@contextmanager
def translated() -> Iterator[None]:
    """Raise ConflictError, ThrottledError, RejectedItemError or TransactionCancelledError in place of ClientError."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        message = error.response["Error"].get("Message", "")
        if code == CANCELLED:
            reasons = error.response.get("CancellationReasons", [])
            raise TransactionCancelledError(tuple(reason.get("Code", "None") for reason in reasons)) from error
        if code in CONFLICTED:
            raise ConflictError(message) from error
        if code in THROTTLED:
            raise ThrottledError(message) from error
        if code == "ValidationException":
            raise RejectedItemError(message) from error
        raise
