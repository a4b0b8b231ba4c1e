"""Protects: at every moment one person of a rota is on duty, the right one, by the clocks on the wall."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import client
from tocsin.domain.client import Client
from tocsin.domain.levels import Level
from tocsin.domain.people import Role
from tocsin.domain.roster import at_once, in_turn, off_duty, roster
from tocsin.domain.rota import DAYS, Rota, on_duty

KYIV = ZoneInfo("Europe/Kyiv")
A, B, C, D = (f"{name}@agency.example" for name in "abcd")


def rota(**changes: Any) -> Rota:
    facts: dict[str, Any] = {"name": "week", "people": [A, B, C], "starts": "2026-03-02"}
    return Rota.model_validate(facts | changes).in_zone(KYIV)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KYIV).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        ("2026-03-02T08:59", None),  # the rota begins with a hand-over
        ("2026-03-02T09:00", A),
        ("2026-03-09T08:59", A),
        ("2026-03-09T09:00", B),
        ("2026-03-16T09:00", C),
        ("2026-03-23T09:00", A),
        ("2026-03-30T08:59", A),  # the clocks went forward on the 29th
        ("2026-03-30T09:00", B),
    ],
)
def test_the_week_is_handed_over_by_the_clock_on_the_wall(moment: str, who: str | None) -> None:
    assert rota().on_duty(at(moment), KYIV) == who


def test_a_rota_that_starts_in_mid_week_begins_that_day_with_the_first_one() -> None:
    begins = rota(starts="2026-03-04")
    assert begins.on_duty(at("2026-03-03T23:59"), KYIV) is None
    assert begins.on_duty(at("2026-03-04T00:00"), KYIV) == A
    assert begins.on_duty(at("2026-03-09T09:00"), KYIV) == B


def test_an_override_goes_before_a_holiday_and_that_before_the_week() -> None:
    swapped = rota(
        overrides=[{"from": "2026-03-03T18:00", "until": "2026-03-04T08:00", "who": C}],
        holidays=[{"from": date(2026, 3, 3), "until": date(2026, 3, 4), "who": B}],
    )
    turns = {hour: swapped.on_duty(at(f"2026-03-{hour}"), KYIV) for hour in ("02T23:59", "03T00:00", "03T18:00")}
    assert turns == {"02T23:59": A, "03T00:00": B, "03T18:00": C}
    assert swapped.on_duty(at("2026-03-04T23:59"), KYIV) == B
    assert swapped.on_duty(at("2026-03-05T00:00"), KYIV) == A


def test_an_hour_that_the_clocks_repeat_hands_over_once() -> None:
    """Kyiv, 25 October 2026: 04:00 becomes 03:00."""
    nightly = rota(handover="sunday 03:30")
    start = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    turns = [nightly.on_duty(start + timedelta(minutes=minute), KYIV) for minute in range(240)]
    assert sum(one != other for one, other in pairwise(turns)) == 1


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2031, 1, 1)),  # noqa: DTZ001 - hypothesis wants it naive
    st.sampled_from(DAYS),
    st.times(),
    st.sampled_from(["Europe/Kyiv", "Europe/Madrid", "America/New_York", "Pacific/Apia", "Asia/Kolkata"]),
)
def test_each_week_has_one_person_and_the_next_has_the_next(moment: datetime, day: str, time: Any, zone: str) -> None:
    turns = rota(starts="2025-12-01", handover=f"{day} {time:%H:%M}", timezone=zone)
    now = moment.replace(tzinfo=UTC)
    who = turns.on_duty(now, KYIV)
    local = now.astimezone(ZoneInfo(zone))
    later = (local.replace(tzinfo=None) + timedelta(days=7)).replace(tzinfo=ZoneInfo(zone), fold=local.fold)
    assert who in turns.people
    if later.utcoffset() == local.utcoffset():
        assert turns.on_duty(later.astimezone(UTC), KYIV) == turns.people[(turns.people.index(who) + 1) % 3]


def people(**roles: Any) -> list[dict[str, Any]]:
    return [
        {"name": name, "email": f"{name}@agency.example", "phone": f"+38044000000{number}"}
        | ({"role": role} if role else {})
        for number, (name, role) in enumerate(roles.items())
    ]


def order(of: Client, moment: datetime) -> str:
    return "".join(turn.person.name for turn in roster(of, moment))


def test_without_roles_the_first_is_responsible_and_the_others_follow() -> None:
    of = client(responders=people(a=None, b=None, c=None))
    assert [turn.role for turn in roster(of, at("2026-03-03T12:00"))] == [Role.RESPONSIBLE, Role.DEPUTY, Role.DEPUTY]


def test_duty_goes_before_role_and_who_is_off_comes_last() -> None:
    # GIVEN a rota of two, a deputy, a director and a community manager
    of = client(
        responders=people(m="community", d="director", a="responsible", b="responsible", p="deputy"),
        rota=[{"name": "week", "people": [A, B], "starts": "2026-03-02"}],
    )
    first, second = at("2026-03-03T12:00"), at("2026-03-10T12:00")

    # THEN each week begins with its own
    assert (order(of, first), order(of, second)) == ("apdmb", "bpdma")
    assert [one.name for one in on_duty(of, second)] == ["b"]
    assert [one.name for one in at_once(of, Level.CRISIS, first)] == ["a", "p"]
    assert off_duty(of, first) == {B}


def test_somebody_without_a_role_is_put_on_duty_by_the_rota() -> None:
    of = client(
        responders=people(a=None, b=None, c=None),
        rota=[
            {"name": "first", "people": [B], "starts": "2026-03-02"},
            {"name": "second", "people": [A], "starts": "2026-03-02", "role": "deputy"},
        ],
    )
    turns = roster(of, at("2026-03-03T12:00"))
    assert [(turn.person.name, turn.role) for turn in turns] == [
        ("b", Role.RESPONSIBLE),
        ("a", Role.DEPUTY),
        ("c", Role.DEPUTY),
    ]


def test_the_escalation_never_comes_to_nobody() -> None:
    # GIVEN nobody but community managers, of whom one has a phone
    of = client(responders=[*people(m="community"), {"name": "n", "email": "n@agency.example", "role": "community"}])
    assert [one.name for one in in_turn(of, at("2026-03-03T12:00"))] == ["m"]
    nobody = client(responders=[{"name": "n", "email": "n@agency.example", "role": "community"}])
    assert [one.name for one in in_turn(nobody, at("2026-03-03T12:00"))] == ["n"]
