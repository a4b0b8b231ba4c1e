"""Protects: GDELT's headlines in spite of its broken JSON, its notices in plain words, and its pace.

Answers are written by us from the documented shape (blog.gdeltproject.org/gdelt-doc-2-0-api-debuts) and from what
issues of public clients tell of its faults.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.gdelt import Connector, parse
from tocsin.adapters.sources.gdelt_text import mended, name_of, tag_of
from tocsin.domain.brand import Brand
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.mention import Medium, Post
from tocsin.domain.source_kinds.media import GdeltSource
from tocsin.domain.source_state import Pull, SourceState

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BRAND = Brand(name="Acme", terms=("acme", "acme foods", "AC"))
UNIT = next(iter(GdeltSource(kind="gdelt").units((BRAND,))))
UKRAINIAN = next(iter(GdeltSource(kind="gdelt", languages=("uk",)).units((Brand(name="A", terms=("acme",)),))))
NOTICE = b"Please limit requests to one every 5 seconds or contact us for larger queries.\n"


def article(number: int, **more: Any) -> dict[str, Any]:
    return {
        "url": f"https://news.example/{number}",
        "url_mobile": "",
        "title": f"Acme ' s plant No . {number} burns , police say",
        "seendate": (NOW - timedelta(minutes=15 * number)).strftime("%Y%m%dT%H%M%SZ"),
        "socialimage": "https://news.example/a.jpg",
        "domain": "news.example",
        "language": "Spanish",
        "sourcecountry": "Spain",
    } | more


def read(body: bytes) -> tuple[tuple[Post, ...], tuple[str, ...]]:
    parsed = parse(body, fetched_at=NOW)
    return parsed.posts, parsed.warnings


def listed(*articles: Any) -> bytes:
    return json.dumps({"articles": list(articles)}).encode()


def test_an_article_says_all_it_has() -> None:
    (post,), warnings = read(listed(article(1)))
    assert warnings == ()
    assert (post.url, post.title) == ("https://news.example/1", "Acme's plant No. 1 burns, police say")
    assert (post.language, post.published_at) == ("es", NOW - timedelta(minutes=15))
    assert (post.author.name, post.author.url) == ("news.example", "https://news.example/")
    assert (post.text, post.medium, post.media) == ("", Medium.NEWS, ("https://news.example/a.jpg",))
    assert post.engagement.likes is None


def test_an_empty_body_is_no_result_and_no_error() -> None:
    posts, warnings = read(b"\r\n")
    assert posts == ()
    assert "found nothing" in warnings[0]


@pytest.mark.parametrize(
    "title",
    [r"Acme \'burns\' today", r"C:\path and \x41", r"odd \u12 escape", "tab\there", r"ends in \\"],
)
def test_stray_backslashes_are_mended(title: str) -> None:
    body = listed(article(1, title="TITLE"), article(2)).replace(b"TITLE", title.encode())
    posts, warnings = read(body)
    assert (len(posts), warnings) == (2, ())


def test_an_article_beyond_repair_costs_no_other_one() -> None:
    body = listed(article(1), article(2, title="TITLE"), article(3)).replace(b'"TITLE"', b'"a "quoted" one"')
    posts, warnings = read(body)
    assert len(posts) == 2
    assert warnings == ("1 articles cannot be read: GDELT wrote broken JSON",)


def test_a_title_that_ends_in_a_backslash_is_read() -> None:
    posts, _ = read(listed(article(1, title="END"), article(2)).replace(b'"END"', b'"Acme \\"'))
    assert [post.title for post in posts][:1] == ["Acme \\"]
    assert len(posts) == 2


@pytest.mark.parametrize(
    ("body", "trouble", "said"),
    [
        (NOTICE, Trouble.THROTTLED, "one every 5 seconds"),
        (b"Your query was too short or too long.\n", Trouble.FORMAT, "too short or too long"),
        (b"<html><body>The specified phrase is too short.</body></html>", Trouble.FORMAT, "phrase is too short"),
    ],
)
def test_notices_in_plain_words_are_errors_that_quote_them(body: bytes, trouble: Trouble, said: str) -> None:
    with pytest.raises(ParseError, match=said) as error:
        read(body)
    assert error.value.trouble is trouble


@pytest.mark.parametrize(
    ("value", "said"),
    [({}, "without results"), ({"articles": []}, "without results"), ({"timeline": [{"data": []}]}, "timeline")],
)
def test_what_holds_no_posts_says_what_it_is(value: Any, said: str) -> None:
    posts, warnings = read(json.dumps(value).encode())
    assert posts == ()
    assert said in warnings[0]


@pytest.mark.parametrize(
    ("spaced", "plain"),
    [
        ("We ' re sorry : Acme ' s boss", "We're sorry: Acme's boss"),
        ("Up 1 . 5 % to 10 , 000 $ 5", "Up 1.5% to 10,000 $5"),
        ('He said " no " ( again ) !', 'He said "no" (again)!'),
        ("¿ Qué pasa con Acme ?", "¿Qué pasa con Acme?"),
        ("L ' usine d ' Acme", "L'usine d'Acme"),
        ("Acme - Bolt deal", "Acme - Bolt deal"),
        ("« Акме » горить .", "«Акме» горить."),
        ("No change", "No change"),
    ],
)
def test_titles_lose_the_spaces_around_punctuation(spaced: str, plain: str) -> None:
    assert mended(spaced) == plain


@given(st.text(max_size=80))
def test_mending_a_title_loses_nothing_but_spaces(title: str) -> None:
    assert "".join(mended(title).split()) == "".join(title.split())


def test_languages_are_known_by_their_english_names() -> None:
    assert [tag_of(name) for name in ("Ukrainian", "english", "Norwegian Nynorsk", "Klingon", "")] == [
        "uk",
        "en",
        "nn",
        None,
        None,
    ]
    assert (name_of("UK"), name_of("xx")) == ("ukrainian", None)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


def connector(web: ScriptedWeb) -> tuple[Connector, Clock]:
    clock = Clock()
    made = Connector(web, MemorySecrets(), sleep=clock.sleep, timer=lambda: clock.now)  # type: ignore[arg-type]
    return made, clock


def look(web: ScriptedWeb, unit: Any = UNIT, cursor: str | None = None, now: datetime = NOW) -> Pull:
    state = SourceState(source_id="g", cursor=cursor)
    return connector(web)[0].pull(unit, state, now, timedelta(seconds=20))


def test_a_look_is_one_call_for_all_terms_that_are_long_enough() -> None:
    web = ScriptedWeb(lambda _: reply(listed(article(1))))
    pull = look(web)
    (asked,) = web.asked
    assert asked.query["query"] == '("acme" OR "acme foods")'
    assert (asked.query["startdatetime"], asked.query["enddatetime"]) == ("20261029120000", "20261101120000")
    assert (asked.query["maxrecords"], asked.query["sort"], asked.query["format"]) == ("250", "datedesc", "json")
    assert (len(pull.posts), pull.calls, pull.again) == (1, 1, False)
    look(web, UKRAINIAN)
    assert web.asked[-1].query["query"] == '"acme" sourcelang:ukrainian'


def test_an_empty_answer_moves_the_window_on() -> None:
    web = ScriptedWeb(lambda _: reply(b""))
    pull = look(web)
    assert (pull.posts, pull.warnings, pull.again) == ((), (), False)
    look(web, cursor=pull.cursor, now=NOW + timedelta(minutes=15))
    assert web.asked[-1].query["startdatetime"] == "20261101100000"


def test_a_full_answer_splits_the_window() -> None:
    def answer(asked: Asked) -> HttpReply:
        if asked.query["enddatetime"] == "20261101120000":
            return reply(listed(*(article(number // 50, url=f"https://n.example/{number}") for number in range(250))))
        return reply(listed(article(9)))

    web = ScriptedWeb(answer)
    pull = look(web)
    assert (len(pull.posts), pull.again) == (250, True)
    later = look(web, cursor=pull.cursor, now=NOW + timedelta(minutes=1))
    assert (len(later.posts), later.again) == (1, False)
    assert web.asked[-1].query["enddatetime"] == "20261101110000"


def test_all_units_keep_one_pace() -> None:
    web = ScriptedWeb(lambda _: reply(b""))
    made, clock = connector(web)
    state = SourceState(source_id="g")
    for _ in range(3):
        made.pull(UNIT, state, NOW, timedelta(seconds=20))
    assert clock.slept == [0.0, 5.5, 5.5]
    made, _ = connector(web)
    made._sleep = lambda _: None  # several threads wait at once: time stands still for this one
    looks = [made.pull(UNIT, state, NOW, timedelta(seconds=20)) for _ in range(5)]
    assert [pull.calls for pull in looks] == [1, 1, 1, 0, 0]
    assert looks[-1].again


@pytest.mark.parametrize(
    ("answer", "trouble", "retry_after"),
    [
        (reply(NOTICE), Trouble.THROTTLED, 300.0),
        (reply(NOTICE, 429), Trouble.THROTTLED, 300.0),
        (reply(b"", 429, retry_after="20"), Trouble.THROTTLED, 20.0),
        (reply(b"The specified phrase is too short."), Trouble.FORMAT, None),
        (reply(b"<html>bad gateway</html>", 502), Trouble.DOWN, None),
    ],
)
def test_refusals_are_told_apart(answer: HttpReply, trouble: Trouble, retry_after: float | None) -> None:
    with pytest.raises(FetchError) as error:
        look(ScriptedWeb(lambda _: answer))
    assert (error.value.trouble, error.value.retry_after) == (trouble, retry_after)
