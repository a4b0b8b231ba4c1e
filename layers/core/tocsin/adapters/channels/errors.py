"""Refusals of AWS and of chat services in the domain's words. No error holds an address, a token or anybody's text."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from tocsin.domain.errors import DeliveryError, FetchError, RefusedAddressError, SecretError

# From the service models of SESv2 SendEmail, SNS Publish and SMS Voice v2 SendTextMessage and SendVoiceMessage. What is
# not named here may pass: access that was just granted, a paused account, a quota; attempts are capped, so an alert is
# never given up for a code nobody foresaw. ServiceQuotaExceededException of the last two is the month's spend limit or
# the day's calls to one number: neither passes while a crisis lasts, and another way must be taken at once.
PERMANENT = frozenset({
    "AccountSuspendedException",
    "BadRequestException",
    "ConflictException",
    "EndpointDisabled",
    "InvalidParameter",
    "InvalidParameterValue",
    "MailFromDomainNotVerifiedException",
    "MessageRejected",
    "NotFound",
    "NotFoundException",
    "OptedOut",
    "ParameterValueInvalid",
    "PlatformApplicationDisabled",
    "ResourceNotFoundException",
    "ServiceQuotaExceededException",
    "ValidationError",
    "ValidationException",
})  # fmt: skip
_REASON = re.compile(r"[A-Z_]{1,80}")
"""An enumerated word that SMS Voice v2 adds: MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT."""
PASSING = frozenset({408, 425, 429})
"""Refusals over HTTP that pass by themselves, beside those of 500 and above."""


@contextmanager
def delivery_errors(service: str) -> Iterator[None]:
    """Turn botocore's errors into DeliveryError.

    The reason holds the service, the code and the request's id, and neither AWS's message nor its cause: these quote
    addresses, account numbers and resource names.
    """
    try:
        yield
    except ClientError as error:
        details = error.response.get("Error", {})
        metadata = error.response.get("ResponseMetadata", {})
        code = details.get("Code", "unknown error")
        status = metadata.get("HTTPStatusCode", 0)
        why = error.response.get("Reason")
        named = f" {why}" if isinstance(why, str) and _REASON.fullmatch(why) else ""
        reason = f"{service}: {code}{named} (request {metadata.get('RequestId', 'unknown')})"
        raise DeliveryError(reason, permanent=code in PERMANENT and status < 500) from None
    except ParamValidationError as error:
        raise DeliveryError(f"{service}: {type(error).__name__}", permanent=True) from None
    except BotoCoreError as error:
        raise DeliveryError(f"{service}: {type(error).__name__}") from None


@contextmanager
def posting_errors(service: str) -> Iterator[None]:
    """Turn what goes wrong on the way to a chat service into DeliveryError.

    The address is a secret of its own there (the path of a webhook, a bot's token), and FetchError names it, so that
    only the kind of trouble is told, and the cause is not kept.
    """
    try:
        yield
    except RefusedAddressError:
        raise DeliveryError(f"{service}: its address is not one that is called", permanent=True) from None
    except FetchError as error:
        raise DeliveryError(f"{service}: {error.trouble.value}") from None
    except SecretError:
        raise DeliveryError(f"{service}: its secret is not there: tocsin client secret FILE channels") from None


def check_status(service: str, status: int) -> None:
    """Raise DeliveryError unless the service took it. Its own words stay out: they may quote what was sent."""
    if 200 <= status < 300:
        return
    raise DeliveryError(f"{service}: status {status}", permanent=400 <= status < 500 and status not in PASSING)
