"""What an account may spend on SMS in a month, as AWS says it."""

from decimal import Decimal, InvalidOperation
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tocsin.domain.client import Client
from tocsin.domain.sms_settings import SmsProvider
from tocsin_cli.aws import aws_client
from tocsin_cli.output import Screen
from tocsin_cli.sending import TEXT

PARAMETER = "SmsMonthlyLimit"


def spend_limit(provider: SmsProvider, region: str | None) -> Decimal | None:
    """USD; None where AWS does not say."""
    try:
        if provider is SmsProvider.EUM:
            limits = aws_client("pinpoint-sms-voice-v2", region).describe_spend_limits()["SpendLimits"]
            said: Any = next((one["EnforcedLimit"] for one in limits if one["Name"] == TEXT), None)
        else:
            answer = aws_client("sns", region).get_sms_attributes(attributes=["MonthlySpendLimit"])
            said = answer["attributes"].get("MonthlySpendLimit")
        return Decimal(str(said)) if said is not None else None
    except (BotoCoreError, ClientError, InvalidOperation, KeyError):
        return None


def limit_parameters(client: Client, region: str | None, screen: Screen) -> dict[str, str]:
    """The stack's limit: as the client's file says, else the account's own; nothing where neither is known.

    AWS counts all clients of the account together, so that what one file says may be less, and should not be more.
    """
    account = spend_limit(client.sms.provider, region)
    said = client.sms.monthly_usd
    people = any(responder.phone for responder in client.responders)
    if people and account is not None and account < max(said or 0, 2):
        screen.say(
            f"the account may spend ${account} on SMS a month, for all clients together: AWS drops SMS beyond it."
            " Ask AWS for more before a crisis needs them (docs/channels.md)",
            "yellow",
        )
    if said is None and account is not None and account >= 1:
        return {PARAMETER: str(int(min(account, Decimal(999_999))))}
    return {}
