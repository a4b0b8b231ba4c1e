"""score, parse, replay and bench: data in, JSON Lines out."""

import json

import pytest

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>https://news.example/</link>
<item><title>Acme bread</title><link>https://news.example/1</link><guid>1</guid>
<pubDate>Mon, 02 Mar 2026 12:00:00 +0000</pubDate><description>Acme bakes good bread</description></item>
</channel></rss>"""
FIELDS = {
    "id", "source", "url", "brand", "title", "text", "language", "published_at", "fetched_at", "author", "engagement",
    "rating", "in_reply_to", "thread", "media", "medium", "raw",
}  # fmt: skip


def rows(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_score_reads_with_the_model(tocsin):
    given = '{"text": "Ніколи більше, обслуговування жахливе 🤮", "lang": "uk"}\n'
    result = tocsin("score", "-", stdin=given)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["sentiment"]["label"] == "negative"


def test_score_adds_the_reading_to_what_it_was_given(tocsin):
    given = '{"text": "Жах, я отруївся тістечком", "note": 7}\n\n{"text": "", "lang": "en"}\n'
    result = tocsin("score", "-", stdin=given)

    assert result.exit_code == 0
    first, second = rows(result)
    assert first["note"] == 7
    assert first["language"] == "uk"
    assert first["sentiment"]["label"] == "negative"
    assert set(first["sentiment"]) == {"label", "score", "confidence"}
    assert {"topics", "severity", "scenario"} <= set(first)
    assert second["sentiment"]["label"] == "neutral"


def test_parse_prints_every_field_of_a_mention(tocsin):
    result = tocsin("parse", "rss", "-", "--url", "https://news.example/feed.xml", stdin=FEED)

    assert result.exit_code == 0
    (post,) = rows(result)
    assert set(post) == FIELDS
    assert post["brand"] is None
    assert post["title"] == "Acme bread"
    assert post["published_at"] == "2026-03-02T12:00:00Z"


def test_what_parse_prints_can_be_replayed(tocsin, client_file):
    posts = tocsin("parse", "rss", "-", stdin=FEED).stdout
    result = tocsin("replay", client_file(), "-", "--json", stdin=posts)

    assert result.exit_code == 0
    assert result.stdout == ""
    assert "1 mentions" in result.stderr


STORM = (
    "Acme: жах, діти отруїлися, ганьба!",
    "Отруїлися тортом Acme всією родиною, швидка забрала бабусю",
    "Acme продає прострочене: у сина отруєння, лежимо в лікарні",
    "Лікарі кажуть, сальмонела після тістечок Acme. Це злочин",
)


def storm():
    for number in range(12):
        yield json.dumps(
            {
                "id": f"x:{number}",
                "source": "x",
                "brand": "Acme",
                "text": f"{STORM[number % 4]} #{number}",
                "author": {"id": f"p{number}", "followers": 400_000 if number == 7 else 900},
                "published_at": f"2026-03-02T12:{number:02d}:00Z",
                "fetched_at": f"2026-03-02T12:{number:02d}:30Z",
            }
        )


def test_replay_says_when_and_why(tocsin, client_file):
    result = tocsin("replay", client_file(), "-", "--json", stdin="\n".join(storm()))

    assert result.exit_code == 0
    lines = rows(result)
    assert [set(line) for line in lines] == [{"at", "brand", "level", "index", "reasons", "mentions"}] * len(lines)
    assert lines[-1]["level"] in {"crisis", "severe"}
    assert all(set(reason) == {"name", "points", "text"} for line in lines for reason in line["reasons"])
    assert any("людей" in reason["text"] for reason in lines[-1]["reasons"])


def test_replay_for_a_person(tocsin, client_file):
    result = tocsin("replay", client_file(), "-", stdin="\n".join(storm()))

    assert result.exit_code == 0
    assert "2026-03-02 14:0" in result.stdout


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("[]", "line 1: must be a mention"),
        ('{"id": "x", "brand": "Acme"}', "line 1: source"),
        ('{"id": "x", "colour": "red"}', "line 1: "),
    ],
)
def test_what_is_no_mention_is_named(tocsin, client_file, line, named):
    result = tocsin("replay", client_file(), "-", stdin=line)

    assert result.exit_code == 2
    assert named in result.stderr


def test_replay_counts_what_is_of_other_brands(tocsin, client_file):
    """Protects: a file of another client's mentions ended like a calm month."""
    lines = [line.replace('"Acme"', '"Bolt"') for line in storm()]
    result = tocsin("replay", client_file(), "-", "--json", stdin="\n".join(lines))

    assert result.exit_code == 0
    assert result.stdout == ""
    assert "stdin: passed over: 12 of 'Bolt', no brand of the client" in result.stderr
    assert "0 mentions" in result.stderr


def test_replay_skips_a_text_that_is_too_long(tocsin, client_file):
    first, *rest = storm()
    long = json.dumps(json.loads(first) | {"text": "a" * 16_001})
    result = tocsin("replay", client_file(), "-", "--json", stdin="\n".join([long, *rest]))

    assert result.exit_code == 0
    assert "stdin, line 1: text: " in result.stderr
    assert "skipped" in result.stderr
    assert "11 mentions" in result.stderr


def test_replay_of_nothing_that_can_be_read_is_found_wanting(tocsin, client_file):
    long = json.dumps(json.loads(next(storm())) | {"text": "a" * 16_001})
    result = tocsin("replay", client_file(), "-", stdin=long)

    assert result.exit_code == 1
    assert "not one mention could be read" in result.stderr


def test_bench_stands_beside_its_yardstick(tocsin, monkeypatch):
    monkeypatch.setattr("tocsin_cli.bench.SECONDS", 0.01)
    plain, data = tocsin("bench", "score"), tocsin("bench", "score", "--json")

    assert plain.exit_code == data.exit_code == 0
    assert "yardstick" in plain.stdout
    (row,) = rows(data)
    assert row["benchmark"] == "score"
    assert row["mentions scored"] > 0
