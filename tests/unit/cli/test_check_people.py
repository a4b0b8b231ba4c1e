"""Protects: before the first night an agency reads in plain words who would be woken, and what would fail."""

from pathlib import Path

import pytest

from tocsin_local.paths import ROOT

DUTY = {"name": "Duty", "email": "duty@agency.example", "phone": "+380441234567", "region": "Kyiv"}
DEPUTY = {"name": "Deputy", "email": "deputy@agency.example", "phone": "+34911234567", "region": "Madrid"}
ROTA = {"name": "week", "people": ["duty@agency.example", "deputy@agency.example"], "starts": "2026-03-02"}
EXAMPLE = ROOT / "infra" / "clients" / "examples" / "day-and-night.yaml"


def test_the_example_is_in_order_and_nothing_is_odd_but_its_shadow(tocsin):
    result = tocsin("client", "check", EXAMPLE)

    assert result.exit_code == 0, result.stderr
    assert [line for line in result.stdout.splitlines() if line.startswith("note:")] == [
        "note: shadow: everything is judged and nobody is told until a person arms it: tocsin arm"
    ]
    assert "tells Ana Deputy (es, deputy): e-mail to ana@agency.example from issue" in result.stdout
    assert "tells the client's Head of communications by one tap of a responder" in result.stdout
    circles = [line.split(",")[1].split(":")[0].strip() for line in result.stdout.splitlines() if "to inform" in line]
    assert circles == ["victims", "employees", "regulator", "media"]


def test_the_rota_is_said_with_its_next_hand_over(tocsin, client_file):
    result = tocsin("client", "check", client_file(responders=[DUTY, DEPUTY], rota=[ROTA]))

    assert "rota week (responsible, monday 09:00): " in result.stdout
    assert ", 09:00, then " in result.stdout
    assert result.stdout.count("off duty") == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"responders": [DUTY]}, "responders: one person only"),
        ({"responders": [{"name": "D", "email": "d@a.example"}]}, "responders: nobody has a phone"),
        ({"responders": [DUTY | {"sms_from": "severe"}]}, "nobody is rung for a crisis at once"),
        (
            {"responders": [DUTY | {"quiet_hours": {"start": "22:00", "end": "07:00", "unless": "severe"}}]},
            "at night nobody is rung for a crisis",
        ),
        (
            {"alarm_regions": ["kyiv"], "responders": [DUTY, DEPUTY | {"region": "Kyiv"}]},
            "no deputy with a phone lives",
        ),
        ({"alarm_regions": ["Kyiv"], "responders": [DUTY, DEPUTY | {"phone": None}]}, "no deputy with a phone lives"),
        ({"alarm_regions": ["Lviv"], "responders": [DUTY | {"region": None}]}, "Duty: say their region"),
        ({"responders": [DUTY, DEPUTY], "rota": [ROTA | {"starts": "2199-01-01"}]}, "rota week: nobody is on duty"),
        (
            {"responders": [DUTY, DEPUTY | {"phone": None}], "rota": [ROTA]},
            "rota week: Deputy is on duty without a phone",
        ),
        ({"responders": [DUTY], "rota": [ROTA | {"people": ["duty@agency.example"]}]}, "so every week is theirs"),
        ({"client_auto_page": True}, "there are no client_contacts to page"),
        (
            {"client_auto_page": True, "client_contacts": [{"name": "Head", "email": "head@b.example"}]},
            "the client's own people hear of a crisis from the machine",
        ),
    ],
)
def test_what_would_fail_in_the_night_is_said(tocsin, client_file, changes, said):
    result = tocsin("client", "check", client_file(**changes))
    assert result.exit_code == 0, result.stderr
    assert said in result.stdout


@pytest.mark.parametrize("week", ["2026-11-18T10:00:00Z", "2026-11-25T10:00:00Z"])
def test_a_good_team_has_nothing_odd_whosever_week_it_is(tocsin, client_file, week, time_machine):
    time_machine.move_to(week, tick=False)
    file: Path = client_file(responders=[DUTY, DEPUTY], rota=[ROTA], alarm_regions=["Kyiv"])
    notes = [
        line for line in tocsin("client", "check", file).stdout.splitlines() if "note: r" in line or "alarm_" in line
    ]
    assert notes == []
