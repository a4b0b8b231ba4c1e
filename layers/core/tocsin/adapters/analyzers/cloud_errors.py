"""What the cloud's readers raise, in the domain's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
)

from tocsin.domain.errors import CloudReaderError

FREE = Decimal(0)
_NOT_SENT = (ConnectTimeoutError, EndpointConnectionError)
_ONE_CALL_ONLY = {
    "InvalidRequestException",
    "TextSizeLimitExceededException",
    "UnsupportedLanguageException",
    "BatchSizeLimitExceededException",
    "ModelErrorException",
}
"""Wrong with this call; any other refusal (throttled, forbidden, no such model) meets the next one too."""


@contextmanager
def answered() -> Iterator[None]:
    """Raise CloudReaderError in place of what botocore raises. A call that timed out may have been done, and billed."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "unknown"))[:60]
        raise CloudReaderError(code, usd=FREE, away=code not in _ONE_CALL_ONLY) from error
    except ParamValidationError as error:
        raise CloudReaderError("ParamValidationError", usd=FREE) from error
    except BotoCoreError as error:
        usd = FREE if isinstance(error, _NOT_SENT) else None
        raise CloudReaderError(type(error).__name__, usd=usd, away=True) from error
