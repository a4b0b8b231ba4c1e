"""What a client's file decides about its stack, on AWS as on this machine."""

from tocsin.domain.client import Client
from tocsin.domain.sources import keyed_kinds

NO_KINDS = "none"
LOCAL_SMS = {"SmsProvider": "sns", "SmsOrigination": "", "VoiceOrigination": ""}
"""The local AWS has no End User Messaging: SMS go by SNS there, and a call takes another way."""
LOCAL_LIMIT = {"SmsMonthlyLimit": "50"}
"""USD, unless the client's file says: enough that a story is not told of money."""


def client_parameters(client: Client) -> dict[str, str]:
    """Values of the template's parameters that follow from the client's file."""
    limit = {"SmsMonthlyLimit": str(client.sms.monthly_usd)} if client.sms.monthly_usd is not None else {}
    return {
        **limit,
        "SmsProvider": client.sms.provider.value,
        "SmsOrigination": client.sms.origination or "",
        "VoiceOrigination": client.sms.voice or "",
        "ClientSlug": client.client,
        "KeyedSources": ",".join(keyed_kinds(client)) or NO_KINDS,
        "UseIntake": "true" if has_intake(client) else "false",
        "ReportTimezone": client.timezone,
        "Reader": client.reader.kind,
        "ReaderModel": client.reader.model or "",
        "ReaderFoundationModel": client.reader.foundation_model or "",
        "WriterModel": client.words.model or "",
        "WriterFoundationModel": client.words.foundation_model or "",
    }


def has_intake(client: Client) -> bool:
    """Whether anything of this client needs a public address."""
    return client.intake is not None or bool(client.webhooks)


def secret_name(slug: str, kind: str) -> str:
    """The SSM parameter of a kind's secret, as the roles in template.yaml name it."""
    return f"/tocsin/{slug}/{kind}/secret"
