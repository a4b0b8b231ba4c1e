"""`sms` and `channels` of a client's file: what is odd is named with its place and the way out."""

from typing import Any

import pytest

from tests.support.samples import client
from tocsin.domain.errors import ClientFileError
from tocsin.domain.levels import Level
from tocsin.domain.sms_settings import SmsProvider


def test_without_a_word_sms_go_by_sns_and_nobody_is_called() -> None:
    sms = client().sms
    assert (sms.provider, sms.calls, sms.monthly_usd) == (SmsProvider.SNS, False, None)


def test_a_number_for_calls_is_what_makes_them_possible() -> None:
    assert client(sms={"provider": "eum", "voice": "+34910000000"}).sms.calls


@pytest.mark.parametrize(
    ("sms", "said"),
    [
        ({"voice": "+34910000000"}, "add provider: eum"),
        ({"origination": "TOCSIN"}, "add provider: eum"),
        ({"provider": "twilio"}, "sms.provider"),
        ({"provider": "eum", "voice": "+34 910"}, "sms.voice"),
        ({"provider": "eum", "origination": "*"}, "sms.origination"),
        ({"monthly_usd": 0}, "sms.monthly_usd"),
        ({"monthly_usd": 1_000_000}, "sms.monthly_usd"),
        ({"limit": 5}, "sms.limit"),
    ],
)
def test_what_is_odd_of_sms_is_named(sms: dict[str, Any], said: str) -> None:
    with pytest.raises(ClientFileError, match=said):
        client(sms=sms)


@pytest.mark.parametrize(
    ("room", "said"),
    [
        ({"kind": "telegram", "name": "duty"}, "chat is required"),
        ({"kind": "slack", "name": "desk", "chat": "-1"}, "telegram only"),
        ({"kind": "teams", "name": "desk", "url": "https://a.example/x"}, "is a secret"),
        ({"kind": "slack", "name": "Desk"}, "name"),
        ({"kind": "discord", "name": "desk"}, "kind"),
        ({"kind": "webhook", "name": "w", "url": "ftp://a.example"}, "url"),
        ({"kind": "telegram", "name": "duty", "chat": "duty"}, "chat"),
    ],
)
def test_what_is_odd_of_a_room_is_named(room: dict[str, Any], said: str) -> None:
    with pytest.raises(ClientFileError, match=said):
        client(channels=[room])


def test_a_room_says_from_which_level_it_hears() -> None:
    [room, loud] = client(
        channels=[{"kind": "slack", "name": "desk"}, {"kind": "teams", "name": "board", "from": "severe"}]
    ).channels
    assert (room.level, loud.level) == (Level.ISSUE, Level.SEVERE)
    # AND it is kept as it was written
    assert loud.model_dump(mode="json")["from"] == "severe"


def test_two_rooms_of_one_name_are_refused() -> None:
    """A room's secret is found by its name."""
    with pytest.raises(ClientFileError, match="desk stands there twice"):
        client(channels=[{"kind": "slack", "name": "desk"}, {"kind": "teams", "name": "desk"}])
