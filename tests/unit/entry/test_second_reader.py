"""Protects the wiring: a client who pays for the cloud's reader gets it, its money is counted; nobody else loads it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support.functions import ROOT, invoke
from tests.support.samples import client, mention
from tests.support.tables import create_tables
from tocsin.adapters.dynamodb.budgets import DynamoBudgetStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.domain.mention import Medium
from tocsin.entry import parts

BRAND = "Аврора"
AWFUL = "Aurora: the food at this place is awful and the staff were rude to us"


class Comprehend:
    """Finds everything lovely."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def batch_detect_sentiment(self, *, TextList: list[str], LanguageCode: str) -> dict[str, Any]:  # noqa: N803
        self.texts += TextList
        scores = {"Positive": 0.9, "Negative": 0.0, "Neutral": 0.1, "Mixed": 0.0}
        results = [{"Index": at, "Sentiment": "POSITIVE", "SentimentScore": scores} for at in range(len(TextList))]
        return {"ResultList": results, "ErrorList": []}


class House:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        dynamodb, sqs = boto3.client("dynamodb"), boto3.client("sqs")
        mentions, cases = create_tables(dynamodb)
        dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
        for name, value in {
            "CLIENT": "aurora", "MENTIONS_TABLE": mentions, "CASES_TABLE": cases, "QUARANTINE_QUEUE_URL": dead,
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        self.clients = DynamoClientStore(dynamodb, cases)
        self.mentions = DynamoMentionStore(dynamodb, mentions)
        self.budgets = DynamoBudgetStore(dynamodb, mentions)
        self.comprehend = Comprehend()
        real = parts.aws
        monkeypatch.setattr(parts, "aws", lambda service: self.comprehend if service == "comprehend" else real(service))

    def score(self, *texts: str, **more: Any) -> list[str]:
        """Those that are still negative."""
        now = datetime.now(UTC)
        records = [
            {
                "messageId": str(at),
                "body": mention(
                    at, title=None, text=text, language="en", at=now, fetched_at=now, **more
                ).model_dump_json(),
            }
            for at, text in enumerate(texts)
        ]
        assert invoke("score_mentions", {"Records": records}) == {"batchItemFailures": []}
        day = timedelta(days=1)
        return [scored.mention.text for scored in self.mentions.gravest(BRAND, now - day, now + day, 9)]

    @property
    def spent(self) -> Decimal:
        return self.budgets.used("reader-comprehend", f"{datetime.now(UTC):%Y-%m}").usd


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with mock_aws():
        parts.aws.cache_clear()
        real = parts.aws
        yield House(monkeypatch)
        real.cache_clear()


def test_by_default_no_text_leaves(house: House) -> None:
    house.clients.save(client())
    assert house.score(AWFUL) == [AWFUL]
    assert house.comprehend.texts == []
    assert house.spent == 0


def test_a_client_who_pays_gets_the_clouds_word_for_what_is_public(house: House) -> None:
    # GIVEN a client who pays
    house.clients.save(client(reader={"kind": "comprehend", "monthly_usd": 5}))
    # WHEN a public post and a private complaint come
    assert house.score(AWFUL, medium=Medium.PRIVATE) == [AWFUL]
    assert house.comprehend.texts == []
    house.score(AWFUL + "!", AWFUL + "?")
    # THEN the public ones alone have left, and their money is counted
    assert sorted(house.comprehend.texts) == [AWFUL + "!", AWFUL + "?"]
    assert house.spent == Decimal("0.0006")


def test_who_reads_with_our_own_loads_nothing_of_the_clouds() -> None:
    """Protects the cold start."""
    code = (
        "import sys, functions.score_mentions.app\n"
        "from tocsin.entry import bootstrap\n"
        "from tocsin.entry.settings import ScoreSettings\n"
        "bootstrap.score(ScoreSettings('a', 'mentions', 'cases', 'https://queue.example'))\n"
        "print([m for m in sys.modules if 'second_opinion' in m or 'analyzers.c' in m or 'bedrock' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env={
        "PATH": "", "PYTHONPATH": "layers/core:.", "CLIENT": "a", "AWS_DEFAULT_REGION": "eu-central-1",
        "POWERTOOLS_SERVICE_NAME": "x",
    })  # fmt: skip
    assert json.loads(done.stdout.strip().replace("'", '"')) == []
