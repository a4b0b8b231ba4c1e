"""SMS and calls by AWS End User Messaging, checked against AWS's own model of the API."""

from typing import Any

import boto3
import botocore.session
import pytest
from botocore.stub import Stubber

from tests.unit.web.samples import LANGUAGES, alert
from tocsin.adapters.channels.call_eum import VOICES, EumCallChannel
from tocsin.adapters.channels.not_set_up import NotSetUpChannel
from tocsin.adapters.channels.sms_eum import EumSmsChannel
from tocsin.domain.errors import DeliveryError
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.web.call import render_call
from tocsin.web.sms import render_sms

PHONE, NUMBER, SET = "+380441234567", "+34910000000", "tocsin-aurora"
ITEM = "aurora-1/3/sms/duty@agency.example"


def eum() -> Any:
    return boto3.client("pinpoint-sms-voice-v2", region_name="eu-central-1")


def test_an_sms_carries_its_item_so_that_its_events_find_it() -> None:
    # GIVEN a sender and a configuration set WHEN an alert is sent THEN AWS gets the very text, and the item's id
    client = eum()
    wanted = {
        "DestinationPhoneNumber": PHONE,
        "OriginationIdentity": "TOCSIN",
        "MessageBody": render_sms(alert(id=ITEM)),
        "MessageType": "TRANSACTIONAL",
        "ConfigurationSetName": SET,
        "Context": {"tocsin": ITEM},
        "MaxPrice": "1.00",
        "TimeToLive": 3600,
    }
    with Stubber(client) as stub:
        stub.add_response("send_text_message", {"MessageId": "sms-1"}, wanted)
        channel = EumSmsChannel(client, origination="TOCSIN", configuration_set=SET)
        assert channel.send(alert(id=ITEM), PHONE) == "sms-1"


def test_without_a_sender_aws_chooses_one() -> None:
    client = eum()
    with Stubber(client) as stub:
        stub.add_response("send_text_message", {"MessageId": "sms-1"})
        stub.client.meta.events.register_first(
            "provide-client-params.*.SendTextMessage", lambda params, **_: asked.update(params)
        )
        asked: dict[str, Any] = {}
        EumSmsChannel(client).send(alert(), PHONE)
    assert not {"OriginationIdentity", "ConfigurationSetName"} & set(asked)


@pytest.mark.parametrize(("language", "voice"), [("en", "AMY"), ("uk", "AMY"), ("es", "LUCIA")])
def test_a_call_speaks_by_a_voice_that_there_is(language: Any, voice: str) -> None:
    # GIVEN each language WHEN called THEN a voice says it that can: Polly has none in Ukrainian
    client, one = eum(), alert(id=ITEM, language=language)
    wanted = {
        "DestinationPhoneNumber": PHONE,
        "OriginationIdentity": NUMBER,
        "MessageBody": render_call(one),
        "MessageBodyTextType": "TEXT",
        "VoiceId": voice,
        "ConfigurationSetName": SET,
        "Context": {"tocsin": ITEM},
        "MaxPricePerMinute": "3.00",
        "TimeToLive": 120,
    }
    with Stubber(client) as stub:
        stub.add_response("send_voice_message", {"MessageId": "call-1"}, wanted)
        assert EumCallChannel(client, origination=NUMBER, configuration_set=SET).send(one, PHONE) == "call-1"


def test_every_voice_is_known_to_aws() -> None:
    model = botocore.session.get_session().get_service_model("pinpoint-sms-voice-v2")
    assert set(VOICES.values()) <= set(model.shape_for("VoiceId").metadata["enum"])


@pytest.mark.parametrize("kind", list(AlertKind))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", list(Level)[1:])
def test_any_alert_is_what_the_model_allows(kind: AlertKind, language: Any, level: Level) -> None:
    client, one = eum(), alert(kind=kind, language=language, level=level)
    with Stubber(client) as stub:  # it checks lengths and types by the model
        stub.add_response("send_text_message", {"MessageId": "1"})
        stub.add_response("send_voice_message", {"MessageId": "2"})
        EumSmsChannel(client).send(one, PHONE)
        EumCallChannel(client, origination=NUMBER).send(one, PHONE)


@pytest.mark.parametrize("channel", ["sms", "call"])
@pytest.mark.parametrize(
    ("code", "why", "permanent"),
    [
        ("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT", True),
        ("ServiceQuotaExceededException", "DAILY_DESTINATION_CALL_LIMIT", True),
        ("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT", True),
        ("ValidationException", "SENDER_ID_REQUIRES_REGISTRATION", True),
        ("ResourceNotFoundException", None, True),
        ("ThrottlingException", None, False),
        ("AccessDeniedException", "ACCOUNT_DISABLED", False),
        ("InternalServerException", None, False),
    ],
)
def test_a_refusal_names_aws_own_reason_and_no_number(
    channel: str, code: str, why: str | None, permanent: bool
) -> None:
    # GIVEN a refusal whose message quotes the number WHEN sending THEN the outbox learns the code and AWS's own word
    client = eum()
    of: Any = EumSmsChannel(client) if channel == "sms" else EumCallChannel(client, origination=NUMBER)
    operation = "send_text_message" if channel == "sms" else "send_voice_message"
    status = 500 if code == "InternalServerException" else 400
    with Stubber(client) as stub:
        stub.add_client_error(
            operation, code, f"{PHONE} {NUMBER}", status, modeled_fields={"Reason": why} if why else None
        )
        with pytest.raises(DeliveryError) as caught:
            of.send(alert(), PHONE)
    assert caught.value.permanent is permanent
    assert code in caught.value.reason
    assert (why or "") in caught.value.reason
    assert PHONE not in caught.value.reason
    assert NUMBER not in caught.value.reason


def test_a_reason_that_is_no_plain_word_is_left_out() -> None:
    client = eum()
    with Stubber(client) as stub:
        stub.add_client_error(
            "send_text_message", "ConflictException", "", 400, modeled_fields={"Reason": f"for {PHONE}"}
        )
        with pytest.raises(DeliveryError) as caught:
            EumSmsChannel(client).send(alert(), PHONE)
    assert PHONE not in caught.value.reason


@pytest.mark.parametrize("number", ["", "0441234567", "+38 044", "+380441234567\n", "+0123456789"])
def test_a_broken_number_is_given_up_at_once(number: str) -> None:
    for channel in (EumSmsChannel(eum()), EumCallChannel(eum(), origination=NUMBER)):
        with pytest.raises(DeliveryError) as caught:
            channel.send(alert(), number)
        assert caught.value.permanent


def test_what_is_not_set_up_takes_another_way_at_once() -> None:
    with pytest.raises(DeliveryError, match=r"calls are not set up.*docs/channels\.md") as caught:
        NotSetUpChannel("calls").send(alert(), PHONE)
    assert caught.value.permanent
