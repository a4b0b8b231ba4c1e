"""Draw the pages of a case and its letters as people see them: a phone's width, light and dark.

    .venv/bin/python infra/tools/case_pictures.py [OUT_DIR [PATTERN]]

Plays an invented case through the real site with everything in memory, and writes PNG files to OUT_DIR (build/case),
those whose name fits PATTERN (like uk-plan*). Needs chromium. Names are invented.
"""

import sys
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from alert_pictures import BRANDS, CLIENTS, MENTIONS, TOLD, ZONES
from chromium import photograph

from tocsin.adapters.memory import MemoryClientStore, MemoryMentionStore, MemorySecrets
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.adapters.memory_drills import MemoryDrillStore
from tocsin.adapters.memory_intake import MemoryLimits
from tocsin.adapters.memory_plans import MemoryPlanStore
from tocsin.adapters.memory_readiness import MemoryReadinessStore
from tocsin.adapters.memory_stories import MemoryStoryStore
from tocsin.domain import escalation
from tocsin.domain.alert import Alert, Due, DueKind
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.review import ChangeKind, ChangeState, PlanChange, Review
from tocsin.domain.client import Client, Language
from tocsin.domain.drill_report import DrillReport, Reached
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.links import Purpose
from tocsin.domain.mention import Author, Mention
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.domain.readiness import found
from tocsin.domain.readiness_report import Check, Found, ReadinessReport, State
from tocsin.domain.reading import Reading, ScoredMention, Sentiment
from tocsin.domain.reasons import Reason, ReasonName
from tocsin.entry.answer_site import AnswerSite
from tocsin.services.answer import Answers
from tocsin.services.links import Links
from tocsin.web.mail import render_email
from tocsin_cli.playbooks import load_library

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 22, 1, 14, tzinfo=UTC)
PHONE = (("phone", 390),)
HOST = "t.agency.example"
DUTY, DEPUTY = "duty@agency.example", "deputy@agency.example"
WANTED = sys.argv[2] if len(sys.argv) > 2 else "*"
SAID: dict[Language, dict[str, str]] = {
    "uk": {
        "promise": "Повернути гроші за еклери",
        "to": "Марії К.",
        "outlet": "Суспільне",
        "ask": "Скільки дітей у лікарні?",
        "what": "троє дітей захворіли після еклерів із крамниці на Подолі", "unknown": "чи винні саме еклери",
        "action": "зняли партію з продажу в усіх крамницях", "contact": "+380 44 123 45 67", "board": "Наглядова рада",
        "why": "Дзвінок із лікарні",
        "question": "Чи закриваємо інші крамниці?",
        "bad": "Вибачте, якщо когось образили.",
    },
    "es": {
        "promise": "Devolver el dinero de los pasteles",
        "to": "Marta G.",
        "outlet": "Levante",
        "ask": "¿Cuántos niños?",
        "what": "tres niños enfermaron tras comer pasteles de la tienda de Ruzafa", "unknown": "si fueron los pasteles",
        "action": "retirar el lote de todas las tiendas", "contact": "+34 600 123 456", "board": "Consejo",
        "why": "Llamada del hospital",
        "question": "¿Cerramos las otras tiendas?",
        "bad": "Perdón si alguien se ofendió.",
    },
    "en": {
        "promise": "Refund the eclairs", "to": "Kate W.", "outlet": "City News", "ask": "How many children?",
        "what": "three children fell ill after eclairs from one shop", "unknown": "whether it was the eclairs",
        "action": "taking the batch off sale everywhere", "contact": "+44 20 7946 0000", "board": "The board",
        "why": "A call from the hospital",
        "question": "Do we close the other shops?",
        "bad": "Sorry if you were offended.",
    },
}  # fmt: skip


class Clock:
    at = AT

    def now(self) -> datetime:
        return self.at


class Stage:
    """A storm of sixteen minutes over the sample's brand, and its pages."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        first, second = TOLD[language]
        self.client = Client.model_validate(
            {
                "client": "aurora", "name": CLIENTS[language], "timezone": ZONES[language], "language": language,
                "brands": [{"name": BRANDS[language], "terms": [BRANDS[language]]}],
                "responders": [
                    {"name": first, "email": DUTY, "phone": "+380441234567", "role": "responsible"},
                    {"name": second, "email": DEPUTY, "phone": "+380671234567", "role": "deputy"},
                ],
                "client_contacts": [{"name": "I. Owner", "email": "owner@aurora.example", "role": "CEO"}],
                "stakeholders": [
                    {"name": SAID[language]["board"], "circle": "board", "email": "board@aurora.example"},
                ],
            }
        )  # fmt: skip
        self.clock, self.cases, self.mentions = Clock(), MemoryCaseStore(), MemoryMentionStore()
        self.readiness, self.drills = MemoryReadinessStore(), MemoryDrillStore()
        self.clients, self.secrets = MemoryClientStore(self.client), MemorySecrets(links={"key": "p" * 40})
        self.links = Links(
            clients=self.clients, cases=self.cases, secrets=self.secrets, clock=self.clock, public_url=f"https://{HOST}"
        )
        self.id = "aurora-3fb83f-1"
        self._burn()

    def _burn(self) -> None:
        brand, began = BRANDS[self.language], AT - timedelta(minutes=16)
        reasons = (Reason(name=ReasonName.SURGE, points=28, count=47, minutes=60, usual=2.6),)
        storm = Incident.opened(
            id=self.id, client="aurora", brand=brand, level=Level.CRISIS, index=78, reasons=reasons, at=began
        )
        moved = escalation.alarm(self.client, storm, AlertKind.RAISED, began)
        state = BrandState(brand=brand, version=1, incident_id=self.id, incident_no=1)
        self.cases.save_assessment(state, incident=moved.incident, outbox=moved.outbox)
        self.mentions.record(brand, [_heard(self.language, number) for number in range(3)])

    def site(self) -> AnswerSite:
        return AnswerSite(
            clients=self.clients, cases=self.cases, mentions=self.mentions, limits=MemoryLimits(),
            secrets=self.secrets, links=self.links, clock=self.clock, plans=MemoryPlanStore(load_library()),
            answers=Answers(clients=self.clients, cases=self.cases, clock=self.clock), stories=MemoryStoryStore(),
            readiness=lambda: self.readiness, drills=lambda: self.drills,
        )  # fmt: skip

    def link(self, person: str = DUTY, purpose: Purpose = Purpose.ANSWER, subject: str | None = None) -> str:
        issued = self.links.issue(subject or self.id, person, purpose)
        if issued is None:
            raise SystemExit("no link could be made")
        return issued[0]

    def get(self, link: str, query: str = "") -> str:
        return str(self.site().answer(_event("GET", link, query))["body"])

    def send(self, do: str, by: str = DUTY, link: str | None = None, **fields: str) -> dict[str, list[str]]:
        """What the address says that the visitor is led to."""
        body = urlencode({"do": do, "part": "plan", **fields})
        answer = self.site().answer(_event("POST", link or self.link(by), "", body))
        if answer["statusCode"] != 303:
            raise SystemExit(f"{do}: {answer['statusCode']}")
        return parse_qs(urlsplit(answer["headers"]["location"]).query)

    def moment(self, minutes: int) -> str:
        local = (self.clock.at + timedelta(minutes=minutes)).astimezone(self.client.zone_of(self.client.responders[0]))
        return f"{local:%Y-%m-%dT%H:%M}"

    @property
    def file(self) -> Any:
        return self.cases.case_file(self.id)


def _heard(language: Language, number: int) -> ScoredMention:
    title, text, url, author, followers = MENTIONS[language][number]
    mention = Mention(
        id=f"m{number}", source="mastodon", brand=BRANDS[language], url=url, title=title,
        text=text, author=Author(name=author, followers=followers), language=language,
        published_at=AT - timedelta(minutes=37 - number * 14), fetched_at=AT - timedelta(minutes=8 - number),
    )  # fmt: skip
    reading = Reading(
        sentiment=Sentiment.NEGATIVE, score=-0.9, confidence=0.9, severity=0.9 - number / 10, language=language
    )  # fmt: skip
    return ScoredMention(mention=mention, reading=reading)


def _event(method: str, link: str, query: str, body: str = "") -> dict[str, Any]:
    return {
        "rawPath": urlsplit(link).path, "rawQueryString": query, "body": body, "isBase64Encoded": False,
        "headers": {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"},
        "requestContext": {
            "domainName": HOST, "stage": "$default", "http": {"method": method, "sourceIp": "192.0.2.1"},
        },
    }  # fmt: skip


def play(language: Language, out: Path) -> None:
    stage, said = Stage(language), SAID[language]
    stage.send("pick", scenario="product_harm")

    def draw(name: str, query: str = "", link: str | None = None) -> None:
        picture(f"{language}-{name}", stage.get(link or stage.link(), query), out)

    draw("case-asked")
    stage.send("take", part="")
    draw("case-mine")
    draw("plan", "part=plan")
    stage.send("cause", product="Eclairs", place="Podil")
    stage.send("verify", truth="true", proof=said["why"])
    stage.send("settle", strategy_instruct="1", strategy_adjust="1", strategy_apologise="1")
    draw("plan-settled", "part=plan")
    draw("cause", "part=cause")
    draw("who", "part=who")
    draw("words-new", "part=words&new=holding")
    asked = stage.send(
        "text_draft", id="staff", what=said["what"], unknown=said["unknown"], action=said["action"],
        contact=said["contact"], known_at=stage.moment(-10), next_at=stage.moment(60), language=language,
    )  # fmt: skip
    text = asked["text"][0]
    bad = stage.send("text_write", id="holding", text=said["bad"], language=language)["text"][0]
    draw("words", "part=words")
    draw("text-own", f"part=words&text={text}")
    draw("text-findings", f"part=words&text={bad}", stage.link(DEPUTY))
    mark = _mark(stage, text)
    stage.send("text_approve", DEPUTY, id=text, mark=mark, note=said["why"])
    draw("text-approved", f"part=words&text={text}")
    stage.send("text_ask", id=text, mark=mark, contact="owner@aurora.example")
    draw("approve", "", stage.link("owner@aurora.example", Purpose.APPROVE, f"{stage.id}/{text}"))
    stage.send("brief_send", id="0", name=said["board"], text=text)
    brief = stage.link("board@aurora.example", Purpose.BRIEF, f"{stage.id}/{stage.file.briefs[0].id}")
    stage.send("ask", link=brief, words=said["question"])
    draw("brief", "", brief)
    draw("briefs", "part=briefs")
    stage.send("promise_add", what=said["promise"], to=said["to"], owner=DUTY, due=stage.moment(20))
    stage.send("enquiry_add", outlet=said["outlet"], question=said["ask"], deadline=stage.moment(45), owner=DUTY)
    draw("promises", "part=promises")
    draw("enquiries", "part=enquiries")
    stage.send("hold", to="severe", why=said["why"])
    draw("level", "part=level")
    desk = stage.link(DUTY, Purpose.DECLARE, "aurora")
    draw("declare", "", desk)
    beside(stage)
    for part in ("ready", "drill", "changes"):
        draw(f"desk-{part}", f"part={part}", desk)
    stage.clock.at += timedelta(hours=1)
    draw("case-late")
    draw("history", "part=history")
    draw("review", "part=review")
    letters(stage, out)


def beside(stage: Stage) -> None:
    """What the client's own pages show: a look of this morning, a drill of yesterday, a change of last week."""
    at = stage.clock.at
    findings = (
        found(Check.PLAYBOOKS, State.OK, Found.PLAYBOOKS, "22"),
        found(Check.TEXTS, State.WANTING, Found.NO_FIRST_WORDS, stage.language, "product_harm,data_leak"),
        found(Check.PEOPLE, State.WANTING, Found.WAY_UNTRIED, TOLD[stage.language][1], "phone", "90"),
        found(Check.CLOCKS, State.OK, Found.COVERED),
        found(Check.BUDGETS, State.OK, Found.MONEY, "48.20", "50", "7.44"),
        found(Check.SOURCES, State.UNSEEN, Found.SOURCES_UNSEEN),
        found(Check.SHADOW, State.OK, Found.ARMED),
    )
    stage.readiness.save(ReadinessReport(at=at - timedelta(minutes=44), findings=findings))
    began = at - timedelta(days=1)
    report = DrillReport(
        brand=BRANDS[stage.language], scenario="product_harm", incident_id="x-1", level=Level.CRISIS, began_at=began,
        ended_at=began + timedelta(minutes=41), alerted_at=began + timedelta(minutes=1),
        acknowledged_at=began + timedelta(minutes=4), acknowledged_by=DUTY,
        responded_at=began + timedelta(minutes=41), acknowledge_within=10, respond_within=30,
        reached=(
            Reached(person=DUTY, channel=Channel.SMS, sent_at=began, delivered="delivered"),
            Reached(person=DEPUTY, channel=Channel.EMAIL, sent_at=began),
            Reached(person=DEPUTY, channel=Channel.SMS, sent_at=began, why="undeliverable"),
        ),
    )  # fmt: skip
    stage.drills.save_book(stage.drills.book().reported(DEPUTY, report))
    file = stage.file
    change = PlanChange(
        id="change-1", kind=ChangeKind.THRESHOLD, place="thresholds.crisis", before="65", after="60",
        why=("waited=24",), state=ChangeState.ACCEPTED, decided_by=DEPUTY, decided_at=at - timedelta(days=7),
        applied_at=at - timedelta(days=7), incident=stage.id,
    )  # fmt: skip
    review = Review(begun_at=at, changes=(change,))
    stage.cases.save_case((file.with_(review=review, version=file.version + 1),))
    stage.clients.accept(change)


def letters(stage: Stage, out: Path) -> None:
    language, said = stage.language, SAID[stage.language]
    due = (
        Due(kind=DueKind.PROMISE, words=f"{said['promise']} ({said['to']})", at=AT - timedelta(minutes=20)),
        Due(kind=DueKind.ENQUIRY, words=f"{said['outlet']}: {said['ask']}", at=AT + timedelta(minutes=45)),
    )
    for kind in (AlertKind.DUE, AlertKind.BRIEF, AlertKind.APPROVE):
        alert = Alert(
            id="x", incident_id=stage.id, kind=kind, client_name=CLIENTS[language], brand=BRANDS[language],
            level=Level.CRISIS, index=78, reasons=(), opened_at=AT - timedelta(minutes=16), at=AT, recipient="x",
            language=language, timezone=ZONES[language], negative=0, total=0, window_minutes=60,
            answer=f"https://{HOST}/a/AbCdE0123456", due=due if kind is AlertKind.DUE else (),
        )  # fmt: skip
        picture(f"{language}-letter-{kind.value}", render_email(alert).html, out)


def _mark(stage: Stage, text_id: str) -> str:
    from tocsin.domain.case.approving import mark_of

    return mark_of(next(one for one in stage.file.texts if one.id == text_id))


def picture(name: str, document: str, out: Path) -> None:
    if fnmatch(name, WANTED):
        photograph(name, document, out, PHONE)


def main() -> None:
    out = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build" / "case"
    out.mkdir(parents=True, exist_ok=True)
    for language in BRANDS:
        if fnmatch(f"{language}-", WANTED[:3] + "*") or WANTED.startswith("*"):
            play(language, out)


if __name__ == "__main__":
    main()
