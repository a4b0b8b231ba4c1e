"""Protects: whatever is accepted, the client's file stays a valid one, and what a file says already is not kept."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import client
from tocsin.domain.case.changes import left_over, over_client
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
CHANGES = st.lists(st.one_of(THRESHOLDS, TERMS, CONTACTS), max_size=8)


@given(CHANGES)
def test_no_change_makes_an_invalid_file(changes: list[PlanChange]) -> None:
    changed = over_client(client(), changes)

    assert Client.model_validate(changed.model_dump(mode="json")) == changed


@given(CHANGES)
def test_what_is_left_over_comes_to_the_same(changes: list[PlanChange]) -> None:
    kept = left_over(client(), changes)

    assert over_client(client(), kept) == over_client(client(), changes)
    assert left_over(over_client(client(), kept), kept[-1:]) == ()


@given(CHANGES)
def test_nothing_else_of_the_file_is_touched(changes: list[PlanChange]) -> None:
    changed = over_client(client(), changes)

    same = {"client", "name", "timezone", "language", "sources", "rota", "escalation", "shadow"}
    assert all(getattr(changed, name) == getattr(client(), name) for name in same)
    assert {one.email for one in changed.responders} == {one.email for one in client().responders}
    assert {one.phone for one in changed.responders} == {one.phone for one in client().responders}
