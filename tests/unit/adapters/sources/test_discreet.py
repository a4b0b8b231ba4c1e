"""Protects: a secret that a source says back is in no error, post, cursor or evidence of any keyed kind."""

import json
from datetime import timedelta
from typing import cast

import pytest

from tests.support.samples import NOON
from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import GuardedHttp, HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.discreet import BLOT, Discreet
from tocsin.adapters.sources.registry import Connectors
from tocsin.domain.errors import FetchError, ParseError
from tocsin.domain.source_state import SourceState
from tocsin.domain.sources import SourceUnit

KEY = "s3cr/t+Key=of ours"
BUDGET = timedelta(seconds=5)


def discreet(answer: HttpReply, **secret: str) -> Discreet:
    seen = Discreet(cast("GuardedHttp", ScriptedWeb(lambda _: answer)), MemorySecrets(kind=secret))
    seen.secret("kind")
    return seen


@pytest.mark.parametrize(
    "said",
    [
        KEY,
        "s3cr%2Ft%2BKey%3Dof%20ours",
        "s3cr%2ft%2bKey%3dof%20ours",
        "s3cr%2Ft%2BKey%3Dof+ours",
        "s3cr%252Ft%252BKey%253Dof%2520ours",
        "s3cr\\/t+Key=of ours",
    ],
    ids=["as it is", "in a query", "in small letters", "in a form", "quoted twice", "in PHP's JSON"],
)
def test_a_secret_is_blotted_out_however_it_is_written(said: str) -> None:
    answer = discreet(reply(f"you sent {said}!".encode()), api_key=KEY).get("https://a.example", {}, BUDGET)
    assert answer.body == f"you sent {BLOT}!".encode()


def test_names_of_accounts_stay_in_what_people_wrote() -> None:
    answer = discreet(reply(b"@acme.example said"), identifier="acme.example", password=KEY)
    assert answer.get("https://a.example", {}, BUDGET).body == b"@acme.example said"


def test_the_answer_of_a_login_keeps_what_it_gives() -> None:
    seen = discreet(reply(b"token-of-today"), password=KEY)
    seen.keep_session("kind", {"token": "token-of-today"})
    assert seen.post("https://a.example", {}, BUDGET, data=b"").body == b"token-of-today"
    assert seen.get("https://a.example", {}, BUDGET).body == BLOT.encode()


def test_an_error_that_names_the_address_hides_the_secret_in_its_path() -> None:
    def fail(_: Asked) -> HttpReply:
        raise FetchError(f"https://a.example/bot{KEY}/x: silent for 10 s")

    seen = Discreet(cast("GuardedHttp", ScriptedWeb(fail)), MemorySecrets(kind={"token": KEY}))
    seen.secret("kind")
    with pytest.raises(FetchError, match="silent") as caught:
        seen.get("https://a.example", {}, BUDGET)
    assert KEY not in f"{caught.value.reason}{caught.value!r}"


KINDS = {
    "mastodon": ("search", "token", "aTokenOfMastodon"),
    "reddit": ("search", "client_secret", "aSecretOfReddit"),
    "stackexchange": ("search", "key", "aKeyOfStackExchange"),
    "telegram": ("bot", "token", "123456789:AAsecretSecretSecretSecretSecret012"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [200, 401, 403, 500])
@pytest.mark.parametrize("form", ["text", "page", "json"])
def test_a_server_that_repeats_the_request_betrays_nothing(kind: str, status: int, form: str) -> None:
    mode, field, value = KINDS[kind]

    def answer(asked: Asked) -> HttpReply:
        said = f"{asked.method} {asked.url} {json.dumps({**asked.headers, **asked.private})} {asked.data!r}"
        error = {"error": said, "error_message": said, "error_id": 502, "description": said, "ok": False}
        bodies = {"text": said.encode(), "page": f"<title>{said}</title>".encode(), "json": json.dumps(error).encode()}
        return reply(bodies[form], status)

    unit = SourceUnit(
        id="u",
        kind=kind,
        url="https://a.example",
        every=timedelta(minutes=5),
        medium="social",
        mode=mode,
        target="acme",
        server="social.example" if kind == "mastodon" else "",
        terms=("acme",),
        keyed=True,
    )
    secrets = MemorySecrets(**{kind: {"client_id": "ours", field: value}})
    source = Connectors(cast("GuardedHttp", ScriptedWeb(answer)), secrets)[kind]
    try:
        pull = source.pull(unit, SourceState(source_id="u"), NOON, BUDGET)
        told = pull.model_dump_json(exclude={"evidence"}) + str([each.body for each in pull.evidence])
    except (FetchError, ParseError) as error:
        told = f"{error.reason}{error!r}{error.__cause__!r}"
    assert value not in told
