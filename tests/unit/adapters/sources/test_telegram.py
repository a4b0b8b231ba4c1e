"""Protects: the client's bot, exported chats and the paid catalogue give the same posts as the channel's page, no
update is lost by a crash, and the bot's token, which stands in the address, appears nowhere.

All answers here are written by us from the documented shapes (Bot API 6 and 7, Telegram Desktop's export schema, the
TGStat API as public programs read it); no real message is in them.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import GuardedHttp, HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources import telegram_pull
from tocsin.adapters.sources.registry import Connectors
from tocsin.adapters.sources.telegram import Connector, parse
from tocsin.adapters.sources.values import Parsed
from tocsin.domain.brand import Brand
from tocsin.domain.errors import FetchError, ParseError, SecretError, Trouble
from tocsin.domain.mention import Post
from tocsin.domain.source_kinds.media import TelegramSource
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import SourceUnit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
THEN = int(datetime(2026, 11, 1, 10, tzinfo=UTC).timestamp())
TOKEN = "555666777:AAExampleExampleExampleExample_-1234"
OLENA = {"id": 7_000_000_001, "is_bot": False, "first_name": "Олена", "last_name": "К", "username": "olena_k"}
GROUP = {"id": -1001234567890, "type": "supergroup", "title": "Двір"}
PUBLIC = {"id": -1009876543210, "type": "channel", "title": "Місто", "username": "City_News"}
COMMAND = {"type": "bot_command", "offset": 0, "length": 6}
PRIVATE = {"id": 7_000_000_001, "type": "private", "first_name": "Олена"}


def message(**changes: Any) -> dict[str, Any]:
    facts = {"message_id": 5, "date": THEN, "chat": GROUP, "from": OLENA, "text": "Аврора: жах"}
    return {key: value for key, value in (facts | changes).items() if value is not None}


def read(value: Any, url: str | None = None) -> Parsed:
    return parse(json.dumps(value).encode(), fetched_at=NOW, url=url)


def updates(*items: dict[str, Any]) -> dict[str, Any]:
    return {"ok": True, "result": list(items)}


def one(item: dict[str, Any], kind: str = "message") -> Post:
    (post,) = read(updates({"update_id": 1, kind: item})).posts
    return post


def test_a_group_message_becomes_a_post_with_all_it_says() -> None:
    post = one(message(text="Аврора: жах, дивіться тут", entities=[
        {"type": "text_link", "offset": 20, "length": 3, "url": "https://news.example/a"},
        {"type": "bold", "offset": 0, "length": 6}]))  # fmt: skip
    assert (post.id, post.url) == ("telegram:c/1234567890/5", "https://t.me/c/1234567890/5")
    assert post.text == "Аврора: жах, дивіться тут\nhttps://news.example/a"
    assert post.published_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert (post.author.id, post.author.handle, post.author.name, post.author.url) == (
        "7000000001", "olena_k", "Олена К", "https://t.me/olena_k",
    )  # fmt: skip
    assert (post.medium, post.engagement.views, post.author.followers) == ("chat", None, None)


def test_a_public_channels_post_has_the_id_of_its_page() -> None:
    post = one(message(chat=PUBLIC, sender_chat=PUBLIC, **{"from": None}), "channel_post")
    assert (post.id, post.url, post.author.name) == (
        "telegram:city_news/5", "https://t.me/city_news/5", "Місто",
    )  # fmt: skip


@pytest.mark.parametrize(
    "kind", ["edited_message", "channel_post", "edited_channel_post", "business_message", "edited_business_message"]
)
def test_all_kinds_of_messages_are_heard(kind: str) -> None:
    assert one(message(), kind).id == "telegram:c/1234567890/5"


def test_an_edit_in_the_same_batch_replaces_the_original() -> None:
    found = read(updates({"update_id": 1, "message": message()}, {"update_id": 2, "edited_message": message(text="B")}))
    assert [post.text for post in found.posts] == ["B"]
    assert "more than once" in found.warnings[0]


@pytest.mark.parametrize(
    ("chat", "native", "url"),
    [
        ({"id": -1001234567890, "type": "supergroup"}, "c/1234567890/5", "https://t.me/c/1234567890/5"),
        ({"id": -1003500000001, "type": "channel"}, "c/3500000001/5", "https://t.me/c/3500000001/5"),
        ({"id": -4_294_967_999, "type": "group"}, "-4294967999/5", None),
        ({"id": 7_000_000_001, "type": "private", "username": "olena_k"}, "7000000001/5", None),
    ],
)
def test_chat_numbers_beyond_32_bits_are_addresses_where_there_are_any(
    chat: dict[str, Any], native: str, url: str | None
) -> None:
    post = one(message(chat=chat))
    assert (post.id, post.url) == (f"telegram:{native}", url)


FORWARDS: dict[str, dict[str, Any]] = {
    "new": {"forward_origin": {"type": "channel", "chat": PUBLIC, "message_id": 77, "date": THEN - 3600}},
    "old": {"forward_from_chat": PUBLIC, "forward_from_message_id": 77, "forward_date": THEN - 3600},
}


@pytest.mark.parametrize("form", ["new", "old"])
def test_what_a_person_forwards_to_the_bot_is_the_original_heard_by_hand(form: str) -> None:
    post = one(message(chat=PRIVATE, **FORWARDS[form]))
    assert (post.id, post.url) == ("telegram:city_news/77", "https://t.me/city_news/77")
    assert (post.author.name, post.published_at) == ("Місто", datetime(2026, 11, 1, 9, tzinfo=UTC))


@pytest.mark.parametrize("form", ["new", "old"])
def test_a_forward_inside_a_group_belongs_to_the_story_of_the_original(form: str) -> None:
    post = one(message(**FORWARDS[form]))
    assert (post.id, post.thread, post.author.name) == ("telegram:c/1234567890/5", "telegram:city_news/77", "Олена К")


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        ({"forward_origin": {"type": "user", "sender_user": OLENA, "date": THEN}}, "Олена К"),
        ({"forward_origin": {"type": "hidden_user", "sender_user_name": "Тінь", "date": THEN}}, "Тінь"),
        ({"forward_origin": {"type": "chat", "sender_chat": GROUP, "date": THEN}}, "Двір"),
        ({"forward_from": OLENA, "forward_date": THEN}, "Олена К"),
        ({"forward_sender_name": "Тінь", "forward_date": THEN}, "Тінь"),
    ],
)
def test_a_forwarded_person_is_the_author(origin: dict[str, Any], name: str) -> None:
    post = one(message(chat=PRIVATE, **{"from": {"id": 1, "first_name": "Черговий"}}, **origin))
    assert (post.author.name, post.id) == (name, "telegram:7000000001/5")


def test_replies_topics_and_discussions_are_joined() -> None:
    asked = message(message_id=3)
    assert one(message(reply_to_message=asked)).in_reply_to == "telegram:c/1234567890/3"
    assert one(message(message_thread_id=2, reply_to_message=asked)).thread == "telegram:c/1234567890/2"
    external = {"chat": PUBLIC, "message_id": 9}
    assert one(message(external_reply=external)).in_reply_to == "telegram:city_news/9"
    discussed = message(message_id=3, is_automatic_forward=True, **FORWARDS["new"])
    post = one(message(reply_to_message=discussed))
    assert (post.in_reply_to, post.thread) == ("telegram:c/1234567890/3", "telegram:city_news/77")


def test_captions_polls_and_file_names_are_words() -> None:
    caption = message(text=None, caption="Черга", photo=[{}], caption_entities=[
        {"type": "text_link", "url": "https://a.example"}])  # fmt: skip
    assert one(caption).text == "Черга\nhttps://a.example/"
    poll = message(text=None, poll={"question": "Купуєте?", "options": [{"text": "Так"}, {"text": "Ні"}]})
    assert one(poll).text == "Купуєте?\nТак\nНі"
    assert one(message(text=None, document={"file_name": "скарга.pdf"})).text == "скарга.pdf"
    assert one(message(text="if a<b and c>d: List<String>\nr")).text == "if a<b and c>d: List<String>\nr"


def test_the_oldest_shape_of_a_private_chat_has_no_address() -> None:
    person = {"id": 1111111, "first_name": "Test", "username": "Testusername"}
    post = one({"message_id": 1365, "date": THEN, "chat": person, "from": person, "text": "x", "forward_from": OLENA,
                "forward_date": THEN})  # fmt: skip
    assert (post.id, post.url, post.author.name) == ("telegram:1111111/1365", None, "Олена К")


def test_what_is_no_post_is_skipped_by_name() -> None:
    found = read(
        updates(
            {"update_id": 1, "message": message(text=None, new_chat_members=[OLENA])},
            {"update_id": 2, "message": message(text=None, sticker={"emoji": "🔥"})},
            {"update_id": 3, "my_chat_member": {"chat": GROUP}},
            {"update_id": 4, "message": message(chat=PRIVATE, text="/start", entities=[COMMAND])},
            {"update_id": 5, "message": {"chat": {"id": "x"}, "message_id": True, "text": "x"}},
        )
    )
    assert found.posts == ()
    assert len(found.warnings) == 5
    said = "\n".join(found.warnings)
    for part in ("(new_chat_members)", "(sticker)", "(my_chat_member)", "a command", "cannot be read"):
        assert part in said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"ok": False, "error_code": 401, "description": "Unauthorized"}, "Unauthorized"),
        ({"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "B"}}, "a profile"),
        ({"ok": True, "result": []}, "an empty list"),
        ({"ok": True, "result": True}, "another kind"),
        ({"status": "error", "error": "empty_token"}, "empty_token"),
        ({"name": "x", "type": "public_channel", "id": 1, "messages": []}, "without messages"),
        ({"what": 1}, "another kind: an object with what"),
        ([], "an empty list"),
        (None, "an empty answer"),
    ],
)
def test_an_answer_without_messages_says_what_it_is(value: Any, said: str) -> None:
    found = read(value)
    assert found.posts == ()
    assert said in found.warnings[0]


def test_a_webhooks_body_and_a_bare_message_are_read_as_well() -> None:
    for shape in ({"update_id": 1, "message": message()}, message(), [message()], {"ok": True, "result": message()}):
        assert [post.id for post in read(shape).posts] == ["telegram:c/1234567890/5"]


# --- the bot's connector

UNIT = SourceUnit(
    id="telegram-2", kind="telegram", url="https://t.me", every=timedelta(minutes=1), medium="chat", mode="bot",
    keyed=True,
)  # fmt: skip


def pull(web: Any, cursor: str | None = None, now: datetime = NOW, unit: SourceUnit = UNIT, **fields: str) -> Pull:
    secrets = MemorySecrets(telegram={"token": TOKEN, "catalogue_token": "tgstat-secret"} | fields)
    state = SourceState(source_id=unit.id, cursor=cursor)
    return Connector(web, secrets).pull(unit, state, now, timedelta(seconds=20))


class BotApi:
    """Keeps updates until an offset beyond them is asked for, as Telegram does."""

    def __init__(self, count: int) -> None:
        self.waiting = [{"update_id": number, "message": message(message_id=number)} for number in range(1, count + 1)]

    def __call__(self, asked: Asked) -> HttpReply:
        offset = int(asked.query.get("offset", 0))
        self.waiting = [update for update in self.waiting if int(str(update["update_id"])) >= offset]
        return reply(updates(*self.waiting[:100]))


def test_updates_are_forgotten_by_telegram_only_when_the_next_look_asks() -> None:
    api = BotApi(150)
    web = ScriptedWeb(api)
    first = pull(web)
    assert (len(first.posts), first.again, len(api.waiting)) == (100, True, 150)
    assert {post.id for post in pull(web).posts} == {post.id for post in first.posts}, "a crash before the commit"
    second = pull(web, first.cursor)
    assert (len(second.posts), second.again, len(api.waiting)) == (50, False, 50)
    third = pull(web, second.cursor)
    assert (third.posts, third.cursor, api.waiting) == ((), second.cursor, [])


def test_an_offset_of_last_week_is_not_sent() -> None:
    web = ScriptedWeb(lambda _: reply(updates()))
    old = json.dumps({"offset": 900, "at": (NOW - timedelta(days=7)).isoformat()})
    pull(web, old)
    pull(web, "junk")
    pull(web, json.dumps({"offset": 900, "at": NOW.isoformat()}))
    assert [asked.query.get("offset") for asked in web.asked] == [None, None, "900"]


ERRORS: dict[str, tuple[int, Any, Trouble, str]] = {
    "webhook": (409, {"ok": False, "error_code": 409, "description": "Conflict: can't use getUpdates while webhook is "
                      "active; use deleteWebhook"}, Trouble.POLICY, "delete its webhook"),
    "rival": (409, {"ok": False, "error_code": 409, "description": "Conflict: terminated by other getUpdates request"},
              Trouble.POLICY, "let nobody else"),
    "token": (401, {"ok": False, "error_code": 401, "description": "Unauthorized"}, Trouble.AUTH, "token"),
    "unknown": (404, {"ok": False, "error_code": 404, "description": "Not Found"}, Trouble.AUTH, "token"),
    "slow": (429, {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 7",
                   "parameters": {"retry_after": 7}}, Trouble.THROTTLED, "slow down"),
    "down": (502, {"ok": False, "error_code": 502, "description": "Bad Gateway"}, Trouble.DOWN, "out of order"),
    "page": (502, None, Trouble.DOWN, "out of order"),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_the_bots_errors_are_told_apart_and_never_show_the_token(case: str) -> None:
    status, body, trouble, said = ERRORS[case]
    with pytest.raises(FetchError, match=said) as caught:
        pull(ScriptedWeb(lambda _: reply(b"<html>502" if body is None else body, status)))
    assert caught.value.trouble is trouble
    assert caught.value.retry_after == (7.0 if case == "slow" else None)
    assert TOKEN not in str(caught.value)


def leaks(text: str) -> bool:
    return TOKEN in text or TOKEN.partition(":")[2] in text or TOKEN.partition(":")[0] in text


def test_the_token_is_in_no_error_of_the_transport_whatever_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(asked: Asked) -> HttpReply:
        raise FetchError(f"{asked.url.partition('?')[0]}: the connection broke off", trouble=Trouble.NETWORK)

    monkeypatch.setattr(telegram_pull, "_API", "http://127.0.0.1:9")
    refuses, breaks = GuardedHttp(), GuardedHttp(allow_hosts=frozenset({"127.0.0.1:9"}), sleep=lambda _: None)
    for web in (ScriptedWeb(broken), refuses, breaks):
        with pytest.raises(FetchError) as caught:
            pull(web)
        error = caught.value
        assert not leaks(f"{error!r} {error} {error.reason} {error.__cause__!r} {error.__context__!r}")


def test_the_token_is_in_nothing_that_a_look_gives() -> None:
    found = pull(ScriptedWeb(BotApi(3)))
    assert not leaks(repr(found))
    assert found.evidence[0].url == "https://api.telegram.org/getUpdates"


@pytest.mark.parametrize("token", ["", "x", "123:abc/../x?", "123456:ABC DEF GHI JKL"])
def test_a_token_that_is_none_is_never_sent(token: str) -> None:
    web = ScriptedWeb(lambda _: reply(updates()))
    with pytest.raises(SecretError, match="token"):
        pull(web, token=token)
    assert web.asked == []


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"[1]", b"null"])
def test_a_broken_answer_of_the_bot_is_an_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        pull(ScriptedWeb(lambda _: reply(body)))


# --- exports

EXPORT: dict[str, Any] = {
    "name": "Місто", "type": "public_channel", "id": 9876543210,
    "messages": [
        {"id": 1, "type": "service", "date": "2026-11-01T09:00:00", "date_unixtime": "1",
         "action": "create_channel"},
        {"id": 2, "type": "message", "date": "2026-11-01T12:00:00", "date_unixtime": str(THEN), "from": "Місто",
         "from_id": "channel9876543210", "text": ["Аврора ", {"type": "bold", "text": "горить"}, " — ",
         {"type": "text_link", "text": "тут", "href": "https://news.example/a"}],
         "reactions": [{"type": "emoji", "count": 7, "emoji": "🔥"}, {"type": "emoji", "count": 2, "emoji": "👍"}]},
        {"id": 3, "type": "message", "date": "2026-11-01T12:01:00", "date_unixtime": str(THEN), "from": "Олена",
         "from_id": "user7000000001", "text": "Жах", "reply_to_message_id": 2, "forwarded_from": "Хтось"},
        {"id": 4, "type": "message", "date": "2026-11-01T12:01:00", "date_unixtime": str(THEN), "from": None,
         "photo": "photos/1.jpg", "text": ""},
        "junk",
    ],
}  # fmt: skip


def test_an_exported_chat_is_read_whole() -> None:
    found = read(EXPORT)
    assert [post.id for post in found.posts] == ["telegram:c/9876543210/2", "telegram:c/9876543210/3"]
    first, second = found.posts
    assert (first.text, first.url) == ("Аврора горить — тут\nhttps://news.example/a", "https://t.me/c/9876543210/2")
    assert (first.engagement.likes, first.author.name, first.published_at.hour) == (9, "Місто", 10)
    assert (second.in_reply_to, second.author.name, second.author.id) == (first.id, "Олена", "7000000001")
    assert second.engagement.likes is None
    assert len(found.warnings) == 3
    assert "create_channel" in found.warnings[0]


def test_with_its_address_an_export_has_the_ids_of_the_page() -> None:
    found = read(EXPORT, "https://t.me/s/City_News")
    assert [post.id for post in found.posts] == ["telegram:city_news/2", "telegram:city_news/3"]
    assert (found.posts[0].author.handle, found.posts[1].author.handle) == ("city_news", None)


def test_a_whole_accounts_export_and_old_dates_are_read() -> None:
    old = {
        "name": "Двір",
        "type": "private_group",
        "id": 55,
        "messages": [
            {"id": 1, "type": "message", "date": "2026-11-01T10:00:00", "from": "Олена", "from_id": 7, "text": "Жах"}
        ],
    }
    found = read({"personal_information": {}, "chats": {"about": "x", "list": [EXPORT, old]}})  # fmt: skip
    assert [post.id for post in found.posts][-1] == "telegram:-55/1"
    assert found.posts[-1].url is None
    assert any("no zone" in warning for warning in found.warnings)


HTML = """<!DOCTYPE html><html><head><title>Exported Data</title></head><body><div class="page_wrap">
<div class="page_header"><div class="content"><div class="text bold">Двір</div></div></div><div class="history">
<div class="message service" id="message-1"><div class="body details">1 November 2026</div></div>
<div class="message default clearfix" id="message10"><div class="pull_left userpic_wrap"><div class="initials">О</div>
</div><div class="body"><div class="pull_right date details" title="01.11.2026 12:00:00 UTC+02:00">12:00</div>
<div class="from_name">Олена</div><div class="text">Аврора<br>горить <a href="https://news.example/a">тут</a></div>
<span class="reactions"><span class="reaction"><span class="emoji">🔥</span><span class="count">4</span></span></span>
</div></div>
<div class="message default clearfix joined" id="message11"><div class="body">
<div class="pull_right date details" title="01.11.2026 12:01:00 UTC+02:00">12:01</div>
<div class="reply_to details">In reply to <a href="#go_to_message10" onclick="x">this message</a></div>
<div class="text">Жах</div></div></div>
<div class="message default clearfix" id="message12"><div class="body">
<div class="pull_right date details" title="01.11.2026 12:02:00 UTC+02:00">12:02</div><div class="from_name">Ірина</div>
<div class="forwarded body"><div class="from_name">Канал <span class="date details" title="31.10.2026 10:00:00">x</span>
</div><div class="text">Чуже</div></div></div></div>
<div class="message default clearfix" id="message13"><div class="body"><div class="from_name">Ірина</div>
<div class="media_wrap"><div class="media media_photo"><div class="title">Photo</div></div></div></div></div>
</div></div></body></html>"""


def test_an_exported_page_is_read_whole() -> None:
    found = parse(HTML.encode(), fetched_at=NOW, url="https://t.me/Dvir_chat")
    assert [post.id for post in found.posts] == [f"telegram:dvir_chat/{number}" for number in (10, 11, 12)]
    first, second, third = found.posts
    assert (first.text, first.author.name) == ("Аврора\nгорить тут\nhttps://news.example/a", "Олена")
    assert (first.published_at, first.engagement.likes) == (datetime(2026, 11, 1, 10, tzinfo=UTC), 4)
    assert (second.author.name, second.in_reply_to, second.text) == ("Олена", first.id, "Жах")
    assert (third.author.name, third.text, third.published_at.minute) == ("Ірина", "Чуже", 2)
    assert len(found.warnings) == 2
    unnamed = parse(HTML.encode(), fetched_at=NOW)
    assert len({post.id for post in unnamed.posts}) == 3
    assert unnamed.posts[0].url is None
    assert "--url" in unnamed.warnings[-1]


# --- the catalogue

CATALOGUE_UNIT = UNIT.model_copy(update={"mode": "catalogue", "terms": ("Аврора", "Aurora")})


def found_in_catalogue(*numbers: int, total: int | None = None) -> dict[str, Any]:
    items = [
        {"id": number, "date": THEN, "views": 1200, "link": f"https://t.me/City_News/{number}", "channel_id": 42,
         "forwarded_from": "https://t.me/other/77" if number == 1 else None, "is_deleted": 0, "group_id": None,
         "text": "Аврора<br>горить", "shares_count": 3, "comments_count": 4, "reactions_count": 5,
         "media": {"media_type": "mediaPhoto"}}
        for number in numbers
    ]  # fmt: skip
    channel = {
        "id": 42,
        "link": "t.me/City_News",
        "username": "@City_News",
        "title": "Місто",
        "participants_count": 900,
    }
    answer = {"count": len(items), "total_count": len(items) if total is None else total}
    return {"status": "ok", "response": answer | {"items": items, "channels": [channel]}}


def test_a_publication_in_the_catalogue_is_the_post_of_the_channels_page() -> None:
    (post,) = read(found_in_catalogue(1)).posts
    assert (post.id, post.text, post.thread) == ("telegram:city_news/1", "Аврора\nгорить", "telegram:other/77")
    assert (post.author.name, post.author.followers) == ("Місто", 900)
    assert post.engagement.model_dump() == {"likes": 5, "replies": 4, "shares": 3, "views": 1200}
    gone = found_in_catalogue(1)
    gone["response"]["items"][0]["is_deleted"] = 1
    assert "it was deleted" in read(gone).warnings[0]


def test_the_catalogue_is_read_page_by_page_and_its_token_stays_inside() -> None:
    def answer(asked: Asked) -> HttpReply:
        offset = int(asked.query["offset"])
        assert asked.query["q"] == '"Аврора" | "Aurora"'
        return reply(found_in_catalogue(*range(offset + 1, min(offset + 50, 120) + 1), total=120))

    found = pull(ScriptedWeb(answer), unit=CATALOGUE_UNIT)
    assert (len(found.posts), found.calls, found.total) == (120, 3, None)
    assert "tgstat-secret" not in repr(found)
    many = pull(ScriptedWeb(lambda _: reply(found_in_catalogue(*range(1, 51), total=5_000))), unit=CATALOGUE_UNIT)
    assert (many.calls, many.total) == (10, 5_000)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [("empty_token", Trouble.AUTH), ("requests_limit_exceeded", Trouble.QUOTA), ("wrong_query", Trouble.FORMAT)],
)
def test_the_catalogues_errors_are_told_apart(error: str, trouble: Trouble) -> None:
    with pytest.raises(FetchError, match=error) as caught:
        pull(ScriptedWeb(lambda _: reply({"status": "error", "error": error})), unit=CATALOGUE_UNIT)
    assert caught.value.trouble is trouble
    assert "tgstat-secret" not in str(caught.value)


def test_without_its_token_the_catalogue_is_not_asked() -> None:
    with pytest.raises(SecretError, match="catalogue_token"):
        pull(ScriptedWeb(lambda _: reply({})), unit=CATALOGUE_UNIT, catalogue_token="")


# --- all

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["ok", "result", "update_id", "message", "message_id", "chat", "id", "text", "from", "date", "messages", "type",
         "name", "status", "response", "items", "link", "error", "entities", "url", "forward_origin", "poll", "chats",
         "list", "is_deleted", "reply_to_message", "channels", "username", "is_bot"]), inner, max_size=6),
    max_leaves=25,
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(_JSON)
def test_no_strangers_json_breaks_the_reader(value: Any) -> None:
    found = parse(json.dumps(value).encode("utf-8", "surrogatepass"), fetched_at=NOW)
    assert found.posts or found.warnings


def test_a_file_of_the_client_yields_what_the_connector_serves() -> None:
    source = TelegramSource.model_validate(
        {"kind": "telegram", "channels": ["@City_News"], "accept_terms": True, "bot": True, "catalogue": True}
    )
    modes = [unit.mode for unit in source.units((Brand(name="Аврора", terms=("Аврора",)),))]
    assert modes == ["channel", "bot", "catalogue"]
    with pytest.raises(FetchError):
        Connectors(ScriptedWeb(lambda _: reply()), MemorySecrets())["telegram"].pull(  # type: ignore[arg-type]
            UNIT.model_copy(update={"mode": "x"}), SourceState(source_id="x"), NOW, timedelta(seconds=1)
        )
