"""Protects: a login at Google that works with the client's own key, is kept, is renewed, and betrays nothing.

The keys are made here, for the test; signatures are checked by the library
`cryptography`, which the layer does not have.
"""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.google_auth import TOKEN_URL, GoogleLogin
from tocsin.adapters.sources.google_rs256 import PrivateKey
from tocsin.domain.errors import FetchError, SecretError, Trouble

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BUDGET = timedelta(seconds=20)
API = "https://api.example/reviews"
OAUTH = {"client_id": "the-client", "client_secret": "s3cr3t-of-client", "refresh_token": "s3cr3t-refresh"}


@cache
def key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem(private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None) -> str:
    return (
        (private or key())
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


def key_file(**changes: str) -> str:
    """Written by us from the documented shape of a service account's key."""
    facts = {
        "type": "service_account",
        "client_email": "robot@project.example",
        "private_key": pem(),
        "private_key_id": "key-1",
        "token_uri": "https://attacker.example/token",
    }
    return json.dumps(facts | changes)


def login(
    answer: Callable[[Asked], HttpReply], secret: dict[str, str], kind: str = "googleplay"
) -> tuple[GoogleLogin, ScriptedWeb, MemorySecrets]:
    web, secrets = ScriptedWeb(answer), MemorySecrets(**{kind: secret})
    return GoogleLogin(web, secrets, kind, "scope-of-reviews"), web, secrets  # type: ignore[arg-type]


def granting(asked: Asked) -> HttpReply:
    return reply({"access_token": "token-1", "expires_in": 3600} if asked.url == TOKEN_URL else {"reviews": []})


def part(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@given(message=st.binary(max_size=300))
@settings(max_examples=25, deadline=None)
def test_a_signature_is_what_everybody_else_verifies(message: bytes) -> None:
    signature = PrivateKey.of_pem(pem()).sign(message)
    key().public_key().verify(signature, message, padding.PKCS1v15(), hashes.SHA256())


def test_longer_keys_sign_as_well() -> None:
    long = key(3072)
    signature = PrivateKey.of_pem(pem(long)).sign(b"x")
    long.public_key().verify(signature, b"x", padding.PKCS1v15(), hashes.SHA256())


@given(junk=st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
@settings(max_examples=200)
def test_what_is_no_key_is_refused_in_words(junk: bytes) -> None:
    wrapped = f"-----BEGIN PRIVATE KEY-----\n{base64.b64encode(junk).decode()}\n-----END PRIVATE KEY-----"
    for text in (junk.decode("latin-1"), wrapped):
        with pytest.raises(ValueError, match=r"^it|^its"):
            PrivateKey.of_pem(text)


@given(at=st.integers(0, 1_190), bits=st.integers(1, 255))
@settings(max_examples=60, deadline=None)
def test_a_damaged_key_never_signs_wrongly(at: int, bits: int) -> None:
    der = bytearray(base64.b64decode("".join(pem().split("\n")[1:-2])))
    der[at % len(der)] ^= bits
    damaged = f"-----BEGIN PRIVATE KEY-----\n{base64.b64encode(der).decode()}\n-----END PRIVATE KEY-----"
    try:
        signature = PrivateKey.of_pem(damaged).sign(b"x")
    except ValueError:
        return
    key().public_key().verify(signature, b"x", padding.PKCS1v15(), hashes.SHA256())


def test_a_key_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no RSA key"):
        PrivateKey.of_pem(pem(ec.generate_private_key(ec.SECP256R1())))


def test_a_service_account_asks_google_and_nobody_else_with_a_signed_assertion() -> None:
    session, web, _ = login(granting, {"service_account": key_file()})
    session.get(API, NOW, BUDGET)
    asked, use = web.asked
    assert (asked.method, asked.url) == ("POST", TOKEN_URL)
    form = dict(parse_qsl((asked.data or b"").decode()))
    head, claims, signature = form["assertion"].split(".")
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert json.loads(part(head)) == {"alg": "RS256", "typ": "JWT", "kid": "key-1"}
    said = json.loads(part(claims))
    assert (said["iss"], said["scope"], said["aud"]) == ("robot@project.example", "scope-of-reviews", TOKEN_URL)
    assert (said["iat"], said["exp"] - said["iat"]) == (int(NOW.timestamp()), 3600)
    key().public_key().verify(part(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
    assert use.private == {"Authorization": "Bearer token-1"}
    assert "token-1" not in use.url
    assert use.headers == {"Accept": "application/json"}


def test_a_refresh_token_gets_a_token_that_is_kept_until_shortly_before_its_end() -> None:
    session, web, secrets = login(granting, OAUTH, "googlebusiness")
    session.get(API, NOW, BUDGET)
    session.get(API, NOW + timedelta(minutes=57), BUDGET)
    assert [asked.url for asked in web.asked] == [TOKEN_URL, API, API]
    assert dict(parse_qsl((web.asked[0].data or b"").decode())) == OAUTH | {"grant_type": "refresh_token"}
    assert set(secrets.session("googlebusiness")) == {"access_token", "ends"}
    session.get(API, NOW + timedelta(minutes=59), BUDGET)
    assert [asked.url for asked in web.asked[3:]] == [TOKEN_URL, API]


def test_a_token_that_google_ended_early_is_replaced_once() -> None:
    def answer(asked: Asked) -> HttpReply:
        if asked.url == TOKEN_URL:
            return reply({"access_token": "token-2", "expires_in": 3600})
        return reply({}, 200 if asked.private["Authorization"].endswith("token-2") else 401)

    session, web, secrets = login(answer, OAUTH)
    secrets.keep_session("googleplay", {"access_token": "token-1", "ends": (NOW + timedelta(hours=1)).isoformat()})
    assert session.get(API, NOW, BUDGET).status == 200
    assert [asked.url for asked in web.asked] == [API, TOKEN_URL, API]


@pytest.mark.parametrize(
    ("answer", "trouble", "says"),
    [
        (
            reply({"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, 400),
            Trouble.AUTH,
            "expired or revoked.; log in again",
        ),
        (reply({"error": "invalid_client"}, 401), Trouble.AUTH, "invalid_client"),
        (reply(b"<html>", 500), Trouble.DOWN, "out of order"),
        (reply(b"<html>", 200), Trouble.FORMAT, "status 200"),
        (reply({"id_token": "x"}), Trouble.FORMAT, "status 200"),
        (reply({"access_token": "a\nb"}), Trouble.FORMAT, "status 200"),
        (reply({"access_token": ["x"]}), Trouble.FORMAT, "status 200"),
    ],
)
def test_a_refused_login_says_why_without_a_secret(answer: HttpReply, trouble: Trouble, says: str) -> None:
    session, _, secrets = login(lambda _: answer, OAUTH)
    with pytest.raises(FetchError, match=says) as raised:
        session.get(API, NOW, BUDGET)
    assert raised.value.trouble is trouble
    assert "s3cr3t" not in str(raised.value)
    assert secrets.session("googleplay") == {}


@pytest.mark.parametrize(
    ("secret", "says"),
    [
        ({}, "lacks service_account"),
        ({"service_account": "s3cr3t"}, "not the JSON"),
        ({"service_account": "[]"}, "no client_email"),
        ({"service_account": "[" * 5_000}, "not the JSON"),
        ({"service_account": key_file(private_key="s3cr3t")}, "its private_key cannot be used"),
        ({"service_account": json.dumps({"client_email": {"s3cr3t": 1}, "private_key": 7})}, "no client_email"),
    ],
)
def test_a_secret_of_no_use_is_named_and_not_shown(secret: dict[str, str], says: str) -> None:
    session, web, _ = login(granting, secret)
    with pytest.raises(SecretError, match=says) as raised:
        session.get(API, NOW, BUDGET)
    assert "s3cr3t" not in str(raised.value)
    assert web.asked == []


@pytest.mark.parametrize("ends", ["", "soon", "NaN", "9" * 400])
def test_a_broken_session_is_none(ends: str) -> None:
    session, web, secrets = login(granting, OAUTH)
    secrets.keep_session("googleplay", {"access_token": "old", "ends": ends})
    session.get(API, NOW, BUDGET)
    assert web.asked[0].url == TOKEN_URL
