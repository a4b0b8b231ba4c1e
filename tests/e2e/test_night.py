"""Protects: at night, with the duty asleep, mail suspended and the SMS limit reached, the deputy is reached, and the
case tells how.

The functions run as deployed, under their own roles; only the address of AWS End User Messaging, which the local AWS
lacks, is a stub's.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.eum import VARIABLE, EumStub
from tests.support.samples import client, mention
from tocsin.adapters.dynamodb.budgets import DynamoBudgetStore
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.memory import MemoryClientStore
from tocsin.adapters.queue_sqs import SqsMentionQueue
from tocsin.domain.incident import IncidentState, Step
from tocsin.domain.mention import Author, Medium, Mention
from tocsin.domain.outbox import Channel, DeliveryStatus
from tocsin.domain.sms_spend import SCOPE
from tocsin.services.answer import Answers
from tocsin_local.inbox import mails, text_messages
from tocsin_local.stack import SENDER, LocalStack

AT_23_40 = datetime(2026, 3, 2, 21, 40, tzinfo=UTC)
DUTY, DEPUTY = "duty@agency.example", "deputy@agency.example"
PHONES = {DUTY: "+380441234567", DEPUTY: "+34911234567"}
PEOPLE: dict[str, Any] = {
    "client": "night",
    "sources": [{"kind": "rss", "urls": ["http://127.0.0.1:9/feed.xml"]}],
    "responders": [
        {"name": "Чергова", "email": DUTY, "phone": PHONES[DUTY], "role": "responsible", "language": "uk"},
        {
            "name": "Suplente",
            "email": DEPUTY,
            "phone": PHONES[DEPUTY],
            "role": "deputy",
            "language": "es",
            "timezone": "Europe/Madrid",
        },
    ],
    "sms": {"provider": "eum", "origination": "TOCSIN", "voice": "+34910000000", "monthly_usd": 1},
}
TEXTS = (
    "Аврора: отруїлися тортом усією родиною, дитина в лікарні",
    "У пекарні Аврора торт з пліснявою, троє в реанімації",
    "Після еклерів з Аврори нас забрала швидка, отруєння",
)


class OnHand:
    def __init__(self) -> None:
        self.at = AT_23_40

    def now(self) -> datetime:
        return self.at


class Night:
    def __init__(self, stack: LocalStack, eum: EumStub) -> None:
        self.stack, self.eum, self.clock = stack, eum, OnHand()
        self.cases = DynamoCaseStore(stack.mini.client("dynamodb"), stack.outputs["CasesTableName"])
        self.answers = Answers(clients=MemoryClientStore(stack.client), cases=self.cases, clock=self.clock)

    def minute(self) -> None:
        self.clock.at += timedelta(minutes=1)
        self.stack.switches.set_now(self.clock.at)
        self.stack.invoke("Watch")
        self.stack.settle()

    @property
    def incident_id(self) -> str:
        found = self.cases.brand_state("Аврора").incident_id
        assert found is not None, "no crisis"
        return found


@pytest.fixture(scope="module")
def night() -> Iterator[Night]:
    eum = EumStub(limit_reached=True)
    try:
        with LocalStack(client(**PEOPLE), now=AT_23_40) as stack:
            send_by_eum(stack, eum)
            suspend_mail(stack)
            yield Night(stack, eum)
    finally:
        eum.close()


def send_by_eum(stack: LocalStack, eum: EumStub) -> None:
    """As the template does it with SmsProvider eum, whose resources the local AWS has not."""
    functions = stack.mini.client("lambda")
    for name in (stack.outputs["NotifyName"], stack.outputs["WatchName"]):
        variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        by_eum = {"SMS_PROVIDER": "eum", "SMS_ORIGINATION": "TOCSIN", "VOICE_ORIGINATION": "+34910000000"}
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": {**variables, **by_eum, VARIABLE: eum.url}}
        )


def suspend_mail(stack: LocalStack) -> None:
    """SES takes no mail of this sender any more."""
    stack.mini.client("sesv2").delete_email_identity(EmailIdentity=SENDER)


def storm() -> list[Mention]:
    return [
        mention(
            number,
            at=AT_23_40 - timedelta(minutes=20 - number),
            fetched_at=AT_23_40,
            source=source,
            id=f"{source}:{number}",
            text=f"{TEXTS[number % 3]} ({number})",
            author=Author(name=f"a{number}", handle=f"a{number}", followers=2_000 * (number + 1)),
            medium=Medium.SOCIAL,
        )
        for number in range(15)
        for source in [("telegram", "mastodon", "bluesky")[number % 3]]
    ]


def test_the_deputy_is_reached_and_the_case_tells_how(
    night: Night, tocsin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN a crisis at 23:40
    queue = SqsMentionQueue(night.stack.mini.client("sqs"), night.stack.outputs["MentionsQueueUrl"])
    queue.send(storm())
    night.stack.settle()
    night.minute()

    # WHEN no mail and no SMS leaves, and the duty does not answer
    for _ in range(3):
        night.minute()
    assert mails(night.stack.mini) == []
    assert text_messages(night.stack.mini) == []
    assert {asked.phone for asked in night.eum.refused} == set(PHONES.values())

    # THEN both were called, within a minute or two
    assert set(night.eum.called()) == set(PHONES.values())
    sent = [item for item in night.cases.outbox_of(night.incident_id) if item.status is DeliveryStatus.SENT]
    first = min(item.sent_at for item in sent if item.recipient == DEPUTY and item.sent_at)
    assert first - AT_23_40 <= timedelta(minutes=2)

    # WHEN the deputy takes it
    night.answers.acknowledge(night.incident_id, DEPUTY)
    calls = len(night.eum.called())
    for _ in range(4):
        night.minute()

    # THEN nobody is called any more
    assert len(night.eum.called()) == calls
    incident = night.cases.incident(night.incident_id)
    assert incident is not None
    assert incident.state is IncidentState.ACKNOWLEDGED

    # AND what the calls cost was counted
    budgets = DynamoBudgetStore(night.stack.mini.client("dynamodb"), night.stack.outputs["MentionsTableName"])
    assert budgets.used(SCOPE, "2026-03").usd > 0

    # AND the case tells how it was
    for name, value in night.stack.mini.credentials().items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "client.yaml"
    file.write_text(yaml.safe_dump(night.stack.client.model_dump(mode="json"), allow_unicode=True), encoding="utf-8")
    shown = tocsin("incident", "show", file, night.incident_id)
    assert shown.exit_code == 0, shown.stderr
    assert "Suplente has it" in shown.stdout
    lines = shown.stdout.splitlines()
    assert any("sms to Suplente" in line and "ServiceQuotaExceeded" in line for line in lines), shown.stdout
    assert any("call to Suplente" in line and "instead of sms" in line and ", sent" in line for line in lines)
    assert any("email to Чергова" in line and "MessageRejected" in line for line in lines)
    data = [
        json.loads(line) for line in tocsin("incident", "show", file, night.incident_id, "--json").stdout.splitlines()
    ]
    assert any(line.get("step") == Step.ACKNOWLEDGE and line.get("by") == DEPUTY for line in data)
    calls_of_deputy = [line for line in data if line.get("channel") == Channel.CALL and line["recipient"] == DEPUTY]
    assert any(line["status"] == DeliveryStatus.SENT for line in calls_of_deputy)
