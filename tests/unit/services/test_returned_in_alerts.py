"""Protects: an alarm of what burned before says so, with what people have changed since, to the agency and nobody else;
and it goes out without that rather than not at all."""

from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from tests.support.samples import NOON, client, mention
from tests.unit.services.support import House
from tests.unit.services.test_notify_and_watch import ALWAYS_AWAKE, storm
from tocsin.adapters.memory_plans import MemoryPlanStore
from tocsin.domain.alert import Alert
from tocsin.domain.assessment import incident_id
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.cause import Cause, Quotation
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.review import ChangeKind, ChangeState, PlanChange, Review
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import Channel
from tocsin.services.notify import Notify
from tocsin.web.mail import render_email
from tocsin.web.sms import render_sms
from tocsin_cli.playbooks import load_library

BRAND = "Аврора"
DAY = timedelta(days=1)


def change(number: int, state: ChangeState, **facts: Any) -> PlanChange:
    return PlanChange(
        id=f"change-{number}", kind=ChangeKind.THRESHOLD,
        place="thresholds.crisis", before="65", after=f"{60 - number}",
        state=state, decided_at=NOON - number * DAY, **facts,
    )  # fmt: skip


class Before:
    """A house in which an earlier case of the same words ended some days ago."""

    def __init__(self, days: float = 5, **settings: Any) -> None:
        self.at = House(client(**({"responders": ALWAYS_AWAKE} | settings)), ticking=False)
        loaded = self.at.clients.load()
        assert loaded is not None
        self.id, begun = incident_id(loaded, BRAND, 1), NOON - days * DAY - timedelta(hours=5)
        old = Incident.opened(
            id=self.id, client="aurora", brand=BRAND, level=Level.CRISIS, index=70, reasons=(), at=begun
        )
        old = old.releveled(Level.CALM, index=0, reasons=(), at=NOON - days * DAY)
        changes = (
            change(1, ChangeState.ACCEPTED, applied_at=NOON - DAY),
            change(2, ChangeState.REFUSED),
            change(3, ChangeState.ACCEPTED, taken_back_at=NOON - DAY),
        )
        file = CaseFile.opened(old, version=1).with_(
            cause=Cause(quotations=(Quotation(words=mention(1).words),)),
            review=Review(begun_at=NOON - days * DAY, changes=changes),
            next_at=None,
        )
        self.at.cases.save_assessment(
            BrandState(brand=BRAND, version=1, incident_id=self.id, incident_no=1),
            incident=old.model_copy(update={"version": 1}), file=file,
        )  # fmt: skip
        self.at.clock.forward(minutes=1)

    def told(self, channel: Channel) -> list[tuple[str, Alert]]:
        if not any(self.at.channels[one].sent for one in Channel):
            self.at.hear(*storm())
            at = self.at
            notify = Notify(
                clients=at.clients, mentions=at.mentions, cases=at.cases, channels=at.channels, clock=at.clock,
                plans=MemoryPlanStore(load_library()),
            )  # fmt: skip
            for item in list(at.cases._outbox.values()):
                notify.deliver(item.id)
        return self.at.channels[channel].sent


def test_the_first_alarm_names_the_case_before_and_what_was_changed_since() -> None:
    # GIVEN an earlier case of the same words, of whose changes one is in force
    before = Before()

    # WHEN it burns again
    mails, texts = before.told(Channel.EMAIL), before.told(Channel.SMS)

    # THEN mail and SMS say so
    assert {address for address, _ in mails} == {"duty@agency.example", "deputy@agency.example"}
    for _, alert in [*mails, *texts]:
        assert alert.returned is not None
        assert (alert.returned.incident_id, alert.returned.again) == (before.id, True)
        assert [one.id for one in alert.returned.changes] == ["change-1"]
    mail = render_email(mails[0][1])
    assert before.id in mail.text
    assert "59" in mail.text
    assert "знову, як" in render_sms(texts[0][1])


def test_what_ended_long_ago_is_only_like_it() -> None:
    (_, alert), *_ = Before(days=300).told(Channel.EMAIL)
    assert alert.returned is not None
    assert not alert.returned.again


def test_a_clients_contact_and_machines_read_nothing_of_it() -> None:
    contacts = [{"name": "Head", "email": "head@bakery.example", "phone": "+380441234570"}]
    before = Before(client_contacts=contacts, client_auto_page=True)
    before.told(Channel.EMAIL)
    told = [alert for channel in Channel for address, alert in before.at.channels[channel].sent
            if address not in {"duty@agency.example", "deputy@agency.example", "+380441234567"}]  # fmt: skip
    assert told
    assert all(alert.returned is None for alert in told)


def test_a_store_that_fails_stops_no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Before()
    before.at.hear(*storm())
    case_file = before.at.cases.case_file
    monkeypatch.setattr(
        before.at.cases,
        "case_file",
        lambda name: Mock(side_effect=OSError("away"))() if name == before.id else case_file(name),
    )
    for item in list(before.at.cases._outbox.values()):
        before.at.notify.deliver(item.id)
    mails = before.told(Channel.EMAIL)
    assert len(mails) == 2
    assert all(alert.returned is None for _, alert in mails)


def test_of_a_brand_without_a_past_nothing_more_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    at = House(client(responders=ALWAYS_AWAKE), ticking=False)
    at.clock.forward(minutes=1)
    at.hear(*storm())
    real = at.cases.incident
    reads = Mock(side_effect=real)
    monkeypatch.setattr(at.cases, "incident", reads)
    for item in list(at.cases._outbox.values()):
        at.notify.deliver(item.id)
    assert len({call.args[0] for call in reads.call_args_list}) == 1
    assert all(alert.returned is None for _, alert in at.channels[Channel.EMAIL].sent)


def test_a_change_that_makes_no_sentence_stops_no_alarm() -> None:
    # GIVEN a review whose accepted change cannot be read any more
    before = Before()
    odd = PlanChange(
        id="change-9", kind=ChangeKind.CONTACT, place="responders.first", before="{no json", after="{no json",
        state=ChangeState.ACCEPTED, decided_at=NOON,
    )  # fmt: skip
    kept = before.at.cases.case_file(before.id)
    assert kept is not None
    assert kept.review is not None
    review = kept.review.model_copy(update={"changes": (*kept.review.changes, odd)})
    before.at.cases.save_case((kept.with_(review=review, version=kept.version + 1),))
    # WHEN it burns again, everybody hears of it, and of what was before, without the changes
    mails = before.told(Channel.EMAIL)
    assert len(mails) == 2
    for _, alert in mails:
        assert alert.returned is not None
        assert (alert.returned.changes, alert.returned.more) == ((), 2)
        assert before.id in render_email(alert).text
