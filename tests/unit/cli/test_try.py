"""Protects: a stranger hears, without a file or an account, when they would have been woken, the nearest miss, and
what cannot be heard; a source that fails is named and silences no other."""

import json
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from tests.support.feed import Feed
from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import GuardedHttp
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.registry import Connectors
from tocsin.domain.errors import FetchError

BAD = "Acme: жах, діти отруїлися, ганьба!"
STORM = (
    BAD,
    "Отруїлися тортом Acme всією родиною, швидка забрала бабусю",
    "Acme продає прострочене: у сина отруєння, лежимо в лікарні",
    "Лікарі кажуть, сальмонела після тістечок Acme. Це злочин",
    "Троє дітей з нашого класу в лікарні після еклерів Acme",
    "Acme мовчить, а люди отруюються далі. Коли закриють цю пекарню?",
    "Ніколи більше Acme! Температура 39, блювання, отруєння",
    "Моя мама в реанімації після салату з Acme, як таке можливо",
    "Acme: щур на складі й отруєні діти, подаю до суду",
    "Хто ще отруївся в Acme на вихідних? Нас уже десятеро",
    "Вчителька нашої школи отруїлася в Acme, перевірка знайшла кишкову паличку",
    "Acme отруїли весільних гостей, двадцять людей на крапельницях",
)
RUDE = "Acme is awful, terrible service, shame"
GOOD = "Acme bakes good bread, thanks"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def feed():
    server = Feed()
    server.now, server.searched = NOW, True
    yield server
    server.close()


@pytest.fixture
def listen(tocsin, feed):
    def run(*options):
        url = f"http://{feed.host}/feed.xml"
        return tocsin("try", "Acme", "--feed", url, "--allow-host", feed.host, "--no-search", *options)

    return run


def said(count, text, ago, step=timedelta(minutes=1)):
    return [(NOW - ago + step * number, text) for number in range(count)]


def quiet():
    """Three days in which nothing happened, before all else: what is usual must be known."""
    return said(80, GOOD, timedelta(days=9, hours=20), timedelta(hours=1))


def storm(ago):
    return [(at, text) for (at, _), text in zip(said(len(STORM), BAD, ago), STORM, strict=True)]


def answer(result):
    (line,) = result.stdout.splitlines()
    return json.loads(line)


def test_two_fires_wake_twice_and_the_nearest_miss_is_told(listen, feed):
    feed.posts = [
        *quiet(),
        *storm(timedelta(days=6)),
        *said(2, RUDE, timedelta(days=6, hours=12)),
        *storm(timedelta(days=2)),
        *said(5, GOOD, timedelta(hours=20)),
    ]
    plain, data = listen("--days", "10"), answer(listen("--days", "10", "--json"))

    assert plain.exit_code == 0
    assert "Heard 111 mentions of Acme in 10 days, from 1 of 1 source." in plain.stdout
    assert "I would have woken you twice:" in plain.stdout
    assert "The nearest miss was " in plain.stdout
    assert "What it can't hear:" in plain.stdout
    assert f"«{BAD}»" in plain.stdout
    assert len(data["wakes"]) == 2
    assert data["wakes"][0]["worst"] in {"crisis", "severe"}
    assert data["nearest_miss"]["threshold"] == 40
    about = NOW - timedelta(days=6, hours=12)
    assert about <= datetime.fromisoformat(data["nearest_miss"]["at"]) <= about + timedelta(minutes=5)
    assert "2 people wrote negatively" in data["nearest_miss"]["because"]


def test_a_quiet_week_wakes_nobody(listen, feed):
    feed.posts = said(10, GOOD, timedelta(days=3), timedelta(hours=5))
    result = listen()

    assert result.exit_code == 0
    assert "I would not have woken you." in result.stdout
    assert "Nothing came near." in result.stdout


def test_what_is_older_than_the_days_asked_for_is_left_out(listen, feed):
    feed.posts = [*quiet(), *storm(timedelta(days=6)), *said(1, GOOD, timedelta(days=1))]

    assert answer(listen("--json", "--days", "3"))["wakes"] == []
    assert len(answer(listen("--json", "--days", "10"))["wakes"]) == 1


def test_other_words_that_name_it(listen, feed):
    feed.posts = said(3, "Bolt", timedelta(days=1))

    assert answer(listen("--json"))["mentions"] == 0
    assert answer(listen("--json", "--term", "bolt"))["mentions"] == 3


def test_nobody_said_anything(listen):
    result = listen()

    assert result.exit_code == 0
    assert "Nobody said anything that could be heard." in result.stdout


def test_a_feed_that_fails_is_named_and_nothing_heard_is_found_wanting(tocsin, feed):
    feed.close()
    url = f"http://{feed.host}/feed.xml"
    result = tocsin("try", "Acme", "--feed", url, "--allow-host", feed.host, "--no-search")

    assert result.exit_code == 1
    assert "from 0 of 1 source." in result.stdout
    assert "nothing could be heard" in result.stdout
    assert f"{url}: it could not be read" in result.stdout
    assert "not one source could be heard" in result.stderr


def recorded(path, posts):
    lines = [
        {
            "id": f"x:{number}",
            "source": "x",
            "text": text,
            "author": {"id": f"p{number}", "followers": 3_000},
            "published_at": at.isoformat(),
            "fetched_at": at.isoformat(),
        }
        for number, (at, text) in enumerate(posts)
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


def test_recorded_mentions_are_judged_in_their_own_time(tocsin, tmp_path):
    before = said(80, GOOD, timedelta(days=904), timedelta(hours=1))
    path = recorded(tmp_path / "old.jsonl", [*before, *storm(timedelta(days=900))])
    data = answer(tocsin("try", "Acme", "--from", path, "--json"))

    assert data["mentions"] == 92
    assert len(data["wakes"]) == 1


RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>"""


def news(*posts):
    items = "".join(
        f"<item><guid>{number}</guid><title>{text}</title>{when}</item>" for number, (when, text) in enumerate(posts)
    )
    return reply(RSS.format(items=items).encode(), content_type="application/rss+xml")


@pytest.fixture
def web(monkeypatch):
    def script(respond):
        scripted = ScriptedWeb(respond)
        made = Connectors(cast("GuardedHttp", scripted), MemorySecrets())
        monkeypatch.setattr("tocsin_cli.try_.connectors", lambda _: made)
        return scripted

    return script


def test_free_sources_are_asked_in_the_language_and_those_that_fail_are_named(tocsin, web):
    def respond(asked: Asked):
        if "news.google.com" in asked.url:
            return news((f"<pubDate>{NOW - timedelta(hours=3):%a, %d %b %Y %H:%M:%S} GMT</pubDate>", "Зоря: жах"))
        raise FetchError("is out of order")

    scripted = web(respond)
    result = tocsin("try", "Зоря", "--lang", "uk", "--days", "5")

    assert result.exit_code == 0
    editions = [asked for asked in scripted.asked if "news.google.com" in asked.url]
    assert {asked.query["hl"] for asked in editions} == {"uk", "ru"}
    assert all(asked.query["q"].endswith(" when:5d") for asked in editions)
    assert "Heard 1 mention of Зоря in 5 days" in result.stdout
    assert "✗" in result.stdout
    assert "is out of order" in result.stdout
    assert not any("ycombinator" in asked.url for asked in scripted.asked)


def test_posts_without_a_date_make_no_fire_of_now(tocsin, web):
    web(lambda _: news(*[("", BAD)] * 12))
    data = answer(tocsin("try", "Acme", "--json"))

    assert data["wakes"] == []
    assert any(source["undated"] for source in data["sources"])


def test_a_connector_that_breaks_is_a_source_that_fails(tocsin, web):
    def respond(_):
        raise RuntimeError("boom")

    web(respond)
    result = tocsin("try", "Acme")

    assert result.exit_code == 1
    assert "internal error: RuntimeError" in result.stdout


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--lang", "fr"], "--lang: 'fr' must be en, uk or es"),
        (["--days", "0"], "--days"),
        (["--timezone", "Mars"], "timezone: 'Mars' is no time zone"),
        (["--feed", "ftp://x.example/"], "is no http(s) address"),
        (["--allow-host", "x"], "write it as HOST:PORT"),
        (["--term", "x"], "terms[1]"),
        (["--no-search"], "leaves nothing to listen to"),
        (["--from", "/nowhere.jsonl"], "/nowhere.jsonl"),
    ],
)
def test_wrong_use_is_named(tocsin, options, named):
    result = tocsin("try", "Acme", *options)

    assert result.exit_code == 2
    assert named in result.stderr


@pytest.mark.parametrize("line", ["[]", '{"id": "x"}', "nonsense"])
def test_a_recorded_line_that_is_no_mention_is_named(tocsin, tmp_path, line):
    path = tmp_path / "bad.jsonl"
    path.write_text(line, encoding="utf-8")
    result = tocsin("try", "Acme", "--from", path)

    assert result.exit_code == 2
    assert "line 1: " in result.stderr
