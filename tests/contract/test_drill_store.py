"""Protects: the book of drills comes back as it was kept, of two that write it one reads again, and the texts of a
deploy are there."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.contract.conftest import Stores
from tests.support.samples import NOON
from tests.support.tables import create_tables
from tocsin.adapters.dynamodb.drills import DynamoDrillStore
from tocsin.adapters.memory_drills import MemoryDrillStore
from tocsin.domain.desk_asks import Ask, AskKind
from tocsin.domain.drill_report import DrillReport, Reached
from tocsin.domain.drill_run import DrillBook, DrillRun, NoDrill, Refusal
from tocsin.domain.errors import ConflictError
from tocsin.domain.levels import Level
from tocsin.domain.links import Purpose, link_to
from tocsin.domain.outbox import Channel
from tocsin.ports import DrillStore

RUN = DrillRun(
    name="ab12cd34", brand="Аврора", scenario="rumour", texts=("{brand}: все погано",), by="duty@agency.example",
    began_at=NOON, until=NOON + timedelta(hours=1), said=(NOON,),
)  # fmt: skip
REPORT = DrillReport(
    brand="Аврора", scenario="rumour", incident_id="x-1", level=Level.CRISIS, began_at=NOON,
    ended_at=NOON + timedelta(minutes=30),
    reached=(Reached(person="duty@agency.example", channel=Channel.SMS, sent_at=NOON),),
)  # fmt: skip


@pytest.fixture(params=["memory", "moto", "ministack"])
def drills(request: pytest.FixtureRequest) -> Iterator[DrillStore]:
    if request.param == "memory":
        yield MemoryDrillStore()
        return
    if request.param == "ministack":
        client: Any = request.getfixturevalue("ministack").client("dynamodb")
        yield DynamoDrillStore(client, create_tables(client, f"-{uuid.uuid4().hex[:8]}")[1])
        return
    with mock_aws():
        client = boto3.client("dynamodb")
        yield DynamoDrillStore(client, create_tables(client)[1])


def test_before_the_first_drill_and_the_first_deploy_there_is_nothing(drills: DrillStore) -> None:
    assert drills.book() == DrillBook()
    assert drills.texts("rumour") == ()


def test_a_drill_goes_on_and_is_reported_and_the_last_few_stay(drills: DrillStore) -> None:
    drills.save_book(drills.book().begun(RUN, "AbCdE0123456"))
    assert drills.book().going == RUN
    ended = RUN.with_(ended_at=NOON + timedelta(minutes=30), incident_id="x-1")
    drills.save_book(drills.book().went_on(ended))
    for _ in range(7):
        drills.save_book(drills.book().reported(RUN.by, REPORT))
    book = drills.book()
    assert (book.going, book.code, len(book.held)) == (None, None, 5)
    assert book.held[0].report == REPORT
    drills.save_book(book.refuses(Refusal(at=NOON, by=None, scenario="rumour", why=NoDrill.BURNS)))
    assert drills.book().version == 10


def test_who_did_not_see_the_last_step_reads_again(drills: DrillStore) -> None:
    seen = drills.book()
    drills.save_book(seen.begun(RUN, "AbCdE0123456"))
    with pytest.raises(ConflictError):
        drills.save_book(seen.begun(RUN.with_(name="other000"), "AbCdE0123457"))
    assert drills.book().going == RUN


def test_a_report_of_a_command_leaves_the_drill_of_a_page_alone(drills: DrillStore) -> None:
    drills.save_book(drills.book().begun(RUN.with_(began_at=NOON + timedelta(minutes=1)), "AbCdE0123456"))
    drills.save_book(drills.book().reported("desk", REPORT))
    assert drills.book().going is not None


def test_the_texts_of_the_last_deploy_are_there(drills: DrillStore) -> None:
    drills.save_texts({"rumour": ("{brand}: «кажуть»", "два"), "data_leak": ("один",)})
    assert drills.texts("rumour") == ("{brand}: «кажуть»", "два")
    drills.save_texts({"data_leak": ("один",)})
    assert drills.texts("rumour") == ()


def test_what_a_page_asks_for_is_due_under_its_link_until_it_is_done(stores: Stores) -> None:
    cases, late = stores.cases, NOON + timedelta(hours=1)
    link = link_to(Purpose.DECLARE, "aurora", "a@agency.example", client="aurora", key="l" * 40, now=NOON)
    cases.save_link(link)
    assert cases.due_links(late, 9) == ()
    asked = link.model_copy(update={"ask": Ask(kind=AskKind.DRILL, at=NOON, brand="Аврора", scenario="rumour")})
    cases.save_link(asked)
    assert cases.link(link.code) == asked
    assert cases.due_links(late, 9) == (link.code,)
    cases.save_link(asked.model_copy(update={"applied_at": late}))
    assert cases.due_links(late, 9) == ()
