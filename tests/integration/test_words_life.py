"""Protects: an answer and its promise live through the minutes of the watch, on the twin and on DynamoDB: drafted,
approved by another, noted as sent, measured a day later by what followed; the promise reminded until it is kept."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import boto3
import pytest
from moto import mock_aws

from tests.support.casefile import ANNA, BOHDAN, agency
from tests.support.samples import NOON, scored
from tests.support.tables import create_tables
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.adapters.memory import MemoryClientStore, MemoryMentionStore
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.approving import approve, sent
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.promising import keep, make
from tocsin.domain.case.texts import ResultKind, TextState
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.mention import Author
from tocsin.domain.outbox import AlertKind
from tocsin.domain.replies import ReplyFacts
from tocsin.services.answer import AnswerError
from tocsin.services.case_clocks import CaseClocks
from tocsin.services.casework import Casework
from tocsin.services.drafts import Drafts

ID = "aurora-1"
HOUR = timedelta(hours=1)
OLENA = Author(id="7", handle="olena", name="Олена Коваль")


class Hands:
    """A clock that people set."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


class Stores(NamedTuple):
    cases: Any
    mentions: Any


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        yield Stores(MemoryCaseStore(), MemoryMentionStore())
        return
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        mentions, cases = create_tables(dynamodb)
        yield Stores(DynamoCaseStore(dynamodb, cases), DynamoMentionStore(dynamodb, mentions))


def said(number: int, at: datetime, *, negative: bool) -> Any:
    one = scored(number, at=at, negative=negative)
    return one.model_copy(
        update={
            "mention": one.mention.model_copy(update={"author": OLENA}),
            "reading": one.reading.model_copy(update={"complaint": 0.9 if negative else 0.0}),
        }
    )


def test_an_answer_and_its_promise_through_two_days(stores: Stores) -> None:
    # GIVEN a crisis with a complaint
    hands, client = Hands(), agency()
    storm = Incident.opened(
        id=ID, client="aurora", brand="Аврора", level=Level.CRISIS, index=70, reasons=(), at=NOON - HOUR
    )
    state = BrandState(brand="Аврора", version=1, level=Level.CRISIS, incident_id=ID, incident_no=1)
    stores.cases.save_assessment(state, incident=storm, file=CaseFile.opened(storm).with_(version=1))
    complaint = said(1, NOON - HOUR, negative=True)
    stores.mentions.record("Аврора", [complaint])
    clients = MemoryClientStore(client)
    casework = Casework(clients=clients, cases=stores.cases, clock=hands)
    drafts = Drafts(casework=casework, mentions=stores.mentions, clock=hands)
    clocks = CaseClocks(clients=clients, cases=stores.cases, mentions=stores.mentions, clock=hands)

    # WHEN it is answered by two people, with a promise of the next day
    text = drafts.reply(ID, ANNA, complaint.mention.id, ReplyFacts(contact="help@bakery.example")).text
    with pytest.raises(AnswerError, match="somebody else"):
        casework.do(ID, ANNA, lambda work: approve(work, text.id))
    casework.do(ID, BOHDAN, lambda work: approve(work, text.id))
    casework.do(ID, ANNA, lambda work: sent(work, text.id, "https://t.me/aurora/17"))
    casework.do(ID, ANNA, lambda work: make(work, "повернути гроші", "Олена", ANNA, NOON + 24 * HOUR, text.id))
    stores.mentions.record("Аврора", [said(2, NOON + 5 * HOUR, negative=False)])

    # AND the watch looks each half hour for a day and a half
    for _ in range(72):
        hands.at += timedelta(minutes=30)
        clocks.run()

    # THEN what followed was measured: she came back content
    file = stores.cases.case_file(ID)
    [kept] = file.texts
    assert kept.state is TextState.SENT
    assert kept.result is not None
    assert kept.result.kind is ResultKind.RECOVERED
    assert "author_kind=1" in kept.result.facts

    # AND who promised was reminded before and when it was due, others later, and nobody once it is kept
    def reminders() -> list[Any]:
        return [one for one in stores.cases.outbox_of(ID) if one.kind is AlertKind.DUE and "promise-2" in one.about]

    assert file.promises[0].id == "promise-2"
    told = sorted({(one.created_at, one.recipient) for one in reminders()})
    first = [(at - NOON) // HOUR for at, who in told if who == ANNA]
    assert first[:3] == [23, 24, 24]  # in a crisis a broken one is spoken of each quarter of an hour
    assert {who for at, who in told if at >= NOON + 28 * HOUR} > {ANNA}
    casework.do(ID, ANNA, lambda work: keep(work, "promise-2", "paid"))
    before = len(reminders())
    for _ in range(6):
        hands.at += 12 * HOUR
        clocks.run()
    assert len(reminders()) == before
