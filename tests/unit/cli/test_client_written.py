"""Protects: accepted changes are written into a client's file at their place, its comments and order kept."""

import json
from typing import Any

import pytest
import yaml

from tocsin.domain.case.changes import left_over, over_client
from tocsin.domain.case.review import ChangeKind, PlanChange
from tocsin.domain.client_file import parse_client
from tocsin_cli.client_written import written
from tocsin_cli.errors import BadInputError

HEAD = """# the agency's own words
client: aurora
name: Aurora Bakery
timezone: Europe/Kyiv
"""
BLOCK = f"""{HEAD}brands:
  - name: Аврора  # the bakery
    terms:
      - Аврора
      - Aurora
    exclude:
      - полярне сяйво
      - корабель  # the ship
responders:
  # asked first
  - name: Duty desk
    email: duty@agency.example
    role: responsible

  # asked next
  - name: Deputy
    email: deputy@agency.example
    role: deputy
thresholds:
  # tuned in March
  crisis: 65
"""
FLOW = f"""{HEAD}brands: [{{name: Аврора, terms: [Аврора], exclude: [корабель, крейсер]}}]
responders:
  - {{name: Duty desk, email: duty@agency.example}}
  - {{name: Deputy, email: deputy@agency.example}}
"""


def change(place: str, before: Any, after: Any, kind: ChangeKind) -> PlanChange:
    said = [None if value is None else json.dumps(value, ensure_ascii=False) for value in (before, after)]
    return PlanChange(id="change-1", kind=kind, place=place, before=said[0], after=said[1])


CHANGES = [
    change("thresholds.crisis", 65, 60, ChangeKind.THRESHOLD),
    change("thresholds.issue", 40, 35, ChangeKind.THRESHOLD),
    change("brands[Аврора].exclude", None, "готель «Аврора»", ChangeKind.TERM),
    change("brands[Аврора].exclude", "корабель", None, ChangeKind.TERM),
    change("brands[Аврора].terms", None, "Avrora", ChangeKind.TERM),
    change("brands[Аврора].require_near", None, "торт", ChangeKind.TERM),
    change("responders.first", "duty@agency.example", "deputy@agency.example", ChangeKind.CONTACT),
]


@pytest.mark.parametrize("text", [BLOCK, FLOW], ids=["block", "flow"])
@pytest.mark.parametrize("one", CHANGES, ids=lambda one: f"{one.place}:{one.after}")
def test_each_change_finds_its_place(text: str, one: PlanChange) -> None:
    client = parse_client(yaml.safe_load(text))

    after = written(text, [one])

    said = parse_client(yaml.safe_load(after))
    assert left_over(said, [one]) == ()
    assert said.brands == over_client(client, [one]).brands
    assert said.thresholds == over_client(client, [one]).thresholds
    for comment in ("# the agency's own words", *(["# the ship"] if one.before != '"корабель"' else [])):
        assert (comment in after) == (comment in text)


@pytest.mark.parametrize("text", [BLOCK, FLOW], ids=["block", "flow"])
def test_all_of_them_one_after_another(text: str) -> None:
    after = written(text, CHANGES)

    assert left_over(parse_client(yaml.safe_load(after)), CHANGES) == ()
    assert after.count("#") >= text.count("#") - 1


def test_the_last_word_of_a_list_goes() -> None:
    text = FLOW.replace("[корабель, крейсер]", "[корабель]")

    after = written(text, [CHANGES[3]])

    assert parse_client(yaml.safe_load(after)).brands[0].exclude == ()


def test_a_brand_that_is_not_there_is_for_a_person() -> None:
    with pytest.raises(BadInputError, match="by hand"):
        written(BLOCK, [change("brands[Інша].exclude", None, "слово", ChangeKind.TERM)])


PEOPLE_BLOCK = f"""{HEAD}brands:
  - {{name: Аврора, terms: [Аврора]}}
responders:
  # asked first
  - name: Duty desk
    email: duty@agency.example
    # the desk's own
    phone: "+380441234567"  # until spring
    # at home
    second_phone: "+380501112233"
    quiet_hours:
      start: "22:00"
      end: "07:00"
      unless: crisis

  # asked next
  - phone: "+380671234567"
    name: Deputy
    email: deputy@agency.example
rota:
  - name: Week
    starts: 2026-01-05
    people:
      - duty@agency.example
stakeholders:
  - name: Workers
    circle: employees
    # told by the director

# the end
client_contacts:
  - name: Head
    email: head@bakery.example
    phone: "+380441234570"
"""
PEOPLE_FLOW = f"""{HEAD}brands: [{{name: Аврора, terms: [Аврора]}}]
responders:
  - {{name: Duty desk, email: duty@agency.example, phone: "+380441234567", second_phone: "+380501112233",
      quiet_hours: {{start: "22:00", end: "07:00"}}}}
  - {{name: Deputy, email: deputy@agency.example, phone: "+380671234567"}}
rota: [{{name: Week, starts: 2026-01-05, people: [duty@agency.example]}}]
client_contacts: [{{name: Head, email: head@bakery.example, phone: "+380441234570"}}]
"""
CONTACT = ChangeKind.CONTACT
OF_PEOPLE = [
    change("responders[duty@agency.example].phone", "+380441234567", "+380501112233", CONTACT),
    change("responders[duty@agency.example].phone", "+380441234567", None, CONTACT),
    change("responders[deputy@agency.example].phone", "+380671234567", None, CONTACT),
    change("client_contacts[head@bakery.example].phone", "+380441234570", None, CONTACT),
    change("responders[duty@agency.example].quiet_hours.unless", "crisis", "issue", CONTACT),
    change("responders[deputy@agency.example].quiet_hours.unless", "crisis", "issue", CONTACT),
    change("rota[Week].people", "duty@agency.example", "deputy@agency.example", CONTACT),
    change("stakeholders", None, {"name": "Kyiv Post: «news»", "circle": "media"}, CONTACT),
]


@pytest.mark.parametrize("text", [PEOPLE_BLOCK, PEOPLE_FLOW], ids=["block", "flow"])
@pytest.mark.parametrize("one", OF_PEOPLE, ids=lambda one: f"{one.place}:{one.after}")
def test_what_concerns_people_finds_its_place_and_touches_no_more(text: str, one: PlanChange) -> None:
    client = parse_client(yaml.safe_load(text))

    after = written(text, [one])

    assert parse_client(yaml.safe_load(after)) == over_client(client, [one])
    gone = one.after is None and "duty" in one.place
    assert after.count("#") >= text.count("#") - gone


def test_a_number_that_is_written_otherwise_is_for_a_person() -> None:
    text = PEOPLE_BLOCK.replace("+380671234567", "+380 67 123 45 67")
    one = change("responders[deputy@agency.example].phone", "+380671234567", "+380501112233", CONTACT)
    with pytest.raises(BadInputError, match="by hand"):
        written(text, [one])


AHEAD = {
    "scenario": "rumour", "kind": "holding", "language": "uk", "text": "Саме перевіряємо: «що» сталося.\nДо 18:00.",
    "approved_by": "duty@agency.example", "expires": "2027-03-01",
}  # fmt: skip
WITH_TEXTS = f"""{PEOPLE_BLOCK}prepared_texts:
  # agreed with the director
  - scenario: rumour
    kind: holding
    language: uk
    text: >-
      Ми
      перевіряємо.
    approved_by: deputy@agency.example
    expires: 2026-03-01
  - {{scenario: boycott, kind: holding, language: uk, text: Чуємо вас., approved_by: duty@agency.example,
      expires: 2026-03-01}}
"""
BEFORE = AHEAD | {"text": "Ми перевіряємо.", "approved_by": "deputy@agency.example", "expires": "2026-03-01"}


@pytest.mark.parametrize(
    ("text", "one"),
    [
        (PEOPLE_BLOCK, change("prepared_texts[rumour.holding.uk]", None, AHEAD, ChangeKind.TEXT)),
        (PEOPLE_FLOW, change("prepared_texts[rumour.holding.uk]", None, AHEAD, ChangeKind.TEXT)),
        (WITH_TEXTS, change("prepared_texts[rumour.holding.uk]", BEFORE, AHEAD, ChangeKind.TEXT)),
        (WITH_TEXTS, change("prepared_texts[rumour.holding.es]", None, AHEAD | {"language": "es"}, ChangeKind.TEXT)),
        (
            WITH_TEXTS,
            change(
                "prepared_texts[boycott.holding.uk]",
                AHEAD | {"scenario": "boycott", "text": "Чуємо вас.", "expires": "2026-03-01"},
                AHEAD | {"scenario": "boycott"}, ChangeKind.TEXT,
            ),
        ),
    ],
)  # fmt: skip
def test_a_text_that_was_approved_ahead_is_written(text: str, one: PlanChange) -> None:
    client = parse_client(yaml.safe_load(text))
    after = written(text, [one])
    written_texts = {
        (each.scenario, each.language): each for each in parse_client(yaml.safe_load(after)).prepared_texts
    }
    meant = {(each.scenario, each.language): each for each in over_client(client, [one]).prepared_texts}
    assert written_texts == meant
    assert after.count("#") == text.count("#")
