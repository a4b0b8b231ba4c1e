"""Protects: what an alert tells of an earlier case costs few reads however long a storm lasts, a storm by hand is told
once and only where it was one, and a review edited twice is still the one that was answered."""

from datetime import datetime, timedelta
from functools import partial
from unittest.mock import Mock

import pytest

from tests.support.samples import NOON, client
from tests.unit.services.test_notify_and_watch import storm
from tests.unit.services.test_outcomes import HOUR, answer, followed, said
from tests.unit.services.test_report import BRAND, Desk
from tests.unit.services.test_returned_in_alerts import Before as Past
from tocsin.adapters.memory import MemoryMentionStore
from tocsin.domain.case.by_hand import by_hand
from tocsin.domain.case.file import CaseFile, What, Work, Worked
from tocsin.domain.case.level import hold, release
from tocsin.domain.incident import Incident, Step
from tocsin.domain.levels import Level
from tocsin.domain.outbox import Channel, OutboxItem
from tocsin.services.alert_before import Before
from tocsin.services.casework import Casework

DUTY = "duty@agency.example"


def reviewed(work: Work) -> Worked:
    return Worked(work.incident.take(Step.REVIEW, at=work.now, by=work.by), work.file, (work.did(What.REVIEWED),))


def test_a_storm_of_an_earlier_week_is_not_told_again_when_its_review_is_finished() -> None:
    desk = Desk(client())
    work = Casework(clients=desk.clients, cases=desk.cases, clock=desk.clock)
    desk.clock.at = datetime(2026, 3, 4, 7, 0, tzinfo=NOON.tzinfo)
    work.declare(BRAND, Level.CRISIS, "a fire", DUTY)
    case = desk.cases.brand_state(BRAND).incident_id or ""
    desk.clock.forward(hours=5)
    work.do(case, DUTY, release)
    # WHEN its review is finished in the week of the next report
    desk.clock.at = datetime(2026, 3, 15, 9, 0, tzinfo=NOON.tzinfo)
    work.do(case, DUTY, reviewed)
    desk.clock.at = datetime(2026, 3, 16, 6, 0, tzinfo=NOON.tzinfo)
    desk.reports.morning()
    # THEN that report does not tell it
    assert desk.box.sent[0][1].storms == ()


def test_what_was_measured_and_only_kept_at_its_level_was_not_declared() -> None:
    one = Incident.opened(id="x-1", client="aurora", brand=BRAND, level=Level.CRISIS, index=70, reasons=(), at=NOON)
    kept = hold(Work(client(), one, CaseFile.opened(one), NOON + timedelta(hours=1), DUTY), Level.CRISIS, "keep it")
    assert by_hand(kept.incident, kept.events) is None


def test_a_review_edited_again_after_its_first_edit_was_answered_is_the_same_one() -> None:
    store = MemoryMentionStore()
    rated = partial(said, 11, source="googlebusiness")
    store.record(BRAND, [
        rated(NOON - HOUR, rating=5, id="googlebusiness:abc~25"),
        rated(NOON + 3 * HOUR, rating=1, id="googlebusiness:abc~51"),
    ])  # fmt: skip
    found = followed(store, answer("googlebusiness:abc~25"))
    assert found is not None
    assert (found.rating_before, found.rating_after) == (5, 1)


def mail_of(past: Past) -> tuple[Incident, OutboxItem]:
    past.at.hear(*storm())
    incident = past.at.cases.incident(past.at.cases.brand_state(BRAND).incident_id or "")
    assert incident is not None
    mails = (one for one in past.at.cases.outbox_of(incident.id) if one.channel is Channel.EMAIL)
    return incident, next(one for one in mails if one.recipient == DUTY)


def test_a_late_page_of_a_long_storm_compares_no_hours_of_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    past = Past()
    incident, mail = mail_of(past)
    gravest = Mock(side_effect=past.at.mentions.gravest)
    monkeypatch.setattr(past.at.mentions, "gravest", gravest)
    late = mail.model_copy(update={"created_at": NOON + timedelta(days=5)})
    reading = Before(mentions=past.at.mentions, cases=past.at.cases, plans=None)
    known = past.at.clients.load()
    assert known is not None
    reading.of(known, incident, late, None)
    asked = sum((call.args[2] - call.args[1]) / HOUR for call in gravest.call_args_list)
    assert asked <= 31


def test_a_known_earlier_case_is_named_however_many_came_since() -> None:
    past = Past()
    incident, mail = mail_of(past)
    far = incident.model_copy(update={"id": f"{incident.id.rpartition('-')[0]}-50"})
    file = CaseFile.opened(far).with_(former=past.id)
    known = past.at.clients.load()
    assert known is not None
    assert Before(mentions=past.at.mentions, cases=past.at.cases, plans=None).of(known, far, mail, file) is not None
