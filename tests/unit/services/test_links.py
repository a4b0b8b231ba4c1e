"""Protects: a link opens one case for one person for three days; nobody makes one, and what was taken back is shut."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import client
from tests.unit.services.support import HandClock
from tocsin.adapters.memory import MemoryClientStore, MemorySecrets
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.domain.errors import SecretError
from tocsin.domain.links import LASTS, Purpose, link_to
from tocsin.services.links import GENERATIONS, LinkRefusedError, Links, Refusal

KEY = "k" * 43
URL = "https://a.example"
DUTY, DEPUTY = "duty@agency.example", "deputy@agency.example"


class House:
    def __init__(self, cases: MemoryCaseStore | None = None, slug: str = "aurora", **fields: str) -> None:
        self.clock = HandClock()
        self.cases = cases or MemoryCaseStore()
        self.fields = {"key": KEY} | fields
        self.links = Links(
            clients=MemoryClientStore(client(client=slug)),
            cases=self.cases,
            secrets=MemorySecrets(links=self.fields),
            clock=self.clock,
            public_url=f"{URL}/",
        )

    def issued(self, subject: str = "aurora-1", person: str = DUTY) -> str:
        given = self.links.issue(subject, person)
        assert given is not None
        return given[1]

    def refusal(self, code: str) -> Refusal:
        with pytest.raises(LinkRefusedError) as refused:
            self.links.opened(code)
        return refused.value.why


def test_a_link_is_short_the_same_each_time_and_opens_its_case() -> None:
    at = House()
    url, code = at.links.issue("aurora-1", DUTY) or ("", "")
    assert url == f"{URL}/a/{code}"
    assert len(url) < 40
    assert at.issued() == code
    opened = at.links.opened(code)
    assert (opened.subject, opened.person, opened.purpose) == ("aurora-1", DUTY, Purpose.ANSWER)


def test_every_person_and_case_has_one_of_its_own() -> None:
    at = House()
    codes = {at.issued(subject, person) for subject in ("aurora-1", "aurora-2") for person in (DUTY, DEPUTY)}
    assert len(codes) == 4


def test_it_ends_after_three_days_unless_it_is_sent_again() -> None:
    at = House()
    code = at.issued()
    at.clock.forward(hours=48)
    at.issued()
    at.clock.forward(hours=47)
    assert at.links.opened(code).subject == "aurora-1"
    at.clock.at += LASTS
    assert at.refusal(code) is Refusal.EXPIRED


def test_what_is_taken_back_opens_nothing_and_the_next_message_has_another() -> None:
    at = House()
    code, other = at.issued(), at.issued(person=DEPUTY)
    assert at.links.revoke(["aurora-1"], [DUTY]) == 1
    assert at.refusal(code) is Refusal.REVOKED
    assert at.links.opened(other).person == DEPUTY
    fresh = at.issued()
    assert fresh != code
    assert at.links.opened(fresh).generation == 2
    assert at.links.revoke(["aurora-1", "aurora-2"], [DUTY, DEPUTY]) == 2
    assert at.links.revoke(["aurora-1"], [DUTY]) == 0


def test_the_generations_of_one_link_are_bounded() -> None:
    at = House()
    for _ in range(GENERATIONS):
        at.issued()
        at.links.revoke(["aurora-1"], [DUTY])
    assert at.links.issue("aurora-1", DUTY) is None


@given(st.text(max_size=40))
def test_a_guess_opens_nothing(code: str) -> None:
    assert House().refusal(code) is Refusal.UNKNOWN


def test_a_kept_item_that_was_not_made_with_our_key_opens_nothing() -> None:
    """Protects: whoever can write the table cannot make a link."""
    at = House()
    forged = link_to(Purpose.ANSWER, "aurora-1", DUTY, client="aurora", key="x" * 43, now=at.clock.at)
    at.cases.save_link(forged)
    assert at.refusal(forged.code) is Refusal.UNKNOWN
    theirs = at.cases.link(at.issued())
    assert theirs is not None
    at.cases.save_link(theirs.model_copy(update={"person": DEPUTY}))
    assert at.refusal(theirs.code) is Refusal.UNKNOWN


def test_another_clients_link_opens_nothing_even_with_the_same_key() -> None:
    cases = MemoryCaseStore()
    code = House(cases, slug="other").issued()
    assert House(cases).refusal(code) is Refusal.UNKNOWN


def test_a_turned_key_leaves_old_links_alive_while_it_is_named() -> None:
    cases = MemoryCaseStore()
    old = House(cases)
    code = old.issued()
    turned = House(cases, key="n" * 43, key_previous=KEY)
    assert turned.links.opened(code).person == DUTY
    assert turned.issued() != code
    assert turned.links.revoke(["aurora-1"], [DUTY]) == 2
    assert House(cases, key="n" * 43).refusal(code) is Refusal.UNKNOWN


@pytest.mark.parametrize("fields", [{"key": "short"}, {"key": ""}])
def test_without_a_good_key_there_are_no_links_and_no_alert_waits_for_one(fields: Any) -> None:
    at = House(**fields)
    assert at.links.issue("aurora-1", DUTY) is None
    with pytest.raises(SecretError):
        at.links.opened("abcdefghijkl")


def test_without_a_public_address_there_are_no_links() -> None:
    at = House()
    silent = Links(
        clients=MemoryClientStore(client()), cases=at.cases, secrets=MemorySecrets(), clock=at.clock, public_url=""
    )
    assert silent.issue("aurora-1", DUTY) is None


def test_a_revocation_that_comes_between_is_not_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects: a message that is being sent opens what a person has just taken back."""
    at = House()
    code = at.issued()
    at.clock.at += LASTS * 3 / 4
    read = at.cases.link
    stale = [read(code)]
    at.links.revoke(["aurora-1"], [DUTY])
    with monkeypatch.context() as patched:
        patched.setattr(at.cases, "link", lambda asked: stale.pop() if stale else read(asked))
        assert at.issued() != code
    assert at.refusal(code) is Refusal.REVOKED
