"""Protects: the word of a pause that the agency's topic brings is acted on by the deployed function, of that topic
alone."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from tests.support.functions import ROOT, invoke
from tests.support.samples import client
from tests.unit.functions.test_events import BRAND, INCIDENT, Aws, aws
from tocsin.adapters.clock import SystemClock
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.freeze import FREEZE, freeze_everywhere
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.pause_ask import PauseAnswer, PauseAsk
from tocsin.services.casework import Casework

__all__ = ["aws"]

EVENT = ROOT / "events/notify/pause_of_the_agency.json"
ANSWERED = ROOT / "events/notify/pause_answered.json"


def brought(**changes: Any) -> dict[str, Any]:
    """The example, as of now."""
    event: dict[str, Any] = json.loads(EVENT.read_text(encoding="utf-8"))
    ask = PauseAsk.of("boreal", "olha@agency.example", datetime.now(UTC))
    event["Records"][0]["Sns"] |= {"Message": ask.model_dump_json(), **changes}
    return event


def topic() -> str:
    return str(json.loads(EVENT.read_text(encoding="utf-8"))["Records"][0]["Sns"]["TopicArn"])


def test_the_open_case_gets_a_task_once(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENCY_TOPIC_ARN", topic())
    DynamoClientStore(aws.dynamodb, aws.cases_table).save(client(sources=[]))
    now = datetime.now(UTC)
    storm = Incident.opened(id=INCIDENT, client="aurora", brand=BRAND, level=Level.CRISIS, index=80, reasons=(), at=now)
    aws.cases.save_assessment(BrandState(brand=BRAND, version=1, incident_id=storm.id), incident=storm)

    assert invoke("notify", brought()) == {"asked": 1, "taken": 1, "answers": 0}
    file = aws.cases.case_file(INCIDENT)
    assert file is not None
    assert [task.step for task in file.tasks] == [FREEZE]
    assert invoke("notify", brought()) == {"asked": 1, "taken": 0, "answers": 0}


def test_where_nothing_burns_those_who_post_are_written_to(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENCY_TOPIC_ARN", topic())
    DynamoClientStore(aws.dynamodb, aws.cases_table).save(client(sources=[]))

    assert invoke("notify", brought()) == {"asked": 1, "taken": 1, "answers": 0}
    quota: Any = boto3.client("ses").get_send_quota()
    assert quota["SentLast24Hours"] >= 1


def test_an_answer_stands_in_the_case_that_asked(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a case of ours that has asked the agency's other clients for a pause
    monkeypatch.setenv("AGENCY_TOPIC_ARN", topic())
    clients = DynamoClientStore(aws.dynamodb, aws.cases_table)
    clients.save(client(sources=[]))
    now = datetime.now(UTC)
    storm = Incident.opened(id=INCIDENT, client="aurora", brand=BRAND, level=Level.CRISIS, index=80, reasons=(), at=now)
    aws.cases.save_assessment(BrandState(brand=BRAND, version=1, incident_id=storm.id), incident=storm)
    work = Casework(clients=clients, cases=aws.cases, clock=SystemClock())
    asked = work.do(INCIDENT, client().responders[0].email, freeze_everywhere).file.elsewhere
    assert asked is not None

    # WHEN another stack answers, and the topic brings that twice
    event: dict[str, Any] = json.loads(ANSWERED.read_text(encoding="utf-8"))
    said = PauseAnswer.model_validate_json(event["Records"][0]["Sns"]["Message"])
    ours = said.model_copy(update={"to": PauseAsk.of("aurora", asked.by, asked.asked_at).origin})
    event["Records"][0]["Sns"]["Message"] = ours.model_dump_json()
    for _ in range(2):
        assert invoke("notify", event) == {"asked": 0, "taken": 0, "answers": 1}

    # THEN it stands there once
    file = aws.cases.case_file(INCIDENT)
    assert file is not None
    assert file.elsewhere is not None
    assert [one.client for one in file.elsewhere.answers] == [said.client]


def test_the_word_of_another_topic_is_passed_over(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENCY_TOPIC_ARN", topic())
    assert invoke("notify", brought(TopicArn=f"{topic()}-of-somebody-else")) == {"asked": 0, "taken": 0, "answers": 0}
    monkeypatch.setenv("AGENCY_TOPIC_ARN", "")
    assert invoke("notify", brought()) == {"asked": 0, "taken": 0, "answers": 0}
