"""Protects: every item of a feed becomes a post with the right words, date and id, or a warning that says why not."""

import gzip
import json
import random
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.adapters.http_guard import GuardedHttp, HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.feeds import Connector, parse_feed
from tocsin.adapters.sources.registry import Connectors
from tocsin.domain.errors import FetchError, ParseError
from tocsin.domain.mention import MAX_TEXT, Medium, Post
from tocsin.domain.source_state import SourceState
from tocsin.domain.sources import SourceUnit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
URL = "https://site.example/news/feed.xml"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:wfw="http://wellformedweb.org/CommentAPI/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:thr="http://purl.org/syndication/thread/1.0" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def rss(*items: str, channel: str = "") -> bytes:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {NAMESPACES}><channel><title>Site</title>{channel}{inside}</channel></rss>'.encode()


def atom(*entries: str, attributes: str = "") -> bytes:
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES} {attributes}><title>S</title>{inside}</feed>'.encode()
    )


def read(body: bytes, url: str = URL, content_type: str | None = None) -> tuple[tuple[Post, ...], tuple[str, ...]]:
    return parse_feed(body, url=url, content_type=content_type, medium="news", fetched_at=NOW)


def posts(body: bytes, url: str = URL, content_type: str | None = None) -> tuple[Post, ...]:
    return read(body, url, content_type)[0]


def one(body: bytes, url: str = URL, content_type: str | None = None) -> Post:
    (post,) = posts(body, url, content_type)
    return post


def ids(body: bytes, url: str = URL) -> list[str]:
    return [post.id for post in posts(body, url)]


def test_an_rss_item_becomes_a_post_with_all_it_says() -> None:
    post = one(
        rss(
            "<title>Fire at Acme &amp;amp; Co</title><link>/a?utm_source=rss&amp;id=1</link>"
            "<guid>https://site.example/a</guid>"
            "<pubDate>Sun, 01 Nov 2026 10:00:00 +0200</pubDate><author>desk@site.example (Ann Author)</author>"
            "<description>short</description>"
            "<content:encoded>&lt;p&gt;Whole &lt;b&gt;text&lt;/b&gt;&lt;/p&gt;</content:encoded>"
            "<slash:comments>7</slash:comments><wfw:commentRss>https://site.example/a/feed</wfw:commentRss>"
            '<enclosure url="https://cdn.example/a.jpg" type="image/jpeg"/>'
            '<media:content url="https://cdn.example/b.jpg"/>',
            channel="<language>uk</language>",
        )
    )
    assert (post.title, post.text, post.url) == ("Fire at Acme & Co", "Whole text", "https://site.example/a?id=1")
    assert (post.author.name, post.language, post.medium) == ("Ann Author", "uk", Medium.NEWS)
    assert post.published_at == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert (post.engagement.replies, post.engagement.likes, post.thread) == (7, None, "https://site.example/a/feed")
    assert post.media == ("https://cdn.example/a.jpg", "https://cdn.example/b.jpg")
    assert (post.source, post.fetched_at) == ("rss", NOW)


def test_an_atom_entry_becomes_a_post_with_all_it_says() -> None:
    post = one(
        atom(
            '<id>tag:site.example,2026:1</id><title type="html">A &lt;b&gt;B&lt;/b&gt;</title><link href="b"/>'
            "<published>2026-11-01T10:00:00Z</published><updated>2026-11-01T11:00:00Z</updated>"
            "<author><name>Ann</name><uri>https://site.example/ann</uri></author>"
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>Two</p></div></content>'
            '<thr:in-reply-to ref="tag:site.example,2026:0" href="https://site.example/0"/><thr:total>3</thr:total>'
            '<media:group><media:community><media:starRating count="5"/><media:statistics views="99"/>'
            "</media:community></media:group>",
            attributes='xml:lang="es-MX"',
        )
    )
    assert (post.title, post.text, post.url) == ("A B", "One\nTwo", "https://site.example/news/b")
    assert (post.author.name, post.author.url, post.language) == ("Ann", "https://site.example/ann", "es-MX")
    assert post.published_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert (post.engagement.replies, post.engagement.likes, post.engagement.views) == (3, 5, 99)
    assert (post.in_reply_to, post.thread) == ("tag:site.example,2026:0", "https://site.example/0")


def test_a_json_feed_item_becomes_a_post() -> None:
    item = {
        "id": 1,
        "url": "/a",
        "title": "T",
        "content_html": "<p>x</p>",
        "date_published": "2026-11-01T10:00:00+02:00",
        "authors": [{"name": "Ann", "url": "https://site.example/ann"}],
        "attachments": [{"url": "https://cdn.example/a.mp3"}],
    }
    feed = {"version": "https://jsonfeed.org/version/1.1", "language": "en", "items": [item, "junk"]}
    found, warnings = read(b"\xef\xbb\xbf" + json.dumps(feed).encode())
    assert (found[0].title, found[0].text, found[0].url) == ("T", "x", "https://site.example/a")
    assert (found[0].author.name, found[0].language, found[0].media) == ("Ann", "en", ("https://cdn.example/a.mp3",))
    assert found[0].published_at == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert warnings == ("item 2 is skipped: no JSON object",)


def test_rdf_and_atom_03_are_feeds_too() -> None:
    rdf = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="https://site.example/1"><title>R</title>'
        b"<dc:creator>Ann</dc:creator><dc:date>2026-11-01T10:00:00Z</dc:date></item></rdf:RDF>"
    )
    old = (
        b'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>A</title><id>tag:x,2026:1</id>'
        b"<issued>2026-11-01T10:00:00Z</issued></entry></feed>"
    )
    assert (one(rdf).title, one(rdf).author.name, one(rdf).published_at.hour) == ("R", "Ann", 10)
    assert (one(old).title, one(old).published_at.hour) == ("A", 10)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("<author>ann@site.example (Ann Author)</author>", "Ann Author"),
        ("<author>Ann Author &lt;ann@site.example&gt;</author>", "Ann Author"),
        ("<author>ann@site.example?subject=Hi</author>", "ann@site.example"),
        ("<dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator>", "Ann, Bob"),
        ("<itunes:author>Ann</itunes:author>", "Ann"),
        ("<author/>", "The Editor"),
    ],
)
def test_the_author_is_a_name(said: str, name: str) -> None:
    post = one(rss(f"<title>t</title>{said}", channel="<managingEditor>ed@site.example (The Editor)</managingEditor>"))
    assert post.author.name == name


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>", datetime(1970, 1, 1, tzinfo=UTC)),
        ("<pubDate>Sat, 01 Nov 2036 10:00:00 EST</pubDate>", datetime(2036, 11, 1, 15, tzinfo=UTC)),
        ("<pubDate>1 Nov 26 10:00</pubDate>", datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("<dc:date>2026-11-01T10:00:00+02:00</dc:date>", datetime(2026, 11, 1, 8, tzinfo=UTC)),
        ("<pubDate>soon</pubDate><dc:date>2026-11-01T10:00:00Z</dc:date>", datetime(2026, 11, 1, 10, tzinfo=UTC)),
    ],
)
def test_dates_are_kept_as_they_are_in_utc(said: str, moment: datetime) -> None:
    found, warnings = read(rss(f"<title>t</title>{said}"))
    assert found[0].published_at == moment
    assert warnings == ()


@pytest.mark.parametrize("said", ["", "<pubDate>Seg, 24 Set 2018</pubDate>", "<pubDate>31/31/2026 99:99</pubDate>"])
def test_a_missing_or_broken_date_is_now_with_a_warning(said: str) -> None:
    found, warnings = read(rss(f"<title>t</title>{said}"))
    assert found[0].published_at == NOW
    assert "date" in warnings[0]


def dated(said: str) -> dict[str, bytes]:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"title": "t", "date_published": said}]}
    return {
        "pubDate": rss(f"<title>t</title><pubDate>{said}</pubDate>"),
        "dc:date": rss(f"<title>t</title><dc:date>{said}</dc:date>"),
        "Atom": atom(f"<title>t</title><published>{said}</published>"),
        "JSON": json.dumps(feed).encode(),
    }


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-01",
        "20261101",
        "2026/11/01",
        "2026/11/1",
        "2026.11.01",
        "2026-11-01Z",
        "2026-11-01+02:00",
        "Sun, 01 Nov 2026",
        "1 Nov 2026",
        "2026-10-31",
        "2026-11-02",
    ],
)
@pytest.mark.parametrize("kind", ["pubDate", "dc:date", "Atom", "JSON"])
def test_a_day_that_may_still_be_today_somewhere_is_now(said: str, kind: str) -> None:
    """Midnight would be hours ago, and what is hours old alarms nobody."""
    found, warnings = read(dated(said)[kind])
    assert (found[0].published_at, warnings) == (NOW, ())


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-10-30", datetime(2026, 10, 30, tzinfo=UTC)),
        ("Fri, 30 Oct 2026", datetime(2026, 10, 30, tzinfo=UTC)),
        ("2026/10/30", datetime(2026, 10, 30, tzinfo=UTC)),
        ("2026-11-03", datetime(2026, 11, 3, tzinfo=UTC)),
        ("2026-11-01T00:00:00Z", datetime(2026, 11, 1, tzinfo=UTC)),
        ("Sun, 01 Nov 2026 00:00:00 GMT", datetime(2026, 11, 1, tzinfo=UTC)),
        ("20261101T0000Z", datetime(2026, 11, 1, tzinfo=UTC)),
        ("20261101T0945Z", datetime(2026, 11, 1, 9, 45, tzinfo=UTC)),
        ("2026-11-01T02:00:00+02:00", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01 11:45:00", datetime(2026, 11, 1, 11, 45, tzinfo=UTC)),
        ("2026/11/01 11:45:00", datetime(2026, 11, 1, 11, 45, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("kind", ["pubDate", "dc:date", "Atom", "JSON"])
def test_an_older_day_and_any_time_of_day_are_kept(said: str, moment: datetime, kind: str) -> None:
    found, warnings = read(dated(said)[kind])
    assert (found[0].published_at, warnings) == (moment, ())


def test_an_item_that_says_nothing_is_a_warning() -> None:
    found, warnings = read(rss("<pubDate>Sun, 01 Nov 2026 10:00:00 GMT</pubDate>", "<title>t</title>"))
    assert len(found) == 1
    assert warnings[0] == "item 1 is skipped: it has no title, text, link or media"


def test_long_texts_are_clipped_and_long_addresses_dropped() -> None:
    post = one(
        rss(f"<title>{'t ' * 2_000}</title><description>{'x ' * 20_000}</description><link>/{'a' * 3_000}</link>")
    )
    assert len(post.text) <= MAX_TEXT
    assert post.text.endswith("…")
    assert len(post.title or "") <= 1_000
    assert post.url is None


def test_google_news_names_the_outlet_and_lends_no_words() -> None:
    post = one(
        rss(
            "<title>Acme burns - The Daily</title><link>https://news.google.com/rss/articles/CBMiX?oc=5</link>"
            '<guid isPermaLink="false">CBMiX</guid><source url="https://daily.example">The Daily</source>'
            "<description>&lt;a href=x&gt;Acme burns&lt;/a&gt; Bolt foods too</description>"
        ),
        url="https://news.google.com/rss/search?q=acme",
    )
    assert (post.title, post.text, post.author.name) == ("Acme burns", "", "The Daily")
    assert post.author.url == "https://daily.example/"
    assert post.url == "https://news.google.com/rss/articles/CBMiX?oc=5"


def test_google_alerts_are_unwrapped() -> None:
    post = one(
        atom(
            "<id>tag:google.com,2013:googlealerts/feed:1</id><title type='html'>&lt;b&gt;Acme&lt;/b&gt; burns</title>"
            "<link href='https://www.google.com/url?rct=j&amp;url=https://daily.example/a&amp;ct=ga'/>"
        )
    )
    assert (post.title, post.url) == ("Acme burns", "https://daily.example/a")


def test_a_page_is_preferred_to_a_picture_and_the_original_to_feedburner() -> None:
    picture = '<link rel="alternate" type="image/png" href="/p.png"/>'
    assert (
        one(atom(f'<title>t</title><link rel="alternate" type="text/html" href="/a"/>{picture}')).url
        == "https://site.example/a"
    )
    burnt = "<title>t</title><link>https://fb.example/1</link><feedburner:origLink>https://site.example/1</feedburner:origLink>"
    assert one(rss(burnt)).url == "https://site.example/1"


# --- ids -----------------------------------------------------------------------------------------------------------

GUIDS = [
    "",
    "<guid>https://site.example/1</guid>",
    "<guid>https://foreign.example/1</guid>",
    '<guid isPermaLink="false">1</guid>',
    "<guid/>",
]


def test_doubled_guids_lose_nobody() -> None:
    for guid in ("<guid>https://site.example/same</guid>", '<guid isPermaLink="false">1</guid>', "<guid></guid>"):
        found = posts(rss(*(f"<title>{n}</title><link>/{n}</link>{guid}" for n in "abc")))
        assert len({post.id for post in found}) == 3, guid


def test_doubled_guids_with_one_link_are_told_apart_by_title_then_by_text() -> None:
    same = "<link>https://site.example/</link><guid>https://site.example/</guid>"
    assert len(set(ids(rss(f"<title>a</title>{same}", f"<title>b</title>{same}")))) == 2
    assert len(set(ids(rss(f"<description>a</description>{same}", f"<description>b</description>{same}")))) == 2


def test_a_true_repetition_is_a_warning() -> None:
    found, warnings = read(rss("<title>a</title><link>/a</link>", "<title>a</title><link>/a</link>"))
    assert len(found) == 1
    assert "item 2 is skipped: it repeats an earlier one (a)" in warnings


def test_an_edit_or_tracking_makes_no_new_item() -> None:
    first = "<title>Fire</title><link>/fire?utm_source=a</link><guid>https://site.example/?p=1</guid>"
    edited = "<title>Fire put out</title><link>/fire-put-out</link><guid>https://SITE.example:443/?p=1&amp;utm_medium=b</guid>"
    assert ids(rss(first)) == ids(rss(edited))
    no_guid = "<title>Fire</title><link>/fire</link>"
    assert ids(rss(no_guid)) == ids(rss("<title>Fire</title><link>https://SITE.example/fire?fbclid=2</link>"))


def test_a_local_guid_belongs_to_its_host_and_link() -> None:
    item = '<title>a</title><link>https://x.example/1</link><guid isPermaLink="false">1</guid>'
    assert ids(rss(item)) != ids(rss(item), url="https://other.example/feed")
    reused = item.replace("x.example/1", "x.example/2")
    assert ids(rss(item)) != ids(rss(reused)), "a counter that began anew hides nothing"


def with_guid(guid: str, link: str = "/1", title: str = "a") -> bytes:
    return rss(f'<title>{title}</title><link>{link}</link><guid isPermaLink="false">{guid}</guid>')


HOSTILE = "https://evil.example/feed"
HIS_ADDRESS = "https://site.example/news/1"


@pytest.mark.parametrize("guid", [HIS_ADDRESS, "tag:site.example,2026:1", "urn:uuid:1225c695", "yt:video:abcdefgh"])
@pytest.mark.parametrize("link", ["/1", HIS_ADDRESS, "https://example/", "https://evil.example/1"])
def test_no_feed_takes_the_ids_of_another_site(guid: str, link: str) -> None:
    true = ids(with_guid(guid, HIS_ADDRESS))
    assert ids(with_guid(guid, link), url=HOSTILE) != true
    assert ids(with_guid(guid, link), url=HOSTILE) == ids(with_guid(guid, link), url=HOSTILE)


def test_no_feed_takes_the_ids_of_items_without_a_guid() -> None:
    for item in (f"<title>a</title><link>{HIS_ADDRESS}</link>", "<title>a</title>", "<description>a</description>"):
        assert ids(rss(item)) != ids(rss(item), url=HOSTILE), item


@pytest.mark.parametrize("url", ["https://www.github.example/feed", "https://evil.github.example/feed"])
def test_a_neighbour_under_one_host_is_another_site(url: str) -> None:
    body = with_guid("https://good.github.example/1", "https://github.example/")
    assert ids(body, url="https://good.github.example/feed") != ids(body, url=url)


@pytest.mark.parametrize("guid", ["https://www.site.example/1", "https://site.example/1", "tag:site.example,2026:1"])
@pytest.mark.parametrize("other", ["site.example", "www.site.example", "feeds.site.example", "SITE.example:8443"])
def test_the_feeds_of_one_site_agree_on_an_item(guid: str, other: str) -> None:
    assert ids(with_guid(guid), url=f"https://{other}/rss") == ids(with_guid(guid, title="edited"))


def test_a_tag_may_name_a_mailbox_of_the_site() -> None:
    body = with_guid("tag:ann@site.example,2026:1")
    assert ids(body) == ids(body, url="https://feeds.site.example/rss")


def test_an_aggregator_has_ids_of_its_own_that_outlive_an_edit() -> None:
    first = with_guid("https://daily.example/1", "https://daily.example/1")
    edited = with_guid("https://daily.example/1", "https://daily.example/one", "b")
    assert ids(first, url="https://planet.example/a") == ids(edited, url="https://planet.example/b")
    assert ids(first, url="https://planet.example/a") != ids(first, url="https://daily.example/feed")


items = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["", "1", "2"]), st.sampled_from(GUIDS)), max_size=8, unique=True
)


@given(items=items, seed=st.integers(0, 99))
def test_order_does_not_matter(items: list[tuple[str, str, str]], seed: int) -> None:
    """The same document in any order gives each item the same id, and no two items share one."""
    bodies = [f"<title>{title}</title><link>/{link}</link>{guid}" for title, link, guid in items]
    shuffled = random.Random(seed).sample(bodies, len(bodies))
    assert sorted(ids(rss(*bodies))) == sorted(ids(rss(*shuffled)))


@given(items=items)
def test_every_item_is_a_post_or_a_warning(items: list[tuple[str, str, str]]) -> None:
    found, warnings = read(rss(*(f"<title>{title}</title><link>/{link}</link>{guid}" for title, link, guid in items)))
    assert len(found) + len([warning for warning in warnings if "skipped" in warning]) == len(items)
    assert len({post.id for post in found}) == len(found)


# --- encodings -----------------------------------------------------------------------------------------------------

WORDS = "Пожежа на складі «Аврори», кажуть очевидці"
RUSSIAN = "Пожар на складе сети магазинов, сообщают очевидцы и местные жители"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "windows-1251"])
def test_a_declared_encoding_is_read(codec: str) -> None:
    declared = codec.removesuffix("-sig")
    xml = (
        f'<?xml version="1.0" encoding="{declared}"?><rss><channel><item><title>{WORDS}</title></item></channel></rss>'
    )
    assert one(xml.encode(codec)).title == WORDS


@pytest.mark.parametrize(
    ("words", "codec"),
    [
        (RUSSIAN, "utf-8"),
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        ("Eleições: o candidato não tem o mesmo desempenho nas simulações do 2º turno", "windows-1252"),
        ("Οι κάτοικοι μιλούν για φωτιά σε αποθήκη της εταιρείας", "windows-1253"),
    ],
)
def test_an_undeclared_encoding_is_guessed(words: str, codec: str) -> None:
    xml = f"<rss><channel><item><title>{words}</title><description>{words * 3}</description></item></channel></rss>"
    assert one(xml.encode(codec)).title == words


def test_http_overrides_the_declaration_but_not_the_bytes_themselves() -> None:
    xml = '<?xml version="1.0" encoding="{}"?><rss><channel><item><title>Привіт</title></item></channel></rss>'
    lying = xml.format("iso-8859-1")
    assert one(lying.encode("windows-1251"), content_type="text/xml; charset=windows-1251").title == "Привіт"
    assert one(lying.encode(), content_type="text/xml; charset=iso-8859-1").title == "Привіт"


# --- what is no feed, or a hostile one -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty body"),
        (b" \n ", "empty body"),
        (
            b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>",
            r"web page \(«Just a moment...»\)",
        ),
        (b'{"error": "no"}', "no JSON Feed"),
        (b"{broken", "begins like JSON"),
        (b"[" * 100_000, "begins like JSON"),
        (bytes(range(256)) * 9, "no feed"),
        (b"\x1f\x8b\x08broken", "gzip"),
        (b"<opml><body/></opml>", "begins with <opml>"),
        (b"Too many requests", "no feed"),
        (b"<?xml version='1.0' encoding='punycode'?><rss/>", "punycode"),
        (b"<!DOCTYPE rss [<!ENTITY a 'b'", "DTD"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        read(body)


def test_a_feed_without_items_is_no_error() -> None:
    assert read(rss()) == ((), ())


def test_unannounced_gzip_is_read() -> None:
    assert one(gzip.compress(rss("<title>t</title>"))).title == "t"


def test_entities_expand_to_nothing_and_nothing_is_fetched() -> None:
    bomb = b'<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss(
        "<title>Fire &b; &x;</title>"
    )
    post = one(bomb)
    assert "ha" not in (post.title or "")
    assert "root" not in (post.title or "")


def test_a_body_that_looks_like_a_path_opens_no_file() -> None:
    with pytest.raises(ParseError, match="no feed"):
        read(b"/etc/passwd")


def test_html_entities_and_broken_markup_are_survived() -> None:
    found, warnings = read(rss("<title>A&nbsp;&mdash;&nbsp;B &copy; AT&T</title>", "<title>C</title><p>"))
    assert [post.title for post in found] == ["A — B © AT&T", "C"]
    assert not [warning for warning in warnings if "skipped" in warning]


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Fire &#xD83D;&#xDE00;!", "Fire \U0001f600!"),
        ("Fire &#55357;&#56832;!", "Fire \U0001f600!"),
        ("Fire &#x00d83d;&#0056832;!", "Fire \U0001f600!"),
        ("Fire &#xD83D;!", "Fire !"),
        ("Fire <![CDATA[&#; &#x;]]>!", "Fire &#; &#x;!"),
        ("Fire &#xDE00;&#xD83D;!", "Fire !"),
        ("Fire &#56832;!", "Fire !"),
        ("Fi&#0;re&#x1F;&#xFFFE;&#x110000;&#99999999999;!", "Fire!"),
        ("<![CDATA[Fire &#xD83D;&#xDE00;&#x1F;!]]>", "Fire \U0001f600!"),
        ("F&#105;re &#x1F600;&#x41;&#10;!", "Fire \U0001f600A !"),
    ],
)
@pytest.mark.parametrize("rest", ["", "<description>broken & <p></description>"])
def test_references_to_what_is_no_character_lose_no_item(said: str, title: str, rest: str) -> None:
    found, warnings = read(rss(*(f"<title>{said if n == 2 else n}</title><link>/{n}</link>{rest}" for n in range(8))))
    assert [post.title for post in found] == ["0", "1", title, "3", "4", "5", "6", "7"]
    assert not [warning for warning in warnings if "date" not in warning]


def test_items_lost_in_broken_markup_are_counted() -> None:
    whole = rss("<title>a</title>", "<title>b</title>")
    cut = whole[: whole.index(b"<title>b") + 4]
    found, warnings = read(cut)
    assert len(found) + len([warning for warning in warnings if "item" in warning]) >= 2


@pytest.mark.parametrize(
    "inside",
    [
        "<a>" * 300_000,
        "<item/>" * 150_000,
        "<item><author>" + "a" * 1_000_000 + "</author></item>",
        "<item><title>& " + "<![CDATA[" * 100_000,
        "<!--" * 250_000,
        "<item><title>& " + "<a x='" * 150_000,
        "<item " + " ".join(f"a{n}=''" for n in range(100_000)) + "/>",
        "<item><description>" + "&lt;a " * 200_000 + "</description></item>",
        "<item><title>&#" + "0" * 1_000_000 + "</title></item>",
        "<item><title>&#1" + "2" * 1_000_000 + ";</title></item>",
        "<item><title>" + "&#xD83D;" * 125_000 + "</title></item>",
    ],
    ids=["depth", "items", "author", "cdata", "comments", "quotes", "attributes", "html", "zeros", "digits", "halves"],
)
def test_a_hostile_megabyte_costs_seconds_at_most(inside: str) -> None:
    started = time.process_time()
    read(f"<rss version='2.0'><channel>{inside}</channel></rss>".encode())
    assert time.process_time() - started < 10


@given(st.binary(max_size=300) | st.text(alphabet="<>&;!?[]/'\" =aritemlnk:CDT-", max_size=200).map(str.encode))
def test_junk_is_posts_or_a_parse_error(body: bytes) -> None:
    for dressed in (body, rss(body.decode("latin-1"))):
        try:
            read(dressed)
        except ParseError:
            continue


# --- the connector -------------------------------------------------------------------------------------------------


class Web:
    """Answers with one reply; remembers what it was asked."""

    def __init__(self, status: int = 200, body: bytes = b"", moved: str | None = None, **headers: str) -> None:
        self.reply = HttpReply(
            status=status,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            body=body,
            url=URL,
            moved_permanently_to=moved,
            bytes_read=len(body),
        )
        self.headers: dict[str, str] = {}

    def get(self, url: str, headers: dict[str, str], budget: timedelta) -> HttpReply:
        self.headers = headers
        return self.reply


UNIT = SourceUnit(id="rss-1", kind="rss", url=URL, every=timedelta(minutes=5), medium="blog")


def pull(web: Web, **state: str):
    return Connector(web).pull(UNIT, SourceState(source_id="rss-1", **state), NOW, timedelta(seconds=9))  # type: ignore[arg-type]


def test_a_look_gives_posts_and_the_next_cursor() -> None:
    web = Web(body=rss("<title>t</title>"), etag='W/"2"', last_modified="Sun", moved="https://site.example/new")
    found = pull(web, etag='"1"', last_modified="Sat")
    assert (web.headers["If-None-Match"], web.headers["If-Modified-Since"]) == ('"1"', "Sat")
    assert (found.etag, found.last_modified, found.moved_to) == ('W/"2"', "Sun", "https://site.example/new")
    assert (len(found.posts), found.posts[0].medium, found.bytes_read) == (1, Medium.BLOG, len(web.reply.body))


def test_nothing_new_is_said_by_the_site() -> None:
    found = pull(Web(status=304), etag='"1"', last_modified="Sat")
    assert (found.unchanged, found.posts, found.etag, found.last_modified) == (True, (), '"1"', "Sat")


def test_a_first_look_is_unconditional_and_a_poisoned_cursor_is_not_sent() -> None:
    web = Web(body=rss())
    pull(web)
    assert set(web.headers) == {"Accept"}
    pull(web, etag="a\r\nX-Injected: 1", last_modified="é")
    assert set(web.headers) == {"Accept"}


@pytest.mark.parametrize("status", [200, 304])
@pytest.mark.parametrize("value", ["x" * 1_001, "é", "a\r\nX-Injected: 1", ""])
def test_a_cursor_that_could_not_be_sent_is_not_kept(status: int, value: str) -> None:
    found = pull(Web(status=status, body=rss(), etag=value, last_modified=value))
    assert (found.etag, found.last_modified) == (None, None)


def test_a_poisoned_cursor_does_not_outlive_a_look() -> None:
    found = pull(Web(status=304), etag="x" * 5_000, last_modified="é")
    assert (found.etag, found.last_modified) == (None, None)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, "login"), (403, "refuses"), (404, "no feed"), (410, "gone for good"), (500, "out of order"), (204, "204")],
)
def test_a_refusal_is_said_in_words(status: int, reason: str) -> None:
    with pytest.raises(FetchError, match=reason):
        pull(Web(status=status))


def test_feeds_are_found_by_the_kind_of_their_unit() -> None:
    assert isinstance(Connectors(GuardedHttp(), MemorySecrets())[UNIT.kind], Connector)
