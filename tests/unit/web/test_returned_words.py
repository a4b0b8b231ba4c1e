"""Protects: what burned before is said in whole sentences in every language, short enough for an SMS, and harmless."""

import json
from datetime import timedelta
from typing import get_args

import pytest

from tests.support.samples import NOON, client
from tests.unit.web.samples import alert
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.returned import MOST, Returned, returned
from tocsin.domain.case.review import ChangeKind, ChangeState, PlanChange, Review
from tocsin.domain.case.tasks import CaseTask, Plan
from tocsin.domain.fields import Language
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.domain.said import Words
from tocsin.web.chat import render_chat
from tocsin.web.gsm import sms_segments
from tocsin.web.i18n import Reader
from tocsin.web.mail import render_email
from tocsin.web.returned_words import returned_words
from tocsin.web.sms import render_sms
from tocsin_cli.playbooks import load_library

DAY = timedelta(days=1)
SAID = Words(en="Get the proof", uk="Знайдіть доказ", es="Consiga la prueba")
RUMOUR = next(one for one in load_library().playbooks if one.scenario == "rumour")
PLACES = [
    (ChangeKind.PLAYBOOK, "playbook.rumour.tasks.proof.within", "60", "105"),
    (ChangeKind.CONTACT, "responders.first", json.dumps("duty@agency.example"), json.dumps("deputy@agency.example")),
    (ChangeKind.THRESHOLD, "thresholds.crisis", "65", "60"),
]


def before(language: Language = "en", *, days: float = 5, changes: int = 3) -> Returned:
    begun = NOON - days * DAY
    old = Incident.opened(
        id="aurora-1", client="aurora", brand="Аврора", level=Level.CRISIS, index=70, reasons=(), at=begun
    ).releveled(Level.CALM, index=0, reasons=(), at=begun + DAY / 24)
    accepted = tuple(
        PlanChange(
            id=f"change-{number}", kind=kind, place=place, before=was, after=becomes, why=(),
            state=ChangeState.ACCEPTED, decided_at=begun + number * DAY / 24,
        )
        for number, (kind, place, was, becomes) in enumerate(PLACES * changes)
    )  # fmt: skip
    task = CaseTask(id="task-3", step="proof", words=SAID, due_at=NOON)
    file = CaseFile.opened(old).with_(review=Review(begun_at=begun, changes=accepted[:changes]), tasks=(task,))
    plan = Plan(scenario="rumour", cited="rumour v2", playbook=RUMOUR, chosen_at=NOON)
    return returned(client(), old, file, CaseFile.opened(old).with_(plan=plan), language, NOON)


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("days", [5, 300])
def test_it_names_the_case_the_changes_and_the_plan(language: Language, days: float) -> None:
    said = returned_words(Reader(language, "Europe/Kyiv"), before(language, days=days))
    assert "aurora-1" in said[0]
    assert any("Deputy" in one for one in said)
    assert any(SAID.in_(language) in one for one in said)
    assert "rumour v2" in said[-1]
    assert all("%(" not in one and "@" not in one for one in said)


def test_in_each_language_its_own_words_and_long_ago_others() -> None:
    said = {
        returned_words(Reader(language, "UTC"), before(language, days=days))[0]
        for language in get_args(Language)
        for days in (5, 300)
    }
    assert len(said) == 6


def test_of_many_changes_the_latest_are_told_and_the_rest_counted() -> None:
    told = before(changes=8)
    assert len(told.changes) == MOST
    assert told.more == 3
    assert any("3" in one for one in returned_words(Reader("en", "UTC"), told))


@pytest.mark.parametrize("language", get_args(Language))
def test_mail_sms_and_room_say_it_and_an_sms_still_costs_no_more(language: Language) -> None:
    plain = alert(language=language, answer="https://abc123.lambda-url.eu-central-1.on.aws/a/0KDXmEFu5BU")
    again = plain.model_copy(update={"returned": before(language)})
    assert "aurora-1" in render_email(again).text
    assert "aurora-1" in render_email(again).html
    assert any("aurora-1" in line for line in render_chat(again).lines)
    assert not any("aurora-1" in line for line in render_chat(again, brief=True).lines)
    assert sms_segments(render_sms(again)).segments <= sms_segments(render_sms(plain)).segments
    bare = alert(language=language, answer=None, mentions=(), returned=before(language))
    assert render_sms(bare) != render_sms(bare.model_copy(update={"returned": None}))


def test_the_all_clear_says_nothing_of_it() -> None:
    over = alert(kind=AlertKind.RESOLVED, returned=before())
    assert "rumour v2" not in render_email(over).text


@pytest.mark.parametrize("language", get_args(Language))
def test_of_a_telephone_number_an_alarm_says_three_digits(language: Language) -> None:
    told = before(language, changes=1)
    number = PlanChange(
        id="change-9", kind=ChangeKind.CONTACT, place="responders[duty@agency.example].phone",
        before=json.dumps("+380441234567"), after=json.dumps("+34911234890"), why=("lost=2",),
        state=ChangeState.ACCEPTED, decided_at=NOON,
    )  # fmt: skip
    alarm = told.model_copy(update={"changes": (number,)})
    said = " ".join(returned_words(Reader(language, "Europe/Kyiv"), alarm))
    assert "…890" in said
    assert "34911234" not in said


def test_hostile_words_of_a_change_stay_one_harmless_line() -> None:
    change = PlanChange(
        id="change-1", kind=ChangeKind.TERM, place="brands[Аврора].exclude", before=None,
        after=json.dumps("слово\n\x1b[31m<b>"), why=("marks=1",), state=ChangeState.ACCEPTED,
    )  # fmt: skip
    told = before().model_copy(update={"changes": (change,), "names": ()})
    mail = render_email(alert(returned=told, others=(), answer=None))
    assert "\x1b" not in mail.text
    assert "[31m<b>" not in mail.html
