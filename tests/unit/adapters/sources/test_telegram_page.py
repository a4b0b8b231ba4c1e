"""Protects: a public Telegram channel's web preview is read whole: words, emoji, counts, forwards, replies, pages.

All pages here are written by us from the documented shape (the classes that t.me/s uses); no real post is in them.
"""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import GuardedHttp, HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.telegram import Connector, parse
from tocsin.adapters.sources.telegram_values import approximate, native_of
from tocsin.adapters.sources.values import Parsed
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.mention import Medium, Post
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import SourceUnit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HEAD = (
    '<div class="tgme_channel_info"><div class="tgme_channel_info_header">'
    '<div class="tgme_channel_info_header_title"><span dir="auto">Місто Новини</span>'
    '<i class="verified-icon"> ✔</i></div>'
    '<div class="tgme_channel_info_header_username"><a href="https://t.me/City_News">@City_News</a></div></div>'
    '<div class="tgme_channel_info_counters"><div class="tgme_channel_info_counter">'
    '<span class="counter_value">10.7M</span> <span class="counter_type">subscribers</span></div>'
    '<div class="tgme_channel_info_counter"><span class="counter_value">52</span> '
    '<span class="counter_type">photos</span></div></div></div>'
)


def message(
    number: int,
    inside: str = '<div class="tgme_widget_message_text js-message_text" dir="auto">Слова</div>',
    *,
    views: str = "1.33M",
    when: str = "2026-11-01T10:00:00+00:00",
    channel: str = "City_News",
    more: str = "",
) -> str:
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        f'<div class="tgme_widget_message text_not_supported_wrap js-widget_message{more}" '
        f'data-post="{channel}/{number}" data-view="eyJ"><div class="tgme_widget_message_user"><a href="#">'
        '<i class="tgme_widget_message_user_photo"><img src="https://cdn.example/avatar.jpg"></i></a></div>'
        '<div class="tgme_widget_message_bubble"><div class="tgme_widget_message_author">'
        '<a class="tgme_widget_message_owner_name" href="https://t.me/City_News"><span>Місто Новини</span></a></div>'
        f'{inside}<div class="tgme_widget_message_footer"><div class="tgme_widget_message_info">'
        f'<span class="tgme_widget_message_views">{views}</span><span class="tgme_widget_message_meta">edited &nbsp;'
        f'<a class="tgme_widget_message_date" href="https://t.me/City_News/{number}">'
        f'<time datetime="{when}" class="time">10:00</time></a></span></div></div></div></div></div>'
    )


def body(text: str) -> str:
    return f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>'


def page(*messages: str, head: str = HEAD) -> bytes:
    return (
        f'<!DOCTYPE html><html><head><title>x</title></head><body>{head}<section class="tgme_channel_history '
        f'js-message_history">{"".join(messages)}</section></body></html>'
    ).encode()


def read(document: bytes) -> Parsed:
    return parse(document, fetched_at=NOW)


def one(*messages: str) -> Post:
    (post,) = read(page(*messages)).posts
    return post


def test_a_message_becomes_a_post_with_all_it_says() -> None:
    post = one(message(341, body('Перший рядок<br/>Другий &amp; <b>жирний</b> <i class="emoji" style="'
                                 'background-image:url(\'//telegram.org/e.png\')"><b>🔥</b></i>'
                                 '<tg-emoji emoji-id="5"><i class="emoji"><b>👍</b></i></tg-emoji>')))  # fmt: skip
    assert post.id == "telegram:city_news/341"
    assert post.url == "https://t.me/city_news/341"
    assert post.text == "Перший рядок\nДругий & жирний 🔥👍"
    assert post.published_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert (post.source, post.medium, post.title, post.fetched_at) == ("telegram", Medium.CHAT, None, NOW)
    assert (post.author.name, post.author.handle, post.author.url) == (
        "Місто Новини", "city_news", "https://t.me/city_news",
    )  # fmt: skip
    assert (post.author.followers, post.author.verified) == (10_700_000, True)
    assert (post.engagement.views, post.engagement.likes, post.engagement.shares) == (1_330_000, None, None)
    assert post.media == ()


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("1.33M", 1_330_000),
        ("12.5K", 12_500),
        ("12,5K", 12_500),
        ("824", 824),
        ("24 240", 24_240),
        ("1\u202f234", 1_234),
        ("1,234,567", 1_234_567),
        ("24M views", 24_000_000),
        ("1.2B", 1_200_000_000),
        ("", None),
        ("views", None),
        (None, None),
    ],
)
def test_counts_shown_to_people_are_numbers_again(said: str | None, number: int | None) -> None:
    assert approximate(said) == number


@pytest.mark.parametrize(
    ("link", "native"),
    [
        ("https://t.me/Durov/12", "durov/12"),
        ("https://t.me/s/durov/12", "durov/12"),
        ("t.me/durov/12?single", "durov/12"),
        ("https://t.me/group/5/12", "group/12"),
        ("https://t.me/c/1234567890/12", "c/1234567890/12"),
        ("https://t.me/c/1234567890/5/12", "c/1234567890/12"),
        ("https://t.me/durov/12?comment=9", "durov/12?comment=9"),
        ("https://telegram.me/durov/12", "durov/12"),
        ("https://t.me/durov", None),
        ("https://t.me/+AbCd", None),
        ("https://site.example/durov/12", None),
        (None, None),
    ],
)
def test_a_message_has_one_name_whichever_address_leads_to_it(link: str | None, native: str | None) -> None:
    assert native_of(link) == native


def test_reactions_are_summed_and_absent_ones_are_unknown() -> None:
    box = (
        '<div class="tgme_widget_message_reactions js-message_reactions">'
        '<span class="tgme_reaction tgme_reaction_paid"><i class="icon"></i>7.03K</span>'
        '<span class="tgme_reaction"><tg-emoji emoji-id="546"></tg-emoji>55.2K</span>'
        '<span class="tgme_reaction"><i class="emoji"><b>1️⃣</b></i>5</span></div>'
    )
    assert one(message(1, body("x") + box)).engagement.likes == 7_030 + 55_200 + 5
    assert one(message(1)).engagement.likes is None


def test_a_forward_belongs_to_the_story_of_its_original() -> None:
    forwarded = (
        '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from <a class="'
        'tgme_widget_message_forwarded_from_name" href="https://t.me/Other/77"><span>Other</span></a></div>'
    )
    post = one(message(5, forwarded + body("Чужі слова")))
    assert (post.thread, post.in_reply_to, post.text) == ("telegram:other/77", None, "Чужі слова")
    hidden = forwarded.replace(' href="https://t.me/Other/77"', "").replace("<a ", "<span ").replace("</a>", "</span>")
    assert one(message(5, hidden + body("Чужі слова"))).thread is None


def test_a_reply_names_what_it_answers_and_leaves_the_quoted_words_out() -> None:
    quoted = (
        '<a class="tgme_widget_message_reply" href="https://t.me/City_News/3"><i class="tgme_reply_thumb" '
        'style="background-image:url(\'https://cdn.example/quoted.jpg\')"></i><div class="'
        'tgme_widget_message_author"><span class="tgme_widget_message_author_name">Хтось</span></div><div class="'
        'tgme_widget_message_text js-message_reply_text">цитата</div></a>'
    )
    post = one(message(5, quoted + body("Відповідь")))
    assert (post.text, post.in_reply_to, post.thread) == ("Відповідь", "telegram:city_news/3", "telegram:city_news/3")
    assert post.author.name == "Місто Новини"


def test_pictures_and_videos_are_kept_by_address_also_without_words() -> None:
    album = (
        '<div class="tgme_widget_message_grouped_wrap js-message_grouped_wrap">'
        '<a class="tgme_widget_message_photo_wrap" href="https://t.me/City_News/8?single" '
        "style=\"width:1px;background-image:url('https://cdn4.telegram-cdn.example/a.jpg')\"></a>"
        '<a class="tgme_widget_message_video_player" href="#"><i class="tgme_widget_message_video_thumb" '
        "style=\"background-image:url('//cdn.example/thumb.jpg')\"></i>"
        '<video src="https://cdn.example/v.mp4?token=1"></video></a></div>'
    )
    post = one(message(8, album))
    assert post.text == ""
    assert post.media == (
        "https://cdn4.telegram-cdn.example/a.jpg", "https://cdn.example/thumb.jpg", "https://cdn.example/v.mp4?token=1",
    )  # fmt: skip


def test_polls_documents_and_link_previews_speak_too() -> None:
    poll = (
        '<div class="tgme_widget_message_poll"><div class="tgme_widget_message_poll_question">Купуєте?</div>'
        '<div class="tgme_widget_message_poll_option_text">Так</div>'
        '<div class="tgme_widget_message_poll_option_text">Ні</div></div>'
    )
    assert one(message(1, poll)).text == "Купуєте?\nТак\nНі"
    document = (
        '<a class="tgme_widget_message_document_wrap"><div class="tgme_widget_message_document_title">звіт.pdf</div>'
        '<div class="tgme_widget_message_document_extra">2 MB</div></a>'
    )
    assert one(message(1, document)).text == "звіт.pdf"
    preview = (
        '<a class="tgme_widget_message_link_preview" href="https://news.example/a?utm_source=tg">'
        '<div class="link_preview_site_name">Example</div><div class="link_preview_title">Аврора палає</div>'
        '<div class="link_preview_description">деталі</div></a>'
    )
    post = one(message(1, body("Читайте") + preview))
    assert (post.text, post.title) == ("Читайте", "Аврора палає")


def test_service_messages_stickers_and_the_nameless_are_skipped_by_name() -> None:
    found = read(
        page(
            message(1, body("Channel created"), more=" service_message"),
            message(2, '<div class="tgme_widget_message_sticker_wrap"></div>'),
            message(3, channel="пошта"),
            message(4),
        )
    )
    assert [post.id for post in found.posts] == ["telegram:city_news/4"]
    assert len(found.warnings) == 3
    assert "message city_news/1 is skipped: a service message («Channel created»)" in found.warnings[0]


def test_an_unreadable_date_is_now_and_said_once() -> None:
    found = read(page(message(1, when="soon"), message(2, when="2199-01-01T00:00:00+00:00")))
    assert {post.published_at for post in found.posts} == {NOW}
    assert found.warnings == ("2 items: date not readable or absent, taken as of now",)


def test_a_single_message_as_other_pages_embed_it_has_the_same_id() -> None:
    embedded = f"<html><body>{message(341)}</body></html>".encode()
    (post,) = read(embedded).posts
    assert (post.id, post.author.name, post.author.followers) == ("telegram:city_news/341", "Місто Новини", None)


def test_a_comment_in_a_discussion_answers_the_channels_message() -> None:
    comment = (
        '<div class="tgme_widget_message js-widget_message" data-post-id="238737"><div class="'
        'tgme_widget_message_author"><a class="tgme_widget_message_author_name" href="https://t.me/olena">Олена</a></div>'
        '<div class="tgme_widget_message_text js-message_text">Жах</div><a class="tgme_widget_message_date" '
        'href="https://t.me/City_News/341?comment=238737"><time datetime="2026-11-01T11:00:00+00:00"></time></a></div>'
    )
    (post,) = read(f"<html>{comment}</html>".encode()).posts
    assert (post.id, post.in_reply_to) == ("telegram:city_news/341?comment=238737", "telegram:city_news/341")
    assert (post.author.handle, post.author.name) == ("olena", "Олена")


LANDING = (
    '<html><body><div class="tgme_page"><div class="tgme_page_title"><span>{0}</span></div>{1}</div></body></html>'
)


@pytest.mark.parametrize(
    ("document", "trouble", "said"),
    [
        (LANDING.format("Тихий", '<div class="tgme_page_extra">5 120 subscribers</div>'), Trouble.POLICY, "hides"),
        (LANDING.format("Двір", '<div class="tgme_page_extra">51 members, 3 online</div>'), Trouble.POLICY, "group"),
        (LANDING.format("Іван", '<div class="tgme_page_extra">@ivan</div>'), Trouble.POLICY, "a person"),
        (
            '<html><body><div class="tgme_page"><div class="tgme_page_icon"></div></div></body></html>',
            Trouble.GONE,
            "name",
        ),
    ],
)
def test_a_page_without_messages_says_why(document: str, trouble: Trouble, said: str) -> None:
    found = read(document.encode())
    assert found.posts == ()
    assert said in found.warnings[0]
    with pytest.raises(FetchError, match=said) as caught:
        pull(ScriptedWeb(lambda _: reply(document.encode())))
    assert caught.value.trouble is trouble


@pytest.mark.parametrize("junk", [b"<html><title>Sign in</title></html>", b"<", b"{", b"hello", b"", b"   "])
def test_what_is_no_answer_of_telegrams_is_an_error(junk: bytes) -> None:
    with pytest.raises(ParseError):
        read(junk)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([
    "<div class='tgme_widget_message' data-post='a_b_c/1'>", "</div>", "<time datetime='", "'>", "<b>", "<!--", "-->",
    "<script>", "&#xD800;", "\ud800", "слово", "<div class='tgme_widget_message_text'>", "<br", "<a href=\"", "\0",
    "<div class='tgme_page'>", "tgme_widget_message_views", "<![CDATA[", "]]>",
]), max_size=40))  # fmt: skip
def test_broken_markup_never_breaks_the_reader(pieces: list[str]) -> None:
    document = f"<html>{''.join(pieces)}".encode("utf-8", "surrogatepass")
    try:
        found = read(document)
    except ParseError:
        return
    assert len({post.id for post in found.posts}) == len(found.posts)


def test_a_hostile_page_is_read_in_time() -> None:
    for piece in ("<!--", "<div>", "<a href='", "<", "<div class='tgme_widget_message' data-post='abcd/1'>"):
        started = datetime.now(UTC)
        with suppress(ParseError):
            read(b"<div class='tgme_page'>" + piece.encode() * 100_000)
        assert datetime.now(UTC) - started < timedelta(seconds=20)


# --- the connector


class Channel:
    """A channel behind the web preview: 20 messages a page, as t.me gives them."""

    def __init__(self, numbers: list[int]) -> None:
        self.numbers = numbers
        self.fail_before: set[int] = set()

    def __call__(self, asked: Asked) -> HttpReply:
        assert urlsplit(asked.url).path == "/s/City_News"
        before = int(dict(parse_qsl(urlsplit(asked.url).query)).get("before", 10**9))
        if before in self.fail_before:
            raise FetchError("broken", trouble=Trouble.DOWN)
        shown = [number for number in self.numbers if number < before][-20:]
        return reply(page(*(message(number) for number in shown)), content_type="text/html")


UNIT = SourceUnit(
    id="telegram-1", kind="telegram", url="https://t.me/s/City_News", every=timedelta(minutes=5), medium="chat",
    mode="channel", target="City_News",
)  # fmt: skip


def pull(web: ScriptedWeb, cursor: str | None = None, unit: SourceUnit = UNIT) -> Pull:
    state = SourceState(source_id=unit.id, cursor=cursor)
    return Connector(web, MemorySecrets()).pull(unit, state, NOW, timedelta(seconds=20))  # type: ignore[arg-type]


def numbers(found: Pull) -> set[int]:
    return {int(post.id.rpartition("/")[2]) for post in found.posts}


def test_the_first_look_reads_a_few_pages_for_a_baseline() -> None:
    web = ScriptedWeb(Channel(list(range(1, 500))))
    found = pull(web)
    assert numbers(found) == set(range(440, 500))
    assert (found.calls, found.again, json.loads(found.cursor or "")) == (3, False, {"newest": 499})
    assert [evidence.url for evidence in found.evidence][:2] == [
        "https://t.me/s/City_News", "https://t.me/s/City_News?before=480",
    ]  # fmt: skip
    assert found.fields == frozenset({"time", "views", "author"})


def test_a_quiet_channel_costs_one_page() -> None:
    found = pull(ScriptedWeb(Channel(list(range(1, 101)))), '{"newest": 95}')
    assert (found.calls, found.cursor) == (1, '{"newest": 100}')


def test_a_burst_between_two_looks_is_read_to_its_beginning() -> None:
    found = pull(ScriptedWeb(Channel(list(range(1, 200)))), '{"newest": 80}')
    assert set(range(81, 200)) <= numbers(found)
    assert not found.again


def test_a_burst_too_large_for_one_look_is_finished_by_the_next() -> None:
    channel = Channel(list(range(1, 1_001)))
    first = pull(ScriptedWeb(channel), '{"newest": 100}')
    assert first.again
    channel.numbers = list(range(1, 1_031))
    heard, cursor, looks = numbers(first), first.cursor, 1
    again = True
    while again:
        looks += 1
        found = pull(ScriptedWeb(channel), cursor)
        heard |= numbers(found)
        cursor, again = found.cursor, found.again
    assert set(range(101, 1_031)) <= heard
    assert looks < 8
    assert cursor == '{"newest": 1030}'


def test_a_page_that_fails_later_keeps_what_was_read_and_is_asked_again() -> None:
    channel = Channel(list(range(1, 200)))
    channel.fail_before = {160}
    first = pull(ScriptedWeb(channel), '{"newest": 100}')
    assert numbers(first) == set(range(160, 200))
    assert not first.again
    assert "wait for the next look" in first.warnings[-1]
    channel.fail_before = set()
    assert set(range(101, 160)) <= numbers(pull(ScriptedWeb(channel), first.cursor))


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=8),
    st.sets(st.integers(1, 480), max_size=200),
    st.lists(st.integers(1, 480), max_size=4),
)
def test_no_message_is_lost_whatever_comes_and_goes(bursts: list[int], deleted: set[int], down: list[int]) -> None:
    channel = Channel([1])
    cursor, heard, top = pull(ScriptedWeb(channel)).cursor, {1}, 1
    for burst in bursts:
        came = [number for number in range(top + 1, top + burst + 1) if number not in deleted]
        top += burst
        channel.numbers = [*channel.numbers, *came]
        channel.fail_before = set(down)
        found = pull(ScriptedWeb(channel), cursor)
        heard |= numbers(found)
        cursor = found.cursor
    channel.fail_before = set()
    for _ in range(30):
        found = pull(ScriptedWeb(channel), cursor)
        heard |= numbers(found)
        cursor = found.cursor
        if not found.again:
            break
    assert heard == set(channel.numbers)


def test_the_newest_message_may_be_deleted_and_the_cursor_may_be_junk() -> None:
    assert json.loads(pull(ScriptedWeb(Channel([1, 2, 3])), '{"newest": 9}').cursor or "") == {"newest": 3}
    for junk in ("", "{", "[]", '{"newest": "x"}', '{"newest": -1, "low": null}'):
        assert numbers(pull(ScriptedWeb(Channel([1, 2, 3])), junk)) == {1, 2, 3}


def test_a_channel_that_suddenly_shows_nothing_is_no_quiet_channel() -> None:
    with pytest.raises(ParseError) as caught:
        pull(ScriptedWeb(lambda _: reply(page())), '{"newest": 9}')
    assert caught.value.trouble is Trouble.EMPTY
    assert pull(ScriptedWeb(lambda _: reply(page()))).posts == ()


@pytest.mark.parametrize(("status", "trouble"), [(403, Trouble.POLICY), (404, Trouble.GONE), (502, Trouble.DOWN)])
def test_a_refusal_is_named(status: int, trouble: Trouble) -> None:
    with pytest.raises(FetchError) as caught:
        pull(ScriptedWeb(lambda _: reply(b"no", status)))
    assert caught.value.trouble is trouble


def given_answer(answer: HttpReply, _: Asked) -> HttpReply:
    return answer


def test_an_empty_body_and_a_foreign_page_are_errors() -> None:
    for answer in (reply(b""), reply(b"<html>captive portal</html>")):
        with pytest.raises(ParseError):
            pull(ScriptedWeb(partial(given_answer, answer)))
    with pytest.raises(FetchError):
        pull(ScriptedWeb(lambda _: reply(b"")), unit=UNIT.model_copy(update={"target": "../x"}))


def test_over_real_http_a_hidden_preview_and_a_burst_behave_the_same() -> None:
    channel = Channel(list(range(1, 101)))

    class Web(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hidden = self.path.startswith("/s/Hidden")
            found = channel(Asked("GET", f"http://x{self.path}", {}, {})) if self.path.startswith("/s/City") else None
            self.send_response(302 if hidden else 200)
            if hidden:
                self.send_header("Location", "/Hidden")
            self.end_headers()
            landing = LANDING.format("Тихий", '<div class="tgme_page_extra">5 subscribers</div>')
            self.wfile.write(found.body if found else landing.encode())

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Web)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        host = f"127.0.0.1:{server.server_port}"
        web = GuardedHttp(allow_hosts=frozenset({host}))
        connector = Connector(web, MemorySecrets())
        state = SourceState(source_id=UNIT.id, cursor='{"newest": 40}')
        unit = UNIT.model_copy(update={"url": f"http://{host}/s/City_News"})
        assert set(range(41, 101)) <= numbers(connector.pull(unit, state, NOW, timedelta(seconds=9)))
        hidden = UNIT.model_copy(update={"url": f"http://{host}/s/Hidden", "target": "Hidden"})
        with pytest.raises(FetchError, match="hides") as caught:
            connector.pull(hidden, state, NOW, timedelta(seconds=9))
        assert caught.value.trouble is Trouble.POLICY
    finally:
        server.shutdown()
        server.server_close()
