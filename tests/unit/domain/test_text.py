"""Protects: words reach people and the analyser as plain text, whatever markup they came in."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.text import clip, html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello <b>wor</b>ld</p><p>a &amp; b</p>", "Hello world\na & b"),
        ("&lt;p&gt;Hi &amp;amp; you&lt;/p&gt;", "Hi & you"),
        ("&amp;lt;p&amp;gt;Hi&amp;lt;/p&amp;gt;", "Hi"),
        ("5 < 6 and 7 > 3 & so", "5 < 6 and 7 > 3 & so"),
        ("I <3 Acme", "I <3 Acme"),
        ("plain\nlines\n\n\nkept", "plain\nlines\nkept"),
        ("<p>one\n two</p>", "one two"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("x<script>alert('<p>')</script>y<style>p{}</style>z", "xyz"),
        ("<![CDATA[cut]]> <!-- <p>unseen</p> -->seen", "cut seen"),
        ("A&nbsp;B&#160;C &copy; &#x1F525;", "A B C © 🔥"),
        ("don\x92t &#146;", "don’t ’"),
        ("a\u202eb&#x202e;c\u200bd\x00e", "abcde"),
        ("<a href='x>y'>link</a>", "link"),
        ("<b>unclosed", "unclosed"),
        ("<object><p>x</p></object>after", "after"),
        ("", ""),
        ("&lt;", "<"),
        ("AT&T", "AT&T"),
        ("family 👩\u200d👩\u200d👧", "family 👩\u200d👩\u200d👧"),
    ],
)
def test_markup_becomes_what_a_reader_sees(html: str, text: str) -> None:
    assert html_to_text(html) == text


@given(st.text(max_size=400))
def test_it_never_raises_and_leaves_nothing_unprintable(html: str) -> None:
    text = html_to_text(html)
    assert not [char for char in text if unicodedata.category(char) in {"Cc", "Cs"} and char != "\n"]
    assert not set(text) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069")
    assert "  " not in text
    assert text == text.strip()


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<", ">", "&lt;", "&amp;", "<!--", "-->", "<![CDATA[", "]]>", "a", '"']))
)
def test_broken_markup_is_survived(pieces: list[str]) -> None:
    assert isinstance(html_to_text("".join(pieces)), str)


@given(st.text(alphabet="abc <>&;/p", max_size=60).map(html_to_text))
def test_clean_text_without_markup_stays_as_it_is(text: str) -> None:
    if "<" not in text and "&" not in text:
        assert html_to_text(text) == text


@pytest.mark.parametrize(
    "unit",
    ["<", "<!--", "<a ", "&", "&lt;", "<![CDATA[", "<?", "</", '<a b="', "<script>", "<object></svg>", "<div>", "&#"],
)
def test_a_hostile_megabyte_costs_seconds_at_most(unit: str) -> None:
    started = time.process_time()
    html_to_text(unit * (1_000_000 // len(unit)))
    assert time.process_time() - started < 10


@given(st.text(max_size=200), st.integers(min_value=0, max_value=250))
def test_clipped_text_keeps_the_limit_and_the_beginning(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert len(cut) <= limit
    assert text.startswith(cut.removesuffix("…").rstrip())
    assert cut == text or len(text) > limit


def test_it_cuts_between_words_and_never_inside_a_letter() -> None:
    assert clip("one two three", 10) == "one two…"
    assert clip("aaaae\u0301bbb", 6) == "aaaa…"
    assert clip("ab👩\u200d👩\u200d👧", 5) == "ab…"
