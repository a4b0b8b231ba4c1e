"""A small world around the real functions: moto's AWS, one feed on loopback, and Lambda's way of retrying.

Faults strike at the n-th AWS call: the process dies before or after it, or AWS answers with a conflict or a throttle.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

from tests.support.feed import Feed
from tests.support.functions import invoke
from tests.support.samples import NOON, client
from tests.support.tables import create_tables
from tests.unit.services.counting import CountingDetector
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.items import read
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.adapters.dynamodb.plans import DynamoPlanStore
from tocsin.domain import detector
from tocsin.domain.case.file import CaseEvent, CaseFile
from tocsin.domain.client import Client
from tocsin.domain.errors import TocsinError
from tocsin.domain.outbox import OutboxItem
from tocsin.domain.playbook import Library
from tocsin.domain.reading import ScoredMention
from tocsin.domain.signal import Signal
from tocsin.entry import bootstrap, parts
from tocsin_cli.playbooks import load_library

REGION = "eu-central-1"
BRAND = "Аврора"
SENDER = "alerts@agency.example"
STREAM_RETRIES = 3
LAMBDA_READS = 10


class Crash(BaseException):
    """The process is gone: no except clause of ours may catch it."""


@dataclass
class Faults:
    """``strike`` (before, after, refuse) at call number ``at``, from 1 and counted over the whole story."""

    at: int = 0
    strike: str = "none"
    calls: list[str] = field(default_factory=list)
    within: list[str] = field(default_factory=list)
    struck: bool = False
    active: str = ""
    """The function that runs; calls of the test itself are not counted."""
    _dying: bool = False

    def before(self, model: Any, params: Any, **_: Any) -> Any:
        if not self.active:
            return None
        self.calls.append(f"{model.service_model.service_name}.{model.name}")
        self.within.append(self.active)
        if len(self.calls) != self.at or self.struck:
            return None
        self.struck = True
        if self.strike == "before":
            raise Crash
        if self.strike == "after":
            self._dying = True
        if self.strike == "refuse" and model.name == "TransactWriteItems":
            return _refusal(400, "TransactionCanceledException", reasons=_one_conflict(params))
        if self.strike == "refuse" and model.name == "PutItem":
            return _refusal(400, "TransactionConflictException")
        if self.strike == "refuse":
            return _refusal(429, _throttle(model.service_model.service_name))
        return None

    def after(self, **_: Any) -> None:
        if self._dying:
            self._dying = False
            raise Crash


EVERY = "TOCSIN_EVERY_STRIKE"
"""Set it to strike at each call in every way; some thousand stories."""
READS = ("GetItem", "BatchGetItem", "Query", "Scan", "GetParameter")
READS_IN_TURN = 4


def telling(count: Faults, strike: str, place: int = 0) -> list[int]:
    """Numbers of the calls at which a strike may tell something new. Whoever dies at a read leaves behind what they
    left after the write before it, so that only writes and sends are worth a death; each of those may be refused, and
    every fourth read, ``place`` further on."""
    numbers = range(1, len(count.calls) + 1)
    if os.environ.get(EVERY):
        return list(numbers)
    reads = [number for number in numbers if count.calls[number - 1].endswith(tuple(f".{name}" for name in READS))]
    in_turn = set(reads[place::READS_IN_TURN]) if strike == "refuse" else set()
    return [number for number in numbers if number not in set(reads) - in_turn]


def _throttle(service: str) -> str:
    return {"dynamodb": "ThrottlingException", "sqs": "RequestThrottled", "sns": "Throttling"}.get(
        service, "TooManyRequestsException"
    )


def _one_conflict(request: Any) -> list[str]:
    """AWS gives a reason for each action: here the last one met another transaction, the others are 'None'."""
    actions = json.loads(request["body"])["TransactItems"]
    return ["None"] * (len(actions) - 1) + ["TransactionConflict"]


def _refusal(status: int, code: str, reasons: list[str] | None = None) -> tuple[Any, dict[str, Any]]:
    parsed: dict[str, Any] = {
        "Error": {"Code": code, "Message": "injected"},
        "ResponseMetadata": {"HTTPStatusCode": status, "RetryAttempts": 0},
    }
    if reasons:
        parsed["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return SimpleNamespace(status_code=status), parsed


STORY = [
    (timedelta(minutes=-1), "Аврора відкрила нову пекарню на Подолі"),
    *((timedelta(seconds=30 + 3 * n), f"Аврора: отруєння тортом, у лікарні вже {n + 2} людей") for n in range(5)),
    *((timedelta(seconds=45 + 5 * n), f"Жах, пекарня Аврора знову обман, скарга {n}") for n in range(3)),
]
TICKS = (-2, 0, 1)
"""Two minutes ahead the source is heard first: whatever dies then, the storm is none that was there before us."""
REPAIRS = (3, 5, 7, 9)
"""Minutes at which the schedules fire: later ones two apart, so that a lease of 90 s ends between them."""


PATIENT = {"acknowledge": 1_440, "again": 1_440, "next": 1_440}
ONE_PERSON: dict[str, Any] = {
    "responders": [{"name": "Duty", "email": "duty@agency.example", "phone": "+380441234567", "quiet_hours": None}],
    "escalation": dict.fromkeys(("issue", "crisis", "severe"), PATIENT),
}
"""Here nobody answers, and what follows from that is another story."""


class World:
    """``stream``: whether the cases table's stream reaches notify; the sweep must do without it."""

    def __init__(
        self, faults: Faults, work: Path, feed: Feed, *, stream: bool = True, people: dict[str, Any] | None = None
    ) -> None:
        self.faults, self.stream, self.feed = faults, stream, feed
        self._local = work / "local.json"
        self._streamed: set[str] = set()
        self._clients = _clients()
        self._hook("register")
        dynamodb, sqs = self._clients["dynamodb"], self._clients["sqs"]
        self.mentions_table, self.cases_table = create_tables(dynamodb)
        self.dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
        self.queue = sqs.create_queue(QueueName="mentions")["QueueUrl"]
        self._clients["sesv2"].create_email_identity(EmailIdentity=SENDER)
        topic = self._clients["sns"].create_topic(Name="alerts")["TopicArn"]
        self.operator = self._clients["sns"].create_topic(Name="operator")["TopicArn"]
        place: Any = {"LocationConstraint": REGION}
        self._clients["s3"].create_bucket(Bucket="evidence", CreateBucketConfiguration=place)
        client_file = client(
            sources=[{"kind": "rss", "urls": [f"http://{feed.host}/feed.xml"], "every": 1}],
            **(people or ONE_PERSON),
        )
        DynamoClientStore(dynamodb, self.cases_table).save(client_file)
        DynamoPlanStore(dynamodb, self.cases_table).save_library(_plans())
        self._mentions = DynamoMentionStore(dynamodb, self.mentions_table)
        self._cases = DynamoCaseStore(dynamodb, self.cases_table)
        feed.posts = [(NOON + offset, text) for offset, text in STORY]
        os.environ |= {
            "CLIENT": "aurora",
            "MENTIONS_TABLE": self.mentions_table,
            "CASES_TABLE": self.cases_table,
            "MENTIONS_QUEUE_URL": self.queue,
            "QUARANTINE_QUEUE_URL": self.dead,
            "ALERT_TOPIC_ARN": topic,
            "SENDER_EMAIL": SENDER,
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
            "OPERATOR_TOPIC_ARN": self.operator,
            "TOCSIN_LOCAL": str(self._local),
        }

    def _hook(self, verb: str) -> None:
        for service in self._clients.values():
            getattr(service.meta.events, verb)("before-call", self.faults.before)
            getattr(service.meta.events, verb)("after-call", self.faults.after)

    def close(self) -> None:
        self._hook("unregister")

    def play(self, ended: Callable[["World"], bool] = lambda _: False) -> None:
        """The storm, then more minutes until the story has ended, four at most."""
        for minute in (*TICKS, *REPAIRS):
            if minute in REPAIRS and ended(self):
                return
            self._set_clock(NOON + timedelta(minutes=minute))
            self._invoke("fetch_mentions", {})
            self._pump_queue()
            if self.stream:
                self._pump_stream()
            self._invoke("watch", {})
            self._pump_queue()
            if self.stream:
                self._pump_stream()

    def _set_clock(self, now: datetime) -> None:
        self.feed.now = now
        self._local.write_text(json.dumps({"allow_hosts": [self.feed.host], "now": now.isoformat()}))

    def _invoke(self, name: str, event: dict[str, Any]) -> Any:
        """None when the function died or failed."""
        self.faults.active = name
        try:
            return invoke(name, event)
        except Crash:
            bootstrap._stories.cache_clear()
            return None
        except (ClientError, TocsinError):
            if not self.faults.struck:
                raise
            return None
        finally:
            self.faults.active = ""

    def _pump_queue(self) -> None:
        """As the event source mapping does: what was not deleted comes again."""
        sqs = self._clients["sqs"]
        for _ in range(LAMBDA_READS):
            received = sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, VisibilityTimeout=0)
            messages = received.get("Messages", [])
            if not messages:
                return
            event = {"Records": [{"messageId": m["MessageId"], "body": m["Body"]} for m in messages]}
            answer = self._invoke("score_mentions", event)
            if answer is None:
                continue
            again = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
            for message in messages:
                if message["MessageId"] not in again:
                    sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        raise AssertionError("the queue never ran dry")

    def _pump_stream(self) -> None:
        """Inserted outbox items, once each, with the mapping's bounded retries."""
        records: list[dict[str, Any]] = [
            {"eventID": key, "eventName": "INSERT", "dynamodb": {"Keys": keys, "SequenceNumber": str(number)}}
            for number, (key, keys) in enumerate(sorted(self._inserted().items()), 1)
        ]
        self._streamed |= {record["eventID"] for record in records}
        for _ in range(1 + STREAM_RETRIES):
            if not records:
                return
            answer = self._invoke("notify", {"Records": records})
            if answer is not None:
                failed = {int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]}
                if not failed:
                    return
                records = [r for r in records if int(r["dynamodb"]["SequenceNumber"]) >= min(failed)]

    def _inserted(self) -> dict[str, Any]:
        found = {}
        for item in self._scan(self.cases_table):
            if item["kind"]["S"] == "outbox" and item["sk"]["S"] + item["pk"]["S"] not in self._streamed:
                found[item["sk"]["S"] + item["pk"]["S"]] = {"pk": item["pk"], "sk": item["sk"]}
        return found

    def _scan(self, table: str) -> list[dict[str, Any]]:
        return self._clients["dynamodb"].scan(TableName=table)["Items"]

    # What a test asks afterwards

    def distinct_mentions(self) -> int:
        return sum(item.get("kind", {}).get("S") == "mention" for item in self._scan(self.mentions_table))

    def counted(self) -> int:
        minutes = self._mentions.counts(BRAND, NOON - timedelta(hours=2), NOON + timedelta(hours=2))
        return sum(minute.counts.mentions + minute.history.mentions for minute in minutes)

    def signals(self) -> tuple[tuple[Signal, ...], tuple[Signal, ...]]:
        """(what the store says, what the mentions that are there ask for)."""
        told = self._mentions.signals(BRAND, NOON - timedelta(hours=2), NOON + timedelta(hours=2), 1_000)
        stored = [item for item in self._scan(self.mentions_table) if item.get("kind", {}).get("S") == "mention"]
        heard = [read(ScoredMention, item) for item in stored]
        return told, tuple(sorted(Signal.of(scored) for scored in heard if scored.matters))

    def assessed(self) -> tuple[int, int]:
        """(what the last assessment had read, what there is)."""
        return self._cases.brand_state(BRAND).assessed_seq, self._mentions.dirty_seq(BRAND)

    def _client_file(self) -> Client:
        found = DynamoClientStore(self._clients["dynamodb"], self.cases_table).load()
        assert found is not None
        return found

    def level(self) -> str:
        return self._cases.brand_state(BRAND).level.value

    def outbox(self) -> list[OutboxItem]:
        return [read(OutboxItem, item) for item in self._scan(self.cases_table) if item["kind"]["S"] == "outbox"]

    def case(self) -> tuple[CaseFile | None, tuple[CaseEvent, ...]]:
        """Of the storm, with all that is written of it."""
        storm = self._cases.brand_state(BRAND).incident_id
        return (self._cases.case_file(storm), self._cases.case_events(storm)) if storm else (None, ())

    def delivered(self) -> Counter[tuple[str, str]]:
        """Messages that AWS took, by channel and address."""
        mails = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
        sns = sns_backends[DEFAULT_ACCOUNT_ID][REGION]
        found: Counter[tuple[str, str]] = Counter()
        for mail in mails:
            found.update(("email", address) for address in set(_addresses(mail)))
        found.update(("sms", message[0]) for message in sns.sms_messages.values())
        for topic in sns.topics.values():
            if topic.arn == self.operator:
                continue  # what the agency is told of its sources is no alert
            found["topic", "topic"] += len(topic.sent_notifications)
        return found

    def left_over(self) -> dict[str, int]:
        sqs = self._clients["sqs"]
        return {
            name: int(
                sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"][
                    "ApproximateNumberOfMessages"
                ]
            )
            for name, url in {"mentions": self.queue, "dead": self.dead}.items()
        }


@cache
def _plans() -> Library:
    return load_library()


def _addresses(mail: Any) -> list[str]:
    """moto lists whoever stands both in Destination and in the To header twice."""
    destinations = mail.destinations
    return destinations if isinstance(destinations, list) else [a for group in destinations.values() for a in group]


_MADE: dict[str, Any] = {}


def _clients() -> dict[str, Any]:
    """Made once: moto hooks every client, and botocore needs 40 ms for each."""
    if not _MADE:
        for service in ("dynamodb", "sqs", "sesv2", "sns", "s3", "ssm"):
            _MADE[service] = boto3.client(service, region_name=REGION, config=parts.CONFIG)
    return _MADE


@contextmanager
def world(faults: Faults, work: Path, feed: Feed, *, stream: bool = True, kind: type[Any] = World) -> Iterator[Any]:
    """The shipped rule is not what is tried here: its stead takes one that few posts of one feed move."""
    with (
        mock_aws(),
        patch.object(parts, "aws", lambda service: _clients()[service]),
        patch.object(detector, "Detector", CountingDetector),
    ):
        bootstrap._stories.cache_clear()
        made = kind(faults, work, feed, stream=stream)
        try:
            yield made
        finally:
            made.close()
