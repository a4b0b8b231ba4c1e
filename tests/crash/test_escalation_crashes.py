"""Protects: whatever dies while people are asked and answer, nobody is forgotten, nobody is rung who has answered, and
an answer is there or can be given again.

A crisis burns. The duty sleeps; the deputy takes it in the third minute, by the link in the message. The same story is
played with the process killed at every AWS call, before it and after it, and with every call refused once.
"""

import json
import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from tests.crash.world import BRAND, EVERY, REGION, Crash, Faults, World, telling, world
from tests.support.feed import Feed
from tests.support.functions import invoke
from tests.support.intake import HOST, event
from tests.support.samples import NOON
from tocsin.domain import escalation
from tocsin.domain.brand_state import BrandState
from tocsin.domain.errors import TocsinError
from tocsin.domain.incident import Incident, IncidentState, Step
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, DeliveryStatus

DUTY, DEPUTY = "duty@agency.example", "deputy@agency.example"
PHONES = {DUTY: "+380441234567", DEPUTY: "+34911234567"}
PEOPLE: dict[str, Any] = {
    "responders": [
        {"name": "Duty", "email": DUTY, "phone": PHONES[DUTY], "role": "responsible", "quiet_hours": None},
        {"name": "Deputy", "email": DEPUTY, "phone": PHONES[DEPUTY], "role": "director", "quiet_hours": None},
    ],
    "escalation": {"crisis": {"again": 2, "next": 2}},
}
ID = "aurora-3fb83f-1"
MINUTES = (0, 2, 3)
ANSWERED_AT = 3
REPAIRS = (5, 7, 9, 11)
LINK = re.compile(r"/a/([A-Za-z0-9_-]{12})")


class People(World):
    """The crisis is there; fetching and assessing are another story."""

    def __init__(self, faults: Faults, work: Path, feed: Feed, *, stream: bool = True) -> None:
        super().__init__(faults, work, feed, stream=stream, people=PEOPLE)
        os.environ |= {"PUBLIC_URL": f"https://{HOST}", "SECRETS_PREFIX": "/tocsin/aurora"}
        self._clients["ssm"].put_parameter(
            Name="/tocsin/aurora/links/secret", Type="SecureString", Value=json.dumps({"key": "k" * 43}), Overwrite=True
        )
        self._set_clock(NOON)
        client = self._client_file()
        storm = Incident.opened(id=ID, client="aurora", brand=BRAND, level=Level.CRISIS, index=70, reasons=(), at=NOON)
        moved = escalation.alarm(client, storm, AlertKind.RAISED, NOON)
        self._cases.save_assessment(BrandState(brand=BRAND, version=1), incident=moved.incident, outbox=moved.outbox)
        self.taken_at: datetime | None = None

    def story(self) -> None:
        for minute in (*MINUTES, *REPAIRS):
            self._set_clock(NOON + timedelta(minutes=minute))
            if minute >= ANSWERED_AT and self.incident().state is IncidentState.OPEN:
                self._answer()
            if self.stream:
                self._pump_stream()
            self._invoke("watch", {})
            if self.stream:
                self._pump_stream()
            if minute > ANSWERED_AT and not wrongs(self):
                return

    def _answer(self) -> None:
        """The deputy opens the link of the last message and presses the button, again if it fails."""
        code = self.code_of(DEPUTY)
        if code is None:
            return
        self.faults.active = "answer_alert"
        try:
            invoke("answer_alert", event("POST", f"/a/{code}", "do=take"))
        except Crash:
            pass
        except (ClientError, TocsinError):
            if not self.faults.struck:
                raise
        finally:
            self.faults.active = ""

    def code_of(self, person: str) -> str | None:
        found = [
            LINK.search(text)
            for phone, text, *_ in sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.values()
            if phone == PHONES[person]
        ]
        return next((match[1] for match in reversed(found) if match), None)

    def incident(self) -> Incident:
        found = self._cases.incident(ID)
        assert found is not None
        return found


def wrongs(at: People) -> list[str]:
    """What the story's end must never show."""
    found = []
    incident, outbox = at.incident(), at.outbox()
    told = {(channel, address) for channel, address in at.delivered()}
    must = {("email", DUTY), *((channel, address) for channel in ["sms"] for address in PHONES.values())}
    if missed := must - told:
        found.append(f"nobody told {missed}")
    if incident.state is not IncidentState.ACKNOWLEDGED or escalation.holders(at._client_file(), incident) != (DEPUTY,):
        found.append(f"{incident.state} and held by {escalation.holders(at._client_file(), incident)}")
    if waiting := [item.id for item in outbox if item.status in {DeliveryStatus.PENDING, DeliveryStatus.FAILED}]:
        found.append(f"left undone: {waiting}")
    taken = next((entry.at for entry in incident.timeline if entry.step is Step.ACKNOWLEDGE), None)
    rung = [item for item in outbox if item.channel in {Channel.SMS, Channel.CALL}]
    late = [item.id for item in rung if taken and item.sent_at and item.sent_at > taken]
    if late:
        found.append(f"rung after the answer: {late}")
    asked = {entry.who for entry in incident.timeline if entry.step is Step.PAGE}
    if asked != {DUTY, DEPUTY}:
        found.append(f"asked: {asked}")
    if incident.paging is None or incident.paging.next_at is None:
        found.append("nobody looks at it again")
    return found


@pytest.fixture(scope="module")
def feed() -> Iterator[Feed]:
    made = Feed()
    yield made
    made.close()


def test_the_story_itself_ends_well(feed: Feed, tmp_path: Path) -> None:
    for stream in (True, False):
        with world(Faults(), tmp_path, feed, stream=stream, kind=People) as at:
            at.story()
            assert wrongs(at) == []


STRIKES = ("before", "after", "refuse")


@pytest.mark.parametrize("strike", STRIKES)
def test_every_call_may_be_the_last(feed: Feed, tmp_path: Path, strike: str) -> None:
    """Every write and send is struck in one of the three ways, in turn."""
    count = Faults()
    with world(count, tmp_path, feed, kind=People) as at:
        at.story()
    place, step = (0, 1) if os.environ.get(EVERY) else (STRIKES.index(strike), len(STRIKES))
    for number in telling(count, strike)[place::step]:
        faults = Faults(at=number, strike=strike)
        with world(faults, tmp_path, feed, kind=People) as at:
            at.story()
            assert faults.struck
            assert wrongs(at) == [], f"{strike} call {number}, {count.within[number - 1]} {count.calls[number - 1]}"
