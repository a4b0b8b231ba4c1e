"""Protects: what a person asks to have forgotten goes whole, once, and nothing else does; wrong use erases nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support.samples import NOON, scored
from tests.support.tables import create_tables
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.forgetting import DynamoForgetting
from tocsin.adapters.dynamodb.marks import DynamoMarkStore
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.domain.client_file import parse_client
from tocsin.domain.counters import total
from tocsin.domain.marks import Verdict, first
from tocsin.domain.mention import Author
from tocsin_cli import desk, mention_erase

CLIENT: dict[str, Any] = {
    "client": "acme",
    "name": "Acme GmbH",
    "timezone": "Europe/Kyiv",
    "language": "uk",
    "brands": [{"name": "Acme", "terms": ["acme"]}, {"name": "Bolt", "terms": ["bolt"]}],
    "sources": [{"kind": "rss", "urls": ["https://news.example/feed.xml"]}],
    "responders": [{"name": "Duty desk", "email": "duty@agency.example", "phone": "+380441234567"}],
}
HOUR = timedelta(hours=1)
URL = "https://news.example/1"
WHY = ("--reason", "request 17 of its author", "--by", "duty desk")

Tocsin = Callable[..., Any]
ClientFile = Callable[..., Path]


class Stack:
    def __init__(self) -> None:
        self.dynamodb, self.s3 = boto3.client("dynamodb"), boto3.client("s3")
        self.table, cases = create_tables(self.dynamodb)
        self.outputs = {
            "MentionsTableName": self.table,
            "CasesTableName": cases,
            "EvidenceBucketName": "evidence",
        }
        self.mentions = DynamoMentionStore(self.dynamodb, self.table)
        self.forgetting = DynamoForgetting(self.dynamodb, self.table)
        self.s3.create_bucket(Bucket="evidence", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        DynamoClientStore(self.dynamodb, cases).save(parse_client(CLIENT))

    def keep(self, number: int, brand: str = "Acme", **facts: Any) -> str:
        one = scored(number, brand=brand, **facts)
        ada = Author(name="Ada Lovelace", handle="ada")
        one = one.model_copy(update={"mention": one.mention.model_copy(update={"author": ada})})
        self.mentions.record(brand, [one])
        return one.mention.id

    def whole(self) -> str:
        return json.dumps(self.dynamodb.scan(TableName=self.table)["Items"], default=repr)

    def kept(self) -> set[tuple[str, str]]:
        return {(one.mention.brand, one.mention.id) for one in self.forgetting.everything()}


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    with mock_aws():
        made = Stack()
        for module in (desk, mention_erase):
            monkeypatch.setattr(module, "find_stack", lambda *_: SimpleNamespace(outputs=made.outputs))
        monkeypatch.setattr(mention_erase, "aws_client", lambda *_: made.s3)
        yield made


def test_a_mention_goes_by_its_id_for_every_brand_and_twice_is_once(
    tocsin: Tocsin, client_file: ClientFile, stack: Stack
) -> None:
    gone, other = stack.keep(1), stack.keep(2)
    stack.keep(1, "Bolt")
    path = client_file(**CLIENT)

    once = tocsin("mention", "erase", path, gone, *WHY, "--json")
    assert once.exit_code == 0, once.stderr
    assert [(line["brand"], line["done"]) for line in map(json.loads, once.stdout.splitlines())] == [
        ("Acme", "erased"),
        ("Bolt", "erased"),
    ]
    assert stack.kept() == {("Acme", other)}
    assert total(stack.mentions.counts("Acme", NOON - HOUR, NOON + HOUR)).mentions == 2
    assert stack.mentions.record("Acme", [scored(1, brand="Acme")]) == 0, "it is not taken in again"
    assert stack.whole().count("duty desk: request 17 of its author") == 2

    again = tocsin("mention", "erase", path, gone, *WHY)
    assert again.exit_code == 0
    assert "was erased already" in again.stderr + again.stdout


def test_a_mention_is_found_by_its_address_however_it_is_written(
    tocsin: Tocsin, client_file: ClientFile, stack: Stack
) -> None:
    stack.keep(1, url=URL)
    other = stack.keep(2, url="https://news.example/12")
    result = tocsin("mention", "erase", client_file(**CLIENT), f"{URL}?utm_source=x#top", *WHY)
    assert result.exit_code == 0, result.stderr
    assert stack.kept() == {("Acme", other)}


def test_its_picture_and_what_people_said_of_it_go_too(tocsin: Tocsin, client_file: ClientFile, stack: Stack) -> None:
    for key in ("byhand/a.png", "sources/b"):
        stack.s3.put_object(Bucket="evidence", Key=key, Body=b"x")
    stack.s3.create_bucket(Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    stack.s3.put_object(Bucket="elsewhere", Key="byhand/c.png", Body=b"x")
    gone = stack.keep(1, raw="s3://evidence/byhand/a.png")
    whole_answer = stack.keep(2, raw="s3://evidence/sources/b")
    strangers = stack.keep(3, raw="s3://elsewhere/byhand/c.png")
    marks = DynamoMarkStore(stack.dynamodb, stack.table)
    original = marks.scored("Acme", gone)
    assert original is not None
    said = first(original, "Acme", Verdict.NOT_US, by="ann", at=NOON)
    marks.save(said, original, None)

    for one in (gone, whole_answer, strangers):
        assert tocsin("mention", "erase", client_file(**CLIENT), one, *WHY).exit_code == 0
    assert marks.correction("Acme", gone) is None
    assert [item["Key"] for item in stack.s3.list_objects_v2(Bucket="evidence")["Contents"]] == ["sources/b"]
    assert stack.s3.list_objects_v2(Bucket="elsewhere")["KeyCount"] == 1
    assert "Ada" not in stack.whole()


@pytest.mark.parametrize("what", ["rss:unknown", "https://news.example/99"])
def test_what_is_not_kept_is_said_and_nothing_goes(
    tocsin: Tocsin, client_file: ClientFile, stack: Stack, what: str
) -> None:
    kept = stack.keep(1)
    result = tocsin("mention", "erase", client_file(**CLIENT), what, *WHY)
    assert result.exit_code == 1
    assert "nothing kept has this" in result.stderr
    assert stack.kept() == {("Acme", kept)}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("Ada Lovelace", *WHY), "say a mention's id"),
        (("rss:1", "--reason", " "), "--reason"),
        (("rss:1",), "--reason"),
    ],
)
def test_wrong_use_erases_nothing(
    tocsin: Tocsin, client_file: ClientFile, stack: Stack, asked: tuple[str, ...], said: str
) -> None:
    kept = stack.keep(1)
    result = tocsin("mention", "erase", client_file(**CLIENT), *asked)
    assert result.exit_code == 2
    assert said in result.stderr
    assert stack.kept() == {("Acme", kept)}
