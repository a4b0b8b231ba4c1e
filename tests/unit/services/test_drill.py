"""Protects: a drill goes the real way, says so to everybody, and the brand knows nothing of it."""

from datetime import timedelta
from pathlib import Path
from typing import Any, get_args
from unittest.mock import Mock

import pytest
import yaml

from tests.support.samples import NOON, client, mention
from tests.unit.services.support import House
from tocsin.adapters.memory import MemoryQueue
from tocsin.domain.client import Client, Language
from tocsin.domain.detector import Detector
from tocsin.domain.drill_report import DrillReport
from tocsin.domain.drills import drill_brand, is_drill
from tocsin.domain.health_news import HealthBook
from tocsin.domain.incident import IncidentState
from tocsin.domain.levels import Level
from tocsin.domain.outbox import Channel, DeliveryStatus
from tocsin.domain.scenarios import SCENARIOS
from tocsin.domain.source_health import Ailment, Coverage, Ill
from tocsin.domain.source_state import SourceState
from tocsin.domain.sources import units_of
from tocsin.services.drill import Drill, DrillError
from tocsin.web.call import render_call
from tocsin.web.chat import render_chat
from tocsin.web.mail import render_email
from tocsin.web.sms import render_sms
from tocsin_cli.playbooks import load_library

ROOT = Path(__file__).resolve().parents[3]
TEXTS: dict[str, dict[str, list[str]]] = yaml.safe_load((ROOT / "infra/drills/texts.yaml").read_text(encoding="utf-8"))
FLOORS = {one.scenario: one.floor for one in load_library().playbooks}
BRAND = "Аврора"
SMS, MAIL = (Channel.SMS,), (Channel.EMAIL,)


class Pumped(MemoryQueue):
    """What waits is brought to the functions by whoever waits."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house = house
        self.brought = 0

    def bring(self) -> None:
        fresh, self.brought = self.mentions[self.brought :], len(self.mentions)
        if fresh:
            self.house.hear(*fresh)


class Drilled:
    """A house whose minutes pass while the drill waits. ``answers``: what people do, by minutes after the alarm."""

    def __init__(self, of: Client | None = None, answers: dict[int, str] | None = None) -> None:
        self.house = House(of, Detector())
        self.queue = Pumped(self.house)
        self.answers = dict(answers or {})
        self.sources: Any = None

    def run(self, scenario: str = "product_harm", language: str = "uk", minutes: int = 20) -> DrillReport:
        house = self.house
        drill = Drill(
            clients=house.clients, cases=house.cases, controls=house.controls, queue=self.queue,
            traces=house.mentions, clock=house.clock, wait=self._wait, health=house.health,
            sources=self.sources,
        )  # fmt: skip
        return drill.run(BRAND, scenario, TEXTS[scenario][language], lasts=timedelta(minutes=minutes), by="desk")

    def _wait(self, _: float) -> None:
        self.queue.bring()
        self.house.clock.forward(seconds=20)
        self.house.watch.run()
        minute = int((self.house.clock.now() - NOON) / timedelta(minutes=1))
        done = self.answers.pop(minute, None)
        incident = self.house.cases.brand_state(drill_brand(BRAND)).incident_id
        if done == "take" and incident:
            self.house.answers.acknowledge(incident, "duty@agency.example")
        elif done == "answer" and incident:
            self.house.answers.act(incident, "duty@agency.example", "answered", responded=True)

    def sent(self, channel: Channel) -> list[Any]:
        return [alert for _, alert in self.house.channels[channel].sent]


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("language", get_args(Language))
def test_each_scenario_rings_in_each_language(scenario: str, language: str) -> None:
    # GIVEN texts of ours, more of them where the level must not hang on one reading
    assert len(TEXTS[scenario][language]) >= (4 if FLOORS[scenario] >= Level.CRISIS else 2)

    # WHEN they are drilled and nobody answers
    drilled = Drilled()
    report = drilled.run(scenario, language, minutes=3)

    # THEN phones ring within the time, marked
    assert report.level is not None, scenario
    assert report.level >= max(Level.ISSUE, FLOORS[scenario])
    assert report.alerted_at is not None
    assert report.minutes_to_alert is not None
    assert report.minutes_to_alert <= 2
    assert drilled.sent(Channel.SMS)
    assert all("DRILL" in render_sms(alert) for alert in drilled.sent(Channel.SMS))


def test_the_report_tells_when_people_were_told_took_it_and_answered() -> None:
    drilled = Drilled(client(sms={"provider": "eum", "voice": "+34910000000"}), {4: "take", 9: "answer"})

    report = drilled.run()

    assert report.minutes_to_acknowledge == pytest.approx(4, abs=1.1)
    assert report.minutes_to_respond == pytest.approx(9, abs=1.1)
    assert report.acknowledged_by == "duty@agency.example"
    assert report.wanting == ()
    assert {one.channel for one in report.reached if one.sent_at} >= {Channel.SMS, Channel.EMAIL}


def test_whoever_does_not_answer_is_found_wanting() -> None:
    report = Drilled(answers={}).run(minutes=15)

    assert report.acknowledged_at is None
    assert any(line.startswith("not acknowledged") for line in report.wanting)
    assert any(line.startswith("not answered in public") for line in report.wanting)


def test_late_is_wanting_too() -> None:
    report = Drilled(answers={13: "take", 14: "answer"}).run(minutes=30)

    assert [line.split(" after")[0] for line in report.wanting] == ["acknowledged"]


def test_every_text_of_it_says_drill() -> None:
    people = [
        {"name": "Duty", "email": "duty@agency.example", "phone": "+380441234567", "language": "uk"},
        {"name": "Ana", "email": "ana@agency.example", "phone": "+34911234567", "language": "es"},
        {"name": "Joe", "email": "joe@agency.example", "phone": "+447911123456", "language": "en"},
    ]
    rooms = [{"kind": "webhook", "name": "desk", "url": "https://desk.example/in", "level": "watch"}]
    drilled = Drilled(client(responders=people, channels=rooms, sms={"provider": "eum", "voice": "+34910000000"}))

    drilled.run(minutes=15)

    alerts = [alert for channel in Channel for alert in drilled.sent(channel)]
    assert {alert.language for alert in alerts} == {"uk", "es", "en"}
    kinds = {alert.kind for alert in alerts}
    assert len(kinds) >= 3, kinds
    for alert in alerts:
        mail = render_email(alert)
        assert "DRILL" in mail.subject
        assert "DRILL" in mail.text
        assert "DRILL" in mail.html
        assert "DRILL" in render_sms(alert)
        assert "DRILL" in render_call(alert).upper() or alert.language != "en"
        assert "DRILL" in render_chat(alert).title
        assert "DRILL" in render_chat(alert, brief=True).title
    words = {alert.language: render_sms(alert) for alert in alerts}
    assert "НАВЧАННЯ" in words["uk"]
    assert "SIMULACRO" in words["es"]
    assert words["en"].count("DRILL") == 1


def test_nobody_outside_the_agency_hears_of_it() -> None:
    contacts = [{"name": "Owner", "email": "owner@aurora.example", "phone": "+380501234567"}]
    drilled = Drilled(client(client_contacts=contacts, client_auto_page=True))

    report = drilled.run(minutes=3)

    assert report.incident_id is not None
    owner = [one for one in drilled.house.cases.outbox_of(report.incident_id) if one.recipient.startswith("owner")]
    assert owner
    assert {one.status for one in owner} == {DeliveryStatus.CANCELLED}
    addresses = {address for channel in Channel for address, _ in drilled.house.channels[channel].sent}
    assert not addresses & {"owner@aurora.example", "+380501234567"}


def test_the_brand_knows_nothing_of_it() -> None:
    # GIVEN a brand of which something was said
    drilled = Drilled(answers={3: "take", 5: "answer"})
    house = drilled.house
    house.hear(mention(1, text="Аврора відкрила нову пекарню, смачно"))
    before = house.cases.brand_state(BRAND)
    seq, day = house.mentions.dirty_seq(BRAND), (NOON - timedelta(days=1), NOON + timedelta(days=1))
    counts, signals = house.mentions.counts(BRAND, *day), house.mentions.signals(BRAND, *day, 100)

    # WHEN a drill is played
    report = drilled.run()

    # THEN nothing that is kept of the brand has moved
    after = house.cases.brand_state(BRAND)
    assert after == before.model_copy(update={"version": after.version, "assessed_at": after.assessed_at})
    assert house.mentions.dirty_seq(BRAND) == seq
    assert house.mentions.counts(BRAND, *day) == counts
    assert house.mentions.signals(BRAND, *day, 100) == signals
    assert all(not is_drill(one.brand) for one in house.cases.silent(*day, 100))
    # AND what was said in it is gone, its incident over
    name = drill_brand(BRAND)
    assert house.mentions.counts(name, *day) == ()
    assert house.mentions.gravest(name, *day, 10) == ()
    assert house.cases.brand_state(name).incident_id is None
    assert report.incident_id is not None
    incident = house.cases.incident(report.incident_id)
    assert incident is not None
    assert incident.state is IncidentState.RESOLVED


def test_it_rings_in_shadow_and_is_refused_in_a_pause() -> None:
    shadowed = Drilled(client(shadow=True))
    assert shadowed.run(minutes=3).alerted_at is not None

    paused = Drilled()
    controls = paused.house.controls.load().paused(NOON + timedelta(hours=1), by="desk", at=NOON)
    paused.house.controls.save(controls)
    with pytest.raises(DrillError, match="paused"):
        paused.run()


def test_it_is_refused_while_something_real_burns() -> None:
    drilled = Drilled()
    drilled.house.hear(
        *(
            mention(n, text=f"{BRAND}: отруїлися тортом, дитина в реанімації {n}", author={"followers": 900_000})
            for n in range(15)
        )
    )
    assert drilled.house.cases.brand_state(BRAND).level >= Level.ISSUE

    with pytest.raises(DrillError, match="real case"):
        drilled.run()


def test_a_drill_stands_in_no_real_alarms_way() -> None:
    """An SMS of a drill counts for no number's turn, and takes no real one along."""
    drilled = Drilled()
    drilled.run(minutes=3)
    first = len(drilled.sent(Channel.SMS))
    assert first

    drilled.house.hear(
        *(
            mention(n, at=drilled.house.clock.now(), text=f"{BRAND}: отруїлися тортом, дитина в реанімації {n}",
                    author={"followers": 900_000})
            for n in range(15)
        )
    )  # fmt: skip
    state = drilled.house.cases.brand_state(BRAND)
    assert state.incident_id is not None
    for item in drilled.house.cases.outbox_of(state.incident_id):
        drilled.house.notify.deliver(item.id)

    real = [alert for alert in drilled.sent(Channel.SMS)[first:] if not alert.drill]
    assert real
    assert all(not alert.also for alert in real)
    assert all("DRILL" not in render_sms(alert) for alert in real)


def test_two_drills_in_a_row_are_two_incidents() -> None:
    drilled = Drilled()
    first = drilled.run(minutes=3)
    second = drilled.run(minutes=3)

    assert first.incident_id != second.incident_id
    assert second.alerted_at is not None


def test_a_broken_drill_is_ended_all_the_same() -> None:
    class Broken(Drilled):
        broken = False

        def _wait(self, _: float) -> None:
            super()._wait(_)
            if not self.broken and self.house.cases.brand_state(drill_brand(BRAND)).incident_id:
                self.broken = True
                raise KeyboardInterrupt

    drilled = Broken()
    with pytest.raises(KeyboardInterrupt):
        drilled.run()

    assert drilled.house.cases.due_incidents(NOON + timedelta(days=1), 10) == ()
    assert drilled.house.cases.brand_state(drill_brand(BRAND)).level is Level.CALM


def test_a_source_that_is_not_heard_is_told_since_a_drill_begins_behind_the_sources() -> None:
    drilled = Drilled(answers={3: "take", 5: "answer"})
    ill = Ill(source_id="rss:1", name="Feed of the town", ailment=next(iter(Ailment)), reason="it is down")
    drilled.house.health.save(HealthBook(version=1, coverage=Coverage(healthy=1, total=2, ill=(ill,))))

    report = drilled.run()

    assert report.unheard == ("Feed of the town",)
    assert any("Feed of the town is not heard" in line for line in report.wanting)


def test_the_report_tells_which_sources_answered_real_looks_meanwhile() -> None:
    # GIVEN three sources: one is looked at each minute, one was an hour ago, one is ill
    urls = [f"https://{name}.example/feed" for name in ("often", "rare", "down")]
    of = client(sources=[{"kind": "rss", "urls": urls}])
    drilled = Drilled(of, answers={3: "take", 5: "answer"})
    often, rare, down = units_of(of)
    states = {
        often.id: SourceState(source_id=often.id, first_success_at=NOON, last_success_at=NOON + timedelta(minutes=2)),
        rare.id: SourceState(source_id=rare.id, first_success_at=NOON, last_success_at=NOON - timedelta(hours=1)),
        down.id: SourceState(source_id=down.id),
    }
    drilled.sources = Mock(states=lambda: states)
    ill = Ill(source_id=down.id, name=down.shown, ailment=next(iter(Ailment)), reason="it is down")
    drilled.house.health.save(HealthBook(version=1, coverage=Coverage(healthy=2, total=3, ill=(ill,))))

    report = drilled.run()

    assert (report.heard, report.silent, report.unheard) == ((often.shown,), (rare.shown,), (down.shown,))
    # AND only the ill one is wanting: a source that is looked at each hour is as it should be
    assert not any(rare.shown in line for line in report.wanting)
