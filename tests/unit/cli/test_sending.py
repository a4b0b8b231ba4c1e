"""What is said of an account's limits before an alert runs into them."""

from typing import Any

from botocore.exceptions import ClientError

from tests.support.samples import client
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
