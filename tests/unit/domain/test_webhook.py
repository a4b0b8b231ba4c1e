"""Protects: only whoever holds the hook's key is heard, about what was really sent, and lately."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON
from tocsin.domain.webhook import MAX_BODY, WINDOW, Refusal, fingerprint, refusal, sign

KEY, OLD = "the key of today, long", "the key before it, long"
TIME = str(int(NOON.timestamp()))
BODY = '{"text": "Аврора"}'.encode()


def test_a_signature_is_what_the_documentation_says() -> None:
    # GIVEN a signature worked out by hand with openssl: printf '%s' '1772452800.{}' | openssl dgst -sha256 -hmac key
    by_hand = "26761fb371708ec51648424ac928c643d92a193bd139142efb3e50d07bfdf29a"
    assert sign("key", "1772452800", b"{}") == f"v1={by_hand}"
    assert refusal([KEY], TIME, sign(KEY, TIME, BODY), BODY, NOON) is None


def test_the_key_before_holds_as_well_while_keys_are_changed_over() -> None:
    assert refusal([KEY, OLD], TIME, sign(OLD, TIME, BODY), BODY, NOON) is None
    both = f"{sign(KEY, TIME, BODY)},{sign(OLD, TIME, BODY)}"
    assert refusal([OLD], TIME, both, BODY, NOON) is None


@pytest.mark.parametrize(
    ("keys", "timestamp", "signature", "body", "expected"),
    [
        ([OLD], TIME, sign(KEY, TIME, BODY), BODY, Refusal.SIGNATURE),
        ([], TIME, sign(KEY, TIME, BODY), BODY, Refusal.SIGNATURE),
        (["short"], TIME, sign("short", TIME, BODY), BODY, Refusal.SIGNATURE),
        ([""], TIME, sign("", TIME, BODY), BODY, Refusal.SIGNATURE),
        ([KEY], TIME, sign(KEY, TIME, BODY), BODY + b" ", Refusal.SIGNATURE),
        ([KEY], str(int(TIME) + 1), sign(KEY, TIME, BODY), BODY, Refusal.SIGNATURE),
        ([KEY], TIME, sign(KEY, TIME, BODY).removeprefix("v1="), BODY, Refusal.UNSIGNED),
        ([KEY], TIME, "", BODY, Refusal.UNSIGNED),
        ([KEY], "", sign(KEY, "", BODY), BODY, Refusal.UNSIGNED),
        ([KEY], "now", sign(KEY, "now", BODY), BODY, Refusal.UNSIGNED),
        ([KEY], TIME, sign(KEY, TIME, BODY), b"x" * (MAX_BODY + 1), Refusal.SIZE),
    ],
    ids=["other key", "no key", "short key", "empty key", "other body", "other time", "no version", "none",
         "no time", "time in words", "large"],
)  # fmt: skip
def test_what_is_not_as_it_was_signed_is_refused(
    keys: list[str], timestamp: str, signature: str, body: bytes, expected: Refusal
) -> None:
    assert refusal(keys, timestamp, signature, body, NOON) is expected


@pytest.mark.parametrize(("seconds", "refused"), [(-301, True), (-300, False), (300, False), (301, True)])
def test_the_window_is_five_minutes_either_way(seconds: int, refused: bool) -> None:
    now = NOON + timedelta(seconds=seconds)
    assert (refusal([KEY], TIME, sign(KEY, TIME, BODY), BODY, now) is Refusal.TIME) is refused
    assert timedelta(minutes=5) == WINDOW


@given(st.text(max_size=400), st.text(max_size=40), st.binary(max_size=200))
def test_whatever_a_stranger_sends_is_refused_quietly(signature: str, timestamp: str, body: bytes) -> None:
    assert refusal([KEY], timestamp, signature, body, NOON) is not None


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_a_message_is_known_by_its_time_and_bytes(first: bytes, second: bytes) -> None:
    assert (fingerprint(TIME, first) == fingerprint(TIME, second)) is (first == second)
