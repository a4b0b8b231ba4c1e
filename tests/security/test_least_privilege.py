"""Protects: each function has exactly the permissions it uses. Executed on the deployed stack, under its own roles.

With all its actions a function does its part of the main path; with any single one taken away it must fail.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from tests.support.feed import Feed
from tests.support.samples import NOON, client, mention
from tests.template.transform import load
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.keys import outbox
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, DeliveryStatus, OutboxItem, plan_alerts
from tocsin.domain.reading import Reading, ScoredMention, Sentiment
from tocsin_local.errors import LocalError
from tocsin_local.inbox import mails
from tocsin_local.stack import LocalStack

BRAND = "Аврора"
FUNCTIONS = {"FetchMentions": "Fetch", "ScoreMentions": "Score", "Notify": "Notify", "Watch": "Watch"}
NOT_CHECKED = {
    "Logs": "the local AWS keeps the functions' output itself, without asking for a permission",
    "TakeMentions": "the local AWS reads the queue for the mapping without the function's role",
    "FollowTheOutbox": "the local AWS reads the stream for the mapping without the function's role",
    "KeepFailures": "the local AWS knows no S3 destination for a failed batch",
    "FindTheFailuresBucket": "the local AWS knows no S3 destination for a failed batch",
}
"""Statements whose absence the local AWS cannot show. AWS's documentation names each as needed for what it is for."""
NOT_TOLD_APART = {
    (
        "PublishAlerts",
        "sns:Publish",
    ): "the local AWS takes a publish to a topic for one to a phone: SendSms lets it pass",
    ("SendMail", "ses:SendRawEmail"): "the local AWS asks for SendEmail only; AWS asks for both when the mail is raw",
}


def statements(function: str) -> list[dict[str, Any]]:
    roles = load()["Resources"]
    [policy] = roles[f"{function}Role"]["Properties"]["Policies"]
    return policy["PolicyDocument"]["Statement"]


def actions(function: str) -> list[tuple[str, str]]:
    named = []
    for statement in statements(function):
        listed = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        named += [(statement["Sid"], action) for action in listed if statement["Sid"] not in NOT_CHECKED]
    return [pair for pair in named if pair not in NOT_TOLD_APART]


EVERY = [(function, sid, action) for function in FUNCTIONS for sid, action in actions(function)]


class Bench:
    """The deployed stack, each function called by hand with work to do."""

    def __init__(self, stack: LocalStack, feed: Feed) -> None:
        self.stack, self.feed = stack, feed
        dynamodb = stack.mini.client("dynamodb")
        self.cases = DynamoCaseStore(dynamodb, stack.outputs["CasesTableName"])
        self.mentions = DynamoMentionStore(dynamodb, stack.outputs["MentionsTableName"])
        self.iam = stack.mini.client("iam")
        self.sqs = stack.mini.client("sqs")
        self.now = NOON
        self.title = ""
        aws = stack.mini.client("lambda")
        for mapping in aws.list_event_source_mappings()["EventSourceMappings"]:
            aws.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)

    def do(self, function: str) -> None:
        """Raise AssertionError or LocalError unless the function did its part."""
        self.now += timedelta(minutes=10)
        self.stack.switches.set_now(self.now)
        {
            "FetchMentions": self.fetch,
            "ScoreMentions": self.score,
            "Notify": self.notify,
            "Watch": self.watch,
        }[function]()

    def fetch(self) -> None:
        self.feed.posts.append((self.now, f"Пекарня Аврора: новина {len(self.feed.posts)}"))
        self.feed.now = self.now
        report = self.stack.invoke("FetchMentions")
        assert [look["reason"] for look in report["looks"]] == [None]
        assert sum(look["mentions"] for look in report["looks"]) >= 1

    def score(self) -> None:
        fresh = mention(uuid.uuid4().int, at=self.now, fetched_at=self.now)
        bodies = {"good": fresh.model_dump_json(), "bad": f"not json {fresh.id}"}
        records = [{"messageId": name, "body": body} for name, body in bodies.items()]
        answer = self.stack.invoke("ScoreMentions", {"Records": records})
        assert answer == {"batchItemFailures": []}
        assert bodies["bad"] in self.stack.dead_letters()
        assert self.cases.brand_state(BRAND).assessed_seq == self.mentions.dirty_seq(BRAND)

    def notify(self) -> None:
        items = self._alerts()
        records = []
        for number, item in enumerate(items):
            key = outbox(item.id)
            keys = {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
            records.append({"eventName": "INSERT", "dynamodb": {"Keys": keys, "SequenceNumber": str(number + 1)}})
        assert self.stack.invoke("Notify", {"Records": records}) == {"batchItemFailures": []}
        self._all_sent(items)

    def watch(self) -> None:
        items = self._alerts()
        self.now += timedelta(minutes=2)
        self.stack.switches.set_now(self.now)
        report = self.stack.invoke("Watch")
        assert report["assessed"] == 1
        self._all_sent(items)

    def _alerts(self) -> tuple[OutboxItem, ...]:
        """An incident with one alert for each channel, written by an administrator; the brand is dirty."""
        fresh = mention(uuid.uuid4().int, at=self.now, fetched_at=self.now)
        self.title = fresh.title or ""
        reading = Reading(sentiment=Sentiment.NEGATIVE, score=-0.5, severity=0.3)
        self.mentions.record(BRAND, [ScoredMention(mention=fresh, reading=reading)])
        storm = Incident.opened(
            id=uuid.uuid4().hex, client="aurora", brand=BRAND, level=Level.CRISIS, index=80, reasons=(), at=self.now
        )
        items = plan_alerts(self.stack.client, storm, AlertKind.RAISED, self.now)
        assert {item.channel for item in items} == set(Channel)
        self.cases.save_assessment(BrandState(brand=storm.id, version=1), incident=storm, outbox=items)
        return items

    def _all_sent(self, items: tuple[OutboxItem, ...]) -> None:
        """With their evidence: an alert goes out without it rather than not at all, but then something was refused."""
        found = [self.cases.outbox_item(item.id) for item in items]
        assert {item.status for item in found if item} == {DeliveryStatus.SENT}
        assert any(self.title in mail.text for mail in mails(self.stack.mini))

    @contextmanager
    def without(self, function: str, sid: str, action: str) -> Iterator[None]:
        """The action is gone from its statement, and from what the local AWS wants besides (see permissions.py)."""
        role = next(
            r["RoleName"]
            for r in self.iam.list_roles()["Roles"]
            if f"-{FUNCTIONS[function].lower()}" in r["RoleName"].lower()
        )
        kept = {
            name: self.iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            for name in self.iam.list_role_policies(RoleName=role)["PolicyNames"]
        }
        try:
            for name, document in kept.items():
                self._put(role, name, _less(document, sid, action))
            yield
        finally:
            for name, document in kept.items():
                self._put(role, name, document)

    def _put(self, role: str, name: str, document: dict[str, Any]) -> None:
        if document["Statement"]:
            self.iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
        else:
            self.iam.delete_role_policy(RoleName=role, PolicyName=name)


def _less(document: dict[str, Any], sid: str, action: str) -> dict[str, Any]:
    """Local twins bear no Sid; they go with their action (sqs:SendMessageBatch with sqs:SendMessage)."""
    statements = []
    for statement in document["Statement"]:
        listed = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        if statement.get("Sid", sid) == sid:
            listed = [one for one in listed if one.removesuffix("Batch") != action]
        if listed:
            statements.append(statement | {"Action": listed})
    return document | {"Statement": statements}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    feed = Feed()
    of = client(
        sources=[{"kind": "rss", "urls": [f"http://{feed.host}/feed.xml"], "every": 1}],
        responders=[{"name": "D", "email": "d@agency.example", "phone": "+380441234567", "quiet_hours": None}],
    )
    with LocalStack(of, now=NOON, allow_hosts=[feed.host], auth=True) as stack:
        yield Bench(stack, feed)
    feed.close()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_with_its_role_a_function_does_its_part(bench: Bench, function: str) -> None:
    bench.do(function)


@pytest.mark.parametrize(("function", "sid", "action"), EVERY, ids=[f"{f}-{s}-{a}" for f, s, a in EVERY])
def test_without_any_single_action_it_fails(bench: Bench, function: str, sid: str, action: str) -> None:
    with bench.without(function, sid, action), pytest.raises((AssertionError, LocalError)):
        bench.do(function)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_with_its_role_back_it_works_again(bench: Bench, function: str) -> None:
    """Protects this file: a bench that were broken on the way would make every removal look needed."""
    bench.do(function)


def test_every_exclusion_names_a_statement_that_is_there() -> None:
    sids = {statement["Sid"] for function in FUNCTIONS for statement in statements(function)}
    assert set(NOT_CHECKED) <= sids
    assert all(NOT_CHECKED.values())
