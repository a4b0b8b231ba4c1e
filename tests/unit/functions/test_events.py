"""Protects: every file in events/ is what its function really handles; a file that no test loads is dead."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support.functions import ROOT, invoke
from tests.support.samples import NOON, client
from tests.support.tables import create_tables
from tocsin.adapters.clock import SystemClock
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.domain import escalation
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case import approving, briefs, promising, wording
from tocsin.domain.case.file import CaseFile, What
from tocsin.domain.case.reminding import due_items
from tocsin.domain.counters import MINUTE, total
from tocsin.domain.incident import Incident, IncidentState
from tocsin.domain.levels import Level
from tocsin.domain.links import Purpose, link_to
from tocsin.domain.linter import Kind
from tocsin.domain.mention import Mention
from tocsin.domain.outbox import AlertKind, Channel, DeliveryState, DeliveryStatus, plan_alerts
from tocsin.domain.people import Circle
from tocsin.domain.source_kinds import KINDS
from tocsin.entry import parts
from tocsin.services.casework import Casework

EVENTS = sorted((ROOT / "events").glob("*/*.json"))
INCIDENT = "aurora-3fb83f-1"
BRAND = "Аврора"
DUTY = "duty@agency.example"
MAIL = "o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1"
FORWARDED = """\
From: Desk <desk@agency.example>
To: aurora@in.agency.example
Subject: Fwd: Aurora
Date: Sun, 22 Nov 2026 12:00:00 +0000
Message-ID: <1@agency.example>
Content-Type: text/plain; charset=utf-8

Aurora sold us stale bread again.
"""


class Aws:
    def __init__(self) -> None:
        self.dynamodb, self.sqs = boto3.client("dynamodb"), boto3.client("sqs")
        self.mentions_table, self.cases_table = create_tables(self.dynamodb)
        self.queue = self.sqs.create_queue(QueueName="mentions")["QueueUrl"]
        self.dead = self.sqs.create_queue(QueueName="dead")["QueueUrl"]
        self.topic = boto3.client("sns").create_topic(Name="alerts")["TopicArn"]
        boto3.client("sesv2").create_email_identity(EmailIdentity="alerts@agency.example")
        boto3.client("s3").create_bucket(
            Bucket="evidence", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        boto3.client("s3").put_object(Bucket="evidence", Key=f"mail/{MAIL}", Body=FORWARDED.encode())
        self.cases = DynamoCaseStore(self.dynamodb, self.cases_table)
        self.mentions = DynamoMentionStore(self.dynamodb, self.mentions_table)
        DynamoClientStore(self.dynamodb, self.cases_table).save(
            client(sources=[], intake={"desk_senders": ["desk@agency.example"]}, webhooks=[{"name": "zapier"}])
        )
        for kind, fields in {
            "intake": {"link_key": "k" * 40},
            "links": {"key": "k" * 40},
            "webhooks": {"zapier": "0123456789abcdef"},
        }.items():
            boto3.client("ssm").put_parameter(
                Name=f"/tocsin/aurora/{kind}/secret", Value=json.dumps(fields), Type="SecureString"
            )

    def counted(self) -> int:
        return total(self.mentions.counts(BRAND, NOON, NOON + 5 * MINUTE)).mentions

    def dead_letters(self) -> list[Any]:
        received = self.sqs.receive_message(QueueUrl=self.dead, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        return list(received.get("Messages", []))


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    with mock_aws():
        parts.aws.cache_clear()
        made = Aws()
        for name, value in {
            "CLIENT": "aurora",
            "MENTIONS_TABLE": made.mentions_table,
            "CASES_TABLE": made.cases_table,
            "MENTIONS_QUEUE_URL": made.queue,
            "QUARANTINE_QUEUE_URL": made.dead,
            "ALERT_TOPIC_ARN": made.topic,
            "SENDER_EMAIL": "alerts@agency.example",
            "MAIL_CONFIGURATION_SET": "",
            "SMS_SENDER_ID": "",
            "SMS_PROVIDER": "sns",
            "SMS_ORIGINATION": "",
            "VOICE_ORIGINATION": "",
            "SMS_CONFIGURATION_SET": "",
            "SMS_MONTHLY_LIMIT": "100",
            "OPERATOR_TOPIC_ARN": made.topic,
            "EVIDENCE_BUCKET": "evidence",
            "SOURCE_KIND": "",
            "FETCH_FUNCTION_PREFIX": "",
            "SECRETS_PREFIX": "/tocsin/aurora",
            "PUBLIC_URL": "",
            "AGENCY_TOPIC_ARN": "",
            "INBOUND_BUCKET": "evidence",
        }.items():
            monkeypatch.setenv(name, value)
        yield made
    parts.aws.cache_clear()


def event(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path",
    [path for path in EVENTS if path.stem not in KINDS],  # those are read below, and what became of them is looked at
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_every_event_is_handled_without_an_error(path: Path, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_KIND", path.stem.removeprefix("started_for_") if "started_for_" in path.stem else "")
    answer = invoke(path.parent.name, event(path))
    assert answer.get("batchItemFailures", []) == []
    json.dumps(answer)


def test_every_function_has_an_event() -> None:
    functions = {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
    assert {path.parent.name for path in EVENTS} == functions


def test_two_mentions_are_recorded(aws: Aws) -> None:
    invoke("score_mentions", event(ROOT / "events/score_mentions/two_mentions.json"))
    assert aws.counted() == 2
    assert aws.cases.brand_state(BRAND).assessed_seq == 1


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_mention_of_every_kind_is_read_counted_and_kept_as_it_came(kind: str, aws: Aws) -> None:
    said = event(ROOT / f"events/score_mentions/{kind}.json")
    [record] = said["Records"]
    came = Mention.model_validate_json(record["body"])
    assert invoke("score_mentions", said).get("batchItemFailures", []) == []
    assert not aws.dead_letters()
    assert aws.counted() == 1
    kept = aws.mentions.scored(BRAND, came.id)
    assert kept is not None
    assert kept.mention == came
    assert kept.reading.language != "und"


def test_a_morning_in_shadow_is_reported_to_each_responder_once(aws: Aws) -> None:
    DynamoClientStore(aws.dynamodb, aws.cases_table).save(client(sources=[], shadow=True))
    morning = event(ROOT / "events/send_report/schedule.json")
    assert invoke("send_report", morning) == {"kind": "shadow", "sent": 2}
    assert invoke("send_report", morning) == {"kind": "shadow", "sent": 0}


def test_what_is_not_json_lies_in_the_dead_letters_with_its_reason(aws: Aws) -> None:
    invoke("score_mentions", event(ROOT / "events/score_mentions/one_is_not_json.json"))
    [dead] = aws.dead_letters()
    assert dead["Body"] == "this is not JSON"
    assert "Invalid JSON" in dead["MessageAttributes"]["reason"]["StringValue"]
    assert aws.counted() == 1


def test_a_mention_delivered_twice_counts_once(aws: Aws) -> None:
    for _ in range(2):
        invoke("score_mentions", event(ROOT / "events/score_mentions/the_same_mention_twice.json"))
    assert aws.counted() == 1


def test_an_inserted_alert_is_sent_and_marked(aws: Aws) -> None:
    storm = Incident.opened(id=INCIDENT, client="aurora", brand=BRAND, level=Level.ISSUE, index=50, reasons=(), at=NOON)
    aws.cases.save_assessment(
        BrandState(brand=BRAND, version=1), incident=storm, outbox=plan_alerts(client(), storm, AlertKind.RAISED, NOON)
    )

    invoke("notify", event(ROOT / "events/notify/outbox_inserted.json"))

    item = aws.cases.outbox_item(f"{INCIDENT}/1/{Channel.EMAIL}/duty@agency.example")
    assert item is not None
    assert item.status is DeliveryStatus.SENT
    assert item.provider_id


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("form", 200),
        ("complaint_without_the_forms_token", 422),
        ("thread_by_a_forged_link", 404),
        ("hook_unsigned", 401),
    ],
)
def test_a_stranger_gets_a_form_or_a_refusal(aws: Aws, case: str, status: int) -> None:
    answer = invoke("intake", event(ROOT / f"events/intake/{case}.json"))
    assert answer["statusCode"] == status
    assert not aws.dead_letters()


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("page", 200),
        ("plan_page", 200),
        ("take", 303),
        ("note", 303),
        ("forged_link", 404),
        ("forged_link_post", 404),
    ],
)
def test_an_alert_is_answered_by_its_own_link_alone(aws: Aws, case: str, status: int) -> None:
    storm = Incident.opened(id=INCIDENT, client="aurora", brand=BRAND, level=Level.ISSUE, index=50, reasons=(), at=NOON)
    moved = escalation.alarm(client(), storm, AlertKind.RAISED, NOON)
    aws.cases.save_assessment(BrandState(brand=BRAND, version=1), incident=moved.incident, outbox=moved.outbox)
    given = link_to(Purpose.ANSWER, INCIDENT, DUTY, client="aurora", key="k" * 40, now=NOON)
    aws.cases.save_link(given.model_copy(update={"expires_at": NOON + timedelta(days=36_500)}))

    answer = invoke("answer_alert", event(ROOT / f"events/answer_alert/{case}.json"))

    assert answer["statusCode"] == status
    after = aws.cases.incident(INCIDENT)
    assert after is not None
    assert (after.state is IncidentState.ACKNOWLEDGED) == (case == "take")
    assert (BRAND in answer["body"]) == (case in {"page", "plan_page"})
    told = [(one.what, one.by, one.words) for one in aws.cases.case_events(INCIDENT)]
    assert told == ([(What.NOTED, DUTY, "Завод підтвердив")] if case == "note" else [])


OWNER, STAFF = "owner@aurora.example", "staff@aurora.example"


def told_outside(aws: Aws) -> None:
    """A case with an approved text, which the client's owner is asked about and the staff has as a brief."""
    of = client(
        sources=[],
        client_contacts=[{"name": "Owner", "email": OWNER}],
        stakeholders=[{"name": "Staff", "circle": "employees", "email": STAFF}],
    )
    DynamoClientStore(aws.dynamodb, aws.cases_table).save(of)
    storm = Incident.opened(id=INCIDENT, client="aurora", brand=BRAND, level=Level.ISSUE, index=50, reasons=(), at=NOON)
    aws.cases.save_assessment(
        BrandState(brand=BRAND, version=1), incident=storm, file=CaseFile.opened(storm, version=1)
    )
    work = Casework(clients=DynamoClientStore(aws.dynamodb, aws.cases_table), cases=aws.cases, clock=SystemClock())
    words = "Ми знаємо про повідомлення й перевіряємо їх."
    work.do(INCIDENT, DUTY, lambda now: wording.draft(now, Kind.STAFF, "uk", words))
    work.do(INCIDENT, DUTY, lambda now: approving.approve(now, "text-1", "the client's own words"))
    work.do(INCIDENT, DUTY, lambda now: approving.ask_client(now, "text-1", OWNER))
    work.do(INCIDENT, DUTY, lambda now: briefs.send_brief(now, Circle.EMPLOYEES, "Staff", "text-1"))
    for purpose, thing, person in ((Purpose.APPROVE, "text-1", OWNER), (Purpose.BRIEF, "brief-2", STAFF)):
        given = link_to(purpose, f"{INCIDENT}/{thing}", person, client="aurora", key="k" * 40, now=NOON)
        aws.cases.save_link(given.model_copy(update={"expires_at": NOON + timedelta(days=36_500)}))


@pytest.mark.parametrize(
    ("case", "status", "done"),
    [
        ("approve_page", 200, None),
        ("approve_yes", 303, (What.CLIENT_APPROVED, OWNER)),
        ("brief_page", 200, (What.OPENED_BRIEF, STAFF)),
        ("brief_read", 303, (What.READ_BRIEF, STAFF)),
    ],
)
def test_who_is_none_of_the_agency_reads_and_answers_by_a_link_of_their_own(
    aws: Aws, case: str, status: int, done: tuple[What, str] | None
) -> None:
    told_outside(aws)
    before = aws.cases.case_events(INCIDENT)

    answer = invoke("answer_alert", event(ROOT / f"events/answer_alert/{case}.json"))

    assert answer["statusCode"] == status
    assert ("перевіряємо їх" in answer["body"]) == (status == 200)
    told = [(one.what, one.by) for one in aws.cases.case_events(INCIDENT)[len(before) :]]
    assert told == ([done] if done else [])


@pytest.mark.parametrize(("case", "status"), [("declare_page", 200), ("declare", 303)])
def test_a_responder_declares_a_case_by_a_link(aws: Aws, case: str, status: int) -> None:
    given = link_to(Purpose.DECLARE, "aurora", DUTY, client="aurora", key="k" * 40, now=NOON)
    aws.cases.save_link(given.model_copy(update={"expires_at": NOON + timedelta(days=36_500)}))

    answer = invoke("answer_alert", event(ROOT / f"events/answer_alert/{case}.json"))

    assert answer["statusCode"] == status
    declared = aws.cases.brand_state(BRAND).incident_id
    assert (declared is not None) == (case == "declare")
    if declared is not None:
        incident = aws.cases.incident(declared)
        assert incident is not None
        assert incident.level is Level.CRISIS


def test_a_reminder_of_what_is_due_is_sent(aws: Aws) -> None:
    # GIVEN a case with a promise, of which its owner is reminded
    told_outside(aws)
    work = Casework(clients=DynamoClientStore(aws.dynamodb, aws.cases_table), cases=aws.cases, clock=SystemClock())
    soon = SystemClock().now() + timedelta(hours=3)
    work.do(INCIDENT, DUTY, lambda now: promising.make(now, "повернути гроші", "родина Коваль", DUTY, soon))
    file, storm = aws.cases.case_file(INCIDENT), aws.cases.incident(INCIDENT)
    assert file is not None
    assert storm is not None
    storm = storm.model_copy(update={"version": storm.version + 1, "alert_no": 2})
    person = client().responders[0]
    due = due_items(client(), storm, person, (file.promises[-1].id,), NOON, rings=False)
    aws.cases.save_case((), incidents=(storm,), outbox=due)

    invoke("notify", event(ROOT / "events/notify/due_inserted.json"))

    item = aws.cases.outbox_item(f"{INCIDENT}/2/{Channel.EMAIL}/{DUTY}")
    assert item is not None
    assert item.kind is AlertKind.DUE
    assert item.status is DeliveryStatus.SENT


def test_what_the_desk_forwards_is_queued(aws: Aws) -> None:
    answer = invoke("intake", event(ROOT / "events/intake/forwarded_mail.json"))
    assert answer == {"mentions": 1}
    [queued] = aws.sqs.receive_message(QueueUrl=aws.queue, MaxNumberOfMessages=10)["Messages"]
    assert "stale bread" in queued["Body"]


@pytest.mark.parametrize(
    ("case", "channel", "state"),
    [
        ("mail_bounced", Channel.EMAIL, DeliveryState.BOUNCED),
        ("mail_complained", Channel.EMAIL, DeliveryState.COMPLAINED),
        ("mail_delivered", Channel.EMAIL, DeliveryState.DELIVERED),
        ("mail_rejected", Channel.EMAIL, DeliveryState.FAILED),
        ("sms_delivered", Channel.SMS, DeliveryState.DELIVERED),
        ("sms_taken_by_the_carrier", Channel.SMS, DeliveryState.DELIVERED),
        ("sms_unreachable", Channel.SMS, DeliveryState.FAILED),
    ],
)
def test_a_receipt_is_marked_at_its_message(aws: Aws, case: str, channel: Channel, state: DeliveryState) -> None:
    storm = Incident.opened(id=INCIDENT, client="aurora", brand=BRAND, level=Level.ISSUE, index=50, reasons=(), at=NOON)
    aws.cases.save_assessment(
        BrandState(brand=BRAND, version=1), incident=storm, outbox=plan_alerts(client(), storm, AlertKind.RAISED, NOON)
    )
    assert invoke("record_receipts", event(ROOT / f"events/record_receipts/{case}.json")) == {"receipts": 1, "known": 1}
    item = aws.cases.outbox_item(f"{INCIDENT}/1/{channel}/duty@agency.example")
    assert item is not None
    assert item.delivery is not None
    assert item.delivery.state is state


@pytest.mark.parametrize(
    ("case", "receipts"),
    [("sms_queued", 0), ("topic_validated", 0), ("report_bounced", 1), ("sms_without_our_context", 1)],
)
def test_what_belongs_to_no_message_is_passed_over(aws: Aws, case: str, receipts: int) -> None:
    answer = invoke("record_receipts", event(ROOT / f"events/record_receipts/{case}.json"))
    assert answer == {"receipts": receipts, "known": 0}
