"""Protects: what the client's own pages ask for is done by the deployed functions, under their own roles: a drill goes
the whole way and leaves nothing, a look is taken, a change is taken back.

By the real clock; the minute's watch is called by hand.
"""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from tests.e2e.test_drill import BRAND, DUTY, FILE, Answering, kept
from tests.support.samples import client
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.drills import DynamoDrillStore
from tocsin.adapters.dynamodb.readiness import DynamoReadinessStore
from tocsin.domain.case.file import CaseFile, What
from tocsin.domain.case.review import ChangeKind, ChangeState, PlanChange, Review
from tocsin.domain.drills import drill_brand
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.links import Purpose, link_to
from tocsin_cli.drill import all_drill_texts
from tocsin_cli.playbooks import load_library
from tocsin_local.inbox import text_messages
from tocsin_local.stack import LocalStack

LONGEST_WAIT = 120.0


class Pages:
    """One responder at their own link to declare."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        secret = stack.mini.client("ssm").get_parameter(
            Name=f"/tocsin/{stack.client.client}/links/secret", WithDecryption=True
        )
        key = json.loads(secret["Parameter"]["Value"])["key"]
        slug, now = stack.client.client, datetime.now(UTC)
        link = link_to(Purpose.DECLARE, slug, DUTY, client=slug, key=key, now=now)
        dynamodb, table = stack.mini.client("dynamodb"), stack.outputs["CasesTableName"]
        self.cases, self.clients = DynamoCaseStore(dynamodb, table), DynamoClientStore(dynamodb, table)
        self.drills, self.readiness = DynamoDrillStore(dynamodb, table), DynamoReadinessStore(dynamodb, table)
        self.cases.save_link(link)
        self.address = f"{stack.http_url}/a/{link.code}"

    def get(self, part: str) -> str:
        answer = requests.get(f"{self.address}?{urlencode({'part': part, 'lang': 'en'})}", timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.text

    def tap(self, do: str, **fields: str) -> None:
        answer = requests.post(self.address, data={"do": do, **fields}, allow_redirects=False, timeout=30)
        assert answer.status_code == 303, answer.text

    def minute(self) -> None:
        self.stack.invoke("Watch")
        self.stack.settle()


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    with LocalStack(client(**{**FILE, "client": "desked"}), library=load_library()) as stack:
        made = Pages(stack)
        made.drills.save_texts(all_drill_texts(stack.client))
        yield made


def test_a_drill_that_a_page_asks_for_goes_the_whole_way_and_leaves_nothing(pages: Pages) -> None:
    # GIVEN somebody of the agency who asks for one, and somebody who takes it and answers
    assert "Begin the drill" in pages.get("drill")
    pages.tap("drill", brand=BRAND, scenario="product_harm", minutes="15", sure="1")
    assert "It begins within a minute" in pages.get("drill")
    somebody = Answering(pages.stack)
    somebody.start()
    # WHEN minutes pass
    waits: Any = time.monotonic()
    while not pages.drills.book().held and time.monotonic() - waits < LONGEST_WAIT:
        pages.minute()
        time.sleep(1)
    somebody.over.set()
    somebody.join(10)
    assert somebody.trouble is None, somebody.trouble
    # THEN its report stands on the page, under the name of who began it
    [held] = pages.drills.book().held
    assert held.by == DUTY
    assert held.report.acknowledged_by == DUTY
    assert held.report.responded_at is not None
    page = pages.get("drill")
    assert "begun by Чергова" in page
    assert "Begin the drill" in page
    assert all("DRILL" in message.text for message in text_messages(pages.stack.mini))
    # AND nothing that was said in it is kept
    keys = kept(pages.stack)
    assert [key for key in keys["MentionsTableName"] if "DRILL" in key] == []
    assert [key for key in keys["CasesTableName"] if "JUDGED" in key] == []
    assert pages.cases.brand_state(drill_brand(BRAND)).incident_id is None


def test_a_look_that_a_page_asks_for_is_taken_by_watch(pages: Pages) -> None:
    pages.tap("look")
    assert "Asked for at" in pages.get("ready")
    pages.minute()
    report = pages.readiness.load()
    assert report is not None
    assert datetime.now(UTC) - report.at < timedelta(minutes=5)
    page = pages.get("ready")
    assert "Look now" in page
    assert "✗" in page


def test_a_change_is_taken_back_by_watch_for_the_page(pages: Pages) -> None:
    # GIVEN a case that is over, whose review has moved a threshold
    now = datetime.now(UTC)
    storm = Incident.opened(
        id="desked-past-1", client="desked", brand=BRAND, level=Level.WATCH, index=20, reasons=(), at=now
    ).releveled(Level.CALM, index=0, reasons=(), at=now)
    change = PlanChange(
        id="change-1", kind=ChangeKind.THRESHOLD, place="thresholds.severe", before="85", after="80",
        state=ChangeState.ACCEPTED, decided_by=DUTY, decided_at=now,
    )  # fmt: skip
    file = CaseFile.opened(storm, version=1, review=Review(begun_at=now, changes=(change,)))
    pages.cases.save_case((file,), incidents=(storm.model_copy(update={"version": 1}),))
    pages.minute()
    assert _severe(pages) == 80
    # WHEN somebody takes it back on the page
    assert "desked-past-1" in pages.get("changes")
    pages.tap("take_back", id="change-1", case="desked-past-1")
    assert _severe(pages) == 80
    assert "it is as before within a minute" in pages.get("changes")
    pages.minute()
    # THEN it is as before, and the case says by whom
    assert _severe(pages) == 85
    events = pages.cases.case_events("desked-past-1")
    assert [one.by for one in events if one.what is What.TAKEN_BACK] == [DUTY]


def _severe(pages: Pages) -> int:
    found = pages.clients.load()
    assert found is not None
    return found.thresholds.severe
