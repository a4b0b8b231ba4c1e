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
from tocsin.domain.law import Law, LegalClock, Unit, calendars_of, term
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

    assert not any(day in found for day in in_peace.between(date(2026, 1, 1), date(2026, 12, 31)))
    assert date(2022, 1, 7) in found
    assert list(in_peace.between(date(2026, 1, 1), date(2026, 12, 31))) == [
        date(2026, 1, 1), date(2026, 3, 8), date(2026, 4, 12), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 31),
        date(2026, 6, 28), date(2026, 7, 15), date(2026, 8, 24), date(2026, 10, 1), date(2026, 12, 25),
    ]  # fmt: skip
    # GIVEN somebody wrote the day on which it ended
    ended = found.model_copy(update={"suspended": (Suspended(since=date(2022, 3, 24), until=date(2026, 6, 30)),)})
    assert next(iter(ended.between(date(2026, 1, 1), date(2026, 12, 31)))) == date(2026, 7, 15)


def test_beyond_the_day_to_which_its_prolonging_was_read_a_holiday_is_shown_and_no_term_lasts_longer_for_it() -> None:
    # GIVEN martial law was read to last until 4 May 2026
    found = UKRAINE.holidays
    assert found is not None
    assert [one.known_until for one in found.suspended] == [date(2026, 5, 4)]
    # THEN who plans the duty sees the days after it, and no day before it
    assert next(iter(found.between(date(2026, 1, 1), date(2026, 12, 31)))) == date(2026, 5, 8)
    assert found.doubtful_from(date(2027, 1, 1)) == date(2026, 5, 5)
    assert found.doubtful_from(date(2026, 5, 4)) is None
    # AND a term counts them as working days still
    assert date(2026, 8, 24) not in found


def test_a_calendar_is_of_rules_or_of_dates_and_dates_have_an_end() -> None:
    facts = {"cited": "a list", "source": PEACE, "as_of": date(2026, 1, 1)}
    for wrong in ({}, {"dates": (date(2026, 1, 1),)}, {"days": (Holiday(day="01-01"),), "through": date(2030, 1, 1)}):
        with pytest.raises(ValidationError):
            Holidays(**facts, **wrong)
    counted = Holidays(**facts, dates=(date(2026, 1, 1), date(2027, 1, 1)), through=date(2027, 12, 31))
    assert list(counted.between(date(2026, 6, 1), date(2028, 6, 1))) == [date(2027, 1, 1)]
    assert counted.doubtful_from(date(2028, 6, 1)) == date(2028, 1, 1)
    assert counted.doubtful_from(date(2027, 12, 31)) is None


UNION_COUNTRIES = LAWS["European Union"].countries


def test_each_country_of_the_union_and_a_few_beside_have_their_days() -> None:
    known = calendars_of(LIBRARY.laws, LIBRARY.calendars, (*UNION_COUNTRIES, "ua", "gb", "us"), "UTC")
    assert set(known) == {*UNION_COUNTRIES, "ua", "gb", "us"}
    for country, days in known.items():
        found = list(days.model_copy(update={"suspended": ()}).between(date(2027, 1, 1), date(2027, 12, 31)))
        assert 6 <= len(found) <= 20, country
        assert date(2027, 1, 1) in found, country
    # AND what was read in a country's own law goes before what was counted
    assert known["es"] is SPAIN.holidays
    # AND a client who says no country has those of its zone
    assert set(calendars_of(LIBRARY.laws, LIBRARY.calendars, (), "Europe/Berlin")) == {"de"}
    assert set(calendars_of(LIBRARY.laws, LIBRARY.calendars, (), "Europe/Kyiv")) == {"ua"}
    # AND a stack keeps those of its own client alone
    assert [one.country for one in LIBRARY.here(("de", "ua"), "Europe/Kyiv").calendars] == ["de"]
    assert LIBRARY.here((), "America/Lima").calendars[0].country == "pe"


def test_a_term_of_the_union_ends_by_the_days_off_of_the_client_s_own_countries() -> None:
    # GIVEN two working days from Thursday, 24 December 2026, by the law of the union
    clock = CLOCKS["es_court"].model_copy(update={"within": 2})
    since = datetime(2026, 12, 24, 12, tzinfo=UTC)

    def end(*countries: str) -> date:
        known = calendars_of(LIBRARY.laws, LIBRARY.calendars, countries, "UTC")
        return term(LAWS["European Union"], clock, since, MADRID, known).astimezone(MADRID).date()

    assert end("es") == date(2026, 12, 29)
    # THEN a day that is off in one country alone lets it end no later: St Stephen's is a Saturday, 1 January none here
    assert end("de", "es") == date(2026, 12, 29)
    clock = clock.model_copy(update={"within": 9})
    assert end("at") == date(2027, 1, 11)  # Epiphany is off in Austria
    assert end("at", "de") == date(2027, 1, 8)
    # AND a country outside the union has no say
    assert end("at", "ua") == date(2027, 1, 11)


def test_a_holiday_has_one_day_that_each_year_has() -> None:
    for wrong in ({}, {"day": "01-01", "easter": 1}, {"day": "02-29"}, {"day": "02-30"}, {"day": "13-01"}):
        with pytest.raises(ValidationError):
            Holiday(**wrong)


def test_a_term_over_christmas_ends_later_by_its_holidays() -> None:
    # GIVEN seven working days from Tuesday, 22 December 2026: 25 December and 1 January are none
    since = datetime(2026, 12, 22, 12, tzinfo=MADRID)
    end = term(SPAIN, CLOCKS["es_court"], since.astimezone(UTC), MADRID)
    assert end == datetime(2027, 1, 4, 23, 59, tzinfo=MADRID)


def test_a_term_of_ukraine_counts_its_holidays_as_working_days_now() -> None:
    # GIVEN a Wednesday before Independence Day week: Friday, 21 August 2026
    since = datetime(2026, 8, 21, 12, tzinfo=KYIV)
    end = term(UKRAINE, CLOCKS["ua_product"], since.astimezone(UTC), KYIV)
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
    assert unread == set()
    court = CLOCKS["es_court"].model_copy(update={"read": None})
    unsure = LIBRARY.model_copy(update={"laws": (SPAIN.model_copy(update={"clocks": (court,)}),)})
    assert clock_words("en", "es_court", unsure).endswith("(?)")
    assert not clock_words("en", "es_court", LIBRARY).endswith("(?)")
    for one in CLOCKS.values():
        if one.read is not None:
            assert one.read.at.startswith(("https://", "http://"))
            assert one.read.day <= one.as_of


def test_a_law_without_a_calendar_knows_weekends_alone() -> None:
    union: Law = LAWS["European Union"]
    assert union.holidays is None
    clock: LegalClock = CLOCKS["es_court"]
    since = datetime(2026, 12, 22, 12, tzinfo=UTC)
    assert term(union, clock, since, MADRID) == clock.ends(since, MADRID)
