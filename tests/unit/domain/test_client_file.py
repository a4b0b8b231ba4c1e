"""Protects: a wrong client file is refused with the place and the way out; a right one is taken whole."""

from datetime import time
from typing import Any

import pytest

from tests.support.samples import client
from tocsin.domain.client import Client
from tocsin.domain.client_file import parse_client
from tocsin.domain.errors import ClientFileError

LEAST: dict[str, Any] = {
    "client": "acme",
    "name": "Acme GmbH",
    "timezone": "Europe/Kyiv",
    "brands": [{"name": "Acme", "terms": ["acme", "акме"]}],
    "responders": [{"name": "Duty desk", "email": "duty@agency.example"}],
}


def test_the_least_is_enough() -> None:
    parsed = parse_client(LEAST)
    assert (parsed.language, parsed.sources, parsed.sensitivity) == ("en", (), "normal")


def test_the_blueprints_example_with_every_optional_key_is_taken() -> None:
    full = LEAST | {
        "language": "uk",
        "sensitivity": "nervous",
        "thresholds": {"issue": 35, "crisis": 60, "severe": 80},
        "always_alert": {"phrases": ["acme killed"], "authors": ["@minister"]},
        "shadow": True,
        "events": [{"name": "Launch", "start": "2026-05-01", "end": "2026-05-02"}],
        "reply_languages": ["uk", "en"],
        "client_auto_page": False,
        "alarm_regions": ["Kyiv"],
        "brands": [
            {
                "name": "Acme",
                "terms": ["acme", "акме"],
                "exclude": ["acme cartoons"],
                "official": ["acme.example", "@acme"],
                "competitors": [{"name": "Bolt", "terms": ["bolt foods"]}],
                "require_near": ["bread"],
                "ordinary_topics": ["war"],
            }
        ],
        "sources": [{"kind": "rss", "urls": ["https://news.example/feed.xml"], "every": 10}],
        "responders": [
            {
                "name": "Duty desk", "email": "duty@agency.example", "phone": "+38 (044) 123-45-67", "language": "uk",
                "quiet_hours": {"start": "22:00", "end": "07:00"}, "sms_from": "crisis",
            }
        ],
    }  # fmt: skip
    parsed = parse_client(full)
    assert parsed.responders[0].phone == "+380441234567"
    assert Client.model_validate_json(parsed.model_dump_json()) == parsed


TWO = [{"name": "Acme", "terms": ["acme"]}, {"name": "Bolt", "terms": ["bolt"]}]
PAGE = {"kind": "rss", "urls": ["https://a.example/f"]}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"languag": "uk"}, "languag: unknown key; did you mean 'language'?"),
        (
            {"brands": [{"name": "A", "terms": ["acme"], "exlude": []}]},
            "brands[1].exlude: unknown key; did you mean 'exclude'?",
        ),
        ({"zzz": 1}, "zzz: unknown key; known keys: alarm_regions"),
        ({"timezone": "Europe/Kiew"}, "timezone: 'Europe/Kiew' is no time zone; write one like Europe/Kyiv"),
        ({"timezone": "../../etc/passwd"}, "is no time zone"),
        ({"client": "Acme GmbH"}, "client: must be small letters, digits and dashes, 1 to 40"),
        ({"brands": "Acme"}, "brands: must be a list"),
        ({"brands": [{"name": "A", "terms": "acme"}]}, "brands[1].terms: must be a list"),
        ({"responders": []}, "responders: must have at least one entry"),
        ({"thresholds": [40]}, "thresholds: must be a mapping"),
        ({"name": ""}, "name: must not be empty"),
        ({"name": "\ud800"}, "name: must be text of whole characters"),
        ({"shadow": "perhaps"}, "shadow: must be true or false"),
        ({5: "x"}, "5: is no key"),
        ({"language": "fr"}, "language: must be en, uk or es"),
        ({"brands": []}, "brands: "),
        ({"brands": [{"name": "A"}]}, "brands[1].terms: is required"),
        ({"brands": [{"name": "A", "terms": ["aa"]}, {"name": "a", "terms": ["bb"]}]}, "a stands there twice"),
        (
            {"sources": [{"kind": "rss", "urls": ["ftp://news.example/"]}]},
            "sources[1].urls[1]: 'ftp://news.example/' is no http",
        ),
        (
            {"sources": [{"kind": "rss", "urls": ["https://user:pass@news.example/"]}]},
            "is no http(s) address without a user name",
        ),
        ({"brands": TWO, "sources": [{"kind": "appstore", "apps": ["1"]}]}, "say of which of the brands it speaks"),
        (
            {"brands": TWO, "sources": [PAGE, PAGE | {"brand": "Bolt"}]},
            "stands there twice, for all brands and for Bolt",
        ),
        ({"sources": [{"urls": []}]}, "sources[1].kind: is required; known kinds: appstore, "),
        ({"sources": [{"kind": "mastodont"}]}, "unknown kind 'mastodont'; did you mean 'mastodon'?"),
        ({"sources": [{"kind": "mastodon", "tagz": ["a"]}]}, "sources[1].tagz: unknown key; did you mean 'tags'?"),
        ({"sources": [{"kind": "mastodon", "servers": ["a b"]}]}, "sources[1].servers[1]: 'a b' is no host name"),
        ({"sources": [{"kind": "x"}]}, "sources[1]: X bills every post"),
        ({"sources": [{"kind": "telegram", "channels": ["abcde"]}]}, "accept_terms: true"),
        ({"sources": ["rss"]}, "sources[1]: must be a mapping"),
        ({"sources": [{"kind": "telepathy", "urls": ["https://a.example/"]}]}, "sources[1].kind: "),
        ({"thresholds": {"issue": 80, "crisis": 60, "severe": 90}}, "thresholds must rise"),
    ],
)
def test_a_wrong_file_names_the_place_and_the_way_out(change: dict[str, Any], expected: str) -> None:
    with pytest.raises(ClientFileError) as caught:
        parse_client(LEAST | change, origin="acme.yaml")
    assert "acme.yaml: " in str(caught.value)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    "phone", ["044 123 45 67", "380441234567", "+38044", "+0441234567", "phone", "+3804412345678901"]
)
def test_a_phone_that_is_none_is_refused(phone: str) -> None:
    with pytest.raises(ClientFileError, match="is no phone number; write it with"):
        parse_client(LEAST | {"responders": [{"name": "D", "email": "d@a.example", "phone": phone}]})


@pytest.mark.parametrize("email", ["duty", "duty@", "duty@agency", "a b@c.example", "d@a.example\r\nBcc: x@y.example"])
def test_a_mail_address_that_is_none_is_refused(email: str) -> None:
    with pytest.raises(ClientFileError, match="is no e-mail address"):
        parse_client(LEAST | {"responders": [{"name": "D", "email": email}]})


@pytest.mark.parametrize("data", [None, [], "text", 5])
def test_what_is_no_mapping_is_refused(data: object) -> None:
    with pytest.raises(ClientFileError, match="must be a mapping"):
        parse_client(data)


@pytest.mark.parametrize("written", ["22:00", 22 * 60, "22:00:00"])
def test_quiet_hours_are_understood_however_yaml_reads_them(written: object) -> None:
    """Protects: YAML 1.1 reads an unquoted 22:00 as 1320; read as seconds it once silenced every issue."""
    hours = {"start": written, "end": "7:00"}
    parsed = parse_client(LEAST | {"responders": [{"name": "D", "email": "d@a.example", "quiet_hours": hours}]})
    quiet = parsed.responders[0].quiet_hours
    assert quiet is not None
    assert (quiet.start, quiet.end) == (time(22), time(7))
    assert Client.model_validate_json(parsed.model_dump_json()) == parsed


@pytest.mark.parametrize("written", ["22:00Z", "22:00+02:00", 5_000, True, "late", 22.5, None])
def test_a_time_of_day_that_is_none_is_refused(written: object) -> None:
    hours = {"start": written, "end": "07:00"}
    with pytest.raises(ClientFileError, match="is no time of day; write it like 22:00"):
        parse_client(LEAST | {"responders": [{"name": "D", "email": "d@a.example", "quiet_hours": hours}]})


def test_a_wrong_entry_does_not_make_its_list_too_short() -> None:
    """Protects: one responder with a wrong address was told twice, the second time as no responder at all."""
    with pytest.raises(ClientFileError) as caught:
        parse_client(LEAST | {"responders": [{"name": "D", "email": "duty"}]})
    assert str(caught.value).splitlines() == ["client file: responders[1].email: 'duty' is no e-mail address"]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ClientFileError) as caught:
        parse_client({"client": "acme"})
    assert str(caught.value).count("is required") == 4


def test_no_more_alerts_than_one_transaction_holds() -> None:
    """Protects the 100 actions of a DynamoDB transaction: state, incident, a topic and two alerts a responder."""
    many = [{"name": f"R{n}", "email": f"r{n}@agency.example"} for n in range(41)]
    with pytest.raises(ClientFileError, match="responders: "):
        client(responders=many)
