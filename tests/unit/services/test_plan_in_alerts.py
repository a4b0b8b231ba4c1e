"""Protects: the first mail of an alarm hands over the plan that the case will have, and an alarm goes out without it
rather than not at all."""

import pytest

from tests.support.samples import client
from tests.unit.services.support import House
from tests.unit.services.test_notify_and_watch import ALWAYS_AWAKE, storm
from tocsin.adapters.memory_plans import MemoryPlanStore
from tocsin.domain.alert import Alert
from tocsin.domain.outbox import Channel
from tocsin.services.notify import Notify
from tocsin_cli.playbooks import load_library


def burning(plans: MemoryPlanStore) -> list[Alert]:
    """The mails of a storm's first alarm."""
    at = House(client(responders=ALWAYS_AWAKE), ticking=False)
    notify = Notify(
        clients=at.clients, mentions=at.mentions, cases=at.cases, channels=at.channels, clock=at.clock, plans=plans
    )
    at.clock.forward(minutes=1)
    at.hear(*storm())
    for item in list(at.cases._outbox.values()):
        notify.deliver(item.id)
    return [alert for _, alert in at.channels[Channel.EMAIL].sent]


def test_before_the_cases_clocks_have_turned_the_mail_shows_the_plan_that_they_will_make() -> None:
    mails = burning(MemoryPlanStore(load_library()))
    assert len(mails) == 2
    for mail in mails:
        assert mail.plan is not None
        assert mail.plan.steps


def test_without_playbooks_the_alarm_goes_out_all_the_same() -> None:
    assert [mail.plan for mail in burning(MemoryPlanStore())] == [None, None]


def test_playbooks_that_cannot_be_read_stop_no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise OSError("the table is away")

    monkeypatch.setattr(MemoryPlanStore, "library", broken)
    assert [mail.plan for mail in burning(MemoryPlanStore(load_library()))] == [None, None]
