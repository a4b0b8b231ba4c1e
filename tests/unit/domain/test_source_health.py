"""Protects: a source that goes blind is told, once and to the agency; one that is well, paced or rare is left alone."""

import random
from datetime import timedelta
from typing import Any

import pytest

from tests.support.samples import NOON, client
from tocsin.domain.errors import FetchError, Trouble
from tocsin.domain.health_news import HealthBook, Message, news
from tocsin.domain.source_facts import FACTS, scope_of
from tocsin.domain.source_health import Ailment, Coverage, Ill, ailing, coverage, unchecked
from tocsin.domain.source_kinds import KINDS
from tocsin.domain.source_state import SourceState
from tocsin.domain.sources import units_of
from tocsin.services.fetch_outcome import brought, failed, unchanged

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
URLS = [f"https://{n}.example/feed" for n in range(8)]
CLIENT = client(sources=[{"kind": "rss", "urls": URLS, "every": 5}])
UNITS = tuple(units_of(CLIENT))
ASKED = {unit.id for unit in UNITS}


def state(number: int = 0, **changes: Any) -> SourceState:
    well: dict[str, Any] = {
        "source_id": UNITS[number].id,
        "first_success_at": NOON - 30 * DAY,
        "last_success_at": NOON - 2 * MINUTE,
        "looked_at": NOON - 2 * MINUTE,
    }
    return SourceState(**well | changes)


def ailment(**changes: Any) -> Ailment | None:
    found = ailing(UNITS[0], state(**changes), NOON)
    return found.ailment if found else None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"failures": 1, "reason": "HTTP 503", "trouble": Trouble.DOWN}, None),
        ({"failures": 2, "reason": "HTTP 503", "trouble": Trouble.DOWN}, None),
        ({"failures": 3, "reason": "HTTP 503", "trouble": Trouble.DOWN}, Ailment.FAILING),
        ({"failures": 1, "reason": "x", "last_success_at": NOON - 90 * MINUTE}, Ailment.FAILING),
        ({"failures": 1, "reason": "x", "trouble": Trouble.AUTH}, Ailment.REFUSED),
        ({"failures": 1, "reason": "x", "trouble": Trouble.POLICY}, Ailment.REFUSED),
        ({"failures": 1, "reason": "x", "trouble": Trouble.GONE}, Ailment.REFUSED),
        ({"failures": 1, "reason": "x", "trouble": Trouble.BUDGET}, Ailment.REFUSED),
        ({"last_success_at": NOON - 59 * MINUTE}, None),
        ({"last_success_at": NOON - 61 * MINUTE}, Ailment.STUCK),
        ({"last_success_at": NOON - 61 * MINUTE, "every": timedelta(hours=6)}, None),
        ({"first_success_at": None, "last_success_at": None, "looked_at": NOON - 61 * MINUTE}, Ailment.STUCK),
        ({"silence_from": NOON - MINUTE, "last_success_at": NOON - 2 * MINUTE}, Ailment.SILENT),
        ({"silence_from": NOON + MINUTE}, None),
        ({"silence_from": NOON - MINUTE, "last_success_at": NOON - 40 * MINUTE}, None),
        ({"filled_since": NOON - 9 * DAY, "empties": 2}, None),
        ({"filled_since": NOON - 9 * DAY, "empties": 3}, Ailment.EMPTY),
        ({"missing": ("author",)}, Ailment.CHANGED),
    ],
)
def test_what_ails_a_source(changes: dict[str, Any], expected: Ailment | None) -> None:
    assert ailment(**changes) is expected


def test_coverage_counts_and_names() -> None:
    states = {one.source_id: one for one in (state(n) for n in range(7))}
    states[UNITS[0].id] = state(0, failures=3, reason="HTTP 503")
    states[UNITS[1].id] = state(1, sampling="looked at each 3 h instead of 5 min")
    found = coverage(CLIENT, states, NOON)

    assert (found.healthy, found.total, found.waiting) == (6, 8, 1)
    assert [(one.name, one.reason) for one in found.ill] == [(URLS[0], "HTTP 503")]
    assert found.sampled == (f"{URLS[1]}: looked at each 3 h instead of 5 min",)
    assert {"tiktok", "viber", "closed_groups", "facebook_strangers", "instagram_strangers"} <= set(found.not_heard)
    assert "off:telegram" in found.not_heard
    assert "off:rss" not in found.not_heard
    assert "off:hackernews" not in found.not_heard, "a bakery misses no forum of developers"


# ------------------------------------------------------------------------------------------------------------ deletions

HEARS_MASTODON = client(sources=[{"kind": "mastodon"}])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"last_success_at": NOON - 3 * DAY}, True),
        ({"last_success_at": None, "first_looked_at": NOON - 3 * DAY}, True),
        ({"last_success_at": NOON - 3 * DAY, "trouble": Trouble.AUTH}, True),
        ({"last_success_at": NOON - 3 * DAY + MINUTE}, False),
        ({"last_success_at": NOON - 30 * DAY, "failures": 2}, False),
        ({"last_success_at": NOON - 30 * DAY, "trouble": Trouble.BUDGET}, False),
        ({"last_success_at": NOON - 30 * DAY, "looked_at": NOON - 28 * DAY}, False),
        ({"last_success_at": None, "first_looked_at": None}, False),
    ],
)
def test_deletions_that_could_not_be_asked_for_in_days_are_told_and_no_coverage_misses_them(
    changes: dict[str, Any], told: bool
) -> None:
    failing: dict[str, Any] = {"failures": 5, "reason": "HTTP 503", "trouble": Trouble.DOWN, "looked_at": NOON}
    states = {"recheck-mastodon": SourceState(source_id="recheck-mastodon", **failing | changes)}
    found = unchecked(HEARS_MASTODON, states)
    assert [(one.ailment, one.name, one.reason) for one in found] == (
        [(Ailment.UNCHECKED, f"{FACTS['mastodon'].name}: is it still there", "HTTP 503")] if told else []
    )
    assert coverage(HEARS_MASTODON, states, NOON).ill == ()
    assert unchecked(client(sources=[{"kind": "rss", "urls": URLS}]), states) == ()


def test_only_what_is_not_heard_is_called_silent() -> None:
    lost = Ill(source_id="recheck-mastodon", name="Mastodon: is it", ailment=Ailment.UNCHECKED, reason="HTTP 503")
    asked = {*ASKED, lost.source_id}
    book, message = news(HealthBook(), seen(), asked=asked, client="Acme", now=NOON, unchecked=(lost,))
    assert message is not None
    assert message.subject == "Tocsin Acme: deletions are not learned from 1 source, 8 of 8 sources healthy"
    assert "Mastodon: is it: HTTP 503" in message.text
    assert book.coverage.ill == ()

    _, later = news(book, seen(1), asked=asked, client="Acme", now=NOON + DAY, unchecked=(lost,))
    assert later is not None
    assert "1 source fell silent or ill, 7 of 8" in later.subject
    assert "Still ill:\n  Mastodon: is it: HTTP 503" in later.text


# ------------------------------------------------------------------------------------------------------------- messages


def ill(number: int) -> Ill:
    return Ill(source_id=UNITS[number].id, name=URLS[number], ailment=Ailment.FAILING, reason="HTTP 503")


def seen(*numbers: int) -> Coverage:
    return Coverage(healthy=8 - len(numbers), total=8, ill=tuple(ill(number) for number in numbers))


class Minutes:
    """A book that lives from minute to minute."""

    def __init__(self) -> None:
        self.book, self.at = HealthBook(), NOON
        self.messages: list[Message] = []

    def pass_(self, coverage: Coverage, minutes: int = 1) -> list[Message]:
        new = []
        for _ in range(minutes):
            self.book, message = news(self.book, coverage, asked=ASKED, client="Acme", now=self.at)
            new += [message] if message else []
            self.at += MINUTE
        self.messages += new
        return new


def test_one_message_for_one_illness_however_long_it_lasts() -> None:
    desk = Minutes()
    [message] = desk.pass_(seen(3), minutes=600)
    assert "7 of 8 sources healthy" in message.subject
    assert f"{URLS[3]}: HTTP 503" in message.text


def test_several_in_a_row_are_batched_into_ten_minutes() -> None:
    desk = Minutes()
    desk.pass_(seen(0))
    for count in range(2, 6):
        desk.pass_(seen(*range(count)))
    desk.pass_(seen(*range(5)), minutes=20)
    assert len(desk.messages) == 2
    assert all(URLS[n] in desk.messages[1].text for n in range(1, 5))


def test_an_outage_of_our_own_is_one_message_not_fifty() -> None:
    desk = Minutes()
    [message] = desk.pass_(seen(*range(8)), minutes=60)
    assert "deaf" in message.subject
    assert "our own network" in message.text


def test_recovery_is_told_once_and_flapping_is_not() -> None:
    desk = Minutes()
    desk.pass_(seen(1))
    for _ in range(10):
        desk.pass_(seen(), minutes=5)
        desk.pass_(seen(1), minutes=5)
    assert len(desk.messages) == 1
    [message] = desk.pass_(seen(), minutes=60)
    assert "well again" in message.subject
    assert desk.book.told == ()


def test_a_source_taken_out_of_the_file_is_forgotten() -> None:
    desk = Minutes()
    desk.pass_(seen(1))
    book, message = news(desk.book, seen(), asked=ASKED - {UNITS[1].id}, client="Acme", now=NOON + DAY)
    assert (book.told, message) == ((), None)


# ---------------------------------------------------------------------------------------------------------------- facts


def test_every_kind_has_its_facts_and_no_other_has() -> None:
    assert set(FACTS) == set(KINDS)
    assert {kind for kind, facts in FACTS.items() if facts.preset == "tech"} == {
        "hackernews", "stackexchange", "github", "discourse", "lemmy",
    }  # fmt: skip


def test_a_keyed_kind_names_the_fields_of_its_secret() -> None:
    for kind, model in KINDS.items():
        assert not model.KEYED or FACTS[kind].secret, kind


def test_what_a_source_counts_by_itself_has_a_budget_of_its_own() -> None:
    unit = UNITS[0].model_copy(update={"kind": "youtube", "keyed": True})
    scopes = {scope_of(unit.model_copy(update={"mode": mode})) for mode in ("search", "comments")}
    assert scopes == {"youtube-search", "youtube-comments"}
    assert scope_of(UNITS[0].model_copy(update={"kind": "stackexchange", "keyed": True})) == "stackexchange"
    assert scope_of(UNITS[0].model_copy(update={"kind": "stackexchange"})) == "stackexchange-open"


# ---------------------------------------------------------------------------------------------------------------- state


def test_a_trouble_is_stored_by_name_and_one_of_a_newer_version_is_no_error() -> None:
    """Protects: the words of a trouble may change without making every source unreadable."""
    stored = state(trouble=Trouble.AUTH).model_dump_json(exclude_defaults=True)
    assert '"trouble":"AUTH"' in stored
    assert SourceState.model_validate_json(stored).trouble is Trouble.AUTH
    assert SourceState.model_validate_json(stored.replace("AUTH", "NEWER")).trouble is None


def test_what_is_for_a_connectors_eyes_is_not_stored() -> None:
    assert "burning" not in state(burning=True, allowance_usd=1).model_dump_json()


# --------------------------------------------------------------------------------- what comes and goes, what never came


@pytest.mark.parametrize("trouble", [Trouble.DOWN, Trouble.THROTTLED, Trouble.POLICY])
@pytest.mark.parametrize("minutes", [5, 15, 60])
def test_a_source_that_fails_half_of_the_time_is_told_a_few_times_and_not_each_hour(
    minutes: int, trouble: Trouble
) -> None:
    asked = client(sources=[{"kind": "rss", "urls": URLS[:1], "every": minutes}])
    [unit] = units_of(asked)
    chance, book, now, told = random.Random(1), HealthBook(), NOON, 0
    found = SourceState(source_id=unit.id, first_looked_at=NOON)
    for minute in range(14 * 24 * 60):
        now = NOON + minute * MINUTE
        if found.due(now):
            error = FetchError("refused", trouble=trouble)
            bad = chance.random() < 0.5
            found = (
                failed(found, error, every=unit.every, asleep_until=now, now=now)
                if bad
                else unchanged(found, unit.every, now)
            ).model_copy(update={"looked_at": now})
        book, message = news(book, coverage(asked, {unit.id: found}, now), asked={unit.id}, client="Acme", now=now)
        told += message is not None
    assert 1 <= told <= 12


def test_what_came_and_went_long_ago_is_told_well_as_soon_as_ever() -> None:
    desk = Minutes()
    for _ in range(3):
        desk.pass_(seen(1))
        desk.pass_(seen(), minutes=26 * 60)
    assert len(desk.messages) == 6
    assert len(desk.pass_(seen(1), minutes=11)) == 1
    assert len(desk.pass_(seen(), minutes=17)) == 1


def test_a_first_look_that_always_dies_is_told() -> None:
    dying = {"first_success_at": None, "last_success_at": None, "first_looked_at": NOON - 2 * 60 * MINUTE}
    assert ailment(**dying) is Ailment.STUCK
    assert ailment(**dying, failures=1, reason="slow down", trouble=Trouble.THROTTLED) is Ailment.FAILING
    assert ailment(**dying | {"first_looked_at": NOON - 30 * MINUTE}) is None


def test_an_ill_source_is_missed_by_what_it_usually_brings() -> None:
    # GIVEN one source that brought most of a week's mentions, one that brought none, both ill
    ill = {"failures": 3, "reason": "HTTP 503", "trouble": Trouble.DOWN}
    rich = brought(state(0), state(0), 300, NOON - DAY).model_copy(update=ill)
    states = {UNITS[0].id: rich, UNITS[1].id: state(1, **ill), UNITS[2].id: brought(state(2), state(2), 80, NOON)}

    # WHEN coverage is taken THEN the first is most of what is missed, the second hardly anything
    shares = [one.share or 0.0 for one in coverage(CLIENT, states, NOON).ill]
    assert shares[0] > 0.6
    assert shares[1] < 0.02


def test_what_a_source_brought_fades_by_half_in_a_week_and_history_is_none_of_it() -> None:
    once = brought(state(), state(), 40, NOON - 7 * DAY)
    again = brought(once, once, 10, NOON)
    assert (again.brought, again.brought_by(NOON + 14 * DAY)) == (30, 7.5)
    new = state(first_success_at=None)
    assert brought(new, new, 40, NOON) == new
