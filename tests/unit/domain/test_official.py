"""Protects: a brand's own voice raises no alarm about itself, and no stranger is silenced by being taken for it."""

from typing import Any

import pytest

from tests.unit.services.support import post
from tocsin.domain.brand import Brand
from tocsin.domain.matching import TermMatcher
from tocsin.domain.mention import Author, Medium, Post
from tocsin.domain.official import Voices, accounts_on_x, concerning
from tocsin.domain.source_kinds import FeedSource
from tocsin.domain.sources import SourceUnit

BRAND = Brand(
    name="Acme",
    terms=("Acme",),
    official=("acme.example", "@acme", "@help@social.example", "https://www.facebook.com/AcmeUA/", "@acme.bsky.social"),
)
OTHER = Brand(name="Bolt", terms=("Bolt",))


def unit(**changes: Any) -> SourceUnit:
    [found] = FeedSource(kind="rss", urls=("https://news.example/f",)).units((BRAND,))
    return found.model_copy(update=changes)


def said(text: str = "Acme: new shop", **facts: Any) -> Post:
    author = Author(**facts.pop("author", {}))
    return post(facts.pop("number", 1), text, **({"medium": Medium.SOCIAL} | facts), author=author)


def concerns(posts: list[Post], at: SourceUnit | None = None, *brands: Brand) -> list[tuple[str, str]]:
    asked = brands or (BRAND, OTHER)
    matchers = {brand.name: TermMatcher(brand) for brand in asked}
    return [(mention.id, mention.brand) for mention in concerning(posts, posts, at or unit(), asked, matchers)]


@pytest.mark.parametrize(
    "facts",
    [
        {"author": {"handle": "acme"}},
        {"author": {"handle": "@ACME"}},
        {"author": {"handle": "help@social.example"}},
        {"author": {"handle": "help", "url": "https://social.example/@help"}},
        {"author": {"handle": "help"}, "url": "https://social.example/@help/1"},
        {"author": {"handle": "acme.bsky.social"}},
        {"author": {"handle": "acme.example"}},
        {"author": {"url": "https://facebook.com/acmeua"}},
        {"url": "https://acme.example/news/1"},
        {"url": "https://www.acme.example/news/1"},
        {"url": "https://blog.acme.example/1"},
        {"author": {"url": "https://acme.example/team"}},
    ],
)
def test_the_brands_own_words_are_no_mention_of_it(facts: dict[str, Any]) -> None:
    assert concerns([said(**facts)]) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"author": {"handle": "acme@evil.example"}},
        {"author": {"handle": "help"}, "url": "https://evil.example/@help/1"},
        {"author": {"handle": "help@evil.example"}},
        {"author": {"handle": "acme_fan"}},
        {"url": "https://notacme.example/1"},
        {"url": "https://acme.example.evil.example/1"},
        {"author": {"url": "https://facebook.com/acmeua.fake"}},
        {"url": "https://facebook.com/1"},
        {"url": "https://forum.acme.example/t/1", "medium": Medium.FORUM},
        {"url": "https://acme.example/reviews/1", "medium": Medium.REVIEW},
        {"url": "https://acme.example/news/1#comment-2", "in_reply_to": "rss:9"},
        {"author": {"name": "acme"}},
        {"url": "http://[broken"},
    ],
)
def test_a_stranger_is_not_taken_for_the_brand(facts: dict[str, Any]) -> None:
    assert concerns([said(**facts)]) == [("rss:1", "Acme")]


def test_own_words_about_another_brand_are_a_mention_of_that() -> None:
    assert concerns([said("Acme and Bolt join", author={"handle": "acme"})]) == [("rss:1", "Bolt")]


def test_everything_of_a_unit_concerns_its_brand_but_the_account_itself() -> None:
    """A unit's own account is the brand's, whether it stands under official or not."""
    page = unit(brand="Acme", mode="feed", target="12345", kind="facebook")
    shown = [
        said("Ласкаво просимо", number=1, author={"id": "12345"}),
        said("жах", number=2, in_reply_to="rss:1", author={"id": "7"}),
        said("дощ", number=3, author={"id": "8"}, url="https://acme.example/forum/3"),
    ]
    assert concerns(shown, page) == [("rss:2", "Acme"), ("rss:3", "Acme")]


def test_an_answer_counts_by_thread_by_parent_and_by_whom_it_speaks_to() -> None:
    own = said("Hello", number=1, author={"handle": "acme"})
    shown = [
        own,
        said("boo", number=2, thread="rss:1"),
        said("boo", number=3, in_reply_to="rss:1"),
        said("@acme, boo", number=4),
        said("«@help@social.example boo", number=5),
        said("@acmefan boo", number=6),
        said("ask @acme", number=7),
        said("@", number=8),
    ]
    speechless = BRAND.model_copy(update={"terms": ("Акме",)})
    assert [mention for mention, _ in concerns(shown, None, speechless)] == ["rss:2", "rss:3", "rss:4", "rss:5"]


def test_a_brand_that_names_no_voices_has_none() -> None:
    voices = Voices(OTHER, unit())
    assert not voices.own(said(author={"handle": ""}, url=None))
    assert not voices.addressed("@ hello")


@pytest.mark.parametrize(
    ("named", "author"),
    [
        ("https://t.me/s/acme", "https://t.me/acme"),
        ("twitter.com/acme", "https://x.com/acme"),
        ("https://m.facebook.com/acme", "https://www.facebook.com/acme/"),
    ],
)
def test_a_page_is_known_by_each_address_that_it_has(named: str, author: str) -> None:
    voices = Voices(Brand(name="Acme", terms=("Acme",), official=(named,)), unit())
    assert voices.own(said(author={"url": author}))
    assert not voices.own(said(author={"url": f"{author.rstrip('/')}_fan"}))


@pytest.mark.parametrize(
    ("official", "accounts"),
    [
        (("acme.example", "@Acme"), ("acme",)),
        (("@acme", "https://x.com/Acme_UA/"), ("acme_ua",)),
        (("https://mobile.twitter.com/acme?lang=uk",), ("acme",)),
        (("@help@social.example", "@acme.bsky.social", "t.me/acme"), ()),
        (("@a_name_too_long_for_x", "x.com/acme/status/1"), ()),
    ],
)
def test_accounts_on_x_are_those_named_with_it_else_the_plain_ones(
    official: tuple[str, ...], accounts: tuple[str, ...]
) -> None:
    assert accounts_on_x(official) == accounts


def test_a_page_on_x_is_spoken_to_on_x_alone() -> None:
    brand = Brand(name="Acme", terms=("Acme",), official=("x.com/acme_help",))
    assert Voices(brand, unit(kind="x")).addressed("@Acme_Help: nothing works")
    assert not Voices(brand, unit(kind="mastodon")).addressed("@Acme_Help: nothing works")


@pytest.mark.parametrize("platform", ["facebook.com", "https://t.me/", "www.YouTube.com"])
def test_a_platform_is_nobodys_voice(platform: str) -> None:
    with pytest.raises(ValueError, match="is everybody's"):
        Brand(name="Acme", terms=("Acme",), official=(platform,))
