"""Protects: a client's secret reaches the one parameter that its function reads, and no screen, log or error."""

import json

import boto3
import pytest
from moto import mock_aws

from tests.template.transform import load
from tocsin.domain.source_facts import FACTS
from tocsin_cli import client_secret
from tocsin_local.parameters import secret_name

PASSWORD = "xyzzy-plugh-4711"
BLUESKY = {"identifier": "desk.agency.example", "password": PASSWORD}
SOURCES = [{"kind": "bluesky"}, {"kind": "rss", "urls": ["https://news.example/feed.xml"]}]


@pytest.fixture
def ssm(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        yield boto3.client("ssm", region_name="eu-central-1")


def stored(ssm, kind="bluesky"):
    found = ssm.get_parameter(Name=f"/tocsin/acme/{kind}/secret", WithDecryption=True)["Parameter"]
    assert found["Type"] == "SecureString"
    return json.loads(found["Value"])


def test_a_secret_is_stored_encrypted_and_never_shown(tocsin, client_file, ssm):
    result = tocsin("client", "secret", client_file(sources=SOURCES), "bluesky", stdin=json.dumps(BLUESKY))

    assert result.exit_code == 0, result.stderr
    assert stored(ssm) == BLUESKY
    assert PASSWORD not in result.output


def test_a_terminal_is_asked_without_an_echo(tocsin, client_file, ssm, monkeypatch):
    monkeypatch.setattr(client_secret, "_on_a_terminal", lambda: True)
    result = tocsin("client", "secret", client_file(), "bluesky", stdin=f"desk.agency.example\n{PASSWORD}\n\n")

    assert result.exit_code == 0, result.stderr
    assert stored(ssm) == BLUESKY
    assert PASSWORD not in result.output


def test_a_service_account_is_given_by_its_file(tocsin, client_file, ssm, monkeypatch, tmp_path):
    account = tmp_path / "account.json"
    account.write_text(f'{{"private_key": "{PASSWORD}"}}')
    monkeypatch.setattr(client_secret, "_on_a_terminal", lambda: True)
    result = tocsin("client", "secret", client_file(), "googleplay", stdin=f"{account}\n")

    assert result.exit_code == 0, result.stderr
    assert stored(ssm, "googleplay") == {"service_account": account.read_text()}
    assert PASSWORD not in result.output


def test_it_is_replaced_and_forgotten_with_its_session(tocsin, client_file, ssm):
    # GIVEN a stored secret and the tokens that a login gave
    file = client_file(sources=SOURCES)
    tocsin("client", "secret", file, "bluesky", stdin=json.dumps(BLUESKY))
    ssm.put_parameter(Name="/tocsin/acme/bluesky/session", Value="{}", Type="SecureString")
    # WHEN it is stored again
    again = tocsin("client", "secret", file, "bluesky", stdin=json.dumps(BLUESKY | {"password": "new one"}))
    # THEN the new one holds
    assert again.exit_code == 0
    assert stored(ssm)["password"] == "new one"
    # WHEN it is removed, twice
    gone, nothing = (tocsin("client", "secret", file, "bluesky", "--remove") for _ in range(2))
    # THEN nothing is left, and the second time says so
    assert gone.exit_code == nothing.exit_code == 0
    assert "forgotten" in gone.output
    assert "there was none" in nothing.output
    assert ssm.describe_parameters()["Parameters"] == []


@pytest.mark.parametrize(
    "said",
    [
        PASSWORD,
        f'["{PASSWORD}"]',
        json.dumps({"password": PASSWORD}),
        json.dumps(BLUESKY | {"more": "x"}),
        json.dumps(BLUESKY | {"identifier": 7}),
        json.dumps(BLUESKY | {"identifier": " "}),
        json.dumps(BLUESKY | {"password": PASSWORD * 400}),
        "[" * 5_000,
        b"\xff\xfe",
        "",
    ],
)
def test_what_is_no_secret_is_refused_without_a_word_of_it(tocsin, client_file, ssm, said):
    result = tocsin("client", "secret", client_file(sources=SOURCES), "bluesky", stdin=said)

    assert result.exit_code == 2
    assert PASSWORD not in result.output
    assert ssm.describe_parameters()["Parameters"] == []


@pytest.mark.parametrize("kind", ["rss", "nonsense", "webhooks"])
def test_a_kind_without_a_secret_is_named(tocsin, client_file, ssm, kind):
    result = tocsin("client", "secret", client_file(sources=SOURCES), kind, stdin="{}")

    assert result.exit_code == 2
    assert kind in result.stderr


def test_a_secret_that_nothing_reads_is_stored_with_a_word(tocsin, client_file, ssm):
    result = tocsin("client", "secret", client_file(), "newsapi", stdin='{"api_key": "abc"}')

    assert result.exit_code == 0
    assert stored(ssm, "newsapi") == {"api_key": "abc"}
    assert "nothing in" in result.stdout


def test_a_field_that_may_lack_is_left_out(tocsin, client_file, ssm):
    one = tocsin("client", "secret", client_file(), "telegram", stdin='{"token": "123:abc"}')
    none = tocsin("client", "secret", client_file(), "telegram", stdin="{}")

    assert one.exit_code == 0, one.stderr
    assert stored(ssm, "telegram") == {"token": "123:abc"}
    assert none.exit_code == 2


def test_webhooks_have_a_key_each(tocsin, client_file, ssm):
    file = client_file(webhooks=[{"name": "zapier"}])
    short = tocsin("client", "secret", file, "webhooks", stdin='{"zapier": "short"}')
    good = tocsin("client", "secret", file, "webhooks", stdin='{"zapier": "0123456789abcdef"}')

    assert short.exit_code == 2
    assert "16 characters" in short.stderr
    assert good.exit_code == 0
    assert stored(ssm, "webhooks") == {"zapier": "0123456789abcdef"}


def test_a_key_before_is_stored_while_keys_are_changed_over(tocsin, client_file, ssm):
    # GIVEN a hook and an intake
    file = client_file(webhooks=[{"name": "zapier"}], intake={})
    hook = {"zapier": "0123456789abcdef", "zapier.previous": "fedcba9876543210"}
    link = {"link_key": "n" * 32, "link_key_previous": "o" * 32}
    # WHEN new and old keys are given THEN both are kept
    for kind, keys in (("webhooks", hook), ("intake", link)):
        result = tocsin("client", "secret", file, kind, stdin=json.dumps(keys))
        assert result.exit_code == 0, result.stderr
        assert stored(ssm, kind) == keys
        # AND the old one may be left out
        newest = dict(list(keys.items())[:1])
        assert tocsin("client", "secret", file, kind, stdin=json.dumps(newest)).exit_code == 0
        assert stored(ssm, kind) == newest


def test_a_link_key_is_long_and_needs_an_intake(tocsin, client_file, ssm):
    short = tocsin("client", "secret", client_file(intake={}), "intake", stdin='{"link_key": "0123456789abcdef"}')
    without = tocsin("client", "secret", client_file(), "intake", stdin=json.dumps({"link_key": "n" * 32}))

    assert short.exit_code == without.exit_code == 2
    assert "32 characters" in short.stderr
    assert "intake" in without.stderr


@pytest.mark.parametrize("second", ["mail", "mail.previous", "zapier.previous"])
def test_no_two_hooks_have_the_same_key(tocsin, client_file, ssm, second):
    keys = {"zapier": PASSWORD * 2, "mail": "another key of this hook", second: PASSWORD * 2}
    file = client_file(webhooks=[{"name": "zapier"}, {"name": "mail"}])
    result = tocsin("client", "secret", file, "webhooks", stdin=json.dumps(keys))

    assert result.exit_code == 2
    assert "zapier" in result.stderr
    assert second in result.stderr
    assert PASSWORD not in result.output
    assert ssm.describe_parameters()["Parameters"] == []


@pytest.mark.parametrize("pasted", [f'{{"private_key": "{PASSWORD}"}}', PASSWORD * 400, f"{PASSWORD}\0"])
def test_a_file_pasted_where_its_path_is_asked_is_not_quoted(tocsin, client_file, ssm, monkeypatch, pasted):
    monkeypatch.setattr(client_secret, "_on_a_terminal", lambda: True)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: pasted)
    result = tocsin("client", "secret", client_file(), "googleplay")

    assert result.exit_code == 2
    assert "path" in result.stderr
    assert PASSWORD not in result.output
    assert ssm.describe_parameters()["Parameters"] == []


def test_the_name_is_the_one_that_the_role_may_read():
    """Protects: the command and the template name a parameter each by itself."""
    [policy] = load()["Resources"]["FetchxRole"]["Properties"]["Policies"]
    [own] = [s for s in policy["PolicyDocument"]["Statement"] if s["Sid"] == "ReadOwnSecret"]
    named = own["Resource"]["Fn::Sub"].split(":parameter")[1].replace("${ClientSlug}", "acme")
    assert named == secret_name("acme", "x")


def test_every_kind_with_a_secret_names_its_fields():
    allowed = load()["Parameters"]["KeyedSources"]["AllowedPattern"]
    for kind, facts in FACTS.items():
        assert bool(facts.secret) == (f"|{kind}" in allowed), kind


ROOMS = [
    {"kind": "slack", "name": "desk"},
    {"kind": "telegram", "name": "duty", "chat": "-1001"},
    {"kind": "webhook", "name": "pager", "url": "https://pager.example/in"},
    {"kind": "webhook", "name": "hidden"},
]
OPENS = {
    "desk": "https://hooks.slack.com/services/T0/B0/xyzzy",
    "duty": "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr",
    "pager": "a key of sixteen characters",
    "hidden": "another key of sixteen",
    "hidden_url": "https://pager.example/in/xyzzy",
}


def test_what_opens_the_rooms_is_stored_by_their_names(tocsin, client_file, ssm):
    result = tocsin("client", "secret", client_file(channels=ROOMS), "channels", stdin=json.dumps(OPENS))
    assert result.exit_code == 0, result.stderr
    assert stored(ssm, "channels") == OPENS
    assert "xyzzy" not in result.output


@pytest.mark.parametrize(
    ("room", "value"),
    [
        ("desk", "http://hooks.slack.com/services/T0/B0/xyzzy"),
        ("desk", "T0/B0/xyzzy"),
        ("duty", "xyzzy"),
        ("pager", "xyzzy"),
        ("hidden_url", "pager.example/xyzzy"),
    ],
)
def test_what_could_open_no_room_is_refused_and_not_quoted(tocsin, client_file, ssm, room, value):
    given = OPENS | {room: value}
    result = tocsin("client", "secret", client_file(channels=ROOMS), "channels", stdin=json.dumps(given))
    assert result.exit_code == 2
    assert room in result.stderr
    assert "xyzzy" not in result.output + result.stderr
    assert not ssm.describe_parameters()["Parameters"]


def test_a_file_without_rooms_has_no_secret_of_them(tocsin, client_file, ssm):
    result = tocsin("client", "secret", client_file(), "channels", stdin="{}")
    assert result.exit_code == 2
    assert "name them there first" in result.stderr
