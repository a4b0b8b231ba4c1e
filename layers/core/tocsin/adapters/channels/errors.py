"""AWS's refusals in the domain's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from tocsin.domain.errors import DeliveryError

# From the service models of SESv2 SendEmail and SNS Publish. What is not named here may pass: access that was just
# granted, a paused account, a quota; attempts are capped, so an alert is never given up for a code nobody foresaw.
PERMANENT = frozenset({
    "AccountSuspendedException",
    "BadRequestException",
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
    "ValidationError",
    "ValidationException",
})  # fmt: skip


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
        reason = f"{service}: {code} (request {metadata.get('RequestId', 'unknown')})"
        raise DeliveryError(reason, permanent=code in PERMANENT and status < 500) from None
    except ParamValidationError as error:
        raise DeliveryError(f"{service}: {type(error).__name__}", permanent=True) from None
    except BotoCoreError as error:
        raise DeliveryError(f"{service}: {type(error).__name__}") from None
