"""Protects: score aims at a named brand, and tells the words behind each figure only when asked."""

import json

ROW = json.dumps({"text": "Man stabbed outside Aurora, awful. I want my money back", "lang": "en"})


def told(result) -> dict:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_reading_has_aim_claim_complaint_and_evidence(tocsin):
    row = told(tocsin("score", "-", "--brand", "Aurora", stdin=ROW))
    assert (row["aim"], row["claim"], row["evidence"]) == ("beside", "claim", "stabbed")
    assert 0 <= row["complaint"] <= 1
    assert "explain" not in row


def test_the_words_that_moved_each_figure_are_told_when_asked(tocsin):
    moved = told(tocsin("score", "-", "--brand", "Aurora", "--explain", stdin=ROW))["explain"]
    assert moved["severity"] == ["stabbed"]
    assert moved["aim"] == ["outside"]
    assert "money back" in moved["complaint"]
    assert all(isinstance(word, str) and -2 <= push <= 2 for word, push in moved["sentiment"])


def test_a_brand_that_is_no_name_is_refused(tocsin):
    result = tocsin("score", "-", "--brand", "", stdin=ROW)
    assert result.exit_code == 2
    assert "--brand" in result.output


def run(tocsin, *rows: dict, explain: bool = False) -> list[dict]:
    given = "\n".join(json.dumps(row) for row in rows)
    result = tocsin("score", "-", "--brand", "Lumea", *(["--explain"] if explain else []), stdin=given)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


KETTLE = "Ordered a kettle from Lumea two weeks ago, the courier never came and nobody at the help desk answers"
MENTION = {
    "id": "x:1",
    "source": "x",
    "brand": "Lumea",
    "text": KETTLE,
    "published_at": "2026-03-02T12:00:00Z",
    "fetched_at": "2026-03-02T12:01:00Z",
    "author": {"handle": "bob", "followers": 120_000},
    "engagement": {"likes": 3},
}


def test_copies_are_rows_of_one_story_and_others_are_not(tocsin):
    first, other, copy = run(
        tocsin,
        {"text": KETTLE},
        {"text": "Lumea opened a second shop near the river and the windows look lovely"},
        {"text": f"RT @sam: {KETTLE.upper()} #fail"},
        explain=True,
    )
    assert first["story"] == copy["story"] != other["story"]
    assert first["explain"]["story"]["by"] == other["explain"]["story"]["by"] == "first"
    why = copy["explain"]["story"]
    assert (why["by"], why["origin"], why["size"]) == ("copy", "score:1", 2)
    assert "kettle" in why["shared"]
    assert "lumea" not in why["shared"]


def test_a_whole_mention_tells_its_reach_and_voice(tocsin):
    [row] = run(tocsin, MENTION, explain=True)
    assert row["id"] == "x:1"
    assert row["reach"] == {"value": 120_000, "points": 5.08, "tier": None}
    assert row["explain"]["reach"] == ["120,000 followers", "3 who liked, answered or shared"]
    assert row["voice"] == {
        "class": "influencer",
        "confidence": 0.8,
        "evidence": "120,000 followers",
        "needs_person": False,
    }
    assert row["voice"] in row["explain"]["voice"]


def test_a_mention_that_stands_there_twice_is_in_its_story_once(tocsin):
    first, again = run(tocsin, MENTION, MENTION, explain=True)
    assert again["story"] == first["story"]
    assert (again["explain"]["story"]["by"], again["explain"]["story"]["size"]) == ("again", 1)


def test_of_a_plain_text_reach_and_voice_are_unknown_unless_it_says_who_speaks(tocsin):
    silent, worker = run(
        tocsin, {"text": "Lumea is closed today"}, {"text": "I work at Lumea and we were told to hide the fire"}
    )
    assert silent["reach"] == {"value": None, "points": None, "tier": None}
    assert silent["voice"] is None
    assert (worker["voice"]["class"], worker["voice"]["needs_person"]) == ("employee", True)


def test_columns_of_other_kinds_stay_what_they_are(tocsin):
    [row] = run(tocsin, {"text": "good bread", "author": "bob", "url": 7, "published_at": "yesterday"})
    assert (row["author"], row["url"], row["published_at"]) == ("bob", 7, "yesterday")


def test_what_is_wrong_in_a_mention_is_named(tocsin):
    result = tocsin("score", "-", stdin=json.dumps(MENTION | {"published_at": "yesterday"}))
    assert result.exit_code == 2
    assert "stdin, line 1: published_at" in result.stderr


def test_an_author_who_says_the_same_again_and_again_is_a_question_to_a_person(tocsin):
    rows = run(tocsin, *(MENTION | {"id": f"x:{n}", "author": {"handle": "bob"}} for n in range(5)), explain=True)
    assert "coordinated" not in [found["class"] for found in rows[0]["explain"]["voice"]]
    [found] = [found for found in rows[-1]["explain"]["voice"] if found["class"] == "coordinated"]
    assert found["needs_person"]


def test_a_moment_before_all_calendars_is_named(tocsin):
    result = tocsin("score", "-", stdin=json.dumps(MENTION | {"published_at": "0001-01-01T00:00:00+14:00"}))
    assert result.exit_code == 2
    assert "published_at: a moment outside the years 1 to 9999" in result.stderr


def test_how_sure_the_language_is_and_a_mixture_are_told(tocsin):
    [row] = run(tocsin, {"text": "Я получив заказ, але він був поламаний вообще"}, explain=True)
    assert row["mixed"] is True
    assert 0 < row["language_confidence"] <= 1
    assert row["explain"]["language"]["others"]


def test_a_story_is_told_with_its_title_languages_and_hosts_and_an_author_with_what_they_said(tocsin):
    first, second = run(
        tocsin,
        MENTION | {"url": "https://news.example/kettle", "medium": "news"},
        MENTION | {"id": "x:2", "url": "https://m.town.example/kettle", "medium": "social"},
    )
    assert first["history"]["mentions"] == 1
    assert (second["history"]["mentions"], second["history"]["repeated"]) == (2, 1)
    assert second["history"]["since"] == "2026-03-02T12:00:00Z"
    told = second["story_so_far"]
    assert (told["origin"], told["size"], told["authors"], told["hosts"]) == ("x:1", 2, 1, 2)
    assert told["media"] == {"news": 1, "social": 1}
    assert told["languages"] == {"en": 2}
    assert told["title"].startswith("Ordered a kettle")


CLIENT = """
client: lumea
name: Lumea
timezone: Europe/Kyiv
language: uk
brands:
  - name: Lumea
    terms: [Lumea]
    competitors: [{name: Dynia, terms: [Dynia]}]
    ordinary_topics: [leak]
    matters: [{topic: asbestos, scenario: product_harm, severity: 0.9, words: ["eternit*"]}]
  - {name: Other, terms: [Other]}
sources: [{kind: googlenews, editions: [uk-UA], every: 15}]
responders: [{name: A, email: a@b.example, role: responsible}]
"""


def test_a_clients_file_brings_rivals_own_matters_and_everyday_topics(tocsin, tmp_path):
    path = tmp_path / "lumea.yaml"
    path.write_text(CLIENT, encoding="utf-8")
    rows = "\n".join(
        json.dumps({"text": text})
        for text in (
            "Lumea is great, unlike Dynia, which poisoned children",
            "eternit in the roof of Lumea",
            "Lumea leaked our passports",
        )
    )
    result = tocsin("score", "-", "--client", str(path), "--brand", "Lumea", stdin=rows)
    assert result.exit_code == 0, result.output
    rival, own, everyday = map(json.loads, result.stdout.splitlines())
    assert (rival["aim"], rival["sentiment"]["label"], rival["severity"]) == ("other", "positive", 0)
    assert (own["topics"], own["severity"]) == (["asbestos"], 0.9)
    assert 0 < everyday["severity"] < 0.7


def test_of_several_brands_one_must_be_named_and_an_unknown_one_is_refused(tocsin, tmp_path):
    path = tmp_path / "lumea.yaml"
    path.write_text(CLIENT, encoding="utf-8")
    for more, words in (((), "Lumea, Other"), (("--brand", "Nobody"), "Lumea, Other")):
        result = tocsin("score", "-", "--client", str(path), *more, stdin=ROW)
        assert result.exit_code == 2
        assert words in result.output
