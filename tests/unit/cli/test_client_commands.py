"""client new, check, deploy and list."""

import json

import pytest
import yaml

from tocsin.domain.client_file import parse_client
from tocsin.domain.sources import units_of
from tocsin_cli import agency, client_list, client_new
from tocsin_cli.files import load_client

ANSWERS = [
    "zoria", "--name", "Пекарні «Зоря»: нові", "--feed", "https://news.example/a.xml",
    "--timezone", "Europe/Kyiv",
    "--responder", "Duty: desk # 1", "--email", "duty@agency.example", "--phone", "+380441234567", "--language", "uk",
]  # fmt: skip


def test_a_new_file_is_one_that_every_command_accepts(tocsin, tmp_path):
    path = tmp_path / "zoria.yaml"

    assert tocsin("client", "new", *ANSWERS, "--out", path).exit_code == 0

    client = parse_client(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert client.name == "Пекарні «Зоря»: нові"
    assert client.responders[0].name == "Duty: desk # 1"
    assert tocsin("client", "check", path).exit_code == 0


def test_a_new_file_replaces_none(tocsin, tmp_path):
    path = tmp_path / "zoria.yaml"
    path.write_text("mine", encoding="utf-8")

    refused = tocsin("client", "new", *ANSWERS, "--out", path)
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert path.read_text(encoding="utf-8") == "mine"
    assert tocsin("client", "new", *ANSWERS, "--out", path, "--force").exit_code == 0


def test_a_new_file_can_go_to_stdout(tocsin):
    result = tocsin("client", "new", *ANSWERS, "--out", "-")

    assert yaml.safe_load(result.stdout)["client"] == "zoria"


def test_a_terminal_asks_for_everything_and_again_for_what_is_wrong(tocsin, tmp_path, monkeypatch):
    """Protects: one wrong answer at the end threw all of them away."""
    monkeypatch.setattr(client_new, "_on_terminal", lambda: True)
    path = tmp_path / "acme.yaml"
    said = [
        "Acme GmbH", "Acme", "acme, акме", "nowhere", "https://a.example/f.xml, https://b.example/f.xml",
        "Mars/Phobos", "Europe/Kyiv", "fr", "uk", "Duty desk", "duty", "duty@agency.example", "",
        "@novyny, kyiv_today", "y",
    ]  # fmt: skip
    result = tocsin("client", "new", "acme", "--out", path, stdin="\n".join(said) + "\n")

    assert result.exit_code == 0, result.stderr
    assert "'nowhere' is no http(s) address" in result.stderr
    assert "'Mars/Phobos' is no time zone" in result.stderr
    assert "'duty' is no e-mail address" in result.stderr
    assert "nobody is woken by SMS" in result.stderr
    client = load_client(str(path))
    assert client.client == "acme"
    assert client.language == "uk"
    assert client.brands[0].terms == ("acme", "акме")
    feeds = [unit.url for unit in units_of(client) if unit.medium == "news" and unit.kind == "rss" and not unit.label]
    assert feeds == ["https://a.example/f.xml", "https://b.example/f.xml"]
    assert {unit.target for unit in units_of(client) if unit.kind == "telegram"} == {"novyny", "kyiv_today"}
    assert client.responders[0].phone is None


def test_an_answer_that_may_be_left_out_is_the_obvious_one(tocsin, tmp_path, monkeypatch):
    monkeypatch.setattr(client_new, "_on_terminal", lambda: True)
    said = [
        "Зоря",
        "Zoria!",
        "zoria",
        "",
        "",
        "https://a.example/f",
        "Europe/Kyiv",
        "",
        "D",
        "d@a.example",
        "+380441234567",
        "",
    ]
    path = tmp_path / "zoria.yaml"
    result = tocsin("client", "new", "--out", path, stdin="\n".join(said) + "\n")

    assert result.exit_code == 0, result.stderr
    client = load_client(str(path))
    assert (client.client, client.language, client.responders[0].phone) == ("zoria", "en", "+380441234567")
    assert client.brands[0].terms == ("Зоря",)
    assert "nobody is woken" not in result.stderr


def test_a_file_that_is_there_is_named_before_anything_is_asked(tocsin, tmp_path, monkeypatch):
    monkeypatch.setattr(client_new, "_on_terminal", lambda: True)
    path = tmp_path / "acme.yaml"
    path.write_text("mine", encoding="utf-8")
    result = tocsin("client", "new", "acme", "--out", path, stdin="")

    assert result.exit_code == 2
    assert "--force" in result.stderr


@pytest.mark.parametrize("slug", ["2024", "no", "null", "1e3"])
def test_a_slug_that_yaml_would_read_as_something_else_stays_text(tocsin, slug):
    result = tocsin("client", "new", slug, *ANSWERS[1:], "--out", "-")

    assert result.exit_code == 0, result.stderr
    assert yaml.safe_load(result.stdout)["client"] == slug


@pytest.mark.parametrize("name", ['a "b" \\ c', "x\x7fy", "x\u2028y\x85", "😀😀", "a\tb: #"])
def test_any_name_reads_back_as_it_was_given(tocsin, name):
    result = tocsin("client", "new", *ANSWERS, "--name", name, "--out", "-")

    assert result.exit_code == 0, result.stderr
    assert yaml.safe_load(result.stdout)["name"] == name


def test_a_name_too_short_to_listen_for_needs_a_word(tocsin):
    result = tocsin("client", "new", *ANSWERS, "--name", "X", "--out", "-")

    assert result.exit_code == 2
    assert "--term: " in result.stderr


def test_a_wrong_slug_is_named(tocsin):
    result = tocsin("client", "new", "Acme GmbH", *ANSWERS[1:])

    assert result.exit_code == 2
    assert "small letters, digits and dashes" in result.stderr


def test_answers_are_not_lost_when_the_file_cannot_be_written(tocsin, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = tocsin("client", "new", *ANSWERS, "--out", tmp_path / "file" / "zoria.yaml")

    assert result.exit_code == 2
    assert yaml.safe_load(result.stdout)["client"] == "zoria"


def test_without_a_terminal_the_missing_options_are_named(tocsin):
    result = tocsin("client", "new", "--name", "Acme")

    assert result.exit_code == 2
    assert "--timezone" in result.stderr
    assert "--email" in result.stderr


def test_the_free_sources_are_on_without_being_asked_for(tocsin):
    answers = [answer for answer in ANSWERS if answer not in {"--feed", "https://news.example/a.xml"}]
    result = tocsin("client", "new", *answers, "--out", "-")

    client = parse_client(yaml.safe_load(result.stdout))
    assert {source.kind for source in client.sources} == {"googlenews", "mastodon", "reddit", "gdelt"}
    tech = tocsin("client", "new", *answers, "--tech", "--out", "-")
    kinds = {source.kind for source in parse_client(yaml.safe_load(tech.stdout)).sources}
    assert kinds >= {"hackernews", "stackexchange", "github", "lemmy"}
    bare = tocsin("client", "new", *answers, "--feeds-only", "--out", "-")
    assert (bare.exit_code, "--feeds-only" in bare.stderr) == (2, True)


def test_telegram_is_read_after_an_informed_yes_only(tocsin, tmp_path):
    channels = tmp_path / "channels.txt"
    channels.write_text("# Kyiv\nhttps://t.me/kyiv_today/\n@novyny # news\n\n", encoding="utf-8")
    refused = tocsin("client", "new", *ANSWERS, "--telegram-file", channels, "--out", "-")
    assert refused.exit_code == 2
    assert "promises nothing" in refused.stderr

    agreed = tocsin("client", "new", *ANSWERS, "--telegram-file", channels, "--accept-telegram-terms", "--out", "-")
    client = parse_client(yaml.safe_load(agreed.stdout))
    assert [u.target for u in units_of(client) if u.kind == "telegram"] == ["kyiv_today", "novyny"]


def test_a_channel_is_given_by_name_or_link_and_never_by_invitation(tocsin):
    agreed = ["--accept-telegram-terms", "--out", "-"]
    links = ["--telegram", "https://t.me/s/kyiv_today?before=7", "--telegram", "t.me/novyny/"]
    client = parse_client(yaml.safe_load(tocsin("client", "new", *ANSWERS, *links, *agreed).stdout))
    assert [u.target for u in units_of(client) if u.kind == "telegram"] == ["kyiv_today", "novyny"]

    refused = tocsin("client", "new", *ANSWERS, "--telegram", "https://t.me/+AbCdEf", *agreed)
    assert refused.exit_code == 2
    assert "--telegram: '+AbCdEf' must be a public channel's name" in refused.stderr


def test_a_no_to_telegram_loses_no_other_answer(tocsin, tmp_path, monkeypatch):
    monkeypatch.setattr(client_new, "_on_terminal", lambda: True)
    path = tmp_path / "zoria.yaml"
    result = tocsin("client", "new", *ANSWERS, "--brand", "Зоря", "--term", "зоря", "--out", path, stdin="novyny\nn\n")

    assert result.exit_code == 0, result.stderr
    assert "telegram" not in {source.kind for source in load_client(str(path)).sources}


def test_a_wrong_answer_is_named(tocsin):
    result = tocsin("client", "new", *ANSWERS, "--timezone", "Mars/Phobos", "--out", "-")

    assert result.exit_code == 2
    assert "--timezone: 'Mars/Phobos' is no time zone" in result.stderr


def test_a_name_without_latin_letters_needs_a_slug(tocsin):
    answers = [answer for answer in ANSWERS if answer != "zoria"]
    result = tocsin("client", "new", *answers, "--out", "-")

    assert result.exit_code == 2
    assert "SLUG" in result.stderr


def test_check_says_who_is_woken_and_how_is_answered(tocsin, client_file):
    brand = {"name": "Acme", "terms": ["acme"], "official": ["@acme"], "exclude": ["acme cartoons"]}
    result = tocsin("client", "check", client_file(brands=[brand], reply_languages=["uk"]))

    assert result.exit_code == 0
    assert "but not acme cartoons" in result.stdout
    assert "SMS to +380441234567 from issue" in result.stdout
    assert "drafts replies by templates in uk, in formal words" in result.stdout
    assert "its own voices, which are no mentions, but what is answered to them is: @acme" in result.stdout


def test_check_says_what_is_wrong_with_the_texts_that_were_approved_ahead(tocsin, client_file):
    text = {
        "scenario": "rumour", "kind": "reply", "language": "uk", "text": "Вибачте, якщо когось образили.",
        "approved_by": "duty@agency.example", "expires": "2020-01-01",
    }  # fmt: skip
    people = [{"name": "Duty desk", "email": "duty@agency.example", "phone": "+380441234567"}]
    result = tocsin(
        "client", "check",
        client_file(prepared_texts=[text], responders=people, words={"client_approves_from": "crisis"}),
    )  # fmt: skip

    assert result.exit_code == 0
    assert "prepared_texts: 1 have expired, rumour first" in result.stdout
    assert "prepared_texts: rumour, reply, uk: half_apology; it stays a draft" in result.stdout
    assert "nobody stands in client_contacts" in result.stdout
    assert "from crisis on, the client's own people approve" in result.stdout


def test_check_names_a_few_places_each_and_many_in_one_line(tocsin, client_file):
    sources = [
        {"kind": "telegram", "channels": [f"channel_{n}" for n in range(40)], "accept_terms": True},
        {"kind": "googlealerts", "urls": ["https://www.google.com/alerts/feeds/123/secret456"]},
        {"kind": "x", "budget": {"usd": 50}},
    ]
    result = tocsin("client", "check", client_file(sources=sources))

    assert result.exit_code == 0, result.stderr
    assert "in 40 of telegram (chat), every 5 min: channel_0, " in result.stdout
    assert "Google Alert 1" in result.stdout
    assert "secret456" not in result.stdout
    assert "every 30 min, with the client's key" in result.stdout


def test_check_shows_no_control_characters(tocsin, client_file):
    result = tocsin("client", "check", client_file(name="Acme\x1b]0;owned\x07 GmbH"))

    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout


def test_check_as_data(tocsin, client_file):
    result = tocsin("client", "check", client_file(), "--json")

    assert json.loads(result.stdout)["thresholds"]["issue"] == 40


def test_deploy_asks_for_a_sender_before_anything_else(tocsin, client_file):
    result = tocsin("client", "deploy", client_file(), "--yes")

    assert result.exit_code == 2
    assert "--sender-email" in result.stderr


def test_deploy_does_not_go_on_unasked(tocsin, client_file):
    result = tocsin("client", "deploy", client_file(), "--sender-email", "alerts@agency.example")

    assert result.exit_code == 2
    assert "--yes" in result.stderr


def test_a_wrong_agency_file_is_named(tocsin, client_file, tmp_path, monkeypatch):
    path = tmp_path / "agency.yaml"
    path.write_text("sender_email: nobody\n", encoding="utf-8")
    monkeypatch.setattr(agency, "FILE", path)
    result = tocsin("client", "deploy", client_file(), "--yes")

    assert result.exit_code == 2
    assert "agency.yaml" in result.stderr
    assert "sender_email" in result.stderr


def test_list_without_an_account_still_lists(tocsin, client_file, tmp_path, monkeypatch):
    client_file()
    (tmp_path / "broken.yaml").write_text("client: [", encoding="utf-8")
    monkeypatch.setattr(client_list, "FOLDER", tmp_path)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    result = tocsin("client", "list", "--json")

    assert result.exit_code == 0
    rows = (json.loads(line) for line in result.stdout.splitlines())
    acme, broken = sorted(rows, key=lambda row: row["client"])
    assert acme["stack"] == "unknown"
    assert broken["file"].startswith("wrong: ")
    assert "no AWS credentials" in result.stderr


def test_check_says_what_is_everyday_and_asks_about_a_topic_that_no_post_has(tocsin, client_file):
    own = {"topic": "asbestos", "scenario": "product_harm", "severity": 0.9, "words": ["eternit*"], "near": ["roof*"]}
    brand = {"name": "Kavun", "terms": ["Kavun"], "ordinary_topics": ["frod", "asbestos"], "matters": [own]}
    result = tocsin("client", "check", client_file(brands=[brand]))
    assert result.exit_code == 0, result.output
    assert "weighs half: frod, asbestos" in result.output
    assert "no post is of the topic frod; did you mean fraud?" in result.output
    assert "topic asbestos" not in result.output
