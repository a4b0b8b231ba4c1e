"""Protects: NewsAPI's articles, cut and removed ones too, and its key.

Answers are written by us from the documented shape (newsapi.org/docs).
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.newsapi import Connector, parse
from tocsin.domain.brand import Brand
from tocsin.domain.errors import FetchError, SecretError, Trouble
from tocsin.domain.mention import Medium, Post
from tocsin.domain.source_kinds.media import NewsApiSource
from tocsin.domain.source_state import Pull, SourceState

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BRAND = Brand(name="Acme", terms=("acme", "acme foods"))
UNIT = next(iter(NewsApiSource(kind="newsapi", languages=("es",)).units((BRAND,))))


def article(number: int, **more: Any) -> dict[str, Any]:
    return {
        "source": {"id": None, "name": "The Daily"},
        "author": "Ann Author",
        "title": f"Acme burns {number} - The Daily",
        "description": "Acme &amp; Co burned.",
        "url": f"https://daily.example/{number}?utm_source=x",
        "urlToImage": "https://daily.example/a.jpg",
        "publishedAt": (NOW - timedelta(hours=number)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "content": "The plant burned all night. Police… [+3367 chars]",
    } | more


def listed(*articles: Any, total: int | None = None) -> dict[str, Any]:
    return {"status": "ok", "totalResults": len(articles) if total is None else total, "articles": list(articles)}


def read(value: Any, url: str | None = None) -> tuple[tuple[Post, ...], tuple[str, ...]]:
    parsed = parse(json.dumps(value).encode(), fetched_at=NOW, url=url)
    return parsed.posts, parsed.warnings


def test_an_article_says_all_it_has() -> None:
    (post,), warnings = read(listed(article(1)), "https://newsapi.org/v2/everything?q=acme&language=es")
    assert warnings == ()
    assert (post.url, post.title) == ("https://daily.example/1", "Acme burns 1")
    assert post.text == "Acme & Co burned.\nThe plant burned all night. Police"
    assert (post.author.name, post.language, post.medium) == ("Ann Author", "es", Medium.NEWS)
    assert post.published_at == NOW - timedelta(hours=1)
    assert post.media == ("https://daily.example/a.jpg",)


def test_the_same_article_has_the_same_id_whatever_trails_its_address() -> None:
    plain = article(1, url="https://daily.example/1")
    assert read(listed(article(1)))[0][0].id == read(listed(plain))[0][0].id
    posts, warnings = read(listed(article(1), plain))
    assert len(posts) == 1
    assert "item 2 is skipped: it repeats" in warnings[0]


@pytest.mark.parametrize(
    ("author", "name", "url"),
    [
        (None, "The Daily", None),
        ("", "The Daily", None),
        ("anónimo", "anónimo", None),
        ("https://www.facebook.com/daily", "The Daily", "https://www.facebook.com/daily"),
    ],
)
def test_where_no_writer_is_named_the_outlet_is(author: str | None, name: str, url: str | None) -> None:
    (post,), _ = read(listed(article(1, author=author)))
    assert (post.author.name, post.author.url) == (name, url)


def test_google_news_items_have_a_title_alone() -> None:
    item = article(
        1,
        source={"id": "google-news", "name": "Google News"},
        author="The Daily",
        description=None,
        content=None,
        urlToImage=None,
        url="https://news.google.com/rss/articles/CBMi?oc=5",
    )
    (post,), _ = read(listed(item))
    assert (post.title, post.text, post.author.name) == ("Acme burns 1", "", "The Daily")


def test_a_summary_that_the_text_begins_with_is_not_said_twice() -> None:
    (post,), _ = read(listed(article(1, description="The plant burned all…", content="The plant burned all night.")))
    assert post.text == "The plant burned all night."


def test_removed_articles_are_named() -> None:
    removed = article(1, title="[Removed]", description="[Removed]", content="[Removed]", url="https://removed.com")
    posts, warnings = read(listed(removed, article(2)))
    assert len(posts) == 1
    assert warnings == ("item 1 is skipped: its publisher has had it removed",)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (listed(), "without results"),
        ({"status": "error", "code": "apiKeyInvalid", "message": "Your API key is invalid"}, "apiKeyInvalid: Your API"),
        ({"status": "ok", "sources": [{"id": "abc", "name": "ABC", "url": "https://abc.example"}]}, "1 news sources"),
    ],
)
def test_what_holds_no_posts_says_what_it_is(value: Any, said: str) -> None:
    posts, warnings = read(value)
    assert posts == ()
    assert said in " ".join(warnings)


def look(web: ScriptedWeb, secret: dict[str, str] | None = None, **more: Any) -> Pull:
    secrets = MemorySecrets(newsapi={"api_key": "k3y"} if secret is None else secret)
    state = SourceState(source_id="n", **more)
    return Connector(web, secrets).pull(UNIT, state, NOW, timedelta(seconds=20))  # type: ignore[arg-type]


def test_a_search_sends_its_key_in_a_header_and_leaves_it_nowhere() -> None:
    web = ScriptedWeb(lambda _: reply(listed(article(1))))
    pull = look(web)
    (asked,) = web.asked
    assert asked.private == {"X-Api-Key": "k3y"}
    query = asked.query
    assert (query["q"], query["language"], query["sortBy"]) == ('"acme" OR "acme foods"', "es", "publishedAt")
    assert (query["from"], query["to"]) == ("2026-10-25T12:00:00", "2026-11-01T12:00:00")
    assert "k3y" not in pull.model_dump_json() + asked.url
    assert (len(pull.posts), pull.posts[0].language) == (1, "es")


def test_a_plan_that_shows_articles_late_is_read_further_back() -> None:
    web = ScriptedWeb(lambda _: reply(listed()))
    pull = look(web, newest_at=NOW - timedelta(hours=25))
    look(web, cursor=pull.cursor)
    assert web.asked[-1].query["from"] == "2026-10-31T06:00:00"
    pull = look(web, newest_at=NOW - timedelta(hours=1))
    look(web, cursor=pull.cursor)
    assert web.asked[-1].query["from"] == "2026-11-01T09:00:00"


def test_more_than_an_answer_holds_is_walked_down_and_not_paged() -> None:
    def answer(asked: Asked) -> HttpReply:
        first = asked.query["to"] == "2026-11-01T12:00:00"
        return reply(listed(article(2), total=900) if first else listed(article(3)))

    web = ScriptedWeb(answer)
    pull = look(web)
    assert len(pull.posts) == 2
    assert web.asked[1].query["to"] == "2026-11-01T10:00:00"
    assert "page" not in web.asked[1].query


@pytest.mark.parametrize(
    ("status", "code", "trouble", "retry_after"),
    [
        (401, "apiKeyInvalid", Trouble.AUTH, None),
        (429, "rateLimited", Trouble.THROTTLED, 3_600.0),
        (429, "apiKeyExhausted", Trouble.QUOTA, None),
        (426, "maximumResultsReached", Trouble.QUOTA, None),
        (426, "parameterInvalid", Trouble.FORMAT, None),
        (426, "corsNotAllowed", Trouble.POLICY, None),
        (500, "unexpectedError", Trouble.DOWN, None),
        (200, "apiKeyDisabled", Trouble.AUTH, None),
    ],
)
def test_refusals_are_told_apart(status: int, code: str, trouble: Trouble, retry_after: float | None) -> None:
    web = ScriptedWeb(lambda _: reply({"status": "error", "code": code, "message": "so it is"}, status))
    with pytest.raises(FetchError, match="so it is") as error:
        look(web)
    assert (error.value.trouble, error.value.retry_after) == (trouble, retry_after)
    assert "k3y" not in str(error.value)


def test_a_secret_without_its_field_is_named() -> None:
    with pytest.raises(SecretError, match="api_key"):
        look(ScriptedWeb(lambda _: reply({})), {})


def test_a_language_that_newsapi_does_not_know_is_refused_in_the_clients_file() -> None:
    with pytest.raises(ValidationError):
        NewsApiSource.model_validate({"kind": "newsapi", "languages": ["uk"]})
