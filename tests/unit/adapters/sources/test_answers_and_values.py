"""Protects: whatever a source answers, it ends in a value or in one of a few reasons, never in a crash or a lie."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.web import reply
from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import checked, json_of
from tocsin.domain.errors import FetchError, ParseError, Trouble

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("body", "reason", "trouble"),
    [
        (b"", "empty", Trouble.EMPTY),
        (b" \n", "empty", Trouble.EMPTY),
        (b"<!doctype html><title>whoa there</title>", "web page instead of JSON: «", Trouble.FORMAT),
        (b'{"posts": [1, 2', "breaks off", Trouble.FORMAT),
        (b"Please limit requests to one every 5 seconds", "text instead of JSON: «Please limit", Trouble.FORMAT),
        (b"[" * 100_000, "breaks off", Trouble.FORMAT),
        (b"[" * 100 + b"]" * 100, "nested too deeply", Trouble.FORMAT),
    ],
)
def test_what_is_no_json_is_said_in_words(body: bytes, reason: str, trouble: Trouble) -> None:
    with pytest.raises(ParseError, match=reason) as caught:
        json_of(body)
    assert caught.value.trouble is trouble


def test_json_with_a_mark_or_a_line_break_inside_a_text_is_read() -> None:
    assert json_of(b'\xef\xbb\xbf{"a": "b\nc"}') == {"a": "b\nc"}


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (401, Trouble.AUTH),
        (402, Trouble.QUOTA),
        (403, Trouble.POLICY),
        (404, Trouble.GONE),
        (410, Trouble.GONE),
        (429, Trouble.THROTTLED),
        (451, Trouble.POLICY),
        (500, Trouble.DOWN),
        (599, Trouble.DOWN),
        (204, Trouble.FORMAT),
    ],
)
def test_one_table_says_what_a_status_means(status: int, trouble: Trouble) -> None:
    answer = reply(b"", status, retry_after="30").model_copy(update={"url": "https://api.example/x?key=hunter2"})
    with pytest.raises(FetchError) as caught:
        checked(answer, said="try\nlater")
    assert caught.value.trouble is trouble
    assert caught.value.retry_after == 30
    assert "«try later»" in caught.value.reason
    assert "hunter2" not in caught.value.reason


@given(ANYTHING)
def test_no_value_of_a_stranger_breaks_the_reader(value: object) -> None:
    made: tuple[object, ...] = (
        values.short(value),
        values.name(value),
        values.title(value),
        values.address(value),
        values.tag(value),
    )
    assert all(one is None or (isinstance(one, str) and one) for one in made)
    assert isinstance(values.text(value), str)
    assert values.count(value) is None or values.count(value) >= 0  # type: ignore[operator]
    assert values.stars(value) in {None, 1, 2, 3, 4, 5}
    found = values.moment(value)
    assert found is None or found.tzinfo is UTC
    assert (
        values.items(value) == [item for item in value if isinstance(item, dict)] if isinstance(value, list) else True
    )
    values.at(value, "a", 0, "b")


@given(st.datetimes(timezones=st.just(UTC)) | st.none())
def test_a_date_is_never_in_the_future_and_never_a_default(said: datetime | None) -> None:
    found = values.published(said, NOW)
    assert datetime(1990, 1, 1, tzinfo=UTC) <= found <= NOW
    if said is not None and datetime(1990, 1, 1, tzinfo=UTC) <= said <= NOW:
        assert found == said


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-10-31T10:00:00Z", datetime(2026, 10, 31, 10, tzinfo=UTC)),
        ("2026-10-31T10:00:00+0200", datetime(2026, 10, 31, 8, tzinfo=UTC)),
        ("2026-10-31T10:00:00.12345678Z", datetime(2026, 10, 31, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2026-10-31 10:00", datetime(2026, 10, 31, 10, tzinfo=UTC)),
        (1_793_440_800, datetime.fromtimestamp(1_793_440_800, UTC)),
        (1_793_440_800_500, datetime.fromtimestamp(1_793_440_800.5, UTC)),
        ("1793440800", datetime.fromtimestamp(1_793_440_800, UTC)),
        ("2026", None),
        ("yesterday", None),
        (True, None),
        (float("nan"), None),
        (10**30, None),
    ],
)
def test_moments_in_every_spelling_of_the_apis(said: object, meant: datetime | None) -> None:
    assert values.moment(said) == meant


def test_unknown_counts_stay_unknown() -> None:
    unknown: list[object] = [None, "", "many", -1, True, [], "1.2K"]
    assert [values.count(said) for said in unknown] == [None] * 7
    assert [values.count(v) for v in (0, "12", 3.0)] == [0, 12, 3]


def test_an_id_that_is_too_long_is_none_not_half_of_one() -> None:
    assert values.short("x" * 2_001) is None
    assert values.short("a\u0000b c") == "ab c"


def test_a_clock_that_runs_ahead_a_little_is_forgiven() -> None:
    assert values.published(NOW + timedelta(minutes=2), NOW) == NOW
    assert json.loads(json.dumps(values.tag("UK_ua"))) == "UK-ua"
    assert values.tag("und") is None
