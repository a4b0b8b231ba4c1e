"""Protects: no name, number or text of anybody gets a line of its own into a mail's head, an SMS or a redirect."""

from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.web.samples import ALERTS, alert
from tocsin.adapters.channels.email_ses import SesEmailChannel
from tocsin.adapters.channels.sms_sns import SnsSmsChannel
from tocsin.domain.alert import Alert
from tocsin.domain.errors import DeliveryError
from tocsin.domain.outbox import AlertKind
from tocsin.domain.people import ClientContact, Responder

ADDRESS = "duty@agency.example"
SMUGGLED = st.sampled_from(
    [
        "\r\nBcc: all@example.com",
        "\nTo: eve@example.com",
        "\r\n\r\n<h1>x",
        "\u2028X-Eve: 1",
        "\x85X-Eve: 1",
        "\x00",
        "=?utf-8?q?x?=",
    ]
)
NAMES = st.builds("{}{}{}".format, st.text(max_size=20), SMUGGLED, st.text(max_size=20))
HEADS = {
    "from", "to", "subject", "x-tocsin-alert", "auto-submitted", "importance", "x-priority", "mime-version",
    "content-type", "content-language",
}  # fmt: skip


class Provider:
    """Takes what an adapter hands over."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send_email(self, **request: Any) -> dict[str, str]:
        self.sent.append(request)
        return {"MessageId": "1"}

    def publish(self, **request: Any) -> dict[str, str]:
        self.sent.append(request)
        return {"MessageId": "1"}


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(ALERTS, NAMES)
def test_no_name_gets_a_line_into_a_mails_head(any_alert: Alert, name: str) -> None:
    # GIVEN an alert in which every name and text tries to begin a header of its own
    hostile = any_alert.model_copy(
        update={
            "brand": name, "client_name": name, "missed": (name,), "holders": (name,), "text": name, "id": name,
            "incident_id": name, "approved_by": name,
        }
    )  # fmt: skip
    provider: Any = Provider()
    # WHEN it is handed to SES
    SesEmailChannel(provider, "alerts@agency.example").send(hostile, ADDRESS)
    # THEN its head holds ours and nothing else, once each, to the one recipient
    mail = message_from_bytes(provider.sent[0]["Content"]["Raw"]["Data"], policy=default)
    heads = [head.lower() for head in mail.keys()]  # noqa: SIM118 - a message has a head twice, a dict has not
    assert set(heads) <= HEADS
    assert len(heads) == len(set(heads))
    assert mail["To"] == ADDRESS
    assert provider.sent[0]["Destination"] == {"ToAddresses": [ADDRESS]}


@pytest.mark.parametrize(
    "address", ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "a b@c.example", ""]
)
def test_an_address_that_is_more_than_one_is_refused(address: str) -> None:
    provider: Any = Provider()
    with pytest.raises(DeliveryError):
        SesEmailChannel(provider, "alerts@agency.example").send(alert(), address)
    for person in (Responder, ClientContact):
        with pytest.raises(ValidationError):
            person.model_validate({"name": "X", "email": address})
    assert provider.sent == []


@pytest.mark.parametrize(
    "number",
    ["+380441234567\r\nX: 1", "+380441234567,+380501234567", "+0441234567", "380441234567", "+38044\u0661234567", ""],
)
def test_a_number_that_is_more_than_one_is_refused(number: str) -> None:
    provider: Any = Provider()
    with pytest.raises(DeliveryError):
        SnsSmsChannel(provider).send(alert(), number)
    for person in (Responder, ClientContact):
        with pytest.raises(ValidationError):
            person.model_validate({"name": "X", "email": ADDRESS, "phone": number})
    assert provider.sent == []


@settings(deadline=None, max_examples=80)
@given(NAMES, st.sampled_from([AlertKind.RAISED, AlertKind.ESCALATED, AlertKind.CLIENT]))
def test_no_name_gets_a_line_into_an_sms(name: str, kind: AlertKind) -> None:
    provider: Any = Provider()
    SnsSmsChannel(provider).send(alert(brand=name, missed=(name,), kind=kind, text=name), "+380441234567")
    [message] = provider.sent
    assert message["Message"].splitlines() == [message["Message"]]
    assert "\x00" not in message["Message"]
