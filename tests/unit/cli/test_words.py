"""Protects: drafts and promises of a deployed client's case are made, checked and moved on from the desk, and a refusal
names its reason and changes nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support.samples import scored
from tests.support.tables import create_tables
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.adapters.dynamodb.plans import DynamoPlanStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.promises import PromiseState
from tocsin.domain.case.texts import ResultKind, TextState
from tocsin.domain.client_file import parse_client
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin_cli import desk
from tocsin_cli.playbooks import load_library

Tocsin = Callable[..., Any]
NOW = datetime.now(UTC).replace(microsecond=0)
ID = "acme-acme-1"
ANNA, BOHDAN, HEAD = "anna@agency.example", "bohdan@agency.example", "head@acme.example"
PEOPLE = {
    "responders": [
        {"name": "Anna", "email": ANNA, "phone": "+380441234567", "role": "community"},
        {"name": "Bohdan", "email": BOHDAN, "role": "responsible"},
    ],
    "client_contacts": [{"name": "Head of press", "email": HEAD, "phone": "+4930123456"}],
}


class Stack:
    def __init__(self) -> None:
        dynamodb = boto3.client("dynamodb")
        mentions, cases = create_tables(dynamodb)
        self.outputs = {"MentionsTableName": mentions, "CasesTableName": cases}
        self.clients = DynamoClientStore(dynamodb, cases)
        self.cases = DynamoCaseStore(dynamodb, cases)
        self.mentions = DynamoMentionStore(dynamodb, mentions)

    def file(self) -> CaseFile:
        found = self.cases.case_file(ID)
        assert found is not None
        return found


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    with mock_aws():
        made = Stack()
        monkeypatch.setattr(desk, "find_stack", lambda *_: SimpleNamespace(outputs=made.outputs))
        yield made


@pytest.fixture
def file(stack: Stack, client_file: Callable[..., Path]) -> Path:
    from tests.unit.cli.conftest import CLIENT

    deployed = parse_client(CLIENT | PEOPLE)
    stack.clients.save(deployed)
    at = NOW - timedelta(minutes=5)
    storm = Incident.opened(id=ID, client="acme", brand="Acme", level=Level.CRISIS, index=70, reasons=(), at=at)
    state = BrandState(brand="Acme", version=1, level=Level.CRISIS, incident_id=ID, incident_no=1)
    stack.cases.save_assessment(state, incident=storm, file=CaseFile.opened(storm).with_(version=1))
    said = scored(1, brand="Acme", at=at, text="Acme: мій кіт захворів від вашого корму!")
    complains = said.reading.model_copy(update={"complaint": 0.9})
    stack.mentions.record("Acme", [said.model_copy(update={"reading": complains})])
    return client_file(**PEOPLE)


def words(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_reply_goes_from_draft_to_sent_by_two_people(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    # GIVEN a complaint in a crisis
    mention = scored(1, brand="Acme").mention.id

    # WHEN one drafts a reply, and another approves it
    drafted = tocsin("words", "reply", file, ID, mention, "--as", ANNA, "--contact", "help@acme.example")
    own = tocsin("words", "approve", file, ID, "text-1", "--as", ANNA)
    other = tocsin("words", "approve", file, ID, "text-1", "--as", BOHDAN)
    asked = tocsin("words", "ask-client", file, ID, "text-1", HEAD, "--as", ANNA, "--sms")
    out = tocsin("words", "sent", file, ID, "text-1", "--as", ANNA, "--url", "https://t.me/acme/7")

    # THEN the advice and the text are shown, nobody approves their own, and it is sent with its place
    assert drafted.exit_code == 0, drafted.stderr
    assert "put it right" in drafted.stdout
    assert "help@acme.example" in drafted.stdout
    assert own.exit_code == 2
    assert "somebody else approves" in own.stderr
    assert [other.exit_code, asked.exit_code, out.exit_code] == [0, 0, 0], (other.stderr, asked.stderr, out.stderr)
    [text] = stack.file().texts
    assert (text.state, text.approved_by, text.url) == (TextState.SENT, BOHDAN, "https://t.me/acme/7")
    assert [item.about for item in stack.cases.outbox_of(ID) if item.kind is AlertKind.APPROVE] == [("text-1",)]


def test_list_shows_what_the_linter_finds_with_reason_and_way_out(
    tocsin: Tocsin, stack: Stack, file: Path, tmp_path: Path
) -> None:
    text = words(tmp_path, "We are sorry if anyone was offended.")
    made = tocsin("words", "draft", file, ID, "holding", "--as", ANNA, "--text", text, "--language", "en")
    refused = tocsin("words", "approve", file, ID, "text-1", "--as", BOHDAN)
    shown = tocsin("words", "list", file, ID)
    data = json.loads(tocsin("words", "list", file, ID, "--json").stdout)

    assert made.exit_code == 0, made.stderr
    assert "half_apology" in refused.stderr
    assert "half an apology" in shown.stdout
    assert "Give a day and a time" in shown.stdout
    assert data["findings"][0]["fault"] == "half_apology"
    assert data["client_asks"] is False


def test_a_statement_is_drafted_from_a_file_of_facts(tocsin: Tocsin, stack: Stack, file: Path, tmp_path: Path) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text(
        "known_at: '07:40'\nwhat: several cats fell ill\naction: the sale is stopped\n"
        "advice: do not feed it\ncontact: help@acme.example\n",
        encoding="utf-8",
    )
    made = tocsin("words", "draft", file, ID, "notice", "--as", ANNA, "--facts", facts, "--language", "en")
    lacking = tocsin("words", "draft", file, ID, "holding", "--as", ANNA, "--facts", facts, "--language", "en")
    assert made.exit_code == 0, made.stderr
    assert "several cats fell ill" in stack.file().texts[0].text
    assert "fill them in first" in lacking.stderr
    assert lacking.exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("words", "reply", "FILE", ID, "rss:unknown", "--as", ANNA), "no mention"),
        (("words", "reply", "FILE", ID, "rss:unknown", "--as", ANNA, "--text", "FILE"), "no mention"),
        (("words", "approve", "FILE", ID, "text-9", "--as", ANNA), "no text text-9"),
        (("words", "approve", "FILE", "acme-acme-9", "text-1", "--as", ANNA), "knows none of this name"),
        (("words", "approve", "FILE", ID, "text-1", "--as", "x@y.example"), "none of the responders"),
        (("words", "draft", "FILE", ID, "holding", "--as", ANNA), "say one of --facts"),
        (("words", "draft", "FILE", ID, "poem", "--as", ANNA, "--prepared"), "KIND 'poem'"),
        (("words", "draft", "FILE", ID, "holding", "--as", ANNA, "--prepared"), "no holding text"),
        (("promise", "make", "FILE", ID, "pay", "--as", ANNA, "--to", "all", "--owner", "x@y.example", "--by", "2h"),
         "none of the responders"),
        (("promise", "make", "FILE", ID, "pay", "--as", ANNA, "--to", "all", "--owner", ANNA, "--by", "soon"), "--by"),
        (("promise", "kept", "FILE", ID, "promise-7", "--as", ANNA), "no promise promise-7"),
    ],
)  # fmt: skip
def test_wrong_use_is_named_and_changes_nothing(
    tocsin: Tocsin, stack: Stack, file: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = tocsin(*(file if one == "FILE" else one for one in arguments))
    assert result.exit_code == 2
    assert said in result.stderr
    assert stack.file().version == 1


def test_a_text_is_checked_without_a_case(tocsin: Tocsin, tmp_path: Path) -> None:
    bad = tocsin("words", "check", words(tmp_path, "Вибачте, якщо когось образили."), "--language", "uk", "--json")
    good = tocsin("words", "check", words(tmp_path, "Нам дуже прикро."), "--language", "uk")
    assert bad.exit_code == 1
    assert json.loads(bad.stdout)["findings"][0]["fault"] == "half_apology"
    assert good.exit_code == 0


def test_promises_are_made_handed_on_and_kept(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    made = tocsin(
        "promise", "make", file, ID, "refund", "--as", ANNA, "--to", "the Kovals", "--owner", ANNA, "--by", "2h"
    )
    handed = tocsin("promise", "hand", file, ID, "promise-1", "--as", ANNA, "--to", BOHDAN)
    shown = tocsin("promise", "list", file, ID, "--open")
    kept = tocsin("promise", "kept", file, ID, "promise-1", "--as", BOHDAN, "--note", "paid")
    left = tocsin("promise", "list", file, ID, "--open", "--json")

    assert [one.exit_code for one in (made, handed, kept)] == [0, 0, 0], made.stderr
    assert "refund — to the Kovals" in shown.stdout
    assert BOHDAN in shown.stdout
    assert left.stdout == ""
    assert stack.file().promises[0].state is PromiseState.KEPT


def test_a_text_is_changed_signed_taken_back_and_an_answer_is_judged_by_hand(
    tocsin: Tocsin, stack: Stack, file: Path, tmp_path: Path
) -> None:
    # GIVEN a reply that somebody has changed after it was signed
    mention = scored(1, brand="Acme").mention.id
    assert tocsin("words", "reply", file, ID, mention, "--as", ANNA, "--contact", "help@acme.example").exit_code == 0
    assert tocsin("words", "sign", file, ID, "text-1", "--as", BOHDAN).exit_code == 0
    assert stack.file().texts[0].signed_by == BOHDAN
    said = words(tmp_path, "Нам дуже прикро. Напишіть нам: help@acme.example.")
    assert tocsin("words", "edit", file, ID, "text-1", "--as", ANNA, "--text", said).exit_code == 0

    # THEN its signature is gone with the words that it was given for
    [text] = stack.file().texts
    assert (text.text, text.signed_by) == ("Нам дуже прикро. Напишіть нам: help@acme.example.", None)

    # WHEN it goes out, THEN a person's judgement of what came of it stands
    assert tocsin("words", "approve", file, ID, "text-1", "--as", BOHDAN).exit_code == 0
    assert tocsin("words", "result", file, ID, "text-1", "recovered", "--as", ANNA).exit_code == 2
    bare = tocsin("words", "sent", file, ID, "text-1", "--as", ANNA)
    assert (bare.exit_code, "--url" in bare.stderr or "address" in bare.stderr) == (2, True), bare.stderr
    out = tocsin("words", "sent", file, ID, "text-1", "--as", ANNA, "--url", "https://t.me/acme/8")
    assert out.exit_code == 0, out.stderr
    assert tocsin("words", "result", file, ID, "text-1", "splendid", "--as", ANNA).exit_code == 2
    assert tocsin("words", "result", file, ID, "text-1", "recovered", "--as", ANNA).exit_code == 0
    result = stack.file().texts[0].result
    assert result is not None
    assert result.kind is ResultKind.RECOVERED

    # AND another draft may be taken back
    made = tocsin("words", "draft", file, ID, "holding", "--as", ANNA, "--text", said, "--language", "uk")
    assert made.exit_code == 0, made.stderr
    assert tocsin("words", "withdraw", file, ID, "text-2", "--as", ANNA, "--why", "too early").exit_code == 0
    assert stack.file().texts[1].state is TextState.WITHDRAWN


def test_a_promise_is_released_by_those_who_got_it(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    of = ("promise", "make", file, ID, "a refund", "--as", ANNA, "--to", "Olena", "--owner", ANNA, "--by", "2h")
    assert tocsin(*of).exit_code == 0
    assert tocsin("promise", "release", file, ID, "promise-1", "--as", ANNA).exit_code == 2
    released = tocsin("promise", "release", file, ID, "promise-1", "--as", ANNA, "--note", "Olena, by phone")
    assert released.exit_code == 0, released.stderr
    assert stack.file().promises[0].state is PromiseState.RELEASED


def test_a_text_is_approved_ahead_and_taken_out_in_the_next_case(
    tocsin: Tocsin, stack: Stack, file: Path, tmp_path: Path
) -> None:
    # GIVEN a reply of a case of a known kind, written by one and approved by another
    mention, until = scored(1, brand="Acme").mention.id, f"{NOW + timedelta(days=90):%Y-%m-%d}"
    DynamoPlanStore(boto3.client("dynamodb"), stack.outputs["CasesTableName"]).save_library(load_library())
    known = tocsin("cause", "scenario", file, ID, "rumour", "--as", ANNA)
    assert known.exit_code == 0, known.stderr
    said = words(tmp_path, "Thank you for writing. We understand your worry and are looking into it.")
    tocsin("words", "reply", file, ID, mention, "--as", ANNA, "--text", said, "--language", "en")
    tocsin("words", "approve", file, ID, "text-1", "--as", BOHDAN)

    # WHEN it is kept THEN by another than who wrote it, and on a day ahead
    own = tocsin("words", "keep", file, ID, "text-1", "--as", ANNA, "--until", until)
    past = tocsin("words", "keep", file, ID, "text-1", "--as", BOHDAN, "--until", "2020-01-01")
    odd = tocsin("words", "keep", file, ID, "text-1", "--as", BOHDAN, "--until", "soon")
    done = tocsin("words", "keep", file, ID, "text-1", "--as", BOHDAN, "--until", until)
    assert [one.exit_code for one in (own, past, odd)] == [2, 2, 2]
    assert "--until 'soon'" in odd.stderr
    assert done.exit_code == 0, done.stderr
    [text] = stack.clients.load().prepared_texts  # type: ignore[union-attr]
    assert (text.scenario, text.approved_by, f"{text.expires}") == ("rumour", BOHDAN, until)

    # AND it waits to be written into the file, and can be taken out by whoever needs it
    shown = tocsin("client", "changes", file)
    assert "prepared_texts" in shown.stdout
    taken = tocsin("words", "reply", file, ID, mention, "--as", ANNA, "--prepared", "--language", "en")
    assert taken.exit_code == 0, taken.stderr
    assert (stack.file().texts[-1].state, stack.file().texts[-1].approved_by) == (TextState.APPROVED, BOHDAN)

    # AND where the client's file has no room for it, nobody is told that it is in force
    client = stack.clients.deployed()
    assert client is not None
    full = [text.model_copy(update={"language": "es", "text": f"Gracias {one}"}) for one in range(120)]
    stack.clients.save(client.model_copy(update={"prepared_texts": tuple(full)}))
    again = tocsin("words", "keep", file, ID, "text-1", "--as", BOHDAN, "--until", until)
    assert again.exit_code == 1
    assert "tocsin incident show" in again.stderr
    assert stack.file().kept == ()
