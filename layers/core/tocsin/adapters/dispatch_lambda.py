"""Starts the function of a kind of source that has the client's own secret."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from tocsin.domain.errors import FetchError, Trouble

if TYPE_CHECKING:
    from mypy_boto3_lambda.client import LambdaClient


class LambdaDispatcher:
    """The function of kind x is called ``prefix`` + x."""

    def __init__(self, client: "LambdaClient", prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def start(self, kind: str) -> None:
        try:
            self._client.invoke(FunctionName=f"{self._prefix}{kind}", InvocationType="Event", Payload=b"{}")
        except ClientError as error:
            code = error.response["Error"]["Code"]
            reason = f"its function cannot be started ({code})"
            if code in {"ResourceNotFoundException", "AccessDeniedException"}:
                reason = f"it has no function of its own in the stack ({code}): deploy the client again"
            raise FetchError(reason, trouble=Trouble.INTERNAL) from error
        except BotoCoreError as error:
            raise FetchError(
                f"its function cannot be started ({type(error).__name__})", trouble=Trouble.INTERNAL
            ) from error
