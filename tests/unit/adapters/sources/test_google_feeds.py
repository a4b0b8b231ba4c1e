"""Protects: feeds of well-known places keep what those places say their own way: who speaks, what is answered, what was
counted, which publisher; and the address of a Google Alert, which is its only secret, appears nowhere.

All feeds here are written by us from the documented shapes; no real item is in them.
"""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.sources.feeds import Connector, parse
from tocsin.adapters.sources.values import Parsed
from tocsin.domain.brand import Brand
from tocsin.domain.errors import FetchError, ParseError
from tocsin.domain.mention import Post
from tocsin.domain.source_kinds.feeds import GoogleAlertsSource, GoogleNewsSource
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import SourceUnit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DATE = "<pubDate>Sun, 01 Nov 2026 10:00:00 GMT</pubDate>"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:thr="http://purl.org/syndication/thread/1.0" xmlns:idx="urn:atom-extension:indexing">'  # noqa: E501


def read(document: str, url: str) -> Parsed:
    return parse(document.encode(), fetched_at=NOW, url=url, medium="news")


def one(document: str, url: str) -> Post:
    (post,) = read(document, url).posts
    return post


# --- Google News

NEWS_URL = "https://news.google.com/rss/search?q=%22Acme%22+when%3A1d&hl=uk&gl=UA&ceid=UA%3Auk"


def news(*items: tuple[str, str, str]) -> str:
    inside = "".join(
        f'<item><title>{title} - {outlet}</title><link>https://news.google.com/rss/articles/{opaque}?oc=5</link>'
        f'<guid isPermaLink="false">{opaque}</guid>{DATE}<description>&lt;ol&gt;&lt;li&gt;&lt;a href="https://'
        f'news.google.com/rss/articles/{opaque}?oc=5"&gt;{title}&lt;/a&gt;&amp;nbsp;&amp;nbsp;&lt;font&gt;{outlet}'
        f'&lt;/font&gt;&lt;/li&gt;&lt;/ol&gt;</description><source url="https://{outlet.lower()}.example">{outlet}'
        "</source></item>"
        for title, outlet, opaque in items
    )  # fmt: skip
    return f'<rss version="2.0"><channel><title>"Acme"</title><language>uk</language>{inside}</channel></rss>'


def test_google_news_keeps_the_opaque_link_and_names_the_publisher() -> None:
    post = one(news(("Аврора - пожежа", "Daily", "CBMiAU_yqLOpaque")), NEWS_URL)
    assert (post.title, post.text) == ("Аврора - пожежа", "")
    assert post.url == "https://news.google.com/rss/articles/CBMiAU_yqLOpaque?oc=5"
    assert (post.author.name, post.author.url) == ("Daily", "https://daily.example/")


def test_the_same_article_under_two_opaque_ids_stays_two_items_with_steady_ids() -> None:
    both = news(("Аврора", "Daily", "CBMiFirst"), ("Аврора", "Daily", "CBMiSecond"))
    ids = [post.id for post in read(both, NEWS_URL).posts]
    assert len(set(ids)) == 2
    other_search = NEWS_URL.replace("Acme", "Acme+Foods")
    assert [post.id for post in read(both, other_search).posts] == ids
    assert [post.id for post in read(news(("Аврора", "Daily", "CBMiSecond")), NEWS_URL).posts] == ids[1:]


def test_a_title_that_ends_otherwise_is_left_alone() -> None:
    document = news(("Аврора", "Daily", "CBMi1")).replace("Аврора - Daily<", "Аврора - Daily Mail<")
    assert one(document, NEWS_URL).title == "Аврора - Daily Mail"


def test_google_news_is_asked_for_each_edition_and_brand() -> None:
    source = GoogleNewsSource.model_validate({"kind": "googlenews", "editions": ["uk-UA"]})
    (unit,) = source.units((Brand(name="Acme", terms=("acme", "акме")),))
    assert unit.kind == "rss"
    assert "hl=uk&gl=UA&ceid=UA%3Auk" in unit.url


# --- Google Alerts

USER, ALERT = "00882801234567890123", "14295081234567890123"
ALERT_URL = f"https://www.google.com/alerts/feeds/{USER}/{ALERT}"


def alerts(*more: str) -> str:
    return (
        f"{ATOM}<id>tag:google.com,2005:reader/user/{USER}/state/com.google/alerts/{ALERT}</id><title>Google Alert"
        f'</title><link href="{ALERT_URL}" rel="self"/><updated>2026-11-01T11:00:00Z</updated><entry><id>'
        'tag:google.com,2013:googlealerts/feed:1001</id><title type="html">&lt;b&gt;Acme&lt;/b&gt; burns &amp;amp; pays'
        '</title><link href="https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://daily.example/a%3Fid%3D1&amp;ct=ga'
        '&amp;cd=CAEY&amp;usg=AOv"/><published>2026-11-01T10:00:00Z</published><updated>2026-11-01T10:00:00Z</updated>'
        '<content type="html">The &lt;b&gt;Acme&lt;/b&gt; plant&amp;nbsp;...</content><author><name></name></author>'
        f"</entry>{''.join(more)}</feed>"
    )


def test_an_alert_is_the_article_it_points_to() -> None:
    post = one(alerts(), ALERT_URL)
    assert (post.title, post.text) == ("Acme burns & pays", "The Acme plant ...")
    assert post.url == "https://daily.example/a?id=1"
    assert (post.author.name, post.author.url, post.thread) == (None, None, None)


def secret_in(value: object) -> bool:
    return USER in repr(value) or ALERT in repr(value)


def pull(web: object, url: str = ALERT_URL) -> Pull:
    unit = SourceUnit(
        id="rss-1", kind="rss", url=url, every=timedelta(minutes=15), medium="news", label="Google Alert 1"
    )
    return Connector(web).pull(unit, SourceState(source_id="rss-1"), NOW, timedelta(seconds=5))  # type: ignore[arg-type]


def test_the_alerts_address_is_in_nothing_that_a_look_gives() -> None:
    hostile = '<entry><id>x</id><title>relative</title><link href="evil"/><thr:in-reply-to href="../b"/></entry>'
    found = pull(ScriptedWeb(lambda _: reply(alerts(hostile).encode(), content_type="application/atom+xml")))
    assert len(found.posts) == 2
    assert not secret_in(found)
    assert not secret_in(read(alerts(hostile), ALERT_URL))


@pytest.mark.parametrize("status", [301, 400, 403, 404, 410, 429, 500, 503])
def test_the_alerts_address_is_in_no_refusal(status: int) -> None:
    with pytest.raises(FetchError) as caught:
        pull(ScriptedWeb(lambda _: reply(b"no", status)))
    assert not secret_in(f"{caught.value!r} {caught.value.__context__!r} {caught.value.__cause__!r}")


def test_the_alerts_address_is_in_no_error_of_the_transport() -> None:
    def broken(asked: Asked) -> HttpReply:
        raise FetchError(f"{asked.url}: the connection broke off")

    with pytest.raises(FetchError) as caught:
        pull(ScriptedWeb(broken))
    assert not secret_in(f"{caught.value!r} {caught.value.__context__!r} {caught.value.__cause__!r}")


def test_a_page_in_place_of_an_alert_is_an_error_without_the_address() -> None:
    page = f"<html><title>Sign in</title><a href='{ALERT_URL}'>x</a></html>".encode()
    with pytest.raises(ParseError) as caught:
        pull(ScriptedWeb(lambda _: reply(page)))
    assert not secret_in(f"{caught.value!r} {vars(caught.value)!r}")


def test_a_permanent_move_of_an_alert_is_told_without_the_address() -> None:
    moved = reply(alerts().encode()).model_copy(update={"moved_permanently_to": f"{ALERT_URL}?x=1"})
    assert pull(ScriptedWeb(lambda _: moved)).moved_to == "https://www.google.com/alerts/feeds/…?x=1"


def test_an_alert_has_a_label_in_place_of_its_address() -> None:
    source = GoogleAlertsSource.model_validate({"kind": "googlealerts", "urls": [ALERT_URL]})
    (unit,) = source.units(())
    assert (unit.shown, secret_in(unit.id)) == ("Google Alert 1", False)


# --- YouTube, Mastodon, Reddit, WordPress


def test_a_youtube_channels_video_has_its_counts() -> None:
    document = (
        f"{ATOM}<title>Канал</title><author><name>Канал</name><uri>https://www.youtube.com/channel/UC1</uri></author>"
        "<entry><id>yt:video:dQw4w9WgXcQ</id><yt:videoId>dQw4w9WgXcQ</yt:videoId><yt:channelId>UC1</yt:channelId>"
        '<title>Відео</title><link rel="alternate" href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"/><author><name>Канал'
        "</name><uri>https://www.youtube.com/channel/UC1</uri></author><published>2026-11-01T10:00:00+00:00</published>"
        '<media:group><media:title>Відео</media:title><media:content url="https://www.youtube.com/v/dQw4w9WgXcQ"/>'
        '<media:description>Опис відео</media:description><media:community><media:starRating count="1234"/>'
        '<media:statistics views="56789"/></media:community></media:group></entry></feed>'
    )
    post = one(document, "https://www.youtube.com/feeds/videos.xml?channel_id=UC1")
    assert (post.title, post.text, post.url) == ("Відео", "Опис відео", "https://www.youtube.com/watch?v=dQw4w9WgXcQ")
    assert (post.author.name, post.author.url) == ("Канал", "https://www.youtube.com/channel/UC1")
    assert (post.engagement.likes, post.engagement.views) == (1234, 56789)


def test_a_mastodon_tags_status_names_its_account_by_its_link() -> None:
    document = (
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>#acme</title><item><guid '
        'isPermaLink="true">https://mastodon.example/@olena/110000000000000001</guid><link>'
        f'https://mastodon.example/@olena/110000000000000001</link>{DATE}<description>&lt;p&gt;Жах &lt;a href="#"&gt;#'
        '&lt;span&gt;acme&lt;/span&gt;&lt;/a&gt;&lt;/p&gt;</description><media:content url="https://cdn.example/a.png"/>'
        "</item></channel></rss>"
    )
    post = one(document, "https://mastodon.example/tags/acme.rss")
    assert (post.title, post.text, post.author.handle) == (None, "Жах #acme", "olena")
    assert (post.author.url, post.media) == ("https://mastodon.example/@olena", ("https://cdn.example/a.png",))


def reddit(*entries: str) -> str:
    return f"{ATOM}<title>r</title>{''.join(f'<entry>{entry}</entry>' for entry in entries)}</feed>"


REDDIT_POST = (
    "<author><name>/u/olena_k</name><uri>https://www.reddit.com/user/olena_k</uri></author><id>t3_abc12</id>"
    '<link href="https://www.reddit.com/r/kyiv/comments/abc12/fire_at_acme/"/><published>2026-11-01T10:00:00+00:00'
    "</published><title>Fire at Acme</title>"
)
REDDIT_COMMENT = (
    "<author><name>/u/ira</name><uri>https://www.reddit.com/user/ira</uri></author><id>t1_def34</id>"
    '<link href="https://www.reddit.com/r/kyiv/comments/abc12/fire_at_acme/def34/"/><updated>2026-11-01T11:00:00+00:00'
    '</updated><title>/u/ira on Fire at Acme</title><content type="html">&lt;p&gt;Saw it&lt;/p&gt;</content>'
)


def test_a_comment_on_reddit_belongs_to_its_post_though_they_stand_in_different_feeds() -> None:
    post = one(reddit(REDDIT_POST), "https://www.reddit.com/r/kyiv/new/.rss")
    comment = one(reddit(REDDIT_COMMENT), "https://www.reddit.com/r/kyiv/comments/.rss")
    assert (post.author.handle, post.author.name, post.thread) == ("olena_k", "/u/olena_k", None)
    assert (comment.author.handle, comment.thread) == ("ira", post.id)


@pytest.mark.parametrize(
    ("title", "creator", "name"),
    [
        ("Comment on Fire at Acme by Olena K", "<dc:creator>Olena K</dc:creator>", "Olena K"),
        ("Comment on Fire at Acme by Olena K", "", "Olena K"),
        ("Коментар до Пожежа від Олена", "", "Олена"),
        ("Comentario en Fuego por Olena", "", "Olena"),
        ("By: Olena", "", "Olena"),
        ("Something else", "", None),
    ],
)
def test_a_comment_on_wordpress_names_its_author_and_its_article(title: str, creator: str, name: str | None) -> None:
    document = (
        f'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Comments</title><item><title>{title}'
        f'</title><link>https://blog.example/fire/#comment-77</link>{creator}{DATE}<guid isPermaLink="false">'
        "https://blog.example/?p=5#comment-77</guid><description>Saw it</description></item></channel></rss>"
    )
    post = one(document, "https://blog.example/comments/feed/")
    assert (post.author.name, post.text) == (name, "Saw it")
    assert (post.in_reply_to, post.thread) == ("https://blog.example/fire/", "https://blog.example/fire/")


def test_an_atom_comment_says_itself_what_it_answers() -> None:
    document = (
        f'{ATOM}<title>Comments</title><entry><title>By: Olena</title><link href="https://blog.example/fire/#comment-7"/>'
        "<id>https://blog.example/?p=5#comment-7</id><author><name>Olena</name></author><content>Saw it</content>"
        '<thr:in-reply-to ref="https://blog.example/?p=5" href="https://blog.example/fire/"/></entry></feed>'
    )
    post = one(document, "https://blog.example/fire/feed/atom/")
    assert (post.in_reply_to, post.thread) == ("https://blog.example/?p=5", "https://blog.example/fire/")
