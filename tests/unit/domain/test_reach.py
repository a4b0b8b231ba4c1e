import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.story_mentions import said
from tocsin.domain.mention import Author, Engagement, Medium
from tocsin.domain.outlets import LARGE, LOCAL, NATIONAL, host_of, is_everybodys, tier_of
from tocsin.domain.reach import reach_of


@pytest.mark.parametrize(
    ("url", "tier"),
    [
        ("https://www.pravda.com.ua/news/2026/03/03/1/", NATIONAL),
        ("https://elpais.com/economia/2026-03-03/a.html", NATIONAL),
        ("https://www.bbc.co.uk/news/uk-1", NATIONAL),
        ("https://m.spiegel.de/wirtschaft/a-1.html", NATIONAL),
        ("https://t.me/s/suspilnenews/7", NATIONAL),
        ("https://t.me/suspilnenews/7", NATIONAL),
        ("https://www.heise.de/news/1.html", LARGE),
        ("https://somebody.wordpress.com/2026/03/hello", LOCAL),
        ("https://t.me/some_channel/7", None),
        ("https://x.com/pravda/status/1", None),
        ("https://notbbc.co.uk/", None),
        ("https://news.example/a", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_an_outlet_has_its_tier_and_what_is_not_listed_has_none(url: str | None, tier: int | None) -> None:
    assert tier_of(url) == tier


def test_platforms_are_everybodys() -> None:
    assert is_everybodys("x.com")
    assert is_everybodys("old.reddit.com")
    assert not is_everybodys("elpais.com")
    assert not is_everybodys(None)


def test_unknown_is_unknown() -> None:
    reach = reach_of(said("hello").mention)

    assert (reach.value, reach.points, reach.tier, reach.evidence) == (None, None, None, ())


def test_nobody_reached_is_known_and_is_not_unknown() -> None:
    reach = reach_of(said("hello", author=Author(handle="new", followers=0)).mention)

    assert (reach.value, reach.points) == (0, 0.0)


def test_the_widest_number_counts_on_a_log_scale() -> None:
    mention = said(
        "hello",
        author=Author(handle="bob", followers=999),
        engagement=Engagement(likes=3, shares=9, views=99_999),
    ).mention

    reach = reach_of(mention)

    assert (reach.value, reach.points) == (99_999, 5.0)
    assert reach.evidence == ("999 followers", "99,999 views", "12 who liked, answered or shared")


def test_a_national_outlet_is_wide_though_it_tells_no_number() -> None:
    reach = reach_of(said("hello", url="https://www.theguardian.com/a", medium=Medium.NEWS).mention)

    assert (reach.value, reach.points, reach.tier) == (None, 6.0, NATIONAL)
    assert reach.evidence == ("theguardian.com: tier 1",)


@given(st.text(max_size=300))
def test_any_address_is_taken(url: str) -> None:
    assert tier_of(url) in {None, NATIONAL, LARGE, LOCAL}
    host_of(url)


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_more_followers_are_never_less_reach(few: int, more: int) -> None:
    low, high = sorted((few, more))
    points = [reach_of(said("x", author=Author(handle="a", followers=each)).mention).points for each in (low, high)]

    assert points[0] is not None
    assert points[1] is not None
    assert points[0] <= points[1]
