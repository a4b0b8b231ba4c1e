"""Protects: a signed message is taken once and whole, and only the desk's own forwarded mail becomes a mention."""

import json
from time import process_time
from traceback import format_exception
from typing import Any

import pytest

from tests.support.intake import HOOK_KEY, Page, World
from tests.support.samples import NOON
from tocsin.adapters.memory_intake import MemoryMailBox
from tocsin.domain.mention import Medium
from tocsin.domain.webhook import MAX_ITEMS, sign
from tocsin.entry.inbound_mail import is_mail
from tocsin.entry.inbound_mail import receive as receive_mail
from tocsin.services.logged import LeftUndoneError

ITEMS = [{"text": "Аврора обманює", "id": 1}, {"text": "Щось інше", "id": 2}, {"url": "https://a.example/3"}]


@pytest.fixture
def world() -> World:
    return World(settings={"webhooks": [{"name": "zap"}, {"name": "all", "brand": "Аврора", "medium": "review"}]})


def send(world: World, document: Any = ITEMS, *, hook: str = "zap", key: str = HOOK_KEY, **changed: Any) -> Page:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    timestamp = str(int(world.clock.at.timestamp()))
    headers = {"x-tocsin-timestamp": timestamp, "x-tocsin-signature": sign(key, timestamp, body), **changed}
    return world.ask("POST", f"/hooks/{hook}", body, **{"content-type": "application/json", **headers})


def test_a_signed_message_is_taken_and_counted(world: World) -> None:
    answer = send(world)
    assert (answer.status, json.loads(answer.html)) == (202, {"accepted": 1, "unmatched": 1, "quarantined": 1})
    assert [(mention.brand, mention.text) for mention in world.queue.mentions] == [("Аврора", "Аврора обманює")]
    ((body, reason),) = world.quarantine.kept
    assert json.loads(body) == ITEMS[2]
    assert reason == "hook zap: no text under any name that we know"


def test_a_hook_of_one_brand_takes_all_that_comes(world: World) -> None:
    world.kept._secrets["webhooks"] = {"all": HOOK_KEY}
    assert json.loads(send(world, hook="all").html)["accepted"] == 2
    assert {mention.medium for mention in world.queue.mentions} == {Medium.REVIEW}


def test_a_replay_is_refused_and_does_nothing(world: World) -> None:
    assert send(world).status == 202
    assert send(world).status == 409
    assert len(world.queue.mentions) == 1
    world.clock.wait(seconds=1)
    assert send(world).status == 202  # signed anew: the sender means it


def test_a_message_that_the_queue_refused_may_come_again(world: World) -> None:
    world.queue.broken = True
    assert send(world).status == 503
    world.queue.broken = False
    assert send(world).status == 202


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"key": "another key, also long"}, 401),
        ({"x-tocsin-signature": ""}, 401),
        ({"x-tocsin-timestamp": "1"}, 401),
        ({"hook": "none"}, 404),
        ({"hook": "all"}, 401),
        ({"document": b"x" * (256 * 1024 + 1)}, 413),
        ({"document": b"text=x"}, 400),
    ],
    ids=["another key", "unsigned", "no time", "no such hook", "a hook without key", "too large", "no JSON"],
)
def test_what_is_refused_says_why_and_queues_nothing(world: World, changed: dict[str, Any], status: int) -> None:
    answer = send(world, **changed)
    assert answer.status == status
    assert json.loads(answer.html)["error"]
    assert not world.queue.mentions
    assert not world.quarantine.kept


def test_an_old_signature_is_refused(world: World) -> None:
    body, timestamp = b"[]", str(int(NOON.timestamp()) - 301)
    answer = world.ask(
        "POST", "/hooks/zap", body,
        **{"x-tocsin-timestamp": timestamp, "x-tocsin-signature": sign(HOOK_KEY, timestamp, body)},
    )  # fmt: skip
    assert answer.status == 401
    assert "5 minutes" in answer.html


def test_both_keys_hold_while_they_are_changed_over(world: World) -> None:
    world.kept._secrets["webhooks"] = {"zap": "the new key, long enough", "zap.previous": HOOK_KEY}
    assert send(world).status == 202
    assert send(world, key="the new key, long enough", document=[]).status == 202


def test_a_key_of_two_hooks_opens_neither(world: World, caplog: pytest.LogCaptureFixture) -> None:
    # GIVEN one key under two names, be it today's or the one before it
    for second in ("all", "all.previous"):
        world.kept._secrets["webhooks"] = {"zap": HOOK_KEY, second: HOOK_KEY}
        # WHEN a message for one comes to either THEN it is refused, and the log says why
        assert send(world).status == 401
        assert send(world, hook="all").status == 401
    assert "same key" in caplog.text
    assert HOOK_KEY not in str([vars(record) for record in caplog.records])
    assert not world.queue.mentions


def test_more_items_than_fit_are_refused_whole(world: World) -> None:
    # GIVEN one item too many WHEN they come THEN the sender hears of it, and keeps them all
    items = [{"text": f"Аврора {number}"} for number in range(MAX_ITEMS + 1)]
    answer = send(world, items)
    assert answer.status == 413
    assert str(MAX_ITEMS) in json.loads(answer.html)["error"]
    assert not world.queue.mentions
    assert not world.quarantine.kept
    assert json.loads(send(world, items[:-1]).html)["accepted"] == MAX_ITEMS


def test_without_secrets_nobody_gets_in(world: World) -> None:
    del world.kept._secrets["webhooks"]
    assert send(world).status == 401


def test_a_flood_of_one_hook_is_put_off(world: World) -> None:
    for number in range(120):
        assert send(world, [{"text": str(number)}]).status == 202
    answer = send(world, [{"text": "one more"}])
    assert (answer.status, answer.headers["retry-after"]) == (429, "30")


def test_only_post_is_answered(world: World) -> None:
    assert world.get("/hooks/zap").status == 405


GOOD = dict.fromkeys(("spf", "dkim", "spam", "virus", "dmarc"), "PASS")
MAIL = """\
From: Duty <Duty@agency.example>
To: mentions@in.example
Subject: Fwd: Хай йому грець
Date: Mon, 02 Mar 2026 11:50:00 +0000
Content-Type: text/plain; charset=utf-8

Погляньте.

---------- Forwarded message ---------
Від: Ольга М. <olha@mail.example>
Date: Mon, 2 Mar 2026 11:30:00 +0000
Subject: Хай йому грець
To: Аврора

Аврора отруїла мою дитину, див. https://forum.example/t/1
""".encode()


def event(message_id: str = "m1", sender: str = "duty@agency.example", **verdicts: str) -> dict[str, Any]:
    """An SES receipt event, written by us from the documented shape."""
    given = {f"{name}Verdict": {"status": status} for name, status in (GOOD | verdicts).items()}
    mail = {"messageId": message_id, "source": sender}
    return {"Records": [{"eventSource": "aws:ses", "ses": {"mail": mail, "receipt": given}}]}


def receive(world: World, said: dict[str, Any], raw: bytes = MAIL) -> int:
    world.mail._mails = MemoryMailBox(m1=raw)
    return receive_mail(world.mail, said)


@pytest.fixture
def desk() -> World:
    return World(settings={"intake": {"desk_senders": ["duty@agency.example"]}})


def test_a_mail_that_the_desk_forwards_is_a_private_mention(desk: World) -> None:
    assert is_mail(event())
    assert receive(desk, event()) == 1
    (mention,) = desk.queue.mentions
    assert (mention.brand, mention.author.name, mention.medium) == ("Аврора", "Ольга М.", Medium.PRIVATE)
    assert mention.text.startswith("Аврора отруїла")
    assert mention.url == "https://forum.example/t/1"
    receive(desk, event())
    assert len({mention.id for mention in desk.queue.mentions}) == 1


@pytest.mark.parametrize(
    "said",
    [event(spf="FAIL"), event(dkim="GRAY"), event(spam="FAIL"), event(virus="PROCESSING_FAILED"),
     event(sender="x@evil.example", dmarc="GRAY")],
    ids=["spf", "dkim", "spam", "virus", "envelope of another domain"],
)  # fmt: skip
def test_a_mail_that_may_be_forged_is_refused(desk: World, said: dict[str, Any]) -> None:
    assert receive(desk, said) == 0
    assert not desk.queue.mentions


@pytest.mark.parametrize(
    "header", ["From: x@evil.example", "From: duty@agency.example, x@evil.example",
               "From: duty@agency.example\nFrom: x@evil.example",
               "From: =?utf-8?q?duty=40agency.example?= <x@evil.example>",
               # What Python reads as duty's and another parser as the other's, whose domain DMARC then vouches for.
               "From: duty@agency.example <x@evil.example>", "From: <duty@agency.example> <x@evil.example>",
               "From: duty@agency.example (x@evil.example)", "From: <@evil.example:duty@agency.example>",
               "From: desk: duty@agency.example;", "From: duty@agency.example; x@evil.example",
               "From: duty@agency.example\nno header\nFrom: x@evil.example", "X: y\rFrom: duty@agency.example"],
)  # fmt: skip
def test_a_mail_of_anybody_else_is_refused(desk: World, header: str) -> None:
    raw = MAIL.replace(b"From: Duty <Duty@agency.example>", header.encode())
    assert receive(desk, event(), raw) == 0
    assert not desk.queue.mentions


def test_a_mail_that_cannot_be_read_is_set_aside(desk: World) -> None:
    assert receive(desk, event("gone")) == 0
    assert receive(desk, event(), b"From: duty@agency.example\n\n\n") == 0
    assert len(desk.quarantine.kept) == 2


@pytest.mark.parametrize("sender", ["x@evil.example", ""])
def test_a_strangers_mail_is_refused_unread(desk: World, sender: str) -> None:
    raw = f"From: {sender}\n".encode() + b"Content-Type: message/rfc822\n\n" * 5_000
    assert receive(desk, event(), raw) == 0
    assert not desk.quarantine.kept


def test_a_mail_that_fails_is_tried_again_and_its_words_are_nowhere(
    desk: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # GIVEN a queue whose errors quote what it was given, as botocore's do
    def fail(mentions: object) -> None:
        raise RuntimeError(str(mentions))

    monkeypatch.setattr(desk.queue, "send", fail)
    # WHEN the desk forwards a letter THEN Lambda is told to try again
    with pytest.raises(LeftUndoneError) as caught:
        receive(desk, event())
    # AND neither the log nor the error has a word of it
    (record,) = caplog.records
    assert vars(record)["kind"] == "RuntimeError"
    for told in (str(vars(record)), "".join(format_exception(caught.value))):
        assert "отруїла" not in told


def test_a_header_without_end_is_refused_in_no_time(desk: World) -> None:
    raw = MAIL.replace(b"Content-Type: text/plain;", b"Content-Type: text/plain;" + b" a;" * 100_000)
    before = process_time()
    assert receive(desk, event(), raw) == 0
    assert process_time() - before < 3
    ((_, reason),) = desk.quarantine.kept
    assert "header" in reason
