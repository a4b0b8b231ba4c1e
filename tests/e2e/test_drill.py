"""Protects: a drill goes the whole deployed way to people's phones, everybody's texts say so, and nothing that is kept
or told of the brand knows of it.

By the real clock, as `tocsin drill` runs it; the minute's watch is called by hand beside it.
"""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from tests.support.samples import client, mention
from tocsin.adapters.clock import SystemClock
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.controls import DynamoControlStore
from tocsin.adapters.dynamodb.drills import DynamoDrillStore
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.adapters.memory import MemoryClientStore
from tocsin.adapters.queue_sqs import SqsMentionQueue
from tocsin.domain.drill_run import DrillRun
from tocsin.domain.drills import drill_brand
from tocsin.domain.incident import IncidentState
from tocsin.domain.levels import Level
from tocsin.domain.outbox import Channel, DeliveryStatus
from tocsin.services.answer import Answers
from tocsin.web.i18n import Reader
from tocsin_local.inbox import mails, text_messages
from tocsin_local.stack import LocalStack

BRAND = "Аврора"
DUTY, DEPUTY, DIRECTOR = "duty@agency.example", "deputy@agency.example", "boss@agency.example"
OWNER = "owner@aurora.example"
FILE: dict[str, Any] = {
    "client": "drilled",
    "sources": [{"kind": "rss", "urls": ["http://127.0.0.1:9/feed.xml"]}],
    "responders": [
        {"name": "Чергова", "email": DUTY, "phone": "+380441234567", "role": "responsible", "language": "uk"},
        {"name": "Suplente", "email": DEPUTY, "phone": "+34911234567", "role": "deputy", "language": "es"},
        {"name": "Boss", "email": DIRECTOR, "phone": "+447911123456", "role": "director", "language": "en"},
    ],
    "client_contacts": [{"name": "Owner", "email": OWNER, "phone": "+380501234567"}],
    "client_auto_page": True,
}


class Answering(threading.Thread):
    """Somebody of the agency: takes the case when both of the first have their SMS, and answers in public."""

    def __init__(self, stack: LocalStack) -> None:
        super().__init__(daemon=True)
        self.stack = stack
        self.cases = DynamoCaseStore(stack.mini.client("dynamodb"), stack.outputs["CasesTableName"])
        self.answers = Answers(clients=MemoryClientStore(stack.client), cases=self.cases, clock=SystemClock())
        self.over = threading.Event()
        self.trouble: Exception | None = None

    def run(self) -> None:
        try:
            found = self._wait()
            if found is not None:
                self.answers.acknowledge(found, DUTY)
                self.stack.invoke("Watch")
                self.answers.act(found, DUTY, "відповіли під дописом", responded=True)
        except Exception as error:  # noqa: BLE001 - the test's own thread shows it
            self.trouble = error

    def _wait(self) -> str | None:
        while not self.over.wait(0.2):
            found = self.cases.brand_state(drill_brand(BRAND)).incident_id
            sent = [
                one
                for one in (self.cases.outbox_of(found) if found else ())
                if one.channel is Channel.SMS and one.status is DeliveryStatus.SENT
            ]
            if found and len(sent) >= 2:
                return found
        return None


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with LocalStack(client(**FILE)) as running:
        yield running


@pytest.fixture
def file(stack: LocalStack, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in stack.mini.credentials().items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "client.yaml"
    path.write_text(yaml.safe_dump(stack.client.model_dump(mode="json"), allow_unicode=True), encoding="utf-8")
    return path


def kept(stack: LocalStack) -> dict[str, list[str]]:
    """Keys of all items, by table."""
    dynamodb = stack.mini.client("dynamodb")
    found = {}
    for table in ("MentionsTableName", "CasesTableName"):
        pages = dynamodb.get_paginator("scan").paginate(TableName=stack.outputs[table], ProjectionExpression="pk, sk")
        found[table] = sorted(f"{i['pk']['S']}|{i['sk']['S']}" for page in pages for i in page["Items"])
    return found


def test_a_drill_rings_through_the_deployed_pipeline_and_leaves_no_trace(  # noqa: PLR0915 - one drill serves all
    stack: LocalStack, tocsin: Any, file: Any
) -> None:
    # GIVEN a brand of which something harmless is known
    dynamodb = stack.mini.client("dynamodb")
    cases = DynamoCaseStore(dynamodb, stack.outputs["CasesTableName"])
    mentions = DynamoMentionStore(dynamodb, stack.outputs["MentionsTableName"])
    now = datetime.now(UTC)
    SqsMentionQueue(stack.mini.client("sqs"), stack.outputs["MentionsQueueUrl"]).send(
        [mention(1, at=now - timedelta(minutes=5), fetched_at=now, text="Аврора відкрила нову пекарню")]
    )
    stack.settle()
    stack.invoke("Watch")
    before, state, day = kept(stack), cases.brand_state(BRAND), (now - timedelta(days=1), now + timedelta(days=1))
    counts, seq = mentions.counts(BRAND, *day), mentions.dirty_seq(BRAND)
    assert counts

    # WHEN a drill is called out, and somebody takes it and answers
    somebody = Answering(stack)
    somebody.start()
    result = tocsin("drill", file, "product_harm", "--minutes", "5", "--by", "desk", "--json")
    somebody.over.set()
    somebody.join(10)
    assert somebody.trouble is None, somebody.trouble

    # THEN its report has the times, and nothing is wanting
    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["level"] in {Level.CRISIS, Level.SEVERE}
    assert 0 <= report["minutes_to_alert"] < 3
    assert 0 <= report["minutes_to_acknowledge"] <= report["minutes_to_respond"] < 5
    assert report["acknowledged_by"] == DUTY
    assert report["wanting"] == []

    # AND everybody's texts say so, each in their language; nobody outside the agency has one
    stack.settle()
    stack.invoke("Watch")
    letters, messages = mails(stack.mini), text_messages(stack.mini)
    assert {to for letter in letters for to in letter.to} == {DUTY, DEPUTY, DIRECTOR}
    assert {message.to for message in messages} >= {"+380441234567", "+34911234567"}
    assert "+380501234567" not in {message.to for message in messages}
    for letter in letters:
        assert "DRILL" in letter.subject
        assert "DRILL" in letter.text
        assert "DRILL" in (letter.html or "")
    for message in messages:
        assert "DRILL" in message.text
    said = " ".join(letter.text for letter in letters)
    assert "навчання" in said
    assert "simulacro" in said
    over = Reader("uk", "UTC").gettext("RESOLVED")
    assert any(over in letter.subject and DUTY in letter.to for letter in letters), "who was paged hears of the end"

    # AND the brand's counters, baseline, level and judgements are as they were
    assert mentions.counts(BRAND, *day) == counts
    assert mentions.dirty_seq(BRAND) == seq
    assert mentions.gravest(BRAND, *day, 10) == ()
    after = cases.brand_state(BRAND)
    moved = {"version": after.version, "assessed_at": after.assessed_at}
    assert after == state.model_copy(update=moved)
    assert cases.changes(BRAND, *day, 10) == ()
    assert cases.silent(*day, 10) == ()
    assert DynamoControlStore(dynamodb, stack.outputs["CasesTableName"]).load().verdicts == ()

    # AND what was said in it is swept: only the incident stays, as the record of who was reached
    grown = {table: sorted(set(keys) - set(before[table])) for table, keys in kept(stack).items()}
    assert [key for key in grown["MentionsTableName"] if "DRILL" in key or BRAND in key] == []
    assert {key.split("#")[0] for key in grown["CasesTableName"]} <= {"INCIDENT", "BRAND", "LINK", "DRILL|BOOK"}
    assert [key for key in grown["CasesTableName"] if "JUDGED" in key] == []
    incident = cases.incident(report["incident_id"])
    assert incident is not None
    assert incident.state is IncidentState.RESOLVED

    # AND no report of the morning knows of it, nor the metrics of what waits
    stack.invoke("SendReport")
    stack.settle()
    assert not any("DRILL" in letter.subject + letter.text for letter in mails(stack.mini)[len(letters) :])
    assert "OldestPendingAlertSeconds" not in stack.mini.log_from(0)[0]

    # AND whoever answered is proven to be reached from now on
    ready = tocsin("ready", file, "--json")
    assert ready.exit_code == 1, ready.stderr
    people = [one for one in map(json.loads, ready.stdout.splitlines()) if one["check"] == "people"]
    assert not any("Чергова" in one["text"] for one in people)
    assert any("Boss" in one["text"] for one in people), "whom nobody rang is not"


def test_nobody_answers_and_the_drill_says_so(stack: LocalStack, tocsin: Any, file: Any) -> None:
    began = time.monotonic()
    result = tocsin("drill", file, "rumour", "--minutes", "1", "--by", "desk")

    assert result.exit_code == 1
    assert time.monotonic() - began < 120
    assert "time to alert: 0." in result.stdout
    assert "time to acknowledge: never" in result.stdout
    assert "not acknowledged while it lasted" in result.stdout


def test_a_command_drills_not_beside_a_page_s_drill(stack: LocalStack, tocsin: Any, file: Any) -> None:
    # GIVEN a drill that a page has begun, of whichever brand
    store = DynamoDrillStore(stack.mini.client("dynamodb"), stack.outputs["CasesTableName"])
    now = datetime.now(UTC)
    run = DrillRun(
        name="of-a-page", brand="Another", scenario="rumour", texts=("x",), by=DUTY, began_at=now,
        until=now + timedelta(minutes=30),
    )  # fmt: skip
    store.save_book(store.book().begun(run, "code"))
    refused = tocsin("drill", file, "rumour", "--minutes", "1", "--by", "desk")
    assert refused.exit_code == 1
    assert "a drill goes on" in refused.stderr
    going = store.book().going
    assert going is not None
    assert going.name == "of-a-page"
    store.save_book(store.book().broken_off("of-a-page"))


def test_a_scenario_that_there_is_not(tocsin: Any, file: Any) -> None:
    result = tocsin("drill", file, "meteor")

    assert result.exit_code == 2
    assert "rumour" in result.stderr
