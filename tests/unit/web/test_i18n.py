"""Numbers, plurals and clocks as the reader's language writes them; Babel (CLDR) is the judge where it can be."""

from datetime import UTC, datetime, timedelta

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.web.samples import AT, LANGUAGES
from tocsin.domain.client import Language
from tocsin.web.i18n import Reader

KYIV = Reader("uk", "Europe/Kyiv")


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 хвилин"), (1, "1 хвилину"), (2, "2 хвилини"), (4, "4 хвилини"), (5, "5 хвилин"), (11, "11 хвилин"),
        (12, "12 хвилин"), (21, "21 хвилину"), (22, "22 хвилини"), (111, "111 хвилин"), (121, "121 хвилину"),
    ],
)  # fmt: skip
def test_ukrainian_has_three_plurals(count: int, said: str) -> None:
    # GIVEN a Ukrainian reader WHEN minutes are said THEN the noun follows the number, in the accusative
    assert KYIV.minutes(count) == said


@pytest.mark.parametrize(("count", "said"), [(0, "0 minutos"), (1, "1 minuto"), (2, "2 minutos"), (21, "21 minutos")])
def test_spanish_has_two_plurals(count: int, said: str) -> None:
    # GIVEN a Spanish reader WHEN minutes are said THEN only 1 is singular
    assert Reader("es", "Europe/Madrid").minutes(count) == said


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=10**9))
def test_numbers_are_grouped_as_cldr_groups_them(number: int) -> None:
    # GIVEN any number WHEN written in English and Ukrainian THEN as CLDR would (Spanish follows RAE, see below)
    for language in ("en", "uk"):
        assert Reader(language, "UTC").number(number) == format_decimal(number, locale=language)


def test_spanish_numbers_follow_rae() -> None:
    # GIVEN a Spanish reader WHEN numbers are written THEN four digits stand together, more by threes, by a hard space
    reader = Reader("es", "Europe/Madrid")
    assert [reader.number(value) for value in (9_999, 12_400)] == ["9999", "12\u00a0400"]


@settings(deadline=None)
@given(st.floats(min_value=0, max_value=1))
def test_percent_as_in_cldr(share: float) -> None:
    # GIVEN a share WHEN said THEN the sign stands where the language wants it
    for language in LANGUAGES:
        assert Reader(language, "UTC").percent(share) == format_percent(round(share, 2), locale=language)


@pytest.mark.parametrize(
    ("language", "pattern"), [("en", "d MMMM y"), ("uk", "d MMMM y"), ("es", "d 'de' MMMM 'de' y")]
)
def test_dates_as_in_cldr(language: Language, pattern: str) -> None:
    # GIVEN a day in each month WHEN dated THEN the month stands in the case and the letters of the language
    for month in range(1, 13):
        day = datetime(2026, month, 9, 12, tzinfo=UTC)
        assert Reader(language, "UTC").date(day) == format_date(day, pattern, locale=language)


def test_the_clock_is_the_readers() -> None:
    # GIVEN one moment WHEN read in Kyiv and in St. John's THEN each sees their own wall, zone and offset
    assert (KYIV.clock(AT), KYIV.zone(AT)) == ("03:14", "Europe/Kyiv, UTC+2")
    there = Reader("en", "America/St_Johns")
    assert (there.clock(AT), there.zone(AT)) == ("21:44", "America/St_Johns, UTC-3:30")


def test_the_offset_is_that_of_the_season() -> None:
    # GIVEN a summer's moment WHEN its zone is named THEN daylight saving counts
    assert KYIV.zone(datetime(2026, 7, 1, tzinfo=UTC)) == "Europe/Kyiv, UTC+3"


@pytest.mark.parametrize("name", ["No/Where", "../etc/passwd", "", "Europe"])
def test_a_broken_zone_never_stops_an_alert(name: str) -> None:
    # GIVEN a zone that nobody knows WHEN the clock is read THEN it is UTC and says so
    reader = Reader("en", name)
    assert (reader.clock(AT), reader.zone(AT)) == ("01:14", "UTC")


def test_a_moment_brings_its_day_when_it_is_another() -> None:
    # GIVEN an alert just after the reader's midnight WHEN moments are said THEN only those of other days carry a date
    midnight = datetime(2026, 1, 1, 22, 5, tzinfo=UTC)  # 2 January, 00:05 in Kyiv
    assert KYIV.moment(midnight + timedelta(hours=1), midnight) == "01:05"
    assert KYIV.moment(midnight - timedelta(hours=1), midnight) == "1 січня, 23:05"
    assert KYIV.moment(midnight - timedelta(days=2), midnight) == "31 грудня 2025, 00:05"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(-5, "0 minutos"), (60, "60 minutos"), (120, "2 horas"), (150, "2 horas y 30 minutos"), (2_880, "2 días"),
     (3_000, "2 días y 2 horas")],
)  # fmt: skip
def test_durations_in_two_units(minutes: int, said: str) -> None:
    # GIVEN a length WHEN said THEN its two largest units, and no nought
    assert Reader("es", "UTC").duration(timedelta(minutes=minutes)) == said
