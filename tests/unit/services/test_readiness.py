"""Protects: a client that is not ready is found wanting before the night; what was not seen is never called well."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.samples import NOON, client
from tocsin.adapters.memory import MemoryBudgets, MemoryHealth
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.adapters.memory_desk import MemoryControlStore
from tocsin.domain.client import Client
from tocsin.domain.health_news import HealthBook
from tocsin.domain.holidays import Suspended
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, Delivery, DeliveryState, DeliveryStatus, OutboxItem
from tocsin.domain.playbook import Library
from tocsin.domain.policies import Policy, PolicyKind
from tocsin.domain.readiness_law import laws as law_findings
from tocsin.domain.readiness_people import clocks, proofs
from tocsin.domain.readiness_report import Finding, Found, State
from tocsin.domain.source_health import Coverage
from tocsin.services.policies import PolicyFinding
from tocsin.services.readiness import Deployed, Readiness, kept_under
from tocsin.web.i18n import Reader
from tocsin.web.readiness_words import finding_words
from tocsin.web.scenario_words import scenario_words
from tocsin_cli.playbooks import load_library

EN = Reader("en", "UTC")
DUTY, DEPUTY = "duty@agency.example", "deputy@agency.example"
LIBRARY = load_library()
CIRCLES = ["employees", "customers", "regulator", "partners", "board", "media"]
TEXT = {
    "scenario": "rumour", "kind": "holding", "language": "uk", "approved_by": DUTY, "expires": "2026-12-31",
    "text": "Ми знаємо про повідомлення й перевіряємо їх. Скажемо більше о 18:00.",
}  # fmt: skip
GRAVE = [
    one.scenario
    for one in LIBRARY.playbooks
    if one.floor >= Level.CRISIS or "holding" in {task.id for task in one.tasks}
]  # fmt: skip
TEXTS = [{**TEXT, "scenario": scenario} for scenario in GRAVE]
GOOD: dict[str, Any] = {
    "prepared_texts": TEXTS,
    "stakeholders": [{"name": circle, "circle": circle} for circle in CIRCLES],
    "client_contacts": [{"name": "Owner", "email": "owner@aurora.example", "phone": "+380501234567"}],
    "alarm_regions": ["Київ"],
    "responders": [
        {"name": "Duty", "email": DUTY, "phone": "+380441234567", "role": "responsible", "region": "Київ"},
        {"name": "Deputy", "email": DEPUTY, "phone": "+34911234567", "role": "deputy", "region": "Madrid"},
    ],
}


def published(of: Client) -> tuple[PolicyFinding, ...]:
    return tuple(PolicyFinding(kind, f"https://aurora.example/{kind}") for kind in PolicyKind)


class Stack:
    def __init__(self, of: Client) -> None:
        self.client = of
        self.cases, self.health, self.controls = MemoryCaseStore(), MemoryHealth(), MemoryControlStore()
        self.budgets = MemoryBudgets()
        self.health.save(HealthBook(version=1, coverage=Coverage(healthy=3, total=3)))

    def tested(self, *, delivered: bool = True, days: float = 1) -> "Stack":
        at = NOON - timedelta(days=days)
        for number, one in enumerate(self.client.responders, start=1):
            for channel, address in ((Channel.EMAIL, one.email), (Channel.SMS, one.phone or "")):
                item = OutboxItem(
                    incident_id=kept_under(self.client), alert_no=number, channel=channel, recipient=one.email,
                    address=address, language="uk", timezone="Europe/Kyiv", kind=AlertKind.TEST, brand="Аврора",
                    level=Level.WATCH, index=0, reasons=(), created_at=at, planned_at=at, due_at=at, sent_at=at,
                    status=DeliveryStatus.SENT,
                    delivery=Delivery(state=DeliveryState.DELIVERED, at=at) if delivered else None,
                )  # fmt: skip
                self.cases.save_case(outbox=(item,))
        return self

    def posted(self, kind: str, room: str, *, refused: str | None = None, number: int = 100) -> None:
        """As `tocsin test-alert --deployed` keeps it."""
        item = OutboxItem(
            incident_id=kept_under(self.client), alert_no=number, channel=Channel(kind), recipient=room, address=room,
            language="uk", timezone="Europe/Kyiv", kind=AlertKind.TEST, brand="Аврора", level=Level.WATCH, index=0,
            reasons=(), created_at=NOON + timedelta(seconds=number), planned_at=NOON, due_at=NOON,
            sent_at=NOON + timedelta(seconds=number), last_error=refused,
            status=DeliveryStatus.CANCELLED if refused else DeliveryStatus.SENT,
        )  # fmt: skip
        self.cases.save_case(outbox=(item,))

    def look(self, limit: int = 20, days: int = 0) -> dict[tuple[str, State], list[str]]:
        deployed = Deployed(
            cases=self.cases, health=self.health, controls=self.controls, budgets=self.budgets, limit=Decimal(limit)
        )
        found = Readiness(library=LIBRARY, deployed=deployed, policies=published).look(
            self.client, NOON + timedelta(days=days)
        )
        return by_check(found)


def by_check(found: tuple[Finding, ...]) -> dict[tuple[str, State], list[str]]:
    told: dict[tuple[str, State], list[str]] = {}
    for one in found:
        told.setdefault((one.check, one.state), []).append(finding_words(EN, one))
    return told


def said(scenario: str) -> str:
    return scenario_words(EN, scenario)


def wanting(found: dict[tuple[str, State], list[str]]) -> set[str]:
    return {check for check, state in found if state is State.WANTING}


def test_a_client_of_which_everything_is_known_and_good_is_ready() -> None:
    found = Stack(client(**GOOD)).tested().look()

    # the days to which martial law was prolonged end within the year: that is said, and is not wanting
    assert [key for key in found if key[1] not in {State.OK, State.NOTE}] == [("clocks", State.UNSEEN)], found
    checks = {check for check, _ in found}
    assert checks == {
        "playbooks", "texts", "people", "clocks", "law", "deputy", "budgets", "sources", "policies", "stakeholders",
        "contacts", "shadow",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "check", "said"),
    [
        ({"prepared_texts": []}, "texts", "approved ahead"),
        ({"prepared_texts": [{**TEXT, "expires": "2026-03-01"}]}, "texts", "expired on 1 March 2026"),
        ({"prepared_texts": [TEXT]}, "texts", said(GRAVE[0])),
        ({"prepared_texts": TEXTS[1:]}, "texts", said(GRAVE[0])),
        ({"stakeholders": []}, "stakeholders", "no stakeholders in the file"),
        ({"stakeholders": GOOD["stakeholders"][1:]}, "stakeholders", "Employees"),
        ({"client_contacts": []}, "contacts", "nobody of the client"),
        ({"alarm_regions": []}, "deputy", "alarm_regions"),
        ({"alarm_regions": ["Київ", "Madrid"]}, "deputy", "outside"),
        ({"sources": []}, "sources", "nothing is heard"),
        ({"shadow": True}, "shadow", "In shadow"),
    ],
)
def test_what_is_missing_is_named(changes: dict[str, Any], check: str, said: str) -> None:
    found = Stack(client(**{**GOOD, **changes})).tested().look()

    assert check in wanting(found)
    assert any(said in text for text in found[check, State.WANTING])


def test_first_words_are_looked_for_in_the_language_that_the_public_is_answered_in() -> None:
    # GIVEN a client who reads English and is answered for in Ukraine: a case takes the text in Ukrainian
    english = [{**one, "language": "en"} for one in TEXTS]

    inside = Stack(client(**{**GOOD, "language": "en", "prepared_texts": english})).tested().look()
    public = Stack(client(**{**GOOD, "language": "en"})).tested().look()
    asked = Stack(client(**{**GOOD, "reply_languages": ["en"], "prepared_texts": english})).tested().look()

    assert any("in uk" in text for text in inside["texts", State.WANTING])
    assert ("texts", State.WANTING) not in public
    assert ("texts", State.WANTING) not in asked


def test_a_lighter_scenario_without_first_words_is_noted_in_one_line() -> None:
    found = Stack(client(**GOOD)).tested().look()

    (noted,) = found["texts", State.NOTE]
    assert said("rumour") in noted
    assert not any(said(scenario) in noted for scenario in GRAVE)


def test_a_plan_that_counts_on_a_first_statement_wants_one_whatever_its_floor() -> None:
    light = next(one for one in LIBRARY.playbooks if one.scenario in GRAVE and one.floor < Level.CRISIS)
    texts = [one for one in TEXTS if one["scenario"] != light.scenario]

    found = Stack(client(**{**GOOD, "prepared_texts": texts})).tested().look()

    assert any(said(light.scenario) in text for text in found["texts", State.WANTING])


def test_an_expired_text_that_was_approved_anew_is_no_want() -> None:
    old = {**TEXTS[0], "expires": "2026-03-01"}

    found = Stack(client(**{**GOOD, "prepared_texts": [old, *TEXTS]})).tested().look()

    assert ("texts", State.WANTING) not in found
    assert any("a newer one stands" in text for text in found["texts", State.NOTE])
    assert any("approved ahead" in text for text in found["texts", State.OK])


def test_an_expired_text_is_no_first_word() -> None:
    late = [{**TEXTS[0], "expires": "2026-03-01"}, *TEXTS[1:]]

    wanted = Stack(client(**{**GOOD, "prepared_texts": late})).tested().look()["texts", State.WANTING]

    assert any(said(GRAVE[0]) in text and "No first statement" in text for text in wanted)
    assert not any(said(GRAVE[1]) in text for text in wanted)


def test_people_who_were_never_tried_or_only_written_to_are_not_proven() -> None:
    untried = Stack(client(**GOOD)).look()
    assert len(untried["people", State.WANTING]) == 2
    assert all("never tried" in text for text in untried["people", State.WANTING])

    unheard = Stack(client(**GOOD)).tested(delivered=False).look()
    assert all("nothing tells that it arrived" in text for text in unheard["people", State.WANTING])

    old = Stack(client(**GOOD)).tested(days=91).look()
    assert "people" in wanting(old)


def test_whoever_answers_a_drill_is_proven_by_that() -> None:
    stack = Stack(client(**GOOD)).tested(delivered=False, days=2)
    messages = stack.cases.outbox_of(kept_under(stack.client))

    before = proofs(stack.client, messages, {}, NOON)
    after = proofs(stack.client, messages, {DUTY: NOON - timedelta(days=1)}, NOON)

    assert {proof.kind for proof in before.values()} == {"sent"}
    assert after[DUTY, Channel.SMS, "+380441234567"].proves
    assert not after[DEPUTY, Channel.SMS, "+34911234567"].proves


def test_what_was_lost_last_is_wanting() -> None:
    stack = Stack(client(**GOOD)).tested()
    item = stack.cases.outbox_of(kept_under(stack.client))[0]
    lost = Delivery(state=DeliveryState.BOUNCED, at=NOON)
    stack.cases.update_outbox(item.model_copy(update={"delivery": lost, "version": item.version + 1}))

    assert any("was lost" in text for text in stack.look()["people", State.WANTING])


def test_a_night_without_anybody_to_ring_is_found() -> None:
    quiet = {"start": "22:00", "end": "07:00", "unless": "severe"}
    people = [{**one, "quiet_hours": quiet} for one in GOOD["responders"]]

    found = list(clocks(client(**{**GOOD, "responders": people}), NOON))

    gaps = [finding_words(Reader("en", "Europe/Kyiv"), one) for one in found if one.state is State.WANTING]
    assert len(gaps) == 1
    assert "2 March 2026, 22:00–07:00" in gaps[0]


def test_one_person_alone_is_found_and_a_rota_without_holidays_is_noted() -> None:
    alone = list(clocks(client(responders=GOOD["responders"][:1]), NOON))
    assert any("no other" in finding_words(EN, one) for one in alone if one.state is State.WANTING)

    rota = [{"name": "week", "people": [DUTY, DEPUTY], "starts": "2026-01-05"}]
    shared = list(clocks(client(**{**GOOD, "rota": rota}), NOON, LIBRARY.laws))
    assert [one.found for one in shared] == [
        Found.COVERED, Found.HOLIDAYS_DOUBTFUL, Found.HOLIDAYS_COVERED, Found.NO_LEAVE
    ]  # fmt: skip
    # AND where a prolonging was read for the whole year, no public holiday is a day off
    ukraine = next(law for law in LIBRARY.laws if law.name.en == "Ukraine")
    assert ukraine.holidays is not None
    lasting = ukraine.holidays.model_copy(update={"suspended": (Suspended(since=date(2022, 3, 24)),)})
    sure = list(clocks(client(**GOOD), NOON, [ukraine.model_copy(update={"holidays": lasting})]))
    assert [one.found for one in sure] == [Found.COVERED, Found.NO_DAYS_OFF]


def test_public_holidays_are_looked_at_by_the_calendar_of_the_clients_country() -> None:
    spanish = {**GOOD, "timezone": "Europe/Madrid", "countries": ["es"]}
    laws = LIBRARY.laws

    covered = list(clocks(client(**spanish), NOON, laws))
    # GIVEN nobody may be rung on the 1st of May, from its first hour to its last
    night = {"start": "00:00", "end": "23:59", "unless": "severe"}
    bare = [{**one, "quiet_hours": night} for one in GOOD["responders"]]
    uncovered = list(clocks(client(**{**spanish, "responders": bare}), NOON, laws))
    unknown = list(clocks(client(**{**GOOD, "countries": ["de"]}), NOON, laws))

    # AND one country of two has no calendar
    half = list(clocks(client(**{**spanish, "countries": ["es", "de", "ua"]}), NOON, laws))

    (good,) = (one for one in covered if one.found is Found.HOLIDAYS_COVERED)
    assert Found.HOLIDAYS_UNKNOWN not in {one.found for one in covered}
    assert [(one.state, one.of) for one in half if one.found is Found.HOLIDAYS_UNKNOWN] == [(State.UNSEEN, ("de",))]
    assert good.of == ("9", "2026-04-03", "Duty")
    (bad,) = (one for one in uncovered if one.found is Found.HOLIDAY_UNCOVERED)
    assert bad.state is State.WANTING
    assert {"2026-05-01", "2026-12-25"} <= set(bad.of[0].split(","))
    assert [one.state for one in unknown if one.found is Found.HOLIDAYS_UNKNOWN] == [State.UNSEEN]
    # AND with the calendars that are counted Germany is covered as well
    german = list(clocks(client(**{**GOOD, "countries": ["de"]}), NOON, laws, LIBRARY.calendars))
    assert [one.of[:2] for one in german if one.found is Found.HOLIDAYS_COVERED] == [("9", "2026-04-03")]
    assert not {Found.HOLIDAYS_UNKNOWN, Found.HOLIDAYS_DOUBTFUL} & {one.found for one in german}


def test_a_country_without_laws_of_ours_is_named_and_so_are_those_that_are_known() -> None:
    def found(*countries: str, zone: str = "Europe/Kyiv", library: Library | None = LIBRARY) -> dict[Found, Finding]:
        of = client(**{**GOOD, "countries": list(countries), "timezone": zone})
        return {one.found: one for one in law_findings(of, library, NOON)}

    assert {one.state for one in found("ua").values()} == {State.OK}
    german = found("de", "ua")
    assert german[Found.LAW_OF_UNION].of == ("de",)
    assert german[Found.LAW_OF_UNION].state is State.NOTE
    # AND the same of a client that says no country, by its time zone
    assert found(zone="Europe/Berlin")[Found.LAW_OF_UNION].of == ("Europe/Berlin",)
    assert Found.LAW_OF_UNION not in {**found(), **found(zone="Europe/Madrid")}
    other = found("gb", "us")
    assert set(other) == {Found.LAWS_UNKNOWN}
    assert other[Found.LAWS_UNKNOWN].state is State.UNSEEN
    said = finding_words(EN, other[Found.LAWS_UNKNOWN])
    assert "known of GB, US" in said
    assert {"ES", "UA", "FR"} <= set(said.replace(",", "").split())
    assert found(zone="America/Lima")[Found.LAWS_UNKNOWN].of[0] == "America/Lima"
    assert found("gb", "ua")[Found.LAWS_UNKNOWN].of[0] == "gb"
    assert Found.LAWS not in found("gb", "ua")
    assert set(found("ua", library=None)) == {Found.LAWS_UNSEEN}


def test_clocks_that_nobody_has_read_or_looked_at_for_long_are_named() -> None:
    ukraine = next(law for law in LIBRARY.laws if law.name.en == "Ukraine")
    first, *rest = ukraine.clocks
    stale = first.model_copy(update={"read": None, "as_of": date(2024, 1, 1)})
    library = LIBRARY.model_copy(update={"laws": (ukraine.model_copy(update={"clocks": (stale, *rest)}),)})
    found = {one.found: one.of for one in law_findings(client(**GOOD), library, NOON)}
    assert found[Found.LAW_UNREAD] == (first.id,)
    assert found[Found.LAW_OLD] == (first.id, "2024-01-01")


def test_a_room_is_proven_by_a_message_that_it_took_and_found_wanting_by_one_that_it_refused() -> None:
    rooms = [{"kind": "slack", "name": "war-room"}, {"kind": "telegram", "name": "duty", "chat": "-100"}]
    stack = Stack(client(**{**GOOD, "channels": rooms})).tested()
    assert len(stack.look()["rooms", State.WANTING]) == 2

    stack.posted("slack", "war-room")
    stack.posted("telegram", "duty", refused="the bot was put out of the chat")
    found = stack.look()
    assert any("war-room" in text for text in found["rooms", State.WANTING]) is False
    (lost,) = found["rooms", State.WANTING]
    assert "the bot was put out" in lost

    stack.posted("telegram", "duty", number=200)
    assert ("rooms", State.WANTING) not in stack.look()
    assert ("rooms", State.WANTING) in stack.look(days=91)


def test_money_for_one_bad_night_is_there_or_not() -> None:
    assert "budgets" in wanting(Stack(client(**GOOD)).tested().look(limit=1))


def test_what_models_may_cost_is_said_where_the_file_asks_for_one() -> None:
    drafts = {"by": "bedrock", "model": "eu.amazon.nova-lite-v1:0", "monthly_usd": 7}
    reader = {"kind": "comprehend", "monthly_usd": 9}

    said = " ".join(Stack(client(**GOOD, words=drafts, reader=reader)).tested().look()["budgets", State.OK])

    assert "$7 a month" in said
    assert "$9 a month" in said


def test_an_ill_source_and_a_budget_that_leaves_things_out_are_wanting() -> None:
    stack = Stack(client(**GOOD)).tested()
    coverage = Coverage(healthy=2, total=3, sampled=("X: one look in three",))
    stack.health.save(HealthBook(version=2, coverage=coverage))

    assert any("X: one look" in text for text in stack.look()["sources", State.WANTING])


def test_offline_says_what_it_could_not_look_at() -> None:
    found = by_check(Readiness(library=LIBRARY).look(client(**GOOD, policies=[]), NOON))

    assert {check for check, state in found if state is State.UNSEEN} == {
        "people", "clocks", "budgets", "sources", "policies"
    }  # fmt: skip
    assert wanting(found) == set()


def test_policies_are_looked_at_where_they_are_published() -> None:
    of = client(**GOOD, policies=[Policy(kind=PolicyKind.MODERATION, url="https://aurora.example/m").model_dump()])
    stack = Stack(of).tested()
    deployed = Deployed(
        cases=stack.cases, health=stack.health, controls=stack.controls, budgets=stack.budgets, limit=Decimal(20)
    )

    def missing(_: Client) -> tuple[PolicyFinding, ...]:
        return (PolicyFinding(PolicyKind.COMMUNICATION, None),)

    found = by_check(Readiness(library=LIBRARY, deployed=deployed, policies=missing).look(of, NOON))

    assert "policies" in wanting(found)
