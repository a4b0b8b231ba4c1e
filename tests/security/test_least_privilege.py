"""Protects: each function has exactly the permissions it uses. Executed on the deployed stack, under its own roles.

With all its actions a function does its part of the main path; with any single one taken away it must fail.
"""

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from tests.support.bluesky import Bluesky
from tests.support.feed import Feed
from tests.support.loopback import Answer, Call, Loopback
from tests.support.samples import NOON, client, mention
from tests.template.transform import load
from tocsin.adapters.channels.ses_mail import tag_of
from tocsin.adapters.dynamodb.budgets import DynamoBudgetStore
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.complaints import DynamoComplaintStore
from tocsin.adapters.dynamodb.controls import DynamoControlStore
from tocsin.adapters.dynamodb.drills import DynamoDrillStore
from tocsin.adapters.dynamodb.keys import CONTROLS, DRILLS, HEALTH, REPORTS, brand_state, budget, outbox, rung, source
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.adapters.dynamodb.sources import DynamoSourceStore
from tocsin.adapters.dynamodb.stories import DynamoStoryStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.budget import Usage
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.review import ChangeKind, ChangeState, PlanChange, Review
from tocsin.domain.controls import Controls, Mute
from tocsin.domain.desk_asks import Ask, AskKind
from tocsin.domain.drill_run import DrillBook, DrillRun
from tocsin.domain.incident import Incident, IncidentState
from tocsin.domain.levels import Level
from tocsin.domain.links import Purpose, link_to
from tocsin.domain.mention import Author
from tocsin.domain.outbox import AlertKind, Channel, DeliveryState, DeliveryStatus, OutboxItem, plan_alerts
from tocsin.domain.reading import Reading, ScoredMention, Sentiment
from tocsin.domain.silent import Silent
from tocsin.domain.sms_spend import SCOPE
from tocsin.domain.source_state import SourceState
from tocsin.domain.sources import units_of
from tocsin.domain.webhook import sign
from tocsin_local.errors import LocalError
from tocsin_local.inbox import mails
from tocsin_local.stack import LocalStack

BRAND = "Аврора"
REFUSED = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException"}
FUNCTIONS = (
    "FetchMentions", "Fetchbluesky", "ScoreMentions", "Notify", "Watch", "Intake", "SendReport", "AnswerAlert",
    "RecordReceipts",
)  # fmt: skip
SECRETS = {
    "mastodon": {"token": "an invented token"},
    "intake": {"link_key": "an invented key of forty characters, xx"},
    "webhooks": {"zapier": "an invented key of a hook"},
    "channels": {"pager": "an invented key of a room"},
}
NOT_CHECKED = {
    "Logs": "the local AWS keeps the functions' output itself, without asking for a permission",
    "TakeMentions": "the local AWS reads the queue for the mapping without the function's role",
    "FollowTheOutbox": "the local AWS reads the stream for the mapping without the function's role",
    "KeepFailures": "the local AWS knows no S3 destination for a failed batch",
    "ReadMail": "the local AWS receives no mail",
    "FindTheFailuresBucket": "the local AWS knows no S3 destination for a failed batch",
    "SendByEndUserMessaging": "not in this stack, and the local AWS has no End User Messaging",
    "KeepReaderBudget": "not in this stack, whose client reads with our own reader",
    "AskComprehend": "not in this stack, and the local AWS has no Comprehend",
    "AskModel": "not in this stack, and the local AWS has no Bedrock",
    "AskTheAgency": "not in this stack, which stands alone",
    "KeepWriterBudget": "not in this stack, whose drafts are made by templates",
    "AskWriter": "not in this stack, and the local AWS has no Bedrock",
    "AskWriterThroughItsProfile": "not in this stack, and the local AWS has no Bedrock",
    "AskModelThroughItsProfile": "not in this stack, and the local AWS has no Bedrock",
}
"""Statements whose absence the local AWS cannot show. AWS's documentation names each as needed for what it is for."""
NOT_TOLD_APART = {
    (
        "PublishAlerts",
        "sns:Publish",
    ): "the local AWS takes a publish to a topic for one to a phone: SendSms lets it pass",
    ("SendMail", "ses:SendRawEmail"): "the local AWS asks for SendEmail only; AWS asks for both when the mail is raw",
    (
        "TellTheOperator",
        "sns:Publish",
    ): "as PublishAlerts: SendSms lets it pass; of a receipt, the page goes on though the operator cannot be told",
}
NOT_FOR_ONE = (
    {
        (
            "Intake",
            "ReadTheClient",
            "dynamodb:GetItem",
        ): "the local AWS knows no dynamodb:LeadingKeys: KeepComplaints lets it pass",
        (
            "Intake",
            "KeepComplaints",
            "dynamodb:GetItem",
        ): "the local AWS knows no dynamodb:LeadingKeys: ReadTheClient lets it pass",
    }
    | {
        ("Notify", sid, "dynamodb:PutItem"): f"the local AWS knows no dynamodb:LeadingKeys: {other} lets it pass"
        for sid, other in (("MarkAlerts", "GiveLinksAndTurns"), ("GiveLinksAndTurns", "MarkAlerts"))
    }
    | {
        ("Watch", sid, "dynamodb:GetItem"): f"the local AWS knows no dynamodb:LeadingKeys: {other} lets it pass"
        for sid, other in (("CountSms", "ReadMarks"), ("ReadMarks", "CountSms"))
    }
    | {
        (function, sid, "dynamodb:PutItem"): f"the local AWS knows no dynamodb:LeadingKeys: {other} lets it pass"
        for function in ("FetchMentions", "Fetchbluesky")
        for sid, other in (("KeepCursors", "EraseWhatIsGone"), ("EraseWhatIsGone", "KeepCursors"))
    }
)


NEARLY = Decimal(45)
"""USD of the 50 that this client's SMS may cost."""


class Pager:
    """Another system that takes alerts."""

    def fault(self, call: Call) -> None: ...

    def answer(self, call: Call) -> Answer:
        return Answer(b"taken")


def statements(function: str) -> list[dict[str, Any]]:
    """Of its role, and of the policies that are put to it elsewhere; of two loops' alike, one."""
    resources = load()["Resources"]
    [policy] = resources[f"{function}Role"]["Properties"]["Policies"]
    put = [
        statement
        for name, made in resources.items()
        if made["Type"] == "AWS::IAM::Policy" and made["Properties"]["Roles"] == [{"Ref": f"{function}Role"}]
        for statement in made["Properties"]["PolicyDocument"]["Statement"]
        if name == "Startx"
    ]
    own = [one["Fn::If"][1] if "Fn::If" in one else one for one in policy["PolicyDocument"]["Statement"]]
    return [*own, *put]


def actions(function: str) -> list[tuple[str, str]]:
    named = []
    for statement in statements(function):
        listed = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        named += [(statement["Sid"], action) for action in listed if statement["Sid"] not in NOT_CHECKED]
    return [
        (sid, action)
        for sid, action in dict.fromkeys(named)
        if (sid, action) not in NOT_TOLD_APART and (function, sid, action) not in NOT_FOR_ONE
    ]


EVERY = [(function, sid, action) for function in FUNCTIONS for sid, action in actions(function)]


ONE = Author(id="one", handle="one", followers=10)
"""All posts are this one's, so that the brand does not burn by the work of the tests."""


class Bench:
    """The deployed stack, each function called by hand with work to do."""

    def __init__(self, stack: LocalStack, feed: Feed, bluesky: Bluesky) -> None:
        self.stack, self.feed, self.bluesky = stack, feed, bluesky
        dynamodb = stack.mini.client("dynamodb")
        self.cases = DynamoCaseStore(dynamodb, stack.outputs["CasesTableName"])
        self.mentions = DynamoMentionStore(dynamodb, stack.outputs["MentionsTableName"])
        self.clients = DynamoClientStore(dynamodb, stack.outputs["CasesTableName"])
        self.stories = DynamoStoryStore(dynamodb, stack.outputs["MentionsTableName"])
        self.budgets = DynamoBudgetStore(dynamodb, stack.outputs["MentionsTableName"])
        self.drills = DynamoDrillStore(dynamodb, stack.outputs["CasesTableName"])
        self.iam = stack.mini.client("iam")
        self.sqs = stack.mini.client("sqs")
        self.s3 = stack.mini.client("s3")
        self.dynamodb = dynamodb
        self.sources = DynamoSourceStore(dynamodb, stack.outputs["MentionsTableName"])
        self.ssm = stack.mini.client("ssm")
        units = [unit for unit in units_of(stack.client) if unit.keyed or unit.kind in {"rss", "lemmy"}]
        self.unit = {unit.kind: unit.id for unit in units}
        self.now = NOON
        self.title = self.complained = ""
        aws = stack.mini.client("lambda")
        for mapping in aws.list_event_source_mappings()["EventSourceMappings"]:
            aws.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)

    def do(self, function: str) -> None:
        """Raise AssertionError or LocalError unless the function did its part."""
        self.now += timedelta(minutes=10)
        self.stack.switches.set_now(self.now)
        {
            "FetchMentions": self.fetch,
            "Fetchbluesky": self.fetch_keyed,
            "Intake": self.intake,
            "ScoreMentions": self.score,
            "Notify": self.notify,
            "Watch": self.watch,
            "SendReport": self.report,
            "AnswerAlert": self.answer,
            "RecordReceipts": self.receipts,
        }[function]()

    def fetch(self) -> None:
        self.feed.posts.append((self.now, f"Пекарня Аврора: новина {len(self.feed.posts)}"))
        self.feed.now = self.now
        self._forget(source(self.unit["mastodon"]), "MentionsTableName")
        self._rest("bluesky")
        self._rest("lemmy")
        self._keep_what_is_gone("lemmy", f"http://{self.feed.host}/post/{uuid.uuid4().int % 10**12}")
        kept = self._evidence("rss")
        report = self.stack.fetch()
        [again] = report["rechecked"]
        assert again["reason"] is None
        assert again["gone"] >= 1
        [look] = [look for look in report["looks"] if look["source_id"] == self.unit["rss"]]
        assert look["reason"] is None
        assert look["mentions"] >= 1
        assert report["dispatched"] == ["mastodon"]
        assert self._evidence("rss") == kept + 1

    def fetch_keyed(self) -> None:
        """Two looks: the first logs in with the secret, the second with what the first one kept."""
        self.ssm.delete_parameters(Names=["/tocsin/aurora/bluesky/session"])
        logins = self.bluesky.logins
        for _ in range(2):
            self.bluesky.posts.append((self.now, f"Пекарня Аврора: допис {len(self.bluesky.posts)}"))
            self._forget(source(self.unit["bluesky"]), "MentionsTableName")
            kept = self._evidence("bluesky")
            [look] = self.stack.invoke("Fetchbluesky")["looks"]
            assert look["reason"] is None
            assert look["mentions"] >= 1
            assert self._evidence("bluesky") > kept
        assert self.bluesky.logins == logins + 1
        self._keep_what_is_gone("bluesky", f"at://did:plc:reader/app.bsky.feed.post/{uuid.uuid4().hex}")
        with self._calm():
            [again] = self.stack.invoke("Fetchbluesky")["rechecked"]
        assert again["reason"] is None
        assert again["gone"] >= 1

    @contextmanager
    def _calm(self) -> Iterator[None]:
        """While it burns, a kind with a budget asks for nothing again."""
        table, at = self.stack.outputs["CasesTableName"], brand_state(BRAND)
        burning = self.dynamodb.get_item(TableName=table, Key={"pk": {"S": at.pk}, "sk": {"S": at.sk}}).get("Item")
        self._forget(at, "CasesTableName")
        try:
            yield
        finally:
            if burning:
                self.dynamodb.put_item(TableName=table, Item=burning)

    def _keep_what_is_gone(self, kind: str, native: str) -> None:
        """A mention of two days ago that its source no longer has, due to be asked for."""
        at = self.now - timedelta(days=2)
        gone = mention(1, id=f"{kind}:{native}", source=kind, at=at, fetched_at=at)
        reading = Reading(sentiment=Sentiment.NEUTRAL)
        self.mentions.record(BRAND, [ScoredMention(mention=gone, reading=reading)])
        self._forget(source(f"recheck-{kind}"), "MentionsTableName")

    def intake(self) -> None:
        """A complaint with its thread, and a hook with one good item and one that nobody could read."""
        thread = self._ask("GET", f"/c/t/{self._complain()}")
        assert thread.status_code == 200, thread.text
        good, bad = f"Аврора: {uuid.uuid4()}", {"no_text": str(uuid.uuid4())}
        body = json.dumps([{"text": good}, bad]).encode()
        at = str(int(self.now.timestamp()))
        signed = {"X-Tocsin-Timestamp": at, "X-Tocsin-Signature": sign(SECRETS["webhooks"]["zapier"], at, body)}
        taken = self._ask("POST", "/hooks/zapier", data=body, headers={"Content-Type": "application/json", **signed})
        assert taken.status_code in {200, 202}, taken.text
        assert any(bad["no_text"] in letter for letter in self.stack.dead_letters())
        queued = json.dumps(self.stack.queued(), ensure_ascii=False)
        assert good in queued
        assert self.complained in queued
        self.sqs.purge_queue(QueueUrl=self.stack.outputs["MentionsQueueUrl"])

    def _complain(self) -> str:
        """The token of its private link."""
        form = self._ask("GET", "/c")
        token = re.search(r'name="form" value="([^"]*)"', form.text)
        assert token is not None, form.text
        self.now += timedelta(seconds=30)
        self.stack.switches.set_now(self.now)
        self.complained = f"Еклер був сирий {uuid.uuid4()}"
        sent = self._ask("POST", "/c", data={"form": unescape(token[1]), "happened": self.complained})
        assert sent.status_code == 303, sent.text
        return str(sent.headers["location"].partition("/c/t/")[2].partition("?")[0])

    def _unheard_complaint(self) -> None:
        """One whose mention the queue did not take, as the store then has it."""
        number = self._complain().split(".")[-4]
        store = DynamoComplaintStore(self.dynamodb, self.stack.outputs["CasesTableName"])
        complaint = store.complaint(number)
        assert complaint is not None
        store.save(complaint.changed(heard_at=None))
        self.sqs.purge_queue(QueueUrl=self.stack.outputs["MentionsQueueUrl"])

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:
        return requests.request(method, self.stack.http_url + path, allow_redirects=False, timeout=30, **more)

    def _evidence(self, kind: str) -> int:
        bucket, prefix = self.stack.outputs["EvidenceBucketName"], f"sources/{self.unit[kind]}/"
        return int(self.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"])

    def _rest(self, kind: str) -> None:
        """It is not due: a run that nobody waits for would disturb the test of its own function."""
        state = self.sources.states().get(self.unit[kind], SourceState(source_id=self.unit[kind]))
        state = state.model_copy(update={"looked_at": None})  # else it is looked at faster while the brand burns
        self.sources.acquire(state, owner="bench", until=self.now, next_due_at=self.now + timedelta(days=365))

    def _forget(self, key: Any, table: str) -> None:
        self.dynamodb.delete_item(TableName=self.stack.outputs[table], Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}})

    def score(self) -> None:
        fresh = mention(uuid.uuid4().int, at=self.now, fetched_at=self.now, author=ONE)
        told = self.stories.load(BRAND)[0]
        bodies = {"good": fresh.model_dump_json(), "bad": f"not json {fresh.id}"}
        records = [{"messageId": name, "body": body} for name, body in bodies.items()]
        answer = self.stack.invoke("ScoreMentions", {"Records": records})
        assert answer == {"batchItemFailures": []}
        assert bodies["bad"] in self.stack.dead_letters()
        assert self.mentions.signals(BRAND, self.now - timedelta(minutes=1), self.now + timedelta(minutes=1), 9)
        assert self.stories.load(BRAND)[0] == told + 1
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
        self._unheard_complaint()
        self._cancel_what_waits()
        items = self._alerts()
        severe = self._accepted_change()
        self._drill_that_is_over()
        self._forget(rung("+380441234567"), "CasesTableName")
        self.now += timedelta(minutes=2)
        self.stack.switches.set_now(self.now)
        self._forget(HEALTH, "CasesTableName")
        report = self.stack.invoke("Watch")
        now = self.clients.load()
        assert now is not None
        assert now.thresholds.severe == severe
        going = self.drills.book().going
        assert going is not None
        assert going.ended_at is not None
        assert report["assessed"] == 1
        assert report["reminded"] >= 1
        assert self.complained in json.dumps(self.stack.queued(), ensure_ascii=False)
        self._all_sent(items)

    def _accepted_change(self) -> int:
        """A case that is over, whose review moves a threshold; what it is to be."""
        client = self.clients.load()
        assert client is not None
        before = client.thresholds.severe
        after = 86 if before == 85 else 85
        change = PlanChange(
            id="change-1", kind=ChangeKind.THRESHOLD, place="thresholds.severe", before=str(before), after=str(after),
            state=ChangeState.ACCEPTED, decided_by="d@agency.example", decided_at=self.now,
        )  # fmt: skip
        storm = Incident.opened(
            id=f"aurora-{uuid.uuid4().hex}", client="aurora", brand=BRAND, level=Level.WATCH, index=20, reasons=(),
            at=self.now,
        ).releveled(Level.CALM, index=0, reasons=(), at=self.now)  # fmt: skip
        review = Review(begun_at=self.now, changes=(change,))
        file = CaseFile.opened(storm, version=1, review=review)
        self.cases.save_case((file,), incidents=(storm.model_copy(update={"version": 1}),))
        return after

    def _drill_that_is_over(self) -> None:
        """One that a page has begun, with all that it has left."""
        key = json.loads(
            self.ssm.get_parameter(Name="/tocsin/aurora/links/secret", WithDecryption=True)["Parameter"]["Value"]
        )
        person, since = "d@agency.example", self.now - timedelta(minutes=20)
        link = link_to(Purpose.DECLARE, "aurora", person, client="aurora", key=key["key"], now=self.now)
        ask = Ask(kind=AskKind.DRILL, at=since, brand=BRAND, scenario="rumour", minutes=10)
        self.cases.save_link(link.model_copy(update={"ask": ask}))
        run = DrillRun(
            name=uuid.uuid4().hex, brand=BRAND, scenario="rumour", texts=("{brand}",), by=person, began_at=since,
            until=since + timedelta(minutes=10), said=(since,), closing_at=since + timedelta(minutes=10),
        )  # fmt: skip
        self._forget(DRILLS, "CasesTableName")
        self.drills.save_book(DrillBook().begun(run, link.code))

    def report(self) -> None:
        """A morning within a pause that held back one alarm, of which the gravest mention is told."""
        [*_, item] = self._alerts(severity=1.0)
        storm = self.cases.incident(item.incident_id)
        assert storm is not None
        silent = Silent.of(storm, (), Mute.PAUSED, self.now)
        self.cases.save_assessment(BrandState(brand=uuid.uuid4().hex, version=1), silent=silent)
        desk = DynamoControlStore(self.dynamodb, self.stack.outputs["CasesTableName"])
        self._forget(REPORTS, "CasesTableName")
        desk.save(Controls().paused(self.now + timedelta(hours=1), by="bench", at=self.now))
        self.now += timedelta(minutes=1)
        self.stack.switches.set_now(self.now)
        try:
            answer = self.stack.invoke("SendReport")
        finally:
            self._forget(CONTROLS, "CasesTableName")
            self.now += timedelta(hours=2)  # the gravest of all mentions is out of the others' sight
        assert answer == {"kind": "paused", "sent": 1}
        told = [mail.text for mail in mails(self.stack.mini) if self.title in mail.text]
        assert told
        assert all(f"{self.stack.http_url}/a/" in text for text in told)

    def answer(self) -> None:
        """The case is seen on its page, mentions and all, and taken there; the visits are counted."""
        [item, *_] = self._alerts(severity=1.0)
        visits = self.stack.outputs["MentionsTableName"]
        counted = {
            "FilterExpression": "begins_with(pk, :visits)",
            "ExpressionAttributeValues": {":visits": {"S": "BUCKET#answer"}},
        }
        for one in self.dynamodb.scan(TableName=visits, **counted)["Items"]:
            self.dynamodb.delete_item(TableName=visits, Key={"pk": one["pk"], "sk": one["sk"]})
        key = json.loads(
            self.ssm.get_parameter(Name="/tocsin/aurora/links/secret", WithDecryption=True)["Parameter"]["Value"]
        )
        given = link_to(
            Purpose.ANSWER, item.incident_id, "d@agency.example", client="aurora", key=key["key"], now=self.now
        )
        self.cases.save_link(given)
        try:
            page = self._ask("GET", f"/a/{given.code}")
            assert page.status_code == 200, page.text
            assert self.title in page.text
            assert self.dynamodb.scan(TableName=visits, **counted)["Count"] == 1
            taken = self._ask("POST", f"/a/{given.code}", data={"do": "take"})
            assert taken.status_code == 303, taken.text
            behind = self._ask("GET", f"/a/{given.code}?part=who&lang=en")
            assert "mentions were looked at" in behind.text
        finally:
            self.now += timedelta(hours=8)  # the gravest of all mentions is out of the others' sight
        storm = self.cases.incident(item.incident_id)
        assert storm is not None
        assert storm.state is IncidentState.ACKNOWLEDGED

    def receipts(self) -> None:
        """A page's mail bounced: that is marked, and another way is planned in the same write."""
        items = self._alerts()
        [mail] = [item for item in items if item.channel is Channel.EMAIL]
        bounced = {"bounceType": "Permanent", "timestamp": self.now.isoformat()}
        tags = {"tocsin": [tag_of(mail.id)]}
        event = {"eventType": "Bounce", "bounce": bounced, "mail": {"destination": [mail.address], "tags": tags}}
        record = {"Sns": {"MessageId": "1", "Message": json.dumps(event)}}
        assert self.stack.invoke("RecordReceipts", {"Records": [record]}) == {"receipts": 1, "known": 1}
        marked = self.cases.outbox_item(mail.id)
        assert marked is not None
        assert marked.delivery is not None
        assert marked.delivery.state is DeliveryState.BOUNCED

    def _alerts(self, severity: float = 0.3) -> tuple[OutboxItem, ...]:
        """An incident with one alert for each channel, written by an administrator; the brand is dirty."""
        fresh = mention(uuid.uuid4().int, at=self.now, fetched_at=self.now, author=ONE)
        self.title = fresh.title or ""
        reading = Reading(sentiment=Sentiment.NEGATIVE, score=-0.5, severity=severity)
        self.mentions.record(BRAND, [ScoredMention(mention=fresh, reading=reading)])
        storm = Incident.opened(
            id=uuid.uuid4().hex, client="aurora", brand=BRAND, level=Level.CRISIS, index=80, reasons=(), at=self.now
        )
        items = plan_alerts(self.stack.client, storm, AlertKind.RAISED, self.now)
        assert {item.channel for item in items} == {Channel.EMAIL, Channel.SMS, Channel.TOPIC, Channel.WEBHOOK}
        self._nearly_spent()
        self.cases.save_assessment(BrandState(brand=storm.id, version=1), incident=storm, outbox=items)
        return items

    def _all_sent(self, items: tuple[OutboxItem, ...]) -> None:
        """With their evidence: an alert goes out without it rather than not at all, but then something was refused; so
        does an SMS that nobody counted."""
        assert self.budgets.used(SCOPE, f"{self.now:%Y-%m}").usd > NEARLY
        assert self.budgets.used(f"{SCOPE}-told-80", f"{self.now:%Y-%m}").calls == 1
        found = [self.cases.outbox_item(item.id) for item in items]
        assert {item.status for item in found if item} == {DeliveryStatus.SENT}
        told = [mail.text for mail in mails(self.stack.mini) if self.title in mail.text]
        assert told
        assert all(f"{self.stack.http_url}/a/" in text for text in told)

    def _cancel_what_waits(self) -> None:
        """Runs that lacked a permission have left more than one sweep takes."""
        for item_id in self.cases.pending(self.now + timedelta(days=1), 500):
            item = self.cases.outbox_item(item_id)
            if item is not None and item.status is DeliveryStatus.PENDING:
                facts = {"status": DeliveryStatus.CANCELLED, "version": item.version + 1}
                self.cases.update_outbox(item.model_copy(update=facts))

    def _nearly_spent(self) -> None:
        """Nine tenths of the month's SMS, of which the operator does not know yet."""
        for scope in (SCOPE, f"{SCOPE}-told-80", f"{SCOPE}-told-100"):
            self._forget(budget(scope, f"{self.now:%Y-%m}"), "MentionsTableName")
        self.budgets.correct(SCOPE, f"{self.now:%Y-%m}", Usage(usd=NEARLY))

    @contextmanager
    def without(self, function: str, sid: str, action: str) -> Iterator[None]:
        """The action is gone from its statement, and from what the local AWS wants besides (see permissions.py)."""
        role = next(r["RoleName"] for r in self.iam.list_roles()["Roles"] if f"-{function}Role" in r["RoleName"])
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
    feed, bluesky, pager = Feed(), Bluesky(), Loopback()
    pager.site = Pager()
    of = client(
        sources=[
            {"kind": "rss", "urls": [f"http://{feed.host}/feed.xml"], "every": 1, "budget": {"calls": 100_000}},
            {"kind": "bluesky", "budget": {"calls": 100_000}},
            # It rests; what was kept of it is asked for.
            {"kind": "lemmy", "servers": [feed.host]},
            # On an address that the fetch guard refuses: started, and heard nothing of.
            {"kind": "mastodon", "servers": ["127.0.0.1:9"], "search": True},
        ],
        intake={},
        webhooks=[{"name": "zapier"}],
        channels=[{"kind": "webhook", "name": "pager", "url": f"http://127.0.0.1:{pager.port}/pager/in"}],
        sms={"monthly_usd": 50},
        responders=[{"name": "D", "email": "d@agency.example", "phone": "+380441234567", "quiet_hours": None}],
    )
    secrets = {**SECRETS, "bluesky": bluesky.secret}
    with LocalStack(
        of, now=NOON, allow_hosts=[feed.host, bluesky.host, f"127.0.0.1:{pager.port}"], secrets=secrets, auth=True
    ) as stack:
        yield Bench(stack, feed, bluesky)
    feed.close()
    bluesky.close()
    pager.close()


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
    assert all(NOT_FOR_ONE.values())
    assert {(function, sid) for function, sid, *_ in NOT_FOR_ONE} <= {
        (function, statement["Sid"]) for function in FUNCTIONS for statement in statements(function)
    }


class Keyed:
    """The role of one kind with a secret, in the hands of somebody who took its function over."""

    def __init__(self, bench: Bench, kind: str) -> None:
        iam, sts = bench.iam, bench.stack.mini.client("sts")
        [self.arn] = [role["Arn"] for role in iam.list_roles()["Roles"] if f"-Fetch{kind}Role" in role["RoleName"]]
        given = sts.assume_role(RoleArn=self.arn, RoleSessionName="intruder")["Credentials"]
        self._given = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
        self._endpoint = bench.stack.mini.endpoint

    def may(self, service: str, call: str, **arguments: Any) -> bool:
        """Whether it is let, be there anything to find or not."""
        session = boto3.Session(region_name="eu-central-1", **self._given)
        made = session.client(service, endpoint_url=self._endpoint)  # type: ignore[call-overload]
        try:
            getattr(made, call)(**arguments)
        except ClientError as error:
            return error.response["Error"]["Code"] not in REFUSED
        return True


def test_a_stolen_key_opens_nothing_else(bench: Bench) -> None:
    """Protects one contract's secret from a connector of another, which reads hostile text."""
    # GIVEN the role of Bluesky's function
    thief = Keyed(bench, "bluesky")
    outputs = bench.stack.outputs
    # THEN it reads its own secret and keeps its own session
    assert thief.may("ssm", "get_parameter", Name="/tocsin/aurora/bluesky/secret", WithDecryption=True)
    session = {"Name": "/tocsin/aurora/bluesky/session", "Value": "{}", "Type": "SecureString", "Overwrite": True}
    assert thief.may("ssm", "put_parameter", **session)
    # AND nobody else's, nor may it change or find any
    for name in ("/tocsin/aurora/mastodon/secret", "/tocsin/aurora/intake/secret", "/tocsin/other/bluesky/secret"):
        assert not thief.may("ssm", "get_parameter", Name=name, WithDecryption=True), name
    for name in ("/tocsin/aurora/bluesky/secret", "/tocsin/aurora/mastodon/session"):
        assert not thief.may("ssm", "put_parameter", **{**session, "Name": name}), name
    assert not thief.may("ssm", "get_parameters_by_path", Path="/tocsin", Recursive=True)
    assert not thief.may("ssm", "describe_parameters")
    # AND it adds to the evidence, but reads none of it, and starts no function
    evidence = {"Bucket": outputs["EvidenceBucketName"], "Key": "sources/one/20260302T120000Z-00.gz"}
    assert thief.may("s3", "put_object", **evidence, Body=b"")
    assert not thief.may("s3", "get_object", **evidence)
    assert not thief.may("s3", "put_object", **{**evidence, "Key": "elsewhere"}, Body=b"")
    assert not thief.may("lambda", "invoke", FunctionName=outputs["FetchMentionsName"])
    # AND it finds ids of what is kept, but reads no mention (that it is its own kind's alone: tests/template, since the
    # local AWS knows no dynamodb:LeadingKeys)
    table = outputs["MentionsTableName"]
    values = {":pk": {"S": "x"}}
    asked = {"TableName": table, "ExpressionAttributeValues": values}
    assert thief.may("dynamodb", "query", IndexName="by_check", KeyConditionExpression="check_pk = :pk", **asked)
    assert not thief.may("dynamodb", "query", IndexName="by_hour", KeyConditionExpression="hour_pk = :pk", **asked)
    assert not thief.may("dynamodb", "scan", TableName=table)
    key = {"pk": {"S": "MENTION#bluesky#x#y"}, "sk": {"S": "MENTION"}}
    assert not thief.may("dynamodb", "delete_item", TableName=table, Key=key)
    # AND it writes to nobody (a topic is left out: the local AWS lets all of the account publish to it)
    assert not thief.may("sns", "publish", PhoneNumber="+380441234567", Message="?")
