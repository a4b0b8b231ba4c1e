"""Protects: the cause card and the voices of a case are read and set from the desk, and wrong use is named."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import boto3
import pytest
from moto import mock_aws

from tests.support.tables import create_tables
from tests.unit.cli.conftest import CLIENT
from tests.unit.domain.story_mentions import said
from tocsin.adapters.clock import SystemClock
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.adapters.dynamodb.stories import DynamoStoryStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.file import CaseFile
from tocsin.domain.client_file import parse_client
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.mention import Medium
from tocsin.domain.posture import Truth
from tocsin.services.stories import Stories
from tocsin_cli import desk

Tocsin = Callable[..., Any]
NOW = datetime.now(UTC).replace(microsecond=0)
ID, DUTY = "acme-acme-1", "duty@agency.example"
PEOPLE = {"responders": [{"name": "Duty", "email": DUTY, "phone": "+380441234567", "role": "responsible"}]}
TEXT = "Yesterday I bought an Acme kettle in Lviv and it exploded. I demand a refund."


def words(text: str, number: int, **more: Any) -> Any:
    at = NOW - timedelta(minutes=50 - number)
    return said(text, number, brand="Acme", published_at=at, fetched_at=at, **more)


class Stack(NamedTuple):
    file: Path
    cases: DynamoCaseStore

    def kept(self) -> CaseFile:
        found = self.cases.case_file(ID)
        assert found is not None
        return found


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, client_file: Callable[..., Path]) -> Iterator[Stack]:
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        mentions, cases = create_tables(dynamodb)
        outputs = {"MentionsTableName": mentions, "CasesTableName": cases}
        monkeypatch.setattr(desk, "find_stack", lambda *_: SimpleNamespace(outputs=outputs))
        client = parse_client(CLIENT | PEOPLE)
        DynamoClientStore(dynamodb, cases).save(client)
        heard = [words(f"{TEXT} {'!' * number}", number) for number in range(6)]
        heard.append(words("Acme sold me a secret", 20, medium=Medium.PRIVATE))
        DynamoMentionStore(dynamodb, mentions).record("Acme", heard)
        Stories(DynamoStoryStore(dynamodb, mentions), SystemClock()).tell(client.brands[0], heard)
        storm = Incident.opened(
            id=ID, client="acme", brand="Acme", level=Level.ISSUE, index=50, reasons=(), at=NOW - timedelta(minutes=30)
        )
        state = BrandState(brand="Acme", version=1, level=Level.ISSUE, incident_id=ID, incident_no=1)
        DynamoCaseStore(dynamodb, cases).save_assessment(
            state, incident=storm, file=CaseFile.opened(storm).with_(version=1)
        )
        yield Stack(client_file(**PEOPLE), DynamoCaseStore(dynamodb, cases))


def test_the_card_is_proposed_set_quoted_and_verified(tocsin: Tocsin, stack: Stack) -> None:
    shown = tocsin("cause", "show", stack.file, ID)
    assert "about could be: kettle" in shown.output
    assert "where could be: Lviv" in shown.output
    assert "secret" not in shown.output
    assert stack.kept().cause.product is None

    as_duty = ("--as", DUTY)
    steps = (
        ("cause", "set", stack.file, ID, "--product", "kettle K7", "--injuries", *as_duty),
        ("cause", "quote", stack.file, ID, "--mention", "social:0", *as_duty),
        ("cause", "verify", stack.file, ID, "false", "--proof", "https://lab.example/1", *as_duty),
    )
    for step in steps:
        assert tocsin(*step).exit_code == 0

    cause = stack.kept().cause
    assert (cause.product, cause.injuries, cause.truth, cause.verified_by) == ("kettle K7", True, Truth.FALSE, DUTY)
    assert cause.quotations[0].mention_id == "social:0"
    lines = [json.loads(line) for line in tocsin("cause", "show", stack.file, ID, "--json").stdout.splitlines()]
    assert lines[0]["truth"] == "false"
    assert any(line.get("proposed") == "place" for line in lines)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("set",), "say what to set"),
        (("set", "--product", "x" * 301), "--product"),
        (("set", "--outrage", "huge"), "--outrage"),
        (("quote",), "--mention"),
        (("quote", "--mention", "social:99"), "none of this id"),
        (("quote", "--mention", "social:20"), "private"),
        (("quote", "--mention", "social:0", "--words", "never said"), "very words"),
        (("quote", "--off", "3"), "no quotation 3"),
        (("quote", "--off", "1", "--words", "x"), "--off goes"),
        (("verify", "perhaps"), "TRUTH"),
        (("verify", "false"), "needs its proof"),
        (("scenario", "weather"), "SCENARIO"),
    ],
)
def test_wrong_use_is_named_and_changes_nothing(
    arguments: tuple[str, ...], named: str, tocsin: Tocsin, stack: Stack
) -> None:
    command, *more = arguments
    place = more[:1] if command in {"verify", "scenario"} else []
    before = stack.kept()

    done = tocsin("cause", command, stack.file, ID, *place, *more[len(place) :], "--as", DUTY)

    assert done.exit_code == 2
    assert named in done.output
    assert stack.kept() == before


def test_who_tells_where_it_began_and_who_speaks(tocsin: Tocsin, stack: Stack) -> None:
    shown = tocsin("who", stack.file, ID)
    assert shown.exit_code == 0
    assert "first known" in shown.output
    assert "writer0" in shown.output
    assert "secret" not in shown.output

    data = json.loads(tocsin("who", stack.file, ID, "--json").stdout)
    assert data["spread"]["origin"]["spot"]["mention_id"] == "social:0"
    assert data["spread"]["origin"]["clues"][0]["says"].endswith(".")
    assert {"guesses", "together", "history"} <= set(data["voices"][0])


def test_a_case_that_nobody_knows_is_named(tocsin: Tocsin, stack: Stack) -> None:
    for command in (("who",), ("cause", "show")):
        done = tocsin(*command, stack.file, "acme-acme-9")
        assert done.exit_code == 2
        assert "acme-acme-9" in done.output
