"""Text and links from outside cannot hide, disguise or break anything."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tocsin.web.clean import one_line, safe_link

ANYTHING = st.text(alphabet=st.characters(), max_size=300)


@settings(deadline=None)
@given(ANYTHING, st.integers(min_value=1, max_value=100))
@example("pay\u202egpj.exe", 50)
@example("a\r\nBcc: all@example", 50)
@example("\ud800", 10)
def test_nothing_invisible_survives(text: str, limit: int) -> None:
    # GIVEN any text WHEN put in one line
    line = one_line(text, limit)
    # THEN it is short, one line, and all that is in it can be seen (joiners shape letters, so they stay)
    assert len(line) <= limit
    assert line == " ".join(line.split())
    assert all(unicodedata.category(char)[0] != "C" or char in "\u200c\u200d" for char in line)


@settings(deadline=None)
@given(ANYTHING)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    # GIVEN a cleaned line WHEN cleaned again THEN it is the same
    once = one_line(text, 120)
    assert one_line(once, 120) == once


def test_zalgo_is_trimmed_and_letters_stay() -> None:
    # GIVEN a letter with forty accents WHEN cleaned THEN a few stay and the neighbours can be read
    assert len(one_line("a" + "\u0316" * 40 + "b", 100)) <= 7
    assert one_line("Їжак, señor, हिन्दी, עברית", 100) == "Їжак, señor, हिन्दी, עברית"


def test_a_long_text_is_cut_between_words() -> None:
    # GIVEN a long sentence WHEN clipped THEN no word is halved, and the cut is shown
    assert one_line("Троє дітей потрапили до лікарні", 22) == "Троє дітей потрапили…"


def test_a_letter_keeps_its_accent() -> None:
    # GIVEN a letter with an accent that no single character has WHEN the cut would part them THEN both go
    assert one_line("aax\u0301\u0302aaa", 5) == "aa…"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "data:text/html,x", "ftp://e.example/", "//e.example/", "e.example", "", None, "https://",
        "https://bank.example@evil.example/", "https://bank.example%2F@evil.example/", "https:///path",
        "https://evil.example\\.bank.example/", "https://e.example/\u202egpj", "https://e.example/a b",
        "https://e.example/\r\nSet-Cookie: a", "https://[::1", "https://[v1.a:b]/", "https://e.example:port/", "https://a..b/",
        "https://<script>/", "https://e.example/" + "a" * 2_000, "https://\u2100.example/",
    ],
)  # fmt: skip
def test_unsafe_links_are_refused(url: str | None) -> None:
    # GIVEN an address that is no plain web address, or that hides where it leads WHEN checked THEN there is no link
    assert safe_link(url) is None


@pytest.mark.parametrize(
    ("url", "href", "host"),
    [
        ("HTTPS://T.me/podil/1", "https://t.me/podil/1", "t.me"),
        ("http://e.example:8080/?q=1#a", "http://e.example:8080/?q=1#a", "e.example"),
        ("https://новини.укр/їжа", "https://xn--b1amarcd.xn--j1amh/%D1%97%D0%B6%D0%B0", "xn--b1amarcd.xn--j1amh"),
        ("https://аррӏе.com/", "https://xn--80ak6aa92e.com/", "xn--80ak6aa92e.com"),
        ("https://e.example/\"onclick='x'", "https://e.example/%22onclick=%27x%27", "e.example"),
        ("https://[2001:DB8::1]/", "https://[2001:db8::1]/", "2001:db8::1"),
    ],
)
def test_safe_links_are_ascii_and_name_their_host(url: str, href: str, host: str) -> None:
    # GIVEN a web address WHEN checked THEN it is encoded, and its host is named as DNS knows it: look-alikes show
    link = safe_link(url)
    assert link is not None
    assert (link.href, link.host) == (href, host)


@settings(deadline=None)
@given(st.builds("{}{}".format, st.sampled_from(["", "https://", "http://a.example/", "https://a.example?"]), ANYTHING))
def test_a_link_can_never_break_out_of_its_attribute(url: str) -> None:
    # GIVEN any address WHEN it is found safe THEN it is http(s), printable ASCII, and holds no quote, bracket or space
    link = safe_link(url)
    if link is not None:
        assert link.href.startswith(("http://", "https://"))
        assert link.href.isascii()
        assert link.href.isprintable()
        assert not set(link.href) & set(" <>\"'`\\^{}|")
