"""Which channels a stack has: every one there is, each real where it is set up, none loaded that nobody uses."""

from dataclasses import fields, replace

import pytest

from tests.unit.web.samples import alert
from tocsin.adapters.channels.call_eum import EumCallChannel
from tocsin.adapters.channels.not_set_up import NotSetUpChannel
from tocsin.adapters.channels.sms_eum import EumSmsChannel
from tocsin.adapters.channels.sms_sns import SnsSmsChannel
from tocsin.adapters.channels.webhook_out import WebhookOutChannel
from tocsin.domain.errors import DeliveryError
from tocsin.domain.outbox import Channel
from tocsin.entry import channels, parts
from tocsin.entry.settings import NotifySettings

PLAIN = replace(
    NotifySettings(**{field.name: "x" for field in fields(NotifySettings)}),
    sms_sender_id="",
    sms_provider="sns",
    sms_origination="",
    voice_origination="",
    sms_configuration_set="",
    secrets_prefix="",
)


@pytest.fixture(autouse=True)
def _region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    parts.aws.cache_clear()


def test_every_channel_is_there() -> None:
    """Protects: an alert for a channel that nobody made would end in an error of ours, again and again."""
    made = channels.channels(PLAIN)
    assert set(made) == set(Channel)
    assert len(made) == len(Channel)
    assert all(made[channel] is made[channel] for channel in Channel)


@pytest.mark.parametrize(
    ("provider", "voice", "sms", "call"),
    [
        ("sns", "", SnsSmsChannel, NotSetUpChannel),
        ("eum", "", EumSmsChannel, NotSetUpChannel),
        ("eum", "+34910000000", EumSmsChannel, EumCallChannel),
    ],
)
def test_who_sends_sms_and_calls_is_what_the_stack_was_told(provider: str, voice: str, sms: type, call: type) -> None:
    made = channels.channels(replace(PLAIN, sms_provider=provider, voice_origination=voice))
    assert (type(made[Channel.SMS]), type(made[Channel.CALL])) == (sms, call)


def test_a_call_that_cannot_be_made_says_so_at_once() -> None:
    with pytest.raises(DeliveryError) as caught:
        channels.channels(PLAIN)[Channel.CALL].send(alert(), "+380441234567")
    assert caught.value.permanent
    assert caught.value.absent


def test_a_room_is_made_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    made = channels.channels(PLAIN)
    asked: list[object] = []
    monkeypatch.setattr(channels, "client_store", lambda _: asked.append(1))
    assert isinstance(made[Channel.WEBHOOK], WebhookOutChannel)
    assert not asked, "the client's file is read when the first alert goes there"
