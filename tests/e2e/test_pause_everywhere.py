"""Protects: a pause that is asked for on a case's page leaves the stack by the agency's topic, and what another stack's
case asks for becomes a task here, by the deployed functions and under their own roles."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from tests.e2e.test_drill import BRAND, DUTY, FILE
from tests.support.samples import client
from tocsin.adapters.channels.agency_sns import read_word
from tocsin.adapters.clock import SystemClock
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.pauses import DynamoPauseStore
from tocsin.adapters.memory import MemoryClientStore
from tocsin.domain.case.freeze import FREEZE
from tocsin.domain.levels import Level
from tocsin.domain.links import Purpose, link_to
from tocsin.domain.pause_ask import Became, PauseAnswer, PauseAsk
from tocsin.services.casework import Casework
from tocsin_local.inbox import mails
from tocsin_local.stack import LocalStack

LONGEST_WAIT = 30.0


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with LocalStack(client(**{**FILE, "client": "paused"}), shares=True) as running:
        yield running


def until(what: Any) -> None:
    end = time.monotonic() + LONGEST_WAIT
    while not what():
        assert time.monotonic() < end, "it did not come in time"
        time.sleep(0.3)


def say(stack: LocalStack, ask: PauseAsk) -> None:
    stack.mini.client("sns").publish(TopicArn=stack.agency_topic, Message=ask.model_dump_json())


def test_where_nothing_burns_those_who_post_are_written_to(stack: LocalStack) -> None:
    say(stack, PauseAsk.of("boreal", "olha@agency.example", datetime.now(UTC)))
    until(lambda: any(DUTY in letter.to for letter in mails(stack.mini)))
    [letter] = [one for one in mails(stack.mini) if DUTY in one.to]
    assert "Призупиніть" in letter.text
    assert "boreal" not in letter.text.casefold()
    # AND the stack that asked is told so within the minute
    stack.invoke("Watch")
    book = DynamoPauseStore(stack.mini.client("dynamodb"), stack.outputs["CasesTableName"]).load()
    assert [(one.cases, one.told > 0, one.answered) for one in book.heard] == [((), True, Became.CAME)]


def test_one_tap_of_a_case_s_page_leaves_the_stack_and_is_no_news_to_itself(stack: LocalStack) -> None:
    # GIVEN a declared case, and who reads the topic beside
    cases = DynamoCaseStore(stack.mini.client("dynamodb"), stack.outputs["CasesTableName"])
    work = Casework(clients=MemoryClientStore(stack.client), cases=cases, clock=SystemClock())
    incident = work.declare(BRAND, Level.CRISIS, "дзвінок із лікарні", DUTY).incident
    sqs, sns = stack.mini.client("sqs"), stack.mini.client("sns")
    queue = sqs.create_queue(QueueName="another-stack")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=stack.agency_topic, Protocol="sqs", Endpoint=arn)
    key = json.loads(
        stack.mini.client("ssm").get_parameter(Name="/tocsin/paused/links/secret", WithDecryption=True)["Parameter"][
            "Value"
        ]
    )["key"]
    link = link_to(Purpose.ANSWER, incident.id, DUTY, client="paused", key=key, now=datetime.now(UTC))
    cases.save_link(link)
    # WHEN somebody taps
    address = f"{stack.http_url}/a/{link.code}"
    answer = requests.post(address, data={"do": "freeze", "part": "plan"}, allow_redirects=False, timeout=30)
    assert answer.status_code == 303, answer.text
    stack.invoke("Watch")
    stack.settle()
    # THEN the word is out, and names nobody but who asks
    passed = cases.case_file(incident.id)
    assert passed is not None
    assert passed.elsewhere is not None
    assert passed.elsewhere.told_at is not None, stack.mini.log_from(0)[0][-3000:]
    heard = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=5)["Messages"]
    words = [read_word(json.loads(one["Body"])["Message"]) for one in heard]
    [ask] = [one for one in words if isinstance(one, PauseAsk)]
    assert ask.by == DUTY
    # AND what another stack asked for before was answered: its people were written to
    assert {(one.client, one.told > 0) for one in words if isinstance(one, PauseAnswer)} <= {("paused", True)}
    assert "paused" not in ask.model_dump_json()
    # WHEN another stack answers THEN the page of the case that asked shows it
    facts: dict[str, Any] = {"to": ask.origin, "client": "boreal", "name": "Boreal", "at": datetime.now(UTC)}
    answer_word = PauseAnswer(**facts, tasks=1, became=Became.DONE)
    stack.mini.client("sns").publish(TopicArn=stack.agency_topic, Message=answer_word.model_dump_json())
    until(lambda: (found := cases.case_file(incident.id)) and found.elsewhere and found.elsewhere.answers)
    page = requests.get(f"{address}?part=plan&lang=en", timeout=30).text
    assert "Boreal: paused." in page
    assert "The other clients&#39; people were asked at" in page
    file = cases.case_file(incident.id)
    assert file is not None
    assert [task.step for task in file.tasks].count(FREEZE) == 1
