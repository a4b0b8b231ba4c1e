"""Protects: a term in working days knows the country's public holidays, and under martial law that there are none."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.support.plans import case
from tocsin.domain.case import legal
from tocsin.domain.case.plan import pick
from tocsin.domain.holidays import Easter, Holiday, Holidays, Suspended, easter_sunday
from tocsin.domain.law import Law, LegalClock, Unit
from tocsin.web.plan_words import clock_words
from tocsin_cli.playbooks import load_library

LIBRARY = load_library()
LAWS = {law.name.en: law for law in LIBRARY.laws}
CLOCKS = {clock.id: clock for law in LIBRARY.laws for clock in law.clocks}
SPAIN, UKRAINE = LAWS["Spain"], LAWS["Ukraine"]
MADRID, KYIV = ZoneInfo("Europe/Madrid"), ZoneInfo("Europe/Kyiv")
DUTY = "duty@agency.example"
PEACE = "https://law.example/calendar"


def calendar(*days: Holiday, suspended: tuple[Suspended, ...] = (), kind: Easter = Easter.WESTERN) -> Holidays:
    return Holidays(easter=kind, days=days, suspended=suspended, cited="a law", source=PEACE, as_of=date(2026, 1, 1))


@given(st.integers(1900, 2099))
def test_easter_is_where_the_library_of_the_desk_puts_it(year: int) -> None:
    assert easter_sunday(year, Easter.WESTERN) == easter(year, EASTER_WESTERN)
    assert easter_sunday(year, Easter.ORTHODOX) == easter(year, EASTER_ORTHODOX)


def test_spain_has_the_days_that_no_region_exchanges() -> None:
    assert SPAIN.holidays is not None
    assert list(SPAIN.holidays.between(date(2026, 1, 1), date(2026, 12, 31))) == [
        date(2026, 1, 1), date(2026, 4, 3), date(2026, 5, 1), date(2026, 8, 15), date(2026, 10, 12),
        date(2026, 11, 1), date(2026, 12, 6), date(2026, 12, 8), date(2026, 12, 25),
    ]  # fmt: skip


def test_ukraine_has_its_days_in_peace_and_none_of_them_off_under_martial_law() -> None:
    found = UKRAINE.holidays
    assert found is not None
    assert found.suspended
    in_peace = found.model_copy(update={"suspended": ()})

    assert list(found.between(date(2026, 1, 1), date(2026, 12, 31))) == []
    assert date(2022, 1, 7) in found
    assert list(in_peace.between(date(2026, 1, 1), date(2026, 12, 31))) == [
        date(2026, 1, 1), date(2026, 3, 8), date(2026, 4, 12), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 31),
        date(2026, 6, 28), date(2026, 7, 15), date(2026, 8, 24), date(2026, 10, 1), date(2026, 12, 25),
    ]  # fmt: skip
    # GIVEN somebody wrote the day on which it ended
    ended = found.model_copy(update={"suspended": (Suspended(since=date(2022, 3, 24), until=date(2026, 6, 30)),)})
    assert next(iter(ended.between(date(2026, 1, 1), date(2026, 12, 31)))) == date(2026, 7, 15)


def test_a_holiday_has_one_day_that_each_year_has() -> None:
    for wrong in ({}, {"day": "01-01", "easter": 1}, {"day": "02-29"}, {"day": "02-30"}, {"day": "13-01"}):
        with pytest.raises(ValidationError):
            Holiday(**wrong)


def test_a_term_over_christmas_ends_later_by_its_holidays() -> None:
    # GIVEN seven working days from Tuesday, 22 December 2026: 25 December and 1 January are none
    since = datetime(2026, 12, 22, 12, tzinfo=MADRID)
    end = SPAIN.ends(CLOCKS["es_court"], since.astimezone(UTC), MADRID)
    assert end == datetime(2027, 1, 4, 23, 59, tzinfo=MADRID)


def test_a_term_of_ukraine_counts_its_holidays_as_working_days_now() -> None:
    # GIVEN a Wednesday before Independence Day week: Friday, 21 August 2026
    since = datetime(2026, 8, 21, 12, tzinfo=KYIV)
    end = UKRAINE.ends(CLOCKS["ua_product"], since.astimezone(UTC), KYIV)
    assert end == datetime(2026, 8, 25, 23, 59, tzinfo=KYIV)


@given(
    since=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    within=st.integers(1, 30),
    days=st.lists(
        st.builds(
            Holiday, day=st.dates(date(2001, 1, 1), date(2001, 12, 31)).map(lambda one: f"{one:%m-%d}")
        ),
        min_size=1, max_size=12,
    ),
)  # fmt: skip
def test_it_ends_on_a_working_day_with_just_so_many_after_the_first(
    since: datetime, within: int, days: list[Holiday]
) -> None:
    off = calendar(*days)
    clock = CLOCKS["es_court"].model_copy(update={"within": within})

    last = clock.ends(since, MADRID, off).astimezone(MADRID).date()

    first = since.astimezone(MADRID).date()
    between = [first + timedelta(days=number) for number in range(1, (last - first).days + 1)]
    assert sum(day.weekday() < 5 and day not in off for day in between) == within
    assert last.weekday() < 5
    assert last not in off
    assert clock.ends(since, MADRID) <= clock.ends(since, MADRID, off)


def test_a_case_starts_a_clock_by_the_calendar_of_its_law() -> None:
    work = case(timezone="Europe/Madrid")._replace(by=DUTY)
    work = work._replace(file=pick(work, LIBRARY, "rumour").file, now=datetime(2026, 12, 22, 15, tzinfo=UTC))
    started = legal.start(work, LIBRARY, "es_court", datetime(2026, 12, 22, 12, tzinfo=UTC))
    assert started.file.clocks[0].due_at == datetime(2027, 1, 4, 23, 59, tzinfo=MADRID)


def test_a_clock_is_offered_from_the_day_on_which_its_law_applies() -> None:
    work = case(timezone="Europe/Madrid")._replace(by=DUTY)
    file = pick(work, LIBRARY, "product_defect").file
    assert CLOCKS["cra_early_warning"].since == date(2026, 9, 11)
    before = file.with_(opened_at=datetime(2026, 9, 10, 12, tzinfo=UTC))
    after = file.with_(opened_at=datetime(2026, 9, 11, 12, tzinfo=UTC))

    def offered(of: object) -> set[str]:
        return {one.id for one in legal.offered(work.client, LIBRARY, of)}  # type: ignore[arg-type]

    assert "cra_early_warning" not in offered(before)
    assert "cra_early_warning" in offered(after)
    assert "gpsr_accident" in offered(before)


def test_what_the_law_wants_at_once_is_told_apart_from_our_hours() -> None:
    assert "these hours are ours" in clock_words("en", "gdpr_people", LIBRARY)
    assert "these hours are ours" not in clock_words("en", "gdpr_authority", LIBRARY)
    assert {one.id for one in CLOCKS.values() if one.at_once} == {
        "gdpr_people", "gpsr_accident", "food_authority", "mar_disclosure"
    }  # fmt: skip
    assert all(one.unit is Unit.HOURS and one.within <= 24 for one in CLOCKS.values() if one.at_once)


def test_what_nobody_has_read_in_the_law_says_so() -> None:
    unread = {one.id for one in CLOCKS.values() if not one.checked}
    assert unread == {"es_court"}
    assert clock_words("en", "es_court", LIBRARY).endswith("(?)")
    for one in CLOCKS.values():
        if one.read is not None:
            assert one.read.at.startswith(("https://", "http://"))
            assert one.read.day <= one.as_of


def test_a_law_without_a_calendar_knows_weekends_alone() -> None:
    union: Law = LAWS["European Union"]
    assert union.holidays is None
    clock: LegalClock = CLOCKS["es_court"]
    since = datetime(2026, 12, 22, 12, tzinfo=UTC)
    assert union.ends(clock, since, MADRID) == clock.ends(since, MADRID)
