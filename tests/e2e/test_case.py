"""Protects: a case is one object from the first mention to the accepted change of plan, on the deployed functions, by
the pages that people open; and the next incident goes by the changed plan.

Everything that people do is done over HTTP by the links that their mails brought.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import requests

from tests.support.samples import client, mention
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.queue_sqs import SqsMentionQueue
from tocsin.domain.case.file import CaseFile, CaseStatus, What
from tocsin.domain.case.promises import PromiseState
from tocsin.domain.case.review import ChangeKind, ChangeState
from tocsin.domain.case.reviewing import QUESTIONS
from tocsin.domain.case.tasks import Plan, TaskState
from tocsin.domain.case.texts import TextState
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.mention import Author, Medium, Mention
from tocsin.domain.posture import Truth
from tocsin_cli.playbooks import load_library
from tocsin_local.inbox import mails, text_messages
from tocsin_local.stack import LocalStack

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BRAND = "Аврора"
DUTY, DEPUTY, OWNER = "duty@agency.example", "deputy@agency.example", "owner@aurora.example"
FILE: dict[str, Any] = {
    "client": "whole",
    "language": "en",
    "sources": [{"kind": "rss", "urls": ["http://127.0.0.1:9/feed.xml"]}],
    "responders": [
        {"name": "Duty", "email": DUTY, "phone": "+380441234567", "role": "responsible"},
        {"name": "Deputy", "email": DEPUTY, "phone": "+34911234567", "role": "deputy"},
    ],
    "client_contacts": [{"name": "Owner", "email": OWNER, "phone": "+380501234567"}],
    "words": {"client_approves_from": "crisis"},
}
TEXTS = (
    "Отруїлися тортом з пекарні Аврора усією родиною, дитина в лікарні",
    "У пекарні Аврора торт з пліснявою, троє отруєних у лікарні",
    "Після еклерів з Аврори нас забрала швидка: отруєння",
)


class Person:
    """Somebody with a link, on a phone."""

    def __init__(self, stack: LocalStack, code: str) -> None:
        self.url = f"{stack.http_url}/a/{code}"

    def look(self, **query: str) -> str:
        answer = requests.get(self.url, params=query, timeout=20)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    def do(self, what: str, /, status: int = 303, **fields: str) -> str:
        answer = requests.post(self.url, data={"do": what, **fields}, timeout=20, allow_redirects=False)
        assert answer.status_code == status, (what, answer.status_code, unescape(answer.text))
        return unescape(answer.text)

    def mark_of(self, text_id: str) -> str:
        found = re.search(r'name="mark" value="([^"]*)"', self.look(part="words", text=text_id))
        assert found is not None
        return found[1]


class Whole:
    def __init__(self, stack: LocalStack) -> None:
        self.stack, self.at = stack, START
        dynamodb = stack.mini.client("dynamodb")
        self.cases = DynamoCaseStore(dynamodb, stack.outputs["CasesTableName"])
        self.queue = SqsMentionQueue(stack.mini.client("sqs"), stack.outputs["MentionsQueueUrl"])

    def storm(self, of: str) -> None:
        self.queue.send(storm(self.at, of))
        self.stack.settle()
        self.minute()

    def minute(self, after: timedelta = timedelta(minutes=1)) -> None:
        self.at += after
        self.stack.switches.set_now(self.at)
        self.stack.invoke("Watch")
        self.stack.settle()

    @property
    def incident(self) -> Incident:
        incident_id = self.cases.brand_state(BRAND).incident_id
        found = self.cases.incident(incident_id) if incident_id else None
        assert found is not None
        return found

    @property
    def file(self) -> CaseFile:
        found = self.cases.case_file(self.incident.id)
        assert found is not None
        return found

    @property
    def plan(self) -> Plan:
        assert self.file.plan is not None
        return self.file.plan

    def link(self, to: str, *, about: str = "") -> Person:
        """From the newest mail to this person."""
        for mail in reversed(mails(self.stack.mini)):
            found = re.search(r"/a/([A-Za-z0-9]{12})", mail.text)
            if to in mail.to and found and about in mail.text:
                return Person(self.stack, found[1])
        raise AssertionError(f"no mail to {to} with a link")

    def local(self, after: timedelta) -> str:
        """A moment as a form of the client's zone takes it."""
        return (
            f"{(self.at + after).astimezone(self.stack.client.zone_of(self.stack.client.responders[0])):%Y-%m-%dT%H:%M}"
        )


def storm(at: datetime, of: str) -> list[Mention]:
    return [
        mention(
            number,
            at=at - timedelta(minutes=20 - number),
            fetched_at=at,
            source=source,
            id=f"{source}:{of}{number}",
            text=f"{TEXTS[number % 3]} ({number})",
            author=Author(name=f"{of}{number}", handle=f"{of}{number}", followers=2_000 * (number + 1)),
            medium=Medium.SOCIAL,
        )
        for number in range(15)
        for source in [("telegram", "mastodon", "bluesky")[number % 3]]
    ]


@pytest.fixture(scope="module")
def whole() -> Iterator[Whole]:
    with LocalStack(client(**FILE), now=START, library=load_library()) as stack:
        yield Whole(stack)


def test_from_the_first_mention_to_the_accepted_change_of_plan_and_the_next_incident(whole: Whole) -> None:  # noqa: PLR0915 - one story
    # GIVEN people who write of poisoning
    whole.storm("a")
    first = whole.incident.id
    assert whole.incident.level >= Level.CRISIS

    # THEN the first mail hands over the plan, and its tasks have clocks
    assert whole.plan.scenario == "product_harm"
    assert whole.plan.cited == "product_harm v1"
    alarm = next(mail for mail in mails(whole.stack.mini) if DUTY in mail.to and "CRISIS" in mail.subject)
    said = " ".join(alarm.text.split())
    assert sum(task.words.en[:40] in said for task in whole.file.tasks) >= 3, alarm.text
    assert all(task.due_at > START for task in whole.file.tasks)

    # WHEN the duty takes it and finds out that it is true
    duty, deputy = whole.link(DUTY), whole.link(DEPUTY)
    duty.do("take", level=whole.incident.level.value)
    assert whole.incident.state.value == "acknowledged"
    duty.do("pick", scenario="product_harm")
    duty.do("verify", truth="true", proof="the laboratory's report of today")
    assert whole.file.cause.truth is Truth.TRUE
    assert {task.id: task.state for task in whole.file.tasks}["verify"] is TaskState.DONE

    # AND they settle how the public is answered: an apology waits for somebody else's signature
    assert "settle" in duty.look(part="plan")
    duty.do("settle", status=409, strategy_excuse="1", strategy_instruct="1")
    duty.do("settle", strategy_instruct="1", strategy_adjust="1", strategy_apologise="1")
    duty.do("plan_sign", status=409)
    deputy.do("plan_sign")
    assert whole.plan.signed_by == DEPUTY

    # AND draft the first statement: whoever wrote it does not approve it, and the client reads it before it goes
    duty.do(
        "text_draft", id="holding", language="en", known_at=whole.local(-timedelta(minutes=1)),
        next_at=whole.local(timedelta(hours=2)), what="several guests fell ill after eating a cake of ours",
        whom="everybody who bought a cake of ours since Saturday", action="we have stopped the sale of all cakes",
        advice="please do not eat cakes bought since Saturday and see a doctor if you feel ill",
        unknown="which ingredient it was", contact="help@aurora.example, +380441112233",
    )  # fmt: skip
    [text] = whole.file.texts
    duty.do("text_approve", status=409, id=text.id, mark=duty.mark_of(text.id))
    duty.do("text_sent", status=409, id=text.id, mark=duty.mark_of(text.id), url="https://aurora.example/news")
    deputy.do("text_approve", id=text.id, mark=deputy.mark_of(text.id))
    duty.do("text_ask", id=text.id, mark=duty.mark_of(text.id), contact=OWNER)
    whole.minute()
    owner = whole.link(OWNER)
    shown = owner.look()
    assert text.text.split(".")[0] in shown
    assert "product_harm" not in shown
    mark = re.search(r'name="mark" value="([^"]*)"', shown)
    assert mark is not None
    owner.do("yes", mark=mark[1])
    duty.do("text_sent", id=text.id, mark=duty.mark_of(text.id), url="https://aurora.example/news")
    [text] = whole.file.texts
    assert (text.state, text.approved_by, text.client_approved_by) == (TextState.SENT, DEPUTY, OWNER)

    # AND promise something
    due = timedelta(hours=5)
    duty.do(
        "promise_add", what="the laboratory's report is published", to="the guests", owner=DUTY, due=whole.local(due)
    )
    [promise] = whole.file.promises
    duty.do("close", status=409, why="over")

    # AND do one task late, and one that stands in no plan
    whole.minute(timedelta(minutes=75))
    duty.do("task_done", id="protect")
    duty.do("task_add", words="Ask the hospital what the guests ate.", due=whole.local(timedelta(hours=1)), to=DUTY)
    [added] = [task for task in whole.file.tasks if task.step is None]
    duty.do("task_note", id=added.id, note="the almond cake")

    # WHEN its hour comes, THEN who keeps it is told by mail and SMS
    before = len(text_messages(whole.stack.mini))
    whole.minute(promise.due_at - whole.at)
    whole.minute()
    told = [mail for mail in mails(whole.stack.mini) if DUTY in mail.to and "laboratory" in mail.text]
    assert told
    assert len(text_messages(whole.stack.mini)) > before

    # WHEN the storm is over
    for _ in range(12):
        whole.minute(timedelta(hours=25))
        if whole.incident.closed:
            break
    assert whole.incident.closed

    # THEN the case stays open until the promise is kept
    assert whole.file.status is CaseStatus.OPEN
    duty = whole.link(DUTY)
    duty.do("close", status=409, why="over")
    duty.do("promise_kept", id=promise.id)
    assert whole.file.promises[0].state is PromiseState.KEPT

    # AND what came of each text that went out was measured
    assert all(one.result is not None for one in whole.file.texts if one.sent_at is not None)

    # AND a minute later the review is there, with figures, questions and proposals in sentences
    whole.minute()
    review = whole.file.review
    assert review is not None
    page = duty.look(part="review")
    assert "From the first criticism to the first alert: 20 minutes" in page
    assert "Ask the hospital what the guests ate." in page
    [later, joins] = [
        next(one for one in review.changes if one.kind is ChangeKind.PLAYBOOK and (one.before is None) is added)
        for added in (False, True)
    ]

    # WHEN people answer them and accept a change, refuse the other
    for question in QUESTIONS:
        duty.do("review_answer", id=question, words="An oven was set too low; the bakery checks it each morning.")
    duty.do("change_refuse", id=later.id)
    for change in review.changes:
        if change.id != later.id:
            duty.do("change_accept", id=change.id)
    whole.minute()

    # THEN it is in force, and the case can be finished and closed
    review = whole.file.review
    assert review is not None
    assert {one.id: one.state for one in review.changes}[joins.id] is ChangeState.ACCEPTED
    duty.do("review_finish")
    duty.do("close", why="the bakery has changed its ovens")
    assert whole.file.status.value == "closed"
    history = [event.what for event in whole.cases.case_events(first)]
    for what in (
        What.OPENED, What.PLANNED, What.VERIFIED, What.SIGNED, What.DRAFTED, What.APPROVED, What.CLIENT_APPROVED,
        What.SENT, What.PROMISED, What.KEPT, What.REVIEW, What.ACCEPTED, What.REVIEWED, What.CLOSED,
    ):  # fmt: skip
        assert what in history, what

    # WHEN it happens again, days later
    whole.at += timedelta(days=3)
    whole.stack.switches.set_now(whole.at)
    whole.storm("b")
    whole.minute()

    # THEN the next incident goes by the changed plan, and names the former one
    assert whole.incident.id != first
    assert whole.plan.cited == "product_harm v2"
    assert "Ask the hospital what the guests ate." in {task.words.en for task in whole.file.tasks}
    assert whole.file.former == first
    # AND its very alarm says so: which case it was, and what people have changed since
    rung = next(one for one in mails(whole.stack.mini) if DUTY in one.to and whole.incident.id in one.text)
    assert f"This has come back: case {first} of" in rung.text
    assert "Ask the hospital what the guests ate." in rung.text
