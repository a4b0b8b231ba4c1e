"""Posts in chat rooms and to other systems: what they say is harmless there, and no secret of theirs is ever told."""

import json
import logging
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.loopback import Answer, Call, Fault, Loopback, LoopbackHttp, answer
from tests.unit.web.samples import LANGUAGES, alert, mention
from tocsin.adapters.channels import slack, teams, telegram_room
from tocsin.adapters.channels.room_post import RoomPost
from tocsin.adapters.channels.slack import SlackChannel
from tocsin.adapters.channels.teams import TeamsChannel
from tocsin.adapters.channels.telegram_room import TelegramRoomChannel, words
from tocsin.adapters.channels.webhook_out import WebhookOutChannel
from tocsin.adapters.http_guard import GuardedHttp
from tocsin.adapters.memory import MemorySecrets
from tocsin.domain.errors import DeliveryError
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.domain.rooms import Room
from tocsin.domain.webhook import refusal
from tocsin.web.chat import Chat, render_chat
from tocsin.web.clean import safe_link

NOW = datetime(2026, 11, 22, 1, 14, tzinfo=UTC)
KEY = "an invented key of a hook"
TOKEN = "123456:AAbbCCddEEffGG"
SECRETS = {
    "desk": "https://hooks.slack.example/services/T000/B000/verysecretpath",
    "board": "https://prod.logic.example/workflows/abc/triggers/manual?sig=verysecretsignature",
    "duty": TOKEN,
    "pager": KEY,
    "hidden": KEY,
    "hidden_url": "https://pager.example/in/verysecretpath",
}
ROOMS = (
    Room.model_validate({"kind": "slack", "name": "desk"}),
    Room.model_validate({"kind": "teams", "name": "board"}),
    Room.model_validate({"kind": "telegram", "name": "duty", "chat": "-1001"}),
    Room.model_validate({"kind": "webhook", "name": "pager", "url": "https://pager.example/in"}),
    Room.model_validate({"kind": "webhook", "name": "hidden"}),
)
ADDRESSES = ["desk", "board", "duty", "pager", "hidden"]
HOSTILE = (
    "<!channel> <@U1|you> [click](https://evil.example) *now* `x` {{DATE(2026-01-01)}} ${a} <https://evil.example|ok>"
)


class Stub:
    """A chat service on the loopback that answers as it is told."""

    def __init__(self) -> None:
        self.said, self.broken = Answer(b"ok"), None

    def fault(self, call: Call) -> Fault | None:
        return self.broken

    def answer(self, call: Call) -> Answer:
        return self.said


class At:
    def now(self) -> datetime:
        return NOW


@dataclass
class World:
    loopback: Loopback
    stub: Stub
    channels: dict[str, RoomPost] = field(default_factory=dict)

    def send(self, address: str, **changes: Any) -> Any:
        self.channels[address].send(alert(**changes), address)  # type: ignore[attr-defined]
        return json.loads(self.loopback.calls[-1].body)


@pytest.fixture
def world() -> Iterator[World]:
    loopback, stub = Loopback(), Stub()
    loopback.site = stub
    yield made(loopback, stub)
    loopback.close()


def made(
    loopback: Loopback, stub: Stub, secrets: dict[str, str] | None = None, rooms: tuple[Room, ...] = ROOMS
) -> World:
    clock = At()
    web = LoopbackHttp(loopback.port, clock=clock.now)
    kept = MemorySecrets(channels=SECRETS if secrets is None else secrets)
    common = (web, lambda: rooms, kept)
    hooks = WebhookOutChannel(*common, clock)
    channels: dict[str, RoomPost] = {
        "desk": SlackChannel(*common),
        "board": TeamsChannel(*common),
        "duty": TelegramRoomChannel(*common),
        "pager": hooks,
        "hidden": hooks,
    }
    return World(loopback, stub, channels)


def told(caught: pytest.ExceptionInfo[DeliveryError], caplog: pytest.LogCaptureFixture) -> str:
    """All that a log could show of an error: its text, its way, its causes, and what was logged meanwhile."""
    return "".join(traceback.format_exception(caught.value)) + caplog.text


def no_secret_in(text: str) -> bool:
    return not any(part in text for part in ("verysecret", "T000", "B000", TOKEN, TOKEN.partition(":")[2], KEY))


# -- what they say


def test_slack_gets_words_that_ping_nobody(world: World) -> None:
    # GIVEN a brand and a title that are Slack's own control words WHEN posted THEN they stand there as letters
    sent = world.send("desk", brand=HOSTILE, mentions=(mention(title=HOSTILE, excerpt=HOSTILE),), client_name=HOSTILE)
    assert world.loopback.calls[-1].path == "/services/T000/B000/verysecretpath"
    assert "<" not in json.dumps(sent)
    assert ">" not in json.dumps(sent)
    # AND every word is plain text, which knows no markup; nothing is unfolded or looked up
    texts = [block["text"]["type"] for block in sent["blocks"] if "text" in block]
    assert set(texts) == {"plain_text"}
    assert (sent["mrkdwn"], sent["unfurl_links"], sent["unfurl_media"]) == (False, False, False)
    # AND the one link is the gravest mention's
    [button] = [block["elements"][0] for block in sent["blocks"] if block["type"] == "actions"]
    assert button["url"] == "https://t.me/podil/8841"


@settings(deadline=None, max_examples=80)
@given(st.text(max_size=400), st.text(alphabet="<>&a", max_size=4_000))
def test_a_post_for_slack_fits_its_limits(title: str, line: str) -> None:
    # GIVEN any words WHEN laid out THEN no text is empty or longer than Slack takes, and no entity is cut
    post: Any = slack.post(
        Chat(title=title, lines=(line,), link=safe_link("https://a.example"), link_words="Open", tone="x")
    )
    header, section, _ = post["blocks"]
    for block, most in ((header, 150), (section, 3_000)):
        text = block["text"]["text"]
        assert 0 < len(text) <= most
        assert text.count("&") == sum(text.count(entity) for entity in ("&amp;", "&lt;", "&gt;"))
        assert not set("<>") & set(text)


def test_teams_gets_words_that_are_no_markdown(world: World) -> None:
    # GIVEN Markdown and a card's own functions in what strangers wrote WHEN posted THEN they stand there as letters
    sent = world.send("board", brand=HOSTILE, mentions=(mention(title=HOSTILE),), client_name=HOSTILE)
    assert world.loopback.calls[-1].query == {"sig": "verysecretsignature"}
    [attachment] = sent["attachments"]
    card = attachment["content"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}
    assert "{{" not in json.dumps(card["body"])
    assert "${" not in json.dumps(card["body"])
    # AND nobody is mentioned, and the one link is the gravest mention's
    assert "entities" not in card["msteams"]
    assert [action["url"] for action in card["actions"]] == ["https://t.me/podil/8841"]


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=300))
def test_a_card_has_no_empty_text(title: str) -> None:
    card: Any = teams.post(Chat(title=title, lines=("",), link=None, link_words="", tone="x"))["attachments"]
    for block in card[0]["content"]["body"]:
        assert all(run["text"] for run in block["inlines"])
    assert "actions" not in card[0]["content"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_telegram_gets_level_and_link_only(world: World, language: Any) -> None:
    # GIVEN a crisis in each language WHEN a bot tells it THEN no brand, name, number or word is in it
    world.stub.said = answer({"ok": True, "result": {"message_id": 77}})
    channel: Any = world.channels["duty"]
    assert channel.send(alert(language=language), "duty") == "duty: 77"
    call = world.loopback.calls[-1]
    sent = json.loads(call.body)
    assert (call.host, call.path) == ("api.telegram.org", f"/bot{TOKEN}/sendMessage")
    assert sent["chat_id"] == "-1001"
    assert sent["text"].splitlines()[1:] == ["https://t.me/podil/8841"]
    assert len(sent["text"].splitlines()[0].split()) == 1
    assert not any(word in sent["text"] for word in ("Аврора", "47", "Олена", "лікарні"))
    # AND nothing in it is markup
    assert "parse_mode" not in sent
    assert sent["link_preview_options"] == {"is_disabled": True}


def test_telegram_says_when_it_is_a_drill() -> None:
    assert words(alert(kind=AlertKind.TEST, language="en")).startswith("TEST · ")
    assert "\n" not in words(alert(kind=AlertKind.RESOLVED, language="en"))


@pytest.mark.parametrize("address", ["pager", "hidden"])
def test_a_webhook_can_be_checked_by_its_receiver(world: World, address: str) -> None:
    # GIVEN a room that is another system, its address in the file or a secret WHEN posted
    sent = world.send(address, id="aurora-1/1/webhook/pager")
    call = world.loopback.calls[-1]
    # THEN the signature fits as our own hooks would check it, and the body is the topic's document
    headers = call.headers
    assert refusal([KEY], headers["x-tocsin-timestamp"], headers["x-tocsin-signature"], call.body, NOW) is None
    assert refusal(
        ["another key of a hook"], headers["x-tocsin-timestamp"], headers["x-tocsin-signature"], call.body, NOW
    )
    assert headers["x-tocsin-alert"] == "aurora-1/1/webhook/pager"
    assert (sent["version"], sent["level"], sent["brand"]) == (1, "crisis", "Аврора")
    assert call.path == ("/in" if address == "pager" else "/in/verysecretpath")


def test_no_header_can_be_injected_by_an_id(world: World) -> None:
    world.send("pager", id="a/1/webhook/x\r\nX-Evil: 1\n\nbody")
    headers = world.loopback.calls[-1].headers
    assert "x-evil" not in headers
    assert headers["x-tocsin-alert"] == "a/1/webhook/x X-Evil: 1 body"


@pytest.mark.parametrize("level", list(Level)[1:])
@pytest.mark.parametrize("kind", list(AlertKind))
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_alert_can_be_posted(world: World, address: str, kind: AlertKind, level: Level) -> None:
    world.stub.said = answer({"ok": True, "result": {"message_id": 1}})
    assert world.send(address, kind=kind, level=level)


# -- what goes wrong


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (401, True), (403, True), (404, True), (410, True), (408, False), (500, False), (503, False)],
)
def test_a_refusal_is_final_only_when_trying_again_cannot_help(
    world: World, caplog: pytest.LogCaptureFixture, address: str, status: int, permanent: bool
) -> None:
    # GIVEN a service that refuses, and quotes the secret in its answer WHEN posting THEN the outbox learns the status
    caplog.set_level(logging.DEBUG)
    body = f"no: {SECRETS[address]} {SECRETS['hidden_url']}".encode()
    world.stub.said = Answer(body, status)
    with pytest.raises(DeliveryError) as caught:
        world.send(address)
    assert caught.value.permanent is permanent
    assert str(status) in caught.value.reason
    assert no_secret_in(told(caught, caplog))


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "fault", [Fault.THROTTLED, Fault.THROTTLED_FOR, Fault.BUSY, Fault.RESET, Fault.CUT, Fault.LOOP], ids=str
)
def test_trouble_on_the_way_passes_and_tells_no_secret(
    world: World, caplog: pytest.LogCaptureFixture, address: str, fault: Fault
) -> None:
    # GIVEN a bad day on the Internet WHEN posting THEN it is tried again, and neither error nor log names a secret
    caplog.set_level(logging.DEBUG)
    world.stub.broken = fault  # type: ignore[assignment]
    with pytest.raises(DeliveryError) as caught:
        world.send(address)
    assert not caught.value.permanent
    assert no_secret_in(told(caught, caplog))
    # AND it was sent once: the outbox repeats it
    assert len(world.loopback.calls) == 1


def test_nothing_is_posted_where_a_redirect_leads(world: World) -> None:
    world.stub.said = Answer(status=302, headers={"Location": "https://evil.example/"})
    with pytest.raises(DeliveryError):
        world.send("pager")
    assert [call.host for call in world.loopback.calls] == ["pager.example"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_inside_is_not_called(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    # GIVEN a room whose secret leads to the metadata service WHEN posted THEN it is refused for good
    caplog.set_level(logging.DEBUG)
    inside = "https://169.254.169.254/verysecretpath"
    rooms = tuple(room.model_copy(update={"url": None}) for room in ROOMS)
    kept = MemorySecrets(channels=dict.fromkeys((*SECRETS, "pager_url"), inside))
    kind = next(room.kind for room in ROOMS if room.name == address)
    of = {"slack": SlackChannel, "teams": TeamsChannel, "telegram": TelegramRoomChannel}
    monkeypatch.setattr(telegram_room, "API", "https://169.254.169.254")
    common = (GuardedHttp(), lambda: rooms, kept)
    channel: Any = WebhookOutChannel(*common, At()) if kind == "webhook" else of[kind](*common)
    with pytest.raises(DeliveryError) as caught:
        channel.send(alert(), address)
    assert caught.value.permanent
    assert "verysecret" not in told(caught, caplog)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_room_that_left_the_file_is_given_up(world: World, address: str) -> None:
    gone = made(world.loopback, world.stub, rooms=())
    with pytest.raises(DeliveryError, match="no such room") as caught:
        gone.send(address)
    assert caught.value.permanent
    assert not world.loopback.calls


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_secret_that_is_not_there_says_how_to_store_it(world: World, address: str) -> None:
    # GIVEN no secret yet WHEN posting THEN it is tried again, and the error names the command
    without = made(world.loopback, world.stub, secrets={})
    with pytest.raises(DeliveryError, match="tocsin client secret") as caught:
        without.send(address)
    assert not caught.value.permanent


@pytest.mark.parametrize(
    ("said", "permanent"),
    [
        (answer({"ok": False, "error_code": 403, "description": "bot was kicked"}), True),
        (answer({"ok": False, "error_code": 500}), False),
        (Answer(b"<html>"), False),
        (Answer(b""), False),
        (answer([1]), False),
        (answer({"ok": True, "result": 5}), False),
    ],
)
def test_telegrams_own_no_is_heard_behind_a_200(world: World, said: Answer, permanent: bool) -> None:
    world.stub.said = said
    with pytest.raises(DeliveryError) as caught:
        world.send("duty")
    assert caught.value.permanent is permanent


def test_the_words_of_a_room_name_nobody_who_was_told() -> None:
    """A room may have readers from outside the agency: who answers is said, whom we rang is not."""
    chat = render_chat(alert())
    assert "Олена" not in " ".join((chat.title, *chat.lines))
