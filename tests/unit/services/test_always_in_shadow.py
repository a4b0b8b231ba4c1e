"""Protects: what the client's file says to alert of always reaches people in shadow, and nothing else does."""

from datetime import timedelta

from tests.support.samples import client, mention
from tests.unit.services.support import House
from tocsin.domain.detector import Detector
from tocsin.domain.levels import Level
from tocsin.domain.outbox import Channel

ALWAYS = {"phrases": ["пожежна інспекція"], "authors": ["@minister"]}


def heard(text: str) -> House:
    at = House(client(shadow=True, always_alert=ALWAYS), Detector())
    at.hear(mention(1, at=at.clock.at, fetched_at=at.clock.at, title=None, text=text))
    for _ in range(3):
        at.clock.forward(minutes=1)
        at.watch.run()
    return at


def test_one_mention_of_it_pages_though_the_client_is_in_shadow() -> None:
    at = heard("В «Аврорі» пожежна інспекція")
    assert at.cases.brand_state("Аврора").level >= Level.ISSUE
    assert len(at.channels[Channel.SMS].sent) == 2
    assert at.cases.silent(at.clock.at - timedelta(hours=1), at.clock.at, 9) == ()


def test_another_grave_mention_is_kept_for_the_morning() -> None:
    at = heard("В «Аврорі» отруїлися діти, троє в лікарні")
    assert not any(channel.sent for channel in at.channels.values())


def test_who_does_not_answer_it_is_asked_again_in_shadow_too() -> None:
    at = heard("В «Аврорі» пожежна інспекція")
    for _ in range(12):
        at.clock.forward(minutes=1)
        at.watch.run()
    assert len(at.channels[Channel.SMS].sent) > 2
