"""Protects the bill: what `infra/prices/work.yaml` calls counted is what the functions ask of AWS, and not far more."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support.functions import invoke
from tests.support.meter import Meter, Metered
from tests.support.samples import client, mention
from tests.support.tables import create_tables
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.sources import DynamoSourceStore
from tocsin.domain.source_state import SourceState
from tocsin.domain.sources import units_of
from tocsin.entry import parts
from tocsin.services import assess
from tocsin_cli.cost_prices import Run, load_work

RUNS = load_work().runs
BRANDS = [{"name": "Аврора", "terms": ["Аврора"]}, {"name": "Зоря", "terms": ["Зоря"]}]
SLACK = 1.5
"""What stands in the table may be so many times what is counted, and one more: it is for sizes that grow."""


class House:
    """The functions on moto, with sources that are not due."""

    def __init__(self) -> None:
        dynamodb, sqs = boto3.client("dynamodb"), boto3.client("sqs")
        self.mentions, self.cases = create_tables(dynamodb)
        topic = boto3.client("sns").create_topic(Name="alerts")["TopicArn"]
        self.environment = {
            "CLIENT": "aurora",
            "MENTIONS_TABLE": self.mentions,
            "CASES_TABLE": self.cases,
            "MENTIONS_QUEUE_URL": sqs.create_queue(QueueName="mentions")["QueueUrl"],
            "QUARANTINE_QUEUE_URL": sqs.create_queue(QueueName="dead")["QueueUrl"],
            "ALERT_TOPIC_ARN": topic,
            "OPERATOR_TOPIC_ARN": topic,
            "SENDER_EMAIL": "alerts@agency.example",
            "SMS_SENDER_ID": "",
            "SMS_PROVIDER": "sns",
            "SMS_ORIGINATION": "",
            "VOICE_ORIGINATION": "",
            "SMS_CONFIGURATION_SET": "",
            "SMS_MONTHLY_LIMIT": "100",
            "MAIL_CONFIGURATION_SET": "",
            "PUBLIC_URL": "",
            "AGENCY_TOPIC_ARN": "",
            "EVIDENCE_BUCKET": "evidence",
            "SOURCE_KIND": "",
            "FETCH_FUNCTION_PREFIX": "",
            "SECRETS_PREFIX": "",
        }
        self.meter = Meter(parts.aws("dynamodb"))

    def serve(self, brands: int) -> None:
        of = client(brands=BRANDS[:brands])
        dynamodb = boto3.client("dynamodb")
        DynamoClientStore(dynamodb, self.cases).save(of)
        sources, now = DynamoSourceStore(dynamodb, self.mentions), datetime.now(UTC)
        for unit in units_of(of):
            state = sources.states().get(unit.id, SourceState(source_id=unit.id))
            day = now + timedelta(days=1)
            sources.acquire(
                state.model_copy(update={"last_success_at": now, "first_success_at": now}),
                owner="test", until=now, next_due_at=day,
            )  # fmt: skip

    def steady(self, run: Callable[[], object]) -> Metered:
        """The second time: the first may write what it finds."""
        run()
        return self.meter.of(run)


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with mock_aws():
        parts.aws.cache_clear()
        made = House()
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made
    parts.aws.cache_clear()


def fits(stated: Run, counted: Metered) -> None:
    for name in ("calls", "reads", "writes"):
        need, said = getattr(counted, name), getattr(stated, name)
        assert need <= said <= SLACK * need + 1, f"{name}: {need} counted, {said} in work.yaml"


@pytest.mark.parametrize("function", ["fetch_mentions", "watch"])
def test_a_calm_minute_asks_what_the_table_says(house: House, function: str) -> None:
    # GIVEN a stack in which nothing is due, with one brand and with two
    counted = []
    for brands in (1, 2):
        house.serve(brands)
        counted.append(house.steady(lambda: invoke(function, {})))
    one, two = counted
    # THEN the table says what the second brand costs more, and the run without any
    fits(RUNS[f"{function}_brand"], two - one)
    fits(RUNS[function], one - (two - one))


def scored(house: House, *numbers: int) -> Metered:
    now = datetime.now(UTC)
    bodies = [mention(n, at=now - timedelta(minutes=n % 30), fetched_at=now) for n in numbers]
    records: list[dict[str, Any]] = [
        {"messageId": str(at), "body": json.dumps(json.loads(body.model_dump_json()))} for at, body in enumerate(bodies)
    ]
    return house.meter.of(lambda: invoke("score_mentions", {"Records": records}))


def test_a_run_that_scores_and_assesses_asks_at_most_what_the_table_says(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN a brand with two hundred mentions, which may be assessed again at once
    monkeypatch.setattr(assess, "NOT_AGAIN_WITHIN", timedelta(0))
    house.serve(1)
    for first in range(0, 200, 50):
        scored(house, *range(first, first + 50))
    # WHEN one more comes alone
    alone = scored(house, 1_000)
    # THEN scoring it and assessing its brand cost at most what stands there
    work = load_work()
    score, judge = work.runs["score"], work.runs["assess"]
    assert score.calls + judge.calls / SLACK <= alone.calls <= score.calls + judge.calls
    assert alone.reads <= score.reads + judge.reads
    most = score.writes + work.runs["stories"].writes + judge.writes + work.writes_a_mention.alone
    assert alone.writes <= most
