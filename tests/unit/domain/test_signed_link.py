"""Protects: a link opens one complaint for one role, for a while, and nobody makes one without the key."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON
from tocsin.domain.signed_link import (
    FORM_LASTS,
    FormToken,
    Pass,
    Role,
    admit,
    admit_form,
    issue,
    issue_form,
    pseudonym,
)

KEY, OTHER = "k" * 40, "o" * 40
CLAIM = Pass(number="482913", role=Role.AUTHOR, generation=1, expires_at=NOON + timedelta(days=90))
TOKEN = issue(CLAIM, client="acme", key=KEY)


def test_a_link_says_what_it_was_made_for() -> None:
    assert admit(TOKEN, client="acme", keys=[KEY], now=NOON) == CLAIM


def test_a_link_of_the_key_before_still_opens() -> None:
    assert admit(TOKEN, client="acme", keys=[OTHER, KEY], now=NOON) == CLAIM


@pytest.mark.parametrize(
    ("client", "keys", "later"),
    [("bolt", [KEY], 0), ("acme", [OTHER], 0), ("acme", [], 0), ("acme", [KEY], 90)],
    ids=["another client", "another key", "no key", "expired"],
)
def test_a_link_that_is_not_ours_opens_nothing(client: str, keys: list[str], later: int) -> None:
    assert admit(TOKEN, client=client, keys=keys, now=NOON + timedelta(days=later)) is None


def test_no_part_of_a_link_can_be_changed() -> None:
    # GIVEN a link of an author WHEN it is turned into staff's, another complaint's, or a longer one
    letter, number, generation, expiry, mac = TOKEN.split(".")
    for forged in (
        ("d", number, generation, expiry, mac),
        (letter, "482914", generation, expiry, mac),
        (letter, number, "2", expiry, mac),
        (letter, number, generation, str(int(expiry) + 1), mac),
        (letter, number, f"0{generation}", expiry, mac),
    ):
        # THEN it opens nothing
        assert admit(".".join(forged), client="acme", keys=[KEY], now=NOON) is None


@given(st.integers(0, len(TOKEN) - 1), st.characters())
def test_a_link_with_one_other_character_opens_nothing_else(at: int, char: str) -> None:
    changed = TOKEN[:at] + char + TOKEN[at + 1 :]
    found = admit(changed, client="acme", keys=[KEY], now=NOON)
    assert found is None or changed == TOKEN


@given(st.text(max_size=300))
def test_whatever_comes_as_a_link_is_refused_quietly(text: str) -> None:
    assert admit(text, client="acme", keys=[KEY], now=NOON) is None
    assert admit_form(text, client="acme", keys=[KEY], now=NOON) is None


def test_a_form_is_good_for_a_day_and_for_nothing_else() -> None:
    form = FormToken(nonce="0" * 32, issued_at=NOON)
    token = issue_form(form, client="acme", key=KEY)
    assert admit_form(token, client="acme", keys=[KEY], now=NOON) == form
    assert admit_form(token, client="acme", keys=[KEY], now=NOON + FORM_LASTS) is None
    assert admit_form(token, client="acme", keys=[KEY], now=NOON - timedelta(hours=1)) is None
    assert admit_form(token, client="bolt", keys=[KEY], now=NOON) is None
    assert admit(token, client="acme", keys=[KEY], now=NOON) is None


def test_a_pseudonym_tells_nothing_and_changes_with_each_part() -> None:
    name = pseudonym(KEY, "source", "2026-03-02", "203.0.113.7")
    assert "203" not in name
    assert name == pseudonym(KEY, "source", "2026-03-02", "203.0.113.7")
    assert name != pseudonym(KEY, "source", "2026-03-03", "203.0.113.7")
    assert name != pseudonym(OTHER, "source", "2026-03-02", "203.0.113.7")
