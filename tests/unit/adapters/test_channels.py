"""What leaves us for AWS, and what its refusals mean for the outbox: try again, or give up."""

import email
import json
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import Mock

import boto3
import botocore.session
import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from botocore.stub import ANY, Stubber
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

from tests.unit.web.samples import alert, mention
from tocsin.adapters.channels.email_ses import SesEmailChannel
from tocsin.adapters.channels.errors import PERMANENT
from tocsin.adapters.channels.ses_mail import SesMail, tag_of
from tocsin.adapters.channels.sms_sns import SnsSmsChannel
from tocsin.adapters.channels.topic_sns import SnsTopicChannel
from tocsin.domain.errors import DeliveryError
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.ports import AlertChannel
from tocsin.web.mail import EmailContent
from tocsin.web.sms import render_sms

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sns import SNSClient

REGION = "eu-central-1"
SENDER = "Tocsin <alarm@agency.example>"
DUTY, PHONE = "duty@agency.example", "+380441234567"
TOPIC = f"arn:aws:sns:{REGION}:{DEFAULT_ACCOUNT_ID}:alerts"


@pytest.fixture
def _aws() -> Iterator[None]:
    with mock_aws():
        yield


def ses() -> "SESV2Client":
    return boto3.client("sesv2", region_name=REGION)


def sns() -> "SNSClient":
    return boto3.client("sns", region_name=REGION)


def sent_mail(**changes: Any) -> EmailMessage:
    """The message as SES gets it, parsed again."""
    client = Mock(send_email=Mock(return_value={"MessageId": "1"}))
    SesEmailChannel(client, SENDER).send(alert(**changes), DUTY)
    raw = client.send_email.call_args.kwargs["Content"]["Raw"]["Data"]
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    return email.message_from_bytes(raw, policy=SMTP)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.usefixtures("_aws")
def test_a_mail_goes_out_through_ses() -> None:
    # GIVEN a verified sender WHEN an alert is sent THEN SES has it for the recipient, and we its id
    client = ses()
    client.create_email_identity(EmailIdentity="alarm@agency.example")
    provider_id = SesEmailChannel(client, SENDER).send(alert(), DUTY)
    message = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages[0]
    assert message.id == provider_id
    assert set(message.destinations) == {DUTY}


def test_a_mail_is_made_for_every_reader() -> None:
    # GIVEN a Ukrainian crisis WHEN mailed THEN text and HTML say the same, and headers say who, what and how grave
    message = sent_mail()
    assert message.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in message.iter_parts()] == ["text/plain", "text/html"]
    assert "47 негативних згадок" in part(message, "plain")
    assert "47 негативних згадок" in part(message, "html")
    assert message["Subject"] == "КРИЗА · Аврора: 47 критиків за 60 хвилин"
    assert (message["From"], message["To"]) == (SENDER, DUTY)
    assert message["X-Tocsin-Alert"] == "aurora-1/1/email/duty@agency.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "uk"


@pytest.mark.parametrize(
    ("level", "kind", "importance"),
    [
        (Level.WATCH, AlertKind.RAISED, None),
        (Level.ISSUE, AlertKind.RAISED, None),
        (Level.CRISIS, AlertKind.RAISED, "high"),
        (Level.SEVERE, AlertKind.RAISED, "high"),
        (Level.CRISIS, AlertKind.TEST, "high"),
        (Level.CRISIS, AlertKind.RESOLVED, None),
    ],
)
def test_only_a_crisis_is_marked_important(level: Level, kind: AlertKind, importance: str | None) -> None:
    # GIVEN a level and kind WHEN mailed THEN importance is kept for what must not wait, a drill included
    assert sent_mail(level=level, kind=kind)["Importance"] == importance


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200), st.text(max_size=200))
def test_no_header_can_be_injected(brand: str, identity: str) -> None:
    # GIVEN any brand and id, line breaks too WHEN mailed THEN the headers are exactly ours
    message = sent_mail(brand=f"{brand}\r\nBcc: all@example.com\n\nhello", id=f"{identity}\r\nX-Evil: 1")
    assert sorted(set(message.keys())) == [
        "Auto-Submitted", "Content-Language", "Content-Type", "From", "Importance", "MIME-Version", "Subject", "To",
        "X-Priority", "X-Tocsin-Alert",
    ]  # fmt: skip
    assert message["To"] == DUTY


def test_what_became_of_a_mail_is_told_by_its_own_tag() -> None:
    # GIVEN a configuration set WHEN an alert and a report are mailed THEN SES is told where to tell of both
    client = ses()
    asked: list[dict[str, Any]] = []
    client.meta.events.register_first("provide-client-params.*.SendEmail", lambda params, **_: asked.append(params))
    with Stubber(client) as stub:  # it checks the tag by the model
        for _ in range(2):
            stub.add_response("send_email", {"MessageId": "1"})
        SesEmailChannel(client, SENDER, "tocsin-aurora").send(alert(), DUTY)
        SesMail(client, SENDER, "tocsin-aurora").hand_over(EmailContent("s", "t", "<p>t</p>"), DUTY, "en")
    assert [one["ConfigurationSetName"] for one in asked] == ["tocsin-aurora", "tocsin-aurora"]
    # AND of an alert by which word it is known again
    assert asked[0]["EmailTags"] == [{"Name": "tocsin", "Value": tag_of(alert().id)}]
    assert "EmailTags" not in asked[1]


def test_an_id_that_fits_no_tag_goes_by_its_header_alone() -> None:
    client = Mock(send_email=Mock(return_value={"MessageId": "1"}))
    SesEmailChannel(client, SENDER, "tocsin-aurora").send(alert(id=f"{'a' * 250}/1/email/{DUTY}"), DUTY)
    assert "EmailTags" not in client.send_email.call_args.kwargs


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: c@d", "a@b, c@d", "a b@c.example", "<a@b>"])
def test_a_broken_address_is_given_up_at_once(address: str) -> None:
    # GIVEN an address that is none WHEN mailed THEN it is refused for good, before AWS is asked, and not repeated
    client = Mock()
    with pytest.raises(DeliveryError) as caught:
        SesEmailChannel(client, SENDER).send(alert(), address)
    assert caught.value.permanent
    assert not client.send_email.called
    assert not address or address not in caught.value.reason


@pytest.mark.usefixtures("_aws")
def test_an_sms_goes_out_as_transactional() -> None:
    # GIVEN a number WHEN an alert is sent THEN SNS has the very text of one segment for it
    client = sns()
    provider_id = SnsSmsChannel(client).send(alert(), PHONE)
    sent = sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages[provider_id]
    assert sent[:2] == (PHONE, render_sms(alert()))


@pytest.mark.parametrize("sender_id", [None, "TOCSIN"])
def test_an_sms_names_its_sender_where_one_is_set(sender_id: str | None) -> None:
    # GIVEN a channel with and without a sender WHEN sent THEN the attributes are these and no others
    client = sns()
    attributes = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
    if sender_id:
        attributes["AWS.SNS.SMS.SenderID"] = {"DataType": "String", "StringValue": sender_id}
    with Stubber(client) as stub:
        wanted = {"PhoneNumber": PHONE, "Message": render_sms(alert()), "MessageAttributes": attributes}
        stub.add_response("publish", {"MessageId": "sms-1"}, wanted)
        assert SnsSmsChannel(client, sender_id).send(alert(), PHONE) == "sms-1"


@pytest.mark.parametrize("sender_id", ["", "12345", "TWELVE-CHARS", "TÖCSIN", "a b"])
def test_a_sender_that_carriers_refuse_is_refused_at_the_start(sender_id: str) -> None:
    # GIVEN a wrong sender WHEN the channel is made THEN it fails then, and not in the crisis
    with pytest.raises(ValueError, match="no SMS sender"):
        SnsSmsChannel(sns(), sender_id)


@pytest.mark.parametrize("number", ["", "0441234567", "+38 044", "+380441234567\n", "+0123456789"])
def test_a_broken_number_is_given_up_at_once(number: str) -> None:
    # GIVEN a number that is none WHEN sent THEN it is refused for good, before AWS is asked
    client = Mock()
    with pytest.raises(DeliveryError) as caught:
        SnsSmsChannel(client).send(alert(), number)
    assert caught.value.permanent
    assert not client.publish.called


def test_machines_get_one_versioned_document() -> None:
    # GIVEN a crisis with a hostile mention WHEN published THEN numbers, words, safe links; attributes to filter by
    client = Mock(publish=Mock(return_value={"MessageId": "t-1"}))
    hostile = mention(url="javascript:alert(1)", title="a\u202eb\r\nc", author=None)
    assert (
        SnsTopicChannel(client, TOPIC).send(
            alert(id="aurora-1/1/topic/machines", mentions=(hostile, mention())), "topic"
        )
        == "t-1"
    )
    sent = client.publish.call_args.kwargs
    document = json.loads(sent["Message"])
    assert sent["TopicArn"] == TOPIC
    assert {name: value["StringValue"] for name, value in sent["MessageAttributes"].items()} == {
        "level": "crisis", "brand": "Аврора", "kind": "raised",
    }  # fmt: skip
    assert document["version"] == 1
    assert (document["brand"], document["level"], document["at"]) == ("Аврора", "crisis", "2026-11-22T01:14:00Z")
    assert document["reasons"][1]["text"] == "47 людей негативно висловилися за 60 хвилин; зазвичай — близько 3."
    assert document["reasons"][1]["usual"] == 2.6
    assert [each["url"] for each in document["mentions"]] == [None, "https://t.me/podil/8841"]
    assert document["mentions"][0]["title"] == "ab c"
    assert document["link"] == "https://t.me/podil/8841"
    assert DUTY not in sent["Message"]
    assert "Олена" not in sent["Message"]


@pytest.mark.usefixtures("_aws")
def test_a_document_goes_out_through_sns() -> None:
    # GIVEN a topic WHEN published THEN SNS takes it, also with a brand that is nothing but controls
    client = sns()
    client.create_topic(Name="alerts")
    assert SnsTopicChannel(client, TOPIC).send(alert(brand="\x00\u202e"), "topic")


def channels() -> list[tuple[AlertChannel, str, Stubber, str]]:
    mail, text, topic = ses(), sns(), sns()
    return [
        (SesEmailChannel(mail, SENDER), DUTY, Stubber(mail), "send_email"),
        (SnsSmsChannel(text), PHONE, Stubber(text), "publish"),
        (SnsTopicChannel(topic, TOPIC), "topic", Stubber(topic), "publish"),
    ]


@pytest.mark.parametrize("number", [0, 1, 2], ids=["mail", "sms", "topic"])
@pytest.mark.parametrize(
    ("code", "status", "permanent"),
    [
        ("MessageRejected", 400, True),
        ("MailFromDomainNotVerifiedException", 400, True),
        ("BadRequestException", 400, True),
        ("InvalidParameter", 400, True),
        ("OptedOut", 400, True),
        ("TooManyRequestsException", 429, False),
        ("Throttling", 400, False),
        ("LimitExceededException", 400, False),
        ("SendingPausedException", 400, False),
        ("KMSThrottling", 400, False),
        ("AccessDeniedException", 403, False),
        ("InternalError", 500, False),
        ("ServiceUnavailable", 503, False),
        ("NobodyForesawThis", 400, False),
    ],
)
def test_a_refusal_is_final_only_when_trying_again_cannot_help(
    number: int, code: str, status: int, permanent: bool
) -> None:
    # GIVEN a refusal whose message quotes an address WHEN sending THEN the outbox learns the code, and no address
    channel, address, stub, operation = channels()[number]
    stub.add_client_error(operation, code, f"not verified: {DUTY} {PHONE} {TOPIC}", status, expected_params=None)
    with stub, pytest.raises(DeliveryError) as caught:
        channel.send(alert(), address)
    assert caught.value.permanent is permanent
    assert code in caught.value.reason
    assert caught.value.__cause__ is None
    assert not any(secret in caught.value.reason for secret in (DUTY, PHONE, TOPIC))


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://email.example"),
        ConnectTimeoutError(endpoint_url="https://email.example"),
        EndpointConnectionError(endpoint_url="https://email.example"),
        NoCredentialsError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_failing_network_is_tried_again(error: Exception) -> None:
    # GIVEN an AWS that cannot be reached WHEN sending THEN the failure passes
    client = Mock(publish=Mock(side_effect=error), send_email=Mock(side_effect=error))
    for channel, address in ((SesEmailChannel(client, SENDER), DUTY), (SnsSmsChannel(client), PHONE)):
        with pytest.raises(DeliveryError) as caught:
            channel.send(alert(), address)
        assert not caught.value.permanent
        assert type(error).__name__ in caught.value.reason


def test_what_botocore_itself_refuses_is_final() -> None:
    # GIVEN a request that botocore will not even send WHEN sending THEN the failure is permanent
    with pytest.raises(DeliveryError) as caught:
        SnsTopicChannel(sns(), cast("str", None)).send(alert(), "topic")
    assert caught.value.permanent


def test_every_code_named_final_exists_or_is_known_from_the_field() -> None:
    # GIVEN botocore's models of the operations WHEN compared THEN no code is misspelt: all others come from elsewhere
    session = botocore.session.get_session()
    modelled = {
        shape.metadata.get("error", {}).get("code") or shape.name
        for service, operation in (
            ("sesv2", "SendEmail"),
            ("sns", "Publish"),
            ("pinpoint-sms-voice-v2", "SendTextMessage"),
            ("pinpoint-sms-voice-v2", "SendVoiceMessage"),
        )
        for shape in session.get_service_model(service).operation_model(operation).error_shapes
    }
    assert modelled >= PERMANENT - {"OptedOut", "InvalidParameterValue", "ValidationError"}
    temporary = modelled - PERMANENT
    assert temporary == {
        "TooManyRequestsException", "LimitExceededException", "SendingPausedException", "InternalError",
        "AuthorizationError", "InvalidSecurity", "KMSAccessDenied", "KMSDisabled", "KMSInvalidState", "KMSNotFound",
        "KMSOptInRequired", "KMSThrottling", "AccessDeniedException", "InternalServerException", "ThrottlingException",
    }  # fmt: skip


def test_any_request_is_what_the_model_allows() -> None:
    # GIVEN the service's model WHEN an alert is sent through a stub that checks it THEN every parameter is known there
    for channel, address, stub, operation in channels():
        stub.add_response(operation, {"MessageId": "id"}, None if operation == "publish" else {
            "FromEmailAddress": SENDER, "Destination": {"ToAddresses": [DUTY]}, "Content": {"Raw": {"Data": ANY}},
        })  # fmt: skip
        with stub:
            assert channel.send(alert(), address) == "id"
