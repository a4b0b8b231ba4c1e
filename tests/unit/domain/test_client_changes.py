"""Protects: whatever is accepted, the client's file stays a valid one, and what a file says already is not kept."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import client
from tocsin.domain.case.changes import left_over, over_client, with_change
from tocsin.domain.case.review import ChangeKind, PlanChange
from tocsin.domain.client import Client

EMAILS = ["duty@agency.example", "deputy@agency.example", "nobody@agency.example"]
WORDS = st.sampled_from(["крейсер", "Борисівна", "theatre", ""])
VALUES = st.one_of(st.none(), WORDS.map(lambda word: json.dumps(word, ensure_ascii=False)))


def _change(kind: ChangeKind, place: str, before: str | None, after: str | None) -> PlanChange:
    return PlanChange(id="change-1", kind=kind, place=place, before=before, after=after)


THRESHOLDS = st.builds(
    lambda level, before, after: _change(ChangeKind.THRESHOLD, f"thresholds.{level}", str(before), str(after)),
    st.sampled_from(["issue", "crisis", "severe"]),
    st.integers(-5, 120),
    st.integers(-5, 120),
)
TERMS = st.builds(
    lambda brand, kind, before, after: _change(ChangeKind.TERM, f"brands[{brand}].{kind}", before, after),
    st.sampled_from(["Аврора", "Інша"]),
    st.sampled_from(["terms", "exclude", "require_near"]),
    VALUES,
    VALUES,
)
CONTACTS = st.builds(
    lambda one, other: _change(ChangeKind.CONTACT, "responders.first", json.dumps(one), json.dumps(other)),
    st.sampled_from(EMAILS),
    st.sampled_from(EMAILS),
)
PHONES = ["+380441234567", "+380501112233", "+380671234567", None, "no number"]
VALUE_OF = {
    "responders[{}].phone": st.sampled_from(PHONES),
    "client_contacts[{}].phone": st.sampled_from(PHONES),
    "responders[{}].quiet_hours.unless": st.sampled_from(["watch", "issue", "crisis", "severe", "soon", None]),
    "rota[Week].people": st.sampled_from([*EMAILS, None]),
    "stakeholders": st.sampled_from([None, {"name": "Kyiv Post", "circle": "media"}, {"name": "x"}, "x"]),
}


@st.composite
def _people(draw: st.DrawFn) -> PlanChange:
    place = draw(st.sampled_from(sorted(VALUE_OF)))
    said = st.tuples(VALUE_OF[place], VALUE_OF[place])
    before, after = (None if one is None else json.dumps(one) for one in draw(said))
    whose = draw(st.sampled_from([*EMAILS, "head@bakery.example"]))
    return _change(ChangeKind.CONTACT, place.format(whose), before, after)


CHANGES = st.lists(st.one_of(THRESHOLDS, TERMS, CONTACTS, _people()), max_size=8)


def file() -> Client:
    """With somebody who has two numbers, quiet hours, a rota and a person of the client's."""
    return client(
        responders=[
            {"name": "Duty", "email": EMAILS[0], "phone": PHONES[0], "second_phone": PHONES[1]},
            {
                "name": "Deputy",
                "email": EMAILS[1],
                "phone": PHONES[2],
                "quiet_hours": {"start": "22:00", "end": "07:00"},
            },
        ],
        client_contacts=[{"name": "Head", "email": "head@bakery.example", "phone": "+380441234570"}],
        rota=[{"name": "Week", "people": EMAILS[:1], "starts": "2026-01-05"}],
    )


PLACES = [
    ("responders[duty@agency.example].phone", PHONES[0], PHONES[1]),
    ("responders[deputy@agency.example].phone", PHONES[2], None),
    ("client_contacts[head@bakery.example].phone", "+380441234570", None),
    ("responders[deputy@agency.example].quiet_hours.unless", "crisis", "issue"),
    ("rota[Week].people", EMAILS[0], EMAILS[1]),
    ("stakeholders", None, {"name": "Kyiv Post", "circle": "media"}),
]


@pytest.mark.parametrize(("place", "before", "after"), PLACES)
def test_what_concerns_people_is_so_and_can_be_taken_back(place: str, before: object, after: object) -> None:
    said = (None if one is None else json.dumps(one) for one in (before, after))
    one = _change(ChangeKind.CONTACT, place, *said)

    changes = with_change(file(), (), one)

    assert over_client(file(), changes) != file()
    assert left_over(over_client(file(), changes), changes) == ()
    assert with_change(file(), changes, one) == changes
    assert with_change(file(), changes, one.undone) == ()
    assert over_client(over_client(file(), changes), (one.undone,)) == file()


def test_two_numbers_change_places_and_none_is_lost() -> None:
    place, before, after = PLACES[0]
    one = _change(ChangeKind.CONTACT, place, json.dumps(before), json.dumps(after))
    duty = over_client(file(), (one,)).responders[0]
    assert (duty.phone, duty.second_phone) == (after, before)


@given(CHANGES)
def test_no_change_makes_an_invalid_file(changes: list[PlanChange]) -> None:
    changed = over_client(file(), changes)

    assert Client.model_validate(changed.model_dump(mode="json")) == changed


@given(CHANGES)
def test_what_is_left_over_comes_to_the_same(changes: list[PlanChange]) -> None:
    kept = left_over(file(), changes)

    assert over_client(file(), kept) == over_client(file(), changes)
    assert left_over(over_client(file(), kept), kept[-1:]) == ()


@given(CHANGES)
def test_nothing_else_of_the_file_is_touched(changes: list[PlanChange]) -> None:
    changed = over_client(file(), changes)

    same = {"client", "name", "timezone", "language", "sources", "escalation", "shadow"}
    assert all(getattr(changed, name) == getattr(file(), name) for name in same)
    assert {one.email for one in changed.responders} == {one.email for one in file().responders}
    assert [one.email for one in changed.client_contacts] == ["head@bakery.example"]
