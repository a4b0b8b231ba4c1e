"""Protects: each figure, each thing missed and each change is said in whole sentences, in every language."""

import json
from typing import get_args

import pytest

from tests.support.samples import NOON, client
from tocsin.domain.case.figures import Missed, Took
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.review import ChangeKind, PlanChange
from tocsin.domain.case.reviewing import QUESTIONS
from tocsin.domain.case.spoke import Loud, Spoke
from tocsin.domain.case.tasks import CaseTask
from tocsin.domain.fields import Language
from tocsin.domain.said import Words
from tocsin.web.case.review_voices import loud_words, spoke_words
from tocsin.web.change_words import change_words
from tocsin.web.i18n import Reader
from tocsin.web.review_words import days_words, missed_words, question_words, took_words

CLIENT = client()
SAID = Words(en="Get the proof", uk="Знайдіть доказ", es="Consiga la prueba")
FILE = CaseFile(
    incident_id="aurora-1", client="aurora", brand="Аврора", opened_at=NOON,
    tasks=(CaseTask(id="proof", step="proof", words=SAID, due_at=NOON),),
)  # fmt: skip
STEP = {"id": "learned_a", "owner": "responsible", "within": 45, "words": SAID.model_dump()}
CHANGES = [
    (ChangeKind.THRESHOLD, "thresholds.crisis", "65", "60", ("waited=58",)),
    (ChangeKind.THRESHOLD, "thresholds.issue", "40", "35", ("heard=7", "declared=1")),
    (ChangeKind.THRESHOLD, "thresholds.severe", "85", "90", ("false=1",)),
    (ChangeKind.TERM, "brands[Аврора].exclude", None, '"крейсер"', ("marks=3",)),
    (ChangeKind.TERM, "brands[Аврора].exclude", '"крейсер"', None, ("marks=1",)),
    (ChangeKind.TERM, "brands[Аврора].terms", None, '"Avrora"', ("marks=2",)),
    (ChangeKind.TERM, "brands[Аврора].require_near", None, '"торт"', ("marks=2",)),
    (ChangeKind.CONTACT, "responders.first", '"duty@agency.example"', '"deputy@agency.example"', ("asked=4",)),
    (ChangeKind.THRESHOLD, "thresholds.crisis", "65", "58", ("waited=58", "index=58")),
    (ChangeKind.CONTACT, "rota[Week].people", '"duty@agency.example"', '"deputy@agency.example"', ("asked=4",)),
    (ChangeKind.CONTACT, "responders[duty@agency.example].phone", '"+380441234567"', '"+380501112233"', ("lost=2",)),
    (ChangeKind.CONTACT, "responders[duty@agency.example].phone", '"+380441234567"', None, ("lost=3",)),
    (ChangeKind.CONTACT, "responders[duty@agency.example].quiet_hours.unless", '"crisis"', '"issue"', ("waited=240",)),
    (ChangeKind.CONTACT, "stakeholders", None, json.dumps({"name": "BBC", "circle": "media"}), ("asked=1",)),
    (ChangeKind.PLAYBOOK, "playbook.rumour.tasks.proof.within", "60", "105", ("late=40", "times=2")),
    (ChangeKind.PLAYBOOK, "playbook.rumour.tasks.learned_a", None, json.dumps(STEP), ("added=1",)),
]
MISSED = [
    Missed(name="grave_before", count=2), Missed(name="heard_late", of="rss:news", count=40),
    Missed(name="page_unanswered", of="duty@agency.example", count=3),
    Missed(name="page_lost", of="duty@agency.example", count=1), Missed(name="task_late", of="proof", count=70),
    Missed(name="task_undone", of="proof"), Missed(name="promise_broken", of="promise-1"),
    Missed(name="source_silent", of="News"), Missed(name="no_plan"),
]  # fmt: skip


def readers() -> list[Reader]:
    return [Reader(language, "Europe/Kyiv") for language in get_args(Language)]


@pytest.mark.parametrize(("kind", "place", "before", "after", "why"), CHANGES)
def test_a_change_is_said_as_before_and_after(
    kind: ChangeKind, place: str, before: str | None, after: str | None, why: tuple[str, ...]
) -> None:
    change = PlanChange(id="change-1", kind=kind, place=place, before=before, after=after, why=why)

    said = [change_words(reader, CLIENT, FILE, change) for reader in readers()]

    for what, was, becomes in said:
        assert all(one and "%(" not in one and "{" not in one for one in (what, was, becomes))
        assert was != becomes
        assert place not in what + was + becomes
    assert len(set(said)) == 3


@pytest.mark.parametrize("missed", MISSED, ids=lambda one: one.name)
def test_what_was_missed_is_said(missed: Missed) -> None:
    said = [missed_words(reader, CLIENT, FILE, missed) for reader in readers()]

    assert len(set(said)) == 3
    assert all("%(" not in one for one in said)


def test_days_of_a_storm_are_said_where_there_are_several() -> None:
    assert days_words(readers()[0], ((40, 30),)) is None
    said = {days_words(reader, ((1_240, 1_000), (20, 12))) for reader in readers()}
    assert len(said) == 3
    assert all("12/20" in (one or "") for one in said)
    assert "…" in (days_words(readers()[0], ((1, 1),) * 40) or "")


def test_who_spoke_is_said_with_how_far_and_nothing_hostile_gets_in() -> None:
    spoke = Spoke(name="journalist", mentions=3, authors=2, grave=1, heard=12_400)
    loud = Loud(
        author="Іван\n\x1b[31m<b>", source="telegram", heard=50_000, voice="journalist", url="javascript:alert(1)"
    )
    for said in ([spoke_words(one, spoke) for one in readers()], [loud_words(one, loud) for one in readers()]):
        assert len(set(said)) == 3
        assert all("%(" not in one and "\n" not in one and "\x1b" not in one for one in said)
    assert spoke_words(readers()[0], Spoke(name="customer", mentions=1, authors=0, grave=0)).endswith("1 mention")


@pytest.mark.parametrize("name", ["detect", "acknowledge", "respond", "statement"])
def test_times_are_said(name: str) -> None:
    for took in (
        Took(name=name, minutes=75, goal=60),
        Took(name=name, minutes=None, goal=60),
        Took(name=name, minutes=None, goal=60, waived=True),
    ):
        assert len({took_words(reader, took) for reader in readers()}) == 3


def test_each_question_is_asked_in_each_language() -> None:
    for question in QUESTIONS:
        assert len({question_words(reader, question) for reader in readers()}) == 3


def test_a_name_from_outside_stays_one_harmless_line() -> None:
    change = PlanChange(
        id="change-1", kind=ChangeKind.TERM, place="brands[Аврора].exclude", before=None,
        after=json.dumps("слово\n\x1b[31m<b>"), why=("marks=1",),
    )  # fmt: skip

    for one in change_words(Reader("uk", "UTC"), CLIENT, FILE, change):
        assert "\n" not in one
        assert "\x1b" not in one
