"""Protects: one article has one address, so that it is counted once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.urls import canonical_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://News.Example:80/A?b=1#frag", "http://news.example/A?b=1"),
        ("https://news.example", "https://news.example/"),
        ("https://news.example:8443/x", "https://news.example:8443/x"),
        ("https://user:secret@news.example/x", "https://news.example/x"),
        ("https://n.example/?b=2&utm_source=x&a=1&fbclid=z&UTM_Medium=y", "https://n.example/?b=2&a=1"),
        ("https://n.example/a?gclid=1", "https://n.example/a"),
        ("https://n.example/#!/thread/1", "https://n.example/#!/thread/1"),
        ("https://приклад.укр/шлях", "https://xn--80aikifvh.xn--j1amh/%D1%88%D0%BB%D1%8F%D1%85"),
        ("https://n.example/%7euser/%2f/a b", "https://n.example/~user/%2F/a%20b"),
        ("https://n.example/a/../b/./c/..", "https://n.example/b/"),
        ("https://n.example/100%", "https://n.example/100%25"),
        (" https://n.example/a\n", "https://n.example/a"),
        ("https://[2001:DB8::1]/", "https://[2001:db8::1]/"),
        ("https://www.google.com/url?rct=j&url=https://n.example/a%3Fb%3D1&ct=ga", "https://n.example/a?b=1"),
        ("https://www.bing.com/news/apiclick.aspx?url=https%3a%2f%2fn.example%2fa&c=1", "https://n.example/a"),
        ("https://www.google.com/url?url=javascript:alert(1)", "https://www.google.com/url?url=javascript:alert(1)"),
    ],
)
def test_an_address_has_one_spelling(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "mailto:a@b.example",
        "ftp://n.example/",
        "https://",
        "https://[::1",
        "//n.example/x",
        "https://n.example:port/",
        "https://n.example:99999/",
        "https://bad host/",
        "news.example/a",
        "https://\u2100/",
    ],
)
def test_what_is_no_web_address_is_none(url: str) -> None:
    assert canonical_url(url) is None


def test_a_relative_address_is_resolved() -> None:
    assert canonical_url("../b?x=1", "https://n.example/a/feed.xml") == "https://n.example/b?x=1"
    assert canonical_url("//other.example/x", "https://n.example/") == "https://other.example/x"


hosts = st.sampled_from(["News.Example", "приклад.укр", "1.2.3.4", "[::1]", "a_b.example.", "www.google.com"])
paths = st.text(alphabet="aЯ/.%2fF ?&=#!+;url:@", max_size=30)


@given(
    scheme=st.sampled_from(["http", "HTTPS"]), host=hosts, port=st.sampled_from(["", ":80", ":443", ":81"]), path=paths
)
def test_canonical_is_canonical(scheme: str, host: str, port: str, path: str) -> None:
    once = canonical_url(f"{scheme}://{host}{port}/{path}")
    assert once is None or canonical_url(once) == once


@given(st.text(max_size=80))
def test_anything_is_survived(url: str) -> None:
    once = canonical_url(url, "https://n.example/a/")
    assert once is None or (once.isascii() and once.startswith("http") and canonical_url(once) == once)
