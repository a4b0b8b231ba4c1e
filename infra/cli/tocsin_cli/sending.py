"""What an AWS account may send: limits that would keep an alert from arriving, said before the night they matter."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tocsin.domain.client import Client
from tocsin.domain.sms_settings import SmsProvider

TIER = "ACCOUNT_TIER"
ASKED_BY = {
    "+34": "Spain blocks sender names that are not in the CNMC's register: register yours, or send from a number",
    "+380": "Ukraine's operators may replace or drop a sender's name that they do not know: try each operator",
    "+1": "the United States and Canada know no sender names: a registered number is needed",
}
"""As of 2026-11-23; docs/channels.md has more."""
TEXT, VOICE = "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT", "VOICE_MESSAGE_MONTHLY_SPEND_LIMIT"


@dataclass(frozen=True)
class Fact:
    """``bad``: an alert would not arrive as things stand."""

    text: str
    bad: bool = False


def sending_limits(service: Callable[[str], Any], sender: str, client: Client) -> Iterator[Fact]:
    """``service``: makes a boto3 client. A question that AWS refuses to answer is itself a fact."""
    yield from _asked("the sender's verification", lambda: _identity(service("sesv2"), sender))
    yield from _asked("the SES account", lambda: _mail_account(service("sesv2")))
    phones = [responder.phone for responder in client.responders if responder.phone]
    if phones:
        if client.sms.provider is SmsProvider.EUM:
            yield from _asked("the SMS sandbox", lambda: _eum_sandbox(service("pinpoint-sms-voice-v2")))
            yield from _asked("the spend limits", lambda: _eum_limits(service("pinpoint-sms-voice-v2"), client))
        else:
            yield from _asked("the SMS sandbox", lambda: _sms_sandbox(service("sns")))
            yield from _asked("the SMS spend limit", lambda: _sms_limit(service("sns"), client))
        if not client.sms.calls:
            yield Fact("calls: not set up, and an SMS wakes nobody: docs/channels.md says how")
        for code, asked in ASKED_BY.items():
            if any(phone.startswith(code) for phone in phones):
                yield Fact(f"SMS: {asked} (docs/channels.md)")
        yield Fact(
            "SMS: many countries take a sender's name only when it was registered there, or replace it; look each of"
            f" yours up in AWS's list of SMS countries ({', '.join(sorted({phone[:4] + '…' for phone in phones}))})"
        )


def _asked(what: str, ask: Callable[[], Fact]) -> Iterator[Fact]:
    try:
        yield ask()
    except ClientError as error:
        yield Fact(f"{what} could not be read: {error.response['Error']['Code']}")


def _identity(ses: Any, sender: str) -> Fact:
    """The address itself, or else its domain, must be verified."""
    for identity in (sender, sender.rpartition("@")[2]):
        try:
            if ses.get_email_identity(EmailIdentity=identity).get("VerifiedForSendingStatus"):
                return Fact(f"SES: {identity} is verified")
        except ClientError as error:
            if error.response["Error"]["Code"] != "NotFoundException":
                raise
    return Fact(f"SES: neither {sender} nor its domain is verified, so no e-mail leaves: verify it in SES", bad=True)


def _mail_account(ses: Any) -> Fact:
    account = ses.get_account()
    if not account.get("SendingEnabled", True):
        return Fact("SES: sending is paused for this account", bad=True)
    if not account.get("ProductionAccessEnabled"):
        return Fact("SES: in the sandbox, so only verified recipients get mail: ask for production access", bad=True)
    return Fact(f"SES: production access, {account['SendQuota']['Max24HourSend']:.0f} mails a day")


def _sms_sandbox(sns: Any) -> Fact:
    if sns.get_sms_sandbox_account_status()["IsInSandbox"]:
        return Fact("SMS: in the sandbox, so only verified numbers get SMS: ask to leave it", bad=True)
    return Fact("SMS: not in the sandbox")


def _sms_limit(sns: Any, client: Client) -> Fact:
    limit = sns.get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"].get("MonthlySpendLimit", "1")
    return Fact(f"SMS: at most ${limit} a month{_advice(float(limit), client)}")


def _eum_sandbox(eum: Any) -> Fact:
    tiers = [one["Value"] for one in eum.describe_account_attributes()["AccountAttributes"] if one["Name"] == TIER]
    if "SANDBOX" in tiers:
        return Fact("SMS: in the sandbox, so only verified numbers get SMS and calls: ask to leave it", bad=True)
    return Fact("SMS: not in the sandbox")


def _eum_limits(eum: Any, client: Client) -> Fact:
    enforced = {one["Name"]: one["EnforcedLimit"] for one in eum.describe_spend_limits()["SpendLimits"]}
    text, voice = enforced.get(TEXT, 1), enforced.get(VOICE, 1)
    advice = _advice(min(text, voice) if client.sms.calls else text, client)
    return Fact(f"SMS: at most ${text} a month; calls: at most ${voice}{advice}")


def _advice(limit: float, client: Client) -> str:
    """AWS counts all clients of the account together."""
    if client.sms.monthly_usd is not None and limit < client.sms.monthly_usd:
        return f"; this client's file alone lets ${client.sms.monthly_usd} be spent: ask AWS for more"
    return "; a crisis may use that up: ask AWS for more" if limit < 5 else ""
