"""Protects: a wrong client file is refused with the place and the way out; a right one is taken whole."""

from datetime import time
from typing import Any

import pytest

from tests.support.samples import client
from tocsin.domain.client import Client
from tocsin.domain.client_file import parse_client
from tocsin.domain.errors import ClientFileError
from tocsin.domain.levels import Level

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
DUTY = "duty@agency.example"
ROTA: dict[str, Any] = {"name": "week", "people": [DUTY], "starts": "2026-03-02"}
SWAP = {"from": "2026-04-03T09:00", "until": "2026-04-03T18:00", "who": DUTY}
HEAD = {"name": "Head", "email": "head@acme.example"}
MANY = [{"name": "D", "email": f"d{number}@agency.example"} for number in range(40)]


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
        ({"rota": [ROTA | {"people": ["x@a.example"]}]}, "rota week: 'x@a.example' is none of the responders; add"),
        ({"rota": [ROTA | {"people": []}]}, "rota[1].people: must have at least one entry"),
        ({"rota": [ROTA | {"handover": "mon 9"}]}, "rota[1].handover: 'mon 9' is no weekday and time; write it like"),
        ({"rota": [ROTA | {"handover": "monday 24:00"}]}, "is no weekday and time"),
        ({"rota": [ROTA | {"starts": "soon"}]}, "rota[1].starts: "),
        ({"rota": [ROTA | {"role": "community"}]}, "a rota is of those who are rung"),
        ({"rota": [ROTA, ROTA]}, "rota: week stands there twice"),
        ({"rota": [ROTA | {"overides": []}]}, "rota[1].overides: unknown key; did you mean 'overrides'?"),
        ({"rota": [ROTA | {"overrides": [SWAP | {"who": "x@a.example"}]}]}, "is none of the responders"),
        ({"rota": [ROTA | {"overrides": [SWAP | {"till": 1}]}]}, "overrides[1].till: unknown key"),
        ({"rota": [ROTA | {"overrides": [{"until": "2026-04-03", "who": DUTY}]}]}, "overrides[1].from: is required"),
        (
            {"rota": [ROTA | {"overrides": [SWAP, SWAP | {"from": "2026-04-03T12:00"}]}]},
            "overlap from 2026-04-03 12:00; end the first or begin the second elsewhere",
        ),
        ({"rota": [ROTA | {"holidays": [SWAP | {"until": "2026-03-03"}]}]}, "must end after it begins"),
        ({"escalation": {"crises": {}}}, "escalation.crises: unknown key; did you mean 'crisis'?"),
        ({"escalation": {"crisis": {"acknowledge": 0}}}, "escalation.crisis.acknowledge: "),
        ({"escalation": {"crisis": {"agan": 3}}}, "escalation.crisis.agan: unknown key; did you mean 'again'?"),
        ({"channels": [{"kind": "irc", "name": "desk"}]}, "channels[1].kind: "),
        ({"channels": [{"kind": "telegram", "name": "desk"}]}, "channels[1]: chat is required"),
        ({"channels": [{"kind": "slack", "name": "desk", "chat": "-1"}]}, "chat is for telegram only"),
        (
            {"channels": [{"kind": "slack", "name": "desk", "url": "https://a.example/x"}]},
            "is a secret and stands outside",
        ),
        ({"channels": [{"kind": "slack", "name": "Our desk"}]}, "channels[1].name: must be small letters"),
        (
            {"channels": [{"kind": "slack", "name": "a", "form": "issue"}]},
            "channels[1].form: unknown key; did you mean 'from'?",
        ),
        ({"channels": [{"kind": "slack", "name": "a"}] * 2}, "channels: a stands there twice"),
        ({"client_contacts": [{"name": "Head", "email": DUTY}]}, "is a responder too; a person stands on the agency's"),
        ({"client_contacts": [HEAD, HEAD]}, "client_contacts: head@acme.example stands there twice"),
        ({"stakeholders": [{"name": "Press", "circle": "press"}]}, "stakeholders[1].circle: "),
        ({"responders": [{"name": "D", "email": DUTY, "role": "boss"}]}, "responders[1].role: "),
        (
            {
                "responders": MANY,
                "client_auto_page": True,
                "client_contacts": [HEAD | {"email": f"h{n}@a.example"} for n in range(12)],
            },
            "are more than one alert can carry; keep fewer client_contacts",
        ),
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


def test_rota_escalation_rooms_and_the_clients_people_are_taken_whole() -> None:
    deputy = {"name": "Deputy", "email": "deputy@agency.example", "role": "deputy", "region": "Madrid"}
    full = LEAST | {
        "responders": [*LEAST["responders"], deputy],
        "rota": [
            ROTA
            | {
                "handover": "Friday 9:30",
                "timezone": "Europe/Madrid",
                "overrides": [SWAP | {"who": deputy["email"]}],
                "holidays": [{"from": "2026-12-24", "until": "2026-12-26", "who": deputy["email"]}],
            }
        ],
        "escalation": {"crisis": {"acknowledge": 5}},
        "channels": [{"kind": "telegram", "name": "heads", "chat": "@acme_heads", "from": "severe"}],
        "client_contacts": [HEAD],
        "stakeholders": [
            {"name": "Press", "circle": "media"},
            {"name": "Staff", "circle": "employees"},
            {"name": "Families", "circle": "victims"},
        ],
    }
    parsed = parse_client(full)

    rota = parsed.rota[0]
    assert rota.handover == "friday 09:30"
    assert [f"{cover.since:%d %H:%M} {cover.until:%d %H:%M}" for cover in (*rota.overrides, *rota.holidays)] == [
        "03 07:00 03 16:00",
        "23 23:00 26 23:00",
    ]
    clocks = parsed.escalation.of(Level.CRISIS)
    assert (clocks.acknowledge, clocks.again, clocks.next) == (5, 3, 3)
    assert parsed.channels[0].level is Level.SEVERE
    assert [one.name for one in parsed.stakeholders] == ["Families", "Staff", "Press"]
    assert (parsed.responders[1].email_from, parsed.responders[1].sms_from) == (Level.ISSUE, Level.CRISIS)
    assert Client.model_validate_json(parsed.model_dump_json()) == parsed
    assert parse_client(parsed.model_dump(mode="json")) == parsed
