"""What is said of an account's limits before an alert runs into them."""

from typing import Any

from botocore.exceptions import ClientError

from tests.support.samples import client
from tocsin_cli.aws import Stack
from tocsin_cli.drill_channels import deployed_channels, ways
from tocsin_cli.sending import sending_limits


class Quiet:
    """An account in production, out of every sandbox."""

    def get_email_identity(self, **_: Any) -> Any:
        return {"VerifiedForSendingStatus": True}

    def get_account(self) -> Any:
        return {"SendingEnabled": True, "ProductionAccessEnabled": True, "SendQuota": {"Max24HourSend": 50_000.0}}

    def get_sms_sandbox_account_status(self) -> Any:
        return {"IsInSandbox": False}

    def get_sms_attributes(self, **_: Any) -> Any:
        return {"attributes": {"MonthlySpendLimit": "1"}}


class Sandboxed(Quiet):
    def get_account(self) -> Any:
        return {"SendingEnabled": True, "ProductionAccessEnabled": False, "SendQuota": {"Max24HourSend": 200.0}}

    def get_sms_sandbox_account_status(self) -> Any:
        return {"IsInSandbox": True}


def test_a_ready_account_has_nothing_bad():
    facts = list(sending_limits(lambda _: Quiet(), "alerts@agency.example", client()))

    assert not any(fact.bad for fact in facts)
    assert any("$1 a month" in fact.text for fact in facts)


def test_sandboxes_are_bad():
    facts = list(sending_limits(lambda _: Sandboxed(), "alerts@agency.example", client()))

    assert sum(fact.bad for fact in facts) == 2


class Unverified(Quiet):
    def get_email_identity(self, **_: Any) -> Any:
        raise ClientError({"Error": {"Code": "NotFoundException"}}, "GetEmailIdentity")

    def get_sms_attributes(self, **_: Any) -> Any:
        raise ClientError({"Error": {"Code": "AuthorizationError"}}, "GetSMSAttributes")


def test_an_unverified_sender_is_bad_and_a_refused_question_is_said():
    facts = list(sending_limits(lambda _: Unverified(), "alerts@agency.example", client()))

    assert any(fact.bad and "verified" in fact.text for fact in facts)
    assert any("could not be read: AuthorizationError" in fact.text for fact in facts)


class Eum(Quiet):
    def __init__(self, tier: str = "PRODUCTION", text: int = 50, voice: int = 50) -> None:
        self.tier, self.text, self.voice = tier, text, voice

    def describe_account_attributes(self) -> Any:
        return {"AccountAttributes": [{"Name": "ACCOUNT_TIER", "Value": self.tier}]}

    def describe_spend_limits(self) -> Any:
        names = {"TEXT_MESSAGE_MONTHLY_SPEND_LIMIT": self.text, "VOICE_MESSAGE_MONTHLY_SPEND_LIMIT": self.voice}
        return {"SpendLimits": [{"Name": name, "EnforcedLimit": limit} for name, limit in names.items()]}


def test_end_user_messaging_is_asked_where_the_file_names_it():
    of = client(sms={"provider": "eum", "voice": "+34910000000", "monthly_usd": 40})
    facts = list(sending_limits(lambda _: Eum(voice=10), "alerts@agency.example", of))
    assert not any(fact.bad for fact in facts)
    [limits] = [fact.text for fact in facts if "calls: at most $10" in fact.text]
    assert "this client's file alone lets $40 be spent" in limits
    assert sum(fact.bad for fact in sending_limits(lambda _: Eum("SANDBOX"), "alerts@agency.example", of)) == 1


def test_a_client_whom_nobody_can_call_is_told_so():
    facts = list(sending_limits(lambda _: Quiet(), "alerts@agency.example", client()))
    assert any("calls: not set up" in fact.text for fact in facts)


def test_a_drill_goes_every_way_that_an_alert_would():
    """Protects: a channel that is first tried in the night of a crisis."""
    of = client(
        sms={"provider": "eum", "voice": "+34910000000"},
        channels=[{"kind": "slack", "name": "desk"}, {"kind": "telegram", "name": "duty", "chat": "-1001"}],
        responders=[
            {"name": "D", "email": "d@agency.example", "phone": "+380441234567", "second_phone": "+34600000000"}
        ],
    )
    stack = Stack(
        "tocsin-aurora",
        "CREATE_COMPLETE",
        {"ReceiptsTopicArn": "arn"},
        {"SenderEmail": "alerts@agency.example", "SmsProvider": "eum", "VoiceOrigination": "+34910000000"},
    )
    everything = list(ways(of, everything=True))
    assert [(way.channel.value, way.address) for way in everything] == [
        ("email", "d@agency.example"), ("sms", "+380441234567"), ("sms", "+34600000000"), ("call", "+380441234567"),
        ("slack", "desk"), ("telegram", "duty"),
    ]  # fmt: skip
    made = deployed_channels(of, stack, "eu-central-1")
    assert {way.channel for way in everything} <= set(made)
    # AND on this machine only what the local AWS has
    assert [way.channel.value for way in ways(of, everything=False)] == ["email", "sms"]


def test_what_a_country_asks_of_a_sender_is_said_for_those_that_have_people():
    facts = [fact.text for fact in sending_limits(lambda _: Quiet(), "alerts@agency.example", client())]
    assert any("CNMC" in fact for fact in facts)
    assert any("Ukraine" in fact for fact in facts)
    assert not any("United States" in fact for fact in facts)
