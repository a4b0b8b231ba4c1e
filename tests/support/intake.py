"""An intake with everything in memory: its pages are asked as API Gateway would."""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

from tests.support.samples import NOON, client
from tocsin.adapters.memory import MemoryClientStore, MemoryQuarantine, MemoryQueue, MemorySecrets
from tocsin.adapters.memory_intake import MemoryComplaintStore, MemoryLimits, MemoryMailBox
from tocsin.adapters.sources.webhook import read_items
from tocsin.domain.complaint import Complaint, Notice
from tocsin.domain.errors import DeliveryError
from tocsin.entry.intake_site import Site
from tocsin.services.inbound import Hooks, InboundMail
from tocsin.services.intake import Intake
from tocsin.services.remind import Remind

KEY = "k" * 40
HOOK_KEY = "an invented key of a hook"
HOST = "abc123.execute-api.eu-central-1.amazonaws.com"
WORDS = "Після еклера з вашої крамниці дитині зле. Нікому не кажіть!"


class Clock:
    def __init__(self, now: datetime = NOON) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at

    def wait(self, **length: float) -> None:
        self.at += timedelta(**length)


class Channel:
    """``trouble``: by address, or for all under ''."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Notice]] = []
        self.trouble: dict[str, DeliveryError] = {}

    def send(self, notice: Notice, address: str) -> str:
        trouble = self.trouble.get(address) or self.trouble.get("")
        if trouble:
            raise trouble
        self.sent.append((address, notice))
        return f"id-{len(self.sent)}"


class Queue(MemoryQueue):
    broken = False

    def send(self, mentions: Any, **more: Any) -> None:
        if self.broken:
            raise ConnectionError("the queue is away")
        super().send(mentions, **more)


@dataclass
class Page:
    status: int
    html: str
    headers: dict[str, str]

    @property
    def location(self) -> str:
        return self.headers["location"]

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.html)
        assert found is not None, f"no field {name}"
        return unescape(found[1])


@dataclass
class World:
    settings: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, dict[str, str]] = field(
        default_factory=lambda: {"intake": {"link_key": KEY}, "webhooks": {"zap": HOOK_KEY}}
    )

    def __post_init__(self) -> None:
        self.clock, self.queue, self.quarantine = Clock(), Queue(), MemoryQuarantine()
        self.complaints, self.limits, self.channel = MemoryComplaintStore(), MemoryLimits(), Channel()
        self.mails = MemoryMailBox()
        self.clients = MemoryClientStore(client(**{"intake": {}, **self.settings}))
        self.kept = MemorySecrets(**self.secrets)
        self.numbers = iter(range(382_913, 400_000))
        common: dict[str, Any] = {"clients": self.clients, "clock": self.clock, "queue": self.queue}
        self.intake = Intake(
            **common,
            complaints=self.complaints,
            limits=self.limits,
            secrets=self.kept,
            dice=lambda _: next(self.numbers),
        )
        self.hooks = Hooks(**common, limits=self.limits, secrets=self.kept, quarantine=self.quarantine, read=read_items)
        self.mail = InboundMail(**common, quarantine=self.quarantine, mails=self.mails)
        self.remind = Remind(**common, complaints=self.complaints, channel=self.channel)
        self.site = Site(intake=self.intake, hooks=self.hooks, clock=self.clock)

    def ask(self, method: str, path: str, body: str | bytes = "", **more: Any) -> Page:
        return page_of(self.site.answer(event(method, path, body, **more)))

    def get(self, path: str, **more: Any) -> Page:
        return self.ask("GET", path.removeprefix(f"https://{HOST}"), **more)

    def post(self, path: str, fields: dict[str, str], **more: Any) -> Page:
        return self.ask("POST", path.removeprefix(f"https://{HOST}"), urlencode(fields), **more)

    def form(self, **fields: str) -> dict[str, str]:
        """A form as a person fills it in: some seconds after the page was opened."""
        token = self.get("/c").hidden("form")
        self.clock.wait(seconds=20)
        return {"form": token, "happened": WORDS, **fields}

    def complain(self, **fields: str) -> tuple[Complaint, str, str]:
        """The complaint, its author's link and staff's."""
        page = self.post("/c", self.form(**fields))
        assert page.status == 303, page.html
        link = page.location.partition("?")[0]
        complaint = self.complaints.complaint(link.split(".")[-4])
        assert complaint is not None
        return complaint, link, complaint.desk_link


def page_of(answer: dict[str, Any]) -> Page:
    return Page(answer["statusCode"], answer["body"], answer["headers"])


def event(
    method: str, path: str, body: str | bytes = "", *, ip: str = "203.0.113.7", stage: str = "$default", **headers: str
) -> dict[str, Any]:
    """An HTTP API request, payload format 2.0, written by us from the documented shape."""
    path, _, query = path.partition("?")
    raw = body if isinstance(body, bytes) else body.encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path if stage == "$default" else f"/{stage}{path}",
        "rawQueryString": query,
        "headers": {"content-type": "application/x-www-form-urlencoded", **named},
        "requestContext": {
            "domainName": HOST,
            "stage": stage,
            "http": {"method": method, "path": path, "sourceIp": ip},
        },
        "body": b64encode(raw).decode(),
        "isBase64Encoded": True,
    }
