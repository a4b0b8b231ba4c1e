"""tocsin sources and reparse: what can be heard, how it is doing, and what a mended parser finds in kept answers."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support.tables import create_tables
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.adapters.dynamodb.sources import DynamoSourceStore
from tocsin.adapters.evidence_s3 import S3EvidenceStore
from tocsin.domain.errors import Trouble
from tocsin.domain.mention import Mention
from tocsin.domain.reading import Reading, ScoredMention, Sentiment
from tocsin.domain.source_state import Evidence, SourceState
from tocsin.domain.sources import units_of
from tocsin_cli import reparse, sources
from tocsin_cli.files import load_client

NOW = datetime.now(UTC).replace(microsecond=0)
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><guid>one</guid><title>Acme opens a shop</title><link>https://news.example/1</link></item>
<item><guid>two</guid><title>Acme again</title><link>https://news.example/2</link></item>
<item><guid>three</guid><title>Rain</title><link>https://news.example/3</link></item>
</channel></rss>"""


def lines(result: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_all_kinds_are_listed_with_key_cost_limits_and_cadence(tocsin: Callable[..., Any]) -> None:
    rows = {row["kind"]: row for row in lines(tocsin("sources", "--json"))}
    assert len(rows) == 25
    assert rows["x"]["usd_per_post"] == 0.005
    assert rows["youtube"]["retention_days"] == 30
    assert rows["stackexchange"]["budgets"][0] == {"mode": None, "with_key": False, "calls": 280, "a": "day"}
    assert all(row["auth"] and row["cost"] and row["limits"] and row["terms"] and row["every"] for row in rows.values())
    text = tocsin("sources").stdout
    assert all(kind in text for kind in rows)


def test_a_clients_file_shows_what_is_on(tocsin: Callable[..., Any], client_file: Callable[..., Path]) -> None:
    rows = {row["kind"]: row for row in lines(tocsin("sources", client_file(), "--json"))}
    assert (rows["rss"]["on"], rows["rss"]["sources"], rows["x"]["on"]) == (True, 1, False)


def test_deployed_wants_a_file(tocsin: Callable[..., Any]) -> None:
    result = tocsin("sources", "--deployed")
    assert result.exit_code == 2
    assert "name the client's file" in result.stderr


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client's stack as the commands see it."""
    with mock_aws():
        clients: dict[str, Any] = {
            name: boto3.client(name, region_name="eu-central-1") for name in ("dynamodb", "s3", "sqs")
        }
        place: Any = {"LocationConstraint": "eu-central-1"}
        clients["s3"].create_bucket(Bucket="kept", CreateBucketConfiguration=place)
        mentions, cases = create_tables(clients["dynamodb"])
        queue = clients["sqs"].create_queue(QueueName="mentions")["QueueUrl"]
        outputs = {
            "MentionsTableName": mentions, "CasesTableName": cases,
            "EvidenceBucketName": "kept", "MentionsQueueUrl": queue,
        }  # fmt: skip
        monkeypatch.setattr(sources, "require_account", lambda _: "123456789012")
        monkeypatch.setattr(sources, "find_stack", lambda *_: SimpleNamespace(outputs=outputs))
        for module in (sources, reparse):
            monkeypatch.setattr(module, "aws_client", lambda name, _: clients[name])
        yield SimpleNamespace(**clients, outputs=outputs, queue=queue)


def test_a_deployed_clients_sources_are_shown_with_state_and_reason(
    tocsin: Callable[..., Any], client_file: Callable[..., Path], stack: Any
) -> None:
    path = client_file(sources=[{"kind": "rss", "urls": [f"https://{n}.example/f" for n in range(3)]}])
    units = list(units_of(load_client(str(path))))
    store = DynamoSourceStore(stack.dynamodb, stack.outputs["MentionsTableName"])
    well: dict[str, Any] = {"first_success_at": NOW, "last_success_at": NOW, "looked_at": NOW}
    refused = {"failures": 1, "trouble": Trouble.AUTH, "reason": "does not accept the key"}
    for unit, facts in zip(units, (well, well | refused), strict=False):
        leased = store.acquire(
            SourceState(source_id=unit.id), owner="a", until=NOW, next_due_at=NOW + timedelta(minutes=5)
        )
        store.commit(leased.model_copy(update=facts), None)

    result = tocsin("sources", path, "--deployed", "--json")
    rows = {row["source"]: (row["state"], row["reason"]) for row in lines(result)}
    assert rows == {
        "https://0.example/f": ("healthy", None),
        "https://1.example/f": ("refused", "does not accept the key"),
        "https://2.example/f": ("waiting", None),
    }
    assert "1 of 3 sources healthy, 1 not looked at yet" in result.stderr
    assert "not heard at all: closed groups and private chats, TikTok, Viber" in result.stderr
    assert tocsin("sources", path, "--deployed").exit_code == 0


def keep(stack: Any, path: Path, body: bytes, at: datetime = NOW) -> str:
    unit = next(iter(units_of(load_client(str(path)))))
    store = S3EvidenceStore(stack.s3, stack.outputs["EvidenceBucketName"])
    return store.keep(unit.id, at, Evidence(url=unit.url, body=body, content_type="text/xml"))


def store_first(stack: Any, mention: Mention, **changes: Any) -> None:
    reading = Reading(language="en", sentiment=Sentiment.NEUTRAL, score=0, confidence=1, severity=0)
    DynamoMentionStore(stack.dynamodb, stack.outputs["MentionsTableName"]).record(
        "Acme", [ScoredMention(mention=mention.model_copy(update=changes), reading=reading)]
    )


def test_a_mended_parser_finds_what_the_old_one_missed(
    tocsin: Callable[..., Any], client_file: Callable[..., Path], stack: Any
) -> None:
    # GIVEN two mentions in a kept answer, of which one was stored with another text, and one answer nobody can read
    path = client_file()
    key = keep(stack, path, FEED)
    keep(stack, path, b"<html>no feed</html>", NOW - timedelta(hours=1))
    both = lines(tocsin("reparse", path, "rss", "--json"))
    assert [row["what"] for row in both] == ["new", "new"]
    assert all(row["raw"] == key and row["brand"] == "Acme" for row in both)
    first = Mention.model_validate({name: value for name, value in both[0].items() if name not in {"what", "differs"}})
    store_first(stack, first, title="Acme broken")

    # WHEN it is read again, and sent
    result = tocsin("reparse", path, "https://news.example/feed.xml", "--json", "--send", "--since", "3d")

    # THEN the stored one is shown as changed, and only the missing one is queued
    assert {row["id"]: (row["what"], row["differs"]) for row in lines(result)} == {
        both[0]["id"]: ("changed", ["title"]),
        both[1]["id"]: ("new", []),
    }
    assert "still not readable" in result.stderr
    [message] = stack.sqs.receive_message(QueueUrl=stack.queue, MaxNumberOfMessages=10)["Messages"]
    assert json.loads(message["Body"])["id"] == both[1]["id"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nothing",), 2, "no source of this client; known: https://news.example/feed.xml"),
        (("rss", "--since", "yesterday"), 2, "write it like 2026-03-02"),
        (("rss", "--since", "2026-03-02"), 1, "no answers are kept of it"),
    ],
)
def test_what_cannot_be_done_is_said(
    tocsin: Callable[..., Any],
    client_file: Callable[..., Path],
    stack: Any,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    result = tocsin("reparse", client_file(), *arguments)
    assert result.exit_code == code
    assert said in result.stderr


def test_a_client_that_is_not_deployed_is_said(
    tocsin: Callable[..., Any], client_file: Callable[..., Path], stack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "find_stack", lambda *_: None)
    for command in (("sources", client_file(), "--deployed"), ("reparse", client_file(), "rss")):
        result = tocsin(*command)
        assert result.exit_code == 1
        assert "is not deployed" in result.stderr
