"""Protects: a source with a secret is read by the function of its own, started by the tick, on the whole local stack;
and what fails there is told in the summary."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from tests.support.bluesky import Bluesky
from tests.support.samples import client
from tocsin_local.stack import LocalStack
from tocsin_local.summary import one_pass

SOURCES = [
    {"kind": "bluesky"},
    # Its secret is missing, and its address is one that the fetch guard refuses.
    {"kind": "mastodon", "servers": ["127.0.0.1:9"], "search": True},
]


@pytest.fixture
def bluesky():
    server = Bluesky()
    now = datetime.now(UTC)
    server.posts = [(now - timedelta(minutes=90 - n), f"Пекарня Аврора: допис {n}") for n in range(5)]
    yield server
    server.close()


def test_the_tick_starts_the_function_that_may_read_the_secret(bluesky):
    with LocalStack(client(sources=SOURCES), allow_hosts=[bluesky.host], secrets={"bluesky": bluesky.secret}) as stack:
        first = one_pass(stack)
        bluesky.posts.append((datetime.now(UTC), "Пекарня Аврора: жах, отруїлися"))
        second = one_pass(stack, datetime.now(UTC) + timedelta(minutes=10))

    lines = {line.url: line for line in first.sources}
    heard = next(line for line in lines.values() if line.kind == "bluesky")
    assert (heard.state, heard.items, heard.mentions) == ("read", None, 5)
    refused = next(line for line in lines.values() if line.kind == "mastodon" and line.items is None)
    assert refused.state == "failed"
    assert "tocsin client secret" in str(refused.reason)
    assert first.mentions == 5
    assert second.mentions == 1
    assert bluesky.logins == 1, "the second look uses what the first one kept"
    assert first.dead_letters == second.dead_letters == 0


def test_run_once_takes_secrets_from_a_file_and_shows_none(tocsin, tmp_path, bluesky):
    file, secrets = tmp_path / "client.yaml", tmp_path / "secrets.json"
    data = client(sources=SOURCES[:1]).model_dump(mode="json")
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    secrets.write_text(json.dumps({"bluesky": bluesky.secret}))

    result = tocsin("run", file, "--once", "--secrets", secrets, "--allow-host", bluesky.host)

    assert result.exit_code == 0, result.stderr
    assert "read" in result.stdout
    assert bluesky.logins == 1
    assert bluesky.secret["password"] not in result.output
