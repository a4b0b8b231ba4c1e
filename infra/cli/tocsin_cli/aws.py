"""The agency's AWS account, and its clients' stacks in it."""

import os
from dataclasses import dataclass
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from tocsin_cli.errors import FoundWantingError

CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 3})
DEFAULT_REGION = "eu-central-1"


@dataclass(frozen=True)
class Stack:
    name: str
    status: str
    outputs: dict[str, str]
    parameters: dict[str, str]


def region_of(said: str | None) -> str:
    """The one region that all commands mean: as said, or of the environment, or ours."""
    return said or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION


def stack_name(slug: str) -> str:
    return f"tocsin-{slug}"


def aws_client(service: str, region: str | None) -> Any:
    """A client of the account that the environment names; Any, since the service is known only at run time."""
    import boto3  # a third of a second that only commands of the cloud pay

    session = boto3.Session(region_name=region)
    return session.client(  # type: ignore[call-overload]
        service, region_name=session.region_name or DEFAULT_REGION, config=CONFIG
    )


def require_account(region: str | None) -> str:
    """The account's number. Raise FoundWantingError that says how to sign in."""
    try:
        return str(aws_client("sts", region).get_caller_identity()["Account"])
    except (NoCredentialsError, PartialCredentialsError):
        raise FoundWantingError("no AWS credentials: sign in first, for instance with `aws sso login`") from None
    except (BotoCoreError, ClientError) as error:
        raise FoundWantingError(f"AWS does not let us in: {error}") from None


def find_stack(slug: str, region: str | None) -> Stack | None:
    """The client's stack; None when there is none."""
    try:
        found = aws_client("cloudformation", region).describe_stacks(StackName=stack_name(slug))["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return Stack(
        name=found["StackName"],
        status=found["StackStatus"],
        outputs={each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])},
        parameters={each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", [])},
    )
